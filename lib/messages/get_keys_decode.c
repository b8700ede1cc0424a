/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/message.h>

#include <string.h>

#include "messages/cbor_read.h"
#include "messages/layout.h"
#include "support/diag.h"

/* TRANSFER_RESP, or an explicit null for "the ticket says that none is sent". */
static enum xk_status read_resp(struct xki_reader *r, struct xk_bytes *resp)
{
    if (r->at < r->size && r->data[r->at] == 0xf6) {
        struct xki_item item;
        resp->data = NULL;
        resp->size = 0;
        return xki_judge_item(r, &item, "TRANSFER_RESP");
    }
    return xki_read_octets(r, XK_MIKEY_MAX, resp, "TRANSFER_RESP");
}

static enum xk_status read_field(struct xki_reader *r, const struct xki_keys *keys, uint64_t key,
                                 struct xk_get_keys *m)
{
    switch (key) {
    case XKI_KEY_IDENTITY:
        return xki_read_text(r, XK_IDENTITY_MAX, &m->public_kms_identity, "Public KMS Identity");
    case XKI_KEY_INIT:
        return xki_read_octets(r, XK_MIKEY_MAX, &m->transfer_init, "TRANSFER_INIT");
    case XKI_KEY_RESP:
        return read_resp(r, &m->transfer_resp);
    case XKI_KEY_UPDATE_INIT:
        return xki_read_octets(r, XK_MIKEY_MAX, &m->update_init, "update TRANSFER_INIT");
    case XKI_KEY_UPDATE_RESP:
        return xki_read_octets(r, XK_MIKEY_MAX, &m->update_resp, "update TRANSFER_RESP");
    case XKI_KEY_INITIATOR_HINT:
        return xki_read_text(r, XK_IDENTITY_MAX, &m->initiator_hint, "initiator hint");
    case XKI_KEY_RESPONDER_HINT:
        return xki_read_text(r, XK_IDENTITY_MAX, &m->responder_hint, "responder hint");
    default:
        return xki_skip_unknown(r, keys, key, 1);
    }
}

static enum xk_status check_present(const struct xki_reader *r, const struct xki_keys *keys)
{
    static const struct {
        unsigned int key;
        const char *field;
    } mandatory[] = {
        {XKI_KEY_IDENTITY, "Public KMS Identity"}, {XKI_KEY_INIT, "TRANSFER_INIT"}, {XKI_KEY_RESP, "TRANSFER_RESP"}};
    for (size_t i = 0; i < sizeof mandatory / sizeof mandatory[0]; i++) {
        if ((keys->seen & UINT64_C(1) << mandatory[i].key) == 0) {
            return xki_fail(r->diag, XK_E_MISSING, r->at, mandatory[i].field);
        }
    }
    bool init = (keys->seen & UINT64_C(1) << XKI_KEY_UPDATE_INIT) != 0;
    bool resp = (keys->seen & UINT64_C(1) << XKI_KEY_UPDATE_RESP) != 0;
    if (resp && !init) {
        return xki_fail(r->diag, XK_E_MISSING, r->at, "update TRANSFER_INIT");
    }
    return r->at == r->size ? XK_OK : xki_fail(r->diag, XK_E_TRAILING, r->at, "message");
}

enum xk_status xk_get_keys_decode(const uint8_t *data, size_t size, struct xk_get_keys *message,
                                  struct xk_diag *diag)
{
    if (data == NULL || message == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (size > XK_MESSAGE_MAX) {
        return xki_fail(diag, XK_E_LIMIT, XK_MESSAGE_MAX, "message");
    }
    struct xki_reader r = {data, size, 0, diag};
    struct xki_keys keys;
    struct xki_envelope envelope;
    enum xk_status status = xki_read_envelope(&r, &keys, &envelope);
    if (status != XK_OK) {
        return status;
    }
    if (envelope.type != XK_MESSAGE_GET_KEYS) {
        return xki_fail(diag, XK_E_MESSAGE_TYPE, 4, "message type");
    }
    struct xk_get_keys read;
    memset(&read, 0, sizeof read);
    memcpy(read.transaction_id.octets, envelope.transaction.data, XK_TRANSACTION_ID_SIZE);
    while (keys.left > 0) {
        uint64_t key = 0;
        status = xki_read_key(&r, &keys, &key);
        if (status == XK_OK) {
            status = read_field(&r, &keys, key, &read);
        }
        if (status != XK_OK) {
            return status;
        }
    }
    status = check_present(&r, &keys);
    if (status == XK_OK) {
        *message = read;
    }
    return status;
}
