/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The encoder of HI2 records against asn1c's decoder, which we did not write: an input chooses the fields; what is
 * encoded must decode there and here, satisfy the constraints, and be encoded again in DER to the same octets.
 */
#include <xk/hi2_read.h>

#include "EpsRecord.h"
#include "UmtsRecord.h"

#include "fuzz.h"

struct chooser {
    const uint8_t *data;
    size_t size;
    size_t at;
};

static uint8_t next(struct chooser *c)
{
    return c->at < c->size ? c->data[c->at++] : 0;
}

/* A view into the input, or with one in four absent. */
static struct xk_bytes some(struct chooser *c)
{
    struct xk_bytes view = {NULL, 0};
    uint8_t choice = next(c);
    if (choice % 4 != 0) {
        view.size = choice / 4;
        view.size = view.size < c->size - c->at ? view.size : c->size - c->at;
        view.data = c->data + c->at;
        c->at += view.size;
    }
    return view;
}

static void choose_party(struct chooser *c, struct xk_party *p)
{
    struct xk_bytes *const forms[] = {&p->imei, &p->imsi, &p->msisdn, &p->e164, &p->sip_uri, &p->tel_uri};
    uint8_t mask = next(c);
    memset(p, 0, sizeof *p);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if ((mask & 1u << i) != 0) {
            *forms[i] = some(c);
        }
    }
}

struct collected {
    uint8_t octets[65536];
    size_t size;
};

static int collect(const void *data, size_t size, void *user)
{
    struct collected *out = user;
    REQUIRE(size <= sizeof out->octets - out->size);
    memcpy(out->octets + out->size, data, size);
    out->size += size;
    return 0;
}

static void check_by_asn1c(enum xk_hi2_module module, bool utc, const uint8_t *record, size_t size)
{
    static struct collected again;
    asn_TYPE_descriptor_t *type = module == XK_HI2_UMTS ? &asn_DEF_UmtsRecord : &asn_DEF_EpsRecord;
    void *decoded = NULL;
    char why[128];
    size_t why_size = sizeof why;
    asn_dec_rval_t result = ber_decode(NULL, type, &decoded, record, size);
    REQUIRE(result.code == RC_OK && result.consumed == size);
    REQUIRE(asn_check_constraints(type, decoded, why, &why_size) == 0);
    again.size = 0;
    if (utc) { /* asn1c moves a GeneralizedTime without zone by the machine's time zone */
        REQUIRE(der_encode(type, decoded, collect, &again).encoded > 0);
        REQUIRE(again.size == size && memcmp(again.octets, record, size) == 0);
    }
    ASN_STRUCT_FREE(*type, decoded);
}

static void check_by_ours(const struct xk_iri_event *event, const uint8_t *record, size_t size)
{
    struct xk_hi2_record read;
    REQUIRE(xk_hi2_record_decode(record, size, NULL, &read, NULL) == XK_OK);
    REQUIRE(read.key_count == event->key_count && read.party_count == event->warrant->party_count);
    REQUIRE(read.failure == event->failure);
}

static void choose_profile(struct chooser *c, struct xk_hi2_profile *profile)
{
    uint8_t choice = next(c);
    xk_hi2_profile_init(profile, choice % 2 == 0 ? XK_HI2_UMTS : XK_HI2_EPS);
    profile->time_form = choice % 4 < 2 ? XK_HI2_UTC_TIME : XK_HI2_LOCAL_TIME;
    profile->oid_release = next(c);
    profile->oid_version = next(c);
    profile->record_type = (enum xk_hi2_record_type)(1 + choice / 4 % 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t record[65536];
    struct chooser c = {data, size, 0};
    struct xk_party parties[4];
    struct xk_iri_key keys[4];
    struct xk_warrant warrant;
    struct xk_iri_event event;
    struct xk_hi2_extras extras;
    struct xk_hi2_profile profile;
    size_t written = 0;
    memset(&warrant, 0, sizeof warrant);
    memset(&event, 0, sizeof event);
    memset(&extras, 0, sizeof extras);
    choose_profile(&c, &profile);
    warrant.liid = some(&c);
    warrant.correlation_number = some(&c);
    warrant.operator_identifier = some(&c);
    warrant.initiator = (enum xk_initiator)(next(&c) % 3);
    warrant.destination = XK_DESTINATION_LEMF;
    warrant.parties = parties;
    warrant.party_count = next(&c) % 5;
    for (size_t i = 0; i < warrant.party_count; i++) {
        choose_party(&c, &parties[i]);
    }
    event.warrant = &warrant;
    event.keys = keys;
    event.key_count = next(&c) % 5;
    event.failure = next(&c) % 2 == 1;
    event.time.seconds = (int64_t)next(&c) * 9000017;
    for (size_t i = 0; i < event.key_count; i++) {
        keys[i].cs_id = some(&c);
        keys[i].key = some(&c);
        keys[i].salt = some(&c);
    }
    extras.correlation_iri = some(&c);
    extras.correlation_cc = some(&c);
    extras.correlation_both = next(&c) % 2 == 1;
    if (xk_hi2_record_encode(&profile, &event, &extras, record, sizeof record, &written, NULL) == XK_OK) {
        check_by_asn1c(profile.module, profile.time_form == XK_HI2_UTC_TIME, record, written);
        check_by_ours(&event, record, written);
    }
    return 0;
}
