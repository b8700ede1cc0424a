/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The tree of a get_keys or get_keys_response.
 */
#ifndef INSPECT_XK_H
#define INSPECT_XK_H

#include "inspect/sheet.h"

/** Writes the Xk message that the sheet's octets are, the MIKEY messages inside it too. */
enum verdict inspect_xk(struct sheet *sheet);

#endif
