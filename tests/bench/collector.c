/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-bench-collector [--quick] [--json FILE]: what a SIP message costs the collector, and a pending call its memory.
 *
 * Rows: a message without MIKEY, of nobody watched; the messages of watched calls, an INVITE with TRANSFER_INIT and a
 * 200 with TRANSFER_RESP each, at 1,000 and at 100,000 pending calls; the octets that one more call takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <xk/collector.h>

#define REPEATS 9u

static void check(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "bench: %s\n", what);
        exit(1);
    }
}

static double nanoseconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

struct tap {
    struct xk_collector *collector;
    uint64_t now;
    size_t told;
    char init[2048]; /* base64 */
    char resp[2048];
};

static void base64(const char *hex, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    unsigned int count = 0;
    size_t at = 0;
    for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
        const char pair[3] = {hex[0], hex[1], '\0'};
        bits = bits << 8 | (uint32_t)strtoul(pair, NULL, 16);
        for (count += 8; count >= 6; count -= 6) {
            out[at++] = digits[bits >> (count - 6) & 63];
        }
    }
    if (count > 0) {
        out[at++] = digits[bits << (6 - count) & 63];
    }
    while (at % 4 != 0) {
        out[at++] = '=';
    }
    out[at] = '\0';
}

static bool fill_random(uint8_t *out, size_t size, void *user)
{
    (void)user;
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)(i * 37 + 11);
    }
    return true;
}

/* One warrant, that concerns each call; its lookup is the host's work and is left out. */
static size_t watch(const struct xk_collector_question *question, struct xk_collector_match *matches, size_t capacity,
                    bool *perhaps, void *user)
{
    (void)user;
    *perhaps = false;
    if (question->count == 0 || capacity == 0) {
        return 0;
    }
    matches[0] = (struct xk_collector_match){1, 0, 0};
    return 1;
}

static enum xk_collector_reply take(const struct xk_collected *exchange, void *user)
{
    struct tap *tap = user;
    (void)exchange;
    tap->told++;
    return XK_COLLECTOR_TAKEN;
}

static enum xk_collector_reply take_incomplete(const struct xk_incomplete *incomplete, void *user)
{
    (void)incomplete;
    (void)user;
    return XK_COLLECTOR_TAKEN;
}

static void give(struct tap *tap, const char *text, size_t size)
{
    struct xk_collector_message message;
    memset(&message, 0, sizeof message);
    message.size = sizeof message;
    message.octets = (struct xk_bytes){(const uint8_t *)text, size};
    check(xk_collector_take(tap->collector, tap->now, &message, NULL) == XK_OK, "a message was refused");
}

static size_t write_message(char *out, size_t capacity, unsigned long call, bool answer, const char *key)
{
    char sdp[2600];
    int body = snprintf(sdp, sizeof sdp,
                        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n%s%s%s"
                        "m=audio 40000 RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n",
                        key != NULL ? "a=key-mgmt:mikey " : "", key != NULL ? key : "", key != NULL ? "\r\n" : "");
    int size = snprintf(out, capacity,
                        "%s\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK%lx\r\nMax-Forwards: 70\r\n"
                        "From: <sip:alice%lu@example.com>;tag=a%lx\r\nTo: <sip:bob@example.com>%s\r\n"
                        "Call-ID: %lx@example.com\r\nCSeq: 1 INVITE\r\nContact: <sip:alice@192.0.2.1:5060>\r\n"
                        "Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
                        answer ? "SIP/2.0 200 OK" : "INVITE sip:bob@example.com SIP/2.0", call, call, call,
                        answer ? ";tag=b" : "", call, body, sdp);
    check(size > 0 && (size_t)size < capacity, "a message is too long");
    return (size_t)size;
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values)
{
    qsort(values, REPEATS, sizeof values[0], by_value);
    return values[REPEATS / 2];
}

static void open_tap(struct tap *tap, size_t calls)
{
    struct xk_collector_config config;
    struct xk_collector_callbacks callbacks;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = fill_random;
    callbacks.watch = watch;
    callbacks.on_exchange = take;
    callbacks.on_incomplete = take_incomplete;
    xk_collector_config_init(&config);
    config.max_calls = (uint32_t)calls;
    config.idle = 60000;
    check(xk_collector_create(&config, &callbacks, NULL, tap, &tap->collector, NULL) == XK_OK, "create");
}

/* Text is written while no clock runs. */
#define BATCH 500u

static double unprotected(struct tap *tap, unsigned int rounds)
{
    static char texts[BATCH][2048];
    size_t sizes[BATCH];
    double spent = 0;
    for (unsigned int r = 0; r < rounds; r++) {
        for (size_t i = 0; i < BATCH; i++) {
            sizes[i] = write_message(texts[i], sizeof texts[i], 900000000ul + r * BATCH + i, false, NULL);
        }
        double start = nanoseconds();
        for (size_t i = 0; i < BATCH; i++) {
            give(tap, texts[i], sizes[i]);
        }
        spent += nanoseconds() - start;
    }
    return spent / (rounds * BATCH);
}

static double give_all(struct tap *tap, size_t calls, const uint32_t *order, bool answer)
{
    static char texts[BATCH][4096];
    size_t sizes[BATCH];
    double spent = 0;
    for (size_t at = 0; at < calls; at += BATCH) {
        for (size_t i = 0; i < BATCH; i++) {
            sizes[i] = write_message(texts[i], sizeof texts[i], order[at + i], answer, answer ? tap->resp : tap->init);
        }
        double start = nanoseconds();
        for (size_t i = 0; i < BATCH; i++) {
            give(tap, texts[i], sizes[i]);
        }
        spent += nanoseconds() - start;
    }
    return spent;
}

/* ns a message, from the INVITE of a call to the exchange that is told: all pend at the same time. */
static double pending(struct tap *tap, size_t calls, const uint32_t *order)
{
    size_t before = tap->told;
    bool more = true;
    double spent = give_all(tap, calls, order, false);
    spent += give_all(tap, calls, order, true);
    double start = nanoseconds();
    tap->now += 40000; /* what may still change an exchange has had its time */
    while (more) {
        check(xk_collector_tick(tap->collector, tap->now, 0, &more) == XK_OK, "tick");
    }
    spent += nanoseconds() - start;
    check(tap->told - before == calls, "not each call brought its exchange");
    tap->now += 120000; /* the calls are over */
    more = true;
    while (more) {
        check(xk_collector_tick(tap->collector, tap->now, 0, &more) == XK_OK, "tick");
    }
    return spent / (double)(2 * calls);
}

/* Each call once, in an order that no table has. */
static uint32_t *shuffled(size_t count)
{
    uint32_t *order = malloc(count * sizeof *order);
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
    check(order != NULL, "memory");
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i;
    }
    for (size_t i = count - 1; i > 0; i--) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t other = (size_t)(state >> 33) % (i + 1);
        uint32_t kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
    return order;
}

static double at_pending(size_t calls, unsigned int rounds)
{
    static struct tap tap;
    double values[REPEATS];
    uint32_t *order = shuffled(calls);
    memset(&tap, 0, sizeof tap);
    base64(TRANSFER_INIT_HEX, tap.init);
    base64(TRANSFER_RESP_HEX, tap.resp);
    open_tap(&tap, calls);
    (void)pending(&tap, calls, order);
    for (unsigned int i = 0; i < REPEATS; i++) {
        values[i] = 0;
        for (unsigned int r = 0; r < rounds; r++) {
            values[i] += pending(&tap, calls, order) / rounds;
        }
    }
    check(xk_collector_destroy(tap.collector) == XK_OK, "destroy");
    free(order);
    return median(values);
}

static double bytes_a_call(void)
{
    struct xk_collector_config config;
    xk_collector_config_init(&config);
    config.max_calls = 100000;
    size_t one = xk_collector_memory(&config);
    config.max_calls = 200000;
    return (double)(xk_collector_memory(&config) - one) / 1e5;
}

int main(int argc, char **argv)
{
    static struct tap tap;
    double values[REPEATS];
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
    open_tap(&tap, 1000);
    for (unsigned int i = 0; i < REPEATS; i++) {
        values[i] = unprotected(&tap, quick ? 2 : 20);
    }
    check(xk_collector_destroy(tap.collector) == XK_OK, "destroy");
    double without = median(values);
    double few = at_pending(1000, quick ? 1 : 20);
    double many = at_pending(quick ? 10000 : 100000, 1);
    double bytes = bytes_a_call();
    printf("SIP message without MIKEY          %8.1f ns\n", without);
    printf("SIP message with MIKEY, 1 k calls  %8.1f ns   to the exchange that is told\n", few);
    printf("SIP message with MIKEY, %s calls %8.1f ns   %.2f times, must reach 2.00: %s\n", quick ? "10 k" : "100 k",
           many, many / few, many > 2 * few ? "MISSED" : "reached");
    printf("a pending call                     %8.1f octets, by the defaults\n", bytes);
    if (json != NULL) {
        fprintf(json,
                "{\n  \"sip_ns_without_mikey\": %.4f,\n  \"sip_ns_with_mikey\": %.4f,\n"
                "  \"collector_growth_100k\": %.4f,\n  \"bytes_per_call\": %.1f\n}\n",
                without, few, many / few, bytes);
        fclose(json);
    }
    return 0;
}
