/* SPDX-License-Identifier: BSD-2-Clause */
/* What the model knows of each request, and how observations move it. */
#include "sim/model.h"

#include <stdlib.h>
#include <string.h>

#include "sim/rules.h"

struct model *model_new(struct instance *instance, const struct xk_requester_config *config)
{
    size_t count = instance->world->options.request_max;
    struct model *m = calloc(1, sizeof *m + count * sizeof m->requests[0]);
    if (m == NULL) {
        abort();
    }
    m->instance = instance;
    m->world = instance->world;
    m->config = *config;
    m->serial = 1;
    return m;
}

static uint32_t *cell_of(struct model *m, uint64_t handle)
{
    uint32_t at = (uint32_t)((handle * UINT64_C(0x9e3779b97f4a7c15)) >> 40) % MODEL_CELLS;
    while (m->cells[at] != 0 && m->requests[m->cells[at] - 1].handle != handle) {
        at = (at + 1) % MODEL_CELLS;
    }
    return &m->cells[at];
}

uint32_t model_find(const struct model *m, uint64_t handle)
{
    uint32_t cell = *cell_of((struct model *)(uintptr_t)m, handle);
    return cell == 0 ? NOBODY : cell - 1;
}

void model_name(struct model *m, uint32_t number, uint64_t handle)
{
    m->requests[number].handle = handle;
    *cell_of(m, handle) = number + 1;
}

bool model_is_pending(const struct model_request *q)
{
    return q->state == MODEL_WAITING || q->state == MODEL_ASKED || q->state == MODEL_SHARING;
}

bool model_is_live(const struct model_request *q)
{
    return q->state != MODEL_FREE;
}

uint32_t model_count_live(const struct model *m, uint32_t liid)
{
    uint32_t count = 0;
    for (uint32_t i = m->first_live; i < m->world->request_count; i++) {
        count += model_is_live(&m->requests[i]) && (liid == NOBODY || m->world->requests[i].liid == liid);
    }
    return count;
}

bool model_move(struct model *m, uint32_t number, enum model_input input)
{
    struct model_request *q = &m->requests[number];
    uint8_t next = model_moves[q->state][input];
    if (next == 0) {
        tell(m->world, "the model has no move for #%u: %s in %s", number, model_input_name(input),
             model_state_name((enum model_state)q->state));
        breaks(m->world, "M1: a move that the model does not permit");
        return false;
    }
    m->world->coverage->moves[q->state][input]++;
    if (q->state == MODEL_ASKED) {
        model_leave_kms(m, number);
    }
    q->state = (uint8_t)(next - 1);
    if (q->state == MODEL_FREE) {
        q->ended = ++m->ended;
    }
    return true;
}

void model_submitted(struct model *m, uint32_t number, uint64_t handle)
{
    const struct request *r = &m->world->requests[number];
    struct model_request *q = &m->requests[number];
    model_name(m, number, handle);
    (void)model_move(m, number, MODEL_SUBMIT);
    memcpy(q->routes, r->routes, r->route_count);
    q->route_count = r->route_count;
    q->group = number;
    q->joined = ++m->joins;
    q->wait = WAIT_READY;
    q->place = NO_ROUTE;
    q->timeout = r->timeout != 0 ? r->timeout : m->config.timeout;
    q->deadline = later(m->instance->seen, q->timeout);
}

/* Whose transaction it is the record has told. */
void model_shared(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    q->group = m->world->requests[number].group;
    bool left = m->asker_left[q->group] == m->serial; /* just now: another one that shares will ask */
    if (q->group == number || (!left && !model_has_asker(m, q->group))) {
        breaks(m->world, "M2: shares with nobody");
    }
    tell(m->world, "#%u shares the transaction of #%u", number, q->group);
    (void)model_move(m, number, MODEL_SHARE);
    m->world->coverage->shared++;
    m->ended++;
    uint64_t attempt = model_attempt_time(m, q);
    q->from = q->until = later(m->instance->seen, attempt < q->timeout / 2 ? attempt : q->timeout / 2);
}

static unsigned int others_asked(const struct model *m, const struct model_request *q)
{
    unsigned int count = 0;
    for (unsigned int i = 0; i < KMSS_MAX; i++) {
        count += m->group_asked[q->group] >> i & 1u;
    }
    return count == 0 ? 0 : count - 1;
}

/* A decision as the model would make it now: by the answer that is being received, else by the timer. */
void model_decided(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    enum xk_outcome_kind kind = XK_OUTCOME_FAILURE;
    enum xk_failure failure = XK_FAILURE_NONE;
    enum model_input input = MODEL_TIMER;
    if (q->state == MODEL_BLOCKED || q->state == MODEL_OWED || q->state == MODEL_HELD) {
        return; /* the record came first, or could not be written at first */
    }
    q->cause = XK_CAUSE_TIMER_EXPIRED;
    if (m->answer.running && m->answer.group == q->group) {
        model_judge_answer(m, q, number, &kind, &failure);
        q->cause = kind == XK_OUTCOME_FAILURE ? XK_CAUSE_KMS_REFUSED : XK_CAUSE_NONE;
        input = kind == XK_OUTCOME_FAILURE ? MODEL_REFUSAL : MODEL_KEYS;
        bool spent = q->wait == WAIT_SPENT;
        bool strict = q->state == MODEL_WAITING && kind == XK_OUTCOME_FAILURE && m->answer.is_unavailable;
        if (strict && (!spent || model_may_be_answered(m, q))) {
            breaks(m->world, "A10: unavailable decides while another KMS may answer");
        }
        q->answer = m->answer.hash;
        q->answered_by = (uint8_t)m->answer.kms;
        if (kind != XK_OUTCOME_FAILURE && q->route_count < XK_ROUTES_MAX &&
            memchr(q->routes, q->answered_by, q->route_count) == NULL) {
            q->routes[q->route_count++] = q->answered_by; /* it alone has the octets */
        }
        m->world->coverage->depth[others_asked(m, q)]++;
    } else if (q->given_up && m->instance->seen < q->deadline && m->ticks && model_is_forsaken(m, q)) {
        q->cause = XK_CAUSE_UNREACHABLE;
        input = MODEL_UNREACHABLE;
    } else if (m->instance->seen < q->deadline) {
        tell(m->world, "#%u is due at %llu", number, (unsigned long long)q->deadline);
        breaks(m->world, "M3: a timer expired early");
    }
    q->supplement = q->state == MODEL_GRACE;
    q->kind = (uint8_t)(q->supplement ? XK_OUTCOME_SUPPLEMENT : kind);
    q->failure = (uint8_t)failure;
    q->order = ++m->decisions;
    q->until = m->instance->seen; /* what stood behind another is due as soon as that is gone */
    q->since = m->instance->seen;
    q->asked_again = 0;
    m->asker_left[q->group] = m->serial;
    q->is_head = q->passed = false;
    q->at_once = 0;
    q->beside = 0;
    q->decided = m->serial;
    (void)model_move(m, number, input);
    m->world->coverage->kinds[q->kind]++;
    m->world->coverage->causes[q->cause]++;
    m->world->coverage->failures[q->failure < COVERAGE_FAILURES ? q->failure : COVERAGE_FAILURES - 1]++;
    m->world->coverage->supplements += q->supplement;
}

/* Late keys are welcome after a failure that was no answer of the KMS's, if a KMS has been asked. */
static bool wants_late_keys(const struct model *m, const struct model_request *q)
{
    return m->config.late_keys == XK_LATE_KEYS_SUPPLEMENT && m->config.grace > 0 &&
           q->kind == XK_OUTCOME_FAILURE && q->cause == XK_CAUSE_TIMER_EXPIRED &&
           m->group_asked[q->group] != 0;
}

void model_acknowledged(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    bool late = wants_late_keys(m, q);
    model_leave_place(m, q);
    if (model_move(m, number, late ? MODEL_ACKNOWLEDGE_LATE : MODEL_ACKNOWLEDGE) && late) {
        q->from = q->until = later(m->instance->seen, m->config.grace);
    }
}

/* What the LIID was owed before goes first, unless it waits for octets from a KMS. */
static void check_order(struct model *m, uint32_t number)
{
    const struct world *w = m->world;
    const struct model_request *q = &m->requests[number];
    for (uint32_t i = m->first_live; i < w->request_count; i++) {
        const struct model_request *other = &m->requests[i];
        bool earlier = other->order < q->order && i != number && (q->beside == 0 || other->order < q->beside);
        if (earlier && w->requests[i].liid == w->requests[number].liid &&
            (other->state == MODEL_OWED || (other->state == MODEL_BLOCKED && !other->passed))) {
            tell(m->world, "#%u passes #%u", number, i);
            breaks(m->world, "O1: an outcome passed an earlier one of its LIID");
        }
    }
}

void model_offered(struct model *m, uint32_t number, const struct xk_outcome *outcome)
{
    struct model_request *q = &m->requests[number];
    bool keys = outcome->kind != XK_OUTCOME_FAILURE;
    if (q->state != (keys ? MODEL_BLOCKED : MODEL_OWED)) {
        breaks(m->world, "M4: an outcome is offered that is not owed");
        return;
    }
    if (outcome->kind != q->kind || outcome->cause != q->cause || outcome->failure != q->failure) {
        tell(m->world, "offered kind %u cause %u failure %u, the model has %d %d %d", outcome->kind, outcome->cause,
             outcome->failure, q->kind, q->cause, q->failure);
        breaks(m->world, "M5: another outcome than the model's");
    }
    if (keys && (!m->answer.running || m->answer.group != q->group || m->answer.hash != q->answer)) {
        breaks(m->world, "M6: keys that the answer did not bring");
    }
    if (!q->recorded && !q->supplement) {
        breaks(m->world, "M7: an outcome is offered before its decision is on record");
    }
    model_leave_place(m, q); /* wherever the octets came from */
    q->overdue = 0;
    if (!m->may_offer) {
        breaks(m->world, "M15: an outcome is offered in a call that offers none");
    }
    check_order(m, number);
}

void model_settled(struct model *m, uint32_t number, enum model_input input)
{
    struct model_request *q = &m->requests[number];
    if (!model_move(m, number, input)) {
        return;
    }
    q->at_once = 0; /* the octets were here */
    if (input == MODEL_HOLD) {
        q->held_at = ++m->holds;
        model_leave_place(m, q);
    } else if (q->state == MODEL_OWED) {
        q->until = later(m->instance->seen, m->config.reoffer_interval);
    } else {
        /* What the host refuses, or the journal does, may not be passed before the bound has passed anew. */
        q->since = m->instance->seen;
        q->passed = false;
        if (q->until <= m->instance->seen) {
            model_wait_for_octets(m, q);
        }
    }
}

/* Intervals between two times that keys are asked for: one, then double, up to 16. */
void model_wait_for_octets(const struct model *m, struct model_request *q)
{
    uint64_t interval = (uint64_t)m->config.reoffer_interval << (q->asked_again < 4 ? q->asked_again : 4);
    q->until = later(m->instance->seen, interval);
}

/* The first of the outcomes of its LIID about which callbacks run; it may have been taken just now. */
uint64_t model_first_at_hand(const struct model *m, uint32_t number)
{
    const struct world *w = m->world;
    uint64_t first = 0;
    for (unsigned int i = 0; i < m->instance->about_count; i++) {
        uint32_t other = m->instance->about[i];
        if (other == NOBODY || w->requests[other].liid != w->requests[number].liid) {
            continue;
        }
        const struct model_request *q = &m->requests[other];
        bool decided = !model_is_pending(q) && q->order > 0;
        first = decided && (first == 0 || q->order < first) ? q->order : first;
    }
    return first;
}

void model_released(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    bool keys = q->kind != XK_OUTCOME_FAILURE;
    if (model_move(m, number, keys ? MODEL_RELEASE_KEYS : MODEL_RELEASE_FAILURE)) {
        q->until = m->instance->seen;
        q->since = m->instance->seen;
        q->order = ++m->decisions; /* it goes behind what its LIID is owed by now */
        q->beside = model_first_at_hand(m, number);
        q->is_head = q->passed = false;
        if (keys) {
            model_wait_for_octets(m, q);
        }
    }
}

void model_cancelled(struct model *m, uint32_t number)
{
    m->requests[number].cancelled = true;
    model_leave_place(m, &m->requests[number]);
    m->asker_left[m->requests[number].group] = m->stirred = m->serial;
    (void)model_move(m, number, MODEL_CANCEL);
}

void model_passed(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    if (q->state != MODEL_BLOCKED || m->instance->seen < later(q->since, m->config.passing_bound)) {
        breaks(m->world, "O2: keys are passed by before the bound");
    }
    q->passed = true;
    m->world->coverage->passed_by++;
}

/* What was due is due at once. */
static void pull(uint64_t *time, uint64_t from, uint64_t by)
{
    if (*time != XK_NEVER) {
        *time = (*time > from ? *time : from) - by;
    }
}

/* The engine follows a clock that has stepped back far: each request keeps the time that it had left. */
void model_clock_back(struct model *m, uint64_t by)
{
    uint64_t from = m->instance->seen;
    m->shift += by;
    for (uint32_t i = 0; i < m->world->request_count; i++) {
        struct model_request *q = &m->requests[i];
        pull(&q->deadline, from, by);
        pull(&q->from, from, by);
        pull(&q->until, from, by);
        q->since = q->since > by ? q->since - by : 0;
    }
}
