/* SPDX-License-Identifier: BSD-2-Clause */
/* A small DF2/MF host: steps 2 and 4 of the tutorial use it. What it needs of the world are the two functions below. */
#ifndef TUTORIAL_HOST_H
#define TUTORIAL_HOST_H

#include <xk/requester.h>

/* [world] */
struct world {
    bool (*random)(uint8_t *out, size_t size, void *user); /* cryptographic */
    bool (*to_kms)(const struct xk_send *send, void *user);
    bool (*to_lemf)(struct xk_bytes pdu, void *user); /* false: not now, it is offered again */
    void *user;
};
/* [world] */

struct host {
    struct world world;
    struct xk_requester *requester;
    uint32_t kms;
};

/* A call that was answered, and for whom it is intercepted. */
struct call {
    const char *target;
    const char *liid;
    struct xk_bytes init;
    struct xk_bytes resp;
};

bool host_open(struct host *host, const struct world *world);
bool host_call(struct host *host, uint64_t now_ms, const struct call *call);
void host_close(struct host *host);

#endif
