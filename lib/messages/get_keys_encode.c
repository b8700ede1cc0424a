/* SPDX-License-Identifier: BSD-2-Clause */
/* get_keys, written. Every check comes before the first octet, so that a failure writes nothing. */
#include <xk/message.h>

#include "messages/cbor_write.h"
#include "messages/head.h"
#include "messages/layout.h"
#include "support/bounds.h"
#include "support/utf8.h"

#define USUAL_ENTRIES 6u

static enum xk_status check_text(struct xk_bytes text, const char *field, struct xk_diag *diag)
{
    enum xk_status status = xki_check_bounds(text, 1, XK_IDENTITY_MAX, field, diag);
    if (status != XK_OK) {
        return status;
    }
    size_t bad = xki_utf8_check(text.data, text.size);
    return bad < text.size ? xki_fail(diag, XK_E_FIELD, bad, field) : XK_OK;
}

static enum xk_status check_hint(struct xk_bytes text, const char *field, struct xk_diag *diag)
{
    return text.data == NULL && text.size == 0 ? XK_OK : check_text(text, field, diag);
}

static enum xk_status check(const struct xk_get_keys *m, struct xk_diag *diag)
{
    enum xk_status status = check_text(m->public_kms_identity, "Public KMS Identity", diag);
    if (status == XK_OK) {
        status = xki_check_bounds(m->transfer_init, 1, XK_MIKEY_MAX, "TRANSFER_INIT", diag);
    }
    if (status == XK_OK) {
        status = xki_check_optional(m->transfer_resp, XK_MIKEY_MAX, "TRANSFER_RESP", diag);
    }
    if (status == XK_OK) {
        status = xki_check_optional(m->update_init, XK_MIKEY_MAX, "update TRANSFER_INIT", diag);
    }
    if (status == XK_OK) {
        status = xki_check_optional(m->update_resp, XK_MIKEY_MAX, "update TRANSFER_RESP", diag);
    }
    if (status == XK_OK && m->update_init.data == NULL && m->update_resp.data != NULL) {
        return xki_fail(diag, XK_E_FIELD, 0, "update TRANSFER_INIT");
    }
    if (status == XK_OK) {
        status = check_hint(m->initiator_hint, "initiator hint", diag);
    }
    if (status == XK_OK) {
        status = check_hint(m->responder_hint, "responder hint", diag);
    }
    return status;
}

static size_t count_entries(const struct xk_get_keys *m)
{
    return USUAL_ENTRIES + (m->update_init.data != NULL ? 1u : 0u) +
           (m->update_resp.data != NULL ? 1u : 0u) + (m->initiator_hint.data != NULL ? 1u : 0u) +
           (m->responder_hint.data != NULL ? 1u : 0u);
}

XKI_INLINE void write_octets(struct xki_writer *w, uint64_t key, struct xk_bytes octets)
{
    if (octets.data != NULL) {
        xki_write_uint(w, key);
        xki_write_octets(w, octets);
    }
}

XKI_INLINE void write_text(struct xki_writer *w, uint64_t key, struct xk_bytes text)
{
    if (text.data != NULL) {
        xki_write_uint(w, key);
        xki_write_text(w, text);
    }
}

XKI_INLINE void write_envelope(struct xki_writer *w, const struct xk_get_keys *m)
{
    const struct xk_bytes transaction = {m->transaction_id.octets, sizeof m->transaction_id.octets};
    xki_write_map(w, count_entries(m));
    xki_write_uint(w, XKI_KEY_VERSION);
    xki_write_uint(w, XK_PROFILE_VERSION);
    xki_write_uint(w, XKI_KEY_TYPE);
    xki_write_uint(w, XK_MESSAGE_GET_KEYS);
    write_octets(w, XKI_KEY_TRANSACTION, transaction);
}

/* What stands before the id is known already. */
XKI_INLINE void copy_envelope(struct xki_writer *w, const struct xk_get_keys *m, const struct xki_head *usual)
{
    memcpy(w->out, usual->octets, XKI_ID_OFFSET);
    memcpy(w->out + XKI_ID_OFFSET, m->transaction_id.octets, XK_TRANSACTION_ID_SIZE);
    w->size = XKI_ID_OFFSET + XK_TRANSACTION_ID_SIZE;
}

XKI_INLINE void write_content(struct xki_writer *w, const struct xk_get_keys *m)
{
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

enum xk_status xki_get_keys_encode(const struct xk_get_keys *message, const struct xki_head *usual, uint8_t *out,
                                   size_t capacity, size_t *size, struct xk_diag *diag)
{
    if (message == NULL || size == NULL || (out == NULL && capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = check(message, diag);
    if (status != XK_OK) {
        return status;
    }
    struct xki_writer measure = {NULL, 0, 0};
    write_envelope(&measure, message);
    write_content(&measure, message);
    *size = measure.size;
    if (measure.size > capacity) {
        return xki_fail(diag, XK_E_SPACE, 0, "");
    }
    struct xki_writer writer = {out, capacity, 0};
    if (usual != NULL && count_entries(message) == USUAL_ENTRIES) {
        copy_envelope(&writer, message, usual);
    } else {
        write_envelope(&writer, message);
    }
    write_content(&writer, message);
    return XK_OK;
}

enum xk_status xk_get_keys_encode(const struct xk_get_keys *message, uint8_t *out, size_t capacity, size_t *size,
                                  struct xk_diag *diag)
{
    return xki_get_keys_encode(message, NULL, out, capacity, size, diag);
}
