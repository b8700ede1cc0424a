/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <xk/sdp.h>

/* The vectors of RFC 4648 section 10, "f" to "foobar". */
static void test_published_vectors(void **state)
{
    static const char *const vectors[][2] = {{"Zg==", "f"},     {"Zm8=", "fo"},       {"Zm9v", "foo"},
                                             {"Zm9vYg==", "foob"}, {"Zm9vYmE=", "fooba"}, {"Zm9vYmFy", "foobar"}};
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        uint8_t out[8];
        size_t size = 0;
        assert_int_equal(xk_key_mgmt_decode(xk_text(vectors[i][0]), out, sizeof out, &size, NULL), XK_OK);
        assert_int_equal(size, strlen(vectors[i][1]));
        assert_memory_equal(out, vectors[i][1], size);
    }
}

static void test_all_digits(void **state)
{
    (void)state;
    const char *text = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t out[48];
    size_t size = 0;
    assert_int_equal(xk_key_mgmt_decode(xk_text(text), out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(size, sizeof out);
    for (unsigned int i = 0; i < 64; i++) {
        unsigned int bit = i * 6;
        unsigned int pair = (unsigned int)out[bit / 8] << 8 | (bit / 8 + 1 < size ? out[bit / 8 + 1] : 0u);
        assert_int_equal(pair >> (10 - bit % 8) & 0x3fu, i);
    }
}

static void test_refusals(void **state)
{
    static const struct {
        const char *text;
        size_t offset;
        const char *field;
    } cases[] = {
        {"", 0, "length"},         {"Z", 1, "length"},       {"Zm9vY", 5, "length"},  {"Z===", 1, "digit"},
        {"Zg=", 2, "digit"},       {"Zh", 1, "unused bits"}, {"Zm9vZm9", 6, "unused bits"}, {"Zg==Z", 5, "length"},
        {"Zm 9", 2, "digit"},      {"Zm9v\r\nZm", 4, "digit"},  {"Zm=v", 2, "digit"},    {"====", 0, "digit"},
        {"Zh==", 1, "unused bits"}, {"Zm9=", 2, "unused bits"}, {"Zm-_", 2, "digit"},
        {"Zm@v", 2, "digit"},      {"Zm[v", 2, "digit"},      {"Zm_v", 2, "digit"},     {"Zm{v", 2, "digit"},
        {"Zm:v", 2, "digit"},      {"Zm.v", 2, "digit"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t out[8] = {0x55};
        size_t size = 99;
        struct xk_diag diag = {XK_OK, 0, ""};
        assert_int_equal(xk_key_mgmt_decode(xk_text(cases[i].text), out, sizeof out, &size, &diag), XK_E_BASE64);
        assert_int_equal(diag.status, XK_E_BASE64);
        assert_int_equal(size, 99);
        assert_int_equal(out[0], 0x55);
        assert_int_equal(diag.offset, cases[i].offset);
        assert_string_equal(diag.field, cases[i].field);
    }
}

/* The length tells what the padding would. */
static void test_padding_may_be_missing(void **state)
{
    static const char *const texts[][2] = {{"Zg", "f"}, {"Zm8", "fo"}, {"Zm9vYg", "foob"}, {"Zm9vYmE", "fooba"}};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint8_t out[8] = {0};
        size_t size = 0;
        size_t whole = strlen(texts[i][1]);
        assert_int_equal(xk_key_mgmt_decode(xk_text(texts[i][0]), out, whole - 1, &size, NULL), XK_E_SPACE);
        assert_int_equal(size, whole);
        assert_int_equal(xk_key_mgmt_decode(xk_text(texts[i][0]), out, whole, &size, NULL), XK_OK);
        assert_int_equal(size, whole);
        assert_memory_equal(out, texts[i][1], size);
        assert_int_equal(out[size], 0);
    }
}

static void test_space(void **state)
{
    (void)state;
    uint8_t out[6] = {0};
    size_t size = 0;
    assert_int_equal(xk_key_mgmt_decode(xk_text("Zm9vYmFy"), NULL, 0, &size, NULL), XK_E_SPACE);
    assert_int_equal(size, 6);
    size = 0;
    assert_int_equal(xk_key_mgmt_decode(xk_text("Zm9vYmFy"), out, 5, &size, NULL), XK_E_SPACE);
    assert_int_equal(size, 6);
    assert_int_equal(out[0], 0);
    assert_int_equal(xk_key_mgmt_decode(xk_text("Zm9vYmFy"), out, 6, &size, NULL), XK_OK);
    assert_int_equal(xk_key_mgmt_decode(xk_text("Zm9v"), NULL, 3, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_key_mgmt_decode(xk_text(NULL), out, 3, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_key_mgmt_decode(xk_text("Zm9v"), out, 3, NULL, NULL), XK_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_vectors),
        cmocka_unit_test(test_all_digits),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_padding_may_be_missing),
        cmocka_unit_test(test_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
