/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Delivery over HI2: PS-PDUs wait here, numbered for each LIID, until the LEMF has acknowledged them; after a lost
 * connection what was not acknowledged is sent again, octet by octet the same, under its old number. Numbers begin at
 * 0 with each process.
 *
 * Few are under way at a time, so that a keep-alive, which overtakes what waits here, has at most these before it.
 */
#ifndef DF2_DELIVERY_H
#define DF2_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/hi2.h>
#include <xk/outcome.h>
#include <xk/ps_pdu.h>

#include "transport/conn.h"
#include "transport/endpoint.h"

#define DELIVERY_MAX 128
#define DELIVERY_WINDOW 16 /* sent and not acknowledged, at most */
#define DELIVERY_LIIDS_MAX 32

/** Called when a PS-PDU is safe with the LEMF: now its outcome may be acknowledged. */
typedef void delivered_fn(uint64_t request, const struct xk_outcome_id *id, void *user);
/** Called when the connection is lost; so many records wait for the next one. */
typedef void lost_fn(const char *why, size_t waiting, void *user);

struct delivery_entry {
    uint8_t *octets; /* holds keys: wiped when acknowledged */
    size_t size;
    uint64_t request;
    struct xk_outcome_id id;
    bool owed; /* to the requester, when it is acknowledged */
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
    delivered_fn *delivered;
    lost_fn *lost; /* may be NULL */
    void *user;
    uint32_t keep_alive_ms; /* between keep-alives; 0: 5000 */
    uint32_t answer_ms;     /* without a sign of life after a keep-alive before the LEMF is given up; 0: 5000 */
};

/**
 * Starts to connect to the LEMF at "host:port". False with a line in `why`. The caller has filled the members from
 * `operator_identifier` on, all others being zero.
 */
bool delivery_open(struct delivery *delivery, struct loop *loop, SSL_CTX *context, const char *address, char *why,
                   size_t why_size);
/** Takes one record; false when there is no room: offer it again later. */
bool delivery_put(struct delivery *delivery, enum xk_hi2_module module, struct xk_bytes liid, struct xk_bytes record,
                  uint64_t request, const struct xk_outcome_id *id);
/** Ends the connection and wipes what waits. */
void delivery_close(struct delivery *delivery);

#endif
