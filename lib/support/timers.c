/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/timers.h"

static struct xki_timer_node *node(const struct xki_timers *timers, uint32_t index)
{
    return (struct xki_timer_node *)(void *)(timers->nodes + (size_t)index * timers->stride);
}

static unsigned int digit(uint64_t time, unsigned int level)
{
    return (unsigned int)(time >> (8u * level)) & 0xffu;
}

static uint32_t bucket_link(unsigned int level, unsigned int value)
{
    return XKI_TIMER_BUCKET_BIT | level << 8 | value;
}

static struct xki_timer_bucket *bucket_of(struct xki_timers *timers, uint32_t link)
{
    return &timers->buckets[(link >> 8) & 0xffu][link & 0xffu];
}

void xki_timers_init(struct xki_timers *timers, struct xki_timer_node *first, size_t stride)
{
    timers->now = 0;
    timers->nodes = (unsigned char *)first;
    timers->stride = stride;
    for (unsigned int level = 0; level < XKI_TIMER_LEVELS; level++) {
        for (unsigned int value = 0; value < XKI_TIMER_BUCKETS; value++) {
            timers->buckets[level][value].first = bucket_link(level, value);
            timers->buckets[level][value].last = bucket_link(level, value);
        }
        for (unsigned int i = 0; i < XKI_TIMER_BUCKETS / 64; i++) {
            timers->used[level][i] = 0;
        }
    }
}

static unsigned int level_of(uint64_t now, uint64_t deadline)
{
    uint64_t differing = now ^ deadline;
    unsigned int level = 0;
    while (differing > 0xff) {
        differing >>= 8;
        level++;
    }
    return level;
}

static void append(struct xki_timers *timers, uint32_t index)
{
    struct xki_timer_node *entry = node(timers, index);
    uint64_t at = entry->deadline < timers->now ? timers->now : entry->deadline;
    unsigned int level = level_of(timers->now, at);
    unsigned int value = digit(at, level);
    uint32_t link = bucket_link(level, value);
    struct xki_timer_bucket *bucket = &timers->buckets[level][value];
    entry->next = link;
    entry->prev = bucket->last;
    if ((bucket->last & XKI_TIMER_BUCKET_BIT) != 0) {
        bucket->first = index;
        timers->used[level][value / 64] |= UINT64_C(1) << value % 64;
    } else {
        node(timers, bucket->last)->next = index;
    }
    bucket->last = index;
}

void xki_timers_arm(struct xki_timers *timers, uint32_t index, uint64_t deadline)
{
    node(timers, index)->deadline = deadline;
    append(timers, index);
}

void xki_timers_disarm(struct xki_timers *timers, uint32_t index)
{
    const struct xki_timer_node *entry = node(timers, index);
    if ((entry->prev & XKI_TIMER_BUCKET_BIT) != 0) {
        bucket_of(timers, entry->prev)->first = entry->next;
    } else {
        node(timers, entry->prev)->next = entry->next;
    }
    if ((entry->next & XKI_TIMER_BUCKET_BIT) != 0) {
        struct xki_timer_bucket *bucket = bucket_of(timers, entry->next);
        bucket->last = entry->prev;
        if ((entry->prev & XKI_TIMER_BUCKET_BIT) != 0) {
            unsigned int value = entry->next & 0xffu;
            timers->used[(entry->next >> 8) & 0xffu][value / 64] &= ~(UINT64_C(1) << value % 64);
        }
    } else {
        node(timers, entry->next)->prev = entry->prev;
    }
}

/* Of a word that is not 0. */
static unsigned int lowest_bit(uint64_t word)
{
#if defined(__GNUC__)
    return (unsigned int)__builtin_ctzll(word);
#else
    unsigned int bit = 0;
    while ((word & 0xff) == 0) {
        word >>= 8;
        bit += 8;
    }
    while ((word & 1) == 0) {
        word >>= 1;
        bit++;
    }
    return bit;
#endif
}

/* The first bucket in time: all of a level comes before all of the next. */
static bool first_bucket(const struct xki_timers *timers, unsigned int *level, unsigned int *value)
{
    for (unsigned int l = 0; l < XKI_TIMER_LEVELS; l++) {
        for (unsigned int i = 0; i < XKI_TIMER_BUCKETS / 64; i++) {
            if (timers->used[l][i] != 0) {
                *level = l;
                *value = i * 64 + lowest_bit(timers->used[l][i]);
                return true;
            }
        }
    }
    return false;
}

static uint64_t bucket_start(const struct xki_timers *timers, unsigned int level, unsigned int value)
{
    uint64_t above = level == XKI_TIMER_LEVELS - 1 ? 0 : timers->now >> (8u * (level + 1)) << (8u * (level + 1));
    return above | (uint64_t)value << (8u * level);
}

/* The wheel has come to the block of this bucket: its nodes now differ in a lower octet. */
static void cascade(struct xki_timers *timers, unsigned int level, unsigned int value)
{
    struct xki_timer_bucket *bucket = &timers->buckets[level][value];
    uint32_t index = bucket->first;
    bucket->first = bucket_link(level, value);
    bucket->last = bucket->first;
    timers->used[level][value / 64] &= ~(UINT64_C(1) << value % 64);
    while ((index & XKI_TIMER_BUCKET_BIT) == 0) {
        uint32_t next = node(timers, index)->next;
        append(timers, index);
        index = next;
    }
}

uint32_t xki_timers_pop(struct xki_timers *timers, uint64_t now)
{
    unsigned int level;
    unsigned int value;
    while (first_bucket(timers, &level, &value)) {
        uint64_t start = bucket_start(timers, level, value);
        if (start > now) {
            break;
        }
        if (start > timers->now) {
            timers->now = start;
        }
        if (level == 0) {
            uint32_t index = timers->buckets[0][value].first;
            xki_timers_disarm(timers, index);
            return index;
        }
        cascade(timers, level, value);
    }
    if (now > timers->now) {
        timers->now = now;
    }
    return XKI_TIMER_NONE;
}

uint64_t xki_timers_next(const struct xki_timers *timers)
{
    unsigned int level;
    unsigned int value;
    return first_bucket(timers, &level, &value) ? bucket_start(timers, level, value) : UINT64_MAX;
}
