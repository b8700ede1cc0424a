/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules: S1 one outcome for each request under one id, S2 none for a withdrawn one, S3 no key that was not asked
 * for, S4 all copies of an outcome alike, S5 numbers without a gap (lemf.c), S6 what one LIID gets does not depend on
 * another (main.c), S7 memory is taken at creation only and given back, S8 no key where none may be; at the end an
 * outcome for every request. The model's own (M, A, O, T, C) stand where it checks them.
 */
#ifndef SIM_RULES_H
#define SIM_RULES_H

#include "sim/world.h"

/* The first rule that a run breaks ends it. */
void breaks(struct world *w, const char *rule);
void check_outcome(struct instance *instance, const struct xk_outcome *outcome, uint32_t request);
void check_no_key(struct world *w, const uint8_t *octets, size_t size, const char *where);
/* After each outermost call. */
void check_call(struct instance *instance, enum call call, enum xk_status status, bool full);
/* A refusal tells itself, and a field that is never NULL. */
void check_diag(struct world *w, enum xk_status status, const struct xk_diag *diag);
void check_engines(struct world *w);
void check_end(struct world *w);
/* Of a call whose answer the model knows. */
void check_status(struct instance *instance, enum call call, enum xk_status status, enum xk_status expected);

#endif
