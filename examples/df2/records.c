/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/records.h"

#include <stdio.h>
#include <string.h>

#include <xk/hi2.h>
#include <xk/iri.h>

#include "df2/df2.h"
#include "support/support.h"

#define RECORD_MAX 262144

/* One at a time: wiped after each use, since there are keys in it. */
static uint8_t room[RECORD_MAX];

const char *cause_text(enum xk_cause cause, enum xk_failure failure)
{
    switch (cause) {
    case XK_CAUSE_TIMER_EXPIRED:
        return "the timer expired";
    case XK_CAUSE_UNREACHABLE:
        return "no KMS can be reached";
    case XK_CAUSE_KMS_REFUSED:
        return xk_failure_text(failure);
    case XK_CAUSE_IMPOSSIBLE:
        return "no record of the keys can be made";
    case XK_CAUSE_NONE:
        break;
    }
    return "keys of some Crypto Sessions are missing";
}

/* The number of the (warrant, call) as text: it tells nothing but the CIN does too. */
static struct xk_bytes correlation(uint32_t cin, char out[9])
{
    snprintf(out, 9, "%08x", cin);
    return xk_text(out);
}

/* What the warrant brings to a record of this call; the first party with what the call told of the target. */
static void fill(const struct warrant *warrant, const struct concern *concern, struct xk_warrant *as,
                 struct xk_party *parties, char number[9])
{
    warrant_fill(warrant, as);
    memcpy(parties, warrant->parties, sizeof warrant->parties);
    concern_identities(concern, &parties[0]);
    as->parties = parties;
    as->has_cin = true;
    as->cin = concern->cin;
    as->initiator = concern->initiator;
    as->correlation_number = correlation(concern->cin, number);
}

/* Encodes into the room; the size, 0 with a line on stderr when it cannot be written. */
static size_t encode(const struct warrant *warrant, const struct xk_iri_event *event)
{
    struct xk_hi2_profile profile;
    struct xk_hi2_extras extras;
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t size = 0;
    memset(&extras, 0, sizeof extras);
    extras.correlation_iri = event->warrant->correlation_number;
    xk_hi2_profile_init(&profile, warrant->module);
    if (xk_hi2_record_encode(&profile, event, &extras, room, sizeof room, &size, &diag) != XK_OK) {
        fprintf(stderr, "df2: a record cannot be encoded: %s (%s)\n", xk_status_text(diag.status), diag.field);
        return 0;
    }
    return size;
}

static void put(struct df2 *df2, const struct warrant *warrant, const struct concern *concern,
                const struct xk_iri_event *event)
{
    size_t size = encode(warrant, event);
    if (size > 0 && !outbox_put(df2, warrant->number, concern->cin, event->time, (struct xk_bytes){room, size})) {
        fprintf(stderr, "df2: a record of a SIP message is lost for want of memory or of room for the state\n");
    }
    OPENSSL_cleanse(room, size);
}

/* What the warrant does not give the LEMF, masked in place: of a message, of its headers, or of its SDP. */
static size_t filter(const struct warrant *warrant, uint8_t *copy, size_t size)
{
    size_t keys = 0;
    size_t places = 0;
    if (warrant->keys == XK_DESTINATION_DF3) { /* content goes out decrypted: TS 33.107 7A.1.A */
        df2_heed(xk_hi2_sip_mask_keys(copy, size, &keys), "masking of keys");
    }
    if (warrant->mask_location) {
        df2_heed(xk_hi2_sip_mask_location(copy, size, &places), "masking of the location");
    }
    return keys + places;
}

void record_sip(struct df2 *df2, const struct call *call, const struct concern *concern, struct xk_bytes message,
                struct xk_utc time)
{
    static uint8_t copy[XK_HI2_SIP_MESSAGE_MAX];
    const struct warrant *warrant = warrants_find(df2->warrants, concern->warrant);
    struct xk_party parties[XK_PARTIES_MAX];
    struct xk_warrant as;
    struct xk_iri_event event;
    char number[9];
    if (warrant == NULL || message.size > sizeof copy) {
        fprintf(stderr, "df2: %s: a SIP message of %zu octets is too long for a record\n", call->name, message.size);
        return;
    }
    memcpy(copy, message.data, message.size);
    size_t masked = filter(warrant, copy, message.size);
    memset(&event, 0, sizeof event);
    fill(warrant, concern, &as, parties, number);
    event.kind = XK_IRI_SIP_MESSAGE;
    event.warrant = &as;
    event.time = time;
    event.sip_message = (struct xk_bytes){copy, message.size};
    event.filtered = masked > 0;
    put(df2, warrant, concern, &event);
    OPENSSL_cleanse(copy, message.size);
}

void record_start(struct df2 *df2, const struct call *call, const struct concern *concern)
{
    static uint8_t copies[4][XK_HI2_SIP_MESSAGE_MAX];
    const struct warrant *warrant = warrants_find(df2->warrants, concern->warrant);
    const struct kept *offer = NULL;
    const struct kept *answer = NULL;
    struct xk_party parties[XK_PARTIES_MAX];
    struct xk_warrant as;
    struct xk_iri_event event;
    char number[9];
    call_offer_and_answer(call, &offer, &answer);
    if (warrant == NULL || offer == NULL) {
        return;
    }
    memset(&event, 0, sizeof event);
    fill(warrant, concern, &as, parties, number);
    event.kind = XK_IRI_START_OF_INTERCEPTION;
    event.warrant = &as;
    event.time = df2_utc();
    event.header_offer = (struct xk_bytes){offer->octets, offer->headers};
    event.sdp_offer = (struct xk_bytes){offer->octets + offer->sdp, offer->sdp_size};
    if (answer != NULL) {
        event.header_answer = (struct xk_bytes){answer->octets, answer->headers};
        event.sdp_answer = (struct xk_bytes){answer->octets + answer->sdp, answer->sdp_size};
    }
    struct xk_bytes *const texts[] = {&event.header_offer, &event.sdp_offer, &event.header_answer, &event.sdp_answer};
    for (size_t i = 0; i < 4; i++) {
        if (texts[i]->size > sizeof copies[i]) {
            fprintf(stderr, "df2: %s: a part of %zu octets is too long for a record\n", call->name, texts[i]->size);
            texts[i]->size = 0;
        }
        if (texts[i]->size > 0) {
            memcpy(copies[i], texts[i]->data, texts[i]->size);
            (void)filter(warrant, copies[i], texts[i]->size);
            texts[i]->data = copies[i];
        }
    }
    put(df2, warrant, concern, &event);
    for (size_t i = 0; i < 4; i++) {
        OPENSSL_cleanse(copies[i], texts[i]->size);
    }
}

/* The event of an outcome. Keys for DF3 stay out: of a partial retrieval the LEMF hears the failure. */
static bool assemble(const struct xk_outcome *outcome, struct xk_utc time, struct xk_iri_key *keys,
                     struct xk_iri_event *event)
{
    bool has_keys = outcome->kind != XK_OUTCOME_FAILURE;
    if (!has_keys || outcome->warrant->destination == XK_DESTINATION_LEMF) {
        return xk_iri_assemble(outcome, time, keys, XK_CRYPTO_SESSIONS_MAX, event) == XK_OK;
    }
    memset(event, 0, sizeof *event);
    event->warrant = outcome->warrant;
    event->time = time;
    event->failure = true;
    return true;
}

static void tell(struct df2 *df2, const char *name, const struct xk_outcome *outcome, const struct xk_iri_event *event)
{
    if (event->failure) {
        timeline_event(&df2->timeline, ARROW_FAILURE, "df2", "lemf",
                       "%s: IRI record, %zu key(s), MediaSec key retrieval failure: %s", name, event->key_count,
                       cause_text(outcome->cause, outcome->failure));
    } else {
        timeline_event(&df2->timeline, ARROW_STEP, "df2", "lemf",
                       "%s: IRI record, session encryption keys available, %zu key(s)", name, event->key_count);
    }
}

enum xk_outcome_reply record_outcome(const struct xk_outcome *outcome, void *user)
{
    struct df2 *df2 = user;
    struct xk_iri_key keys[XK_CRYPTO_SESSIONS_MAX];
    struct xk_iri_event event;
    const struct xk_warrant *as = outcome->warrant;
    const struct warrant *warrant = warrants_find_liid(df2->warrants, as->liid, as->country);
    if (warrant == NULL) {
        return XK_OUTCOME_ACKNOWLEDGED; /* it has ended: nothing may be delivered for it */
    }
    const char *name = calls_name(df2, warrant->number, as->cin);
    if (as->destination == XK_DESTINATION_DF3 && outcome->kind != XK_OUTCOME_FAILURE) {
        /* The operator's own DF3 decrypts: the keys end here, and no HI2 record carries them. */
        timeline_event(&df2->timeline, ARROW_STEP, "df2", "df3", "%s: keys of %zu Crypto Session(s) for decryption",
                       name, outcome->session_count);
        if (outcome->kind != XK_OUTCOME_PARTIAL) {
            return XK_OUTCOME_ACKNOWLEDGED;
        }
    }
    if (!assemble(outcome, outbox_time_of(df2, &outcome->id), keys, &event)) {
        return XK_OUTCOME_REFUSED;
    }
    size_t size = encode(warrant, &event);
    if (size == 0) {
        return XK_OUTCOME_IMPOSSIBLE; /* the failure indication comes in its place, and is audited */
    }
    bool taken = outbox_put_outcome(df2, warrant->number, as->cin, event.time, outcome->request, &outcome->id,
                                    (struct xk_bytes){room, size});
    OPENSSL_cleanse(room, size);
    if (!taken) {
        return XK_OUTCOME_REFUSED;
    }
    tell(df2, name, outcome, &event);
    if (outbox_finish_outcome(df2, warrant->number, &outcome->id)) {
        outbox_settle_outcome(df2, &outcome->id);
        return XK_OUTCOME_ACKNOWLEDGED;
    }
    return XK_OUTCOME_HELD;
}
