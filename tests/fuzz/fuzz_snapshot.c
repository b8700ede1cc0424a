/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A restore from octets whose checksums are right: they are computed here, so that what is fuzzed is what lies behind
 * them. What restores must be sound, come to its end, and restore again from its own snapshot.
 */
#include <xk/requester.h>

#include "fuzz.h"
#include "requester/frame.h"
#include "support/engine_check.h"

#define INPUT_MAX 16384

struct host {
    uint8_t random;
    uint8_t sent[2048];
    size_t sent_size;
    uint32_t sent_to;
};

static bool on_random(uint8_t *out, size_t size, void *user)
{
    return fuzz_random(&((struct host *)user)->random, out, size);
}

static bool on_send(const struct xk_send *send, void *user)
{
    struct host *h = user;
    h->sent_size = send->octets.size;
    h->sent_to = send->kms;
    REQUIRE(send->octets.size <= sizeof h->sent);
    memcpy(h->sent, send->octets.data, send->octets.size);
    return true;
}

static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    (void)user;
    REQUIRE(outcome->warrant->party_count >= 1 && outcome->warrant->party_count <= XK_PARTIES_MAX);
    REQUIRE(outcome->warrant->liid.size >= 1 && outcome->warrant->liid.size <= XK_LIID_MAX);
    return XK_OUTCOME_ACKNOWLEDGED;
}

static struct xk_requester *start(struct host *h, bool shares)
{
    struct xk_requester_config config;
    struct xk_requester_callbacks callbacks;
    struct xk_requester *r = NULL;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = on_random;
    callbacks.send = on_send;
    callbacks.on_outcome = on_outcome;
    xk_requester_config_init(&config);
    config.max_pending = 8;
    config.tombstones = 4;
    config.epoch = 1000;
    config.share_queries = shares;
    REQUIRE(xk_requester_create(&config, &callbacks, NULL, h, &r, NULL) == XK_OK);
    return r;
}

/* Writes the checksum of each frame that is there as a whole. */
static void seal(uint8_t *data, size_t size)
{
    static const struct xki_siphash_key key = {0, 0};
    size_t at = 0;
    while (size - at >= XKI_RQ_FRAME_HEAD + XKI_RQ_FRAME_TAIL) {
        size_t body = (size_t)xki_rq_frame_value(data + at + XKI_RQ_FRAME_HEAD - 4, 4);
        if (body > size - at - XKI_RQ_FRAME_HEAD - XKI_RQ_FRAME_TAIL) {
            return;
        }
        uint64_t sum = xki_siphash(&key, data + at, XKI_RQ_FRAME_HEAD + body);
        at += XKI_RQ_FRAME_HEAD + body;
        for (unsigned int i = 0; i < 8; i++) {
            data[at++] = (uint8_t)(sum >> (56 - 8 * i));
        }
    }
}

/* Answers what is asked, or lets it expire, until nothing is left. */
static void come_to_its_end(struct host *h, struct xk_requester *r)
{
    struct xk_requester_usage usage;
    for (uint64_t now = 1000; now < 40000; now += 1000) {
        REQUIRE(xk_requester_tick(r, now, 0, NULL) == XK_OK);
        const char *wrong = engine_check(r);
        REQUIRE(wrong == NULL);
        struct xk_get_keys_response m;
        enum xk_message_type type;
        uint8_t out[128];
        size_t size = 0;
        memset(&m, 0, sizeof m);
        m.failure = XK_FAILURE_GENERIC;
        if (h->sent_size > 0 && xk_message_peek(h->sent, h->sent_size, &type, &m.transaction_id, NULL) == XK_OK &&
            xk_get_keys_response_encode(&m, out, sizeof out, &size, NULL) == XK_OK) {
            (void)!xk_requester_receive(r, now, h->sent_to, out, size, NULL);
        }
    }
    xk_requester_read_usage(r, &usage);
    REQUIRE(usage.pending + usage.owed + usage.free == 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t sealed[INPUT_MAX];
    static uint8_t snapshot[8 * INPUT_MAX];
    struct host h;
    size_t written = 0;
    uint32_t restored = 0;
    uint32_t again = 0;
    if (size == 0 || size > INPUT_MAX) {
        return 0;
    }
    memset(&h, 0, sizeof h);
    bool shares = data[0] % 2 == 1;
    memcpy(sealed, data + 1, size - 1);
    seal(sealed, size - 1);
    struct xk_requester *r = start(&h, shares);
    enum xk_status status = xk_requester_restore(r, 0, sealed, size - 1, 0, &restored, NULL);
    const char *wrong = engine_check(r);
    REQUIRE(wrong == NULL);
    if (status == XK_OK) {
        struct xk_requester *heir = start(&h, shares);
        REQUIRE(xk_requester_snapshot(r, 0, snapshot, sizeof snapshot, &written) == XK_OK);
        REQUIRE(xk_requester_restore(heir, 0, snapshot, written, 0, &again, NULL) == XK_OK && again == restored);
        (void)xk_requester_destroy(heir);
    } else {
        REQUIRE(restored == 0);
    }
    come_to_its_end(&h, r);
    (void)xk_requester_destroy(r);
    return 0;
}
