/* SPDX-License-Identifier: BSD-2-Clause */
/* Issuing tickets and building whole messages with their MACs. */
#include <xk_kms/issue.h>

#include <string.h>

#include <xk/mikey_build.h>
#include <xk/secret.h>
#include <xk_kms/kms.h>

#include "kms/derive.h"

#define MAC_MAX 32

enum xk_status xk_kms_prf(unsigned int prf, struct xk_bytes key, struct xk_bytes label, uint8_t *out, size_t size)
{
    if (key.data == NULL || label.data == NULL || out == NULL || size == 0 || size > 256) {
        return XK_E_ARGUMENT;
    }
    if (!xki_prf_known(prf)) {
        return XK_E_FIELD;
    }
    return xki_prf(prf, key, label, out, size) ? XK_OK : XK_E_HOST;
}

enum xk_status xk_kms_split_mpk(unsigned int prf, struct xk_bytes mpk, struct xk_bytes rand, uint8_t *mpki,
                                uint8_t *mpkr)
{
    if (mpk.data == NULL || mpk.size == 0 || mpki == NULL || mpkr == NULL) {
        return XK_E_ARGUMENT;
    }
    if (!xki_prf_known(prf)) {
        return XK_E_FIELD;
    }
    const struct xki_derivation d = {prf, mpk, 0xff, UINT32_MAX, XKI_LABEL_SPLIT, 1, rand, {NULL, 0}};
    if (xki_derive(&d, XKI_MPKI, mpki, mpk.size) && xki_derive(&d, XKI_MPKR, mpkr, mpk.size)) {
        return XK_OK;
    }
    xk_wipe(mpki, mpk.size);
    xk_wipe(mpkr, mpk.size);
    return XK_E_HOST;
}

enum xk_status xk_kms_fork(unsigned int prf, enum xk_kms_forked what, struct xk_bytes key, struct xk_bytes responder,
                           struct xk_bytes rand_kms, uint8_t *forked)
{
    if (key.data == NULL || key.size == 0 || responder.data == NULL || rand_kms.data == NULL || forked == NULL) {
        return XK_E_ARGUMENT;
    }
    if (!xki_prf_known(prf)) {
        return XK_E_FIELD;
    }
    enum xki_constant constant = what == XK_KMS_FORK_MPKR ? XKI_MPKR_FORKED : XKI_TGK_FORKED;
    if (xki_derive_fork(prf, constant, key, responder, rand_kms, forked)) {
        return XK_OK;
    }
    xk_wipe(forked, key.size);
    return XK_E_HOST;
}

/* Key data sub-payloads, encrypted in place; the plain text is wiped by being overwritten. */
static enum xk_status seal_keys(const struct xki_derivation *d, unsigned int algorithm, uint64_t time,
                                const struct xk_mikey_key_data *keys, size_t count, uint8_t *out, size_t *size)
{
    struct xk_mikey_builder b;
    uint8_t plain[XK_KMS_KEMAC_MAX];
    size_t plain_size = 0;
    xk_mikey_build_chain(&b, plain, sizeof plain, XK_MIKEY_CHAIN_IMPLIED);
    for (size_t i = 0; i < count; i++) {
        xk_mikey_add_key_data(&b, &keys[i]);
    }
    enum xk_status status = xk_mikey_build_end(&b, &plain_size, NULL);
    struct xk_bytes in = {plain, plain_size};
    if (status == XK_OK && !xki_kemac_open(d, algorithm, time, in, out, size)) {
        status = XK_E_HOST;
    }
    xk_wipe(plain, sizeof plain);
    return status;
}

static unsigned int cipher_of(enum xk_kms_suite suite)
{
    return suite == XK_KMS_SUITE_256 ? 3 : 1;
}

static enum xk_status build_ticket_data(const struct xk_kms_ticket_content *c, const struct xki_derivation *d,
                                        uint8_t *out, size_t capacity, size_t *size)
{
    struct xk_mikey_builder b;
    uint8_t sealed[XK_KMS_KEMAC_MAX];
    size_t sealed_size = 0;
    enum xk_status status =
        seal_keys(d, cipher_of(c->suite), c->time.ntp64, c->keys, c->key_count, sealed, &sealed_size);
    if (status != XK_OK) {
        return status;
    }
    const struct xk_mikey_kemac kemac = {(uint8_t)cipher_of(c->suite), {sealed, sealed_size}, 0, {NULL, 0}};
    const struct xk_mikey_verification v = {(uint8_t)c->suite, {NULL, 0}};
    xk_mikey_build_chain(&b, out, capacity, XK_MIKEY_CHAIN_IMPLIED);
    xk_mikey_add_ticket_header(&b, c->header);
    xk_mikey_add_time(&b, &c->time);
    xk_mikey_add_rand(&b, 0, c->rand);
    xk_mikey_add_kemac(&b, &kemac);
    if (c->psk.data.size > 0) {
        xk_mikey_add_identity(&b, &c->psk);
    }
    xk_mikey_add_verification(&b, &v);
    return xk_mikey_build_end(&b, size, NULL);
}

enum xk_status xk_kms_issue_ticket(const struct xk_kms_ticket_content *content, uint8_t *out, size_t capacity,
                                   size_t *size, struct xk_mikey_ticket *ticket)
{
    const struct xk_kms_ticket_content *c = content;
    uint8_t data[XK_KMS_KEMAC_MAX + 1024];
    uint8_t mac[MAC_MAX];
    size_t data_size = 0;
    size_t mac_size = 0;
    size_t whole = 0;
    if (c == NULL || out == NULL || size == NULL || ticket == NULL || c->protection_key.data == NULL) {
        return XK_E_ARGUMENT;
    }
    if (!xki_prf_known(c->prf) || (c->suite != XK_KMS_SUITE_128 && c->suite != XK_KMS_SUITE_256)) {
        return XK_E_FIELD;
    }
    const struct xki_derivation d = {c->prf, c->protection_key, 0xff, UINT32_MAX, XKI_LABEL_TICKET, 1, c->rand,
                                     {NULL, 0}};
    enum xk_status status = build_ticket_data(c, &d, data, sizeof data, &data_size);
    if (status != XK_OK) {
        return status;
    }
    struct xk_mikey_ticket made;
    memset(&made, 0, sizeof made);
    made.type = c->type;
    made.subtype = c->subtype;
    made.version = c->version;
    made.prf = c->prf;
    made.flags = c->flags;
    made.policy = c->policy;
    made.ticket_data = (struct xk_bytes){data, data_size};
    struct xk_mikey_builder b;
    xk_mikey_build_chain(&b, out, capacity, XK_MIKEY_CHAIN_IMPLIED);
    xk_mikey_add_ticket(&b, &made);
    status = xk_mikey_build_end(&b, &whole, NULL);
    if (status != XK_OK) {
        return status;
    }
    /* Everything but the next-payload octet, the MAC and the (empty) Initiator Data with its length. */
    size_t mac_at = whole - 2 - xki_hash_size((enum xki_hash)c->suite);
    struct xk_bytes covered = {out + 1, mac_at - 1};
    if (!xki_verification_mac(&d, c->suite, &covered, 1, mac, &mac_size)) {
        return XK_E_HOST;
    }
    memcpy(out + mac_at, mac, mac_size);
    made.whole = (struct xk_bytes){out, whole};
    made.policy.data = out + 10;
    made.ticket_data.data = out + 10 + c->policy.size + 2;
    made.initiator_data_offset = whole - 2;
    *ticket = made;
    *size = whole;
    return XK_OK;
}
