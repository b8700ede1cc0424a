/* SPDX-License-Identifier: BSD-2-Clause */
/* The content of a KEMAC (RFC 3830 4.2.3, 6.2 and 6.13; RFC 6043 6.2): encrypted, decrypted, and read to its end. */
#ifndef XKI_KMS_KEMAC_H
#define XKI_KMS_KEMAC_H

#include <xk/mikey_ticket.h>
#include <xk_kms/kms.h>

#include "kms/derive.h"

#define XKI_KMS_SALT_KEY_SIZE 14 /* 112 bits, for the IV of AES-CM, and for SRTP by default */

/* Encryption algorithms of a KEMAC. */
enum xki_kms_encryption {
    XKI_KMS_NULL = 0,
    XKI_KMS_AES_CM_128 = 1,
    XKI_KMS_AES_KW_128 = 2,
    XKI_KMS_AES_CM_256 = 3
};

/* IV of AES-CM: (S XOR (0x0000 || CSB ID || T)) || 0x0000. */
void xki_kms_kemac_iv(const uint8_t salt_key[XKI_KMS_SALT_KEY_SIZE], uint32_t csb_id, uint64_t time, uint8_t iv[16]);

/* Decrypts with keys derived from `derivation`. `out` takes XK_KMS_KEMAC_MAX octets; *size is what came out. The reason
 * is XK_FAILURE_ALGORITHM, XK_FAILURE_KEMAC for what no key of ours wrapped, or XK_FAILURE_GENERIC. */
enum xk_failure xki_kms_kemac_open(const struct xki_kms_derivation *derivation, const struct xk_mikey_kemac *kemac,
                                   uint64_t time, uint8_t *out, size_t *size);

/* The other way: key data sub-payloads, encrypted. `out` takes XK_KMS_KEMAC_MAX + 8 octets. */
enum xk_status xki_kms_kemac_seal(const struct xki_kms_derivation *derivation, unsigned int encryption, uint64_t time,
                                  const struct xk_mikey_key_data *keys, size_t count, uint8_t *out, size_t *size,
                                  struct xk_diag *diag);

/* Can the content be read to its last octet: `mpks` MPKs in front, then session keys only; at least one key, and none
 * whose salt is empty? What cannot is never skipped: another key would be taken in its place. */
bool xki_kms_is_readable(struct xk_bytes content, unsigned int mpks);

#endif
