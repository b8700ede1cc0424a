/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * HI2: a delivery session for each LEMF, over one connection at a time. Each LEMF has counters of its own, so that it
 * sees every context whole, also where a warrant names two.
 */
#ifndef DF2_HI2_LINKS_H
#define DF2_HI2_LINKS_H

#include <xk/counters.h>
#include <xk/delivery.h>

#include "transport/endpoint.h"

struct df2;

/** One LEMF. */
struct hi2_link {
    struct df2 *df2;
    char *name; /* of its certificate */
    const char *address;
    struct dialer dialer;
    struct xk_counters *counters;
    struct xk_delivery *delivery;
    struct loop_timer timer;
    enum xk_release release;
    uint64_t written; /* octets on this connection */
    bool draining;
};

/** All of them; the names point into `list`. */
struct hi2_links {
    struct hi2_link *links;
    size_t count;
    const char **names;
};

/** Takes --lemf NAME=HOST:PORT[,...] and opens counters; ends the program when something is wrong. */
void hi2_open(struct df2 *df2);
/** Opens the sessions, once the counters have been restored. */
void hi2_start(struct df2 *df2);
/** Ends sessions and connections. */
void hi2_close(struct df2 *df2);
/** Goes on with certificates read anew, link by link; false, with a line in `why`, when some could not be read. */
bool hi2_renew(struct df2 *df2, char *why, size_t why_size);
/** Gives a record to a session. What is refused changes nothing. */
enum xk_status hi2_put(struct hi2_link *link, const struct xk_delivery_record *record, struct xk_diag *diag);
/** A warrant has ended: wipes what waits of it, and forgets its numbers. */
void hi2_purge(struct df2 *df2, struct xk_bytes liid, const char country[2]);

#endif
