/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HI2 record, written back to front in the order of the module (not of the tags): read write_parameters()
 * from its last line up to see the record as it is sent.
 */
#include <xk/hi2.h>
#include <xk/message.h>

#include <string.h>

#include "hi2/der_write.h"
#include "hi2/network.h"
#include "hi2/prepare.h"
#include "hi2/record_check.h"
#include "support/diag.h"
#include "warrant/modules.h"

#define QUALIFIER_GPRS_OR_EPS_TARGET 3
#define GENERIC_FAILURE 0

/* iMSevent */
#define EVENT_UNFILTERED_SIP_MESSAGE 1u
#define EVENT_SIP_HEADER_ONLY 2u
#define EVENT_DECRYPTION_KEYS_AVAILABLE 3u
#define EVENT_START_OF_INTERCEPTION 4u

/* What is found out before the first octet is written, since both passes need it. */
struct plan {
    const struct xki_hi2_module *module;
    const struct xk_hi2_encoder *encoder;
    uint8_t parties[XK_PARTIES_MAX]; /* in the order in which DER has them */
};

/* As they will stand in the record: of two that are of one size, the forms are compared in the order of their tags. */
static bool party_before(const struct xk_party *a, size_t a_size, const struct xk_party *b, size_t b_size)
{
    if (a_size != b_size) {
        return a_size < b_size; /* the length stands in front of the content */
    }
    for (unsigned int f = 0; f < XKI_PARTY_FORMS; f++) {
        const struct xk_bytes *of_a = xki_party_form(a, f);
        const struct xk_bytes *of_b = xki_party_form(b, f);
        if (of_a->size == 0 && of_b->size == 0) {
            continue;
        }
        if (of_a->size == 0 || of_b->size == 0) {
            return of_b->size == 0; /* the other goes on with a higher tag */
        }
        if (of_a->size != of_b->size) {
            return of_a->size < of_b->size;
        }
        int order = memcmp(of_a->data, of_b->data, of_a->size);
        if (order != 0) {
            return order < 0;
        }
    }
    return false;
}

XKI_INLINE void write_form(struct xki_der *w, const struct xk_party *party, unsigned int index)
{
    xki_der_optional(w, xki_party_forms[index].tag, *xki_party_form(party, index));
}

XKI_INLINE void write_party(struct xki_der *w, const struct xk_party *party)
{
    size_t start = w->size;
    write_form(w, party, 7);
    write_form(w, party, 6);
    write_form(w, party, 5);
    write_form(w, party, 4);
    write_form(w, party, 3);
    write_form(w, party, 2);
    write_form(w, party, 1);
    write_form(w, party, 0);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 1, start);
    xki_der_small(w, 0, QUALIFIER_GPRS_OR_EPS_TARGET);
    xki_der_length(w, w->size - start);
    xki_der_octet(w, XKI_DER_SEQUENCE);
}

/* DER sorts the elements of a SET OF by their octets (X.690 11.6). */
static void order_parties(const struct xk_warrant *warrant, struct plan *plan)
{
    size_t sizes[XK_PARTIES_MAX];
    for (size_t i = 0; i < warrant->party_count; i++) {
        struct xki_der measure = xki_der_measure();
        size_t at = i;
        write_party(&measure, &warrant->parties[i]);
        sizes[i] = measure.size;
        for (; at > 0; at--) {
            size_t before = plan->parties[at - 1];
            if (!party_before(&warrant->parties[i], sizes[i], &warrant->parties[before], sizes[before])) {
                break;
            }
            plan->parties[at] = (uint8_t)before;
        }
        plan->parties[at] = (uint8_t)i;
    }
}

XKI_INLINE void write_parties(struct xki_der *w, const struct xk_warrant *warrant, const struct plan *plan)
{
    size_t start = w->size;
    for (size_t i = warrant->party_count; i > 0; i--) {
        write_party(w, &warrant->parties[plan->parties[i - 1]]);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 9, start);
}

/* As encoded: the length octets come before the value, so shorter ones sort first. */
static bool sorts_before(struct xk_bytes a, struct xk_bytes b)
{
    return a.size != b.size ? a.size < b.size : memcmp(a.data, b.data, a.size) < 0;
}

/* What few records have is not inlined; it takes the writer by value and gives its new size: a writer whose address is
 * known elsewhere would have to be kept in memory for every octet of all records. */
static size_t with_national(struct xki_der writer, const struct xk_hi2_extras *extras)
{
    struct xki_der *w = &writer;
    bool done[XK_HI2_NATIONAL_MAX] = {false};
    size_t start = w->size;
    for (size_t n = 0; n < extras->national_count; n++) {
        size_t largest = XK_HI2_NATIONAL_MAX;
        for (size_t i = 0; i < extras->national_count; i++) {
            if (!done[i] && (largest == XK_HI2_NATIONAL_MAX ||
                             sorts_before(extras->national[largest], extras->national[i]))) {
                largest = i;
            }
        }
        done[largest] = true;
        size_t before = w->size;
        xki_der_raw(w, extras->national[largest].data, extras->national[largest].size);
        xki_der_length(w, w->size - before);
        xki_der_octet(w, 0x04);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 16, start);
    return w->size;
}

XKI_INLINE void write_iri_to_cc_content(struct xki_der *w, struct xk_bytes cc, struct xk_bytes iri)
{
    xki_der_optional(w, 1, iri);
    size_t set = w->size;
    xki_der_raw(w, cc.data, cc.size);
    xki_der_length(w, w->size - set);
    xki_der_octet(w, 0x04);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 0, set);
}

XKI_INLINE void write_iri_to_cc(struct xki_der *w, struct xk_bytes cc, struct xk_bytes iri)
{
    size_t start = w->size;
    write_iri_to_cc_content(w, cc, iri);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 0, start);
}

static void write_ims_voip(struct xki_der *w, const struct xk_hi2_ims_voip *entry)
{
    const struct xk_bytes none = {NULL, 0};
    size_t start = w->size;
    if (entry->cc.size > 0) {
        size_t cc = w->size;
        write_iri_to_cc_content(w, entry->cc, none);
        xki_der_wrap(w, XKI_DER_CONSTRUCTED, 1, cc);
    }
    xki_der_bytes(w, 0, entry->iri);
    xki_der_length(w, w->size - start);
    xki_der_octet(w, XKI_DER_SEQUENCE);
}

static size_t with_correlation(struct xki_der writer, const struct xk_hi2_extras *e)
{
    struct xki_der *w = &writer;
    const struct xk_bytes none = {NULL, 0};
    size_t start = w->size;
    if (e->correlation_both) {
        xki_der_bytes(w, 1, e->correlation_iri);
        write_iri_to_cc(w, e->correlation_cc, none);
        xki_der_wrap(w, XKI_DER_CONSTRUCTED, 2, start);
    } else if (e->correlation_cc.size > 0) {
        write_iri_to_cc(w, e->correlation_cc, e->correlation_iri);
    } else {
        xki_der_bytes(w, 1, e->correlation_iri);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 35, start);
    return w->size;
}

_Static_assert(XK_LIID_MAX < 128 && XK_OPERATOR_IDENTIFIER_MAX < 128 && XK_CORRELATION_NUMBER_MAX < 128 &&
                   XKI_CS_ID_MAX + XK_SESSION_KEY_MAX + XK_SALT_MAX + 6 < 128,
               "each of them has a length of one octet");

XKI_INLINE void write_keys(struct xki_der *w, const struct xk_iri_event *event, unsigned int tag)
{
    size_t start = w->size;
    for (size_t i = event->key_count; i > 0; i--) {
        const struct xk_iri_key *key = &event->keys[i - 1];
        size_t entry = w->size;
        if (key->salt.size > 0) {
            xki_der_short(w, XKI_DER_PRIMITIVE | 3, key->salt);
        }
        xki_der_short(w, XKI_DER_PRIMITIVE | 2, key->key);
        xki_der_short(w, XKI_DER_PRIMITIVE | 1, key->cs_id);
        xki_der_octet(w, (unsigned int)(w->size - entry));
        xki_der_octet(w, XKI_DER_SEQUENCE);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, tag, start);
}

static bool voip_before(const struct xk_hi2_ims_voip *a, const struct xk_hi2_ims_voip *b)
{
    struct xki_der of_a = xki_der_measure();
    struct xki_der of_b = xki_der_measure();
    write_ims_voip(&of_a, a);
    write_ims_voip(&of_b, b);
    if (of_a.size != of_b.size) {
        return of_a.size < of_b.size;
    }
    if (sorts_before(a->iri, b->iri) || sorts_before(b->iri, a->iri)) {
        return sorts_before(a->iri, b->iri);
    }
    return a->cc.size > 0 && sorts_before(a->cc, b->cc); /* the other is of the same size */
}

static size_t with_ims_voip(struct xki_der writer, const struct xk_hi2_extras *e, unsigned int tag)
{
    struct xki_der *w = &writer;
    bool done[XK_HI2_IMS_VOIP_MAX] = {false};
    size_t start = w->size;
    for (size_t n = 0; n < e->ims_voip_count; n++) {
        size_t largest = XK_HI2_IMS_VOIP_MAX;
        for (size_t i = 0; i < e->ims_voip_count; i++) {
            if (!done[i] && (largest == XK_HI2_IMS_VOIP_MAX || voip_before(&e->ims_voip[largest], &e->ims_voip[i]))) {
                largest = i;
            }
        }
        done[largest] = true;
        write_ims_voip(w, &e->ims_voip[largest]);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, tag, start);
    return w->size;
}

static size_t with_pani(struct xki_der writer, const struct xk_hi2_extras *e, unsigned int tag)
{
    struct xki_der *w = &writer;
    size_t start = w->size;
    for (size_t i = e->pani_count; i > 0; i--) {
        const struct xk_hi2_pani *pani = &e->pani[i - 1];
        size_t entry = w->size;
        if (pani->raw_location.size > 0) {
            xki_der_bytes(w, 1, pani->raw_location);
            xki_der_wrap(w, XKI_DER_CONSTRUCTED, 4, entry);
        }
        if (pani->network_provided) {
            xki_der_wrap(w, XKI_DER_PRIMITIVE, 3, w->size);
        }
        xki_der_optional(w, 2, pani->access_class);
        xki_der_optional(w, 1, pani->access_type);
        xki_der_length(w, w->size - entry);
        xki_der_octet(w, XKI_DER_SEQUENCE);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, tag, start);
    return w->size;
}

/* What stands behind the failure in both modules. Most records have no extras at all: NULL. */
XKI_INLINE void write_extras_behind(struct xki_der *w, const struct xk_hi2_extras *extras, const uint8_t *tags)
{
    if (extras->country_code[0] != '\0') {
        size_t start = w->size;
        xki_der_raw(w, extras->country_code, 2);
        xki_der_wrap(w, XKI_DER_PRIMITIVE, 1, start);
        xki_der_wrap(w, XKI_DER_CONSTRUCTED, 255, start);
    }
    if (extras->roaming != XK_HI2_ROAMING_ABSENT) {
        xki_der_small(w, tags[XKI_FIELD_ROAMING], (unsigned int)extras->roaming);
    }
    if (extras->ims_voip_count > 0) {
        w->size = with_ims_voip(*w, extras, tags[XKI_FIELD_IMS_VOIP]);
    }
    if (extras->pani_count > 0) {
        w->size = with_pani(*w, extras, tags[XKI_FIELD_PANI]);
    }
}

XKI_INLINE void write_network_identifier(struct xki_der *w, const struct xk_warrant *warrant)
{
    size_t start = w->size;
    if (warrant->network_element.form != XK_NETWORK_ELEMENT_ABSENT) {
        w->size = xki_hi2_with_element(*w, 1, &warrant->network_element);
    }
    xki_der_short(w, XKI_DER_PRIMITIVE | 0, warrant->operator_identifier);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 26, start);
}

static unsigned int event_of(const struct xk_iri_event *event)
{
    if (event->kind == XK_IRI_SIP_MESSAGE) {
        return event->filtered ? EVENT_SIP_HEADER_ONLY : EVENT_UNFILTERED_SIP_MESSAGE;
    }
    return event->kind == XK_IRI_KEYS ? EVENT_DECRYPTION_KEYS_AVAILABLE : EVENT_START_OF_INTERCEPTION;
}

/* The parameters of one kind of event each; those of the others are absent. */
XKI_INLINE void write_event(struct xki_der *w, const struct xk_iri_event *event, const uint8_t *tags)
{
    if (event->failure) {
        xki_der_small(w, tags[XKI_FIELD_FAILURE], GENERIC_FAILURE);
    }
    if (event->kind == XK_IRI_START_OF_INTERCEPTION) {
        xki_der_optional(w, tags[XKI_FIELD_SDP_ANSWER], event->sdp_answer);
        xki_der_optional(w, tags[XKI_FIELD_SDP_OFFER], event->sdp_offer);
        xki_der_optional(w, tags[XKI_FIELD_HEADER_ANSWER], event->header_answer);
        xki_der_optional(w, tags[XKI_FIELD_HEADER_OFFER], event->header_offer);
    }
    if (event->key_count > 0) {
        write_keys(w, event, tags[XKI_FIELD_KEYS]);
    }
}

XKI_INLINE void write_parameters(struct xki_der *w, const struct xk_iri_event *event,
                                 const struct xk_hi2_extras *extras, const struct plan *plan)
{
    const struct xk_hi2_encoder *e = plan->encoder;
    const struct xki_hi2_module *module = plan->module;
    const struct xk_warrant *warrant = event->warrant;
    if (extras != NULL) {
        write_extras_behind(w, extras, module->tags);
    }
    write_event(w, event, module->tags);
    if (extras != NULL && (extras->correlation_iri.size > 0 || extras->correlation_cc.size > 0)) {
        w->size = with_correlation(*w, extras);
    }
    if (event->kind == XK_IRI_SIP_MESSAGE) {
        xki_der_bytes(w, 30, event->sip_message);
    }
    xki_der_small(w, 29, event_of(event));
    write_network_identifier(w, warrant);
    if ((extras == NULL || extras->ims_voip_count == 0) && warrant->correlation_number.size > 0) {
        xki_der_short(w, XKI_DER_PRIMITIVE | 18, warrant->correlation_number);
    }
    if (extras != NULL && extras->national_count > 0) {
        w->size = with_national(*w, extras);
    }
    write_parties(w, warrant, plan);
    xki_der_small(w, 4, (unsigned int)warrant->initiator);
    xki_der_raw(w, e->stamp + e->stamp_at, e->stamp_size);
    if (w->writes && e->profile.time_form == XK_HI2_LOCAL_TIME) {
        xki_time_write_fraction(event->time.microseconds, e->profile.fraction_digits,
                                w->end - w->size + XKI_HI2_FRACTION_AT);
    }
    xki_der_short(w, XKI_DER_PRIMITIVE | 1, warrant->liid);
    xki_der_raw(w, e->head + sizeof e->head - e->head_size, e->head_size);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, (unsigned int)e->profile.record_type, 0);
}

static enum xk_status encode(struct xk_hi2_encoder *encoder, const struct xk_iri_event *event,
                             const struct xk_hi2_extras *extras, uint8_t *out, size_t capacity, size_t *size,
                             struct xk_diag *diag)
{
    struct plan plan;
    plan.module = xki_hi2_module(encoder->profile.module);
    plan.encoder = encoder;
    enum xk_status status = xki_hi2_check(plan.module, event, extras, diag);
    if (status == XK_OK) {
        status = xki_hi2_stamp(encoder, event->time, diag);
    }
    if (status != XK_OK) {
        return status;
    }
    plan.parties[0] = 0;
    if (event->warrant->party_count > 1) {
        order_parties(event->warrant, &plan);
    }
    struct xki_der measure = xki_der_measure();
    write_parameters(&measure, event, extras, &plan);
    *size = measure.size;
    if (measure.size > capacity) {
        return xki_fail(diag, XK_E_SPACE, 0, "");
    }
    struct xki_der writer = xki_der_write(out + measure.size);
    write_parameters(&writer, event, extras, &plan);
    return XK_OK;
}

enum xk_status xk_hi2_record_encode(const struct xk_hi2_profile *profile, const struct xk_iri_event *event,
                                    const struct xk_hi2_extras *extras, uint8_t *out, size_t capacity, size_t *size,
                                    struct xk_diag *diag)
{
    struct xk_hi2_encoder encoder;
    if (profile == NULL || event == NULL || event->warrant == NULL || size == NULL || (out == NULL && capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = xki_hi2_prepare(&encoder, profile, diag);
    return status == XK_OK ? encode(&encoder, event, extras, out, capacity, size, diag) : status;
}

enum xk_status xk_hi2_encoder_record(struct xk_hi2_encoder *encoder, const struct xk_iri_event *event,
                                     const struct xk_hi2_extras *extras, uint8_t *out, size_t capacity, size_t *size,
                                     struct xk_diag *diag)
{
    if (encoder == NULL || event == NULL || event->warrant == NULL || size == NULL || (out == NULL && capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (encoder->size != sizeof *encoder) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    return encode(encoder, event, extras, out, capacity, size, diag);
}
