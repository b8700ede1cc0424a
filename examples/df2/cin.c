/* SPDX-License-Identifier: BSD-2-Clause */
/* CINs: the collector's, one a (warrant, call). Where its count stands is kept in the state, ahead of what is used. */
#include "df2/calls.h"

#include <string.h>

#include "df2/df2.h"
#include "support/support.h"

#define CIN_STEP 4096 /* CINs that one entry of the state gives free */

uint32_t calls_cin(struct df2 *df2, const struct warrant *warrant, struct xk_bytes call_id)
{
    uint32_t cin = 0;
    df2_heed(xk_collector_cin(df2->collector, loop_now(), warrant->number, call_id, &cin), "a CIN");
    return cin;
}

void calls_mind_cins(struct df2 *df2)
{
    struct xk_collector_usage usage;
    xk_collector_read_usage(df2->collector, &usage);
    if (usage.cin_next > df2->calls.cin_saved) {
        df2->calls.cin_saved = usage.cin_next + CIN_STEP;
        (void)calls_save(df2);
    }
}

/* The host's UTC at 0 of its clock, or what was used before the restart: whichever is more. */
uint64_t calls_cin_seconds(const struct df2 *df2)
{
    uint64_t utc = (uint64_t)df2_utc().seconds;
    return (utc > df2->calls.cin_saved ? utc : df2->calls.cin_saved) - loop_now() / 1000;
}

bool calls_save(struct df2 *df2)
{
    uint8_t entry[8];
    for (size_t i = 0; i < sizeof entry; i++) {
        entry[i] = (uint8_t)(df2->calls.cin_saved >> (56 - 8 * i));
    }
    return state_put(&df2->state, STATE_CIN, 0, (struct xk_bytes){entry, sizeof entry});
}

bool calls_restore(struct df2 *df2, struct xk_bytes entry)
{
    uint64_t saved = 0;
    for (size_t i = 0; i < entry.size; i++) {
        saved = saved << 8 | entry.data[i];
    }
    df2->calls.cin_saved = saved > df2->calls.cin_saved ? saved : df2->calls.cin_saved;
    return entry.size == 8;
}
