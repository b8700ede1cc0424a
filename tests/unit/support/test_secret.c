/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/secret.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "support/remains.h"

static void wipe_clears_what_it_is_given_and_no_more(void **state)
{
    (void)state;
    uint8_t memory[64];
    for (size_t size = 0; size <= 62; size++) {
        memset(memory, 0xa5, sizeof memory);
        xk_wipe(memory + 1, size);
        assert_int_equal(memory[0], 0xa5);
        for (size_t i = 1; i <= size; i++) {
            assert_int_equal(memory[i], 0);
        }
        assert_int_equal(memory[size + 1], 0xa5);
    }
    xk_wipe(NULL, 0);
    xk_wipe(NULL, 8); /* nothing to overwrite */
}

static void equal_sees_every_bit(void **state)
{
    (void)state;
    uint8_t left[33];
    uint8_t right[33];
    memset(left, 0x3c, sizeof left);
    memcpy(right, left, sizeof right);
    assert_true(xk_equal_secret(left, right, sizeof left));
    for (size_t bit = 0; bit < sizeof left * 8; bit++) {
        right[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(xk_equal_secret(left, right, sizeof left));
        right[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(xk_equal_secret(left, right, 0));
    assert_true(xk_equal_secret(NULL, NULL, 0));
    assert_false(xk_equal_secret(NULL, right, 1));
    assert_false(xk_equal_secret(left, NULL, 1));
}

/* Of whatever compiles it: without optimisation every variable is in memory. */
struct comparison {
    uint8_t secret[40];
    uint8_t guess[40];
    bool same;
};

static void compare(void *context)
{
    struct comparison *c = context;
    c->same = xk_equal_secret(c->secret, c->guess, sizeof c->secret);
}

static void equal_leaves_nothing_on_the_stack(void **state)
{
    (void)state;
    static struct comparison c;
    static uint8_t difference[40];
    for (size_t i = 0; i < sizeof c.secret; i++) {
        c.secret[i] = (uint8_t)(0x81 + 3 * i);
        c.guess[i] = (uint8_t)(0x19 + 7 * i);
        difference[i] = c.secret[i] ^ c.guess[i];
    }
    assert_int_equal(remains_on_stack(compare, &c, c.secret, sizeof c.secret), 0);
    assert_int_equal(remains_on_stack(compare, &c, difference, sizeof difference), 0);
    assert_false(c.same);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wipe_clears_what_it_is_given_and_no_more),
        cmocka_unit_test(equal_sees_every_bit),
        cmocka_unit_test(equal_leaves_nothing_on_the_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
