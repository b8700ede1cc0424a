/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fault loops: a scenario runs once to count what the host is called for, then once for each such call with that one
 * failing, and once more with all failing from there on until the scenario sees it and lets the host recover.
 */
#ifndef FAULT_FAULTS_H
#define FAULT_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/alloc.h>

#define FAULT_CANARY 0xc5 /* every octet of every key */

enum fault_kind {
    FAULT_ALLOCATE,
    FAULT_RANDOM,
    FAULT_SEND,
    FAULT_OUTCOME,
    FAULT_JOURNAL,
    FAULT_KINDS
};

struct faults {
    unsigned int calls[FAULT_KINDS];
    bool armed;
    enum fault_kind kind;
    unsigned int first;
    bool persistent;
    unsigned int injected;
    size_t allocated;
};

/* Counts a call; true if it is one that fails. */
bool fault_strikes(struct faults *faults, enum fault_kind kind);

/* What a host does about a failure: one that would go on ends here. Asserts that there was one. */
void fault_recover(struct faults *faults);

/* An allocator whose faults are counted, and that looks for keys in what it is given back. */
struct xk_allocator fault_allocator(struct faults *faults);

/* Runs a scenario in all the ways; prints how many. */
void fault_loops(const char *name, void (*scenario)(struct faults *faults));

#endif
