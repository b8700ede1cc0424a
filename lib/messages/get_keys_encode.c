/* SPDX-License-Identifier: BSD-2-Clause */
/* get_keys, written. Every check comes before the first octet, so that a failure writes nothing. */
#include <xk/message.h>

#include "messages/cbor_write.h"
#include "messages/layout.h"
#include "support/diag.h"
#include "support/utf8.h"

static enum xk_status check_octets(struct xk_bytes octets, size_t max, const char *field, struct xk_diag *diag)
{
    if (octets.size == 0) {
        return xki_fail(diag, XK_E_EMPTY, 0, field);
    }
    if (octets.data == NULL) {
        return xki_fail(diag, XK_E_FIELD, 0, field);
    }
    return octets.size > max ? xki_fail(diag, XK_E_LIMIT, 0, field) : XK_OK;
}

static enum xk_status check_text(struct xk_bytes text, const char *field, struct xk_diag *diag)
{
    enum xk_status status = check_octets(text, XK_IDENTITY_MAX, field, diag);
    if (status != XK_OK) {
        return status;
    }
    size_t bad = xki_utf8_check(text.data, text.size);
    return bad < text.size ? xki_fail(diag, XK_E_UTF8, bad, field) : XK_OK;
}

static enum xk_status check(const struct xk_get_keys *m, struct xk_diag *diag)
{
    enum xk_status status = check_text(m->public_kms_identity, "Public KMS Identity", diag);
    if (status == XK_OK) {
        status = check_octets(m->transfer_init, XK_MIKEY_MAX, "TRANSFER_INIT", diag);
    }
    if (status == XK_OK && m->transfer_resp.data != NULL) {
        status = check_octets(m->transfer_resp, XK_MIKEY_MAX, "TRANSFER_RESP", diag);
    }
    if (status == XK_OK && (m->update_init.data == NULL) != (m->update_resp.data == NULL)) {
        return xki_fail(diag, XK_E_FIELD, 0, "CSB update");
    }
    if (status == XK_OK && m->update_init.data != NULL) {
        status = check_octets(m->update_init, XK_MIKEY_MAX, "update TRANSFER_INIT", diag);
    }
    if (status == XK_OK && m->update_resp.data != NULL) {
        status = check_octets(m->update_resp, XK_MIKEY_MAX, "update TRANSFER_RESP", diag);
    }
    if (status == XK_OK && m->initiator_hint.data != NULL) {
        status = check_text(m->initiator_hint, "initiator hint", diag);
    }
    if (status == XK_OK && m->responder_hint.data != NULL) {
        status = check_text(m->responder_hint, "responder hint", diag);
    }
    return status;
}

static size_t count_entries(const struct xk_get_keys *m)
{
    return 6u + (m->update_init.data != NULL ? 2u : 0u) + (m->initiator_hint.data != NULL ? 1u : 0u) +
           (m->responder_hint.data != NULL ? 1u : 0u);
}

static void write_octets(struct xki_writer *w, uint64_t key, struct xk_bytes octets)
{
    if (octets.data != NULL) {
        xki_write_uint(w, key);
        xki_write_octets(w, octets);
    }
}

static void write_text(struct xki_writer *w, uint64_t key, struct xk_bytes text)
{
    if (text.data != NULL) {
        xki_write_uint(w, key);
        xki_write_text(w, text);
    }
}

static void write_message(struct xki_writer *w, const struct xk_get_keys *m)
{
    const struct xk_bytes transaction = {m->transaction_id.octets, sizeof m->transaction_id.octets};
    xki_write_map(w, count_entries(m));
    xki_write_uint(w, XKI_KEY_VERSION);
    xki_write_uint(w, XK_PROFILE_VERSION);
    xki_write_uint(w, XKI_KEY_TYPE);
    xki_write_uint(w, XK_MESSAGE_GET_KEYS);
    write_octets(w, XKI_KEY_TRANSACTION, transaction);
    write_text(w, XKI_KEY_IDENTITY, m->public_kms_identity);
    write_octets(w, XKI_KEY_INIT, m->transfer_init);
    if (m->transfer_resp.data != NULL) {
        write_octets(w, XKI_KEY_RESP, m->transfer_resp);
    } else {
        xki_write_uint(w, XKI_KEY_RESP);
        xki_write_null(w);
    }
    write_octets(w, XKI_KEY_UPDATE_INIT, m->update_init);
    write_octets(w, XKI_KEY_UPDATE_RESP, m->update_resp);
    write_text(w, XKI_KEY_INITIATOR_HINT, m->initiator_hint);
    write_text(w, XKI_KEY_RESPONDER_HINT, m->responder_hint);
}

/* The size first, in arithmetic, so that a buffer that is too small stays untouched. */
static size_t measure(const struct xk_get_keys *m)
{
    const struct xk_bytes strings[] = {m->public_kms_identity, m->transfer_init,  m->transfer_resp, m->update_init,
                                       m->update_resp,         m->initiator_hint, m->responder_hint};
    size_t size = 1 + 2 + 2 + 2 + XK_TRANSACTION_ID_SIZE + (m->transfer_resp.data == NULL ? 2u : 0u);
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        if (strings[i].data != NULL) {
            size += 1 + xki_head_size(strings[i].size) + strings[i].size;
        }
    }
    return size;
}

enum xk_status xk_get_keys_encode(const struct xk_get_keys *message, uint8_t *out, size_t capacity, size_t *size,
                                  struct xk_diag *diag)
{
    if (message == NULL || size == NULL || (out == NULL && capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = check(message, diag);
    if (status != XK_OK) {
        return status;
    }
    *size = measure(message);
    if (*size > capacity) {
        return xki_fail(diag, XK_E_SPACE, 0, "");
    }
    struct xki_writer writer = {out, capacity, 0};
    write_message(&writer, message);
    return XK_OK;
}
