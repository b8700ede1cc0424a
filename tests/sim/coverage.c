/* SPDX-License-Identifier: BSD-2-Clause */
/* Adds up and prints what the runs exercised, and tells what must occur and never did. */
#include "sim/coverage.h"

#include <stdio.h>

static const char *const call_names[CALLS] = {"create", "add_kms", "submit", "receive", "tick", "resume",
                                              "acknowledge", "release", "impossible", "kms_lost", "kms_ready",
                                              "cancel", "purge", "snapshot", "restore", "destroy"};
static const char *const place_names[PLACES] = {"random", "send", "on_outcome", "on_room", "observe", "audit",
                                                "journal"};
static const char *const act_names[ACTS] = {"submit", "cancel", "purge", "acknowledge", "release", "impossible",
                                            "a link", "about its own",
                                            "what is refused"};
static const char *const event_names[] = {
    "", "submitted", "sent", "send failed", "attempt expired", "shared", "referred", "decided", "offer refused",
    "held", "acknowledged", "cancelled", "receive refused", "unrequested", "late keys", "clock back", "fenced",
    "restored", "journal failed", "passed", "impossible", "undeliverable", "kms lost", "kms ready"};

/* The statuses that requester.h and journal.h name for each call; of ranges, those that an input can be given for. */
static const struct named {
    enum call call;
    enum xk_status status;
} named[] = {
    {CALL_CREATE, XK_OK}, {CALL_CREATE, XK_E_ARGUMENT}, {CALL_CREATE, XK_E_MEMORY}, {CALL_CREATE, XK_E_RANDOM},
    {CALL_CREATE, XK_E_CONFIG},
    {CALL_ADD_KMS, XK_OK}, {CALL_ADD_KMS, XK_E_ARGUMENT}, {CALL_ADD_KMS, XK_E_FULL},
    {CALL_SUBMIT, XK_OK}, {CALL_SUBMIT, XK_E_ARGUMENT}, {CALL_SUBMIT, XK_E_FIELD}, {CALL_SUBMIT, XK_E_FIELD_LIMIT},
    {CALL_SUBMIT, XK_E_FIELD_EMPTY}, {CALL_SUBMIT, XK_E_CONFIG}, {CALL_SUBMIT, XK_E_EXISTS}, {CALL_SUBMIT, XK_E_FULL},
    {CALL_SUBMIT, XK_E_TOO_LARGE}, {CALL_SUBMIT, XK_E_RANDOM}, {CALL_SUBMIT, XK_E_JOURNAL},
    {CALL_SUBMIT, XK_E_FENCED}, {CALL_SUBMIT, XK_E_BUSY}, {CALL_SUBMIT, XK_E_MIKEY_TRUNCATED},
    {CALL_SUBMIT, XK_E_MIKEY_VERSION}, {CALL_SUBMIT, XK_E_MIKEY_DATA_TYPE}, {CALL_SUBMIT, XK_E_MIKEY_CHAIN},
    {CALL_SUBMIT, XK_E_MIKEY_PAYLOAD}, {CALL_SUBMIT, XK_E_MIKEY_LENGTH}, {CALL_SUBMIT, XK_E_MIKEY_VALUE},
    {CALL_SUBMIT, XK_E_MIKEY_MISMATCH}, {CALL_SUBMIT, XK_E_MIKEY_MISSING}, {CALL_SUBMIT, XK_E_MIKEY_MAP},
    {CALL_SUBMIT, XK_E_MIKEY_VERIFICATION}, {CALL_SUBMIT, XK_E_MIKEY_IDENTITY}, {CALL_SUBMIT, XK_E_MIKEY_TICKET},
    {CALL_RECEIVE, XK_OK}, {CALL_RECEIVE, XK_E_BLOCKED}, {CALL_RECEIVE, XK_E_UNKNOWN}, {CALL_RECEIVE, XK_E_LATE},
    {CALL_RECEIVE, XK_E_DUPLICATE}, {CALL_RECEIVE, XK_E_CONFLICT}, {CALL_RECEIVE, XK_E_PEER},
    {CALL_RECEIVE, XK_E_ARGUMENT}, {CALL_RECEIVE, XK_E_BUSY}, {CALL_RECEIVE, XK_E_FENCED},
    {CALL_RECEIVE, XK_E_TRUNCATED}, {CALL_RECEIVE, XK_E_TRAILING}, {CALL_RECEIVE, XK_E_TYPE},
    {CALL_RECEIVE, XK_E_DUPLICATE_KEY}, {CALL_RECEIVE, XK_E_KEY_ORDER}, {CALL_RECEIVE, XK_E_MISSING},
    {CALL_RECEIVE, XK_E_NONCANONICAL}, {CALL_RECEIVE, XK_E_INDEFINITE}, {CALL_RECEIVE, XK_E_MALFORMED},
    {CALL_RECEIVE, XK_E_UTF8}, {CALL_RECEIVE, XK_E_LIMIT}, {CALL_RECEIVE, XK_E_EMPTY},
    {CALL_RECEIVE, XK_E_VERSION}, {CALL_RECEIVE, XK_E_MESSAGE_TYPE}, {CALL_RECEIVE, XK_E_DEPTH},
    {CALL_RECEIVE, XK_E_CRITICAL}, {CALL_RECEIVE, XK_E_CONTRADICTION}, {CALL_RECEIVE, XK_E_DUPLICATE_SESSION},
    {CALL_RECEIVE, XK_E_VALUE},
    {CALL_TICK, XK_OK}, {CALL_TICK, XK_E_ARGUMENT}, {CALL_TICK, XK_E_BUSY}, {CALL_TICK, XK_E_FENCED},
    {CALL_RESUME, XK_OK}, {CALL_RESUME, XK_E_ARGUMENT}, {CALL_RESUME, XK_E_BUSY}, {CALL_RESUME, XK_E_FENCED},
    {CALL_ACKNOWLEDGE, XK_OK}, {CALL_ACKNOWLEDGE, XK_E_ARGUMENT}, {CALL_ACKNOWLEDGE, XK_E_UNKNOWN},
    {CALL_ACKNOWLEDGE, XK_E_ALREADY}, {CALL_ACKNOWLEDGE, XK_E_FENCED}, {CALL_ACKNOWLEDGE, XK_E_BUSY},
    {CALL_RELEASE, XK_OK}, {CALL_RELEASE, XK_E_ARGUMENT}, {CALL_RELEASE, XK_E_UNKNOWN},
    {CALL_RELEASE, XK_E_ALREADY}, {CALL_RELEASE, XK_E_FENCED}, {CALL_RELEASE, XK_E_BUSY},
    {CALL_IMPOSSIBLE, XK_OK}, {CALL_IMPOSSIBLE, XK_E_ARGUMENT}, {CALL_IMPOSSIBLE, XK_E_UNKNOWN},
    {CALL_IMPOSSIBLE, XK_E_ALREADY}, {CALL_IMPOSSIBLE, XK_E_JOURNAL}, {CALL_IMPOSSIBLE, XK_E_FENCED},
    {CALL_IMPOSSIBLE, XK_E_BUSY},
    {CALL_KMS_LOST, XK_OK}, {CALL_KMS_LOST, XK_E_ARGUMENT}, {CALL_KMS_LOST, XK_E_FENCED}, {CALL_KMS_LOST, XK_E_BUSY},
    {CALL_KMS_READY, XK_OK}, {CALL_KMS_READY, XK_E_ARGUMENT}, {CALL_KMS_READY, XK_E_FENCED},
    {CALL_KMS_READY, XK_E_BUSY},
    {CALL_CANCEL, XK_OK}, {CALL_CANCEL, XK_E_ARGUMENT}, {CALL_CANCEL, XK_E_UNKNOWN}, {CALL_CANCEL, XK_E_ALREADY},
    {CALL_CANCEL, XK_E_JOURNAL}, {CALL_CANCEL, XK_E_FENCED}, {CALL_CANCEL, XK_E_BUSY},
    {CALL_PURGE, XK_OK}, {CALL_PURGE, XK_E_ARGUMENT}, {CALL_PURGE, XK_E_BUSY}, {CALL_PURGE, XK_E_JOURNAL},
    {CALL_PURGE, XK_E_FENCED},
    {CALL_SNAPSHOT, XK_OK}, {CALL_SNAPSHOT, XK_E_SPACE}, {CALL_SNAPSHOT, XK_E_ARGUMENT}, {CALL_SNAPSHOT, XK_E_BUSY},
    {CALL_SNAPSHOT, XK_E_FENCED},
    {CALL_RESTORE, XK_OK}, {CALL_RESTORE, XK_E_ARGUMENT}, {CALL_RESTORE, XK_E_ALREADY},
    {CALL_RESTORE, XK_E_SNAPSHOT}, {CALL_RESTORE, XK_E_FENCED}, {CALL_RESTORE, XK_E_FULL}, {CALL_RESTORE, XK_E_BUSY},
    {CALL_RESTORE, XK_E_SNAPSHOT_VERSION}, {CALL_RESTORE, XK_E_TOO_LARGE}, {CALL_RESTORE, XK_E_CONFIG},
    {CALL_DESTROY, XK_OK}, {CALL_DESTROY, XK_E_BUSY},
};

/* Acts that a place permits; the rest of the table stays empty. */
static bool may_act(enum place place, enum act act)
{
    bool closed = place == PLACE_RANDOM || place == PLACE_JOURNAL;
    return act == ACT_REFUSED || !closed;
}

struct printer {
    bool all;
    unsigned int never;
};

static void line(struct printer *p, const char *group, const char *name, uint64_t count)
{
    if (p->all || count == 0) {
        printf("  %-16s %-32s %12llu%s\n", group, name, (unsigned long long)count, count == 0 ? "  NEVER" : "");
    }
    p->never += count == 0;
}

static void report_moves(struct printer *p, const struct coverage *c)
{
    char name[64];
    for (unsigned int s = 0; s < MODEL_STATES; s++) {
        for (unsigned int i = 0; i < MODEL_INPUTS; i++) {
            if (model_moves[s][i] != 0) {
                snprintf(name, sizeof name, "%s: %s", model_state_name((enum model_state)s),
                         model_input_name((enum model_input)i));
                line(p, "move", name, c->moves[s][i]);
            }
        }
    }
}

static void report_statuses(struct printer *p, const struct coverage *c)
{
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        line(p, call_names[named[i].call], xk_status_name(named[i].status),
             c->status[named[i].call][xk_status_index(named[i].status)]);
    }
}

static void report_inside(struct printer *p, const struct coverage *c)
{
    char name[64];
    for (unsigned int place = 0; place < PLACES; place++) {
        for (unsigned int act = 0; act < ACTS; act++) {
            if (may_act((enum place)place, (enum act)act)) {
                snprintf(name, sizeof name, "%s: %s", place_names[place], act_names[act]);
                line(p, "inside", name, c->inside[place][act]);
            }
        }
    }
}

static void report_outcomes(struct printer *p, const struct coverage *c)
{
    static const char *const kinds[] = {"", "keys", "partial", "failure", "supplement"};
    static const char *const causes[] = {"none", "kms refused", "timer expired", "unreachable", "impossible"};
    char name[32];
    for (size_t i = 1; i < sizeof kinds / sizeof kinds[0]; i++) {
        line(p, "outcome", kinds[i], c->kinds[i]);
    }
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        line(p, "cause", causes[i], c->causes[i]);
    }
    for (int i = XK_FAILURE_NONE; i <= XK_FAILURE_KEMAC; i++) {
        line(p, "reason", xk_failure_name((enum xk_failure)i), c->failures[i]);
    }
    line(p, "reason", xk_failure_name(XK_FAILURE_NOT_ANSWERED), c->failures[COVERAGE_FAILURES - 1]);
    for (unsigned int i = 0; i < XK_ROUTES_MAX; i++) {
        snprintf(name, sizeof name, "after %u others", i);
        line(p, "settled by a KMS", name, c->depth[i]);
    }
}

static void report_worlds(struct printer *p, const struct coverage *c)
{
    char name[32];
    for (unsigned int i = 0; i < KMSS_MAX; i++) {
        snprintf(name, sizeof name, "with %u KMSs", i + 1);
        line(p, "world", name, c->kmss[i]);
    }
}

static void report_events(struct printer *p, const struct coverage *c)
{
    for (size_t i = 1; i < sizeof event_names / sizeof event_names[0]; i++) {
        line(p, "event", event_names[i], c->events[i]);
    }
}

static void report_counters(struct printer *p, const struct xk_requester_counters *c)
{
#define COUNTERS(X)                                                                                                   \
    X(submitted) X(sent) X(send_failed) X(retried) X(failed_over) X(referred) X(shared) X(decided_keys)               \
    X(decided_partial) X(decided_failure) X(decided_supplement) X(expired) X(acknowledged) X(held)                    \
    X(refused_outcomes) X(cancelled) X(purged) X(received) X(unrequested) X(late_keys) X(extensions) X(clock_back)    \
    X(journal_failed) X(restored) X(impossible) X(undeliverable) X(kms_lost) X(kms_ready) X(asked_anew)
#define X(name) line(p, "counter", #name, c->name);
    COUNTERS(X)
#undef X
}

void coverage_add_counters(struct coverage *sum, const struct xk_requester_counters *counters)
{
#define X(name) sum->counters.name += counters->name;
    COUNTERS(X)
#undef X
}

void coverage_add(struct coverage *sum, const struct coverage *part)
{
    /* Counts, and nothing else. */
    uint64_t *to = (uint64_t *)(void *)sum;
    const uint64_t *from = (const uint64_t *)(const void *)part;
    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++) {
        to[i] += from[i];
    }
}

_Static_assert(sizeof(struct coverage) % sizeof(uint64_t) == 0, "all of it is counts");

unsigned int coverage_report(const struct coverage *c, bool all)
{
    struct printer p = {all, 0};
    report_worlds(&p, c);
    report_moves(&p, c);
    report_statuses(&p, c);
    report_events(&p, c);
    report_outcomes(&p, c);
    report_counters(&p, &c->counters);
    report_inside(&p, c);
#define X(name) line(&p, "restart", #name, c->restart_##name);
    RESTARTS(X)
#undef X
#define X(name) line(&p, "feature", #name, c->name);
    FEATURES(X)
#undef X
    return p.never;
}
