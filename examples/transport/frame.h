/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Frames: how the messages of Xk stand one behind the other in a TLS connection. Four octets of length, big-endian,
 * then one Xk message.
 *
 * The framing is this example's own: TS 33.107 has none. HI2 needs none, since a PS-PDU delimits itself, and X2 brings
 * its own.
 */
#ifndef TRANSPORT_FRAME_H
#define TRANSPORT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Octets of a header. */
#define FRAME_HEADER 4
/** Octets of content that a frame carries unless its owner says otherwise: those of the largest Xk message. */
#define FRAME_MAX 98304

/** Writes a header of FRAME_HEADER octets. */
void frame_write_header(size_t size, uint8_t *out);
/** The octets of content that a header announces; not checked. */
size_t frame_read_size(const uint8_t *header);

#endif
