/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The parameters of an HI2 record that have parts of their own.
 */
#ifndef INSPECT_PARAMETER_H
#define INSPECT_PARAMETER_H

#include <xk/hi2_read.h>

#include "inspect/der.h"
#include "inspect/hi2.h"

/* One parameter on the way, and all that a line about it needs. */
struct parameter {
    struct sheet *sheet;
    const struct xk_hi2_record *record;
    struct element element;
    struct xk_bytes whole;
    const char *section;
};

/** Writes the identities of one party; `around` is the element that has them. */
void show_party(struct sheet *s, struct xk_bytes around, const struct xk_party *party);

void show_parties(const struct parameter *p);
void show_keys(const struct parameter *p);
void show_national(const struct parameter *p);
void show_ims_voip(const struct parameter *p);
void show_pani(const struct parameter *p);

#endif
