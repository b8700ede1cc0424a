/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* Below, at and above the size from which a block is mapped by itself. */
static void blocks_of_any_size_are_apart_and_keep_what_is_put_there(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 4096, 65535, 65536, 65537, 1048576};
    enum { COUNT = sizeof sizes / sizeof sizes[0] };
    uint8_t *blocks[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        blocks[i] = xki_memory.allocate(sizes[i], xki_memory.user);
        assert_non_null(blocks[i]);
        memset(blocks[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(blocks[i][0], i + 1);
        assert_int_equal(blocks[i][sizes[i] - 1], i + 1);
        xki_memory.release(blocks[i], sizes[i], xki_memory.user);
    }
}

#if defined(__linux__)
/* Elsewhere it is malloc that tells, and a sanitizer's does not come back. */
static void what_the_system_does_not_have_is_null(void **state)
{
    (void)state;
    assert_null(xki_memory.allocate(SIZE_MAX - 65535, xki_memory.user));
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_any_size_are_apart_and_keep_what_is_put_there),
#if defined(__linux__)
        cmocka_unit_test(what_the_system_does_not_have_is_null),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
