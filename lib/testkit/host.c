/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk_test/host.h>

#include <string.h>

#include <xk/secret.h>

static bool on_random(uint8_t *out, size_t size, void *user)
{
    struct xk_test_host *host = user;
    return host != NULL && xk_test_random_fill(out, size, &host->random);
}

static bool on_send(const struct xk_send *send, void *user)
{
    struct xk_test_host *host = user;
    host->sent_to[host->send_count++ % XK_TEST_SEEN_MAX] = send->kms;
    if (send->octets.size > sizeof host->sent) {
        return false;
    }
    memcpy(host->sent, send->octets.data, send->octets.size);
    host->sent_size = send->octets.size;
    if (host->send_fails) {
        return false;
    }
    return host->kms == NULL || host->clock == NULL || xk_test_kms_take(host->kms, host->clock->now_ms, send) == XK_OK;
}

/* The engine has checked every size against the limits of the profile. */
static size_t copy(uint8_t *to, struct xk_bytes from)
{
    if (from.size > 0) {
        memcpy(to, from.data, from.size);
    }
    return from.size;
}

static void remember(struct xk_test_outcome *seen, const struct xk_outcome *outcome)
{
    memset(seen, 0, sizeof *seen);
    seen->id = outcome->id;
    seen->kind = outcome->kind;
    seen->cause = outcome->cause;
    seen->failure = outcome->failure;
    seen->request = outcome->request;
    seen->decided_ms = outcome->decided_ms;
    seen->supplements = outcome->supplements;
    (void)copy((uint8_t *)seen->liid, outcome->warrant->liid);
    seen->session_count = outcome->session_count;
    for (size_t i = 0; i < outcome->session_count && i < XK_TEST_SESSIONS_SEEN; i++) {
        const struct xk_session_result *from = &outcome->sessions[i];
        struct xk_test_session *to = &seen->sessions[i];
        to->cs_id = from->cs_id;
        to->failure = from->failure;
        to->key_size = copy(to->key, from->key);
        to->salt_size = copy(to->salt, from->salt);
    }
}

static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    struct xk_test_host *host = user;
    remember(&host->outcomes[host->outcome_count++ % XK_TEST_SEEN_MAX], outcome);
    if (host->inside_outcome != NULL) {
        host->inside_outcome(outcome, host->user);
    }
    return host->reply;
}

static void on_room(void *user)
{
    struct xk_test_host *host = user;
    host->room_calls++;
}

static void on_observe(const struct xk_observation *observation, void *user)
{
    struct xk_test_host *host = user;
    if ((size_t)observation->event < XK_TEST_EVENTS) {
        host->events[observation->event]++;
    }
}

static enum xk_journal_reply on_journal(const struct xk_journal_record *record, void *user)
{
    struct xk_test_host *host = user;
    if (host->journal_reply != XK_JOURNAL_STORED) {
        return host->journal_reply;
    }
    if (host->journal == NULL || record->octets.size > host->journal_capacity - host->journal_size) {
        return XK_JOURNAL_FAILED;
    }
    host->journal_size += copy(host->journal + host->journal_size, record->octets);
    return XK_JOURNAL_STORED;
}

void xk_test_host_init(struct xk_test_host *host, uint64_t seed)
{
    if (host == NULL) {
        return;
    }
    xk_wipe(host, sizeof *host);
    xk_test_random_init(&host->random, seed);
    host->reply = XK_OUTCOME_ACKNOWLEDGED;
    host->journal_reply = XK_JOURNAL_STORED;
}

void xk_test_host_callbacks(struct xk_test_host *host, struct xk_requester_callbacks *callbacks)
{
    if (host == NULL || callbacks == NULL) {
        return;
    }
    memset(callbacks, 0, sizeof *callbacks);
    callbacks->size = sizeof *callbacks;
    callbacks->random = on_random;
    callbacks->send = on_send;
    callbacks->on_outcome = on_outcome;
    callbacks->on_room = on_room;
    callbacks->observe = on_observe;
    callbacks->journal = host->journal != NULL ? on_journal : NULL;
}
