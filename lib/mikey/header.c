/* SPDX-License-Identifier: BSD-2-Clause */
/* The Common Header and its Crypto Session map, which has no length of its own (RFC 3830 6.1, RFC 6043 6.1.1). */
#include "mikey/parse.h"

#include "support/diag.h"

#define SRTP_ID_SIZE 9 /* policy 1, SSRC 4, ROC 4 */

static void skip_generic_id(struct xki_cursor *c)
{
    (void)xki_take(c, 2); /* CS ID, Prot type */
    (void)xki_take(c, xki_take_number(c, 1) & 0x7f);
    (void)xki_take(c, xki_take_number(c, 2));
    (void)xki_take(c, xki_take_number(c, 1));
}

static enum xk_status read_map(struct xki_cursor *c, struct xk_mikey_header *header, struct xk_diag *diag)
{
    size_t start = c->at;
    switch (header->map_type) {
    case XK_MIKEY_MAP_SRTP_ID:
        (void)xki_take(c, (size_t)header->cs_count * SRTP_ID_SIZE);
        break;
    case XK_MIKEY_MAP_EMPTY:
        break;
    case XK_MIKEY_MAP_GENERIC_ID:
        for (unsigned int i = 0; i < header->cs_count && !c->past_end; i++) {
            skip_generic_id(c);
        }
        break;
    default:
        return xki_fail(diag, XK_E_MIKEY_MAP, 9, "CS ID map type");
    }
    if (c->past_end) {
        return xki_fail(diag, XK_E_MIKEY_TRUNCATED, c->size, "CS ID map info");
    }
    header->map.data = c->data + start;
    header->map.size = c->at - start;
    return XK_OK;
}

enum xk_status xki_mikey_header(struct xki_cursor *c, struct xk_mikey_header *header, struct xk_diag *diag)
{
    header->version = (uint8_t)xki_take_number(c, 1);
    header->data_type = (uint8_t)xki_take_number(c, 1);
    header->first = (uint8_t)xki_take_number(c, 1);
    uint32_t v_and_prf = xki_take_number(c, 1);
    header->v_flag = (v_and_prf & 0x80) != 0;
    header->prf = v_and_prf & 0x7f;
    header->csb_id = xki_take_number(c, 4);
    header->cs_count = (uint8_t)xki_take_number(c, 1);
    header->map_type = (uint8_t)xki_take_number(c, 1);
    if (c->past_end) {
        return xki_fail(diag, XK_E_MIKEY_TRUNCATED, c->size, "HDR");
    }
    if (header->version != 1) {
        return xki_fail(diag, XK_E_MIKEY_VERSION, 0, "version");
    }
    return read_map(c, header, diag);
}
