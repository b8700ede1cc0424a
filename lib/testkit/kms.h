/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of the fake KMS. */
#ifndef XKT_KMS_H
#define XKT_KMS_H

#include <stdbool.h>

#include <xk/responder.h>
#include <xk_test/kms.h>
#include <xk_test/random.h>

struct xkt_packet {
    bool used;
    uint64_t due;
    uint64_t number; /* in the order of sending */
    uint32_t from;
    uint8_t *octets; /* max_packet_size of them */
    size_t size;
};

/* What an instance takes from the allocator. */
enum xkt_array { XKT_RULES, XKT_PACKETS, XKT_OCTETS, XKT_OUT, XKT_RESPONDERS, XKT_ARRAYS };

struct xk_test_kms {
    struct xk_test_kms_config config;
    struct xk_allocator allocator;
    struct xk_test_random random; /* of the responders */
    void *arrays[XKT_ARRAYS];
    size_t array_sizes[XKT_ARRAYS];
    struct xk_test_kms_rule *rules;
    size_t rule_count;
    struct xk_test_kms_rule otherwise;
    struct xkt_packet *packets;
    uint64_t next_number;
    uint8_t *out; /* the answer that is being made */
    size_t out_size;
    const struct xk_test_answer *answer; /* for the responder's callback */
    struct xk_responder **responders;    /* one for each KMS, with XK_TEST_KMS_CHECK_RELATION */
    bool delivering;
    struct xk_test_kms_counters counters;
};

/* kms_take.c: the responder's callbacks, with the instance as `user`. */
enum xk_answer_time xkt_resolve(const struct xk_query *query, struct xk_answer *answer, void *user);
bool xkt_capture(uint32_t peer, struct xk_bytes octets, void *user);

/* kms_deliver.c */
size_t xkt_free_packets(const struct xk_test_kms *kms);
struct xkt_packet *xkt_put_packet(struct xk_test_kms *kms, uint64_t due, uint32_t from, struct xk_bytes octets);
void xkt_drop_packet(struct xk_test_kms *kms, struct xkt_packet *packet);

#endif
