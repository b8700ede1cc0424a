/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/hi2.h>
#include <xk/hi2_read.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/files.h"
#include "unit/hi2/sample.h"
#include "warrant/modules.h"

static struct sample the;

static struct xk_iri_event sample(void)
{
    sample_init(&the);
    return the.event;
}

static struct xk_hi2_extras session_42(void)
{
    return the.extras;
}

static void reproduces(enum xk_hi2_module module, bool failure, const char *name)
{
    uint8_t wanted[512];
    uint8_t out[512];
    size_t size = 0;
    size_t expected = file_read_hex_line(RECORDS, name, wanted, sizeof wanted);
    struct xk_hi2_profile profile;
    struct xk_iri_event event = sample();
    struct xk_hi2_extras extras = session_42();
    xk_hi2_profile_init(&profile, module);
    profile.time_form = XK_HI2_UTC_TIME;
    if (failure) {
        event.failure = true;
        event.keys = NULL;
        event.key_count = 0;
    }
    assert_int_equal(xk_hi2_record_encode(&profile, &event, &extras, out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(size, expected);
    assert_memory_equal(out, wanted, size);
}

static void the_umts_example_is_reproduced(void **state)
{
    (void)state;
    reproduces(XK_HI2_UMTS, false, "umts_key");
}

static void the_eps_example_is_reproduced(void **state)
{
    (void)state;
    reproduces(XK_HI2_EPS, true, "eps_fail");
}

static void a_buffer_that_is_too_small_stays_untouched(void **state)
{
    (void)state;
    struct xk_hi2_profile profile;
    struct xk_iri_event event = sample();
    size_t needed = 0;
    xk_hi2_profile_init(&profile, XK_HI2_EPS);
    assert_int_equal(xk_hi2_record_encode(&profile, &event, NULL, NULL, 0, &needed, NULL), XK_E_SPACE);
    for (size_t capacity = 1; capacity < needed; capacity++) {
        uint8_t out[512] = {0};
        const uint8_t zeros[512] = {0};
        size_t size = 0;
        assert_int_equal(xk_hi2_record_encode(&profile, &event, NULL, out, capacity, &size, NULL), XK_E_SPACE);
        assert_int_equal(size, needed);
        assert_memory_equal(out, zeros, sizeof out);
    }
}

static enum xk_status refused(enum xk_hi2_module module, const struct xk_iri_event *event, const char **field)
{
    struct xk_hi2_profile profile;
    struct xk_diag diag = {XK_OK, 0, ""};
    uint8_t out[1024];
    size_t size;
    xk_hi2_profile_init(&profile, module);
    profile.time_form = XK_HI2_UTC_TIME;
    enum xk_status status = xk_hi2_record_encode(&profile, event, NULL, out, sizeof out, &size, &diag);
    *field = diag.field;
    return status;
}

static void limits_of_the_module_are_enforced(void **state)
{
    (void)state;
    const char *field;
    struct xk_iri_event event = sample();
    the.warrant.liid = xk_text("12345678901234567890123456");
    assert_int_equal(refused(XK_HI2_UMTS, &event, &field), XK_E_FIELD_LIMIT);
    assert_string_equal(field, "LIID");
    event = sample();
    the.warrant.correlation_number = xk_text("1234567");
    assert_int_equal(refused(XK_HI2_UMTS, &event, &field), XK_E_FIELD);
    assert_string_equal(field, "correlation number");
    assert_int_equal(refused(XK_HI2_EPS, &event, &field), XK_OK);
    event = sample();
    the.party.impi = xk_text("bob@ims");
    assert_int_equal(refused(XK_HI2_UMTS, &event, &field), XK_E_FIELD);
    assert_string_equal(field, "iMPI");
    event = sample();
    the.key.key.size = 0;
    assert_int_equal(refused(XK_HI2_EPS, &event, &field), XK_E_FIELD_EMPTY);
    assert_string_equal(field, "cCDecKey");
    event = sample();
    the.key.cs_id.size = 0;
    assert_int_equal(refused(XK_HI2_EPS, &event, &field), XK_E_FIELD_EMPTY);
    assert_string_equal(field, "cCCSID");
    event = sample();
    event.key_count = 0;
    assert_int_equal(refused(XK_HI2_EPS, &event, &field), XK_E_FIELD_EMPTY);
    event = sample();
    event.time.seconds = 2524607999; /* the last second of 2049 */
    assert_int_equal(refused(XK_HI2_EPS, &event, &field), XK_OK);
    event.time.seconds++;
    assert_int_equal(refused(XK_HI2_EPS, &event, &field), XK_E_FIELD);
    assert_string_equal(field, "utcTime");
}

static void keys_for_df3_never_become_a_record(void **state)
{
    (void)state;
    const char *field;
    struct xk_iri_event event = sample();
    the.warrant.destination = XK_DESTINATION_DF3;
    assert_int_equal(refused(XK_HI2_EPS, &event, &field), XK_E_DESTINATION);
}

static size_t write_pair(const struct xk_party *first, const struct xk_party *second, uint8_t *out, size_t capacity)
{
    struct xk_hi2_profile profile;
    struct xk_iri_event event = sample();
    const struct xk_party pair[] = {*first, *second};
    size_t size = 0;
    xk_hi2_profile_init(&profile, XK_HI2_EPS);
    the.warrant.parties = pair;
    the.warrant.party_count = 2;
    assert_int_equal(xk_hi2_record_encode(&profile, &event, NULL, out, capacity, &size, NULL), XK_OK);
    return size;
}

/* DER sorts by octets: first by the size of the whole, then form by form in the order of their tags. Of any two here
 * the upper one stands first, however they are given. */
static void of_two_parties_each_form_may_decide(void **state)
{
    static const uint8_t imei[] = {1, 1, 1, 1, 1, 1, 1, 2};
    static const uint8_t imei_2[] = {1, 1, 1, 1, 1, 1, 1, 3};
    static const struct xk_party rising[] = {
        {.sip_uri = {(const uint8_t *)"s", 1}},
        {.tel_uri = {(const uint8_t *)"s", 1}},
        {.nai = {(const uint8_t *)"s", 1}},
        {.impi = {(const uint8_t *)"s", 1}},
        {.imei = {imei, 8}},
        {.imei = {imei_2, 8}},
        {.imsi = {imei, 8}},
        {.msisdn = {imei, 8}},
        {.e164 = {imei, 8}},
        {.sip_uri = {imei, 4}, .impi = {imei, 2}},
        {.sip_uri = {imei, 8}},
        {.imei = {imei, 8}, .sip_uri = {imei, 1}},
        {.imei = {imei_2, 8}, .sip_uri = {imei, 1}},
        {.sip_uri = {imei, 2}, .tel_uri = {imei, 5}, .impi = {imei, 2}},
        {.imei = {imei, 8}, .imsi = {imei, 3}, .sip_uri = {imei, 2}},
        {.imei = {imei, 8}, .imsi = {imei, 3}, .sip_uri = {imei_2, 2}, .tel_uri = {imei, 1}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rising / sizeof rising[0]; i++) {
        for (size_t j = i + 1; j < sizeof rising / sizeof rising[0]; j++) {
            uint8_t out[2][512];
            size_t sizes[2] = {write_pair(&rising[i], &rising[j], out[0], sizeof out[0]),
                               write_pair(&rising[j], &rising[i], out[1], sizeof out[1])};
            assert_int_equal(sizes[0], sizes[1]);
            assert_memory_equal(out[0], out[1], sizes[0]);
            struct xk_hi2_record record;
            struct xk_party party;
            size_t position = 0;
            assert_int_equal(xk_hi2_record_decode(out[0], sizes[0], NULL, &record, NULL), XK_OK);
            assert_true(xk_hi2_next_party(&record, &position, &party));
            for (unsigned int form = 0; form < XKI_PARTY_FORMS; form++) {
                const struct xk_bytes *is = xki_party_form(&party, form);
                const struct xk_bytes *upper = xki_party_form(&rising[i], form);
                if (is->size != upper->size || (is->size > 0 && memcmp(is->data, upper->data, is->size) != 0)) {
                    fail_msg("of %zu and %zu the second stands first", i, j);
                }
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_umts_example_is_reproduced),
        cmocka_unit_test(the_eps_example_is_reproduced),
        cmocka_unit_test(a_buffer_that_is_too_small_stays_untouched),
        cmocka_unit_test(limits_of_the_module_are_enforced),
        cmocka_unit_test(keys_for_df3_never_become_a_record),
        cmocka_unit_test(of_two_parties_each_form_may_decide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
