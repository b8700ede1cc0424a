/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * All of libxk in one include, and how the parts fit together.
 *
 * A record's path, and the header of each station:
 *
 *     X2 of the CSCF   ──x2_stream.h, x2.h──> SIP of all calls
 *     SIP of all calls ──collector.h──> the exchange of each answered call that a warrant concerns
 *     SIP of one call  ──sip.h, sdp.h──> TRANSFER_INIT, TRANSFER_RESP ──mikey.h──> parsed, checked
 *     DF2/MF:  requester.h ──get_keys (message.h)──> KMS:  responder.h (exchange.h, relation.h, then the host's keys)
 *              requester.h <──get_keys_response──
 *              outcome.h ──iri.h──> event ──hi2.h──> HI2 record ──ps_pdu.h──> LEMF (hi2_read.h)
 *
 * Two levels. Level 1 is plain functions on the caller's buffers: message.h, x2.h, sip.h, sdp.h, mikey.h,
 * mikey_build.h, mikey_ticket.h, exchange.h, relation.h, uri.h, iri.h, hi2.h, hi2_read.h, ps_pdu.h, tri.h; and for
 * looking into what level 2 saves journal_read.h and counters_read.h. They keep no state and allocate nothing.
 * Level 2 is engines that keep something: x2_stream.h half a PDU and the sequences, collector.h the calls, requester.h
 * with journal.h the requests of a DF2/MF, responder.h those of a KMS; counters.h with delivery.h the records for a
 * LEMF, delivery_lemf.h its side of it. They take all memory at creation, and own no socket, clock or randomness.
 *
 * No call takes 4 KiB of stack or more, callbacks aside, unless its comment gives another bound. None recurses.
 *
 * Key derivation is not here but in xk_kms (xk_kms/kms.h), a library of its own that needs OpenSSL.
 */
#ifndef XK_XK_H
#define XK_XK_H

#include <xk/alloc.h>
#include <xk/bytes.h>
#include <xk/collector.h>
#include <xk/counters.h>
#include <xk/counters_read.h>
#include <xk/delivery.h>
#include <xk/delivery_config.h>
#include <xk/delivery_lemf.h>
#include <xk/deviation.h>
#include <xk/exchange.h>
#include <xk/export.h>
#include <xk/hi2.h>
#include <xk/hi2_read.h>
#include <xk/iri.h>
#include <xk/journal.h>
#include <xk/journal_read.h>
#include <xk/message.h>
#include <xk/mikey.h>
#include <xk/mikey_build.h>
#include <xk/mikey_ticket.h>
#include <xk/outcome.h>
#include <xk/ps_pdu.h>
#include <xk/relation.h>
#include <xk/requester.h>
#include <xk/responder.h>
#include <xk/sdp.h>
#include <xk/secret.h>
#include <xk/sip.h>
#include <xk/status.h>
#include <xk/tri.h>
#include <xk/uri.h>
#include <xk/version.h>
#include <xk/warrant.h>
#include <xk/x2.h>
#include <xk/x2_stream.h>

#endif
