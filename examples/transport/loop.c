/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/loop.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "transport/registers.h"

/* The longest sleep: a bound on how long a missed wake-up could last. */
#define SLEEP_MAX_MS 60000

uint64_t loop_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

uint32_t loop_random(uint32_t bound)
{
    uint32_t value = 0;
    if (RAND_bytes((unsigned char *)&value, sizeof value) != 1) {
        return 0;
    }
    return value % bound;
}

static void on_signal(struct loop_watch *watch, uint32_t events)
{
    struct loop *loop = watch->owner;
    struct signalfd_siginfo info;
    (void)events;
    if (read(watch->fd, &info, sizeof info) != (ssize_t)sizeof info) {
        return;
    }
    if (info.ssi_signo == SIGUSR1) {
        if (loop->ask != NULL) {
            loop->ask(loop);
        }
        return;
    }
    if (info.ssi_signo == SIGHUP && loop->hang_up != NULL) {
        loop->hang_up(loop);
        return;
    }
    loop->signalled = true;
    loop->stopped = true;
}

bool loop_open(struct loop *loop)
{
    sigset_t mask;
    *loop = (struct loop){.epoll = -1, .signals = {.fd = -1, .ready = on_signal, .owner = loop}};
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&mask);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGHUP);
    sigaddset(&mask, SIGUSR1);
    if (sigprocmask(SIG_BLOCK, &mask, NULL) != 0) {
        return false;
    }
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->signals.fd = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
    if (loop->epoll < 0 || loop->signals.fd < 0 || !loop_add(loop, &loop->signals, EPOLLIN)) {
        loop_close(loop);
        return false;
    }
    return true;
}

void loop_close(struct loop *loop)
{
    if (loop->signals.fd >= 0) {
        close(loop->signals.fd);
    }
    if (loop->epoll >= 0) {
        close(loop->epoll);
    }
    loop->signals.fd = -1;
    loop->epoll = -1;
    loop->timers = NULL;
}

bool loop_add(struct loop *loop, struct loop_watch *watch, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, watch->fd, &event) == 0;
}

void loop_change(struct loop *loop, struct loop_watch *watch, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    epoll_ctl(loop->epoll, EPOLL_CTL_MOD, watch->fd, &event);
}

void loop_remove(struct loop *loop, struct loop_watch *watch)
{
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
    for (int i = 0; i < loop->batch_size; i++) {
        if (loop->batch[i] == watch) {
            loop->batch[i] = NULL;
        }
    }
}

void loop_disarm(struct loop *loop, struct loop_timer *timer)
{
    if (!timer->armed) {
        return;
    }
    for (struct loop_timer **link = &loop->timers; *link != NULL; link = &(*link)->next) {
        if (*link == timer) {
            *link = timer->next;
            break;
        }
    }
    timer->armed = false;
    timer->next = NULL;
}

void loop_arm(struct loop *loop, struct loop_timer *timer, uint64_t delay_ms)
{
    struct loop_timer **link = &loop->timers;
    loop_disarm(loop, timer);
    timer->due = loop_now() + delay_ms;
    timer->pass = loop->pass;
    while (*link != NULL && (*link)->due <= timer->due) {
        link = &(*link)->next;
    }
    timer->next = *link;
    timer->armed = true;
    *link = timer;
}

/* A timer that is armed meanwhile stands behind all that are due and waits for the next round: descriptors come
 * between. */
static void fire_due(struct loop *loop)
{
    uint64_t now = loop_now();
    loop->pass++;
    while (loop->timers != NULL && loop->timers->due <= now && loop->timers->pass != loop->pass) {
        struct loop_timer *timer = loop->timers;
        loop->timers = timer->next;
        timer->next = NULL;
        timer->armed = false;
        timer->fire(timer);
    }
}

void loop_once(struct loop *loop, int timeout_ms)
{
    struct epoll_event events[LOOP_BATCH];
    uint64_t now = loop_now();
    int wait = timeout_ms;
    if (loop->timers != NULL) {
        uint64_t left = loop->timers->due > now ? loop->timers->due - now : 0;
        if (left < (uint64_t)wait) {
            wait = (int)left;
        }
    }
    registers_wipe();
    int count = epoll_wait(loop->epoll, events, LOOP_BATCH, wait);
    loop->batch_size = count < 0 ? 0 : count;
    for (int i = 0; i < loop->batch_size; i++) {
        loop->batch[i] = events[i].data.ptr;
    }
    for (int i = 0; i < loop->batch_size; i++) {
        struct loop_watch *watch = loop->batch[i];
        if (watch != NULL) {
            watch->ready(watch, events[i].events);
        }
    }
    loop->batch_size = 0;
    fire_due(loop);
}

void loop_run(struct loop *loop)
{
    while (!loop->stopped) {
        loop_once(loop, SLEEP_MAX_MS);
    }
}

void loop_stop(struct loop *loop)
{
    loop->stopped = true;
}
