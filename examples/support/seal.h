/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Octets at rest, sealed with a key of the operator's: AES-256-GCM with a random nonce, so that they can neither be
 * read nor changed without it.
 */
#ifndef EXAMPLES_SEAL_H
#define EXAMPLES_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEAL_KEY 32
#define SEAL_NONCE 12
#define SEAL_TAG 16
/** Octets that sealing adds: the nonce before, the tag behind. */
#define SEAL_MORE (SEAL_NONCE + SEAL_TAG)

/** A key; its owner wipes it. */
struct seal {
    uint8_t key[SEAL_KEY];
};

/** Reads a key of 64 hexadecimal digits from a file that only its owner may read; ends the program otherwise. */
void seal_read_key(struct seal *seal, const char *path);
/** A key for one purpose, from the operator's. */
bool seal_derive(const struct seal *seal, const char *purpose, uint8_t out[SEAL_KEY]);
/** Seals `size` octets into `size + SEAL_MORE`. What they are sealed with must be given again to open them. */
bool seal_close(const struct seal *seal, const void *with, size_t with_size, const uint8_t *plain, size_t size,
                uint8_t *out);
/** Opens `size` octets into `size - SEAL_MORE`; false when they are not what was sealed. */
bool seal_open(const struct seal *seal, const void *with, size_t with_size, const uint8_t *sealed, size_t size,
               uint8_t *out);

#endif
