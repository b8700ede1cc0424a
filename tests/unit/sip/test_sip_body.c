/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a body ends, what it is, and what it is wrapped in. */
#include "sip_fixture.h"

#define SDP "v=0\r\ns=-\r\n"

static void content_length_says_where_the_body_ends(void **state)
{
    static const struct {
        const char *fields;
        const char *rest;
        const char *body;
        uint32_t deviations;
    } rows[] = {
        {"", "abc", "abc", 0},
        {"", "", "", 0},
        {"l: 3\r\n", "abc", "abc", 0},
        {"l: 003\r\n", "abc", "abc", 0},
        {"l: 0\r\n", "", "", 0},
        {"l: 2\r\n", "abc", "ab", XK_SIP_DEV_SURPLUS},
        {"l: 0\r\n", "abc", "", XK_SIP_DEV_SURPLUS},
        {"l: 4\r\n", "abc", "abc", XK_SIP_DEV_CONTENT_LENGTH},
        {"l: 18446744073709551615\r\n", "abc", "abc", XK_SIP_DEV_CONTENT_LENGTH},
        {"l: 18446744073709551619\r\n", "abc", "abc", XK_SIP_DEV_CONTENT_LENGTH}, /* 3, were it to wrap */
        {"l: 99999999999999999999999\r\n", "abc", "abc", XK_SIP_DEV_CONTENT_LENGTH},
        {"l: \r\n", "abc", "abc", XK_SIP_DEV_CONTENT_LENGTH},
        {"l: -1\r\n", "abc", "abc", XK_SIP_DEV_CONTENT_LENGTH},
        {"l: 2x\r\n", "abc", "abc", XK_SIP_DEV_CONTENT_LENGTH},
        {"l: 1:\r\n", "abc", "abc", XK_SIP_DEV_CONTENT_LENGTH},
        {"l: 1/\r\n", "abc", "abc", XK_SIP_DEV_CONTENT_LENGTH},
        {"l: 3\r\nContent-Length: 3\r\n", "abc", "abc", 0},
        {"l: 1\r\nl: 2\r\n", "abc", "ab", XK_SIP_DEV_CONTENT_LENGTH | XK_SIP_DEV_SURPLUS},
        {"l: 2\r\nl: 1\r\n", "abc", "ab", XK_SIP_DEV_CONTENT_LENGTH | XK_SIP_DEV_SURPLUS},
        {"l: x\r\nl: 1\r\n", "abc", "a", XK_SIP_DEV_CONTENT_LENGTH | XK_SIP_DEV_SURPLUS},
        {"l: 1\r\nl: x\r\n", "abc", "a", XK_SIP_DEV_CONTENT_LENGTH | XK_SIP_DEV_SURPLUS},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[512];
        snprintf(text, sizeof text, START "%s\r\n%s", rows[i].fields, rows[i].rest);
        struct xk_sip_message m = read_message(text);
        assert_view(m.body, rows[i].body);
        assert_deviations(m, rows[i].deviations);
    }
}

static void what_a_body_is(void **state)
{
    static const struct {
        const char *fields;
        const char *body;
        bool sdp;
        uint32_t deviations;
    } rows[] = {
        {"c: application/sdp\r\n", SDP, true, 0},
        {"c: Application/SDP;charset=utf-8\r\n", SDP, true, 0},
        {"c: application/sdp,\r\n", SDP, true, 0},
        {"c: text/plain\r\n", SDP, false, 0},
        {"", SDP, true, XK_SIP_DEV_CONTENT_TYPE},
        {"c:\r\n", SDP, true, XK_SIP_DEV_CONTENT_TYPE},
        {"", "\r\n" SDP, true, XK_SIP_DEV_CONTENT_TYPE | XK_SIP_DEV_SDP_BLANK_LINE},
        {"", "v=0 \n", true, XK_SIP_DEV_CONTENT_TYPE | XK_SIP_DEV_SDP_LINE_END},
        {"", "v=1\r\n", false, 0},
        {"", "hello", false, 0},
        {"", "\r\n", false, 0},
        {"c: application/sdp\r\n", "", false, 0},
        {"c: application/sdp\r\nContent-Type: application/sdp\r\n", SDP, true, XK_SIP_DEV_CONTENT_TYPE},
        {"c: application/sdp\r\nContent-Type: text/plain\r\n", SDP, true, XK_SIP_DEV_CONTENT_TYPE},
        {"c: text/plain\r\nContent-Type: application/sdp\r\n", SDP, true, XK_SIP_DEV_CONTENT_TYPE},
        {"c: text/plain\r\nContent-Type: text/html\r\n", SDP, false, XK_SIP_DEV_CONTENT_TYPE},
        {"c: multipart/mixed;boundary=q\r\nc: application/sdp\r\n", "--q\r\nc: x\r\n\r\n--q--", false,
         XK_SIP_DEV_CONTENT_TYPE},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[512];
        snprintf(text, sizeof text, START "%s\r\n%s", rows[i].fields, rows[i].body);
        struct xk_sip_message m = read_message(text);
        assert_view(m.sdp, rows[i].sdp ? rows[i].body : NULL);
        assert_int_equal(m.part_count, rows[i].sdp ? 1 : 0);
        assert_int_equal(m.session, rows[i].sdp ? 0 : XK_SIP_SDP_MAX);
        assert_deviations(m, rows[i].deviations);
    }
}

#define BASE64 "dj0wDQpzPS0NCg=="

static void what_a_body_is_wrapped_in(void **state)
{
    static const struct {
        const char *fields;
        const char *body;
        enum xk_sip_encoding encoding;
        uint32_t deviations;
    } rows[] = {
        {"", SDP, XK_SIP_ENCODING_NONE, 0},
        {"Content-Transfer-Encoding: 7BIT\r\n", SDP, XK_SIP_ENCODING_NONE, 0},
        {"Content-Transfer-Encoding: 8bit\r\n", SDP, XK_SIP_ENCODING_NONE, 0},
        {"Content-Transfer-Encoding: binary\r\n", SDP, XK_SIP_ENCODING_NONE, 0},
        {"Content-Transfer-Encoding:\r\n", SDP, XK_SIP_ENCODING_NONE, 0},
        {"e: identity\r\n", SDP, XK_SIP_ENCODING_NONE, 0},
        {"Content-Transfer-Encoding: Base64\r\n", BASE64, XK_SIP_ENCODING_BASE64, 0},
        {"Content-Transfer-Encoding: base64 ;x\r\ne: identity\r\n", BASE64, XK_SIP_ENCODING_BASE64, 0},
        {"Content-Transfer-Encoding: quoted-printable\r\n", "v=3D0\r\n", XK_SIP_ENCODING_OTHER, 0},
        {"Content-Encoding: gzip\r\n", "\x1f\x8b", XK_SIP_ENCODING_OTHER, 0},
        {"e: deflate\r\nContent-Transfer-Encoding: base64\r\n", BASE64, XK_SIP_ENCODING_OTHER, 0},
        {"e: identity, gzip\r\n", "\x1f\x8b", XK_SIP_ENCODING_OTHER, 0},
        {"Content-Transfer-Encoding: base64\r\n", SDP, XK_SIP_ENCODING_NONE, XK_SIP_DEV_ENCODING},
        {"Content-Transfer-Encoding: 7-bit\r\n", SDP, XK_SIP_ENCODING_NONE, XK_SIP_DEV_ENCODING},
        {"Content-Encoding: none\r\n", SDP, XK_SIP_ENCODING_NONE, XK_SIP_DEV_ENCODING},
        {"Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n", BASE64, XK_SIP_ENCODING_BASE64,
         XK_SIP_DEV_FIELD},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[512];
        snprintf(text, sizeof text, START "c: application/sdp\r\n%s\r\n%s", rows[i].fields, rows[i].body);
        struct xk_sip_message m = read_message(text);
        bool plain = rows[i].encoding == XK_SIP_ENCODING_NONE;
        assert_int_equal(m.encoding, rows[i].encoding);
        assert_int_equal(m.part_count, 1);
        assert_int_equal(m.session, 0);
        assert_int_equal(m.parts[0].encoding, rows[i].encoding);
        assert_view(m.parts[0].data, rows[i].body);
        assert_view(m.sdp, plain ? rows[i].body : NULL);
        assert_int_equal(m.parts[0].direction, XK_SDP_INACTIVE);
        assert_deviations(m, rows[i].deviations);
    }
    struct xk_sip_message m = read_message(START "c: text/plain\r\ne: gzip\r\n\r\nx");
    assert_int_equal(m.encoding, XK_SIP_ENCODING_NONE);
    assert_deviations(m, 0);
    m = read_message(START "c: multipart/mixed;boundary=q\r\ne: gzip\r\n\r\nx");
    assert_int_equal(m.encoding, XK_SIP_ENCODING_OTHER);
    assert_deviations(m, XK_SIP_DEV_PARTS);
    m = read_message(START "c: multipart/mixed;boundary=q\r\ne: gzip\r\n\r\n--q\r\n\r\n" SDP "\r\n--q--\r\n");
    assert_int_equal(m.encoding, XK_SIP_ENCODING_NONE);
    assert_view(m.sdp, SDP);
    assert_deviations(m, XK_SIP_DEV_ENCODING | XK_SIP_DEV_CONTENT_TYPE);
}

static void a_description_is_a_sessions_unless_it_says_otherwise(void **state)
{
    static const struct {
        const char *field;
        enum xk_sip_disposition disposition;
        bool chosen;
        uint32_t deviations;
    } rows[] = {
        {"", XK_SIP_DISPOSITION_SESSION, true, 0},
        {"Content-Disposition: Session;handling=optional\r\n", XK_SIP_DISPOSITION_SESSION, true, 0},
        {"Content-Disposition: ;handling=optional\r\n", XK_SIP_DISPOSITION_SESSION, true, 0},
        {"Content-Disposition: early-session\r\n", XK_SIP_DISPOSITION_EARLY_SESSION, false, 0},
        {"Content-Disposition: render\r\n", XK_SIP_DISPOSITION_OTHER, true, XK_SIP_DEV_DISPOSITION},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[512];
        snprintf(text, sizeof text, START "c: application/sdp\r\n%s\r\n" SDP "m=audio 1 RTP/SAVP 0\r\na=sendonly\r\n",
                 rows[i].field);
        struct xk_sip_message m = read_message(text);
        assert_int_equal(m.parts[0].disposition, rows[i].disposition);
        assert_int_equal(m.parts[0].direction, XK_SDP_SENDONLY);
        assert_int_equal(m.session, rows[i].chosen ? 0 : XK_SIP_SDP_MAX);
        assert_deviations(m, rows[i].deviations);
    }
}

/* MIME steps over what is no digit, and ends with the padding. */
static void base64_of_a_body_is_undone(void **state)
{
    static const struct {
        const char *text;
        const char *octets; /* NULL: none */
    } rows[] = {
        {"Zm9vYmFy", "foobar"},
        {"Zm9v\r\nYmFy\r\n", "foobar"},
        {" Zg==", "f"},
        {"Zg==Zm8=", "f"},
        {"Zm8", "fo"},
        {"Z-m_8!", "fo"},
        {"Z", NULL},
        {"====", NULL},
        {"\r\n", NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_sip_sdp part = {xk_text(rows[i].text), XK_SIP_ENCODING_BASE64, XK_SIP_DISPOSITION_SESSION, false,
                                  XK_SDP_INACTIVE};
        uint8_t out[16];
        uint8_t untouched[16];
        struct xk_bytes sdp = {NULL, 77};
        struct xk_diag diag = {XK_OK, 9, ""};
        memset(out, 0x55, sizeof out);
        memset(untouched, 0x55, sizeof untouched);
        size_t size = rows[i].octets != NULL ? strlen(rows[i].octets) : 0;
        if (size == 0) {
            assert_int_equal(xk_sip_undo(&part, out, sizeof out, &sdp, &diag), XK_E_BASE64);
            assert_int_equal(diag.status, XK_E_BASE64);
            assert_int_equal(sdp.size, 77);
            continue;
        }
        assert_int_equal(xk_sip_undo(&part, out, size - 1, &sdp, &diag), XK_E_SPACE);
        assert_int_equal(diag.status, XK_E_SPACE);
        assert_null(sdp.data);
        assert_int_equal(sdp.size, size);
        assert_memory_equal(out, untouched, sizeof out);
        assert_int_equal(xk_sip_undo(&part, out, size, &sdp, &diag), XK_OK);
        assert_ptr_equal(sdp.data, out);
        assert_view(sdp, rows[i].octets);
        assert_memory_equal(out + size, untouched, sizeof out - size);
    }
}

static void undoing_tells_what_it_cannot(void **state)
{
    (void)state;
    struct xk_sip_sdp part = {xk_text("v=0"), XK_SIP_ENCODING_NONE, XK_SIP_DISPOSITION_SESSION, false, XK_SDP_INACTIVE};
    struct xk_bytes sdp = {NULL, 77};
    struct xk_diag diag = {XK_OK, 9, ""};
    uint8_t out[4] = {1, 2, 3, 4};
    assert_int_equal(xk_sip_undo(&part, NULL, 0, &sdp, &diag), XK_OK);
    assert_ptr_equal(sdp.data, part.data.data);
    assert_int_equal(sdp.size, 3);
    part.encoding = XK_SIP_ENCODING_OTHER;
    assert_int_equal(xk_sip_undo(&part, out, 4, &sdp, &diag), XK_E_ENCODING);
    assert_int_equal(diag.status, XK_E_ENCODING);
    assert_string_equal(diag.field, "Content-Encoding");
    assert_int_equal(out[0], 1);
    assert_int_equal(xk_sip_undo(NULL, out, 4, &sdp, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_sip_undo(&part, out, 4, NULL, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_sip_undo(&part, NULL, 4, &sdp, &diag), XK_E_ARGUMENT);
    part.data = (struct xk_bytes){NULL, 3};
    assert_int_equal(xk_sip_undo(&part, out, 4, &sdp, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_string_equal(diag.field, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_length_says_where_the_body_ends),
        cmocka_unit_test(what_a_body_is),
        cmocka_unit_test(what_a_body_is_wrapped_in),
        cmocka_unit_test(a_description_is_a_sessions_unless_it_says_otherwise),
        cmocka_unit_test(base64_of_a_body_is_undone),
        cmocka_unit_test(undoing_tells_what_it_cannot),
    };
    return cmocka_run_group_tests_name("sip_body", tests, NULL, NULL);
}
