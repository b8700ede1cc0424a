/* SPDX-License-Identifier: BSD-2-Clause */
#include "lemf/digests.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

bool digest_of(const void *data, size_t size, struct digest *out)
{
    uint8_t whole[EVP_MAX_MD_SIZE];
    if (EVP_Digest(data, size, whole, NULL, EVP_sha256(), NULL) != 1) {
        return false;
    }
    memcpy(out->octets, whole, DIGEST_SIZE);
    return true;
}

/* A digest is as good as random: its first octets are a hash. */
static size_t place_of(const struct digests *digests, const struct digest *digest)
{
    uint64_t hash;
    memcpy(&hash, digest->octets, sizeof hash);
    size_t at = (size_t)hash & (digests->places - 1);
    while (digests->values[at] != 0 && memcmp(&digests->keys[at], digest, DIGEST_SIZE) != 0) {
        at = (at + 1) & (digests->places - 1);
    }
    return at;
}

uint32_t digests_find(const struct digests *digests, const struct digest *digest)
{
    return digests->places == 0 ? 0 : digests->values[place_of(digests, digest)];
}

static bool grow(struct digests *digests)
{
    struct digests larger = {.places = digests->places == 0 ? 1024 : 2 * digests->places};
    larger.keys = calloc(larger.places, sizeof *larger.keys);
    larger.values = calloc(larger.places, sizeof *larger.values);
    if (larger.keys == NULL || larger.values == NULL) {
        digests_free(&larger);
        return false;
    }
    for (size_t i = 0; i < digests->places; i++) {
        if (digests->values[i] != 0) {
            size_t at = place_of(&larger, &digests->keys[i]);
            larger.keys[at] = digests->keys[i];
            larger.values[at] = digests->values[i];
        }
    }
    larger.count = digests->count;
    digests_free(digests);
    *digests = larger;
    return true;
}

bool digests_put(struct digests *digests, const struct digest *digest, uint32_t value)
{
    if (2 * digests->count >= digests->places && !grow(digests)) {
        return false;
    }
    size_t at = place_of(digests, digest);
    digests->keys[at] = *digest;
    digests->values[at] = value;
    digests->count++;
    return true;
}

void digests_free(struct digests *digests)
{
    free(digests->keys);
    free(digests->values);
    *digests = (struct digests){0};
}
