/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk_test/vectors.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static const char sample[] = "# a comment = 1\n"
                             "early = 00\n"
                             "\n"
                             "  [one]  \r\n"
                             "name with blanks = 0a 0B\tff\r\n"
                             "nothing =\n"
                             "[ two ]\n"
                             "early=01\n"
                             "name with blanks = 02"; /* and no line feed at the end */

static struct xk_test_vectors vectors;
static uint8_t out[64];
static size_t size;

static enum xk_test_vectors_status get(const char *section, const char *name)
{
    return xk_test_vectors_get(&vectors, section, name, out, sizeof out, &size);
}

static int parse_sample(void **state)
{
    (void)state;
    size_t line = 7;
    memset(out, 0x55, sizeof out);
    return xk_test_vectors_parse(xk_text(sample), &vectors, &line) == XK_TEST_VECTORS_OK && line == 0 ? 0 : 1;
}

static void values_are_found_in_their_sections(void **state)
{
    (void)state;
    static const uint8_t wanted[] = {0x0a, 0x0b, 0xff};
    assert_int_equal(get("one", "name with blanks"), XK_TEST_VECTORS_OK);
    assert_int_equal(size, 3);
    assert_memory_equal(out, wanted, 3);
    assert_int_equal(get("two", "name with blanks"), XK_TEST_VECTORS_OK);
    assert_int_equal(size, 1);
    assert_int_equal(out[0], 2);
    assert_int_equal(get("", "early"), XK_TEST_VECTORS_OK);
    assert_int_equal(out[0], 0);
    assert_int_equal(get(NULL, "early"), XK_TEST_VECTORS_OK);
    assert_int_equal(out[0], 0);
    assert_int_equal(get("two", "early"), XK_TEST_VECTORS_OK);
    assert_int_equal(out[0], 1);
    assert_int_equal(get("one", "nothing"), XK_TEST_VECTORS_OK);
    assert_int_equal(size, 0);
}

static void what_is_not_there_is_told(void **state)
{
    (void)state;
    size = 9;
    assert_int_equal(get("three", "early"), XK_TEST_VECTORS_SECTION);
    assert_int_equal(get("one", "early"), XK_TEST_VECTORS_NAME);
    assert_int_equal(get("", "name with blanks"), XK_TEST_VECTORS_NAME);
    assert_int_equal(get(NULL, "# a comment"), XK_TEST_VECTORS_NAME);
    assert_int_equal(get(NULL, NULL), XK_TEST_VECTORS_ARGUMENT);
    assert_int_equal(xk_test_vectors_get(NULL, "one", "nothing", out, 64, &size), XK_TEST_VECTORS_ARGUMENT);
    assert_int_equal(xk_test_vectors_get(&vectors, "one", "nothing", NULL, 1, &size), XK_TEST_VECTORS_ARGUMENT);
    assert_int_equal(xk_test_vectors_get(&vectors, "one", "nothing", out, 64, NULL), XK_TEST_VECTORS_ARGUMENT);
    assert_int_equal(size, 9);
    assert_int_equal(xk_test_vectors_get(&vectors, "one", "name with blanks", out, 2, &size), XK_TEST_VECTORS_SPACE);
    assert_int_equal(size, 3);
    assert_int_equal(out[0], 0x55); /* untouched */
    assert_int_equal(xk_test_vectors_get(&vectors, "one", "name with blanks", NULL, 0, &size), XK_TEST_VECTORS_SPACE);
    assert_int_equal(xk_test_vectors_get(&vectors, "one", "nothing", NULL, 0, &size), XK_TEST_VECTORS_OK);
}

static void a_broken_text_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum xk_test_vectors_status status;
        size_t line;
    } cases[] = {
        {"a = 00\nprose\n", XK_TEST_VECTORS_LINE, 2},
        {" = 00\n", XK_TEST_VECTORS_LINE, 1},
        {"\n\n[\n", XK_TEST_VECTORS_LINE, 3},
        {"[open\n", XK_TEST_VECTORS_LINE, 1},
        {"[]\n", XK_TEST_VECTORS_LINE, 1},
        {"[ ]\n", XK_TEST_VECTORS_LINE, 1},
        {"[a] b\n", XK_TEST_VECTORS_LINE, 1},
        {"[a]\n[ a ]\n", XK_TEST_VECTORS_TWICE, 2},
        {"a = 0\n", XK_TEST_VECTORS_HEX, 1},
        {"a = 0 0\n", XK_TEST_VECTORS_HEX, 1},
        {"a = 0g\n", XK_TEST_VECTORS_HEX, 1},
        {"a = 00 = 01\n", XK_TEST_VECTORS_HEX, 1},
        {"a = 00\na = 00\n", XK_TEST_VECTORS_TWICE, 2},
        {"[s]\na = 00\n[t]\na = 00\nb=\na = 01\n", XK_TEST_VECTORS_TWICE, 6},
        {"[s]\na = 00\n[t]\n[s]\n", XK_TEST_VECTORS_TWICE, 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t line = 0;
        struct xk_test_vectors untouched = vectors;
        assert_int_equal(xk_test_vectors_parse(xk_text(cases[i].text), &untouched, &line), cases[i].status);
        assert_int_equal(line, cases[i].line);
        assert_ptr_equal(untouched.text.data, vectors.text.data);
    }
    const struct xk_bytes nowhere = {NULL, 1};
    const struct xk_bytes before = vectors.text;
    assert_int_equal(xk_test_vectors_parse(xk_text("a = 00"), NULL, NULL), XK_TEST_VECTORS_ARGUMENT);
    assert_int_equal(xk_test_vectors_parse(nowhere, &vectors, NULL), XK_TEST_VECTORS_ARGUMENT);
    assert_ptr_equal(vectors.text.data, before.data);
    assert_int_equal(xk_test_vectors_parse((struct xk_bytes){NULL, 0}, &vectors, NULL), XK_TEST_VECTORS_OK);
    assert_int_equal(get(NULL, "early"), XK_TEST_VECTORS_NAME); /* there is nothing in it */
    assert_int_equal(xk_test_vectors_parse(xk_text(""), &vectors, NULL), XK_TEST_VECTORS_OK);
}

static void hexadecimal_is_read_strictly(void **state)
{
    (void)state;
    size = 9;
    assert_int_equal(xk_test_hex(xk_text("dEaD beef\n"), out, 4, &size), XK_TEST_VECTORS_OK);
    assert_int_equal(size, 4);
    assert_int_equal(out[0] << 8 | out[3], 0xdeef);
    assert_int_equal(xk_test_hex(xk_text("0102030405"), out, 4, &size), XK_TEST_VECTORS_SPACE);
    assert_int_equal(xk_test_hex(xk_text("0x01"), out, 4, &size), XK_TEST_VECTORS_HEX);
    assert_int_equal(xk_test_hex(xk_text("01 2"), out, 4, &size), XK_TEST_VECTORS_HEX);
    assert_int_equal(size, 4);
    assert_int_equal(xk_test_hex(xk_text("01"), NULL, 4, &size), XK_TEST_VECTORS_ARGUMENT);
    assert_int_equal(xk_test_hex(xk_text("01"), out, 4, NULL), XK_TEST_VECTORS_ARGUMENT);
    assert_int_equal(xk_test_hex((struct xk_bytes){NULL, 2}, out, 4, &size), XK_TEST_VECTORS_ARGUMENT);
    assert_int_equal(size, 4);
    assert_int_equal(xk_test_hex(xk_text(""), out, 4, &size), XK_TEST_VECTORS_OK);
    assert_int_equal(size, 0);
    size = 4;
    assert_int_equal(xk_test_hex((struct xk_bytes){NULL, 0}, out, 4, &size), XK_TEST_VECTORS_OK);
    assert_int_equal(size, 0);
}

/* The digits are those at the ends of their three runs and between; what stands beside them is none. */
static void a_hexadecimal_digit_is_one_of_three_runs(void **state)
{
    (void)state;
    for (unsigned int c = 0; c < 256; c++) {
        const char *digits = "0123456789abcdefABCDEF";
        const uint8_t text[2] = {'1', (uint8_t)c};
        const char *found = c > 0 ? strchr(digits, (int)c) : NULL;
        enum xk_test_vectors_status status = xk_test_hex((struct xk_bytes){text, 2}, out, 1, &size);
        assert_int_equal(status, found != NULL ? XK_TEST_VECTORS_OK : XK_TEST_VECTORS_HEX);
        if (found != NULL) {
            const unsigned int place = (unsigned int)(found - digits);
            assert_int_equal(out[0], 16 + (place < 16 ? place : place - 6));
        }
    }
}

static void the_files_that_come_with_libxk_can_be_read(void **state)
{
    (void)state;
    static uint8_t text[65536];
    size_t line = 1;
    uint8_t octets[512];
    assert_int_equal(xk_test_vectors_read(XK_TEST_VECTORS "/mikey/set1.txt", text, sizeof text, &vectors, &line),
                     XK_TEST_VECTORS_OK);
    assert_int_equal(line, 0);
    const size_t whole = vectors.text.size;
    assert_int_equal(xk_test_vectors_read(XK_TEST_VECTORS "/mikey/set1.txt", text, whole, &vectors, &line),
                     XK_TEST_VECTORS_OK);
    assert_int_equal(xk_test_vectors_read(XK_TEST_VECTORS "/mikey/set1.txt", text, whole - 1, &vectors, &line),
                     XK_TEST_VECTORS_SPACE);
    assert_int_equal(get("PRF func 0 (MIKEY-1), key forking on", "CSB ID"), XK_TEST_VECTORS_OK);
    assert_int_equal(size, 4);
    assert_int_equal(xk_test_vectors_read(XK_TEST_VECTORS "/hi2/records.txt", text, sizeof text, &vectors, NULL),
                     XK_TEST_VECTORS_OK);
    assert_int_equal(xk_test_vectors_get(&vectors, NULL, "umts_key", octets, sizeof octets, &size), XK_TEST_VECTORS_OK);
    assert_int_equal(size, 177);
    assert_int_equal(octets[0], 0xa4);
}

static void a_file_that_cannot_be_read_is_told(void **state)
{
    (void)state;
    uint8_t text[64];
    size_t line = 5;
    assert_int_equal(xk_test_vectors_read(XK_TEST_VECTORS "/none", text, sizeof text, &vectors, &line),
                     XK_TEST_VECTORS_OPEN);
    assert_int_equal(line, 0);
    assert_int_equal(xk_test_vectors_read(XK_TEST_VECTORS, text, sizeof text, &vectors, &line), XK_TEST_VECTORS_READ);
    assert_int_equal(xk_test_vectors_read(XK_TEST_VECTORS "/mikey/set1.txt", text, sizeof text, &vectors, &line),
                     XK_TEST_VECTORS_SPACE);
    line = 5;
    assert_int_equal(xk_test_vectors_read(NULL, text, sizeof text, &vectors, &line), XK_TEST_VECTORS_ARGUMENT);
    assert_int_equal(xk_test_vectors_read(XK_TEST_VECTORS, NULL, 0, &vectors, &line), XK_TEST_VECTORS_ARGUMENT);
    assert_int_equal(xk_test_vectors_read(XK_TEST_VECTORS, text, sizeof text, NULL, &line), XK_TEST_VECTORS_ARGUMENT);
    assert_int_equal(line, 5);
}

static void every_status_has_its_text(void **state)
{
    (void)state;
    for (int i = XK_TEST_VECTORS_OK; i <= XK_TEST_VECTORS_NAME; i++) {
        const char *text = xk_test_vectors_text((enum xk_test_vectors_status)i);
        assert_string_not_equal(text, "not a status of xk_test");
        for (int j = XK_TEST_VECTORS_OK; j < i; j++) {
            assert_string_not_equal(text, xk_test_vectors_text((enum xk_test_vectors_status)j));
        }
    }
    assert_string_equal(xk_test_vectors_text((enum xk_test_vectors_status)(XK_TEST_VECTORS_NAME + 1)),
                        "not a status of xk_test");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(values_are_found_in_their_sections, parse_sample),
        cmocka_unit_test_setup(what_is_not_there_is_told, parse_sample),
        cmocka_unit_test_setup(a_broken_text_is_refused_with_its_line, parse_sample),
        cmocka_unit_test(hexadecimal_is_read_strictly),
        cmocka_unit_test(a_hexadecimal_digit_is_one_of_three_runs),
        cmocka_unit_test(the_files_that_come_with_libxk_can_be_read),
        cmocka_unit_test(a_file_that_cannot_be_read_is_told),
        cmocka_unit_test(every_status_has_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
