/* SPDX-License-Identifier: BSD-2-Clause */
/* What is in one header field: its name, its folded value, a URI, a media type and its parameters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <xk/sip.h>

#include "sip/header.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static const struct xk_bytes absent = {NULL, 0};

static void assert_text(struct xk_bytes view, const char *text)
{
    assert_int_equal(view.size, strlen(text));
    assert_memory_equal(view.data, text, view.size);
}

static void a_name_is_a_token_before_a_colon(void **state)
{
    static const struct {
        const char *line;
        const char *name; /* NULL: refused */
        const char *value;
        size_t offset; /* of the refusal, from the line */
    } rows[] = {
        {"X-1.a!%*_+`'~Z9: v\r\n", "X-1.a!%*_+`'~Z9", "v", 0},
        {"X \t : v\r\n", "X", "v", 0},
        {"X:\r\n", "X", "", 0},
        {"X/y: v\r\n", NULL, NULL, 1},  /* below the digits */
        {"X;y: v\r\n", NULL, NULL, 1},  /* between digits and letters */
        {"X[y: v\r\n", NULL, NULL, 1},  /* between upper and lower case */
        {"X{y: v\r\n", NULL, NULL, 1},  /* above the letters */
        {"X y: v\r\n", NULL, NULL, 2},
        {"X  \r\n", NULL, NULL, 3},
        {": v\r\n", NULL, NULL, 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[64] = "Before: x\r\n";
        size_t start = strlen(text);
        size_t at = start;
        struct xki_header header;
        struct xk_diag diag = {XK_OK, 0, ""};
        strcat(text, rows[i].line);
        enum xk_status status = xki_next_header(xk_text(text), &at, &header, &diag);
        if (rows[i].name != NULL) {
            assert_int_equal(status, XK_OK);
            assert_text(header.name, rows[i].name);
            assert_text(header.value, rows[i].value);
            assert_int_equal(header.offset, start);
            assert_int_equal(at, strlen(text));
        } else {
            assert_int_equal(status, XK_E_SIP);
            assert_string_equal(diag.field, "header name");
            assert_int_equal(diag.offset, start + rows[i].offset);
        }
    }
}

static void nul_is_neither_in_a_name_nor_in_a_value(void **state)
{
    static const uint8_t in_name[] = "X\0: v\r\n";
    static const uint8_t in_value[] = "A: b\r\nX: v\r\n \0\r\n";
    (void)state;
    struct xki_header header;
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t at = 0;
    struct xk_bytes text = {in_name, sizeof in_name - 1};
    assert_int_equal(xki_next_header(text, &at, &header, &diag), XK_E_SIP);
    assert_string_equal(diag.field, "header name");
    assert_int_equal(diag.offset, 1);
    at = 6;
    text = (struct xk_bytes){in_value, sizeof in_value - 1};
    assert_int_equal(xki_next_header(text, &at, &header, &diag), XK_E_SIP);
    assert_string_equal(diag.field, "NUL");
    assert_int_equal(diag.offset, 6);
}

static void blanks_and_empty_folds_around_a_value_are_taken_off(void **state)
{
    static const char *const texts[] = {
        "X:v\r\n", "X: \t v\t \r\n", "X:\r\n\tv\r\n", "X: v\r\n \r\n", "X: v\n\t\n \n", "X:\n \n v\r\n \t\r\n",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct xki_header header;
        size_t at = 0;
        assert_int_equal(xki_next_header(xk_text(texts[i]), &at, &header, NULL), XK_OK);
        assert_text(header.value, "v");
        assert_int_equal(at, strlen(texts[i]));
    }
}

static void the_blank_line_ends_the_section_and_nothing_else_does(void **state)
{
    (void)state;
    struct xki_header header;
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t at = 0;
    assert_int_equal(xki_next_header(xk_text("\r\nbody"), &at, &header, &diag), XK_OK);
    assert_int_equal(header.name.size, 0);
    assert_int_equal(at, 2);
    at = 6;
    assert_int_equal(xki_next_header(xk_text("X: v\r\n"), &at, &header, &diag), XK_E_SIP);
    assert_string_equal(diag.field, "end of headers");
    assert_int_equal(diag.offset, 6);
}

static void a_uri_is_found_in_either_form_of_an_address(void **state)
{
    static const struct {
        const char *value;
        const char *uri; /* NULL: there is none */
    } rows[] = {
        {"sip:a@x", "sip:a@x"},
        {"sip:a@x;tag=1", "sip:a@x"},
        {"<sip:a@x;lr>;tag=1", "sip:a@x;lr"},
        {"A B < sip:a@x >", "sip:a@x"},
        {"\"<sip:no@x>\" <sip:a@x>", "sip:a@x"},
        {"\"\\\"<sip:no@x>\" <sip:a@x>", "sip:a@x"},
        {"", NULL},
        {";tag=1", NULL},
        {"<>", NULL},
        {"<sip:a@x", NULL},
        {"\"open <sip:a@x>", NULL},
        {"\"open \\", NULL},
        {"alice", NULL},
        {"<alice>", NULL},
        {"sip:a b@x", NULL},
        {"sip:a\x01@x", NULL},
        {"sip:a\x7f@x", NULL},
        {"sip:a>@x", NULL},
        {"sip:a\"@x\"", NULL},
        {"<<sip:a@x>", NULL},
    };
    (void)state;
    struct xk_bytes uri = absent;
    assert_false(xki_address_uri(absent, &uri));
    for (size_t i = 0; i < LENGTH(rows); i++) {
        bool found = xki_address_uri(xk_text(rows[i].value), &uri);
        assert_int_equal(found, rows[i].uri != NULL);
        if (rows[i].uri != NULL) {
            assert_text(uri, rows[i].uri);
        }
    }
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
    assert_false(xki_is_media_type(absent, "application/sdp"));
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(xki_is_media_type(xk_text(rows[i].value), rows[i].type), rows[i].is);
    }
}

static void a_parameter_is_found_or_nothing_is_made_of_it(void **state)
{
    static const struct {
        const char *value;
        const char *parameter; /* NULL: not there or broken */
    } rows[] = {
        {"t/s;boundary=q", "q"},
        {"t/s; BOUNDARY = q ", "q"},
        {"t/s;boundary=\"a b\"", "a b"},
        {"t/s;boundary=\"a;b\";x=y", "a;b"},
        {"t/s;x=\"a;boundary=no\";boundary=q", "q"},
        {"t/s;x=\"\\\";boundary=no\";boundary=q", "q"},
        {"t/s;;boundary=q", "q"},
        {"t/s;boundary;boundary=q", "q"},
        {"boundary=no;boundary=q", "q"}, /* what stands first is the type */
        {"t/s;boundary=a=b", "a=b"},
        {"t/s", NULL},
        {"boundary=no", NULL},
        {"t/s;boundaryx=q", NULL},
        {"t/s;boundary=", NULL},
        {"t/s;boundary=\"\"", NULL},
        {"t/s;boundary=\"a\\b\"", NULL},
        {"t/s;boundary=\"", NULL},
        {"t/s;boundary=\"q", NULL},
        {"t/s;boundary=q\"", NULL},
        {"t/s;boundary=\"a\"b\"", NULL},
        {"t/s;boundary=\"q;x=y", NULL},
        {"t/s;x=\"open;boundary=q", NULL},
    };
    (void)state;
    struct xk_bytes parameter = absent;
    assert_false(xki_parameter(absent, "boundary", &parameter));
    for (size_t i = 0; i < LENGTH(rows); i++) {
        bool found = xki_parameter(xk_text(rows[i].value), "boundary", &parameter);
        assert_int_equal(found, rows[i].parameter != NULL);
        if (rows[i].parameter != NULL) {
            assert_text(parameter, rows[i].parameter);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_a_token_before_a_colon),
        cmocka_unit_test(nul_is_neither_in_a_name_nor_in_a_value),
        cmocka_unit_test(blanks_and_empty_folds_around_a_value_are_taken_off),
        cmocka_unit_test(the_blank_line_ends_the_section_and_nothing_else_does),
        cmocka_unit_test(a_uri_is_found_in_either_form_of_an_address),
        cmocka_unit_test(a_media_type_is_what_stands_before_the_parameters),
        cmocka_unit_test(a_parameter_is_found_or_nothing_is_made_of_it),
    };
    return cmocka_run_group_tests_name("sip_header", tests, NULL, NULL);
}
