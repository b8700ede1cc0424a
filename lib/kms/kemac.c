/* SPDX-License-Identifier: BSD-2-Clause */
#include "kms/kemac.h"

#include <string.h>

#include <xk/mikey_build.h>
#include <xk/secret.h>

#include "support/diag.h"

void xki_kms_kemac_iv(const uint8_t salt_key[XKI_KMS_SALT_KEY_SIZE], uint32_t csb_id, uint64_t time, uint8_t iv[16])
{
    memset(iv, 0, 16);
    for (unsigned int i = 0; i < 4; i++) {
        iv[2 + i] = (uint8_t)(csb_id >> (24 - 8 * i));
    }
    for (unsigned int i = 0; i < 8; i++) {
        iv[6 + i] = (uint8_t)(time >> (56 - 8 * i));
    }
    for (unsigned int i = 0; i < XKI_KMS_SALT_KEY_SIZE; i++) {
        iv[i] ^= salt_key[i];
    }
}

/* What a KEMAC is encrypted with. */
struct kemac_keys {
    uint8_t encr_key[32];
    size_t encr_key_size;
    uint8_t salt_key[XKI_KMS_SALT_KEY_SIZE]; /* of key wrap the first 64 bits, which are its IV */
    uint8_t iv[16];
};

static bool derive_keys(const struct xki_kms_derivation *d, unsigned int encryption, uint64_t time,
                        struct kemac_keys *keys)
{
    bool wrap = encryption == XKI_KMS_AES_KW_128;
    keys->encr_key_size = encryption == XKI_KMS_AES_CM_256 ? 32 : 16;
    if (!xki_kms_derive(d, XKI_KMS_ENCR_KEY, keys->encr_key, keys->encr_key_size) ||
        !xki_kms_derive(d, XKI_KMS_SALT_KEY, keys->salt_key, wrap ? XKI_KMS_WRAP_IV_SIZE : sizeof keys->salt_key)) {
        return false;
    }
    if (!wrap) {
        xki_kms_kemac_iv(keys->salt_key, d->csb_id, time, keys->iv);
    }
    return true;
}

enum xk_failure xki_kms_kemac_open(const struct xki_kms_derivation *d, const struct xk_mikey_kemac *kemac,
                                   uint64_t time, uint8_t *out, size_t *size)
{
    struct kemac_keys keys;
    struct xk_bytes in = kemac->encrypted;
    enum xk_failure failure = XK_FAILURE_NONE;
    *size = 0;
    if (kemac->encryption > XKI_KMS_AES_CM_256 || in.size > XK_KMS_KEMAC_MAX) {
        return XK_FAILURE_ALGORITHM;
    }
    if (kemac->encryption == XKI_KMS_NULL) {
        memcpy(out, in.data, in.size);
        *size = in.size;
        return XK_FAILURE_NONE;
    }
    if (in.size == 0) {
        return XK_FAILURE_KEMAC;
    }
    if (!derive_keys(d, kemac->encryption, time, &keys)) {
        failure = XK_FAILURE_GENERIC;
    } else if (kemac->encryption == XKI_KMS_AES_KW_128) {
        struct xk_bytes key = {keys.encr_key, keys.encr_key_size};
        failure = xki_kms_aes_unwrap(d->crypto, key, keys.salt_key, in, out) ? XK_FAILURE_NONE : XK_FAILURE_KEMAC;
        in.size -= XKI_KMS_WRAP_IV_SIZE;
    } else {
        struct xk_bytes key = {keys.encr_key, keys.encr_key_size};
        failure = xki_kms_aes_cm(d->crypto, key, keys.iv, in, out) ? XK_FAILURE_NONE : XK_FAILURE_GENERIC;
    }
    if (failure == XK_FAILURE_NONE) {
        *size = in.size;
    }
    xk_wipe(&keys, sizeof keys);
    return failure;
}

/* The plain text is as long as its keys ask for; for key wrap it must be a multiple of 64 bits. */
static enum xk_status encrypt(const struct xki_kms_derivation *d, unsigned int encryption, uint64_t time,
                              struct xk_bytes plain, uint8_t *out, size_t *size, struct xk_diag *diag)
{
    struct kemac_keys keys;
    bool wrap = encryption == XKI_KMS_AES_KW_128;
    if (wrap && plain.size % 8 != 0) {
        return xki_fail(diag, XK_E_FIELD, 0, "KEMAC");
    }
    bool good = derive_keys(d, encryption, time, &keys);
    struct xk_bytes key = {keys.encr_key, keys.encr_key_size};
    if (good && wrap) {
        good = xki_kms_aes_wrap(d->crypto, key, keys.salt_key, plain, out);
    } else if (good) {
        good = xki_kms_aes_cm(d->crypto, key, keys.iv, plain, out);
    }
    xk_wipe(&keys, sizeof keys);
    *size = plain.size + (wrap ? XKI_KMS_WRAP_IV_SIZE : 0);
    return good ? XK_OK : xki_fail(diag, XK_E_HOST, 0, "KEMAC");
}

enum xk_status xki_kms_kemac_seal(const struct xki_kms_derivation *d, unsigned int encryption, uint64_t time,
                                  const struct xk_mikey_key_data *keys, size_t count, uint8_t *out, size_t *size,
                                  struct xk_diag *diag)
{
    struct xk_mikey_builder b;
    uint8_t plain[XK_KMS_KEMAC_MAX];
    size_t plain_size = 0;
    xk_mikey_build_chain(&b, plain, sizeof plain, XK_MIKEY_CHAIN_IMPLIED);
    for (size_t i = 0; i < count; i++) {
        xk_mikey_add_key_data(&b, &keys[i]);
    }
    enum xk_status status = xk_mikey_build_end(&b, &plain_size, diag);
    if (status == XK_OK) {
        status = encrypt(d, encryption, time, (struct xk_bytes){plain, plain_size}, out, size, diag);
    }
    xk_wipe(plain, sizeof plain);
    return status;
}

static bool has_empty_salt(const struct xk_mikey_key_data *key)
{
    bool salted = key->type == XK_MIKEY_TGK_SALT || key->type == XK_MIKEY_TEK_SALT || key->type == XK_MIKEY_GTGK_SALT;
    return salted && key->salt.size == 0;
}

bool xki_kms_is_readable(struct xk_bytes content, unsigned int mpks)
{
    struct xk_mikey_key_data key;
    size_t position = 0;
    unsigned int count = 0;
    while (position < content.size) {
        if (xk_mikey_next_key_data(content, &position, &key) != XK_OK || has_empty_salt(&key) ||
            (key.type == XK_MIKEY_MPK) != (count < mpks)) {
            return false;
        }
        count++;
    }
    return count >= mpks && count > 0;
}
