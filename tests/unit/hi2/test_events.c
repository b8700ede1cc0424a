/* SPDX-License-Identifier: BSD-2-Clause */
/* The three events of TS 33.108 tables 7.3 to 7.5: what each record holds, to the octet, and what it may not hold. */
#include <xk/hi2.h>
#include <xk/hi2_read.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/hex.h"
#include "unit/hi2/sample.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static struct sample the;
static struct xk_hi2_profile profile;
static uint8_t out[4096];
static size_t size;

static void start(enum xk_hi2_module module, enum xk_iri_kind kind)
{
    sample_init(&the);
    xk_hi2_profile_init(&profile, module);
    the.event.kind = kind;
    the.event.time.microseconds = 678901;
    if (kind != XK_IRI_KEYS) {
        the.event.key_count = 0;
    }
    if (kind == XK_IRI_SIP_MESSAGE) {
        the.event.sip_message = xk_text("SIP/2.0 200 OK");
    }
}

static enum xk_status encode(struct xk_diag *diag)
{
    size = 0;
    return xk_hi2_record_encode(&profile, &the.event, &the.extras, out, sizeof out, &size, diag);
}

/* Is there this element, once, among the parameters of the record? */
static bool holds(const char *hex)
{
    uint8_t element[256];
    size_t length = hex_decode(hex, element, sizeof element);
    for (size_t i = 0; i + length <= size; i++) {
        if (memcmp(out + i, element, length) == 0) {
            return true;
        }
    }
    return false;
}

static void default_time_is_local_with_microseconds(void **state)
{
    (void)state;
    start(XK_HI2_EPS, XK_IRI_KEYS);
    assert_int_equal(encode(NULL), XK_OK);
    assert_true(holds("a31d a01b 8016 32303236303130323033303430352e3637383930315a 810100 "));
    profile.local_offset_minutes = -90;
    profile.season = XK_HI2_SEASON_WINTER;
    profile.fraction_digits = 3;
    assert_int_equal(encode(NULL), XK_OK);
    assert_true(holds("a31e a01c 8017 32303236303130323031333430352e3637382d30313330 810101"));
    profile.zone = false;
    profile.fraction_digits = 0;
    assert_int_equal(encode(NULL), XK_OK);
    assert_true(holds("a315 a013 800e 3230323630313032303133343035 810101"));
    profile.time_form = XK_HI2_UTC_TIME;
    assert_int_equal(encode(NULL), XK_OK);
    assert_true(holds("a30f 810d 3236303130323033303430355a"));
}

static void a_sip_message_is_a_record_of_its_own(void **state)
{
    (void)state;
    for (int module = XK_HI2_UMTS; module <= XK_HI2_EPS; module++) {
        start((enum xk_hi2_module)module, XK_IRI_SIP_MESSAGE);
        assert_int_equal(encode(NULL), XK_OK);
        assert_true(holds("9d0101 9e0e 5349502f322e3020323030204f4b"));
        assert_false(holds("bf24") || holds("bf2a") || holds("9f2c") || holds("9f32"));
        the.event.filtered = true;
        assert_int_equal(encode(NULL), XK_OK);
        assert_true(holds("9d0102 9e0e"));
    }
}

static void the_start_of_interception_brings_headers_and_sdp(void **state)
{
    (void)state;
    for (int module = XK_HI2_UMTS; module <= XK_HI2_EPS; module++) {
        start((enum xk_hi2_module)module, XK_IRI_START_OF_INTERCEPTION);
        assert_int_equal(encode(NULL), XK_OK); /* each of the four is there only if it is known */
        assert_true(holds("9d0104"));
        the.event.header_offer = xk_text("h1");
        the.event.header_answer = xk_text("h2");
        the.event.sdp_offer = xk_text("s1");
        the.event.sdp_answer = xk_text("s2");
        assert_int_equal(encode(NULL), XK_OK);
        assert_true(holds(module == XK_HI2_UMTS ? "9f26 02 6831 9f27 02 6832 9f28 02 7331 9f29 02 7332"
                                                : "9f2c 02 6831 9f2d 02 6832 9f2e 02 7331 9f2f 02 7332"));
    }
}

static void what_stands_around_is_written_under_the_tags_of_the_module(void **state)
{
    (void)state;
    const struct xk_hi2_pani pani[] = {
        {{NULL, 0}, {NULL, 0}, false, {NULL, 0}},
        {xk_text("T"), xk_text("C"), true, xk_text("L")},
    };
    start(XK_HI2_EPS, XK_IRI_SIP_MESSAGE);
    the.extras.pani = pani;
    the.extras.pani_count = 2;
    the.extras.roaming = XK_HI2_ROAMING_S8HR;
    memcpy(the.extras.country_code, "DE", 2);
    assert_int_equal(encode(NULL), XK_OK);
    assert_true(holds("bf3811 3000 300d 810154 820143 8300 a403 81014c 9f4c0102 bf817f04 81024445"));
    start(XK_HI2_UMTS, XK_IRI_START_OF_INTERCEPTION);
    the.extras.pani = pani;
    the.extras.pani_count = 1;
    assert_int_equal(encode(NULL), XK_OK);
    assert_true(holds("bf2d02 3000"));
    start(XK_HI2_EPS, XK_IRI_KEYS);
    the.event.failure = true;
    the.warrant.network_element.form = XK_NETWORK_ELEMENT_DNS;
    the.warrant.network_element.value = xk_text("cscf");
    assert_int_equal(encode(NULL), XK_OK);
    assert_true(holds("ba0f 8005 3132333435 a106 8404 63736366 9d0103"));
}

static void ims_voip_takes_the_place_of_all_other_correlation(void **state)
{
    (void)state;
    struct xk_hi2_ims_voip voip[] = {
        {xk_text("b"), xk_text("cc")}, {xk_text("c"), {NULL, 0}},    {xk_text("a"), {NULL, 0}},
        {xk_text("b"), xk_text("ca")}, {xk_text("bb"), xk_text("c")},
    };
    static const char *const tags[] = {"bf2e31", "bf3931"};
    for (int module = XK_HI2_UMTS; module <= XK_HI2_EPS; module++) {
        start((enum xk_hi2_module)module, XK_IRI_KEYS);
        the.extras.correlation_iri.size = 0;
        the.extras.ims_voip = voip;
        the.extras.ims_voip_count = LENGTH(voip);
        assert_int_equal(encode(NULL), XK_OK);
        assert_true(holds(tags[module - 1]));
        assert_true(holds("3003 800161 3003 800163 300b 800162 a106 a004 04026361 300b 800162 a106 a004 04026363"
                          "300b 80026262 a105 a003 040163"));
        assert_false(holds("9208 696d73636f727231")); /* no correlation number */
        for (unsigned int turn = 0; turn < 2 * LENGTH(voip); turn++) { /* whatever the order in which they are given */
            uint8_t first[4096];
            size_t first_size = size;
            memcpy(first, out, size);
            const size_t swapped = turn % 2 == 0 ? LENGTH(voip) - 1 : 2;
            struct xk_hi2_ims_voip taken = voip[0];
            voip[0] = voip[swapped];
            voip[swapped] = taken;
            struct xk_hi2_ims_voip last = voip[LENGTH(voip) - 1];
            memmove(voip + 1, voip, (LENGTH(voip) - 1) * sizeof *voip);
            voip[0] = last;
            assert_int_equal(encode(NULL), XK_OK);
            assert_int_equal(size, first_size);
            assert_memory_equal(out, first, size);
        }
        struct xk_hi2_record record;
        struct xk_hi2_ims_voip entry;
        size_t position = 0;
        assert_int_equal(xk_hi2_record_decode(out, size, NULL, &record, NULL), XK_OK);
        assert_int_equal(record.ims_voip_count, 5);
        assert_true(xk_hi2_next_ims_voip(&record, &position, &entry));
        assert_memory_equal(entry.iri.data, "a", 1);
        assert_null(entry.cc.data);
        assert_true(xk_hi2_next_ims_voip(&record, &position, &entry));
        assert_true(xk_hi2_next_ims_voip(&record, &position, &entry));
        assert_memory_equal(entry.iri.data, "b", 1);
        assert_memory_equal(entry.cc.data, "ca", 2);
        assert_true(xk_hi2_next_ims_voip(&record, &position, &entry));
        assert_true(xk_hi2_next_ims_voip(&record, &position, &entry));
        assert_false(xk_hi2_next_ims_voip(&record, &position, &entry));
    }
}

/* DER sorts a SET OF by the encoded elements: by size, then form by form. */
static void parties_are_written_in_the_order_of_their_octets(void **state)
{
    (void)state;
    struct xk_party parties[6];
    memset(parties, 0, sizeof parties);
    start(XK_HI2_EPS, XK_IRI_KEYS);
    parties[0].tel_uri = xk_text("bbbb");
    parties[1].sip_uri = xk_text("cccc");
    parties[2].sip_uri = xk_text("a");
    parties[2].tel_uri = xk_text("z");
    parties[3].tel_uri = xk_text("aaaa");
    parties[4].sip_uri = xk_text("xxxxx");
    parties[5].sip_uri = xk_text("x");
    the.warrant.parties = parties;
    the.warrant.party_count = 6;
    assert_int_equal(encode(NULL), XK_OK);
    uint8_t first[4096];
    size_t first_size = size;
    memcpy(first, out, size);
    assert_true(holds("a94c"
                      "3008 800103 a103 880178"
                      "300b 800103 a106 880161 89017a"
                      "300b 800103 a106 8804 63636363"
                      "300b 800103 a106 8904 61616161"
                      "300b 800103 a106 8904 62626262"
                      "300c 800103 a107 8805 7878787878"));
    for (size_t turn = 1; turn < 6; turn++) { /* whatever the order in which they are given */
        struct xk_party last = parties[5];
        memmove(parties + 1, parties, 5 * sizeof *parties);
        parties[0] = last;
        assert_int_equal(encode(NULL), XK_OK);
        assert_int_equal(size, first_size);
        assert_memory_equal(out, first, size);
    }
}

static struct xk_hi2_pani eleven[XK_HI2_PANI_MAX + 1];
static struct xk_hi2_ims_voip many[XK_HI2_IMS_VOIP_MAX + 1];
static uint8_t large[XK_HI2_SIP_MESSAGE_MAX + 1];

static struct xk_bytes some(size_t count)
{
    return (struct xk_bytes){large, count};
}

static void unknown_kind(void) { the.event.kind = (enum xk_iri_kind)3; }
static void keys(void) { the.event.key_count = 1; }
static void failure(void) { the.event.failure = true; }
static void no_message(void) { the.event.sip_message.size = 0; }
static void long_message(void) { the.event.sip_message = some(65536); }
static void message(void) { the.event.sip_message = some(1); }
static void no_key_and_message(void) { message(); the.event.key_count = 1; the.key.key.size = 0; }
static void header_offer(void) { the.event.header_offer = some(1); }
static void header_answer(void) { the.event.header_answer = some(1); }
static void sdp_offer(void) { the.event.sdp_offer = some(1); }
static void sdp_answer(void) { the.event.sdp_answer = some(1); }
static void long_header_offer(void) { the.event.header_offer = some(65536); }
static void long_header_answer(void) { the.event.header_answer = some(65536); }
static void long_sdp_offer(void) { the.event.sdp_offer = some(65536); }
static void long_sdp_answer(void) { the.event.sdp_answer = some(65536); }
static void one_pani(void) { the.extras.pani = eleven; the.extras.pani_count = 1; }
static void eleven_pani(void) { the.extras.pani = eleven; the.extras.pani_count = 11; }
static void pani_nowhere(void) { the.extras.pani_count = 1; }
static void long_type(void) { one_pani(); eleven[0].access_type = some(257); }
static void long_class(void) { one_pani(); eleven[0].access_class = some(257); }
static void long_location(void) { one_pani(); eleven[0].raw_location = some(257); }
static void roaming(void) { the.extras.roaming = XK_HI2_ROAMING_LBO; }
static void roaming_3(void) { the.extras.roaming = (enum xk_hi2_roaming)3; }
static void voip(size_t count)
{
    the.extras.correlation_iri.size = 0;
    the.extras.ims_voip = many;
    the.extras.ims_voip_count = count;
    many[0].iri = some(1);
}

static void voip_11(void) { voip(11); }
static void voip_nowhere(void) { voip(1); the.extras.ims_voip = NULL; }
static void voip_empty(void) { voip(1); many[0].iri.size = 0; }
static void voip_long(void) { voip(1); many[0].iri = some(257); }
static void voip_long_cc(void) { voip(1); many[0].cc = some(257); }
static void voip_and_iri(void) { voip(1); the.extras.correlation_iri = some(1); }
static void voip_and_cc(void) { voip(1); the.extras.correlation_cc = some(1); }
static void seven_digits(void) { profile.fraction_digits = 7; }

static void what_does_not_belong_to_an_event_is_refused(void **state)
{
    static const struct {
        void (*change)(void);
        enum xk_hi2_module module;
        enum xk_iri_kind kind;
        enum xk_status status;
        const char *field;
    } rows[] = {
        {unknown_kind, XK_HI2_EPS, XK_IRI_KEYS, XK_E_FIELD, "iMSevent"},
        {keys, XK_HI2_EPS, XK_IRI_SIP_MESSAGE, XK_E_FIELD, "mediaDecryption-info"},
        {failure, XK_HI2_EPS, XK_IRI_SIP_MESSAGE, XK_E_FIELD, "mediaDecryption-info"},
        {keys, XK_HI2_UMTS, XK_IRI_START_OF_INTERCEPTION, XK_E_FIELD, "mediaDecryption-info"},
        {failure, XK_HI2_UMTS, XK_IRI_START_OF_INTERCEPTION, XK_E_FIELD, "mediaDecryption-info"},
        {no_message, XK_HI2_EPS, XK_IRI_SIP_MESSAGE, XK_E_FIELD_EMPTY, "sIPMessage"},
        {long_message, XK_HI2_EPS, XK_IRI_SIP_MESSAGE, XK_E_FIELD_LIMIT, "sIPMessage"},
        {message, XK_HI2_EPS, XK_IRI_KEYS, XK_E_FIELD, "sIPMessage"},
        {message, XK_HI2_EPS, XK_IRI_START_OF_INTERCEPTION, XK_E_FIELD, "sIPMessage"},
        {no_key_and_message, XK_HI2_EPS, XK_IRI_KEYS, XK_E_FIELD_EMPTY, "cCDecKey"},
        {header_offer, XK_HI2_EPS, XK_IRI_KEYS, XK_E_FIELD, "sipMessageHeaderOffer"},
        {header_answer, XK_HI2_EPS, XK_IRI_SIP_MESSAGE, XK_E_FIELD, "sipMessageHeaderAnswer"},
        {sdp_offer, XK_HI2_EPS, XK_IRI_KEYS, XK_E_FIELD, "sdpOffer"},
        {sdp_answer, XK_HI2_EPS, XK_IRI_SIP_MESSAGE, XK_E_FIELD, "sdpAnswer"},
        {long_header_offer, XK_HI2_EPS, XK_IRI_START_OF_INTERCEPTION, XK_E_FIELD_LIMIT, "sipMessageHeaderOffer"},
        {long_header_answer, XK_HI2_EPS, XK_IRI_START_OF_INTERCEPTION, XK_E_FIELD_LIMIT, "sipMessageHeaderAnswer"},
        {long_sdp_offer, XK_HI2_EPS, XK_IRI_START_OF_INTERCEPTION, XK_E_FIELD_LIMIT, "sdpOffer"},
        {long_sdp_answer, XK_HI2_EPS, XK_IRI_START_OF_INTERCEPTION, XK_E_FIELD_LIMIT, "sdpAnswer"},
        {one_pani, XK_HI2_EPS, XK_IRI_KEYS, XK_E_FIELD_LIMIT, "pANI-Header-Info"},
        {eleven_pani, XK_HI2_EPS, XK_IRI_SIP_MESSAGE, XK_E_FIELD_LIMIT, "pANI-Header-Info"},
        {pani_nowhere, XK_HI2_EPS, XK_IRI_SIP_MESSAGE, XK_E_ARGUMENT, "pANI-Header-Info"},
        {long_type, XK_HI2_EPS, XK_IRI_SIP_MESSAGE, XK_E_FIELD_LIMIT, "access-Type"},
        {long_class, XK_HI2_EPS, XK_IRI_SIP_MESSAGE, XK_E_FIELD_LIMIT, "access-Class"},
        {long_location, XK_HI2_EPS, XK_IRI_SIP_MESSAGE, XK_E_FIELD_LIMIT, "raw-Location"},
        {roaming, XK_HI2_EPS, XK_IRI_KEYS, XK_E_FIELD, "roamingIndication"},
        {roaming, XK_HI2_UMTS, XK_IRI_SIP_MESSAGE, XK_E_FIELD, "roamingIndication"},
        {roaming_3, XK_HI2_EPS, XK_IRI_SIP_MESSAGE, XK_E_FIELD, "roamingIndication"},
        {voip_11, XK_HI2_EPS, XK_IRI_KEYS, XK_E_FIELD_LIMIT, "imsVoIP"},
        {voip_nowhere, XK_HI2_EPS, XK_IRI_KEYS, XK_E_ARGUMENT, "imsVoIP"},
        {voip_empty, XK_HI2_EPS, XK_IRI_KEYS, XK_E_FIELD_EMPTY, "ims-iri"},
        {voip_long, XK_HI2_EPS, XK_IRI_KEYS, XK_E_FIELD_LIMIT, "ims-iri"},
        {voip_long_cc, XK_HI2_EPS, XK_IRI_KEYS, XK_E_FIELD_LIMIT, "ims-cc"},
        {voip_and_iri, XK_HI2_EPS, XK_IRI_KEYS, XK_E_FIELD, "imsVoIP"},
        {voip_and_cc, XK_HI2_EPS, XK_IRI_KEYS, XK_E_FIELD, "imsVoIP"},
        {seven_digits, XK_HI2_EPS, XK_IRI_KEYS, XK_E_CONFIG, "fraction_digits"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_diag diag = {XK_OK, 9, NULL};
        memset(eleven, 0, sizeof eleven);
        memset(many, 0, sizeof many);
        start(rows[i].module, rows[i].kind);
        assert_int_equal(encode(NULL), XK_OK);
        rows[i].change();
        enum xk_status status = encode(&diag);
        if (status != rows[i].status) {
            fail_msg("row %zu: %s", i, xk_status_name(status));
        }
        assert_string_equal(diag.field, rows[i].field);
        assert_int_equal(diag.offset, 0);
        assert_int_equal(size, 0);
    }
}

static void the_largest_of_each_is_taken(void **state)
{
    (void)state;
    static uint8_t record[5 * 65536];
    start(XK_HI2_EPS, XK_IRI_START_OF_INTERCEPTION);
    the.event.header_offer = the.event.header_answer = some(65535);
    the.event.sdp_offer = the.event.sdp_answer = some(65535);
    for (size_t i = 0; i < XK_HI2_PANI_MAX; i++) {
        eleven[i] = (struct xk_hi2_pani){some(256), some(256), true, some(256)};
    }
    the.extras.pani = eleven;
    the.extras.pani_count = XK_HI2_PANI_MAX;
    the.extras.roaming = XK_HI2_ROAMING_LBO;
    voip(XK_HI2_IMS_VOIP_MAX);
    for (size_t i = 0; i < XK_HI2_IMS_VOIP_MAX; i++) {
        many[i] = (struct xk_hi2_ims_voip){some(256), some(256)};
    }
    profile.fraction_digits = 6;
    assert_int_equal(
        xk_hi2_record_encode(&profile, &the.event, &the.extras, record, sizeof record, &size, NULL), XK_OK);
    struct xk_hi2_record back;
    assert_int_equal(xk_hi2_record_decode(record, size, NULL, &back, NULL), XK_OK);
    assert_int_equal(back.event, 4);
    assert_int_equal(back.header_offer.size, 65535);
    assert_int_equal(back.header_answer.size, 65535);
    assert_int_equal(back.sdp_offer.size, 65535);
    assert_int_equal(back.sdp_answer.size, 65535);
    assert_int_equal(back.pani_count, 10);
    assert_int_equal(back.ims_voip_count, 10);
    assert_int_equal(back.roaming, XK_HI2_ROAMING_LBO);
    start(XK_HI2_EPS, XK_IRI_SIP_MESSAGE);
    the.event.sip_message = some(65535);
    assert_int_equal(xk_hi2_record_encode(&profile, &the.event, NULL, record, sizeof record, &size, NULL), XK_OK);
}

/* The bound of xk_hi2_check_warrant() holds for the largest record of keys, in its envelope. */
static void no_pdu_is_larger_than_the_bound(void **state)
{
    (void)state;
    static struct xk_iri_key key[255];
    static struct xk_party parties[XK_PARTIES_MAX];
    static uint8_t record[100000];
    size_t bound = 0;
    for (size_t count = 1; count <= 255; count += 127) {
        for (size_t forms = 1; forms <= 1024; forms *= 4) {
            start(XK_HI2_EPS, XK_IRI_KEYS);
            for (size_t i = 0; i < XK_PARTIES_MAX; i++) {
                parties[i] = (struct xk_party){some(8),     some(8),     some(9),     some(25),
                                               some(forms), some(forms), some(forms), some(forms)};
            }
            for (size_t i = 0; i < count; i++) {
                key[i] = (struct xk_iri_key){some(16), some(64), some(32)};
            }
            the.warrant.liid = some(25);
            the.warrant.correlation_number = some(64);
            the.warrant.parties = parties;
            the.warrant.party_count = XK_PARTIES_MAX;
            the.warrant.network_element.form = XK_NETWORK_ELEMENT_IP_TEXT;
            the.warrant.network_element.value = some(45);
            the.event.keys = key;
            the.event.key_count = count;
            the.event.failure = true;
            profile.local_offset_minutes = 1;
            profile.oid_release = profile.oid_version = 16383;
            assert_int_equal(xk_hi2_check_warrant(&the.warrant, XK_HI2_EPS, count, 200000, &bound, NULL), XK_OK);
            assert_int_equal(
                xk_hi2_record_encode(&profile, &the.event, NULL, record, sizeof record, &size, NULL), XK_OK);
            assert_true(size + 400 <= bound); /* the header of a PS-PDU and what is around the record */
        }
    }
}

static void shorter_profiles_are_taken(void **state)
{
    (void)state;
    const size_t first = offsetof(struct xk_hi2_profile, season) + sizeof(enum xk_hi2_season);
    start(XK_HI2_EPS, XK_IRI_KEYS);
    memset(&profile, 0x77, sizeof profile);
    xk_hi2_profile_defaults(&profile, first, XK_HI2_EPS);
    assert_int_equal(profile.size, first);
    assert_int_equal(*((const uint8_t *)&profile + first), 0x77);
    assert_int_equal(encode(NULL), XK_OK);
    assert_true(holds("8016 32303236303130323033303430352e3637383930315a"));
    const size_t wrong[] = {0, first - 1, sizeof profile + 1};
    for (size_t i = 0; i < 3; i++) {
        struct xk_hi2_profile same;
        struct xk_diag diag;
        memset(&same, 0x33, sizeof same);
        xk_hi2_profile_defaults(&same, wrong[i], XK_HI2_EPS);
        assert_int_equal(*(const uint8_t *)&same, 0x33);
        profile.size = wrong[i];
        assert_int_equal(encode(&diag), XK_E_ARGUMENT);
        assert_string_equal(diag.field, "size");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default_time_is_local_with_microseconds),
        cmocka_unit_test(a_sip_message_is_a_record_of_its_own),
        cmocka_unit_test(the_start_of_interception_brings_headers_and_sdp),
        cmocka_unit_test(what_stands_around_is_written_under_the_tags_of_the_module),
        cmocka_unit_test(ims_voip_takes_the_place_of_all_other_correlation),
        cmocka_unit_test(parties_are_written_in_the_order_of_their_octets),
        cmocka_unit_test(what_does_not_belong_to_an_event_is_refused),
        cmocka_unit_test(the_largest_of_each_is_taken),
        cmocka_unit_test(no_pdu_is_larger_than_the_bound),
        cmocka_unit_test(shorter_profiles_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
