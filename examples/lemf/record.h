/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Reading what came: a PS-PDU and the record in it, as BER of any form. */
#ifndef LEMF_RECORD_H
#define LEMF_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/hi2_read.h>
#include <xk/ps_pdu.h>
#include <xk/tri.h>

#define PDU_MAX XK_PS_PDU_MAX

/** One PS-PDU, read. Views point into the octets, or into the room that was given. */
struct record {
    struct xk_ps_pdu pdu;
    bool has_hi2; /* it carries a record of a module that is known here */
    struct xk_hi2_record hi2;
    bool has_tri;
    struct xk_tri tri;
};

/**
 * Reads a PS-PDU. `room` has as many octets as the PS-PDU and is the caller's to wipe. False with the reason in `diag`
 * when it cannot be read, or when header and record name different LIIDs.
 */
bool record_read(const uint8_t *data, size_t size, uint8_t *room, struct record *record, struct xk_diag *diag);

#endif
