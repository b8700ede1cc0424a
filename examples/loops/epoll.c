/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-host-epoll: a requester in a loop of plain epoll, with one timerfd for everything that waits for time.
 *
 *   xk-host-epoll --tls FOLDER --calls FOLDER --target URI --kms NAME=HOST:PORT[,NAME=HOST:PORT] [--timeout MS]
 *
 * The engine is called in three places: when a socket has octets, when the timer fires, and to submit. After each of
 * them it is asked when it wants to be called next, and the timer is set to that. Outcomes are acknowledged at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <xk/requester.h>

#include "loops/job.h"
#include "loops/link.h"
#include "support/support.h"
#include "transport/loop.h"

#define EVENTS 16

struct program {
    struct job job;
    struct xk_requester *requester;
    struct link links[JOB_KMS_MAX];
    uint64_t handles[JOB_CALLS_MAX];
    int epoll;
    int timer;
};

/* The engine has a get_keys for a KMS. False is a failed attempt: it will try again, or another one. */
static bool on_send(const struct xk_send *send, void *user)
{
    struct program *p = user;
    return tls_stream_send(&p->links[send->kms].tls, send->octets.data, send->octets.size);
}

/* The engine has an outcome. This host's durable queue is its standard output: what is written there is safe. */
static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    struct program *p = user;
    char line[JOB_LINE_MAX];
    job_line(&p->job, p->handles, outcome, line);
    bool safe = fputs(line, stdout) != EOF && fflush(stdout) == 0;
    return safe ? XK_OUTCOME_ACKNOWLEDGED : XK_OUTCOME_REFUSED;
}

/* Gives the engine what a KMS has sent. Whatever it answers, the octets are done with and reading goes on: keys that
 * the host could not take (XK_E_BLOCKED) are asked for again, and hold up no other answer. */
static void take_frames(struct program *p, struct link *link)
{
    uint8_t *message;
    size_t size;
    while (tls_stream_receive(&link->tls, &message, &size)) {
        enum xk_status status = xk_requester_receive(p->requester, loop_now(), link->number, message, size, NULL);
        tls_stream_taken(&link->tls);
        if (status == XK_E_FENCED) {
            die("another host owns the requests");
        }
    }
    link_check(link, loop_now());
}

/* Tells epoll what is waited for. A descriptor leaves epoll by being closed. */
static void watch(struct program *p, struct link *link)
{
    struct epoll_event wish = {.data.ptr = link};
    if (link->fd < 0) {
        return;
    }
    wish.events = (uint32_t)EPOLLIN | (link_waits_to_write(link) ? (uint32_t)EPOLLOUT : 0u);
    if (epoll_ctl(p->epoll, EPOLL_CTL_MOD, link->fd, &wish) != 0 &&
        epoll_ctl(p->epoll, EPOLL_CTL_ADD, link->fd, &wish) != 0) {
        die("epoll takes no further descriptor");
    }
}

/* After everything that happened: send what has been queued, wait for the right events, set the timer. */
static void settle(struct program *p)
{
    uint64_t next = xk_requester_next_deadline(p->requester);
    for (size_t i = 0; i < p->job.kms_count; i++) {
        struct link *link = &p->links[i];
        link_write(link, loop_now());
        watch(p, link);
        next = link->due < next ? link->due : next;
    }
    /* All zero stops the timer; a nanosecond keeps what is due since 0 from looking like that. */
    struct itimerspec when = {.it_value = {0, 0}};
    if (next != XK_NEVER) {
        when.it_value.tv_sec = (time_t)(next / 1000);
        when.it_value.tv_nsec = (long)(next % 1000) * 1000000 + 1;
    }
    if (timerfd_settime(p->timer, TFD_TIMER_ABSTIME, &when, NULL) != 0) {
        die("the timer cannot be set");
    }
}

static void on_timer(struct program *p)
{
    uint64_t fired;
    (void)!read(p->timer, &fired, sizeof fired);
    for (size_t i = 0; i < p->job.kms_count; i++) {
        link_due(&p->links[i], loop_now());
    }
    (void)xk_requester_tick(p->requester, loop_now(), 0, NULL);
}

static void on_socket(struct program *p, struct link *link, uint32_t events)
{
    if (link->fd >= 0 && (events & ((uint32_t)EPOLLIN | (uint32_t)EPOLLERR | (uint32_t)EPOLLHUP)) != 0) {
        link_read(link, loop_now());
        take_frames(p, link);
    }
}

static bool over(const struct program *p)
{
    struct xk_requester_usage usage;
    xk_requester_read_usage(p->requester, &usage);
    return usage.pending == 0 && usage.owed == 0;
}

static void run(struct program *p)
{
    struct epoll_event events[EVENTS];
    for (settle(p); !over(p); settle(p)) {
        int count = epoll_wait(p->epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == p) {
                on_timer(p);
            } else {
                on_socket(p, events[i].data.ptr, events[i].events);
            }
        }
    }
}

int main(int argc, char **argv)
{
    static struct program p;
    const struct xk_requester_callbacks callbacks = {
        .size = sizeof callbacks, .random = fill_random, .send = on_send, .on_outcome = on_outcome};
    job_load(&p.job, argc, argv, NULL);
    p.epoll = epoll_create1(EPOLL_CLOEXEC);
    p.timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct epoll_event wish = {.events = EPOLLIN, .data.ptr = &p};
    if (p.epoll < 0 || p.timer < 0 || epoll_ctl(p.epoll, EPOLL_CTL_ADD, p.timer, &wish) != 0) {
        die("epoll or timerfd cannot be had");
    }
    p.requester = job_requester(&p.job, &callbacks, &p);
    for (uint32_t i = 0; i < p.job.kms_count; i++) {
        link_init(&p.links[i], &p.job, i);
    }
    for (size_t i = 0; i < p.job.call_count; i++) {
        p.handles[i] = job_submit(&p.job, p.requester, loop_now(), i);
    }
    run(&p);
    for (size_t i = 0; i < p.job.kms_count; i++) {
        link_free(&p.links[i]);
    }
    (void)xk_requester_destroy(p.requester);
    job_free(&p.job);
    close(p.timer);
    close(p.epoll);
    return 0;
}
