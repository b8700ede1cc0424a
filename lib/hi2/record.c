/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HI2 record, written back to front in the order of the module (not of the tags): read write_parameters()
 * from its last line up to see the record as it is sent.
 */
#include <xk/hi2.h>

#include "hi2/calendar.h"
#include "hi2/der_write.h"
#include "hi2/record_check.h"
#include "support/diag.h"

#define EVENT_DECRYPTION_KEYS_AVAILABLE 3
#define QUALIFIER_GPRS_OR_EPS_TARGET 3
#define GENERIC_FAILURE 0

/* The tags in which the two modules differ. */
struct tags {
    unsigned int keys;
    unsigned int failure;
    uint8_t domain; /* arc of the module under 0.4.0.2.2.4 */
};

static const struct tags umts_tags = {36, 44, 1};
static const struct tags eps_tags = {42, 50, 8};

/* timeStamp as text, made before writing since it can fail. */
struct stamp {
    uint8_t digits[14];
};

void xk_hi2_profile_init(struct xk_hi2_profile *profile, enum xk_hi2_module module)
{
    if (profile == NULL) {
        return;
    }
    memset(profile, 0, sizeof *profile);
    profile->size = sizeof *profile;
    profile->module = module;
    profile->oid_release = 15;
    profile->oid_version = 5;
    profile->iri_version = 8;
    profile->record_type = XK_HI2_REPORT;
    profile->time_form = XK_HI2_UTC_TIME;
}

static enum xk_status make_stamp(const struct xk_hi2_profile *p, struct xk_utc time, struct stamp *stamp,
                                 struct xk_diag *diag)
{
    struct xki_calendar calendar;
    bool local = p->time_form == XK_HI2_LOCAL_TIME;
    int64_t limit = INT64_C(253402300799) - 86400;
    if (time.seconds < 0 || time.seconds > limit || time.microseconds > 999999) {
        return xki_fail(diag, XK_E_FIELD, 0, "timeStamp");
    }
    int64_t seconds = local ? time.seconds + (int64_t)p->local_offset_minutes * 60 : time.seconds;
    (void)xki_calendar(seconds, &calendar);
    if (!local && calendar.year > 2049) {
        return xki_fail(diag, XK_E_FIELD, 0, "utcTime");
    }
    xki_calendar_digits(&calendar, stamp->digits);
    return XK_OK;
}

XKI_INLINE void write_domain(struct xki_der *w, const struct xk_hi2_profile *p, const struct tags *tags)
{
    static const uint8_t securityDomain[] = {0x04, 0x00, 0x02, 0x02, 0x04};
    size_t start = w->size;
    xki_der_arc(w, p->oid_version);
    xki_der_arc(w, p->oid_release);
    xki_der_octet(w, tags->domain);
    xki_der_raw(w, securityDomain, sizeof securityDomain);
    xki_der_wrap(w, XKI_DER_PRIMITIVE, 0, start);
}

/* The CHOICE is tagged, so its tag is explicit. */
XKI_INLINE void write_time(struct xki_der *w, const struct xk_hi2_profile *p, const struct stamp *stamp)
{
    size_t start = w->size;
    if (p->time_form == XK_HI2_LOCAL_TIME) {
        xki_der_small(w, 1, (unsigned int)p->season);
        size_t digits = w->size;
        xki_der_raw(w, stamp->digits, 14);
        xki_der_wrap(w, XKI_DER_PRIMITIVE, 0, digits);
        xki_der_wrap(w, XKI_DER_CONSTRUCTED, 0, start);
    } else {
        xki_der_octet(w, 'Z');
        xki_der_raw(w, stamp->digits + 2, 12);
        xki_der_wrap(w, XKI_DER_PRIMITIVE, 1, start);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 3, start);
}

XKI_INLINE void write_party(struct xki_der *w, const struct xk_party *party)
{
    size_t start = w->size;
    xki_der_optional(w, 13, party->impi);
    xki_der_optional(w, 10, party->nai);
    xki_der_optional(w, 9, party->tel_uri);
    xki_der_optional(w, 8, party->sip_uri);
    xki_der_optional(w, 7, party->e164);
    xki_der_optional(w, 6, party->msisdn);
    xki_der_optional(w, 3, party->imsi);
    xki_der_optional(w, 1, party->imei);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 1, start);
    xki_der_small(w, 0, QUALIFIER_GPRS_OR_EPS_TARGET);
    xki_der_length(w, w->size - start);
    xki_der_octet(w, XKI_DER_SEQUENCE);
}

/* Of two encoded elements: their lengths stand in front, so those of different sizes differ before one ends. */
static int compare(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
    return memcmp(a, b, a_size < b_size ? a_size : b_size);
}

/* DER sorts the elements of a SET OF by their octets (X.690 11.6); back to front, the largest goes first. Parties
 * are compared as encoded, which only works while writing; while measuring, any order has the same size. */
static void sort_parties(uint8_t *first, const size_t *sizes, size_t count)
{
    size_t order[XK_PARTIES_MAX];
    for (size_t i = 0; i < count; i++) {
        order[i] = sizes[i];
    }
    for (size_t pass = 1; pass < count; pass++) {
        uint8_t *at = first;
        for (size_t i = 0; i + pass < count; i++) {
            uint8_t *next = at + order[i];
            if (compare(at, order[i], next, order[i + 1]) > 0) {
                size_t left = order[i];
                size_t right = order[i + 1];
                for (size_t k = 0; k < right; k++) { /* rotate the pair, octet by octet: parties are short and few */
                    uint8_t octet = at[left + k];
                    memmove(at + k + 1, at + k, left);
                    at[k] = octet;
                }
                order[i] = right;
                order[i + 1] = left;
            }
            at += order[i];
        }
    }
}

XKI_INLINE void write_parties(struct xki_der *w, const struct xk_warrant *warrant)
{
    size_t sizes[XK_PARTIES_MAX];
    size_t start = w->size;
    for (size_t i = warrant->party_count; i > 0; i--) {
        size_t before = w->size;
        write_party(w, &warrant->parties[i - 1]);
        sizes[i - 1] = w->size - before;
    }
    if (w->end != NULL && warrant->party_count > 1) {
        sort_parties(w->end - w->size, sizes, warrant->party_count);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 9, start);
}

/* As encoded: the length octets come before the value, so shorter ones sort first. */
static bool sorts_before(struct xk_bytes a, struct xk_bytes b)
{
    return a.size != b.size ? a.size < b.size : memcmp(a.data, b.data, a.size) < 0;
}

/* What few records have is not inlined, and takes and gives the writer by value: a writer whose address is known
 * elsewhere would have to be kept in memory for every octet of all records. */
static struct xki_der with_national(struct xki_der writer, const struct xk_hi2_extras *extras)
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
    return writer;
}

XKI_INLINE void write_iri_to_cc(struct xki_der *w, struct xk_bytes cc, struct xk_bytes iri)
{
    size_t start = w->size;
    xki_der_optional(w, 1, iri);
    size_t set = w->size;
    xki_der_raw(w, cc.data, cc.size);
    xki_der_length(w, w->size - set);
    xki_der_octet(w, 0x04);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 0, set);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 0, start);
}

static struct xki_der with_correlation(struct xki_der writer, const struct xk_hi2_extras *e)
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
    return writer;
}

XKI_INLINE void write_keys(struct xki_der *w, const struct xk_iri_event *event, unsigned int tag)
{
    size_t start = w->size;
    for (size_t i = event->key_count; i > 0; i--) {
        const struct xk_iri_key *key = &event->keys[i - 1];
        size_t entry = w->size;
        xki_der_optional(w, 3, key->salt);
        xki_der_bytes(w, 2, key->key);
        xki_der_bytes(w, 1, key->cs_id);
        xki_der_length(w, w->size - entry);
        xki_der_octet(w, XKI_DER_SEQUENCE);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, tag, start);
}

XKI_INLINE void write_extras_behind(struct xki_der *w, const struct xk_hi2_extras *extras)
{
    if (extras->country_code[0] != '\0') {
        size_t start = w->size;
        xki_der_raw(w, extras->country_code, 2);
        xki_der_wrap(w, XKI_DER_PRIMITIVE, 1, start);
        xki_der_wrap(w, XKI_DER_CONSTRUCTED, 255, start);
    }
}

XKI_INLINE void write_network_identifier(struct xki_der *w, struct xk_bytes operator_identifier)
{
    size_t start = w->size;
    xki_der_bytes(w, 0, operator_identifier);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 26, start);
}

XKI_INLINE void write_parameters(struct xki_der *w, const struct xk_hi2_profile *p, const struct xk_iri_event *event,
                             const struct xk_hi2_extras *extras, const struct stamp *stamp)
{
    const struct tags *tags = p->module == XK_HI2_UMTS ? &umts_tags : &eps_tags;
    const struct xk_warrant *warrant = event->warrant;
    write_extras_behind(w, extras);
    if (event->failure) {
        xki_der_small(w, tags->failure, GENERIC_FAILURE);
    }
    if (event->key_count > 0) {
        write_keys(w, event, tags->keys);
    }
    if (extras->correlation_iri.size > 0 || extras->correlation_cc.size > 0) {
        *w = with_correlation(*w, extras);
    }
    xki_der_optional(w, 30, extras->sip_message);
    xki_der_small(w, 29, EVENT_DECRYPTION_KEYS_AVAILABLE);
    write_network_identifier(w, warrant->operator_identifier);
    xki_der_bytes(w, 18, warrant->correlation_number);
    if (extras->national_count > 0) {
        *w = with_national(*w, extras);
    }
    write_parties(w, warrant);
    xki_der_small(w, 4, (unsigned int)warrant->initiator);
    write_time(w, p, stamp);
    xki_der_bytes(w, 1, warrant->liid);
    if (p->module == XK_HI2_UMTS) {
        xki_der_small(w, 23, p->iri_version);
    }
    write_domain(w, p, tags);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, (unsigned int)p->record_type, 0);
}

enum xk_status xk_hi2_record_encode(const struct xk_hi2_profile *profile, const struct xk_iri_event *event,
                                    const struct xk_hi2_extras *extras, uint8_t *out, size_t capacity, size_t *size,
                                    struct xk_diag *diag)
{
    static const struct xk_hi2_extras none;
    if (profile == NULL || event == NULL || event->warrant == NULL || size == NULL || (out == NULL && capacity > 0) ||
        profile->size != sizeof *profile) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (extras == NULL) {
        extras = &none;
    }
    struct stamp stamp;
    enum xk_status status = xki_hi2_check(profile, event, extras, diag);
    if (status == XK_OK) {
        status = make_stamp(profile, event->time, &stamp, diag);
    }
    if (status != XK_OK) {
        return status;
    }
    struct xki_der measure = {NULL, 0};
    write_parameters(&measure, profile, event, extras, &stamp);
    *size = measure.size;
    if (measure.size > capacity) {
        return xki_fail(diag, XK_E_SPACE, 0, "");
    }
    struct xki_der writer = {out + measure.size, 0};
    write_parameters(&writer, profile, event, extras, &stamp);
    return XK_OK;
}
