/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Decrypting a captured call with nothing but the records that came over HI2. */
#ifndef LEMF_DECRYPT_H
#define LEMF_DECRYPT_H

/** What a proof spoils on purpose, to see the decryption fail. */
enum spoil {
    SPOIL_NOTHING = 0,
    SPOIL_SALT = 1,
    SPOIL_CS_ID = 2
};

/**
 * Looks through the stored records for those whose 200 OK names the capture's SSRCs, decrypts, and writes
 * PREFIX.N.audio for each Crypto Session N. `record` above 0 takes that record's keys for every call. 0 when every
 * packet was authenticated and decrypted; else 3.
 */
int decrypt(const char *capture, const char *folder, const char *prefix, enum spoil spoil, unsigned int record);

#endif
