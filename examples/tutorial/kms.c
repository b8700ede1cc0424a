/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Step 3 of the tutorial: a KMS. xk/responder.h speaks Xk and judges whether a call is the target's; xk_kms opens the
 * ticket and derives the keys. The host of step 2 asks it, and the record goes to a LEMF that only counts.
 */
#include <stdio.h>
#include <string.h>

#include <xk/hi2_read.h>
#include <xk/ps_pdu.h>
#include <xk/responder.h>
#include <xk_kms/kms.h>
#include <xk_test/exchange.h>
#include <xk_test/random.h>

#include "host.h"

#define NEED(what) do { if (!(what)) { fprintf(stderr, "line %d: " #what "\n", __LINE__); return 1; } } while (0)

static struct {
    struct xk_test_random random; /* can be foretold: for a tutorial only */
    struct host host;
    struct xk_responder *responder;
    struct xk_kms kms;
    size_t records;
    size_t keys;
} t;

/* [key] */
static const uint8_t ticket_key[16] = {1, 2, 3};

static bool give_ticket_key(const struct xk_mikey_ticket *ticket, struct xk_bytes psk, unsigned int generation,
                            uint8_t *key, size_t *size, void *user)
{
    (void)ticket;
    (void)psk;
    (void)user;
    if (generation > 0) { /* no older one */
        return false;
    }
    memcpy(key, ticket_key, sizeof ticket_key);
    *size = sizeof ticket_key;
    return true;
}
/* [key] */

/* [resolve] */
static enum xk_answer_time resolve(const struct xk_query *query, struct xk_answer *answer, void *user)
{
    (void)user;
    return xk_kms_resolve(&t.kms, query, answer);
}

static bool answer_df2(uint32_t peer, struct xk_bytes octets, void *user)
{
    static uint8_t message[XK_MESSAGE_MAX]; /* as if it came over a connection: the requester wipes it */
    (void)peer;
    (void)user;
    memcpy(message, octets.data, octets.size);
    return xk_requester_receive(t.host.requester, 1, t.host.kms, message, octets.size, NULL) == XK_OK;
}
/* [resolve] */

static bool fill(uint8_t *out, size_t size, void *user)
{
    (void)user;
    return xk_test_random_fill(out, size, &t.random);
}

static uint8_t question[XK_MESSAGE_MAX];
static size_t question_size;

static bool to_kms(const struct xk_send *send, void *user)
{
    (void)user;
    memcpy(question, send->octets.data, send->octets.size); /* sent when submit has returned */
    question_size = send->octets.size;
    return true;
}

static bool to_lemf(struct xk_bytes pdu, void *user)
{
    struct xk_ps_pdu read;
    struct xk_ps_payload payload;
    struct xk_hi2_record record;
    size_t position = 0;
    (void)user;
    if (xk_ps_pdu_decode(pdu.data, pdu.size, NULL, &read, NULL) != XK_OK ||
        xk_ps_pdu_next_payload(&read, &position, &payload, NULL) != XK_OK ||
        xk_hi2_parameters_decode(payload.record_type, payload.record.data, payload.record.size, NULL, &record, NULL) !=
            XK_OK) {
        return false;
    }
    t.records++;
    t.keys += record.key_count;
    return true;
}

static int open_kms(void)
{
    /* [open] */
    struct xk_kms_callbacks kms;
    struct xk_responder_callbacks callbacks;
    struct xk_responder_config config;
    memset(&kms, 0, sizeof kms);
    kms.ticket_key = give_ticket_key;
    xk_kms_init(&t.kms, &kms, NULL);
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = fill;
    callbacks.send = answer_df2;
    callbacks.resolve = resolve;
    xk_responder_config_init(&config);
    NEED(xk_responder_create(&config, &callbacks, NULL, NULL, &t.responder, NULL) == XK_OK);
    /* [open] */
    return 0;
}

int main(void)
{
    const struct world world = {fill, to_kms, to_lemf, NULL};
    struct xk_test_exchange_config config;
    static struct xk_test_exchange exchange;
    xk_test_random_init(&t.random, 1);
    NEED(open_kms() == 0 && host_open(&t.host, &world));

    /* [exchange] */
    xk_test_exchange_config_init(&config); /* alice calls bob, as two phones would */
    config.ticket_key = (struct xk_bytes){ticket_key, sizeof ticket_key};
    config.session_count = 2;
    config.random = fill;
    NEED(xk_test_exchange_make(&config, &exchange, NULL) == XK_OK);
    struct call call = {
        config.dialled, "LI-1", {exchange.init, exchange.init_size}, {exchange.resp, exchange.resp_size}};
    NEED(host_call(&t.host, 0, &call));
    NEED(xk_responder_receive(t.responder, 1, 7, question, question_size, NULL) == XK_OK); /* 7: the DF2/MF's number */
    NEED(t.records == 1 && t.keys == 2);
    /* [exchange] */

    /* A call that is not the target's gets no key, and the LEMF hears of the failure. */
    /* [refusal] */
    call.target = "sip:carol@example.com";
    NEED(host_call(&t.host, 2, &call));
    NEED(xk_responder_receive(t.responder, 2, 7, question, question_size, NULL) == XK_OK);
    (void)xk_requester_tick(t.host.requester, 2, 0, NULL);
    NEED(t.records == 2 && t.keys == 2);
    /* [refusal] */

    host_close(&t.host);
    (void)xk_responder_destroy(t.responder);
    puts("two records, two keys");
    return 0;
}
