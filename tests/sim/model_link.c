/* SPDX-License-Identifier: BSD-2-Clause */
/* Links to KMSs that fall and come back, and outcomes of which the host can make no record. */
#include "sim/model.h"

#include <string.h>

#include "sim/host.h"
#include "sim/rules.h"

static bool is_shaky(const struct model *m, uint32_t kms)
{
    return m->losses[kms] > 1;
}

/* No answer will come to what it was sent. True if one had been owed. */
static bool forget(struct model_request *q, uint32_t kms)
{
    bool any = false;
    for (uint8_t k = 0; k < q->route_count; k++) {
        if (q->routes[k] == kms) {
            any |= q->owes[k] > 0;
            q->owes[k] = 0;
        }
    }
    return any;
}

static bool is_left(const struct model_request *q)
{
    uint8_t all = (uint8_t)((1u << q->route_count) - 1);
    return (q->tried & all) != all;
}

/* The next KMS of the round, whose attempt takes the place of the lost one; without one a new round. */
static void lose_asked(struct model *m, uint32_t number, bool shaky)
{
    struct model_request *q = &m->requests[number];
    struct coverage *c = m->world->coverage;
    (void)model_move(m, number, MODEL_LOST);
    if (is_left(q)) {
        q->attempts--;
        q->wait = WAIT_READY;
        c->lost_next_kms++;
    } else if (q->attempts >= m->config.max_attempts) {
        model_spend(m, q, false);
        c->lost_last_attempt++;
    } else if (shaky) {
        model_back_off(m, q);
        c->lost_back_off++;
    } else {
        q->tried = 0;
        q->wait = WAIT_READY;
        c->lost_new_round++;
    }
}

static void lose_one(struct model *m, uint32_t number, uint32_t kms, bool shaky)
{
    struct model_request *q = &m->requests[number];
    if (model_is_pending(q)) {
        bool owed = forget(q, kms);
        if (q->state == MODEL_ASKED && q->routes[q->route] == kms) {
            lose_asked(m, number, shaky);
        } else if (owed && q->state == MODEL_WAITING && q->wait == WAIT_SPENT && is_left(q)) {
            (void)model_move(m, number, MODEL_LOST);
            q->attempts--;
            q->given_up = false;
            q->wait = WAIT_READY;
            m->world->coverage->lost_revives_spent++;
        }
    } else if (q->state == MODEL_BLOCKED && q->place == kms) {
        model_leave_place(m, q);
        q->at_once = shaky ? 0 : m->serial;
        m->world->coverage->lost_of_owed++;
    }
}

/* What a callback is about stays as it is. */
void model_lost(struct model *m, uint32_t kms)
{
    m->losses[kms]++;
    m->stirred = m->serial;
    for (uint32_t i = m->first_live; i < m->world->request_count; i++) {
        if (!host_is_about(m->instance, i)) {
            lose_one(m, i, kms, is_shaky(m, kms));
        } else {
            m->world->coverage->lost_inside_its_own++;
        }
    }
}

/* That KMS alone is asked. Unless this very tick has ended the back-off already, untold. */
static void end_back_off(struct model *m, uint32_t number, uint32_t kms)
{
    struct model_request *q = &m->requests[number];
    struct peek peek = model_peek(m, q);
    uint8_t others = 0;
    for (uint8_t k = 0; k < q->route_count; k++) {
        others = (uint8_t)(others | (q->routes[k] != kms) << k);
    }
    bool ended = m->ticks && m->instance->seen >= q->from && peek.tried == 0;
    if (ended && (peek.state == PEEK_READY || peek.state == PEEK_BEHIND)) {
        return;
    }
    if (peek.state != PEEK_READY || peek.tried != others) {
        breaks(m->world, "A14: a KMS whose link is there again is not asked, or another one too");
    }
    (void)model_move(m, number, MODEL_READY);
    q->tried = peek.tried;
    q->wait = WAIT_READY;
    m->world->coverage->ready_ends_back_off++;
}

static void ready_one(struct model *m, uint32_t number, uint32_t kms)
{
    struct model_request *q = &m->requests[number];
    struct peek peek = model_peek(m, q);
    bool listed = memchr(q->routes, (int)kms, q->route_count) != NULL;
    bool handed_over = peek.state == PEEK_OFFERED;
    if (listed && q->state == MODEL_WAITING && q->wait == WAIT_BACKOFF) {
        end_back_off(m, number, kms);
    } else if (listed && q->state == MODEL_BLOCKED && q->answered_by == kms && !peek.again && !handed_over) {
        q->asked_again = 0;
        q->at_once = m->serial;
        m->world->coverage->ready_of_owed++;
    }
}

void model_ready(struct model *m, uint32_t kms)
{
    m->stirred = m->serial;
    m->world->coverage->ready_but_shaky += is_shaky(m, kms);
    for (uint32_t i = m->first_live; i < m->world->request_count && !is_shaky(m, kms); i++) {
        if (!host_is_about(m->instance, i)) {
            ready_one(m, i, kms);
        } else {
            m->world->coverage->ready_inside_its_own++;
        }
    }
}

/* From on_outcome it keeps its turn; what was held goes behind what its LIID is owed by now. */
void model_revised(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    bool held = q->state == MODEL_HELD;
    if (q->supplement || (q->kind != XK_OUTCOME_KEYS && q->kind != XK_OUTCOME_PARTIAL) ||
        m->instance->revising != number) {
        breaks(m->world, "M16: an outcome is revised that is no keys, or that nobody has found impossible");
    }
    if (!model_move(m, number, MODEL_REVISE)) {
        return;
    }
    q->kind = XK_OUTCOME_FAILURE;
    q->cause = XK_CAUSE_IMPOSSIBLE;
    q->passed = false;
    q->at_once = 0;
    q->until = q->since = m->instance->seen;
    if (held) {
        q->order = ++m->decisions;
        q->beside = model_first_at_hand(m, number);
        q->is_head = false;
    }
    m->instance->revising = NOBODY;
    m->world->requests[number].revised |= m->instance == m->world->current;
    m->world->coverage->causes[XK_CAUSE_IMPOSSIBLE]++;
    m->world->coverage->impossible_keys += !held;
    m->world->coverage->impossible_held_keys += held;
}

void model_dropped(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    struct coverage *c = m->world->coverage;
    bool held = q->state == MODEL_HELD;
    model_leave_place(m, q);
    m->world->requests[number].dropped = true;
    c->impossible_failure += !held && !q->supplement;
    c->impossible_supplement += !held && q->supplement;
    c->impossible_held_failure += held && !q->supplement;
    c->impossible_held_supplement += held && q->supplement;
    (void)model_move(m, number, MODEL_DROP);
}
