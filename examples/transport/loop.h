/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The event loop of the example programs: epoll for descriptors, a sorted list for timers, a signalfd so
 * that SIGINT and SIGTERM end it cleanly, and SIGHUP and SIGUSR1 tell whoever wants to read its files anew, or is to
 * say how it fares. One thread.
 */
#ifndef TRANSPORT_LOOP_H
#define TRANSPORT_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/** A descriptor to watch; embedded in its owner. */
struct loop_watch {
    int fd;
    void (*ready)(struct loop_watch *watch, uint32_t events);
    void *owner;
};

/** A timer; embedded in its owner, all zero before first use. Some hundreds at a time at most: the list is linear. */
struct loop_timer {
    uint64_t due;
    uint64_t pass; /* of the loop, when it was armed */
    void (*fire)(struct loop_timer *timer);
    void *owner;
    struct loop_timer *next;
    bool armed;
};

/** How many events one wait takes. */
#define LOOP_BATCH 64

struct audit;

/** The loop itself; caller-owned. */
struct loop {
    int epoll;
    struct loop_watch signals;
    struct loop_timer *timers;
    uint64_t pass;                        /* over the timers that are due */
    struct loop_watch *batch[LOOP_BATCH]; /* those of this round still to be told; NULL once removed */
    int batch_size;
    struct audit *audit;                /* told of every connection; NULL, as loop_open() leaves it: nobody is */
    bool stopped;                       /* loop_stop() was called */
    bool signalled;                     /* by SIGINT or SIGTERM */
    void (*hang_up)(struct loop *loop); /* SIGHUP came; NULL (as loop_open() leaves it): it ends the loop too */
    void (*ask)(struct loop *loop);     /* SIGUSR1 came; NULL: nothing happens */
    void *owner;                        /* of these callbacks */
};

/** Opens the loop and takes over SIGINT, SIGTERM, SIGHUP and SIGUSR1; ignores SIGPIPE. False when the system refuses.
 */
bool loop_open(struct loop *loop);
/** Closes what loop_open() opened. */
void loop_close(struct loop *loop);
/** Watches `watch->fd` for `events` (EPOLLIN, EPOLLOUT). False when the system refuses. */
bool loop_add(struct loop *loop, struct loop_watch *watch, uint32_t events);
/** Changes the events of a watched descriptor. */
void loop_change(struct loop *loop, struct loop_watch *watch, uint32_t events);
/** Ends the watch; its callback is not called again, not even for events of this round. */
void loop_remove(struct loop *loop, struct loop_watch *watch);
/** Arms (again) a timer to fire `delay_ms` from now. */
void loop_arm(struct loop *loop, struct loop_timer *timer, uint64_t delay_ms);
/** Disarms a timer; one that is not armed stays so. */
void loop_disarm(struct loop *loop, struct loop_timer *timer);
/** Runs until loop_stop() or a signal. */
void loop_run(struct loop *loop);
/** One round: waits for at most `timeout_ms`, then calls what is due. */
void loop_once(struct loop *loop, int timeout_ms);
/** Makes loop_run() return after this round. */
void loop_stop(struct loop *loop);
/** Milliseconds of the monotonic clock. */
uint64_t loop_now(void);
/** A random number below `bound` (not 0) from OpenSSL's generator. */
uint32_t loop_random(uint32_t bound);

#endif
