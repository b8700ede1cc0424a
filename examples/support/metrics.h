/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Figures of a running program: in OpenMetrics text over HTTP on a port of this host's, and on standard output at
 * SIGUSR1. Numbers, and names of programs' own peers; no LIID, identity or key has a place here.
 */
#ifndef EXAMPLES_METRICS_H
#define EXAMPLES_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "transport/endpoint.h"

/** A text that grows as figures are added. */
struct metrics {
    char *text;
    size_t size;
    size_t capacity;
    bool failed; /* no memory */
};

/**
 * Begins a family: the name, what it means, and "counter", "gauge" or "histogram". Its figures follow without another
 * family between them.
 */
void metrics_family(struct metrics *metrics, const char *name, const char *type, const char *help);
/** A figure of a family; `label` and `value_of_label` may be NULL. `suffix` is "_total" for a counter, else "". */
void metrics_figure(struct metrics *metrics, const char *name, const char *suffix, const char *label,
                    const char *value_of_label, uint64_t value);
/** A counter or a gauge by itself. */
void metrics_counter(struct metrics *metrics, const char *name, const char *help, uint64_t value);
void metrics_gauge(struct metrics *metrics, const char *name, const char *help, uint64_t value);
/** The name of an engine's counter as a family's: "send-failed" and "send_failed" both become PREFIX_send_failed. */
const char *metrics_name(char *out, size_t capacity, const char *prefix, const char *name);

/** Who answers over HTTP; caller-owned, at a fixed address. */
struct metrics_server {
    struct listener listener;
    void (*fill)(struct metrics *metrics, void *user);
    void *user;
    bool open;
};

/** Listens on "host:port" of this host; ends the program for another. */
void metrics_listen(struct metrics_server *server, struct loop *loop, const char *address,
                    void (*fill)(struct metrics *metrics, void *user), void *user);
void metrics_close(struct metrics_server *server);
/** Prints each figure on standard output, behind "STATUS ". */
void metrics_print(void (*fill)(struct metrics *metrics, void *user), void *user);

#endif
