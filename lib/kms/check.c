/* SPDX-License-Identifier: BSD-2-Clause */
/* The MACs that bind the exchange together (RFC 6043 4.2.2, 5.5, 6.10), and the KEMACs of its messages. */
#include "kms/work.h"

#include <xk/secret.h>

/* Under forking the KMS checks what it checks when a ticket is resolved: Vi repeats V, Vr proves who asked for the
 * ticket. Of a ticket that another KMS resolved, that one checked Vr. */
static enum xk_failure check_initiator_data(struct xki_kms_work *w)
{
    const struct xk_mikey_message *init = &w->exchange->init;
    struct xk_mikey_initiator_data data;
    if (!xki_kms_is_forking(w)) {
        return XK_FAILURE_NONE;
    }
    if (xk_mikey_read_initiator_data(&init->ticket, &data, NULL) != XK_OK) {
        return xki_kms_fail(w, XK_FAILURE_MALFORMED, "Initiator Data");
    }
    if (data.vi.algorithm != init->v.algorithm ||
        !xk_equal_secret(data.vi.mac.data, init->v.mac.data, init->v.mac.size)) {
        return xki_kms_fail(w, XK_FAILURE_INIT_MAC, "Vi");
    }
    if (w->resolved) {
        return XK_FAILURE_NONE;
    }
    bool header = w->kms->options.vr_prf == XK_KMS_VR_PRF_HEADER;
    const struct xki_kms_derivation d = {header ? init->header.prf : init->ticket.prf, {w->mpkr, w->mpkr_size}, 0xff,
                                         UINT32_MAX, XKI_KMS_LABEL_VR, 0, {NULL, 0}, {NULL, 0}, w->crypto};
    const struct xk_bytes covered = {init->ticket.initiator_data.data, data.vr_mac_offset};
    return xki_kms_fail(w, xki_kms_compare(&d, &data.vr, &covered, 1, XK_FAILURE_INIT_MAC), "Vr");
}

static enum xk_failure check_init(struct xki_kms_work *w)
{
    const struct xk_mikey_message *m = &w->exchange->init;
    const struct xki_kms_derivation d = xki_kms_message_keys(w, XKI_KMS_LABEL_INIT);
    enum xk_failure failure = XK_FAILURE_INIT_MAC;
    struct xk_bytes covered[4];
    size_t position = 0;
    xk_mikey_covered(m, covered);
    covered[2] = xki_kms_initiator(w);
    while (failure == XK_FAILURE_INIT_MAC && xki_kms_next_responder(w, &position, &covered[3])) {
        failure = xki_kms_compare(&d, &m->v, covered, 4, XK_FAILURE_INIT_MAC);
    }
    if (failure != XK_FAILURE_NONE) {
        return xki_kms_fail(w, failure, "V of TRANSFER_INIT");
    }
    w->identity_i = covered[2];
    w->identity_r = covered[3];
    return check_initiator_data(w);
}

static enum xk_failure check_resp(struct xki_kms_work *w)
{
    const struct xk_mikey_message *resp = &w->exchange->resp;
    const struct xki_kms_derivation d = xki_kms_message_keys(w, XKI_KMS_LABEL_RESP);
    const struct xk_bytes covered[] = {{resp->whole.data, resp->v_mac_offset}, w->exchange->init.whole};
    return xki_kms_fail(w, xki_kms_compare(&d, &resp->v, covered, 2, XK_FAILURE_RESP_MAC), "V of TRANSFER_RESP");
}

/* Keys that a message supplies itself; they are protected like the message. T in the IV is the Initiator's. */
static enum xk_failure open_kemac(struct xki_kms_work *w, enum xki_kms_source source, const char *field)
{
    const struct xk_mikey_message *m = xki_kms_message(w->exchange, source);
    if (m == NULL || m->kemac.encrypted.data == NULL) {
        return XK_FAILURE_NONE;
    }
    bool answer = source == XKI_KMS_OF_RESP || source == XKI_KMS_OF_UPDATE_RESP;
    bool update = source == XKI_KMS_OF_UPDATE_INIT || source == XKI_KMS_OF_UPDATE_RESP;
    const struct xk_mikey_message *first = update ? &w->exchange->update_init : &w->exchange->init;
    const enum xki_kms_label label = answer ? XKI_KMS_LABEL_RESP : XKI_KMS_LABEL_INIT;
    const struct xki_kms_derivation d = update ? xki_kms_update_keys(w, label) : xki_kms_message_keys(w, label);
    bool own = answer && w->kms->options.resp_time == XK_KMS_RESP_TIME_RESP;
    enum xk_failure failure = xki_kms_kemac_open(&d, &m->kemac, own ? m->time.ntp64 : first->time.ntp64,
                                                 w->content[source - 1], &w->content_size[source - 1]);
    if (failure == XK_FAILURE_NONE && !xki_kms_is_readable(xki_kms_content(w, source), 0)) {
        failure = XK_FAILURE_KEMAC;
    }
    return xki_kms_fail(w, failure, field);
}

enum xk_failure xki_kms_check_messages(struct xki_kms_work *w)
{
    static const char *const fields[XKI_KMS_SOURCES] = {
        [XKI_KMS_OF_INIT] = "KEMAC of TRANSFER_INIT",
        [XKI_KMS_OF_RESP] = "KEMAC of TRANSFER_RESP",
        [XKI_KMS_OF_UPDATE_INIT] = "KEMAC of the update's TRANSFER_INIT",
        [XKI_KMS_OF_UPDATE_RESP] = "KEMAC of the update's TRANSFER_RESP",
    };
    const struct xk_exchange *e = w->exchange;
    enum xk_failure failure = check_init(w);
    if (failure == XK_FAILURE_NONE && e->has_resp) {
        failure = check_resp(w);
    }
    if (failure == XK_FAILURE_NONE && e->has_update) {
        failure = xki_kms_check_update(w);
    }
    for (unsigned int i = XKI_KMS_OF_INIT; failure == XK_FAILURE_NONE && i < XKI_KMS_SOURCES; i++) {
        failure = open_kemac(w, (enum xki_kms_source)i, fields[i]);
    }
    return failure;
}
