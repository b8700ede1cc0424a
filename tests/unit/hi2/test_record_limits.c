/* SPDX-License-Identifier: BSD-2-Clause */
/* Every limit of a record, one value outside it at a time; and what is written for the less common parameters. */
#include <xk/hi2.h>
#include <xk/hi2_read.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "sample.h"

static struct sample s;
static struct xk_hi2_profile p;
static struct xk_party parties[XK_PARTIES_MAX + 1];
static struct xk_bytes national[XK_HI2_NATIONAL_MAX + 1];
static struct xk_iri_key keys[XK_CRYPTO_SESSIONS_MAX + 1];
static uint8_t out[70000];
static const uint8_t large[70000] = {1};

static struct xk_bytes bytes(size_t size)
{
    return (struct xk_bytes){large, size};
}

static void start(enum xk_hi2_module module)
{
    sample_init(&s);
    xk_hi2_profile_init(&p, module);
    for (size_t i = 0; i < sizeof national / sizeof national[0]; i++) {
        national[i] = xk_text("n");
    }
    for (size_t i = 0; i < sizeof parties / sizeof parties[0]; i++) {
        parties[i] = s.party;
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        keys[i] = s.key;
    }
}

/* One change each. */
static void no_module(void) { p.module = (enum xk_hi2_module)9; }
static void release(void) { p.oid_release = 16384; }
static void version(void) { p.oid_version = 16384; }
static void iri_version(void) { p.iri_version = 128; }
static void record_type_0(void) { p.record_type = (enum xk_hi2_record_type)0; }
static void record_type_5(void) { p.record_type = (enum xk_hi2_record_type)5; }
static void time_form(void) { p.time_form = (enum xk_hi2_time_form)7; }
static void offset_low(void) { p.local_offset_minutes = -1440; }
static void offset_high(void) { p.local_offset_minutes = 1440; }
static void season_low(void) { p.season = (enum xk_hi2_season)-1; }
static void season_high(void) { p.season = (enum xk_hi2_season)3; }
static void no_liid(void) { s.warrant.liid.size = 0; }
static void no_operator(void) { s.warrant.operator_identifier.size = 0; }
static void initiator(void) { s.warrant.initiator = (enum xk_initiator)3; }
static void no_party(void) { s.warrant.party_count = 0; }
static void parties_nowhere(void) { s.warrant.parties = NULL; }
static void eleven_parties(void) { s.warrant.parties = parties; s.warrant.party_count = XK_PARTIES_MAX + 1; }
static void empty_party(void) { memset(&s.party, 0, sizeof s.party); }
static void nai(void) { s.party.nai = xk_text("a@b"); }
static void impi(void) { s.party.impi = xk_text("a@b"); }
static void keys_nowhere(void) { s.event.keys = NULL; }
static void too_many_keys(void) { s.event.keys = keys; s.event.key_count = XK_CRYPTO_SESSIONS_MAX + 1; }
static void cs_id_17(void) { s.key.cs_id = bytes(17); }
static void key_65(void) { s.key.key = bytes(XK_SESSION_KEY_MAX + 1); }
static void salt_33(void) { s.key.salt = bytes(XK_SALT_MAX + 1); }
static void too_many_national(void) { s.extras.national = national; s.extras.national_count = XK_HI2_NATIONAL_MAX + 1; }
static void national_nowhere(void) { s.extras.national_count = 1; }
static void national_empty(void) { national[0].size = 0; s.extras.national = national; s.extras.national_count = 2; }
static void national_257(void) { national[1] = bytes(257); s.extras.national = national; s.extras.national_count = 2; }
static void correlation_iri(void) { s.extras.correlation_iri = bytes(XK_HI2_CORRELATION_MAX + 1); }
static void correlation_cc(void) { s.extras.correlation_cc = bytes(XK_HI2_CORRELATION_MAX + 1); }
static void both_without_cc(void) { s.extras.correlation_both = true; }
static void both_without_iri(void)
{
    s.extras.correlation_both = true;
    s.extras.correlation_cc = xk_text("c");
    s.extras.correlation_iri.size = 0;
}
static void country_half(void) { memcpy(s.extras.country_code, "D\0", 2); }
static void country_other_half(void) { memcpy(s.extras.country_code, "\0E", 2); }
static void country_below(void) { memcpy(s.extras.country_code, "/E", 2); }
static void country_behind_digits(void) { memcpy(s.extras.country_code, "D:", 2); }
static void country_between(void) { memcpy(s.extras.country_code, "D[", 2); }
static void country_above(void) { memcpy(s.extras.country_code, "D{", 2); }
static void before_1970(void) { s.event.time.seconds = -1; }
static void after_9999(void) { s.event.time.seconds = INT64_C(253402300799); }
static void microseconds(void) { s.event.time.microseconds = 1000000; }

static void each_value_outside_its_limit_is_told(void **state)
{
    (void)state;
    static const struct {
        void (*change)(void);
        enum xk_hi2_module module;
        enum xk_status status;
        const char *field;
    } rows[] = {
        {no_module, XK_HI2_EPS, XK_E_CONFIG, "module"},
        {release, XK_HI2_EPS, XK_E_CONFIG, "domain OBJECT IDENTIFIER"},
        {version, XK_HI2_EPS, XK_E_CONFIG, "domain OBJECT IDENTIFIER"},
        {iri_version, XK_HI2_UMTS, XK_E_CONFIG, "iRIversion"},
        {record_type_0, XK_HI2_EPS, XK_E_CONFIG, "record type"},
        {record_type_5, XK_HI2_EPS, XK_E_CONFIG, "record type"},
        {time_form, XK_HI2_EPS, XK_E_CONFIG, "timeStamp"},
        {offset_low, XK_HI2_EPS, XK_E_CONFIG, "timeStamp"},
        {offset_high, XK_HI2_EPS, XK_E_CONFIG, "timeStamp"},
        {season_low, XK_HI2_EPS, XK_E_CONFIG, "winterSummerIndication"},
        {season_high, XK_HI2_EPS, XK_E_CONFIG, "winterSummerIndication"},
        {no_liid, XK_HI2_EPS, XK_E_FIELD_EMPTY, "LIID"},
        {no_operator, XK_HI2_EPS, XK_E_FIELD_EMPTY, "operator-Identifier"},
        {initiator, XK_HI2_EPS, XK_E_FIELD, "initiator"},
        {no_party, XK_HI2_EPS, XK_E_FIELD_EMPTY, "partyInformation"},
        {parties_nowhere, XK_HI2_EPS, XK_E_ARGUMENT, "partyInformation"},
        {eleven_parties, XK_HI2_EPS, XK_E_FIELD_LIMIT, "partyInformation"},
        {empty_party, XK_HI2_EPS, XK_E_FIELD_EMPTY, "partyIdentity"},
        {nai, XK_HI2_UMTS, XK_E_FIELD, "nai"},
        {impi, XK_HI2_UMTS, XK_E_FIELD, "iMPI"},
        {keys_nowhere, XK_HI2_EPS, XK_E_ARGUMENT, "mediaDecryption-info"},
        {too_many_keys, XK_HI2_EPS, XK_E_FIELD_LIMIT, "mediaDecryption-info"},
        {cs_id_17, XK_HI2_EPS, XK_E_FIELD_LIMIT, "cCCSID"},
        {key_65, XK_HI2_EPS, XK_E_FIELD_LIMIT, "cCDecKey"},
        {salt_33, XK_HI2_EPS, XK_E_FIELD_LIMIT, "cCSalt"},
        {too_many_national, XK_HI2_EPS, XK_E_FIELD_LIMIT, "national-Parameters"},
        {national_nowhere, XK_HI2_EPS, XK_E_ARGUMENT, "national-Parameters"},
        {national_empty, XK_HI2_EPS, XK_E_FIELD_EMPTY, "national-Parameters"},
        {national_257, XK_HI2_EPS, XK_E_FIELD_LIMIT, "national-Parameters"},
        {correlation_iri, XK_HI2_EPS, XK_E_FIELD_LIMIT, "correlation"},
        {correlation_cc, XK_HI2_EPS, XK_E_FIELD_LIMIT, "correlation"},
        {both_without_cc, XK_HI2_EPS, XK_E_FIELD, "correlation"},
        {both_without_iri, XK_HI2_EPS, XK_E_FIELD, "correlation"},
        {country_half, XK_HI2_EPS, XK_E_FIELD, "countryCode"},
        {country_other_half, XK_HI2_EPS, XK_E_FIELD, "countryCode"},
        {country_below, XK_HI2_EPS, XK_E_FIELD, "countryCode"},
        {country_behind_digits, XK_HI2_EPS, XK_E_FIELD, "countryCode"},
        {country_between, XK_HI2_EPS, XK_E_FIELD, "countryCode"},
        {country_above, XK_HI2_EPS, XK_E_FIELD, "countryCode"},
        {before_1970, XK_HI2_EPS, XK_E_FIELD, "timeStamp"},
        {after_9999, XK_HI2_EPS, XK_E_FIELD, "timeStamp"},
        {microseconds, XK_HI2_EPS, XK_E_FIELD, "timeStamp"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_diag diag = {XK_OK, 9, ""};
        size_t size = 77;
        start(rows[i].module);
        assert_int_equal(xk_hi2_record_encode(&p, &s.event, &s.extras, out, sizeof out, &size, &diag), XK_OK);
        rows[i].change();
        size = 77;
        enum xk_status status = xk_hi2_record_encode(&p, &s.event, &s.extras, out, sizeof out, &size, &diag);
        assert_int_equal(status, rows[i].status);
        assert_int_equal(diag.offset, 0);
        assert_string_equal(diag.field, rows[i].field);
        assert_int_equal(size, 77);
    }
}

static void each_value_at_its_limit_is_taken(void **state)
{
    (void)state;
    size_t size = 0;
    start(XK_HI2_UMTS);
    p.oid_release = 16383;
    p.oid_version = 16383;
    p.iri_version = 127;
    p.record_type = XK_HI2_BEGIN;
    p.season = XK_HI2_SEASON_SUMMER;
    p.time_form = XK_HI2_LOCAL_TIME;
    p.fraction_digits = 6;
    for (int32_t offset = -1439; offset <= 1439; offset += 2878) {
        p.local_offset_minutes = offset;
        s.event.time.seconds = offset < 0 ? 86400 : INT64_C(253402300799) - 86400;
        s.event.time.microseconds = 999999;
        assert_int_equal(xk_hi2_record_encode(&p, &s.event, &s.extras, out, sizeof out, &size, NULL), XK_OK);
    }
    s.key.cs_id = bytes(16);
    s.key.key = bytes(XK_SESSION_KEY_MAX);
    s.key.salt = bytes(XK_SALT_MAX);
    s.extras.correlation_iri = bytes(XK_HI2_CORRELATION_MAX);
    s.extras.correlation_cc = bytes(XK_HI2_CORRELATION_MAX);
    for (size_t i = 0; i < XK_HI2_NATIONAL_MAX; i++) {
        national[i] = bytes(XK_HI2_NATIONAL_SIZE_MAX);
    }
    s.extras.national = national;
    s.extras.national_count = XK_HI2_NATIONAL_MAX;
    memcpy(s.extras.country_code, "9z", 2);
    static uint8_t record[20000];
    assert_int_equal(xk_hi2_record_encode(&p, &s.event, &s.extras, record, sizeof record, &size, NULL), XK_OK);
}

static void null_is_refused(void **state)
{
    (void)state;
    size_t size = 77;
    struct xk_hi2_profile other;
    start(XK_HI2_EPS);
    xk_hi2_profile_init(NULL, XK_HI2_EPS);
    other = p;
    other.size++;
    struct xk_iri_event orphan = s.event;
    orphan.warrant = NULL;
    struct xk_diag diag = {XK_OK, 9, NULL};
    assert_int_equal(xk_hi2_record_encode(NULL, &s.event, NULL, out, sizeof out, &size, &diag), XK_E_ARGUMENT);
    assert_true(diag.status == XK_E_ARGUMENT && diag.offset == 0 && diag.field[0] == '\0');
    assert_int_equal(xk_hi2_record_encode(&p, NULL, NULL, out, sizeof out, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_hi2_record_encode(&p, &orphan, NULL, out, sizeof out, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_hi2_record_encode(&p, &s.event, NULL, NULL, 1, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_hi2_record_encode(&p, &s.event, NULL, out, sizeof out, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_hi2_record_encode(&other, &s.event, NULL, out, sizeof out, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(size, 77);
}

static void reads_back(struct xk_hi2_record *r)
{
    size_t size = 0;
    assert_int_equal(xk_hi2_record_encode(&p, &s.event, &s.extras, out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(xk_hi2_record_decode(out, size, NULL, r, NULL), XK_OK);
}

static void correlation_is_written_in_each_of_its_forms(void **state)
{
    (void)state;
    struct xk_hi2_record r;
    for (unsigned int form = 0; form < 4; form++) {
        start(XK_HI2_EPS);
        s.extras.correlation_iri = xk_text("iri");
        s.extras.correlation_cc = xk_text("cc");
        s.extras.correlation_both = form == 3;
        if (form == 0) {
            s.extras.correlation_cc.size = 0;
        } else if (form == 1) {
            s.extras.correlation_iri.size = 0;
        }
        reads_back(&r);
        assert_int_equal(r.correlation_iri.size, s.extras.correlation_iri.size);
        assert_int_equal(r.correlation_cc.size, s.extras.correlation_cc.size);
        assert_int_equal(r.correlation_both, form == 3);
    }
}

static void equal_parties_and_digits_in_a_country_are_taken(void **state)
{
    (void)state;
    struct xk_hi2_record r;
    start(XK_HI2_EPS);
    s.warrant.parties = parties;
    s.warrant.party_count = 3;
    memcpy(s.extras.country_code, "d9", 2);
    reads_back(&r);
    assert_int_equal(r.party_count, 3);
    assert_memory_equal(r.country_code, "d9", 2);
}

static void local_time_is_moved_and_has_its_season(void **state)
{
    (void)state;
    struct xk_hi2_record r;
    start(XK_HI2_UMTS);
    p.time_form = XK_HI2_LOCAL_TIME;
    p.local_offset_minutes = 90;
    p.season = XK_HI2_SEASON_SUMMER;
    reads_back(&r);
    assert_int_equal(r.time_form, XK_HI2_LOCAL_TIME);
    assert_int_equal(r.season, XK_HI2_SEASON_SUMMER);
    assert_int_equal(r.time.seconds, s.event.time.seconds + 5400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_outside_its_limit_is_told),
        cmocka_unit_test(each_value_at_its_limit_is_taken),
        cmocka_unit_test(null_is_refused),
        cmocka_unit_test(correlation_is_written_in_each_of_its_forms),
        cmocka_unit_test(equal_parties_and_digits_in_a_country_are_taken),
        cmocka_unit_test(local_time_is_moved_and_has_its_season),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
