/* SPDX-License-Identifier: BSD-2-Clause */
/* Communications and records whose names have one hash: they are told apart all the same. */
#include "delivery/counters.h"
#include "unit/delivery/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define TRIED 500000u /* names, of which some thirty pairs are expected to have one hash of 32 bits */

static struct fixture f;

static int set_up(void **state)
{
    (void)state;
    fixture_init(&f);
    fixture_create(&f);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_end(&f);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The i-th number: spread over 32 bits, or over 20 so that its DER is shorter. */
static uint32_t nth(uint32_t i)
{
    uint32_t n = (i ^ i >> 16) * 0x85ebca6bu;
    n = (n ^ n >> 13) * 0xc2b2ae35u;
    return (n ^ n >> 16) >> (i % 2 == 0 ? 12 : 0);
}

static bool is_short(uint64_t entry)
{
    return nth((uint32_t)entry) < 0x800000u;
}

/* Two numbers whose names have one hash; of different size if it is asked for. */
static void find_pair(uint32_t (*hash)(uint32_t number), bool mixed, uint32_t pair[2])
{
    uint64_t *all = malloc(TRIED * sizeof *all);
    assert_non_null(all);
    for (uint32_t i = 0; i < TRIED; i++) {
        all[i] = (uint64_t)hash(nth(i)) << 32 | i;
    }
    qsort(all, TRIED, sizeof *all, compare);
    uint32_t at = 1;
    while (at < TRIED && (all[at] >> 32 != all[at - 1] >> 32 ||
                          nth((uint32_t)all[at - 1]) == nth((uint32_t)all[at]) ||
                          (is_short(all[at - 1]) != is_short(all[at])) != mixed)) {
        at++;
    }
    assert_true(at < TRIED);
    pair[0] = nth((uint32_t)all[at - 1]);
    pair[1] = nth((uint32_t)all[at]);
    free(all);
}

/* A LIID and a communication by number. */
static struct xk_delivery_record record_of(uint32_t number)
{
    static uint8_t liid[4];
    struct xk_delivery_record r = fixture_record(&f, 0);
    for (unsigned int i = 0; i < sizeof liid; i++) {
        liid[i] = (uint8_t)('A' + (number * 0x9e3779b1u >> (8 * i)) % 64);
    }
    r.header.liid = (struct xk_bytes){liid, sizeof liid};
    r.header.identity_number = number;
    return r;
}

static uint32_t hash_of_communication(uint32_t number)
{
    struct xki_dl_key key;
    struct xk_delivery_record r = record_of(number);
    assert_int_equal(xki_dl_make_key(f.counters, &r.header, XKI_DL_CLASS_IRI, &key), XK_OK);
    return key.hash;
}

static struct xk_cookie cookie(uint32_t number)
{
    struct xk_cookie c = {{0}};
    memcpy(c.octets, &number, sizeof number);
    return c;
}

static uint32_t hash_of_cookie(uint32_t number)
{
    struct xk_cookie c = cookie(number);
    return xki_dl_hash(c.octets, sizeof c.octets);
}

static uint32_t put(uint32_t communication, struct xk_cookie name)
{
    uint32_t number = 99;
    struct xk_delivery_record r = record_of(communication);
    r.cookie = name;
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, &number, NULL), XK_OK);
    return number;
}

static void count_apart(bool mixed)
{
    uint32_t pair[2];
    find_pair(hash_of_communication, mixed, pair);
    assert_int_equal(put(pair[0], cookie(1)), 0);
    assert_int_equal(put(pair[1], cookie(2)), 0);
    assert_int_equal(put(pair[0], cookie(3)), 1);
    assert_int_equal(put(pair[0], cookie(4)), 2);
    assert_int_equal(put(pair[1], cookie(5)), 1);
}

static void communications_of_one_hash_count_apart(void **state)
{
    (void)state;
    count_apart(false);
}

static void communications_of_one_hash_and_another_size_count_apart(void **state)
{
    (void)state;
    count_apart(true);
}

static void records_of_one_hash_have_a_number_each(void **state)
{
    (void)state;
    uint32_t pair[2];
    find_pair(hash_of_cookie, false, pair);
    assert_int_equal(put(7, cookie(pair[0])), 0);
    assert_int_equal(put(7, cookie(pair[1])), 1);
    for (uint32_t i = 0; i < 2; i++) {
        struct xk_cookie c = cookie(pair[i]);
        struct xk_record record;
        memset(&record, 0, sizeof record);
        assert_int_equal(xk_counters_find(f.counters, &c, &record), XK_OK);
        assert_int_equal(record.number, i);
        assert_memory_equal(record.cookie.octets, c.octets, sizeof c.octets);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(communications_of_one_hash_count_apart),
        TEST(communications_of_one_hash_and_another_size_count_apart),
        TEST(records_of_one_hash_have_a_number_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
