/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Frames: how messages stand one behind the other in a TLS connection.
 *
 * Xk: 4 octets of length, big-endian, then one Xk message. HI2: one octet of type, 4 octets of length, then the
 * content. A PS-PDU delimits itself; the header is there so that keep-alives and acknowledgements can stand between
 * PS-PDUs without being taken for one:
 *
 *   type 1  PS-PDU, mediation to LEMF
 *   type 2  keep-alive, mediation to LEMF: empty
 *   type 3  answer to a keep-alive, LEMF to mediation: empty
 *   type 4  acknowledgement, LEMF to mediation: 4 octets, how many PS-PDUs of this connection are safe
 *           with the LEMF (cumulative)
 *
 * The framing is this example's own. Neither TS 33.107 nor TS 102 232-1 as far as they could be read says it.
 */
#ifndef TRANSPORT_FRAME_H
#define TRANSPORT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Octets of the longer of the two headers. */
#define FRAME_HEADER_MAX 5
/** Octets of content that a frame carries unless its owner says otherwise: those of the largest Xk message. */
#define FRAME_MAX 98304

/** Types of HI2 frames; frames of Xk have type 0. */
enum frame_type {
    FRAME_XK = 0,
    FRAME_PS_PDU = 1,
    FRAME_KEEP_ALIVE = 2,
    FRAME_KEEP_ALIVE_ANSWER = 3,
    FRAME_ACKNOWLEDGE = 4
};

/** Which of the two framings a connection speaks. */
enum framing { FRAMING_XK = 1, FRAMING_HI2 = 2 };

/** Octets of a header. */
size_t frame_header_size(enum framing framing);
/** Writes a header; `out` takes frame_header_size() octets. */
void frame_write_header(enum framing framing, enum frame_type type, size_t size, uint8_t *out);
/** The type that a header tells; not checked. */
enum frame_type frame_read_type(enum framing framing, const uint8_t *header);
/** The octets of content that a header announces; not checked. */
size_t frame_read_size(enum framing framing, const uint8_t *header);
/** Is this the header of a frame of this framing with at most `max` octets of content? */
bool frame_allowed(enum framing framing, const uint8_t *header, size_t max);

#endif
