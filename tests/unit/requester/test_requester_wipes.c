/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing of a request is left where it was: in the engine's memory when it has ended, in what a call refused, on the
 * stack, in the memory that is given back. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "requester/engine.h"
#include "support/remains.h"

#define LIID "LIID-OF-NOBODY-ELSE"
#define TARGET "sip:target-of-nobody-else@nowhere.test"

static struct host h;
static struct host heir;
static struct remains_heap heap;
static uint8_t wire[512];
static uint8_t octets[65536];

static void start(void)
{
    host_init(&h);
    remains_heap_init(&heap);
    heap.filling = 0;
    h.allocator = &heap.allocator;
    h.config.kms_window = 4;
    h.config.use_references = true;
    h.config.share_queries = true;
    host_keep_journal(&h);
    host_start(&h);
}

static void end(void)
{
    host_end(&h);
    assert_int_equal(heap.held, 0);
    assert_int_equal(heap.dirty, 0);
}

static enum xk_status submit(uint64_t *handle)
{
    struct xk_party party;
    struct xk_request request;
    host_request(&h, LIID, 2, &party, &request);
    party.sip_uri = xk_text(TARGET);
    request.get_keys.public_kms_identity = party.sip_uri;
    request.warrant.authorisation = xk_text("AUTHORISATION-OF-NOBODY-ELSE");
    request.reference = 0x1122334455667788;
    return xk_requester_submit(h.r, h.now, &request, handle, &h.diag);
}

static uint64_t must_submit(void)
{
    uint64_t handle = 0;
    assert_int_equal(submit(&handle), XK_OK);
    return handle;
}

/* How many pieces of it are in the arrays of the engine, but for the names of the KMSs, which stay. */
static size_t in_engine(const struct xk_requester *r, const void *secret, size_t size)
{
    size_t found = 0;
    for (unsigned int i = 0; i < XKI_RQ_ARRAYS; i++) {
        if (r->arrays[i] != NULL && i != XKI_RQ_KMSS) {
            found += remains_in(r->arrays[i], r->array_sizes[i], secret, size);
        }
    }
    return found;
}

static size_t li_data_in_engine(const struct xk_requester *r)
{
    static const uint64_t reference = 0x1122334455667788;
    return in_engine(r, LIID, sizeof LIID - 1) + in_engine(r, TARGET, sizeof TARGET - 1) +
           in_engine(r, "AUTHORISATION-OF-NOBODY-ELSE", 28) + in_engine(r, &reference, sizeof reference);
}

static size_t mikey_in_engine(const struct xk_requester *r)
{
    struct xk_party party;
    struct xk_request request;
    host_request(&h, LIID, 2, &party, &request);
    return in_engine(r, request.get_keys.transfer_init.data, request.get_keys.transfer_init.size) +
           in_engine(r, request.get_keys.transfer_resp.data, request.get_keys.transfer_resp.size);
}

/* It was there, or looking for it says nothing; the journal's frame is wiped at once. */
static struct xk_outcome_id is_there(void)
{
    const struct xki_rq_slot *slot = xki_rq_slot(h.r, 0);
    assert_true(li_data_in_engine(h.r) > 50);
    assert_true(mikey_in_engine(h.r) > 100);
    for (size_t i = 0; i < h.r->array_sizes[XKI_RQ_FRAME]; i++) {
        assert_int_equal(((const uint8_t *)h.r->arrays[XKI_RQ_FRAME])[i], 0);
    }
    return slot->outcome;
}

static void is_gone(const struct xk_outcome_id *outcome)
{
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    assert_int_equal(li_data_in_engine(h.r), 0);
    assert_int_equal(mikey_in_engine(h.r), 0);
    assert_int_equal(in_engine(h.r, outcome, sizeof *outcome), 0);
}

enum way { BY_CANCEL, BY_PURGE, BY_KEYS, BY_FAILURE, BY_EXPIRY, BY_ACKNOWLEDGE, WAYS };

static void end_it(enum way way, uint64_t handle)
{
    size_t size = way == BY_FAILURE ? host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_POLICY, NULL)
                                    : host_answer_keys(&h, wire, sizeof wire, 1, 7);
    switch (way) {
    case BY_CANCEL:
        assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_OK);
        break;
    case BY_PURGE:
        assert_int_equal(xk_requester_purge(h.r, h.now, xk_text(LIID), NULL, NULL), XK_OK);
        break;
    case BY_KEYS:
    case BY_FAILURE:
        assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
        break;
    case BY_EXPIRY:
        assert_int_equal(host_tick(&h, 11000), XK_OK);
        break;
    case BY_ACKNOWLEDGE:
        h.kit.reply = XK_OUTCOME_HELD;
        assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
        assert_int_equal(xk_requester_acknowledge(h.r, h.now, handle, &h.kit.outcomes[0].id), XK_OK);
        break;
    case WAYS:
        break;
    }
}

static void what_has_ended_is_gone_but_for_its_transaction(void **state)
{
    (void)state;
    for (unsigned int way = 0; way < WAYS; way++) {
        start();
        const uint64_t handle = must_submit();
        const struct xk_outcome_id outcome = is_there();
        const struct xk_transaction_id transaction = xki_rq_slot(h.r, 0)->transaction;
        end_it((enum way)way, handle);
        is_gone(&outcome);
        assert_int_equal(in_engine(h.r, &transaction, sizeof transaction), 9); /* of the grave */
        end();
    }
}

/* Everything is written when the journal is asked; without an id of its own the record is not there yet. */
static void what_was_refused_is_gone(void **state)
{
    (void)state;
    uint64_t handle = 0;
    start();
    h.kit.journal_reply = XK_JOURNAL_FAILED;
    assert_int_equal(submit(&handle), XK_E_JOURNAL);
    assert_int_equal(li_data_in_engine(h.r), 0);
    assert_int_equal(mikey_in_engine(h.r), 0);
    end();
    start();
    const struct xk_test_random before = h.kit.random;
    h.reference = 1;
    (void)host_must_submit(&h, "LI-A", 1);
    const size_t one = mikey_in_engine(h.r);
    h.kit.random = before;
    assert_int_equal(submit(&handle), XK_E_RANDOM);
    assert_int_equal(li_data_in_engine(h.r), 0);
    assert_int_equal(mikey_in_engine(h.r), one);
    end();
}

/* Neither of what pends, nor of what has ended, nor the keys of its hashes. */
static void what_is_given_back_is_wiped(void **state)
{
    (void)state;
    start();
    for (unsigned int i = 0; i < 8; i++) {
        h.reference = i + 1;
        (void)host_must_submit(&h, i < 4 ? "LI-A" : "LI-B", 2);
    }
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_tick(&h, 6000), XK_OK);
    assert_int_equal(xk_requester_purge(h.r, h.now, xk_text("LI-A"), NULL, NULL), XK_OK);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(host_usage(&h).owed, 4);
    end();
    assert_true(heap.octets > sizeof(struct xk_requester));
}

static void a_restore_that_fails_leaves_nothing(void **state)
{
    (void)state;
    start();
    const uint64_t handle = must_submit();
    h.reference = 2;
    (void)host_must_submit(&h, "LI-B", 1);
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_OK);
    (void)must_submit();
    h.reference = 3;
    (void)host_must_submit(&h, "LI-C", 1);
    host_init(&heir);
    heir.config.max_pending = 2;
    heir.config.share_queries = true;
    heir.kms_count = 0;
    host_start(&heir);
    assert_int_equal(xk_requester_restore(heir.r, heir.now, h.journal, h.kit.journal_size, 0, NULL, NULL), XK_E_FULL);
    assert_int_equal(li_data_in_engine(heir.r), 0);
    assert_int_equal(mikey_in_engine(heir.r), 0);
    for (size_t i = 0; i < heir.r->array_sizes[XKI_RQ_GRAVES]; i++) {
        assert_int_equal(((const uint8_t *)heir.r->arrays[XKI_RQ_GRAVES])[i], 0);
    }
    assert_int_equal(heir.r->kms_count, 0);
    host_end(&heir);
    end();
}

/* Octets that could hold keys are wiped whatever is wrong with the call. */
static void received_octets_are_wiped_without_an_engine_too(void **state)
{
    (void)state;
    uint8_t key[16];
    memset(key, 7, sizeof key);
    start();
    (void)must_submit();
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(remains_in(wire, sizeof wire, key, sizeof key), 9);
    assert_int_equal(xk_requester_receive(NULL, h.now, 0, wire, size, NULL), XK_E_ARGUMENT);
    assert_int_equal(remains_in(wire, sizeof wire, key, sizeof key), 0);
    size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(xk_requester_receive(h.r, h.now, 3, wire, size, &h.diag), XK_E_ARGUMENT);
    assert_string_equal(h.diag.field, "KMS");
    assert_int_equal(remains_in(wire, sizeof wire, key, sizeof key), 0);
    end();
}

/* A snapshot that does not fit leaves no piece of LI data where it was to be. */
static void a_snapshot_that_does_not_fit_is_wiped(void **state)
{
    (void)state;
    size_t size = 0;
    start();
    (void)must_submit();
    assert_int_equal(xk_requester_snapshot(h.r, h.now, octets, sizeof octets, &size), XK_OK);
    assert_true(remains_in(octets, size, (const uint8_t *)LIID, sizeof LIID - 1) > 0);
    const size_t whole = size;
    assert_int_equal(xk_requester_snapshot(h.r, h.now, octets, whole - 1, &size), XK_E_SPACE);
    assert_int_equal(size, whole);
    assert_int_equal(remains_in(octets, whole - 1, (const uint8_t *)LIID, sizeof LIID - 1), 0);
    end();
}

/* A handle of a place that was never used is none, whatever the memory there holds. */
static void what_was_never_written_is_no_request(void **state)
{
    (void)state;
    host_init(&h);
    remains_heap_init(&heap);
    h.allocator = &heap.allocator;
    host_start(&h);
    for (uint64_t i = 1; i < 12; i++) {
        assert_int_equal(xk_requester_cancel(h.r, h.now, UINT64_C(0xa5a5a5a500000000) | i), XK_E_UNKNOWN);
    }
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(xk_requester_cancel(h.r, h.now, UINT64_C(0xa5a5a5a500000002)), XK_E_UNKNOWN);
    size_t size = 0;
    assert_int_equal(xk_requester_snapshot(h.r, h.now, octets, sizeof octets, &size), XK_OK);
    host_init(&heir);
    host_start(&heir);
    assert_int_equal(xk_requester_restore(heir.r, heir.now, octets, size, 0, NULL, NULL), XK_OK);
    assert_int_equal(host_usage(&heir).pending, 1);
    host_end(&heir);
    host_end(&h);
}

static const uint8_t drawn[32] = "the-keys-of-two-hashes-as-drawn";

static bool draw(uint8_t *out, size_t size, void *user)
{
    struct host *host = (struct host *)(void *)((uint8_t *)user - offsetof(struct host, kit));
    assert_int_equal(size, sizeof drawn);
    memcpy(out, drawn, size);
    host->reference++;
    return true;
}

static void create(void *context)
{
    struct host *host = context;
    struct xk_requester_callbacks callbacks;
    xk_test_host_callbacks(&host->kit, &callbacks);
    callbacks.random = draw;
    host_start_with(host, &callbacks);
}

static bool same_key(struct xki_siphash_key key, const uint8_t *wanted)
{
    return memcmp(&key.k0, wanted, 8) == 0 && memcmp(&key.k1, wanted + 8, 8) == 0;
}

/* The hashes are keyed, so that no peer can aim at them, and their keys are not on the stack. */
static void the_keys_of_the_hashes_are_drawn_and_kept_in_one_place(void **state)
{
    (void)state;
    host_init(&h);
    assert_int_equal(remains_on_stack(create, &h, drawn, sizeof drawn), 0);
    assert_int_equal(h.reference, 1);
    assert_true(same_key(h.r->hash_key, drawn));
    assert_true(same_key(h.r->share_key, drawn + 16));
    host_end(&h);
}

static size_t given;

static void receive(void *context)
{
    assert_int_equal(host_receive(context, 0, wire, given), XK_OK);
}

static void call_submit(void *context)
{
    (void)context;
    (void)must_submit();
}

/* Keys and LI data are looked at where they are. */
static void the_stack_holds_no_keys_and_no_li_data(void **state)
{
    (void)state;
    uint8_t key[16];
    memset(key, 7, sizeof key);
    start();
    assert_int_equal(remains_on_stack(call_submit, &h, (const uint8_t *)LIID, sizeof LIID - 1), 0);
    given = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(remains_on_stack(receive, &h, key, sizeof key), 0);
    assert_int_equal(h.kit.outcomes[0].sessions[0].key[0], 7);
    assert_int_equal(in_engine(h.r, key, sizeof key), 0);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_ended_is_gone_but_for_its_transaction),
        cmocka_unit_test(what_was_refused_is_gone),
        cmocka_unit_test(what_is_given_back_is_wiped),
        cmocka_unit_test(a_restore_that_fails_leaves_nothing),
        cmocka_unit_test(received_octets_are_wiped_without_an_engine_too),
        cmocka_unit_test(a_snapshot_that_does_not_fit_is_wiped),
        cmocka_unit_test(what_was_never_written_is_no_request),
        cmocka_unit_test(the_keys_of_the_hashes_are_drawn_and_kept_in_one_place),
        cmocka_unit_test(the_stack_holds_no_keys_and_no_li_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
