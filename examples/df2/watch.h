/* SPDX-License-Identifier: BSD-2-Clause */
/** @file The collector: who is watched, and what becomes of an exchange that it finds. */
#ifndef DF2_WATCH_H
#define DF2_WATCH_H

#include "df2/calls.h"

struct df2;

/** Creates the collector; ends the program when it cannot. */
void watch_open(struct df2 *df2);
void watch_close(struct df2 *df2);
/** Gives it what a CSCF kept of a running call: offer and answer. */
void watch_take_established(struct df2 *df2, const struct sip_event *event, const struct calls_part parts[2]);
/** Gives it a SIP message. */
void watch_take(struct df2 *df2, const struct sip_event *event);

#endif
