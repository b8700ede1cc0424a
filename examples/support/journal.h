/* SPDX-License-Identifier: BSD-2-Clause */
/** @file What a program says on standard error, with its priority where the journal reads it. */
#ifndef EXAMPLES_JOURNAL_H
#define EXAMPLES_JOURNAL_H

/**
 * Where standard error goes to the journal, as JOURNAL_STREAM tells (systemd.exec(5)), puts the priority that
 * sd-daemon(3) has before each line: <3> before one that begins with "error: ", <4> before another. Elsewhere nothing.
 */
void journal_open(void);

#endif
