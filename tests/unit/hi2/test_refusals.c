/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each octet of a message that has everything, changed: what is refused, where and for which field; and of what is not
 * refused, what is read otherwise. Under DER, and under BER where that differs. What must come of each is in
 * vectors/hi2/refusals.txt. With a word after its name the program prints it as it is now, for who changes it.
 */
#include <xk/hi2_read.h>
#include <xk/ps_pdu.h>
#include <xk/tri.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sample.h"

static char text[1 << 21];
static size_t at;

__attribute__((format(printf, 1, 2))) static void put(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text + at, sizeof text - at, format, arguments);
    va_end(arguments);
    assert_true(size >= 0 && (size_t)size < sizeof text - at);
    at += (size_t)size;
}

/* A member of what was read: what it has not is not shown. */
static void put_view(const char *name, struct xk_bytes view)
{
    if (view.size == 0) {
        return;
    }
    put("%s ", name);
    for (size_t i = 0; i < view.size; i++) {
        put("%02x", view.data[i]);
    }
    put("\n");
}

static void put_number(const char *name, int64_t value)
{
    if (value != 0) {
        put("%s %lld\n", name, (long long)value);
    }
}

static void put_element(const struct xk_network_element *element)
{
    put_number("element-form", (int64_t)element->form);
    put_number("element-prefix", element->ipv6_prefix);
    put_view("element", element->value);
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
            put_view(name, forms[i]);
        }
    }
    for (position = 0; xk_hi2_next_key(r, &position, &key);) {
        put_view("cs-id", key.cs_id);
        put_view("key", key.key);
        put_view("salt", key.salt);
    }
    for (position = 0; xk_hi2_next_national(r, &position, &national);) {
        put_view("national", national);
    }
    for (position = 0; xk_hi2_next_ims_voip(r, &position, &voip);) {
        put_view("voip-iri", voip.iri);
        put_view("voip-cc", voip.cc);
    }
    for (position = 0; xk_hi2_next_pani(r, &position, &pani);) {
        put_view("pani-type", pani.access_type);
        put_view("pani-class", pani.access_class);
        put_view("pani-raw", pani.raw_location);
        put_number("pani-provided", pani.network_provided);
    }
}

static void put_record(const struct xk_hi2_record *r)
{
    put("module %d type %d oid %u %u\n", (int)r->module, (int)r->record_type, r->oid_release, r->oid_version);
    put_number("iri-version", r->iri_version);
    put_view("liid", r->liid);
    put("time %d %lld.%06u\n", (int)r->time_form, (long long)r->time.seconds, r->time.microseconds);
    if (r->has_offset) {
        put("offset %d\n", r->offset_minutes);
    }
    put_number("season", (int64_t)r->season);
    put_number("initiator", (int64_t)r->initiator);
    put_view("correlation-number", r->correlation_number);
    put_view("operator", r->operator_identifier);
    put_element(&r->network_element);
    put("event %d %u\n", r->has_event, r->event);
    put_view("sip", r->sip_message);
    put_view("header-offer", r->header_offer);
    put_view("header-answer", r->header_answer);
    put_view("sdp-offer", r->sdp_offer);
    put_view("sdp-answer", r->sdp_answer);
    put_view("correlation-iri", r->correlation_iri);
    put_view("correlation-cc", r->correlation_cc);
    put_number("both", r->correlation_both);
    put_number("failure", r->failure);
    put_number("roaming", (int64_t)r->roaming);
    put_number("country", r->country_code[0] * 256 + r->country_code[1]);
    put("lists %zu %zu %zu %zu %zu\n", r->party_count, r->key_count, r->national_count, r->ims_voip_count,
        r->pani_count);
    put_number("ignored", (int64_t)r->ignored_count);
    put_lists(r);
}

static void put_header(const struct xk_ps_header *h)
{
    put_number("domain", h->domain_version);
    put_view("liid", h->liid);
    put_number("authorized", h->authorization_country[0] * 256 + h->authorization_country[1]);
    put_view("operator", h->operator_identifier);
    put_view("network-element", h->network_element);
    put_element(&h->intercepting_element);
    if (h->has_identity_number) {
        put("cin %u\n", h->identity_number);
    }
    put_number("delivered", h->delivery_country[0] * 256 + h->delivery_country[1]);
    put_number("sequence", h->sequence_number);
    put("time %d %lld.%06u\n", (int)h->time_form, (long long)h->time.seconds, h->time.microseconds);
    put_view("point", h->interception_point);
    put_number("qualifier", (int64_t)h->qualifier);
    put_view("extended-point", h->extended_interception_point);
    put_view("function", h->network_function);
    put_view("cin-extension", h->cin_extension);
}

typedef enum xk_status read_fn(const uint8_t *data, size_t size, const struct xk_read_options *options,
                               struct xk_diag *diag);

static enum xk_status read_record(const uint8_t *data, size_t size, const struct xk_read_options *options,
                                  struct xk_diag *diag)
{
    struct xk_hi2_record record;
    enum xk_status status = xk_hi2_record_decode(data, size, options, &record, diag);
    if (status == XK_OK) {
        put_record(&record);
    }
    return status;
}

static enum xk_status read_pdu(const uint8_t *data, size_t size, const struct xk_read_options *options,
                               struct xk_diag *diag)
{
    struct xk_ps_pdu pdu;
    size_t measured = 0;
    enum xk_status status = xk_ps_pdu_measure(data, size, options, &measured, diag);
    put("measured %d %zu\n", (int)status, measured);
    status = xk_ps_pdu_decode(data, size, options, &pdu, diag);
    if (status != XK_OK) {
        return status;
    }
    put_header(&pdu.header);
    put("kind %d at %zu+%zu payloads %zu at %zu\n", (int)pdu.kind, pdu.payload_offset, pdu.payload.size,
        pdu.payload_count, pdu.payloads_offset);
    for (size_t position = 0; position < pdu.payloads.size;) {
        struct xk_ps_payload payload;
        struct xk_diag inner;
        enum xk_status next = xk_ps_pdu_next_payload(&pdu, &position, &payload, &inner);
        if (next != XK_OK) {
            put("payload refused %s at %zu %s\n", xk_status_name(next), inner.offset, inner.field);
            break;
        }
        put("contents %u module %d form %d type %d at %zu\n", payload.contents, (int)payload.module, (int)payload.form,
            (int)payload.record_type, payload.offset);
        put_view("record", payload.record);
    }
    return XK_OK;
}

static enum xk_status read_tri(const uint8_t *data, size_t size, const struct xk_read_options *options,
                               struct xk_diag *diag)
{
    struct xk_ps_header header;
    struct xk_tri tri;
    enum xk_status status = xk_tri_decode(data, size, options, &header, &tri, diag);
    if (status != XK_OK) {
        return status;
    }
    put_header(&header);
    put("tri %d check %d data %d hash %d signature %d\n", (int)tri.type, (int)tri.check_type, (int)tri.data_type,
        (int)tri.hash_algorithm, (int)tri.signature_algorithm);
    put("priority %d options %u declined %u numbers %zu\n", (int)tri.priority, tri.options, tri.declined,
        tri.number_count);
    put_view("value", tri.check_value);
    put_view("octets", tri.octets);
    uint32_t number = 0;
    for (size_t position = 0; xk_tri_next_number(&tri, &position, &number) == XK_OK;) {
        put("number %u\n", number);
    }
    return XK_OK;
}

/* What is read of it, or why it is refused, as one text from `start` on. */
static void look(read_fn *read, const uint8_t *data, size_t size, bool ber)
{
    static uint8_t room[4096];
    static uint8_t copy[1024];
    struct xk_read_options options;
    struct xk_diag diag = {XK_OK, 0, ""};
    xk_read_options_init(&options);
    options.scratch = room;
    options.scratch_size = sizeof room;
    memcpy(copy, data, size);
    enum xk_status status = read(copy, size, ber ? &options : NULL, &diag);
    if (status != XK_OK) {
        put("%s at %zu %s\n", xk_status_name(status), diag.offset, diag.field);
    }
}

/* The lines of `is` that `was` has not, as one. */
static void put_differences(char *out, size_t capacity, const char *is, const char *was)
{
    size_t size = 0;
    out[0] = 0;
    while (*is != 0) {
        size_t length = strcspn(is, "\n");
        bool known = false;
        for (const char *other = was; *other != 0 && !known; other += strcspn(other, "\n") + 1) {
            known = strncmp(other, is, length + 1) == 0;
        }
        if (!known && size + length + 2 < capacity) {
            size += (size_t)snprintf(out + size, capacity - size, "%s%.*s", size == 0 ? "" : ", ", (int)length, is);
        }
        is += length + 1;
    }
}

/* All changes of one kind: equal outcomes of octets that follow each other are one line. */
static void change_each(const char *name, read_fn *read, const uint8_t *data, size_t size, unsigned int mask)
{
    static char whole[8192];
    static char is[16384];
    static char last[16384];
    static uint8_t changed[1024];
    size_t from = 0;
    size_t start = at;
    look(read, data, size, false);
    assert_true(at - start < sizeof whole);
    memcpy(whole, text + start, at - start + 1);
    at = start;
    for (size_t i = 0; i <= size; i++) {
        static char outcomes[2][4096];
        for (unsigned int ber = 0; ber < 2 && i < size; ber++) {
            memcpy(changed, data, size);
            changed[i] = (uint8_t)(changed[i] ^ mask);
            start = at;
            look(read, changed, mask == 0 ? i : size, ber != 0);
            text[at] = 0;
            put_differences(outcomes[ber], sizeof outcomes[ber], text + start, whole);
            at = start;
            text[at] = 0;
        }
        (void)snprintf(is, sizeof is, "%s%s%s", outcomes[0], strcmp(outcomes[0], outcomes[1]) == 0 ? "" : " | BER: ",
                       strcmp(outcomes[0], outcomes[1]) == 0 ? "" : outcomes[1]);
        if (i > 0 && (i == size || strcmp(is, last) != 0)) {
            if (mask == 0) {
                put("%s cut to", name);
            } else {
                put("%s xor %02x", name, mask);
            }
            if (from + 1 == i) {
                put(" %zu: %s\n", from, last);
            } else {
                put(" %zu-%zu: %s\n", from, i - 1, last);
            }
            from = i;
        }
        memcpy(last, is, sizeof last);
    }
}

static void try_message(const char *name, read_fn *read, const uint8_t *data, size_t size)
{
    put("%s is %zu octets\n", name, size);
    look(read, data, size, false);
    change_each(name, read, data, size, 0x00);
    change_each(name, read, data, size, 0x01);
    change_each(name, read, data, size, 0x20);
    change_each(name, read, data, size, 0x9f);
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
    at = 0;
    try_records();
    try_pdus();
    try_tris();
}

static void each_changed_octet_is_refused_or_read_as_it_is_written(void **state)
{
    static char expected[sizeof text];
    (void)state;
    FILE *in = fopen(XK_TEST_VECTORS "/hi2/refusals.txt", "rb");
    assert_non_null(in);
    size_t size = fread(expected, 1, sizeof expected - 1, in);
    assert_int_equal(fclose(in), 0);
    expected[size] = 0;
    tell();
    size_t same = 0;
    while (text[same] != 0 && text[same] == expected[same]) {
        same++;
    }
    if (text[same] != expected[same]) {
        while (same > 0 && text[same - 1] != '\n') {
            same--;
        }
        fail_msg("is\n%.400s\nwhere there should be\n%.400s", text + same, expected + same);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_changed_octet_is_refused_or_read_as_it_is_written)};
    (void)argv;
    if (argc > 1) {
        tell();
        return fputs(text, stdout) < 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
