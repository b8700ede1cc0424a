/* SPDX-License-Identifier: BSD-2-Clause */
/* A MAC against a V payload, and what protects the messages of the initial exchange (RFC 6043 5.1.2, 6.9). */
#include "kms/work.h"

#include <xk/secret.h>

enum xk_failure xki_kms_compare(const struct xki_kms_derivation *d, const struct xk_mikey_verification *v,
                                const struct xk_bytes *parts, size_t count, enum xk_failure wrong)
{
    uint8_t mac[32];
    size_t size = 0;
    if (v->algorithm != XKI_KMS_SHA_1 && v->algorithm != XKI_KMS_SHA_256) {
        return XK_FAILURE_ALGORITHM;
    }
    bool made = xki_kms_mac(d, v->algorithm, parts, count, mac, &size);
    bool same = made && size == v->mac.size && xk_equal_secret(mac, v->mac.data, size);
    xk_wipe(mac, sizeof mac);
    return !made ? XK_FAILURE_GENERIC : same ? XK_FAILURE_NONE : wrong;
}

struct xki_kms_derivation xki_kms_message_keys(const struct xki_kms_work *w, enum xki_kms_label label)
{
    const struct xk_mikey_message *init = &w->exchange->init;
    bool policy = w->kms->options.message_prf == XK_KMS_MESSAGE_PRF_POLICY;
    struct xki_kms_derivation d = {policy ? init->ticket.prf : init->header.prf, {w->mpki, w->mpki_size}, 0xff,
                                   init->header.csb_id, label, 2, init->rand_initiator, {NULL, 0}, w->crypto};
    if (label == XKI_KMS_LABEL_RESP) {
        d.second = w->exchange->resp.rand_responder;
        if (xki_kms_is_forking(w)) {
            d.key = (struct xk_bytes){w->mpkr_forked, w->mpkr_size};
        }
    }
    return d;
}
