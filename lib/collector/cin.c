/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Communication identity numbers. What is counted is a number of calls that begins with the host's seconds, so that it
 * does not come again after a restart; what leaves is its image under a permutation of 32 bits that each warrant has
 * of its own (four rounds of a Feistel network over SipHash). So two authorities cannot tell from their numbers that
 * they watch the same call, nor how many calls others watch, and within a warrant no number comes twice.
 */
#include "collector/watch.h"

static uint32_t image(const struct xki_siphash_key *key, uint64_t warrant, uint32_t value)
{
    uint32_t left = value >> 16;
    uint32_t right = value & 0xffff;
    for (unsigned int round = 0; round < 4; round++) {
        uint8_t in[11] = {(uint8_t)round, (uint8_t)(right >> 8), (uint8_t)right};
        for (unsigned int i = 0; i < 8; i++) {
            in[3 + i] = (uint8_t)(warrant >> (8 * i));
        }
        uint32_t mixed = left ^ (uint32_t)(xki_siphash(key, in, sizeof in) & 0xffff);
        left = right;
        right = mixed;
    }
    return left << 16 | right;
}

uint32_t xki_co_next_cin(struct xk_collector *c, uint64_t warrant)
{
    uint64_t clock = c->config.cin_seconds + c->now / 1000;
    if (clock > c->cin_next) {
        c->cin_next = clock;
    }
    uint32_t cin;
    do { /* 0 stands for none */
        cin = image(&c->cin_key, warrant, (uint32_t)c->cin_next++);
    } while (cin == 0);
    return cin;
}
