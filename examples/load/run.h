/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A run: connections, the requests that are under way on them, and what became of each.
 *
 * With a rate the loop is open: request n is meant for the time n / rate, whatever the KMS does, and its latency is
 * measured from then. A KMS that stalls so costs every request that was meant for the stall, not only those that were
 * under way when it began (coordinated omission). Without a rate the loop is closed: a request follows as soon as an
 * answer makes room in a window, and its latency is measured from when it was sent.
 */
#ifndef LOAD_RUN_H
#define LOAD_RUN_H

#include <xk/message.h>

#include "load/histogram.h"
#include "load/questions.h"
#include "transport/endpoint.h"

#define LANES_MAX 256
#define WINDOW_MAX 4096
#define NO_REQUEST UINT32_MAX
#define REASONS (XK_FAILURE_WIRE_LAST + 1)

struct plan {
    uint32_t lanes;       /* connections */
    uint32_t window;      /* requests under way on each */
    uint32_t rate;        /* a second; 0: as fast as answers come */
    uint64_t duration_us; /* 0: no limit */
    uint64_t count;       /* 0: no limit */
    uint32_t timeout_ms;
    struct question *questions;
    size_t question_count;
};

/** Every request that was meant is in `not_sent` or in `sent`; every one sent is in one of the seven after it. */
struct tally {
    uint64_t not_sent; /* could not be sent within the timeout */
    uint64_t sent;
    uint64_t keys;
    uint64_t refused;
    uint64_t malformed;        /* its answer was */
    uint64_t timeouts;         /* no answer */
    uint64_t lost;             /* with its connection */
    uint64_t unanswered;       /* still under way when the run was interrupted */
    uint64_t reasons[REASONS]; /* of `refused` */
    uint64_t unmatched;        /* answers that belong to no request under way, such as late ones */
    uint64_t losses;           /* of open connections */
};

struct run;

/** One connection. */
struct lane {
    struct run *run;
    struct dialer dialer;
    uint32_t number;
    uint32_t *free; /* places of requests, a stack */
    uint32_t free_count;
    bool open;
    bool full; /* its output takes no further request now */
};

/** A request under way, in the order of sending. */
struct pending {
    uint64_t meant_us;
    uint64_t sent_us;
    uint32_t generation;
    uint32_t before;
    uint32_t after;
    bool used;
};

/** Caller-owned, at a fixed address while it runs. */
struct run {
    struct loop loop;
    struct plan plan;
    struct lane lanes[LANES_MAX];
    struct pending *pending; /* lanes * window */
    uint32_t oldest;
    uint32_t newest;
    uint64_t under_way;
    uint8_t salt[8];         /* of this run's transaction ids */
    struct loop_watch pace;  /* a timerfd: the next request is due */
    struct loop_timer check; /* timeouts, start and end */
    struct loop_timer second;
    uint64_t opened_us; /* when the connections were begun */
    uint64_t start_us;  /* 0 before the first request may go */
    uint64_t end_us;    /* when the last of what was meant had been dealt with, or the interruption */
    uint64_t dark_us;   /* since when there is no connection; 0 while there is one */
    uint64_t next;      /* number of the next request */
    uint32_t next_lane;
    struct tally tally;
    struct histogram latency; /* microseconds, of every answer that could be read */
    char why[160];            /* the last connection was lost or refused */
    void (*on_second)(const struct run *run);
};

/** Runs to the end of the plan or to a signal. `run` has plan and on_second, all else zero. False if it never began. */
bool run_load(struct run *run, SSL_CTX *context, const char *address);
/** Seconds from the first request on. */
double run_seconds(const struct run *run);
/** How many things went wrong. */
uint64_t run_errors(const struct run *run);

#endif
