/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The tree of PDUs of X2 and X3.
 */
#ifndef INSPECT_X2_H
#define INSPECT_X2_H

#include "inspect/sheet.h"

/** Writes the PDUs that the sheet's octets are, one behind the other, and what they carry. */
enum verdict inspect_x2(struct sheet *sheet);

#endif
