/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the runs exercised. A simulation that found nothing has shown nothing unless it also tells what it tried: each
 * move of the model, each status that the headers name for a call, each event, cause, kind, reason and counter, each
 * kind of restart, and what hosts do inside callbacks. What must occur and did not is told as NEVER.
 */
#ifndef SIM_COVERAGE_H
#define SIM_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include <xk/requester.h>

#include "sim/moves.h"
#include "sim/options.h"

#define COVERAGE_EVENTS 32
#define COVERAGE_FAILURES 32

enum call {
    CALL_CREATE,
    CALL_ADD_KMS,
    CALL_SUBMIT,
    CALL_RECEIVE,
    CALL_TICK,
    CALL_RESUME,
    CALL_ACKNOWLEDGE,
    CALL_RELEASE,
    CALL_IMPOSSIBLE,
    CALL_KMS_LOST,
    CALL_KMS_READY,
    CALL_CANCEL,
    CALL_PURGE,
    CALL_SNAPSHOT,
    CALL_RESTORE,
    CALL_DESTROY,
    CALLS
};

/* What a process that takes over finds, or is refused. */
#define RESTARTS(X)                                                                                                   \
    X(journal) X(snapshot) X(merged) X(torn) X(nothing) X(split_brain) X(crash_inside) X(crash_between)               \
    X(cut_snapshot) X(damaged) X(full) X(fenced) X(unshared) X(too_large) X(twice) X(other_numbers)                   \
    X(other_options) X(revised)

/* Single things that must occur. */
#define FEATURES(X)                                                                                                   \
    X(worlds) X(large_worlds) X(real_exchanges) X(independent_worlds) X(prompt_worlds) X(without_journal)             \
    X(outcomes_delivered) X(shared) X(promoted) X(referrals_followed) X(supplements) X(behind_window)                 \
    X(window_left) X(back_off) X(asked_again) X(late_answers) X(late_unavailable) X(budget_ended) X(room_told)        \
    X(clock_stood_back) X(kms_dead) X(passed_by)                                                                      \
    X(deadline_exact) X(held_over_restart) X(owed_over_restart) X(pending_over_restart)                               \
    X(impossible_keys) X(impossible_failure) X(impossible_supplement) X(impossible_held_keys)                         \
    X(impossible_held_failure) X(impossible_held_supplement) X(purge_of_a_country) X(purge_of_both)                   \
    X(module_refused) X(pdu_refused) X(received_many)                                                                 \
    X(lost_next_kms) X(lost_new_round) X(lost_back_off) X(lost_last_attempt) X(lost_revives_spent) X(lost_of_owed)    \
    X(lost_inside_its_own) X(ready_ends_back_off) X(ready_of_owed) X(ready_but_shaky) X(ready_inside_its_own)

/* In which callback the host calls what. */
enum place { PLACE_RANDOM, PLACE_SEND, PLACE_OUTCOME, PLACE_ROOM, PLACE_OBSERVE, PLACE_AUDIT, PLACE_JOURNAL, PLACES };
enum act { ACT_SUBMIT, ACT_CANCEL, ACT_PURGE, ACT_ACKNOWLEDGE, ACT_RELEASE, ACT_IMPOSSIBLE, ACT_LINK,
           ACT_OWN, ACT_REFUSED, ACTS };

struct coverage {
    uint64_t moves[MODEL_STATES][MODEL_INPUTS];
    uint64_t status[CALLS][XK_STATUS_COUNT];
    uint64_t events[COVERAGE_EVENTS];
    uint64_t kinds[5];
    uint64_t causes[5];
    uint64_t failures[COVERAGE_FAILURES];
    uint64_t kmss[KMSS_MAX]; /* worlds, by one less than their KMSs */
    uint64_t depth[XK_ROUTES_MAX]; /* by how many other KMSs had been asked before the one that settled it */
    uint64_t inside[PLACES][ACTS];
    struct xk_requester_counters counters; /* the sums over all engines */
#define X(name) uint64_t restart_##name;
    RESTARTS(X)
#undef X
#define X(name) uint64_t name;
    FEATURES(X)
#undef X
};

/* The counters of one engine, before it ends. */
void coverage_add_counters(struct coverage *sum, const struct xk_requester_counters *counters);
/* Everything that `part` saw was seen. */
void coverage_add(struct coverage *sum, const struct coverage *part);
/* Prints the report; how many things never occurred. */
unsigned int coverage_report(const struct coverage *c, bool all);

#endif
