/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the programs that run as services have in common: the audit, files that are read anew by interval and at SIGHUP,
 * limits of their connections, figures, and what a service manager is told.
 */
#ifndef EXAMPLES_SERVICE_H
#define EXAMPLES_SERVICE_H

#include "support/metrics.h"
#include "support/options.h"
#include "transport/audit.h"

/** Options of every service, for its table. */
#define SERVICE_RULES                                                                                                  \
    {"audit", "FILE|syslog", "who connected and who was refused, in a file of its own or by syslog"},                  \
        {"renew", "SECONDS", "reads certificates and lists anew so often; default 3600, 0: at SIGHUP only"},           \
        {"list-age", "HOURS", "of a revocation list at most; default 168, 0: as long as it says itself"},              \
        {"life", "SECONDS", "of a connection at most; default 86400, 0: no bound"},                                    \
        {"places", "N", "connections of a listener at most; default 512"},                                             \
        {"per-address", "N", "of these, of one address; default 64"},                                                  \
        {"per-second", "N", "connections that one address may begin in a second; default 50"},                         \
    {                                                                                                                  \
        "metrics", "HOST:PORT", "answers with figures in OpenMetrics text over HTTP, on this host only"                \
    }

/** What a program does for itself. */
struct service_calls {
    /** Reads certificates and revocation lists anew; what cannot be read leaves what was, but open connections are
     * checked in any case. False when something could not be read. */
    bool (*renew)(void *owner);
    /** Reads everything else anew; NULL: there is nothing else. */
    void (*reload)(void *owner);
    /** Adds the program's own figures. */
    void (*fill)(struct metrics *metrics, void *owner);
};

/** Caller-owned, at a fixed address. */
struct service {
    struct loop *loop;
    const char *name; /* of the program */
    struct service_calls calls;
    void *owner;
    struct audit audit;
    struct metrics_server metrics;
    struct loop_timer timer; /* until files are read anew */
    uint32_t renew_s;
    uint64_t renewals;
    uint64_t renewals_failed;
};

/** Takes the options, once the loop is open; ends the program when something is wrong. It takes over SIGHUP and SIGUSR1
 * of the loop, and its owner. */
void service_open(struct service *service, struct loop *loop, const struct options *options, const char *name,
                  const struct service_calls *calls, void *owner);
/** Everything is up. */
void service_ready(struct service *service);
/** Is about to end: before the connections are ended, so that their end is in the audit. */
void service_stopping(struct service *service);
void service_close(struct service *service);

/** The oldest that a revocation list may be, in seconds. */
uint32_t service_list_age(const struct options *options);
/** The limits of connections, with the longest life that was asked for. */
void service_limits(struct conn_limits *limits, const struct options *options);
/** The limits of a listener that is open. */
void service_listener(struct listener *listener, const struct options *options);
/** The figures of a listener; the family is one of all the program's listeners. */
void service_count_listeners(struct metrics *metrics, const struct listener *const *listeners, const char *const *names,
                             size_t count);

#endif
