/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of X2 share: views, one PDU octet by octet, and PDUs as the writer makes them. */
#ifndef X2_FIXTURE_H
#define X2_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <xk/x2.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* A text, or NULL for an absent view. */
#define assert_view(view, text) assert_view_at(view, text, __LINE__)

static inline void assert_view_at(struct xk_bytes view, const char *text, int line)
{
    if (text == NULL ? view.data != NULL || view.size != 0
                     : view.data == NULL || view.size != strlen(text) || memcmp(view.data, text, view.size) != 0) {
        fail_msg("line %d: \"%.*s\" for \"%s\"", line, (int)view.size, view.data != NULL ? (const char *)view.data : "",
                 text != NULL ? text : "(absent)");
    }
}

/* A header of 40 octets and what follows; lengths by the caller. */
static inline void put_header(uint8_t *out, unsigned int type, size_t header, size_t payload)
{
    memset(out, 0, 40);
    out[1] = 5;
    out[3] = (uint8_t)type;
    out[4] = (uint8_t)(header >> 24);
    out[5] = (uint8_t)(header >> 16);
    out[6] = (uint8_t)(header >> 8);
    out[7] = (uint8_t)header;
    out[8] = (uint8_t)(payload >> 24);
    out[9] = (uint8_t)(payload >> 16);
    out[10] = (uint8_t)(payload >> 8);
    out[11] = (uint8_t)payload;
    out[13] = type <= 2 ? 9 : 0;
    out[15] = type <= 2 ? 3 : 0;
    memset(out + 16, type <= 2 ? 0x11 : 0, 16);
}

/* A PDU with one run of attributes as given. */
static inline size_t make_pdu(uint8_t *out, unsigned int type, const char *attributes, size_t size, const char *payload)
{
    put_header(out, type, 40 + size, strlen(payload));
    memcpy(out + 40, attributes, size);
    memcpy(out + 40 + size, payload, strlen(payload));
    return 40 + size + strlen(payload);
}

#endif
