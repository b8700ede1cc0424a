/* SPDX-License-Identifier: BSD-2-Clause */
#include "messages/response_decode.h"

#include <string.h>

#include "messages/failure.h"
#include "messages/layout.h"
#include "support/diag.h"

/* Reasons that a newer KMS may know are kept as "no reason given": an answer must not be lost over them. */
static enum xk_status read_failure(struct xki_reader *r, enum xk_failure *failure, const char *field)
{
    uint64_t value = 0;
    size_t offset = r->at;
    enum xk_status status = xki_read_uint(r, 255, &value, field);
    if (status != XK_OK) {
        return status;
    }
    if (value == XK_FAILURE_NONE || xki_failure_is_local((unsigned int)value)) {
        return xki_fail(r->diag, XK_E_VALUE, offset, field);
    }
    *failure = xki_failure_is_on_wire((unsigned int)value) ? (enum xk_failure)value : XK_FAILURE_GENERIC;
    return XK_OK;
}

static enum xk_status read_session_field(struct xki_reader *r, const struct xki_keys *keys, uint64_t key,
                                         struct xk_session_result *s, size_t *extensions)
{
    uint64_t value = 0;
    size_t offset = r->at;
    enum xk_status status;
    switch (key) {
    case XKI_KEY_CS_ID:
        status = xki_read_uint(r, 255, &value, "Crypto Session ID");
        s->cs_id = (uint8_t)value;
        return status;
    case XKI_KEY_SESSION_KEY:
        return xki_read_octets(r, XK_SESSION_KEY_MAX, &s->key, "session key");
    case XKI_KEY_SALT:
        return xki_read_octets(r, XK_SALT_MAX, &s->salt, "salt");
    case XKI_KEY_SESSION_FAILURE:
        return read_failure(r, &s->failure, "session failure");
    case XKI_KEY_CIPHER:
        status = xki_read_uint(r, 255, &value, "cipher");
        s->cipher = (enum xk_cipher)value;
        return status;
    case XKI_KEY_ENCODING:
        status = xki_read_uint(r, 255, &value, "encoding");
        s->encoding = (enum xk_key_encoding)value;
        if (status == XK_OK && value > XK_KEY_ENCODING_TEK) {
            return xki_fail(r->diag, XK_E_VALUE, offset, "encoding");
        }
        return status;
    case XKI_KEY_EXPIRY:
        status = xki_read_uint(r, UINT64_MAX, &s->expiry, "expiry");
        if (status == XK_OK && s->expiry == 0) {
            return xki_fail(r->diag, XK_E_VALUE, offset, "expiry");
        }
        return status;
    default:
        (*extensions)++;
        return xki_skip_unknown(r, keys, key, 3);
    }
}

/* A key, or a failure; what belongs to a key only beside one. */
static enum xk_status check_session(const struct xki_reader *r, const struct xki_keys *keys, size_t offset)
{
    bool id = (keys->seen & UINT64_C(1) << XKI_KEY_CS_ID) != 0;
    bool key = (keys->seen & UINT64_C(1) << XKI_KEY_SESSION_KEY) != 0;
    bool failure = (keys->seen & UINT64_C(1) << XKI_KEY_SESSION_FAILURE) != 0;
    uint64_t beside_key = UINT64_C(1) << XKI_KEY_SALT | UINT64_C(1) << XKI_KEY_CIPHER |
                          UINT64_C(1) << XKI_KEY_ENCODING | UINT64_C(1) << XKI_KEY_EXPIRY;
    if (!id) {
        return xki_fail(r->diag, XK_E_MISSING, offset, "Crypto Session ID");
    }
    if (failure && (key || (keys->seen & beside_key) != 0)) {
        return xki_fail(r->diag, XK_E_CONTRADICTION, offset, "session");
    }
    if (!failure && !key) {
        bool lonely = (keys->seen & beside_key) != 0;
        return xki_fail(r->diag, lonely ? XK_E_EMPTY : XK_E_MISSING, offset, "session key");
    }
    return XK_OK;
}

static enum xk_status read_session(struct xki_reader *r, struct xk_session_result *s, size_t *extensions)
{
    struct xki_keys keys;
    size_t offset = r->at;
    memset(s, 0, sizeof *s);
    s->cipher = XK_CIPHER_ABSENT;
    s->encoding = XK_KEY_ENCODING_ABSENT;
    enum xk_status status = xki_read_map(r, &keys, "session");
    while (status == XK_OK && keys.left > 0) {
        uint64_t key = 0;
        status = xki_read_key(r, &keys, &key);
        if (status == XK_OK) {
            status = read_session_field(r, &keys, key, s, extensions);
        }
    }
    return status == XK_OK ? check_session(r, &keys, offset) : status;
}

static enum xk_status read_sessions(struct xki_reader *r, struct xk_session_result *sessions, size_t capacity,
                                    size_t *count, size_t *extensions)
{
    uint64_t entries = 0;
    size_t start = r->at;
    enum xk_status status = xki_read_count(r, XKI_ARRAY, &entries, "sessions");
    if (status != XK_OK) {
        return status;
    }
    if (entries == 0) {
        return xki_fail(r->diag, XK_E_EMPTY, start, "sessions");
    }
    if (entries > XK_CRYPTO_SESSIONS_MAX) {
        return xki_fail(r->diag, XK_E_LIMIT, start, "sessions");
    }
    if (entries > capacity) {
        return xki_fail(r->diag, XK_E_SPACE, start, "sessions");
    }
    for (size_t i = 0; i < entries; i++) {
        size_t offset = r->at;
        status = read_session(r, &sessions[i], extensions);
        if (status != XK_OK) {
            return status;
        }
        if (i > 0 && sessions[i].cs_id <= sessions[i - 1].cs_id) {
            bool same = sessions[i].cs_id == sessions[i - 1].cs_id;
            return xki_fail(r->diag, same ? XK_E_DUPLICATE_SESSION : XK_E_KEY_ORDER, offset, "Crypto Session ID");
        }
    }
    *count = (size_t)entries;
    return XK_OK;
}

static enum xk_status check_choice(const struct xki_reader *r, const struct xki_keys *keys,
                                   const struct xk_get_keys_response *m)
{
    bool sessions = (keys->seen & UINT64_C(1) << XKI_KEY_SESSIONS) != 0;
    bool failure = (keys->seen & UINT64_C(1) << XKI_KEY_FAILURE) != 0;
    bool referral = (keys->seen & UINT64_C(1) << XKI_KEY_REFERRAL) != 0;
    if (sessions && failure) {
        return xki_fail(r->diag, XK_E_CONTRADICTION, r->at, "failure");
    }
    if (!sessions && !failure) {
        return xki_fail(r->diag, XK_E_MISSING, r->at, "sessions");
    }
    if (referral && m->failure != XK_FAILURE_OTHER_KMS) {
        return xki_fail(r->diag, XK_E_CONTRADICTION, r->at, "referral");
    }
    return r->at == r->size ? XK_OK : xki_fail(r->diag, XK_E_TRAILING, r->at, "message");
}

static enum xk_status read_body(struct xki_reader *r, struct xki_keys *keys, struct xk_get_keys_response *m,
                                struct xk_session_result *sessions, size_t capacity, size_t *extensions)
{
    enum xk_status status = XK_OK;
    while (status == XK_OK && keys->left > 0) {
        uint64_t key = 0;
        status = xki_read_key(r, keys, &key);
        if (status != XK_OK) {
            return status;
        }
        switch (key) {
        case XKI_KEY_SESSIONS:
            status = read_sessions(r, sessions, capacity, &m->session_count, extensions);
            m->sessions = sessions;
            break;
        case XKI_KEY_FAILURE:
            status = read_failure(r, &m->failure, "failure");
            break;
        case XKI_KEY_REFERRAL:
            status = xki_read_text(r, XK_IDENTITY_MAX, &m->referral, "referral");
            break;
        default:
            (*extensions)++;
            status = xki_skip_unknown(r, keys, key, 1);
            break;
        }
    }
    return status == XK_OK ? check_choice(r, keys, m) : status;
}

enum xk_status xki_response_begin(struct xki_response_reader *in, const struct xki_head *usual, const uint8_t *data,
                                  size_t size, struct xk_diag *diag)
{
    const size_t behind_id = XKI_ID_OFFSET + XK_TRANSACTION_ID_SIZE;
    struct xki_envelope envelope;
    if (size > XK_MESSAGE_MAX) {
        return xki_fail(diag, XK_E_LIMIT, XK_MESSAGE_MAX, "message");
    }
    in->reader = (struct xki_reader){data, size, 0, diag};
    if (usual != NULL && size > behind_id && memcmp(data, usual->octets, XKI_ID_OFFSET) == 0) {
        in->keys = usual->keys;
        in->reader.at = behind_id;
        memcpy(in->transaction.octets, data + XKI_ID_OFFSET, XK_TRANSACTION_ID_SIZE);
        return XK_OK;
    }
    enum xk_status status = xki_read_envelope(&in->reader, &in->keys, &envelope);
    if (status != XK_OK) {
        return status;
    }
    if (envelope.type != XK_MESSAGE_GET_KEYS_RESPONSE) {
        return xki_fail(diag, XK_E_MESSAGE_TYPE, 4, "message type");
    }
    memcpy(in->transaction.octets, envelope.transaction.data, XK_TRANSACTION_ID_SIZE);
    return XK_OK;
}

enum xk_status xki_response_finish(struct xki_response_reader *in, struct xk_get_keys_response *message,
                                   struct xk_session_result *sessions, size_t session_capacity, size_t *extensions)
{
    struct xk_get_keys_response read;
    memset(&read, 0, sizeof read);
    read.transaction_id = in->transaction;
    enum xk_status status = read_body(&in->reader, &in->keys, &read, sessions, session_capacity, extensions);
    if (status == XK_OK) {
        *message = read;
    }
    return status;
}

enum xk_status xk_get_keys_response_decode(const uint8_t *data, size_t size, struct xk_get_keys_response *message,
                                           struct xk_session_result *sessions, size_t session_capacity,
                                           struct xk_diag *diag)
{
    if (data == NULL || message == NULL || (sessions == NULL && session_capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xki_response_reader in;
    size_t extensions = 0;
    enum xk_status status = xki_response_begin(&in, NULL, data, size, diag);
    return status == XK_OK ? xki_response_finish(&in, message, sessions, session_capacity, &extensions) : status;
}
