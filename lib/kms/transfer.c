/* SPDX-License-Identifier: BSD-2-Clause */
/* Building TRANSFER_INIT and TRANSFER_RESP: payloads in the order that RFC 6043 4.2.2 recommends, then the MACs. */
#include <xk_kms/issue.h>

#include <string.h>

#include <xk/mikey_build.h>
#include <xk/secret.h>
#include <xk_kms/kms.h>

#include "kms/derive.h"

struct parts {
    uint8_t sealed[XK_KMS_KEMAC_MAX];
    size_t sealed_size;
    uint8_t initiator_data[128];
    size_t initiator_data_size;
};

static enum xk_status seal(const struct xk_kms_transfer *t, const struct xki_derivation *d, struct parts *parts)
{
    struct xk_mikey_builder b;
    uint8_t plain[XK_KMS_KEMAC_MAX];
    size_t plain_size = 0;
    if (t->key_count == 0) {
        return XK_OK;
    }
    xk_mikey_build_chain(&b, plain, sizeof plain, XK_MIKEY_CHAIN_IMPLIED);
    for (size_t i = 0; i < t->key_count; i++) {
        xk_mikey_add_key_data(&b, &t->keys[i]);
    }
    enum xk_status status = xk_mikey_build_end(&b, &plain_size, NULL);
    struct xk_bytes in = {plain, plain_size};
    uint64_t time = t->time.ntp64;
    if (status == XK_OK && t->init.data != NULL) {
        struct xk_mikey_message init;
        status = xk_mikey_parse(t->init.data, t->init.size, &init, NULL);
        time = init.time.ntp64;
    }
    unsigned int algorithm = t->suite == XK_KMS_SUITE_256 ? 3 : 1;
    if (status == XK_OK && !xki_kemac_open(d, algorithm, time, in, parts->sealed, &parts->sealed_size)) {
        status = XK_E_HOST;
    }
    xk_wipe(plain, sizeof plain);
    return status;
}

/* Vi and Vr with zeros for MACs; filled in when the message stands. */
static enum xk_status prepare_initiator_data(const struct xk_kms_transfer *t, struct parts *parts)
{
    struct xk_mikey_builder b;
    const struct xk_mikey_verification v = {(uint8_t)t->suite, {NULL, 0}};
    if (t->vr_key.size == 0) {
        return XK_OK;
    }
    xk_mikey_build_chain(&b, parts->initiator_data, sizeof parts->initiator_data, XK_MIKEY_CHAIN_FIRST_PAYLOAD);
    xk_mikey_add_verification(&b, &v);
    xk_mikey_add_verification(&b, &v);
    return xk_mikey_build_end(&b, &parts->initiator_data_size, NULL);
}

static enum xk_status lay_out(const struct xk_kms_transfer *t, const struct parts *parts, uint8_t *out,
                              size_t capacity, size_t *size)
{
    struct xk_mikey_builder b;
    bool init = t->header.data_type == XK_MIKEY_TRANSFER_INIT;
    struct xk_mikey_ticket ticket = t->ticket;
    const struct xk_mikey_verification v = {(uint8_t)t->suite, {NULL, 0}};
    const struct xk_mikey_kemac kemac = {t->suite == XK_KMS_SUITE_256 ? 3 : 1, {parts->sealed, parts->sealed_size}, 0,
                                         {NULL, 0}};
    xk_mikey_build_message(&b, out, capacity, &t->header, t->sessions, t->session_count);
    xk_mikey_add_time(&b, &t->time);
    if (init && t->rand_initiator.size > 0) {
        xk_mikey_add_rand(&b, XK_MIKEY_RANDR_I, t->rand_initiator);
    }
    if (!init && t->rand_responder.size > 0) {
        xk_mikey_add_rand(&b, XK_MIKEY_RANDR_R, t->rand_responder);
    }
    if (init && t->initiator.data.size > 0) {
        xk_mikey_add_identity(&b, &t->initiator);
    }
    if (t->responder.data.size > 0) {
        xk_mikey_add_identity(&b, &t->responder);
    }
    if (!init && t->rand_kms.size > 0) {
        xk_mikey_add_rand(&b, XK_MIKEY_RANDR_KMS, t->rand_kms);
    }
    for (size_t i = 0; i < t->policy_count; i++) {
        xk_mikey_add_policy(&b, &t->policies[i]);
    }
    if (init && ticket.policy.size > 0) {
        ticket.initiator_data = (struct xk_bytes){parts->initiator_data, parts->initiator_data_size};
        xk_mikey_add_ticket(&b, &ticket);
    }
    if (t->key_count > 0) {
        xk_mikey_add_kemac(&b, &kemac);
    }
    xk_mikey_add_verification(&b, &v);
    return xk_mikey_build_end(&b, size, NULL);
}

static enum xk_status finish_init(const struct xk_kms_transfer *t, const struct xki_derivation *d, uint8_t *out,
                                  size_t size)
{
    struct xk_mikey_message m;
    size_t mac_size = xki_hash_size((enum xki_hash)t->suite);
    enum xk_status status = xk_mikey_parse(out, size, &m, NULL);
    if (status != XK_OK) {
        return status;
    }
    size_t cut = m.ticket.whole.data != NULL ? m.ticket.offset + m.ticket.initiator_data_offset : m.v_mac_offset;
    size_t after = m.ticket.whole.data != NULL ? cut + 2 + m.ticket.initiator_data.size : cut;
    struct xk_bytes identity_i = t->initiator.data.size > 0 ? t->initiator.data : t->peer_identity_i;
    struct xk_bytes identity_r = t->responder.data.size > 0 ? t->responder.data : t->peer_identity_r;
    const struct xk_bytes covered[] = {{out, cut}, {out + after, m.v_mac_offset - after}, identity_i, identity_r};
    uint8_t mac[32];
    if (!xki_verification_mac(d, t->suite, covered, 4, mac, &mac_size)) {
        return XK_E_HOST;
    }
    memcpy(out + m.v_mac_offset, mac, mac_size);
    if (t->vr_key.size == 0) {
        return XK_OK;
    }
    uint8_t *data = out + cut + 2;
    memcpy(data + 3, mac, mac_size);
    const struct xki_derivation vr = {m.ticket.prf, t->vr_key, 0xff, UINT32_MAX, XKI_LABEL_VR, 0, {NULL, 0},
                                      {NULL, 0}};
    struct xk_bytes before = {data, m.ticket.initiator_data.size - mac_size};
    if (!xki_verification_mac(&vr, t->suite, &before, 1, mac, &mac_size)) {
        return XK_E_HOST;
    }
    memcpy(data + before.size, mac, mac_size);
    return XK_OK;
}

enum xk_status xk_kms_build_transfer(const struct xk_kms_transfer *transfer, uint8_t *out, size_t capacity,
                                     size_t *size)
{
    const struct xk_kms_transfer *t = transfer;
    struct parts parts;
    size_t written = 0;
    if (t == NULL || out == NULL || size == NULL || t->message_key.data == NULL) {
        return XK_E_ARGUMENT;
    }
    bool init = t->header.data_type == XK_MIKEY_TRANSFER_INIT;
    if (!xki_prf_known(t->header.prf) || (t->suite != XK_KMS_SUITE_128 && t->suite != XK_KMS_SUITE_256) ||
        (!init && t->header.data_type != XK_MIKEY_TRANSFER_RESP)) {
        return XK_E_FIELD;
    }
    struct xki_derivation d = {t->header.prf, t->message_key,    0xff,
                               t->header.csb_id, init ? XKI_LABEL_INIT : XKI_LABEL_RESP, 2,
                               t->rand_initiator, t->rand_responder};
    if (t->label_rand_initiator.size > 0) {
        d.type = XKI_LABEL_RESP;
        d.first = t->label_rand_initiator;
    }
    memset(&parts, 0, sizeof parts);
    enum xk_status status = seal(t, &d, &parts);
    if (status == XK_OK && init) {
        status = prepare_initiator_data(t, &parts);
    }
    if (status == XK_OK) {
        status = lay_out(t, &parts, out, capacity, &written);
    }
    if (status == XK_OK && init) {
        status = finish_init(t, &d, out, written);
    } else if (status == XK_OK) {
        uint8_t mac[32];
        size_t mac_size = xki_hash_size((enum xki_hash)t->suite);
        const struct xk_bytes covered[] = {{out, written - mac_size}, t->init};
        bool good = xki_verification_mac(&d, t->suite, covered, 2, mac, &mac_size);
        if (good) {
            memcpy(out + written - mac_size, mac, mac_size);
        }
        status = good ? XK_OK : XK_E_HOST;
    }
    if (status == XK_OK) {
        *size = written;
    }
    return status;
}
