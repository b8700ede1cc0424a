/* SPDX-License-Identifier: BSD-2-Clause */
/* The start line and the four mandatory fields: what is read, what is refused, and what is told. */
#include "sip_fixture.h"

static void an_invite_is_read(void **state)
{
    (void)state;
    const char *text = INVITE "Via: SIP/2.0/UDP 192.0.2.1\r\n"
                              "f: \"A <sip:not@this> \\\" Name\" <sip:alice@example.com>;tag=9\r\n"
                              "T : tel:+15550100;tag=7\r\n"
                              "i: abc@192.0.2.1\r\n"
                              "CSeq: 42\r\n  INVITE\r\n"
                              "P-Asserted-Identity: <sip:alice@home.example>\r\n"
                              "P-Asserted-Identity: <tel:+15550199>\r\n"
                              "c: application/sdp\r\nl: 5\r\n\r\nv=0\r\n";
    struct xk_sip_message m = read_message(text);
    assert_true(m.is_request);
    assert_view(m.method, "INVITE");
    assert_view(m.request_uri, "sip:b@x");
    assert_int_equal(m.status_code, 0);
    assert_view(m.from_uri, "sip:alice@example.com");
    assert_view(m.from_tag, "9");
    assert_view(m.to_uri, "tel:+15550100");
    assert_view(m.to_tag, "7");
    assert_view(m.call_id, "abc@192.0.2.1");
    assert_int_equal(m.cseq_number, 42);
    assert_view(m.cseq_method, "INVITE");
    assert_view(m.asserted_uri, "sip:alice@home.example");
    assert_int_equal(m.headers.data - (const uint8_t *)text, sizeof INVITE - 1);
    assert_int_equal(m.headers.size, strstr(text, "\r\n\r\n") + 2 - text - (long)sizeof INVITE + 1);
    assert_view(m.body, "v=0\r\n");
    assert_view(m.sdp, "v=0\r\n");
    assert_int_equal(m.rseq, 0);
    assert_int_equal(m.rack.rseq, 0);
    assert_int_equal(m.session_expires, 0);
    assert_view(m.replaces.call_id, NULL);
    assert_view(m.instance, NULL);
    assert_false(m.has_imei);
    assert_deviations(m, 0);
}

static void a_response_is_read(void **state)
{
    static const struct {
        const char *line;
        unsigned int code;
        uint32_t deviations;
    } rows[] = {
        {"SIP/2.0 200 OK\r\n", 200, 0},
        {"SIP/2.0 200\r\n", 200, 0},
        {"SIP/2.0 100 \r\n", 100, 0},
        {"SIP/2.0 487\tx\r\n", 487, 0},
        {"sip/2.0 699 x\n", 699, 0},
        {"SIP/2.0  200 OK\r\n", 200, XK_SIP_DEV_START_LINE},
        {"SIP/2.0\t 200 OK\r\n", 200, XK_SIP_DEV_START_LINE},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[256];
        snprintf(text, sizeof text, "%s" FROM TO CALL_ID CSEQ "\r\n", rows[i].line);
        struct xk_sip_message m = read_message(text);
        assert_false(m.is_request);
        assert_int_equal(m.status_code, rows[i].code);
        assert_view(m.method, NULL);
        assert_view(m.request_uri, NULL);
        assert_view(m.cseq_method, "INVITE");
        assert_view(m.to_tag, NULL);
        assert_int_equal(m.body.size, 0);
        assert_view(m.sdp, NULL);
        assert_int_equal(m.session, XK_SIP_SDP_MAX);
        assert_int_equal(m.part_count, 0);
        assert_deviations(m, rows[i].deviations);
    }
}

static void a_request_line_is_read_with_blanks_and_brackets(void **state)
{
    static const struct {
        const char *line;
        const char *uri; /* NULL: not certain */
        uint32_t deviations;
    } rows[] = {
        {"INVITE sip:b@x SIP/2.0\r\n", "sip:b@x", 0},
        {"INVITE sip:b@x sip/2.0\n", "sip:b@x", 0},
        {"INVITE sip:b@x SIP/2.0 \r\n", "sip:b@x", XK_SIP_DEV_START_LINE},
        {"INVITE sip:b@x SIP/2.0\t \r\n", "sip:b@x", XK_SIP_DEV_START_LINE},
        {"INVITE  sip:b@x SIP/2.0\r\n", "sip:b@x", XK_SIP_DEV_START_LINE},
        {"INVITE sip:b@x  SIP/2.0\r\n", "sip:b@x", XK_SIP_DEV_START_LINE},
        {"INVITE <sip:b@x> SIP/2.0\r\n", "sip:b@x", XK_SIP_DEV_REQUEST_URI},
        {"INVITE < sip:b@x > SIP/2.0\r\n", "sip:b@x", XK_SIP_DEV_REQUEST_URI},
        {"INVITE <sip:b@x>;lr SIP/2.0\r\n", NULL, XK_SIP_DEV_REQUEST_URI | XK_SIP_DEV_URI},
        {"INVITE sip:b@x; lr SIP/2.0\r\n", NULL, XK_SIP_DEV_REQUEST_URI | XK_SIP_DEV_URI},
        {"INVITE <> SIP/2.0\r\n", NULL, XK_SIP_DEV_REQUEST_URI | XK_SIP_DEV_URI},
        {"INVITE < SIP/2.0\r\n", NULL, XK_SIP_DEV_REQUEST_URI | XK_SIP_DEV_URI},
        {"INVITE bob SIP/2.0\r\n", NULL, XK_SIP_DEV_REQUEST_URI | XK_SIP_DEV_URI},
        {"INVITE sip:a@b@x SIP/2.0\r\n", NULL, XK_SIP_DEV_URI},
        {"INVITE sip:\xff@x SIP/2.0\r\n", NULL, XK_SIP_DEV_URI | XK_SIP_DEV_URI_OCTETS},
        {"INVITE sip:\xc3\xa9@x SIP/2.0\r\n", "sip:\xc3\xa9@x", XK_SIP_DEV_URI_OCTETS},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[256];
        snprintf(text, sizeof text, "%s" FROM TO CALL_ID CSEQ "\r\n", rows[i].line);
        struct xk_sip_message m = read_message(text);
        assert_true(m.is_request);
        assert_view(m.method, "INVITE");
        assert_view(m.request_uri, rows[i].uri);
        assert_deviations(m, rows[i].deviations);
    }
}

/* What keeps a connection alive stands before a message. */
static void what_stands_before_the_start_line_is_stepped_over(void **state)
{
    static const struct {
        const char *octets;
        size_t size;
        uint32_t deviations;
    } rows[] = {
        {"", 0, 0},
        {"\r\n", 2, 0},
        {"\r\n\r\n", 4, 0},
        {"\n", 1, XK_SIP_DEV_BEFORE_START},
        {"\r\n\r", 3, XK_SIP_DEV_BEFORE_START},
        {"\r\r\n", 3, XK_SIP_DEV_BEFORE_START},
        {" \t", 2, XK_SIP_DEV_BEFORE_START},
        {"\0\0\0\0", 4, XK_SIP_DEV_BEFORE_START},
        {"\0\r\n\0", 4, XK_SIP_DEV_BEFORE_START},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        static const char start[] = START "\r\n";
        uint8_t text[256];
        struct xk_sip_message m;
        memcpy(text, rows[i].octets, rows[i].size);
        memcpy(text + rows[i].size, start, sizeof start - 1);
        assert_int_equal(xk_sip_parse(text, rows[i].size + sizeof start - 1, &m, NULL), XK_OK);
        assert_view(m.method, "INVITE");
        assert_deviations(m, rows[i].deviations);
        struct xk_diag diag = {XK_OK, 0, ""};
        assert_int_equal(xk_sip_parse(text, rows[i].size, &m, &diag), XK_E_SIP);
        assert_int_equal(diag.offset, rows[i].size);
        assert_string_equal(diag.field, "Method");
    }
}

/* `at` is a text whose first place in the message is where the refusal is. */
static void what_is_refused_is_told_with_its_place(void **state)
{
    static const struct {
        const char *text;
        const char *at;
        const char *field;
    } rows[] = {
        {"", "", "Method"},
        {"INVITE\r\n\r\n", "\r\n", "Request-URI"},
        {"INV/ITE sip:b@x SIP/2.0\r\n\r\n", "INV", "Method"},
        {"Via: x y\r\n\r\n", "Via", "Method"},
        {"INVITE sip:b@x\r\n\r\n", "sip", "Request-URI"},
        {"INVITE SIP/2.0\r\n\r\n", "SIP", "Request-URI"},
        {"INVITE sip:b@x SIP/3.0\r\n\r\n", "SIP/", "SIP-Version"},
        {"INVITE sip:b@x SIP/2.0x\r\n\r\n", "SIP/", "SIP-Version"},
        {"\r\nINVITE sip:b@x HTTP/1.1\r\n\r\n", "HTTP", "SIP-Version"},
        {"SIP/2.0\r\n\r\n", "\r\n", "Status-Code"},
        {"SIP/2.0 20\r\n\r\n", "\r\n", "Status-Code"},
        {"SIP/2.0 2\r\n\r\n", "\r\n", "Status-Code"},
        {"SIP/2.0 2x0 OK\r\n\r\n", "x0", "Status-Code"},
        {"SIP/2.0 :00 OK\r\n\r\n", ":00", "Status-Code"},
        {"SIP/2.0 099 OK\r\n\r\n", "099", "Status-Code"},
        {"SIP/2.0 700 OK\r\n\r\n", "700", "Status-Code"},
        {"\r\nSIP/2.0  2000 OK\r\n\r\n", "2000", "Status-Code"},
        {"SIP/3.0 200 OK\r\n\r\n", "SIP", "Method"},
        {INVITE TO CALL_ID CSEQ "\r\n", "INVITE", "From"},
        {INVITE FROM CALL_ID CSEQ "\r\n", "INVITE", "To"},
        {INVITE FROM TO CSEQ "\r\n", "INVITE", "Call-ID"},
        {INVITE FROM TO CALL_ID "\r\n", "INVITE", "CSeq"},
        {INVITE FROM TO "Call-ID: \t\r\n" CSEQ "\r\n", "Call-ID", "Call-ID"},
        {INVITE FROM TO CALL_ID "CSeq:\r\n\r\n", "CSeq", "CSeq"},
        {INVITE FROM TO CALL_ID "CSeq: INVITE\r\n\r\n", "CSeq", "CSeq"},
        {INVITE FROM TO CALL_ID "CSeq: 17\r\n\r\n", "CSeq", "CSeq"},
        {INVITE FROM TO CALL_ID "CSeq: 1 IN:VITE\r\n\r\n", "CSeq", "CSeq"},
        {INVITE FROM TO CALL_ID "CSeq: -1 INVITE\r\n\r\n", "CSeq", "CSeq"},
        {INVITE FROM TO CALL_ID "CSeq: 2147483648 INVITE\r\n\r\n", "CSeq", "CSeq"},
        {INVITE FROM TO CALL_ID "CSeq: 4294967297 INVITE\r\n\r\n", "CSeq", "CSeq"},
        {INVITE "From <sip:a@x>;tag=1\r\n" TO CALL_ID CSEQ "\r\n", "INVITE", "From"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_sip_message m;
        struct xk_diag diag = {XK_OK, 0, ""};
        memset(&m, 0x5a, sizeof m);
        struct xk_sip_message before = m;
        assert_int_equal(parse(rows[i].text, &m, &diag), XK_E_SIP);
        assert_int_equal(diag.status, XK_E_SIP);
        assert_string_equal(diag.field, rows[i].field);
        assert_int_equal(diag.offset, strstr(rows[i].text, rows[i].at) - rows[i].text);
        assert_memory_equal(&m, &before, sizeof m);
        assert_int_equal(parse(rows[i].text, &m, NULL), XK_E_SIP);
    }
}

static void cseq_is_a_number_and_a_method(void **state)
{
    static const struct {
        const char *value;
        uint32_t number;
        const char *method;
        uint32_t deviations;
    } rows[] = {
        {"0 INVITE", 0, "INVITE", 0},
        {"0009  INVITE", 9, "INVITE", 0},
        {"2147483647\tINVITE", 2147483647, "INVITE", 0},
        {"1INVITE", 1, "INVITE", XK_SIP_DEV_CSEQ},
        {"1 INVITE x", 1, "INVITE", XK_SIP_DEV_CSEQ},
        {"1 ACK", 1, "ACK", XK_SIP_DEV_CSEQ},
        {"1 INVITF", 1, "INVITF", XK_SIP_DEV_CSEQ},
        {"1 INVIT", 1, "INVIT", XK_SIP_DEV_CSEQ},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[256];
        snprintf(text, sizeof text, INVITE FROM TO CALL_ID "CSeq: %s\r\n\r\n", rows[i].value);
        struct xk_sip_message m = read_message(text);
        assert_int_equal(m.cseq_number, rows[i].number);
        assert_view(m.cseq_method, rows[i].method);
        assert_deviations(m, rows[i].deviations);
    }
    struct xk_sip_message m = read_message("SIP/2.0 200 OK\r\n" FROM TO CALL_ID "CSeq: 1 ACK\r\n\r\n");
    assert_deviations(m, 0);
}

/* A field that is there twice, or is not as it should be, loses neither the message nor what it says first. */
static void a_mandatory_field_is_told_when_it_is_odd(void **state)
{
    static const struct {
        const char *text;
        const char *from;
        const char *from_tag;
        const char *to;
        const char *to_tag;
        uint32_t deviations;
    } rows[] = {
        {INVITE FROM "From: <sip:c@x>;tag=2\r\n" TO CALL_ID CSEQ, "sip:a@x", "1", "sip:b@x", NULL,
         XK_SIP_DEV_FROM_TWICE},
        {INVITE "From: <sip:a@x>;tag=1, <sip:c@x>;tag=2\r\n" TO CALL_ID CSEQ, "sip:a@x", "1", "sip:b@x", NULL,
         XK_SIP_DEV_FROM_TWICE},
        {START "t: <sip:c@x>;tag=2\r\n", "sip:a@x", "1", "sip:b@x", NULL, XK_SIP_DEV_TO_TWICE},
        {INVITE FROM "To: sip:b@x, sip:c@x;tag=3\r\n" CALL_ID CSEQ, "sip:a@x", "1", "sip:b@x", NULL,
         XK_SIP_DEV_TO_TWICE},
        {START "Call-ID: c2\r\n", "sip:a@x", "1", "sip:b@x", NULL, XK_SIP_DEV_CALL_ID},
        {START "CSeq: 2 INVITE\r\n", "sip:a@x", "1", "sip:b@x", NULL, XK_SIP_DEV_CSEQ},
        {INVITE "From: \r\n" TO CALL_ID CSEQ, NULL, NULL, "sip:b@x", NULL, XK_SIP_DEV_URI | XK_SIP_DEV_TAG},
        {INVITE "From: bob;tag=7\r\n" TO CALL_ID CSEQ, NULL, "7", "sip:b@x", NULL, XK_SIP_DEV_URI},
        {INVITE "From: <sip:a@x;tag=7\r\n" TO CALL_ID CSEQ, NULL, "7", "sip:b@x", NULL,
         XK_SIP_DEV_URI | XK_SIP_DEV_BRACKETS},
        {INVITE FROM "To: sip:a b@x\r\n" CALL_ID CSEQ, "sip:a@x", "1", NULL, NULL, XK_SIP_DEV_URI},
        {INVITE FROM "To: <s{p:b@x>\r\n" CALL_ID CSEQ, "sip:a@x", "1", NULL, NULL, XK_SIP_DEV_URI},
        {INVITE FROM "To: <s`p:b@x>\r\n" CALL_ID CSEQ, "sip:a@x", "1", NULL, NULL, XK_SIP_DEV_URI},
        {INVITE FROM "To: <s@p:b>\r\n" CALL_ID CSEQ, "sip:a@x", "1", NULL, NULL, XK_SIP_DEV_URI},
        {INVITE FROM "To: <s[p:b@x>\r\n" CALL_ID CSEQ, "sip:a@x", "1", NULL, NULL, XK_SIP_DEV_URI},
        {INVITE FROM "To: <a1+-.z:b>\r\n" CALL_ID CSEQ, "sip:a@x", "1", "a1+-.z:b", NULL, 0},
        {INVITE "From: bob@x, <sip:c@y>;tag=7\r\n" TO CALL_ID CSEQ, "sip:c@y", "7", "sip:b@x", NULL,
         XK_SIP_DEV_DISPLAY_NAME},
        {INVITE FROM "To: <z:b>\r\n" CALL_ID CSEQ, "sip:a@x", "1", "z:b", NULL, 0},
        {INVITE FROM "To: <z:>\r\n" CALL_ID CSEQ, "sip:a@x", "1", NULL, NULL, XK_SIP_DEV_URI},
        {INVITE FROM "To: <1z:b>\r\n" CALL_ID CSEQ, "sip:a@x", "1", NULL, NULL, XK_SIP_DEV_URI},
        {INVITE "From: <sip:a@x>\r\n" TO CALL_ID CSEQ, "sip:a@x", NULL, "sip:b@x", NULL, XK_SIP_DEV_TAG},
        {INVITE "From: <sip:a@x>;tag=\r\n" TO CALL_ID CSEQ, "sip:a@x", NULL, "sip:b@x", NULL, XK_SIP_DEV_TAG},
        {INVITE "From: <sip:a@x>;tag\r\n" TO CALL_ID CSEQ, "sip:a@x", NULL, "sip:b@x", NULL, XK_SIP_DEV_TAG},
        {INVITE FROM "To: <sip:b@x>;x=y;TAG=a@b:c\r\n" CALL_ID CSEQ, "sip:a@x", "1", "sip:b@x", "a@b:c",
         XK_SIP_DEV_TAG},
        {INVITE FROM "To: <sip:b@x>;tag=a b\r\n" CALL_ID CSEQ, "sip:a@x", "1", "sip:b@x", NULL, XK_SIP_DEV_TAG},
        {INVITE FROM "To: <sip:b@x>;tag=\"a\"\r\n" CALL_ID CSEQ, "sip:a@x", "1", "sip:b@x", NULL, XK_SIP_DEV_TAG},
        {INVITE FROM "To: <sip:b@x>;tag=a>\r\n" CALL_ID CSEQ, "sip:a@x", "1", "sip:b@x", NULL, XK_SIP_DEV_TAG},
        {INVITE FROM "To: <sip:b@x>;tag=<a\r\n" CALL_ID CSEQ, "sip:a@x", "1", NULL, NULL,
         XK_SIP_DEV_TAG | XK_SIP_DEV_URI},
        {INVITE FROM "To: <sip:b@x>;tag=!\r\n" CALL_ID CSEQ, "sip:a@x", "1", "sip:b@x", "!", 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[512];
        snprintf(text, sizeof text, "%s\r\n", rows[i].text);
        struct xk_sip_message m = read_message(text);
        assert_view(m.from_uri, rows[i].from);
        assert_view(m.from_tag, rows[i].from_tag);
        assert_view(m.to_uri, rows[i].to);
        assert_view(m.to_tag, rows[i].to_tag);
        assert_view(m.call_id, "c1");
        assert_int_equal(m.cseq_number, 1);
        assert_deviations(m, rows[i].deviations);
    }
    struct xk_sip_message m = read_message(INVITE FROM TO "Call-ID: a b\r\n" CSEQ "\r\n");
    assert_view(m.call_id, "a b");
    assert_deviations(m, XK_SIP_DEV_CALL_ID);
    assert_deviations(read_message(INVITE FROM TO "Call-ID: !\r\n" CSEQ "\r\n"), 0);
    assert_deviations(read_message(INVITE FROM TO "Call-ID: \001a\r\n" CSEQ "\r\n"), XK_SIP_DEV_CALL_ID);
}

/* RFC 3325 9.1: one value or two, a SIP and a TEL URI. */
static void asserted_identities_never_lose_the_message(void **state)
{
    static const struct {
        const char *fields;
        const char *uri;
        uint32_t deviations;
    } rows[] = {
        {"", NULL, 0},
        {"P-Asserted-Identity: sip:a@b,tel:+1\r\n", "sip:a@b", 0},
        {"P-Asserted-Identity: \"x, y\" <sip:a@b>\r\nP-Asserted-Identity: <tel:+1>\r\n", "sip:a@b", 0},
        {"P-Asserted-Identity: <sip:a@b>,<tel:+1>,<tel:+2>\r\n", "sip:a@b", XK_SIP_DEV_ASSERTED},
        {"P-Asserted-Identity: <sip:a@b>\r\nP-Asserted-Identity: <tel:+1>\r\nP-Asserted-Identity: <tel:+2>\r\n",
         "sip:a@b", XK_SIP_DEV_ASSERTED},
        {"P-Asserted-Identity:\r\n", NULL, XK_SIP_DEV_ASSERTED},
        {"P-Asserted-Identity: ,\r\n", NULL, XK_SIP_DEV_ASSERTED},
        {"P-Asserted-Identity: x\r\n", NULL, XK_SIP_DEV_ASSERTED},
        {"P-Asserted-Identity: <sip:+1\r\nP-Asserted-Identity: <tel:+1>\r\n", "tel:+1",
         XK_SIP_DEV_ASSERTED | XK_SIP_DEV_BRACKETS},
        {"P-Asserted-Identity: <sip:+1, <tel:+1>\r\n", "tel:+1", XK_SIP_DEV_ASSERTED | XK_SIP_DEV_BRACKETS},
        {"P-Asserted-Identity: <sip:\xff@x>, <tel:+1>\r\n", "tel:+1", XK_SIP_DEV_ASSERTED | XK_SIP_DEV_URI_OCTETS},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[512];
        snprintf(text, sizeof text, START "%s\r\n", rows[i].fields);
        struct xk_sip_message m = read_message(text);
        assert_view(m.asserted_uri, rows[i].uri);
        assert_deviations(m, rows[i].deviations);
    }
}

static void junk_lines_are_stepped_over(void **state)
{
    (void)state;
    struct xk_sip_message m = read_message(INVITE " folded: x\r\n" FROM "no colon\r\n\tfolded\r\n" TO
                                                  "a/b: c\r\n" CALL_ID CSEQ ": x\r\n\r\n");
    assert_view(m.to_uri, "sip:b@x");
    assert_deviations(m, XK_SIP_DEV_HEADER_LINE);
    static const char nul[] = START "Y: \0\r\n\r\n";
    assert_int_equal(xk_sip_parse((const uint8_t *)nul, sizeof nul - 1, &m, NULL), XK_OK);
    assert_deviations(m, XK_SIP_DEV_HEADER_NUL);
    static const char nul_in_uri[] = INVITE "From: <sip:a\0b@x>;tag=1\r\n" TO CALL_ID CSEQ "\r\n";
    assert_int_equal(xk_sip_parse((const uint8_t *)nul_in_uri, sizeof nul_in_uri - 1, &m, NULL), XK_OK);
    assert_view(m.from_uri, NULL);
    assert_deviations(m, XK_SIP_DEV_HEADER_NUL | XK_SIP_DEV_URI);
}

/* However many there are: a limit would be a way to hide a call. */
static void any_number_of_header_fields_is_read(void **state)
{
    (void)state;
    char *text = malloc(5 * 2000 + 256);
    assert_non_null(text);
    size_t size = (size_t)sprintf(text, INVITE);
    for (unsigned int i = 0; i < 2000; i++) {
        size += (size_t)sprintf(text + size, "Y: y\n");
    }
    sprintf(text + size, FROM TO CALL_ID CSEQ "\r\n");
    assert_deviations(read_message(text), 0);
    free(text);
}

/* A whole line counts, half a one does not: half of a URI is another one. */
static void every_truncation_of_the_header_section(void **state)
{
    (void)state;
    static const char whole[] = START "P-Asserted-Identity: tel:+1555\r\n\r\n";
    const size_t mandatory = sizeof START - 1;
    for (size_t size = 0; size < sizeof whole - 1; size++) {
        struct xk_sip_message m;
        if (size < mandatory) {
            assert_int_equal(xk_sip_parse((const uint8_t *)whole, size, &m, NULL), XK_E_SIP);
            continue;
        }
        assert_int_equal(xk_sip_parse((const uint8_t *)whole, size, &m, NULL), XK_OK);
        assert_deviations(m, XK_SIP_DEV_HEADER_END);
        assert_view(m.asserted_uri, size >= sizeof whole - 3 ? "tel:+1555" : NULL);
        assert_int_equal(m.body.size, 0);
        assert_int_equal(m.headers.size,
                         (size >= sizeof whole - 3 ? sizeof whole - 3 : mandatory) - (sizeof INVITE - 1));
    }
}

static void what_may_not_be_null_is_refused(void **state)
{
    (void)state;
    struct xk_sip_message m;
    struct xk_diag diag = {XK_OK, 9, "x"};
    assert_int_equal(xk_sip_parse(NULL, 0, &m, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "");
    assert_int_equal(xk_sip_parse((const uint8_t *)"x", 1, NULL, &diag), XK_E_ARGUMENT);
}

static void each_deviation_has_its_name(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < XK_SIP_DEVIATION_COUNT; i++) {
        const char *name = xk_sip_deviation_name((enum xk_sip_deviation)(1u << i));
        assert_memory_equal(name, "XK_SIP_DEV_", 11);
        assert_string_not_equal(name, "XK_SIP_DEV_?");
        for (unsigned int j = 0; j < i; j++) {
            assert_string_not_equal(name, xk_sip_deviation_name((enum xk_sip_deviation)(1u << j)));
        }
    }
    assert_string_equal(xk_sip_deviation_name(XK_SIP_DEV_BEFORE_START), "XK_SIP_DEV_BEFORE_START");
    assert_string_equal(xk_sip_deviation_name(XK_SIP_DEV_BASE64), "XK_SIP_DEV_BASE64");
    assert_string_equal(xk_sip_deviation_name((enum xk_sip_deviation)0), "XK_SIP_DEV_?");
    assert_string_equal(xk_sip_deviation_name((enum xk_sip_deviation)3), "XK_SIP_DEV_?");
    assert_string_equal(xk_sip_deviation_name((enum xk_sip_deviation)(1 << XK_SIP_DEVIATION_COUNT)), "XK_SIP_DEV_?");
}

/* Of two lengths the larger counts, however large; a number that has no room is the largest. */
static void a_content_length_may_be_of_any_size(void **state)
{
    (void)state;
    static const struct {
        size_t first;
        size_t second;
        uint32_t deviations;
    } rows[] = {
        {SIZE_MAX - 16, SIZE_MAX - 16, 0},
        {SIZE_MAX - 16, SIZE_MAX - 17, XK_SIP_DEV_CONTENT_LENGTH},
        {SIZE_MAX - 17, SIZE_MAX - 16, XK_SIP_DEV_CONTENT_LENGTH},
    };
    const uint32_t other = read_message(START "Content-Length: 9999999999\r\n\r\nv=0\r\n").deviations;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[256];
        snprintf(text, sizeof text, START "Content-Length: %zu\r\nContent-Length: %zu\r\n\r\nv=0\r\n", rows[i].first,
                 rows[i].second);
        struct xk_sip_message m = read_message(text);
        assert_view(m.body, "v=0\r\n");
        assert_deviations(m, other | rows[i].deviations);
    }
    char text[256];
    snprintf(text, sizeof text, START "Content-Length: %zu6\r\n\r\nv=0\r\n", SIZE_MAX / 10); /* one too many */
    struct xk_sip_message m = read_message(text);
    assert_view(m.body, "v=0\r\n");
    assert_deviations(m, other);
}

/* From memory that ends with the octets, so that none behind them is read. */
static void nothing_is_read_behind_the_end(void **state)
{
    (void)state;
    static const char whole[] = "\r\n\r\r\n" START "l: 3\r\nc: application/sdp\r\n\r\nv=0";
    for (size_t size = 0; size < sizeof whole; size++) {
        struct xk_sip_message m;
        uint8_t *octets = malloc(size);
        assert_true(octets != NULL || size == 0);
        if (size > 0) {
            memcpy(octets, whole, size);
            assert_int_equal(xk_sip_parse(octets, size, &m, NULL), size < 5 + sizeof START - 1 ? XK_E_SIP : XK_OK);
        }
        free(octets);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_invite_is_read),
        cmocka_unit_test(a_response_is_read),
        cmocka_unit_test(a_request_line_is_read_with_blanks_and_brackets),
        cmocka_unit_test(what_stands_before_the_start_line_is_stepped_over),
        cmocka_unit_test(what_is_refused_is_told_with_its_place),
        cmocka_unit_test(cseq_is_a_number_and_a_method),
        cmocka_unit_test(a_mandatory_field_is_told_when_it_is_odd),
        cmocka_unit_test(asserted_identities_never_lose_the_message),
        cmocka_unit_test(junk_lines_are_stepped_over),
        cmocka_unit_test(any_number_of_header_fields_is_read),
        cmocka_unit_test(every_truncation_of_the_header_section),
        cmocka_unit_test(a_content_length_may_be_of_any_size),
        cmocka_unit_test(nothing_is_read_behind_the_end),
        cmocka_unit_test(what_may_not_be_null_is_refused),
        cmocka_unit_test(each_deviation_has_its_name),
    };
    return cmocka_run_group_tests_name("sip_message", tests, NULL, NULL);
}
