/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "unit/delivery/fixture.h"

#include "delivery/lemf.h"
#include "delivery/session.h"
#include "delivery/state.h"

static struct fixture f;

#define TEST(name) cmocka_unit_test_prestate_setup_teardown(name, fixture_set_up, fixture_tear_down, &f)

/* What stays in memory: looked at from inside, since nothing outside may tell. */
static bool is_in(const void *block, size_t size, const char *text)
{
    const uint8_t *octets = block;
    size_t length = strlen(text);
    for (size_t i = 0; i + length <= size; i++) {
        if (memcmp(octets + i, text, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_in_session(const char *text)
{
    return is_in(f.d, f.d->memory, text);
}

static bool is_zero(const void *block, size_t size)
{
    const uint8_t *octets = block;
    for (size_t i = 0; i < size; i++) {
        if (octets[i] != 0) {
            return false;
        }
    }
    return true;
}

static size_t rounded(size_t size)
{
    return (size + 15) / 16 * 16;
}

/* One block, without gaps but for alignment: what is documented as its size is what it takes. */
static void arrays_lie_side_by_side(void **state)
{
    (void)state;
    fixture_create(&f);
    const struct xk_counters *c = f.counters;
    const struct xk_counters_config *k = &f.counters_config;
    assert_ptr_equal(c->contexts, (const uint8_t *)c + rounded(sizeof *c));
    assert_ptr_equal(c->keys, (const uint8_t *)c->contexts + rounded(k->max_contexts * sizeof(struct xki_dl_context)));
    assert_ptr_equal(c->entries, c->keys + 8 * 128);
    assert_int_equal(c->memory, 65536);
    assert_ptr_equal(f.d->slots, (const uint8_t *)f.d + rounded(sizeof *f.d));
    assert_ptr_equal(f.d->ring, (const uint8_t *)f.d->slots + rounded(8 * sizeof(struct xki_dl_slot)));
    assert_ptr_equal(f.d->chains, f.d->ring + f.config.buffer_size);
    assert_int_equal(f.d->memory, f.d->ring + f.config.buffer_size - (const uint8_t *)f.d);
}

static void a_delivered_record_leaves_no_identity_in_the_session(void **state)
{
    (void)state;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    assert_true(is_in_session("LI-1"));
    expect_record(&f, 1, 0);
    assert_false(is_in_session("LI-1"));
    expect_delivered(&f, 1, 0);
}

static void a_chain_that_is_done_leaves_no_identity(void **state)
{
    (void)state;
    uint8_t out[4096];
    f.config.integrity = true;
    f.config.hash_count = 2;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    (void)take_output(&f, out, sizeof out, sizeof out);
    assert_true(is_in_session("LI-1"));
    put_ok(&f, 2, 1);
    (void)take_output(&f, out, sizeof out, sizeof out);
    assert_false(is_in_session("LI-1"));
    assert_true(is_zero(f.d->chains, f.config.max_chains * sizeof(struct xki_dl_chain)));
    assert_true(is_zero(f.d->chain_headers, XKI_DL_CONTROL));
}

static void the_journal_leaves_nothing_in_its_scratch(void **state)
{
    (void)state;
    fixture_create(&f);
    put_ok(&f, 1, 0);
    assert_true(is_in(f.journal, f.journal_size, "LI-1"));
    assert_true(is_zero(f.counters->scratch, XKI_DL_STATE_SCRATCH(f.counters_config.max_context_size)));
    f.journal_fails = true;
    assert_int_equal(fixture_put(&f, 2, NULL), XK_E_JOURNAL);
    assert_true(is_zero(f.counters->scratch, XKI_DL_STATE_SCRATCH(f.counters_config.max_context_size)));
}

static void what_is_settled_or_purged_is_forgotten(void **state)
{
    (void)state;
    char cookie_text[17];
    struct xk_cookie cookie;
    fixture_create(&f);
    connect(&f);
    memset(&cookie, 0x51, sizeof cookie);
    memset(cookie_text, 0x51, 16);
    cookie_text[16] = '\0';
    put_ok(&f, 0x51, 0);
    expect_record(&f, 0x51, 0);
    assert_true(is_in(f.counters, f.counters->memory, cookie_text));
    assert_int_equal(xk_counters_settle(f.counters, &cookie), XK_OK);
    assert_false(is_in(f.counters, f.counters->memory, cookie_text));
    assert_true(is_in(f.counters, f.counters->memory, "LI-1"));
    assert_int_equal(xk_counters_purge(f.counters, xk_text("LI-1"), "AA", NULL), XK_OK);
    assert_false(is_in(f.counters, f.counters->memory, "LI-1"));
    assert_true(is_zero(f.counters->keys, f.counters_config.max_context_size));
    assert_int_equal(f.counters->contexts[0].hash, 0);
}

static void a_connection_leaves_nothing_to_the_next(void **state)
{
    (void)state;
    uint8_t out[64];
    f.config.keep_alive = 1000;
    fixture_create(&f);
    connect(&f);
    tick_at(&f, 2000);
    assert_int_equal(take_output(&f, out, sizeof out, 5), 5);
    answer(&f, XK_TRI_OPERATOR_LEA_MESSAGE, 0);
    assert_false(is_zero(f.d->control, sizeof f.d->control));
    assert_true(is_zero(f.d->input, sizeof f.d->input)); /* what was read is done with */
    assert_int_equal(xk_delivery_input(f.d, f.now, out, 5), XK_OK);
    assert_false(is_zero(f.d->input, sizeof f.d->input));
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    assert_true(is_zero(f.d->control, sizeof f.d->control));
    assert_true(is_zero(f.d->input, sizeof f.d->input));
    assert_true(is_zero(f.d->message, sizeof f.d->message));
}

/* A header whose LIID came in pieces was joined in the object's own room. */
static void the_lemf_forgets_what_it_joined_and_told(void **state)
{
    (void)state;
    struct xk_delivery_lemf_config config;
    struct xk_delivery_lemf *l = NULL;
    struct xk_lemf_event event;
    const struct xk_utc utc = {1, 1};
    static const uint8_t pieces[] = {0x30, 37,   0xa1, 29,  0x80, 7,   4, 0,    2,   2,    5,    1,    17,
                                     0xa1, 8,    0x04, 2,   'P',  'I', 4, 2,    'E', 'C',  0xa3, 5,    0xa0,
                                     3,    0x80, 1,    '1', 0x84, 1,   9, 0xa2, 4,   0xa2, 2,    0x81, 0};
    size_t used = 0;
    fixture_create(&f);
    xk_delivery_lemf_config_init(&config);
    config.identity.operator_identifier = xk_text("1");
    assert_int_equal(xk_delivery_lemf_create(&config, NULL, &l, NULL), XK_OK);
    assert_int_equal(xk_delivery_lemf_connected(l), XK_OK);
    assert_int_equal(xk_delivery_lemf_input(l, utc, pieces, sizeof pieces, &used), XK_OK);
    assert_int_equal(used, sizeof pieces);
    assert_true(xk_delivery_lemf_next_event(l, &event));
    assert_int_equal(event.kind, XK_LEMF_PDU);
    assert_true(is_in(l->scratch, sizeof l->scratch, "PIEC"));
    static const uint8_t begin = 0x30;
    assert_int_equal(xk_delivery_lemf_input(l, utc, &begin, 1, &used), XK_OK);
    assert_false(is_in(l, l->memory, "PIEC"));
    assert_true(is_zero(&l->event, sizeof l->event));
    xk_delivery_lemf_destroy(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(arrays_lie_side_by_side),
        TEST(a_delivered_record_leaves_no_identity_in_the_session),
        TEST(a_chain_that_is_done_leaves_no_identity),
        TEST(the_journal_leaves_nothing_in_its_scratch),
        TEST(what_is_settled_or_purged_is_forgotten),
        TEST(a_connection_leaves_nothing_to_the_next),
        TEST(the_lemf_forgets_what_it_joined_and_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
