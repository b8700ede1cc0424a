/* SPDX-License-Identifier: BSD-2-Clause */
/* What the seed picks for a world: how the engine is configured, who is asked, and what goes wrong how often. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <xk/requester.h>

#define LIIDS 3
#define KMSS_MAX 8

/* Chances in 1000, drawn for each run: swarms of faults, some runs with none. The names are printed. */
#define FAULTS(X)                                                                                                     \
    X(loss) X(duplicate) X(delay) X(corrupt) X(truncate) X(wrong_peer) X(replay) X(dead)                              \
    X(refuse) X(partial) X(extra) X(missing) X(silent) X(slow) X(away) X(contradict) X(malformed) X(refer)            \
    X(host_refuses) X(host_holds) X(host_acts) X(release) X(lemf_away) X(mistakes)                                    \
    X(send_fails) X(journal_fails) X(random_fails) X(random_repeats) X(no_memory) \
    X(crash) X(crash_inside) X(split_brain) X(snapshot) X(bad_restore)                                                \
    X(clock_back) X(clock_jump) X(clock_still) X(cancel) X(purge) X(resume)                                            \
    X(impossible) X(links)

struct faults {
#define X(name) unsigned int name;
    FAULTS(X)
#undef X
};

struct options {
    bool independent; /* nothing that one request meets may touch another: S6 can be checked */
    bool large;       /* hundreds of requests, most of them for one exchange */
    bool real;        /* XK_CHECK_LIBRARY with a real exchange */
    bool damaged;     /* a real one whose messages come damaged again and again */
    bool prompt;      /* the host calls tick when next_deadline says so */
    bool journal;     /* without one nothing survives the process */
    bool near_wrap;
    bool budget;
    uint32_t kms_count;
    uint32_t request_max;
    struct xk_requester_config config; /* of the first instance; later ones may differ in what a restart may change */
};

struct world;

void pick_faults(struct world *w);
void pick_options(struct world *w);
/* A restart may bring other times and windows. */
void options_after_restart(struct world *w, struct xk_requester_config *config);

#endif
