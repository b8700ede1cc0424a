/* SPDX-License-Identifier: BSD-2-Clause */
/* Validity of a ticket, identities by their type, and the names of remarks. */
#include <xk/exchange.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static struct xk_exchange e;

static struct xk_mikey_time at(uint64_t ntp64)
{
    static const uint8_t octets[8];
    const struct xk_mikey_time time = {0, XK_MIKEY_TIME_NTP_UTC, {octets, sizeof octets}, ntp64};
    return time;
}

static enum xk_validity judge(uint64_t made, uint64_t from, uint64_t until, uint32_t tolerance)
{
    memset(&e, 0, sizeof e);
    e.init.time = at(made);
    e.init.ticket.valid_from = at(from);
    e.init.ticket.valid_until = at(until);
    return xk_exchange_validity(&e, tolerance);
}

/* In units of 2^-32 seconds, both ends within. */
static void validity_has_two_ends(void **state)
{
    (void)state;
    const uint64_t t = UINT64_C(0xd100000000000000);
    const uint64_t s = UINT64_C(1) << 32;
    assert_int_equal(judge(t, t, t, 0), XK_VALIDITY_WITHIN);
    assert_int_equal(judge(t, t + 1, t + 1, 0), XK_VALIDITY_NOT_YET);
    assert_int_equal(judge(t, t - 1, t - 1, 0), XK_VALIDITY_OVER);
    assert_int_equal(judge(t, t + s, t + s, 1), XK_VALIDITY_WITHIN);
    assert_int_equal(judge(t, t + s + 1, t + s + 1, 1), XK_VALIDITY_NOT_YET);
    assert_int_equal(judge(t, t - s, t - s, 1), XK_VALIDITY_WITHIN);
    assert_int_equal(judge(t, t - s - 1, t - s - 1, 1), XK_VALIDITY_OVER);
    /* The largest tolerance passes no end of the range. */
    assert_int_equal(judge(UINT64_C(1) << 63, UINT64_C(1) << 63, UINT64_C(1) << 63, UINT32_MAX), XK_VALIDITY_WITHIN);
    assert_int_equal(judge(UINT64_C(1) << 63, UINT64_MAX >> 1, UINT64_MAX >> 1, UINT32_MAX), XK_VALIDITY_NOT_YET);
    assert_int_equal(judge(UINT64_MAX >> 1, UINT64_C(1) << 63, UINT64_C(1) << 63, UINT32_MAX), XK_VALIDITY_OVER);
}

/* A clear top bit is the era that begins in 2036. */
static void eras_follow_each_other(void **state)
{
    (void)state;
    assert_int_equal(judge(0, UINT64_MAX, 1, 0), XK_VALIDITY_WITHIN);
    assert_int_equal(judge(2, UINT64_MAX, 1, 0), XK_VALIDITY_OVER);
    assert_int_equal(judge(UINT64_MAX - 1, UINT64_MAX, 1, 0), XK_VALIDITY_NOT_YET);
}

enum kind { ABSENT, CLOCK, COUNTER };

static void set(struct xk_mikey_time *time, enum kind kind, uint64_t ntp64)
{
    *time = at(ntp64);
    if (kind == ABSENT) {
        memset(time, 0, sizeof *time);
    } else if (kind == COUNTER) {
        time->type = XK_MIKEY_TIME_COUNTER;
    }
}

static void a_counter_tells_no_time_of_day(void **state)
{
    (void)state;
    static const struct {
        enum kind made, from, until;
        enum xk_validity validity;
    } rows[] = {
        {CLOCK, ABSENT, ABSENT, XK_VALIDITY_WITHIN},   {COUNTER, ABSENT, ABSENT, XK_VALIDITY_WITHIN},
        {CLOCK, CLOCK, ABSENT, XK_VALIDITY_WITHIN},    {CLOCK, ABSENT, CLOCK, XK_VALIDITY_WITHIN},
        {COUNTER, CLOCK, ABSENT, XK_VALIDITY_UNKNOWN}, {COUNTER, ABSENT, CLOCK, XK_VALIDITY_UNKNOWN},
        {CLOCK, COUNTER, ABSENT, XK_VALIDITY_COUNTER}, {CLOCK, ABSENT, COUNTER, XK_VALIDITY_COUNTER},
        {CLOCK, CLOCK, COUNTER, XK_VALIDITY_COUNTER},  {CLOCK, COUNTER, CLOCK, XK_VALIDITY_COUNTER},
        {ABSENT, CLOCK, CLOCK, XK_VALIDITY_UNKNOWN},   {COUNTER, COUNTER, COUNTER, XK_VALIDITY_COUNTER},
        {COUNTER, CLOCK, CLOCK, XK_VALIDITY_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memset(&e, 0, sizeof e);
        set(&e.init.time, rows[i].made, UINT64_C(1) << 63);
        set(&e.init.ticket.valid_from, rows[i].from, UINT64_C(1) << 63);
        set(&e.init.ticket.valid_until, rows[i].until, UINT64_C(1) << 63);
        assert_int_equal(xk_exchange_validity(&e, 0), rows[i].validity);
    }
    assert_int_equal(xk_exchange_validity(NULL, 0), XK_VALIDITY_UNKNOWN);
}

static void identities_are_compared_by_their_type(void **state)
{
    (void)state;
    static const struct {
        uint8_t type_a;
        const char *a;
        uint8_t type_b;
        const char *b;
        bool equal;
    } rows[] = {
        {XK_MIKEY_ID_URI, "sip:%61@Example.com", XK_MIKEY_ID_URI, "sip:a@example.com", true},
        {XK_MIKEY_ID_URI, "sip:A@example.com", XK_MIKEY_ID_URI, "sip:a@example.com", false},
        {XK_MIKEY_ID_NAI, "fred@Example.com", XK_MIKEY_ID_NAI, "fred@eXAMPLE.com", true},
        {XK_MIKEY_ID_NAI, "Fred@example.com", XK_MIKEY_ID_NAI, "fred@example.com", false},
        {XK_MIKEY_ID_NAI, "fred@example.com", XK_MIKEY_ID_NAI, "fred@example.co", false},
        {XK_MIKEY_ID_NAI, "fred@example.com", XK_MIKEY_ID_NAI, "fred@example.con", false},
        {XK_MIKEY_ID_NAI, "fredA", XK_MIKEY_ID_NAI, "freda", false},
        {XK_MIKEY_ID_NAI, "fred", XK_MIKEY_ID_NAI, "fred", true},
        {XK_MIKEY_ID_NAI, "@A", XK_MIKEY_ID_NAI, "@a", true},
        {XK_MIKEY_ID_NAI, "A\\@B@c", XK_MIKEY_ID_NAI, "A\\@b@c", false}, /* the realm is behind the last */
        {XK_MIKEY_ID_NAI, "a@b@C", XK_MIKEY_ID_NAI, "a@b@c", true},
        {XK_MIKEY_ID_NAI, "a@bc", XK_MIKEY_ID_NAI, "ab@c", false},
        {XK_MIKEY_ID_BYTES, "a@B", XK_MIKEY_ID_BYTES, "a@B", true},
        {XK_MIKEY_ID_BYTES, "a@B", XK_MIKEY_ID_BYTES, "a@b", false},
        {XK_MIKEY_ID_BYTES, "a@B", XK_MIKEY_ID_BYTES, "a@Bc", false},
        {XK_MIKEY_ID_NAI, "a@b", XK_MIKEY_ID_BYTES, "a@b", false},
        {XK_MIKEY_ID_NAI, "sip:a@b", XK_MIKEY_ID_URI, "sip:a@b", false},
        {XK_MIKEY_ID_NAI, "", XK_MIKEY_ID_NAI, "", false},
        {XK_MIKEY_ID_NAI, "a", XK_MIKEY_ID_NAI, "", false},
        {XK_MIKEY_ID_BYTES, NULL, XK_MIKEY_ID_BYTES, NULL, false},
        {XK_MIKEY_ID_NAI, "a", XK_MIKEY_ID_NAI, NULL, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct xk_mikey_identity a = {XK_MIKEY_IDR_I, rows[i].type_a, xk_text(rows[i].a)};
        const struct xk_mikey_identity b = {XK_MIKEY_IDR_R, rows[i].type_b, xk_text(rows[i].b)};
        if (xk_identity_equal(&a, &b) != rows[i].equal || xk_identity_equal(&b, &a) != rows[i].equal) {
            fail_msg("row %zu", i);
        }
    }
    const struct xk_mikey_identity one = {0, XK_MIKEY_ID_BYTES, xk_text("a")};
    const struct xk_mikey_identity nowhere = {0, XK_MIKEY_ID_BYTES, {NULL, 1}};
    assert_false(xk_identity_equal(&one, &nowhere));
    assert_false(xk_identity_equal(&nowhere, &one));
    const struct xk_mikey_identity longer = {0, XK_MIKEY_ID_NAI, {(const uint8_t *)"u@xa", 3}};
    const struct xk_mikey_identity other = {0, XK_MIKEY_ID_NAI, {(const uint8_t *)"u@xb", 3}};
    assert_true(xk_identity_equal(&longer, &other));
    assert_false(xk_identity_equal(NULL, &one));
    assert_false(xk_identity_equal(&one, NULL));
}

static void everything_has_a_name(void **state)
{
    (void)state;
    static const char *const roles[] = {"none", "initiator", "responder", "?"};
    static const char *const validities[] = {"?", "within", "not-yet", "over", "unknown", "counter", "?"};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        assert_string_equal(xk_role_name((enum xk_role)i), roles[i]);
    }
    for (size_t i = 0; i < sizeof validities / sizeof validities[0]; i++) {
        assert_string_equal(xk_validity_name((enum xk_validity)i), validities[i]);
    }
    static const char *const names[] = {"v-flag", "empty-map", "policy-changed", "session-left-out", "session-added",
                                        "ignored", "ticket-repeated", "rand-repeated", "applications", "n-flag",
                                        "o-flag", "counter"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_string_equal(xk_exchange_remark_name((enum xk_exchange_remark)(1u << i)), names[i]);
    }
    assert_string_equal(xk_exchange_remark_name((enum xk_exchange_remark)0), "?");
    assert_string_equal(xk_exchange_remark_name((enum xk_exchange_remark)3), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(validity_has_two_ends),
        cmocka_unit_test(eras_follow_each_other),
        cmocka_unit_test(a_counter_tells_no_time_of_day),
        cmocka_unit_test(identities_are_compared_by_their_type),
        cmocka_unit_test(everything_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
