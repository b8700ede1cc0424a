/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HI2 records against a decoder that we did not write: asn1c's, generated from the ASN.1 subset beside this file.
 * Each record decodes, satisfies the constraints, and is encoded again in DER to the same octets.
 */
#include <xk/hi2_read.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "EpsRecord.h"
#include "UmtsRecord.h"

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
static void agree(enum xk_hi2_module module, enum xk_hi2_time_form form)
{
    asn_TYPE_descriptor_t *type = module == XK_HI2_UMTS ? &asn_DEF_UmtsRecord : &asn_DEF_EpsRecord;
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
    if (form == XK_HI2_UTC_TIME) {
        assert_true(der_encode(type, decoded, collect, &out).encoded > 0);
        assert_int_equal(out.size, record_size);
        assert_memory_equal(again, record, record_size);
    }
    free(again);
    ASN_STRUCT_FREE(*type, decoded);
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

static void vary_parties(struct xk_party *parties, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        memset(&parties[i], 0, sizeof parties[i]);
        parties[i].sip_uri = some(1, 300);
        parties[i].imei = draw(2) == 0 ? some(8, 8) : parties[i].imei;
        parties[i].imsi = draw(2) == 0 ? some(3, 8) : parties[i].imsi;
        parties[i].msisdn = draw(2) == 0 ? some(1, 9) : parties[i].msisdn;
        parties[i].e164 = draw(2) == 0 ? some(1, 25) : parties[i].e164;
        parties[i].tel_uri = draw(2) == 0 ? some(1, 200) : parties[i].tel_uri;
    }
}

/* The subset knows neither nai and iMPI nor [255], and national parameters in the Umts module only. */
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
        vary_parties(parties, the.warrant.party_count);
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
        if (module == XK_HI2_UMTS && draw(2) == 0) {
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
        encode(&profile);
        agree(module, profile.time_form);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_samples),
        cmocka_unit_test(random_records),
    };
    return cmocka_run_group_tests_name("asn1c", tests, NULL, NULL);
}
