/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/hi2_read.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/files.h"
#include "unit/hi2/sample.h"

static struct sample the;
static uint8_t octets[4096];
static size_t size;

static void same(struct xk_bytes got, struct xk_bytes wanted)
{
    assert_int_equal(got.size, wanted.size);
    assert_memory_equal(got.data, wanted.data, wanted.size);
}

static void encode(const struct xk_hi2_profile *profile)
{
    assert_int_equal(
        xk_hi2_record_encode(profile, &the.event, &the.extras, octets, sizeof octets, &size, NULL), XK_OK);
}

static void reads_the_vector_with_keys(void **state)
{
    (void)state;
    struct xk_hi2_record record;
    sample_init(&the);
    size = file_read_hex_line(RECORDS, "umts_key", octets, sizeof octets);
    assert_int_equal(xk_hi2_record_decode(octets, size, NULL, &record, NULL), XK_OK);
    assert_int_equal(record.module, XK_HI2_UMTS);
    assert_int_equal(record.record_type, XK_HI2_REPORT);
    assert_int_equal(record.oid_release, 15);
    assert_int_equal(record.oid_version, 5);
    assert_int_equal(record.iri_version, 8);
    same(record.liid, the.warrant.liid);
    assert_int_equal(record.time.seconds, the.event.time.seconds);
    same(record.correlation_number, the.warrant.correlation_number);
    same(record.operator_identifier, the.warrant.operator_identifier);
    same(record.correlation_iri, the.extras.correlation_iri);
    assert_true(record.has_event && record.event == 3);
    assert_false(record.failure);
    struct xk_party party;
    struct xk_iri_key key;
    size_t position = 0;
    assert_true(xk_hi2_next_party(&record, &position, &party));
    same(party.sip_uri, the.party.sip_uri);
    same(party.tel_uri, the.party.tel_uri);
    assert_false(xk_hi2_next_party(&record, &position, &party));
    position = 0;
    assert_true(xk_hi2_next_key(&record, &position, &key));
    same(key.cs_id, the.key.cs_id);
    same(key.key, the.key.key);
    same(key.salt, the.key.salt);
    assert_false(xk_hi2_next_key(&record, &position, &key));
}

static void reads_the_vector_with_a_failure(void **state)
{
    (void)state;
    struct xk_hi2_record record;
    size = file_read_hex_line(RECORDS, "eps_fail", octets, sizeof octets);
    assert_int_equal(xk_hi2_record_decode(octets, size, NULL, &record, NULL), XK_OK);
    assert_int_equal(record.module, XK_HI2_EPS);
    assert_int_equal(record.iri_version, 0);
    assert_true(record.failure);
    assert_int_equal(record.key_count, 0);
}

static void reads_back_every_optional_parameter(void **state)
{
    (void)state;
    struct xk_hi2_profile profile;
    struct xk_hi2_record record;
    struct xk_bytes national[2] = {xk_text("bb"), xk_text("a")};
    struct xk_bytes parameter;
    sample_init(&the);
    xk_hi2_profile_init(&profile, XK_HI2_EPS);
    profile.record_type = XK_HI2_CONTINUE;
    profile.time_form = XK_HI2_LOCAL_TIME;
    profile.local_offset_minutes = 90;
    profile.season = XK_HI2_SEASON_SUMMER;
    profile.oid_release = 300;
    the.warrant.initiator = XK_INITIATOR_TERMINATING_TARGET;
    the.party.impi = xk_text("private@example.org");
    the.event.failure = true;
    the.extras.national = national;
    the.extras.national_count = 2;
    the.extras.correlation_cc = xk_text("cc-1");
    the.extras.correlation_both = true;
    memcpy(the.extras.country_code, "XX", 2);
    encode(&profile);
    assert_int_equal(xk_hi2_record_decode(octets, size, NULL, &record, NULL), XK_OK);
    assert_int_equal(record.record_type, XK_HI2_CONTINUE);
    assert_int_equal(record.oid_release, 300);
    assert_int_equal(record.time_form, XK_HI2_LOCAL_TIME);
    assert_int_equal(record.time.seconds, the.event.time.seconds + 90 * 60);
    assert_int_equal(record.season, XK_HI2_SEASON_SUMMER);
    assert_int_equal(record.initiator, XK_INITIATOR_TERMINATING_TARGET);
    same(record.correlation_iri, the.extras.correlation_iri);
    same(record.correlation_cc, the.extras.correlation_cc);
    assert_true(record.correlation_both && record.failure);
    assert_memory_equal(record.country_code, "XX", 2);
    size_t position = 0;
    assert_true(xk_hi2_next_national(&record, &position, &parameter));
    same(parameter, national[1]);
    assert_true(xk_hi2_next_national(&record, &position, &parameter));
    same(parameter, national[0]);
    assert_false(xk_hi2_next_national(&record, &position, &parameter));
    struct xk_party party;
    position = 0;
    assert_true(xk_hi2_next_party(&record, &position, &party));
    same(party.impi, the.party.impi);
}

static void bare_parameters_read_the_same(void **state)
{
    (void)state;
    struct xk_hi2_record record;
    size = file_read_hex_line(RECORDS, "umts_key", octets, sizeof octets);
    assert_int_equal(xk_hi2_parameters_decode(XK_HI2_BEGIN, octets + 3, size - 3, NULL, &record, NULL), XK_OK);
    assert_int_equal(record.record_type, XK_HI2_BEGIN);
    assert_int_equal(record.key_count, 1);
}

static void refused(const char *what, size_t at, uint8_t value, enum xk_status wanted)
{
    struct xk_hi2_record record;
    struct xk_diag diag;
    size = file_read_hex_line(RECORDS, "umts_key", octets, sizeof octets);
    octets[at] = value;
    assert_int_equal(xk_hi2_record_decode(octets, size, NULL, &record, &diag), wanted);
    assert_string_equal(diag.field, what);
}

static void says_what_is_wrong_where(void **state)
{
    (void)state;
    refused("record", 0, 0xa7, XK_E_DER_TAG);
    refused("record", 2, 0xaf, XK_E_DER_TRUNCATED);
    refused("record", 2, 0xad, XK_E_DER_TRAILING);
    refused("record", 1, 0x80, XK_E_DER_LENGTH);
    refused("domain OBJECT IDENTIFIER", 3, 0x81, XK_E_DER_TAG);
    refused("domain OBJECT IDENTIFIER", 10, 0x02, XK_E_DER_VALUE);
    refused("parameter stands twice", 13, 0x81, XK_E_DER_TAG);
    refused("utcTime", 36, 'x', XK_E_DER_VALUE);
}

static void decode_copy(const uint8_t *data, size_t length, bool must_fail)
{
    uint8_t *copy = malloc(length + (length == 0));
    struct xk_hi2_record record;
    assert_non_null(copy);
    memcpy(copy, data, length);
    enum xk_status status = xk_hi2_record_decode(copy, length, NULL, &record, NULL);
    if (must_fail) {
        assert_int_not_equal(status, XK_OK);
    }
    if (status == XK_OK) {
        struct xk_iri_key key;
        size_t position = 0;
        size_t count = 0;
        while (xk_hi2_next_key(&record, &position, &key)) {
            count++;
        }
        assert_int_equal(count, record.key_count);
    }
    free(copy);
}

static void broken_input_is_refused_or_read_within_bounds(void **state)
{
    (void)state;
    size = file_read_hex_line(RECORDS, "umts_key", octets, sizeof octets);
    for (size_t length = 0; length < size; length++) {
        decode_copy(octets, length, true);
    }
    for (size_t bit = 0; bit < size * 8; bit++) {
        octets[bit / 8] ^= (uint8_t)(1u << bit % 8);
        decode_copy(octets, size, false);
        octets[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_vector_with_keys),
        cmocka_unit_test(reads_the_vector_with_a_failure),
        cmocka_unit_test(reads_back_every_optional_parameter),
        cmocka_unit_test(bare_parameters_read_the_same),
        cmocka_unit_test(says_what_is_wrong_where),
        cmocka_unit_test(broken_input_is_refused_or_read_within_bounds),
    };
    return cmocka_run_group_tests_name("record_read", tests, NULL, NULL);
}
