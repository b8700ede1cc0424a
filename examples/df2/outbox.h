/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the DF2/MF owes its LEMFs: the records of SIP messages, kept until a LEMF has them, and the outcomes whose keys
 * a session holds. An outcome is acknowledged when every LEMF of its warrant has its record.
 *
 * A record that finds no room in a session waits here, behind those that wait already, and intake stops when too much
 * waits: nothing is dropped. With a state folder records of SIP messages are written there first, keys never.
 */
#ifndef DF2_OUTBOX_H
#define DF2_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/counters.h>
#include <xk/delivery.h>
#include <xk/hi2.h>

struct df2;
struct hi2_link;

/** One record for one LEMF. */
struct owed {
    struct owed *next;  /* in its place of the table */
    struct owed *later; /* in the order of their making */
    struct owed *earlier;
    struct xk_cookie cookie;
    size_t link;
    uint64_t request; /* of an outcome; 0: a record of the outbox's own */
    bool held;        /* a session has it */
    bool delivered;
    uint64_t warrant;
    uint32_t cin;
    struct xk_utc time;
    enum xk_hi2_module module;
    size_t size;
    uint8_t record[]; /* of the outbox's own */
};

/** All zero at first. */
struct outbox {
    struct owed **table;
    size_t places;
    size_t count;
    struct owed *first;
    struct owed *last;
    size_t octets;     /* of records */
    size_t octets_max; /* then intake stops */
    size_t *waiting;   /* by link: records that no session has */
};

/** Prepares the outbox; ends the program without memory. */
void outbox_open(struct df2 *df2);
void outbox_close(struct df2 *df2);
/** Is there room, so that intake may go on? */
bool outbox_has_room(const struct df2 *df2);
/** Owes a record of its own to each LEMF of a warrant. False when there is no memory or state cannot be written. */
bool outbox_put(struct df2 *df2, uint64_t warrant, uint32_t cin, struct xk_utc time, struct xk_bytes record);
/** Gives an outcome's record to every LEMF of its warrant. False: not all have room, offer it again. */
bool outbox_put_outcome(struct df2 *df2, uint64_t warrant, uint32_t cin, struct xk_utc time, uint64_t request,
                        const struct xk_outcome_id *id, struct xk_bytes record);
/** The time that an outcome's record had when it got its number; a record that is made again is made with it. */
struct xk_utc outbox_time_of(const struct df2 *df2, const struct xk_outcome_id *id);
/** Has every LEMF the outcome's record? Then it is forgotten here, and is to be acknowledged. */
bool outbox_finish_outcome(struct df2 *df2, uint64_t warrant, const struct xk_outcome_id *id);
/** The outcome is acknowledged: its numbers may be forgotten too. */
void outbox_settle_outcome(struct df2 *df2, const struct xk_outcome_id *id);
/** What was read from the state folder: owed again. */
bool outbox_restore(struct df2 *df2, struct xk_bytes entry, uint32_t link);
bool outbox_restore_done(struct df2 *df2, struct xk_bytes entry, uint32_t link);
/** After all has been restored: offers it to the sessions, in the order of its making. */
void outbox_start(struct df2 *df2);
/** Writes all that is owed, for a state that begins anew. */
bool outbox_save(struct df2 *df2);
/** What a session tells. */
void outbox_delivered(struct df2 *df2, struct hi2_link *link, const struct xk_cookie *cookie);
void outbox_hole(struct df2 *df2, struct hi2_link *link, const struct xk_cookie *cookie, enum xk_status status);
void outbox_room(struct df2 *df2, struct hi2_link *link);
/** A warrant has ended: forgets what is owed for it. */
void outbox_purge(struct df2 *df2, uint64_t warrant);

#endif
