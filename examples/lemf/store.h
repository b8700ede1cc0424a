/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the LEMF keeps: each PS-PDU as it came, one file each, readable by its owner only; and printing them.
 */
#ifndef LEMF_STORE_H
#define LEMF_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/hi2_read.h>
#include <xk/ps_pdu.h>

/** Decodes the PS-PDU and its first record; false with a line on stderr when they are not what they should be. */
bool read_pdu(const uint8_t *data, size_t size, struct xk_ps_pdu *pdu, struct xk_hi2_record *record);
/** Stores one PS-PDU in `folder` under `number`: when it returns the whole of it is on the disk; before, nothing. */
void store_pdu(const char *folder, unsigned int number, const uint8_t *data, size_t size);
/** Reads PS-PDU `number`; 0 when there is none. */
size_t load_pdu(const char *folder, unsigned int number, uint8_t *out, size_t capacity);
/** One line: LIID, sequence number, keys and failure; keys masked unless asked for. */
void print_record(const struct xk_ps_pdu *pdu, const struct xk_hi2_record *record, bool show_keys);

#endif
