/* SPDX-License-Identifier: BSD-2-Clause */
/** @file The store as one table: for each LIID and CIN its SIP records, keys and gaps, in the order of the numbers. */
#ifndef LEMF_PRINT_H
#define LEMF_PRINT_H

#include <stdbool.h>

#include "lemf/store.h"

/** Prints to stdout; keys are masked unless asked for. 0, or 1 when a file of the store could not be read. */
int print_store(struct store *store, bool show_keys);

#endif
