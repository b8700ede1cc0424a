/* SPDX-License-Identifier: BSD-2-Clause */
/* get_keys_response, written in ascending order of the CS ID, so that the same answer has the same octets. */
#include <xk/message.h>

#include "messages/cbor_write.h"
#include "messages/failure.h"
#include "messages/layout.h"
#include "support/bounds.h"
#include "support/set256.h"
#include "support/utf8.h"

static enum xk_status check_failure(enum xk_failure failure, const char *field, struct xk_diag *diag)
{
    return xki_failure_is_on_wire((unsigned int)failure) ? XK_OK : xki_fail(diag, XK_E_FIELD, 0, field);
}

static enum xk_status check_key(const struct xk_session_result *s, struct xk_diag *diag)
{
    enum xk_status status = xki_check_bounds(s->key, 1, XK_SESSION_KEY_MAX, "session key", diag);
    if (status == XK_OK) {
        status = xki_check_optional(s->salt, XK_SALT_MAX, "salt", diag);
    }
    if (status != XK_OK) {
        return status;
    }
    if ((int)s->cipher < XK_CIPHER_ABSENT || (int)s->cipher > 255) {
        return xki_fail(diag, XK_E_FIELD, 0, "cipher");
    }
    if ((int)s->encoding < XK_KEY_ENCODING_ABSENT || (int)s->encoding > XK_KEY_ENCODING_TEK) {
        return xki_fail(diag, XK_E_FIELD, 0, "encoding");
    }
    return XK_OK;
}

static enum xk_status check_session(const struct xk_session_result *s, struct xk_diag *diag)
{
    if (s->failure == XK_FAILURE_NONE) {
        return check_key(s, diag);
    }
    if (s->key.data != NULL || s->key.size > 0 || s->salt.data != NULL || s->salt.size > 0) {
        return xki_fail(diag, XK_E_FIELD, 0, "session");
    }
    return check_failure(s->failure, "session failure", diag);
}

static enum xk_status check_sessions(const struct xk_get_keys_response *m, struct xk_diag *diag)
{
    struct xki_set256 seen = {{0}};
    if (m->session_count == 0) {
        return xki_fail(diag, XK_E_FIELD_EMPTY, 0, "sessions");
    }
    if (m->sessions == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "sessions");
    }
    if (m->session_count > XK_CRYPTO_SESSIONS_MAX) {
        return xki_fail(diag, XK_E_FIELD_LIMIT, 0, "sessions");
    }
    if (m->referral.data != NULL) {
        return xki_fail(diag, XK_E_FIELD, 0, "referral");
    }
    for (size_t i = 0; i < m->session_count; i++) {
        if (!xki_set256_add(&seen, m->sessions[i].cs_id)) {
            return xki_fail(diag, XK_E_FIELD, 0, "Crypto Session ID");
        }
        enum xk_status status = check_session(&m->sessions[i], diag);
        if (status != XK_OK) {
            return status;
        }
    }
    return XK_OK;
}

static enum xk_status check_whole_failure(const struct xk_get_keys_response *m, struct xk_diag *diag)
{
    if (m->session_count > 0) {
        return xki_fail(diag, XK_E_FIELD, 0, "sessions");
    }
    enum xk_status status = check_failure(m->failure, "failure", diag);
    if (status != XK_OK || m->referral.data == NULL) {
        return status;
    }
    if (m->failure != XK_FAILURE_OTHER_KMS) {
        return xki_fail(diag, XK_E_FIELD, 0, "referral");
    }
    size_t bad = xki_utf8_check(m->referral.data, m->referral.size);
    return bad < m->referral.size ? xki_fail(diag, XK_E_FIELD, bad, "referral") : XK_OK;
}

XKI_INLINE void write_session(struct xki_writer *w, const struct xk_session_result *s)
{
    bool key = s->failure == XK_FAILURE_NONE;
    size_t entries = 2;
    if (key) {
        entries += (s->salt.data != NULL ? 1u : 0u) + (s->cipher != XK_CIPHER_ABSENT ? 1u : 0u) +
                   (s->encoding != XK_KEY_ENCODING_ABSENT ? 1u : 0u) + (s->expiry != 0 ? 1u : 0u);
    }
    xki_write_map(w, entries);
    xki_write_uint(w, XKI_KEY_CS_ID);
    xki_write_uint(w, s->cs_id);
    if (!key) {
        xki_write_uint(w, XKI_KEY_SESSION_FAILURE);
        xki_write_uint(w, (uint64_t)s->failure);
        return;
    }
    xki_write_uint(w, XKI_KEY_SESSION_KEY);
    xki_write_octets(w, s->key);
    if (s->salt.data != NULL) {
        xki_write_uint(w, XKI_KEY_SALT);
        xki_write_octets(w, s->salt);
    }
    if (s->cipher != XK_CIPHER_ABSENT) {
        xki_write_uint(w, XKI_KEY_CIPHER);
        xki_write_uint(w, (uint64_t)s->cipher);
    }
    if (s->encoding != XK_KEY_ENCODING_ABSENT) {
        xki_write_uint(w, XKI_KEY_ENCODING);
        xki_write_uint(w, (uint64_t)s->encoding);
    }
    if (s->expiry != 0) {
        xki_write_uint(w, XKI_KEY_EXPIRY);
        xki_write_uint(w, s->expiry);
    }
}

/* The session with the lowest CS ID from `low` on; sessions are few and nearly always in order already. */
static const struct xk_session_result *lowest_from(const struct xk_get_keys_response *m, unsigned int low)
{
    const struct xk_session_result *best = NULL;
    for (size_t i = 0; i < m->session_count; i++) {
        const struct xk_session_result *s = &m->sessions[i];
        if (s->cs_id >= low && (best == NULL || s->cs_id < best->cs_id)) {
            best = s;
        }
    }
    return best;
}

static bool ascends(const struct xk_get_keys_response *m)
{
    for (size_t i = 1; i < m->session_count; i++) {
        if (m->sessions[i].cs_id < m->sessions[i - 1].cs_id) {
            return false;
        }
    }
    return true;
}

XKI_INLINE void write_sessions(struct xki_writer *w, const struct xk_get_keys_response *m)
{
    xki_write_uint(w, XKI_KEY_SESSIONS);
    xki_write_array(w, m->session_count);
    if (ascends(m)) {
        for (size_t i = 0; i < m->session_count; i++) {
            write_session(w, &m->sessions[i]);
        }
        return;
    }
    for (const struct xk_session_result *s = lowest_from(m, 0); s != NULL; s = lowest_from(m, s->cs_id + 1u)) {
        write_session(w, s);
    }
}

XKI_INLINE void write_message(struct xki_writer *w, const struct xk_get_keys_response *m)
{
    const struct xk_bytes transaction = {m->transaction_id.octets, sizeof m->transaction_id.octets};
    xki_write_map(w, m->referral.data != NULL ? 5 : 4);
    xki_write_uint(w, XKI_KEY_VERSION);
    xki_write_uint(w, XK_PROFILE_VERSION);
    xki_write_uint(w, XKI_KEY_TYPE);
    xki_write_uint(w, XK_MESSAGE_GET_KEYS_RESPONSE);
    xki_write_uint(w, XKI_KEY_TRANSACTION);
    xki_write_octets(w, transaction);
    if (m->failure == XK_FAILURE_NONE) {
        write_sessions(w, m);
        return;
    }
    xki_write_uint(w, XKI_KEY_FAILURE);
    xki_write_uint(w, (uint64_t)m->failure);
    if (m->referral.data != NULL) {
        xki_write_uint(w, XKI_KEY_REFERRAL);
        xki_write_text(w, m->referral);
    }
}

enum xk_status xk_get_keys_response_encode(const struct xk_get_keys_response *message, uint8_t *out,
                                           size_t capacity, size_t *size, struct xk_diag *diag)
{
    if (message == NULL || size == NULL || (out == NULL && capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = xki_check_optional(message->referral, XK_IDENTITY_MAX, "referral", diag);
    if (status == XK_OK) {
        status = message->failure == XK_FAILURE_NONE ? check_sessions(message, diag)
                                                     : check_whole_failure(message, diag);
    }
    if (status != XK_OK) {
        return status;
    }
    /* Measured by a writer without room: keys must not be left in a buffer that proves too small. */
    struct xki_writer measure = {NULL, 0, 0};
    write_message(&measure, message);
    *size = measure.size;
    if (measure.size > capacity) {
        return xki_fail(diag, XK_E_SPACE, 0, "");
    }
    struct xki_writer writer = {out, capacity, 0};
    write_message(&writer, message);
    return XK_OK;
}
