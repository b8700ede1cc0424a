/* SPDX-License-Identifier: BSD-2-Clause */
/* A requester with the test kit's host around it, three KMSs, and answers to what it sent last. */
#ifndef XK_TEST_REQUESTER_FIXTURE_H
#define XK_TEST_REQUESTER_FIXTURE_H

#include <xk/requester.h>
#include <xk_test/host.h>

struct host {
    struct xk_requester_config config;
    struct xk_requester *r;
    uint32_t kms[3];
    uint64_t now;
    uint64_t reference; /* of the next request, as the two below */
    uint32_t timeout;
    const char *identity; /* NULL: that of the vector set */
    struct xk_diag diag; /* of the last submit or receive through the helpers below */
    struct xk_test_host kit;
    uint8_t journal[65536]; /* used after host_keep_journal() */
};

/* Fills the defaults; the test may then change host->config and starts with host_start(). */
void host_init(struct host *host);
void host_keep_journal(struct host *host);
void host_start(struct host *host);
void host_start_with(struct host *host, const struct xk_requester_callbacks *callbacks); /* all for the kit's host */
void host_end(struct host *host);

/* The pair of the vector set, one Crypto Session (1), for the warrant of `liid`, to the given KMSs: to be changed and
 * submitted by the test, or at once. */
void host_request(const struct host *host, const char *liid, size_t kms_count, struct xk_party *party,
                  struct xk_request *request);
enum xk_status host_submit(struct host *host, const char *liid, size_t kms_count, uint64_t *handle);
uint64_t host_must_submit(struct host *host, const char *liid, size_t kms_count); /* it must be taken: its handle */

/* Answers to the get_keys that was sent last, from KMS number `kms`. */
size_t host_answer_keys(const struct host *host, uint8_t *out, size_t capacity, uint8_t cs_id, uint8_t key_octet);
size_t host_answer_failure(const struct host *host, uint8_t *out, size_t capacity, enum xk_failure failure,
                           const char *referral); /* NULL for none */
enum xk_status host_receive(struct host *host, size_t kms, uint8_t *data, size_t size);
enum xk_status host_tick(struct host *host, uint64_t now);

struct xk_requester_usage host_usage(const struct host *host);
uint64_t host_counter(const struct host *host, enum xk_status status);

#endif
