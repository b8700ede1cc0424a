/* SPDX-License-Identifier: BSD-2-Clause */
/* A query from its ticket to its keys, one check after the other; each has its own reason to end it. */
#include <xk_kms/kms.h>

#include <string.h>

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
    case XK_KMS_NOTICE_POLICY_CHANGED:
        return "policy-changed";
    case XK_KMS_NOTICE_SESSION_LEFT_OUT:
        return "session-left-out";
    case XK_KMS_NOTICE_NO_SPI:
        return "no-spi";
    case XK_KMS_NOTICE_OTHER_KEYS:
        return "other-keys";
    case XK_KMS_NOTICE_APPLICATIONS:
        return "applications";
    case XK_KMS_NOTICE_NOT_INITIATOR:
        return "not-initiator";
    case XK_KMS_NOTICE_NOT_RESPONDER:
        return "not-responder";
    case XK_KMS_NOTICE_SHORT_RAND:
        return "short-rand";
    case XK_KMS_NOTICE_LONG_KEY:
        return "long-key";
    }
    return "?";
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

static bool is_valid(const struct xk_mikey_message *init, uint32_t tolerance)
{
    const struct xk_mikey_ticket *ticket = &init->ticket;
    uint64_t made = comparable(&init->time);
    uint64_t slack = (uint64_t)tolerance << 32;
    uint64_t earliest = made < slack ? 0 : made - slack;
    uint64_t latest = made > UINT64_MAX - slack ? UINT64_MAX : made + slack;
    if (!is_clock(&init->time)) {
        return true;
    }
    return (!is_clock(&ticket->valid_from) || comparable(&ticket->valid_from) <= latest) &&
           (!is_clock(&ticket->valid_until) || earliest <= comparable(&ticket->valid_until));
}

static enum xk_failure check(struct xki_kms_work *w)
{
    const struct xk_exchange *e = w->exchange;
    if (!xki_kms_prf_known(e->init.header.prf)) {
        return xki_kms_fail(w, XK_FAILURE_ALGORITHM, "PRF func");
    }
    enum xk_failure failure = w->resolved ? xki_kms_take_resolved(w) : xki_kms_open_ticket(w);
    if (failure == XK_FAILURE_NONE && !is_valid(&e->init, w->kms->options.clock_tolerance)) {
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
    return failure == XK_FAILURE_NONE ? xki_kms_check_lengths(w) : failure;
}

/* For whom the ticket is, by its policy. An application is an identity in TP Data; nothing else reads them. */
static void tell_of_ticket(const struct xki_kms_work *w)
{
    const struct xk_mikey_ticket *ticket = &w->exchange->init.ticket;
    struct xk_mikey_message chain = {.whole = ticket->policy, .payloads_offset = 1,
                                     .header = {.first = ticket->policy.data[0]}};
    struct xk_mikey_payload payload = {.type = 0};
    bool applications = false;
    while (xk_mikey_next_payload(&chain, &payload)) {
        applications = applications || (payload.type == XK_MIKEY_IDR && payload.whole.data[1] == XK_MIKEY_IDR_APP);
    }
    if (applications) {
        xki_kms_tell(w, XK_KMS_NOTICE_APPLICATIONS, -1);
    }
    if ((ticket->flags & XK_MIKEY_FLAG_N) == 0) {
        xki_kms_tell(w, XK_KMS_NOTICE_NOT_INITIATOR, -1);
    }
    if ((ticket->flags & XK_MIKEY_FLAG_O) == 0) {
        xki_kms_tell(w, XK_KMS_NOTICE_NOT_RESPONDER, -1);
    }
}

/* What the RESP made of the offer. */
static void tell_of_choice(const struct xki_kms_work *w)
{
    struct xk_mikey_crypto_session offered;
    struct xk_mikey_crypto_session chosen;
    size_t position = 0;
    while (w->exchange->has_resp && xk_mikey_next_crypto_session(&w->exchange->init, &position, &offered)) {
        if (!xki_kms_find_entry(&w->exchange->resp, offered.cs_id, &chosen)) {
            xki_kms_tell(w, XK_KMS_NOTICE_SESSION_LEFT_OUT, offered.cs_id);
        } else if (offered.policies.size > 0 &&
                   memchr(offered.policies.data, chosen.policies.data[0], offered.policies.size) == NULL) {
            xki_kms_tell(w, XK_KMS_NOTICE_POLICY_CHANGED, offered.cs_id);
        }
    }
}

static void answer_sessions(const struct xki_kms_work *w, struct xk_answer *answer)
{
    const struct xk_query *query = w->query;
    size_t at = 0;
    tell_of_ticket(w);
    tell_of_choice(w);
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

enum xk_answer_time xk_kms_resolve(const struct xk_kms *kms, const struct xk_query *query, struct xk_answer *answer)
{
    struct xki_kms_work w;
    if (answer == NULL) {
        return XK_ANSWER_NOW;
    }
    if (kms == NULL || kms->size != sizeof *kms || kms->callbacks.ticket_key == NULL || query == NULL ||
        query->exchange == NULL || (query->cs_ids == NULL && query->cs_count > 0) || answer->sessions == NULL ||
        answer->key_space == NULL) {
        answer->failure = XK_FAILURE_GENERIC;
        return XK_ANSWER_NOW;
    }
    memset(&w, 0, sizeof w);
    w.kms = kms;
    w.query = query;
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
    return XK_ANSWER_NOW;
}
