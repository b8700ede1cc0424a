/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The MIKEY-TICKET side of a call: a ticket, TRANSFER_INIT, TRANSFER_RESP, and the keys that both ends then have.
 */
#ifndef UE_EXCHANGE_H
#define UE_EXCHANGE_H

#include <stddef.h>
#include <stdint.h>

#define CALL_SESSIONS_MAX 4

struct call {
    const char *kms;         /* identity of the KMS that issues the ticket */
    const char *caller;      /* IDRi */
    const char *dialled;     /* IDRr of TRANSFER_INIT */
    const char *answerer;    /* IDRr of TRANSFER_RESP */
    uint8_t ticket_key[64];
    size_t ticket_key_size;
    size_t session_count;    /* Crypto Sessions: 1 to CALL_SESSIONS_MAX, CS IDs from 1 */
    uint32_t ssrc[CALL_SESSIONS_MAX];
    uint8_t init[4096];
    size_t init_size;
    uint8_t resp[1024];
    size_t resp_size;
    uint8_t keys[CALL_SESSIONS_MAX][16];  /* SRTP master keys */
    uint8_t salts[CALL_SESSIONS_MAX][14]; /* and salts */
};

/** Fills in SSRCs, messages and keys; ends the program when it cannot. */
void make_exchange(struct call *call);

#endif
