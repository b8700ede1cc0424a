/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HI2 records against a decoder that we did not write: asn1c's, generated from the ASN.1 subset beside this file.
 * Each record decodes, satisfies the constraints, and is encoded again in DER to the same octets.
 */
#include <xk/hi2_read.h>
#include <xk/ps_pdu.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "EpsRecord.h"
#include "PS-PDU.h"
#include "UmtsRecord.h"

#include "support/files.h"
#include "unit/hi2/sample.h"

static struct sample the;
static uint8_t record[131072];
static size_t record_size;
static uint64_t seed = 7;

static uint32_t draw(uint32_t bound)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 32) % bound;
}

static int collect(const void *data, size_t size, void *user)
{
    struct xk_bytes *out = user;
    assert_true(out->size + size <= record_size);
    memcpy((uint8_t *)(uintptr_t)out->data + out->size, data, size);
    out->size += size;
    return 0;
}

/* asn1c's DER encoder turns a GeneralizedTime without zone into UTC by the machine's time zone, so a record with
 * localTime is decoded and checked only. */
static void agree_of(asn_TYPE_descriptor_t *type, bool same)
{
    void *decoded = NULL;
    char why[128];
    size_t why_size = sizeof why;
    asn_dec_rval_t result = ber_decode(NULL, type, &decoded, record, record_size);
    assert_int_equal(result.code, RC_OK);
    assert_int_equal(result.consumed, record_size);
    assert_int_equal(asn_check_constraints(type, decoded, why, &why_size), 0);
    uint8_t *again = malloc(record_size);
    assert_non_null(again);
    struct xk_bytes out = {again, 0};
    if (same) {
        assert_true(der_encode(type, decoded, collect, &out).encoded > 0);
        assert_int_equal(out.size, record_size);
        assert_memory_equal(again, record, record_size);
    }
    free(again);
    ASN_STRUCT_FREE(*type, decoded);
}

static void agree(enum xk_hi2_module module, enum xk_hi2_time_form form)
{
    agree_of(module == XK_HI2_UMTS ? &asn_DEF_UmtsRecord : &asn_DEF_EpsRecord, form == XK_HI2_UTC_TIME);
}

static void encode(const struct xk_hi2_profile *profile)
{
    assert_int_equal(
        xk_hi2_record_encode(profile, &the.event, &the.extras, record, sizeof record, &record_size, NULL), XK_OK);
}

static void the_samples(void **state)
{
    (void)state;
    const enum xk_hi2_module modules[] = {XK_HI2_UMTS, XK_HI2_EPS};
    for (size_t i = 0; i < 2; i++) {
        struct xk_hi2_profile profile;
        sample_init(&the);
        xk_hi2_profile_init(&profile, modules[i]);
        encode(&profile);
        agree(modules[i], profile.time_form);
        the.event.failure = true;
        encode(&profile);
        agree(modules[i], profile.time_form);
        the.event.key_count = 0;
        encode(&profile);
        agree(modules[i], profile.time_form);
    }
}

static uint8_t noise[70000];

static struct xk_bytes some(size_t low, size_t high)
{
    size_t size = low + draw((uint32_t)(high - low + 1));
    return (struct xk_bytes){noise + draw(1000), size};
}

static void vary_parties(struct xk_party *parties, size_t count, bool eps)
{
    for (size_t i = 0; i < count; i++) {
        memset(&parties[i], 0, sizeof parties[i]);
        parties[i].sip_uri = some(1, 300);
        parties[i].imei = draw(2) == 0 ? some(8, 8) : parties[i].imei;
        parties[i].imsi = draw(2) == 0 ? some(3, 8) : parties[i].imsi;
        parties[i].msisdn = draw(2) == 0 ? some(1, 9) : parties[i].msisdn;
        parties[i].e164 = draw(2) == 0 ? some(1, 25) : parties[i].e164;
        parties[i].tel_uri = draw(2) == 0 ? some(1, 200) : parties[i].tel_uri;
        parties[i].nai = eps && draw(4) == 0 ? some(1, 200) : parties[i].nai;
        parties[i].impi = eps && draw(4) == 0 ? some(1, 200) : parties[i].impi;
    }
}

static void vary_element(struct xk_network_element *element)
{
    element->form = (enum xk_network_element_form)draw(7);
    element->ipv6_prefix = 0;
    element->value = some(1, XK_NETWORK_ELEMENT_MAX);
    if (element->form == XK_NETWORK_ELEMENT_ABSENT) {
        element->value.size = 0;
    } else if (element->form == XK_NETWORK_ELEMENT_IP_BINARY) {
        element->value.size = draw(2) == 0 ? 4 : 16;
        element->ipv6_prefix = element->value.size == 16 ? (uint8_t)(1 + draw(128)) : 0;
    } else if (element->form == XK_NETWORK_ELEMENT_IP_TEXT) {
        element->value = draw(2) == 0 ? xk_text("192.0.2.1") : xk_text("2001:db8::1");
        element->ipv6_prefix = element->value.size > 9 ? (uint8_t)draw(129) : 0;
    }
}

/* What the kind of event has, and what stands beside it. */
static void vary_event(enum xk_hi2_module module)
{
    static struct xk_hi2_pani pani[XK_HI2_PANI_MAX];
    static struct xk_hi2_ims_voip voip[XK_HI2_IMS_VOIP_MAX];
    const struct xk_bytes none = {NULL, 0};
    the.event.kind = (enum xk_iri_kind)draw(3);
    if (draw(4) == 0) {
        the.extras.correlation_iri = the.extras.correlation_cc = none;
        the.extras.correlation_both = false;
        the.extras.ims_voip = voip;
        the.extras.ims_voip_count = 1 + draw(XK_HI2_IMS_VOIP_MAX);
        for (size_t i = 0; i < the.extras.ims_voip_count; i++) {
            voip[i] = (struct xk_hi2_ims_voip){some(1, 3), draw(2) == 0 ? some(1, 200) : none};
        }
    }
    if (draw(2) == 0) {
        memcpy(the.extras.country_code, "XX", 2);
    }
    if (the.event.kind == XK_IRI_KEYS) {
        return;
    }
    the.event.key_count = 0;
    the.event.failure = false;
    the.extras.pani = pani;
    the.extras.pani_count = draw(XK_HI2_PANI_MAX + 1);
    for (size_t i = 0; i < the.extras.pani_count; i++) {
        pani[i] = (struct xk_hi2_pani){some(0, 20), some(0, 20), draw(2) == 0, some(0, 20)};
    }
    the.extras.roaming = module == XK_HI2_EPS ? (enum xk_hi2_roaming)draw(3) : XK_HI2_ROAMING_ABSENT;
    if (the.event.kind == XK_IRI_SIP_MESSAGE) {
        the.event.filtered = draw(2) == 0;
        the.event.sip_message = draw(4) == 0 ? some(1, 65535) : some(1, 1000);
        return;
    }
    the.event.header_offer = some(0, 1000);
    the.event.header_answer = some(0, 1000);
    the.event.sdp_offer = some(0, 1000);
    the.event.sdp_answer = some(0, 1000);
}

static void random_records(void **state)
{
    (void)state;
    static struct xk_party parties[XK_PARTIES_MAX];
    static struct xk_iri_key keys[XK_CRYPTO_SESSIONS_MAX];
    static struct xk_bytes national[XK_HI2_NATIONAL_MAX];
    for (size_t i = 0; i < sizeof noise; i++) {
        noise[i] = (uint8_t)draw(256);
    }
    for (unsigned int round = 0; round < 2000; round++) {
        struct xk_hi2_profile profile;
        enum xk_hi2_module module = draw(2) == 0 ? XK_HI2_UMTS : XK_HI2_EPS;
        sample_init(&the);
        xk_hi2_profile_init(&profile, module);
        profile.oid_release = draw(16384);
        profile.oid_version = draw(16384);
        profile.record_type = (enum xk_hi2_record_type)(1 + draw(4));
        profile.time_form = draw(2) == 0 ? XK_HI2_UTC_TIME : XK_HI2_LOCAL_TIME;
        profile.season = (enum xk_hi2_season)draw(3);
        the.event.time.seconds = draw(0x7fffffff);
        the.warrant.liid = some(1, 25);
        the.warrant.parties = parties;
        the.warrant.party_count = 1 + draw(XK_PARTIES_MAX);
        vary_parties(parties, the.warrant.party_count, module == XK_HI2_EPS);
        vary_element(&the.warrant.network_element);
        the.warrant.correlation_number = some(8, 20);
        the.warrant.operator_identifier = some(1, 5);
        the.warrant.initiator = (enum xk_initiator)draw(3);
        the.event.failure = draw(2) == 0;
        the.event.keys = keys;
        the.event.key_count = draw(20) == 0 ? XK_CRYPTO_SESSIONS_MAX : 1 + draw(4);
        for (size_t i = 0; i < the.event.key_count; i++) {
            keys[i].cs_id = some(1, 16);
            keys[i].key = some(1, XK_SESSION_KEY_MAX);
            keys[i].salt = draw(2) == 0 ? some(1, XK_SALT_MAX) : (struct xk_bytes){NULL, 0};
        }
        if (draw(2) == 0) {
            the.extras.national = national;
            the.extras.national_count = 1 + draw(XK_HI2_NATIONAL_MAX);
            for (size_t i = 0; i < the.extras.national_count; i++) {
                national[i] = some(1, XK_HI2_NATIONAL_SIZE_MAX);
            }
        }
        the.extras.correlation_iri = draw(2) == 0 ? some(1, 256) : (struct xk_bytes){NULL, 0};
        the.extras.correlation_cc = draw(2) == 0 ? some(1, 256) : (struct xk_bytes){NULL, 0};
        the.extras.correlation_both = the.extras.correlation_iri.size > 0 && the.extras.correlation_cc.size > 0 &&
                                      draw(2) == 0;
        vary_event(module);
        encode(&profile);
        agree(module, profile.time_form);
    }
}

static void vary_header(struct xk_ps_header *header)
{
    static const uint8_t extension[] = {0x81, 0x03, 'c', 'i', 'n'};
    assert_int_equal(xk_ps_header_from_event(&the.event, header), XK_OK);
    header->domain_version = draw(128);
    header->operator_identifier = some(1, 16);
    header->sequence_number = draw(UINT32_MAX);
    header->has_identity_number = draw(2) == 0;
    header->identity_number = draw(UINT32_MAX);
    header->time_form = draw(2) == 0 ? XK_PS_TIME_GENERALIZED : XK_PS_TIME_MICROSECONDS;
    header->qualifier = (enum xk_ps_qualifier)((int)draw(5) - 1);
    if (header->intercepting_element.form == XK_NETWORK_ELEMENT_ABSENT) {
        header->network_element = some(0, 16);
    }
    if (draw(2) == 0) {
        header->interception_point = xk_text("point 1");
    } else {
        header->extended_interception_point = some(0, 300);
    }
    header->network_function = some(0, 30);
    if (draw(2) == 0) {
        memcpy(header->authorization_country, "XX", 2);
        memcpy(header->delivery_country, "YY", 2);
        header->cin_extension = (struct xk_bytes){extension, sizeof extension};
    }
}

/* asn1c drops zeros at the end of a fraction when it writes a GeneralizedTime. */
static void random_pdus(void **state)
{
    (void)state;
    static uint8_t pdu[65535];
    for (size_t i = 0; i < sizeof noise; i++) {
        noise[i] = (uint8_t)draw(256);
    }
    for (unsigned int round = 0; round < 1000; round++) {
        struct xk_hi2_profile profile;
        struct xk_ps_header header;
        size_t size = 0;
        enum xk_hi2_module module = draw(2) == 0 ? XK_HI2_UMTS : XK_HI2_EPS;
        enum xk_ps_form form = draw(2) == 0 ? XK_PS_BARE_PARAMETERS : XK_PS_WHOLE_RECORD;
        sample_init(&the);
        xk_hi2_profile_init(&profile, module);
        profile.time_form = XK_HI2_UTC_TIME;
        the.event.time.seconds = draw(0x7fffffff);
        the.event.time.microseconds = draw(1000000);
        vary_element(&the.warrant.network_element);
        encode(&profile);
        xk_ps_header_init(&header);
        vary_header(&header);
        const struct xk_bytes view = {record, record_size};
        assert_int_equal(xk_ps_pdu_encode(&header, module, form, view, pdu, sizeof pdu, &size, NULL), XK_OK);
        memcpy(record, pdu, size);
        record_size = size;
        agree_of(&asn_DEF_PS_PDU, header.time_form == XK_PS_TIME_MICROSECONDS);
    }
}

/* Each vector of a TRI, which we write octet by octet (test_tri), is read by the other decoder too. */
static void tri_vectors(void **state)
{
    (void)state;
    static const char *const names[] = {
        "keep_alive", "keep_alive_response", "test_pdu",      "padding",         "first_segment",
        "last_segment", "cin_reset_all",     "ack_request",   "ack_response",    "operator_lea_message",
        "option_request", "option_response", "option_complete", "integrity_hash",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        record_size = file_read_hex_line("hi2/tri.txt", names[i], record, sizeof record);
        agree_of(&asn_DEF_PS_PDU, false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_samples),
        cmocka_unit_test(random_records),
        cmocka_unit_test(random_pdus),
        cmocka_unit_test(tri_vectors),
    };
    return cmocka_run_group_tests_name("asn1c", tests, NULL, NULL);
}
