/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/hi2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/files.h"
#include "unit/hi2/sample.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_umts_example_is_reproduced),
        cmocka_unit_test(the_eps_example_is_reproduced),
        cmocka_unit_test(a_buffer_that_is_too_small_stays_untouched),
        cmocka_unit_test(limits_of_the_module_are_enforced),
        cmocka_unit_test(keys_for_df3_never_become_a_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
