/* SPDX-License-Identifier: BSD-2-Clause */
/* A query from its ticket to its keys, one check after the other; each has its own reason to end it. */
#include <xk_kms/kms.h>

#include <string.h>

#include <openssl/crypto.h>

#include <xk/secret.h>

#include "kms/work.h"

void xk_kms_defaults(struct xk_kms *kms, size_t size, const struct xk_kms_callbacks *callbacks, void *user)
{
    struct xk_kms made;
    if (kms == NULL || size < sizeof kms->size) {
        return;
    }
    memset(&made, 0, sizeof made);
    made.size = size <= sizeof made ? size : 0;
    made.user = user;
    if (callbacks != NULL) {
        made.callbacks = *callbacks;
    }
    memcpy(kms, &made, size <= sizeof made ? size : sizeof made);
}

const char *xk_kms_notice_name(enum xk_kms_notice notice)
{
    switch (notice) {
    case XK_KMS_NOTICE_POLICY_ASSUMED:
        return "policy-assumed";
    case XK_KMS_NOTICE_LENGTH_ASSUMED:
        return "length-assumed";
    case XK_KMS_NOTICE_NO_SPI:
        return "no-spi";
    case XK_KMS_NOTICE_OTHER_KEYS:
        return "other-keys";
    case XK_KMS_NOTICE_SHORT_RAND:
        return "short-rand";
    case XK_KMS_NOTICE_LONG_KEY:
        return "long-key";
    }
    return "?";
}

/* The check of the relation has judged the validity by the host's rules, and the MACs now hold what it read. Without
 * one, the defaults of those rules. */
static bool is_valid(const struct xki_kms_work *w)
{
    enum xk_validity validity = xk_exchange_validity(w->exchange, 0);
    return w->query->relation != NULL || validity == XK_VALIDITY_WITHIN || validity == XK_VALIDITY_UNKNOWN;
}

static enum xk_failure check(struct xki_kms_work *w)
{
    const struct xk_exchange *e = w->exchange;
    if (!xki_kms_prf_known(e->init.header.prf)) {
        return xki_kms_fail(w, XK_FAILURE_ALGORITHM, "PRF func");
    }
    enum xk_failure failure = w->resolved ? xki_kms_take_resolved(w) : xki_kms_open_ticket(w);
    if (failure == XK_FAILURE_NONE && !is_valid(w)) {
        failure = xki_kms_fail(w, XK_FAILURE_TICKET_EXPIRED, "T of TRANSFER_INIT");
    }
    if (failure == XK_FAILURE_NONE) {
        failure = xki_kms_check_algorithms(w);
    }
    if (failure == XK_FAILURE_NONE) {
        failure = xki_kms_split(w);
    }
    if (failure == XK_FAILURE_NONE) {
        failure = xki_kms_check_messages(w);
    }
    if (failure == XK_FAILURE_NONE) {
        failure = xki_kms_check_policies(w);
    }
    return failure == XK_FAILURE_NONE ? xki_kms_check_lengths(w) : failure;
}

static void answer_sessions(const struct xki_kms_work *w, struct xk_answer *answer)
{
    const struct xk_query *query = w->query;
    size_t at = 0;
    for (size_t i = 0; i < query->cs_count; i++) {
        size_t used = 0;
        xki_kms_session(w, query->cs_ids[i], answer->key_space + at, answer->key_space_size - at, &used,
                        &answer->sessions[i]);
        at += used;
    }
    answer->session_count = query->cs_count;
    if (query->cs_count == 0) {
        answer->failure = XK_FAILURE_SESSION_UNKNOWN;
        answer->field = "CS ID map info";
    }
}

/* A ticket of another KMS: what its resolution brought, or whom to ask. */
static bool is_ours(struct xki_kms_work *w, struct xk_bytes issuer, struct xk_answer *answer)
{
    const struct xk_kms_callbacks *callbacks = &w->kms->callbacks;
    const struct xk_exchange *e = w->exchange;
    if (issuer.size == 0 || callbacks->is_own == NULL || callbacks->is_own(issuer, w->kms->user)) {
        return true;
    }
    const struct xk_bytes none = {NULL, 0};
    answer->failure = XK_FAILURE_OTHER_KMS;
    if (callbacks->resolved_ticket != NULL) {
        answer->failure = callbacks->resolved_ticket(&e->init.ticket, e->has_resp ? e->resp.id_responder.data : none,
                                                     e->has_resp ? e->resp.rand_kms : none, &w->ticket, w->kms->user);
    }
    w->resolved = answer->failure == XK_FAILURE_NONE;
    if (!w->resolved) {
        answer->field = "IDRkms";
        answer->referral = answer->failure == XK_FAILURE_OTHER_KMS ? issuer : none;
    }
    return w->resolved;
}

/* The caller's, of one thread at a time. Between two queries no key is in it. */
struct xk_kms_context {
    struct xki_kms_crypto crypto;
};

enum xk_status xk_kms_context_create(struct xk_kms_context **context)
{
    if (context == NULL) {
        return XK_E_ARGUMENT;
    }
    struct xk_kms_context *made = OPENSSL_zalloc(sizeof *made);
    if (made == NULL) {
        return XK_E_MEMORY;
    }
    *context = made;
    return XK_OK;
}

void xk_kms_context_destroy(struct xk_kms_context *context)
{
    if (context != NULL) {
        xki_kms_crypto_free(&context->crypto);
        OPENSSL_free(context);
    }
}

static void resolve(const struct xk_kms *kms, struct xki_kms_crypto *crypto, const struct xk_query *query,
                    struct xk_answer *answer)
{
    struct xki_kms_work w;
    memset(&w, 0, sizeof w);
    w.kms = kms;
    w.query = query;
    w.crypto = crypto;
    w.exchange = query->exchange;
    w.field = "";
    w.responder = query->exchange->resp.id_responder.data;
    if (is_ours(&w, query->exchange->init.ticket.kms.data, answer)) {
        answer->failure = check(&w);
        answer->field = answer->failure != XK_FAILURE_NONE ? w.field : "";
        if (answer->failure == XK_FAILURE_NONE) {
            answer_sessions(&w, answer);
        }
    }
    xk_wipe(&w, sizeof w);
}

enum xk_answer_time xk_kms_resolve_in(struct xk_kms_context *context, const struct xk_kms *kms,
                                      const struct xk_query *query, struct xk_answer *answer)
{
    struct xki_kms_crypto own = {0};
    if (answer == NULL) {
        return XK_ANSWER_NOW;
    }
    if (kms == NULL || kms->size != sizeof *kms || kms->callbacks.ticket_key == NULL || query == NULL ||
        query->exchange == NULL || (query->cs_ids == NULL && query->cs_count > 0) || answer->sessions == NULL ||
        answer->key_space == NULL) {
        answer->failure = XK_FAILURE_GENERIC;
        return XK_ANSWER_NOW;
    }
    resolve(kms, context != NULL ? &context->crypto : &own, query, answer);
    if (context != NULL) {
        xki_kms_crypto_forget(&context->crypto);
    }
    xki_kms_crypto_free(&own);
    return XK_ANSWER_NOW;
}

enum xk_answer_time xk_kms_resolve(const struct xk_kms *kms, const struct xk_query *query, struct xk_answer *answer)
{
    return xk_kms_resolve_in(NULL, kms, query, answer);
}
