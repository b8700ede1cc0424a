/* SPDX-License-Identifier: BSD-2-Clause */
/* What is outside the host: the KMSs, the network between, and the LEMF. */
#ifndef SIM_OUTSIDE_H
#define SIM_OUTSIDE_H

#include "sim/world.h"

/* kms.c: one get_keys reaches a KMS, by the world's number */
void kms_takes(struct world *w, uint32_t kms, struct xk_bytes octets);
/* May octets be lost to the receiver, so that the KMS must be able to give them again? Then it may not contradict
 * itself, nor another KMS seem to have given them: the keys that were decided could never come again. */
bool must_repeat(const struct world *w);
/* The name by which the transport knows it. */
struct xk_bytes kms_name(uint32_t kms);

/* spoil.c: makes octets that no decoder may take; false if what came out is a message after all */
bool spoil(struct packet *packet, struct xk_test_random *luck);

/* network.c */
void network_put(struct world *w, struct xk_test_random *luck, const struct packet *packet);
void network_deliver(struct world *w);
uint64_t network_next(const struct world *w);

/* lemf.c */
size_t record_make(struct world *w, const struct xk_outcome *outcome, uint8_t *out);
bool lemf_takes(struct world *w, uint32_t request, const struct xk_outcome_id *id, enum xk_outcome_kind kind,
                const uint8_t *record, size_t size);

#endif
