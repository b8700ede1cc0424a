/* SPDX-License-Identifier: BSD-2-Clause */
/* The MACs that bind the exchange together (RFC 6043 4.2.2, 5.2, 6.10), and the KEMACs of its messages. */
#include "kms/work.h"

#include <string.h>

#include <xk/secret.h>

/* The MPK is the first key of the ticket's content. */
enum xk_failure xki_kms_split(struct xki_work *w)
{
    const struct xk_mikey_message *init = &w->exchange->init;
    struct xk_bytes content = {w->ticket.content, w->ticket.size};
    struct xk_mikey_key_data mpk;
    size_t position = 0;
    do {
        if (xk_mikey_next_key_data(content, &position, &mpk) != XK_OK) {
            return XK_FAILURE_MALFORMED;
        }
    } while (mpk.type != XK_MIKEY_MPK);
    if (mpk.key.size > XK_KMS_KEY_MAX) {
        return XK_FAILURE_ALGORITHM;
    }
    struct xki_derivation d = {init->ticket.prf, mpk.key, 0xff, UINT32_MAX, XKI_LABEL_SPLIT, 1,
                               {w->ticket.rand, w->ticket.rand_size}, {NULL, 0}};
    w->mpk_size = mpk.key.size;
    bool good = xki_derive(&d, XKI_MPKI, w->mpki, w->mpk_size) && xki_derive(&d, XKI_MPKR, w->mpkr, w->mpk_size);
    if (good && (init->ticket.flags & XK_MIKEY_FLAG_I) != 0 && w->exchange->has_resp) {
        struct xk_bytes mpkr = {w->mpkr, w->mpk_size};
        good = xki_derive_fork(init->ticket.prf, XKI_MPKR_FORKED, mpkr, w->responder, w->exchange->resp.rand_kms,
                               w->mpkr_forked);
    }
    return good ? XK_FAILURE_NONE : XK_FAILURE_ALGORITHM;
}

static struct xki_derivation message_keys(const struct xki_work *w, enum xki_label label)
{
    const struct xk_mikey_message *init = &w->exchange->init;
    bool policy = w->kms->options.message_prf == XK_KMS_MESSAGE_PRF_POLICY;
    bool forked = (init->ticket.flags & XK_MIKEY_FLAG_I) != 0 && w->exchange->has_resp;
    struct xki_derivation d = {policy ? init->ticket.prf : init->header.prf, {w->mpki, w->mpk_size}, 0xff,
                               init->header.csb_id, label, 2, init->rand_initiator, {NULL, 0}};
    if (label == XKI_LABEL_RESP) {
        d.key.data = forked ? w->mpkr_forked : w->mpki;
        d.second = w->exchange->resp.rand_responder;
    }
    return d;
}

enum xk_failure xki_kms_compare(const struct xki_derivation *d, const struct xk_mikey_verification *v,
                                const struct xk_bytes *parts, size_t count, enum xk_failure wrong)
{
    uint8_t mac[32];
    size_t size = 0;
    if (v->algorithm != 1 && v->algorithm != 2) {
        return XK_FAILURE_ALGORITHM;
    }
    bool made = xki_verification_mac(d, v->algorithm, parts, count, mac, &size);
    bool same = made && size == v->mac.size && xk_equal_secret(mac, v->mac.data, size);
    xk_wipe(mac, sizeof mac);
    return !made ? XK_FAILURE_GENERIC : same ? XK_FAILURE_NONE : wrong;
}

/* Identity_i and Identity_r as the Initiator knew them: what INIT says, else the ticket or SIP. Of the Responder SIP
 * knows more: the ticket may name several. */
static void identities(const struct xki_work *w, struct xk_bytes *initiator, struct xk_bytes *responder)
{
    const struct xk_mikey_message *init = &w->exchange->init;
    *initiator = init->id_initiator.data;
    if (initiator->data == NULL) {
        *initiator = init->ticket.initiator.data.data != NULL ? init->ticket.initiator.data
                                                              : w->exchange->initiator_hint;
    }
    *responder = init->id_responder.data;
    if (responder->data == NULL) {
        *responder = w->exchange->responder_hint;
    }
    if (responder->data == NULL && init->ticket.responder_count == 1) {
        *responder = init->ticket.responder.data;
    }
}

static bool is_same(struct xk_bytes a, struct xk_bytes b)
{
    return a.size == b.size && a.size > 0 && memcmp(a.data, b.data, a.size) == 0;
}

/* Is it an identity that the ticket or the RESP asserts? */
static bool is_asserted_responder(const struct xk_exchange *e, struct xk_bytes identity)
{
    struct xk_mikey_identity responder;
    size_t position = 0;
    if (e->has_resp && is_same(e->resp.id_responder.data, identity)) {
        return true;
    }
    while (xk_mikey_ticket_next_responder(&e->init.ticket, &position, &responder)) {
        if (is_same(responder.data, identity)) {
            return true;
        }
    }
    return false;
}

/* The MAC of the INIT covers both identities with nothing between them: where neither is in a message or the ticket,
 * the asker could move the boundary, and so the target. With forking the initiator must be asserted in any case. */
static bool hints_are_bounded(const struct xki_work *w)
{
    const struct xk_mikey_message *init = &w->exchange->init;
    if (init->id_initiator.data.data != NULL || init->ticket.initiator.data.data != NULL) {
        return true;
    }
    if ((init->ticket.flags & XK_MIKEY_FLAG_I) != 0) {
        return false;
    }
    return init->id_responder.data.data != NULL || w->exchange->responder_hint.data == NULL ||
           is_asserted_responder(w->exchange, w->exchange->responder_hint);
}

/* Under forking the KMS checks what it checks when a ticket is resolved: Vi repeats V, Vr proves who asked for the
 * ticket. */
static enum xk_failure check_initiator_data(const struct xki_work *w)
{
    const struct xk_mikey_message *init = &w->exchange->init;
    struct xk_mikey_initiator_data data;
    if ((init->ticket.flags & XK_MIKEY_FLAG_I) == 0) {
        return XK_FAILURE_NONE;
    }
    if (xk_mikey_read_initiator_data(&init->ticket, &data) != XK_OK) {
        return XK_FAILURE_MALFORMED;
    }
    if (data.vi.algorithm != init->v.algorithm ||
        !xk_equal_secret(data.vi.mac.data, init->v.mac.data, init->v.mac.size)) {
        return XK_FAILURE_INIT_MAC;
    }
    bool header = w->kms->options.vr_prf == XK_KMS_VR_PRF_HEADER;
    const struct xki_derivation d = {header ? init->header.prf : init->ticket.prf, {w->mpkr, w->mpk_size}, 0xff,
                                     UINT32_MAX, XKI_LABEL_VR, 0, {NULL, 0}, {NULL, 0}};
    const struct xk_bytes covered = {init->ticket.initiator_data.data, data.vr_mac_offset};
    return xki_kms_compare(&d, &data.vr, &covered, 1, XK_FAILURE_INIT_MAC);
}

static enum xk_failure check_init(const struct xki_work *w)
{
    const struct xk_mikey_message *m = &w->exchange->init;
    struct xk_bytes initiator;
    struct xk_bytes responder;
    size_t cut = m->ticket.offset + m->ticket.initiator_data_offset;
    size_t after = cut + 2 + m->ticket.initiator_data.size;
    if (!hints_are_bounded(w)) {
        return XK_FAILURE_POLICY;
    }
    identities(w, &initiator, &responder);
    const struct xk_bytes covered[] = {
        {m->whole.data, cut}, {m->whole.data + after, m->v_mac_offset - after}, initiator, responder};
    const struct xki_derivation d = message_keys(w, XKI_LABEL_INIT);
    enum xk_failure failure = xki_kms_compare(&d, &m->v, covered, 4, XK_FAILURE_INIT_MAC);
    return failure == XK_FAILURE_NONE ? check_initiator_data(w) : failure;
}

static enum xk_failure check_resp(const struct xki_derivation *d, const struct xk_mikey_message *resp,
                                  const struct xk_mikey_message *init)
{
    const struct xk_bytes covered[] = {{resp->whole.data, resp->v_mac_offset}, init->whole};
    return xki_kms_compare(d, &resp->v, covered, 2, XK_FAILURE_RESP_MAC);
}

static enum xk_failure check_update(const struct xki_work *w)
{
    const struct xk_mikey_message *m = &w->exchange->update_init;
    struct xk_bytes initiator = m->id_initiator.data;
    struct xk_bytes responder = m->id_responder.data;
    struct xk_bytes known_i;
    struct xk_bytes known_r;
    identities(w, &known_i, &known_r);
    initiator = initiator.data != NULL ? initiator : known_i;
    responder = responder.data != NULL ? responder : known_r;
    bool again = w->kms->options.update_key == XK_KMS_UPDATE_DERIVED_AGAIN;
    struct xki_derivation d = message_keys(w, XKI_LABEL_RESP);
    d.type = again ? XKI_LABEL_INIT : XKI_LABEL_RESP;
    const struct xk_bytes covered[] = {{m->whole.data, m->v_mac_offset}, initiator, responder};
    enum xk_failure failure = xki_kms_compare(&d, &m->v, covered, 3, XK_FAILURE_INIT_MAC);
    if (failure != XK_FAILURE_NONE) {
        return failure;
    }
    d.type = XKI_LABEL_RESP;
    return check_resp(&d, &w->exchange->update_resp, m);
}

/* Keys that a message supplies itself; they are protected like the message. */
static enum xk_failure open_kemac(struct xki_work *w, enum xki_source source, const struct xk_mikey_message *m,
                                  uint64_t time)
{
    bool resp = source == XKI_SOURCE_RESP || source == XKI_SOURCE_UPDATE_INIT || source == XKI_SOURCE_UPDATE_RESP;
    if (m->kemac.encrypted.size == 0) {
        return XK_FAILURE_NONE;
    }
    if (m->kemac.encrypted.size > XK_KMS_KEMAC_MAX) {
        return XK_FAILURE_ALGORITHM;
    }
    const struct xki_derivation d = message_keys(w, resp ? XKI_LABEL_RESP : XKI_LABEL_INIT);
    bool good = xki_kemac_open(&d, m->kemac.encryption, time, m->kemac.encrypted, w->content[source],
                               &w->content_size[source]);
    return good ? XK_FAILURE_NONE : XK_FAILURE_ALGORITHM;
}

static enum xk_failure open_kemacs(struct xki_work *w)
{
    const struct xk_exchange *e = w->exchange;
    bool own = w->kms->options.resp_time == XK_KMS_RESP_TIME_RESP;
    enum xk_failure failure = open_kemac(w, XKI_SOURCE_INIT, &e->init, e->init.time.ntp64);
    if (failure == XK_FAILURE_NONE && e->has_resp) {
        failure = open_kemac(w, XKI_SOURCE_RESP, &e->resp, own ? e->resp.time.ntp64 : e->init.time.ntp64);
    }
    if (failure == XK_FAILURE_NONE && e->has_update) {
        failure = open_kemac(w, XKI_SOURCE_UPDATE_INIT, &e->update_init, e->update_init.time.ntp64);
    }
    if (failure == XK_FAILURE_NONE && e->has_update) {
        failure = open_kemac(w, XKI_SOURCE_UPDATE_RESP, &e->update_resp,
                             own ? e->update_resp.time.ntp64 : e->update_init.time.ntp64);
    }
    return failure;
}

enum xk_failure xki_kms_check_messages(struct xki_work *w)
{
    const struct xk_exchange *e = w->exchange;
    enum xk_failure failure = check_init(w);
    if (failure == XK_FAILURE_NONE && e->has_resp) {
        const struct xki_derivation d = message_keys(w, XKI_LABEL_RESP);
        failure = check_resp(&d, &e->resp, &e->init);
    }
    if (failure == XK_FAILURE_NONE && e->has_update) {
        failure = check_update(w);
    }
    return failure == XK_FAILURE_NONE ? open_kemacs(w) : failure;
}
