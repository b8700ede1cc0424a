/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sessions told step by step: what the host does, and beside it what leaves, what is told, journalled and counted, and
 * when time matters next. The stories that must come of it are in vectors/delivery/stories.txt, exactly. With a word
 * after its name the program prints them as they are now, for who changes one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <xk/counters_read.h>

#include "unit/delivery/fixture.h"

enum act { PUT, PUT_FOR, TAKE, TIME, CONNECT, DISCONNECT, CLOSE, ANSWER, OPTIONS, ARRIVED, PURGE, FLUSH, SETTLE, RAW };

struct step {
    enum act act;
    uint32_t a; /* record, octets, milliseconds, TRI type, ... */
    uint32_t b;
    uint32_t c;
    const char *text;
};

struct story {
    const char *name;
    const struct step *steps;
    size_t count;
    void (*configure)(struct fixture *f);
};

static char text[1 << 18];
static size_t at;
static struct fixture f;
static uint8_t pipe_octets[1 << 16]; /* what the LEMF has got of a PS-PDU that is not whole */
static size_t pipe_size;
static size_t journal_read;
static struct xk_delivery_counters counted;

__attribute__((format(printf, 1, 2))) static void put(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text + at, sizeof text - at, format, arguments);
    va_end(arguments);
    assert_true(size >= 0 && (size_t)size < sizeof text - at);
    at += (size_t)size;
}

/* The whole PS-PDUs among what the LEMF has got. */
static void put_pdus(void)
{
    size_t size = 0;
    while (pipe_size > 0 && xk_ps_pdu_measure(pipe_octets, pipe_size, NULL, &size, NULL) == XK_OK &&
      size <= pipe_size) {
        struct xk_ps_pdu pdu;
        struct xk_ps_header header;
        struct xk_tri tri;
        assert_int_equal(xk_ps_pdu_decode(pipe_octets, size, NULL, &pdu, NULL), XK_OK);
        if (pdu.kind != XK_PS_TRI) {
            put("< record %u, %zu octets\n", pdu.header.sequence_number, size);
        } else {
            assert_int_equal(xk_tri_decode(pipe_octets, size, NULL, &header, &tri, NULL), XK_OK);
            put("< %s %u at %lld.%06u", xk_tri_type_name(tri.type), header.sequence_number,
                (long long)header.time.seconds, header.time.microseconds);
            put(" options %u %u numbers %zu\n", tri.options, tri.declined, tri.number_count);
        }
        memmove(pipe_octets, pipe_octets + size, pipe_size - size);
        pipe_size -= size;
    }
}

static void take(size_t most)
{
    while (most > 0) {
        struct xk_bytes view;
        assert_int_equal(xk_delivery_output(f.d, f.now, &view), XK_OK);
        size_t size = view.size < most ? view.size : most;
        if (size == 0) {
            break;
        }
        assert_true(size < sizeof pipe_octets - pipe_size);
        memcpy(pipe_octets + pipe_size, view.data, size);
        pipe_size += size;
        most -= size;
        enum xk_status status = xk_delivery_consumed(f.d, f.now, size);
        put("~ %zu of %zu octets%s\n", size, view.size, status == XK_OK ? "" : " refused");
    }
    put_pdus();
}

static void put_events(void)
{
    struct xk_delivery_event e;
    e.size = sizeof e;
    while (xk_delivery_next_event(f.d, &e)) {
        put("! %s", xk_delivery_event_name(e.kind));
        if (e.kind == XK_DELIVERY_DELIVERED || e.kind == XK_DELIVERY_HOLE) {
            put(" %u number %u%s", e.cookie.octets[0], e.number, e.sent ? " sent" : "");
        } else if (e.kind == XK_DELIVERY_CLOSE || e.kind == XK_DELIVERY_UNEXPECTED) {
            put(" %s %s %u", xk_status_name(e.status), xk_tri_type_name(e.tri), e.count);
        } else if (e.kind == XK_DELIVERY_NEGOTIATED) {
            put(" %d", e.acknowledgement);
        } else if (e.kind == XK_DELIVERY_MESSAGE || e.kind == XK_DELIVERY_UNCHECKED) {
            put(" %.*s %u", (int)e.message.size, (const char *)e.message.data, e.count);
        }
        put("\n");
        e.size = sizeof e;
    }
}

static void put_journal(void)
{
    struct xk_counters_entry e;
    e.size = sizeof e;
    while (journal_read < f.journal_size &&
           xk_counters_read(f.journal, f.journal_size, &journal_read, &e, NULL) == XK_OK) {
        put("j %s %u number %u lemf %u%s%s, %zu octets\n", xk_counters_entry_kind_name(e.kind), e.cookie.octets[0],
          e.number,
            e.lemf, e.state_lost ? " lost" : "", e.reset_owed ? " owed" : "", e.octets.size);
        e.size = sizeof e;
    }
}

static void put_counts(void)
{
    struct xk_delivery_counters now = counts(&f);
    size_t positions[2] = {0, 0};
    const char *name;
    uint64_t is;
    uint64_t was;
    while (xk_delivery_next_counter(&now, &positions[0], &name, &is) &&
           xk_delivery_next_counter(&counted, &positions[1], &name, &was)) {
        if (is != was) {
            put("+ %s %llu\n", name, (unsigned long long)(is - was));
        }
    }
    counted = now;
    struct xk_delivery_usage u = usage(&f);
    put("= %u records, %u unsent, %zu octets%s%s, until ", u.records, u.unsent, u.octets, u.connected ? ", up" : "",
        u.acknowledged ? ", acknowledged" : "");
    uint64_t next = xk_delivery_next_deadline(f.d);
    put(next == XK_NEVER ? "never\n" : "%llu\n", (unsigned long long)next);
}

static enum xk_status put_record(uint32_t id, uint32_t call)
{
    struct xk_delivery_record r = fixture_record(&f, id);
    r.header.identity_number = call;
    uint32_t number = 0;
    enum xk_status status = xk_delivery_put(f.d, f.now, &r, &number, NULL);
    put("> record %u of call %u: number %u\n", id, call, number);
    return status;
}

static enum xk_status say(enum xk_tri_type type, uint32_t number, uint32_t options)
{
    uint8_t octets[512];
    struct xk_ps_header header;
    struct xk_tri tri;
    size_t size = 0;
    xk_ps_header_init(&header);
    header.liid = xk_text("-");
    header.operator_identifier = xk_text("12345");
    header.sequence_number = number;
    header.time_form = XK_PS_TIME_ABSENT;
    xk_tri_init(&tri, type);
    tri.options = options;
    assert_int_equal(xk_tri_encode(&header, &tri, octets, sizeof octets, &size, NULL), XK_OK);
    return xk_delivery_input(f.d, f.now, octets, size);
}

static enum xk_status act(const struct step *s)
{
    static struct xk_cookie cookie;
    uint32_t purged = 0;
    enum xk_status status = XK_OK;
    switch (s->act) {
    case PUT:
        return put_record(s->a, 7);
    case PUT_FOR:
        return put_record(s->a, s->b);
    case TAKE:
        put("> up to %u octets are taken\n", s->a);
        take(s->a);
        return XK_OK;
    case TIME:
        put("> %u milliseconds pass\n", s->a);
        f.now.ms += s->a;
        f.now.utc.seconds += s->a / 1000;
        return xk_delivery_tick(f.d, f.now);
    case CONNECT:
        put("> connected\n");
        pipe_size = 0;
        return xk_delivery_connected(f.d, f.now);
    case DISCONNECT:
        put("> disconnected\n");
        return xk_delivery_disconnected(f.d, f.now);
    case CLOSE:
        put("> the host closes\n");
        return xk_delivery_close(f.d);
    case ANSWER:
        put("> the LEMF says %s %u\n", xk_tri_type_name((enum xk_tri_type)s->a), s->b);
        return say((enum xk_tri_type)s->a, s->b, 0);
    case OPTIONS:
        put("> the LEMF says %s %u with %u\n", xk_tri_type_name((enum xk_tri_type)s->a), s->b, s->c);
        return say((enum xk_tri_type)s->a, s->b, s->c);
    case ARRIVED:
        put("> the transport has %u\n", s->a);
        return xk_delivery_transport_acknowledged(f.d, f.now, s->a);
    case PURGE:
        status = xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "AA", &purged);
        put("> purged %u\n", purged);
        return status;
    case FLUSH:
        put("> flushed\n");
        return xk_delivery_flush(f.d, f.now, xk_text("LI-1"));
    case SETTLE:
        put("> record %u is settled\n", s->a);
        memset(cookie.octets, (int)s->a, sizeof cookie.octets);
        return xk_counters_settle(f.counters, &cookie);
    case RAW:
        put("> the LEMF says %s\n", s->text);
        return xk_delivery_input(f.d, f.now, (const uint8_t *)s->text, strlen(s->text));
    }
    return XK_OK;
}

static void tell(const struct story *story)
{
    fixture_init(&f);
    f.config.max_records = 6;
    f.config.keep_alive = 1000;
    f.config.answer = 400;
    f.config.stall = 700;
    f.config.reconnect = 300;
    f.config.max_age = 50000;
    if (story->configure != NULL) {
        story->configure(&f);
    }
    fixture_create(&f);
    journal_read = 0;
    pipe_size = 0;
    memset(&counted, 0, sizeof counted);
    put("# %s\n", story->name);
    put_events();
    for (size_t i = 0; i < story->count; i++) {
        enum xk_status status = act(&story->steps[i]);
        if (status != XK_OK) {
            put("refused: %s\n", xk_status_name(status));
        }
        put_events();
        put_journal();
        put_counts();
    }
    fixture_end(&f);
}

static const struct step written[] = {
    {PUT, 1}, {PUT, 2}, {CONNECT}, {TAKE, 100}, {PUT_FOR, 3, 8}, {TAKE, 250}, {TAKE, 100000}, {SETTLE, 1}, {TIME, 999},
    {TIME, 1}, {TAKE, 100000}, {TIME, 399}, {ANSWER, XK_TRI_KEEP_ALIVE_RESPONSE, 0}, {TIME, 601}, {TAKE, 20},
    {TIME, 699},
    {TIME, 1}, {DISCONNECT}, {TIME, 299}, {TIME, 1}, {CONNECT}, {TIME, 1000}, {TAKE, 100000}, {TIME, 400}, {DISCONNECT},
    {CONNECT}, {PUT, 4}, {TAKE, 50}, {DISCONNECT}, {TIME, 300}, {CONNECT}, {TAKE, 100000}, {CLOSE}, {TAKE, 1},
    {DISCONNECT},
};

static void configure_further(struct fixture *fixture)
{
    fixture->config.release = XK_RELEASE_FURTHER;
    fixture->config.further_octets = 700;
    fixture->config.further_time = 5000;
}

static const struct step further[] = {
    {CONNECT}, {PUT, 1}, {PUT, 2}, {PUT, 3}, {TAKE, 1000}, {TAKE, 100000}, {PUT, 4}, {TAKE, 100000}, {TIME, 1000},
    {TAKE, 100000}, {ANSWER, XK_TRI_KEEP_ALIVE_RESPONSE, 0}, {TIME, 3999}, {TAKE, 100000},
    {ANSWER, XK_TRI_KEEP_ALIVE_RESPONSE, 1}, {TIME, 1}, {PUT, 5}, {TAKE, 100000}, {DISCONNECT}, {TIME, 300}, {CONNECT},
    {TAKE, 100000}, {PURGE}, {TIME, 45000},
};

static void configure_transport(struct fixture *fixture)
{
    fixture->config.release = XK_RELEASE_TRANSPORT;
    fixture->config.keep_alive = 0;
}

static const struct step transport[] = {
    {CONNECT}, {PUT, 1}, {PUT, 2}, {TAKE, 100000}, {ARRIVED, 10}, {ARRIVED, 395}, {ARRIVED, 10}, {ARRIVED, 100000},
    {ARRIVED, 790}, {PUT, 3}, {PUT, 4}, {TAKE, 500}, {PURGE}, {TAKE, 100000}, {PUT, 5}, {TIME, 49999}, {TIME, 1},
    {TIME, 1},
    {PUT, 5}, {DISCONNECT},
};

static void configure_acknowledged(struct fixture *fixture)
{
    fixture->config.acknowledgement = XK_ACKNOWLEDGEMENT_NEGOTIATED;
    fixture->config.acknowledge_count = 2;
    fixture->config.acknowledge_time = 600;
    fixture->config.acknowledge_wait = 900;
    fixture->config.negotiation = 2000;
    fixture->config.keep_alive = 60000;
    fixture->config.answer = 50000;
}

#define ALL {TAKE, 100000}
static const struct step acknowledged[] = {
    {PUT, 1}, {CONNECT}, ALL, {OPTIONS, XK_TRI_OPTION_RESPONSE, 0, XK_TRI_OPTION_ACKNOWLEDGEMENT},
    {ANSWER, XK_TRI_OPTION_COMPLETE, 0}, ALL, {PUT, 2}, ALL, {ANSWER, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 0}, {PUT, 3},
    ALL,
    {TIME, 599}, ALL, {TIME, 1}, ALL, {ANSWER, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 7},
    {ANSWER, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 1}, {PUT, 4}, ALL, {TIME, 600}, ALL, {TIME, 899}, {TIME, 1}, {DISCONNECT},
    {TIME, 300}, {CONNECT}, ALL, {OPTIONS, XK_TRI_OPTION_REQUEST, 5, 1}, ALL, {OPTIONS, XK_TRI_OPTION_RESPONSE, 0, 0},
    {ANSWER, XK_TRI_OPTION_COMPLETE, 6}, ALL, {DISCONNECT}, {TIME, 300}, {CONNECT}, ALL, {TIME, 1999}, {TIME, 1},
    {DISCONNECT}, {CONNECT}, {RAW, .text = "0"}, {RAW, .text = "\x03x"}, {RAW, .text = "no BER"}, {DISCONNECT},
};

static void configure_full(struct fixture *fixture)
{
    fixture->config.max_records = 4;
    fixture->config.max_unexpected = 3;
    fixture->counters_config.max_records = 16;
}

static const struct step full[] = {
    {PUT, 1}, {PUT, 1}, {PUT, 2}, {PUT, 3}, {PUT, 4}, {PUT, 5}, {CONNECT}, {TAKE, 10}, {PURGE}, ALL, {PUT, 5},
    {PUT, 1}, ALL,
    {ANSWER, XK_TRI_KEEP_ALIVE_RESPONSE, 9}, {ANSWER, XK_TRI_TEST_PDU, 0}, {ANSWER, XK_TRI_PADDING, 1},
    {ANSWER, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 1}, {DISCONNECT}, {TIME, 50000}, {TIME, 1}, {CONNECT}, {PUT, 6},
    {TIME, 50000},
    {TIME, 1},
};

static void configure_checks(struct fixture *fixture)
{
    fixture->config.max_records = 16;
    fixture->config.integrity = true;
    fixture->config.sign = true;
    fixture->config.hash_count = 2;
    fixture->config.hash_time = 100;
    fixture->config.sign_count = 2;
    fixture->config.sign_time = 900;
    fixture->config.sign_size = 32;
    fixture->config.max_chains = 2;
}

static const struct step checks[] = {
    {CONNECT}, {PUT, 1}, {PUT, 2}, ALL, {PUT, 3}, {TIME, 99}, ALL, {TIME, 1}, ALL, {PUT, 4}, {FLUSH}, ALL,
    {PUT_FOR, 5, 8},
    {PUT_FOR, 6, 9}, {PUT_FOR, 7, 10}, ALL, {PUT_FOR, 8, 9}, ALL, {TIME, 100}, ALL, {TIME, 800}, ALL, {PUT_FOR, 9, 9},
    {PURGE}, {TIME, 900}, ALL,
};

#define STORY(name, configure) {#name, name, sizeof name / sizeof name[0], configure}
static const struct story stories[] = {
    STORY(written, NULL),
    STORY(further, configure_further),
    STORY(transport, configure_transport),
    STORY(acknowledged, configure_acknowledged),
    STORY(full, configure_full),
    STORY(checks, configure_checks),
};

static void tell_all(void)
{
    at = 0;
    for (size_t i = 0; i < sizeof stories / sizeof stories[0]; i++) {
        tell(&stories[i]);
    }
}

static void each_story_is_told_as_it_is_written(void **state)
{
    static char expected[sizeof text];
    (void)state;
    FILE *in = fopen(XK_TEST_VECTORS "/delivery/stories.txt", "rb");
    assert_non_null(in);
    size_t size = fread(expected, 1, sizeof expected - 1, in);
    assert_int_equal(fclose(in), 0);
    expected[size] = 0;
    tell_all();
    size_t same = 0;
    while (text[same] != 0 && text[same] == expected[same]) {
        same++;
    }
    if (text[same] != expected[same]) {
        while (same > 0 && text[same - 1] != '\n') {
            same--;
        }
        fail_msg("is\n%.600s\nwhere there should be\n%.600s", text + same, expected + same);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_story_is_told_as_it_is_written)};
    (void)argv;
    if (argc > 1) {
        tell_all();
        return fputs(text, stdout) < 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
