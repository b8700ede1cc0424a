/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the LEMF keeps: each PS-PDU as it came, one file each, in a folder that one process at a time writes. Files are
 * numbered on from the highest there is, hole or not, and none is ever replaced. What could not be read is kept beside,
 * under the same count.
 *
 *   NNNNNNNN.pspdu        a PS-PDU
 *   NNNNNNNN.unreadable   octets that could not be read
 *
 * With a key each file is sealed, and names the seal of the file before it: a file that was changed, removed or put
 * between is told.
 */
#ifndef LEMF_STORE_H
#define LEMF_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/seal.h"

/** A folder; caller-owned. */
struct store {
    int folder;
    bool sealed;
    struct seal seal;
    uint32_t last;         /* number of the newest file; 0: none */
    uint8_t tag[SEAL_TAG]; /* its seal */
    uint8_t *octets;       /* room for one file */
    uint32_t *numbers;     /* of the files that were there when it was opened, ascending */
    size_t count;
    uint32_t checked; /* the last that was read in its order */
    uint8_t checked_tag[SEAL_TAG];
};

/** What a file holds. */
enum stored {
    STORED_NOTHING = 0, /* no such file */
    STORED_PDU = 1,
    STORED_UNREADABLE = 2,
    STORED_SPOILED = 3 /* it cannot be opened with the key, or is no file of a store */
};

/**
 * Opens a folder. `writing` also locks it and takes away what an interrupted write left. `key` names the file of the
 * store's key; NULL: none. Ends the program with the reason: not a folder, others may write it, another process has it.
 */
void store_open(struct store *store, const char *path, const char *key, bool writing);
void store_close(struct store *store);
/** Keeps octets under the next number, which it answers; 0 with a line on stderr when that cannot be done. On disk for
 * certain only after store_sync(). */
uint32_t store_put(struct store *store, const uint8_t *data, size_t size, bool readable);
/** Makes what was put survive the machine. False with a line on stderr when the disk refuses. */
bool store_sync(struct store *store);
/** Reads a file; its octets last until the next call with this store. Read in ascending order, a chain that is broken
 * is told on stderr. */
enum stored store_get(struct store *store, uint32_t number, const uint8_t **data, size_t *size);

#endif
