/* SPDX-License-Identifier: BSD-2-Clause */
#include "warrant/warrant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct xk_party parties[2];
static const uint8_t ipv6[16] = {0x20, 1, 0x0d, 0xb8, 15};

static struct xk_warrant sample(void)
{
    struct xk_warrant w;
    memset(&w, 0, sizeof w);
    memset(parties, 0, sizeof parties);
    parties[0].sip_uri = xk_text("sip:bob@example.com");
    parties[0].imei = xk_text("12345678");
    parties[1].impi = xk_text("bob@ims");
    w.liid = xk_text("LI-1");
    w.parties = parties;
    w.party_count = 2;
    w.correlation_number = xk_text("corr0001");
    w.initiator = XK_INITIATOR_TERMINATING_TARGET;
    w.operator_identifier = xk_text("12345");
    w.destination = XK_DESTINATION_DF3;
    w.destination_id = 0x01020304;
    w.authorisation = xk_text("order 7");
    w.network_element.form = XK_NETWORK_ELEMENT_IP_BINARY;
    w.network_element.value = (struct xk_bytes){ipv6, sizeof ipv6};
    w.network_element.ipv6_prefix = 64;
    w.has_cin = true;
    w.cin = 0xf1020304;
    memcpy(w.country, "DE", 2);
    memcpy(w.delivery_country, "XX", 2);
    return w;
}

static void is_same(struct xk_bytes a, struct xk_bytes b)
{
    assert_int_equal(a.size, b.size);
    if (a.size > 0) {
        assert_memory_equal(a.data, b.data, a.size);
    }
}

static void packs_and_comes_back(void **state)
{
    (void)state;
    uint8_t packed[512];
    struct xk_warrant w = sample();
    struct xk_warrant back;
    struct xk_party unpacked[XK_PARTIES_MAX];
    size_t size = 0;
    assert_int_equal(xki_warrant_check(&w, &size, NULL), XK_OK);
    packed[size] = 0xee;
    xki_warrant_pack(&w, packed);
    assert_int_equal(packed[size], 0xee);
    assert_true(xki_warrant_is_packed(packed, size));
    xki_warrant_unpack(packed, &back, unpacked);
    is_same(back.liid, w.liid);
    is_same(back.correlation_number, w.correlation_number);
    is_same(back.operator_identifier, w.operator_identifier);
    is_same(back.authorisation, w.authorisation);
    assert_int_equal(back.initiator, w.initiator);
    assert_int_equal(back.destination, w.destination);
    assert_int_equal(back.destination_id, w.destination_id);
    assert_int_equal(back.network_element.form, XK_NETWORK_ELEMENT_IP_BINARY);
    is_same(back.network_element.value, w.network_element.value);
    assert_int_equal(back.network_element.ipv6_prefix, 64);
    assert_true(back.has_cin);
    assert_int_equal(back.cin, 0xf1020304);
    assert_memory_equal(back.country, "DE", 2);
    assert_memory_equal(back.delivery_country, "XX", 2);
    assert_int_equal(back.party_count, 2);
    is_same(unpacked[0].sip_uri, parties[0].sip_uri);
    is_same(unpacked[0].imei, parties[0].imei);
    assert_null(unpacked[0].tel_uri.data);
    is_same(unpacked[1].impi, parties[1].impi);
    is_same(xki_warrant_liid(packed), w.liid);
}

/* From memory that ends with the octets, so that none behind them is read. */
static void is_no_packed_form_when_cut(const uint8_t *packed, size_t size)
{
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *octets = malloc(cut);
        assert_true(octets != NULL || cut == 0);
        if (cut > 0) {
            memcpy(octets, packed, cut);
        }
        assert_false(xki_warrant_is_packed(octets, cut));
        free(octets);
    }
}

/* A form's size has two octets. */
static void a_long_identity_comes_back(void **state)
{
    (void)state;
    uint8_t packed[1024];
    char text[600];
    struct xk_warrant w = sample();
    struct xk_warrant back;
    struct xk_party unpacked[XK_PARTIES_MAX];
    size_t size = 0;
    memset(text, 'x', sizeof text);
    parties[0].sip_uri = (struct xk_bytes){(const uint8_t *)text, sizeof text};
    parties[0].tel_uri = xk_text("tel:+1");
    assert_int_equal(xki_warrant_check(&w, &size, NULL), XK_OK);
    xki_warrant_pack(&w, packed);
    assert_true(xki_warrant_is_packed(packed, size));
    is_no_packed_form_when_cut(packed, size);
    xki_warrant_unpack(packed, &back, unpacked);
    is_same(unpacked[0].sip_uri, parties[0].sip_uri);
    is_same(unpacked[1].impi, parties[1].impi);
}

static void a_packed_form_that_is_cut_or_longer_is_refused(void **state)
{
    (void)state;
    uint8_t packed[512];
    struct xk_warrant w = sample();
    size_t size = 0;
    assert_int_equal(xki_warrant_check(&w, &size, NULL), XK_OK);
    xki_warrant_pack(&w, packed);
    is_no_packed_form_when_cut(packed, size);
    packed[size] = 0;
    assert_false(xki_warrant_is_packed(packed, size + 1));
}

/* Whole parties, each as it must be, but more of them than there is room for. */
static void more_parties_than_there_may_be_are_refused(void **state)
{
    (void)state;
    uint8_t packed[1024];
    struct xk_warrant w = sample();
    size_t size = 0;
    size_t with_one = 0;
    assert_int_equal(xki_warrant_check(&w, &size, NULL), XK_OK);
    xki_warrant_pack(&w, packed);
    w.party_count = 1;
    assert_int_equal(xki_warrant_check(&w, &with_one, NULL), XK_OK);
    size_t second = size - with_one;
    size_t count_at = size - second - (1 + 2 * 2 + parties[0].sip_uri.size + parties[0].imei.size) - 1;
    assert_int_equal(packed[count_at], 2);
    for (size_t count = 3; count <= XK_PARTIES_MAX + 2; count++) {
        memcpy(packed + size, packed + size - second, second);
        size += second;
        packed[count_at] = (uint8_t)count;
        assert_int_equal(xki_warrant_is_packed(packed, size), count <= XK_PARTIES_MAX);
    }
}

static void purge_tells_one_country_from_another(void **state)
{
    (void)state;
    uint8_t packed[512];
    size_t size = 0;
    const char none[2] = {'\0', '\0'};
    struct xk_warrant w = sample();
    assert_int_equal(xki_warrant_check(&w, &size, NULL), XK_OK);
    xki_warrant_pack(&w, packed);
    assert_true(xki_warrant_is_of(packed, xk_text("LI-1"), NULL));
    assert_true(xki_warrant_is_of(packed, xk_text("LI-1"), "DE"));
    assert_false(xki_warrant_is_of(packed, xk_text("LI-1"), "DK"));
    assert_false(xki_warrant_is_of(packed, xk_text("LI-1"), "FE"));
    assert_false(xki_warrant_is_of(packed, xk_text("LI-1"), "XX"));
    assert_false(xki_warrant_is_of(packed, xk_text("LI-1"), none));
    assert_false(xki_warrant_is_of(packed, xk_text("LI-2"), "DE"));
    assert_false(xki_warrant_is_of(packed, xk_text("LI-"), "DE"));
    assert_false(xki_warrant_is_of(packed, xk_text("LI-11"), NULL));
    w.country[0] = w.country[1] = '\0';
    xki_warrant_pack(&w, packed);
    assert_true(xki_warrant_is_of(packed, xk_text("LI-1"), none));
    assert_false(xki_warrant_is_of(packed, xk_text("LI-1"), "DE"));
}

static void octets_that_pack_does_not_write_are_no_packed_form(void **state)
{
    (void)state;
    uint8_t packed[512];
    uint8_t changed[512];
    size_t size = 0;
    struct xk_warrant w = sample();
    assert_int_equal(xki_warrant_check(&w, &size, NULL), XK_OK);
    xki_warrant_pack(&w, packed);
    size_t fixed = 5 + w.liid.size + w.correlation_number.size + w.operator_identifier.size + w.authorisation.size +
                   w.network_element.value.size;
    static const struct {
        size_t at; /* behind the views: form, prefix, initiator, destination, its number, CIN, countries, parties */
        uint8_t octet;
        bool good;
    } rows[] = {
        {0, XK_NETWORK_ELEMENT_IP_TEXT, false}, {0, XK_NETWORK_ELEMENT_E164, false}, {0, 7, false},
        {0, XK_NETWORK_ELEMENT_ABSENT, false}, {1, 128, true},  {1, 129, false}, {1, 0, false},
        {2, 2, true},                          {2, 3, false},   {3, 1, true},    {3, 0, false},
        {3, 3, false},                         {4, 0xff, true}, {8, 0, true},    {8, 2, false},
        {12, 0xff, true},                      {13, 'z', true}, {13, 0, false},  {14, ' ', false},
        {15, '9', true},                       {16, 0, false},  {17, 1, false},  {17, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memcpy(changed, packed, size);
        changed[fixed + rows[i].at] = rows[i].octet;
        if (xki_warrant_is_packed(changed, size) != rows[i].good) {
            fail_msg("row %zu", i);
        }
    }
    memcpy(changed, packed, size); /* a form that is there and empty */
    changed[fixed + 18] |= 1u << 1;
    assert_false(xki_warrant_is_packed(changed, size));
}

static void limits_are_checked_and_named(void **state)
{
    (void)state;
    struct xk_diag diag;
    size_t size = 0;
    struct xk_warrant w = sample();
    w.liid = xk_text("12345678901234567890123456");
    assert_int_equal(xki_warrant_check(&w, &size, &diag), XK_E_FIELD_LIMIT);
    assert_string_equal(diag.field, "LIID");
    w = sample();
    w.liid.size = 0;
    assert_int_equal(xki_warrant_check(&w, &size, &diag), XK_E_FIELD_EMPTY);
    w = sample();
    w.party_count = 0;
    assert_int_equal(xki_warrant_check(&w, &size, &diag), XK_E_FIELD_EMPTY);
    assert_string_equal(diag.field, "partyInformation");
    w = sample();
    w.party_count = XK_PARTIES_MAX + 1;
    assert_int_equal(xki_warrant_check(&w, &size, &diag), XK_E_FIELD_LIMIT);
    w = sample();
    parties[0].imei = xk_text("1234567");
    assert_int_equal(xki_warrant_check(&w, &size, &diag), XK_E_FIELD);
    assert_string_equal(diag.field, "imei");
    w = sample();
    memset(&parties[1], 0, sizeof parties[1]);
    assert_int_equal(xki_warrant_check(&w, &size, &diag), XK_E_FIELD_EMPTY);
    assert_string_equal(diag.field, "partyIdentity");
    w = sample();
    w.destination = (enum xk_destination)0;
    assert_int_equal(xki_warrant_check(&w, &size, &diag), XK_E_FIELD);
    assert_string_equal(diag.field, "destination");
    w = sample();
    w.operator_identifier = xk_text("123456");
    assert_int_equal(xki_warrant_check(&w, &size, &diag), XK_E_FIELD_LIMIT);
    assert_string_equal(diag.field, "operator-Identifier");
}

static void an_address_is_ipv6_by_its_size_or_its_colons(void **state)
{
    (void)state;
    static const uint8_t octets[16] = {1};
    struct xk_network_element e = {.form = XK_NETWORK_ELEMENT_IP_TEXT};
    assert_false(xki_network_element_is_ipv6(&e));
    e.value = xk_text("192.0.2.1");
    assert_false(xki_network_element_is_ipv6(&e));
    e.value = xk_text("2001:db8::1");
    assert_true(xki_network_element_is_ipv6(&e));
    e.form = XK_NETWORK_ELEMENT_IP_BINARY;
    e.value = (struct xk_bytes){octets, 4};
    assert_false(xki_network_element_is_ipv6(&e));
    e.value.size = 16;
    assert_true(xki_network_element_is_ipv6(&e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_ipv6_by_its_size_or_its_colons),
        cmocka_unit_test(packs_and_comes_back),
        cmocka_unit_test(a_long_identity_comes_back),
        cmocka_unit_test(a_packed_form_that_is_cut_or_longer_is_refused),
        cmocka_unit_test(more_parties_than_there_may_be_are_refused),
        cmocka_unit_test(purge_tells_one_country_from_another),
        cmocka_unit_test(octets_that_pack_does_not_write_are_no_packed_form),
        cmocka_unit_test(limits_are_checked_and_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
