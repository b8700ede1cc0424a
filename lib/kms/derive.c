/* SPDX-License-Identifier: BSD-2-Clause */
#include "kms/derive.h"

#include <string.h>

#include <xk/mikey.h>
#include <xk/secret.h>

#define BLOCK 32 /* the inkey is cut into blocks of 256 bits with either PRF */
#define PRF_MAX 256

bool xki_prf_known(unsigned int prf)
{
    return prf == XK_MIKEY_PRF_MIKEY_1 || prf == XK_MIKEY_PRF_HMAC_SHA_256;
}

/* P(s, label, m), XORed onto the output. A label has at most three parts. */
static bool add_block(enum xki_hash hash, struct xk_bytes block, const struct xk_bytes *label, size_t label_parts,
                      uint8_t *out, size_t size)
{
    uint8_t a[32];
    uint8_t piece[32];
    size_t step = xki_hash_size(hash);
    struct xk_bytes parts[4];
    bool good = xki_hmac(hash, block, label, label_parts, a);
    parts[0] = (struct xk_bytes){a, step};
    memcpy(parts + 1, label, label_parts * sizeof *label);
    for (size_t at = 0; good && at < size; at += step) {
        good = xki_hmac(hash, block, parts, label_parts + 1, piece);
        for (size_t i = 0; i < step && at + i < size; i++) {
            out[at + i] ^= piece[i];
        }
        good = good && xki_hmac(hash, block, parts, 1, piece);
        memcpy(a, piece, step);
    }
    xk_wipe(a, sizeof a);
    xk_wipe(piece, sizeof piece);
    return good;
}

static bool prf_parts(unsigned int prf, struct xk_bytes key, const struct xk_bytes *label, size_t label_parts,
                      uint8_t *out, size_t size)
{
    enum xki_hash hash = prf == XK_MIKEY_PRF_MIKEY_1 ? XKI_SHA_1 : XKI_SHA_256;
    bool good = xki_prf_known(prf) && key.size > 0 && size > 0 && size <= PRF_MAX;
    memset(out, 0, size);
    for (size_t at = 0; good && at < key.size; at += BLOCK) {
        struct xk_bytes block = {key.data + at, key.size - at < BLOCK ? key.size - at : BLOCK};
        good = add_block(hash, block, label, label_parts, out, size);
    }
    if (!good) {
        xk_wipe(out, size);
    }
    return good;
}

bool xki_prf(unsigned int prf, struct xk_bytes key, struct xk_bytes label, uint8_t *out, size_t size)
{
    return prf_parts(prf, key, &label, 1, out, size);
}

static size_t put_front(uint8_t *out, enum xki_constant constant, uint8_t cs_id, uint32_t csb_id, enum xki_label type)
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

bool xki_derive(const struct xki_derivation *d, enum xki_constant constant, uint8_t *out, size_t size)
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
    return xki_prf(d->prf, d->key, whole, out, size);
}

bool xki_derive_fork(unsigned int prf, enum xki_constant constant, struct xk_bytes key, struct xk_bytes responder,
                     struct xk_bytes rand_kms, uint8_t *out)
{
    uint8_t front[12];
    uint8_t behind[256];
    if (responder.size > 0xffff || rand_kms.size > 255) {
        return false;
    }
    size_t at = put_front(front, constant, 0xff, UINT32_MAX, XKI_LABEL_FORK);
    front[at++] = (uint8_t)(responder.size >> 8);
    front[at++] = (uint8_t)responder.size;
    behind[0] = (uint8_t)rand_kms.size;
    if (rand_kms.size > 0) {
        memcpy(behind + 1, rand_kms.data, rand_kms.size);
    }
    const struct xk_bytes label[] = {{front, at}, responder, {behind, 1 + rand_kms.size}};
    return prf_parts(prf, key, label, 3, out, key.size);
}

void xki_kemac_iv(const uint8_t salt_key[XKI_SALT_KEY_SIZE], uint32_t csb_id, uint64_t time, uint8_t iv[16])
{
    memset(iv, 0, 16);
    for (unsigned int i = 0; i < 4; i++) {
        iv[2 + i] = (uint8_t)(csb_id >> (24 - 8 * i));
    }
    for (unsigned int i = 0; i < 8; i++) {
        iv[6 + i] = (uint8_t)(time >> (56 - 8 * i));
    }
    for (unsigned int i = 0; i < XKI_SALT_KEY_SIZE; i++) {
        iv[i] ^= salt_key[i];
    }
}

bool xki_kemac_open(const struct xki_derivation *d, unsigned int algorithm, uint64_t time, struct xk_bytes in,
                    uint8_t *out, size_t *out_size)
{
    uint8_t encr_key[32];
    uint8_t salt_key[XKI_SALT_KEY_SIZE];
    uint8_t iv[16];
    size_t key_size = algorithm == 3 ? 32 : 16;
    struct xk_bytes key = {encr_key, key_size};
    bool good = algorithm <= 3;
    *out_size = in.size;
    if (good && algorithm == 0) {
        memcpy(out, in.data, in.size);
        return true;
    }
    good = good && xki_derive(d, XKI_ENCR_KEY, encr_key, key_size);
    if (good && algorithm == 2) {
        good = xki_aes_unwrap(key, in, out);
        *out_size = good ? in.size - 8 : 0;
    } else if (good) {
        good = xki_derive(d, XKI_SALT_KEY, salt_key, sizeof salt_key);
        if (good) {
            xki_kemac_iv(salt_key, d->csb_id, time, iv);
            good = xki_aes_cm(key, iv, in, out);
        }
        xk_wipe(salt_key, sizeof salt_key);
        xk_wipe(iv, sizeof iv);
    }
    xk_wipe(encr_key, sizeof encr_key);
    return good;
}

bool xki_verification_mac(const struct xki_derivation *d, unsigned int algorithm, const struct xk_bytes *parts,
                          size_t count, uint8_t *mac, size_t *size)
{
    uint8_t auth_key[32];
    if (algorithm != 1 && algorithm != 2) {
        return false;
    }
    enum xki_hash hash = algorithm == 1 ? XKI_SHA_1 : XKI_SHA_256;
    *size = xki_hash_size(hash);
    struct xk_bytes key = {auth_key, *size};
    bool good = xki_derive(d, XKI_AUTH_KEY, auth_key, *size) && xki_hmac(hash, key, parts, count, mac);
    xk_wipe(auth_key, sizeof auth_key);
    return good;
}
