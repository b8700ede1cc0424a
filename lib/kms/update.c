/* SPDX-License-Identifier: BSD-2-Clause */
/* A CSB update (RFC 6043 5.2): protected with the keys of the last message of the initial exchange. */
#include "kms/work.h"

struct xki_kms_derivation xki_kms_update_keys(const struct xki_kms_work *w, enum xki_kms_label label)
{
    if (!w->exchange->has_resp) {
        return xki_kms_message_keys(w, XKI_KMS_LABEL_INIT);
    }
    struct xki_kms_derivation d = xki_kms_message_keys(w, XKI_KMS_LABEL_RESP);
    if (w->kms->options.update_key == XK_KMS_UPDATE_DERIVED_AGAIN) {
        d.type = label;
    }
    return d;
}

/* Who is in the call: the one who answered, where another was dialled. The roles stay those of the initial exchange,
 * whoever begins the update. */
enum xk_failure xki_kms_check_update(struct xki_kms_work *w)
{
    const struct xk_exchange *e = w->exchange;
    const struct xk_mikey_message *init = &e->update_init;
    const struct xk_mikey_message *resp = xki_kms_message(e, XKI_KMS_OF_UPDATE_RESP);
    bool dialled = w->kms->options.update_identity == XK_KMS_UPDATE_IDENTITY_DIALLED || w->responder.data == NULL;
    const struct xki_kms_derivation d = xki_kms_update_keys(w, XKI_KMS_LABEL_INIT);
    struct xk_bytes covered[4];
    xk_mikey_covered(init, covered);
    covered[2] = init->id_initiator.data.data != NULL ? init->id_initiator.data : w->identity_i;
    covered[3] = dialled ? w->identity_r : w->responder;
    covered[3] = init->id_responder.data.data != NULL ? init->id_responder.data : covered[3];
    enum xk_failure failure = xki_kms_compare(&d, &init->v, covered, 4, XK_FAILURE_INIT_MAC);
    if (failure != XK_FAILURE_NONE || resp == NULL) {
        return xki_kms_fail(w, failure, "V of the update's TRANSFER_INIT");
    }
    const struct xki_kms_derivation r = xki_kms_update_keys(w, XKI_KMS_LABEL_RESP);
    const struct xk_bytes answered[] = {{resp->whole.data, resp->v_mac_offset}, init->whole};
    return xki_kms_fail(w, xki_kms_compare(&r, &resp->v, answered, 2, XK_FAILURE_RESP_MAC),
                        "V of the update's TRANSFER_RESP");
}
