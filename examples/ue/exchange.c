/* SPDX-License-Identifier: BSD-2-Clause */
#include "ue/exchange.h"

#include <string.h>
#include <time.h>

#include <xk/mikey_build.h>
#include <xk_kms/issue.h>
#include <xk_kms/kms.h>

#include "support/support.h"

#define NTP_OFFSET UINT64_C(2208988800) /* 1900 to 1970 */

/* AES-CM-128 with HMAC-SHA1-80: cipher, key length, auth algorithm, salt length, tag length (RFC 3830 6.10.1). */
static const uint8_t srtp_policy[] = {0, 1, 1, 1, 1, 16, 2, 1, 1, 4, 1, 14, 11, 1, 10};

struct secrets {
    uint8_t mpk[16];
    uint8_t tgk[16];
    uint8_t ticket_rand[16];
    uint8_t rand_i[16];
    uint8_t rand_r[16];
    uint8_t rand_kms[16];
    uint8_t mpki[16];
    uint8_t mpkr[16];
    uint8_t mpkr_forked[16];
};

static void check(enum xk_status status, const char *what)
{
    if (status != XK_OK) {
        die("%s: %s", what, xk_status_text(status));
    }
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

/* Who may answer: the one who was dialled, and whoever does answer. */
static size_t build_policy(const struct call *call, uint64_t now, uint8_t *out, size_t capacity)
{
    struct xk_mikey_builder b;
    uint8_t from[8];
    uint8_t until[8];
    size_t size = 0;
    const struct xk_mikey_identity kms = identity(XK_MIKEY_IDR_KMS, call->kms);
    const struct xk_mikey_identity caller = identity(XK_MIKEY_IDR_I, call->caller);
    const struct xk_mikey_identity dialled = identity(XK_MIKEY_IDR_R, call->dialled);
    const struct xk_mikey_identity answerer = identity(XK_MIKEY_IDR_R, call->answerer);
    const struct xk_mikey_time start = time_at(now - 3600, XK_MIKEY_TR_S, XK_MIKEY_TIME_NTP_UTC_32, from);
    const struct xk_mikey_time end = time_at(now + 86400, XK_MIKEY_TR_E, XK_MIKEY_TIME_NTP_UTC_32, until);
    xk_mikey_build_chain(&b, out, capacity, XK_MIKEY_CHAIN_FIRST_PAYLOAD);
    xk_mikey_add_identity(&b, &kms);
    xk_mikey_add_identity(&b, &caller);
    xk_mikey_add_time(&b, &start);
    xk_mikey_add_time(&b, &end);
    xk_mikey_add_identity(&b, &dialled);
    if (strcmp(call->dialled, call->answerer) != 0) {
        xk_mikey_add_identity(&b, &answerer);
    }
    check(xk_mikey_build_end(&b, &size, NULL), "Ticket Policy");
    return size;
}

static void issue_ticket(const struct call *call, const struct secrets *s, uint64_t now, uint8_t *out,
                         size_t capacity, struct xk_mikey_ticket *ticket)
{
    static const uint8_t spi_mpk[] = {0, 0};
    static const uint8_t spi_tgk[] = {0, 1};
    const struct xk_bytes none = {NULL, 0};
    const struct xk_mikey_key_data keys[] = {
        {XK_MIKEY_MPK, XK_MIKEY_KV_SPI, {s->mpk, 16}, none, {spi_mpk, 2}, none, none},
        {XK_MIKEY_TGK, XK_MIKEY_KV_SPI, {s->tgk, 16}, none, {spi_tgk, 2}, none, none},
    };
    uint8_t policy[2048];
    uint8_t issued[8];
    size_t size = 0;
    struct xk_kms_ticket_content content;
    memset(&content, 0, sizeof content);
    content.type = content.subtype = content.version = 1;
    content.prf = XK_MIKEY_PRF_MIKEY_1;
    content.flags = XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_E | XK_MIKEY_FLAG_F | XK_MIKEY_FLAG_G | XK_MIKEY_FLAG_H |
                    XK_MIKEY_FLAG_I | XK_MIKEY_FLAG_N | XK_MIKEY_FLAG_O;
    content.policy = (struct xk_bytes){policy, build_policy(call, now, policy, sizeof policy)};
    content.time = time_at(now, 0, XK_MIKEY_TIME_NTP_UTC, issued);
    content.rand = (struct xk_bytes){s->ticket_rand, 16};
    content.keys = keys;
    content.key_count = 2;
    content.protection_key = (struct xk_bytes){call->ticket_key, call->ticket_key_size};
    content.suite = XK_KMS_SUITE_128;
    check(xk_kms_issue_ticket(&content, out, capacity, &size, ticket, NULL), "ticket");
}

static void build_messages(struct call *call, const struct secrets *s, uint64_t now)
{
    static const uint8_t policy_number[] = {0};
    static const uint8_t spi[] = {0, 1};
    struct xk_mikey_crypto_session offered[CALL_SESSIONS_MAX];
    struct xk_mikey_crypto_session chosen[CALL_SESSIONS_MAX];
    uint8_t ssrc[CALL_SESSIONS_MAX][4];
    uint8_t ticket_octets[4096];
    uint8_t time_init[8];
    uint8_t time_resp[8];
    uint32_t csb_id = 0;
    for (size_t i = 0; i < call->session_count; i++) {
        for (unsigned int k = 0; k < 4; k++) {
            ssrc[i][k] = (uint8_t)(call->ssrc[i] >> (24 - 8 * k));
        }
        offered[i] = (struct xk_mikey_crypto_session){(uint8_t)(i + 1), 0, false, {policy_number, 1}, {NULL, 0},
                                                      {NULL, 0}};
        chosen[i] = offered[i];
        chosen[i].session_data = (struct xk_bytes){ssrc[i], 4};
        chosen[i].spi = (struct xk_bytes){spi, 2};
    }
    const struct xk_mikey_policy policy = {0, 0, {srtp_policy, sizeof srtp_policy}};
    struct xk_kms_transfer t;
    memset(&t, 0, sizeof t);
    if (!fill_random((uint8_t *)&csb_id, sizeof csb_id, NULL)) {
        die("no random octets");
    }
    issue_ticket(call, s, now, ticket_octets, sizeof ticket_octets, &t.ticket);
    t.header.version = 1;
    t.header.data_type = XK_MIKEY_TRANSFER_INIT;
    t.header.v_flag = true;
    t.header.csb_id = csb_id;
    t.header.map_type = XK_MIKEY_MAP_GENERIC_ID;
    t.sessions = offered;
    t.session_count = call->session_count;
    t.time = time_at(now, 0, XK_MIKEY_TIME_NTP_UTC, time_init);
    t.rand_initiator = (struct xk_bytes){s->rand_i, 16};
    t.initiator = identity(XK_MIKEY_IDR_I, call->caller);
    t.responder = identity(XK_MIKEY_IDR_R, call->dialled);
    t.policies = &policy;
    t.policy_count = 1;
    t.message_key = (struct xk_bytes){s->mpki, 16};
    t.vr_key = (struct xk_bytes){s->mpkr, 16};
    t.suite = XK_KMS_SUITE_128;
    check(xk_kms_build_transfer(&t, call->init, sizeof call->init, &call->init_size, NULL), "TRANSFER_INIT");
    t.header.data_type = XK_MIKEY_TRANSFER_RESP;
    t.header.v_flag = false;
    t.sessions = chosen;
    t.time = time_at(now + 2, 0, XK_MIKEY_TIME_NTP_UTC, time_resp);
    t.rand_responder = (struct xk_bytes){s->rand_r, 16};
    t.rand_kms = (struct xk_bytes){s->rand_kms, 16};
    t.responder = identity(XK_MIKEY_IDR_R, call->answerer);
    t.policy_count = 0;
    t.message_key = (struct xk_bytes){s->mpkr_forked, 16};
    t.init = (struct xk_bytes){call->init, call->init_size};
    check(xk_kms_build_transfer(&t, call->resp, sizeof call->resp, &call->resp_size, NULL), "TRANSFER_RESP");
}

/* TEK and salt as RFC 6043 5.1 derives them, spelled out with nothing but the PRF: const, CS ID, FFFFFFFF, 03, and
 * both RANDs with their lengths. */
static void derive_keys(struct call *call, const struct secrets *s)
{
    static const uint8_t tek[] = {0x2a, 0xd0, 0x1c, 0x64};
    static const uint8_t salt[] = {0x39, 0xa2, 0xc1, 0x4b};
    uint8_t forked[16];
    uint8_t label[10 + 17 + 17];
    const struct xk_bytes rand_kms = {s->rand_kms, 16};
    const struct xk_bytes tgk = {s->tgk, 16};
    check(xk_kms_fork(XK_MIKEY_PRF_MIKEY_1, XK_KMS_FORK_TGK, tgk, xk_text(call->answerer), rand_kms, forked, NULL),
          "TGK'");
    const struct xk_bytes inkey = {forked, 16};
    const struct xk_bytes whole = {label, sizeof label};
    memset(label + 5, 0xff, 4);
    label[9] = 3;
    label[10] = label[27] = 16;
    memcpy(label + 11, s->rand_i, 16);
    memcpy(label + 28, s->rand_r, 16);
    for (size_t i = 0; i < call->session_count; i++) {
        label[4] = (uint8_t)(i + 1);
        memcpy(label, tek, 4);
        check(xk_kms_prf(XK_MIKEY_PRF_MIKEY_1, inkey, whole, call->keys[i], 16, NULL), "TEK");
        memcpy(label, salt, 4);
        check(xk_kms_prf(XK_MIKEY_PRF_MIKEY_1, inkey, whole, call->salts[i], 14, NULL), "salt");
    }
    OPENSSL_cleanse(forked, sizeof forked);
}

void make_exchange(struct call *call)
{
    struct secrets s;
    uint64_t now = (uint64_t)time(NULL) + NTP_OFFSET;
    if (!fill_random((uint8_t *)&s, sizeof s, NULL) || !fill_random((uint8_t *)call->ssrc, sizeof call->ssrc, NULL)) {
        die("no random octets");
    }
    const struct xk_bytes mpk = {s.mpk, 16};
    const struct xk_bytes ticket_rand = {s.ticket_rand, 16};
    const struct xk_bytes mpkr = {s.mpkr, 16};
    const struct xk_bytes rand_kms = {s.rand_kms, 16};
    check(xk_kms_split_mpk(XK_MIKEY_PRF_MIKEY_1, mpk, ticket_rand, s.mpki, s.mpkr, NULL), "MPKi, MPKr");
    check(xk_kms_fork(XK_MIKEY_PRF_MIKEY_1, XK_KMS_FORK_MPKR, mpkr, xk_text(call->answerer), rand_kms, s.mpkr_forked,
                      NULL),
          "MPKr'");
    build_messages(call, &s, now);
    derive_keys(call, &s);
    OPENSSL_cleanse(&s, sizeof s);
}
