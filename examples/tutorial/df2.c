/* SPDX-License-Identifier: BSD-2-Clause */
/* Step 2 of the tutorial, run: the host against a KMS of three lines that refuses, and then against none at all. */
#include <stdio.h>
#include <string.h>

#include "host.h"

#define NEED(what) do { if (!(what)) { fprintf(stderr, "line %d: " #what "\n", __LINE__); return 1; } } while (0)

static struct {
    struct host host;
    uint8_t random;
    uint8_t answer[128];
    size_t answer_size;
    size_t pdus;
} t;

static bool fill(uint8_t *out, size_t size, void *user) /* for a tutorial only */
{
    (void)user;
    for (size_t i = 0; i < size; i++) {
        out[i] = t.random = (uint8_t)(t.random * 5 + 1);
    }
    return true;
}

/* [to_kms] */
static bool to_kms(const struct xk_send *send, void *user)
{
    struct xk_get_keys asked;
    struct xk_get_keys_response answer;
    (void)user;
    memset(&answer, 0, sizeof answer);
    answer.failure = XK_FAILURE_TICKET_KEY_UNKNOWN;
    if (xk_get_keys_decode(send->octets.data, send->octets.size, &asked, NULL) != XK_OK) {
        return false;
    }
    answer.transaction_id = asked.transaction_id;
    return xk_get_keys_response_encode(&answer, t.answer, sizeof t.answer, &t.answer_size, NULL) == XK_OK;
}
/* [to_kms] */

static bool to_lemf(struct xk_bytes pdu, void *user)
{
    (void)user;
    printf("a PS-PDU of %zu octets\n", pdu.size);
    t.pdus++;
    return true;
}

/* MIKEY of the vector set, read by the build. */
#include "exchange.inc"

int main(void)
{
    const struct world world = {fill, to_kms, to_lemf, NULL};
    const struct call call = {"sip:bob@example.com", "LI-1", {init, sizeof init}, {resp, sizeof resp}};
    NEED(host_open(&t.host, &world));

    /* [loop] */
    uint64_t now = 1000;
    NEED(host_call(&t.host, now, &call));
    NEED(xk_requester_receive(t.host.requester, now, t.host.kms, t.answer, t.answer_size, NULL) == XK_OK);
    NEED(xk_requester_tick(t.host.requester, now, 0, NULL) == XK_OK);
    NEED(t.pdus == 1);
    /* [loop] */

    /* [timer] */
    NEED(host_call(&t.host, now, &call));
    while (t.pdus == 1) { /* nobody answers: the timer of 7A.7.2 decides */
        now = xk_requester_next_deadline(t.host.requester);
        NEED(now != XK_NEVER);
        NEED(xk_requester_tick(t.host.requester, now, 0, NULL) == XK_OK);
    }
    NEED(now == 1000 + 10000);
    /* [timer] */
    host_close(&t.host);
    return 0;
}
