/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/watch.h"

#include <stdio.h>
#include <string.h>

#include "df2/df2.h"
#include "support/support.h"

/* One match more, unless the warrant is among them. */
static size_t add(struct xk_collector_match *matches, size_t count, size_t capacity, const struct call *call,
                  const struct warrant *warrant, size_t identity)
{
    const struct concern *concern = call != NULL ? call_find_concern(call, warrant->number) : NULL;
    for (size_t i = 0; i < count; i++) {
        if (matches[i].warrant == warrant->number) {
            return count;
        }
    }
    if (count < capacity) {
        matches[count++] = (struct xk_collector_match){warrant->number, identity, concern != NULL ? concern->cin : 0};
    }
    return count;
}

/*
 * A warrant concerns a call that shows one of its identities: the one that tells most surely is named, and where there
 * is none the XID. Any other call may come to concern one, by a diversion or a warrant that begins later. Records of
 * SIP messages may have gone out under a CIN before the call was protected: then that is its CIN.
 */
static size_t watch(const struct xk_collector_question *question, struct xk_collector_match *matches, size_t capacity,
                    bool *perhaps, void *user)
{
    struct df2 *df2 = user;
    const struct call *call = calls_find(df2, question->call_id, question->correlation);
    size_t count = 0;
    for (int place = XK_PLACE_MIKEY; place >= XK_PLACE_FROM; place--) {
        for (size_t i = 0; i < question->count && place != XK_PLACE_TARGET_ID; i++) {
            const struct warrant *warrant = NULL;
            size_t at = 0;
            while ((int)question->identities[i].place == place &&
                   (warrant = warrants_match(df2->warrants, question->identities[i].uri, &at)) != NULL) {
                count = add(matches, count, capacity, call, warrant, i);
            }
        }
    }
    for (size_t i = 0; i < question->count; i++) {
        const struct warrant *warrant = NULL;
        size_t at = 0;
        while (question->identities[i].place == XK_PLACE_TARGET_ID &&
               question->identities[i].uri.size == XK_X2_XID_SIZE &&
               (warrant = warrants_match_xid(df2->warrants, question->identities[i].uri.data, &at)) != NULL) {
            count = add(matches, count, capacity, call, warrant, i);
        }
    }
    *perhaps = true;
    return count;
}

static enum xk_initiator initiator_of(enum xk_role role)
{
    return role == XK_ROLE_INITIATOR   ? XK_INITIATOR_ORIGINATING_TARGET
           : role == XK_ROLE_RESPONDER ? XK_INITIATOR_TERMINATING_TARGET
                                       : XK_INITIATOR_NOT_AVAILABLE;
}

/* The request of one warrant; what it refers to lives as long as the exchange. */
static void fill_request(const struct warrant *warrant, const struct xk_collected *exchange, struct xk_request *request)
{
    memset(request, 0, sizeof *request);
    request->size = sizeof *request;
    request->get_keys.public_kms_identity = exchange->target.size > 0 ? exchange->target : warrant->uris[0];
    request->get_keys.transfer_init = exchange->init;
    request->get_keys.transfer_resp = exchange->resp;
    request->get_keys.update_init = exchange->update_init;
    request->get_keys.update_resp = exchange->update_resp;
    request->get_keys.initiator_hint = exchange->initiator_hint;
    request->get_keys.responder_hint = exchange->responder_hint;
    request->module = warrant->module;
    warrant_fill(warrant, &request->warrant);
}

static enum xk_status submit(struct df2 *df2, const struct warrant *warrant, const struct concern *concern,
                             const char *name, const struct xk_collected *exchange)
{
    struct xk_request request;
    struct xk_party parties[XK_PARTIES_MAX];
    struct xk_diag diag = {XK_OK, 0, ""};
    uint32_t kms[WARRANT_KMS_MAX];
    char correlation[9];
    uint64_t handle = 0;
    fill_request(warrant, exchange, &request);
    for (size_t i = 0; i < warrant->kms_count; i++) {
        kms[i] = df2->kms.links[warrant->kms[i]].number;
    }
    snprintf(correlation, sizeof correlation, "%08x", exchange->cin);
    memcpy(parties, warrant->parties, sizeof parties);
    concern_identities(concern, &parties[0]);
    request.kms = kms;
    request.kms_count = warrant->kms_count;
    request.warrant.parties = parties;
    request.warrant.correlation_number = xk_text(correlation);
    request.warrant.has_cin = true;
    request.warrant.cin = exchange->cin;
    request.warrant.initiator = exchange->role != XK_ROLE_NONE ? initiator_of(exchange->role) : concern->initiator;
    enum xk_status status = xk_requester_submit(df2->requester, loop_now(), &request, &handle, &diag);
    if (status != XK_OK && status != XK_E_FULL) {
        fprintf(stderr, "df2: %s: no keys can be asked for: %s (%s)\n", name, xk_status_text(status), diag.field);
    }
    return status;
}

/* An exchange of a call that is not kept any more is asked for under a call of its own. */
static enum xk_collector_reply take_exchange(const struct xk_collected *exchange, void *user)
{
    struct df2 *df2 = user;
    const struct warrant *warrant = warrants_find(df2->warrants, exchange->warrant);
    struct call *call = calls_find(df2, exchange->call_id, exchange->correlation);
    struct concern alone = {.cin = exchange->cin, .warrant = exchange->warrant};
    const struct concern *concern = &alone;
    const char *name = "a call that is over";
    if (warrant == NULL) {
        return XK_COLLECTOR_TAKEN;
    }
    if (call != NULL) {
        concern = call_concern(df2, call, warrant, exchange->cin, initiator_of(exchange->role), exchange->mid_call);
        name = call->name;
    }
    calls_mind_cins(df2);
    enum xk_status status = concern != NULL ? submit(df2, warrant, concern, name, exchange) : XK_E_FULL;
    if (status == XK_E_FULL || status == XK_E_JOURNAL) {
        return XK_COLLECTOR_LATER;
    }
    timeline_event(&df2->timeline, ARROW_STEP, "cscf", "df2", "%s: exchange found%s%s", name,
                   exchange->kind == XK_COLLECTED_UPDATE ? ", an update" : "",
                   exchange->contradicting ? ", contradicting another" : "");
    return XK_COLLECTOR_TAKEN;
}

static enum xk_collector_reply take_incomplete(const struct xk_incomplete *incomplete, void *user)
{
    struct df2 *df2 = user;
    const struct call *call = calls_find(df2, incomplete->call_id, (struct xk_bytes){NULL, 0});
    timeline_event(&df2->timeline, ARROW_FAILURE, "cscf", "df2", "%s: no exchange: %s",
                   call != NULL ? call->name : "a call that is over", xk_incomplete_reason_name(incomplete->reason));
    return XK_COLLECTOR_TAKEN;
}

static void observe(const struct xk_collector_observation *o, void *user)
{
    (void)user;
    fprintf(stderr, "df2: collector: %s, source %u: %s\n", xk_collector_event_name(o->event), o->source,
            xk_status_text(o->status));
}

void watch_open(struct df2 *df2)
{
    struct xk_collector_config config;
    struct xk_collector_callbacks callbacks;
    struct xk_diag diag = {XK_OK, 0, ""};
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = fill_random;
    callbacks.watch = watch;
    callbacks.on_exchange = take_exchange;
    callbacks.on_incomplete = take_incomplete;
    callbacks.observe = observe;
    xk_collector_config_init(&config);
    config.max_calls = options_number(&df2->options, "max-calls", 8192, 1, XK_COLLECTOR_CALLS_MAX);
    config.calls_per_caller = 1024;
    config.settle = df2->settle_ms;
    config.cin_seconds = calls_cin_seconds(df2);
    uint8_t key[SEAL_KEY];
    state_key(df2, "CIN", key);
    memcpy(config.cin_key, key, sizeof config.cin_key);
    OPENSSL_cleanse(key, sizeof key);
    if (xk_collector_create(&config, &callbacks, NULL, df2, &df2->collector, &diag) != XK_OK) {
        die("the collector cannot be created: %s (%s)", xk_status_text(diag.status), diag.field);
    }
}

void watch_close(struct df2 *df2)
{
    (void)xk_collector_destroy(df2->collector);
}

void watch_take(struct df2 *df2, const struct sip_event *event)
{
    struct xk_collector_message message = {
        .size = sizeof message,
        .octets = event->octets,
        .source = event->source,
        .trusted = event->trusted,
        .direction = event->direction,
        .correlation = event->correlation,
    };
    /* Sent for several warrants it is several copies. */
    for (size_t i = 0; i < (event->xid_count > 0 ? event->xid_count : 1); i++) {
        message.xid = event->xid_count > 0 ? event->xids[i] : NULL;
        enum xk_status status = xk_collector_take(df2->collector, loop_now(), &message, NULL);
        if (xk_status_class(status) != XK_CLASS_INPUT) { /* which the observer tells */
            df2_heed(status, "the collector");
        }
    }
    df2_arm(df2);
}

void watch_take_established(struct df2 *df2, const struct sip_event *event, const struct calls_part parts[2])
{
    struct xk_collector_established established = {
        .size = sizeof established,
        .offer_headers = parts[0].headers,
        .answer_headers = parts[1].headers,
        .offer_sdp = parts[0].sdp,
        .answer_sdp = parts[1].sdp,
        .source = event->source,
        .trusted = event->trusted,
        .correlation = event->correlation,
    };
    for (size_t i = 0; i < (event->xid_count > 0 ? event->xid_count : 1); i++) {
        established.xid = event->xid_count > 0 ? event->xids[i] : NULL;
        enum xk_status status = xk_collector_take_established(df2->collector, loop_now(), &established, NULL);
        if (xk_status_class(status) != XK_CLASS_INPUT) {
            df2_heed(status, "the collector");
        }
    }
    df2_arm(df2);
}
