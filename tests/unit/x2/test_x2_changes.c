/* SPDX-License-Identifier: BSD-2-Clause */
/* Each octet of a few full PDUs and payloads, changed: see support/changes.h. */
#include <xk/x2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <cmocka.h>

#include "support/changes.h"

static void show_attributes(const struct xk_x2_pdu *pdu)
{
    struct xk_x2_attribute attribute;
    for (size_t at = 0; xk_x2_next_attribute(pdu, &at, &attribute);) {
        struct xk_x2_target target;
        struct xk_x2_further_xid further;
        struct xk_diag diag = {XK_OK, 0, ""};
        enum xk_status status = XK_OK;
        changes_put("attribute %u of %zu, next at %zu\n", attribute.type, attribute.value.size, at);
        if (attribute.type == XK_X2_ATTRIBUTE_MATCHED_TARGET || attribute.type == XK_X2_ATTRIBUTE_OTHER_TARGET) {
            status = xk_x2_read_target(attribute.value, &target, &diag);
            if (status == XK_OK) {
                changes_view("target-kind", target.kind);
                changes_view("target", target.value);
                changes_number("escaped", target.escaped);
            }
        } else if (attribute.type == XK_X2_ATTRIBUTE_FURTHER_XID) {
            status = xk_x2_read_further_xid(attribute.value, &further, &diag);
            if (status == XK_OK) {
                changes_view("further-xid", (struct xk_bytes){further.xid, sizeof further.xid});
                changes_view("further-correlation", (struct xk_bytes){further.correlation, sizeof further.correlation});
                changes_put("further-sequence %d %u\n", further.has_sequence, further.sequence);
            }
        }
        if (status != XK_OK) {
            changes_refused(status, &diag);
        }
    }
}

static void show_payload(const struct xk_x2_pdu *pdu)
{
    struct xk_x2_payload payload;
    struct xk_diag diag = {XK_OK, 0, ""};
    enum xk_status status = xk_x2_read_payload(pdu, &payload, &diag);
    if (status != XK_OK) {
        changes_put("payload ");
        changes_refused(status, &diag);
        return;
    }
    changes_put("event %u modified %d direction %u\n", payload.event, payload.modified, payload.direction);
    changes_view("sip", payload.sip);
    changes_view("payload-source", payload.source_ip);
    changes_view("payload-destination", payload.destination_ip);
}

static void read_pdu(const uint8_t *data, size_t size, unsigned int variant)
{
    struct xk_x2_pdu pdu;
    struct xk_diag diag = {XK_OK, 0, ""};
    uint64_t measured = 0;
    (void)variant;
    enum xk_status status = xk_x2_measure(data, size, &measured, &diag);
    if (status != XK_OK) {
        changes_put("measure ");
        changes_refused(status, &diag);
    } else {
        changes_put("measured %llu\n", (unsigned long long)measured);
    }
    status = xk_x2_parse(data, size, &pdu, &diag);
    if (status != XK_OK) {
        changes_refused(status, &diag);
        return;
    }
    changes_put("version %u type %u format %u direction %u deviations %x\n", pdu.version, pdu.type, pdu.format,
                pdu.direction, pdu.deviations);
    changes_view("xid", (struct xk_bytes){pdu.xid, sizeof pdu.xid});
    changes_view("correlation", (struct xk_bytes){pdu.correlation, sizeof pdu.correlation});
    changes_put("sequence %d %u\n", pdu.has_sequence, pdu.sequence);
    changes_put("time %d %u.%09u\n", pdu.has_time, pdu.seconds, pdu.nanoseconds);
    changes_put("ports %d %u %d %u protocol %d %u\n", pdu.has_source_port, pdu.source_port, pdu.has_destination_port,
                pdu.destination_port, pdu.has_ip_protocol, pdu.ip_protocol);
    changes_view("did", pdu.did);
    changes_view("nfid", pdu.nfid);
    changes_view("ipid", pdu.ipid);
    changes_view("source", pdu.source_ip);
    changes_view("destination", pdu.destination_ip);
    changes_view("matched", pdu.matched_target);
    changes_view("mime", pdu.mime_type);
    changes_view("mime-encoding", pdu.mime_encoding);
    changes_view("sdp", pdu.sdp);
    changes_view("payload", pdu.payload);
    show_attributes(&pdu);
    show_payload(&pdu);
}

static void try_pdu(const char *name, const struct xk_x2_pdu *pdu, const struct xk_x2_attribute *more, size_t count)
{
    static const enum changes_kind kinds[] = {CHANGES_CUT, CHANGES_XOR_01, CHANGES_XOR_20, CHANGES_XOR_9F};
    uint8_t octets[2048];
    size_t size = 0;
    assert_int_equal(xk_x2_write(pdu, more, count, octets, sizeof octets, &size, NULL), XK_OK);
    changes_try(name, read_pdu, 1, octets, size, kinds, sizeof kinds / sizeof kinds[0]);
}

/* Puts a tag and a length around what is there. */
static size_t wrap(uint8_t *octets, size_t size, const char *tag)
{
    size_t head = strlen(tag);
    memmove(octets + head + 1, octets, size);
    memcpy(octets, tag, head);
    octets[head] = (uint8_t)size;
    return size + head + 1;
}

/* XIRIPayload of TS 33.128 with an IMSMessage. */
static size_t make_ims_message(uint8_t *octets, bool modified)
{
    static const uint8_t message[] = {0xa1, 0x06, 0x81, 0x04, 192, 0, 2, 1, 0xa2, 0x12, 0x82, 0x10, 0x20, 1, 0, 0, 0, 0,
                                      0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x83, 0x03, 's', 'i', 'p'};
    static const uint8_t direction[] = {0x82, 0x01, 0x02};
    static const uint8_t identifier[] = {0x81, 0x02, 0x00, 0x01};
    memcpy(octets, message, sizeof message);
    size_t size = wrap(octets, sizeof message, "\xa1");
    size = modified ? wrap(octets, size, "\xa2") : size;
    size = wrap(octets, size, "\xa1");
    memcpy(octets + size, direction, sizeof direction);
    size = wrap(octets, wrap(octets, size + sizeof direction, "\xbf\x69"), "\xa2");
    memmove(octets + sizeof identifier, octets, size);
    memcpy(octets, identifier, sizeof identifier);
    return wrap(octets, size + sizeof identifier, "\x30");
}

static void tell(void)
{
    static const uint8_t further[28] = {7, [15] = 8, [23] = 9, [26] = 1, [27] = 5};
    static const uint8_t v4[4] = {192, 0, 2, 1};
    static const uint8_t v6[16] = {0x20, 1, [15] = 1};
    const struct xk_x2_attribute more[] = {
        {XK_X2_ATTRIBUTE_SOURCE_IPV6, {v6, sizeof v6}},
        {XK_X2_ATTRIBUTE_OTHER_TARGET, xk_text("<sipUri> sip:a&amp;b </sipUri>")},
        {XK_X2_ATTRIBUTE_FURTHER_XID, {further, sizeof further}},
    };
    struct xk_x2_pdu pdu = {.type = XK_X2_TYPE_X2, .format = XK_X2_FORMAT_SIP, .direction = 3, .xid = {1, 2},
                            .correlation = {0, 5}, .has_sequence = true, .sequence = 300, .has_time = true,
                            .seconds = 1767323045, .nanoseconds = 999999999, .has_source_port = true,
                            .source_port = 5060, .has_destination_port = true, .destination_port = 5061,
                            .has_ip_protocol = true, .ip_protocol = 17, .did = xk_text("d"), .nfid = xk_text("n"),
                            .ipid = xk_text("i"), .source_ip = {v4, 4}, .destination_ip = {v6, 16},
                            .matched_target = xk_text("<e164Number>1</e164Number>"), .payload = xk_text("sip")};
    try_pdu("full", &pdu, more, 3);
    pdu = (struct xk_x2_pdu){.type = XK_X2_TYPE_KEEP_ALIVE, .has_sequence = true, .sequence = 1};
    try_pdu("keep-alive", &pdu, NULL, 0);
    for (unsigned int modified = 0; modified < 2; modified++) {
        uint8_t octets[256];
        pdu = (struct xk_x2_pdu){.type = XK_X2_TYPE_X2, .format = XK_X2_FORMAT_TS_33_128, .direction = 2, .xid = {1},
                                 .payload = {octets, make_ims_message(octets, modified != 0)}};
        try_pdu(modified ? "modified" : "ims", &pdu, NULL, 0);
    }
}

int main(int argc, char **argv)
{
    (void)argv;
    return changes_main(argc, "x2/changes.txt", tell);
}
