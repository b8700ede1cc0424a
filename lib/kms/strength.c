/* SPDX-License-Identifier: BSD-2-Clause */
/* Lengths and algorithms of RFC 6043 12.1: no key and no RAND below 128 bits, 256-bit algorithms by themselves. */
#include "kms/work.h"

#define SHORTEST 16

/* Which sizes of algorithms an exchange uses. The NULL encryption is of neither. */
struct sizes {
    bool small;
    bool large;
};

static void add_prf(struct sizes *sizes, unsigned int prf)
{
    sizes->small = sizes->small || prf == XK_MIKEY_PRF_MIKEY_1;
    sizes->large = sizes->large || prf == XK_MIKEY_PRF_HMAC_SHA_256;
}

static void add_parts(struct sizes *sizes, const struct xk_mikey_verification *v, const struct xk_mikey_kemac *kemac)
{
    bool keys = kemac->encrypted.data != NULL;
    bool kemac_small = kemac->encryption == XKI_KMS_AES_CM_128 || kemac->encryption == XKI_KMS_AES_KW_128;
    sizes->small = sizes->small || v->algorithm == XKI_KMS_SHA_1 || (keys && kemac_small);
    sizes->large =
        sizes->large || v->algorithm == XKI_KMS_SHA_256 || (keys && kemac->encryption == XKI_KMS_AES_CM_256);
}

static struct sizes algorithm_sizes(const struct xki_kms_work *w)
{
    const struct xk_mikey_message *init = &w->exchange->init;
    struct xk_mikey_ticket_data data;
    struct sizes sizes = {false, false};
    add_prf(&sizes, init->header.prf);
    add_prf(&sizes, init->ticket.prf);
    if (w->base_ticket && xk_mikey_read_ticket_data(&init->ticket, &data, NULL) == XK_OK) {
        add_parts(&sizes, &data.v, &data.kemac);
    }
    for (unsigned int i = XKI_KMS_OF_INIT; i < XKI_KMS_SOURCES; i++) {
        const struct xk_mikey_message *m = xki_kms_message(w->exchange, (enum xki_kms_source)i);
        if (m != NULL) {
            add_parts(&sizes, &m->v, &m->kemac);
        }
    }
    return sizes;
}

static bool rands_are_short(const struct xki_kms_work *w, size_t least, size_t least_of_ticket)
{
    const struct xk_exchange *e = w->exchange;
    size_t session = e->init.rand_initiator.size + (e->has_resp ? e->resp.rand_responder.size : 0);
    bool forking = xki_kms_is_forking(w) && e->has_resp;
    return session < least || (forking && e->resp.rand_kms.size < least) ||
           (!w->resolved && w->ticket.rand_size < least_of_ticket);
}

enum xk_failure xki_kms_check_algorithms(struct xki_kms_work *w)
{
    struct sizes sizes = algorithm_sizes(w);
    if (sizes.small && sizes.large && !w->kms->options.allow_mixed) {
        return xki_kms_fail(w, XK_FAILURE_ALGORITHM, "128 and 256 bits");
    }
    if (!w->kms->options.allow_short && rands_are_short(w, SHORTEST, SHORTEST)) {
        return xki_kms_fail(w, XK_FAILURE_ALGORITHM, "RAND");
    }
    return XK_FAILURE_NONE;
}

/* The RANDs must be as long as the longest key that is derived from with them: told, where they are at least 128 bits.
 * Keys over 128 bits ask for 256-bit algorithms: told likewise. */
enum xk_failure xki_kms_check_lengths(struct xki_kms_work *w)
{
    size_t longest = w->mpki_size;
    size_t of_ticket = w->tpk_size;
    bool long_key = false;
    for (unsigned int i = 0; i < XKI_KMS_SOURCES; i++) {
        struct xk_bytes content = xki_kms_content(w, (enum xki_kms_source)i);
        struct xk_mikey_key_data key;
        size_t position = 0;
        while (content.size > 0 && xk_mikey_next_key_data(content, &position, &key) == XK_OK) {
            bool tek = key.type == XK_MIKEY_TEK || key.type == XK_MIKEY_TEK_SALT;
            if (key.key.size < SHORTEST && !w->kms->options.allow_short) {
                return xki_kms_fail(w, XK_FAILURE_ALGORITHM, "Key data");
            }
            longest = !tek && key.key.size > longest ? key.key.size : longest;
            of_ticket = key.type == XK_MIKEY_MPK && key.key.size > of_ticket ? key.key.size : of_ticket;
            long_key = long_key || (key.type != XK_MIKEY_MPK && key.key.size > SHORTEST);
        }
    }
    if (rands_are_short(w, longest, of_ticket)) {
        xki_kms_tell(w, XK_KMS_NOTICE_SHORT_RAND, -1);
    }
    if (long_key && algorithm_sizes(w).small) {
        xki_kms_tell(w, XK_KMS_NOTICE_LONG_KEY, -1);
    }
    return XK_FAILURE_NONE;
}
