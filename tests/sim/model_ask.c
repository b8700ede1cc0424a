/* SPDX-License-Identifier: BSD-2-Clause */
/* How the model has a request asked: routes in turn, attempts, back-off, windows. */
#include "sim/model.h"

#include "sim/rules.h"

/* WAITING or ASKED: it will have an answer, or tell the others that there is none. */
bool model_has_asker(const struct model *m, uint32_t group)
{
    for (uint32_t i = group; i < m->world->request_count; i++) {
        const struct model_request *q = &m->requests[i];
        if (q->group == group && (q->state == MODEL_WAITING || q->state == MODEL_ASKED)) {
            return true;
        }
    }
    return false;
}

void model_leave_kms(struct model *m, uint32_t number)
{
    const struct model_request *q = &m->requests[number];
    m->in_flight[q->routes[q->route]]--;
}

/* Half of a back-off is drawn. */
static void wait_back_off(struct model *m, struct model_request *q)
{
    uint64_t wait = m->config.backoff_base;
    for (uint32_t i = 1; i < q->attempts && wait < m->config.backoff_max; i++) {
        wait *= 2;
    }
    wait = wait < m->config.backoff_max ? wait : m->config.backoff_max;
    q->wait = WAIT_BACKOFF;
    q->from = later(m->instance->seen, wait - wait / 2);
    q->until = later(m->instance->seen, wait);
    m->world->coverage->back_off++;
}

/* An attempt has failed: what does the request wait for now? */
void model_turn_to_next(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    if (q->attempts >= m->config.max_attempts) {
        q->unreachable = m->group_asked[q->group] == 0;
        q->wait = q->unreachable ? WAIT_TICK : WAIT_ANSWERS;
        q->until = q->unreachable ? m->instance->seen : q->deadline;
        return;
    }
    q->route = (uint8_t)((q->route + 1) % q->route_count);
    if (q->attempts < q->route_count) {
        q->wait = WAIT_TURN;
    } else {
        wait_back_off(m, q);
    }
}

/* Keys that were decided are asked for from the KMS that answered. */
static void ask_again(struct model *m, uint32_t number, uint32_t kms)
{
    struct model_request *q = &m->requests[number];
    (void)model_move(m, number, MODEL_ASK_AGAIN);
    q->until = later(m->instance->seen, m->config.reoffer_interval);
    m->group_asked[q->group] = (uint8_t)(m->group_asked[q->group] | 1u << kms);
    m->world->coverage->asked_again++;
    if (kms != q->answered_by) {
        breaks(m->world, "A1: keys are asked for again from a KMS that did not answer");
    }
}

static void check_send(struct model *m, uint32_t number, uint32_t kms, uint32_t attempt)
{
    struct model_request *q = &m->requests[number];
    if (kms != q->routes[q->route]) {
        tell(m->world, "#%u asks KMS %u, the model turns to %u", number, kms, q->routes[q->route]);
        breaks(m->world, "A2: another KMS is asked than the next of the list");
    }
    if (attempt != q->attempts + 1) {
        breaks(m->world, "A3: an attempt is counted wrongly");
    }
    if (q->wait == WAIT_BACKOFF && m->instance->seen < q->from) {
        breaks(m->world, "A4: a back-off was too short");
    }
    if (q->wait == WAIT_ANSWERS || q->unreachable) {
        breaks(m->world, "A5: more attempts than there may be");
    }
    if (m->config.kms_window > 0 && m->in_flight[kms] >= m->config.kms_window) {
        breaks(m->world, "A6: more requests at a KMS than its window lets through");
    }
}

/* Which of those that share asks first is told by no record: what was taken for the asker shares instead. */
static void take_turn(struct model *m, const struct model_request *q)
{
    for (uint32_t i = q->group; i < m->world->request_count; i++) {
        struct model_request *other = &m->requests[i];
        if (other->group == q->group && other->state == MODEL_WAITING && other->wait == WAIT_TICK && other->restored) {
            (void)model_move(m, i, MODEL_SHARE);
            other->until = other->patience;
        }
    }
}

/* It has waited behind a window for as long as for an attempt: another KMS's turn, and no attempt is counted. */
static void leave_window(const struct model *m, struct model_request *q, uint32_t kms)
{
    if (q->wait != WAIT_WINDOW || m->instance->seen < q->until) {
        return;
    }
    for (uint8_t i = 0; i < q->route_count && q->routes[q->route] != kms; i++) {
        q->route = (uint8_t)((q->route + 1) % q->route_count);
    }
    m->world->coverage->window_left++;
}

void model_send(struct model *m, uint32_t number, uint32_t kms, uint32_t attempt)
{
    struct model_request *q = &m->requests[number];
    if (q->state == MODEL_BLOCKED) {
        ask_again(m, number, kms);
        return;
    }
    if (q->state == MODEL_SHARING) {
        take_turn(m, q);
        if (model_has_asker(m, q->group) && m->instance->seen < q->until) {
            breaks(m->world, "A7: one that shares asks before its patience is over");
        }
        m->world->coverage->promoted++;
        (void)model_move(m, number, MODEL_CARRY);
        q->wait = WAIT_TURN;
    }
    leave_window(m, q, kms);
    check_send(m, number, kms, attempt);
    if (!model_move(m, number, MODEL_SEND)) {
        return;
    }
    q->attempts = attempt;
    q->sending = true;
    m->in_flight[q->routes[q->route]]++;
    q->until = q->deadline;
    if (m->config.attempt_timeout > 0 && q->attempts < m->config.max_attempts) {
        q->until = later(m->instance->seen, m->config.attempt_timeout);
    }
}

void model_sent(struct model *m, uint32_t number, bool taken)
{
    struct model_request *q = &m->requests[number];
    if (!q->sending) {
        return; /* asked again */
    }
    q->sending = false;
    if (q->state != MODEL_ASKED) {
        return; /* withdrawn meanwhile */
    }
    if (taken) {
        q->asked = (uint8_t)(q->asked | 1u << q->route);
        m->group_asked[q->group] = (uint8_t)(m->group_asked[q->group] | 1u << q->routes[q->route]);
        return;
    }
    (void)model_move(m, number, MODEL_SEND_FAILED);
    model_turn_to_next(m, number);
}

void model_attempt_expired(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    if (m->instance->seen < q->until) {
        breaks(m->world, "A8: an attempt expired early");
    }
    if (q->state == MODEL_SHARING) {
        (void)model_move(m, number, MODEL_CARRY);
        m->world->coverage->promoted++;
        q->wait = WAIT_TURN;
        return;
    }
    if (model_move(m, number, MODEL_ATTEMPT_EXPIRED)) {
        model_turn_to_next(m, number);
    }
}

/* The KMS that the answer names becomes the last of the list, and is asked next. */
void model_referred(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    const struct model_answer *a = &m->answer;
    uint32_t kms = 0;
    if (!a->running || a->group != q->group || a->message.failure != XK_FAILURE_OTHER_KMS ||
        a->message.referral.size != 5 || q->referred || !m->config.follow_referral ||
        q->route_count == XK_ROUTES_MAX) {
        breaks(m->world, "A9: a referral is followed that was not given, or not for the first time");
        return;
    }
    kms = (uint32_t)(a->message.referral.data[4] - '0');
    (void)model_move(m, number, MODEL_REFERRED);
    q->referred = true;
    q->route = q->route_count;
    q->routes[q->route_count++] = (uint8_t)kms;
    q->wait = WAIT_TURN;
    m->world->coverage->referrals_followed++;
}
