/* SPDX-License-Identifier: BSD-2-Clause */
/* What the observer and the auditor are told moves the model, and must agree with it. */
#include "sim/host.h"

#include <string.h>

#include "sim/model.h"
#include "sim/rules.h"

static bool is_about_outcome(enum xk_event event)
{
    return event == XK_EVENT_DECIDED || event == XK_EVENT_OFFER_REFUSED || event == XK_EVENT_HELD ||
           event == XK_EVENT_ACKNOWLEDGED || event == XK_EVENT_IMPOSSIBLE || event == XK_EVENT_UNDELIVERABLE;
}

static void move(struct instance *instance, uint32_t number, const struct xk_observation *seen)
{
    struct model *m = instance->model;
    switch (seen->event) {
    case XK_EVENT_SHARED:
        model_shared(m, number);
        break;
    case XK_EVENT_ATTEMPT_EXPIRED:
        model_attempt_expired(m, number);
        break;
    case XK_EVENT_REFERRED:
        model_referred(m, number);
        break;
    case XK_EVENT_DECIDED:
        model_decided(m, number);
        m->requests[number].recorded |= !instance->world->options.journal;
        break;
    case XK_EVENT_IMPOSSIBLE:
        model_revised(m, number);
        break;
    case XK_EVENT_UNDELIVERABLE:
        model_dropped(m, number);
        break;
    case XK_EVENT_OFFER_REFUSED:
        model_settled(m, number, MODEL_REFUSE);
        break;
    case XK_EVENT_HELD:
        model_settled(m, number, MODEL_HOLD);
        break;
    case XK_EVENT_ACKNOWLEDGED:
        model_acknowledged(m, number);
        break;
    case XK_EVENT_CANCELLED:
        model_cancelled(m, number);
        break;
    case XK_EVENT_PASSED:
        model_passed(m, number);
        break;
    case XK_EVENT_SUBMITTED:
    case XK_EVENT_SENT:
    case XK_EVENT_SEND_FAILED:
    case XK_EVENT_RECEIVE_REFUSED:
    case XK_EVENT_UNREQUESTED:
    case XK_EVENT_LATE_KEYS:
    case XK_EVENT_CLOCK_BACK:
    case XK_EVENT_FENCED:
    case XK_EVENT_RESTORED:
    case XK_EVENT_JOURNAL_FAILED:
    case XK_EVENT_KMS_LOST:
    case XK_EVENT_KMS_READY:
        break;
    }
    const struct model_request *q = &m->requests[number];
    if (is_about_outcome(seen->event) &&
        (seen->kind != (enum xk_outcome_kind)q->kind || seen->cause != (enum xk_cause)q->cause ||
         seen->failure != (enum xk_failure)q->failure)) {
        tell(instance->world, "observed kind %u cause %u failure %u, the model has %d %d %d", seen->kind, seen->cause,
             seen->failure, q->kind, q->cause, q->failure);
        breaks(instance->world, "M8: another outcome is observed than the model's");
    }
}

/* Restored requests are told to both; the auditor's word names the request, so the model waits for that. */
static uint32_t number_of(struct instance *instance, const struct xk_observation *seen)
{
    struct world *w = instance->world;
    if (seen->request == 0) {
        return NOBODY;
    }
    if (seen->event == XK_EVENT_SUBMITTED) {
        model_submitted(instance->model, w->submitting, seen->request);
        return w->submitting;
    }
    uint32_t number = model_find(instance->model, seen->request);
    if (number == NOBODY && seen->event == XK_EVENT_JOURNAL_FAILED) {
        /* A journal that fails in submit is told with the handle of what will not be. */
        return w->submitting;
    }
    return number;
}

void callback_observe(const struct xk_observation *seen, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    uint32_t number = number_of(instance, seen);
    note(w, 8000 + (uint64_t)seen->event * 100 + (uint64_t)seen->status);
    tell(w, "observed: event %u of #%d, %s", seen->event, (int)number, xk_status_name(seen->status));
    w->coverage->events[seen->event % COVERAGE_EVENTS]++;
    w->coverage->clock_stood_back += seen->event == XK_EVENT_CLOCK_BACK;
    if (seen->event == XK_EVENT_KMS_LOST) {
        model_lost(instance->model, callback_kms(instance, seen->kms));
    } else if (seen->event == XK_EVENT_KMS_READY) {
        model_ready(instance->model, callback_kms(instance, seen->kms));
    } else if (number != NOBODY) {
        move(instance, number, seen);
    }
    callback_enter(instance, number);
    callback_maybe_crash(instance);
    if (seen->request == 0 || number != NOBODY) { /* else the auditor hears first whose it is */
        callback_maybe_act(instance, PLACE_OBSERVE);
    }
    callback_leave(instance);
    if (seen->event == XK_EVENT_CLOCK_BACK && instance->about_count == 0 && instance->model->answer.postponed) {
        model_weigh(instance->model);
    }
}

static void check_audit(struct instance *instance, const struct xk_audit *line, uint32_t number)
{
    const struct model_request *q = &instance->model->requests[number];
    const struct request *r = &instance->world->requests[number];
    bool outcome = is_about_outcome(line->event);
    if (outcome && (line->kind != (enum xk_outcome_kind)q->kind || line->cause != (enum xk_cause)q->cause ||
                    line->failure != (enum xk_failure)q->failure)) {
        tell(instance->world, "audited kind %u cause %u failure %u, the model has %d %d %d", line->kind, line->cause,
             line->failure, q->kind, q->cause, q->failure);
        breaks(instance->world, "M9: another outcome is audited than the model's");
    }
    const struct xk_outcome_id *id = q->supplement ? &r->supplement_id : &r->id;
    if (outcome && line->event != XK_EVENT_DECIDED && memcmp(id->octets, line->id.octets, sizeof id->octets) != 0) {
        breaks(instance->world, "M13: an outcome is audited under another id");
    }
}

void callback_audit(const struct xk_audit *line, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    uint32_t number = NOBODY;
    note(w, 9000 + (uint64_t)line->event);
    if (line->authorisation.size == sizeof number) {
        memcpy(&number, line->authorisation.data, sizeof number);
    }
    tell(w, "audited: event %u of #%d", line->event, (int)number);
    if (number >= w->request_count) {
        breaks(w, "M14: an audit line of no request");
        return;
    }
    if (line->event == XK_EVENT_RESTORED) {
        if (!model_is_live(&instance->model->requests[number])) {
            breaks(w, "J12: a request came back that had ended");
        }
        model_name(instance->model, number, line->request);
    } else if (line->event == XK_EVENT_CANCELLED && model_find(instance->model, line->request) == NOBODY) {
        model_name(instance->model, number, line->request); /* withdrawn before it was told that it came back */
        model_cancelled(instance->model, number);
    } else {
        check_audit(instance, line, number);
    }
    callback_enter(instance, number);
    callback_maybe_crash(instance);
    callback_maybe_act(instance, PLACE_AUDIT);
    callback_leave(instance);
}
