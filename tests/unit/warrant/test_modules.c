/* SPDX-License-Identifier: BSD-2-Clause */
/* A warrant held against its limits, its module and the size of a PS-PDU. */
#include "warrant/modules.h"
#include "warrant/warrant.h"

#include <xk/message.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static const uint8_t octets[2000] = {'a', ':'};
static struct xk_party parties[XK_PARTIES_MAX + 1];

static struct xk_bytes some(size_t size)
{
    return (struct xk_bytes){octets, size};
}

static struct xk_warrant sample(void)
{
    struct xk_warrant w;
    memset(&w, 0, sizeof w);
    memset(parties, 0, sizeof parties);
    parties[0].sip_uri = xk_text("sip:bob@example.com");
    w.liid = xk_text("LI-1");
    w.parties = parties;
    w.party_count = 1;
    w.correlation_number = xk_text("corr0001");
    w.operator_identifier = xk_text("12345");
    w.destination = XK_DESTINATION_LEMF;
    return w;
}

static void is_refused(const struct xk_warrant *w, enum xk_hi2_module module, enum xk_status status, const char *field)
{
    struct xk_diag diag = {XK_OK, 9, NULL};
    enum xk_status got = xk_hi2_check_warrant(w, module, 1, 0, NULL, &diag);
    if (got != status) {
        fail_msg("%s instead of %s, %s", xk_status_name(got), xk_status_name(status), field);
    }
    if (status != XK_OK) {
        assert_int_equal(diag.status, status);
        assert_int_equal(diag.offset, 0);
        assert_string_equal(diag.field, field);
    }
}

static void the_correlation_number_fits_its_module_or_is_absent(void **state)
{
    static const struct {
        size_t size;
        enum xk_status umts;
        enum xk_status eps;
    } rows[] = {
        {0, XK_OK, XK_OK},        {1, XK_E_FIELD, XK_OK},  {2, XK_E_FIELD, XK_OK}, {7, XK_E_FIELD, XK_OK},
        {8, XK_OK, XK_OK},        {20, XK_OK, XK_OK},      {21, XK_E_FIELD_LIMIT, XK_OK}, {64, XK_E_FIELD_LIMIT, XK_OK},
        {65, XK_E_FIELD_LIMIT, XK_E_FIELD_LIMIT},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_warrant w = sample();
        w.correlation_number = some(rows[i].size);
        is_refused(&w, XK_HI2_UMTS, rows[i].umts, "correlation number");
        is_refused(&w, XK_HI2_EPS, rows[i].eps, "correlation number");
    }
}

static void umts_has_no_nai_and_no_impi(void **state)
{
    (void)state;
    struct xk_warrant w = sample();
    w.party_count = 2;
    parties[1].nai = xk_text("n");
    is_refused(&w, XK_HI2_UMTS, XK_E_FIELD, "nai");
    is_refused(&w, XK_HI2_EPS, XK_OK, "");
    parties[1].impi = xk_text("i");
    parties[1].nai = xk_text("");
    is_refused(&w, XK_HI2_UMTS, XK_E_FIELD, "iMPI");
    is_refused(&w, XK_HI2_EPS, XK_OK, "");
    is_refused(&w, (enum xk_hi2_module)0, XK_E_CONFIG, "module");
    is_refused(&w, (enum xk_hi2_module)99, XK_E_CONFIG, "module");
}

static void each_form_of_identity_has_its_limits(void **state)
{
    static const struct {
        size_t offset;
        size_t low;
        size_t high;
        const char *field;
        unsigned int tag;
    } rows[] = {
        {offsetof(struct xk_party, imei), 8, 8, "imei", 1},
        {offsetof(struct xk_party, imsi), 3, 8, "imsi", 3},
        {offsetof(struct xk_party, msisdn), 1, 9, "msISDN", 6},
        {offsetof(struct xk_party, e164), 1, 25, "e164-Format", 7},
        {offsetof(struct xk_party, sip_uri), 1, 1024, "sip-uri", 8},
        {offsetof(struct xk_party, tel_uri), 1, 1024, "tel-uri", 9},
        {offsetof(struct xk_party, nai), 1, 1024, "nai", 10},
        {offsetof(struct xk_party, impi), 1, 1024, "iMPI", 13},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_warrant w = sample();
        struct xk_bytes *form = (struct xk_bytes *)(void *)((uint8_t *)&parties[0] + rows[i].offset);
        size_t least = 0;
        assert_int_equal(xki_party_forms[i].tag, rows[i].tag);
        assert_int_equal(xki_party_forms[i].low, rows[i].low);
        assert_int_equal(xki_party_forms[i].high, rows[i].high);
        size_t most = 0;
        memset(parties, 0, sizeof parties);
        *form = some(rows[i].low);
        is_refused(&w, XK_HI2_EPS, XK_OK, "");
        assert_int_equal(xki_warrant_check(&w, &least, NULL), XK_OK);
        *form = some(rows[i].high);
        is_refused(&w, XK_HI2_EPS, XK_OK, "");
        assert_int_equal(xki_warrant_check(&w, &most, NULL), XK_OK);
        assert_int_equal(most - least, rows[i].high - rows[i].low);
        *form = some(rows[i].high + 1);
        is_refused(&w, XK_HI2_EPS, XK_E_FIELD_LIMIT, rows[i].field);
        *form = some(rows[i].low - 1);
        is_refused(&w, XK_HI2_EPS, rows[i].low == 1 ? XK_E_FIELD_EMPTY : XK_E_FIELD,
                   rows[i].low == 1 ? "partyIdentity" : rows[i].field);
    }
}

static void every_other_field_has_its_limits(void **state)
{
    (void)state;
    struct xk_warrant w = sample();
    w.liid = some(25);
    w.operator_identifier = some(5);
    w.authorisation = some(64);
    w.correlation_number = some(64);
    w.party_count = XK_PARTIES_MAX;
    for (size_t i = 0; i < XK_PARTIES_MAX + 1; i++) {
        parties[i].tel_uri = some(1);
    }
    is_refused(&w, XK_HI2_EPS, XK_OK, "");
    w.party_count++;
    is_refused(&w, XK_HI2_EPS, XK_E_FIELD_LIMIT, "partyInformation");
    w.party_count = 0;
    is_refused(&w, XK_HI2_EPS, XK_E_FIELD_EMPTY, "partyInformation");
    w.party_count = 1;
    w.parties = NULL;
    is_refused(&w, XK_HI2_EPS, XK_E_ARGUMENT, "partyInformation");
    w = sample();
    w.liid = some(26);
    is_refused(&w, XK_HI2_EPS, XK_E_FIELD_LIMIT, "LIID");
    w.liid = some(0);
    is_refused(&w, XK_HI2_EPS, XK_E_FIELD_EMPTY, "LIID");
    w = sample();
    w.operator_identifier = some(6);
    is_refused(&w, XK_HI2_EPS, XK_E_FIELD_LIMIT, "operator-Identifier");
    w.operator_identifier = some(0);
    is_refused(&w, XK_HI2_EPS, XK_E_FIELD_EMPTY, "operator-Identifier");
    w = sample();
    w.authorisation = some(65);
    is_refused(&w, XK_HI2_EPS, XK_E_FIELD_LIMIT, "authorisation");
    w = sample();
    w.initiator = XK_INITIATOR_TERMINATING_TARGET;
    is_refused(&w, XK_HI2_EPS, XK_OK, "");
    w.initiator = (enum xk_initiator)3;
    is_refused(&w, XK_HI2_EPS, XK_E_FIELD, "initiator");
    w = sample();
    w.destination = XK_DESTINATION_DF3;
    is_refused(&w, XK_HI2_EPS, XK_OK, "");
    w.destination = (enum xk_destination)3;
    is_refused(&w, XK_HI2_EPS, XK_E_FIELD, "destination");
    assert_int_equal(xk_hi2_check_warrant(NULL, XK_HI2_EPS, 1, 0, NULL, NULL), XK_E_ARGUMENT);
}

static void countries_are_two_letters_or_digits(void **state)
{
    static const struct {
        const char code[3];
        bool good;
    } rows[] = {
        {"DE", true},  {"AZ", true},  {"az", true},  {"09", true},  {"", true},    {"D", false},  {"@E", false},
        {"[E", false}, {"`E", false}, {"{E", false}, {"/E", false}, {":E", false}, {"E ", false}, {"\0E", false},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_warrant w = sample();
        memcpy(w.country, rows[i].code, 2);
        is_refused(&w, XK_HI2_EPS, rows[i].good ? XK_OK : XK_E_FIELD, "authorizationCountryCode");
        w = sample();
        memcpy(w.delivery_country, rows[i].code, 2);
        is_refused(&w, XK_HI2_EPS, rows[i].good ? XK_OK : XK_E_FIELD, "deliveryCountryCode");
    }
}

static void network_elements_have_the_size_of_their_form(void **state)
{
    static const struct {
        enum xk_network_element_form form;
        size_t size;
        uint8_t prefix;
        enum xk_status status;
        const char *field;
        bool ipv4_text;
    } rows[] = {
        {XK_NETWORK_ELEMENT_ABSENT, 0, 0, XK_OK, "", false},
        {XK_NETWORK_ELEMENT_ABSENT, 1, 0, XK_E_FIELD_LIMIT, "network-Element-Identifier", false},
        {XK_NETWORK_ELEMENT_ABSENT, 0, 1, XK_E_FIELD, "iPv6PrefixLength", false},
        {XK_NETWORK_ELEMENT_E164, 1, 0, XK_OK, "", false},
        {XK_NETWORK_ELEMENT_E164, 0, 0, XK_E_FIELD_EMPTY, "network-Element-Identifier", false},
        {XK_NETWORK_ELEMENT_X25, 25, 0, XK_OK, "", false},
        {XK_NETWORK_ELEMENT_X25, 26, 0, XK_E_FIELD_LIMIT, "network-Element-Identifier", false},
        {XK_NETWORK_ELEMENT_IP, 25, 0, XK_OK, "", false},
        {XK_NETWORK_ELEMENT_IP, 25, 1, XK_E_FIELD, "iPv6PrefixLength", false},
        {XK_NETWORK_ELEMENT_DNS, 25, 0, XK_OK, "", false},
        {XK_NETWORK_ELEMENT_IP_BINARY, 4, 0, XK_OK, "", false},
        {XK_NETWORK_ELEMENT_IP_BINARY, 4, 1, XK_E_FIELD, "iPv6PrefixLength", false},
        {XK_NETWORK_ELEMENT_IP_BINARY, 16, 128, XK_OK, "", false},
        {XK_NETWORK_ELEMENT_IP_BINARY, 16, 1, XK_OK, "", false},
        {XK_NETWORK_ELEMENT_IP_BINARY, 16, 0, XK_E_FIELD, "iPv6PrefixLength", false},
        {XK_NETWORK_ELEMENT_IP_BINARY, 16, 129, XK_E_FIELD, "iPv6PrefixLength", false},
        {XK_NETWORK_ELEMENT_IP_BINARY, 15, 1, XK_E_FIELD, "network-Element-Identifier", false},
        {XK_NETWORK_ELEMENT_IP_BINARY, 17, 1, XK_E_FIELD_LIMIT, "network-Element-Identifier", false},
        {XK_NETWORK_ELEMENT_IP_TEXT, 7, 0, XK_OK, "", true},
        {XK_NETWORK_ELEMENT_IP_TEXT, 7, 1, XK_E_FIELD, "iPv6PrefixLength", true},
        {XK_NETWORK_ELEMENT_IP_TEXT, 7, 0, XK_OK, "", false},
        {XK_NETWORK_ELEMENT_IP_TEXT, 45, 128, XK_OK, "", false},
        {XK_NETWORK_ELEMENT_IP_TEXT, 45, 129, XK_E_FIELD, "iPv6PrefixLength", false},
        {XK_NETWORK_ELEMENT_IP_TEXT, 6, 0, XK_E_FIELD, "network-Element-Identifier", false},
        {XK_NETWORK_ELEMENT_IP_TEXT, 46, 0, XK_E_FIELD_LIMIT, "network-Element-Identifier", false},
        {(enum xk_network_element_form)7, 7, 0, XK_E_FIELD, "network-Element-Identifier", false},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_warrant w = sample();
        w.network_element.form = rows[i].form;
        w.network_element.value = rows[i].ipv4_text ? xk_text("1.2.3.4") : some(rows[i].size);
        w.network_element.ipv6_prefix = rows[i].prefix;
        is_refused(&w, XK_HI2_EPS, rows[i].status, rows[i].field);
    }
}

/* By its size in binary, by its colons as text. */
static void an_address_tells_its_version(void **state)
{
    static const struct {
        enum xk_network_element_form form;
        size_t size;
        bool ipv6;
    } rows[] = {
        {XK_NETWORK_ELEMENT_IP_BINARY, 4, false}, {XK_NETWORK_ELEMENT_IP_BINARY, 15, false},
        {XK_NETWORK_ELEMENT_IP_BINARY, 16, true}, {XK_NETWORK_ELEMENT_IP_BINARY, 17, false},
        {XK_NETWORK_ELEMENT_IP_TEXT, 1, false},   {XK_NETWORK_ELEMENT_IP_TEXT, 2, true}, /* "a" and "a:" */
        {XK_NETWORK_ELEMENT_IP_TEXT, 16, true},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct xk_network_element element = {.form = rows[i].form, .value = some(rows[i].size)};
        assert_int_equal(xki_network_element_is_ipv6(&element), rows[i].ipv6);
    }
    const struct xk_network_element nothing = {.form = XK_NETWORK_ELEMENT_IP_TEXT};
    assert_false(xki_network_element_is_ipv6(&nothing));
}

static void the_size_of_a_pdu_is_bounded(void **state)
{
    (void)state;
    struct xk_warrant w = sample();
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t size = 0;
    size_t without = 0;
    assert_int_equal(xk_hi2_check_warrant(&w, XK_HI2_EPS, 0, 0, &without, NULL), XK_OK);
    assert_int_equal(without, 1024 + 16 + 5 + 19);
    assert_int_equal(xk_hi2_check_warrant(&w, XK_HI2_EPS, 2, 0, &size, NULL), XK_OK);
    assert_int_equal(size, without + 2 * (7 + 16 + 64 + 32 + 2));
    assert_int_equal(xk_hi2_check_warrant(&w, XK_HI2_EPS, 2, size, &size, NULL), XK_OK);
    assert_int_equal(xk_hi2_check_warrant(&w, XK_HI2_EPS, 2, size - 1, &size, &diag), XK_E_TOO_LARGE);
    assert_int_equal(size, without + 2 * (7 + 16 + 64 + 32 + 2));
    assert_int_equal(diag.status, XK_E_TOO_LARGE);
    assert_int_equal(diag.offset, size);
    assert_string_equal(diag.field, "partyInformation");
    assert_int_equal(xk_hi2_check_warrant(&w, XK_HI2_EPS, 0, 1, NULL, NULL), XK_E_TOO_LARGE);
    parties[0].tel_uri = some(1);
    assert_int_equal(xk_hi2_check_warrant(&w, XK_HI2_EPS, 0, 0, &size, NULL), XK_OK);
    assert_int_equal(size, without + 5 + 1);
    assert_int_equal(xk_hi2_check_warrant(NULL, XK_HI2_EPS, 256, 0, NULL, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "warrant");
    assert_int_equal(xk_hi2_check_warrant(&w, XK_HI2_EPS, 255, 0, NULL, NULL), XK_OK);
    assert_int_equal(xk_hi2_check_warrant(&w, XK_HI2_EPS, 256, 0, NULL, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "key_count");
    /* The largest warrant that a request can bring is too large for one PDU, with any number of keys. */
    w.party_count = XK_PARTIES_MAX;
    for (size_t i = 0; i < XK_PARTIES_MAX; i++) {
        parties[i] = (struct xk_party){some(8),    some(8),    some(9),    some(25),
                                       some(1024), some(1024), some(1024), some(1024)};
    }
    assert_int_equal(xk_hi2_check_warrant(&w, XK_HI2_EPS, 255, 0, &size, NULL), XK_E_TOO_LARGE);
    assert_true(size > 68000);
    assert_int_equal(xk_hi2_check_warrant(&w, XK_HI2_EPS, 255, size, NULL, NULL), XK_OK);
}

static void modules_are_found_by_each_of_their_marks(void **state)
{
    (void)state;
    for (int i = XK_HI2_UMTS; i <= XK_HI2_EPS; i++) {
        const struct xki_hi2_module *m = xki_hi2_module((enum xk_hi2_module)i);
        assert_non_null(m);
        assert_int_equal(m->id, i);
        assert_ptr_equal(xki_hi2_module_of_domain(m->domain), m);
        assert_ptr_equal(xki_hi2_module_of_choice(m->ps_choice), m);
    }
    assert_int_equal(xki_hi2_module(XK_HI2_UMTS)->domain, 1);
    assert_int_equal(xki_hi2_module(XK_HI2_EPS)->domain, 8);
    assert_int_equal(xki_hi2_module(XK_HI2_UMTS)->ps_choice, 4);
    assert_int_equal(xki_hi2_module(XK_HI2_EPS)->ps_choice, 15);
    assert_int_equal(xki_hi2_module(XK_HI2_UMTS)->correlation_read_max, 20);
    assert_int_equal(xki_hi2_module(XK_HI2_EPS)->correlation_read_max, 0);
    assert_null(xki_hi2_module((enum xk_hi2_module)99));
    assert_null(xki_hi2_module_of_domain(3));
    assert_null(xki_hi2_module_of_choice(5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_correlation_number_fits_its_module_or_is_absent),
        cmocka_unit_test(umts_has_no_nai_and_no_impi),
        cmocka_unit_test(each_form_of_identity_has_its_limits),
        cmocka_unit_test(every_other_field_has_its_limits),
        cmocka_unit_test(countries_are_two_letters_or_digits),
        cmocka_unit_test(network_elements_have_the_size_of_their_form),
        cmocka_unit_test(an_address_tells_its_version),
        cmocka_unit_test(the_size_of_a_pdu_is_bounded),
        cmocka_unit_test(modules_are_found_by_each_of_their_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
