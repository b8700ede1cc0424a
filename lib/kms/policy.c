/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Security policies (RFC 3830 6.10, RFC 6043 6.1.1, RFC 7714 14.3): how long key and salt of a Crypto Session are. A
 * policy is found by number and protocol; parameter numbers belong to their protocol. What is wrong is refused: no
 * default takes its place. One that cannot be read ends the query, as any part that cannot.
 */
#include "kms/work.h"

#define SRTP 0
#define CIPHER 0
#define KEY_LENGTH 1
#define SALT_LENGTH 4
#define DEFAULT_KEY 16
#define DEFAULT_SALT 14 /* 112 bits */
#define AEAD_SALT 12    /* 96 bits */

/* A value of a parameter; absent is UINT32_MAX. */
struct srtp {
    uint32_t cipher;
    uint32_t key;
    uint32_t salt;
};

static bool put(uint32_t *place, struct xk_bytes value)
{
    uint32_t number = 0;
    if (value.size == 0 || value.size > 4) {
        return false;
    }
    for (size_t i = 0; i < value.size; i++) {
        number = number << 8 | value.data[i];
    }
    bool fits = *place == UINT32_MAX || *place == number;
    *place = number;
    return fits && number != UINT32_MAX; /* which means here that there is none */
}

/* Parameters: type, length, value. One that comes twice must say the same. */
static bool read_srtp(struct xk_bytes parameters, struct srtp *srtp)
{
    *srtp = (struct srtp){UINT32_MAX, UINT32_MAX, UINT32_MAX};
    size_t at = 0;
    while (at < parameters.size) {
        if (parameters.size - at < 2 || parameters.data[at + 1] > parameters.size - at - 2) {
            return false;
        }
        struct xk_bytes value = {parameters.data + at + 2, parameters.data[at + 1]};
        unsigned int type = parameters.data[at];
        uint32_t *place = type == CIPHER ? &srtp->cipher : type == KEY_LENGTH ? &srtp->key : NULL;
        place = type == SALT_LENGTH ? &srtp->salt : place;
        if (place != NULL && !put(place, value)) {
            return false;
        }
        at += 2 + value.size;
    }
    return true;
}

enum xk_failure xki_kms_check_policies(struct xki_kms_work *w)
{
    struct srtp srtp;
    for (unsigned int i = XKI_KMS_OF_INIT; i < XKI_KMS_SOURCES; i++) {
        const struct xk_mikey_message *m = xki_kms_message(w->exchange, (enum xki_kms_source)i);
        struct xk_mikey_payload payload = {.type = 0};
        while (m != NULL && xk_mikey_next_payload(m, &payload)) {
            struct xk_mikey_policy policy;
            if (payload.type == XK_MIKEY_SP && xk_mikey_find_policy(m, payload.whole.data[1], &policy) &&
                policy.protocol == SRTP && !read_srtp(policy.parameters, &srtp)) {
                return xki_kms_fail(w, XK_FAILURE_MALFORMED, "SP");
            }
        }
    }
    return XK_FAILURE_NONE;
}

static uint32_t or_default(uint32_t value, uint32_t otherwise)
{
    return value == UINT32_MAX ? otherwise : value;
}

/* Of AES: what RFC 3711, 6188 and 7714 have. AES-GCM's salt is of 96 bits, whatever a policy says (RFC 7714). */
static bool judge_aes(const struct srtp *srtp, uint32_t cipher, struct xki_kms_lengths *lengths)
{
    bool gcm = cipher == XK_CIPHER_AES_GCM;
    lengths->key = or_default(srtp->key, DEFAULT_KEY);
    lengths->salt = gcm ? AEAD_SALT : or_default(srtp->salt, DEFAULT_SALT);
    lengths->cipher = (enum xk_cipher)cipher;
    return lengths->key == 16 || lengths->key == 32 || (lengths->key == 24 && !gcm);
}

/* Of other ciphers the defaults are not known here: the policy must tell both lengths. */
static bool judge_other(const struct srtp *srtp, bool allow_short, struct xki_kms_lengths *lengths)
{
    lengths->key = srtp->key;
    lengths->salt = srtp->salt;
    lengths->cipher = XK_CIPHER_ABSENT;
    return srtp->key != UINT32_MAX && srtp->salt != UINT32_MAX && srtp->key >= (allow_short ? 1 : DEFAULT_KEY);
}

static enum xk_failure judge(const struct xki_kms_work *w, struct xk_bytes parameters, struct xki_kms_lengths *lengths)
{
    struct srtp srtp;
    (void)read_srtp(parameters, &srtp); /* as it could be before */
    uint32_t cipher = or_default(srtp.cipher, XK_CIPHER_AES_CM); /* RFC 3711's default */
    bool aes = cipher <= XK_CIPHER_AES_F8 || cipher == XK_CIPHER_AES_GCM;
    bool good = aes ? judge_aes(&srtp, cipher, lengths) : judge_other(&srtp, w->kms->options.allow_short, lengths);
    return good && lengths->key <= XK_SESSION_KEY_MAX && lengths->salt <= XK_SALT_MAX ? XK_FAILURE_NONE
                                                                                     : XK_FAILURE_ALGORITHM;
}

enum search { NOT_THERE, FOUND, OF_ANOTHER_PROTOCOL };

/* Each peer counts its own policies: the newest message that has the number for the protocol is meant. In one message
 * the reader has seen to it that numbers are distinct. */
static enum search find(const struct xki_kms_work *w, uint8_t number, unsigned int protocol, bool of_update,
                        struct xk_bytes *parameters)
{
    enum search result = NOT_THERE;
    for (unsigned int i = of_update ? XKI_KMS_OF_UPDATE_RESP : XKI_KMS_OF_RESP; i >= XKI_KMS_OF_INIT; i--) {
        const struct xk_mikey_message *m = xki_kms_message(w->exchange, (enum xki_kms_source)i);
        struct xk_mikey_policy policy;
        if (!xk_mikey_find_policy(m, number, &policy)) {
            continue;
        }
        if (policy.protocol == protocol) {
            *parameters = policy.parameters;
            return FOUND;
        }
        result = OF_ANOTHER_PROTOCOL;
    }
    return result;
}

static enum xk_failure read_policy(const struct xki_kms_work *w, const struct xk_mikey_crypto_session *entry,
                                   uint8_t number, bool of_update, struct xki_kms_lengths *lengths, bool *assumed)
{
    struct xk_bytes parameters = {NULL, 0};
    enum search found = find(w, number, entry->protocol, of_update, &parameters);
    if (found == OF_ANOTHER_PROTOCOL) {
        return XK_FAILURE_MALFORMED;
    }
    *assumed = *assumed || found == NOT_THERE;
    if (found == NOT_THERE) {
        *lengths = (struct xki_kms_lengths){DEFAULT_KEY, DEFAULT_SALT, XK_CIPHER_ABSENT};
    }
    return found == FOUND && entry->protocol == SRTP ? judge(w, parameters, lengths) : XK_FAILURE_NONE;
}

/* Of another protocol nothing is known but that its policies are its own. */
static bool other_protocol(const struct xki_kms_work *w, struct xki_kms_lengths *lengths)
{
    uint32_t size = w->kms->options.other_tek_size;
    *lengths = (struct xki_kms_lengths){size == 0 ? DEFAULT_KEY : size, 0, XK_CIPHER_ABSENT};
    return size <= XK_SESSION_KEY_MAX;
}

enum xk_failure xki_kms_read_lengths(const struct xki_kms_work *w, const struct xk_mikey_crypto_session *entry,
                                     bool of_update, struct xki_kms_lengths *lengths)
{
    bool assumed = entry->policies.size == 0;
    *lengths = (struct xki_kms_lengths){DEFAULT_KEY, DEFAULT_SALT, XK_CIPHER_ABSENT};
    /* Without a RESP that chose one, several policies stand: they must come to the same. */
    for (size_t i = 0; i < entry->policies.size; i++) {
        struct xki_kms_lengths other = *lengths;
        enum xk_failure failure = read_policy(w, entry, entry->policies.data[i], of_update, &other, &assumed);
        if (failure != XK_FAILURE_NONE) {
            return failure;
        }
        if (i > 0 && (other.key != lengths->key || other.salt != lengths->salt || other.cipher != lengths->cipher)) {
            return XK_FAILURE_POLICY;
        }
        *lengths = other;
    }
    if (entry->protocol != SRTP) {
        return other_protocol(w, lengths) ? XK_FAILURE_NONE : XK_FAILURE_ALGORITHM;
    }
    if (assumed) {
        xki_kms_tell(w, XK_KMS_NOTICE_POLICY_ASSUMED, entry->cs_id);
    }
    return XK_FAILURE_NONE;
}
