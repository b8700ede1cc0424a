/* SPDX-License-Identifier: BSD-2-Clause */
/* The requester: an input is a sequence of operations, the first octet telling whether queries are shared. */
#include <xk/requester.h>

#include "fuzz.h"
#include "support/engine_check.h"
#include "support/opaque_request.h"

struct host {
    const uint8_t *data;
    size_t size;
    size_t at;
    uint64_t now;
    uint64_t handles[16];
    uint8_t sent[512];
    size_t sent_size;
    uint64_t decided;
    uint8_t random;
};

static uint8_t next(struct host *h)
{
    return h->at < h->size ? h->data[h->at++] : 0;
}

static bool on_random(uint8_t *out, size_t size, void *user)
{
    return fuzz_random(&((struct host *)user)->random, out, size);
}

static bool on_send(const struct xk_send *send, void *user)
{
    struct host *h = user;
    h->sent_size = send->octets.size < sizeof h->sent ? send->octets.size : sizeof h->sent;
    memcpy(h->sent, send->octets.data, h->sent_size);
    return next(h) % 4 != 0;
}

static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    struct host *h = user;
    h->decided += outcome->session_count;
    return (enum xk_outcome_reply)(1 + next(h) % 3);
}

static void submit(struct host *h, struct xk_requester *r)
{
    struct xk_party party;
    struct xk_request q;
    size_t kms_count = 1 + next(h) % 2;
    opaque_request("sip:a@b", next(h) % 2 == 0 ? "LI-A" : "LI-B", &party, &q);
    q.kms_count = kms_count;
    (void)!xk_requester_submit(r, h->now, &q, &h->handles[next(h) % 16], NULL);
}

/* An answer to what was sent last, or the input's own octets. */
static void receive(struct host *h, struct xk_requester *r)
{
    static const uint8_t key[16] = {1};
    uint8_t out[256];
    size_t size = 0;
    enum xk_message_type type;
    struct xk_get_keys_response m;
    struct xk_session_result s[2];
    memset(&m, 0, sizeof m);
    memset(s, 0, sizeof s);
    if (xk_message_peek(h->sent, h->sent_size, &type, &m.transaction_id, NULL) != XK_OK) {
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        s[i].cs_id = (uint8_t)(1 + i + next(h) % 2);
        s[i].key = (struct xk_bytes){key, 16};
        s[i].cipher = XK_CIPHER_ABSENT;
        s[i].encoding = XK_KEY_ENCODING_ABSENT;
    }
    m.sessions = s;
    m.session_count = 1 + next(h) % 2;
    if (next(h) % 3 == 0) {
        m.failure = (enum xk_failure)(1 + next(h) % 18);
        m.sessions = NULL;
        m.session_count = 0;
    }
    if (xk_get_keys_response_encode(&m, out, sizeof out, &size, NULL) == XK_OK) {
        if (next(h) % 8 == 0) {
            out[next(h) % size] ^= next(h);
        }
        (void)!xk_requester_receive(r, h->now, next(h) % 2, out, size, NULL);
    }
}

static struct xk_requester *start(struct host *h, bool shares)
{
    struct xk_requester_config config;
    struct xk_requester_callbacks callbacks;
    struct xk_requester *r = NULL;
    uint32_t kms;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = on_random;
    callbacks.send = on_send;
    callbacks.on_outcome = on_outcome;
    xk_requester_config_init(&config);
    config.max_pending = 6;
    config.max_request_size = 256;
    config.tombstones = 4;
    config.attempt_timeout = 300;
    config.kms_window = 2;
    config.exchange_check = XK_CHECK_HOST;
    config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    config.share_queries = shares;
    REQUIRE(xk_requester_create(&config, &callbacks, NULL, h, &r, NULL) == XK_OK);
    REQUIRE(xk_requester_add_kms(r, xk_text("a"), &kms, NULL) == XK_OK);
    REQUIRE(xk_requester_add_kms(r, xk_text("b"), &kms, NULL) == XK_OK);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct host h;
    struct xk_requester_usage usage;
    static uint8_t snapshot[65536];
    size_t written = 0;
    memset(&h, 0, sizeof h);
    h.data = data;
    h.size = size;
    const bool shares = next(&h) % 2 == 1;
    struct xk_requester *r = start(&h, shares);
    while (h.at < h.size) {
        switch (next(&h) % 8) {
        case 0:
        case 1:
            submit(&h, r);
            break;
        case 2:
        case 3:
            receive(&h, r);
            break;
        case 4:
            (void)xk_requester_cancel(r, h.now, h.handles[next(&h) % 16]);
            break;
        case 5:
            h.now += (uint64_t)next(&h) * 16;
            (void)xk_requester_tick(r, h.now, next(&h) % 3, NULL);
            break;
        case 6:
            (void)xk_requester_purge(r, h.now, xk_text("LI-A"), NULL, NULL);
            break;
        default:
            if (xk_requester_snapshot(r, h.now, snapshot, sizeof snapshot, &written) == XK_OK) {
                struct xk_requester *other = start(&h, shares);
                REQUIRE(xk_requester_restore(other, h.now, snapshot, written, 0, NULL, NULL) == XK_OK);
                (void)xk_requester_destroy(r);
                r = other;
            }
            break;
        }
        xk_requester_read_usage(r, &usage);
        REQUIRE(usage.pending + usage.owed + usage.free <= 6);
        const char *wrong = engine_check(r);
        REQUIRE(wrong == NULL);
    }
    (void)xk_requester_destroy(r);
    return 0;
}
