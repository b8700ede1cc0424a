/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of SIP share: a message around what is tried, and comparison of views with texts. */
#ifndef SIP_FIXTURE_H
#define SIP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <xk/sip.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define INVITE "INVITE sip:b@x SIP/2.0\r\n"
#define FROM "From: <sip:a@x>;tag=1\r\n"
#define TO "To: <sip:b@x>\r\n"
#define CALL_ID "Call-ID: c1\r\n"
#define CSEQ "CSeq: 1 INVITE\r\n"
#define START INVITE FROM TO CALL_ID CSEQ

static inline enum xk_status parse(const char *text, struct xk_sip_message *message, struct xk_diag *diag)
{
    return xk_sip_parse((const uint8_t *)text, strlen(text), message, diag);
}

/* Reads what must be readable. */
static inline struct xk_sip_message read_message(const char *text)
{
    struct xk_sip_message message;
    struct xk_diag diag = {XK_OK, 0, ""};
    if (parse(text, &message, &diag) != XK_OK) {
        fail_msg("%s at %zu (%s): %s", xk_status_name(diag.status), diag.offset, diag.field, text);
    }
    return message;
}

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

#define assert_deviations(message, bits) assert_int_equal((message).deviations, (uint32_t)(bits))

#endif
