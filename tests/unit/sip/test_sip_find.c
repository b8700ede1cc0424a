/* SPDX-License-Identifier: BSD-2-Clause */
/* From SIP or SDP to MIKEY octets in one call: what is taken for SDP, what the caller owes, where a refusal is. */
#include "sip_fixture.h"

#define SDP "v=0\r\na=key-mgmt:mikey AQID\r\n"
#define BODY START "c: application/sdp\r\n\r\n"

static enum xk_status find(const char *text, uint8_t *out, size_t capacity, size_t *size, struct xk_diag *diag)
{
    return xk_sip_find_mikey((const uint8_t *)text, strlen(text), out, capacity, size, diag);
}

static void the_attribute_that_is_in_force_is_found(void **state)
{
    static const char *const texts[] = {
        SDP,
        BODY SDP,
        START "c: multipart/mixed;boundary=q\r\n\r\n--q\r\n\r\nx\r\n--q\r\nContent-Type: application/sdp\r\n\r\n" SDP
              "\r\n--q--\r\n",
        "v=0\r\na=key-mgmt:mikey //79\r\nm=audio 1 a\r\na=key-mgmt:mikey AQID\r\n",
        "v=0\r\nm=audio 0 a\r\na=key-mgmt:mikey //79\r\nm=audio 1 a\r\na=key-mgmt:mikey AQID\r\n",
        "v=0\r\na=key-mgmt:mikey AQID\r\nm=audio 1 a\r\nm=audio 1 a\r\na=key-mgmt:mikey //79\r\n",
        "v=0\r\na=acap:1 key-mgmt:mikey //79\r\na=key-mgmt:mikey AQID\r\n",
        "v=0\r\nm=audio 1 a\r\na=acap:1 key-mgmt:mikey AQID\r\n",
        "v=0\r\nm=audio 0 a\r\na=acap:1 key-mgmt:mikey //79\r\nm=audio 1 a\r\na=acap:1 key-mgmt:mikey AQID\r\n",
        "v=0\r\na=key-mgmt:mikey ?\r\na=key-mgmt:mikey AQID\r\n",
        "v=0\r\na=key-mgmt:mikey\r\na=key-mgmt:mikey AQID\r\na=key-mgmt:mikey //79\r\n",
        "v=0\r\na=acap:1 key-mgmt:mikey ?\r\na=acap:2 key-mgmt:mikey AQID\r\n",
        SDP "junk\r\n",
        START "c: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\r\n"
              "dj0wDQphPWtleS1tZ210Om1pa2V5\r\nIEFRSUQNCg==\r\n",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        static const uint8_t expected[] = {1, 2, 3};
        uint8_t out[64];
        size_t size = 0;
        struct xk_diag diag = {XK_OK, 9, "x"};
        assert_int_equal(find(texts[i], out, sizeof out, &size, &diag), XK_OK);
        assert_int_equal(size, 3);
        assert_memory_equal(out, expected, 3);
        assert_int_equal(diag.offset, 9);
    }
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
    static const char *const texts[] = {SDP, BODY SDP};
    for (size_t i = 0; i < LENGTH(texts); i++) {
        size_t size = 77;
        uint8_t out[3];
        assert_int_equal(find(texts[i], NULL, 0, &size, NULL), XK_E_SPACE);
        assert_int_equal(size, 3);
        size = 77;
        assert_int_equal(find(texts[i], out, 2, &size, NULL), XK_E_SPACE);
        assert_int_equal(size, 3);
        assert_int_equal(find(texts[i], out, 3, &size, NULL), XK_OK);
    }
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
        {"v", NULL, XK_E_SIP, "Request-URI"},
        {"v=", NULL, XK_E_NO_KEY_MGMT, "a=key-mgmt:mikey"},
        {"vx y", "y", XK_E_SIP, "Request-URI"},
        {"=v", "=", XK_E_SIP, "Method"},
        {"v=0\r\na=b\r\n", NULL, XK_E_NO_KEY_MGMT, "a=key-mgmt:mikey"},
        {"v=0\r\nm=audio 0 a\r\na=key-mgmt:mikey AQID\r\n", NULL, XK_E_NO_KEY_MGMT, "a=key-mgmt:mikey"},
        {"v=0\r\na=key-mgmt:mikey ?\r\na=key-mgmt:mikey A\r\n", "\r\na=key-mgmt:mikey A", XK_E_BASE64, "length"},
        {"v=0\r\na=acap:1 key-mgmt:mikey ?###\r\n", "?", XK_E_BASE64, "digit"},
        {START "\r\n", NULL, XK_E_NO_KEY_MGMT, "application/sdp"},
        {START "c: text/plain\r\n\r\n" SDP, NULL, XK_E_NO_KEY_MGMT, "application/sdp"},
        {START "c: multipart/mixed;boundary=q\r\n\r\n--q--\r\n", NULL, XK_E_NO_KEY_MGMT, "application/sdp"},
        {START "c: x\r\n\r\nv=0\r\n", NULL, XK_E_NO_KEY_MGMT, "application/sdp"}, /* of whatever type that is */
        {START "c: text/plain\r\ne: gzip\r\n\r\n\x1f\x8b", NULL, XK_E_NO_KEY_MGMT, "application/sdp"},
        {START "c: multipart/mixed;boundary=q\r\n\r\n=", "=", XK_E_SIP_BODY, "boundary"},
        {START "c: multipart/mixed;boundary=q\r\ne: gzip\r\n\r\n\x1f\x8b", "\x1f", XK_E_ENCODING, "Content-Encoding"},
        {START "c: application/sdp\r\ne: gzip\r\n\r\n\x1f\x8b", "\x1f", XK_E_ENCODING, "Content-Encoding"},
        {BODY "\x1f\x8b", "\x1f", XK_E_SDP, "line"},
        {BODY "v=0\r\na=b\r\n", NULL, XK_E_NO_KEY_MGMT, "a=key-mgmt:mikey"},
        {BODY "v=0\r\na=key-mgmt:mikey AQ?D\r\n", "?", XK_E_BASE64, "digit"},
        {START "c: multipart/mixed;boundary=q\r\n\r\n--q\r\nContent-Type: application/sdp\r\n\r\n"
               "v=0\r\na=key-mgmt:mikey AQ?D\r\n--q--",
         "?", XK_E_BASE64, "digit"},
        {START "c: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\r\n=", "=", XK_E_BASE64, "length"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint8_t out[8];
        uint8_t untouched[8];
        size_t size = 77;
        struct xk_diag diag = {XK_OK, 0, ""};
        memset(out, 0x55, sizeof out);
        memset(untouched, 0x55, sizeof untouched);
        assert_int_equal(find(rows[i].text, out, sizeof out, &size, &diag), rows[i].status);
        assert_int_equal(find(rows[i].text, out, sizeof out, &size, NULL), rows[i].status);
        const char *at = rows[i].at != NULL ? strstr(rows[i].text, rows[i].at) : strchr(rows[i].text, '\0');
        if (rows[i].status == XK_E_ENCODING || rows[i].status == XK_E_SIP_BODY || rows[i].field[0] == 'l') {
            const char *body = strstr(rows[i].text, "\r\n\r\n");
            at = body != NULL ? body + 4 : at;
        }
        assert_int_equal(diag.status, rows[i].status);
        assert_string_equal(diag.field, rows[i].field);
        assert_int_equal(diag.offset, at - rows[i].text);
        assert_int_equal(size, 77);
        assert_memory_equal(out, untouched, sizeof out);
    }
}

/* The SDP may hold keys beside MIKEY (a=crypto): of what was undone in `out` only the answer stays. */
static void an_encoded_body_leaves_nothing_behind(void **state)
{
    static const struct {
        const char *body; /* in base64: v=0, then what the row is about */
        size_t undone;
        enum xk_status status;
    } rows[] = {
        {"dj0wDQphPWtleS1tZ210Om1pa2V5IEFRSUQNCmE9Y3J5cHRvOjEgeA0K", 42, XK_OK},
        {"dj0wDQphPWtleS1tZ210Om1pa2V5IEFRP0QNCmE9Y3J5cHRvOjEgeA0K", 42, XK_E_BASE64},
        {"dj0wDQphPWNyeXB0bzoxIHgNCg==", 19, XK_E_NO_KEY_MGMT},
        {"anVuaw==", 4, XK_E_SDP},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[512];
        uint8_t out[64];
        uint8_t expected[64];
        size_t size = 77;
        struct xk_diag diag = {XK_OK, 0, ""};
        snprintf(text, sizeof text, START "c: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\r\n%s",
                 rows[i].body);
        memset(out, 0x55, sizeof out);
        memset(expected, 0x55, sizeof expected);
        assert_int_equal(find(text, out, rows[i].undone - 1, &size, &diag), XK_E_SPACE);
        assert_int_equal(diag.status, XK_E_SPACE);
        assert_int_equal(size, rows[i].undone);
        assert_memory_equal(out, expected, sizeof out);
        size = 77;
        assert_int_equal(find(text, out, rows[i].undone, &size, &diag), rows[i].status);
        memset(expected, 0, rows[i].undone);
        if (rows[i].status == XK_OK) {
            memcpy(expected, "\x01\x02\x03", 3);
        } else {
            assert_int_equal(diag.status, rows[i].status);
            assert_int_equal(diag.offset, strstr(text, rows[i].body) - text);
        }
        assert_int_equal(size, rows[i].status == XK_OK ? 3 : 77);
        assert_memory_equal(out, expected, sizeof out);
        assert_int_equal(find(text, out, rows[i].undone, &size, NULL), rows[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_attribute_that_is_in_force_is_found),
        cmocka_unit_test(what_may_not_be_null_is_refused),
        cmocka_unit_test(the_size_is_told_without_a_buffer),
        cmocka_unit_test(a_refusal_is_told_from_the_first_octet),
        cmocka_unit_test(an_encoded_body_leaves_nothing_behind),
    };
    return cmocka_run_group_tests_name("sip_find", tests, NULL, NULL);
}
