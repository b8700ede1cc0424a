/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PS-PDUs as we write them, for other readers: a line of hexadecimal for each, then what its fields are called and hold
 * in lib/wireshark/xk_hi2.lua. A blank stands before each field, so none stands in a value.
 */
#include <stdio.h>
#include <string.h>

#include <xk/hi2.h>
#include <xk/ps_pdu.h>
#include <xk/tri.h>

#define PDU_MAX 8192

static struct xk_party parties[2];
static struct xk_warrant warrant;
static struct xk_iri_key keys[2];
static struct xk_iri_event event;
static struct xk_hi2_extras extras;
static struct xk_ps_header header;

/* The keys are those that tests/tools/samples.py knows. */
static void begin(void)
{
    static const uint8_t key[] = {0xc3, 0xd9, 0xe1, 0xf0, 0x5a, 0x6b, 0x7c, 0x8d, 0x9e, 0xaf, 0xb0, 0xc1, 0xd2, 0xe3,
                                  0xf4, 0x05};
    static const uint8_t salt[] = {0x17, 0x28, 0x39, 0x42, 0x53, 0x64, 0x75, 0x86, 0x97, 0x08, 0x19, 0x2a, 0x3b, 0x4c};
    memset(parties, 0, sizeof parties);
    memset(&warrant, 0, sizeof warrant);
    memset(keys, 0, sizeof keys);
    memset(&event, 0, sizeof event);
    memset(&extras, 0, sizeof extras);
    parties[0].sip_uri = xk_text("sip:target@example.org");
    parties[0].tel_uri = xk_text("tel:+15550100");
    warrant.liid = xk_text("LI-2026-0001");
    warrant.parties = parties;
    warrant.party_count = 1;
    warrant.correlation_number = xk_text("imscorr1");
    warrant.operator_identifier = xk_text("12345");
    warrant.destination = XK_DESTINATION_LEMF;
    warrant.has_cin = true;
    warrant.cin = 4000000000;
    memcpy(warrant.country, "DE", 2);
    for (size_t i = 0; i < 2; i++) {
        keys[i].cs_id = xk_text(i == 0 ? "\x01" : "\x02");
        keys[i].key = (struct xk_bytes){key, sizeof key};
    }
    keys[0].salt = (struct xk_bytes){salt, sizeof salt};
    event.warrant = &warrant;
    event.time = (struct xk_utc){1767323045, 123456}; /* 2026-01-02 03:04:05 UTC */
    xk_ps_header_init(&header);
}

static int show(const uint8_t *pdu, size_t size, const char *fields)
{
    for (size_t i = 0; i < size; i++) {
        printf("%02x", pdu[i]);
    }
    printf(" xkhi2.length=%zu %s\n", size, fields);
    return 0;
}

static int show_record(const struct xk_hi2_profile *profile, enum xk_ps_form form, const char *fields)
{
    uint8_t record[PDU_MAX];
    uint8_t pdu[PDU_MAX];
    size_t size = 0;
    if (xk_ps_header_from_event(&event, &header) != XK_OK ||
        xk_hi2_record_encode(profile, &event, &extras, record, sizeof record, &size, NULL) != XK_OK ||
        xk_ps_pdu_encode(&header, profile->module, form, (struct xk_bytes){record, size}, pdu, sizeof pdu, &size,
                         NULL) != XK_OK) {
        return 1;
    }
    return show(pdu, size, fields);
}

static int show_tri(const struct xk_tri *tri, const char *fields)
{
    uint8_t pdu[PDU_MAX];
    size_t size = 0;
    if (xk_ps_header_from_event(&event, &header) != XK_OK ||
        xk_tri_encode(&header, tri, pdu, sizeof pdu, &size, NULL) != XK_OK) {
        return 1;
    }
    return show(pdu, size, fields);
}

static int show_keys(void)
{
    static const struct xk_bytes national[] = {{(const uint8_t *)"abc", 3}, {(const uint8_t *)"defghi", 6}};
    struct xk_hi2_profile profile;
    begin();
    xk_hi2_profile_init(&profile, XK_HI2_UMTS);
    parties[0].imei = xk_text("\x53\x90\x12\x10\x32\x54\x76\xf8");
    parties[1].imsi = xk_text("\x62\x02\x10\x10\xf2");
    parties[1].e164 = xk_text("+155");
    warrant.party_count = 2;
    warrant.initiator = XK_INITIATOR_TERMINATING_TARGET;
    warrant.network_element = (struct xk_network_element){XK_NETWORK_ELEMENT_DNS, xk_text("cscf1.example.org"), 0};
    event.keys = keys;
    event.key_count = 2;
    event.failure = true;
    extras.correlation_iri = xk_text("sess-42");
    extras.correlation_cc = xk_text("cc-7");
    extras.correlation_both = true;
    extras.national = national;
    extras.national_count = 2;
    memcpy(extras.country_code, "FR", 2);
    header.sequence_number = 4294967295;
    return show_record(
        &profile, XK_PS_BARE_PARAMETERS,
        "xkhi2.domain=0.4.0.2.2.5.1.17 xkhi2.liid=LI-2026-0001 xkhi2.country=DE xkhi2.operator=12345 "
        "xkhi2.neid.dns=cscf1.example.org,cscf1.example.org xkhi2.cin=4000000000 xkhi2.sequence=4294967295 "
        "xkhi2.time=20260102030405.123Z xkhi2.payload=0 xkhi2.iri_type=4 xkhi2.contents=4 xkhi2.record.type=4 "
        "xkhi2.record.domain=0.4.0.2.2.4.1.15.5 xkhi2.record.version=8 xkhi2.record.liid=LI-2026-0001 "
        "xkhi2.record.local_time=20260102030405.123456Z xkhi2.record.season=0 xkhi2.record.initiator=2 "
        "xkhi2.party.qualifier=3,3 xkhi2.party.imei=350921012345678 xkhi2.party.imsi=262001012 "
        "xkhi2.party.sip_uri=sip:target@example.org xkhi2.party.tel_uri=tel:+15550100 xkhi2.party.e164=+155 "
        "xkhi2.record.correlation_number=imscorr1 xkhi2.record.operator=12345 xkhi2.record.event=3 "
        "xkhi2.record.correlation_iri=sess-42 xkhi2.record.correlation_cc=cc-7 "
        "xkhi2.record.national_size=3,6 "
        "xkhi2.key.cs_id=01,02 xkhi2.key.length=16,16 xkhi2.key.salt_length=14 xkhi2.record.failure=0 "
        "xkhi2.record.country=FR");
}

/* What the SIP records must not show stands in it three times: SDES, also as a capability, and MIKEY. */
static const char sdp[] = "v=0\r\nm=audio 9 RTP/SAVP 0\r\n"
                          "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0c2VjcmV0\r\n"
                          "a=acap:1 crypto:2 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0c2VjcmV0\r\n"
                          "a=key-mgmt:mikey c2VjcmV0c2VjcmV0\r\nc2VjcmV0c2VjcmV0\r\na=sendrecv\r\n";

static int show_sip(void)
{
    static char message[1024];
    static const struct xk_hi2_pani pani = {
        {(const uint8_t *)"3GPP", 4}, {NULL, 0}, true, {(const uint8_t *)"cell", 4}};
    struct xk_hi2_profile profile;
    char fields[1024];
    begin();
    xk_hi2_profile_init(&profile, XK_HI2_EPS);
    snprintf(message, sizeof message, "INVITE sip:a@b SIP/2.0\r\nContent-Type:application/sdp\r\n\r\n%s", sdp);
    event.kind = XK_IRI_SIP_MESSAGE;
    event.sip_message = xk_text(message);
    event.filtered = true;
    extras.pani = &pani;
    extras.pani_count = 1;
    extras.roaming = XK_HI2_ROAMING_S8HR;
    parties[0].nai = xk_text("n@example.org");
    parties[0].impi = xk_text("i@example.org");
    profile.time_form = XK_HI2_UTC_TIME;
    header.time_form = XK_PS_TIME_MICROSECONDS;
    header.qualifier = XK_PS_QUALIFIER_MEDIATION;
    header.extended_interception_point = xk_text("point-of-interception");
    warrant.network_element = (struct xk_network_element){XK_NETWORK_ELEMENT_IP_TEXT, xk_text("2001:db8::1"), 64};
    snprintf(fields, sizeof fields,
             "xkhi2.micro_time=1767323045.123456000 xkhi2.qualifier=2 xkhi2.extended_point=point-of-interception "
             "xkhi2.neid.ip_text=2001:db8::1,2001:db8::1 xkhi2.neid.ip_type=1,1 xkhi2.neid.ip_prefix=64,64 "
             "xkhi2.contents=15 xkhi2.record.domain=0.4.0.2.2.4.8.15.5 xkhi2.record.utc_time=260102030405Z "
             "xkhi2.party.nai=n@example.org xkhi2.party.impi=i@example.org xkhi2.record.event=2 xkhi2.sip=%zu "
             "xkhi2.sip.masked=58,65,33,16 xkhi2.pani.access_type=3GPP xkhi2.pani.location=cell "
             "xkhi2.record.roaming=2",
             strlen(message));
    return show_record(&profile, XK_PS_WHOLE_RECORD, fields);
}

static int show_established(enum xk_hi2_module module, const char *own)
{
    static const struct xk_hi2_ims_voip voip = {{(const uint8_t *)"iri-1", 5}, {(const uint8_t *)"cc-1", 4}};
    struct xk_hi2_profile profile;
    char fields[1024];
    begin();
    xk_hi2_profile_init(&profile, module);
    event.kind = XK_IRI_START_OF_INTERCEPTION;
    event.header_offer = xk_text("INVITE sip:a@b SIP/2.0\r\n");
    event.header_answer = xk_text("SIP/2.0 200 OK\r\n");
    event.sdp_offer = xk_text(sdp);
    event.sdp_answer = xk_text("v=0\r\n");
    if (module == XK_HI2_EPS) {
        extras.ims_voip = &voip;
        extras.ims_voip_count = 1;
    }
    profile.zone = false;
    warrant.network_element = (struct xk_network_element){XK_NETWORK_ELEMENT_E164, xk_text("\x01\x23"), 0};
    header.network_function = xk_text("mf");
    header.interception_point = xk_text("ip1");
    memcpy(warrant.delivery_country, "NL", 2);
    snprintf(fields, sizeof fields,
             "%s xkhi2.record.event=4 xkhi2.header_offer=24 xkhi2.header_answer=16 xkhi2.sdp_offer=%zu "
             "xkhi2.sdp_answer=5 xkhi2.sip.masked=58,65,33,16 xkhi2.neid.e164=0123,0123 xkhi2.network_function=mf "
             "xkhi2.interception_point=ip1 xkhi2.delivery_country=NL "
             "xkhi2.record.local_time=20260102030405.123456",
             own, strlen(sdp));
    return show_record(&profile, XK_PS_BARE_PARAMETERS, fields);
}

static int show_checks(void)
{
    static const uint32_t numbers[] = {0, 128, 4294967295};
    struct xk_tri tri;
    begin();
    xk_tri_init(&tri, XK_TRI_INTEGRITY_CHECK);
    tri.check_type = XK_TRI_CHECK_SIGNATURE;
    tri.data_type = XK_TRI_DATA_IRI;
    tri.hash_algorithm = XK_TRI_HASH_SHA512;
    tri.signature_algorithm = XK_TRI_SIGNATURE_EDDSA;
    tri.numbers = numbers;
    tri.number_count = 3;
    tri.check_value = xk_text("\xde\xad");
    int broken = show_tri(&tri, "xkhi2.payload=2 xkhi2.tri=0 xkhi2.tri.included=0,128,4294967295 "
                                "xkhi2.tri.check_type=2 xkhi2.tri.data_type=1 xkhi2.tri.check_value=dead "
                                "xkhi2.tri.hash=4 xkhi2.tri.signature=3");
    xk_tri_init(&tri, XK_TRI_OPERATOR_LEA_MESSAGE);
    tri.priority = XK_TRI_PRIORITY_INFORMATIONAL;
    tri.octets = xk_text("buffer-full");
    broken |= show_tri(&tri, "xkhi2.tri=8 xkhi2.tri.priority=2 xkhi2.tri.message=buffer-full");
    xk_tri_init(&tri, XK_TRI_PADDING);
    tri.octets = xk_text("0000");
    broken |= show_tri(&tri, "xkhi2.tri=2 xkhi2.tri.padding=4");
    xk_tri_init(&tri, XK_TRI_OPTION_REQUEST);
    tri.options = XK_TRI_OPTION_ACKNOWLEDGEMENT;
    broken |= show_tri(&tri, "xkhi2.tri=9 xkhi2.tri.requested=0");
    xk_tri_init(&tri, XK_TRI_OPTION_RESPONSE);
    tri.options = XK_TRI_OPTION_ACKNOWLEDGEMENT;
    broken |= show_tri(&tri, "xkhi2.tri=10 xkhi2.tri.accepted=0");
    tri.declined = tri.options;
    tri.options = 0;
    return broken | show_tri(&tri, "xkhi2.tri=10 xkhi2.tri.declined=0");
}

static int show_bare_tri(void)
{
    static const enum xk_tri_type types[] = {
        XK_TRI_TEST_PDU,        XK_TRI_KEEP_ALIVE,      XK_TRI_KEEP_ALIVE_RESPONSE,     XK_TRI_FIRST_SEGMENT,
        XK_TRI_LAST_SEGMENT,    XK_TRI_CIN_RESET,       XK_TRI_OPTION_COMPLETE,         XK_TRI_ACKNOWLEDGEMENT_REQUEST,
        XK_TRI_ACKNOWLEDGEMENT_RESPONSE,
    };
    int broken = 0;
    begin();
    header.sequence_number = 77;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct xk_tri tri;
        char fields[64];
        xk_tri_init(&tri, types[i]);
        snprintf(fields, sizeof fields, "xkhi2.payload=2 xkhi2.tri=%d xkhi2.sequence=77", (int)types[i]);
        broken |= show_tri(&tri, fields);
    }
    return broken;
}

int main(void)
{
    return show_keys() | show_sip() |
           show_established(XK_HI2_EPS, "xkhi2.voip.iri=iri-1 xkhi2.voip.cc=cc-1 xkhi2.contents=15") |
           show_established(XK_HI2_UMTS, "xkhi2.record.correlation_number=imscorr1 xkhi2.contents=4") | show_checks() |
           show_bare_tri();
}
