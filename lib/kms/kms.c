/* SPDX-License-Identifier: BSD-2-Clause */
/* A query from its ticket to its keys, one check after the other; each has its own reason to end it. */
#include <xk_kms/kms.h>

#include <string.h>

#include <xk/secret.h>

#include "kms/work.h"

void xk_kms_init(struct xk_kms *kms, const struct xk_kms_callbacks *callbacks, void *user)
{
    if (kms == NULL) {
        return;
    }
    memset(kms, 0, sizeof *kms);
    kms->size = sizeof *kms;
    kms->user = user;
    if (callbacks != NULL) {
        kms->callbacks = *callbacks;
    }
}

/* A time of type COUNTER cannot be compared with a validity in NTP time (RFC 6043 6.3). The high half of NTP times
 * from 1968 to 2036 has its top bit set; later ones have it clear (RFC 4330 section 3). */
static uint64_t comparable(const struct xk_mikey_time *time)
{
    return time->ntp64 ^ UINT64_C(0x8000000000000000);
}

static bool is_clock(const struct xk_mikey_time *time)
{
    return time->value.data != NULL && time->type != XK_MIKEY_TIME_COUNTER;
}

static bool is_valid(const struct xk_mikey_message *init)
{
    const struct xk_mikey_ticket *ticket = &init->ticket;
    uint64_t made = comparable(&init->time);
    if (!is_clock(&init->time)) {
        return true;
    }
    return (!is_clock(&ticket->valid_from) || comparable(&ticket->valid_from) <= made) &&
           (!is_clock(&ticket->valid_until) || made <= comparable(&ticket->valid_until));
}

static enum xk_failure check(struct xki_work *w)
{
    const struct xk_exchange *e = w->exchange;
    if (!xki_prf_known(e->init.header.prf)) {
        return XK_FAILURE_ALGORITHM;
    }
    enum xk_failure failure = xki_kms_open_ticket(w);
    if (failure == XK_FAILURE_NONE && !is_valid(&e->init)) {
        failure = XK_FAILURE_TICKET_EXPIRED;
    }
    if (failure == XK_FAILURE_NONE) {
        failure = xki_kms_split(w);
    }
    return failure == XK_FAILURE_NONE ? xki_kms_check_messages(w) : failure;
}

static void answer_sessions(const struct xki_work *w, struct xk_answer *answer)
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
    }
}

enum xk_answer_time xk_kms_resolve(const struct xk_kms *kms, const struct xk_query *query, struct xk_answer *answer)
{
    struct xki_work w;
    if (answer == NULL) {
        return XK_ANSWER_NOW;
    }
    if (kms == NULL || kms->size != sizeof *kms || kms->callbacks.ticket_key == NULL || query == NULL ||
        query->exchange == NULL || answer->sessions == NULL || answer->key_space == NULL) {
        answer->failure = XK_FAILURE_GENERIC;
        return XK_ANSWER_NOW;
    }
    struct xk_bytes issuer = query->exchange->init.ticket.kms.data;
    if (issuer.size > 0 && kms->callbacks.is_own != NULL && !kms->callbacks.is_own(issuer, kms->user)) {
        if (kms->callbacks.ask_other != NULL) {
            return kms->callbacks.ask_other(query, issuer, answer, kms->user);
        }
        answer->failure = XK_FAILURE_OTHER_KMS;
        answer->referral = issuer;
        return XK_ANSWER_NOW;
    }
    memset(&w, 0, sizeof w);
    w.kms = kms;
    w.query = query;
    w.exchange = query->exchange;
    w.responder = query->exchange->resp.id_responder.data;
    answer->failure = check(&w);
    if (answer->failure == XK_FAILURE_NONE) {
        answer_sessions(&w, answer);
    }
    xk_wipe(&w, sizeof w);
    return XK_ANSWER_NOW;
}
