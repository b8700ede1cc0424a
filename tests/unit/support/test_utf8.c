/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
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

/* The same rule, found by decoding: shortest form, no surrogate, not above U+10FFFF, no NUL. */
static size_t plainly(const uint8_t *text, size_t size)
{
    size_t at = 0;
    while (at < size) {
        static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
        uint8_t lead = text[at];
        size_t more = lead < 0x80 ? 0 : lead >> 5 == 6 ? 1 : lead >> 4 == 14 ? 2 : lead >> 3 == 30 ? 3 : 4;
        uint32_t point = more == 0 ? text[at] : text[at] & (0x3fu >> more);
        bool good = more < 4 && at + more < size;
        for (size_t i = 1; good && i <= more; i++) {
            good = text[at + i] >> 6 == 2;
            point = point << 6 | (text[at + i] & 0x3fu);
        }
        if (!good || point == 0 || point < least[more] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
            return at;
        }
        at += more + 1;
    }
    return size;
}

/* All that four octets at the edges of their ranges can be, alone and behind a block that is skipped. */
static void agrees_with_a_plain_decoder(void **state)
{
    (void)state;
    static const uint8_t edges[] = {0x00, 0x01, 0x7e, 0x7f, 0x80, 0x81, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2,
                                    0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff};
    const size_t count = sizeof edges;
    for (size_t n = 0; n < count * count * count * count; n++) {
        uint8_t text[12] = "abcdefgh";
        text[8] = edges[n % count];
        text[9] = edges[n / count % count];
        text[10] = edges[n / count / count % count];
        text[11] = edges[n / count / count / count];
        for (size_t size = 1; size <= 4; size++) {
            size_t wanted = plainly(text + 8, size);
            if (xki_utf8_check(text + 8, size) != wanted || xki_utf8_check(text, 8 + size) != 8 + wanted) {
                fail_msg("%02x %02x %02x %02x, %zu octets", text[8], text[9], text[10], text[11], size);
            }
        }
    }
}

/* Each octet at each place of the blocks that are looked at as a whole. */
static void every_octet_is_seen_in_a_block(void **state)
{
    (void)state;
    for (unsigned int value = 0; value < 256; value++) {
        for (size_t place = 0; place < 20; place++) {
            uint8_t text[20];
            memset(text, 'a', sizeof text);
            text[place] = (uint8_t)value;
            assert_int_equal(xki_utf8_check(text, sizeof text), value > 0 && value < 0x80 ? sizeof text : place);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_texts_pass),
        cmocka_unit_test(invalid_texts_are_refused_at_the_right_octet),
        cmocka_unit_test(agrees_with_a_plain_decoder),
        cmocka_unit_test(every_octet_is_seen_in_a_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
