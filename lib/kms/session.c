/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The key of one Crypto Session (RFC 6043 5.1, 6.1.1): a TGK of the ticket is forked and derived from, another TGK or a
 * GTGK derived from, a TEK used as it is.
 */
#include "kms/work.h"

#include <string.h>

#include <xk/secret.h>

#define SRTP 0

/* The map entry of the last word: that of a CSB update, else of the RESP, or of the INIT where there is no RESP. A
 * Crypto Session that the RESP left out is none. */
static bool find_session(const struct xk_exchange *e, uint8_t cs_id, struct xk_mikey_crypto_session *entry,
                         bool *of_update)
{
    *of_update = xki_kms_find_entry(xki_kms_message(e, XKI_KMS_OF_UPDATE_RESP), cs_id, entry) ||
                 (xki_kms_message(e, XKI_KMS_OF_UPDATE_RESP) == NULL &&
                  xki_kms_find_entry(xki_kms_message(e, XKI_KMS_OF_UPDATE_INIT), cs_id, entry));
    return *of_update || xki_kms_find_entry(e->has_resp ? &e->resp : &e->init, cs_id, entry);
}

/* What is derived for a Crypto Session, into the answer's key space. */
struct output {
    uint8_t *key;
    uint8_t *salt;
    struct xki_kms_lengths lengths;
};

/* TEK and salt from a TGK or GTGK: the CSB ID is not in this label, and the RANDs only as the flags say. */
static enum xk_failure derive(const struct xki_kms_work *w, uint8_t cs_id, const struct xki_kms_found *found,
                              struct output *out)
{
    const struct xk_exchange *e = w->exchange;
    const struct xk_mikey_message *init = &e->init;
    uint8_t forked[XK_KMS_KEY_MAX];
    struct xk_bytes inkey = found->key.key;
    bool tgk = found->key.type == XK_MIKEY_TGK || found->key.type == XK_MIKEY_TGK_SALT;
    bool good = true;
    if (inkey.size > sizeof forked) {
        return XK_FAILURE_ALGORITHM;
    }
    if (tgk && found->source == XKI_KMS_OF_TICKET && xki_kms_is_forking(w)) {
        if (!e->has_resp) {
            return XK_FAILURE_POLICY; /* F SHALL be 1 with the I flag and a TGK (6.10): there is nobody to fork for */
        }
        if (!w->resolved) {
            good = xki_kms_derive_fork(w->crypto, init->ticket.prf, XKI_KMS_TGK_FORKED, inkey, w->responder,
                                       e->resp.rand_kms, forked);
            inkey.data = forked;
        }
    }
    const struct xk_bytes none = {NULL, 0};
    const struct xki_kms_derivation d = {
        init->header.prf, inkey, cs_id, UINT32_MAX, XKI_KMS_LABEL_SESSION, 2,
        (init->ticket.flags & XK_MIKEY_FLAG_H) != 0 ? init->rand_initiator : none,
        (init->ticket.flags & XK_MIKEY_FLAG_G) != 0 ? e->resp.rand_responder : none, w->crypto};
    good = good && xki_kms_derive(&d, XKI_KMS_TEK, out->key, out->lengths.key);
    if (good && out->lengths.salt > 0 && found->key.salt.size == 0) {
        good = xki_kms_derive(&d, XKI_KMS_SALT, out->salt, out->lengths.salt);
    }
    xk_wipe(forked, sizeof forked);
    return good ? XK_FAILURE_NONE : XK_FAILURE_GENERIC;
}

static enum xk_failure fill(const struct xki_kms_work *w, const struct xk_mikey_crypto_session *entry,
                            const struct xki_kms_found *found, struct output *out)
{
    const struct xk_mikey_key_data *key = &found->key;
    enum xk_failure failure = XK_FAILURE_NONE;
    if (key->type == XK_MIKEY_TEK || key->type == XK_MIKEY_TEK_SALT) {
        out->lengths.key = key->key.size;
        out->lengths.salt = 0;
        if (key->key.size > XK_SESSION_KEY_MAX) {
            return XK_FAILURE_ALGORITHM;
        }
        memcpy(out->key, key->key.data, key->key.size);
    } else {
        failure = derive(w, entry->cs_id, found, out);
        if (failure == XK_FAILURE_NONE && entry->protocol != SRTP) {
            xki_kms_tell(w, XK_KMS_NOTICE_LENGTH_ASSUMED, entry->cs_id);
        }
    }
    if (failure == XK_FAILURE_NONE && key->salt.size > 0) {
        if (key->salt.size > XK_SALT_MAX) {
            return XK_FAILURE_ALGORITHM;
        }
        out->lengths.salt = key->salt.size;
        memcpy(out->salt, key->salt.data, key->salt.size);
    }
    return failure;
}

static enum xk_failure answer(const struct xki_kms_work *w, const struct xk_mikey_crypto_session *entry,
                              bool of_update, uint8_t *space, struct xk_session_result *result)
{
    struct xki_kms_found found;
    struct output out = {.key = space, .salt = space + XK_SESSION_KEY_MAX};
    memset(&found, 0, sizeof found);
    if (!xki_kms_pick(w, entry->cs_id, &found)) {
        return XK_FAILURE_SESSION_UNKNOWN;
    }
    enum xk_failure failure = xki_kms_read_lengths(w, entry, of_update, &out.lengths);
    if (failure == XK_FAILURE_NONE) {
        failure = fill(w, entry, &found, &out);
    }
    if (failure != XK_FAILURE_NONE) {
        return failure;
    }
    result->encoding = entry->protocol == SRTP ? XK_KEY_ENCODING_SRTP_MASTER : XK_KEY_ENCODING_TEK;
    result->cipher = out.lengths.cipher;
    result->key = (struct xk_bytes){out.key, out.lengths.key};
    result->salt = out.lengths.salt > 0 ? (struct xk_bytes){out.salt, out.lengths.salt} : (struct xk_bytes){NULL, 0};
    return XK_FAILURE_NONE;
}

void xki_kms_session(const struct xki_kms_work *w, uint8_t cs_id, uint8_t *space, size_t space_size, size_t *used,
                     struct xk_session_result *result)
{
    struct xk_mikey_crypto_session entry;
    bool of_update = false;
    memset(result, 0, sizeof *result);
    *used = 0;
    result->cs_id = cs_id;
    result->cipher = XK_CIPHER_ABSENT;
    result->encoding = XK_KEY_ENCODING_ABSENT;
    if (!find_session(w->exchange, cs_id, &entry, &of_update)) {
        result->failure = XK_FAILURE_SESSION_UNKNOWN;
        return;
    }
    if (space_size < XK_SESSION_KEY_MAX + XK_SALT_MAX) {
        result->failure = XK_FAILURE_UNAVAILABLE;
        return;
    }
    result->failure = answer(w, &entry, of_update, space, result);
    if (result->failure == XK_FAILURE_NONE) {
        *used = XK_SESSION_KEY_MAX + XK_SALT_MAX;
    } else {
        xk_wipe(space, XK_SESSION_KEY_MAX + XK_SALT_MAX); /* of a key whose salt is wrong */
    }
}
