/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's own numbers: two that meet in the map are told apart, and 0 is none. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "requester/engine.h"
#include "support/engine_check.h"

#define TRIED 262144 /* of this many some share a hash of 32 bits */

static struct host h;

struct tried {
    uint32_t hash;
    uint32_t reference;
};

static int by_hash(const void *a, const void *b)
{
    uint32_t x = ((const struct tried *)a)->hash;
    uint32_t y = ((const struct tried *)b)->hash;
    return (x > y) - (x < y);
}

/* Two references under one hash, with the key that this engine has drawn. */
static void find_two(uint64_t two[2])
{
    static struct tried tried[TRIED];
    for (uint32_t i = 0; i < TRIED; i++) {
        uint64_t reference = i + 1;
        tried[i].reference = i + 1;
        tried[i].hash = (uint32_t)xki_siphash(&h.r->hash_key, (const uint8_t *)&reference, sizeof reference);
    }
    qsort(tried, TRIED, sizeof tried[0], by_hash);
    size_t at = 1;
    while (at < TRIED && tried[at].hash != tried[at - 1].hash) {
        at++;
    }
    assert_true(at < TRIED);
    two[0] = tried[at - 1].reference;
    two[1] = tried[at].reference;
}

static void start(void)
{
    host_init(&h);
    h.config.use_references = true;
    host_start(&h);
}

static uint64_t submit(uint64_t reference, enum xk_status wanted)
{
    uint64_t handle = 0;
    h.reference = reference;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), wanted);
    assert_null(engine_check(h.r));
    return handle;
}

static void references_that_share_a_hash_are_two(void **state)
{
    (void)state;
    uint64_t two[2];
    start();
    find_two(two);
    uint64_t first = submit(two[0], XK_OK);
    uint64_t second = submit(two[1], XK_OK);
    assert_true(first != second);
    assert_true(submit(two[0], XK_E_EXISTS) == first);
    assert_true(submit(two[1], XK_E_EXISTS) == second);
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(xk_requester_cancel(h.r, h.now, first), XK_OK);
    assert_true(submit(two[1], XK_E_EXISTS) == second);
    uint64_t third = submit(two[0], XK_OK);
    assert_int_equal(xk_requester_cancel(h.r, h.now, second), XK_OK);
    assert_true(submit(two[0], XK_E_EXISTS) == third);
    host_end(&h);
}

static void without_a_reference_a_request_pends_as_often_as_it_likes(void **state)
{
    (void)state;
    start();
    uint64_t first = submit(0, XK_OK);
    uint64_t second = submit(0, XK_OK);
    uint64_t third = submit(5, XK_OK);
    assert_int_equal(xk_requester_cancel(h.r, h.now, first), XK_OK);
    assert_null(engine_check(h.r));
    assert_true(submit(5, XK_E_EXISTS) == third);
    assert_int_equal(xk_requester_cancel(h.r, h.now, second), XK_OK);
    assert_int_equal(xk_requester_cancel(h.r, h.now, third), XK_OK);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    (void)submit(5, XK_OK);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_that_share_a_hash_are_two),
        cmocka_unit_test(without_a_reference_a_request_pends_as_often_as_it_likes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
