/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For each case on stdin: issues a ticket, builds TRANSFER_INIT and TRANSFER_RESP, lets xk_kms answer the exchange as
 * it would answer a get_keys, and prints MPKi, MPKr and each Crypto Session's key and salt in hexadecimal.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xk/mikey_build.h>
#include <xk_kms/issue.h>
#include <xk_kms/kms.h>

#define MAX_SESSIONS 8

struct text_case {
    unsigned int tp_prf, hdr_prf, forking, g, h;
    uint8_t mpk[64], tgk[64], rand[64], rand_i[64], rand_r[64], rand_kms[64];
    size_t mpk_size, tgk_size, rand_size, rand_i_size, rand_r_size, rand_kms_size;
    char responder[128];
    uint8_t sessions[MAX_SESSIONS];
    size_t session_count;
};

static const uint8_t tpk[16] = {9, 8, 7, 6, 5, 4, 3, 2, 1};

static void check(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "%s\n", what);
        exit(1);
    }
}

static size_t read_hex(const char *text, uint8_t *out)
{
    size_t size = 0;
    for (; text[0] != '\0' && text[1] != '\0' && size < 64; text += 2) {
        const char pair[3] = {text[0], text[1], '\0'};
        out[size++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return size;
}

static bool read_case(struct text_case *c)
{
    char hex[6][160];
    char sessions[64];
    memset(c, 0, sizeof *c);
    if (scanf("%u %u %u %u %u %159s %159s %159s %159s %159s %159s %127s %63s", &c->tp_prf, &c->hdr_prf, &c->forking,
              &c->g, &c->h, hex[0], hex[1], hex[2], hex[3], hex[4], hex[5], c->responder, sessions) != 13) {
        return false;
    }
    c->mpk_size = read_hex(hex[0], c->mpk);
    c->tgk_size = read_hex(hex[1], c->tgk);
    c->rand_size = read_hex(hex[2], c->rand);
    c->rand_i_size = read_hex(hex[3], c->rand_i);
    c->rand_r_size = read_hex(hex[4], c->rand_r);
    c->rand_kms_size = read_hex(hex[5], c->rand_kms);
    char *at = sessions;
    for (; *at != '\0' && c->session_count < MAX_SESSIONS; at += *at == ',' ? 1 : 0) {
        c->sessions[c->session_count++] = (uint8_t)strtoul(at, &at, 10);
    }
    return true;
}

static bool ticket_key(const struct xk_mikey_ticket *ticket, struct xk_bytes psk, unsigned int generation,
                       uint8_t *key, size_t *size, void *user)
{
    (void)ticket;
    (void)psk;
    (void)user;
    memcpy(key, tpk, sizeof tpk);
    *size = sizeof tpk;
    return generation == 0;
}

static uint16_t flags_of(const struct text_case *c)
{
    unsigned int flags = XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_F | XK_MIKEY_FLAG_E;
    flags |= c->forking != 0 ? (unsigned int)XK_MIKEY_FLAG_I : 0u;
    flags |= c->g != 0 ? (unsigned int)XK_MIKEY_FLAG_G : 0u;
    flags |= c->h != 0 ? (unsigned int)XK_MIKEY_FLAG_H : 0u;
    return (uint16_t)flags;
}

static void issue(const struct text_case *c, uint8_t *out, size_t capacity, struct xk_mikey_ticket *ticket)
{
    static uint8_t policy[512];
    static const uint8_t spi[] = {0, 0, 0, 1};
    static const uint8_t when[8] = {0xd1};
    const struct xk_bytes none = {NULL, 0};
    const struct xk_mikey_identity ids[] = {
        {XK_MIKEY_IDR_I, XK_MIKEY_ID_URI, xk_text("sip:alice@example.com")},
        {XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, xk_text(c->responder)},
    };
    const struct xk_mikey_key_data keys[] = {
        {XK_MIKEY_MPK, XK_MIKEY_KV_SPI, {c->mpk, c->mpk_size}, none, {spi, 2}, none, none},
        {XK_MIKEY_TGK, XK_MIKEY_KV_SPI, {c->tgk, c->tgk_size}, none, {spi + 2, 2}, none, none},
    };
    struct xk_mikey_builder b;
    struct xk_kms_ticket_content content;
    size_t size = 0;
    memset(&content, 0, sizeof content);
    xk_mikey_build_chain(&b, policy, sizeof policy, XK_MIKEY_CHAIN_FIRST_PAYLOAD);
    xk_mikey_add_identity(&b, &ids[0]);
    xk_mikey_add_identity(&b, &ids[1]);
    check(xk_mikey_build_end(&b, &size, NULL) == XK_OK, "policy");
    content.type = content.subtype = content.version = 1;
    content.prf = (uint8_t)c->tp_prf;
    content.flags = flags_of(c);
    content.policy = (struct xk_bytes){policy, size};
    content.time = (struct xk_mikey_time){0, 0, {when, 8}, UINT64_C(0xd100000000000000)};
    content.rand = (struct xk_bytes){c->rand, c->rand_size};
    content.keys = keys;
    content.key_count = 2;
    content.protection_key = (struct xk_bytes){tpk, sizeof tpk};
    content.suite = c->tp_prf == 0 ? XK_KMS_SUITE_128 : XK_KMS_SUITE_256;
    check(xk_kms_issue_ticket(&content, out, capacity, &size, ticket, NULL) == XK_OK, "ticket");
}

static void print_hex(const uint8_t *octets, size_t size, const char *before)
{
    printf("%s", before);
    for (size_t i = 0; i < size; i++) {
        printf("%02x", octets[i]);
    }
}

static void answer(const struct text_case *c, struct xk_bytes init, struct xk_bytes resp)
{
    static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
    static uint8_t space[4096];
    const struct xk_kms_callbacks callbacks = {.ticket_key = ticket_key};
    struct xk_kms kms;
    struct xk_get_keys message;
    struct xk_exchange exchange;
    struct xk_query query;
    struct xk_answer answered;
    memset(&message, 0, sizeof message);
    memset(&query, 0, sizeof query);
    memset(&answered, 0, sizeof answered);
    message.transfer_init = init;
    message.transfer_resp = resp;
    check(xk_exchange_parse(&message, &exchange, NULL) == XK_OK, "exchange");
    xk_kms_init(&kms, &callbacks, NULL);
    kms.options.allow_mixed = true;
    query.exchange = &exchange;
    query.cs_ids = c->sessions;
    query.cs_count = c->session_count;
    answered.sessions = sessions;
    answered.key_space = space;
    answered.key_space_size = sizeof space;
    check(xk_kms_resolve(&kms, &query, &answered) == XK_ANSWER_NOW, "answer");
    check(answered.failure == XK_FAILURE_NONE, xk_failure_text(answered.failure));
    for (size_t i = 0; i < answered.session_count; i++) {
        check(answered.sessions[i].failure == XK_FAILURE_NONE, "session");
        print_hex(answered.sessions[i].key.data, answered.sessions[i].key.size, " ");
        print_hex(answered.sessions[i].salt.data, answered.sessions[i].salt.size, " ");
    }
    printf("\n");
}

static void run(const struct text_case *c)
{
    static uint8_t ticket_octets[4096];
    static uint8_t init[8192];
    static uint8_t resp[2048];
    static const uint8_t policy_number[] = {0};
    static const uint8_t ssrc[] = {1, 2, 3, 4};
    static const uint8_t spi[] = {0, 1};
    static const uint8_t when[8] = {0xd1};
    uint8_t mpki[64];
    uint8_t mpkr[64];
    uint8_t forked[64];
    struct xk_mikey_crypto_session offered[MAX_SESSIONS];
    struct xk_kms_transfer t;
    size_t init_size = 0;
    size_t resp_size = 0;
    const struct xk_bytes mpk = {c->mpk, c->mpk_size};
    memset(&t, 0, sizeof t);
    issue(c, ticket_octets, sizeof ticket_octets, &t.ticket);
    check(xk_kms_split_mpk(c->tp_prf, mpk, (struct xk_bytes){c->rand, c->rand_size}, mpki, mpkr, NULL) == XK_OK,
          "split");
    print_hex(mpki, c->mpk_size, "");
    print_hex(mpkr, c->mpk_size, " ");
    for (size_t i = 0; i < c->session_count; i++) {
        offered[i] = (struct xk_mikey_crypto_session){c->sessions[i], 0, false, {policy_number, 1}, {ssrc, 4},
                                                      {spi, 2}};
    }
    t.header.version = 1;
    t.header.data_type = XK_MIKEY_TRANSFER_INIT;
    t.header.prf = (uint8_t)c->hdr_prf;
    t.header.csb_id = 0xcafe0000;
    t.header.map_type = XK_MIKEY_MAP_GENERIC_ID;
    t.sessions = offered;
    t.session_count = c->session_count;
    t.time = (struct xk_mikey_time){0, 0, {when, 8}, UINT64_C(0xd100000000000000)};
    t.rand_initiator = (struct xk_bytes){c->rand_i, c->rand_i_size};
    t.initiator = (struct xk_mikey_identity){XK_MIKEY_IDR_I, XK_MIKEY_ID_URI, xk_text("sip:alice@example.com")};
    t.responder = (struct xk_mikey_identity){XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, xk_text(c->responder)};
    t.message_key = (struct xk_bytes){mpki, c->mpk_size};
    t.vr_key = c->forking != 0 ? (struct xk_bytes){mpkr, c->mpk_size} : (struct xk_bytes){NULL, 0};
    t.suite = c->hdr_prf == 0 ? XK_KMS_SUITE_128 : XK_KMS_SUITE_256;
    check(xk_kms_build_transfer(&t, init, sizeof init, &init_size, NULL) == XK_OK, "TRANSFER_INIT");
    t.header.data_type = XK_MIKEY_TRANSFER_RESP;
    t.vr_key = (struct xk_bytes){NULL, 0};
    t.rand_responder = c->g != 0 ? (struct xk_bytes){c->rand_r, c->rand_r_size} : (struct xk_bytes){NULL, 0};
    t.init = (struct xk_bytes){init, init_size};
    if (c->forking != 0) {
        t.rand_kms = (struct xk_bytes){c->rand_kms, c->rand_kms_size};
        check(xk_kms_fork(c->tp_prf, XK_KMS_FORK_MPKR, (struct xk_bytes){mpkr, c->mpk_size}, xk_text(c->responder),
                          t.rand_kms, forked, NULL) == XK_OK,
              "fork");
        t.message_key = (struct xk_bytes){forked, c->mpk_size};
    }
    check(xk_kms_build_transfer(&t, resp, sizeof resp, &resp_size, NULL) == XK_OK, "TRANSFER_RESP");
    answer(c, t.init, (struct xk_bytes){resp, resp_size});
}

int main(void)
{
    struct text_case c;
    while (read_case(&c)) {
        run(&c);
    }
    return 0;
}
