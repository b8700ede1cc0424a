/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What engines have saved: a requester's journal and snapshots, and the counters of a mediation function. No key is in
 * them; LIIDs and identities are masked unless they are asked for.
 */
#ifndef INSPECT_SAVED_H
#define INSPECT_SAVED_H

#include "inspect/sheet.h"

/** Writes the records of a requester's journal or snapshot, or of both one behind the other. */
enum verdict inspect_journal(struct sheet *sheet);
/** Writes the records of the saved counters. */
enum verdict inspect_counters(struct sheet *sheet);

#endif
