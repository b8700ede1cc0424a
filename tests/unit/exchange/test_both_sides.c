/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DF2/MF and KMS judge an exchange alike: what the one sends the other answers, and what the one refuses the other
 * would refuse. Both mean the same Crypto Sessions. Held against one list of pairs, from the requester's submit to the
 * responder's query and back to the outcome.
 */
#include <xk/requester.h>
#include <xk/responder.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "unit/exchange/pairs.h"

#define TARGET "sip:a@b" /* the Initiator of a recipe that names one; else as SIP tells */

static struct both {
    struct xk_requester *df2;
    struct xk_responder *kms;
    uint32_t number;        /* of the KMS at the DF2/MF */
    uint8_t ask[16384];     /* get_keys, as it was sent */
    size_t ask_size;
    uint8_t answer[65536];
    size_t answer_size;
    uint8_t cs_ids[XK_CRYPTO_SESSIONS_MAX]; /* of the query */
    size_t cs_count;
    enum xk_failure failure;                /* of the observation */
    uint64_t drawn;
    size_t outcomes, results;
    enum xk_outcome_kind kind;
} both;

static bool draw(uint8_t *out, size_t size, void *user)
{
    (void)user;
    memset(out, 0, size);
    both.drawn++;
    memcpy(out, &both.drawn, sizeof both.drawn);
    memcpy(out + 8, &both.drawn, sizeof both.drawn);
    return true;
}

static bool send_ask(const struct xk_send *s, void *user)
{
    (void)user;
    assert_true(s->octets.size <= sizeof both.ask);
    memcpy(both.ask, s->octets.data, s->octets.size);
    both.ask_size = s->octets.size;
    return true;
}

static enum xk_outcome_reply take_outcome(const struct xk_outcome *outcome, void *user)
{
    (void)user;
    both.outcomes++;
    both.kind = outcome->kind;
    both.results = outcome->session_count;
    return XK_OUTCOME_ACKNOWLEDGED;
}

static bool send_answer(uint32_t peer, struct xk_bytes octets, void *user)
{
    (void)peer;
    (void)user;
    assert_true(octets.size <= sizeof both.answer);
    memcpy(both.answer, octets.data, octets.size);
    both.answer_size = octets.size;
    return true;
}

static enum xk_answer_time resolve(const struct xk_query *query, struct xk_answer *answer, void *user)
{
    (void)user;
    both.cs_count = query->cs_count;
    memcpy(both.cs_ids, query->cs_ids, query->cs_count);
    for (size_t i = 0; i < query->cs_count; i++) {
        memset(answer->key_space + 16 * i, 7, 16);
        answer->sessions[i].cs_id = query->cs_ids[i];
        answer->sessions[i].key = (struct xk_bytes){answer->key_space + 16 * i, 16};
        answer->sessions[i].cipher = XK_CIPHER_ABSENT;
        answer->sessions[i].encoding = XK_KEY_ENCODING_ABSENT;
    }
    answer->session_count = query->cs_count;
    return XK_ANSWER_NOW;
}

static bool anybody(struct xk_bytes a, struct xk_bytes b, void *user)
{
    (void)a;
    (void)b;
    (void)user;
    return true; /* who took part is not the question here */
}

static void observe(const struct xk_responder_observation *observation, void *user)
{
    (void)user;
    both.failure = observation->failure;
}

static int start(void **state)
{
    (void)state;
    struct xk_requester_config asks;
    struct xk_responder_config answers;
    struct xk_requester_callbacks to_df2;
    const struct xk_responder_callbacks to_kms = {sizeof to_kms, draw, send_answer, resolve, NULL, observe, NULL};
    memset(&both, 0, sizeof both);
    memset(&to_df2, 0, sizeof to_df2);
    to_df2.size = sizeof to_df2;
    to_df2.random = draw;
    to_df2.send = send_ask;
    to_df2.on_outcome = take_outcome;
    xk_requester_config_init(&asks);
    xk_responder_config_init(&answers);
    answers.rules.same_user = anybody;
    assert_int_equal(xk_requester_create(&asks, &to_df2, NULL, NULL, &both.df2, NULL), XK_OK);
    assert_int_equal(xk_requester_add_kms(both.df2, xk_text("kms"), &both.number, NULL), XK_OK);
    assert_int_equal(xk_responder_create(&answers, &to_kms, NULL, NULL, &both.kms, NULL), XK_OK);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    return xk_requester_destroy(both.df2) == XK_OK && xk_responder_destroy(both.kms) == XK_OK ? 0 : 1;
}

static void fill(struct xk_request *request, struct xk_party *party, const struct xk_get_keys *message)
{
    memset(request, 0, sizeof *request);
    memset(party, 0, sizeof *party);
    party->sip_uri = xk_text(TARGET);
    request->size = sizeof *request;
    request->get_keys = *message;
    request->kms = &both.number;
    request->kms_count = 1;
    request->warrant.liid = xk_text("LI-1");
    request->warrant.parties = party;
    request->warrant.party_count = 1;
    request->warrant.correlation_number = xk_text("c1");
    request->warrant.operator_identifier = xk_text("12345");
    request->warrant.destination = XK_DESTINATION_LEMF;
}

static void what_the_one_sends_the_other_answers(void **state)
{
    (void)state;
    size_t accepted = 0;
    for (size_t i = 0; i < pair_count; i++) {
        struct xk_get_keys message;
        struct xk_request request;
        struct xk_party party;
        struct xk_diag here = {XK_OK, 0, ""};
        struct xk_diag there = {XK_OK, 0, ""};
        uint64_t handle = 0;
        pair_build(&pairs[i], &message);
        message.public_kms_identity = xk_text(TARGET);
        message.initiator_hint = xk_text(TARGET);
        fill(&request, &party, &message);
        both.ask_size = both.cs_count = 0;
        both.failure = XK_FAILURE_NONE;
        enum xk_status asked = xk_requester_submit(both.df2, i, &request, &handle, &here);
        if (asked != XK_OK) { /* what this DF2/MF would not send another might */
            memset(&message.transaction_id, (int)i + 1, sizeof message.transaction_id);
            if (xk_get_keys_encode(&message, both.ask, sizeof both.ask, &both.ask_size, NULL) != XK_OK) {
                assert_int_equal(asked, pairs[i].status); /* not even a get_keys: the RESP of an update alone */
                continue;
            }
        }
        enum xk_status answered = xk_responder_receive(both.kms, i, 1, both.ask, both.ask_size, &there);
        if (asked != pairs[i].status || answered != asked || here.offset != there.offset ||
            strcmp(here.field, there.field) != 0) {
            fail_msg("pair %zu: %s in '%s' at the DF2/MF, %s in '%s' at the KMS", i, xk_status_name(asked), here.field,
                     xk_status_name(answered), there.field);
        }
        if (asked != XK_OK) {
            assert_int_equal(both.failure,
                             asked == XK_E_MIKEY_MISMATCH ? XK_FAILURE_MISMATCH : XK_FAILURE_MALFORMED);
            continue;
        }
        const char *sessions = pairs[i].sessions != NULL ? pairs[i].sessions : "a";
        assert_int_equal(both.failure, XK_FAILURE_NONE);
        assert_int_equal(both.cs_count, strlen(sessions));
        assert_memory_equal(both.cs_ids, sessions, both.cs_count);
        both.outcomes = 0;
        assert_int_equal(
            xk_requester_receive(both.df2, i, both.number, both.answer, both.answer_size, NULL), XK_OK);
        assert_int_equal(both.outcomes, 1);
        assert_int_equal(both.kind, XK_OUTCOME_KEYS); /* neither a key too few nor one too many */
        assert_int_equal(both.results, both.cs_count);
        accepted++;
    }
    assert_true(accepted > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_one_sends_the_other_answers, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
