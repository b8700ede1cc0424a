/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A call told as a story: what is said, step by step, and beside each step what it changed in what the collector keeps,
 * counts, and tells the host. The stories that must come of it are in vectors/collector, exactly.
 */
#ifndef UNIT_COLLECTOR_STORY_H
#define UNIT_COLLECTOR_STORY_H

#include "unit/collector/facts.h"
#include "unit/collector/script.h"

enum story_act {
    SAY,     /* `line`, ten milliseconds after what was before */
    PASS,    /* `number` milliseconds pass, in which what is due is done */
    WATCH,   /* the identity `text` is watched from now on: warrant `number` begins */
    FORGET,  /* the last identity that is watched is so no more: warrant `number` ends */
    BUSY,    /* the host has no room for warrant `number` from now on; 0: for all it has */
    GIVE     /* the octets `text` */
};

struct story_step {
    enum story_act act;
    struct script_line line;
    uint32_t number;
    const char *text;
    const uint8_t *xid; /* of the message */
    enum xk_collector_direction direction;
    const char *correlation;
};

struct story {
    const char *name; /* of its file */
    const struct story_step *steps;
    size_t count;
    const char *watched; /* from the beginning, as warrant 1 */
    const uint8_t *xid;  /* watched as warrant 99 */
    bool perhaps;
    bool early;
    unsigned int kinds; /* facts that it tells of; 0: all */
};

/* The story as text; valid until the next one. */
const char *story_tell(const struct story *story);

/* Holds it against its file. */
void story_hold(const struct story *story);

#endif
