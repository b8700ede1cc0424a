/* SPDX-License-Identifier: BSD-2-Clause */
/* Key derivation of RFC 3830 4.1 and RFC 6043 5.1: the PRF and its labels. True is success. */
#ifndef XKI_KMS_DERIVE_H
#define XKI_KMS_DERIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>

#include "kms/crypto.h"

#define XKI_SALT_KEY_SIZE 14 /* 112 bits, for IVs and for SRTP by default */

/* Consecutive nine-digit chunks of the decimals of e. */
enum xki_constant {
    XKI_TEK = 0x2AD01C64,
    XKI_ENCR_KEY = 0x150533E1,
    XKI_AUTH_KEY = 0x2D22AC75,
    XKI_SALT_KEY = 0x29B88916,
    XKI_SALT = 0x39A2C14B,
    XKI_MPKR_FORKED = 0x2B288856,
    XKI_TGK_FORKED = 0x1512B54A,
    XKI_MPKI = 0x220E99A2,
    XKI_MPKR = 0x1F4D675B
};

/* The octet of a label that tells what is derived. */
enum xki_label {
    XKI_LABEL_FORK = 0,
    XKI_LABEL_INIT = 1,
    XKI_LABEL_RESP = 2,
    XKI_LABEL_SESSION = 3,
    XKI_LABEL_VR = 4,
    XKI_LABEL_TICKET = 5,
    XKI_LABEL_SPLIT = 6
};

bool xki_prf_known(unsigned int prf);
bool xki_prf(unsigned int prf, struct xk_bytes key, struct xk_bytes label, uint8_t *out, size_t size);

/* const || cs_id || csb_id || type || len8 first [|| len8 second], an absent RAND being one octet 00. Labels that
 * end after `type` or after the first RAND say so with `rands`. */
struct xki_derivation {
    unsigned int prf;
    struct xk_bytes key;
    uint8_t cs_id;
    uint32_t csb_id;
    enum xki_label type;
    unsigned int rands; /* 0, 1 or 2 */
    struct xk_bytes first;
    struct xk_bytes second;
};

bool xki_derive(const struct xki_derivation *derivation, enum xki_constant constant, uint8_t *out, size_t size);

/* label const || FF || FFFFFFFF || 00 || len16 ID || len8 RANDRkms */
bool xki_derive_fork(unsigned int prf, enum xki_constant constant, struct xk_bytes key, struct xk_bytes responder,
                     struct xk_bytes rand_kms, uint8_t *out);

/* IV of AES-CM: (S XOR (0x0000 || CSB ID || T)) || 0x0000 (RFC 3830 4.2.3). */
void xki_kemac_iv(const uint8_t salt_key[XKI_SALT_KEY_SIZE], uint32_t csb_id, uint64_t time, uint8_t iv[16]);

/* Encrypts or decrypts a KEMAC's content with keys derived from `derivation`; false if the algorithm is unknown or
 * fails. `out` takes in.size octets; *out_size is what came out. */
bool xki_kemac_open(const struct xki_derivation *derivation, unsigned int algorithm, uint64_t time, struct xk_bytes in,
                    uint8_t *out, size_t *out_size);

/* MAC of a V payload over the parts, with the auth_key derived from `derivation`. `mac` takes 32 octets. */
bool xki_verification_mac(const struct xki_derivation *derivation, unsigned int algorithm,
                          const struct xk_bytes *parts, size_t count, uint8_t *mac, size_t *size);

#endif
