/* SPDX-License-Identifier: BSD-2-Clause */
/* The host on its own account: starts and loses engines, lets time pass, withdraws. */
#include "sim/host.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "sim/model.h"
#include "sim/outside.h"
#include "sim/rules.h"
#include "sim/store.h"

/* An engine, at the second attempt if the allocator or the source of randomness fails in the first. */
static void create(struct instance *instance, const struct xk_requester_config *config)
{
    struct world *w = instance->world;
    struct xk_requester_callbacks callbacks;
    const struct xk_allocator allocator = host_allocator(instance);
    const size_t before = w->allocated;
    host_callbacks(&callbacks);
    if (!w->options.journal) {
        callbacks.journal = NULL;
    }
    if (chance(w, &w->plan, w->faults.no_memory)) {
        w->allocations_left = draw(&w->plan, 10);
        w->allocator_fails_once = draw(&w->plan, 2) == 0;
    }
    enum xk_status status = xk_requester_create(config, &callbacks, &allocator, instance, &instance->engine, NULL);
    w->coverage->status[CALL_CREATE][xk_status_index(status)]++;
    w->allocations_left = UINT_MAX;
    if (status != XK_OK && w->allocated != before) {
        breaks(w, "S7: a failed creation kept memory");
    }
    for (unsigned int i = 0; status != XK_OK && i < 50; i++) {
        status = xk_requester_create(config, &callbacks, &allocator, instance, &instance->engine, NULL);
        w->coverage->status[CALL_CREATE][xk_status_index(status)]++;
    }
    if (status != XK_OK) {
        abort();
    }
    if (w->allocated - before != xk_requester_memory(config)) {
        breaks(w, "S7: another size than xk_requester_memory() tells");
    }
}

/* Their numbers depend on the order in which they are made known. */
static void add_all(struct instance *instance, bool restore)
{
    struct world *w = instance->world;
    uint32_t turn = restore ? draw(&w->plan, w->options.kms_count) : 0;
    for (uint32_t i = 0; i < w->options.kms_count; i++) {
        uint32_t kms = (i + turn) % w->options.kms_count;
        enum xk_status status =
            xk_requester_add_kms(instance->engine, kms_name(kms), &instance->number_of[kms], NULL);
        w->coverage->status[CALL_ADD_KMS][xk_status_index(status)]++;
        if (status != XK_OK) {
            abort();
        }
    }
    w->coverage->restart_other_numbers += turn != 0;
}

struct instance *host_start(struct world *w, bool restore)
{
    struct instance *instance = calloc(1, sizeof *instance);
    struct xk_requester_config config = w->options.config;
    if (instance == NULL) {
        abort();
    }
    instance->world = w;
    instance->epoch = ++w->store->epoch;
    instance->releasing = instance->revising = NOBODY;
    if (restore) {
        options_after_restart(w, &config);
        w->coverage->restart_other_options += config.attempt_timeout != w->options.config.attempt_timeout;
    }
    config.epoch = instance->epoch;
    instance->model = model_new(instance, &config);
    create(instance, &config);
    add_all(instance, restore);
    if (restore) {
        w->current = instance; /* what it observes it may act on */
        store_restore(instance);
    }
    return instance;
}

static void end(struct instance *instance)
{
    held_drop_all(instance);
    free(instance->model);
    free(instance);
}

void host_stop(struct instance *instance)
{
    struct xk_requester_counters counters;
    xk_requester_read_counters(instance->engine, &counters);
    coverage_add_counters(instance->world->coverage, &counters);
    enum xk_status status = xk_requester_destroy(instance->engine);
    instance->world->coverage->status[CALL_DESTROY][xk_status_index(status)]++;
    end(instance);
}

/* Its memory, as the operating system would get it: no key may have rested in it. */
void host_lose(struct instance *instance)
{
    struct world *w = instance->world;
    struct xk_requester_counters counters;
    xk_requester_read_counters(instance->engine, &counters);
    coverage_add_counters(w->coverage, &counters);
    for (size_t i = 0; i < BLOCKS_MAX; i++) {
        struct block *block = &instance->blocks[i];
        if (block->memory != NULL) {
            check_no_key(w, block->memory, block->size, "S8: a key in the engine's memory");
            w->allocated -= block->size;
            free(block->memory);
        }
    }
    end(instance);
}

void host_tick(struct instance *instance, uint32_t budget)
{
    struct world *w = instance->world;
    bool more = false;
    instance->model->may_offer = true;
    w->crash_possible = instance == w->current;
    instance->model->ticks = true;
    instance->model->budgeted = budget > 0;
    enum xk_status status = xk_requester_tick(instance->engine, host_clock(instance), budget, &more);
    w->crash_possible = false;
    instance->model->ticks = false;
    instance->model->may_offer = false;
    tell(w, "tick: %s%s", xk_status_name(status), more ? ", more" : "");
    w->coverage->budget_ended += more;
    instance->model->goes_on = instance->model->more;
    instance->model->more = more;
    check_status(instance, CALL_TICK, status, XK_OK);
    check_call(instance, CALL_TICK, status, !more);
    if (!w->calm || budget == 0) {
        w->crash_possible = instance == w->current;
        held_settle(instance);
        w->crash_possible = false;
    }
}

void host_resume(struct instance *instance)
{
    struct world *w = instance->world;
    bool more = false;
    uint32_t budget = draw(&w->plan, 3) == 0 && w->options.budget ? 2 : 0;
    instance->model->may_offer = true;
    w->crash_possible = instance == w->current;
    enum xk_status status = xk_requester_resume(instance->engine, host_clock(instance), budget, &more);
    w->crash_possible = false;
    instance->model->may_offer = false;
    tell(w, "resume: %s%s", xk_status_name(status), more ? ", more" : "");
    instance->model->goes_on = instance->model->more;
    instance->model->more = more;
    check_status(instance, CALL_RESUME, status, XK_OK);
    check_call(instance, CALL_RESUME, status, false);
}

bool host_is_about(const struct instance *instance, uint32_t number)
{
    for (unsigned int i = 0; i < instance->about_count; i++) {
        if (instance->about[i] == number) {
            return true;
        }
    }
    return false;
}

bool host_is_about_liid(const struct instance *instance, uint32_t liid)
{
    for (unsigned int i = 0; i < instance->about_count; i++) {
        if (instance->about[i] != NOBODY && instance->world->requests[instance->about[i]].liid == liid) {
            return true;
        }
    }
    return false;
}

void host_cancel(struct instance *instance, uint32_t number)
{
    struct world *w = instance->world;
    struct request *request = &w->requests[number];
    const struct model_request *q = &instance->model->requests[number];
    if (q->handle == 0) {
        return;
    }
    enum xk_status expected = model_is_live(q) ? XK_OK : XK_E_UNKNOWN;
    unsigned int acts = instance->acts;
    bool fuzzy = q->state == MODEL_GRACE && q->from <= instance->seen;
    bool own = host_is_about(instance, number);
    bool before = request->cancelling;
    request->cancelling = true;
    tell(w, "cancel #%u", number);
    enum xk_status status = xk_requester_cancel(instance->engine, host_clock(instance), q->handle);
    request->cancelling = before;
    tell(w, "  cancelled: %s", xk_status_name(status));
    note(w, 5000 + (uint64_t)status);
    if (own) {
        check_status(instance, CALL_CANCEL, status, XK_E_ALREADY);
    } else if (!fuzzy) {
        bool ended = status == XK_E_UNKNOWN && !model_is_live(q) && instance->acts != acts; /* by an observer before */
        /* Its keys wait for what goes first, or it is being decided. */
        bool given = instance->model->answer.running && instance->model->answer.group == q->group;
        bool served = status == XK_E_ALREADY && (given || q->decided == instance->model->serial);
        check_status(instance, CALL_CANCEL, status, ended || served ? status : expected);
    }
    if (status == XK_OK && instance == w->current) {
        request->cancelled = true;
    }
    check_call(instance, CALL_CANCEL, status, false);
}

/* Is it of that LIID, in its country or everywhere? */
static bool is_of(uint32_t own, uint32_t liid, bool everywhere)
{
    return own == liid || (everywhere && liid_name(own) == liid_name(liid));
}

/* A warrant ends: everything of one LIID goes, and perhaps what is submitted for it meanwhile. */
void host_purge(struct instance *instance, uint32_t liid, bool everywhere)
{
    struct world *w = instance->world;
    uint32_t count = instance == w->current ? w->request_count : 0;
    uint32_t live = 0;
    uint32_t purged = 0;
    const uint8_t name = liid_name(liid);
    bool own = false;
    bool before[LIIDS];
    memcpy(before, w->purging, sizeof before);
    for (uint32_t i = 0; i < LIIDS; i++) {
        bool of = is_of(i, liid, everywhere);
        live += of ? model_count_live(instance->model, i) : 0;
        own |= of && host_is_about_liid(instance, i);
        w->purging[i] |= of && instance == w->current;
    }
    tell(w, "purge %c %s", name, everywhere ? "everywhere" : liid_country(liid));
    enum xk_status status = xk_requester_purge(instance->engine, host_clock(instance), (struct xk_bytes){&name, 1},
                                               everywhere ? NULL : liid_country(liid), &purged);
    memcpy(w->purging, before, sizeof before);
    tell(w, "  purged %u: %s", purged, xk_status_name(status));
    note(w, 5500 + (uint64_t)status);
    check_status(instance, CALL_PURGE, status, own ? XK_E_BUSY : XK_OK);
    if (status == XK_OK && purged > live && instance->about_count == 0 && w->faults.host_acts == 0) {
        breaks(w, "C5: a purge withdrew more than there was");
    }
    for (uint32_t i = 0; i < w->request_count && count > 0; i++) {
        struct request *r = &w->requests[i];
        bool of = is_of(r->liid, liid, everywhere);
        r->cancelled |= of && status == XK_OK && i < count && !r->submitting;
        r->maybe_cancelled |= of;
    }
    w->coverage->purge_of_a_country += status == XK_OK && purged > 0 && !everywhere;
    w->coverage->purge_of_both += status == XK_OK && purged > 0 && everywhere && liid >= LIIDS - 2;
    check_call(instance, CALL_PURGE, status, false);
}

void host_purge_any(struct instance *instance)
{
    bool everywhere = draw(&instance->world->plan, 2) == 0; /* by itself: each compiler is to draw in this order */
    host_purge(instance, draw(&instance->world->plan, LIIDS), everywhere);
}
