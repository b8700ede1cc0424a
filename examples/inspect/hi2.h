/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The trees of HI2 records and of PS-PDUs.
 */
#ifndef INSPECT_HI2_H
#define INSPECT_HI2_H

#include <xk/hi2_read.h>

#include "inspect/sheet.h"

/** Writes the HI2 records, Umts or Eps, that the sheet's octets are, one behind the other. */
enum verdict inspect_hi2(struct sheet *sheet);
/** Writes the one record that `part` is. */
enum verdict inspect_record(struct sheet *sheet, struct xk_bytes part);
/** Writes the PS-PDUs that the sheet's octets are, one behind the other, and the records inside. */
enum verdict inspect_ps_pdus(struct sheet *sheet);
/** Writes those that `part` is. */
enum verdict inspect_ps_pdus_in(struct sheet *sheet, struct xk_bytes part);

/** How many levels of elements a PS-PDU with a record in it has, and some more. */
#define HI2_LEVELS 16
/** Opens tags and lengths, which are structure, down to so many levels; contents stay closed. */
void open_heads(struct sheet *sheet, struct xk_bytes around);
/** Writes what names a network element; nothing if it is absent. */
void show_element(struct sheet *sheet, const struct xk_network_element *element, struct xk_bytes around);
/** Writes the TRI that a decoded PS-PDU carries. */
enum verdict show_tri(struct sheet *sheet, struct xk_bytes pdu, struct xk_bytes payload);
/** Writes a record that libxk has read: `part` is the whole of it, or its bare parameters. */
void show_record(struct sheet *sheet, struct xk_bytes part, bool bare, const struct xk_hi2_record *record);

#endif
