/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "df2/calls_table.h"
#include "df2/df2.h"
#include "df2/records.h"
#include "df2/watch.h"
#include "support/support.h"

#define KEPT_MAX 24          /* messages of one call */
#define ENDED_MS 32000       /* 64 * T1 after the end */
#define UNANSWERED_MS 190000 /* beyond timer C */
#define IDLE_MS 86400000

/* The call of a message, known by both of its names from now on. */
static struct call *call_of(struct df2 *df2, const struct sip_event *event, const struct xk_sip_message *sip)
{
    struct calls *calls = &df2->calls;
    uint8_t name[16];
    struct call *call = calls_find(df2, sip->call_id, event->correlation);
    if (call == NULL) {
        call = calls_make(calls, event->name);
    }
    if (call == NULL || !calls_digest(calls, 'i', sip->call_id, name) || !calls_add_name(calls, call, name) ||
        (event->correlation.size > 0 &&
         (!calls_digest(calls, 'c', event->correlation, name) || !calls_add_name(calls, call, name)))) {
        return NULL;
    }
    calls_unlink(calls, call);
    calls_link_newest(calls, call);
    call->last_ms = loop_now();
    return call;
}

static void add_kept(struct calls *calls, struct call *call, struct kept *kept)
{
    *(call->last != NULL ? &call->last->next : &call->first) = kept;
    call->last = kept;
    call->kept_count++;
    call->octets += sizeof *kept + kept->size;
    calls->octets += sizeof *kept + kept->size;
}

/* The messages of the set-up, each once as it was sent; what comes later is told and not kept. */
static void keep(struct df2 *df2, struct call *call, const struct sip_event *event, const struct xk_sip_message *sip)
{
    const size_t size = sizeof(struct kept) + event->octets.size;
    if (call->kept_count == KEPT_MAX || (call->answered && sip->sdp.size == 0) ||
        !calls_make_room(&df2->calls, call, size)) {
        return;
    }
    struct kept *kept = calloc(1, size);
    if (kept == NULL) {
        return;
    }
    memcpy(kept->octets, event->octets.data, event->octets.size);
    kept->size = event->octets.size;
    kept->time = event->time;
    kept->trusted = event->trusted;
    kept->is_request = sip->is_request;
    kept->is_ack =
        sip->is_request && (sip->method.size == 3 || sip->method.size == 5) &&
        (memcmp(sip->method.data, "ACK", 3) == 0 || memcmp(sip->method.data, "PRACK", sip->method.size) == 0);
    kept->headers = sip->body.data != NULL ? (size_t)(sip->body.data - event->octets.data) : event->octets.size;
    if (sip->sdp.size > 0) {
        kept->sdp = (size_t)(sip->sdp.data - event->octets.data);
        kept->sdp_size = sip->sdp.size;
    }
    add_kept(&df2->calls, call, kept);
}

static bool has_method(struct xk_bytes method, const char *name)
{
    return method.size == strlen(name) && memcmp(method.data, name, method.size) == 0;
}

/* What the message says of the call's life, and who began it. */
static void follow(struct df2 *df2, struct call *call, const struct xk_sip_message *sip)
{
    bool invite = has_method(sip->cseq_method, "INVITE");
    if (sip->is_request && invite && sip->to_tag.size == 0 && sip->from_tag.size > 0 && !call->has_caller_tag) {
        call->has_caller_tag = calls_digest(&df2->calls, 't', sip->from_tag, call->caller_tag);
    }
    if (!sip->is_request && invite && sip->status_code >= 200 && sip->status_code < 300) {
        call->answered_ms = call->answered ? call->answered_ms : loop_now();
        call->answered = true;
        call->ended = false;
    } else if (!sip->is_request && invite && sip->status_code >= 400 && !call->answered) {
        call->ended = true;
    } else if (sip->is_request && invite) {
        call->ended = false;
    } else if (sip->is_request && has_method(sip->method, "BYE")) {
        call->ended = true;
    }
}

/* Was the one in From of this message the caller? */
static bool from_is_caller(struct df2 *df2, const struct call *call, const struct xk_sip_message *sip)
{
    uint8_t tag[16];
    if (!call->has_caller_tag || sip->from_tag.size == 0 || !calls_digest(&df2->calls, 't', sip->from_tag, tag)) {
        return true;
    }
    return memcmp(tag, call->caller_tag, sizeof tag) == 0;
}

/* Which side of the call an identity stands on. */
static enum xk_initiator side_of(enum xk_sip_source source, bool is_request, bool from_caller)
{
    bool of_from = source == XK_SIP_FROM || source == XK_SIP_PREFERRED || (source == XK_SIP_ASSERTED && is_request);
    return of_from == from_caller ? XK_INITIATOR_ORIGINATING_TARGET : XK_INITIATOR_TERMINATING_TARGET;
}

/* A message shows that the call concerns a warrant; of one that began later the call was running (TS 33.108 7.5). */
static void note_concern(struct df2 *df2, struct call *call, const struct warrant *warrant,
                         const struct xk_sip_message *sip, enum xk_initiator initiator, bool mid_call)
{
    uint32_t cin = call_find_concern(call, warrant->number) == NULL ? calls_cin(df2, warrant, sip->call_id) : 0;
    bool ran = call->answered && warrant->begun_ms > call->answered_ms;
    if (cin != 0) {
        (void)call_concern(df2, call, warrant, cin, initiator, mid_call || ran);
    }
}

/* Whoever the message names. */
static void look_for_identities(struct df2 *df2, struct call *call, const struct xk_sip_message *sip, bool trusted,
                                const struct warrant *only, bool mid_call)
{
    struct xk_sip_identity found;
    bool from_caller = from_is_caller(df2, call, sip);
    memset(&found, 0, sizeof found);
    while (xk_sip_next_identity(sip, &found)) {
        const struct warrant *warrant = NULL;
        size_t at = 0;
        if (found.source == XK_SIP_ASSERTED && !trusted) {
            continue;
        }
        while ((warrant = warrants_match(df2->warrants, found.uri, &at)) != NULL) {
            if (only == NULL || warrant == only) {
                note_concern(df2, call, warrant, sip, side_of(found.source, sip->is_request, from_caller), mid_call);
            }
        }
    }
}

static void look_for_xid(struct df2 *df2, struct call *call, const struct sip_event *event,
                         const struct xk_sip_message *sip)
{
    bool target_sent = event->direction == XK_DIRECTION_FROM_TARGET;
    bool known = event->direction != XK_DIRECTION_UNKNOWN;
    bool of_from = target_sent == sip->is_request;
    enum xk_initiator initiator = !known                                      ? XK_INITIATOR_NOT_AVAILABLE
                                  : of_from == from_is_caller(df2, call, sip) ? XK_INITIATOR_ORIGINATING_TARGET
                                                                              : XK_INITIATOR_TERMINATING_TARGET;
    for (size_t i = 0; i < event->xid_count; i++) {
        const struct warrant *warrant = NULL;
        size_t at = 0;
        while ((warrant = warrants_match_xid(df2->warrants, event->xids[i], &at)) != NULL) {
            note_concern(df2, call, warrant, sip, initiator, false);
        }
    }
}

/* The TEL URI among the identities that the network asserts of who sent the message (RFC 3325 9.1); absent for none. */
static struct xk_bytes asserted_tel(const struct xk_sip_message *sip)
{
    struct xk_sip_identity found;
    memset(&found, 0, sizeof found);
    while (xk_sip_next_identity(sip, &found)) {
        bool is_tel = found.uri.size > 4 && strncasecmp((const char *)found.uri.data, "tel:", 4) == 0;
        if (is_tel && found.source == XK_SIP_ASSERTED && found.certain && found.uri.size <= TEL_MAX) {
            return found.uri;
        }
    }
    return (struct xk_bytes){NULL, 0};
}

/* IMEI and asserted TEL URI belong to the target when the target sent the message. */
static void note_sender(struct df2 *df2, struct call *call, const struct xk_sip_message *sip, bool trusted)
{
    bool by_caller = from_is_caller(df2, call, sip) == sip->is_request;
    const struct xk_bytes tel = trusted ? asserted_tel(sip) : (struct xk_bytes){NULL, 0};
    for (size_t i = 0; i < call->concern_count; i++) {
        struct concern *concern = &call->concerns[i];
        if (concern->initiator != (by_caller ? XK_INITIATOR_ORIGINATING_TARGET : XK_INITIATOR_TERMINATING_TARGET)) {
            continue;
        }
        if (sip->has_imei) {
            concern->has_imei = true;
            memcpy(concern->imei, sip->imei, sizeof concern->imei);
        }
        if (tel.size > 0) {
            memcpy(concern->tel, tel.data, tel.size);
            concern->tel[tel.size] = '\0';
        }
    }
}

void concern_identities(const struct concern *concern, struct xk_party *party)
{
    if (concern->has_imei && party->imei.data == NULL) {
        party->imei = (struct xk_bytes){concern->imei, XK_IMEI_SIZE};
    }
    if (concern->tel[0] != '\0' && party->tel_uri.data == NULL) {
        party->tel_uri = xk_text(concern->tel);
    }
}

/* The name by which a record's call is found. */
static bool name_record(struct df2 *df2, uint64_t warrant, uint32_t cin, uint8_t out[16])
{
    uint8_t text[sizeof warrant + sizeof cin];
    memcpy(text, &warrant, sizeof warrant);
    memcpy(text + sizeof warrant, &cin, sizeof cin);
    return calls_digest(&df2->calls, 'r', (struct xk_bytes){text, sizeof text}, out);
}

struct concern *call_find_concern(const struct call *call, uint64_t warrant)
{
    for (size_t i = 0; i < call->concern_count; i++) {
        if (call->concerns[i].warrant == warrant) {
            return &call->concerns[i];
        }
    }
    return NULL;
}

struct concern *call_concern(struct df2 *df2, struct call *call, const struct warrant *warrant, uint32_t cin,
                             enum xk_initiator initiator, bool mid_call)
{
    struct concern *known = call_find_concern(call, warrant->number);
    if (known != NULL) {
        return known;
    }
    struct concern *more = reallocarray(call->concerns, call->concern_count + 1, sizeof *more);
    if (more == NULL) {
        return NULL;
    }
    call->concerns = more;
    struct concern *concern = &more[call->concern_count++];
    *concern = (struct concern){.warrant = warrant->number, .cin = cin, .initiator = initiator};
    calls_mind_cins(df2);
    uint8_t name[16];
    if (name_record(df2, warrant->number, concern->cin, name)) {
        (void)calls_add_name(&df2->calls, call, name);
    }
    if (mid_call || call->established) {
        record_start(df2, call, concern);
    } else {
        for (const struct kept *kept = call->first; kept != NULL; kept = kept->next) {
            record_sip(df2, call, concern, (struct xk_bytes){kept->octets, kept->size}, kept->time);
        }
    }
    return concern;
}

bool calls_take(struct df2 *df2, const struct sip_event *event)
{
    struct xk_sip_message sip;
    struct call *call = NULL;
    if (!outbox_has_room(df2)) {
        return false;
    }
    if (xk_sip_parse(event->octets.data, event->octets.size, &sip, NULL) == XK_OK) {
        call = call_of(df2, event, &sip);
    }
    if (call != NULL) {
        follow(df2, call, &sip);
    }
    watch_take(df2, event); /* before the records: it knows the legs of a call, and numbers them alike */
    if (call != NULL) {
        look_for_xid(df2, call, event, &sip);
        look_for_identities(df2, call, &sip, event->trusted, NULL, false);
        note_sender(df2, call, &sip, event->trusted);
        for (size_t i = 0; i < call->concern_count; i++) {
            record_sip(df2, call, &call->concerns[i], event->octets, event->time);
        }
        keep(df2, call, event, &sip);
    }
    return true;
}

/* Headers and description that a CSCF kept, as if they were one message; NULL without memory. */
static struct kept *join(const struct calls_part *part, bool is_request, struct xk_utc time)
{
    struct kept *kept = calloc(1, sizeof *kept + part->headers.size + part->sdp.size);
    if (kept == NULL) {
        return NULL;
    }
    if (part->headers.size > 0) {
        memcpy(kept->octets, part->headers.data, part->headers.size);
    }
    if (part->sdp.size > 0) {
        memcpy(kept->octets + part->headers.size, part->sdp.data, part->sdp.size);
    }
    kept->headers = kept->sdp = part->headers.size;
    kept->sdp_size = part->sdp.size;
    kept->size = part->headers.size + part->sdp.size;
    kept->is_request = is_request;
    kept->is_ack = is_request;
    kept->time = time;
    return kept;
}

void calls_take_established(struct df2 *df2, const struct sip_event *event, const struct calls_part parts[2])
{
    struct xk_sip_message sip[2];
    struct call *call = NULL;
    bool readable[2];
    for (size_t i = 0; i < 2; i++) {
        readable[i] = parts[i].headers.size > 0 &&
                      xk_sip_parse(parts[i].headers.data, parts[i].headers.size, &sip[i], NULL) == XK_OK;
        call = readable[i] && call == NULL ? call_of(df2, event, &sip[i]) : call;
    }
    if (call == NULL) {
        return; /* the collector tells of the call what it can */
    }
    call->answered = call->established = true;
    for (size_t i = 0; i < 2 && call->kept_count < KEPT_MAX; i++) {
        const size_t size = sizeof(struct kept) + parts[i].headers.size + parts[i].sdp.size;
        bool is_request = readable[i] ? sip[i].is_request : i == 0;
        struct kept *kept = size > sizeof(struct kept) && calls_make_room(&df2->calls, call, size)
                                ? join(&parts[i], is_request, event->time)
                                : NULL;
        if (kept != NULL) {
            kept->trusted = event->trusted;
            add_kept(&df2->calls, call, kept);
        }
    }
    for (size_t i = 0; i < 2; i++) {
        if (readable[i]) {
            look_for_xid(df2, call, event, &sip[i]);
            look_for_identities(df2, call, &sip[i], event->trusted, NULL, true);
        }
    }
}

void call_offer_and_answer(const struct call *call, const struct kept **offer, const struct kept **answer)
{
    *offer = *answer = NULL;
    for (const struct kept *kept = call->first; kept != NULL; kept = kept->next) {
        bool answers = kept->sdp_size > 0 && *offer != NULL && (kept->is_request != (*offer)->is_request) &&
                       (!kept->is_request || kept->is_ack);
        if (answers) {
            *answer = kept;
        } else if (kept->sdp_size > 0) {
            *offer = kept;
            *answer = NULL;
        }
    }
}

const char *calls_name(struct df2 *df2, uint64_t warrant, uint32_t cin)
{
    uint8_t name[16];
    const struct call *call = name_record(df2, warrant, cin, name) ? calls_find_name(&df2->calls, name) : NULL;
    return call != NULL ? call->name : "a call that is over";
}

void calls_sweep(struct df2 *df2)
{
    struct call *newer = NULL;
    uint64_t now = loop_now();
    for (struct call *call = df2->calls.oldest; call != NULL; call = newer) {
        newer = call->newer;
        uint64_t patience = call->ended ? ENDED_MS : call->answered ? IDLE_MS : UNANSWERED_MS;
        if (now - call->last_ms > patience) {
            calls_forget(&df2->calls, call);
        }
    }
}

void calls_warrant_started(struct df2 *df2, const struct warrant *warrant)
{
    for (struct call *call = df2->calls.oldest; call != NULL; call = call->newer) {
        for (const struct kept *kept = call->first; kept != NULL && !call->ended; kept = kept->next) {
            struct xk_sip_message sip;
            if (xk_sip_parse(kept->octets, kept->size, &sip, NULL) == XK_OK) {
                look_for_identities(df2, call, &sip, kept->trusted, warrant, true);
            }
        }
    }
}

void calls_warrant_ended(struct df2 *df2, uint64_t warrant)
{
    for (struct call *call = df2->calls.oldest; call != NULL; call = call->newer) {
        for (size_t i = 0; i < call->concern_count; i++) {
            if (call->concerns[i].warrant == warrant) {
                call->concerns[i] = call->concerns[--call->concern_count];
                break;
            }
        }
    }
}

void calls_open(struct df2 *df2)
{
    struct calls *calls = &df2->calls;
    calls->octets_max = (size_t)options_number(&df2->options, "call-memory", 67108864, 1048576, 1073741824);
    if (!calls_grow(calls) || !fill_random(calls->key, sizeof calls->key, NULL)) {
        die("no memory");
    }
}

void calls_close(struct df2 *df2)
{
    while (df2->calls.oldest != NULL) {
        calls_forget(&df2->calls, df2->calls.oldest);
    }
    free(df2->calls.table);
    OPENSSL_cleanse(&df2->calls, sizeof df2->calls);
}
