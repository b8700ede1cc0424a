/* SPDX-License-Identifier: BSD-2-Clause */
#include "kms/derive.h"

#include <string.h>

#include <xk/mikey.h>
#include <xk/secret.h>

#define BLOCK 32 /* the inkey is cut into blocks of 256 bits with either PRF */
#define PRF_MAX 256

bool xki_kms_prf_known(unsigned int prf)
{
    return prf == XK_MIKEY_PRF_MIKEY_1 || prf == XK_MIKEY_PRF_HMAC_SHA_256;
}

/* P(s, label, m), XORed onto the output. A label has at most three parts. One key for all, and no A_i that nothing
 * follows. */
static bool add_block(struct xki_kms_crypto *crypto, enum xki_kms_hash hash, struct xk_bytes block,
                      const struct xk_bytes *label, size_t label_parts, uint8_t *out, size_t size)
{
    uint8_t a[32];
    uint8_t piece[32];
    size_t step = xki_kms_hash_size(hash);
    struct xk_bytes parts[4];
    bool good = xki_kms_hmac(crypto, hash, block, label, label_parts, a);
    parts[0] = (struct xk_bytes){a, step};
    memcpy(parts + 1, label, label_parts * sizeof *label);
    for (size_t at = 0; good && at < size; at += step) {
        good = at == 0 || xki_kms_hmac_again(crypto, hash, parts, 1, a);
        good = good && xki_kms_hmac_again(crypto, hash, parts, label_parts + 1, piece);
        for (size_t i = 0; good && i < step && at + i < size; i++) {
            out[at + i] ^= piece[i];
        }
    }
    xk_wipe(a, sizeof a);
    xk_wipe(piece, sizeof piece);
    return good;
}

static bool prf_parts(struct xki_kms_crypto *crypto, unsigned int prf, struct xk_bytes key,
                      const struct xk_bytes *label, size_t label_parts, uint8_t *out, size_t size)
{
    struct xki_kms_crypto own = {0};
    enum xki_kms_hash hash = prf == XK_MIKEY_PRF_MIKEY_1 ? XKI_KMS_SHA_1 : XKI_KMS_SHA_256;
    bool good = xki_kms_prf_known(prf) && key.size > 0 && size > 0 && size <= PRF_MAX;
    memset(out, 0, size);
    for (size_t at = 0; good && at < key.size; at += BLOCK) {
        struct xk_bytes block = {key.data + at, key.size - at < BLOCK ? key.size - at : BLOCK};
        good = add_block(crypto != NULL ? crypto : &own, hash, block, label, label_parts, out, size);
    }
    xki_kms_crypto_free(&own);
    if (!good) {
        xk_wipe(out, size);
    }
    return good;
}

bool xki_kms_prf(struct xki_kms_crypto *crypto, unsigned int prf, struct xk_bytes key, struct xk_bytes label,
                 uint8_t *out, size_t size)
{
    return prf_parts(crypto, prf, key, &label, 1, out, size);
}

static size_t put_front(uint8_t *out, enum xki_kms_constant constant, uint8_t cs_id, uint32_t csb_id,
                        enum xki_kms_label type)
{
    uint32_t value = (uint32_t)constant;
    for (unsigned int i = 0; i < 4; i++) {
        out[i] = (uint8_t)(value >> (24 - 8 * i));
        out[5 + i] = (uint8_t)(csb_id >> (24 - 8 * i));
    }
    out[4] = cs_id;
    out[9] = (uint8_t)type;
    return 10;
}

bool xki_kms_derive(const struct xki_kms_derivation *d, enum xki_kms_constant constant, uint8_t *out, size_t size)
{
    uint8_t label[10 + 2 * 256];
    size_t at = put_front(label, constant, d->cs_id, d->csb_id, d->type);
    const struct xk_bytes rands[] = {d->first, d->second};
    for (unsigned int i = 0; i < d->rands && i < sizeof rands / sizeof *rands; i++) {
        if (rands[i].size > 255) {
            return false;
        }
        label[at++] = (uint8_t)rands[i].size;
        if (rands[i].size > 0) {
            memcpy(label + at, rands[i].data, rands[i].size);
        }
        at += rands[i].size;
    }
    struct xk_bytes whole = {label, at};
    return xki_kms_prf(d->crypto, d->prf, d->key, whole, out, size);
}

bool xki_kms_derive_fork(struct xki_kms_crypto *crypto, unsigned int prf, enum xki_kms_constant constant,
                         struct xk_bytes key, struct xk_bytes responder, struct xk_bytes rand_kms, uint8_t *out)
{
    uint8_t front[12];
    uint8_t behind[256];
    if (responder.size > 0xffff || rand_kms.size > 255) {
        return false;
    }
    size_t at = put_front(front, constant, 0xff, UINT32_MAX, XKI_KMS_LABEL_FORK);
    front[at++] = (uint8_t)(responder.size >> 8);
    front[at++] = (uint8_t)responder.size;
    behind[0] = (uint8_t)rand_kms.size;
    if (rand_kms.size > 0) {
        memcpy(behind + 1, rand_kms.data, rand_kms.size);
    }
    const struct xk_bytes label[] = {{front, at}, responder, {behind, 1 + rand_kms.size}};
    return prf_parts(crypto, prf, key, label, 3, out, key.size);
}

bool xki_kms_mac(const struct xki_kms_derivation *d, unsigned int algorithm, const struct xk_bytes *parts,
                 size_t count, uint8_t *mac, size_t *size)
{
    uint8_t auth_key[32];
    if (algorithm != 1 && algorithm != 2) {
        return false;
    }
    enum xki_kms_hash hash = algorithm == 1 ? XKI_KMS_SHA_1 : XKI_KMS_SHA_256;
    *size = xki_kms_hash_size(hash);
    struct xk_bytes key = {auth_key, *size};
    bool good = xki_kms_derive(d, XKI_KMS_AUTH_KEY, auth_key, *size) &&
                xki_kms_hmac(d->crypto, hash, key, parts, count, mac);
    xk_wipe(auth_key, sizeof auth_key);
    return good;
}
