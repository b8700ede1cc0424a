/* SPDX-License-Identifier: BSD-2-Clause */
/* A collector under test: its host, who notes all that is told, and messages as a proxy mirrored them. */
#ifndef TAP_H
#define TAP_H

#include <xk/collector.h>

#define TAP_MESSAGES_MAX 128
#define TAP_TOLD_MAX 64

/* The SIP messages of a HEP3 file. */
struct tap_file {
    uint8_t octets[262144];
    struct xk_bytes messages[TAP_MESSAGES_MAX];
    bool from_network[TAP_MESSAGES_MAX]; /* the proxy sent it */
    size_t count;
};

/* Reads a file of tests/vectors/cscf; fails the test if it cannot. */
void tap_read(const char *name, struct tap_file *file);

/* What the host was told, in words that a table can hold. */
struct tap_told {
    bool incomplete;
    enum xk_incomplete_reason reason;
    enum xk_status status;
    enum xk_collected_kind kind;
    enum xk_role role;
    enum xk_identity_place place;
    bool contradicting;
    bool answered;
    bool mid_call;
    bool mismatch;
    bool certain;
    uint32_t candidate;
    uint32_t cin;
    uint64_t warrant;
    uint8_t id[16];
    uint64_t init_hash; /* of the octets */
    uint64_t resp_hash;
    uint64_t update_hash;
    uint64_t update_resp_hash;
    uint64_t references[4];
    char target[64];
    char call_id[128];
    char initiator_hint[64];
    char responder_hint[64];
};

struct tap {
    struct xk_collector *collector;
    struct xk_collector_config config;
    const char *watched[8]; /* identities; warrant i + 1 is about watched[i] */
    size_t watched_count;
    const uint8_t *xid;     /* the warrant 99 is about this XID */
    bool perhaps;
    bool busy;              /* the host answers LATER */
    uint64_t busy_for;      /* it does for this warrant; 0 for none */
    uint64_t first_warrant; /* number of the one about watched[0]; 0 for 1 */
    const char *octets;     /* the warrant 98 is about an identity of these octets */
    const char *known_call; /* the host knows it under `known_cin`; NULL for none */
    uint32_t known_cin;
    size_t asked_correlation; /* octets of the correlation that the last question with a match had */
    uint64_t now;
    struct tap_told told[TAP_TOLD_MAX];
    size_t told_count;
    size_t observed[8];     /* by event */
    unsigned int asked;
};

/* Defaults: watches `identity` as warrant 1, and nobody with NULL. */
void tap_start(struct tap *tap, const char *identity);
void tap_create(struct tap *tap);
void tap_stop(struct tap *tap);
enum xk_status tap_give(struct tap *tap, struct xk_bytes message, bool trusted, uint64_t reference);
/* Lets time pass until nothing waits any more, or until `until`. */
void tap_run(struct tap *tap, uint64_t until);
uint64_t tap_hash(struct xk_bytes octets);

#endif
