/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
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
/* What Linux says of the mapping that holds an address: "dd" is "do not dump". A system that tells no flags skips. */
static bool is_left_out_of_dumps(const void *address)
{
    char line[512];
    bool inside = false;
    bool told = false;
    bool left_out = false;
    FILE *maps = fopen("/proc/self/smaps", "r");
    if (maps == NULL) {
        skip();
    }
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long long from;
        unsigned long long to;
        if (sscanf(line, "%llx-%llx ", &from, &to) == 2) {
            inside = (uintptr_t)address >= from && (uintptr_t)address < to;
        } else if (inside && strncmp(line, "VmFlags:", 8) == 0) {
            told = true;
            left_out = strstr(line, " dd") != NULL;
        }
    }
    (void)fclose(maps);
    if (!told) {
        skip();
    }
    return left_out;
}

static void a_large_block_is_not_in_a_core_dump(void **state)
{
    (void)state;
    uint8_t *large = xki_memory.allocate(65536, xki_memory.user);
    assert_non_null(large);
    assert_true(is_left_out_of_dumps(large));
    assert_true(is_left_out_of_dumps(large + 65535));
    xki_memory.release(large, 65536, xki_memory.user);
}

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
        cmocka_unit_test(a_large_block_is_not_in_a_core_dump),
        cmocka_unit_test(what_the_system_does_not_have_is_null),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
