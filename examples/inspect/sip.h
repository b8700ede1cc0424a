/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * MIKEY messages that stand in text: in SIP, in SDP, or in base64 by itself.
 */
#ifndef INSPECT_SIP_H
#define INSPECT_SIP_H

#include <xk/mikey.h>

#include "inspect/sheet.h"

/** What a text held: its first MIKEY message, on a sheet of its own. */
struct found {
    struct sheet sheet;
    uint8_t *octets; /* the sheet's; freed by found_end() */
    struct xk_mikey_message message;
    bool valid;
};

/** Writes a SIP message or SDP description and the MIKEY messages in it. */
enum verdict inspect_sip(struct sheet *sheet, struct found *found);
/** Writes the MIKEY message that the sheet's octets are in base64. */
enum verdict inspect_base64(struct sheet *sheet, struct found *found);
/** Writes a text of a record or PDU line by line, those masked that may hold keys. `body`: it begins with SDP. */
void show_lines(struct sheet *sheet, struct xk_bytes text, struct xk_bytes around, bool body);
/** Writes a SIP message likewise, and the first MIKEY message in it; `around` is the element that it stands in. */
void show_message(struct sheet *sheet, struct xk_bytes text, struct xk_bytes around);
/** Wipes and frees what was found. */
void found_end(struct found *found);

#endif
