/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A mediation side for receivers that are not ours: xk_hi2_sender COUNT SEED FILE
 *
 * Puts COUNT records of all kinds, in both modules, into a delivery session, for several warrants and calls in turn,
 * and writes what the session gives out in pieces of any size to its output; answers come on its input. Pauses bring
 * keep-alives, which must be answered, as must requests for acknowledgement. What was sent stands in FILE: LIID, CIN,
 * number and iMSevent of each record. Ends with 0 when the LEMF has acknowledged every record.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <xk/delivery.h>

#include "unit/hi2/sample.h"

#define WARRANTS 3
#define CALLS 4
#define PIECE 3000
#define LEMF_WAIT_MS 2 /* for what it may answer, by the wall clock */
#define IDLE_MS 50     /* of a pause, by the session's */

struct sender {
    struct xk_counters *counters;
    struct xk_delivery *session;
    struct xk_moment now;
    uint64_t seed;
    uint32_t delivered;
    FILE *told;
};

static void check(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "sender: %s\n", what);
        exit(1);
    }
}

static uint32_t draw(struct sender *s, uint32_t bound)
{
    s->seed = s->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(s->seed >> 33) % bound;
}

static size_t make_record(struct sender *s, struct sample *the, enum xk_hi2_module module, uint8_t *out,
                          size_t capacity)
{
    static uint8_t sip[4096];
    struct xk_hi2_profile profile;
    size_t size = 0;
    memset(sip, 'a', sizeof sip);
    the->event.kind = (enum xk_iri_kind)draw(s, 3);
    if (the->event.kind != XK_IRI_KEYS) {
        the->event.key_count = 0;
    } else if (draw(s, 4) == 0) {
        the->event.failure = true;
        the->event.key_count = draw(s, 2);
    }
    if (the->event.kind == XK_IRI_SIP_MESSAGE) {
        the->event.sip_message = (struct xk_bytes){sip, 1 + draw(s, sizeof sip)};
    } else if (the->event.kind == XK_IRI_START_OF_INTERCEPTION) {
        the->event.header_offer = (struct xk_bytes){sip, 1 + draw(s, sizeof sip)};
        the->event.sdp_answer = (struct xk_bytes){sip, 1 + draw(s, 300)};
    }
    xk_hi2_profile_init(&profile, module);
    check(xk_hi2_record_encode(&profile, &the->event, &the->extras, out, capacity, &size, NULL) == XK_OK, "a record");
    return size;
}

static bool put(struct sender *s, uint32_t index)
{
    static const char *const liids[WARRANTS] = {"LI-0001", "LI-0002", "A-LIID-OF-25-OCTETS-000-3"};
    static uint8_t octets[16384];
    struct sample the;
    struct xk_delivery_record record;
    uint32_t number = 0;
    uint64_t before = s->seed;
    sample_init(&the);
    memset(&record, 0, sizeof record);
    record.size = sizeof record;
    the.warrant.liid = xk_text(liids[draw(s, WARRANTS)]);
    the.warrant.has_cin = true;
    the.warrant.cin = draw(s, CALLS) * 0x55555555u;
    the.event.time = s->now.utc;
    record.module = draw(s, 2) == 0 ? XK_HI2_UMTS : XK_HI2_EPS;
    record.form = draw(s, 8) == 0 ? XK_PS_WHOLE_RECORD : XK_PS_BARE_PARAMETERS;
    record.record = (struct xk_bytes){octets, make_record(s, &the, record.module, octets, sizeof octets)};
    xk_ps_header_init(&record.header);
    check(xk_ps_header_from_event(&the.event, &record.header) == XK_OK, "a header");
    memcpy(record.header.authorization_country, "XK", 2);
    record.header.time_form = draw(s, 2) == 0 ? XK_PS_TIME_GENERALIZED : XK_PS_TIME_MICROSECONDS;
    memcpy(record.cookie.octets, &index, sizeof index);
    record.cookie.octets[15] = 1;
    enum xk_status status = xk_delivery_put(s->session, s->now, &record, &number, NULL);
    check(status == XK_OK || status == XK_E_FULL, "put");
    if (status == XK_E_FULL) {
        s->seed = before; /* the same record once more, when there is room */
        return false;
    }
    int event = the.event.kind == XK_IRI_KEYS ? 3 : the.event.kind == XK_IRI_SIP_MESSAGE ? 1 : 4;
    fprintf(s->told, "%.*s %u %u %d\n", (int)the.warrant.liid.size, (const char *)the.warrant.liid.data,
            (unsigned int)the.warrant.cin, (unsigned int)number, event);
    return true;
}

static void take_events(struct sender *s)
{
    struct xk_delivery_event event;
    while (xk_delivery_next_event(s->session, &event)) {
        if (event.kind == XK_DELIVERY_DELIVERED) {
            check(xk_counters_settle(s->counters, &event.cookie) == XK_OK, "settle");
            s->delivered++;
        }
        check(event.kind != XK_DELIVERY_CLOSE, xk_status_text(event.status));
        check(event.kind == XK_DELIVERY_DELIVERED || event.kind == XK_DELIVERY_ROOM ||
                  event.kind == XK_DELIVERY_CONNECT || event.kind == XK_DELIVERY_NEGOTIATED,
              xk_delivery_event_name(event.kind));
    }
}

/* What the LEMF says within the time, by the wall clock. */
static void listen_for(struct sender *s, int wait_ms)
{
    static uint8_t in[4096];
    struct pollfd from = {STDIN_FILENO, POLLIN, 0};
    if (poll(&from, 1, wait_ms) > 0) {
        ssize_t size = read(STDIN_FILENO, in, 1 + draw(s, sizeof in));
        check(size > 0, "the LEMF has gone");
        check(xk_delivery_input(s->session, s->now, in, (size_t)size) == XK_OK, "input");
    }
    take_events(s);
}

/* All that is to be sent, in pieces of any size. */
static void speak(struct sender *s)
{
    struct xk_bytes view;
    while ((void)check(xk_delivery_output(s->session, s->now, &view) == XK_OK, "output"), view.size > 0) {
        size_t piece = 1 + draw(s, PIECE);
        ssize_t size = write(STDOUT_FILENO, view.data, piece < view.size ? piece : view.size);
        check(size > 0, "the LEMF does not read");
        check(xk_delivery_consumed(s->session, s->now, (size_t)size) == XK_OK, "consumed");
        s->now.ms++;
        listen_for(s, 0);
    }
}

/* Time passes, in small steps, so that the session's clock does not run away from a LEMF that answers. */
static void pause_now(struct sender *s)
{
    s->now.ms += IDLE_MS;
    check(xk_delivery_tick(s->session, s->now) == XK_OK, "tick");
    speak(s);
    listen_for(s, LEMF_WAIT_MS);
}

static void begin(struct sender *s)
{
    struct xk_counters_config counters;
    struct xk_delivery_config config;
    xk_counters_config_init(&counters);
    counters.state_lost = false;
    check(xk_counters_create(&counters, NULL, NULL, NULL, &s->counters, NULL) == XK_OK, "counters");
    xk_delivery_config_init(&config);
    config.identity.operator_identifier = xk_text("12345");
    config.acknowledgement = XK_ACKNOWLEDGEMENT_AGREED;
    config.buffer_size = 65536;
    config.keep_alive = 40;
    config.acknowledge_time = 100;
    config.acknowledge_count = 7;
    check(xk_delivery_create(&config, s->counters, NULL, NULL, NULL, s->now, &s->session, NULL) == XK_OK, "session");
    check(xk_delivery_connected(s->session, s->now) == XK_OK, "connection");
}

int main(int argc, char **argv)
{
    struct sender s = {.now = {0, {1800000000, 123456}}};
    check(argc == 4, "COUNT SEED FILE");
    uint32_t count = (uint32_t)strtoul(argv[1], NULL, 10);
    s.seed = strtoull(argv[2], NULL, 10);
    s.told = fopen(argv[3], "w");
    check(s.told != NULL, argv[3]);
    begin(&s);
    for (uint32_t index = 0; index < count;) {
        if (put(&s, index)) {
            index++;
        } else {
            pause_now(&s);
        }
        if (draw(&s, 4) == 0) {
            speak(&s);
        }
        if (draw(&s, 40) == 0) {
            pause_now(&s);
        }
    }
    while (s.delivered < count) {
        pause_now(&s);
    }
    struct xk_delivery_counters c = {.size = sizeof c};
    check(xk_delivery_read_counters(s.session, &c) == XK_OK && c.unexpected == 0, "the LEMF said what has no place");
    fprintf(s.told, "keep-alives %llu requests %llu\n", (unsigned long long)c.keep_alives,
            (unsigned long long)c.requests);
    check(fclose(s.told) == 0, argv[3]);
    check(xk_delivery_destroy(s.session) == XK_OK && xk_counters_destroy(s.counters) == XK_OK, "end");
    check(close(STDOUT_FILENO) == 0, "output");
    for (uint8_t last[64]; read(STDIN_FILENO, last, sizeof last) > 0;) {
        continue; /* an answer that is still on its way */
    }
    return 0;
}
