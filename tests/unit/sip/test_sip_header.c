/* SPDX-License-Identifier: BSD-2-Clause */
/* What is in one header field: its name, its folded value, its parameters and a media type. */
#include "sip_fixture.h"

#include "sip/field.h"
#include "sip/header.h"
#include "sip/text.h"

static const struct xk_bytes absent = {NULL, 0};

static void a_name_is_a_token_before_a_colon(void **state)
{
    static const struct {
        const char *line;
        const char *name; /* NULL: junk */
        const char *value;
    } rows[] = {
        {"X-1.a!%*_+`'~Z9: v\r\n", "X-1.a!%*_+`'~Z9", "v"},
        {"X \t : v\r\n", "X", "v"},
        {"X:\r\n", "X", ""},
        {"X/y: v\r\n", NULL, NULL}, /* below the digits */
        {"X;y: v\r\n", NULL, NULL}, /* between digits and letters */
        {"X[y: v\r\n", NULL, NULL}, /* between upper and lower case */
        {"X{y: v\r\n", NULL, NULL}, /* above the letters */
        {"X y: v\r\n", NULL, NULL},
        {"X  \r\n", NULL, NULL},
        {": v\r\n", NULL, NULL},
        {" \r\n", NULL, NULL},
        {" X: v\r\n", NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[64] = "Before: x\r\n";
        size_t start = strlen(text);
        size_t at = start;
        struct xki_sip_header header;
        strcat(text, rows[i].line);
        enum xki_sip_line line = xki_sip_next_header(xk_text(text), &at, &header);
        assert_int_equal(line, rows[i].name != NULL ? XKI_SIP_LINE_FIELD : XKI_SIP_LINE_JUNK);
        assert_int_equal(header.offset, start);
        assert_int_equal(at, strlen(text));
        assert_false(header.has_nul);
        if (rows[i].name != NULL) {
            assert_view(header.name, rows[i].name);
            assert_view(header.value, rows[i].value);
        }
    }
}

static void nul_is_told_unless_it_is_quoted(void **state)
{
#define OCTETS(text) text, sizeof text - 1
    static const struct {
        const char *text;
        size_t size;
        enum xki_sip_line line;
        bool has_nul;
    } rows[] = {
        {OCTETS("X\0: v\r\n"), XKI_SIP_LINE_JUNK, false},       {OCTETS("X: v\0\r\n"), XKI_SIP_LINE_FIELD, true},
        {OCTETS("X:\0v\r\n"), XKI_SIP_LINE_FIELD, true},        {OCTETS("X: \"\\\0\"\r\n"), XKI_SIP_LINE_FIELD, false},
        {OCTETS("X: v\r\n \0\r\n"), XKI_SIP_LINE_FIELD, true},  {OCTETS("X: \\\0\\\0\0\r\n"), XKI_SIP_LINE_FIELD, true},
        {OCTETS("X: \\\0\\\0\r\n"), XKI_SIP_LINE_FIELD, false},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xki_sip_header header;
        struct xk_bytes text = {(const uint8_t *)rows[i].text, rows[i].size};
        size_t at = 0;
        assert_int_equal(xki_sip_next_header(text, &at, &header), rows[i].line);
        assert_int_equal(header.has_nul, rows[i].has_nul);
        assert_int_equal(at, rows[i].size);
    }
}

static void blanks_and_empty_folds_around_a_value_are_taken_off(void **state)
{
    static const char *const texts[] = {
        "X:v\r\n", "X: \t v\t \r\n", "X:\r\n\tv\r\n", "X: v\r\n \r\n", "X: v\n\t\n \n", "X:\n \n v\r\n \t\r\n",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct xki_sip_header header;
        size_t at = 0;
        assert_int_equal(xki_sip_next_header(xk_text(texts[i]), &at, &header), XKI_SIP_LINE_FIELD);
        assert_view(header.value, "v");
        assert_int_equal(at, strlen(texts[i]));
    }
}

static void what_is_folded_behind_junk_is_junk(void **state)
{
    (void)state;
    struct xki_sip_header header;
    size_t at = 0;
    const char *text = "junk\r\n From: x\r\n\ty\r\nX: v\r\n";
    assert_int_equal(xki_sip_next_header(xk_text(text), &at, &header), XKI_SIP_LINE_JUNK);
    assert_view(header.value, NULL);
    assert_int_equal(xki_sip_next_header(xk_text(text), &at, &header), XKI_SIP_LINE_FIELD);
    assert_view(header.name, "X");
}

static void the_blank_line_ends_the_section_and_nothing_else_does(void **state)
{
    (void)state;
    struct xki_sip_header header;
    size_t at = 0;
    assert_int_equal(xki_sip_next_header(xk_text("\r\nbody"), &at, &header), XKI_SIP_LINE_END);
    assert_int_equal(header.name.size, 0);
    assert_int_equal(at, 2);
    at = 6;
    assert_int_equal(xki_sip_next_header(xk_text("X: v\r\n"), &at, &header), XKI_SIP_LINE_CUT);
    assert_int_equal(header.offset, 6);
    at = 0;
    assert_int_equal(xki_sip_next_header(xk_text("X: v"), &at, &header), XKI_SIP_LINE_CUT);
    assert_int_equal(header.name.size, 0);
    assert_int_equal(header.offset, 0);
    at = 0;
    assert_int_equal(xki_sip_next_header(xk_text("X: v\r"), &at, &header), XKI_SIP_LINE_CUT);
    at = 0;
    assert_int_equal(xki_sip_next_header(xk_text("\r"), &at, &header), XKI_SIP_LINE_CUT);
    at = 0;
    assert_int_equal(xki_sip_next_header(xk_text("X: v\n"), &at, &header), XKI_SIP_LINE_FIELD);
}

static void a_media_type_is_what_stands_before_the_parameters(void **state)
{
    static const struct {
        const char *value;
        const char *type;
        bool is;
    } rows[] = {
        {"application/sdp", "application/sdp", true},
        {"Application/SDP ; charset=utf-8", "application/sdp", true},
        {"application/sdp,", "application/sdp", true},
        {"application/sdpx", "application/sdp", false},
        {"application/sd", "application/sdp", false},
        {"x;application/sdp", "application/sdp", false},
        {"multipart/mixed;boundary=q", "multipart/", true},
        {"MULTIPART/x", "multipart/", true},
        {"multipart/", "multipart/", false},
        {"multipart/;x=y", "multipart/", false},
        {"multipast/mixed", "multipart/", false},
        {"", "multipart/", false},
    };
    (void)state;
    assert_false(xki_sip_is_media_type(absent, "application/sdp"));
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(xki_sip_is_media_type(xk_text(rows[i].value), rows[i].type), rows[i].is);
    }
}

static void a_parameter_is_found_by_its_name(void **state)
{
    static const struct {
        const char *value;
        const char *parameter; /* NULL: absent */
        bool found;
    } rows[] = {
        {"t/s;boundary=q", "q", true},
        {"t/s; BOUNDARY = q ", "q", true},
        {"t/s;boundary=\"a;b\";x=y", "\"a;b\"", true},
        {"t/s;x=\"a;boundary=no\";boundary=q", "q", true},
        {"t/s;x=\"\\\";boundary=no\";boundary=q", "q", true},
        {"t/s;;boundary=q", "q", true},
        {"t/s;boundary=q;boundary=r", "q", true},
        {"t/s;boundary", NULL, true},
        {"t/s;boundary=", "", true},
        {"t/s;boundary=a=b", "a=b", true},
        {"t/s;boundary=\"q;x=y", "\"q;x=y", true},
        {"t/s", NULL, false},
        {"boundary=no", NULL, false}, /* what stands first is the type */
        {"t/s;boundaryx=q", NULL, false},
        {"t/s;boundar=q", NULL, false},
        {"t/s;x=\"open;boundary=q", NULL, false},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_bytes type = xk_text(rows[i].value);
        struct xk_bytes value = absent;
        assert_int_equal(xki_sip_parameter(xki_sip_parameters(&type), "boundary", &value), rows[i].found);
        if (rows[i].found) {
            assert_view(value, rows[i].parameter);
        }
    }
    struct xk_bytes value = absent;
    assert_false(xki_sip_parameter(absent, "boundary", &value));
    assert_view(xki_sip_parameters(&value), NULL);
    struct xk_bytes type = xk_text("t/s ;x");
    assert_view(xki_sip_parameters(&type), "x");
    assert_view(type, "t/s ");
}

static void quotes_come_off_in_pairs(void **state)
{
    static const struct {
        const char *text;
        const char *inside; /* NULL: broken */
    } rows[] = {
        {"q", "q"},   {"", ""},      {"\"a b\"", "a b"}, {"\"\"", ""},       {"\"a\\b\"", NULL},
        {"\"", NULL}, {"\"q", NULL}, {"q\"", NULL},      {"\"a\"b\"", NULL}, {"a\\b", NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_bytes text = xk_text(rows[i].text);
        assert_int_equal(xki_sip_unquote(&text), rows[i].inside != NULL);
        assert_view(text, rows[i].inside != NULL ? rows[i].inside : rows[i].text);
    }
}

static void an_open_quote_covers_what_follows(void **state)
{
    (void)state;
    assert_int_equal(xki_sip_find_unquoted(xk_text("a;b"), ';'), 1);
    assert_int_equal(xki_sip_find_unquoted(xk_text("\";\";b"), ';'), 3);
    assert_int_equal(xki_sip_find_unquoted(xk_text("\";b"), ';'), 3);
    assert_int_equal(xki_sip_find_unquoted(xk_text("ab"), ';'), 2);
    assert_int_equal(xki_sip_skip_quoted(xk_text("x\"a\\\"\"y"), 1), 6);
    assert_int_equal(xki_sip_skip_quoted(xk_text("x\"a\\\""), 1), 1);
    assert_int_equal(xki_sip_skip_quoted(xk_text("\"\\"), 0), 0);
}

static void numbers_are_read_up_to_their_bound(void **state)
{
    static const struct {
        const char *text;
        uint32_t most;
        bool good;
        uint32_t number;
        const char *rest;
    } rows[] = {
        {"0", 9, true, 0, ""},
        {"007x", 7, true, 7, "x"},
        {"8", 7, false, 0, "8"},
        {"4294967295", UINT32_MAX, true, UINT32_MAX, ""},
        {"4294967296", UINT32_MAX, false, 0, "4294967296"},
        {"99999999999999999999999999", UINT32_MAX, false, 0, "99999999999999999999999999"},
        {"", 9, false, 0, ""},
        {"-1", 9, false, 0, "-1"},
        {"/", 9, false, 0, "/"},
        {":", 9, false, 0, ":"},
        {"9:", 9, true, 9, ":"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_bytes text = xk_text(rows[i].text);
        uint32_t number = 0;
        assert_int_equal(xki_sip_number(&text, rows[i].most, &number), rows[i].good);
        assert_int_equal(number, rows[i].number);
        assert_view(text, rows[i].rest);
    }
}

/* Each name, its compact form, and names that are nearly one of them. */
static void a_field_is_known_by_either_of_its_names(void **state)
{
    static const struct {
        const char *name;
        const char *compact;
        enum xki_sip_field field;
        int source;
    } rows[] = {
        {"From", "f", XKI_SIP_FROM, XK_SIP_FROM},
        {"To", "t", XKI_SIP_TO, XK_SIP_TO},
        {"Call-ID", "i", XKI_SIP_CALL_ID, 0},
        {"CSeq", NULL, XKI_SIP_CSEQ, 0},
        {"RSeq", NULL, XKI_SIP_RSEQ, 0},
        {"RAck", NULL, XKI_SIP_RACK, 0},
        {"Session-Expires", "x", XKI_SIP_SESSION_EXPIRES, 0},
        {"Replaces", NULL, XKI_SIP_REPLACES, 0},
        {"Contact", "m", XKI_SIP_CONTACT, 0},
        {"Content-Length", "l", XKI_SIP_CONTENT_LENGTH, 0},
        {"Content-Type", "c", XKI_SIP_CONTENT_TYPE, 0},
        {"Content-Disposition", NULL, XKI_SIP_CONTENT_DISPOSITION, 0},
        {"Content-Transfer-Encoding", NULL, XKI_SIP_CONTENT_TRANSFER_ENCODING, 0},
        {"Content-Encoding", "e", XKI_SIP_CONTENT_ENCODING, 0},
        {"P-Asserted-Identity", NULL, XKI_SIP_P_ASSERTED, XK_SIP_ASSERTED},
        {"P-Preferred-Identity", NULL, XKI_SIP_P_PREFERRED, XK_SIP_PREFERRED},
        {"P-Called-Party-ID", NULL, XKI_SIP_P_CALLED_PARTY, XK_SIP_CALLED_PARTY},
        {"History-Info", NULL, XKI_SIP_HISTORY_INFO, XK_SIP_HISTORY},
        {"Diversion", NULL, XKI_SIP_DIVERSION_FIELD, XK_SIP_DIVERSION},
        {"Subject", "s", XKI_SIP_FIELDS, 0},
        {"Fro", "v", XKI_SIP_FIELDS, 0},
        {"Fron", "\x01", XKI_SIP_FIELDS, 0},
    };
    (void)state;
    assert_int_equal(LENGTH(rows), XKI_SIP_FIELDS + 3);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char upper[32] = "";
        for (size_t j = 0; rows[i].name[j] != '\0'; j++) {
            upper[j] =
                (char)(rows[i].name[j] >= 'a' && rows[i].name[j] <= 'z' ? rows[i].name[j] - 32 : rows[i].name[j]);
        }
        assert_int_equal(xki_sip_which(xk_text(rows[i].name)), rows[i].field);
        assert_int_equal(xki_sip_which(xk_text(upper)), rows[i].field);
        assert_int_equal((int)xki_sip_field_source(rows[i].field), rows[i].source);
        if (rows[i].compact != NULL) {
            assert_int_equal(xki_sip_which(xk_text(rows[i].compact)), rows[i].field);
        }
        if (rows[i].field < XKI_SIP_FIELDS) {
            assert_string_equal(xki_sip_field_name(rows[i].field), rows[i].name);
        }
    }
    assert_int_equal(xki_sip_which(xk_text("F")), XKI_SIP_FROM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_a_token_before_a_colon),
        cmocka_unit_test(nul_is_told_unless_it_is_quoted),
        cmocka_unit_test(blanks_and_empty_folds_around_a_value_are_taken_off),
        cmocka_unit_test(what_is_folded_behind_junk_is_junk),
        cmocka_unit_test(the_blank_line_ends_the_section_and_nothing_else_does),
        cmocka_unit_test(a_media_type_is_what_stands_before_the_parameters),
        cmocka_unit_test(a_parameter_is_found_by_its_name),
        cmocka_unit_test(quotes_come_off_in_pairs),
        cmocka_unit_test(an_open_quote_covers_what_follows),
        cmocka_unit_test(numbers_are_read_up_to_their_bound),
        cmocka_unit_test(a_field_is_known_by_either_of_its_names),
    };
    return cmocka_run_group_tests_name("sip_header", tests, NULL, NULL);
}
