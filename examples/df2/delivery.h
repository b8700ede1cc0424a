/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Delivery over HI2: PS-PDUs wait here, numbered for each LIID, until the LEMF has acknowledged them; after a lost
 * connection what was not acknowledged is sent again under its old number.
 */
#ifndef DF2_DELIVERY_H
#define DF2_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/hi2.h>
#include <xk/outcome.h>
#include <xk/ps_pdu.h>

#include "df2/timeline.h"
#include "transport/conn.h"
#include "transport/endpoint.h"

#define DELIVERY_MAX 64
#define DELIVERY_LIIDS_MAX 32

/** Called when a PS-PDU is safe with the LEMF: now its outcome may be acknowledged. */
typedef void delivered_fn(uint64_t request, const struct xk_outcome_id *id, void *user);

struct delivery_entry {
    uint8_t *octets; /* holds keys: wiped when acknowledged */
    size_t size;
    uint64_t request;
    struct xk_outcome_id id;
};

struct delivery {
    struct dialer dialer;
    struct loop_timer keep_alive;
    struct loop_timer answer;
    struct delivery_entry entries[DELIVERY_MAX]; /* oldest first */
    size_t count;
    size_t sent; /* of these, on the current connection */
    uint32_t acknowledged; /* on the current connection */
    struct {
        uint8_t liid[XK_LIID_MAX];
        size_t size;
        uint32_t next;
    } sequences[DELIVERY_LIIDS_MAX];
    size_t sequence_count;
    const char *operator_identifier;
    struct timeline *timeline; /* for a lost connection */
    delivered_fn *delivered;
    void *user;
};

/** Starts to connect to the LEMF at "host:port". False with a line in `why`. */
bool delivery_open(struct delivery *delivery, struct loop *loop, SSL_CTX *context, const char *address, char *why,
                   size_t why_size);
/** Takes one record; false when there is no room: offer it again later. */
bool delivery_put(struct delivery *delivery, enum xk_hi2_module module, struct xk_bytes liid, struct xk_bytes record,
                  uint64_t request, const struct xk_outcome_id *id);
/** Ends the connection and wipes what waits. */
void delivery_close(struct delivery *delivery);

#endif
