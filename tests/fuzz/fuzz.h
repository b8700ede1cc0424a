/* SPDX-License-Identifier: BSD-2-Clause */
/* What every target is built on: libFuzzer's entry, and a check that stays on in every build. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Randomness for an engine: the same octets in every run. */
static inline bool fuzz_random(uint8_t *last, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        out[i] = *last = (uint8_t)(*last + 37);
    }
    return true;
}

#define REQUIRE(condition)                                                                                             \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

#endif
