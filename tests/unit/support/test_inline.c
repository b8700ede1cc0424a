/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/inline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define MOST 80

/* Every octet, and none beside them, whichever two moves a size is made of. */
static void each_size_is_copied_to_its_last_octet_and_no_further(void **state)
{
    (void)state;
    uint8_t from[MOST + 2];
    uint8_t to[MOST + 2];
    for (size_t i = 0; i < sizeof from; i++) {
        from[i] = (uint8_t)(i + 1);
    }
    for (size_t size = 0; size <= MOST; size++) {
        memset(to, 0xee, sizeof to);
        xki_copy(to + 1, from + 1, size);
        for (size_t i = 0; i < sizeof to; i++) {
            assert_int_equal(to[i], i > 0 && i <= size ? i + 1 : 0xee);
        }
        assert_int_equal(xki_unknown(size), size);
    }
    xki_copy(NULL, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_size_is_copied_to_its_last_octet_and_no_further),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
