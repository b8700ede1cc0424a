/* SPDX-License-Identifier: BSD-2-Clause */
/** @file The vector registers, in which copying and ciphers leave keys that have been wiped everywhere else. */
#ifndef TRANSPORT_REGISTERS_H
#define TRANSPORT_REGISTERS_H

/** Clears them, before a program sleeps; on x86-64 all that the processor has, elsewhere none. */
void registers_wipe(void);

#endif
