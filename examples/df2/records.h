/* SPDX-License-Identifier: BSD-2-Clause */
/** @file The three IRI records (TS 33.108 tables 7.3 to 7.5), made and handed to the outbox. */
#ifndef DF2_RECORDS_H
#define DF2_RECORDS_H

#include <xk/requester.h>

#include "df2/calls.h"

struct df2;

/** What a failure was for, in words. */
const char *cause_text(enum xk_cause cause, enum xk_failure failure);
/** The SIP message as a record for one warrant. */
void record_sip(struct df2 *df2, const struct call *call, const struct concern *concern, struct xk_bytes message,
                struct xk_utc time);
/** "Start of interception with established IMS session", from what was kept of the call (TS 33.108 7.5, notes 2, 2a).
 */
void record_start(struct df2 *df2, const struct call *call, const struct concern *concern);
/** The requester's callback: keys, or the failure indication. */
enum xk_outcome_reply record_outcome(const struct xk_outcome *outcome, void *user);

#endif
