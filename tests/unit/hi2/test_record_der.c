/* SPDX-License-Identifier: BSD-2-Clause */
/* Records that are DER and yet no records: one element of a good record replaced at a time. */
#include <xk/hi2_read.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/hex.h"

/* An Eps record in its elements; replace() puts another in the place of one. */
enum element { DOMAIN, LIID, TIME, INITIATOR, PARTIES, NUMBER, NETWORK, EVENT, MORE, ELEMENTS };

static const char *const good[ELEMENTS] = {
    "8008 0400020204080105",             /* 0.4.0.2.2.4.8.1.5 */
    "8101 41",                           /* LIID "A" */
    "a30f 810d 3236303130323033303430355a", /* 260102030405Z */
    "8401 00",
    "a90a 3008 8001 03 a103 8801 78",    /* sip-uri "x" */
    "9201 63",
    "ba03 8001 31",
    "9d01 03",
    "9f32 01 00",                        /* mediaSecFailureIndication */
};

static size_t make(enum element which, const char *by, uint8_t *out)
{
    uint8_t body[1024];
    uint8_t part[512];
    size_t size = 0;
    for (size_t i = 0; i < ELEMENTS; i++) {
        const char *text = i == (size_t)which ? by : good[i];
        char hex[1024];
        size_t at = 0;
        for (; *text != '\0'; text++) {
            if (*text != ' ') {
                hex[at++] = *text;
            }
        }
        hex[at] = '\0';
        size_t count = hex_decode(hex, part, sizeof part);
        memcpy(body + size, part, count);
        size += count;
    }
    out[0] = 0xa4;
    out[1] = 0x82;
    out[2] = (uint8_t)(size >> 8);
    out[3] = (uint8_t)size;
    if (size < 0x80) {
        out[1] = (uint8_t)size;
        memcpy(out + 2, body, size);
        return size + 2;
    }
    if (size < 0x100) {
        out[1] = 0x81;
        out[2] = (uint8_t)size;
        memcpy(out + 3, body, size);
        return size + 3;
    }
    memcpy(out + 4, body, size);
    return size + 4;
}

static void the_good_one_is_good(void **state)
{
    (void)state;
    uint8_t octets[1100];
    struct xk_hi2_record r;
    struct xk_diag diag;
    size_t size = make(ELEMENTS, NULL, octets);
    assert_int_equal(xk_hi2_record_decode(octets, size, NULL, &r, &diag), XK_OK);
    assert_int_equal(r.module, XK_HI2_EPS);
    assert_true(r.failure);
    assert_int_equal(r.time.seconds, 1767323045);
}

static void one_element_that_is_wrong_is_told(void **state)
{
    (void)state;
    static const struct {
        enum element which;
        const char *by;
        enum xk_status status;
        const char *field;
    } rows[] = {
        {DOMAIN, "8007 04000202040805", XK_E_DER_VALUE, "domain OBJECT IDENTIFIER"},       /* one arc */
        {DOMAIN, "8008 0400020204088005", XK_E_DER_VALUE, "domain OBJECT IDENTIFIER"},     /* padded */
        {DOMAIN, "8008 0400020204090105", XK_E_DER_VALUE, "domain OBJECT IDENTIFIER"},
        {TIME, "a300", XK_E_DER_TRUNCATED, "timeStamp"},
        {TIME, "a302 8200", XK_E_DER_TAG, "timeStamp"},
        {TIME, "a30f 810d 3236303130323033303430357a", XK_E_DER_VALUE, "utcTime"},
        {TIME, "a30f 810d 3236313330323033303430355a", XK_E_DER_VALUE, "utcTime"}, /* month 13 */
        {TIME, "a305 a003 800130", XK_E_DER_VALUE, "generalizedTime"},
        {TIME, "a312 a010 800e 3230323630313032303330343058", XK_E_DER_VALUE, "generalizedTime"},
        {TIME, "a312 a010 800e 3230323630313032303330343035", XK_E_DER_TRUNCATED, "winterSummerIndication"},
        {TIME, "a302 a000", XK_E_DER_TRUNCATED, "generalizedTime"},
        {TIME, "a303 a001 80", XK_E_DER_TRUNCATED, "generalizedTime"},
        {TIME, "a304 a002 0400", XK_E_DER_TAG, "generalizedTime"},
        {TIME, "a304 a002 8100", XK_E_DER_TAG, "generalizedTime"},
        {PARTIES, "a900", XK_E_DER_VALUE, "partyInformation"},
        {PARTIES, "a905 3003 8001 03", XK_E_DER_TAG, "partyIdentity"},
        {PARTIES, "a907 3005 a103 8101 78", XK_E_DER_VALUE, "imei"},
        {PARTIES, "a906 3004 a102 8101", XK_E_DER_TRUNCATED, "partyIdentity"},
        {NETWORK, "ba00", XK_E_DER_TRUNCATED, "operator-Identifier"},
        {NETWORK, "ba02 8000", XK_E_DER_VALUE, "operator-Identifier"},
        {MORE, "bf2a00", XK_E_DER_VALUE, "mediaDecryption-info"},
        {MORE, "bf2a02 3000", XK_E_DER_TRUNCATED, "cCCSID"},
        {MORE, "bf2a05 3003 8101 01", XK_E_DER_TRUNCATED, "cCDecKey"},
        {MORE, "bf2a04 3002 8100", XK_E_DER_VALUE, "cCCSID"},
        {MORE, "bf2a07 3005 8101 01 8200", XK_E_DER_VALUE, "cCDecKey"},
        {MORE, "b000", XK_E_DER_VALUE, "national-Parameters"},
        {MORE, "b002 0400", XK_E_DER_VALUE, "national-Parameters"},
        {MORE, "b002 0500", XK_E_DER_TAG, "national-Parameters"},
        {MORE, "bf2300", XK_E_DER_TRUNCATED, "correlation"},
        {MORE, "bf2302 8400", XK_E_DER_TAG, "correlation"},
        {MORE, "bf2302 a300", XK_E_DER_TAG, "correlation"},
        {MORE, "bf2302 a000", XK_E_DER_TRUNCATED, "cc"},
        {MORE, "bf2304 a002 a000", XK_E_DER_TRUNCATED, "cc"},
        {MORE, "bf2309 a007 a003 040101 8200", XK_E_DER_TAG, "iri"},
        {MORE, "bf2302 a200", XK_E_DER_TRUNCATED, "iri-CC"},
        {MORE, "bf2304 a202 a000", XK_E_DER_TRUNCATED, "cc"},
        {MORE, "bf2309 a207 a005 a003 040101", XK_E_DER_TRUNCATED, "iri-IRI"},
        {MORE, "bf817f02 8100", XK_E_DER_VALUE, "countryCode"},
        {MORE, "bf817f04 8102 4445 bf817f04 8102 4445", XK_E_DER_TAG, "parameter stands twice"},
        {MORE, "bf817f00", XK_E_DER_TRUNCATED, "countryCode"},
        {LIID, "a101 41", XK_E_DER_TAG, "LIID"},
        {INITIATOR, "a401 00", XK_E_DER_TAG, "initiator"},
        {TIME, "830f 810d 3236303130323033303430355a", XK_E_DER_TAG, "timeStamp"},
        {PARTIES, "890a 3008 8001 03 a103 8801 78", XK_E_DER_TAG, "partyInformation"},
        {PARTIES, "a90a 3008 8001 03 8103 8801 78", XK_E_DER_TAG, "partyIdentity"},
        {PARTIES, "a90a 3008 8001 03 a103 2801 78", XK_E_DER_TAG, "partyIdentity"},
        {PARTIES, "a90a 3008 8001 03 a103 a801 78", XK_E_DER_TAG, "sip-uri"},
        {PARTIES, "a90d 300b 8001 03 a106 8801 78 8801 79", XK_E_DER_TAG, "partyIdentity"},
        {PARTIES, "a90f 300d 8001 03 a103 8801 78 a103 8801 78", XK_E_DER_TAG, "PartyInformation"},
        {MORE, "9f2a 00", XK_E_DER_TAG, "mediaDecryption-info"},
        {MORE, "bf32 00", XK_E_DER_TAG, "mediaSecFailureIndication"},
        {MORE, "9f1e00", XK_E_DER_TAG, "parameter"},   /* a tag below 31 in its long form */
        {MORE, "9f8001 00", XK_E_DER_TAG, "parameter"}, /* a tag with a leading zero */
        {MORE, "9f8181", XK_E_DER_TRUNCATED, "parameter"},
        {MORE, "9f81818101 00", XK_E_DER_TAG, "parameter"}, /* a tag of four octets */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t octets[1100];
        struct xk_hi2_record r;
        struct xk_hi2_record before;
        struct xk_diag diag = {XK_OK, 0, ""};
        memset(&r, 0x33, sizeof r);
        before = r;
        size_t size = make(rows[i].which, rows[i].by, octets);
        enum xk_status status = xk_hi2_record_decode(octets, size, NULL, &r, &diag);
        if (status != rows[i].status || strcmp(diag.field, rows[i].field) != 0) {
            print_message("row %zu: %s: %s at %zu\n", i, rows[i].by, diag.field, diag.offset);
        }
        assert_int_equal(status, rows[i].status);
        assert_string_equal(diag.field, rows[i].field);
        assert_memory_equal(&r, &before, sizeof r);
    }
}

/* "Stands twice" is known of the tags that the modules use; those behind are only counted. */
static void tags_of_no_module_are_counted(void **state)
{
    (void)state;
    uint8_t octets[1100];
    struct xk_hi2_record r;
    size_t size = make(MORE, "9f8200 00 9f8200 00 9f817e 00", octets); /* 256 twice, 254 */
    assert_int_equal(xk_hi2_record_decode(octets, size, NULL, &r, NULL), XK_OK);
    assert_int_equal(r.ignored_count, 3);
    size = make(MORE, "9f817e 00 9f817e 00", octets);
    assert_int_equal(xk_hi2_record_decode(octets, size, NULL, &r, NULL), XK_E_DER_TAG);
    assert_int_equal(r.ignored_count, 3);
}

static void a_key_may_have_no_salt(void **state)
{
    (void)state;
    uint8_t octets[1100];
    struct xk_hi2_record r;
    struct xk_iri_key key;
    size_t position = 0;
    size_t size = make(MORE, "bf2a11 3006 8101 01 8201 02 3007 8101 03 8202 0405", octets);
    assert_int_equal(xk_hi2_record_decode(octets, size, NULL, &r, NULL), XK_OK);
    assert_int_equal(r.key_count, 2);
    assert_true(xk_hi2_next_key(&r, &position, &key));
    assert_int_equal(key.key.size, 1);
    assert_int_equal(key.key.data[0], 2);
    assert_null(key.salt.data);
    assert_int_equal(key.salt.size, 0);
    assert_true(xk_hi2_next_key(&r, &position, &key));
    assert_int_equal(key.cs_id.data[0], 3);
    assert_int_equal(key.key.size, 2);
    assert_null(key.salt.data);
    assert_false(xk_hi2_next_key(&r, &position, &key));
}

static void too_many_of_a_kind_are_refused(void **state)
{
    (void)state;
    char text[1024];
    uint8_t octets[1100];
    struct xk_hi2_record r;
    struct xk_diag diag;
    size_t size = make(PARTIES, "a906 3004 a102 8800", octets);
    assert_int_equal(xk_hi2_record_decode(octets, size, NULL, &r, &diag), XK_E_DER_VALUE);
    assert_string_equal(diag.field, "sip-uri");
    strcpy(text, "a94d"); /* eleven of seven octets */
    for (unsigned int i = 0; i < 11; i++) {
        strcat(text, "3005 a103 8801 78");
    }
    size = make(PARTIES, text, octets);
    assert_int_equal(xk_hi2_record_decode(octets, size, NULL, &r, &diag), XK_E_DER_VALUE);
    assert_string_equal(diag.field, "partyInformation");
    strcpy(text, "b07b"); /* forty-one of three octets */
    for (unsigned int i = 0; i < 41; i++) {
        strcat(text, "040101");
    }
    size = make(MORE, text, octets);
    assert_int_equal(xk_hi2_record_decode(octets, size, NULL, &r, &diag), XK_E_DER_VALUE);
    assert_string_equal(diag.field, "national-Parameters");
}

static void what_is_null_or_no_record_type_is_refused(void **state)
{
    (void)state;
    uint8_t octets[1100];
    struct xk_hi2_record r;
    struct xk_party party;
    struct xk_iri_key key;
    struct xk_bytes parameter;
    size_t position = 0;
    size_t size = make(ELEMENTS, NULL, octets);
    assert_int_equal(xk_hi2_record_decode(NULL, size, NULL, &r, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_hi2_record_decode(octets, size, NULL, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_hi2_parameters_decode(XK_HI2_REPORT, NULL, size, NULL, &r, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_hi2_parameters_decode(XK_HI2_REPORT, octets, size, NULL, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_hi2_parameters_decode((enum xk_hi2_record_type)0, octets, size, NULL, &r, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_hi2_parameters_decode((enum xk_hi2_record_type)5, octets, size, NULL, &r, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_hi2_record_decode(octets, size, NULL, &r, NULL), XK_OK);
    assert_false(xk_hi2_next_party(NULL, &position, &party));
    assert_false(xk_hi2_next_party(&r, NULL, &party));
    assert_false(xk_hi2_next_party(&r, &position, NULL));
    assert_true(xk_hi2_next_party(&r, &position, &party));
    assert_false(xk_hi2_next_party(&r, &position, &party));
    position = 1; /* in the middle of a party */
    assert_false(xk_hi2_next_party(&r, &position, &party));
    assert_int_equal(position, 1);
    position = 0;
    r.keys = r.national = (struct xk_bytes){octets, 4}; /* neither keys nor national parameters */
    assert_false(xk_hi2_next_key(NULL, &position, &key));
    assert_false(xk_hi2_next_key(&r, NULL, &key));
    assert_false(xk_hi2_next_key(&r, &position, NULL));
    assert_false(xk_hi2_next_key(&r, &position, &key));
    assert_false(xk_hi2_next_national(NULL, &position, &parameter));
    assert_false(xk_hi2_next_national(&r, NULL, &parameter));
    assert_false(xk_hi2_next_national(&r, &position, NULL));
    assert_false(xk_hi2_next_national(&r, &position, &parameter));
    assert_int_equal(position, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_one_is_good),
        cmocka_unit_test(one_element_that_is_wrong_is_told),
        cmocka_unit_test(tags_of_no_module_are_counted),
        cmocka_unit_test(a_key_may_have_no_salt),
        cmocka_unit_test(too_many_of_a_kind_are_refused),
        cmocka_unit_test(what_is_null_or_no_record_type_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
