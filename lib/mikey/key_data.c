/* SPDX-License-Identifier: BSD-2-Clause */
/* Key data sub-payloads (RFC 3830 6.13, RFC 6043 6.12). */
#include <xk/mikey_ticket.h>

#include <string.h>

#include "mikey/cursor.h"

static bool is_salted(unsigned int type)
{
    return type == XK_MIKEY_TGK_SALT || type == XK_MIKEY_TEK_SALT || type == XK_MIKEY_GTGK_SALT;
}

enum xk_status xk_mikey_next_key_data(struct xk_bytes keys, size_t *position, struct xk_mikey_key_data *key)
{
    struct xk_mikey_key_data read;
    if (keys.data == NULL || position == NULL || key == NULL) {
        return XK_E_ARGUMENT;
    }
    if (*position >= keys.size) {
        return XK_E_MIKEY_MISSING;
    }
    memset(&read, 0, sizeof read);
    struct xki_cursor c = {keys.data, keys.size, *position, false};
    uint32_t next = xki_take_number(&c, 1);
    uint32_t type_and_kv = xki_take_number(&c, 1);
    read.type = (uint8_t)(type_and_kv >> 4);
    read.validity = (uint8_t)(type_and_kv & 0x0f);
    read.key = xki_take(&c, xki_take_number(&c, 2));
    if (is_salted(read.type)) {
        read.salt = xki_take(&c, xki_take_number(&c, 2));
    }
    if (read.validity == XK_MIKEY_KV_SPI) {
        read.spi = xki_take(&c, xki_take_number(&c, 1));
    } else if (read.validity == XK_MIKEY_KV_INTERVAL) {
        read.valid_from = xki_take(&c, xki_take_number(&c, 1));
        read.valid_until = xki_take(&c, xki_take_number(&c, 1));
    }
    if (c.past_end) {
        return XK_E_MIKEY_TRUNCATED;
    }
    if (read.type > XK_MIKEY_MPK || read.validity > XK_MIKEY_KV_INTERVAL) {
        return XK_E_MIKEY_VALUE;
    }
    if (read.key.size == 0) {
        return XK_E_EMPTY;
    }
    bool last = next == XK_MIKEY_LAST;
    if ((!last && next != XK_MIKEY_KEY_DATA) || last != (c.at == c.size)) {
        return XK_E_MIKEY_CHAIN;
    }
    *key = read;
    *position = c.at;
    return XK_OK;
}
