/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-bench: libxk beside what a user would build instead, in one run on one core, repetition by repetition in turn.
 *
 *   xk-bench [--json FILE] [--quick]
 *
 * Each contender does the whole cycle: draw an id, encode and retain get_keys, keep the LI data, arm a timer; decode
 * the response, find the request, disarm, make the DER record, wipe the response, let go. 99 % are answered in random
 * order, 1 % expire. The count of allocations is the process's, shared libraries included.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/measure.h"
#include "bench/stack.h"

#define CODEC_ROUNDS 20000

static struct work work;

struct figures {
    struct series codec_xk, codec_items, encode_xk, encode_stream, decode_xk, decode_stream, raw, copy;
    struct series record_xk, record_reused, record_fresh;
    struct series check;
    struct series cycle_1k[3], cycle_1m[2], cycle_100k[2];
    double allocations[3];
    double threads;
    double tick_idle_ns, tick_due_ns;
};

static void check(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "bench: %s\n", what);
        exit(1);
    }
}

static void pin(int core)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    (void)!sched_setaffinity(0, sizeof set, &set);
}

static double per(uint64_t start, size_t rounds)
{
    return (double)(now_ns() - start) / (double)rounds;
}

static void measure_codec(struct figures *f)
{
    uint8_t out[1024];
    uint8_t copy[1024];
    size_t size = 0;
    struct xk_get_keys asked;
    struct xk_get_keys_response answer;
    struct xk_session_result sessions[8];
    struct answer other;
    check(xk_get_keys_response_decode(work.response, work.response_size, &answer, sessions, 8, NULL) == XK_OK,
          "response");
    uint64_t start = now_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(xk_get_keys_encode(&work.get_keys, out, sizeof out, &size, NULL) == XK_OK, "encode");
    }
    double encode = per(start, CODEC_ROUNDS);
    start = now_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(xk_get_keys_decode(work.request, work.request_size, &asked, NULL) == XK_OK, "decode");
        check(xk_get_keys_response_encode(&answer, copy, sizeof copy, &size, NULL) == XK_OK, "encode");
    }
    double middle = per(start, CODEC_ROUNDS);
    struct xk_session_result again[8];
    struct xk_get_keys_response decoded;
    start = now_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(xk_get_keys_response_decode(work.response, work.response_size, &decoded, again, 8, NULL) == XK_OK,
              "decode");
    }
    double decode = per(start, CODEC_ROUNDS);
    series_add(&f->encode_xk, encode);
    series_add(&f->decode_xk, decode);
    series_add(&f->codec_xk, encode + middle + decode);
    start = now_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(items_encode_get_keys(&work.get_keys, out, sizeof out) == work.request_size, "items");
        check(items_decode_get_keys(work.request, work.request_size, &asked), "items");
        check(items_encode_response(&answer, copy, sizeof copy) == work.response_size, "items");
        void *owner = items_decode_response(work.response, work.response_size, &other);
        check(owner != NULL && other.count == 2, "items");
        items_free(owner);
    }
    series_add(&f->codec_items, per(start, CODEC_ROUNDS));
    check(memcmp(out, work.request, work.request_size) == 0 && memcmp(copy, work.response, work.response_size) == 0,
          "the codecs differ");
    start = now_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(stream_encode_get_keys(&work.get_keys, out, sizeof out) == work.request_size, "stream");
    }
    series_add(&f->encode_stream, per(start, CODEC_ROUNDS));
    start = now_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(stream_decode_response(work.response, work.response_size, &other), "stream");
    }
    series_add(&f->decode_stream, per(start, CODEC_ROUNDS));
    start = now_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(stream_raw(work.response, work.response_size) == work.response_size, "raw");
    }
    series_add(&f->raw, per(start, CODEC_ROUNDS));
    start = now_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        memcpy(out, work.request, work.request_size);
        __asm__ volatile("" : : "r"(out) : "memory");
    }
    series_add(&f->copy, per(start, CODEC_ROUNDS));
}

static void measure_record(struct figures *f)
{
    uint8_t ours[512];
    uint8_t other[512];
    size_t size = 0;
    struct answer answer;
    struct xk_iri_key keys[2];
    struct xk_iri_event event;
    struct xk_hi2_profile profile;
    check(stream_decode_response(work.response, work.response_size, &answer), "response");
    memset(&event, 0, sizeof event);
    memset(keys, 0, sizeof keys);
    for (size_t i = 0; i < 2; i++) {
        keys[i].cs_id = (struct xk_bytes){&answer.sessions[i].cs_id, 1};
        keys[i].key = (struct xk_bytes){answer.sessions[i].key, answer.sessions[i].key_size};
        keys[i].salt = (struct xk_bytes){answer.sessions[i].salt, answer.sessions[i].salt_size};
    }
    event.warrant = &work.warrant;
    event.time.seconds = 1767323045;
    event.keys = keys;
    event.key_count = 2;
    xk_hi2_profile_init(&profile, XK_HI2_UMTS);
    uint64_t start = now_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(xk_hi2_record_encode(&profile, &event, NULL, ours, sizeof ours, &size, NULL) == XK_OK, "record");
    }
    series_add(&f->record_xk, per(start, CODEC_ROUNDS));
    start = now_ns();
    size_t other_size = 0;
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        other_size = der_asn1c(&work, &answer, false, other, sizeof other);
    }
    series_add(&f->record_reused, per(start, CODEC_ROUNDS));
    start = now_ns();
    for (size_t i = 0; i < CODEC_ROUNDS / 4; i++) {
        check(der_asn1c(&work, &answer, true, other, sizeof other) == size, "asn1c");
    }
    series_add(&f->record_fresh, per(start, CODEC_ROUNDS / 4));
    check(other_size == size && memcmp(ours, other, size) == 0, "the records differ");
}

/* What submit does beyond the others when the library checks the MIKEY messages: measured on real ones. */
static void measure_check(struct figures *f, const char *init_hex, const char *resp_hex)
{
    static uint8_t init[1024];
    static uint8_t resp[1024];
    struct xk_mikey_message a;
    struct xk_mikey_message b;
    size_t sizes[2] = {0, 0};
    const char *const texts[] = {init_hex, resp_hex};
    uint8_t *const outs[] = {init, resp};
    for (size_t k = 0; k < 2; k++) {
        for (const char *at = texts[k]; at[0] != '\0' && at[1] != '\0'; at += 2) {
            const char pair[3] = {at[0], at[1], '\0'};
            outs[k][sizes[k]++] = (uint8_t)strtoul(pair, NULL, 16);
        }
    }
    uint64_t start = now_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(xk_mikey_parse_transfer_init(init, sizes[0], &a, NULL) == XK_OK &&
                  xk_mikey_parse_transfer_resp(resp, sizes[1], &b, NULL) == XK_OK &&
                  xk_mikey_check_exchange(&a, &b, NULL) == XK_OK,
              "MIKEY");
    }
    series_add(&f->check, per(start, CODEC_ROUNDS));
}

static uint32_t *shuffled(size_t count)
{
    uint32_t *order = malloc(count * sizeof *order);
    check(order != NULL, "memory");
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i;
    }
    for (size_t i = count - 1; i > 0; i--) {
        uint32_t random;
        draw_octets((uint8_t *)&random, sizeof random);
        size_t other = random % (i + 1);
        uint32_t kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
    return order;
}

/* ns a request, over `rounds` rounds of `count` requests; opening and closing are not counted. */
static double cycle(const struct stack *stack, size_t count, size_t rounds, double *allocated)
{
    struct sink sink;
    memset(&sink, 0, sizeof sink);
    sink.ids = malloc(count * sizeof *sink.ids);
    uint32_t *order = shuffled(count);
    uint8_t response[256];
    size_t answered = count - count / 100;
    check(sink.ids != NULL, "memory");
    void *opened = stack->open(&work, &sink, count);
    uint64_t spent = 0;
    uint64_t before = 0;
    for (size_t round = 0; round <= rounds; round++) {
        if (round == 1) { /* the first one warms up */
            spent = 0;
            before = allocations;
        }
        sink.sent = 0;
        uint64_t start = now_ns();
        for (size_t i = 0; i < count; i++) {
            stack->submit(opened);
        }
        for (size_t i = 0; i < answered; i++) {
            memcpy(response, work.response, work.response_size);
            memcpy(response + ID_OFFSET, sink.ids[order[i]], ID_SIZE);
            stack->answer(opened, response, work.response_size);
        }
        stack->expire(opened);
        spent += now_ns() - start;
    }
    *allocated = (double)(allocations - before) / (double)(rounds * count);
    check(sink.keys == answered * (rounds + 1) && sink.failures == (count - answered) * (rounds + 1),
          "a contender lost a record");
    stack->close(opened);
    free(order);
    free(sink.ids);
    return (double)spent / (double)(rounds * count);
}

static void *run_thread(void *argument)
{
    double allocated;
    pin(*(int *)argument);
    (void)cycle(&stack_xk, 1000, 300, &allocated);
    return NULL;
}

/* Two engines on two threads against the same work one after the other: 2.0 if they share nothing. */
static double measure_threads(void)
{
    pthread_t thread;
    int cores[] = {0, 1};
    uint64_t start = now_ns();
    run_thread(&cores[0]);
    run_thread(&cores[0]);
    double alone = (double)(now_ns() - start);
    start = now_ns();
    check(pthread_create(&thread, NULL, run_thread, &cores[1]) == 0, "thread");
    run_thread(&cores[0]);
    pthread_join(thread, NULL);
    return alone / (double)(now_ns() - start);
}

/* A tick with 1,000 pending and nothing due; then for each of these 1,000 that are due, 100,000 others not yet. */
static void measure_tick(struct figures *f)
{
    struct sink sink;
    memset(&sink, 0, sizeof sink);
    sink.ids = malloc(101000 * sizeof *sink.ids);
    check(sink.ids != NULL, "memory");
    void *opened = stack_xk.open(&work, &sink, 101000);
    for (size_t i = 0; i < 1000; i++) {
        stack_xk.submit(opened);
    }
    struct xk_requester *requester = *(struct xk_requester **)((uint8_t *)opened + 2 * sizeof(void *));
    uint64_t start = now_ns();
    for (uint64_t i = 0; i < 1000; i++) {
        (void)xk_requester_tick(requester, i, 0, NULL);
    }
    f->tick_idle_ns = per(start, 1000);
    for (size_t i = 0; i < 100000; i++) {
        stack_xk.submit(opened);
    }
    start = now_ns();
    stack_xk.expire(opened);
    f->tick_due_ns = per(start, 1000);
    check(sink.failures == 1000, "what was due is not what expired");
    stack_xk.close(opened);
    free(sink.ids);
}

/* What one more pending request takes, less what it was configured to retain. */
static double bytes_per_pending(void)
{
    struct xk_requester_config config;
    xk_requester_config_init(&config);
    config.max_request_size = 1024;
    config.max_warrant_size = 172;
    config.max_pending = 1000000;
    size_t one = xk_requester_memory(&config);
    config.max_pending = 2000000;
    size_t two = xk_requester_memory(&config);
    return (double)(two - one) / 1e6 - 1024 - 172;
}

static void line(const char *name, const struct series *series)
{
    printf("  %-52s %10.1f ns  +-%4.1f %%\n", name, series_median(series), 100 * series_spread(series));
}

struct gate {
    const char *key;
    double value;
    double limit; /* 0: for the record */
};

static void print_table(const struct figures *f)
{
    static const char *const names[] = {"libxk", "obvious", "careful"};
    printf("codec, get_keys of %zu octets, response of %zu\n", work.request_size, work.response_size);
    line("memcpy of get_keys (floor)", &f->copy);
    line("encode get_keys: libxk", &f->encode_xk);
    line("encode get_keys: libcbor streaming", &f->encode_stream);
    line("decode response: libcbor streaming, bare loop (floor)", &f->raw);
    line("decode response: libxk, every strictness", &f->decode_xk);
    line("decode response: libcbor streaming, types only", &f->decode_stream);
    line("both messages, encode and decode: libxk", &f->codec_xk);
    line("both messages, encode and decode: libcbor items", &f->codec_items);
    printf("HI2 record\n");
    line("libxk", &f->record_xk);
    line("asn1c, structure reused", &f->record_reused);
    line("asn1c, structure built each time", &f->record_fresh);
    printf("TRANSFER_INIT and TRANSFER_RESP\n");
    line("parse and check both, as submit does by default", &f->check);
    printf("cycle, without that check\n");
    for (size_t i = 0; i < 3; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s, 1 k pending (%.2f allocations a cycle)", names[i], f->allocations[i]);
        line(text, &f->cycle_1k[i]);
    }
    line("libxk, 100 k pending", &f->cycle_100k[0]);
    line("careful, 100 k pending", &f->cycle_100k[1]);
    line("libxk, 1 M pending", &f->cycle_1m[0]);
    line("careful, 1 M pending", &f->cycle_1m[1]);
    printf("  %-52s %10.1f ns\n", "libxk, 1 k pending, with the check",
           series_median(&f->cycle_1k[0]) + series_median(&f->check));
    printf("engine\n  %-52s %10.1f ns\n  %-52s %10.1f ns\n  %-52s %10.2f times\n", "tick, 1 k pending, nothing due",
           f->tick_idle_ns, "tick, for each due of 101 k pending, with record", f->tick_due_ns,
           "two threads, two engines: work done", f->threads);
}

static int print_gates(const struct figures *f, FILE *json)
{
    const double k = series_median(&f->cycle_1k[0]);
    const double m = series_median(&f->cycle_1m[0]);
    const struct gate gates[] = {
        {"codec_ratio_items", series_ratio(&f->codec_xk, &f->codec_items), 0.12},
        {"hi2_ratio_asn1c", series_ratio(&f->record_xk, &f->record_reused), 0.08},
        {"cycle_ratio_stack_1k", series_ratio(&f->cycle_1k[0], &f->cycle_1k[1]), 0.15},
        {"cycle_ratio_careful_1k", series_ratio(&f->cycle_1k[0], &f->cycle_1k[2]), 0.30},
        {"cycle_ratio_careful_1m", series_ratio(&f->cycle_1m[0], &f->cycle_1m[1]), 0.40},
        {"cycle_ns_1k", k, 0},
        {"cycle_ns_1m", m, 0},
        {"cycle_growth_1m", m / k, 0},
        {"mallocs_per_cycle", f->allocations[0], -1},
        {"bytes_per_pending", bytes_per_pending(), 96},
    };
    int missed = 0;
    printf("keys\n");
    fprintf(json, "{\n");
    for (size_t i = 0; i < sizeof gates / sizeof gates[0]; i++) {
        bool bad = gates[i].limit < 0 ? gates[i].value > 0 : gates[i].limit > 0 && gates[i].value > gates[i].limit;
        double limit = gates[i].limit < 0 ? 0 : gates[i].limit;
        printf("  %-24s %10.3f", gates[i].key, gates[i].value);
        if (gates[i].limit != 0) {
            printf("   must reach %.2f: %s", limit, bad ? "MISSED" : "reached");
        }
        printf("\n");
        fprintf(json, "  \"%s\": %.4f%s\n", gates[i].key, gates[i].value,
                i + 1 < sizeof gates / sizeof gates[0] ? "," : "");
        missed += bad ? 1 : 0;
    }
    fprintf(json, "}\n");
    return missed;
}

int main(int argc, char **argv)
{
    static struct figures f;
    const struct stack *const stacks[] = {&stack_xk, &stack_obvious, &stack_careful};
    bool quick = false;
    FILE *json = fopen("/dev/null", "w");
    for (int i = 1; i < argc; i++) {
        quick = quick || strcmp(argv[i], "--quick") == 0;
        if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
            json = fopen(argv[i + 1], "w");
        }
    }
    check(json != NULL, "cannot write the JSON file");
    pin(0);
    work_init(&work);
    for (size_t repetition = 0; repetition < (quick ? 3 : REPETITIONS); repetition++) {
        measure_codec(&f);
        measure_record(&f);
        measure_check(&f, TRANSFER_INIT_HEX, TRANSFER_RESP_HEX);
        for (size_t i = 0; i < 3; i++) {
            series_add(&f.cycle_1k[i], cycle(stacks[i], 1000, 10, &f.allocations[i]));
        }
        double ignored;
        for (size_t i = 0; i < 2; i++) {
            series_add(&f.cycle_100k[i], cycle(stacks[2 * i], 100000, 1, &ignored));
        }
        for (size_t i = 0; i < 2 && !quick; i++) {
            series_add(&f.cycle_1m[i], cycle(stacks[2 * i], 1000000, 1, &ignored));
        }
    }
    measure_tick(&f);
    f.threads = measure_threads();
    print_table(&f);
    int missed = print_gates(&f, json);
    fclose(json);
    printf("%d of the bounds missed\n", missed);
    return 0;
}
