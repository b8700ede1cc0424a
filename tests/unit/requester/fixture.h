/* SPDX-License-Identifier: BSD-2-Clause */
/* A requester with the test kit's host around it, three KMSs, and answers to what it sent last. */
#ifndef XK_TEST_REQUESTER_FIXTURE_H
#define XK_TEST_REQUESTER_FIXTURE_H

#include <xk/requester.h>
#include <xk_test/host.h>

#define HOST_KMSS 8  /* at most */
#define HOST_LOG 128 /* observations and lines of the audit that are kept; entry n is at n modulo this */

enum host_place { IN_RANDOM, IN_SEND, IN_OUTCOME, IN_ROOM, IN_OBSERVE, IN_AUDIT, IN_JOURNAL, HOST_PLACES };

struct host {
    struct xk_requester_config config;
    const struct xk_allocator *allocator; /* NULL: the library's own */
    struct xk_requester *r;
    size_t kms_count; /* KMSs that it adds; 3 */
    uint32_t kms[HOST_KMSS];
    unsigned int down; /* bit k: what goes to KMS k is refused */
    void (*inside)(struct host *host, enum host_place place); /* called in each callback; may be NULL */
    uint64_t now;
    uint64_t reference; /* of the next request, as the two below */
    uint32_t timeout;
    const char *identity; /* NULL: that of the vector set */
    struct xk_diag diag; /* of the last submit or receive through the helpers below */
    struct xk_requester_callbacks callbacks; /* the kit's, around which are the fixture's own */
    struct xk_test_host kit;

    /* What it saw beside what the kit remembers. */
    struct xk_send sent; /* the last one, without its octets */
    uint8_t sent_octets[HOST_KMSS][1024]; /* the last one to each KMS */
    size_t sent_size[HOST_KMSS];
    struct xk_observation seen[HOST_LOG];
    size_t seen_count;
    struct xk_audit audited[HOST_LOG];
    size_t audited_count;
    uint8_t journal[262144]; /* used after host_keep_journal() */
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

/* Answers to the get_keys that was sent last, from KMS number `kms`; host_at() makes it the last one to that KMS. */
void host_at(struct host *host, size_t kms);
size_t host_answer_keys(const struct host *host, uint8_t *out, size_t capacity, uint8_t cs_id, uint8_t key_octet);
size_t host_answer_failure(const struct host *host, uint8_t *out, size_t capacity, enum xk_failure failure,
                           const char *referral); /* NULL for none */
enum xk_status host_receive(struct host *host, size_t kms, uint8_t *data, size_t size);
enum xk_status host_tick(struct host *host, uint64_t now);

uint64_t host_tick_when_due(struct host *host); /* at its next deadline, which it answers */
bool host_restore(struct host *host, const struct host *old); /* from the other's journal, at its own time */

/* The observation or line of the audit of that kind that came last; it must be there. */
const struct xk_observation *host_seen(const struct host *host, enum xk_event event);
const struct xk_audit *host_audited(const struct host *host, enum xk_event event);
size_t host_event(const struct host *host, enum xk_event event); /* how many there were */

struct xk_requester_usage host_usage(const struct host *host);
struct xk_requester_counters host_counters(const struct host *host);
uint64_t host_counter(const struct host *host, enum xk_status status);

#endif
