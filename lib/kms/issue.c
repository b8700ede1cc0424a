/* SPDX-License-Identifier: BSD-2-Clause */
/* Issuing tickets (RFC 6043 appendix A), and the derivations that an issuer offers by themselves. */
#include "kms/issue.h"

#include <string.h>

#include <xk/mikey_build.h>
#include <xk/secret.h>

#include "support/diag.h"

#define MAC_MAX 32
#define RAND_MAX_SIZE 255

static bool is_key(struct xk_bytes key)
{
    return key.data != NULL && key.size > 0 && key.size <= XK_KMS_KEY_MAX;
}

static bool is_rand(struct xk_bytes rand)
{
    return xki_kms_is_view(rand) && rand.size <= RAND_MAX_SIZE;
}

enum xk_status xk_kms_prf(unsigned int prf, struct xk_bytes key, struct xk_bytes label, uint8_t *out, size_t size,
                          struct xk_diag *diag)
{
    if (key.data == NULL || key.size == 0 || label.data == NULL || out == NULL || size == 0 || size > 256) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (!xki_kms_prf_known(prf)) {
        return xki_fail(diag, XK_E_FIELD, 0, "PRF func");
    }
    return xki_kms_prf(NULL, prf, key, label, out, size) ? XK_OK : xki_fail(diag, XK_E_HOST, 0, "");
}

enum xk_status xk_kms_split_mpk(unsigned int prf, struct xk_bytes mpk, struct xk_bytes rand, uint8_t *mpki,
                                uint8_t *mpkr, struct xk_diag *diag)
{
    if (!is_key(mpk) || !is_rand(rand) || mpki == NULL || mpkr == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (!xki_kms_prf_known(prf)) {
        return xki_fail(diag, XK_E_FIELD, 0, "PRF func");
    }
    const struct xki_kms_derivation d = {prf, mpk, 0xff, UINT32_MAX, XKI_KMS_LABEL_SPLIT, 1, rand, {NULL, 0}, NULL};
    if (xki_kms_derive(&d, XKI_KMS_MPKI, mpki, mpk.size) && xki_kms_derive(&d, XKI_KMS_MPKR, mpkr, mpk.size)) {
        return XK_OK;
    }
    xk_wipe(mpki, mpk.size);
    xk_wipe(mpkr, mpk.size);
    return xki_fail(diag, XK_E_HOST, 0, "");
}

enum xk_status xk_kms_fork(unsigned int prf, enum xk_kms_forked what, struct xk_bytes key, struct xk_bytes responder,
                           struct xk_bytes rand_kms, uint8_t *forked, struct xk_diag *diag)
{
    if (!is_key(key) || responder.data == NULL || responder.size > UINT16_MAX || rand_kms.data == NULL ||
        !is_rand(rand_kms) || forked == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (!xki_kms_prf_known(prf)) {
        return xki_fail(diag, XK_E_FIELD, 0, "PRF func");
    }
    enum xki_kms_constant constant = what == XK_KMS_FORK_MPKR ? XKI_KMS_MPKR_FORKED : XKI_KMS_TGK_FORKED;
    if (xki_kms_derive_fork(NULL, prf, constant, key, responder, rand_kms, forked)) {
        return XK_OK;
    }
    return xki_fail(diag, XK_E_HOST, 0, ""); /* the PRF has wiped its output */
}

static enum xk_status build_ticket_data(const struct xk_kms_ticket_content *c, const struct xki_kms_derivation *d,
                                        uint8_t *out, size_t capacity, size_t *size, struct xk_diag *diag)
{
    struct xk_mikey_builder b;
    uint8_t sealed[XKI_KMS_SEALED_MAX];
    size_t sealed_size = 0;
    unsigned int encryption = xki_kms_encryption_of(c->suite, c->encryption);
    enum xk_status status =
        xki_kms_kemac_seal(d, encryption, c->time.ntp64, c->keys, c->key_count, sealed, &sealed_size, diag);
    if (status != XK_OK) {
        return status;
    }
    const struct xk_mikey_kemac kemac = {(uint8_t)encryption, {sealed, sealed_size}, 0, {NULL, 0}};
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
    return xk_mikey_build_end(&b, size, diag);
}

static struct xk_mikey_ticket describe(const struct xk_kms_ticket_content *c, struct xk_bytes data)
{
    struct xk_mikey_ticket made;
    memset(&made, 0, sizeof made);
    made.type = c->type;
    made.subtype = c->subtype;
    made.version = c->version;
    made.prf = c->prf;
    made.flags = c->flags;
    made.policy = c->policy;
    made.ticket_data = data;
    return made;
}

static enum xk_status check_content(const struct xk_kms_ticket_content *c, struct xk_diag *diag)
{
    const struct {
        bool good;
        const char *name;
    } rules[] = {
        {c->protection_key.data != NULL && c->protection_key.size > 0, "protection_key"},
        {c->keys != NULL || c->key_count == 0, "keys"},
        {is_rand(c->rand), "rand"},
        {xki_kms_is_view(c->policy), "policy"},
        {xki_kms_is_view(c->header), "header"},
        {xki_kms_is_view(c->psk.data), "psk"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (!rules[i].good) {
            return xki_fail(diag, XK_E_ARGUMENT, 0, rules[i].name);
        }
    }
    if (!xki_kms_prf_known(c->prf)) {
        return xki_fail(diag, XK_E_FIELD, 0, "PRF func");
    }
    if (!xki_kms_suite_known(c->suite)) {
        return xki_fail(diag, XK_E_FIELD, 0, "suite");
    }
    return (unsigned int)c->encryption <= XK_KMS_ENCRYPTION_AES_CM_256 ? XK_OK
                                                                        : xki_fail(diag, XK_E_FIELD, 0, "KEMAC");
}

enum xk_status xk_kms_issue_ticket(const struct xk_kms_ticket_content *content, uint8_t *out, size_t capacity,
                                   size_t *size, struct xk_mikey_ticket *ticket, struct xk_diag *diag)
{
    const struct xk_kms_ticket_content *c = content;
    uint8_t data[XKI_KMS_SEALED_MAX + 1024];
    uint8_t mac[MAC_MAX];
    size_t data_size = 0;
    size_t mac_size = 0;
    size_t whole = 0;
    if (c == NULL || out == NULL || size == NULL || ticket == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = check_content(c, diag);
    if (status != XK_OK) {
        return status;
    }
    const struct xki_kms_derivation d = {c->prf, c->protection_key, 0xff, UINT32_MAX, XKI_KMS_LABEL_TICKET, 1, c->rand,
                                         {NULL, 0}, NULL};
    status = build_ticket_data(c, &d, data, sizeof data, &data_size, diag);
    if (status != XK_OK) {
        return status;
    }
    struct xk_mikey_ticket made = describe(c, (struct xk_bytes){data, data_size});
    struct xk_mikey_builder b;
    xk_mikey_build_chain(&b, out, capacity, XK_MIKEY_CHAIN_IMPLIED);
    xk_mikey_add_ticket(&b, &made);
    status = xk_mikey_build_end(&b, &whole, diag);
    if (status != XK_OK) {
        return status;
    }
    /* Everything but the next-payload octet, the MAC and the (empty) Initiator Data with its length. */
    size_t mac_at = whole - 2 - xki_kms_hash_size((enum xki_kms_hash)c->suite);
    struct xk_bytes covered = {out + 1, mac_at - 1};
    if (!xki_kms_mac(&d, c->suite, &covered, 1, mac, &mac_size)) {
        return xki_fail(diag, XK_E_HOST, 0, "V");
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
