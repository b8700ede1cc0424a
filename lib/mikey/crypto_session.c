/* SPDX-License-Identifier: BSD-2-Clause */
/* The entries of a Crypto Session map (RFC 3830 6.1.1, RFC 6043 6.1.1). */
#include "mikey/parse.h"

/* SRTP-ID has no CS ID on the wire: it is the entry's place, counted from 1. */
static void read_srtp_id(struct xki_cursor *c, struct xk_mikey_crypto_session *session)
{
    session->cs_id = (uint8_t)(c->at / 9 + 1);
    session->protocol = 0;
    session->s_flag = false;
    session->policies = xki_take(c, 1);
    session->session_data = xki_take(c, 8);
    session->spi = (struct xk_bytes){NULL, 0};
}

static void read_generic_id(struct xki_cursor *c, struct xk_mikey_crypto_session *session)
{
    session->cs_id = (uint8_t)xki_take_number(c, 1);
    session->protocol = (uint8_t)xki_take_number(c, 1);
    uint32_t s_and_count = xki_take_number(c, 1);
    session->s_flag = (s_and_count & 0x80) != 0;
    session->policies = xki_take(c, s_and_count & 0x7f);
    session->session_data = xki_take(c, xki_take_number(c, 2));
    session->spi = xki_take(c, xki_take_number(c, 1));
}

bool xk_mikey_next_crypto_session(const struct xk_mikey_message *message, size_t *position,
                                  struct xk_mikey_crypto_session *session)
{
    if (message == NULL || position == NULL || session == NULL || *position >= message->header.map.size) {
        return false;
    }
    struct xki_cursor c = {message->header.map.data, message->header.map.size, *position, false};
    if (message->header.map_type == XK_MIKEY_MAP_SRTP_ID) {
        read_srtp_id(&c, session);
    } else {
        read_generic_id(&c, session);
    }
    *position = c.at;
    return true;
}
