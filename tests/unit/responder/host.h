/* SPDX-License-Identifier: BSD-2-Clause */
/* A responder with a host around it that does as it is told and remembers what it saw. */
#ifndef XK_TEST_RESPONDER_HOST_H
#define XK_TEST_RESPONDER_HOST_H

#include <xk/responder.h>

#include "unit/exchange/exchange.h"

#define HOST_PEER 7
#define HOST_KEY 0xc5 /* each octet of the keys that it gives */

struct kms_host {
    struct xk_responder_config config;
    struct xk_responder_callbacks callbacks;
    struct xk_responder *engine;
    struct exchange_octets exchange;
    uint8_t wire[8192]; /* the get_keys, see host_ask() */
    size_t wire_size;

    /* What it does. */
    enum xk_answer_time time;
    enum xk_failure failure;
    struct xk_bytes referral;
    bool too_much; /* answers for a Crypto Session that the exchange has not */
    bool send_fails;
    bool denies; /* says that the peer may not ask */
    const char *field; /* of its answer */
    void (*inside)(void *callback); /* called in each callback, with the count below that is its own; may be NULL */

    /* What it saw. */
    size_t randoms, authorises, compares, resolves, sends, observes; /* calls */
    uint64_t handle;
    uint8_t cs_ids[256];
    size_t cs_count;
    uint8_t sent[32768];
    size_t sent_size;
    uint32_t sent_to;
    struct xk_responder_observation seen; /* the last one */
};

/* Defaults: 4 transactions, answers within 100 ms, remembered for 1000 ms, keys at once; an answered exchange of one
 * Crypto Session. The test may change config, callbacks and exchange before host_start(). */
void host_init(struct kms_host *host);
void host_start(struct kms_host *host);

/* Encodes a get_keys for the exchange: 16 times `id`, about `identity`. */
void host_ask(struct kms_host *host, uint8_t id, const char *identity);
enum xk_status host_receive(struct kms_host *host, uint64_t now_ms); /* what was encoded last */

/* Of what was sent last, which must be a response to what was encoded last. */
enum xk_failure host_sent(const struct kms_host *host);
struct xk_responder_counters host_counters(const struct kms_host *host);

#endif
