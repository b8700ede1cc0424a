/* SPDX-License-Identifier: BSD-2-Clause */
/* Building TRANSFER_INIT and TRANSFER_RESP: payloads in the order that RFC 6043 4.2.2 recommends, then the MACs. */
#include "kms/issue.h"

#include <string.h>

#include <xk/mikey_build.h>

#include "kms/work.h"
#include "support/diag.h"

struct parts {
    uint8_t sealed[XKI_KMS_SEALED_MAX];
    size_t sealed_size;
    uint8_t initiator_data[128];
    size_t initiator_data_size;
};

static bool is_init(const struct xk_kms_transfer *t)
{
    return t->header.data_type == XK_MIKEY_TRANSFER_INIT;
}

/* What protects the message: what the KMS derives from the readings of `options`. */
static struct xki_kms_derivation protection(const struct xk_kms_transfer *t)
{
    bool policy = t->options.message_prf == XK_KMS_MESSAGE_PRF_POLICY;
    unsigned int policy_prf = t->ticket.policy.size > 0 ? t->ticket.prf : t->policy_prf;
    struct xki_kms_derivation d = {policy ? policy_prf : t->header.prf, t->message_key, 0xff, t->header.csb_id,
                                   is_init(t) ? XKI_KMS_LABEL_INIT : XKI_KMS_LABEL_RESP, 2, t->rand_initiator,
                                   t->rand_responder, NULL};
    if (t->update == XK_KMS_UPDATE_UNANSWERED) {
        d.type = XKI_KMS_LABEL_INIT;
    } else if (t->update == XK_KMS_UPDATE_ANSWERED && t->options.update_key == XK_KMS_UPDATE_SAME_AUTH_KEY) {
        d.type = XKI_KMS_LABEL_RESP;
    }
    return d;
}

static enum xk_status seal(const struct xk_kms_transfer *t, const struct xki_kms_derivation *d, struct parts *parts,
                           struct xk_diag *diag)
{
    enum xk_status status = XK_OK;
    uint64_t time = t->time.ntp64;
    if (t->key_count == 0) {
        return XK_OK;
    }
    if (!is_init(t) && t->options.resp_time == XK_KMS_RESP_TIME_INIT) {
        struct xk_mikey_message init;
        status = xk_mikey_parse(t->init.data, t->init.size, &init, diag);
        if (status != XK_OK) {
            return status;
        }
        time = init.time.ntp64;
    }
    return xki_kms_kemac_seal(d, xki_kms_encryption_of(t->suite, t->encryption), time, t->keys, t->key_count,
                              parts->sealed, &parts->sealed_size, diag);
}

/* Vi and Vr with zeros for MACs; filled in when the message stands. */
static enum xk_status prepare_initiator_data(const struct xk_kms_transfer *t, struct parts *parts,
                                             struct xk_diag *diag)
{
    struct xk_mikey_builder b;
    const struct xk_mikey_verification v = {(uint8_t)t->suite, {NULL, 0}};
    if (!is_init(t) || t->vr_key.size == 0) {
        return XK_OK;
    }
    xk_mikey_build_chain(&b, parts->initiator_data, sizeof parts->initiator_data, XK_MIKEY_CHAIN_FIRST_PAYLOAD);
    xk_mikey_add_verification(&b, &v);
    xk_mikey_add_verification(&b, &v);
    return xk_mikey_build_end(&b, &parts->initiator_data_size, diag);
}

static void add_names(struct xk_mikey_builder *b, const struct xk_kms_transfer *t)
{
    bool update = t->update != XK_KMS_UPDATE_NO;
    if (is_init(t) && !update && t->rand_initiator.size > 0) {
        xk_mikey_add_rand(b, XK_MIKEY_RANDR_I, t->rand_initiator);
    }
    if (!is_init(t) && !update && t->rand_responder.size > 0) {
        xk_mikey_add_rand(b, XK_MIKEY_RANDR_R, t->rand_responder);
    }
    if (is_init(t) && t->initiator.data.size > 0) {
        xk_mikey_add_identity(b, &t->initiator);
    }
    if (t->responder.data.size > 0) {
        xk_mikey_add_identity(b, &t->responder);
    }
    if (!is_init(t) && t->rand_kms.size > 0) {
        xk_mikey_add_rand(b, XK_MIKEY_RANDR_KMS, t->rand_kms);
    }
}

static enum xk_status lay_out(const struct xk_kms_transfer *t, const struct parts *parts, uint8_t *out,
                              size_t capacity, size_t *size, struct xk_diag *diag)
{
    struct xk_mikey_builder b;
    struct xk_mikey_ticket ticket = t->ticket;
    const struct xk_mikey_verification v = {(uint8_t)t->suite, {NULL, 0}};
    const struct xk_mikey_kemac kemac = {(uint8_t)xki_kms_encryption_of(t->suite, t->encryption),
                                         {parts->sealed, parts->sealed_size}, 0, {NULL, 0}};
    xk_mikey_build_message(&b, out, capacity, &t->header, t->sessions, t->session_count);
    xk_mikey_add_time(&b, &t->time);
    add_names(&b, t);
    for (size_t i = 0; i < t->policy_count; i++) {
        xk_mikey_add_policy(&b, &t->policies[i]);
    }
    if (is_init(t) && t->update == XK_KMS_UPDATE_NO && ticket.policy.size > 0) {
        ticket.initiator_data = (struct xk_bytes){parts->initiator_data, parts->initiator_data_size};
        xk_mikey_add_ticket(&b, &ticket);
    }
    if (t->key_count > 0) {
        xk_mikey_add_kemac(&b, &kemac);
    }
    xk_mikey_add_verification(&b, &v);
    return xk_mikey_build_end(&b, size, diag);
}

/* V, and under forking Vi and Vr. */
static enum xk_status sign_init(const struct xk_kms_transfer *t, const struct xki_kms_derivation *d, uint8_t *out,
                                size_t size, struct xk_diag *diag)
{
    struct xk_mikey_message m;
    uint8_t mac[32];
    size_t mac_size = 0;
    struct xk_bytes covered[4];
    enum xk_status status = xk_mikey_parse(out, size, &m, diag);
    if (status != XK_OK) {
        return status;
    }
    xk_mikey_covered(&m, covered);
    covered[2] = t->initiator.data.size > 0 ? t->initiator.data : t->peer_identity_i;
    covered[3] = t->responder.data.size > 0 ? t->responder.data : t->peer_identity_r;
    if (!xki_kms_mac(d, t->suite, covered, 4, mac, &mac_size)) {
        return xki_fail(diag, XK_E_HOST, 0, "V");
    }
    memcpy(out + m.v_mac_offset, mac, mac_size);
    if (m.ticket.initiator_data.size == 0) {
        return XK_OK;
    }
    uint8_t *data = out + (m.ticket.initiator_data.data - out);
    bool header = t->options.vr_prf == XK_KMS_VR_PRF_HEADER;
    const struct xki_kms_derivation vr = {header ? t->header.prf : m.ticket.prf, t->vr_key, 0xff, UINT32_MAX,
                                          XKI_KMS_LABEL_VR, 0, {NULL, 0}, {NULL, 0}, NULL};
    struct xk_bytes before = {data, m.ticket.initiator_data.size - mac_size};
    memcpy(data + 3, mac, mac_size);
    if (!xki_kms_mac(&vr, t->suite, &before, 1, mac, &mac_size)) {
        return xki_fail(diag, XK_E_HOST, 0, "Vr");
    }
    memcpy(data + before.size, mac, mac_size);
    return XK_OK;
}

static enum xk_status sign_resp(const struct xk_kms_transfer *t, const struct xki_kms_derivation *d, uint8_t *out,
                                size_t size, struct xk_diag *diag)
{
    uint8_t mac[32];
    size_t mac_size = xki_kms_hash_size((enum xki_kms_hash)t->suite);
    const struct xk_bytes covered[] = {{out, size - mac_size}, t->init};
    if (!xki_kms_mac(d, t->suite, covered, 2, mac, &mac_size)) {
        return xki_fail(diag, XK_E_HOST, 0, "V");
    }
    memcpy(out + size - mac_size, mac, mac_size);
    return XK_OK;
}

static enum xk_status check_transfer(const struct xk_kms_transfer *t, struct xk_diag *diag)
{
    const struct {
        bool good;
        const char *name;
    } rules[] = {
        {t->message_key.data != NULL && t->message_key.size > 0, "message_key"},
        {t->sessions != NULL || t->session_count == 0, "sessions"},
        {t->policies != NULL || t->policy_count == 0, "policies"},
        {t->keys != NULL || t->key_count == 0, "keys"},
        {xki_kms_is_view(t->rand_initiator), "rand_initiator"},
        {xki_kms_is_view(t->rand_responder), "rand_responder"},
        {xki_kms_is_view(t->rand_kms), "rand_kms"},
        {xki_kms_is_view(t->vr_key), "vr_key"},
        {xki_kms_is_view(t->peer_identity_i), "peer_identity_i"},
        {xki_kms_is_view(t->peer_identity_r), "peer_identity_r"},
        {xki_kms_is_view(t->init), "init"},
        {xki_kms_is_view(t->initiator.data), "initiator"},
        {xki_kms_is_view(t->responder.data), "responder"},
        {xki_kms_is_view(t->ticket.policy), "ticket"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (!rules[i].good) {
            return xki_fail(diag, XK_E_ARGUMENT, 0, rules[i].name);
        }
    }
    if (!xki_kms_prf_known(t->header.prf)) {
        return xki_fail(diag, XK_E_FIELD, 0, "PRF func");
    }
    if (!is_init(t) && t->header.data_type != XK_MIKEY_TRANSFER_RESP) {
        return xki_fail(diag, XK_E_FIELD, 0, "data type");
    }
    if (!xki_kms_suite_known(t->suite)) {
        return xki_fail(diag, XK_E_FIELD, 0, "suite");
    }
    return (unsigned int)t->encryption <= XK_KMS_ENCRYPTION_AES_CM_256 ? XK_OK
                                                                        : xki_fail(diag, XK_E_FIELD, 0, "KEMAC");
}

enum xk_status xk_kms_build_transfer(const struct xk_kms_transfer *transfer, uint8_t *out, size_t capacity,
                                     size_t *size, struct xk_diag *diag)
{
    const struct xk_kms_transfer *t = transfer;
    struct parts parts;
    size_t written = 0;
    if (t == NULL || out == NULL || size == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = check_transfer(t, diag);
    if (status != XK_OK) {
        return status;
    }
    const struct xki_kms_derivation d = protection(t);
    memset(&parts, 0, sizeof parts);
    status = seal(t, &d, &parts, diag);
    if (status == XK_OK) {
        status = prepare_initiator_data(t, &parts, diag);
    }
    if (status == XK_OK) {
        status = lay_out(t, &parts, out, capacity, &written, diag);
    }
    if (status == XK_OK) {
        status = is_init(t) ? sign_init(t, &d, out, written, diag) : sign_resp(t, &d, out, written, diag);
    }
    if (status == XK_OK) {
        *size = written;
    }
    return status;
}
