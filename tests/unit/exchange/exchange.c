/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/exchange/exchange.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk/mikey_build.h>

#include "support/files.h"

static const struct xk_mikey_ticket no_ticket;

/* One message; an INIT names both, a RESP who answered. T is within the ticket's validity, and each later than the one
 * before. */
static struct xk_bytes build(uint8_t *out, size_t capacity, enum xk_mikey_data_type type, unsigned int sessions,
                             const struct xk_mikey_ticket *ticket, uint8_t second)
{
    static const uint8_t octets[16] = {1};
    const struct xk_mikey_identity alice = {XK_MIKEY_IDR_I, XK_MIKEY_ID_URI, xk_text("sip:alice@example.com")};
    const struct xk_mikey_identity bob = {XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, xk_text("sip:bob@example.com")};
    const uint8_t clock[8] = {0xd1, 0, 0, second};
    const struct xk_mikey_time time = {0, XK_MIKEY_TIME_NTP_UTC, {clock, sizeof clock}, 0};
    const struct xk_mikey_verification v = {1, {NULL, 0}};
    struct xk_mikey_header header = {.version = 1, .csb_id = 77, .map_type = XK_MIKEY_MAP_GENERIC_ID};
    struct xk_mikey_crypto_session map[XK_MIKEY_SESSIONS_MAX];
    struct xk_mikey_builder b;
    size_t size = 0;
    memset(map, 0, sizeof map);
    for (unsigned int i = 0; i < sessions; i++) {
        map[i].cs_id = (uint8_t)(i + 1);
        map[i].policies = (struct xk_bytes){octets + 1, 1};
    }
    header.data_type = (uint8_t)type;
    header.v_flag = type == XK_MIKEY_TRANSFER_INIT;
    xk_mikey_build_message(&b, out, capacity, &header, map, sessions);
    xk_mikey_add_time(&b, &time);
    if (type == XK_MIKEY_TRANSFER_INIT) {
        xk_mikey_add_identity(&b, &alice);
    }
    xk_mikey_add_identity(&b, &bob);
    if (ticket->whole.data != NULL) {
        xk_mikey_add_rand(&b, XK_MIKEY_RANDR_I, (struct xk_bytes){octets, sizeof octets});
        xk_mikey_add_ticket(&b, ticket);
    }
    xk_mikey_add_verification(&b, &v);
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    return (struct xk_bytes){out, size};
}

void exchange_build(struct exchange_octets *x, unsigned int sessions, bool update)
{
    uint8_t vector[512];
    struct xk_mikey_message given;
    size_t size = file_read_hex_line("mikey/set1.txt", "TRANSFER_INIT", vector, sizeof vector);
    assert_int_equal(xk_mikey_parse_transfer_init(vector, size, &given, NULL), XK_OK);
    given.ticket.flags = XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_E | XK_MIKEY_FLAG_H | XK_MIKEY_FLAG_N | XK_MIKEY_FLAG_O;
    given.ticket.flags = (uint16_t)(given.ticket.flags | (sessions > 0 ? XK_MIKEY_FLAG_F : 0));
    given.ticket.initiator_data = (struct xk_bytes){NULL, 0};
    memset(x, 0, sizeof *x);
    x->message.transfer_init = build(x->init, sizeof x->init, XK_MIKEY_TRANSFER_INIT, 1, &given.ticket, 10);
    if (sessions > 0) {
        x->message.transfer_resp = build(x->resp, sizeof x->resp, XK_MIKEY_TRANSFER_RESP, sessions, &no_ticket, 11);
    }
    if (update) {
        x->message.update_init =
            build(x->update_init, sizeof x->update_init, XK_MIKEY_TRANSFER_INIT, 2, &no_ticket, 12);
        x->message.update_resp =
            build(x->update_resp, sizeof x->update_resp, XK_MIKEY_TRANSFER_RESP, 2, &no_ticket, 13);
    }
}
