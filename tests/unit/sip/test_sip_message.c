/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <xk/sip.h>

#define MANDATORY "From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\n"

static enum xk_status parse(const char *text, struct xk_sip_message *message, struct xk_diag *diag)
{
    return xk_sip_parse((const uint8_t *)text, strlen(text), message, diag);
}

static void assert_text(struct xk_bytes view, const char *text)
{
    assert_int_equal(view.size, strlen(text));
    assert_memory_equal(view.data, text, view.size);
}

static void test_invite(void **state)
{
    (void)state;
    struct xk_sip_message m;
    assert_int_equal(parse("INVITE sip:bob@example.com SIP/2.0\r\n"
                           "Via: SIP/2.0/UDP 192.0.2.1\r\n"
                           "f: \"A <sip:not@this> \\\" Name\" <sip:alice@example.com>;tag=9\r\n"
                           "T : tel:+15550100;tag=7\r\n"
                           "i: abc@192.0.2.1\r\n"
                           "CSeq: 42\r\n  INVITE\r\n"
                           "P-Asserted-Identity: <sip:alice@home.example>\r\n"
                           "P-Asserted-Identity: <tel:+15550199>\r\n"
                           "c: application/sdp\r\nl: 5\r\n\r\nv=0\r\n",
                           &m, NULL),
                     XK_OK);
    assert_true(m.is_request);
    assert_text(m.method, "INVITE");
    assert_text(m.request_uri, "sip:bob@example.com");
    assert_int_equal(m.status_code, 0);
    assert_text(m.from_uri, "sip:alice@example.com");
    assert_text(m.to_uri, "tel:+15550100");
    assert_text(m.call_id, "abc@192.0.2.1");
    assert_text(m.cseq_method, "INVITE");
    assert_text(m.asserted_uri, "sip:alice@home.example");
    assert_text(m.body, "v=0\r\n");
    assert_text(m.sdp, "v=0\r\n");
}

static void test_response_without_body(void **state)
{
    (void)state;
    struct xk_sip_message m;
    assert_int_equal(parse("SIP/2.0 200 OK\n" MANDATORY "\n", &m, NULL), XK_OK);
    static const char *const lists[] = {"sip:a@b,tel:+1", "sip:a@b , <tel:+1>", "<sip:a@b>, <tel:+1>",
                                        "\"x, y\" <sip:a@b>"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "SIP/2.0 200 OK\n" MANDATORY "P-Asserted-Identity: %s\n\n", lists[i]);
        assert_int_equal(parse(text, &m, NULL), XK_OK);
        assert_text(m.asserted_uri, "sip:a@b");
    }
    assert_int_equal(parse("\r\n\r\nSIP/2.0 200 OK\n" MANDATORY "\n", &m, NULL), XK_OK);
    assert_int_equal(parse("\r\n\rSIP/2.0 200 OK\n" MANDATORY "\n", &m, NULL), XK_E_SIP);
    assert_false(m.is_request);
    assert_int_equal(m.status_code, 200);
    assert_int_equal(m.body.size, 0);
    assert_null(m.sdp.data);
    assert_null(m.asserted_uri.data);
    assert_int_equal(parse("SIP/2.0 200\r\n" MANDATORY "\r\n", &m, NULL), XK_OK);
    assert_int_equal(parse("SIP/2.0 100 \r\n" MANDATORY "\r\n", &m, NULL), XK_OK);
    assert_int_equal(m.status_code, 100);
    assert_int_equal(parse("sip/2.0 699 x\r\n" MANDATORY "\r\n", &m, NULL), XK_OK);
    assert_int_equal(m.status_code, 699);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *text;
        enum xk_status status;
        const char *field;
    } cases[] = {
        {"", XK_E_SIP, "Method"},
        {"INVITE\r\n\r\n", XK_E_SIP, "Method"},
        {"Via: x y\r\n\r\n", XK_E_SIP, "Method"},
        {"INVITE sip:b@x\r\n\r\n", XK_E_SIP, "Request-URI"},
        {"INVITE  SIP/2.0\r\n\r\n", XK_E_SIP, "Request-URI"},
        {"INVITE sip:b@x HTTP/1.1\r\n\r\n", XK_E_SIP, "SIP-Version"},
        {"SIP/2.0 20x OK\r\n\r\n", XK_E_SIP, "Status-Code"},
        {"SIP/2.0 2\r\n\r\n", XK_E_SIP, "Status-Code"},
        {"SIP/2.0 2/0 OK\r\n\r\n", XK_E_SIP, "Status-Code"},
        {"SIP/2.0 2:0 OK\r\n\r\n", XK_E_SIP, "Status-Code"},
        {"SIP/2.0 099 No\r\n\r\n", XK_E_SIP, "Status-Code"},
        {"SIP/2.0 \r\n\r\n", XK_E_SIP, "Request-URI"},
        {"SIP/2.0 700 No\r\n\r\n", XK_E_SIP, "Status-Code"},
        {"SIP/2.0 2000 No\r\n\r\n", XK_E_SIP, "Status-Code"},
        {"INVITE sip:b@x SIP/2.0\r\nFrom <sip:a@x>\r\n\r\n", XK_E_SIP, "header name"},
        {"INVITE sip:b@x SIP/2.0\r\n: x\r\n\r\n", XK_E_SIP, "header name"},
        {"INVITE sip:b@x SIP/2.0\r\n" MANDATORY, XK_E_SIP, "end of headers"},
        {"INVITE sip:b@x SIP/2.0\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n", XK_E_SIP, "From"},
        {"INVITE sip:b@x SIP/2.0\r\n" MANDATORY "t: <sip:c@x>\r\n\r\n", XK_E_SIP, "To"},
        {"INVITE sip:b@x SIP/2.0\r\nFrom: <sip:a@x\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n",
         XK_E_SIP, "From"},
        {"INVITE sip:b@x SIP/2.0\r\nFrom: \"open <sip:a@x>\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1 I\r\n\r\n",
         XK_E_SIP, "From"},
        {"INVITE sip:b@x SIP/2.0\r\nFrom: <sip:a@x>\r\nTo: bob\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n", XK_E_SIP,
         "To"},
        {"INVITE sip:b@x SIP/2.0\r\nFrom: <sip:a@x>\r\nTo: <sip:b@x>\r\nCall-ID:\r\nCSeq: 1 INVITE\r\n\r\n",
         XK_E_SIP, "Call-ID"},
        {"INVITE sip:b@x SIP/2.0\r\nFrom: <sip:a@x>\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: INVITE\r\n\r\n",
         XK_E_SIP, "CSeq"},
        {"INVITE sip:b@x SIP/2.0\r\nFrom: <sip:a@x>\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 17\r\n\r\n", XK_E_SIP,
         "CSeq"},
        {"INVITE sip:b@x SIP/2.0\r\nFrom: <sip:a@x>\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1INVITE\r\n\r\n",
         XK_E_SIP, "CSeq"},
        {"INVITE sip:b@x SIP/2.0\r\nFrom: <sip:a@x>\r\nTo: <sip:b@x>\r\nCall-ID: c\r\n\r\n", XK_E_SIP, "CSeq"},
        {"INVITE sip:b@x SIP/2.0\r\nFrom: <sip:a@x>\r\nTo: <sip:b@x>\r\nCSeq: 1 INVITE\r\n\r\n", XK_E_SIP,
         "Call-ID"},
        {"INVITE sip:b@x SIP/2.0\r\n" MANDATORY "P-Asserted-Identity: x\r\n\r\n", XK_E_SIP, "P-Asserted-Identity"},
        {"INVITE sip:b@x SIP/2.0\r\n" MANDATORY "P-Asserted-Identity:\r\n\r\n", XK_E_SIP, "P-Asserted-Identity"},
        {"INVITE sip:b@x SIP/2.0\r\n" MANDATORY "Content-Length: 1:\r\n\r\nab", XK_E_SIP_BODY, "Content-Length"},
        {"INVITE sip:b@x SIP/2.0\r\n" MANDATORY "Content-Length: 3\r\n\r\nab", XK_E_SIP_BODY, "Content-Length"},
        {"INVITE sip:b@x SIP/2.0\r\n" MANDATORY "Content-Length: 1\r\n\r\nab", XK_E_SIP_BODY, "Content-Length"},
        {"INVITE sip:b@x SIP/2.0\r\n" MANDATORY "Content-Length: -1\r\n\r\nab", XK_E_SIP_BODY, "Content-Length"},
        {"INVITE sip:b@x SIP/2.0\r\n" MANDATORY "Content-Length: 99999999999999999999999\r\n\r\nab", XK_E_SIP_BODY,
         "Content-Length"},
        {"INVITE sip:b@x SIP/2.0\r\n" MANDATORY "Content-Length:\r\n\r\n", XK_E_SIP_BODY, "Content-Length"},
        {"INVITE sip:b@x SIP/2.0\r\n" MANDATORY "l: 0\r\nContent-Length: 0\r\n\r\n", XK_E_SIP, "Content-Length"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct xk_sip_message m;
        struct xk_diag diag = {XK_OK, 0, ""};
        memset(&m, 0x5a, sizeof m);
        struct xk_sip_message before = m;
        assert_int_equal(parse(cases[i].text, &m, &diag), cases[i].status);
        assert_int_equal(diag.status, cases[i].status);
        assert_string_equal(diag.field, cases[i].field);
        assert_memory_equal(&m, &before, sizeof m);
    }
}

static void test_every_truncation_of_the_header_section(void **state)
{
    (void)state;
    static const char whole[] = "INVITE sip:b@x SIP/2.0\r\n" MANDATORY "\r\n";
    for (size_t size = 0; size < sizeof whole - 2; size++) {
        struct xk_sip_message m;
        assert_int_equal(xk_sip_parse((const uint8_t *)whole, size, &m, NULL), XK_E_SIP);
    }
}

static void test_header_limit_and_nul(void **state)
{
    (void)state;
    struct xk_sip_message m;
    struct xk_diag diag = {XK_OK, 0, ""};
    static const char start[] = "INVITE sip:b@x SIP/2.0\r\n" MANDATORY;
    size_t size = sizeof start - 1;
    char *text = malloc(size + 5 * XK_SIP_HEADERS_MAX + 3);
    assert_non_null(text);
    memcpy(text, start, size);
    for (unsigned int i = 4; i <= XK_SIP_HEADERS_MAX; i++) {
        if (i == XK_SIP_HEADERS_MAX) {
            memcpy(text + size, "\r\n", 3);
            assert_int_equal(parse(text, &m, &diag), XK_OK);
        }
        memcpy(text + size, "X: y\n", 5);
        size += 5;
    }
    memcpy(text + size, "\r\n", 3);
    assert_int_equal(parse(text, &m, &diag), XK_E_LIMIT);
    assert_string_equal(diag.field, "headers");
    free(text);
    static const uint8_t nul[] = "INVITE sip:b@x SIP/2.0\r\nFrom: <sip:a\0b@x>\r\n\r\n";
    assert_int_equal(xk_sip_parse(nul, sizeof nul - 1, &m, &diag), XK_E_SIP);
    assert_string_equal(diag.field, "NUL");
    assert_int_equal(xk_sip_parse(NULL, 0, &m, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_sip_parse(nul, 1, NULL, &diag), XK_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_invite),
        cmocka_unit_test(test_response_without_body),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_every_truncation_of_the_header_section),
        cmocka_unit_test(test_header_limit_and_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
