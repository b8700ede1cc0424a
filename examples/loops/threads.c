/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-host-threads: as many requesters as threads, each with connections and a loop of poll() of its own. Engines share
 * nothing, so that nothing is locked; the calls are dealt out in turn.
 *
 *   xk-host-threads --tls FOLDER --calls FOLDER --target URI --kms NAME=HOST:PORT[,NAME=HOST:PORT] [--timeout MS]
 *                   [--threads N]
 *
 * Outcomes are made safe in batches, as a host with a disk would do it: they are held, written and flushed together a
 * little later, and then acknowledged. One that the batch has no room for is refused and comes again.
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <xk/requester.h>

#include "loops/job.h"
#include "loops/link.h"
#include "support/support.h"
#include "transport/loop.h"

#define THREADS_MAX 16
#define BATCH 2 /* small, so that the example shows what happens when it is full */
#define COMMIT_MS 50

struct held {
    uint64_t request;
    struct xk_outcome_id id;
    char line[JOB_LINE_MAX];
};

struct worker {
    pthread_t thread;
    const struct job *job; /* read by all, changed by none */
    size_t first;          /* of its calls; the next ones are `step` further each */
    size_t step;
    struct xk_requester *requester;
    struct link links[JOB_KMS_MAX];
    uint64_t handles[JOB_CALLS_MAX];
    struct held batch[BATCH];
    size_t batch_size;
    uint64_t commit_at; /* when the batch is due to be written; XK_NEVER while it is empty */
    size_t refused;     /* outcomes that did not fit */
};

static bool on_send(const struct xk_send *send, void *user)
{
    struct worker *w = user;
    return tls_stream_send(&w->links[send->kms].tls, send->octets.data, send->octets.size);
}

/* Keys would be copied here, into memory that is wiped once they are safe; this host only counts them. */
static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    struct worker *w = user;
    if (w->batch_size == BATCH) {
        w->refused++;
        return XK_OUTCOME_REFUSED;
    }
    if (w->batch_size == 0) {
        w->commit_at = loop_now() + COMMIT_MS;
    }
    struct held *held = &w->batch[w->batch_size++];
    held->request = outcome->request;
    held->id = outcome->id;
    job_line(w->job, w->handles, outcome, held->line);
    return XK_OUTCOME_HELD;
}

/* Whatever the engine answers, the octets are done with and reading goes on: keys for which the batch has no room
 * (XK_E_BLOCKED) are asked for again when it is empty, and hold up no other answer. */
static void take_frames(struct worker *w, struct link *link)
{
    uint8_t *message;
    size_t size;
    while (tls_stream_receive(&link->tls, &message, &size)) {
        enum xk_status status = xk_requester_receive(w->requester, loop_now(), link->number, message, size, NULL);
        tls_stream_taken(&link->tls);
        if (status == XK_E_FENCED) {
            die("another host owns the requests");
        }
    }
    link_check(link, loop_now());
}

/* The lines of one batch stay together, whatever other threads write. */
static bool write_batch(const struct worker *w)
{
    bool written = true;
    flockfile(stdout);
    for (size_t i = 0; i < w->batch_size; i++) {
        written = fputs(w->batch[i].line, stdout) != EOF && written;
    }
    written = fflush(stdout) == 0 && written;
    funlockfile(stdout);
    return written;
}

/* Makes the batch safe, acknowledges it, and takes what had to wait for it. */
static void commit(struct worker *w)
{
    if (!write_batch(w)) {
        die("the outcomes cannot be written");
    }
    for (size_t i = 0; i < w->batch_size; i++) {
        if (xk_requester_acknowledge(w->requester, loop_now(), w->batch[i].request, &w->batch[i].id) != XK_OK) {
            die("an acknowledgement of no outcome");
        }
    }
    w->batch_size = 0;
    w->commit_at = XK_NEVER;
    (void)xk_requester_resume(w->requester, loop_now(), 0, NULL); /* what did not fit */
}

/* Until the engine, a connection or the batch is due, as poll() takes it. */
static int time_left(const struct worker *w)
{
    uint64_t now = loop_now();
    uint64_t next = xk_requester_next_deadline(w->requester);
    next = w->commit_at < next ? w->commit_at : next;
    for (size_t i = 0; i < w->job->kms_count; i++) {
        next = w->links[i].due < next ? w->links[i].due : next;
    }
    if (next == XK_NEVER) {
        return -1;
    }
    return next <= now ? 0 : next - now < 60000 ? (int)(next - now) : 60000;
}

static void run_once(struct worker *w)
{
    struct pollfd wait[JOB_KMS_MAX];
    for (size_t i = 0; i < w->job->kms_count; i++) {
        link_write(&w->links[i], loop_now());
        wait[i] = (struct pollfd){.fd = w->links[i].fd, .events = POLLIN}; /* poll() skips a descriptor of -1 */
        if (link_waits_to_write(&w->links[i])) {
            wait[i].events |= POLLOUT;
        }
    }
    (void)poll(wait, w->job->kms_count, time_left(w));
    for (size_t i = 0; i < w->job->kms_count; i++) {
        if ((wait[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0) {
            link_read(&w->links[i], loop_now());
            take_frames(w, &w->links[i]);
        }
        link_due(&w->links[i], loop_now());
    }
    (void)xk_requester_tick(w->requester, loop_now(), 0, NULL);
    if (loop_now() >= w->commit_at) {
        commit(w);
    }
}

static bool over(const struct worker *w)
{
    struct xk_requester_usage usage;
    xk_requester_read_usage(w->requester, &usage);
    return usage.pending == 0 && usage.owed == 0;
}

static void *work(void *argument)
{
    struct worker *w = argument;
    for (size_t i = w->first; i < w->job->call_count; i += w->step) {
        w->handles[i] = job_submit(w->job, w->requester, loop_now(), i);
    }
    while (!over(w)) {
        run_once(w);
    }
    return NULL;
}

static void open_worker(struct worker *w, const struct job *job, size_t first, size_t step)
{
    const struct xk_requester_callbacks callbacks = {
        .size = sizeof callbacks, .random = fill_random, .send = on_send, .on_outcome = on_outcome};
    w->job = job;
    w->first = first;
    w->step = step;
    w->commit_at = XK_NEVER;
    w->requester = job_requester(job, &callbacks, w);
    for (uint32_t i = 0; i < job->kms_count; i++) {
        link_init(&w->links[i], job, i);
    }
}

int main(int argc, char **argv)
{
    static struct worker workers[THREADS_MAX];
    static const struct option_rule own = {"threads", "N", "engines, one a thread (4)"};
    struct job job;
    size_t refused = 0;
    job_load(&job, argc, argv, &own);
    size_t threads = options_number(&job.line, "threads", 4, 1, THREADS_MAX);
    for (size_t i = 0; i < threads; i++) {
        open_worker(&workers[i], &job, i, threads);
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            die("no thread can be had");
        }
    }
    for (size_t i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
        refused += workers[i].refused;
        for (size_t k = 0; k < job.kms_count; k++) {
            link_free(&workers[i].links[k]);
        }
        (void)xk_requester_destroy(workers[i].requester);
    }
    fprintf(stderr, "outcomes refused for want of room: %zu\n", refused);
    job_free(&job);
    return 0;
}
