/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/idmap.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define ENTRIES 200

static uint64_t random_state;

static uint32_t draw(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(random_state >> 32);
}

static bool contains(const struct xki_idmap *map, uint32_t hash, uint32_t value)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t found;
    while ((found = xki_idmap_find(map, hash, &cursor)) != XKI_IDMAP_NONE) {
        if (found == value) {
            return true;
        }
    }
    return false;
}

/* Full of clusters: hashes are drawn from few values, at the ends of the table too. */
static void finds_what_is_in_it_and_nothing_else(void **state)
{
    (void)state;
    uint32_t size = xki_idmap_cells(ENTRIES);
    for (uint64_t seed = 1; seed <= 50; seed++) {
        uint64_t *cells = calloc(size, sizeof *cells);
        struct xki_idmap map;
        xki_idmap_init(&map, cells, size);
        uint32_t hashes[ENTRIES];
        bool in[ENTRIES] = {false};
        random_state = seed;
        for (int step = 0; step < 3000; step++) {
            uint32_t value = draw() % ENTRIES;
            if (in[value] && draw() % 4 == 0) {
                xki_idmap_replace(&map, hashes[value], value, value + ENTRIES);
                assert_false(contains(&map, hashes[value], value));
                xki_idmap_replace(&map, hashes[value], value + ENTRIES, value);
            } else if (in[value]) {
                xki_idmap_remove(&map, hashes[value], value);
                in[value] = false;
            } else {
                hashes[value] = draw() % 2 == 0 ? UINT32_MAX - draw() % 3 : draw() % 5 * UINT32_C(0x10000001);
                xki_idmap_insert(&map, hashes[value], value);
                in[value] = true;
            }
            if (step % 50 == 0) {
                for (uint32_t v = 0; v < ENTRIES; v++) {
                    assert_int_equal(in[v] && contains(&map, hashes[v], v), in[v]);
                }
            }
        }
        for (uint32_t v = 0; v < ENTRIES; v++) {
            if (in[v]) {
                xki_idmap_remove(&map, hashes[v], v);
            }
        }
        for (uint32_t i = 0; i < size; i++) {
            assert_true(cells[i] == 0);
        }
        free(cells);
    }
}

/* A table is three eighths larger than what it holds, and a hash lies at its share of it. */
static void the_table_has_its_size_and_each_hash_its_place(void **state)
{
    (void)state;
    static const struct {
        uint32_t entries;
        uint32_t cells;
    } rows[] = {{0, 8}, {7, 15}, {8, 19}, {16, 30}, {800, 1108}, {1000000, 1375008}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(xki_idmap_cells(rows[i].entries), rows[i].cells);
    }
    uint64_t cells[16] = {0};
    struct xki_idmap map;
    xki_idmap_init(&map, cells, 16);
    for (uint32_t i = 0; i < 16; i += 5) {
        xki_idmap_insert(&map, i << 28 | 1, 100 + i);
        assert_true(cells[i] == ((uint64_t)(i << 28 | 1) << 32 | (101 + i)));
        assert_int_equal(xki_idmap_guess(&map, i << 28 | 1), 100 + i);
    }
    assert_int_equal(xki_idmap_guess(&map, UINT32_C(1) << 28), XKI_IDMAP_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_in_it_and_nothing_else),
        cmocka_unit_test(the_table_has_its_size_and_each_hash_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
