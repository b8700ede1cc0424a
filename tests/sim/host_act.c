/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host does where it should be careful: inside callbacks, and with arguments that are wrong. */
#include "sim/host.h"

#include <string.h>

#include "sim/model.h"
#include "sim/outside.h"
#include "sim/rules.h"

static void expect_busy(struct instance *instance, enum call call, enum xk_status status)
{
    instance->world->coverage->status[call][xk_status_index(status)]++;
    if (status != XK_E_BUSY) {
        breaks(instance->world, "C9: a call that is not safe inside a callback was not refused");
    }
}

static void try_outer(struct instance *instance)
{
    struct xk_requester *r = instance->engine;
    uint64_t now = host_clock(instance);
    uint8_t octets[16] = {0};
    size_t size = 0;
    expect_busy(instance, CALL_TICK, xk_requester_tick(r, now, 0, NULL));
    expect_busy(instance, CALL_RESUME, xk_requester_resume(r, now, 0, NULL));
    expect_busy(instance, CALL_RECEIVE, xk_requester_receive(r, now, 0, octets, sizeof octets, NULL));
    struct xk_received one = {0, octets, sizeof octets, XK_OK, {XK_OK, 0, NULL}};
    enum xk_status whole = xk_requester_receive_many(r, now, &one, 1);
    expect_busy(instance, CALL_RECEIVE, whole == XK_OK ? one.status : whole);
    expect_busy(instance, CALL_SNAPSHOT, xk_requester_snapshot(r, now, octets, sizeof octets, &size));
    expect_busy(instance, CALL_RESTORE, xk_requester_restore(r, now, octets, 0, 0, NULL, NULL));
    expect_busy(instance, CALL_DESTROY, xk_requester_destroy(r));
}

/* From inside `random` and `journal` nothing may be changed at all. */
static void try_inner(struct instance *instance)
{
    struct xk_requester *r = instance->engine;
    uint64_t now = host_clock(instance);
    struct xk_outcome_id id = {{0}};
    uint64_t handle = 0;
    expect_busy(instance, CALL_SUBMIT, host_submit_plain(r, instance->world, now, &handle));
    expect_busy(instance, CALL_CANCEL, xk_requester_cancel(r, now, 1));
    expect_busy(instance, CALL_PURGE, xk_requester_purge(r, now, xk_text("A"), NULL, NULL));
    expect_busy(instance, CALL_ACKNOWLEDGE, xk_requester_acknowledge(r, now, 1, &id));
    expect_busy(instance, CALL_RELEASE, xk_requester_release(r, now, 1, &id));
    expect_busy(instance, CALL_IMPOSSIBLE, xk_requester_impossible(r, now, 1, &id));
    expect_busy(instance, CALL_KMS_LOST, xk_requester_kms_lost(r, now, 0));
    expect_busy(instance, CALL_KMS_READY, xk_requester_kms_ready(r, now, 0));
}

static void try_refused(struct instance *instance, enum place place)
{
    struct world *w = instance->world;
    tell(w, "tries what is refused in here");
    unsigned int depth = instance->depth;
    instance->depth = DEPTH_MAX; /* what is told meanwhile is not acted on */
    try_outer(instance);
    if (place == PLACE_RANDOM || place == PLACE_JOURNAL) {
        try_inner(instance);
    }
    instance->depth = depth;
    w->coverage->inside[place][ACT_REFUSED]++;
}

void host_try_refused(struct instance *instance, enum place place)
{
    struct world *w = instance->world;
    if (instance->engine != NULL && chance(w, &w->plan, w->faults.host_acts / 4)) {
        try_refused(instance, place);
    }
}

/* One of those that this engine knows, the younger ones more often. */
static uint32_t pick(struct instance *instance)
{
    struct world *w = instance->world;
    uint32_t count = w->request_count;
    uint32_t recent = count < 12 ? count : 12;
    if (count == 0) {
        return NOBODY;
    }
    return draw(&w->plan, 3) == 0 ? draw(&w->plan, count) : count - 1 - draw(&w->plan, recent);
}

/* About the request whose callback runs: refused, whichever way. */
static void act_on_own(struct instance *instance)
{
    uint32_t own = instance->about[instance->about_count - 1];
    if (own == NOBODY || instance->model->requests[own].handle == 0) {
        return;
    }
    struct world *w = instance->world;
    struct xk_requester *r = instance->engine;
    uint64_t handle = instance->model->requests[own].handle;
    uint64_t now = host_clock(instance);
    enum xk_status status = XK_OK;
    switch (draw(&w->plan, 5)) {
    case 0:
        host_cancel(instance, own);
        return;
    case 1:
        host_purge(instance, w->requests[own].liid, draw(&w->plan, 2) == 0);
        return;
    case 2:
        status = xk_requester_acknowledge(r, now, handle, &w->requests[own].id);
        check_status(instance, CALL_ACKNOWLEDGE, status, XK_E_ALREADY);
        break;
    case 3:
        status = xk_requester_impossible(r, now, handle, &w->requests[own].id);
        check_status(instance, CALL_IMPOSSIBLE, status, XK_E_ALREADY);
        break;
    default:
        status = xk_requester_release(r, now, handle, &w->requests[own].id);
        check_status(instance, CALL_RELEASE, status, XK_E_ALREADY);
        break;
    }
}

static void act_on_held(struct instance *instance, enum place place)
{
    struct world *w = instance->world;
    uint64_t acknowledged = w->coverage->status[CALL_ACKNOWLEDGE][0];
    uint64_t released = w->coverage->status[CALL_RELEASE][0];
    uint64_t impossible = w->coverage->status[CALL_IMPOSSIBLE][0];
    held_settle(instance);
    w->coverage->inside[place][ACT_ACKNOWLEDGE] += w->coverage->status[CALL_ACKNOWLEDGE][0] - acknowledged;
    w->coverage->inside[place][ACT_RELEASE] += w->coverage->status[CALL_RELEASE][0] - released;
    w->coverage->inside[place][ACT_IMPOSSIBLE] += w->coverage->status[CALL_IMPOSSIBLE][0] - impossible;
}

void host_act(struct instance *instance, enum place place)
{
    struct world *w = instance->world;
    uint32_t number = pick(instance);
    uint32_t what = draw(&w->plan, w->faults.links > 0 ? 7 : 6);
    switch (place == PLACE_ROOM && draw(&w->plan, 2) == 0 ? 3 : what) {
    case 0:
        if (instance == w->current) {
            host_submit(instance, &w->plan);
            w->coverage->inside[place][ACT_SUBMIT]++;
        }
        break;
    case 1:
        if (number != NOBODY) {
            host_cancel(instance, number);
            w->coverage->inside[place][ACT_CANCEL]++;
        }
        break;
    case 2:
        host_purge_any(instance);
        w->coverage->inside[place][ACT_PURGE]++;
        break;
    case 3:
        act_on_held(instance, place);
        break;
    case 4:
        act_on_own(instance);
        w->coverage->inside[place][ACT_OWN]++;
        break;
    case 6:
        host_link_any(instance);
        w->coverage->inside[place][ACT_LINK]++;
        break;
    default:
        if (place == PLACE_ROOM) { /* which is seldom called at all */
            try_refused(instance, place);
        } else {
            host_try_refused(instance, place);
        }
        break;
    }
}

static enum xk_status create_wrongly(const struct world *w)
{
    struct xk_requester_config config = w->options.config;
    struct xk_requester_callbacks callbacks;
    struct xk_requester *engine = NULL;
    config.max_attempts = 0;
    host_callbacks(&callbacks);
    return xk_requester_create(&config, &callbacks, NULL, NULL, &engine, NULL);
}

/* Outside of any callback, with what a correct host does not give. */
void host_mistake(struct instance *instance)
{
    struct world *w = instance->world;
    struct coverage *c = w->coverage;
    struct xk_requester *r = instance->engine;
    uint64_t now = host_clock(instance);
    uint64_t handle = 0;
    uint32_t kms = 0;
    uint8_t octets[40];
    struct xk_outcome_id id = {{0}};
    memset(octets, CANARY, sizeof octets);
    const struct {
        enum call call;
        enum xk_status status, expected;
    } tried[] = {
        {CALL_SUBMIT, xk_requester_submit(r, now, NULL, &handle, NULL), XK_E_ARGUMENT},
        {CALL_RECEIVE, xk_requester_receive(r, now, 99, octets, sizeof octets, NULL), XK_E_ARGUMENT},
        {CALL_TICK, xk_requester_tick(NULL, now, 0, NULL), XK_E_ARGUMENT},
        {CALL_RESUME, xk_requester_resume(NULL, now, 0, NULL), XK_E_ARGUMENT},
        {CALL_ACKNOWLEDGE, xk_requester_acknowledge(r, now, 1, NULL), XK_E_ARGUMENT},
        {CALL_RELEASE, xk_requester_release(r, now, 1, NULL), XK_E_ARGUMENT},
        {CALL_ACKNOWLEDGE, xk_requester_acknowledge(r, now, 1, &id), instance->fenced ? XK_E_FENCED : XK_E_UNKNOWN},
        {CALL_RELEASE, xk_requester_release(r, now, 1, &id), instance->fenced ? XK_E_FENCED : XK_E_UNKNOWN},
        {CALL_IMPOSSIBLE, xk_requester_impossible(r, now, 1, NULL), XK_E_ARGUMENT},
        {CALL_IMPOSSIBLE, xk_requester_impossible(r, now, 1, &id), instance->fenced ? XK_E_FENCED : XK_E_UNKNOWN},
        {CALL_KMS_LOST, xk_requester_kms_lost(r, now, 99), instance->fenced ? XK_E_FENCED : XK_E_ARGUMENT},
        {CALL_KMS_READY, xk_requester_kms_ready(NULL, now, 0), XK_E_ARGUMENT},
        {CALL_CANCEL, xk_requester_cancel(NULL, now, 1), XK_E_ARGUMENT},
        {CALL_PURGE, xk_requester_purge(r, now, (struct xk_bytes){NULL, 0}, NULL, NULL), XK_E_ARGUMENT},
        {CALL_SNAPSHOT, xk_requester_snapshot(r, now, NULL, 8, NULL), XK_E_ARGUMENT},
        {CALL_RESTORE, xk_requester_restore(NULL, now, NULL, 0, 0, NULL, NULL), XK_E_ARGUMENT},
        {CALL_ADD_KMS, xk_requester_add_kms(r, (struct xk_bytes){NULL, 0}, &kms, NULL), XK_E_ARGUMENT},
        {CALL_ADD_KMS, xk_requester_add_kms(r, kms_name(w->options.kms_count == KMSS_MAX ? 8 : 0), &kms, NULL),
         w->options.kms_count == KMSS_MAX ? XK_E_FULL : XK_OK},
        {CALL_CREATE, xk_requester_create(NULL, NULL, NULL, NULL, &r, NULL), XK_E_ARGUMENT},
        {CALL_CREATE, create_wrongly(w), XK_E_CONFIG},
    };
    for (size_t i = 0; i < sizeof tried / sizeof tried[0]; i++) {
        c->status[tried[i].call][xk_status_index(tried[i].status)]++;
        if (tried[i].status != tried[i].expected) {
            tell(w, "mistake %zu: %s", i, xk_status_name(tried[i].status));
            breaks(w, "C10: a mistake was not refused as it should be");
        }
    }
    check_no_key(w, octets, sizeof octets, "S8: a key left in the receive buffer");
    model_check(instance->model, CALL_SUBMIT, false);
}
