/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-bench: libxk beside what a user would build instead, in one run on one core, repetition by repetition in turn.
 *
 *   xk-bench [--json FILE] [--quick]      under taskset on the core that it gives, else on the first
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

#include "bench/figures.h"
#include "bench/stack.h"

#define CODEC_ROUNDS 20000

static struct work work;

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

/* The first core that this process was given. */
static int first_core(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    (void)!sched_getaffinity(0, sizeof set, &set);
    for (int core = 0; core < CPU_SETSIZE; core++) {
        if (CPU_ISSET(core, &set)) {
            return core;
        }
    }
    return 0;
}

static double per(uint64_t start, size_t rounds)
{
    return (double)(spent_ns() - start) / (double)rounds;
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
    uint64_t start = spent_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(xk_get_keys_encode(&work.get_keys, out, sizeof out, &size, NULL) == XK_OK, "encode");
    }
    double encode = per(start, CODEC_ROUNDS);
    start = spent_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(xk_get_keys_decode(work.request, work.request_size, &asked, NULL) == XK_OK, "decode");
        check(xk_get_keys_response_encode(&answer, copy, sizeof copy, &size, NULL) == XK_OK, "encode");
    }
    double middle = per(start, CODEC_ROUNDS);
    struct xk_session_result again[8];
    struct xk_get_keys_response decoded;
    start = spent_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(xk_get_keys_response_decode(work.response, work.response_size, &decoded, again, 8, NULL) == XK_OK,
              "decode");
    }
    double decode = per(start, CODEC_ROUNDS);
    series_add(&f->encode_xk, encode);
    series_add(&f->decode_xk, decode);
    series_add(&f->codec_xk, encode + middle + decode);
    start = spent_ns();
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
    start = spent_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(stream_encode_get_keys(&work.get_keys, out, sizeof out) == work.request_size, "stream");
    }
    series_add(&f->encode_stream, per(start, CODEC_ROUNDS));
    start = spent_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(stream_decode_response(work.response, work.response_size, &other), "stream");
    }
    series_add(&f->decode_stream, per(start, CODEC_ROUNDS));
    start = spent_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(stream_raw(work.response, work.response_size) == work.response_size, "raw");
    }
    series_add(&f->raw, per(start, CODEC_ROUNDS));
    start = spent_ns();
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
    struct xk_hi2_encoder encoder;
    check(stream_decode_response(work.response, work.response_size, &answer), "response");
    memset(&event, 0, sizeof event);
    memset(keys, 0, sizeof keys);
    for (size_t i = 0; i < 2; i++) {
        keys[i].cs_id = (struct xk_bytes){&answer.sessions[i].cs_id, 1};
        keys[i].key = (struct xk_bytes){answer.sessions[i].key, answer.sessions[i].key_size};
        keys[i].salt = (struct xk_bytes){answer.sessions[i].salt, answer.sessions[i].salt_size};
    }
    event.warrant = &work.warrant;
    event.keys = keys;
    event.key_count = 2;
    const struct li_data li = {work.warrant.liid, work.party.sip_uri, work.warrant.correlation_number,
                               work.warrant.operator_identifier};
    xk_hi2_profile_init(&profile, XK_HI2_UMTS);
    check(xk_hi2_encoder_prepare(&encoder, sizeof encoder, &profile, NULL) == XK_OK, "profile");
    uint64_t start = spent_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        event.time = event_time(i);
        check(xk_hi2_encoder_record(&encoder, &event, NULL, ours, sizeof ours, &size, NULL) == XK_OK, "record");
    }
    series_add(&f->record_xk, per(start, CODEC_ROUNDS));
    start = spent_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        event.time = event_time(i);
        check(xk_hi2_record_encode(&profile, &event, NULL, ours, sizeof ours, &size, NULL) == XK_OK, "record");
    }
    series_add(&f->record_plain, per(start, CODEC_ROUNDS));
    start = spent_ns();
    size_t other_size = 0;
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        other_size = der_asn1c(&li, &answer, event_time(i), false, other, sizeof other);
    }
    series_add(&f->record_reused, per(start, CODEC_ROUNDS));
    start = spent_ns();
    for (size_t i = 0; i < CODEC_ROUNDS / 4; i++) {
        check(der_asn1c(&li, &answer, event_time(i), true, other, sizeof other) == size, "asn1c");
    }
    series_add(&f->record_fresh, per(start, CODEC_ROUNDS / 4));
    other_size = der_asn1c(&li, &answer, event.time, false, other, sizeof other);
    check(other_size == size && memcmp(ours, other, size) == 0, "the records differ");
}

/* What submit does beyond the others when the library checks the MIKEY messages: measured on real ones. */
static void measure_check(struct figures *f, const char *init_hex, const char *resp_hex)
{
    static uint8_t init[1024];
    static uint8_t resp[1024];
    struct xk_exchange exchange;
    struct xk_get_keys message;
    size_t sizes[2] = {0, 0};
    const char *const texts[] = {init_hex, resp_hex};
    uint8_t *const outs[] = {init, resp};
    for (size_t k = 0; k < 2; k++) {
        for (const char *at = texts[k]; at[0] != '\0' && at[1] != '\0'; at += 2) {
            const char pair[3] = {at[0], at[1], '\0'};
            outs[k][sizes[k]++] = (uint8_t)strtoul(pair, NULL, 16);
        }
    }
    memset(&message, 0, sizeof message);
    message.transfer_init = (struct xk_bytes){init, sizes[0]};
    message.transfer_resp = (struct xk_bytes){resp, sizes[1]};
    uint64_t start = spent_ns();
    for (size_t i = 0; i < CODEC_ROUNDS; i++) {
        check(xk_exchange_parse(&message, &exchange, NULL) == XK_OK, "MIKEY");
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

struct spent {
    uint64_t submit, answer, expire;
};

static void work_round(const struct stack *stack, void *opened, size_t count, const uint32_t *order,
                       struct sink *sink, struct spent *spent)
{
    uint8_t responses[AT_ONCE][RESPONSE_MAX];
    size_t answered = count - count / 100;
    size_t group = stack->answer_many != NULL ? AT_ONCE : 1;
    sink->sent = 0;
    uint64_t start = spent_ns();
    for (size_t i = 0; i < count; i++) {
        stack->submit(opened);
    }
    uint64_t submitted = spent_ns();
    for (size_t i = 0; i < answered; i += group) {
        size_t here = answered - i < group ? answered - i : group;
        for (size_t k = 0; k < here; k++) {
            memcpy(responses[k], work.response, work.response_size);
            memcpy(responses[k] + ID_OFFSET, sink->ids[order[i + k]], ID_SIZE);
        }
        if (stack->answer_many != NULL) {
            stack->answer_many(opened, responses, work.response_size, here);
        } else {
            stack->answer(opened, responses[0], work.response_size);
        }
    }
    uint64_t done = spent_ns();
    stack->expire(opened);
    spent->submit += submitted - start;
    spent->answer += done - submitted;
    spent->expire += spent_ns() - done;
}

/* What a contender sends and writes for one request that is answered and one that expires: by libxk, then by it. */
static void compare(const struct stack *stack)
{
    static uint8_t requests[2][1024];
    static uint8_t records[2][2][512];
    size_t sizes[2][2];
    const struct stack *const stacks[] = {&stack_xk, stack};
    for (size_t i = 0; i < 2; i++) {
        uint8_t ids[2][ID_SIZE];
        uint8_t response[256];
        struct sink sink;
        memset(&sink, 0, sizeof sink);
        sink.ids = ids;
        void *opened = stacks[i]->open(&work, &sink, 4);
        stacks[i]->submit(opened);
        if (sink.request != NULL) {
            check(sink.request_size == work.request_size, "the sizes of get_keys differ");
            memcpy(requests[i], sink.request, work.request_size);
            memset(requests[i] + ID_OFFSET, 0, ID_SIZE);
        } else {
            memcpy(requests[i], requests[0], work.request_size);
        }
        memcpy(response, work.response, work.response_size);
        memcpy(response + ID_OFFSET, ids[0], ID_SIZE);
        for (size_t k = 0; k < 2; k++) {
            if (k == 0) {
                stacks[i]->answer(opened, response, work.response_size);
                stacks[i]->submit(opened);
            } else {
                stacks[i]->expire(opened);
            }
            sizes[i][k] = sink.record_size;
            memcpy(records[i][k], sink.written != NULL ? sink.written : sink.record, sink.record_size);
        }
        check(sink.keys == 1 && sink.failures == 1, "not one answered and one expired");
        stacks[i]->close(opened);
    }
    check(memcmp(requests[0], requests[1], work.request_size) == 0, "the get_keys differ");
    for (size_t k = 0; k < 2; k++) {
        check(sizes[0][k] == sizes[1][k] && memcmp(records[0][k], records[1][k], sizes[0][k]) == 0,
              "the records of a contender differ");
    }
}

/* ns a request, over `rounds` rounds of `count` requests; opening and closing are not counted. */
static double cycle(const struct stack *stack, size_t count, size_t rounds, double *allocated, struct steps *steps)
{
    struct sink sink;
    memset(&sink, 0, sizeof sink);
    sink.ids = malloc(count * sizeof *sink.ids);
    uint32_t *order = shuffled(count);
    size_t answered = count - count / 100;
    check(sink.ids != NULL, "memory");
    void *opened = stack->open(&work, &sink, count);
    struct spent warm_up = {0};
    struct spent spent = {0};
    work_round(stack, opened, count, order, &sink, &warm_up);
    uint64_t before = allocations;
    for (size_t round = 0; round < rounds; round++) {
        work_round(stack, opened, count, order, &sink, &spent);
    }
    *allocated = (double)(allocations - before) / (double)(rounds * count);
    check(sink.keys == answered * (rounds + 1) && sink.failures == (count - answered) * (rounds + 1),
          "a contender lost a record");
    stack->close(opened);
    free(order);
    free(sink.ids);
    if (steps != NULL) {
        series_add(&steps->submit, (double)spent.submit / (double)(rounds * count));
        series_add(&steps->answer, (double)spent.answer / (double)(rounds * answered));
        series_add(&steps->expire, (double)spent.expire / (double)(rounds * (count - answered)));
    }
    return (double)(spent.submit + spent.answer + spent.expire) / (double)(rounds * count);
}

static void *run_thread(void *argument)
{
    double allocated;
    pin(*(int *)argument);
    (void)cycle(&stack_xk, 1000, 300, &allocated, NULL);
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
    struct xk_requester *requester = stack_xk_requester(opened);
    uint64_t start = spent_ns();
    for (uint64_t i = 0; i < 1000; i++) {
        (void)xk_requester_tick(requester, i, 0, NULL);
    }
    f->tick_idle_ns = per(start, 1000);
    for (size_t i = 0; i < 100000; i++) {
        stack_xk.submit(opened);
    }
    start = spent_ns();
    stack_xk.expire(opened);
    f->tick_due_ns = per(start, 1000);
    check(sink.failures == 1000, "what was due is not what expired");
    stack_xk.close(opened);
    free(sink.ids);
}

int main(int argc, char **argv)
{
    static struct figures f;
    const struct stack *const stacks[] = {&stack_xk, &stack_obvious, &stack_careful, &stack_floor};
    bool quick = false;
    FILE *json = fopen("/dev/null", "w");
    for (int i = 1; i < argc; i++) {
        quick = quick || strcmp(argv[i], "--quick") == 0;
        if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
            json = fopen(argv[i + 1], "w");
        }
    }
    check(json != NULL, "cannot write the JSON file");
    pin(first_core());
    work_init(&work);
    check(work.response_size <= RESPONSE_MAX, "response");
    for (size_t i = 1; i < CONTENDERS; i++) {
        compare(stacks[i]);
    }
    for (size_t repetition = 0; repetition < (quick ? 3 : REPETITIONS); repetition++) {
        measure_codec(&f);
        measure_record(&f);
        measure_check(&f, TRANSFER_INIT_HEX, TRANSFER_RESP_HEX);
        for (size_t i = 0; i < CONTENDERS; i++) {
            series_add(&f.cycle_1k[i], cycle(stacks[i], 1000, 40, &f.allocations[i], i == 0 ? &f.steps_1k : NULL));
        }
        double ignored;
        for (size_t i = 0; i < CONTENDERS; i++) {
            if (i == 1) {
                continue; /* the obvious one takes its time */
            }
            series_add(&f.cycle_100k[i], cycle(stacks[i], 100000, 1, &ignored, NULL));
            if (!quick) {
                series_add(&f.cycle_1m[i], cycle(stacks[i], 1000000, 1, &ignored, i == 0 ? &f.steps_1m : NULL));
            }
        }
        series_add(&f.many_100k, cycle(&stack_xk_many, 100000, 1, &ignored, NULL));
        if (!quick) {
            series_add(&f.malloc_1m, cycle(&stack_xk_malloc, 1000000, 1, &ignored, NULL));
            series_add(&f.many_1m, cycle(&stack_xk_many, 1000000, 1, &ignored, NULL));
        }
    }
    measure_tick(&f);
    f.threads = measure_threads();
    report_table(stdout, &f, work.request_size, work.response_size);
    const struct stored stored = {work.request_size, stack_xk_warrant_size(&work)};
    int missed = report_keys(stdout, &f, &stored, json);
    fclose(json);
    printf("%d of the bounds missed\n", missed);
    return 0;
}
