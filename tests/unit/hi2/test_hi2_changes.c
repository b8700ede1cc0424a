/* SPDX-License-Identifier: BSD-2-Clause */
/* Each octet of records, PS-PDUs and TRIs that have everything, changed, by DER and by BER: see support/changes.h. */
#include <xk/hi2_read.h>
#include <xk/ps_pdu.h>
#include <xk/tri.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "sample.h"
#include "support/changes.h"

static void put_element(const struct xk_network_element *element)
{
    changes_number("element-form", (int64_t)element->form);
    changes_number("element-prefix", element->ipv6_prefix);
    changes_view("element", element->value);
}

static void put_lists(const struct xk_hi2_record *r)
{
    struct xk_party party;
    struct xk_iri_key key;
    struct xk_bytes national;
    struct xk_hi2_ims_voip voip;
    struct xk_hi2_pani pani;
    size_t position = 0;
    while (xk_hi2_next_party(r, &position, &party)) {
        const struct xk_bytes forms[] = {party.imei,    party.imsi,    party.msisdn, party.e164,
                                         party.sip_uri, party.tel_uri, party.nai,    party.impi};
        for (unsigned int i = 0; i < 8; i++) {
            char name[] = "party-0";
            name[6] = (char)('0' + i);
            changes_view(name, forms[i]);
        }
    }
    for (position = 0; xk_hi2_next_key(r, &position, &key);) {
        changes_view("cs-id", key.cs_id);
        changes_view("key", key.key);
        changes_view("salt", key.salt);
    }
    for (position = 0; xk_hi2_next_national(r, &position, &national);) {
        changes_view("national", national);
    }
    for (position = 0; xk_hi2_next_ims_voip(r, &position, &voip);) {
        changes_view("voip-iri", voip.iri);
        changes_view("voip-cc", voip.cc);
    }
    for (position = 0; xk_hi2_next_pani(r, &position, &pani);) {
        changes_view("pani-type", pani.access_type);
        changes_view("pani-class", pani.access_class);
        changes_view("pani-raw", pani.raw_location);
        changes_number("pani-provided", pani.network_provided);
    }
}

static void put_record(const struct xk_hi2_record *r)
{
    changes_put("module %d type %d oid %u %u\n", (int)r->module, (int)r->record_type, r->oid_release, r->oid_version);
    changes_number("iri-version", r->iri_version);
    changes_view("liid", r->liid);
    changes_put("time %d %lld.%06u\n", (int)r->time_form, (long long)r->time.seconds, r->time.microseconds);
    if (r->has_offset) {
        changes_put("offset %d\n", r->offset_minutes);
    }
    changes_number("season", (int64_t)r->season);
    changes_number("initiator", (int64_t)r->initiator);
    changes_view("correlation-number", r->correlation_number);
    changes_view("operator", r->operator_identifier);
    put_element(&r->network_element);
    changes_put("event %d %u\n", r->has_event, r->event);
    changes_view("sip", r->sip_message);
    changes_view("header-offer", r->header_offer);
    changes_view("header-answer", r->header_answer);
    changes_view("sdp-offer", r->sdp_offer);
    changes_view("sdp-answer", r->sdp_answer);
    changes_view("correlation-iri", r->correlation_iri);
    changes_view("correlation-cc", r->correlation_cc);
    changes_number("both", r->correlation_both);
    changes_number("failure", r->failure);
    changes_number("roaming", (int64_t)r->roaming);
    changes_number("country", r->country_code[0] * 256 + r->country_code[1]);
    changes_put("lists %zu %zu %zu %zu %zu\n", r->party_count, r->key_count, r->national_count, r->ims_voip_count,
        r->pani_count);
    changes_number("ignored", (int64_t)r->ignored_count);
    put_lists(r);
}

static void put_header(const struct xk_ps_header *h)
{
    changes_number("domain", h->domain_version);
    changes_view("liid", h->liid);
    changes_number("authorized", h->authorization_country[0] * 256 + h->authorization_country[1]);
    changes_view("operator", h->operator_identifier);
    changes_view("network-element", h->network_element);
    put_element(&h->intercepting_element);
    if (h->has_identity_number) {
        changes_put("cin %u\n", h->identity_number);
    }
    changes_number("delivered", h->delivery_country[0] * 256 + h->delivery_country[1]);
    changes_number("sequence", h->sequence_number);
    changes_put("time %d %lld.%06u\n", (int)h->time_form, (long long)h->time.seconds, h->time.microseconds);
    changes_view("point", h->interception_point);
    changes_number("qualifier", (int64_t)h->qualifier);
    changes_view("extended-point", h->extended_interception_point);
    changes_view("function", h->network_function);
    changes_view("cin-extension", h->cin_extension);
}

/* By DER, and by BER with room to join pieces in. */
static struct xk_read_options *rules(unsigned int variant)
{
    static uint8_t room[4096];
    static struct xk_read_options options;
    xk_read_options_init(&options);
    options.scratch = room;
    options.scratch_size = sizeof room;
    return variant == 0 ? NULL : &options;
}

static void read_record(const uint8_t *data, size_t size, unsigned int variant)
{
    const struct xk_read_options *options = rules(variant);
    struct xk_diag diag = {XK_OK, 0, ""};
    struct xk_hi2_record record;
    enum xk_status status = xk_hi2_record_decode(data, size, options, &record, &diag);
    if (status != XK_OK) {
        changes_refused(status, &diag);
        return;
    }
    put_record(&record);
}

static void read_pdu(const uint8_t *data, size_t size, unsigned int variant)
{
    const struct xk_read_options *options = rules(variant);
    struct xk_diag diag = {XK_OK, 0, ""};
    struct xk_ps_pdu pdu;
    size_t measured = 0;
    enum xk_status status = xk_ps_pdu_measure(data, size, options, &measured, &diag);
    changes_put("measured %d %zu\n", (int)status, measured);
    status = xk_ps_pdu_decode(data, size, options, &pdu, &diag);
    if (status != XK_OK) {
        changes_refused(status, &diag);
        return;
    }
    put_header(&pdu.header);
    changes_put("kind %d at %zu+%zu payloads %zu at %zu\n", (int)pdu.kind, pdu.payload_offset, pdu.payload.size,
        pdu.payload_count, pdu.payloads_offset);
    for (size_t position = 0; position < pdu.payloads.size;) {
        struct xk_ps_payload payload;
        struct xk_diag inner;
        enum xk_status next = xk_ps_pdu_next_payload(&pdu, &position, &payload, &inner);
        if (next != XK_OK) {
            changes_put("payload refused %s at %zu %s\n", xk_status_name(next), inner.offset, inner.field);
            break;
        }
        changes_put("contents %u module %d form %d type %d at %zu\n", payload.contents, (int)payload.module,
          (int)payload.form,
            (int)payload.record_type, payload.offset);
        changes_view("record", payload.record);
    }
}

static void read_tri(const uint8_t *data, size_t size, unsigned int variant)
{
    const struct xk_read_options *options = rules(variant);
    struct xk_diag diag = {XK_OK, 0, ""};
    struct xk_ps_header header;
    struct xk_tri tri;
    enum xk_status status = xk_tri_decode(data, size, options, &header, &tri, &diag);
    if (status != XK_OK) {
        changes_refused(status, &diag);
        return;
    }
    put_header(&header);
    changes_put("tri %d check %d data %d hash %d signature %d\n", (int)tri.type, (int)tri.check_type,
      (int)tri.data_type,
        (int)tri.hash_algorithm, (int)tri.signature_algorithm);
    changes_put("priority %d options %u declined %u numbers %zu\n", (int)tri.priority, tri.options, tri.declined,
        tri.number_count);
    changes_view("value", tri.check_value);
    changes_view("octets", tri.octets);
    uint32_t number = 0;
    for (size_t position = 0; xk_tri_next_number(&tri, &position, &number) == XK_OK;) {
        changes_put("number %u\n", number);
    }
}

static void try_message(const char *name, changes_read *read, const uint8_t *data, size_t size)
{
    static const enum changes_kind kinds[] = {CHANGES_CUT, CHANGES_XOR_01, CHANGES_XOR_20, CHANGES_XOR_9F};
    changes_try(name, read, 2, data, size, kinds, sizeof kinds / sizeof kinds[0]);
}

static struct sample s;
static struct xk_hi2_profile profile;

static void begin(enum xk_hi2_module module)
{
    sample_init(&s);
    xk_hi2_profile_init(&profile, module);
    s.warrant.liid = xk_text("L");
    s.warrant.operator_identifier = xk_text("O");
    s.warrant.correlation_number = xk_text("imscorr1");
    s.party = (struct xk_party){.sip_uri = xk_text("S"), .tel_uri = xk_text("T")};
    s.key.key.size = 2;
    s.key.salt.size = 1;
    s.extras = (struct xk_hi2_extras){.correlation_iri = xk_text("i")};
}

static uint8_t octets[4096];

static size_t encode(void)
{
    size_t size = 0;
    assert_int_equal(xk_hi2_record_encode(&profile, &s.event, &s.extras, octets, sizeof octets, &size, NULL), XK_OK);
    return size;
}

static void try_records(void)
{
    static const struct xk_bytes national[] = {{(const uint8_t *)"n", 1}, {(const uint8_t *)"mm", 2}};
    begin(XK_HI2_UMTS);
    s.warrant.network_element = (struct xk_network_element){.form = XK_NETWORK_ELEMENT_E164, .value = xk_text("E")};
    s.warrant.initiator = XK_INITIATOR_ORIGINATING_TARGET;
    s.extras.national = national;
    s.extras.national_count = 2;
    s.extras.correlation_cc = xk_text("c");
    s.extras.correlation_both = true;
    memcpy(s.extras.country_code, "DE", 2);
    s.event.failure = true;
    try_message("keys", read_record, octets, encode());

    static const uint8_t address[16] = {0x20, 1};
    const struct xk_hi2_ims_voip voip[] = {{.iri = xk_text("v"), .cc = xk_text("w")}, {.iri = xk_text("u")}};
    const struct xk_hi2_pani pani[] = {{.access_type = xk_text("t"), .access_class = xk_text("k"),
                                        .raw_location = xk_text("r"), .network_provided = true}};
    begin(XK_HI2_EPS);
    s.party.nai = xk_text("N");
    s.party.impi = xk_text("P");
    s.warrant.network_element = (struct xk_network_element){.form = XK_NETWORK_ELEMENT_IP_BINARY, .ipv6_prefix = 64,
                                                            .value = {address, sizeof address}};
    s.extras = (struct xk_hi2_extras){.ims_voip = voip, .ims_voip_count = 2, .pani = pani, .pani_count = 1,
                                      .roaming = XK_HI2_ROAMING_S8HR};
    s.event.kind = XK_IRI_START_OF_INTERCEPTION;
    s.event.key_count = 0;
    s.event.header_offer = xk_text("ho");
    s.event.header_answer = xk_text("ha");
    s.event.sdp_offer = xk_text("so");
    s.event.sdp_answer = xk_text("sa");
    profile.time_form = XK_HI2_UTC_TIME;
    try_message("start", read_record, octets, encode());

    begin(XK_HI2_EPS);
    s.event.kind = XK_IRI_SIP_MESSAGE;
    s.event.key_count = 0;
    s.event.sip_message = xk_text("sip");
    s.warrant.network_element = (struct xk_network_element){.form = XK_NETWORK_ELEMENT_IP_TEXT,
                                                            .value = xk_text("192.0.2.1")};
    s.extras = (struct xk_hi2_extras){.correlation_cc = xk_text("c"), .correlation_iri = xk_text("i")};
    profile.local_offset_minutes = -90;
    profile.season = XK_HI2_SEASON_WINTER;
    profile.fraction_digits = 3;
    try_message("message", read_record, octets, encode());
}

static struct xk_ps_header header(void)
{
    struct xk_ps_header h;
    xk_ps_header_init(&h);
    h.liid = xk_text("L");
    h.operator_identifier = xk_text("O");
    h.sequence_number = 300;
    h.time = (struct xk_utc){1767323045, 250000};
    return h;
}

static void try_pdus(void)
{
    uint8_t out[1024];
    size_t size = 0;
    begin(XK_HI2_EPS);
    struct xk_bytes record = {octets, encode()};
    struct xk_ps_header h = header();
    h.network_element = xk_text("M");
    h.has_identity_number = true;
    h.identity_number = 128;
    memcpy(h.authorization_country, "DE", 2);
    memcpy(h.delivery_country, "FR", 2);
    h.interception_point = xk_text("P");
    h.network_function = xk_text("F");
    h.cin_extension = xk_text("\x81\x01x");
    h.qualifier = XK_PS_QUALIFIER_AGGREGATION;
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_EPS, XK_PS_WHOLE_RECORD, record, out, sizeof out, &size, NULL), XK_OK);
    try_message("whole", read_pdu, out, size);
    h = header();
    h.intercepting_element = (struct xk_network_element){.form = XK_NETWORK_ELEMENT_E164, .value = xk_text("E")};
    h.extended_interception_point = xk_text("X");
    h.time_form = XK_PS_TIME_MICROSECONDS;
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_EPS, XK_PS_BARE_PARAMETERS, record, out, sizeof out, &size, NULL),
                     XK_OK);
    try_message("bare", read_pdu, out, size);
}

static void try_tris(void)
{
    static const uint32_t numbers[] = {1, 200, 70000};
    uint8_t out[1024];
    size_t size = 0;
    struct xk_ps_header h = header();
    struct xk_tri tri;
    h.time_form = XK_PS_TIME_ABSENT;
    xk_tri_init(&tri, XK_TRI_INTEGRITY_CHECK);
    tri.check_type = XK_TRI_CHECK_HASH;
    tri.data_type = XK_TRI_DATA_IRI;
    tri.hash_algorithm = XK_TRI_HASH_SHA512;
    tri.signature_algorithm = XK_TRI_SIGNATURE_EDDSA;
    tri.numbers = numbers;
    tri.number_count = 3;
    tri.check_value = xk_text("hash");
    assert_int_equal(xk_tri_encode(&h, &tri, out, sizeof out, &size, NULL), XK_OK);
    try_message("integrity", read_tri, out, size);
    xk_tri_init(&tri, XK_TRI_OPERATOR_LEA_MESSAGE);
    tri.priority = XK_TRI_PRIORITY_INFORMATIONAL;
    tri.octets = xk_text("text");
    assert_int_equal(xk_tri_encode(&h, &tri, out, sizeof out, &size, NULL), XK_OK);
    try_message("operator", read_tri, out, size);
    xk_tri_init(&tri, XK_TRI_OPTION_RESPONSE);
    tri.options = XK_TRI_OPTION_ACKNOWLEDGEMENT;
    tri.declined = XK_TRI_OPTION_ACKNOWLEDGEMENT;
    assert_int_equal(xk_tri_encode(&h, &tri, out, sizeof out, &size, NULL), XK_OK);
    try_message("options", read_tri, out, size);
}

static void tell(void)
{
    try_records();
    try_pdus();
    try_tris();
}

int main(int argc, char **argv)
{
    (void)argv;
    return changes_main(argc, "hi2/changes.txt", tell);
}
