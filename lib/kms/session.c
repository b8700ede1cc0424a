/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The key of one Crypto Session (RFC 6043 5.1, 6.1.1): the SPI of its map entry names a key of the ticket or of a
 * message; a TGK is forked and derived from, a GTGK derived from, a TEK used as it is.
 */
#include "kms/work.h"

#include <string.h>

#include <xk/secret.h>

#define SRTP 0
#define POLICY_CIPHER 0
#define POLICY_KEY_LENGTH 1
#define POLICY_SALT_LENGTH 4

/* The map entry of the last word: a CSB update over the RESP over the INIT. */
static bool find_session(const struct xk_exchange *e, uint8_t cs_id, struct xk_mikey_crypto_session *session)
{
    const struct xk_mikey_message *const words[] = {e->has_update ? &e->update_resp : NULL,
                                                    e->has_resp ? &e->resp : NULL, &e->init};
    for (size_t i = 0; i < 3; i++) {
        size_t position = 0;
        while (words[i] != NULL && xk_mikey_next_crypto_session(words[i], &position, session)) {
            if (session->cs_id == cs_id) {
                return true;
            }
        }
    }
    return false;
}

/* The policy that was chosen, wherever its SP payload was sent. */
static bool find_policy(const struct xk_exchange *e, const struct xk_mikey_crypto_session *session,
                        struct xk_mikey_policy *policy)
{
    const struct xk_mikey_message *const words[] = {e->has_update ? &e->update_resp : NULL,
                                                    e->has_update ? &e->update_init : NULL,
                                                    e->has_resp ? &e->resp : NULL, &e->init};
    for (size_t i = 0; i < 4 && session->policies.size > 0; i++) {
        if (words[i] != NULL && xk_mikey_find_policy(words[i], session->policies.data[0], policy)) {
            return true;
        }
    }
    return false;
}

static struct xk_bytes source_content(const struct xki_work *w, size_t source)
{
    struct xk_bytes content = {w->content[source], w->content_size[source]};
    if (source == XKI_SOURCE_TICKET) {
        content.data = w->ticket.content;
        content.size = w->ticket.size;
    }
    return content;
}

/* By SPI, newest source first. An entry without an SPI can mean only one key: the exchange must have no other. */
static bool find_key(const struct xki_work *w, struct xk_bytes spi, struct xk_mikey_key_data *found, bool *of_ticket)
{
    size_t candidates = 0;
    for (size_t source = XKI_SOURCES; source-- > 0;) {
        struct xk_bytes content = source_content(w, source);
        struct xk_mikey_key_data key;
        size_t position = 0;
        while (content.size > 0 && xk_mikey_next_key_data(content, &position, &key) == XK_OK) {
            if (key.type == XK_MIKEY_MPK) {
                continue;
            }
            bool named = spi.size > 0 && key.validity == XK_MIKEY_KV_SPI && key.spi.size == spi.size &&
                         memcmp(key.spi.data, spi.data, spi.size) == 0;
            if (named || spi.size == 0) {
                *found = key;
                *of_ticket = source == XKI_SOURCE_TICKET;
                candidates++;
            }
            if (named) {
                return true;
            }
        }
    }
    return spi.size == 0 && candidates == 1;
}

struct sizes {
    size_t key;
    size_t salt;
    uint32_t cipher;
    bool has_policy;
};

static bool read_sizes(const struct xki_work *w, const struct xk_mikey_crypto_session *session, struct sizes *sizes)
{
    struct xk_mikey_policy policy;
    uint32_t key = 16;
    uint32_t salt = XKI_SALT_KEY_SIZE;
    sizes->cipher = XK_CIPHER_AES_CM; /* RFC 3830's default for SRTP */
    sizes->has_policy = find_policy(w->exchange, session, &policy);
    if (sizes->has_policy) {
        (void)xk_mikey_policy_parameter(&policy, POLICY_CIPHER, &sizes->cipher);
        (void)xk_mikey_policy_parameter(&policy, POLICY_KEY_LENGTH, &key);
        (void)xk_mikey_policy_parameter(&policy, POLICY_SALT_LENGTH, &salt);
    }
    sizes->key = key;
    sizes->salt = salt;
    return key >= 1 && key <= XK_SESSION_KEY_MAX && salt <= XK_SALT_MAX;
}

/* TEK and salt from a TGK or GTGK: the CSB ID is not in this label, and the RANDs only as the flags say. */
static bool derive(const struct xki_work *w, uint8_t cs_id, const struct xk_mikey_key_data *key, bool of_ticket,
                   const struct sizes *sizes, uint8_t *tek, uint8_t *salt)
{
    const struct xk_mikey_message *init = &w->exchange->init;
    uint8_t forked[XK_KMS_KEY_MAX];
    struct xk_bytes inkey = key->key;
    bool tgk = key->type == XK_MIKEY_TGK || key->type == XK_MIKEY_TGK_SALT;
    bool good = true;
    if (inkey.size > sizeof forked) {
        return false;
    }
    if (tgk && of_ticket && (init->ticket.flags & XK_MIKEY_FLAG_I) != 0) {
        good = w->exchange->has_resp &&
               xki_derive_fork(init->ticket.prf, XKI_TGK_FORKED, inkey, w->responder, w->exchange->resp.rand_kms,
                               forked);
        inkey.data = forked;
    }
    const struct xk_bytes none = {NULL, 0};
    const struct xki_derivation d = {
        init->header.prf, inkey, cs_id, UINT32_MAX, XKI_LABEL_SESSION, 2,
        (init->ticket.flags & XK_MIKEY_FLAG_H) != 0 ? init->rand_initiator : none,
        (init->ticket.flags & XK_MIKEY_FLAG_G) != 0 ? w->exchange->resp.rand_responder : none};
    good = good && xki_derive(&d, XKI_TEK, tek, sizes->key);
    if (good && sizes->salt > 0 && key->salt.size == 0) {
        good = xki_derive(&d, XKI_SALT, salt, sizes->salt);
    }
    xk_wipe(forked, sizeof forked);
    return good;
}

static void describe(const struct xk_mikey_crypto_session *session, const struct sizes *sizes,
                     struct xk_session_result *result)
{
    bool known = sizes->cipher <= XK_CIPHER_AES_F8 || sizes->cipher == XK_CIPHER_AES_GCM;
    result->encoding = session->protocol == SRTP ? XK_KEY_ENCODING_SRTP_MASTER : XK_KEY_ENCODING_TEK;
    result->cipher = sizes->has_policy && known && session->protocol == SRTP ? (enum xk_cipher)sizes->cipher
                                                                            : XK_CIPHER_ABSENT;
}

static enum xk_failure fill(const struct xki_work *w, const struct xk_mikey_crypto_session *session, uint8_t *space,
                            size_t *used, struct xk_session_result *result)
{
    struct xk_mikey_key_data key;
    struct sizes sizes;
    bool of_ticket = false;
    memset(&key, 0, sizeof key);
    if (!find_key(w, session->spi, &key, &of_ticket)) {
        return XK_FAILURE_SESSION_UNKNOWN;
    }
    if (!read_sizes(w, session, &sizes)) {
        return XK_FAILURE_ALGORITHM;
    }
    uint8_t *salt = space + XK_SESSION_KEY_MAX;
    if (key.type == XK_MIKEY_TEK || key.type == XK_MIKEY_TEK_SALT) {
        sizes.key = key.key.size;
        sizes.salt = 0;
        if (key.key.size > XK_SESSION_KEY_MAX) {
            return XK_FAILURE_ALGORITHM;
        }
        memcpy(space, key.key.data, key.key.size);
    } else if (!derive(w, session->cs_id, &key, of_ticket, &sizes, space, salt)) {
        return XK_FAILURE_ALGORITHM;
    }
    if (key.salt.size > 0) {
        if (key.salt.size > XK_SALT_MAX) {
            return XK_FAILURE_ALGORITHM;
        }
        sizes.salt = key.salt.size;
        memcpy(salt, key.salt.data, key.salt.size);
    }
    describe(session, &sizes, result);
    result->key = (struct xk_bytes){space, sizes.key};
    result->salt = sizes.salt > 0 ? (struct xk_bytes){salt, sizes.salt} : (struct xk_bytes){NULL, 0};
    *used = XK_SESSION_KEY_MAX + XK_SALT_MAX;
    return XK_FAILURE_NONE;
}

void xki_kms_session(const struct xki_work *w, uint8_t cs_id, uint8_t *space, size_t space_size, size_t *used,
                     struct xk_session_result *result)
{
    struct xk_mikey_crypto_session session;
    memset(result, 0, sizeof *result);
    *used = 0;
    result->cs_id = cs_id;
    result->cipher = XK_CIPHER_ABSENT;
    result->encoding = XK_KEY_ENCODING_ABSENT;
    if (!find_session(w->exchange, cs_id, &session)) {
        result->failure = XK_FAILURE_SESSION_UNKNOWN;
    } else if (space_size < XK_SESSION_KEY_MAX + XK_SALT_MAX) {
        result->failure = XK_FAILURE_UNAVAILABLE;
    } else {
        result->failure = fill(w, &session, space, used, result);
        if (result->failure != XK_FAILURE_NONE) {
            xk_wipe(space, XK_SESSION_KEY_MAX + XK_SALT_MAX); /* of a key whose salt is wrong */
        }
    }
}
