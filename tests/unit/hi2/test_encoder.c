/* SPDX-License-Identifier: BSD-2-Clause */
/* A prepared profile gives the octets that the profile itself gives, whatever came before. */
#include <xk/hi2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sample.h"

static struct sample s;
static struct xk_hi2_profile p;
static struct xk_hi2_encoder encoder;
static struct xk_diag diag;
static uint8_t plain[512];
static uint8_t out[512];

/* Compares the records of one moment; returns the size. */
static size_t same(int64_t seconds, uint32_t microseconds)
{
    size_t plain_size = 0;
    size_t size = 0;
    s.event.time = (struct xk_utc){seconds, microseconds};
    memset(out, 0x5a, sizeof out);
    memset(plain, 0x5a, sizeof plain);
    assert_int_equal(xk_hi2_record_encode(&p, &s.event, &s.extras, plain, sizeof plain, &plain_size, NULL), XK_OK);
    assert_int_equal(xk_hi2_encoder_record(&encoder, &s.event, &s.extras, out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(size, plain_size);
    assert_memory_equal(out, plain, sizeof out);
    return size;
}

static void prepare(void)
{
    memset(&encoder, 0xa5, sizeof encoder);
    assert_int_equal(xk_hi2_encoder_prepare(&encoder, sizeof encoder, &p, &diag), XK_OK);
}

static void moments_follow_one_another(void)
{
    static const struct {
        int64_t seconds;
        uint32_t microseconds;
    } moments[] = {{1767323045, 0},      {1767323045, 999999}, {1767323045, 1},          {1767323046, 1},
                   {1767323046, 123456}, {0, 100000},          {0, 0},                   {1767323046, 90000},
                   {2524607999, 9},      {951868799, 654321},  {INT64_C(951868800), 10}, {1767323045, 10203}};
    prepare();
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        (void)same(moments[i].seconds, moments[i].microseconds);
    }
}

static void every_form_of_time_is_the_same(void **state)
{
    static const int32_t offsets[] = {0, 330, -570, 1439, -1439};
    (void)state;
    sample_init(&s);
    for (unsigned int module = 0; module < 2; module++) {
        xk_hi2_profile_init(&p, module == 0 ? XK_HI2_UMTS : XK_HI2_EPS);
        p.season = XK_HI2_SEASON_SUMMER;
        p.oid_release = 16383;
        p.oid_version = 127;
        p.record_type = XK_HI2_BEGIN;
        for (uint8_t digits = 0; digits <= 6; digits++) {
            for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
                p.fraction_digits = digits;
                p.local_offset_minutes = offsets[i];
                p.zone = i != 1;
                moments_follow_one_another();
            }
        }
        p.time_form = XK_HI2_UTC_TIME;
        moments_follow_one_another();
    }
}

/* The fraction stands where it belongs, and nowhere else. */
static void a_record_says_its_own_moment(void **state)
{
    static const char text[] = "20260102030405.040506Z";
    (void)state;
    sample_init(&s);
    xk_hi2_profile_init(&p, XK_HI2_UMTS);
    prepare();
    (void)same(1767323045, 999999);
    size_t size = same(1767323045, 40506);
    size_t found = 0;
    for (size_t i = 0; i + sizeof text - 1 <= size; i++) {
        found += memcmp(out + i, text, sizeof text - 1) == 0;
    }
    assert_int_equal(found, 1);
}

static void it_keeps_what_it_was_prepared_with(void **state)
{
    (void)state;
    sample_init(&s);
    xk_hi2_profile_init(&p, XK_HI2_EPS);
    prepare();
    assert_int_equal(encoder.size, sizeof encoder);
    assert_memory_equal(&encoder.profile, &p, sizeof p);
    struct xk_hi2_encoder copy = encoder;
    struct xk_hi2_profile kept = p;
    p.oid_version = 6; /* read once only */
    size_t size = 0;
    assert_int_equal(xk_hi2_encoder_record(&copy, &s.event, &s.extras, out, sizeof out, &size, NULL), XK_OK);
    p = kept;
    (void)same(s.event.time.seconds, 5);
}

/* As from a host that was built before `fraction_digits`. */
static void a_shorter_profile_has_the_defaults(void **state)
{
    (void)state;
    sample_init(&s);
    xk_hi2_profile_init(&p, XK_HI2_UMTS);
    p.size = offsetof(struct xk_hi2_profile, season) + sizeof p.season;
    p.fraction_digits = 200;
    prepare();
    assert_int_equal(encoder.profile.size, sizeof p);
    assert_int_equal(encoder.profile.fraction_digits, 6);
    (void)same(1767323045, 77);
    p.size--;
    assert_int_equal(xk_hi2_encoder_prepare(&encoder, sizeof encoder, &p, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "size");
    p.size = sizeof p + 1;
    assert_int_equal(xk_hi2_encoder_prepare(&encoder, sizeof encoder, &p, &diag), XK_E_ARGUMENT);
}

static void refused(enum xk_status status, enum xk_status wanted, const char *field)
{
    assert_int_equal(status, wanted);
    assert_int_equal(diag.status, wanted);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, field);
}

static void what_is_refused_changes_nothing(void **state)
{
    (void)state;
    struct xk_hi2_encoder before;
    size_t size = 0;
    size_t need = 0;
    sample_init(&s);
    xk_hi2_profile_init(&p, XK_HI2_UMTS);
    prepare();
    need = same(1767323045, 1);
    before = encoder;
    p.iri_version = 128;
    refused(xk_hi2_encoder_prepare(&encoder, sizeof encoder, &p, &diag), XK_E_CONFIG, "iRIversion");
    refused(xk_hi2_encoder_prepare(NULL, sizeof encoder, &p, &diag), XK_E_ARGUMENT, "");
    refused(xk_hi2_encoder_prepare(&encoder, sizeof encoder, NULL, &diag), XK_E_ARGUMENT, "");
    refused(xk_hi2_encoder_prepare(&encoder, sizeof encoder - 1, &p, &diag), XK_E_ARGUMENT, "size");
    refused(xk_hi2_encoder_prepare(&encoder, sizeof encoder + 1, &p, &diag), XK_E_ARGUMENT, "size");
    assert_memory_equal(&encoder, &before, sizeof encoder);
    refused(xk_hi2_encoder_record(NULL, &s.event, NULL, out, sizeof out, &size, &diag), XK_E_ARGUMENT, "");
    refused(xk_hi2_encoder_record(&encoder, NULL, NULL, out, sizeof out, &size, &diag), XK_E_ARGUMENT, "");
    refused(xk_hi2_encoder_record(&encoder, &s.event, NULL, NULL, 1, &size, &diag), XK_E_ARGUMENT, "");
    refused(xk_hi2_encoder_record(&encoder, &s.event, NULL, out, sizeof out, NULL, &diag), XK_E_ARGUMENT, "");
    refused(xk_hi2_encoder_record(&encoder, &s.event, &s.extras, NULL, 0, &size, &diag), XK_E_SPACE, "");
    assert_int_equal(size, need);
    memset(out, 0x5a, sizeof out);
    refused(xk_hi2_encoder_record(&encoder, &s.event, &s.extras, out, need - 1, &size, &diag), XK_E_SPACE, "");
    assert_int_equal(out[0], 0x5a);
    assert_int_equal(out[need - 1], 0x5a);
    assert_int_equal(xk_hi2_encoder_record(&encoder, &s.event, &s.extras, out, need, &size, &diag), XK_OK);
    s.event.time.microseconds = 1000000;
    refused(xk_hi2_encoder_record(&encoder, &s.event, NULL, out, sizeof out, &size, &diag), XK_E_FIELD, "timeStamp");
    s.event.time.microseconds = 0;
    s.event.warrant = NULL;
    refused(xk_hi2_encoder_record(&encoder, &s.event, NULL, out, sizeof out, &size, &diag), XK_E_ARGUMENT, "");
    s.event.warrant = &s.warrant;
    encoder.size--;
    refused(xk_hi2_encoder_record(&encoder, &s.event, NULL, out, sizeof out, &size, &diag), XK_E_ARGUMENT, "size");
}

/* What was kept before a refusal is kept after it. */
static void a_year_without_two_digits_is_refused_each_time(void **state)
{
    (void)state;
    size_t size = 0;
    sample_init(&s);
    xk_hi2_profile_init(&p, XK_HI2_UMTS);
    p.time_form = XK_HI2_UTC_TIME;
    prepare();
    (void)same(2524607999, 0);
    for (unsigned int i = 0; i < 2; i++) {
        s.event.time.seconds = 2524608000;
        refused(xk_hi2_encoder_record(&encoder, &s.event, NULL, out, sizeof out, &size, &diag), XK_E_FIELD, "utcTime");
    }
    (void)same(2524607999, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_time_is_the_same),
        cmocka_unit_test(a_record_says_its_own_moment),
        cmocka_unit_test(it_keeps_what_it_was_prepared_with),
        cmocka_unit_test(a_shorter_profile_has_the_defaults),
        cmocka_unit_test(what_is_refused_changes_nothing),
        cmocka_unit_test(a_year_without_two_digits_is_refused_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
