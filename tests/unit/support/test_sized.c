/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/sized.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

struct newest {
    size_t size;
    uint32_t first;
    uint32_t second; /* the last of the first version */
    uint64_t third;
    uint64_t fourth;
};

static const size_t smallest = XKI_SIZED_FIRST(struct newest, second);

static void sizes_from_the_first_version_to_this_one_are_taken(void **state)
{
    (void)state;
    const size_t full = sizeof(struct newest);
    assert_int_equal(smallest, sizeof(size_t) + 8);
    for (size_t size = 0; size <= full + 1; size++) {
        struct newest given = {size, 1, 2, 3, 4};
        struct newest before = {77, 9, 9, 9, 9};
        struct newest read = before;
        bool good = size >= smallest && size <= full;
        assert_int_equal(xki_sized_of(&given), size);
        assert_int_equal(xki_sized_good(&given, smallest, full), good);
        assert_int_equal(xki_sized_read(&read, &given, smallest, full), good);
        if (!good) {
            assert_memory_equal(&read, &before, full);
            continue;
        }
        assert_int_equal(read.size, full);
        assert_memory_equal((uint8_t *)&read + sizeof read.size, (uint8_t *)&given + sizeof given.size,
                            size - sizeof read.size);
        assert_memory_equal((uint8_t *)&read + size, (uint8_t *)&before + size, full - size);
    }
}

static void an_older_structure_is_filled_to_its_own_end(void **state)
{
    (void)state;
    const size_t full = sizeof(struct newest);
    const struct newest made = {full, 1, 2, 3, 4};
    for (size_t size = 0; size <= full + 1; size++) {
        struct newest before = {size, 9, 9, 9, 9};
        struct newest filled = before;
        bool good = size >= smallest && size <= full;
        assert_int_equal(xki_sized_write(&filled, &made, smallest, full), good);
        assert_int_equal(filled.size, size);
        if (!good) {
            assert_memory_equal(&filled, &before, full);
            continue;
        }
        assert_memory_equal((uint8_t *)&filled + sizeof filled.size, (const uint8_t *)&made + sizeof made.size,
                            size - sizeof filled.size);
        assert_memory_equal((uint8_t *)&filled + size, (uint8_t *)&before + size, full - size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_from_the_first_version_to_this_one_are_taken),
        cmocka_unit_test(an_older_structure_is_filled_to_its_own_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
