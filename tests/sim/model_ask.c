/* SPDX-License-Identifier: BSD-2-Clause */
/* How the model has a request asked: rounds, attempts, back-off, windows, referrals; and asked again. */
#include "sim/model.h"

#include <string.h>

#include "sim/rules.h"

uint64_t model_attempt_time(const struct model *m, const struct model_request *q)
{
    if (m->config.attempt_timeout > 0) {
        return m->config.attempt_timeout;
    }
    return q->timeout / m->config.max_attempts > 0 ? q->timeout / m->config.max_attempts : 1;
}

/* Asked, in back-off, behind windows or ready: it will have an answer, or tell the others that there is none. */
bool model_has_asker(const struct model *m, uint32_t group)
{
    for (uint32_t i = m->first_live; i < m->world->request_count; i++) {
        const struct model_request *q = &m->requests[i];
        if (q->group == group &&
            (q->state == MODEL_ASKED || (q->state == MODEL_WAITING && q->wait != WAIT_SPENT))) {
            return true;
        }
    }
    return false;
}

/* Certainly: no matter whether keys that are asked for again still have their places. */
bool model_window_is_open(const struct model *m, uint32_t kms)
{
    return m->config.kms_window == 0 || m->in_flight[kms] + m->places[kms] < m->config.kms_window;
}

static bool window_is_full(const struct model *m, uint32_t kms)
{
    return m->config.kms_window != 0 && m->in_flight[kms] >= m->config.kms_window;
}

/* May it be asked there in this round? */
static bool is_untried(const struct model_request *q, uint8_t route)
{
    return (q->tried >> route & 1u) == 0;
}

bool model_has_open_route(const struct model *m, const struct model_request *q)
{
    for (uint8_t i = 0; i < q->route_count; i++) {
        if (is_untried(q, i) && model_window_is_open(m, q->routes[i])) {
            return true;
        }
    }
    return false;
}

struct peek model_peek(const struct model *m, const struct model_request *q)
{
    return peek_at(m->instance->engine, q->handle);
}

void model_leave_kms(struct model *m, uint32_t number)
{
    const struct model_request *q = &m->requests[number];
    m->in_flight[q->routes[q->route]]--;
}

void model_leave_place(struct model *m, struct model_request *q)
{
    if (q->place != NO_ROUTE) {
        m->places[q->place]--;
        q->place = NO_ROUTE;
    }
}

/* By one of all that pend and share the transaction. */
bool model_may_be_answered(const struct model *m, const struct model_request *q)
{
    for (uint32_t i = m->first_live; i < m->world->request_count; i++) {
        const struct model_request *other = &m->requests[i];
        for (uint8_t k = 0; other->group == q->group && model_is_pending(other) && k < other->route_count; k++) {
            if (other->owes[k] > 0) {
                return true;
            }
        }
    }
    return false;
}

/* Nobody of its exchange asks or will ask, and no KMS may still answer. */
bool model_is_forsaken(const struct model *m, const struct model_request *q)
{
    for (uint32_t i = m->first_live; i < m->world->request_count; i++) {
        const struct model_request *other = &m->requests[i];
        if (other->group == q->group && other->state == MODEL_SHARING) {
            return false;
        }
    }
    return !model_has_asker(m, q->group) && !model_may_be_answered(m, q);
}

void model_spend(struct model *m, struct model_request *q, bool given_up)
{
    q->given_up = given_up;
    q->wait = WAIT_SPENT;
    m->asker_left[q->group] = m->serial;
    q->until = q->deadline;
}

/* The n-th lasts base * 2^(n-1), of which the upper half is random. */
void model_back_off(struct model *m, struct model_request *q)
{
    uint64_t wait = m->config.backoff_base;
    for (uint32_t i = 0; i < q->backoffs && wait < m->config.backoff_max; i++) {
        wait *= 2;
    }
    wait = wait < m->config.backoff_max ? wait : m->config.backoff_max;
    q->backoffs++;
    q->began = m->serial;
    q->since = m->instance->seen;
    q->tried = 0;
    q->wait = WAIT_BACKOFF;
    q->from = later(m->instance->seen, wait - wait / 2);
    q->until = later(m->instance->seen, wait);
    m->world->coverage->back_off++;
}

/* A try has failed: what does the request wait for now? */
void model_turn_to_next(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    uint8_t all = (uint8_t)((1u << q->route_count) - 1);
    bool given_up = m->config.max_refused > 0 && q->refused >= m->config.max_refused;
    if (q->attempts >= m->config.max_attempts || given_up) {
        model_spend(m, q, given_up);
    } else if ((q->tried & all) != all) {
        q->wait = WAIT_READY;
    } else {
        model_back_off(m, q);
    }
}

/* Keys that were decided are asked for from the KMS that answered, then from the others in their order, and so on. */
static void ask_again(struct model *m, uint32_t number, uint32_t kms)
{
    struct model_request *q = &m->requests[number];
    uint32_t turn = q->asked_again % q->route_count;
    const uint8_t *answerer = memchr(q->routes, q->answered_by, q->route_count);
    uint32_t expected = q->answered_by;
    if (answerer == NULL) {
        expected = q->routes[turn]; /* the list had no room for it */
    } else if (turn > 0) {
        expected = q->routes[turn <= (uint32_t)(answerer - q->routes) ? turn - 1 : turn];
    }
    (void)model_move(m, number, MODEL_ASK_AGAIN);
    m->world->coverage->asked_again++;
    if (kms != expected) {
        tell(m->world, "#%u is asked for again from KMS %u, the model turns to %u", number, kms, expected);
        breaks(m->world, "A1: keys are asked for again from another KMS than the one whose turn it is");
    }
    model_leave_place(m, q);
    if (window_is_full(m, kms)) {
        breaks(m->world, "A6: more requests at a KMS than its window lets through");
    }
    q->place = (uint8_t)kms;
    q->at_once = 0;
    q->overdue = 0;
    q->sending = true;
    m->places[kms]++;
    q->asked_again++;
    model_wait_for_octets(m, q);
}

/* At each KMS those behind its window are served in the order in which they came to wait. */
static void check_queue(struct model *m, const struct model_request *q, uint32_t kms)
{
    for (uint32_t i = m->first_live; i < m->world->request_count; i++) {
        const struct model_request *other = &m->requests[i];
        bool new_round = other->until <= m->instance->seen; /* it goes to the end */
        if (other->state != MODEL_WAITING || other->wait != WAIT_BEHIND || other->since >= q->since || new_round) {
            continue;
        }
        for (uint8_t k = 0; k < other->route_count; k++) {
            if (other->routes[k] == kms && is_untried(other, k)) {
                tell(m->world, "#%u has waited longer", i);
                breaks(m->world, "A11: a place at a KMS goes to one that came later");
                return;
            }
        }
    }
}

/* The first of those not tried in this round whose window is open. From behind windows, any of them. */
static bool is_next(const struct model *m, const struct model_request *q, uint8_t route)
{
    for (uint8_t i = 0; i < route && q->wait != WAIT_BEHIND; i++) {
        if (is_untried(q, i) && model_window_is_open(m, q->routes[i])) {
            return false;
        }
    }
    return is_untried(q, route);
}

/* Its list may name a KMS twice, and a budget may have left a new round for later: of both only the engine knows. */
static uint8_t route_to(struct model *m, uint32_t number, uint32_t kms)
{
    struct model_request *q = &m->requests[number];
    struct peek peek = model_peek(m, q);
    bool over = m->ticks && q->wait == WAIT_BEHIND && m->instance->seen >= q->until;
    if (over && (!is_untried(q, peek.route) || peek.tried != (q->tried | 1u << peek.route))) {
        q->tried = 0; /* a new round, and no attempt */
    }
    if (peek.route >= q->route_count || q->routes[peek.route] != kms || !is_next(m, q, peek.route)) {
        tell(m->world, "#%u turns to KMS %u, which is not next (tried %x)", number, kms, q->tried);
        breaks(m->world, "A2: another KMS is asked than the next of the round");
        return 0;
    }
    if (peek.tried != (q->tried | 1u << peek.route)) {
        tell(m->world, "#%u has tried %x, the model %x", number, peek.tried, q->tried);
        breaks(m->world, "A12: another KMS has been tried in this round than the model's");
    }
    return peek.route;
}

static void check_send(struct model *m, uint32_t number, uint32_t kms, uint32_t attempt)
{
    struct model_request *q = &m->requests[number];
    if (attempt != q->attempts + 1) {
        breaks(m->world, "A3: an attempt is counted wrongly");
    }
    if (q->wait == WAIT_BACKOFF && m->instance->seen < q->from) {
        breaks(m->world, "A4: a back-off was too short");
    }
    if (q->wait == WAIT_SPENT) {
        breaks(m->world, "A5: more attempts than there may be");
    }
    if (window_is_full(m, kms)) {
        breaks(m->world, "A6: more requests at a KMS than its window lets through");
    }
    if (q->wait == WAIT_BEHIND) {
        check_queue(m, q, kms);
        m->world->coverage->window_left++;
    }
}

/* Of those that share a transaction: the first to ask when nobody else does. */
bool model_is_heir(const struct model *m, const struct model_request *q)
{
    for (uint32_t i = m->first_live; i < m->world->request_count; i++) {
        const struct model_request *other = &m->requests[i];
        if (other->group == q->group && other->state == MODEL_SHARING && other->joined < q->joined) {
            return false;
        }
    }
    return true;
}

static void carry(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    (void)model_move(m, number, MODEL_CARRY);
    q->wait = WAIT_READY;
    m->world->coverage->promoted++;
}

void model_send(struct model *m, uint32_t number, uint32_t kms, uint32_t attempt)
{
    struct model_request *q = &m->requests[number];
    m->stirred = m->serial;
    if (q->state == MODEL_BLOCKED) {
        ask_again(m, number, kms);
        return;
    }
    if (q->state == MODEL_SHARING) {
        bool inherits = (m->asker_left[q->group] == m->serial || !model_has_asker(m, q->group)) && model_is_heir(m, q);
        if (!inherits && m->instance->seen < q->from) {
            breaks(m->world, "A7: one that shares asks before its patience is over");
        }
        carry(m, number);
    }
    check_send(m, number, kms, attempt);
    uint8_t route = route_to(m, number, kms);
    if (!model_move(m, number, MODEL_SEND)) {
        return;
    }
    q->route = route;
    q->tried = (uint8_t)(q->tried | 1u << route);
    q->attempts = attempt;
    q->overdue = 0;
    q->sending = true;
    m->in_flight[kms]++;
    q->from = q->until = later(m->instance->seen, model_attempt_time(m, q));
}

static void note_asked(struct model *m, struct model_request *q, uint32_t kms)
{
    q->asked = (uint8_t)(q->asked | 1u << kms);
    m->group_asked[q->group] = (uint8_t)(m->group_asked[q->group] | 1u << kms);
}

static void taken(struct model *m, struct model_request *q)
{
    uint32_t kms = q->routes[q->route];
    q->refused = 0;
    q->owes[q->route] = (uint8_t)(q->owes[q->route] + (q->owes[q->route] < 3));
    note_asked(m, q, kms);
}

void model_sent(struct model *m, uint32_t number, bool is_taken)
{
    struct model_request *q = &m->requests[number];
    bool asked_again = q->state == MODEL_BLOCKED;
    if (!q->sending) {
        return;
    }
    q->sending = false;
    if (asked_again && is_taken) {
        note_asked(m, q, q->place);
    } else if (asked_again) {
        model_leave_place(m, q);
    } else if (q->state == MODEL_ASKED && is_taken) {
        taken(m, q);
    } else if (q->state == MODEL_ASKED) {
        (void)model_move(m, number, MODEL_SEND_FAILED);
        q->attempts--;
        q->refused++;
        model_turn_to_next(m, number);
    }
}

void model_attempt_expired(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    if (m->instance->seen < q->from) {
        breaks(m->world, "A8: an attempt expired early");
    }
    if (q->state == MODEL_SHARING) {
        carry(m, number);
    } else if (model_move(m, number, MODEL_ATTEMPT_EXPIRED)) {
        model_turn_to_next(m, number);
    }
}

/* The KMS that the answer names joins the list, and is asked alone, before any other. */
void model_referred(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    const struct model_answer *a = &m->answer;
    if (!a->running || a->group != q->group || a->message.failure != XK_FAILURE_OTHER_KMS ||
        a->message.referral.size != 5 || q->referred || !m->config.follow_referral ||
        q->route_count == XK_ROUTES_MAX) {
        breaks(m->world, "A9: a referral is followed that was not given, or not for the first time");
        return;
    }
    model_count_answer(q, a->kms);
    (void)model_move(m, number, MODEL_REFERRED);
    q->referred = true;
    q->tried = (uint8_t)((1u << q->route_count) - 1); /* no other is asked before the next round */
    q->routes[q->route_count++] = (uint8_t)(a->message.referral.data[4] - '0');
    q->wait = WAIT_READY;
    m->world->coverage->referrals_followed++;
}
