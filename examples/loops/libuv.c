/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-host-libuv: a requester in a loop of libuv, with uv_timer_t for time and the thread pool for writing.
 *
 *   xk-host-libuv --tls FOLDER --calls FOLDER --target URI --kms NAME=HOST:PORT[,NAME=HOST:PORT] [--timeout MS]
 *                 [--write-ms MS]
 *
 * The engine stays in the loop's thread. An outcome is held, a thread of the pool writes it, and when that is done the
 * loop acknowledges it: a slow disk delays no timer. While too many are being written, outcomes are refused; their
 * keys are wiped and asked for again when there is room, and reading goes on. --write-ms makes each write take as long.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>
#include <xk/requester.h>

#include "loops/job.h"
#include "loops/uv_link.h"
#include "support/support.h"

#define HELD_MAX 2

struct held {
    uv_work_t work;
    struct program *program;
    uint64_t request;
    struct xk_outcome_id id;
    char line[JOB_LINE_MAX];
    bool used;
};

struct program {
    uv_loop_t loop;
    uv_timer_t timer; /* of the engine */
    struct job job;
    struct xk_requester *requester;
    struct uv_link links[JOB_KMS_MAX];
    uint64_t handles[JOB_CALLS_MAX];
    struct held held[HELD_MAX];
    unsigned int write_ms;
    size_t refused; /* outcomes for which there was no room */
    bool ending;
};

static void settle(struct program *p);

/* The engine has a get_keys for a KMS. False is a failed attempt: it will try again, or another one. */
static bool on_send(const struct xk_send *send, void *user)
{
    struct program *p = user;
    return tls_stream_send(&p->links[send->kms].tls, send->octets.data, send->octets.size);
}

/* Gives the engine what a KMS has sent. Whatever it answers, the octets are done with and reading goes on: keys that
 * the host could not take (XK_E_BLOCKED) are asked for again when there is room, and hold up no other answer. */
static void take_frames(struct uv_link *link)
{
    struct program *p = link->user;
    uint8_t *message;
    size_t size;
    while (tls_stream_receive(&link->tls, &message, &size)) {
        enum xk_status status = xk_requester_receive(p->requester, uv_now(&p->loop), link->number, message, size, NULL);
        tls_stream_taken(&link->tls);
        if (status == XK_E_FENCED) {
            die("another host owns the requests");
        }
    }
}

static void on_heard(struct uv_link *link)
{
    take_frames(link);
    settle(link->user);
}

/* In a thread of the pool: touches what was handed to it and nothing else. */
static void write_line(uv_work_t *work)
{
    struct held *held = work->data;
    uv_sleep(held->program->write_ms);
    if (fputs(held->line, stdout) == EOF || fflush(stdout) != 0) {
        die("the outcomes cannot be written");
    }
}

/* In the loop's thread again: the line is written, so the outcome is safe, and there is room for another. */
static void on_written(uv_work_t *work, int status)
{
    struct held *held = work->data;
    struct program *p = held->program;
    (void)status;
    if (xk_requester_acknowledge(p->requester, uv_now(&p->loop), held->request, &held->id) != XK_OK) {
        die("an acknowledgement of no outcome");
    }
    held->used = false;
    (void)xk_requester_resume(p->requester, uv_now(&p->loop), 0, NULL); /* what was refused */
    settle(p);
}

/* The engine has an outcome. Keys would be copied here, for the thread to write and to wipe; this host counts them. */
static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    struct program *p = user;
    for (size_t i = 0; i < HELD_MAX; i++) {
        struct held *held = &p->held[i];
        if (!held->used) {
            *held = (struct held){.program = p, .request = outcome->request, .id = outcome->id};
            held->work.data = held;
            job_line(&p->job, p->handles, outcome, held->line);
            held->used = uv_queue_work(&p->loop, &held->work, write_line, on_written) == 0;
            return held->used ? XK_OUTCOME_HELD : XK_OUTCOME_REFUSED;
        }
    }
    p->refused++;
    return XK_OUTCOME_REFUSED;
}

static void on_tick(uv_timer_t *timer)
{
    struct program *p = timer->data;
    (void)xk_requester_tick(p->requester, uv_now(&p->loop), 0, NULL);
    settle(p);
}

static void end(struct program *p)
{
    p->ending = true;
    uv_close((uv_handle_t *)&p->timer, NULL);
    for (size_t i = 0; i < p->job.kms_count; i++) {
        uv_link_end(&p->links[i]);
    }
}

/* After everything that happened: send what has been queued and set the timer; or end. */
static void settle(struct program *p)
{
    struct xk_requester_usage usage;
    uint64_t next = xk_requester_next_deadline(p->requester);
    uint64_t now = uv_now(&p->loop);
    xk_requester_read_usage(p->requester, &usage);
    if (usage.pending == 0 && usage.owed == 0) {
        if (!p->ending) {
            end(p);
        }
        return;
    }
    for (size_t i = 0; i < p->job.kms_count; i++) {
        uv_link_settle(&p->links[i]);
    }
    if (next == XK_NEVER) {
        uv_timer_stop(&p->timer);
    } else {
        uv_timer_start(&p->timer, on_tick, next > now ? next - now : 0, 0);
    }
}

int main(int argc, char **argv)
{
    static struct program p;
    static const struct option_rule own = {"write-ms", "MS", "how long it takes to keep an outcome (0)"};
    const struct xk_requester_callbacks callbacks = {
        .size = sizeof callbacks, .random = fill_random, .send = on_send, .on_outcome = on_outcome};
    job_load(&p.job, argc, argv, &own);
    p.write_ms = options_number(&p.job.line, "write-ms", 0, 0, 60000);
    signal(SIGPIPE, SIG_IGN); /* libuv leaves that to its user */
    if (uv_loop_init(&p.loop) != 0 || uv_timer_init(&p.loop, &p.timer) != 0) {
        die("libuv cannot be had");
    }
    p.timer.data = &p;
    p.requester = job_requester(&p.job, &callbacks, &p);
    for (uint32_t i = 0; i < p.job.kms_count; i++) {
        uv_link_open(&p.links[i], &p.loop, &p.job, i, on_heard, &p);
    }
    for (size_t i = 0; i < p.job.call_count; i++) {
        p.handles[i] = job_submit(&p.job, p.requester, uv_now(&p.loop), i);
    }
    settle(&p);
    uv_run(&p.loop, UV_RUN_DEFAULT);
    for (size_t i = 0; i < p.job.kms_count; i++) {
        uv_link_free(&p.links[i]);
    }
    fprintf(stderr, "outcomes refused for want of room: %zu\n", p.refused);
    (void)xk_requester_destroy(p.requester);
    job_free(&p.job);
    return uv_loop_close(&p.loop) == 0 ? 0 : 1;
}
