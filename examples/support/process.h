/* SPDX-License-Identifier: BSD-2-Clause */
/** @file What a program does before it holds the first key. */
#ifndef EXAMPLES_PROCESS_H
#define EXAMPLES_PROCESS_H

/**
 * No core dump, no other process of the user's that could look in, no page of memory on disk, files for their owner
 * only; and priorities before its lines where the journal reads them. Tells on stderr what the system did not allow; of
 * memory that cannot be locked a service goes on, told.
 */
void process_harden(void);

#endif
