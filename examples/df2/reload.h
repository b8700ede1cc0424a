/* SPDX-License-Identifier: BSD-2-Clause */
/** @file SIGHUP: warrants, certificates and revocation lists anew, each whole or not at all. */
#ifndef DF2_RELOAD_H
#define DF2_RELOAD_H

#include "transport/loop.h"

struct df2;
struct warrants;

/** Numbers warrants; those that are in `old` keep their numbers. */
void reload_number(struct df2 *df2, struct warrants *warrants, const struct warrants *old);
/** The loop's callback. */
void reload(struct loop *loop);

#endif
