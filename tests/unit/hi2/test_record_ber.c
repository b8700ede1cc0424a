/* SPDX-License-Identifier: BSD-2-Clause */
/* Records as other encoders write them: by BER, from newer modules, in forms that we do not write. */
#include <xk/hi2_read.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/hex.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static uint8_t octets[1024];
static size_t size;

/* An Eps report that ends with these parameters. */
static void make(const char *hex)
{
    static const char head[] = "80 08 0400020204080f05 81 02 4c31 a3 0f 81 0d 3236303130323033303430355a";
    size = 2;
    size += hex_decode(head, octets + size, sizeof octets - size);
    size += hex_decode(hex, octets + size, sizeof octets - size);
    assert_true(size - 2 < 0x80);
    octets[0] = 0xa4;
    octets[1] = (uint8_t)(size - 2);
}

static enum xk_status decode(const struct xk_read_options *options, struct xk_hi2_record *record, struct xk_diag *diag)
{
    return xk_hi2_record_decode(octets, size, options, record, diag);
}

static const char whole[] =
    "a480"
    "80080400020204080f05 a180 0401 4c 0401 31 0000"
    "a380 a080 a080 0410 32303236303130323033303430352e35 0405 2b30313030 0000 81020001 0000 0000"
    "84020002"
    "a980 3080 80020003 a180 a880 0402 7369 0402 703a 0000 a980 0401 74 0401 65 0000 0000 0000 0000"
    "b080 0401 6e 2480 0401 6e 0401 6f 0000 0000"
    "b280 0401 63 0401 6e 0000"
    "ba80 a080 0401 31 0401 32 0000 0000"
    "9d820001 03"
    "bf2380 a180 0401 78 0401 79 0000 0000"
    "bf2a80 3080 a180 0401 01 0401 02 0000 a280 0401 6b 0401 65 0000 a380 0401 73 0401 74 0000 0000"
    "3080 810103 82016b 0000 0000"
    "bf8f7f00"
    "bf817f80 a180 0401 44 0401 45 0000 0000"
    "0000";

static void is_text(struct xk_bytes value, const char *text)
{
    assert_int_equal(value.size, strlen(text));
    assert_memory_equal(value.data, text, value.size);
}

static void check_whole(const struct xk_hi2_record *r)
{
    struct xk_party party;
    struct xk_iri_key key;
    struct xk_bytes national;
    size_t position = 0;
    assert_int_equal(r->record_type, XK_HI2_REPORT);
    is_text(r->liid, "L1");
    assert_int_equal(r->time_form, XK_HI2_LOCAL_TIME);
    assert_int_equal(r->time.seconds, 1767323045);
    assert_int_equal(r->time.microseconds, 500000);
    assert_true(r->has_offset);
    assert_int_equal(r->offset_minutes, 60);
    assert_int_equal(r->season, XK_HI2_SEASON_WINTER);
    assert_int_equal(r->initiator, XK_INITIATOR_TERMINATING_TARGET);
    is_text(r->correlation_number, "cn");
    is_text(r->operator_identifier, "12");
    assert_int_equal(r->event, 3);
    is_text(r->correlation_iri, "xy");
    assert_memory_equal(r->country_code, "DE", 2);
    assert_int_equal(r->ignored_count, 1);
    assert_true(xk_hi2_next_party(r, &position, &party));
    is_text(party.sip_uri, "sip:");
    is_text(party.tel_uri, "te");
    assert_false(xk_hi2_next_party(r, &position, &party));
    position = 0;
    assert_true(xk_hi2_next_key(r, &position, &key));
    is_text(key.cs_id, "\x01\x02");
    is_text(key.key, "ke");
    is_text(key.salt, "st");
    assert_true(xk_hi2_next_key(r, &position, &key));
    is_text(key.key, "k");
    assert_null(key.salt.data);
    assert_false(xk_hi2_next_key(r, &position, &key));
    position = 0;
    assert_true(xk_hi2_next_national(r, &position, &national));
    is_text(national, "n");
    assert_true(xk_hi2_next_national(r, &position, &national));
    is_text(national, "no");
    assert_false(xk_hi2_next_national(r, &position, &national));
    is_text(r->liid, "L1"); /* what was joined first has not been written over */
    is_text(r->correlation_iri, "xy");
}

static void all_of_ber_is_read(void **state)
{
    (void)state;
    struct xk_read_options options;
    struct xk_hi2_record record;
    size = hex_decode(whole, octets, sizeof octets);
    xk_read_options_init(&options);
    assert_int_equal(decode(NULL, &record, NULL), XK_E_DER_LENGTH);
    assert_int_equal(decode(&options, &record, NULL), XK_E_DER_PIECES);
    /* LIID, time, correlation number, operator, correlation, country stay; the longest list entry comes on top. */
    const size_t stays = 2 + 21 + 2 + 2 + 2 + 2;
    for (size_t room = 0; room <= stays + 7; room++) {
        uint8_t *scratch = malloc(room + 1);
        assert_non_null(scratch);
        options.scratch = scratch;
        options.scratch_size = room;
        enum xk_status status = decode(&options, &record, NULL);
        if (status == XK_OK) {
            assert_int_equal(record.options.scratch_size, room - stays);
            assert_ptr_equal(record.options.scratch, scratch + stays);
            check_whole(&record);
        }
        assert_int_equal(status, room < stays + 6 ? XK_E_DER_PIECES : XK_OK);
        free(scratch);
    }
    uint8_t room[sizeof octets];
    options.scratch = room;
    options.scratch_size = size; /* as many as the input has */
    assert_int_equal(xk_hi2_record_decode(octets, size, &options, &record, NULL), XK_OK);
    check_whole(&record);
}

/* Each cut of it is refused, whatever the rules, without a look beyond. */
static void every_cut_of_it_is_refused(void **state)
{
    (void)state;
    struct xk_read_options options;
    struct xk_hi2_record record;
    uint8_t room[256];
    size = hex_decode(whole, octets, sizeof octets);
    xk_read_options_init(&options);
    options.scratch = room;
    options.scratch_size = sizeof room;
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *copy = malloc(cut + 1);
        assert_non_null(copy);
        memcpy(copy, octets, cut);
        assert_int_equal(xk_hi2_record_decode(copy, cut, &options, &record, NULL), XK_E_DER_TRUNCATED);
        free(copy);
    }
    octets[size] = 0;
    assert_int_equal(xk_hi2_record_decode(octets, size + 1, &options, &record, NULL), XK_E_DER_TRAILING);
}

/* Values that a later edition may add are counted, not refused. */
static void unknown_values_are_stepped_over(void **state)
{
    (void)state;
    struct xk_hi2_record r;
    make("8401 03 9d01 0c 9f3201 07 9f4c01 03 9701 09");
    assert_int_equal(decode(NULL, &r, NULL), XK_OK);
    assert_int_equal(r.initiator, XK_INITIATOR_NOT_AVAILABLE);
    assert_true(r.has_event);
    assert_int_equal(r.event, 12);
    assert_true(r.failure);
    assert_int_equal(r.roaming, XK_HI2_ROAMING_ABSENT);
    assert_int_equal(r.ignored_count, 3);
    assert_int_equal(r.iri_version, 9);
    make("9d02 0100 9702 0100");
    assert_int_equal(decode(NULL, &r, NULL), XK_OK);
    assert_false(r.has_event);
    assert_int_equal(r.iri_version, 0);
    assert_int_equal(r.ignored_count, 2);
    make("9d02 00ff 9702 00ff");
    assert_int_equal(decode(NULL, &r, NULL), XK_OK);
    assert_int_equal(r.event, 255);
    assert_int_equal(r.iri_version, 255);
    make("9f3201 00 9f4c01 02 8401 01");
    assert_int_equal(decode(NULL, &r, NULL), XK_OK);
    assert_true(r.failure);
    assert_int_equal(r.roaming, XK_HI2_ROAMING_S8HR);
    assert_int_equal(r.initiator, XK_INITIATOR_ORIGINATING_TARGET);
    assert_int_equal(r.ignored_count, 0);
    make("ba08 800131 8101 78 8200"); /* a network identifier that has grown: [1] is a CHOICE */
    assert_int_equal(decode(NULL, &r, NULL), XK_E_DER_TAG);
    make("ba0b 800131 a104 8402 7879 8200");
    assert_int_equal(decode(NULL, &r, NULL), XK_OK);
    assert_int_equal(r.network_element.form, XK_NETWORK_ELEMENT_DNS);
    is_text(r.network_element.value, "xy");
    make("bf2a0c 300a 810101 820102 830103 8400");
    assert_int_equal(decode(NULL, &r, NULL), XK_E_DER_TRUNCATED);
    make("bf2a0d 300b 810101 820102 830103 8400");
    assert_int_equal(decode(NULL, &r, NULL), XK_OK);
    assert_int_equal(r.key_count, 1);
}

/* Umts has other identities under tags that Eps uses for nai; they are not taken for one. */
static void identities_are_those_of_the_module(void **state)
{
    (void)state;
    struct xk_hi2_record r;
    struct xk_party party;
    size_t position = 0;
    make("a914 3012 800103 a10d 880161 890162 8a0163 8b0164 8d0165");
    octets[9] = 8;
    octets[size - 1] = 'e';
    octets[2 + 8 + 2 + 4 + 17 + 5] = octets[2 + 8 + 2 + 4 + 17 + 5];
    make("a916 3014 800103 a10f 880161 890162 8a0163 8b0164 8d0165");
    assert_int_equal(decode(NULL, &r, NULL), XK_OK);
    assert_true(xk_hi2_next_party(&r, &position, &party));
    is_text(party.nai, "c");
    is_text(party.impi, "e");
    octets[9] = 1; /* hi2DomainId: Umts */
    position = 0;
    assert_int_equal(decode(NULL, &r, NULL), XK_OK);
    assert_int_equal(r.module, XK_HI2_UMTS);
    assert_true(xk_hi2_next_party(&r, &position, &party));
    is_text(party.sip_uri, "a");
    is_text(party.tel_uri, "b");
    assert_null(party.nai.data);
    assert_null(party.impi.data);
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
    static const struct {
        const char *by;
        enum xk_status status;
        size_t offset; /* in the added parameters */
        const char *field;
    } rows[] = {
        {"8400", XK_E_DER_VALUE, 0, "initiator"},
        {"9d00", XK_E_DER_VALUE, 0, "iMSevent"},
        {"9700", XK_E_DER_VALUE, 0, "iRIversion"},
        {"be00", XK_E_DER_TAG, 0, "sIPMessage"},
        {"9a00", XK_E_DER_TAG, 0, "networkIdentifier"},
        {"9f23 00", XK_E_DER_TAG, 0, "correlation"},
        {"9f817f 00", XK_E_DER_TAG, 0, "national-HI2-ASN1parameters"},
        {"8900", XK_E_DER_TAG, 0, "partyInformation"},
        {"9000", XK_E_DER_TAG, 0, "national-Parameters"},
        {"ba05 800131 8100", XK_E_DER_TAG, 5, "network-Element-Identifier"},
        {"ba05 800131 8000", XK_E_DER_TAG, 5, "networkIdentifier"},
        {"bf2c00", XK_E_DER_TAG, 0, "sipMessageHeaderOffer"},
        {"bf2d00", XK_E_DER_TAG, 0, "sipMessageHeaderAnswer"},
        {"bf2e00", XK_E_DER_TAG, 0, "sdpOffer"},
        {"bf2f00", XK_E_DER_TAG, 0, "sdpAnswer"},
        {"9f32 00", XK_E_DER_VALUE, 0, "mediaSecFailureIndication"},
        {"9f4c 00", XK_E_DER_VALUE, 0, "roamingIndication"},
        {"9f3800", XK_E_DER_TAG, 0, "pANI-Header-Info"},
        {"bf3800", XK_E_DER_VALUE, 0, "pANI-Header-Info"},
        {"bf3802 3100", XK_E_DER_TAG, 3, "pANI-Header-Info"},
        {"bf3804 3002 8000", XK_E_DER_TAG, 5, "pANI-Header-Info"},
        {"bf3804 3002 a100", XK_E_DER_TAG, 5, "access-Type"},
        {"bf3804 3002 a200", XK_E_DER_TAG, 5, "access-Class"},
        {"bf3804 3002 8400", XK_E_DER_TAG, 5, "pANI-Location"},
        {"bf3806 3004 a402 8000", XK_E_DER_TAG, 7, "pANI-Location"},
        {"bf3806 3004 a402 a100", XK_E_DER_TAG, 7, "raw-Location"},
        {"bf3900", XK_E_DER_VALUE, 0, "imsVoIP"},
        {"bf3902 3000", XK_E_DER_TRUNCATED, 5, "ims-iri"},
        {"bf3902 3100", XK_E_DER_TAG, 3, "imsVoIP"},
        {"bf3906 3004 8000 8100", XK_E_DER_TAG, 7, "ims-cc"},
        {"bf3906 3004 8000 a100", XK_E_DER_TRUNCATED, 9, "cc"},
        {"bf2a0a 3008 810101 820102 8200", XK_E_DER_TAG, 11, "CCKeyInfo"},
        {"bf2a0a 3008 810101 820102 a300", XK_E_DER_TAG, 11, "cCSalt"},
        {"bf2a05 3003 a10101", XK_E_DER_TAG, 5, "cCCSID"},
        {"e100", XK_E_DER_TAG, 0, "parameter"},
        {"8400 ", XK_E_DER_VALUE, 0, "initiator"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_hi2_record r;
        struct xk_hi2_record before;
        struct xk_diag diag = {XK_OK, 0, ""};
        memset(&r, 0x33, sizeof r);
        before = r;
        make("");
        size_t at = size;
        make(rows[i].by);
        enum xk_status status = decode(NULL, &r, &diag);
        if (status != rows[i].status || diag.offset != at + rows[i].offset) {
            fail_msg("row %zu: %s at %zu: %s", i, xk_status_name(status), diag.offset - at, diag.field);
        }
        assert_string_equal(diag.field, rows[i].field);
        assert_memory_equal(&r, &before, sizeof r);
    }
}

/* OCTET STRINGs without limits may be empty; they are told as empty, not as absent. */
static void empty_strings_are_strings(void **state)
{
    (void)state;
    struct xk_hi2_record r;
    struct xk_iri_key key;
    struct xk_hi2_ims_voip voip;
    struct xk_hi2_pani pani;
    size_t position = 0;
    make("9e00 9f2c00 9f2d00 9f2e00 9f2f00 9200 bf2302 8100 bf2a0a 3008 810101 820102 8300");
    assert_int_equal(decode(NULL, &r, NULL), XK_OK);
    assert_true(r.sip_message.data != NULL && r.sip_message.size == 0);
    assert_true(r.header_offer.data != NULL && r.header_answer.data != NULL);
    assert_true(r.sdp_offer.data != NULL && r.sdp_answer.data != NULL);
    assert_true(r.correlation_number.data != NULL && r.correlation_iri.data != NULL);
    assert_true(xk_hi2_next_key(&r, &position, &key));
    assert_true(key.salt.data != NULL && key.salt.size == 0);
    make("bf2308 a006 a002 0400 8100");
    assert_int_equal(decode(NULL, &r, NULL), XK_OK);
    assert_true(r.correlation_cc.data != NULL && r.correlation_cc.size == 0);
    assert_true(r.correlation_iri.data != NULL && r.correlation_iri.size == 0);
    make("bf230a a208 a004 a002 0400 8100");
    assert_int_equal(decode(NULL, &r, NULL), XK_OK);
    assert_true(r.correlation_both);
    make("bf390c 300a 8000 a106 a002 0400 8100 bf380c 300a 8100 8200 a404 8100 8200");
    assert_int_equal(decode(NULL, &r, NULL), XK_OK);
    position = 0;
    assert_true(xk_hi2_next_ims_voip(&r, &position, &voip));
    assert_true(voip.iri.data != NULL && voip.cc.data != NULL);
    position = 0;
    assert_true(xk_hi2_next_pani(&r, &position, &pani));
    assert_true(pani.access_type.data != NULL && pani.access_class.data != NULL && pani.raw_location.data != NULL);
}

static void access_information_is_read(void **state)
{
    (void)state;
    struct xk_hi2_record r;
    struct xk_hi2_pani pani;
    size_t position = 0;
    make("bf3816 3000 3012 810154 820143 8300 a406 81014c a201 00 8500");
    assert_int_equal(decode(NULL, &r, NULL), XK_OK);
    assert_int_equal(r.pani_count, 2);
    assert_true(xk_hi2_next_pani(&r, &position, &pani));
    assert_null(pani.access_type.data);
    assert_false(pani.network_provided);
    assert_true(xk_hi2_next_pani(&r, &position, &pani));
    is_text(pani.access_type, "T");
    is_text(pani.access_class, "C");
    assert_true(pani.network_provided);
    is_text(pani.raw_location, "L");
    assert_false(xk_hi2_next_pani(&r, &position, &pani));
    position = 0;
    assert_false(xk_hi2_next_pani(NULL, &position, &pani));
    assert_false(xk_hi2_next_pani(&r, NULL, &pani));
    assert_false(xk_hi2_next_pani(&r, &position, NULL));
    assert_int_equal(position, 0);
    struct xk_hi2_ims_voip voip;
    assert_false(xk_hi2_next_ims_voip(&r, &position, &voip)); /* there is none */
}

static void options_are_checked(void **state)
{
    (void)state;
    struct xk_hi2_record r;
    struct xk_read_options options;
    xk_read_options_init(&options);
    make("");
    assert_int_equal(decode(&options, &r, NULL), XK_OK);
    assert_int_equal(r.options.rules, XK_RULES_BER);
    options.size++;
    struct xk_diag diag = {XK_OK, 9, NULL};
    assert_int_equal(decode(&options, &r, &diag), XK_E_ARGUMENT);
    assert_true(diag.status == XK_E_ARGUMENT && diag.offset == 0 && diag.field[0] == '\0');
    diag = (struct xk_diag){XK_OK, 9, NULL};
    assert_int_equal(xk_hi2_parameters_decode(XK_HI2_REPORT, octets + 2, size - 2, &options, &r, &diag), XK_E_ARGUMENT);
    assert_true(diag.status == XK_E_ARGUMENT && diag.offset == 0 && diag.field[0] == '\0');
    options.size--;
    assert_int_equal(xk_hi2_parameters_decode(XK_HI2_REPORT, octets + 2, size - 2, &options, &r, NULL), XK_OK);
    options.scratch_size = 1;
    assert_int_equal(decode(&options, &r, NULL), XK_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_ber_is_read),
        cmocka_unit_test(every_cut_of_it_is_refused),
        cmocka_unit_test(unknown_values_are_stepped_over),
        cmocka_unit_test(identities_are_those_of_the_module),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(empty_strings_are_strings),
        cmocka_unit_test(access_information_is_read),
        cmocka_unit_test(options_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
