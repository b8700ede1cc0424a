/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A delivery session and the LEMF's side of one, with a hostile line between them. The input is what happens: records
 * are put, octets go over as they are or changed, octets that nobody sent come in at either end, time passes, the
 * connection breaks. Whatever it is, no record is lost or told twice, and every view lies in memory.
 */
#include <xk/delivery.h>
#include <xk/delivery_lemf.h>

#include "fuzz.h"

#define INPUT_MAX 4096
#define STEPS_MAX 512
#define RECORDS_MAX 64

struct line {
    struct xk_counters *counters;
    struct xk_delivery *session;
    struct xk_delivery_lemf *lemf;
    struct xk_moment now;
    struct xk_ps_header identity;
    uint8_t record[200];
    uint32_t put;
    uint32_t delivered;
    uint32_t holes;
    bool settled[RECORDS_MAX];
    bool connected;
    bool closing; /* an end wants the connection closed */
    volatile uint32_t sum;
};

/* What is to be read, from the input's octets. */
struct script {
    const uint8_t *data;
    size_t size;
};

static uint8_t next(struct script *s)
{
    if (s->size == 0) {
        return 0;
    }
    s->size--;
    return *s->data++;
}

static struct xk_bytes next_octets(struct script *s, size_t wanted)
{
    struct xk_bytes octets = {s->data, wanted < s->size ? wanted : s->size};
    s->data += octets.size;
    s->size -= octets.size;
    return octets;
}

static void touch(struct line *l, struct xk_bytes octets)
{
    for (size_t i = 0; i < octets.size; i++) {
        l->sum += octets.data[i];
    }
}

static void begin(struct line *l, uint8_t choice)
{
    struct xk_counters_config counters;
    struct xk_delivery_config config;
    struct xk_delivery_lemf_config lemf;
    memset(l, 0, sizeof *l);
    l->now.utc.seconds = 1800000000;
    xk_counters_config_init(&counters);
    counters.state_lost = (choice & 1) != 0;
    REQUIRE(xk_counters_create(&counters, NULL, NULL, NULL, &l->counters, NULL) == XK_OK);
    xk_delivery_config_init(&config);
    config.identity.operator_identifier = xk_text("12345");
    l->identity = config.identity;
    config.buffer_size = XK_DELIVERY_BUFFER_MIN;
    config.max_records = 16;
    config.keep_alive = 1000;
    config.max_age = 100000;
    config.acknowledge_count = 4;
    config.max_unexpected = 20;
    config.acknowledgement = (enum xk_acknowledgement)(choice / 2 % 3);
    config.release = (choice & 8) != 0 ? XK_RELEASE_WRITTEN : XK_RELEASE_FURTHER;
    config.further_octets = 600;
    REQUIRE(xk_delivery_create(&config, l->counters, NULL, NULL, NULL, l->now, &l->session, NULL) == XK_OK);
    xk_delivery_lemf_config_init(&lemf);
    lemf.identity = l->identity;
    lemf.options = (choice & 16) != 0;
    lemf.max_pdu = 1024;
    REQUIRE(xk_delivery_lemf_create(&lemf, NULL, &l->lemf, NULL) == XK_OK);
    memcpy(l->record, "\xa4\x81\xc5\x81\x81\xc2", 6);
}

static void put(struct line *l, uint8_t choice)
{
    struct xk_delivery_record record;
    if (l->put == RECORDS_MAX) {
        return;
    }
    memset(&record, 0, sizeof record);
    record.size = sizeof record;
    record.module = XK_HI2_UMTS;
    record.header = l->identity;
    record.header.liid = (choice & 1) != 0 ? xk_text("LI-1") : xk_text("LI-2");
    record.header.has_identity_number = true;
    record.header.identity_number = choice / 2 % 3;
    record.header.time = l->now.utc;
    record.record = (struct xk_bytes){l->record, sizeof l->record};
    record.cookie.octets[0] = (uint8_t)(l->put + 1);
    enum xk_status status = xk_delivery_put(l->session, l->now, &record, NULL, NULL);
    REQUIRE(status == XK_OK || status == XK_E_FULL);
    l->put += status == XK_OK;
}

/* Each record that was put is told once, as delivered or as a hole. */
static void take_events(struct line *l)
{
    struct xk_delivery_event event;
    struct xk_lemf_event heard;
    while (xk_delivery_next_event(l->session, &event)) {
        touch(l, event.message);
        l->closing = l->closing || event.kind == XK_DELIVERY_CLOSE;
        if (event.kind == XK_DELIVERY_DELIVERED || event.kind == XK_DELIVERY_HOLE) {
            uint8_t index = event.cookie.octets[0];
            REQUIRE(index >= 1 && index <= l->put && !l->settled[index - 1]);
            l->settled[index - 1] = true;
            bool delivered = event.kind == XK_DELIVERY_DELIVERED;
            l->delivered += delivered;
            l->holes += !delivered;
            REQUIRE((delivered ? xk_counters_settle(l->counters, &event.cookie)
                               : xk_counters_forget(l->counters, &event.cookie, NULL)) == XK_OK);
        }
    }
    while (xk_delivery_lemf_next_event(l->lemf, &heard)) {
        touch(l, heard.octets);
        l->closing = l->closing || heard.kind == XK_LEMF_CLOSE;
        if (heard.kind == XK_LEMF_PDU) {
            touch(l, heard.pdu.payload);
        } else if (heard.kind == XK_LEMF_ACKNOWLEDGE) {
            (void)xk_delivery_lemf_stored(l->lemf, l->now.utc, heard.number);
        }
    }
}

static void to_lemf(struct line *l, const uint8_t *data, size_t size)
{
    for (size_t at = 0; at < size && !l->closing;) {
        size_t used = 0;
        (void)xk_delivery_lemf_input(l->lemf, l->now.utc, data + at, size - at, &used);
        REQUIRE(used <= size - at);
        take_events(l);
        if (used == 0) {
            return; /* it has ended */
        }
        at += used;
    }
}

/* As much as `most` octets of what waits at either end go over, the one at `flip_at` changed. */
static void transfer(struct line *l, bool answers, size_t most, uint8_t flip, size_t flip_at)
{
    static uint8_t copy[XK_DELIVERY_BUFFER_MIN];
    struct xk_bytes view = {NULL, 0};
    (void)(answers ? xk_delivery_lemf_output(l->lemf, &view) : xk_delivery_output(l->session, l->now, &view));
    touch(l, view);
    size_t size = view.size < most ? view.size : most;
    REQUIRE(size <= sizeof copy);
    if (size == 0) {
        return;
    }
    memcpy(copy, view.data, size);
    copy[flip_at % size] ^= flip;
    if (answers) {
        REQUIRE(xk_delivery_lemf_consumed(l->lemf, size) == XK_OK);
        (void)xk_delivery_input(l->session, l->now, copy, size);
    } else {
        REQUIRE(xk_delivery_consumed(l->session, l->now, size) == XK_OK);
        to_lemf(l, copy, size);
    }
}

static void reconnect(struct line *l)
{
    if (l->connected) {
        (void)xk_delivery_disconnected(l->session, l->now);
        (void)xk_delivery_lemf_disconnected(l->lemf);
        take_events(l);
    }
    l->closing = false;
    l->connected = xk_delivery_connected(l->session, l->now) == XK_OK && xk_delivery_lemf_connected(l->lemf) == XK_OK;
}

static void step(struct line *l, struct script *s)
{
    uint8_t what = next(s);
    uint8_t choice = next(s);
    switch (what % 8) {
    case 0:
        put(l, choice);
        break;
    case 1:
        transfer(l, false, (size_t)choice * 8 + 1, 0, 0);
        break;
    case 2:
        transfer(l, true, (size_t)choice * 8 + 1, 0, 0);
        break;
    case 3:
        transfer(l, (what & 8) != 0, SIZE_MAX, next(s), choice);
        break;
    case 4: {
        struct xk_bytes octets = next_octets(s, choice);
        (void)xk_delivery_input(l->session, l->now, octets.data, octets.size);
        break;
    }
    case 5: {
        struct xk_bytes octets = next_octets(s, choice);
        to_lemf(l, octets.data, octets.size);
        break;
    }
    case 6:
        l->now.ms += (uint64_t)choice * choice;
        (void)xk_delivery_tick(l->session, l->now);
        break;
    default:
        reconnect(l);
        break;
    }
    take_events(l);
    if (l->closing) {
        reconnect(l);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct line l;
    struct script s = {data, size};
    struct xk_delivery_usage usage = {.size = sizeof usage};
    struct xk_delivery_counters counters = {.size = sizeof counters};
    if (size > INPUT_MAX) {
        return 0;
    }
    begin(&l, next(&s));
    reconnect(&l);
    for (unsigned int i = 0; s.size > 0 && i < STEPS_MAX; i++) {
        step(&l, &s);
        REQUIRE(xk_delivery_read_usage(l.session, &usage) == XK_OK && usage.octets <= XK_DELIVERY_BUFFER_MIN);
        REQUIRE(usage.records >= l.put - l.delivered - l.holes); /* cINResets lie there too */
    }
    REQUIRE(xk_delivery_read_counters(l.session, &counters) == XK_OK && counters.put == l.put);
    REQUIRE(counters.delivered == l.delivered && counters.holes == l.holes);
    /* A line that is good again, and a LEMF that answers: all that is left goes over. */
    for (unsigned int i = 0; i < 400 && l.put > l.delivered + l.holes; i++) {
        if (l.closing || !l.connected) {
            reconnect(&l);
        }
        transfer(&l, false, SIZE_MAX, 0, 0);
        transfer(&l, true, SIZE_MAX, 0, 0);
        l.now.ms += 10000;
        (void)xk_delivery_tick(l.session, l.now);
        take_events(&l);
    }
    REQUIRE(l.put == l.delivered + l.holes);
    REQUIRE(xk_delivery_destroy(l.session) == XK_OK && xk_counters_destroy(l.counters) == XK_OK);
    xk_delivery_lemf_destroy(l.lemf);
    return 0;
}
