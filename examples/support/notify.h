/* SPDX-License-Identifier: BSD-2-Clause */
/** @file What a service manager is told, as sd_notify(3) says: one datagram to the socket that NOTIFY_SOCKET names. */
#ifndef EXAMPLES_NOTIFY_H
#define EXAMPLES_NOTIFY_H

/** Ready to work; nothing happens where nobody waits for it. */
void notify_ready(void);
/** Reads its files anew; notify_ready() follows. */
void notify_reloading(void);
/** Is about to end. */
void notify_stopping(void);

#endif
