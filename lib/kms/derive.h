/* SPDX-License-Identifier: BSD-2-Clause */
/* Key derivation of RFC 3830 4.1 and RFC 6043 5.1: the PRF and its labels. True is success. */
#ifndef XKI_KMS_DERIVE_H
#define XKI_KMS_DERIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>

#include "kms/crypto.h"

/* Consecutive nine-digit chunks of the decimals of e. */
enum xki_kms_constant {
    XKI_KMS_TEK = 0x2AD01C64,
    XKI_KMS_ENCR_KEY = 0x150533E1,
    XKI_KMS_AUTH_KEY = 0x2D22AC75,
    XKI_KMS_SALT_KEY = 0x29B88916,
    XKI_KMS_SALT = 0x39A2C14B,
    XKI_KMS_MPKR_FORKED = 0x2B288856,
    XKI_KMS_TGK_FORKED = 0x1512B54A,
    XKI_KMS_MPKI = 0x220E99A2,
    XKI_KMS_MPKR = 0x1F4D675B
};

/* The octet of a label that tells what is derived. */
enum xki_kms_label {
    XKI_KMS_LABEL_FORK = 0,
    XKI_KMS_LABEL_INIT = 1,
    XKI_KMS_LABEL_RESP = 2,
    XKI_KMS_LABEL_SESSION = 3,
    XKI_KMS_LABEL_VR = 4,
    XKI_KMS_LABEL_TICKET = 5,
    XKI_KMS_LABEL_SPLIT = 6
};

bool xki_kms_prf_known(unsigned int prf);
/* `crypto` may be NULL, here and in what follows. */
bool xki_kms_prf(struct xki_kms_crypto *crypto, unsigned int prf, struct xk_bytes key, struct xk_bytes label,
                 uint8_t *out, size_t size);

/* const || cs_id || csb_id || type || len8 first [|| len8 second], an absent RAND being one octet 00. Labels that
 * end after `type` or after the first RAND say so with `rands`. */
struct xki_kms_derivation {
    unsigned int prf;
    struct xk_bytes key;
    uint8_t cs_id;
    uint32_t csb_id;
    enum xki_kms_label type;
    unsigned int rands; /* 0, 1 or 2 */
    struct xk_bytes first;
    struct xk_bytes second;
    struct xki_kms_crypto *crypto;
};

bool xki_kms_derive(const struct xki_kms_derivation *derivation, enum xki_kms_constant constant, uint8_t *out,
                    size_t size);

/* label const || FF || FFFFFFFF || 00 || len16 ID || len8 RANDRkms; `out` takes key.size octets. */
bool xki_kms_derive_fork(struct xki_kms_crypto *crypto, unsigned int prf, enum xki_kms_constant constant,
                         struct xk_bytes key, struct xk_bytes responder, struct xk_bytes rand_kms, uint8_t *out);

/* MAC of a V payload over the parts, with the auth_key derived from `derivation`. `mac` takes 32 octets. */
bool xki_kms_mac(const struct xki_kms_derivation *derivation, unsigned int algorithm, const struct xk_bytes *parts,
                 size_t count, uint8_t *mac, size_t *size);

#endif
