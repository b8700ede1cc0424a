/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "support/support.h"

#define CHECK_MS 10
#define SECOND_MS 1000
#define OPEN_US UINT64_C(3000000) /* for the connections at the start */

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

double run_seconds(const struct run *run)
{
    uint64_t end = run->end_us != 0 ? run->end_us : now_us();
    return run->start_us == 0 ? 0 : (double)(end - run->start_us) / 1e6;
}

uint64_t run_errors(const struct run *run)
{
    const struct tally *t = &run->tally;
    return t->not_sent + t->refused + t->malformed + t->timeouts + t->lost + t->unmatched + t->losses;
}

/* The place of a request and how often it has been used are in the id; the rest is this run's alone. */
static struct xk_transaction_id make_id(const struct run *run, uint32_t place)
{
    struct xk_transaction_id id;
    memcpy(id.octets, run->salt, 8);
    memcpy(id.octets + 8, &run->pending[place].generation, 4);
    memcpy(id.octets + 12, &place, 4);
    return id;
}

static uint32_t find(const struct run *run, const struct lane *lane, const struct xk_transaction_id *id)
{
    uint32_t place;
    memcpy(&place, id->octets + 12, 4);
    if (place / run->plan.window != lane->number || !run->pending[place].used) {
        return NO_REQUEST;
    }
    struct xk_transaction_id own = make_id(run, place);
    return memcmp(own.octets, id->octets, sizeof own.octets) == 0 ? place : NO_REQUEST;
}

static void enlist(struct run *run, uint32_t place)
{
    struct pending *request = &run->pending[place];
    request->before = run->newest;
    request->after = NO_REQUEST;
    if (run->newest == NO_REQUEST) {
        run->oldest = place;
    } else {
        run->pending[run->newest].after = place;
    }
    run->newest = place;
    run->under_way++;
}

/* The request is over, whichever way. */
static void settle(struct run *run, uint32_t place)
{
    struct pending *request = &run->pending[place];
    struct lane *lane = &run->lanes[place / run->plan.window];
    if (request->before == NO_REQUEST) {
        run->oldest = request->after;
    } else {
        run->pending[request->before].after = request->after;
    }
    if (request->after == NO_REQUEST) {
        run->newest = request->before;
    } else {
        run->pending[request->after].before = request->before;
    }
    request->used = false;
    request->generation++;
    lane->free[lane->free_count++] = place;
    run->under_way--;
}

static bool send_one(struct run *run, struct lane *lane, uint64_t meant_us)
{
    static uint8_t octets[2 * QUESTION_MIKEY_MAX + 1024];
    const struct question *question = &run->plan.questions[run->next % run->plan.question_count];
    uint32_t place = lane->free[lane->free_count - 1];
    struct xk_get_keys ask;
    size_t size = 0;
    memset(&ask, 0, sizeof ask);
    ask.transaction_id = make_id(run, place);
    ask.public_kms_identity = xk_text(question->identity);
    ask.transfer_init = (struct xk_bytes){question->init, question->init_size};
    ask.transfer_resp = (struct xk_bytes){question->resp, question->resp_size};
    if (question->update_init_size > 0) {
        ask.update_init = (struct xk_bytes){question->update_init, question->update_init_size};
        ask.update_resp = (struct xk_bytes){question->update_resp, question->update_resp_size};
    }
    if (xk_get_keys_encode(&ask, octets, sizeof octets, &size, NULL) != XK_OK) {
        die("a get_keys cannot be encoded");
    }
    if (!conn_send(lane->dialer.conn, octets, size)) {
        lane->full = true;
        return false;
    }
    lane->free_count--;
    struct pending *request = &run->pending[place];
    request->used = true;
    request->meant_us = meant_us;
    request->sent_us = now_us();
    enlist(run, place);
    run->tally.sent++;
    run->next++;
    return true;
}

/* The next connection in turn that takes a request; NULL when none does. */
static struct lane *pick(struct run *run)
{
    for (uint32_t i = 0; i < run->plan.lanes; i++) {
        struct lane *lane = &run->lanes[(run->next_lane + i) % run->plan.lanes];
        if (lane->open && !lane->full && lane->free_count > 0) {
            run->next_lane = (lane->number + 1) % run->plan.lanes;
            return lane;
        }
    }
    return NULL;
}

/* When the next request is meant to go; UINT64_MAX when there is none. */
static uint64_t next_due(const struct run *run, uint64_t now)
{
    const struct plan *plan = &run->plan;
    uint64_t due = plan->rate == 0 ? now : run->start_us + run->next * 1000000 / plan->rate;
    bool over = (plan->count > 0 && run->next >= plan->count) ||
                (plan->duration_us > 0 && due >= run->start_us + plan->duration_us);
    return run->start_us == 0 || over ? UINT64_MAX : due;
}

/* Sends what is due, as far as there is room. What waits for room longer than an answer may take is given up. */
static void pump(struct run *run)
{
    uint64_t now = now_us();
    uint64_t due;
    while ((due = next_due(run, now)) <= now) {
        struct lane *lane = pick(run);
        if (lane != NULL) {
            (void)send_one(run, lane, due);
        } else if (run->plan.rate > 0 && now - due >= (uint64_t)run->plan.timeout_ms * 1000) {
            run->tally.not_sent++;
            run->next++;
        } else {
            break;
        }
    }
    if (due != UINT64_MAX && due > now) {
        const struct itimerspec when = {
            .it_value = {.tv_sec = (time_t)(due / 1000000), .tv_nsec = (long)(due % 1000000) * 1000}};
        timerfd_settime(run->pace.fd, TFD_TIMER_ABSTIME, &when, NULL);
    }
}

static void on_pace(struct loop_watch *watch, uint32_t events)
{
    uint64_t fired;
    (void)events;
    (void)!read(watch->fd, &fired, sizeof fired);
    pump(watch->owner);
}

static void on_open(struct conn *conn, void *user)
{
    struct lane *lane = user;
    (void)conn;
    lane->open = true;
    lane->full = false;
    pump(lane->run);
}

static void on_drained(struct conn *conn, void *user)
{
    struct lane *lane = user;
    (void)conn;
    lane->full = false;
    pump(lane->run);
}

/* The reason why there is not a key for each Crypto Session; XK_FAILURE_NONE when there is. */
static enum xk_failure reason(const struct xk_get_keys_response *answer)
{
    enum xk_failure failure = answer->failure;
    for (size_t i = 0; i < answer->session_count && failure == XK_FAILURE_NONE; i++) {
        failure = answer->sessions[i].failure;
    }
    return failure;
}

static void take_answer(struct run *run, const struct lane *lane, const uint8_t *data, size_t size)
{
    struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
    struct xk_get_keys_response answer;
    struct xk_transaction_id id;
    enum xk_message_type type;
    uint64_t now = now_us();
    bool good = xk_get_keys_response_decode(data, size, &answer, sessions, XK_CRYPTO_SESSIONS_MAX, NULL) == XK_OK;
    uint32_t place = NO_REQUEST;
    if (good || xk_message_peek(data, size, &type, &id, NULL) == XK_OK) {
        place = find(run, lane, good ? &answer.transaction_id : &id);
    }
    if (place == NO_REQUEST) {
        run->tally.unmatched++;
        return;
    }
    const struct pending *request = &run->pending[place];
    if (!good) {
        run->tally.malformed++;
    } else {
        enum xk_failure failure = reason(&answer);
        run->tally.keys += failure == XK_FAILURE_NONE;
        run->tally.refused += failure != XK_FAILURE_NONE;
        run->tally.reasons[failure]++;
        histogram_record(&run->latency, now - (run->plan.rate > 0 ? request->meant_us : request->sent_us));
    }
    settle(run, place);
}

static enum conn_reply on_frame(struct conn *conn, uint8_t *data, size_t size, void *user)
{
    struct lane *lane = user;
    (void)conn;
    take_answer(lane->run, lane, data, size);
    pump(lane->run);
    return CONN_TAKEN;
}

static void on_closed(struct conn *conn, const char *why, void *user)
{
    struct lane *lane = user;
    struct run *run = lane->run;
    (void)conn;
    snprintf(run->why, sizeof run->why, "%s", why);
    run->tally.losses += lane->open;
    lane->open = false;
    for (uint32_t i = lane->number * run->plan.window; i < (lane->number + 1) * run->plan.window; i++) {
        if (run->pending[i].used) {
            settle(run, i);
            run->tally.lost++;
        }
    }
}

static uint32_t count_open(const struct run *run)
{
    uint32_t open = 0;
    for (uint32_t i = 0; i < run->plan.lanes; i++) {
        open += run->lanes[i].open;
    }
    return open;
}

/* Begins once all are connected, or with those that are; ends when nothing is meant and nothing under way. */
static void check_phase(struct run *run, uint64_t now)
{
    uint64_t timeout_us = (uint64_t)run->plan.timeout_ms * 1000;
    uint32_t open = count_open(run);
    run->dark_us = open > 0 ? 0 : run->dark_us == 0 ? now : run->dark_us;
    if (run->start_us == 0) {
        if (open == run->plan.lanes || now - run->opened_us >= OPEN_US) {
            run->start_us = open > 0 ? now : 0;
            run->loop.stopped = open == 0;
        }
        return;
    }
    /* Without a rate and a duration nothing else would end a run whose KMS does not come back. */
    bool stuck =
        run->plan.rate == 0 && run->plan.duration_us == 0 && run->dark_us != 0 && now - run->dark_us >= timeout_us;
    if (run->under_way == 0 && (stuck || next_due(run, now) == UINT64_MAX)) {
        loop_stop(&run->loop);
    }
}

static void on_check(struct loop_timer *timer)
{
    struct run *run = timer->owner;
    uint64_t now = now_us();
    uint64_t timeout_us = (uint64_t)run->plan.timeout_ms * 1000;
    while (run->oldest != NO_REQUEST && now - run->pending[run->oldest].sent_us >= timeout_us) {
        settle(run, run->oldest);
        run->tally.timeouts++;
    }
    check_phase(run, now);
    pump(run);
    loop_arm(&run->loop, &run->check, CHECK_MS);
}

static void on_second(struct loop_timer *timer)
{
    struct run *run = timer->owner;
    if (run->start_us != 0) {
        run->on_second(run);
    }
    loop_arm(&run->loop, &run->second, SECOND_MS);
}

static void open_lanes(struct run *run, SSL_CTX *context, const char *address)
{
    struct conn_limits limits;
    char why[160];
    conn_limits_init(&limits);
    for (uint32_t i = 0; i < run->plan.lanes; i++) {
        struct lane *lane = &run->lanes[i];
        const struct conn_events events = {
            .open = on_open, .frame = on_frame, .drained = on_drained, .closed = on_closed, .user = lane};
        *lane = (struct lane){.run = run, .number = i, .free = calloc(run->plan.window, sizeof *lane->free)};
        if (lane->free == NULL) {
            die("no memory");
        }
        while (lane->free_count < run->plan.window) {
            lane->free[lane->free_count] = (i + 1) * run->plan.window - 1 - lane->free_count;
            lane->free_count++;
        }
        if (!dialer_open(&lane->dialer, &run->loop, context, address, &limits, &events, why, sizeof why)) {
            die("%s", why);
        }
    }
}

static void open_run(struct run *run)
{
    run->oldest = run->newest = NO_REQUEST;
    run->opened_us = now_us();
    run->pending = calloc((size_t)run->plan.lanes * run->plan.window, sizeof *run->pending);
    run->check = (struct loop_timer){.fire = on_check, .owner = run};
    run->second = (struct loop_timer){.fire = on_second, .owner = run};
    run->pace = (struct loop_watch){.fd = -1, .ready = on_pace, .owner = run};
    run->pace.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (run->pending == NULL || run->pace.fd < 0 || !fill_random(run->salt, sizeof run->salt, NULL) ||
        !loop_open(&run->loop) || !loop_add(&run->loop, &run->pace, EPOLLIN)) {
        die("the run cannot be set up");
    }
    loop_arm(&run->loop, &run->check, CHECK_MS);
    loop_arm(&run->loop, &run->second, SECOND_MS);
}

bool run_load(struct run *run, SSL_CTX *context, const char *address)
{
    open_run(run);
    open_lanes(run, context, address);
    loop_run(&run->loop);
    run->end_us = now_us();
    run->tally.unanswered = run->under_way;
    for (uint32_t i = 0; i < run->plan.lanes; i++) {
        dialer_close(&run->lanes[i].dialer);
        free(run->lanes[i].free);
    }
    free(run->pending);
    close(run->pace.fd);
    loop_close(&run->loop);
    return run->start_us != 0;
}
