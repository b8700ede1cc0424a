/* SPDX-License-Identifier: BSD-2-Clause */
/** @file The table of calls, inside: found by keyed digests of their names, in the order of their last message. */
#ifndef DF2_CALLS_TABLE_H
#define DF2_CALLS_TABLE_H

#include "df2/calls.h"

/** The digest of a name; `kind` tells names of different kinds apart. */
bool calls_digest(const struct calls *calls, char kind, struct xk_bytes text, uint8_t out[16]);
struct call *calls_find_name(const struct calls *calls, const uint8_t name[16]);
/** Gives a call a further name, unless another call has it. False without memory. */
bool calls_add_name(struct calls *calls, struct call *call, const uint8_t name[16]);
bool calls_grow(struct calls *calls);
/** Out of the order, and to its end. */
void calls_unlink(struct calls *calls, struct call *call);
void calls_link_newest(struct calls *calls, struct call *call);
/** Wipes and frees a call. */
void calls_forget(struct calls *calls, struct call *call);
/** Room for so many octets more: what concerns nobody goes first, then the oldest of all but one. */
bool calls_make_room(struct calls *calls, const struct call *but, size_t size);
/** A new call; NULL without room. */
struct call *calls_make(struct calls *calls, const char *name);

#endif
