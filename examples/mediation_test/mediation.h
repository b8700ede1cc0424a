/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vendor's mediation in small: asks two KMSs for the keys of a call, and hands the LEMF's queue one IRI record for
 * each outcome. Sockets, clock, randomness and queue belong to the product around it, or to a test.
 */
#ifndef EXAMPLE_MEDIATION_H
#define EXAMPLE_MEDIATION_H

#include <xk/xk.h>

struct mediation_ports {
    bool (*random)(uint8_t *out, size_t size, void *user);
    bool (*to_kms)(const struct xk_send *send, void *user);
    /* Queues a record, unless the queue knows its id already. False if the queue is full. */
    bool (*to_lemf)(const struct xk_outcome_id *id, struct xk_bytes record, void *user);
    struct xk_utc (*utc)(void *user);
    void *user;
};

struct mediation {
    struct mediation_ports ports;
    struct xk_requester *requester; /* the transport calls its receive, the timers its tick */
    uint32_t kms[2];
};

struct call {
    const char *liid;
    const char *target;
    const char *correlation;
    struct xk_bytes init;
    struct xk_bytes resp;
};

enum xk_status mediation_open(struct mediation *m, const struct mediation_ports *ports);
enum xk_status mediation_call(struct mediation *m, uint64_t now_ms, const struct call *call);
void mediation_close(struct mediation *m);

#endif
