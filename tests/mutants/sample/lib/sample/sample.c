/* SPDX-License-Identifier: BSD-2-Clause */
#include "sample/sample.h"

#include <string.h>

enum xk_status store_put(struct store *store, uint8_t octet)
{
    if (octet == 0 || octet > 9) {
        return XK_E_ARGUMENT;
    }
    if (store->size >= 4) {
        return XK_E_FULL;
    }
    store->octets[store->size] = octet;
    store->size++;
    store->taken++; /* nobody asks */
    if (store->taken > store->peak) { /* nobody asks */
        store->peak = store->taken; /* nobody asks */
    }
    return XK_OK;
}

void store_wipe(struct store *store)
{
    memset(store->octets, 0, sizeof store->octets);
}

void store_end(struct store *store)
{
    store_wipe(store);
    store->size = 0;
}

unsigned int store_free(const struct store *store)
{
    unsigned int left = 0; /* in two functions */
    for (size_t at = store->size; at < 4; at++) {
        left++;
    }
    return left;
}

unsigned int store_count(const uint8_t *octets, size_t size)
{
    unsigned int left = 0; /* in two functions */
    for (size_t at = 0; at < size; at++) { /* what lies beside them is 0, and changes no answer */
        left += octets[at] != 0;
    }
    return left;
}

unsigned int store_level(const struct store *store)
{
    unsigned int level = (unsigned int)store->size + 1;
    while (level > 3) { /* a step too few or too many hangs, or shows */
        level = level - 3;
    }
    return store_half(level);
}
