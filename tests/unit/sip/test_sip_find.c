/* SPDX-License-Identifier: BSD-2-Clause */
/* From SIP or SDP to MIKEY octets in one call: what is taken for SDP, what the caller owes, where a refusal is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <xk/sip.h>

#define START                                                                                                        \
    "INVITE sip:b@x SIP/2.0\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\n"
#define SDP "v=0\r\na=key-mgmt:mikey AQID\r\n"

static enum xk_status find(const char *text, uint8_t *out, size_t capacity, size_t *size, struct xk_diag *diag)
{
    return xk_sip_find_mikey((const uint8_t *)text, strlen(text), out, capacity, size, diag);
}

static void what_may_not_be_null_is_refused(void **state)
{
    (void)state;
    static const uint8_t sdp[] = SDP;
    uint8_t out[3] = {0x55, 0x55, 0x55};
    size_t size = 77;
    struct xk_diag diag = {XK_OK, 9, "x"};
    assert_int_equal(xk_sip_find_mikey(NULL, sizeof sdp - 1, out, 3, &size, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_int_equal(diag.offset, 0);
    assert_int_equal(xk_sip_find_mikey(sdp, sizeof sdp - 1, out, 3, NULL, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_sip_find_mikey(sdp, sizeof sdp - 1, NULL, 3, &size, &diag), XK_E_ARGUMENT);
    assert_int_equal(size, 77);
    assert_int_equal(out[0], 0x55);
}

static void the_size_is_told_without_a_buffer(void **state)
{
    (void)state;
    size_t size = 77;
    assert_int_equal(find(SDP, NULL, 0, &size, NULL), XK_E_SPACE);
    assert_int_equal(size, 3);
    size = 77;
    assert_int_equal(find(START "Content-Type: application/sdp\r\n\r\n" SDP, NULL, 0, &size, NULL), XK_E_SPACE);
    assert_int_equal(size, 3);
}

/* `at` is a text whose first place in the message is where the refusal is; NULL for its end. */
static void a_refusal_is_told_from_the_first_octet(void **state)
{
    static const struct {
        const char *text;
        const char *at;
        enum xk_status status;
        const char *field;
    } rows[] = {
        {"", "", XK_E_SIP, "Method"},
        {"v", "v", XK_E_SIP, "Method"},
        {"vx y", "y", XK_E_SIP, "Request-URI"},
        {"=v", "=", XK_E_SIP, "Method"},
        {"v=1\r\n", "v", XK_E_SDP, "v="},
        {SDP "x\r\n", NULL, XK_OK, NULL}, /* what follows the attribute is not read */
        {"v=0\r\nx\r\n" SDP, "x", XK_E_SDP, "line"},
        {"v=0\r\na=b\r\n", NULL, XK_E_NO_KEY_MGMT, "a=key-mgmt:mikey"},
        {START "\r\n", NULL, XK_E_NO_KEY_MGMT, "application/sdp"},
        {START "Content-Type: application/sdp\r\n\r\nv=0\r\na=b\r\n", NULL, XK_E_NO_KEY_MGMT, "a=key-mgmt:mikey"},
        {START "Content-Type: application/sdp\r\n\r\nv=0\r\nQ\r\n", "Q", XK_E_SDP, "line"},
        {START "Content-Type: application/sdp\r\n\r\nv=0\r\na=key-mgmt:mikey AQ?D\r\n", "?", XK_E_BASE64, "digit"},
        {START "Content-Type: multipart/mixed;boundary=q\r\n\r\n--q\r\nContent-Type: application/sdp\r\n\r\n"
               "v=0\r\na=key-mgmt:mikey AQ?D\r\n--q--",
         "?", XK_E_BASE64, "digit"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t out[8];
        uint8_t untouched[8];
        size_t size = 77;
        struct xk_diag diag = {XK_OK, 0, ""};
        memset(out, 0x55, sizeof out);
        memset(untouched, 0x55, sizeof untouched);
        enum xk_status status = find(rows[i].text, out, sizeof out, &size, &diag);
        assert_int_equal(status, rows[i].status);
        assert_int_equal(find(rows[i].text, out, sizeof out, &size, NULL), status);
        if (status != XK_OK) {
            const char *at = rows[i].at != NULL ? strstr(rows[i].text, rows[i].at) : strchr(rows[i].text, '\0');
            assert_int_equal(diag.status, status);
            assert_string_equal(diag.field, rows[i].field);
            assert_int_equal(diag.offset, (size_t)(at - rows[i].text));
            assert_int_equal(size, 77);
            assert_memory_equal(out, untouched, sizeof out);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_not_be_null_is_refused),
        cmocka_unit_test(the_size_is_told_without_a_buffer),
        cmocka_unit_test(a_refusal_is_told_from_the_first_octet),
    };
    return cmocka_run_group_tests_name("sip_find", tests, NULL, NULL);
}
