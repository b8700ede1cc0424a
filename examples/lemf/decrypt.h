/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Decrypting a captured call with nothing but the records that came over HI2. */
#ifndef LEMF_DECRYPT_H
#define LEMF_DECRYPT_H

#include "lemf/store.h"

/** What a proof spoils on purpose, to see the decryption fail. */
enum spoil { SPOIL_NOTHING = 0, SPOIL_SALT = 1, SPOIL_CS_ID = 2 };

/**
 * Looks through the store for SIP records that name the capture's SSRCs and for the keys of the same LIID and CIN,
 * decrypts, and writes PREFIX.N.audio for each Crypto Session N. With `liid` the keys of that LIID and CIN are taken
 * for every call. 0 when every packet was authenticated and decrypted; else 3.
 */
int decrypt(const char *capture, struct store *store, const char *prefix, enum spoil spoil, const char *liid,
            uint32_t cin);

#endif
