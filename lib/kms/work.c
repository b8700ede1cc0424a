/* SPDX-License-Identifier: BSD-2-Clause */
/* What every check uses: the messages, the keys that were read, and the host's ear. */
#include "kms/work.h"

void xki_kms_tell(const struct xki_kms_work *w, enum xk_kms_notice notice, int cs_id)
{
    if (w->kms->callbacks.notice != NULL) {
        w->kms->callbacks.notice(w->query, notice, cs_id, w->kms->user);
    }
}

const struct xk_mikey_message *xki_kms_message(const struct xk_exchange *e, enum xki_kms_source source)
{
    const struct xk_mikey_message *const messages[XKI_KMS_SOURCES] = {
        [XKI_KMS_OF_INIT] = &e->init,
        [XKI_KMS_OF_RESP] = e->has_resp ? &e->resp : NULL,
        [XKI_KMS_OF_UPDATE_INIT] = e->has_update ? &e->update_init : NULL,
        [XKI_KMS_OF_UPDATE_RESP] = e->has_update_resp ? &e->update_resp : NULL,
    };
    return messages[source];
}

struct xk_bytes xki_kms_content(const struct xki_kms_work *w, enum xki_kms_source source)
{
    if (source == XKI_KMS_OF_TICKET) {
        return (struct xk_bytes){w->ticket.content, w->ticket.size};
    }
    return (struct xk_bytes){w->content[source - 1], w->content_size[source - 1]};
}
