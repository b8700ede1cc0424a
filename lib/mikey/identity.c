/* SPDX-License-Identifier: BSD-2-Clause */
/* Identities (ID, IDR) and times (T, TR). */
#include "mikey/parse.h"

#include <xk/message.h>

#include "support/diag.h"
#include "support/utf8.h"

enum xk_status xki_mikey_identity(const struct xk_mikey_payload *payload, struct xk_mikey_identity *identity,
                                  struct xk_diag *diag)
{
    struct xki_cursor c = {payload->whole.data, payload->whole.size, 1, false};
    identity->role = (uint8_t)xki_take_number(&c, 1);
    identity->type = (uint8_t)xki_take_number(&c, 1);
    identity->data = xki_take(&c, xki_take_number(&c, 2));
    if (identity->data.size > XK_IDENTITY_MAX) {
        return xki_fail(diag, XK_E_LIMIT, payload->offset, "ID data");
    }
    if (identity->data.size == 0) {
        return xki_fail(diag, XK_E_MIKEY_IDENTITY, payload->offset, "ID data");
    }
    if (identity->type != XK_MIKEY_ID_BYTES) {
        size_t bad = xki_utf8_check(identity->data.data, identity->data.size);
        if (bad < identity->data.size) {
            size_t start = payload->whole.size - identity->data.size;
            return xki_fail(diag, XK_E_MIKEY_IDENTITY, payload->offset + start + bad, "ID data");
        }
    }
    return XK_OK;
}

bool xki_mikey_is_identity(const struct xk_mikey_payload *payload, unsigned int role)
{
    return payload->type == XK_MIKEY_IDR && payload->whole.data[1] == role &&
           payload->whole.data[2] <= XK_MIKEY_ID_BYTES;
}

static uint64_t ntp64(const struct xk_mikey_time *time)
{
    uint64_t value = 0;
    for (size_t i = 0; i < time->value.size; i++) {
        value = value << 8 | time->value.data[i];
    }
    return time->type == XK_MIKEY_TIME_NTP_UTC_32 ? value << 32 : value;
}

enum xk_status xki_mikey_time(const struct xk_mikey_payload *payload, struct xk_mikey_time *time,
                              struct xk_diag *diag)
{
    struct xki_cursor c = {payload->whole.data, payload->whole.size, 1, false};
    time->role = payload->type == XK_MIKEY_TR ? (uint8_t)xki_take_number(&c, 1) : 0;
    time->type = (uint8_t)xki_take_number(&c, 1);
    time->value = xki_take(&c, c.size - c.at);
    time->ntp64 = ntp64(time);
    bool interval = payload->type == XK_MIKEY_TR && time->role == XK_MIKEY_TR_R;
    if (interval && time->type != XK_MIKEY_TIME_NTP_UTC_32) {
        return xki_fail(diag, XK_E_MIKEY_VALUE, payload->offset, "TS type");
    }
    return XK_OK;
}
