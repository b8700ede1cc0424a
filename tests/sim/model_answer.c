/* SPDX-License-Identifier: BSD-2-Clause */
/* What an answer of a KMS must do, and which statuses xk_requester_receive() may tell. */
#include "sim/model.h"

#include <string.h>

#include "sim/rules.h"

static uint64_t hash_of(const uint8_t *octets, size_t size)
{
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ octets[i]) * 1099511628211u;
    }
    return hash;
}

/* As a set. What a decoder says is one thing, whatever it is: only one message is being received. */
static uint64_t one(enum xk_status status)
{
    static const enum xk_status known[] = {XK_OK,         XK_E_BLOCKED,  XK_E_UNKNOWN, XK_E_LATE,
                                           XK_E_DUPLICATE, XK_E_CONFLICT, XK_E_PEER,    XK_E_FENCED};
    size_t i = 0;
    while (i < sizeof known / sizeof known[0] && known[i] != status) {
        i++;
    }
    return UINT64_C(1) << i;
}

/* The first request of those that use the transaction. */
static uint32_t find_group(const struct world *w, const struct xk_transaction_id *id)
{
    for (uint32_t i = 0; i < w->request_count; i++) {
        const struct request *r = &w->requests[i];
        if (r->has_transaction && memcmp(r->transaction.octets, id->octets, sizeof id->octets) == 0) {
            return i;
        }
    }
    return NOBODY;
}

void model_judge_answer(const struct model *m, const struct model_request *q, uint32_t number,
                        enum xk_outcome_kind *kind, enum xk_failure *failure)
{
    const struct xk_get_keys_response *a = &m->answer.message;
    uint8_t wanted = m->world->requests[number].session_count;
    uint8_t keys = 0;
    (void)q;
    *kind = XK_OUTCOME_FAILURE;
    *failure = a->failure;
    if (a->failure != XK_FAILURE_NONE) {
        return;
    }
    for (uint8_t id = 1; id <= wanted; id++) {
        enum xk_failure own = XK_FAILURE_NOT_ANSWERED;
        for (size_t i = 0; i < a->session_count; i++) {
            own = a->sessions[i].cs_id == id ? a->sessions[i].failure : own;
        }
        keys = (uint8_t)(keys + (own == XK_FAILURE_NONE));
        *failure = id == 1 || *failure == own ? own : XK_FAILURE_GENERIC;
    }
    if (keys > 0) {
        *failure = XK_FAILURE_NONE;
        *kind = keys == wanted ? XK_OUTCOME_KEYS : XK_OUTCOME_PARTIAL;
    }
}

static uint64_t permits_blocked(const struct model *m, bool same)
{
    if (same) {
        return one(XK_OK) | one(XK_E_BLOCKED) | one(XK_E_LATE);
    }
    return m->answer.message.failure == XK_FAILURE_UNAVAILABLE ? one(XK_OK) : one(XK_E_CONFLICT);
}

/* What one live request of the transaction lets the call answer. */
static uint64_t permits(const struct model *m, uint32_t number)
{
    const struct model_request *q = &m->requests[number];
    enum xk_outcome_kind kind;
    enum xk_failure failure;
    bool same = m->answer.hash == q->answer;
    model_judge_answer(m, q, number, &kind, &failure);
    switch ((enum model_state)q->state) {
    case MODEL_WAITING:
    case MODEL_ASKED:
    case MODEL_SHARING:
        /* LATE: a callback has withdrawn it just before. */
        return one(XK_OK) | one(XK_E_LATE) | (kind == XK_OUTCOME_FAILURE ? 0 : one(XK_E_BLOCKED));
    case MODEL_BLOCKED:
        return permits_blocked(m, same);
    case MODEL_OWED:
    case MODEL_HELD:
        if (q->cause == XK_CAUSE_TIMER_EXPIRED || q->cause == XK_CAUSE_UNREACHABLE) {
            return one(XK_E_LATE);
        }
        return same ? one(XK_E_DUPLICATE) : one(XK_E_CONFLICT);
    case MODEL_GRACE:
        if (q->from <= m->instance->seen) { /* perhaps it is over */
            return ~one(XK_E_PEER);
        }
        return kind == XK_OUTCOME_FAILURE ? one(XK_E_LATE) : one(XK_OK) | one(XK_E_BLOCKED) | one(XK_E_LATE);
    case MODEL_FREE:
    case MODEL_STATES:
        break;
    }
    return 0;
}

/* Nobody is left who waits for it: remembered for a while, if it was known to this engine at all. */
static uint64_t permits_ended(const struct model *m, uint32_t group)
{
    const struct model_request *q = &m->requests[group];
    uint64_t all = one(XK_E_UNKNOWN) | one(XK_E_LATE) | one(XK_E_DUPLICATE) | one(XK_E_CONFLICT);
    if (group == NOBODY) {
        return one(XK_E_UNKNOWN);
    }
    if (m->config.share_queries || q->supplement || q->handle == 0) {
        return all;
    }
    if (q->cancelled || q->cause == XK_CAUSE_TIMER_EXPIRED || q->cause == XK_CAUSE_UNREACHABLE) {
        return one(XK_E_UNKNOWN) | one(XK_E_LATE);
    }
    return one(XK_E_UNKNOWN) | one(m->answer.hash == q->answer ? XK_E_DUPLICATE : XK_E_CONFLICT);
}

static uint64_t permitted(struct model *m)
{
    struct model_answer *a = &m->answer;
    uint64_t set = 0;
    bool over = false; /* perhaps, since no tick has ended its grace time */
    bool certain = false;
    for (uint32_t i = m->first_live; a->group != NOBODY && i < m->world->request_count; i++) {
        if (m->requests[i].group == a->group && model_is_live(&m->requests[i])) {
            set |= permits(m, i);
            bool ends = m->requests[i].state == MODEL_GRACE && m->requests[i].from <= m->instance->seen;
            over |= ends;
            certain |= !ends;
        }
    }
    if (set == 0) {
        return permits_ended(m, a->group);
    }
    a->over = over && !certain;
    bool asked = ((unsigned int)m->group_asked[a->group] >> a->kms & 1u) != 0;
    return (asked ? set : one(XK_E_PEER)) | (over ? permits_ended(m, a->group) : 0);
}

/* What was asked for again has its answer, whichever it is; or its octets, from wherever. */
static void free_places(struct model *m)
{
    for (uint32_t i = m->first_live; i < m->world->request_count; i++) {
        struct model_request *q = &m->requests[i];
        bool answers = q->place == m->answer.kms || q->answer == m->answer.hash;
        if (q->group == m->answer.group && q->state == MODEL_BLOCKED && answers) {
            model_leave_place(m, q);
        }
    }
}

/* Cannot answer now, or not this version, or names the KMS to which it has led already. */
static bool moves_on(const struct model *m, const struct model_request *q)
{
    const struct xk_get_keys_response *a = &m->answer.message;
    bool followed = a->failure == XK_FAILURE_OTHER_KMS && q->referred && a->referral.size == 5 &&
                    a->referral.data[4] - '0' == q->routes[q->route_count - 1];
    return a->failure == XK_FAILURE_UNAVAILABLE || a->failure == XK_FAILURE_VERSION || followed;
}

void model_count_answer(struct model_request *q, uint32_t kms)
{
    for (uint8_t k = 0; k < q->route_count; k++) {
        if (q->routes[k] == kms && q->owes[k] > 0) {
            q->owes[k]--;
            return;
        }
    }
}

/* The attempt of what is at the KMS ends. */
static void move_on(struct model *m)
{
    struct model_answer *a = &m->answer;
    for (uint32_t i = m->first_live; i < m->world->request_count; i++) {
        struct model_request *q = &m->requests[i];
        if (q->group != a->group || !model_is_pending(q) || !moves_on(m, q)) {
            continue;
        }
        a->is_unavailable = true;
        model_count_answer(q, a->kms);
        if (q->state == MODEL_ASKED && q->routes[q->route] == a->kms) {
            (void)model_move(m, i, MODEL_UNAVAILABLE);
            model_turn_to_next(m, i);
        } else {
            m->world->coverage->late_unavailable++;
        }
    }
}

static bool is_known(const struct model *m)
{
    for (uint32_t i = m->first_live; i < m->world->request_count; i++) {
        if (m->requests[i].group == m->answer.group && model_is_live(&m->requests[i])) {
            return true;
        }
    }
    return false;
}

/* What follows from the answer, by what is known at the moment when it is given. */
void model_weigh(struct model *m)
{
    struct model_answer *a = &m->answer;
    a->postponed = false;
    if (a->status != XK_OK) {
        return;
    }
    a->permitted = permitted(m);
    if (a->group != NOBODY && (a->permitted & one(XK_E_PEER)) == 0) {
        m->losses[a->kms] = is_known(m) && !a->over ? 0 : m->losses[a->kms];
        free_places(m);
        move_on(m);
    }
}

void model_receive(struct model *m, uint32_t kms, const uint8_t *octets, size_t size)
{
    struct model_answer *a = &m->answer;
    memset(a, 0, offsetof(struct model_answer, sessions));
    a->kms = kms;
    a->group = NOBODY;
    a->status = xk_get_keys_response_decode(octets, size, &a->message, a->sessions, XK_CRYPTO_SESSIONS_MAX, NULL);
    a->permitted = one(m->instance->fenced ? XK_E_FENCED : a->status);
    if (m->instance->fenced || a->status != XK_OK) {
        return;
    }
    /* All of it but the transaction, which is the same in whatever this one is compared with. */
    a->hash = hash_of(octets + size - (size > 24 ? size - 24 : 0), size > 24 ? size - 24 : 0);
    a->group = find_group(m->world, &a->message.transaction_id);
    a->running = true;
    a->postponed = m->instance->steps_back;
    if (!a->postponed) {
        model_weigh(m);
    }
}

void model_received(struct model *m, enum xk_status status)
{
    struct model_answer *a = &m->answer;
    uint64_t set = a->permitted | (m->instance->fenced ? one(XK_E_FENCED) : 0);
    a->running = false;
    if ((set & one(status)) == 0 || (xk_status_class(status) == XK_CLASS_INPUT && status != a->status)) {
        tell(m->world, "received %s of group %d, decoded %s, permitted %llx", xk_status_name(status), (int)a->group,
             xk_status_name(a->status), (unsigned long long)set);
        breaks(m->world, "C1: receive answered another status than the model's");
    }
    m->world->coverage->late_answers += status == XK_E_LATE;
    uint32_t losses = peek_losses(m->instance->engine, m->instance->number_of[a->kms]);
    if (a->over && losses == 0) {
        m->losses[a->kms] = 0; /* it was not over */
    }
    if (losses != m->losses[a->kms]) {
        breaks(m->world, "C12: how often a link fell since its KMS answered is counted wrongly");
    }
}
