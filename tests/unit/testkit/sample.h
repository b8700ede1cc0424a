/* SPDX-License-Identifier: BSD-2-Clause */
/* A get_keys for the exchange of the vector set, as a requester's `send` callback gets it. */
#ifndef TEST_TESTKIT_SAMPLE_H
#define TEST_TESTKIT_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk/requester.h>
#include <xk_test/kms.h>

#include "support/files.h"

#define SET "mikey/set1.txt"
#define ALICE "sip:alice@example.com"
#define BOB "sip:bob@example.com"
#define CAROL "sip:carol@example.com"

struct sample {
    uint8_t init[512];
    uint8_t resp[256];
    uint8_t wire[2048];
    struct xk_get_keys ask;
    struct xk_send send;
};

/* A transaction id of 16 times `id`, a KMS, and whose keys are asked for. */
static inline const struct xk_send *sample_ask(struct sample *s, uint8_t id, uint32_t kms, const char *identity)
{
    size_t size = 0;
    memset(s, 0, sizeof *s);
    memset(&s->ask.transaction_id, id, sizeof s->ask.transaction_id);
    s->ask.public_kms_identity = xk_text(identity);
    s->ask.transfer_init.data = s->init;
    s->ask.transfer_init.size = file_read_hex_line(SET, "TRANSFER_INIT", s->init, sizeof s->init);
    s->ask.transfer_resp.data = s->resp;
    s->ask.transfer_resp.size = file_read_hex_line(SET, "TRANSFER_RESP", s->resp, sizeof s->resp);
    assert_int_equal(xk_get_keys_encode(&s->ask, s->wire, sizeof s->wire, &size, NULL), XK_OK);
    s->send.kms = kms;
    s->send.request = 1;
    s->send.attempt = 1;
    s->send.octets = (struct xk_bytes){s->wire, size};
    return &s->send;
}

/* An answer that decodes, with the transaction id of the get_keys. */
static inline struct xk_get_keys_response sample_response(const struct sample *s, const uint8_t *octets, size_t size,
                                                          struct xk_session_result *sessions, size_t capacity)
{
    struct xk_get_keys_response response;
    assert_int_equal(xk_get_keys_response_decode(octets, size, &response, sessions, capacity, NULL), XK_OK);
    assert_memory_equal(&response.transaction_id, &s->ask.transaction_id, sizeof response.transaction_id);
    return response;
}

static inline void is_key_of(const struct sample *s, const struct xk_session_result *session, uint64_t seed)
{
    uint8_t key[XK_TEST_KEY_SIZE];
    uint8_t salt[XK_TEST_SALT_SIZE];
    xk_test_key(seed, s->ask.transfer_init, session->cs_id, key, salt);
    assert_int_equal(session->failure, XK_FAILURE_NONE);
    assert_int_equal(session->key.size, sizeof key);
    assert_memory_equal(session->key.data, key, sizeof key);
    assert_int_equal(session->salt.size, sizeof salt);
    assert_memory_equal(session->salt.data, salt, sizeof salt);
}

#endif
