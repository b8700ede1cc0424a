/* SPDX-License-Identifier: BSD-2-Clause */
/* X2: every view lies inside the input, what is read can be written again, and a stream gives the same PDUs in whatever
 * pieces the octets come. The first two octets choose the pieces. */
#include <xk/x2.h>
#include <xk/x2_stream.h>

#include "fuzz.h"

static void inside(const uint8_t *data, size_t size, struct xk_bytes view)
{
    REQUIRE(view.data == NULL || (view.data >= data && view.size <= size - (size_t)(view.data - data)));
}

static void look_at(const uint8_t *data, size_t size, const struct xk_x2_pdu *pdu)
{
    const struct xk_bytes views[] = {
        pdu->did,       pdu->nfid,          pdu->ipid, pdu->source_ip,  pdu->destination_ip, pdu->matched_target,
        pdu->mime_type, pdu->mime_encoding, pdu->sdp,  pdu->attributes, pdu->payload};
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        inside(data, size, views[i]);
    }
    struct xk_x2_attribute attribute;
    struct xk_x2_target target;
    struct xk_x2_further_xid further;
    struct xk_x2_payload payload;
    size_t at = 0;
    while (xk_x2_next_attribute(pdu, &at, &attribute)) {
        inside(data, size, attribute.value);
        if (xk_x2_read_target(attribute.value, &target, NULL) == XK_OK) {
            inside(data, size, target.kind);
            inside(data, size, target.value);
        }
        (void)!xk_x2_read_further_xid(attribute.value, &further, NULL);
    }
    if (xk_x2_read_payload(pdu, &payload, NULL) == XK_OK) {
        inside(data, size, payload.sip);
        inside(data, size, payload.source_ip);
        inside(data, size, payload.destination_ip);
    }
}

static void write_again(const struct xk_x2_pdu *pdu)
{
    static uint8_t out[65536];
    struct xk_x2_pdu again;
    size_t size = 0;
    if (xk_x2_write(pdu, NULL, 0, out, sizeof out, &size, NULL) == XK_OK) {
        REQUIRE(xk_x2_parse(out, size, &again, NULL) == XK_OK);
        REQUIRE(again.sequence == pdu->sequence && again.payload.size == pdu->payload.size);
        REQUIRE((again.deviations & ~(uint32_t)(XK_X2_DEV_VERSION | XK_X2_DEV_NO_SEQUENCE)) == 0);
    }
}

/* What a stream gives: a sum over all PDUs in their order. */
struct sum {
    uint64_t value;
    unsigned int count;
    bool refuse;
};

static bool take(void *user, const struct xk_x2_pdu *pdu)
{
    struct sum *sum = user;
    sum->refuse = !sum->refuse;
    if (sum->refuse) {
        return false;
    }
    sum->count++;
    for (size_t i = 0; i < pdu->payload.size; i++) {
        sum->value = sum->value * 31 + pdu->payload.data[i];
    }
    sum->value = sum->value * 31 + pdu->sequence + pdu->type;
    return true;
}

static bool answer(void *user, const uint8_t *octets, size_t size)
{
    (void)user;
    REQUIRE(octets[3] == XK_X2_TYPE_KEEP_ALIVE_ACK && (size == 40 || size == 48));
    return true;
}

static void run(const uint8_t *data, size_t size, size_t piece, struct sum *sum)
{
    static const struct xk_x2_stream_callbacks callbacks = {sizeof callbacks, take, answer, NULL};
    static uint64_t memory[8192];
    struct xk_x2_stream_config config;
    struct xk_x2_stream *stream;
    struct xk_x2_stream_counters counters;
    memset(sum, 0, sizeof *sum);
    xk_x2_stream_config_init(&config);
    config.pdu_max = XK_X2_PDU_MAX_LEAST;
    config.contexts = 4;
    REQUIRE(xk_x2_stream_begin(&config, &callbacks, sum, memory, sizeof memory, &stream, NULL) == XK_OK);
    enum xk_status status = XK_OK;
    for (size_t at = 0; at < size && status != XK_E_X2;) {
        size_t used = 0;
        size_t left = size - at < piece ? size - at : piece;
        status = xk_x2_stream_feed(stream, data + at, left, &used, NULL);
        REQUIRE(used <= left && (status != XK_OK || used == left));
        at += used;
        if (status == XK_E_BLOCKED) {
            status = xk_x2_stream_feed(stream, data + at, 0, &used, NULL);
            REQUIRE(used == 0);
        }
    }
    counters.size = sizeof counters;
    REQUIRE(xk_x2_stream_read_counters(stream, &counters) == XK_OK && counters.pdus == sum->count);
    REQUIRE(xk_x2_stream_end(stream) == XK_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xk_x2_pdu pdu;
    struct sum whole;
    struct sum pieces;
    if (xk_x2_parse(data, size, &pdu, NULL) == XK_OK) {
        look_at(data, size, &pdu);
        write_again(&pdu);
    }
    if (size < 2) {
        return 0;
    }
    size_t piece = (size_t)data[0] * 16 + data[1] % 16 + 1;
    run(data + 2, size - 2, size, &whole);
    run(data + 2, size - 2, piece, &pieces);
    REQUIRE(whole.value == pieces.value && whole.count == pieces.count);
    return 0;
}
