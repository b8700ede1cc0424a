/* SPDX-License-Identifier: BSD-2-Clause */
/* Multipart bodies, and the whole way from SIP to MIKEY octets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <xk/sip.h>

#define START                                                                                                        \
    "INVITE sip:b@x SIP/2.0\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\n"
#define SDP "v=0\r\ns=-\r\na=key-mgmt:mikey AQID\r\nm=audio 1 RTP/SAVP 0\r\na=key-mgmt:mikey BAUG\r\n"

static enum xk_status find(const char *text, uint8_t *out, size_t capacity, size_t *size, struct xk_diag *diag)
{
    return xk_sip_find_mikey((const uint8_t *)text, strlen(text), out, capacity, size, diag);
}

static void assert_finds(const char *text)
{
    static const uint8_t expected[] = {1, 2, 3};
    uint8_t out[3];
    size_t size = 0;
    assert_int_equal(find(text, out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(size, 3);
    assert_memory_equal(out, expected, 3);
}

static void test_finds(void **state)
{
    (void)state;
    assert_finds(SDP);
    assert_finds(START "Content-Type: application/SDP;charset=utf-8\r\n\r\n" SDP);
    assert_finds(START "Content-Type: multipart/mixed; x=\"a;boundary=no\"; boundary=\"b 1\"\r\n"
                       "\r\npreamble\r\n--b 1\r\n"
                       "Content-Type: application/isup\r\n\r\nx\r\n--b 12\r\n"
                       "--b 1  \r\nContent-Type: application/sdp\r\n"
                       "Content-Transfer-Encoding: binary\r\n\r\n" SDP "\r\n--b 1--\r\nepilogue");
    assert_finds(START "Content-Type: multipart/mixed;boundary=out\r\n\r\n--out\r\nContent-Type: multipart/alternative;"
                       "boundary=in\r\n\r\n--in\r\nContent-Type: text/plain\r\n\r\nx\r\n--in\r\nContent-Type: "
                       "application/sdp\r\n\r\n" SDP "\r\n--in--\r\n--out--\r\n");
}

static void test_sdp_part_ends_before_its_delimiter(void **state)
{
    (void)state;
    struct xk_sip_message m;
    const char *text = START "Content-Type: multipart/mixed;boundary=q\r\n\r\n--q\r\nContent-Type: application/sdp\r\n"
                             "\r\nv=0\r\ns=-\r\n\r\n--q--\r\n";
    assert_int_equal(xk_sip_parse((const uint8_t *)text, strlen(text), &m, NULL), XK_OK);
    assert_int_equal(m.sdp.size, 10);
    assert_memory_equal(m.sdp.data, "v=0\r\ns=-\r\n", 10);
}

/* In one body each: a part before the SDP part, and the way the SDP part is told. */
static void test_what_is_no_hindrance(void **state)
{
    static const struct {
        const char *before;
        const char *header;
    } rows[] = {
        {"", "Content-Transfer-Encoding: 8bit\r\n"},
        {"", "content-transfer-encoding: 7BIT\r\n"},
        {"", "Content-Transfer-Encoding: Binary\r\n"},
        {"--q\r\n\r\n", ""},                                /* neither header nor content */
        {"--q\n\n", ""},
        {"--q\r\nContent-Type: text/plain\r\n\r\n", ""},    /* the blank line is the delimiter's line end */
        {"--q\r\nContent-Type: text/plain\r\n", ""},        /* so is the header's own */
        {"--q\r\n\r\nx\n", ""},
        {"--q\r\n\r\n-q\r\n-xq\r\n--x\r\n--qq\r\n", ""},   /* almost delimiters */
        {"--q\r\n\r\nx\r\n--q --\r\n--q -\r\n--q-\r\n", ""}, /* blanks stand behind a closing one, not in it */
        {"--q\t \r\n\r\nx\r\n", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[1024];
        assert_true(snprintf(text, sizeof text,
                             START "Content-Type: multipart/mixed;boundary=q\r\n\r\n%s--q\r\n"
                                   "Content-Type: application/sdp\r\n%s\r\n" SDP "\r\n--q--\r\n",
                             rows[i].before, rows[i].header) < (int)sizeof text);
        assert_finds(text);
    }
}

/* An SDP part of nothing is there, and no SDP; the last line end of a part is not its own. */
static void test_line_ends_of_an_sdp_part(void **state)
{
    static const struct {
        const char *content;
        const char *sdp;
    } rows[] = {
        {"\r\n", ""}, {"\n", ""}, {"\r\n\r\n", ""}, {"\n\n", ""}, {"\r\n\n", ""},
        {"\r\nv=0\n", "v=0"}, {"\r\nv=0\r\n", "v=0"}, {"\r\nv=0\r\r\n", "v=0\r"}, {"\nv=0\n\n", "v=0\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512];
        struct xk_sip_message m;
        assert_true(snprintf(text, sizeof text,
                             START "Content-Type: multipart/mixed;boundary=q\r\n\r\n--q\r\n"
                                   "Content-Type: application/sdp\r\n%s--q--\r\n",
                             rows[i].content) < (int)sizeof text);
        assert_int_equal(xk_sip_parse((const uint8_t *)text, strlen(text), &m, NULL), XK_OK);
        assert_non_null(m.sdp.data);
        assert_int_equal(m.sdp.size, strlen(rows[i].sdp));
        assert_memory_equal(m.sdp.data, rows[i].sdp, m.sdp.size);
    }
}

/* `at` is a text whose first place in the message is where the refusal is; NULL for its end. */
static void test_place_of_a_refusal(void **state)
{
    static const struct {
        const char *body;
        const char *at;
        const char *field;
    } rows[] = {
        {"--q\r\n--q--\r\n", "--q--", "part header"}, /* no line end for the second delimiter */
        {"--q\r\nContent-Type: multipart/mixed;boundary=\"i:j\"\r\n\r\n--i:j\r\n--i:j--\r\n\r\n--q--", "--i:j--",
         "part header"}, /* nor when it looks like a header */
        {"--q\r\nX: y\r\nbroken\r\n\r\nx\r\n--q--\r\n", "broken", "part header"},
        {"--q\r\nX: y\r\n\r\nx\r\n--q --\r\n", NULL, "closing boundary"},
        {"--q\r\nContent-Type: multipart/mixed\r\n\r\nINNER\r\n--q--", "INNER", "boundary"},
        {"--q\r\nContent-Type: multipart/mixed;boundary=\"i\r\n\r\nINNER\r\n--q--", "INNER", "boundary"},
        {"--q\r\nContent-Type: multipart/mixed;boundary=i\r\n\r\nINNER\r\n--q--", "\r\n--q--",
         "closing boundary"},
        {"--q\r\nContent-Type: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\r\ndj0w\r\n--q--",
         "Content-Type: application/sdp", "Content-Transfer-Encoding"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512];
        struct xk_sip_message m;
        struct xk_diag diag = {XK_OK, 0, ""};
        memset(&m, 0x5a, sizeof m);
        struct xk_sip_message before = m;
        assert_true(snprintf(text, sizeof text, START "Content-Type: multipart/mixed;boundary=q\r\n\r\n%s",
                             rows[i].body) < (int)sizeof text);
        assert_int_equal(xk_sip_parse((const uint8_t *)text, strlen(text), &m, &diag), XK_E_SIP_BODY);
        const char *at = rows[i].at != NULL ? strstr(text, rows[i].at) : strchr(text, '\0');
        assert_int_equal(diag.status, XK_E_SIP_BODY);
        assert_string_equal(diag.field, rows[i].field);
        assert_int_equal(diag.offset, (size_t)(at - text));
        assert_memory_equal(&m, &before, sizeof m);
    }
}

static void test_refusals(void **state)
{
    static const struct {
        const char *text;
        enum xk_status status;
        const char *field;
    } cases[] = {
        {START "\r\n", XK_E_NO_KEY_MGMT, "application/sdp"},
        {START "Content-Type: text/plain\r\n\r\n" SDP, XK_E_NO_KEY_MGMT, "application/sdp"},
        {START "Content-Type: application/sdp\r\n\r\nv=0\r\n", XK_E_NO_KEY_MGMT, "a=key-mgmt:mikey"},
        {START "Content-Type: application/sdp\r\n\r\nv=0\r\na=key-mgmt:mikey AQI\r\n", XK_E_BASE64, "length"},
        {START "Content-Type: multipart/mixed\r\n\r\nx", XK_E_SIP_BODY, "boundary"},
        {START "Content-Type: multipart/mixed;boundary=\r\n\r\nx", XK_E_SIP_BODY, "boundary"},
        {START "Content-Type: multipart/mixed;boundary="
               "12345678901234567890123456789012345678901234567890123456789012345678901\r\n\r\nx",
         XK_E_SIP_BODY, "boundary"},
        {START "Content-Type: multipart/mixed;boundary=q\r\n\r\nno delimiter", XK_E_SIP_BODY, "closing boundary"},
        {START "Content-Type: multipart/mixed;boundary=q\r\n\r\n--q\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n",
         XK_E_SIP_BODY, "closing boundary"},
        {START "Content-Type: multipart/mixed;boundary=q\r\n\r\n--q\r\nbroken\r\n\r\nx\r\n--q--\r\n", XK_E_SIP_BODY,
         "part header"},
        {START "Content-Type: multipart/mixed;boundary=q\r\n\r\n--q\r\nContent-Type: application/sdp\r\n"
               "Content-Transfer-Encoding: base64\r\n\r\ndj0w\r\n--q--\r\n",
         XK_E_SIP_BODY, "Content-Transfer-Encoding"},
        {START "Content-Type: multipart/mixed;boundary=q\r\n\r\n--q--\r\n", XK_E_NO_KEY_MGMT, "application/sdp"},
        {"v=0\r\nbroken", XK_E_SDP, "line"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t out[8] = {0x55};
        size_t size = 0;
        struct xk_diag diag = {XK_OK, 0, ""};
        assert_int_equal(find(cases[i].text, out, sizeof out, &size, &diag), cases[i].status);
        assert_string_equal(diag.field, cases[i].field);
        assert_int_equal(out[0], 0x55);
    }
}

static void test_offset_from_the_first_octet(void **state)
{
    (void)state;
    const char *text = START "Content-Type: application/sdp\r\n\r\nv=0\r\na=key-mgmt:mikey AQ?D\r\n";
    uint8_t out[8];
    size_t size = 0;
    struct xk_diag diag = {XK_OK, 0, ""};
    assert_int_equal(find(text, out, sizeof out, &size, &diag), XK_E_BASE64);
    assert_int_equal(diag.offset, (size_t)(strstr(text, "?D") - text));
    assert_int_equal(find(SDP, out, 2, &size, &diag), XK_E_SPACE);
    assert_int_equal(size, 3);
    assert_int_equal(find(SDP, NULL, 1, &size, &diag), XK_E_ARGUMENT);
}

static void test_part_limit(void **state)
{
    (void)state;
    char text[4096];
    int at = snprintf(text, sizeof text, "%s", START "Content-Type: multipart/mixed;boundary=q\r\n\r\n");
    for (unsigned int i = 0; i < XK_SIP_PARTS_MAX + 1; i++) {
        at += snprintf(text + at, sizeof text - (size_t)at, "--q\r\nX: y\r\n\r\n%u\r\n", i);
    }
    assert_true(snprintf(text + at, sizeof text - (size_t)at, "--q--\r\n") < (int)sizeof text - at);
    struct xk_sip_message m;
    struct xk_diag diag = {XK_OK, 0, ""};
    assert_int_equal(xk_sip_parse((const uint8_t *)text, strlen(text), &m, &diag), XK_E_LIMIT);
    assert_string_equal(diag.field, "parts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds),
        cmocka_unit_test(test_sdp_part_ends_before_its_delimiter),
        cmocka_unit_test(test_what_is_no_hindrance),
        cmocka_unit_test(test_line_ends_of_an_sdp_part),
        cmocka_unit_test(test_place_of_a_refusal),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_offset_from_the_first_octet),
        cmocka_unit_test(test_part_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
