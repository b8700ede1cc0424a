/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The tree of a MIKEY message.
 */
#ifndef INSPECT_MIKEY_H
#define INSPECT_MIKEY_H

#include <xk/mikey.h>

#include "inspect/sheet.h"

/** Writes the MIKEY message `part`; `message` is set on VALID, its views point into the sheet's octets. */
enum verdict inspect_mikey(struct sheet *sheet, struct xk_bytes part, struct xk_mikey_message *message);
/** Writes whether a valid TRANSFER_INIT and its TRANSFER_RESP, NULL if there is none, belong together. */
enum verdict inspect_exchange(const struct xk_mikey_message *init, const struct xk_mikey_message *resp);

/** Writes the payloads from `from` to the end of `part`, the first one of type `first`, each by itself. */
void show_chain(struct sheet *sheet, struct xk_bytes part, size_t from, uint8_t first);
/** Writes a TICKET that libxk has read: policy, Ticket Data, Initiator Data. */
enum verdict show_ticket(struct sheet *sheet, const struct xk_mikey_ticket *ticket);

#endif
