/* SPDX-License-Identifier: BSD-2-Clause */
/** @file One record of the outbox, inside: made, found, forgotten (outbox.c), written and read (outbox_save.c). */
#ifndef DF2_OWED_H
#define DF2_OWED_H

#include "df2/outbox.h"

/** NULL without memory; the caller puts it in or frees it. */
struct owed *owed_make(size_t link, const struct xk_cookie *cookie, struct xk_bytes record);
struct owed *owed_find(const struct outbox *o, size_t link, const struct xk_cookie *cookie);
/** False without memory. */
bool owed_insert(struct outbox *o, struct owed *owed);
/** Wipes and frees it. */
void owed_forget(struct outbox *o, struct owed *owed);
/** Writes it to the state. */
bool owed_save(struct df2 *df2, const struct owed *owed);

#endif
