/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-bench-delivery [--quick] [--json FILE]: what a delivery session costs beside the encoding of its PS-PDUs.
 *
 * Rows: a PS-PDU encoded; the same record put, given out and released, with its counters; a million records through a
 * session pair with acknowledgement, read and stored on the LEMF's side. And how many allocations all of it made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <xk/delivery.h>
#include <xk/delivery_lemf.h>

#define ROUNDS 100000u
#define REPEATS 9u

static uint64_t allocations;

static uint64_t now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void check(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "bench: %s\n", what);
        exit(1);
    }
}

static void *allocate(size_t size, void *user)
{
    (void)user;
    allocations++;
    return malloc(size);
}

static void release(void *memory, size_t size, void *user)
{
    (void)size;
    (void)user;
    free(memory);
}

static const struct xk_allocator allocator = {sizeof allocator, allocate, release, NULL};

struct pair {
    struct xk_counters *counters;
    struct xk_delivery *d;
    struct xk_delivery_lemf *l;
    struct xk_delivery_record record;
    uint8_t octets[512];
    uint64_t next;
    uint64_t settled;
};

/* A record of the usual size, one Crypto Session: 177 octets. */
static void make_record(struct pair *p)
{
    memset(p->octets, 0x33, sizeof p->octets);
    p->octets[0] = 0xa4;
    p->octets[1] = 0x81;
    p->octets[2] = 174;
    p->octets[3] = 0x81;
    p->octets[4] = 0x81;
    p->octets[5] = 171;
    memset(&p->record, 0, sizeof p->record);
    p->record.size = sizeof p->record;
    p->record.module = XK_HI2_UMTS;
    p->record.form = XK_PS_BARE_PARAMETERS;
    xk_ps_header_init(&p->record.header);
    p->record.header.liid = xk_text("LI-2026-0001");
    memcpy(p->record.header.authorization_country, "XK", 2);
    p->record.header.operator_identifier = xk_text("12345");
    p->record.header.network_element = xk_text("df2-1");
    p->record.header.has_identity_number = true;
    p->record.header.identity_number = 7;
    p->record.header.time_form = XK_PS_TIME_MICROSECONDS;
    p->record.header.time.seconds = 1800000000;
    p->record.header.time.microseconds = 123456;
    p->record.record = (struct xk_bytes){p->octets, 177};
}

static void begin(struct pair *p, enum xk_acknowledgement acknowledgement)
{
    struct xk_counters_config counters;
    struct xk_delivery_config config;
    struct xk_delivery_lemf_config lemf;
    struct xk_moment now = {0, {0, 0}};
    memset(p, 0, sizeof *p);
    make_record(p);
    xk_counters_config_init(&counters);
    counters.state_lost = false;
    check(xk_counters_create(&counters, NULL, &allocator, NULL, &p->counters, NULL) == XK_OK, "counters");
    xk_delivery_config_init(&config);
    config.identity = p->record.header;
    config.release = XK_RELEASE_WRITTEN;
    config.acknowledgement = acknowledgement;
    check(xk_delivery_create(&config, p->counters, NULL, &allocator, NULL, now, &p->d, NULL) == XK_OK, "session");
    xk_delivery_lemf_config_init(&lemf);
    lemf.identity = p->record.header;
    check(xk_delivery_lemf_create(&lemf, &allocator, &p->l, NULL) == XK_OK, "lemf");
    check(xk_delivery_connected(p->d, now) == XK_OK && xk_delivery_lemf_connected(p->l) == XK_OK, "connection");
}

static void end(struct pair *p)
{
    check(xk_delivery_destroy(p->d) == XK_OK && xk_counters_destroy(p->counters) == XK_OK, "end");
    xk_delivery_lemf_destroy(p->l);
}

static void settle(struct pair *p)
{
    struct xk_delivery_event event;
    while (xk_delivery_next_event(p->d, &event)) {
        if (event.kind == XK_DELIVERY_DELIVERED) {
            check(xk_counters_settle(p->counters, &event.cookie) == XK_OK, "settle");
            p->settled++;
        }
    }
}

static double encoding(struct pair *p, unsigned int rounds)
{
    uint8_t out[512];
    size_t size = 0;
    uint64_t start = now_ns();
    for (unsigned int i = 0; i < rounds; i++) {
        p->record.header.sequence_number = i;
        check(xk_ps_pdu_encode(&p->record.header, p->record.module, p->record.form, p->record.record, out, sizeof out,
                               &size, NULL) == XK_OK,
              "encode");
    }
    return (double)(now_ns() - start) / rounds;
}

#define BATCH 64u

/* Put, given out, released; what the host then settles in its counters is counted apart. */
static double delivering(struct pair *p, unsigned int rounds, double *settling)
{
    struct xk_moment now = {0, {1800000000, 0}};
    struct xk_bytes view;
    uint64_t spent = 0;
    uint64_t settled = 0;
    for (unsigned int at = 0; at < rounds; at += BATCH) {
        uint64_t start = now_ns();
        for (unsigned int i = 0; i < BATCH; i++) {
            p->next++;
            memcpy(p->record.cookie.octets, &p->next, sizeof p->next);
            check(xk_delivery_put(p->d, now, &p->record, NULL, NULL) == XK_OK, "put");
            check(xk_delivery_output(p->d, now, &view) == XK_OK && view.size > 0, "output");
            check(xk_delivery_consumed(p->d, now, view.size) == XK_OK, "consumed");
        }
        uint64_t delivered = now_ns();
        settle(p);
        spent += delivered - start;
        settled += now_ns() - delivered;
    }
    rounds = (rounds + BATCH - 1) / BATCH * BATCH;
    *settling = (double)settled / rounds;
    return (double)spent / rounds;
}

/* All that is given out goes through the other side, whose answers come back. */
static void exchange(struct pair *p, struct xk_moment now, uint64_t *stored)
{
    struct xk_bytes view;
    struct xk_lemf_event event;
    check(xk_delivery_output(p->d, now, &view) == XK_OK, "output");
    for (size_t at = 0; at < view.size;) {
        size_t used = 0;
        check(xk_delivery_lemf_input(p->l, now.utc, view.data + at, view.size - at, &used) == XK_OK, "input");
        at += used;
        while (xk_delivery_lemf_next_event(p->l, &event)) {
            if (event.kind == XK_LEMF_PDU) {
                ++*stored;
            } else if (event.kind == XK_LEMF_ACKNOWLEDGE) {
                check(xk_delivery_lemf_stored(p->l, now.utc, event.number) == XK_OK, "stored");
            }
        }
    }
    check(xk_delivery_consumed(p->d, now, view.size) == XK_OK, "consumed");
    check(xk_delivery_lemf_output(p->l, &view) == XK_OK, "answer");
    if (view.size > 0) {
        check(xk_delivery_input(p->d, now, view.data, view.size) == XK_OK, "answer");
        check(xk_delivery_lemf_consumed(p->l, view.size) == XK_OK, "answer");
    }
}

static double million(struct pair *p, uint64_t records)
{
    struct xk_moment now = {0, {1800000000, 0}};
    uint64_t stored = 0;
    uint64_t start = now_ns();
    while (p->settled < records) {
        while (p->next < records) {
            uint64_t id = p->next + 1;
            memcpy(p->record.cookie.octets, &id, sizeof id);
            if (xk_delivery_put(p->d, now, &p->record, NULL, NULL) != XK_OK) {
                break;
            }
            p->next++;
        }
        exchange(p, now, &stored);
        settle(p);
        now.ms++;
        check(xk_delivery_tick(p->d, now) == XK_OK, "tick");
    }
    check(stored == records, "a record is missing or came twice");
    return (double)(now_ns() - start) / (double)records;
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

int main(int argc, char **argv)
{
    bool quick = false;
    FILE *json = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) {
            quick = true;
        } else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
            json = fopen(argv[i + 1], "w");
            check(json != NULL, "cannot write the JSON file");
        }
    }
    unsigned int rounds = quick ? ROUNDS / 20 : ROUNDS;
    uint64_t records = quick ? 20000 : 1000000;
    double encode[REPEATS];
    double deliver[REPEATS];
    double settling[REPEATS];
    double ratio[REPEATS];
    struct pair p;
    begin(&p, XK_ACKNOWLEDGEMENT_NONE);
    for (unsigned int i = 0; i < REPEATS; i++) {
        encode[i] = encoding(&p, rounds);
        deliver[i] = delivering(&p, rounds, &settling[i]);
        ratio[i] = deliver[i] / encode[i];
    }
    qsort(encode, REPEATS, sizeof encode[0], by_value);
    qsort(deliver, REPEATS, sizeof deliver[0], by_value);
    qsort(settling, REPEATS, sizeof settling[0], by_value);
    qsort(ratio, REPEATS, sizeof ratio[0], by_value);
    end(&p);
    begin(&p, XK_ACKNOWLEDGEMENT_AGREED);
    uint64_t before = allocations;
    double each = million(&p, records);
    double times = ratio[REPEATS / 2];
    printf("PS-PDU encoded                     %8.1f ns\n", encode[REPEATS / 2]);
    printf("put, output, release               %8.1f ns   %.2f times the encoding, must reach 2.00: %s\n",
           deliver[REPEATS / 2], times, times > 2 ? "MISSED" : "reached");
    printf("settle in the counters             %8.1f ns\n", settling[REPEATS / 2]);
    printf("through a session pair             %8.1f ns   each of %llu records\n", each, (unsigned long long)records);
    printf("allocations after creation         %8llu\n", (unsigned long long)(allocations - before));
    if (json != NULL) {
        fprintf(json,
                "{\n  \"ps_pdu_ns\": %.4f,\n  \"delivery_ratio_encoding\": %.4f,\n  \"settle_ns\": %.4f,\n"
                "  \"session_pair_ns\": %.4f,\n  \"mallocs_per_record\": %llu\n}\n",
                encode[REPEATS / 2], times, settling[REPEATS / 2], each, (unsigned long long)(allocations - before));
        fclose(json);
    }
    check(allocations == before, "something was allocated");
    end(&p);
    return 0;
}
