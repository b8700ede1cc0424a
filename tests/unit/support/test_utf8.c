/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static size_t check(const char *text, size_t size)
{
    return xki_utf8_check((const uint8_t *)text, size);
}

static void valid_texts_pass(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "a", "sip:alice@example.com", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80",
                                        "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
                                        "abcdefgh\xc3\xa9ijklmnop"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(check(texts[i], strlen(texts[i])), strlen(texts[i]));
    }
}

static void invalid_texts_are_refused_at_the_right_octet(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        size_t at;
    } cases[] = {
        {"\xff", 1, 0},          {"\xc0\x80", 2, 0},     {"\xc1\xbf", 2, 0},         {"\xed\xa0\x80", 3, 0},
        {"a\x80", 2, 1},         {"\0", 1, 0},           {"ab\0cd", 5, 2},           {"\xe0\x9f\xbf", 3, 0},
        {"\xf0\x8f\xbf\xbf", 4, 0}, {"\xf4\x90\x80\x80", 4, 0}, {"\xf5\x80\x80\x80", 4, 0}, {"\xc3", 1, 0},
        {"\xe2\x82", 2, 0},      {"\xf0\x9f\x98", 3, 0}, {"abcdefg\0ijklmnop", 16, 7}, {"\xe2\x82\x28", 3, 0},
        {"abcdefghijklmno\xff", 16, 15},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(check(cases[i].text, cases[i].size), cases[i].at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_texts_pass),
        cmocka_unit_test(invalid_texts_are_refused_at_the_right_octet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
