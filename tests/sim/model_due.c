/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timeliness: when an outermost call returns, each request that is pending or owed waits for something that the model
 * names, and xk_requester_next_deadline() is no later than any of it. A request that waits for nothing is stalled.
 */
#include "sim/model.h"

#include "sim/rules.h"

#define PATIENCE 4 /* ticks that may leave something due, if next_deadline says so */

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What its wait is limited by, as the engine has it: a random part is known from then on. */
static void check_until(struct model *m, struct model_request *q, uint32_t number, uint64_t until)
{
    if (until < earlier(q->from, q->deadline) || until > earlier(q->until, q->deadline)) {
        tell(m->world, "#%u wakes at %llu, the model has %llu to %llu, at the latest %llu", number,
             (unsigned long long)until, (unsigned long long)q->from, (unsigned long long)q->until,
             (unsigned long long)q->deadline);
        breaks(m->world, "T8: a request waits for another length of time than the model's");
    } else if (until < q->deadline) {
        q->from = q->until = until;
    }
}

static void wait_behind(struct model *m, struct model_request *q)
{
    q->from = q->until = later(m->instance->seen, model_attempt_time(m, q));
    q->since = m->instance->seen;
    q->wait = WAIT_BEHIND;
    m->world->coverage->behind_window++;
}

/* Has a new round begun in this call, though nobody was told? */
static bool begins_anew(struct model *m, const struct model_request *q, const struct peek *peek)
{
    bool may = m->call == CALL_TICK && q->from <= m->instance->seen;
    bool begun = q->wait == WAIT_BACKOFF ? peek->state != PEEK_BACKOFF : peek->until != earlier(q->until, q->deadline);
    if (begun && !may) {
        breaks(m->world, "T9: a new round began before its time");
    }
    bool must = m->call == CALL_TICK && !m->more && q->until <= m->instance->seen;
    if (!begun && must && (q->wait == WAIT_BEHIND || q->began + 1 < m->serial)) {
        breaks(m->world, "T6: a new round did not begin after the back-off, or after the time behind windows");
    }
    return begun;
}

static uint64_t due_of_waiting(struct model *m, struct model_request *q, uint32_t number)
{
    struct peek peek = model_peek(m, q);
    if (q->deadline <= m->instance->seen && q->wait != WAIT_READY) {
        return q->deadline; /* whatever else it waited for */
    }
    switch ((enum model_wait)q->wait) {
    case WAIT_READY:
        if (m->call == CALL_RESTORE) {
            return m->instance->seen;
        }
        if (model_has_open_route(m, q)) {
            tell(m->world, "#%u waits for nothing (tried %x)", number, q->tried);
            breaks(m->world, "T1: a KMS that is next in turn, and whose window is open, was not asked");
        }
        wait_behind(m, q);
        break;
    case WAIT_BACKOFF:
    case WAIT_BEHIND:
        if (begins_anew(m, q, &peek)) {
            q->tried = 0;
            wait_behind(m, q);
        }
        break;
    case WAIT_SPENT:
        if (q->given_up && model_is_forsaken(m, q)) {
            return m->instance->seen;
        }
        /* Unless another one was to ask, and came to nothing only after all had been given the answer. */
        if (m->answer.is_unavailable && m->call == CALL_RECEIVE && m->answer.group == q->group &&
            m->stirred + 1 != m->serial && model_is_forsaken(m, q)) {
            breaks(m->world, "T7: a request waits for answers that nobody owes");
        }
        return q->until;
    }
    bool behind = q->wait == WAIT_BEHIND; /* in a back-off all have been tried */
    if (peek.state != (behind ? PEEK_BEHIND : PEEK_BACKOFF) || (behind && peek.tried != q->tried)) {
        tell(m->world, "#%u waits in another way (%u, tried %x, the model %x)", number, peek.state, peek.tried,
             q->tried);
        breaks(m->world, "T10: a request waits for something else than the model's");
    }
    if (behind && model_has_open_route(m, q)) {
        tell(m->world, "#%u waits behind windows of which one is open (tried %x)", number, q->tried);
        breaks(m->world, "T2: a place at a KMS that fell free woke nobody");
    }
    check_until(m, q, number, peek.until);
    return q->until;
}

/* Is it the first of what its LIID is owed? The others wait for it. */
static bool is_head(const struct model *m, uint32_t number)
{
    const struct world *w = m->world;
    for (uint32_t i = m->first_live; i < w->request_count; i++) {
        const struct model_request *q = &m->requests[i];
        bool lets_pass = q->state == MODEL_BLOCKED && q->passed && m->requests[number].state == MODEL_OWED;
        bool perhaps = q->beside != 0 && q->beside <= m->requests[number].order && i != number;
        bool before = q->order < m->requests[number].order || perhaps;
        bool owed = q->state == MODEL_OWED || q->state == MODEL_BLOCKED;
        if (owed && before && w->requests[i].liid == w->requests[number].liid && !lets_pass) {
            return false;
        }
    }
    return true;
}

static bool has_followers(const struct model *m, uint32_t number)
{
    const struct world *w = m->world;
    for (uint32_t i = m->first_live; i < w->request_count; i++) {
        const struct model_request *q = &m->requests[i];
        if (q->state == MODEL_OWED && q->order > m->requests[number].order &&
            w->requests[i].liid == w->requests[number].liid) {
            return true;
        }
    }
    return false;
}

/* What waits for no interval is asked for in the next pass, if it stands first by then and there is a place for it. It
 * was not: may that be? A pass that goes on after a budget ended it need not come to it. */
static bool was_asked_for(struct model *m, const struct model_request *q, uint32_t number, bool was_head)
{
    bool offers = m->call == CALL_TICK || m->call == CALL_RESUME;
    bool before = q->at_once + 1 < m->serial;
    bool places = m->config.kms_window == 0; /* else perhaps there was none for it */
    if (!offers || (places && (m->goes_on || !before))) {
        return false;
    }
    if (places && before && was_head && !m->more) {
        tell(m->world, "#%u is not asked for", number);
        breaks(m->world, "T11: octets that a lost link had cost, or that a link back can bring, were not asked for");
    }
    return true;
}

static uint64_t due_of_owed(struct model *m, struct model_request *q, uint32_t number)
{
    bool was_head = q->is_head;
    q->is_head = is_head(m, number);
    if (!q->is_head) {
        return XK_NEVER;
    }
    if (!was_head && q->state == MODEL_BLOCKED) {
        model_wait_for_octets(m, q); /* behind another it was not waited for */
    }
    if (q->state == MODEL_BLOCKED && q->until <= m->instance->seen && m->config.kms_window > 0) {
        model_wait_for_octets(m, q); /* there was no place at its KMS */
    }
    if (q->at_once > 0 && !was_asked_for(m, q, number, was_head)) {
        return m->instance->seen;
    }
    q->at_once = 0;
    if (q->state == MODEL_BLOCKED) {
        /* They are asked for again in a pass of offers, and one that waited longer may go first. */
        uint64_t due = later(q->until, 16ull * m->config.reoffer_interval);
        return due > m->instance->seen ? due : later(m->instance->seen, m->config.reoffer_interval);
    }
    return q->until;
}

/* Keys that wait for their octets hold up what their LIID is owed after them no longer than the bound. */
static void check_passing(struct model *m, uint64_t next)
{
    for (uint32_t i = m->first_live; i < m->world->request_count; i++) {
        const struct model_request *q = &m->requests[i];
        uint64_t bound = later(q->since, m->config.passing_bound + 1u);
        if (q->state == MODEL_BLOCKED && q->is_head && !q->passed && has_followers(m, i) &&
            next > bound && next > m->instance->seen) {
            tell(m->world, "next deadline %llu, but #%u may be passed at %llu", (unsigned long long)next, i,
                 (unsigned long long)bound);
            breaks(m->world, "T8: next_deadline is later than what keys may hold up others");
        }
    }
}

/* The first of those that share with nobody is made ready in the same call; that it waits behind windows is untold. */
static uint64_t due_of_sharing(struct model *m, struct model_request *q, uint32_t number)
{
    struct peek peek = model_peek(m, q);
    bool orphan = !model_has_asker(m, q->group);
    bool heir = m->call != CALL_RESTORE && model_is_heir(m, q) &&
                (orphan || m->asker_left[q->group] + 1 == m->serial);
    if (peek.state == PEEK_SHARING && !(orphan && heir)) {
        if (q->deadline > m->instance->seen) {
            check_until(m, q, number, peek.until);
        }
        return q->until;
    }
    if (!heir || peek.state == PEEK_SHARING) {
        tell(m->world, "#%u shares with somebody who asks: %d, and is the first of those: %d", number, !orphan, heir);
        breaks(m->world, "T4: a request shares with nobody who asks, or asks though another one does");
    }
    (void)model_move(m, number, MODEL_CARRY);
    m->world->coverage->promoted++;
    q->wait = WAIT_READY;
    return due_of_waiting(m, q, number);
}

static uint64_t due_of(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    uint64_t due = XK_NEVER;
    switch ((enum model_state)q->state) {
    case MODEL_WAITING:
        due = due_of_waiting(m, q, number);
        break;
    case MODEL_SHARING:
        if (m->call == CALL_RESTORE && !model_has_asker(m, q->group) && model_is_heir(m, q)) {
            (void)model_move(m, number, MODEL_CARRY); /* a callback withdrew the one that asked; the next call sends */
            q->wait = WAIT_READY;
            return m->instance->seen;
        }
        due = due_of_sharing(m, q, number);
        break;
    case MODEL_ASKED:
        due = q->until;
        if (q->deadline > m->instance->seen) { /* else a budget has left it to the next tick */
            check_until(m, q, number, model_peek(m, q).until);
        }
        break;
    case MODEL_GRACE:
        due = q->until;
        break;
    case MODEL_BLOCKED:
    case MODEL_OWED:
        due = due_of_owed(m, q, number);
        break;
    case MODEL_HELD:
    case MODEL_FREE:
    case MODEL_STATES:
        break;
    }
    return model_is_pending(q) && q->deadline < due ? q->deadline : due;
}

/* What a whole tick has left waiting for a moment that has passed. */
static void check_overdue(struct model *m, uint32_t number, uint64_t due)
{
    struct model_request *q = &m->requests[number];
    if (due > m->instance->seen || due == XK_NEVER - 1) { /* the end of time never passes */
        q->overdue = 0;
    } else if (q->state == MODEL_GRACE && ++q->overdue > 1) {
        (void)model_move(m, number, MODEL_GRACE_OVER);
    } else if (q->state != MODEL_GRACE && ++q->overdue > PATIENCE) {
        tell(m->world, "#%u is %s and was due at %llu", number, model_state_name((enum model_state)q->state),
             (unsigned long long)due);
        breaks(m->world, "T3: ticks do not do what is due");
    }
}

/* A place at a KMS that is asked for octets again is kept until it answers, or until a pass in which the interval is
 * over; for which KMS it then is none, though nothing was sent, nobody is told. */
static void check_places(struct model *m)
{
    for (uint32_t i = m->first_live; i < m->world->request_count; i++) {
        struct model_request *q = &m->requests[i];
        bool again = q->state == MODEL_BLOCKED && model_peek(m, q).again;
        if (q->state != MODEL_BLOCKED || again == (q->place != NO_ROUTE)) {
            continue;
        }
        if (again || (m->call != CALL_TICK && m->call != CALL_RESUME)) {
            tell(m->world, "#%u has a place at a KMS: %d, in the model %d", i, again, !again);
            breaks(m->world, "A13: octets that are asked for again have no place at a KMS, or keep it too long");
        }
        model_leave_place(m, q);
    }
}

void model_check(struct model *m, enum call call, bool full)
{
    struct world *w = m->world;
    uint64_t first = XK_NEVER;
    uint32_t who = NOBODY;
    m->call = call;
    bool left_over = m->more && (call == CALL_TICK || call == CALL_RESUME) && m->stirred != m->serial;
    m->serial++;
    while (m->first_live < w->request_count && !model_is_live(&m->requests[m->first_live])) {
        m->first_live++;
    }
    if (m->instance->fenced) {
        return;
    }
    check_places(m);
    for (uint32_t i = m->first_live; i < w->request_count; i++) {
        if (model_is_live(&m->requests[i])) {
            uint64_t due = due_of(m, i);
            if (call == CALL_TICK && full) {
                check_overdue(m, i, due);
            }
            bool live = model_is_live(&m->requests[i]);
            bool over = !live || (m->requests[i].state == MODEL_GRACE && m->requests[i].from <= m->instance->seen);
            if (due < first && !over) {
                first = due;
                who = i;
            }
        }
    }
    uint64_t next = xk_requester_next_deadline(m->instance->engine);
    uint64_t latest = first > m->instance->seen && !left_over ? first : m->instance->seen;
    w->coverage->deadline_exact += next == first && next != XK_NEVER;
    check_passing(m, next);
    if (next > latest) {
        tell(w, "next deadline %llu, but #%d, which is %s, is due at %llu", (unsigned long long)next, (int)who,
             who == NOBODY ? "nobody" : model_state_name((enum model_state)m->requests[who].state),
             (unsigned long long)latest);
        breaks(w, "T5: next_deadline is later than what is due");
    }
}
