/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The tree of a get_keys or get_keys_response.
 */
#ifndef INSPECT_XK_H
#define INSPECT_XK_H

#include "inspect/sheet.h"

/** Writes the Xk messages that the sheet's octets are, one behind the other, the MIKEY messages inside them too. */
enum verdict inspect_xk(struct sheet *sheet);
/** Writes them likewise where each stands behind four octets of length. */
enum verdict inspect_xk_frames(struct sheet *sheet);

#endif
