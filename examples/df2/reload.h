/* SPDX-License-Identifier: BSD-2-Clause */
/** @file SIGHUP: warrants anew, and certificates and revocation lists, each whole or not at all. */
#ifndef DF2_RELOAD_H
#define DF2_RELOAD_H

#include <stdbool.h>

struct df2;
struct warrants;

/** Numbers warrants; those that are in `old` keep their numbers. */
void reload_number(struct df2 *df2, struct warrants *warrants, const struct warrants *old);
/** The warrants; of the service. */
void reload(void *owner);
/** Certificates and revocation lists, at SIGHUP and by interval; false when not all could be read. */
bool reload_certificates(void *owner);

#endif
