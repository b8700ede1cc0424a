/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole exchanges: the ticket of the KMS, the messages of two phones under one reading, and the keys that they have. */
#include <xk_test/exchange.h>

#include <string.h>

#include <xk/message.h>
#include <xk/mikey_build.h>
#include <xk/secret.h>
#include <xk_kms/issue.h>

#include "support/diag.h"

#define NTP_OFFSET UINT64_C(2208988800) /* 1900 to 1970 */
#define JANUARY_2026 UINT64_C(1767225600)
#define HOUR 3600
#define DAY 86400

/* The numbers by which KEMACs and map entries name the keys. */
static const uint8_t spi_of_mpk[] = {0, 0};
static const uint8_t spi_of_tgk[] = {0, 1};
static const uint8_t spi_of_update[] = {0, 2};
/* AES-CM-128 with HMAC-SHA1-80: cipher, key length, auth algorithm, salt length, tag length (RFC 3830 6.10.1). */
static const uint8_t srtp_policy[] = {0, 1, 1, 1, 1, 16, 2, 1, 1, 4, 1, 14, 11, 1, 10};
static const struct xk_bytes none = {NULL, 0};

struct secrets {
    uint32_t csb_id;
    uint8_t mpk[16];
    uint8_t tgk[16];
    uint8_t update_tgk[16];
    uint8_t ticket_rand[16];
    uint8_t rand_i[16];
    uint8_t rand_r[16];
    uint8_t rand_kms[16];
};

/* On the way from the configuration to the exchange. */
struct making {
    const struct xk_test_exchange_config *config;
    const char *answerer;
    struct xk_diag *diag;
    struct secrets s;
    uint8_t mpki[16];
    uint8_t mpkr[16];
    uint8_t mpkr_forked[16];
    uint8_t ticket_octets[4096];
    uint8_t policy[2048];
    uint8_t times[4][8];
    uint8_t ssrc[XK_TEST_EXCHANGE_SESSIONS_MAX][4];
    struct xk_mikey_crypto_session sessions[XK_TEST_EXCHANGE_SESSIONS_MAX];
    struct xk_mikey_key_data key; /* in the KEMAC of the message that is built */
    struct xk_kms_transfer transfer;
};

void xk_test_exchange_config_init(struct xk_test_exchange_config *config)
{
    if (config == NULL) {
        return;
    }
    memset(config, 0, sizeof *config);
    config->kms = "sip:kms@example.com";
    config->caller = "sip:alice@example.com";
    config->dialled = "sip:bob@example.com";
    config->now = JANUARY_2026;
    config->session_count = 1;
    config->header_prf = XK_MIKEY_PRF_MIKEY_1;
    config->ticket_prf = XK_MIKEY_PRF_MIKEY_1;
}

static bool is_name(const char *text)
{
    return text != NULL && text[0] != '\0' && strlen(text) <= XK_IDENTITY_MAX;
}

static bool prf_known(uint8_t prf)
{
    return prf == XK_MIKEY_PRF_MIKEY_1 || prf == XK_MIKEY_PRF_HMAC_SHA_256;
}

static enum xk_status check(const struct xk_test_exchange_config *c, struct xk_diag *diag)
{
    const struct {
        bool good;
        const char *name;
    } rules[] = {
        {is_name(c->kms), "kms"},
        {is_name(c->caller), "caller"},
        {is_name(c->dialled), "dialled"},
        {c->answerer == NULL || is_name(c->answerer), "answerer"},
        {c->ticket_key.data != NULL && c->ticket_key.size > 0 && c->ticket_key.size <= XK_KMS_KEY_MAX, "ticket_key"},
        {c->now < UINT32_MAX, "now"},
        {c->session_count >= 1 && c->session_count <= XK_TEST_EXCHANGE_SESSIONS_MAX, "session_count"},
        {prf_known(c->header_prf), "header_prf"},
        {prf_known(c->ticket_prf), "ticket_prf"},
        {(unsigned int)c->key <= XK_TEST_KEY_OF_RESP, "key"},
        {(unsigned int)c->update_key <= XK_TEST_KEY_OF_RESP, "update_key"},
        {c->random != NULL, "random"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (!rules[i].good) {
            return xki_fail(diag, XK_E_CONFIG, 0, rules[i].name);
        }
    }
    return XK_OK;
}

static struct xk_mikey_time time_at(uint64_t ntp, unsigned int role, unsigned int type, uint8_t octets[8])
{
    struct xk_mikey_time time = {(uint8_t)role, (uint8_t)type, {octets, type == XK_MIKEY_TIME_NTP_UTC_32 ? 4 : 8},
                                 ntp << 32};
    for (unsigned int i = 0; i < 8; i++) {
        octets[i] = (uint8_t)(i < 4 ? ntp >> (24 - 8 * i) : 0);
    }
    return time;
}

static struct xk_mikey_identity identity(unsigned int role, const char *uri)
{
    return (struct xk_mikey_identity){(uint8_t)role, XK_MIKEY_ID_URI, xk_text(uri)};
}

static struct xk_mikey_key_data key_data(unsigned int type, const uint8_t key[16], const uint8_t spi[2])
{
    return (struct xk_mikey_key_data){(uint8_t)type, XK_MIKEY_KV_SPI, {key, 16}, none, {spi, 2}, none, none};
}

/* Who may answer: the one who was dialled, and whoever does answer. */
static enum xk_status build_policy(struct making *m, struct xk_bytes *policy)
{
    const struct xk_test_exchange_config *c = m->config;
    struct xk_mikey_builder b;
    uint64_t now = c->now + NTP_OFFSET;
    const struct xk_mikey_identity kms = identity(XK_MIKEY_IDR_KMS, c->kms);
    const struct xk_mikey_identity caller = identity(XK_MIKEY_IDR_I, c->caller);
    const struct xk_mikey_identity dialled = identity(XK_MIKEY_IDR_R, c->dialled);
    const struct xk_mikey_identity answerer = identity(XK_MIKEY_IDR_R, m->answerer);
    const struct xk_mikey_time start = time_at(now - HOUR, XK_MIKEY_TR_S, XK_MIKEY_TIME_NTP_UTC_32, m->times[0]);
    const struct xk_mikey_time end = time_at(now + DAY, XK_MIKEY_TR_E, XK_MIKEY_TIME_NTP_UTC_32, m->times[1]);
    policy->data = m->policy;
    xk_mikey_build_chain(&b, m->policy, sizeof m->policy, XK_MIKEY_CHAIN_FIRST_PAYLOAD);
    xk_mikey_add_identity(&b, &kms);
    xk_mikey_add_identity(&b, &caller);
    xk_mikey_add_time(&b, &start);
    xk_mikey_add_time(&b, &end);
    xk_mikey_add_identity(&b, &dialled);
    if (strcmp(c->dialled, m->answerer) != 0) {
        xk_mikey_add_identity(&b, &answerer);
    }
    return xk_mikey_build_end(&b, &policy->size, m->diag);
}

static unsigned int ticket_flags(const struct xk_test_exchange_config *c)
{
    unsigned int flags = XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_E | XK_MIKEY_FLAG_F | XK_MIKEY_FLAG_G | XK_MIKEY_FLAG_H |
                         XK_MIKEY_FLAG_I | XK_MIKEY_FLAG_N | XK_MIKEY_FLAG_O;
    bool of_init = c->key == XK_TEST_KEY_OF_INIT || (c->update && c->update_key == XK_TEST_KEY_OF_INIT);
    bool of_resp = c->key == XK_TEST_KEY_OF_RESP || (c->update && c->update_key == XK_TEST_KEY_OF_RESP);
    return flags | (of_init ? XK_MIKEY_FLAG_L : 0u) | (of_resp ? XK_MIKEY_FLAG_M : 0u);
}

static enum xk_status issue_ticket(struct making *m)
{
    const struct xk_test_exchange_config *c = m->config;
    const struct xk_mikey_key_data keys[] = {key_data(XK_MIKEY_MPK, m->s.mpk, spi_of_mpk),
                                             key_data(XK_MIKEY_TGK, m->s.tgk, spi_of_tgk)};
    size_t size = 0;
    struct xk_kms_ticket_content content;
    memset(&content, 0, sizeof content);
    enum xk_status status = build_policy(m, &content.policy);
    if (status != XK_OK) {
        return status;
    }
    content.type = content.subtype = content.version = 1;
    content.prf = c->ticket_prf;
    content.flags = (uint16_t)ticket_flags(c);
    content.time = time_at(c->now + NTP_OFFSET, 0, XK_MIKEY_TIME_NTP_UTC, m->times[2]);
    content.rand = (struct xk_bytes){m->s.ticket_rand, 16};
    content.keys = keys;
    content.key_count = c->key == XK_TEST_KEY_OF_TICKET ? 2 : 1;
    content.protection_key = c->ticket_key;
    content.suite = XK_KMS_SUITE_128;
    return xk_kms_issue_ticket(&content, m->ticket_octets, sizeof m->ticket_octets, &size, &m->transfer.ticket,
                               m->diag);
}

/* Map entries: offered without SPI and SSRC, answered with both. */
static void set_sessions(struct making *m, const struct xk_test_exchange *x, const uint8_t *spi)
{
    static const uint8_t policy_number[] = {0};
    for (uint32_t i = 0; i < m->config->session_count; i++) {
        for (unsigned int k = 0; k < 4; k++) {
            m->ssrc[i][k] = (uint8_t)(x->ssrc[i] >> (24 - 8 * k));
        }
        m->sessions[i] = (struct xk_mikey_crypto_session){(uint8_t)(i + 1), 0, false, {policy_number, 1}, none, none};
        if (spi != NULL) {
            m->sessions[i].session_data = (struct xk_bytes){m->ssrc[i], 4};
            m->sessions[i].spi = (struct xk_bytes){spi, 2};
        }
    }
    m->transfer.sessions = m->sessions;
    m->transfer.session_count = m->config->session_count;
}

static void set_key(struct making *m, bool there, const uint8_t key[16], const uint8_t spi[2])
{
    m->key = key_data(XK_MIKEY_TGK, key, spi);
    m->transfer.keys = there ? &m->key : NULL;
    m->transfer.key_count = there ? 1 : 0;
}

static enum xk_status build_init(struct making *m, struct xk_test_exchange *x)
{
    const struct xk_test_exchange_config *c = m->config;
    const struct xk_mikey_policy policy = {0, 0, {srtp_policy, sizeof srtp_policy}};
    struct xk_kms_transfer *t = &m->transfer;
    t->header.version = 1;
    t->header.data_type = XK_MIKEY_TRANSFER_INIT;
    t->header.v_flag = true;
    t->header.prf = c->header_prf;
    t->header.csb_id = m->s.csb_id;
    t->header.map_type = XK_MIKEY_MAP_GENERIC_ID;
    set_sessions(m, x, NULL);
    t->time = time_at(c->now + NTP_OFFSET, 0, XK_MIKEY_TIME_NTP_UTC, m->times[3]);
    t->rand_initiator = (struct xk_bytes){m->s.rand_i, 16};
    t->initiator = identity(XK_MIKEY_IDR_I, c->caller);
    t->responder = identity(XK_MIKEY_IDR_R, c->dialled);
    t->policies = &policy;
    t->policy_count = 1;
    t->message_key = (struct xk_bytes){m->mpki, 16};
    t->vr_key = (struct xk_bytes){m->mpkr, 16};
    t->suite = XK_KMS_SUITE_128;
    t->policy_prf = c->ticket_prf;
    t->options = c->readings;
    set_key(m, c->key == XK_TEST_KEY_OF_INIT, m->s.tgk, spi_of_tgk);
    enum xk_status status = xk_kms_build_transfer(t, x->init, sizeof x->init, &x->init_size, m->diag);
    t->policy_count = 0;
    return status;
}

static enum xk_status build_resp(struct making *m, struct xk_test_exchange *x)
{
    const struct xk_test_exchange_config *c = m->config;
    struct xk_kms_transfer *t = &m->transfer;
    t->header.data_type = XK_MIKEY_TRANSFER_RESP;
    t->header.v_flag = false;
    set_sessions(m, x, spi_of_tgk);
    t->time = time_at(c->now + NTP_OFFSET + 2, 0, XK_MIKEY_TIME_NTP_UTC, m->times[3]);
    t->rand_responder = (struct xk_bytes){m->s.rand_r, 16};
    t->rand_kms = (struct xk_bytes){m->s.rand_kms, 16};
    t->responder = identity(XK_MIKEY_IDR_R, m->answerer);
    t->message_key = (struct xk_bytes){m->mpkr_forked, 16};
    t->init = (struct xk_bytes){x->init, x->init_size};
    set_key(m, c->key == XK_TEST_KEY_OF_RESP, m->s.tgk, spi_of_tgk);
    return xk_kms_build_transfer(t, x->resp, sizeof x->resp, &x->resp_size, m->diag);
}

/* An update that names nobody: who Identity_r is under its MAC, the reading says. */
static enum xk_status build_update(struct making *m, struct xk_test_exchange *x)
{
    const struct xk_test_exchange_config *c = m->config;
    struct xk_kms_transfer *t = &m->transfer;
    bool dialled = c->readings.update_identity == XK_KMS_UPDATE_IDENTITY_DIALLED;
    const uint8_t *spi = c->update_key == XK_TEST_KEY_OF_TICKET ? spi_of_tgk : spi_of_update;
    memset(&t->ticket, 0, sizeof t->ticket);
    t->initiator.data = t->responder.data = none;
    t->init = t->vr_key = t->rand_kms = none;
    t->peer_identity_i = xk_text(c->caller);
    t->peer_identity_r = xk_text(dialled ? c->dialled : m->answerer);
    t->update = XK_KMS_UPDATE_ANSWERED;
    t->header.data_type = XK_MIKEY_TRANSFER_INIT;
    t->header.v_flag = true;
    t->time = time_at(c->now + NTP_OFFSET + 10, 0, XK_MIKEY_TIME_NTP_UTC, m->times[3]);
    set_sessions(m, x, NULL);
    set_key(m, c->update_key == XK_TEST_KEY_OF_INIT, m->s.update_tgk, spi_of_update);
    enum xk_status status =
        xk_kms_build_transfer(t, x->update_init, sizeof x->update_init, &x->update_init_size, m->diag);
    if (status != XK_OK) {
        return status;
    }
    t->header.data_type = XK_MIKEY_TRANSFER_RESP;
    t->header.v_flag = false;
    t->time = time_at(c->now + NTP_OFFSET + 12, 0, XK_MIKEY_TIME_NTP_UTC, m->times[3]);
    t->init = (struct xk_bytes){x->update_init, x->update_init_size};
    set_sessions(m, x, spi);
    set_key(m, c->update_key == XK_TEST_KEY_OF_RESP, m->s.update_tgk, spi_of_update);
    return xk_kms_build_transfer(t, x->update_resp, sizeof x->update_resp, &x->update_resp_size, m->diag);
}

/* TEK and salt as RFC 6043 5.1.3 derives them, spelled out with nothing but the PRF: const, CS ID, FFFFFFFF, 03, and
 * both RANDs with their lengths. */
static enum xk_status derive(const struct making *m, const uint8_t tgk[16], struct xk_test_exchange *x)
{
    static const uint8_t tek[] = {0x2a, 0xd0, 0x1c, 0x64};
    static const uint8_t salt[] = {0x39, 0xa2, 0xc1, 0x4b};
    uint8_t label[10 + 17 + 17];
    const struct xk_bytes inkey = {tgk, 16};
    const struct xk_bytes whole = {label, sizeof label};
    unsigned int prf = m->config->header_prf;
    enum xk_status status = XK_OK;
    memset(label + 5, 0xff, 4);
    label[9] = 3;
    label[10] = label[27] = 16;
    memcpy(label + 11, m->s.rand_i, 16);
    memcpy(label + 28, m->s.rand_r, 16);
    for (uint32_t i = 0; i < m->config->session_count && status == XK_OK; i++) {
        label[4] = (uint8_t)(i + 1);
        memcpy(label, tek, 4);
        status = xk_kms_prf(prf, inkey, whole, x->keys[i], sizeof x->keys[i], m->diag);
        memcpy(label, salt, 4);
        if (status == XK_OK) {
            status = xk_kms_prf(prf, inkey, whole, x->salts[i], sizeof x->salts[i], m->diag);
        }
    }
    return status;
}

/* Only a TGK of the ticket is forked. */
static enum xk_status derive_keys(const struct making *m, struct xk_test_exchange *x)
{
    const struct xk_test_exchange_config *c = m->config;
    const struct xk_bytes tgk = {m->s.tgk, 16};
    const struct xk_bytes rand_kms = {m->s.rand_kms, 16};
    uint8_t forked[16];
    if (c->update && c->update_key != XK_TEST_KEY_OF_TICKET) {
        return derive(m, m->s.update_tgk, x);
    }
    if (c->key != XK_TEST_KEY_OF_TICKET) {
        return derive(m, m->s.tgk, x);
    }
    enum xk_status status =
        xk_kms_fork(c->ticket_prf, XK_KMS_FORK_TGK, tgk, xk_text(m->answerer), rand_kms, forked, m->diag);
    if (status == XK_OK) {
        status = derive(m, forked, x);
    }
    xk_wipe(forked, sizeof forked);
    return status;
}

static enum xk_status split(struct making *m)
{
    unsigned int prf = m->config->ticket_prf;
    const struct xk_bytes mpk = {m->s.mpk, 16};
    const struct xk_bytes rand = {m->s.ticket_rand, 16};
    const struct xk_bytes mpkr = {m->mpkr, 16};
    const struct xk_bytes rand_kms = {m->s.rand_kms, 16};
    enum xk_status status = xk_kms_split_mpk(prf, mpk, rand, m->mpki, m->mpkr, m->diag);
    if (status != XK_OK) {
        return status;
    }
    return xk_kms_fork(prf, XK_KMS_FORK_MPKR, mpkr, xk_text(m->answerer), rand_kms, m->mpkr_forked, m->diag);
}

static enum xk_status make(struct making *m, struct xk_test_exchange *x)
{
    const struct xk_test_exchange_config *c = m->config;
    if (!c->random((uint8_t *)&m->s, sizeof m->s, c->user) ||
        !c->random((uint8_t *)x->ssrc, sizeof x->ssrc, c->user)) {
        return xki_fail(m->diag, XK_E_RANDOM, 0, "random");
    }
    enum xk_status status = issue_ticket(m);
    if (status == XK_OK) {
        status = split(m);
    }
    if (status == XK_OK) {
        status = build_init(m, x);
    }
    if (status == XK_OK) {
        status = build_resp(m, x);
    }
    if (status == XK_OK && c->update) {
        status = build_update(m, x);
    }
    return status == XK_OK ? derive_keys(m, x) : status;
}

enum xk_status xk_test_exchange_make(const struct xk_test_exchange_config *config, struct xk_test_exchange *exchange,
                                     struct xk_diag *diag)
{
    struct making m;
    if (config == NULL || exchange == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = check(config, diag);
    memset(exchange, 0, sizeof *exchange);
    if (status != XK_OK) {
        return status;
    }
    memset(&m, 0, sizeof m);
    m.config = config;
    m.answerer = config->answerer != NULL ? config->answerer : config->dialled;
    m.diag = diag;
    status = make(&m, exchange);
    if (status != XK_OK) {
        xk_wipe(exchange, sizeof *exchange);
    }
    xk_wipe(&m, sizeof m);
    return status;
}
