/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters restored from octets whose checksums are right: they are computed here, so that what is fuzzed is what lies
 * behind them. What restores gives each of its records once, takes further ones, and restores again from its own
 * snapshot to the same.
 */
#include <xk/counters.h>
#include <xk/delivery.h>

#include "delivery/state.h"
#include "fuzz.h"
#include "support/siphash.h"

#define INPUT_MAX 8192

static void seal(uint8_t *data, size_t size)
{
    static const struct xki_siphash_key key = {0, 0};
    size_t at = 0;
    while (size - at >= XKI_DL_STATE_HEAD + XKI_DL_STATE_TAIL) {
        size_t body = (size_t)data[at + 5] << 8 | data[at + 6];
        if (body > size - at - XKI_DL_STATE_HEAD - XKI_DL_STATE_TAIL) {
            return;
        }
        uint64_t sum = xki_siphash(&key, data + at, XKI_DL_STATE_HEAD + body);
        at += XKI_DL_STATE_HEAD + body;
        for (unsigned int i = 0; i < XKI_DL_STATE_TAIL; i++) {
            data[at++] = (uint8_t)(sum >> (8 * (XKI_DL_STATE_TAIL - 1 - i)));
        }
    }
}

static struct xk_counters *start(void)
{
    struct xk_counters_config config;
    struct xk_counters *counters = NULL;
    xk_counters_config_init(&config);
    config.max_contexts = 8;
    config.max_records = 16;
    REQUIRE(xk_counters_create(&config, NULL, NULL, NULL, &counters, NULL) == XK_OK);
    return counters;
}

static unsigned int count(const struct xk_counters *counters, uint64_t *sum)
{
    struct xk_record record;
    uint32_t position = 0;
    unsigned int found = 0;
    memset(&record, 0, sizeof record);
    *sum = 0;
    while (xk_counters_next(counters, &position, &record) == XK_OK) {
        *sum += (uint64_t)record.number * 31 + record.cookie.octets[0] + (uint64_t)record.state * 7;
        found++;
        REQUIRE(found <= 16);
    }
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t sealed[INPUT_MAX];
    static uint8_t snapshot[65536];
    struct xk_counters *heir;
    struct xk_counters_usage usage = {.size = sizeof usage};
    size_t written = 0;
    uint64_t sum = 0;
    uint64_t sum_of_heir = 0;
    if (size > INPUT_MAX) {
        return 0;
    }
    memcpy(sealed, data, size);
    seal(sealed, size);
    REQUIRE(xk_counters_whole(sealed, size) <= size);
    struct xk_counters *counters = start();
    if (xk_counters_restore(counters, sealed, size, NULL) == XK_OK) {
        unsigned int found = count(counters, &sum);
        REQUIRE(xk_counters_snapshot(counters, snapshot, sizeof snapshot, &written) == XK_OK);
        REQUIRE(xk_counters_whole(snapshot, written) == written);
        heir = start();
        REQUIRE(xk_counters_restore(heir, snapshot, written, NULL) == XK_OK);
        REQUIRE(count(heir, &sum_of_heir) == found && sum_of_heir == sum);
        REQUIRE(xk_counters_destroy(heir) == XK_OK);
    }
    REQUIRE(xk_counters_read_usage(counters, &usage) == XK_OK && usage.records <= 16 && usage.contexts <= 8);
    REQUIRE(xk_counters_destroy(counters) == XK_OK);
    return 0;
}
