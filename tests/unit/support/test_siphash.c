/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/siphash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Known answers for key octets 0 to 15 and input octets 0, 1, 2, ..., computed by a separate Python program that
 * was first held against the published SipHash-2-4 vector (15 octets, a129ca6149be45e5). */
static void matches_the_reference(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        uint64_t value;
    } cases[] = {
        {0, UINT64_C(0xabac0158050fc4dc)},
        {1, UINT64_C(0xc9f49bf37d57ca93)},
        {7, UINT64_C(0xd3927d989bb11140)},
        {8, UINT64_C(0x369095118d299a8e)},
        {9, UINT64_C(0x25a48eb36c063de4)},
        {15, UINT64_C(0xd320d86d2a519956)},
        {16, UINT64_C(0xcc4fdd1a7d908b66)},
        {63, UINT64_C(0x9d199062b7bbb3a8)},
    };
    struct xki_siphash_key key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    uint8_t input[64];
    for (size_t i = 0; i < sizeof input; i++) {
        input[i] = (uint8_t)i;
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(xki_siphash(&key, input, cases[i].size) == cases[i].value);
    }
}

static void depends_on_key_and_every_octet(void **state)
{
    (void)state;
    struct xki_siphash_key key = {1, 2};
    struct xki_siphash_key other = {1, 3};
    uint8_t input[20] = {0};
    uint64_t base = xki_siphash(&key, input, sizeof input);
    assert_true(base != xki_siphash(&other, input, sizeof input));
    assert_true(base != xki_siphash(&key, input, sizeof input - 1));
    for (size_t i = 0; i < sizeof input; i++) {
        input[i] = 1;
        assert_true(base != xki_siphash(&key, input, sizeof input));
        input[i] = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_the_reference),
        cmocka_unit_test(depends_on_key_and_every_octet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
