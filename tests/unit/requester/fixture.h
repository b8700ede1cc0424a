/* SPDX-License-Identifier: BSD-2-Clause */
/* A requester with a host around it that records what it is given and answers as it is told. */
#ifndef XK_TEST_REQUESTER_FIXTURE_H
#define XK_TEST_REQUESTER_FIXTURE_H

#include <xk/requester.h>

#define MAX_SEEN 64

/* The callbacks, for a hook that is called in each. */
enum host_place {
    HOST_RANDOM,
    HOST_SEND,
    HOST_OUTCOME,
    HOST_ROOM,
    HOST_OBSERVE,
    HOST_AUDIT,
    HOST_JOURNAL,
    HOST_PLACES
};

struct host {
    struct xk_requester_config config;
    struct xk_requester *r;
    uint32_t kms[3];
    uint64_t now;
    uint64_t random;
    bool random_fails;
    uint64_t reference; /* of the next request, as the two below */
    uint32_t timeout;
    const char *identity; /* NULL: that of the vector set */
    void (*inside)(struct host *host, enum host_place place);
    bool audits;
    bool send_fails;
    enum xk_outcome_reply reply;
    void (*inside_outcome)(struct host *host, const struct xk_outcome *outcome);
    enum xk_journal_reply journal_reply;
    bool journals;
    /* what was seen */
    size_t sends;
    uint32_t sent_to[MAX_SEEN];
    uint8_t sent[2048];
    size_t sent_size;
    size_t outcomes;
    struct xk_outcome outcome[MAX_SEEN]; /* views are void after the callback */
    uint8_t first_key[MAX_SEEN][64];
    char liid[MAX_SEEN][XK_LIID_MAX + 1];
    size_t room_calls;
    size_t events[32];
    uint8_t journal[65536];
    size_t journal_size;
};

/* Fills the defaults; the test may then change host->config and starts with host_start(). */
void host_init(struct host *host);
void host_start(struct host *host);
void host_end(struct host *host);

/* The pair of the vector set, one Crypto Session (1), for the warrant of `liid`, to the given KMSs. */
enum xk_status host_submit(struct host *host, const char *liid, size_t kms_count, uint64_t *handle);

/* Answers to the get_keys that was sent last, from KMS number `kms`. */
size_t host_answer_keys(const struct host *host, uint8_t *out, size_t capacity, uint8_t cs_id, uint8_t key_octet);
size_t host_answer_failure(const struct host *host, uint8_t *out, size_t capacity, enum xk_failure failure);
enum xk_status host_receive(struct host *host, size_t kms, uint8_t *data, size_t size);
enum xk_status host_tick(struct host *host, uint64_t now);

uint64_t host_counter(const struct host *host, enum xk_status status);

#endif
