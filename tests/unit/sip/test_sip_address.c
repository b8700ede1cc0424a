/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses as they stand in a header field: whom they name with certainty, and whom they only may name. */
#include "sip_fixture.h"

#include "sip/address.h"

/* One address, and what the rest of the field is. */
struct row {
    const char *value;
    const char *uri;        /* NULL: there is none */
    const char *parameters; /* NULL: absent */
    bool certain;
    uint32_t deviations;
};

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct xki_sip_address a;
        size_t at = 0;
        assert_true(xki_sip_next_address(xk_text(rows[i].value), &at, &a));
        if (a.certain != rows[i].certain || a.deviations != rows[i].deviations) {
            fail_msg("%s: certain %d, deviations %x", rows[i].value, a.certain, (unsigned int)a.deviations);
        }
        assert_view(a.uri, rows[i].uri);
        assert_view(a.parameters, rows[i].parameters);
        assert_int_equal(at, strlen(rows[i].value));
        assert_false(xki_sip_next_address(xk_text(rows[i].value), &at, &a));
    }
}

static void a_uri_is_found_in_either_form_of_an_address(void **state)
{
    static const struct row rows[] = {
        {"sip:a@x", "sip:a@x", NULL, true, 0},
        {"sip:a@x;tag=1", "sip:a@x", "tag=1", true, 0},
        {"sip:a@x ;tag=1;b", "sip:a@x", "tag=1;b", true, 0},
        {"<sip:a@x;lr>;tag=1", "sip:a@x;lr", "tag=1", true, 0},
        {"<sip:a@x> ; tag=1", "sip:a@x", " tag=1", true, 0},
        {"A B <sip:a@x>", "sip:a@x", NULL, true, 0},
        {"A\r\n B\t<sip:a@x>", "sip:a@x", NULL, true, 0},
        {"\"<sip:no@x>\" <sip:a@x>", "sip:a@x", NULL, true, 0},
        {"\"\\\"<sip:no@x>\" <sip:a@x>", "sip:a@x", NULL, true, 0},
        {"\"x, y\" <sip:a@x>", "sip:a@x", NULL, true, 0},
        {"<sip:a,b@x>;tag=1", "sip:a,b@x", "tag=1", true, 0},
        {"<sip:a@x>;tag=1;d=\"<,>\"", "sip:a@x", "tag=1;d=\"<,>\"", true, 0},
        {"tel:+1555", "tel:+1555", NULL, true, 0},
        {"tel:+1555;tag=7", "tel:+1555", "tag=7", true, 0},
        {"urn:service:sos", "urn:service:sos", NULL, true, 0},
        {"a1+-.z:x", "a1+-.z:x", NULL, true, 0},
        {"sips:x;user=phone", "sips:x", "user=phone", true, 0},
        {"sip:x;tag=1", "sip:x", "tag=1", true, 0},
    };
    (void)state;
    check(rows, LENGTH(rows));
}

static void what_is_no_uri_names_nobody(void **state)
{
    static const struct row rows[] = {
        {";tag=1", NULL, "tag=1", false, 0},
        {"<>;tag=1", NULL, "tag=1", false, 0},
        {"<sip:>", NULL, NULL, false, 0},
        {"<:x>", NULL, NULL, false, 0},
        {"<1a:x>", NULL, NULL, false, 0},
        {"<a_b:x>", NULL, NULL, false, 0},
        {"<sip:a@x", NULL, NULL, false, XK_SIP_DEV_BRACKETS},
        {"<sip:+1555;tag=1", NULL, "tag=1", false, XK_SIP_DEV_BRACKETS},
        {"\"open \\", NULL, NULL, false, 0},
        {"alice", NULL, NULL, false, 0},
        {"<alice>", NULL, NULL, false, 0},
        {"<alice@x>", NULL, NULL, false, 0},
        {"Bob sip:b@x", NULL, NULL, false, 0},
        {"sip:a b@x", NULL, NULL, false, 0},
        {"<sip:a b@x>", NULL, NULL, false, 0},
        {"sip:a\x01@x", NULL, NULL, false, 0},
        {"sip:a\x7f@x", NULL, NULL, false, 0},
        {"sip:a>@x", NULL, NULL, false, 0},
        {"sip:a\"@x\"", NULL, NULL, false, 0},
        {"<<sip:a@x>", NULL, NULL, false, XK_SIP_DEV_BRACKETS},
    };
    (void)state;
    check(rows, LENGTH(rows));
}

static void a_display_name_may_lack_its_quotes(void **state)
{
    static const struct row rows[] = {
        {"Bell, Alexander <sip:a@x>;tag=43", "sip:a@x", "tag=43", true, XK_SIP_DEV_DISPLAY_NAME},
        {"Bell,Alexander,G. <sip:a@x>", "sip:a@x", NULL, true, XK_SIP_DEV_DISPLAY_NAME},
        {"O(Neil) <sip:a@x>", "sip:a@x", NULL, true, XK_SIP_DEV_DISPLAY_NAME},
        {"al@home <sip:a@x>", "sip:a@x", NULL, true, XK_SIP_DEV_DISPLAY_NAME},
        {"sip:b@x <sip:a@x>", "sip:a@x", NULL, true, XK_SIP_DEV_DISPLAY_NAME},
        {"\"A\" B <sip:a@x>", "sip:a@x", NULL, true, XK_SIP_DEV_DISPLAY_NAME},
        {"A \"B\" <sip:a@x>", "sip:a@x", NULL, true, XK_SIP_DEV_DISPLAY_NAME},
        {"\"Mr. J. User <sip:a@x>;tag=1", "sip:a@x", "tag=1", true, XK_SIP_DEV_DISPLAY_NAME},
        {"Mr. J. User\" <sip:a@x>;tag=1", "sip:a@x", "tag=1", true, XK_SIP_DEV_DISPLAY_NAME},
        {"\"A\\\"B <sip:a@x>", "sip:a@x", NULL, true, XK_SIP_DEV_DISPLAY_NAME},
        {"\"A, <sip:a@x>", "sip:a@x", NULL, true, XK_SIP_DEV_DISPLAY_NAME},
        {"\"A <sip:a@x>, <sip:b@x>", "sip:a@x", NULL, false, XK_SIP_DEV_DISPLAY_NAME | XK_SIP_DEV_BRACKETS},
    };
    (void)state;
    check(rows, LENGTH(rows));
}

static void beside_brackets_stands_nothing_but_blanks(void **state)
{
    static const struct row rows[] = {
        {"< sip:a@x >", "sip:a@x", NULL, true, XK_SIP_DEV_BRACKETS},
        {"<sip:a@x >", "sip:a@x", NULL, true, XK_SIP_DEV_BRACKETS},
        {"<sip:a@x>x;tag=1", "sip:a@x", "tag=1", true, XK_SIP_DEV_BRACKETS},
        {"<sip:a@x>>", "sip:a@x", NULL, true, XK_SIP_DEV_BRACKETS},
        {"<sip:a@x> <sip:b@x>", "sip:a@x", NULL, false, XK_SIP_DEV_BRACKETS},
        {"<sip:a@x>;tag=1 <sip:b@x>", "sip:a@x", "tag=1 <sip:b@x>", false, 0},
        {"<sip:a@x>;t=\"<\" <sip:b@x>", "sip:a@x", "t=\"<\" <sip:b@x>", false, 0},
    };
    (void)state;
    check(rows, LENGTH(rows));
}

/* RFC 3261 20.10 wants brackets around these. No part of them is somebody. */
static void without_brackets_a_uri_stays_whole(void **state)
{
    static const struct row rows[] = {
        {"sip:bond,james@x", "sip:bond,james@x", NULL, true, XK_SIP_DEV_BRACKETS},
        {"sip:bond,james@x;tag=1", "sip:bond,james@x", "tag=1", true, XK_SIP_DEV_BRACKETS},
        {"sip:a,b,c@x", "sip:a,b,c@x", NULL, true, XK_SIP_DEV_BRACKETS},
        {"sip:bond,sip:james@x", "sip:bond,sip:james@x", NULL, true, XK_SIP_DEV_BRACKETS},
        {"sip:bond?james@x", "sip:bond?james@x", NULL, true, XK_SIP_DEV_BRACKETS},
        {"sip:bond@x?h=1;tag=1", "sip:bond@x?h=1", "tag=1", true, XK_SIP_DEV_BRACKETS},
        {"sip:bond;james@x", "sip:bond;james@x", "james@x", false, XK_SIP_DEV_BRACKETS},
        {"sip:bond;x=1,james@x", "sip:bond;x=1,james@x", "x=1,james@x", false, XK_SIP_DEV_BRACKETS},
        {"sip:bond@x;y=1,z", "sip:bond@x;y=1,z", "y=1,z", false, XK_SIP_DEV_BRACKETS},
        {"sip:a@x;tag=1@y", "sip:a@x", "tag=1@y", true, 0},
        {"sip:a@x,b@y", "sip:a@x,b@y", NULL, false, XK_SIP_DEV_BRACKETS},
        {"tel:0100;phone-context=+1", "tel:0100;phone-context=+1", "phone-context=+1", false, XK_SIP_DEV_BRACKETS},
        {"tel:1,2", "tel:1,2", NULL, true, XK_SIP_DEV_BRACKETS},
    };
    (void)state;
    check(rows, LENGTH(rows));
}

static void two_ats_are_two_readings(void **state)
{
    static const struct row rows[] = {
        {"<sip:a@b@x>", "sip:a@b@x", NULL, false, 0},
        {"<sips:a@x?to=b@y>", "sips:a@x?to=b@y", NULL, false, 0},
        {"<mailto:a@b@x>", "mailto:a@b@x", NULL, true, 0},
    };
    (void)state;
    check(rows, LENGTH(rows));
}

static void raw_octets_are_told_and_must_be_utf8(void **state)
{
    static const struct row rows[] = {
        {"<sip:\xc3\xa9@x>", "sip:\xc3\xa9@x", NULL, true, XK_SIP_DEV_URI_OCTETS},
        {"<sip:\xf2\xf3@x>", "sip:\xf2\xf3@x", NULL, false, XK_SIP_DEV_URI_OCTETS},
        {"sip:\x80@x", "sip:\x80@x", NULL, false, XK_SIP_DEV_URI_OCTETS},
        {"<sip:\x7e@x>", "sip:\x7e@x", NULL, true, 0},
    };
    (void)state;
    check(rows, LENGTH(rows));
}

/* What a list is taken apart into; NULL ends it, "" stands for an address without a URI. */
static void a_comma_between_two_whole_addresses_ends_the_first(void **state)
{
    static const struct {
        const char *value;
        const char *uris[4];
    } rows[] = {
        {"", {NULL}},
        {" , ,", {NULL}},
        {"sip:a@b,tel:+1", {"sip:a@b", "tel:+1"}},
        {"sip:a@b , <tel:+1>", {"sip:a@b", "tel:+1"}},
        {"sip:a@b;x=1,\"B, b\" <sip:b@x>", {"sip:a@b", "sip:b@x"}},
        {"sip:a@b,B b <sip:b@x>", {"sip:a@b", "sip:b@x"}},
        {"<sip:a@b>,<tel:+1>,sip:c@x", {"sip:a@b", "tel:+1", "sip:c@x"}},
        {"<sip:a,b@b>, <tel:+1>", {"sip:a,b@b", "tel:+1"}},
        {"<sip:a@b>;x=\",\",<tel:+1>", {"sip:a@b", "tel:+1"}},
        {",<sip:a@b>,,", {"sip:a@b"}},
        {"sip:a@b,", {"sip:a@b"}},
        {"sip:a@b, ", {"sip:a@b"}},
        {"tel:+1,tel:+2,tel:+3", {"tel:+1", "tel:+2", "tel:+3"}},
        {"<sip:a@b, <tel:+1>", {"", "tel:+1"}},
        {"<sip:a@b, x, <tel:+1>", {"", "tel:+1"}},
        {"<bad>, <tel:+1>", {"", "tel:+1"}},
        {"Doe, <sip:a@b>, <tel:+1>", {"sip:a@b", "tel:+1"}},
        {"<sip:a@b>;x=\"open, <tel:+1>", {"sip:a@b"}},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xki_sip_address a;
        size_t at = 0;
        for (size_t j = 0; rows[i].uris[j] != NULL; j++) {
            assert_true(xki_sip_next_address(xk_text(rows[i].value), &at, &a));
            assert_view(a.uri, rows[i].uris[j][0] != '\0' ? rows[i].uris[j] : NULL);
        }
        assert_false(xki_sip_next_address(xk_text(rows[i].value), &at, &a));
        assert_int_equal(at, strlen(rows[i].value));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_uri_is_found_in_either_form_of_an_address),
        cmocka_unit_test(what_is_no_uri_names_nobody),
        cmocka_unit_test(a_display_name_may_lack_its_quotes),
        cmocka_unit_test(beside_brackets_stands_nothing_but_blanks),
        cmocka_unit_test(without_brackets_a_uri_stays_whole),
        cmocka_unit_test(two_ats_are_two_readings),
        cmocka_unit_test(raw_octets_are_told_and_must_be_utf8),
        cmocka_unit_test(a_comma_between_two_whole_addresses_ends_the_first),
    };
    return cmocka_run_group_tests_name("sip_address", tests, NULL, NULL);
}
