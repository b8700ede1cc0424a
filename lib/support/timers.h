/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deadlines of many requests: a hierarchical wheel whose nodes live inside the caller's slots.
 *
 * Why a wheel: at a million pending requests the cost of a timer is its cache misses. A node is 16 octets
 * beside the state that an answer reads anyway; arming touches one neighbour, disarming two. A heap moves
 * about log4(n) nodes, a tree allocates.
 *
 * A node sits at the level of the highest octet in which its deadline differs from the wheel's time, in the
 * bucket of that octet's value. So each level holds only the current block of the level above; entering
 * a block re-sorts one bucket, in order, before anything new can be put into that block: ties keep the order
 * of arming. Nothing fires early, and finding what is due never looks at what is not.
 */
#ifndef XKI_TIMERS_H
#define XKI_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/prefetch.h"

#define XKI_TIMER_LEVELS 8
#define XKI_TIMER_BUCKETS 256
#define XKI_TIMER_NONE UINT32_MAX
/* A link with this bit names a bucket, not a node: it ends a list without a further look-up. */
#define XKI_TIMER_BUCKET_BIT UINT32_C(0x80000000)

struct xki_timer_node {
    uint64_t deadline;
    uint32_t next;
    uint32_t prev;
};

struct xki_timer_bucket {
    uint32_t first;
    uint32_t last;
};

struct xki_timers {
    struct xki_timer_bucket buckets[XKI_TIMER_LEVELS][XKI_TIMER_BUCKETS];
    uint64_t used[XKI_TIMER_LEVELS][XKI_TIMER_BUCKETS / 64];
    uint64_t now;
    unsigned char *nodes; /* the first node; the others follow at `stride` */
    size_t stride;
};

void xki_timers_init(struct xki_timers *timers, struct xki_timer_node *first, size_t stride);

/* Arm node `index`, which is not armed, for `deadline`; one that has passed is due at once. */
void xki_timers_arm(struct xki_timers *timers, uint32_t index, uint64_t deadline);

/* Disarm node `index`, which is armed. */
void xki_timers_disarm(struct xki_timers *timers, uint32_t index);

/* Asks for the two nodes that disarming `index` touches. */
static inline void xki_timers_fetch(const struct xki_timers *timers, uint32_t index)
{
    const struct xki_timer_node *entry =
        (const struct xki_timer_node *)(const void *)(timers->nodes + (size_t)index * timers->stride);
    if ((entry->next & XKI_TIMER_BUCKET_BIT) == 0) {
        xki_prefetch(timers->nodes + (size_t)entry->next * timers->stride, sizeof *entry);
    }
    if ((entry->prev & XKI_TIMER_BUCKET_BIT) == 0) {
        xki_prefetch(timers->nodes + (size_t)entry->prev * timers->stride, sizeof *entry);
    }
}

/* Disarm and return the next node that is due at `now`, or XKI_TIMER_NONE. */
uint32_t xki_timers_pop(struct xki_timers *timers, uint64_t now);

/* When to call pop next: never later than the first deadline. UINT64_MAX when nothing is armed. */
uint64_t xki_timers_next(const struct xki_timers *timers);

#endif
