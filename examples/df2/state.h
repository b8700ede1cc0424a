/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What survives the process, in one file of the state folder, each entry sealed with the operator's key and bound to
 * its place: the requester's journal, the counters' of each LEMF, records of SIP messages that are owed, and which CINs
 * are used. No key that a KMS gave is in it.
 *
 * An entry is written when it comes, which survives the process; state_sync() makes it survive the machine, before
 * anything that tells of it leaves. The file is written anew at each start, and when it has grown.
 */
#ifndef DF2_STATE_H
#define DF2_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/counters.h>

#include "support/seal.h"

struct df2;

/** What an entry is of. */
enum state_kind {
    STATE_REQUESTER = 1,
    STATE_COUNTERS = 2, /* of one LEMF */
    STATE_OWED = 3,     /* a record for one LEMF */
    STATE_DONE = 4,     /* it has it */
    STATE_CIN = 5       /* numbers below this one are used */
};

/** All zero at first, and for ever without a folder. */
struct state {
    struct df2 *df2;
    const char *folder;
    int folder_fd;
    int file;
    struct seal seal;
    uint8_t id[16]; /* of the file */
    uint64_t next;  /* number of the next entry */
    bool dirty;
    bool failed; /* the disk has refused: told once */
    size_t size;
    size_t size_at_start;
};

/** Takes --state and --state-key; ends the program when the folder cannot be used. */
void state_open(struct df2 *df2);
/** Restores everything, and begins the file anew; ends the program when it was changed or is of another configuration.
 */
void state_restore(struct df2 *df2);
/** Writes an entry; true without a folder. `link` is the place of the LEMF it is about, or 0. */
bool state_put(struct state *state, enum state_kind kind, uint32_t link, struct xk_bytes octets);
/** Makes what was written survive the machine; true when there is nothing to do. */
bool state_sync(struct state *state);
/** Begins the file anew when it has grown. */
void state_trim(struct df2 *df2);
/** Begins the file anew with what there is now. False when the disk refuses: the old one goes on. */
bool state_begin_anew(struct df2 *df2);
void state_close(struct df2 *df2);
/** A key for a purpose: from the operator's, or at random without one. */
void state_key(struct df2 *df2, const char *purpose, uint8_t out[SEAL_KEY]);

#endif
