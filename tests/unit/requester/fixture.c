/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/files.h"

static void enter(struct host *host, enum host_place place)
{
    if (host->inside != NULL) {
        host->inside(host, place);
    }
}

static bool on_random(uint8_t *out, size_t size, void *user)
{
    struct host *host = user;
    for (size_t i = 0; i < size; i++) {
        host->random = host->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        out[i] = (uint8_t)(host->random >> 56);
    }
    enter(host, HOST_RANDOM);
    return !host->random_fails;
}

static bool on_send(const struct xk_send *send, void *user)
{
    struct host *host = user;
    host->sent_to[host->sends++ % MAX_SEEN] = send->kms;
    assert_true(send->octets.size <= sizeof host->sent);
    memcpy(host->sent, send->octets.data, send->octets.size);
    host->sent_size = send->octets.size;
    enter(host, HOST_SEND);
    return !host->send_fails;
}

static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    struct host *host = user;
    size_t at = host->outcomes++ % MAX_SEEN;
    host->outcome[at] = *outcome;
    memcpy(host->liid[at], outcome->warrant->liid.data, outcome->warrant->liid.size);
    host->liid[at][outcome->warrant->liid.size] = '\0';
    if (outcome->session_count > 0 && outcome->sessions[0].key.size > 0) {
        memcpy(host->first_key[at], outcome->sessions[0].key.data, outcome->sessions[0].key.size);
    }
    if (host->inside_outcome != NULL) {
        host->inside_outcome(host, outcome);
    }
    enter(host, HOST_OUTCOME);
    return host->reply;
}

static void on_room(void *user)
{
    struct host *host = user;
    host->room_calls++;
    enter(host, HOST_ROOM);
}

static void on_observe(const struct xk_observation *seen, void *user)
{
    struct host *host = user;
    host->events[seen->event]++;
    enter(host, HOST_OBSERVE);
}

static void on_audit(const struct xk_audit *audit, void *user)
{
    (void)audit;
    enter(user, HOST_AUDIT);
}

static enum xk_journal_reply on_journal(const struct xk_journal_record *record, void *user)
{
    struct host *host = user;
    enter(host, HOST_JOURNAL);
    if (host->journal_reply != XK_JOURNAL_STORED) {
        return host->journal_reply;
    }
    assert_true(host->journal_size + record->octets.size <= sizeof host->journal);
    memcpy(host->journal + host->journal_size, record->octets.data, record->octets.size);
    host->journal_size += record->octets.size;
    return XK_JOURNAL_STORED;
}

void host_init(struct host *host)
{
    memset(host, 0, sizeof *host);
    xk_requester_config_init(&host->config);
    host->config.max_pending = 8;
    host->config.tombstones = 4;
    host->reply = XK_OUTCOME_ACKNOWLEDGED;
    host->journal_reply = XK_JOURNAL_STORED;
    host->now = 1000;
    host->random = 1;
}

void host_start(struct host *host)
{
    struct xk_requester_callbacks callbacks = {
        sizeof callbacks, on_random, on_send, on_outcome, on_room, on_observe, host->audits ? on_audit : NULL,
        host->journals ? on_journal : NULL};
    static const char *const names[] = {"kms1.example.com", "kms2.example.com", "kms3.example.com"};
    assert_int_equal(xk_requester_create(&host->config, &callbacks, NULL, host, &host->r), XK_OK);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(xk_requester_add_kms(host->r, xk_text(names[i]), &host->kms[i]), XK_OK);
    }
}

void host_end(struct host *host)
{
    assert_int_equal(xk_requester_destroy(host->r), XK_OK);
}

enum xk_status host_submit(struct host *host, const char *liid, size_t kms_count, uint64_t *handle)
{
    uint8_t init[512];
    uint8_t resp[256];
    struct xk_party party;
    struct xk_request request;
    memset(&party, 0, sizeof party);
    party.sip_uri = xk_text("sip:bob@example.com");
    memset(&request, 0, sizeof request);
    request.size = sizeof request;
    request.get_keys.public_kms_identity = xk_text(host->identity != NULL ? host->identity : "sip:bob@example.com");
    request.get_keys.transfer_init.data = init;
    request.get_keys.transfer_init.size =
        file_read_hex_line("mikey/set1.txt", "TRANSFER_INIT", init, sizeof init);
    request.get_keys.transfer_resp.data = resp;
    request.get_keys.transfer_resp.size =
        file_read_hex_line("mikey/set1.txt", "TRANSFER_RESP", resp, sizeof resp);
    request.kms = host->kms;
    request.kms_count = kms_count;
    request.warrant.liid = xk_text(liid);
    request.warrant.parties = &party;
    request.warrant.party_count = 1;
    request.warrant.correlation_number = xk_text("corr0001");
    request.warrant.operator_identifier = xk_text("12345");
    request.warrant.destination = XK_DESTINATION_LEMF;
    request.reference = host->reference;
    request.timeout = host->timeout;
    return xk_requester_submit(host->r, host->now, &request, handle);
}

static struct xk_transaction_id last_transaction(const struct host *host)
{
    enum xk_message_type type;
    struct xk_transaction_id id;
    assert_int_equal(xk_message_peek(host->sent, host->sent_size, &type, &id, NULL), XK_OK);
    return id;
}

size_t host_answer_keys(const struct host *host, uint8_t *out, size_t capacity, uint8_t cs_id, uint8_t key_octet)
{
    uint8_t key[16];
    size_t size = 0;
    struct xk_session_result session;
    struct xk_get_keys_response answer;
    memset(key, key_octet, sizeof key);
    memset(&session, 0, sizeof session);
    session.cs_id = cs_id;
    session.key.data = key;
    session.key.size = sizeof key;
    session.cipher = XK_CIPHER_ABSENT;
    session.encoding = XK_KEY_ENCODING_ABSENT;
    memset(&answer, 0, sizeof answer);
    answer.transaction_id = last_transaction(host);
    answer.sessions = &session;
    answer.session_count = 1;
    assert_int_equal(xk_get_keys_response_encode(&answer, out, capacity, &size, NULL), XK_OK);
    return size;
}

size_t host_answer_failure(const struct host *host, uint8_t *out, size_t capacity, enum xk_failure failure)
{
    size_t size = 0;
    struct xk_get_keys_response answer;
    memset(&answer, 0, sizeof answer);
    answer.transaction_id = last_transaction(host);
    answer.failure = failure;
    assert_int_equal(xk_get_keys_response_encode(&answer, out, capacity, &size, NULL), XK_OK);
    return size;
}

enum xk_status host_receive(struct host *host, size_t kms, uint8_t *data, size_t size)
{
    return xk_requester_receive(host->r, host->now, host->kms[kms], data, size);
}

enum xk_status host_tick(struct host *host, uint64_t now)
{
    host->now = now;
    return xk_requester_tick(host->r, now, 0, NULL);
}

uint64_t host_counter(const struct host *host, enum xk_status status)
{
    struct xk_requester_counters counters;
    xk_requester_read_counters(host->r, &counters);
    return counters.status[xk_status_index(status)];
}
