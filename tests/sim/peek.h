/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What no host can see of a request that waits: whether a wait with a random part is over, and whether a budget has
 * left its new round for later. The model looks here only to learn which of the things that it permits has happened,
 * and holds the answer against what it permits.
 */
#ifndef SIM_PEEK_H
#define SIM_PEEK_H

#include <stdbool.h>
#include <stdint.h>

#include <xk/requester.h>

enum peek_state {
    PEEK_READY,
    PEEK_BEHIND,
    PEEK_BACKOFF,
    PEEK_ASKED,
    PEEK_SHARING,
    PEEK_SPENT,
    PEEK_OFFERED, /* keys that are being handed over */
    PEEK_OTHER
};

struct peek {
    enum peek_state state;
    uint8_t tried;  /* of a pending one: bit i: KMS i of its list has been tried in this round */
    uint8_t route;  /* place in its list of the KMS asked last */
    uint64_t until; /* of a pending one: when it wakes, at its deadline at the latest */
    bool again;     /* octets are asked for: it has a place at a KMS */
};

/* How often the link to a KMS has fallen since that answered. */
uint32_t peek_losses(const struct xk_requester *engine, uint32_t kms);
struct peek peek_at(const struct xk_requester *engine, uint64_t handle);

#endif
