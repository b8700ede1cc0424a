/* SPDX-License-Identifier: BSD-2-Clause */
/* Records that a store gives back whole and that say what no engine writes: the checksum is right, the content not. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "requester/frame.h"

static struct host h;
static struct host heir;
static uint8_t store[8192];
static size_t store_size;

/* A journal of one request, as the engine wrote it. */
static void start(void)
{
    uint64_t handle;
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 2, &handle), XK_OK);
    store_size = h.kit.journal_size;
    memcpy(store, h.journal, store_size);
}

static void start_heir(void)
{
    host_init(&heir);
    heir.config.epoch = 2;
    host_start(&heir);
}

static void sign(uint8_t *frame, size_t body)
{
    static const struct xki_siphash_key zeros = {0, 0};
    uint64_t sum = xki_siphash(&zeros, frame, XKI_RQ_FRAME_HEAD + body);
    for (unsigned int i = 0; i < 4; i++) {
        frame[XKI_RQ_FRAME_HEAD - 4 + i] = (uint8_t)(body >> (24 - 8 * i));
    }
    sum = xki_siphash(&zeros, frame, XKI_RQ_FRAME_HEAD + body);
    for (unsigned int i = 0; i < 8; i++) {
        frame[XKI_RQ_FRAME_HEAD + body + i] = (uint8_t)(sum >> (56 - 8 * i));
    }
}

static void is_refused(enum xk_status wanted)
{
    uint32_t restored = 77;
    start_heir();
    assert_int_equal(xk_requester_restore(heir.r, 7, store, store_size, 0, &restored, NULL), wanted);
    assert_int_equal(restored, 77);
    assert_int_equal(host_usage(&heir).free, heir.config.max_pending);
    assert_int_equal(host_usage(&heir).pending + host_usage(&heir).owed, 0);
    host_end(&heir);
}

/* Where the fields of SUBMITTED are in its body (frame.h), with two routes and one Crypto Session. */
#define LEFT 32
#define ASKED 40
#define REFERRED 41
#define CS_COUNT 42
#define ROUTE_COUNT 44
#define FIRST_NAME 45
#define AFTER_NAMES 79
#define WARRANT 81
#define PARTIES 120  /* their count; then the octet that tells the forms of the first */
#define GET_KEYS 147

static void a_submission_that_cannot_be_is_refused(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t value;
    } rows[] = {
        {LEFT, 1},          /* more than a timer holds */
        {REFERRED, 2},      /* once is all */
        {ASKED, 4},         /* the third of two was asked */
        {CS_COUNT, 0},      /* none wanted, and all that follows is read from the wrong place */
        {CS_COUNT, 200},
        {ROUTE_COUNT, 0},
        {ROUTE_COUNT, XK_ROUTES_MAX + 1},
        {FIRST_NAME, 0},    /* a KMS without a name */
        {FIRST_NAME, 255},
        {WARRANT, 0},       /* no LIID, and all that follows is read from the wrong place */
        {PARTIES, 0},
        {PARTIES, 2},
        {PARTIES + 1, 0},   /* a party without a name */
        {GET_KEYS, 0xff},   /* no CBOR */
        {0, 0xee},          /* not the transaction of its get_keys */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start();
        size_t body = store_size - XKI_RQ_FRAME_HEAD - XKI_RQ_FRAME_TAIL;
        store[XKI_RQ_FRAME_HEAD + rows[i].at] = rows[i].value;
        sign(store, body);
        is_refused(XK_E_SNAPSHOT);
        host_end(&h);
    }
}

static void a_submission_cut_anywhere_is_refused(void **state)
{
    (void)state;
    start();
    size_t body = store_size - XKI_RQ_FRAME_HEAD - XKI_RQ_FRAME_TAIL;
    for (size_t cut = 0; cut < body; cut += 1 + cut / 16) {
        memcpy(store, h.journal, h.kit.journal_size);
        store_size = XKI_RQ_FRAME_HEAD + cut + XKI_RQ_FRAME_TAIL;
        sign(store, cut);
        is_refused(XK_E_SNAPSHOT);
    }
    host_end(&h);
}

/* Crypto Sessions in the wrong order, and octets behind the get_keys. */
static void lists_and_ends_are_checked(void **state)
{
    (void)state;
    start();
    size_t body = store_size - XKI_RQ_FRAME_HEAD - XKI_RQ_FRAME_TAIL;
    uint8_t *at = store + XKI_RQ_FRAME_HEAD + CS_COUNT;
    memmove(at + 2, at + 1, body - CS_COUNT - 1);
    at[0] = 2;
    at[1] = 9; /* before 1 */
    store_size++;
    sign(store, body + 1);
    is_refused(XK_E_SNAPSHOT);
    memcpy(store, h.journal, h.kit.journal_size);
    store_size = h.kit.journal_size + 1;
    sign(store, body + 1);
    is_refused(XK_E_SNAPSHOT);
    memcpy(store, h.journal, h.kit.journal_size);
    memmove(at + 1, at + 2, body - CS_COUNT - 2); /* none at all, and all else in its place */
    at[0] = 0;
    store_size = h.kit.journal_size - 1;
    sign(store, body - 1);
    is_refused(XK_E_SNAPSHOT);
    host_end(&h);
}

/* As it was journalled, but for so many KMSs, of which the first was asked. */
static void list_kmss(uint8_t count)
{
    const size_t rest = h.kit.journal_size - XKI_RQ_FRAME_HEAD - XKI_RQ_FRAME_TAIL - AFTER_NAMES;
    uint8_t *body = store + XKI_RQ_FRAME_HEAD;
    size_t at = ROUTE_COUNT;
    memcpy(store, h.journal, XKI_RQ_FRAME_HEAD + at);
    body[ASKED] = count > 0;
    body[at++] = count;
    for (uint8_t i = 0; i < count; i++) {
        body[at++] = 1;
        body[at++] = (uint8_t)('a' + i);
    }
    memcpy(body + at, h.journal + XKI_RQ_FRAME_HEAD + AFTER_NAMES, rest);
    store_size = XKI_RQ_FRAME_HEAD + at + rest + XKI_RQ_FRAME_TAIL;
    sign(store, at + rest);
}

static void a_submission_names_one_to_eight_kmss(void **state)
{
    (void)state;
    start();
    list_kmss(0);
    is_refused(XK_E_SNAPSHOT);
    list_kmss(XK_ROUTES_MAX + 1);
    is_refused(XK_E_SNAPSHOT);
    list_kmss(XK_ROUTES_MAX);
    host_init(&heir);
    heir.kms_count = 0;
    host_start(&heir);
    assert_int_equal(xk_requester_restore(heir.r, 7, store, store_size, 0, NULL, NULL), XK_OK);
    host_end(&heir);
    host_end(&h);
}

/* The longest time that a timer holds is taken; one millisecond more is not. */
static void the_time_left_has_its_limit(void **state)
{
    (void)state;
    start();
    const size_t body = store_size - XKI_RQ_FRAME_HEAD - XKI_RQ_FRAME_TAIL;
    memset(store + XKI_RQ_FRAME_HEAD + LEFT + 4, 0xff, 4);
    sign(store, body);
    start_heir();
    assert_int_equal(xk_requester_restore(heir.r, 7, store, store_size, 0, NULL, NULL), XK_OK);
    assert_true(xk_requester_next_deadline(heir.r) == 7);
    host_end(&heir);
    memset(store + XKI_RQ_FRAME_HEAD + LEFT + 4, 0, 4);
    store[XKI_RQ_FRAME_HEAD + LEFT + 3] = 1;
    sign(store, body);
    is_refused(XK_E_SNAPSHOT);
    host_end(&h);
}

/* The records' clock may go round: nearly half a round is forward, more than that is back, which is no time at all. */
static void the_records_clock_goes_round(void **state)
{
    (void)state;
    static const uint64_t jumps[] = {UINT64_MAX / 2 - 1, UINT64_MAX / 2 + 2};
    for (size_t i = 0; i < 2; i++) {
        static const uint8_t ids[XKI_RQ_FRAME_IDS];
        start();
        struct xki_rq_writer w = {store, sizeof store, store_size};
        size_t begin = xki_rq_frame_begin(&w, XK_JOURNAL_ENDED, 1, h.now + jumps[i]);
        for (size_t k = 0; k < sizeof ids; k++) {
            xki_rq_frame_number(&w, ids[k], 1);
        }
        xki_rq_frame_end(&w, begin);
        store_size = w.size;
        start_heir();
        assert_int_equal(xk_requester_restore(heir.r, 7, store, store_size, 0, NULL, NULL), XK_OK);
        assert_int_equal(host_tick(&heir, 7), XK_OK);
        assert_int_equal(heir.kit.outcome_count, i == 0);
        host_end(&heir);
        host_end(&h);
    }
}

/* Each octet of a frame's beginning counts, though its checksum is right. */
static void a_frame_begins_as_it_must(void **state)
{
    (void)state;
    start();
    const size_t body = store_size - XKI_RQ_FRAME_HEAD - XKI_RQ_FRAME_TAIL;
    for (size_t i = 0; i < 5; i++) {
        store[i]++;
        sign(store, body);
        is_refused(i == 3 ? XK_E_SNAPSHOT_VERSION : XK_E_SNAPSHOT);
        store[i]--;
    }
    memcpy(store, h.journal, h.kit.journal_size);
    store[XKI_RQ_FRAME_HEAD] ^= 1; /* nor is a frame that is not what its checksum is of */
    is_refused(XK_E_SNAPSHOT);
    store[XKI_RQ_FRAME_HEAD] ^= 1;
    store[store_size - 1] ^= 1;
    is_refused(XK_E_SNAPSHOT);
    host_end(&h);
}

static void put(struct xki_rq_writer *w, const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        xki_rq_frame_number(w, octets[i], 1);
    }
}

/* Appends a frame of `size` octets after the ids of the request. */
static void append(uint8_t kind, const uint8_t *tail, size_t size)
{
    uint8_t ids[XKI_RQ_FRAME_IDS];
    memcpy(ids, store + XKI_RQ_FRAME_HEAD, sizeof ids);
    struct xki_rq_writer w = {store, sizeof store, store_size};
    size_t begin = xki_rq_frame_begin(&w, kind, 1, 1000);
    put(&w, ids, kind == XKI_RQ_FRAME_BEGIN || kind == XKI_RQ_FRAME_END ? 0 : sizeof ids);
    put(&w, tail, size);
    xki_rq_frame_end(&w, begin);
    store_size = w.size;
}

static void a_decision_that_cannot_be_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint8_t keys, cause, failure;
        bool good;
    } rows[] = {
        {XK_OUTCOME_KEYS, XK_CAUSE_NONE, XK_FAILURE_NONE, true},
        {XK_OUTCOME_PARTIAL, XK_CAUSE_NONE, XK_FAILURE_NONE, true},
        {XK_OUTCOME_FAILURE, XK_CAUSE_TIMER_EXPIRED, XK_FAILURE_NONE, true},
        {XK_OUTCOME_FAILURE, XK_CAUSE_UNREACHABLE, XK_FAILURE_NONE, true},
        {XK_OUTCOME_FAILURE, XK_CAUSE_KMS_REFUSED, XK_FAILURE_NOT_ANSWERED, true},
        {XK_OUTCOME_FAILURE, XK_CAUSE_KMS_REFUSED, XK_FAILURE_WIRE_LAST, true},
        {XK_OUTCOME_KEYS, XK_CAUSE_TIMER_EXPIRED, XK_FAILURE_NONE, false},
        {XK_OUTCOME_KEYS, XK_CAUSE_NONE, XK_FAILURE_GENERIC, false},
        {XK_OUTCOME_PARTIAL, XK_CAUSE_TIMER_EXPIRED, XK_FAILURE_NONE, false},
        {XK_OUTCOME_FAILURE, XK_CAUSE_NONE, XK_FAILURE_NONE, false},
        {XK_OUTCOME_FAILURE, XK_CAUSE_IMPOSSIBLE, XK_FAILURE_NONE, true},
        {XK_OUTCOME_FAILURE, XK_CAUSE_IMPOSSIBLE + 1, XK_FAILURE_NONE, false},
        {XK_OUTCOME_FAILURE, XK_CAUSE_KMS_REFUSED, XK_FAILURE_NOT_ANSWERED - 1, false},
        {XK_OUTCOME_FAILURE, XK_CAUSE_KMS_REFUSED, XK_FAILURE_WIRE_LAST + 1, false},
        {0, XK_CAUSE_TIMER_EXPIRED, XK_FAILURE_NONE, false},
        {XK_OUTCOME_SUPPLEMENT, XK_CAUSE_TIMER_EXPIRED, XK_FAILURE_NONE, false},
        {XK_OUTCOME_SUPPLEMENT, XK_CAUSE_NONE, XK_FAILURE_NONE, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint8_t tail[33] = {rows[i].keys, rows[i].cause, rows[i].failure};
        uint32_t restored = 77;
        start();
        append(XK_JOURNAL_DECIDED, tail, sizeof tail);
        if (rows[i].good) {
            start_heir();
            assert_int_equal(xk_requester_restore(heir.r, 7, store, store_size, 0, &restored, NULL), XK_OK);
            assert_int_equal(restored, 1);
            host_end(&heir);
        } else {
            is_refused(XK_E_SNAPSHOT);
        }
        host_end(&h);
    }
    start();
    append(XK_JOURNAL_DECIDED, (const uint8_t[32]){1}, 32);
    is_refused(XK_E_SNAPSHOT);
    host_end(&h);
}

static void frames_of_no_kind_or_size_are_refused(void **state)
{
    (void)state;
    start();
    append(99, NULL, 0);
    is_refused(XK_E_SNAPSHOT);
    host_end(&h);
    start();
    append(XK_JOURNAL_ENDED, (const uint8_t[1]){0}, 1);
    is_refused(XK_E_SNAPSHOT);
    host_end(&h);
    start();
    append(XKI_RQ_FRAME_BEGIN, (const uint8_t[3]){0}, 3);
    is_refused(XK_E_SNAPSHOT);
    host_end(&h);
    start(); /* a snapshot that announces what does not come */
    append(XKI_RQ_FRAME_BEGIN, (const uint8_t[4]){0, 0, 0, 1}, 4);
    is_refused(XK_E_SNAPSHOT);
    append(XKI_RQ_FRAME_BEGIN, (const uint8_t[4]){0, 0, 0, 0}, 4);
    is_refused(XK_E_SNAPSHOT);
    host_end(&h);
}

/* What is known twice, decided twice or ended without having begun changes nothing more. */
static void repeats_are_taken_once(void **state)
{
    (void)state;
    const uint8_t failure[33] = {3, XK_CAUSE_TIMER_EXPIRED};
    const uint8_t keys[33] = {1, XK_CAUSE_NONE};
    uint32_t restored = 0;
    start();
    memcpy(store + store_size, store, store_size);
    store_size *= 2;
    append(XK_JOURNAL_DECIDED, failure, sizeof failure);
    append(XK_JOURNAL_DECIDED, keys, sizeof keys);
    start_heir();
    assert_int_equal(xk_requester_restore(heir.r, 7, store, store_size, 0, &restored, NULL), XK_OK);
    assert_int_equal(restored, 1);
    assert_int_equal(host_tick(&heir, 8), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 1);
    assert_int_equal(heir.kit.outcomes[0].kind, XK_OUTCOME_FAILURE);
    host_end(&heir);
    append(XK_JOURNAL_ENDED, NULL, 0);
    append(XK_JOURNAL_ENDED, NULL, 0);
    start_heir();
    assert_int_equal(xk_requester_restore(heir.r, 7, store, store_size, 0, &restored, NULL), XK_OK);
    assert_int_equal(restored, 0);
    assert_int_equal(host_tick(&heir, 9), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 0);
    host_end(&heir);
    append(XK_JOURNAL_DECIDED, keys, sizeof keys); /* of a request that is not there: something is missing */
    is_refused(XK_E_SNAPSHOT);
    host_end(&h);
}

/* A host that began a new journal after a restore has lost what it no longer holds, and is told. */
static void a_decision_without_its_submission_is_refused(void **state)
{
    (void)state;
    start();
    assert_int_equal(host_tick(&h, h.now + 20000), XK_OK);
    size_t submitted = store_size;
    store_size = h.kit.journal_size - submitted;
    memcpy(store, h.journal + submitted, store_size);
    is_refused(XK_E_SNAPSHOT);
    host_end(&h);
}

static void a_record_that_is_half_there_is_found(void **state)
{
    (void)state;
    uint64_t handle;
    start();
    size_t first = store_size;
    assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_OK);
    memcpy(store, h.journal, h.kit.journal_size);
    for (size_t size = 0; size <= h.kit.journal_size; size++) {
        size_t whole = size < first ? 0 : size < h.kit.journal_size ? first : h.kit.journal_size;
        assert_int_equal(xk_journal_whole(store, size), whole);
    }
    store[first + 5] ^= 1;
    assert_int_equal(xk_journal_whole(store, h.kit.journal_size), first);
    assert_int_equal(xk_journal_whole(NULL, 0), 0);
    store_size = first;
    start_heir();
    assert_int_equal(xk_requester_restore(heir.r, 7, store, store_size, 0, NULL, NULL), XK_OK);
    host_end(&heir);
    host_end(&h);
}

/* From a journal as from a snapshot: what passed between the records has passed. */
static void time_between_records_counts(void **state)
{
    (void)state;
    uint64_t handle;
    start();
    h.now += 9000;
    assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_OK);
    memcpy(store, h.journal, h.kit.journal_size);
    store_size = h.kit.journal_size;
    start_heir();
    heir.now = 50000;
    assert_int_equal(xk_requester_restore(heir.r, heir.now, store, store_size, 300, NULL, NULL), XK_OK);
    assert_int_equal(host_tick(&heir, 50699), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 0);
    assert_int_equal(host_tick(&heir, 50700), XK_OK); /* the first had 10000, less 9000 and 300 */
    assert_int_equal(heir.kit.outcome_count, 1);
    assert_int_equal(host_tick(&heir, 59699), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 1);
    assert_int_equal(host_tick(&heir, 59700), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 2);
    host_end(&heir);
    host_end(&h);
}

static void a_decision_keeps_its_age(void **state)
{
    (void)state;
    size_t size = 0;
    for (unsigned int snapshot = 0; snapshot < 2; snapshot++) {
        start();
        h.kit.reply = XK_OUTCOME_REFUSED;
        assert_int_equal(host_tick(&h, 11000), XK_OK); /* decided */
        assert_int_equal(h.kit.outcomes[0].decided_ms, 11000);
        if (snapshot) {
            assert_int_equal(xk_requester_snapshot(h.r, 13000, store, sizeof store, &size), XK_OK);
            store_size = size;
        } else {
            store_size = h.kit.journal_size;
            memcpy(store, h.journal, store_size);
        }
        start_heir();
        assert_int_equal(xk_requester_restore(heir.r, 90000, store, store_size, 500, NULL, NULL), XK_OK);
        assert_int_equal(host_tick(&heir, 90000), XK_OK);
        assert_int_equal(heir.kit.outcomes[0].decided_ms, snapshot ? 87500 : 89500);
        host_end(&heir);
        start_heir();
        assert_int_equal(xk_requester_restore(heir.r, 7, store, store_size, 500, NULL, NULL), XK_OK);
        assert_int_equal(host_tick(&heir, 7), XK_OK);
        assert_int_equal(heir.kit.outcomes[0].decided_ms, 0);
        host_end(&heir);
        host_end(&h);
    }
}

/* Two that claim one transaction must be the same question: else keys of one would go to the warrant of the other. */
static void requests_of_one_transaction_must_ask_the_same(void **state)
{
    (void)state;
    for (unsigned int other = 0; other < 2; other++) {
        uint64_t handle;
        uint32_t restored = 77;
        host_init(&h);
        h.config.share_queries = true;
        host_keep_journal(&h);
        host_start(&h);
        assert_int_equal(host_submit(&h, "LI-A", 2, &handle), XK_OK);
        size_t first = h.kit.journal_size;
        assert_int_equal(host_submit(&h, "LI-B", 2, &handle), XK_OK);
        assert_int_equal(h.kit.send_count, 1);
        store_size = h.kit.journal_size;
        memcpy(store, h.journal, store_size);
        size_t body = store_size - first - XKI_RQ_FRAME_HEAD - XKI_RQ_FRAME_TAIL;
        if (other == 1) { /* an octet of the second one's TRANSFER_RESP */
            store[store_size - XKI_RQ_FRAME_TAIL - 1] ^= 1;
            sign(store + first, body);
        }
        host_init(&heir);
        heir.config.epoch = 2;
        heir.config.share_queries = true;
        host_start(&heir);
        assert_int_equal(xk_requester_restore(heir.r, 7, store, store_size, 0, &restored, NULL),
                         other == 1 ? XK_E_SNAPSHOT : XK_OK);
        assert_int_equal(restored, other == 1 ? 77 : 2);
        assert_int_equal(host_usage(&heir).free, other == 1 ? 8 : 6);
        host_end(&heir);
        host_end(&h);
    }
}

static void an_engine_that_is_too_small_takes_nothing(void **state)
{
    (void)state;
    uint64_t handle;
    for (unsigned int what = 0; what < 4; what++) {
        static const enum xk_status wanted[] = {XK_E_TOO_LARGE, XK_E_TOO_LARGE, XK_E_FULL, XK_E_FULL};
        struct xk_requester_callbacks callbacks;
        start();
        struct xk_party party;
        struct xk_request request;
        host_request(&h, "LI-A", 3, &party, &request);
        party.sip_uri = xk_text("sip:somebody.with.a.long.name@and.a.long.domain.example.com");
        assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
        assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_OK); /* one that ended is taken back as nothing */
        assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
        assert_int_equal(host_submit(&h, "LI-B", 3, &handle), XK_OK);
        memcpy(store, h.journal, h.kit.journal_size);
        store_size = h.kit.journal_size;
        host_init(&heir);
        heir.config.epoch = 2;
        heir.config.max_warrant_size = what == 0 ? 64 : 512;
        heir.config.max_request_size = what == 1 ? 256 : 2048;
        heir.config.max_kms = what == 2 ? 2 : 8;
        heir.config.max_pending = what == 3 ? 2 : 8;
        xk_test_host_callbacks(&heir.kit, &callbacks);
        assert_int_equal(xk_requester_create(&heir.config, &callbacks, NULL, &heir.kit, &heir.r, NULL), XK_OK);
        assert_int_equal(xk_requester_restore(heir.r, 7, store, store_size, 0, NULL, NULL), wanted[what]);
        assert_int_equal(host_usage(&heir).free, heir.config.max_pending);
        uint32_t kms = 77; /* those that the records named are taken back too */
        assert_int_equal(xk_requester_add_kms(heir.r, xk_text("other"), &kms, NULL), XK_OK);
        assert_int_equal(kms, 0);
        host_end(&heir);
        host_end(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_submission_that_cannot_be_is_refused),
        cmocka_unit_test(a_submission_cut_anywhere_is_refused),
        cmocka_unit_test(lists_and_ends_are_checked),
        cmocka_unit_test(a_submission_names_one_to_eight_kmss),
        cmocka_unit_test(the_time_left_has_its_limit),
        cmocka_unit_test(the_records_clock_goes_round),
        cmocka_unit_test(a_frame_begins_as_it_must),
        cmocka_unit_test(a_decision_that_cannot_be_is_refused),
        cmocka_unit_test(frames_of_no_kind_or_size_are_refused),
        cmocka_unit_test(repeats_are_taken_once),
        cmocka_unit_test(a_decision_without_its_submission_is_refused),
        cmocka_unit_test(a_record_that_is_half_there_is_found),
        cmocka_unit_test(time_between_records_counts),
        cmocka_unit_test(a_decision_keeps_its_age),
        cmocka_unit_test(requests_of_one_transaction_must_ask_the_same),
        cmocka_unit_test(an_engine_that_is_too_small_takes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
