/* SPDX-License-Identifier: BSD-2-Clause */
#include "sample/sample.h"

#include <stdbool.h>
#include <stdlib.h>

static bool levels(void)
{
    static const unsigned int wanted[] = {0, 1, 1, 0, 1};
    for (size_t size = 0; size < 5; size++) {
        struct store store = {{0}, size, 0, 0};
        if (store_level(&store) != wanted[size] || store_free(&store) != 4 - size) {
            return false;
        }
    }
    return store_half(2) == 1 && store_half(7) == 3 && store_half(8) == 4;
}

static bool counts(void)
{
    uint8_t *octets = calloc(4, 1);
    bool good = octets != NULL && store_count(octets, 4) == 0;
    if (good) {
        octets[0] = octets[3] = 1;
        good = store_count(octets, 4) == 2;
    }
    free(octets);
    return good;
}

int main(void)
{
    struct store store = {{0}, 0, 0, 0};
    bool good = levels() && counts() && store.size == 0;
    good = good && store_put(&store, 0) == XK_E_ARGUMENT && store_put(&store, 10) == XK_E_ARGUMENT && store.size == 0;
    for (uint8_t octet = 1; octet <= 9; octet += 2) {
        good = good && store_put(&store, octet) == (octet < 9 ? XK_OK : XK_E_FULL);
    }
    good = good && store.size == 4 && store.octets[0] == 1 && store.octets[3] == 7;
    store_end(&store);
    good = good && store.size == 0 && store.octets[0] == 0 && store.octets[3] == 0;
    return good && store_put(&store, 9) == XK_OK && store.octets[0] == 9 ? 0 : 1;
}
