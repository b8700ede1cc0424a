/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/responder/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void enter(struct kms_host *h, size_t *count)
{
    (*count)++;
    if (h->inside != NULL) {
        h->inside(count);
    }
}

static bool on_random(uint8_t *out, size_t size, void *user)
{
    struct kms_host *h = user;
    h->randoms++;
    memset(out, 0x42, size);
    return true;
}

static bool on_authorise(uint32_t peer, struct xk_bytes identity, void *user)
{
    struct kms_host *h = user;
    assert_int_equal(peer, HOST_PEER);
    assert_true(identity.size > 0);
    enter(h, &h->authorises);
    return !h->denies;
}

static bool on_compare(struct xk_bytes a, struct xk_bytes b, void *user)
{
    struct kms_host *h = user;
    assert_non_null(a.data);
    assert_non_null(b.data);
    enter(h, &h->compares);
    return xk_uri_equal(a, b);
}

static enum xk_answer_time on_resolve(const struct xk_query *query, struct xk_answer *answer, void *user)
{
    struct kms_host *h = user;
    assert_int_equal(query->peer, HOST_PEER);
    assert_int_equal(query->relation->failure, XK_FAILURE_NONE);
    assert_int_not_equal(query->relation->role, XK_ROLE_NONE);
    assert_true(query->exchange->init.whole.data == query->message->transfer_init.data);
    assert_true(query->message->transfer_init.size == h->exchange.message.transfer_init.size);
    assert_int_equal(answer->failure, XK_FAILURE_NONE);
    assert_int_equal(answer->session_count, 0);
    assert_true(answer->key_space_size >= XK_CRYPTO_SESSIONS_MAX * (XK_SESSION_KEY_MAX + XK_SALT_MAX));
    h->handle = query->handle;
    h->cs_count = query->cs_count;
    memcpy(h->cs_ids, query->cs_ids, query->cs_count);
    memset(answer->key_space, HOST_KEY, answer->key_space_size);
    for (size_t i = 0; i < query->cs_count; i++) {
        answer->sessions[i].cs_id = h->too_much ? 200 : query->cs_ids[i];
        answer->sessions[i].key = (struct xk_bytes){answer->key_space + 16 * i, 16};
        answer->sessions[i].cipher = XK_CIPHER_ABSENT;
        answer->sessions[i].encoding = XK_KEY_ENCODING_ABSENT;
    }
    answer->failure = h->failure;
    answer->referral = h->referral;
    answer->field = h->field;
    answer->session_count = h->failure == XK_FAILURE_NONE ? query->cs_count : 0;
    enter(h, &h->resolves);
    return h->time;
}

static bool on_send(uint32_t peer, struct xk_bytes octets, void *user)
{
    struct kms_host *h = user;
    assert_in_range(octets.size, 1, sizeof h->sent);
    memcpy(h->sent, octets.data, octets.size);
    h->sent_size = octets.size;
    h->sent_to = peer;
    enter(h, &h->sends);
    return !h->send_fails;
}

static void on_observe(const struct xk_responder_observation *observation, void *user)
{
    struct kms_host *h = user;
    h->seen = *observation;
    enter(h, &h->observes);
}

void host_init(struct kms_host *h)
{
    memset(h, 0, sizeof *h);
    xk_responder_config_init(&h->config);
    h->config.max_transactions = 4;
    h->config.answer_timeout = 100;
    h->config.remember = 1000;
    h->config.rules.same_user = on_compare;
    h->config.rules.user = h;
    h->callbacks = (struct xk_responder_callbacks){sizeof h->callbacks, on_random,  on_send, on_resolve,
                                                   on_authorise,        on_observe, NULL};
    h->time = XK_ANSWER_NOW;
    exchange_build(&h->exchange, 1, false);
}

void host_start(struct kms_host *h)
{
    assert_int_equal(xk_responder_create(&h->config, &h->callbacks, NULL, h, &h->engine, NULL), XK_OK);
}

void host_ask(struct kms_host *h, uint8_t id, const char *identity)
{
    struct xk_get_keys *message = &h->exchange.message;
    memset(&message->transaction_id, id, sizeof message->transaction_id);
    message->public_kms_identity = xk_text(identity);
    assert_int_equal(xk_get_keys_encode(message, h->wire, sizeof h->wire, &h->wire_size, NULL), XK_OK);
}

enum xk_status host_receive(struct kms_host *h, uint64_t now_ms)
{
    return xk_responder_receive(h->engine, now_ms, HOST_PEER, h->wire, h->wire_size, NULL);
}

enum xk_failure host_sent(const struct kms_host *h)
{
    static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
    const struct xk_transaction_id *id = &h->exchange.message.transaction_id;
    struct xk_get_keys_response response;
    assert_int_equal(
        xk_get_keys_response_decode(h->sent, h->sent_size, &response, sessions, XK_CRYPTO_SESSIONS_MAX, NULL), XK_OK);
    assert_memory_equal(&response.transaction_id, id, sizeof *id);
    return response.failure;
}

struct xk_responder_counters host_counters(const struct kms_host *h)
{
    struct xk_responder_counters counters;
    xk_responder_read_counters(h->engine, &counters);
    return counters;
}
