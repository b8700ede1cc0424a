/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "support/files.h"

void host_init(struct host *host)
{
    memset(host, 0, sizeof *host);
    xk_test_host_init(&host->kit, 1);
    xk_requester_config_init(&host->config);
    host->config.max_pending = 8;
    host->config.tombstones = 4;
    host->now = 1000;
    host->kms_count = 3;
}

void host_keep_journal(struct host *host)
{
    host->kit.journal = host->journal;
    host->kit.journal_capacity = sizeof host->journal;
}

/* The kit's host is the user of every callback. */
static struct host *enter(void *user, enum host_place place)
{
    struct host *host = (struct host *)(void *)((uint8_t *)user - offsetof(struct host, kit));
    if (host->inside != NULL) {
        host->inside(host, place);
    }
    return host;
}

static bool on_random(uint8_t *out, size_t size, void *user)
{
    return enter(user, IN_RANDOM)->callbacks.random(out, size, user);
}

static bool on_send(const struct xk_send *send, void *user)
{
    struct host *host = enter(user, IN_SEND);
    const bool fails = host->kit.send_fails;
    if (send->kms < HOST_KMSS && send->octets.size <= sizeof host->sent_octets[0]) {
        memcpy(host->sent_octets[send->kms], send->octets.data, send->octets.size);
        host->sent_size[send->kms] = send->octets.size;
    }
    host->sent = *send;
    host->sent.octets = (struct xk_bytes){NULL, 0};
    host->kit.send_fails = fails || (send->kms < HOST_KMSS && (host->down & 1u << send->kms) != 0);
    const bool taken = host->callbacks.send(send, user);
    host->kit.send_fails = fails;
    return taken;
}

static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    return enter(user, IN_OUTCOME)->callbacks.on_outcome(outcome, user);
}

static void on_room(void *user)
{
    enter(user, IN_ROOM)->callbacks.on_room(user);
}

static void on_observe(const struct xk_observation *observation, void *user)
{
    struct host *host = (struct host *)(void *)((uint8_t *)user - offsetof(struct host, kit));
    host->seen[host->seen_count++ % HOST_LOG] = *observation;
    enter(user, IN_OBSERVE)->callbacks.observe(observation, user);
}

static void on_audit(const struct xk_audit *audit, void *user)
{
    struct host *host = (struct host *)(void *)((uint8_t *)user - offsetof(struct host, kit));
    host->audited[host->audited_count % HOST_LOG] = *audit;
    host->audited[host->audited_count++ % HOST_LOG].authorisation = (struct xk_bytes){NULL, 0};
    (void)enter(user, IN_AUDIT);
}

static enum xk_journal_reply on_journal(const struct xk_journal_record *record, void *user)
{
    return enter(user, IN_JOURNAL)->callbacks.journal(record, user);
}

void host_start(struct host *host)
{
    xk_test_host_callbacks(&host->kit, &host->callbacks);
    struct xk_requester_callbacks own = {sizeof own, on_random,  on_send,  on_outcome,
                                         on_room,    on_observe, on_audit, on_journal};
    own.journal = host->callbacks.journal == NULL ? NULL : on_journal;
    host_start_with(host, &own);
}

void host_start_with(struct host *host, const struct xk_requester_callbacks *callbacks)
{
    static const char *const names[HOST_KMSS] = {
        "kms1.example.com", "kms2.example.com", "kms3.example.com", "kms4.example.com",
        "kms5.example.com", "kms6.example.com", "kms7.example.com", "kms8.example.com",
    };
    assert_int_equal(
        xk_requester_create(&host->config, callbacks, host->allocator, &host->kit, &host->r, NULL), XK_OK);
    for (size_t i = 0; i < host->kms_count; i++) {
        assert_int_equal(xk_requester_add_kms(host->r, xk_text(names[i]), &host->kms[i], NULL), XK_OK);
    }
}

void host_end(struct host *host)
{
    assert_int_equal(xk_requester_destroy(host->r), XK_OK);
}

/* The pair of the vector set, read once. */
static struct xk_bytes message_of_set(const char *name)
{
    static uint8_t octets[2][512];
    static size_t sizes[2];
    size_t which = strcmp(name, "TRANSFER_RESP") == 0;
    if (sizes[which] == 0) {
        sizes[which] = file_read_hex_line("mikey/set1.txt", name, octets[which], sizeof octets[which]);
    }
    return (struct xk_bytes){octets[which], sizes[which]};
}

void host_request(const struct host *host, const char *liid, size_t kms_count, struct xk_party *party,
                  struct xk_request *request)
{
    memset(party, 0, sizeof *party);
    party->sip_uri = xk_text("sip:bob@example.com");
    memset(request, 0, sizeof *request);
    request->size = sizeof *request;
    request->get_keys.public_kms_identity = xk_text(host->identity != NULL ? host->identity : "sip:bob@example.com");
    request->get_keys.transfer_init = message_of_set("TRANSFER_INIT");
    request->get_keys.transfer_resp = message_of_set("TRANSFER_RESP");
    request->kms = host->kms;
    request->kms_count = kms_count;
    request->warrant.liid = xk_text(liid);
    request->warrant.parties = party;
    request->warrant.party_count = 1;
    request->warrant.correlation_number = xk_text("corr0001");
    request->warrant.operator_identifier = xk_text("12345");
    request->warrant.destination = XK_DESTINATION_LEMF;
    request->reference = host->reference;
    request->timeout = host->timeout;
}

enum xk_status host_submit(struct host *host, const char *liid, size_t kms_count, uint64_t *handle)
{
    struct xk_party party;
    struct xk_request request;
    host_request(host, liid, kms_count, &party, &request);
    return xk_requester_submit(host->r, host->now, &request, handle, &host->diag);
}

uint64_t host_must_submit(struct host *host, const char *liid, size_t kms_count)
{
    uint64_t handle = 0;
    assert_int_equal(host_submit(host, liid, kms_count, &handle), XK_OK);
    return handle;
}

void host_at(struct host *host, size_t kms)
{
    memcpy(host->kit.sent, host->sent_octets[kms], host->sent_size[kms]);
    host->kit.sent_size = host->sent_size[kms];
}

static size_t answer_last(const struct host *host, const struct xk_test_answer *answer, uint8_t *out, size_t capacity)
{
    const struct xk_bytes sent = {host->kit.sent, host->kit.sent_size};
    size_t size = 0;
    assert_int_equal(xk_test_answer_encode(sent, answer, out, capacity, &size), XK_OK);
    return size;
}

size_t host_answer_keys(const struct host *host, uint8_t *out, size_t capacity, uint8_t cs_id, uint8_t key_octet)
{
    uint8_t key[16];
    struct xk_test_result result;
    struct xk_test_answer answer;
    memset(key, key_octet, sizeof key);
    memset(&result, 0, sizeof result);
    memset(&answer, 0, sizeof answer);
    result.cs_id = cs_id;
    result.key = (struct xk_bytes){key, sizeof key};
    answer.results = &result;
    answer.result_count = 1;
    return answer_last(host, &answer, out, capacity);
}

size_t host_answer_failure(const struct host *host, uint8_t *out, size_t capacity, enum xk_failure failure,
                           const char *referral)
{
    struct xk_test_answer answer;
    memset(&answer, 0, sizeof answer);
    answer.failure = failure;
    answer.referral = xk_text(referral);
    return answer_last(host, &answer, out, capacity);
}

enum xk_status host_receive(struct host *host, size_t kms, uint8_t *data, size_t size)
{
    return xk_requester_receive(host->r, host->now, host->kms[kms], data, size, &host->diag);
}

enum xk_status host_tick(struct host *host, uint64_t now)
{
    host->now = now;
    return xk_requester_tick(host->r, now, 0, NULL);
}

uint64_t host_tick_when_due(struct host *host)
{
    const uint64_t due = xk_requester_next_deadline(host->r);
    assert_true(due != XK_NEVER);
    assert_int_equal(host_tick(host, due > host->now ? due : host->now), XK_OK);
    return due;
}

bool host_restore(struct host *host, const struct host *old)
{
    return xk_requester_restore(host->r, host->now, old->journal, old->kit.journal_size, 0, NULL, &host->diag) ==
           XK_OK;
}

const struct xk_observation *host_seen(const struct host *host, enum xk_event event)
{
    const size_t kept = host->seen_count < HOST_LOG ? host->seen_count : HOST_LOG;
    for (size_t i = 1; i <= kept; i++) {
        if (host->seen[(host->seen_count - i) % HOST_LOG].event == event) {
            return &host->seen[(host->seen_count - i) % HOST_LOG];
        }
    }
    fail_msg("event %d was not seen", (int)event);
    return NULL;
}

const struct xk_audit *host_audited(const struct host *host, enum xk_event event)
{
    const size_t kept = host->audited_count < HOST_LOG ? host->audited_count : HOST_LOG;
    for (size_t i = 1; i <= kept; i++) {
        if (host->audited[(host->audited_count - i) % HOST_LOG].event == event) {
            return &host->audited[(host->audited_count - i) % HOST_LOG];
        }
    }
    fail_msg("event %d was not audited", (int)event);
    return NULL;
}

size_t host_event(const struct host *host, enum xk_event event)
{
    return host->kit.events[event];
}

struct xk_requester_usage host_usage(const struct host *host)
{
    struct xk_requester_usage usage;
    xk_requester_read_usage(host->r, &usage);
    return usage;
}

uint64_t host_counter(const struct host *host, enum xk_status status)
{
    struct xk_requester_counters counters;
    xk_requester_read_counters(host->r, &counters);
    return counters.status[xk_status_index(status)];
}

struct xk_requester_counters host_counters(const struct host *host)
{
    struct xk_requester_counters counters;
    xk_requester_read_counters(host->r, &counters);
    return counters;
}
