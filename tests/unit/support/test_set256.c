/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/set256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void each_value_has_a_place_of_its_own(void **state)
{
    (void)state;
    struct xki_set256 set = {{0}};
    for (unsigned int value = 0; value < 256; value++) {
        struct xki_set256 one = {{0}};
        uint8_t octets[32] = {0};
        octets[value / 8] = (uint8_t)(1u << (value & 7));
        assert_true(xki_set256_add(&one, (uint8_t)value));
        assert_memory_equal(one.octets, octets, sizeof octets);
        assert_int_equal(xki_set256_next(&one, 0), value);
        assert_int_equal(xki_set256_next(&one, value), value);
        assert_int_equal(xki_set256_next(&one, value + 1), 256);
        assert_int_equal(xki_set256_count(&one), 1);
        assert_false(xki_set256_has(&set, (uint8_t)value));
        assert_true(xki_set256_add(&set, (uint8_t)value));
        assert_false(xki_set256_add(&set, (uint8_t)value));
        assert_true(xki_set256_has(&set, (uint8_t)value));
        assert_int_equal(xki_set256_count(&set), value + 1);
    }
    assert_int_equal(xki_set256_next(&set, 256), 256);
}

static void what_is_removed_leaves_the_others(void **state)
{
    (void)state;
    struct xki_set256 full;
    memset(full.octets, 0xff, sizeof full.octets);
    for (unsigned int value = 0; value < 256; value++) {
        struct xki_set256 set = full;
        xki_set256_remove(&set, (uint8_t)value);
        assert_false(xki_set256_equal(&set, &full));
        assert_false(xki_set256_has(&set, (uint8_t)value));
        assert_int_equal(xki_set256_count(&set), 255);
        xki_set256_remove(&set, (uint8_t)value);
        assert_int_equal(xki_set256_count(&set), 255);
        assert_true(xki_set256_add(&set, (uint8_t)value));
        assert_true(xki_set256_equal(&set, &full));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_has_a_place_of_its_own),
        cmocka_unit_test(what_is_removed_leaves_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
