/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk/mikey_build.h>

const uint8_t scenario_tpk[64] = {1, 0x83, 0x4b, 0xf6, 0x2d, 0x97, 0x60, 0xae, 0x15, 0xd9, 0x72, 0x3e, 0xc4};
const uint8_t scenario_mpk[64] = {2,    0x91, 0x17, 0xe5, 0x3c, 0xd8, 0x66, 0x0b,
                                  0xf2, 0x4a, 0x9d, 0x71, 0x2e, 0xc3, 0x58};
const uint8_t scenario_secret[16] = {0x33, 0x44};
const uint8_t scenario_salt[14] = {0x55};
const uint8_t scenario_rand[64] = {0x66};
static const uint8_t spi_octets[] = {0, 7};
static const uint8_t when[8] = {0xd1};
static const struct xk_bytes none;
static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];

struct xk_mikey_key_data key_of(unsigned int type, bool salted)
{
    struct xk_mikey_key_data key = {
        (uint8_t)type, XK_MIKEY_KV_SPI, {scenario_secret, 16}, none, {spi_octets, 2}, none, none};
    if (salted) {
        key.salt = (struct xk_bytes){scenario_salt, 14};
    }
    return key;
}

struct setting base(void)
{
    struct setting s;
    memset(&s, 0, sizeof s);
    s.type = 1;
    s.flags = BASE_FLAGS | XK_MIKEY_FLAG_F;
    s.suite = XK_KMS_SUITE_128;
    s.time = (struct xk_mikey_time){0, 0, {when, 8}, UINT64_C(0xd100000000000000)};
    return s;
}

static size_t or_16(size_t size)
{
    return size == 0 ? 16 : size;
}

static struct xk_bytes rand_of(size_t size)
{
    return (struct xk_bytes){scenario_rand, or_16(size)};
}

static bool ticket_key(const struct xk_mikey_ticket *ticket, struct xk_bytes psk, unsigned int generation,
                       uint8_t *key, size_t *size, void *user)
{
    struct scenario *scenario = user;
    (void)ticket;
    (void)psk;
    scenario->keys_asked++;
    memset(key, 0, XK_KMS_KEY_MAX);
    memcpy(key, scenario_tpk, XK_KMS_KEY_MAX);
    if (generation < scenario->wrong_keys) {
        key[0] ^= 1;
    }
    if (scenario->tpk_size > 0) { /* else it does not tell */
        *size = scenario->tpk_size;
    }
    return generation <= scenario->wrong_keys && !scenario->no_key;
}

struct xk_mikey_identity party(unsigned int role)
{
    const char *uri = role == XK_MIKEY_IDR_I ? "sip:alice@example.com" : "sip:bob@example.com";
    return (struct xk_mikey_identity){(uint8_t)role, XK_MIKEY_ID_URI, xk_text(uri)};
}

static enum xk_status issue(const struct setting *s, uint8_t *out, size_t capacity, struct xk_mikey_ticket *ticket)
{
    static uint8_t policy[256];
    static const uint8_t spi_mpk[] = {0, 0};
    const struct xk_mikey_identity ids[] = {party(XK_MIKEY_IDR_I), party(XK_MIKEY_IDR_R)};
    const struct xk_mikey_key_data keys[] = {
        {XK_MIKEY_MPK, XK_MIKEY_KV_SPI, {scenario_mpk, or_16(s->mpk_size)}, none, {spi_mpk, 2}, none, none},
        s->ticket_key, s->more[0]};
    const struct xk_mikey_identity other = {XK_MIKEY_IDR_KMS, XK_MIKEY_ID_URI, xk_text("sip:kms@example.net")};
    struct xk_mikey_builder b;
    struct xk_kms_ticket_content c;
    size_t size = 0;
    if (s->ticket != NULL) {
        *ticket = *s->ticket;
        return XK_OK;
    }
    memset(&c, 0, sizeof c);
    xk_mikey_build_chain(&b, policy, sizeof policy, XK_MIKEY_CHAIN_FIRST_PAYLOAD);
    if (s->foreign) {
        xk_mikey_add_identity(&b, &other);
    }
    if (!s->unnamed) {
        xk_mikey_add_identity(&b, &ids[0]);
    }
    xk_mikey_add_identity(&b, &ids[1]);
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    c.type = s->type;
    c.subtype = c.version = 1;
    c.prf = (uint8_t)s->prf;
    c.flags = (uint16_t)s->flags;
    c.policy = s->ticket_policy.size > 0 ? s->ticket_policy : (struct xk_bytes){policy, size};
    c.time = (struct xk_mikey_time){0, 0, {when, 8}, UINT64_C(0xd100000000000000)};
    c.rand = rand_of(s->rand_ticket);
    c.keys = keys;
    c.key_count = 1u + (s->ticket_key.key.size > 0) + (s->more[0].key.size > 0);
    c.protection_key = (struct xk_bytes){scenario_tpk, or_16(s->tpk_size)};
    c.suite = s->suite;
    c.encryption = s->encryption;
    return xk_kms_issue_ticket(&c, out, capacity, &size, ticket, NULL);
}

/* `which` is 0 for the INIT, 1 for the RESP, 2 and 3 for those of the update. */
static enum xk_status build(const struct setting *s, const struct xk_kms_transfer *transfer, unsigned int which,
                            uint8_t *out, size_t capacity, struct xk_bytes *message)
{
    const struct xk_mikey_key_data *const first[] = {&s->init_key, &s->resp_key, &s->update_key, &s->update_resp_key};
    const struct xk_mikey_key_data keys[] = {*first[which], s->more[1 + which]};
    struct xk_kms_transfer t = *transfer;
    struct xk_mikey_crypto_session session = t.sessions[0];
    size_t size = 0;
    session.spi = (struct xk_bytes){spi_octets, s->no_spi ? 0 : 2};
    if (s->spis[which] != NULL) {
        session.spi = xk_text(s->spis[which]);
    }
    t.sessions = &session;
    t.keys = keys;
    t.key_count = (size_t)(keys[0].key.size > 0) + (keys[1].key.size > 0);
    enum xk_status status = xk_kms_build_transfer(&t, out, capacity, &size, NULL);
    *message = (struct xk_bytes){out, size};
    return status;
}

static enum xk_status build_update(const struct setting *s, const struct xk_kms_transfer *transfer,
                                   struct scenario *scenario)
{
    static const uint8_t later[8] = {0xd1, 0, 1};
    static const uint8_t last[8] = {0xd1, 0, 1, 0, 0, 0, 0, 1};
    struct xk_kms_transfer u = *transfer;
    memset(&u.ticket, 0, sizeof u.ticket);
    if (s->dialled != NULL) {
        bool dialled = s->made.update_identity == XK_KMS_UPDATE_IDENTITY_DIALLED;
        u.initiator.data = u.responder.data = none;
        u.peer_identity_i = party(XK_MIKEY_IDR_I).data;
        u.peer_identity_r = dialled ? xk_text(s->dialled) : party(XK_MIKEY_IDR_R).data;
    }
    const struct xk_mikey_policy policy = {0, 0, s->update_policy};
    if (s->update_policy.size > 0) {
        u.policies = &policy;
        u.policy_count = 1;
    }
    u.header.data_type = XK_MIKEY_TRANSFER_INIT;
    u.header.v_flag = true;
    u.init = u.vr_key = u.rand_kms = none;
    u.update = (s->flags & XK_MIKEY_FLAG_F) != 0 ? XK_KMS_UPDATE_ANSWERED : XK_KMS_UPDATE_UNANSWERED;
    u.time = (struct xk_mikey_time){0, 0, {later, 8}, UINT64_C(0xd100010000000000)};
    enum xk_status status = build(s, &u, 2, scenario->update_init, sizeof scenario->update_init,
                                  &scenario->message.update_init);
    if (status != XK_OK) {
        return status;
    }
    u.header.data_type = XK_MIKEY_TRANSFER_RESP;
    u.header.v_flag = false;
    u.init = scenario->message.update_init;
    u.time = (struct xk_mikey_time){0, 0, {last, 8}, UINT64_C(0xd100010000000001)};
    return build(s, &u, 3, scenario->update_resp, sizeof scenario->update_resp,
                 &scenario->message.update_resp);
}

static enum xk_status build_resp(const struct setting *s, struct xk_kms_transfer *t, struct scenario *scenario,
                                 const uint8_t *forked)
{
    static const uint8_t later[8] = {0xd1, 0, 0, 9};
    t->header.data_type = XK_MIKEY_TRANSFER_RESP;
    t->init = scenario->message.transfer_init;
    if (s->resp_later) {
        t->time = (struct xk_mikey_time){0, 0, {later, 8}, UINT64_C(0xd100000900000000)};
    }
    if ((s->flags & XK_MIKEY_FLAG_G) != 0) {
        t->rand_responder = rand_of(s->rand_r);
    }
    if (s->resp_names_responder || s->dialled != NULL) {
        t->responder = party(XK_MIKEY_IDR_R);
    }
    if ((s->flags & XK_MIKEY_FLAG_I) != 0) {
        t->rand_kms = rand_of(s->rand_kms);
        t->responder = party(XK_MIKEY_IDR_R);
        t->message_key = (struct xk_bytes){forked, or_16(s->mpk_size)};
    }
    return build(s, t, 1, scenario->resp, sizeof scenario->resp, &scenario->message.transfer_resp);
}

enum xk_status scenario_build(const struct setting *s, struct scenario *scenario)
{
    static uint8_t ticket_octets[2048];
    static const uint8_t policy_number[] = {0};
    static const uint8_t ssrc[] = {1, 2, 3, 4};
    static struct xk_kms_transfer t;
    const struct xk_mikey_policy policy = {0, 0, s->policy};
    const struct xk_bytes mpk = {scenario_mpk, or_16(s->mpk_size)};
    struct xk_mikey_crypto_session session = {5, s->other_protocol ? 9 : 0, false, {policy_number, 1}, {ssrc, 4}, none};
    uint8_t mpki[64], mpkr[64], forked[64];
    memset(scenario, 0, sizeof *scenario);
    scenario->key_space_size = sizeof scenario->key_space;
    scenario->tpk_size = or_16(s->tpk_size);
    session.policies.size = s->no_policies ? 0 : 1;
    memset(&t, 0, sizeof t);
    enum xk_status status = issue(s, ticket_octets, sizeof ticket_octets, &t.ticket);
    if (status == XK_OK) {
        status = xk_kms_split_mpk(s->prf, mpk, rand_of(s->rand_ticket), mpki, mpkr, NULL);
    }
    if (status == XK_OK) {
        status = xk_kms_fork(s->prf, XK_KMS_FORK_MPKR, (struct xk_bytes){mpkr, mpk.size}, party(XK_MIKEY_IDR_R).data,
                             rand_of(s->rand_kms), forked, NULL);
    }
    t.header = (struct xk_mikey_header){.version = 1, .data_type = XK_MIKEY_TRANSFER_INIT, .csb_id = 77,
                                        .prf = (uint8_t)(s->prf ^ (s->other_header_prf ? 1u : 0u)),
                                        .map_type = XK_MIKEY_MAP_GENERIC_ID};
    t.sessions = &session;
    t.session_count = 1;
    t.time = s->time;
    t.rand_initiator = rand_of(s->rand_i);
    t.policies = &policy;
    t.policy_count = s->policy.size > 0 ? 1 : 0;
    if (s->bare) {
        t.peer_identity_i = party(XK_MIKEY_IDR_I).data;
        t.peer_identity_r = party(XK_MIKEY_IDR_R).data;
        t.responder = s->init_names_responder ? party(XK_MIKEY_IDR_R) : t.responder;
    } else {
        t.initiator = party(XK_MIKEY_IDR_I);
        t.responder = party(XK_MIKEY_IDR_R);
        t.responder.data = s->dialled != NULL ? xk_text(s->dialled) : t.responder.data;
    }
    t.message_key = (struct xk_bytes){mpki, mpk.size};
    t.vr_key = (struct xk_bytes){mpkr, (s->flags & XK_MIKEY_FLAG_I) != 0 ? mpk.size : 0};
    const enum xk_kms_suite other = s->suite == XK_KMS_SUITE_128 ? XK_KMS_SUITE_256 : XK_KMS_SUITE_128;
    t.suite = s->other_message_suite ? other : s->suite;
    t.encryption = s->encryption;
    t.policy_prf = (uint8_t)s->prf;
    t.options = s->made;
    if (status == XK_OK) {
        status = build(s, &t, 0, scenario->init, sizeof scenario->init, &scenario->message.transfer_init);
    }
    if (status == XK_OK && (s->flags & XK_MIKEY_FLAG_F) != 0) {
        status = build_resp(s, &t, scenario, forked);
    }
    return status == XK_OK && s->update ? build_update(s, &t, scenario) : status;
}

static bool is_own(struct xk_bytes kms, void *user)
{
    (void)user;
    return kms.size != 19 || memcmp(kms.data, "sip:kms@example.net", 19) != 0;
}

static void notice(const struct xk_query *query, enum xk_kms_notice told, int cs_id, void *user)
{
    struct notices *n = &((struct scenario *)user)->notices;
    assert_non_null(query->exchange);
    assert_true(n->count < NOTICES_MAX);
    n->told[n->count].notice = told;
    n->told[n->count++].cs_id = cs_id;
}

bool scenario_told(const struct scenario *scenario, enum xk_kms_notice told, int cs_id)
{
    for (size_t i = 0; i < scenario->notices.count; i++) {
        if (scenario->notices.told[i].notice == told && scenario->notices.told[i].cs_id == cs_id) {
            return true;
        }
    }
    return false;
}

struct xk_session_result scenario_ask(const struct setting *s, struct scenario *scenario)
{
    static const uint8_t cs_ids[] = {5, 5};
    static struct xk_exchange exchange;
    static const struct xk_relation relation;
    const struct xk_kms_callbacks callbacks = {
        .ticket_key = ticket_key, .open_ticket = s->open_ticket, .notice = notice, .is_own = s->foreign ? is_own : NULL,
        .resolved_ticket = s->resolved_ticket};
    struct xk_kms kms;
    struct xk_query query;
    struct xk_answer answer;
    memset(&query, 0, sizeof query);
    memset(&answer, 0, sizeof answer);
    scenario->notices.count = 0;
    assert_int_equal(xk_exchange_parse(&scenario->message, &exchange, NULL), XK_OK);
    if (scenario->alter != NULL) {
        scenario->alter(&exchange);
    }
    xk_kms_init(&kms, &callbacks, scenario);
    kms.options = s->options;
    query.relation = scenario->related ? &relation : NULL;
    query.exchange = &exchange;
    query.cs_ids = cs_ids;
    query.cs_count = scenario->no_sessions ? 0 : scenario->twice ? 2 : 1;
    answer.sessions = sessions;
    answer.key_space = scenario->key_space;
    answer.key_space_size = scenario->key_space_size;
    assert_int_equal(scenario->context != NULL ? xk_kms_resolve_in(scenario->context, &kms, &query, &answer)
                                               : xk_kms_resolve(&kms, &query, &answer),
                     XK_ANSWER_NOW);
    scenario->field = answer.field;
    scenario->referral = answer.referral;
    struct xk_session_result failed = {.cs_id = 5, .failure = answer.failure, .cipher = XK_CIPHER_ABSENT,
                                       .encoding = XK_KEY_ENCODING_ABSENT};
    scenario->second = sessions[1];
    return answer.failure != XK_FAILURE_NONE ? failed : sessions[0];
}

struct xk_session_result resolve(const struct setting *s)
{
    static struct scenario scenario;
    assert_int_equal(scenario_build(s, &scenario), XK_OK);
    return scenario_ask(s, &scenario);
}
