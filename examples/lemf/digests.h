/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Digests and a number for each: a table that grows with what is put into it. */
#ifndef LEMF_DIGESTS_H
#define LEMF_DIGESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 16

struct digest {
    uint8_t octets[DIGEST_SIZE];
};

/** All zero at first. */
struct digests {
    struct digest *keys;
    uint32_t *values; /* 0: the place is free */
    size_t places;    /* a power of two */
    size_t count;
};

/** SHA-256, cut: nobody makes two that are equal. */
bool digest_of(const void *data, size_t size, struct digest *out);
/** The number of a digest; 0 if it is not there. */
uint32_t digests_find(const struct digests *digests, const struct digest *digest);
/** Puts a digest that is not there, with a number that is not 0. False when there is no memory. */
bool digests_put(struct digests *digests, const struct digest *digest, uint32_t value);
void digests_free(struct digests *digests);

#endif
