/* SPDX-License-Identifier: BSD-2-Clause */
/* Links to KMSs fall and come back: what was sent on one and not answered is asked again. */
#include "requester/ask.h"
#include "requester/offer.h"
#include "requester/share.h"
#include "requester/wait.h"
#include "requester/watch.h"
#include "requester/work.h"

/* Its attempt is over. Another KMS of the round is asked at once. Without one: all of them again, at once when the link
 * fell for the first time since the KMS answered, else after a back-off. */
static void end_attempt(struct xk_requester *r, uint32_t index, bool shaky)
{
    enum xki_rq_input input = xki_rq_ask_lost(r, index);
    if (input == XKI_RQ_BACK_OFF && !shaky) {
        xki_rq_ask_round(r, index);
        input = XKI_RQ_RETRY;
    }
    xki_rq_go_on(r, index, input);
    r->counters.asked_anew += input != XKI_RQ_USE_UP;
}

/* One that sends nothing more, and waited for an answer that will not come: it may ask the KMSs that are left in its
 * round. */
static void revive_spent(struct xk_requester *r, uint32_t index)
{
    if (!xki_rq_ask_may_answer(r, index)) {
        xki_rq_share_closed(r, index);
    }
    if (xki_rq_ask_lost(r, index) == XKI_RQ_RETRY) {
        xki_rq_clear(r, index, XKI_RQ_GIVEN_UP);
        xki_rq_move(r, index, XKI_RQ_RETRY);
        r->counters.asked_anew++;
    } else {
        xki_rq_wake_given_up(r, index);
    }
}

static void lose_pending(struct xk_requester *r, uint32_t index, uint32_t kms, bool shaky)
{
    bool asked = xki_rq_ask_is_at(r, index, kms);
    bool unanswered = xki_rq_ask_forget(r, index, kms);
    if (asked) {
        end_attempt(r, index, shaky);
    } else if (unanswered && xki_rq_state(r, index) == XKI_RQ_SPENT) {
        revive_spent(r, index);
    }
}

static void lose_owed(struct xk_requester *r, uint32_t index, uint32_t kms, bool shaky)
{
    if (!xki_rq_ask_is_again_at(r, index, kms)) {
        return;
    }
    xki_rq_ask_leave(r, index);
    if (!shaky) {
        xki_rq_ask_again_at_once(r, index, false);
        xki_rq_offer_early(r, r->now);
    }
}

/* What a callback is about is left alone: its caller goes by what it was. */
static void lose(struct xk_requester *r, uint32_t kms)
{
    xki_rq_ask_lose(r, kms);
    bool shaky = xki_rq_ask_is_shaky(r, kms);
    for (uint32_t i = 0; i < r->fresh; i++) {
        enum xki_rq_state state = xki_rq_state(r, i);
        if (xki_rq_is(r, i, XKI_RQ_BUSY)) {
            continue;
        }
        if (xki_rq_is_pending(state)) {
            lose_pending(r, i, kms, shaky);
        } else if (state == XKI_RQ_BLOCKED) {
            lose_owed(r, i, kms, shaky);
        }
    }
    r->counters.kms_lost++;
}

/* A link that falls again and again ends no wait. */
static void come_back(struct xk_requester *r, uint32_t kms)
{
    for (uint32_t i = 0; !xki_rq_ask_is_shaky(r, kms) && i < r->fresh; i++) {
        enum xki_rq_state state = xki_rq_state(r, i);
        if (xki_rq_is(r, i, XKI_RQ_BUSY)) {
            continue;
        }
        if (state == XKI_RQ_BACKOFF && xki_rq_ask_place(r, i, kms) < XK_ROUTES_MAX) {
            xki_rq_move(r, i, XKI_RQ_ROUND);
            xki_rq_ask_round_at(r, i, kms);
            xki_rq_wait_until(r, i, XK_NEVER);
        } else if (state == XKI_RQ_BLOCKED && !xki_rq_is(r, i, XKI_RQ_AGAIN) && xki_rq_ask_answerer_is(r, i, kms)) {
            xki_rq_ask_again_at_once(r, i, true);
            xki_rq_offer_early(r, r->now);
        }
    }
    r->counters.kms_ready++;
}

static enum xk_status begin(struct xk_requester *r, uint64_t now_ms, uint32_t kms)
{
    xki_rq_time(r, now_ms);
    enum xk_status status = xki_rq_may_change(r);
    return status == XK_OK && kms >= r->kms_count ? XK_E_ARGUMENT : status;
}

enum xk_status xk_requester_kms_lost(struct xk_requester *requester, uint64_t now_ms, uint32_t kms)
{
    if (requester == NULL) {
        return XK_E_ARGUMENT;
    }
    enum xk_status status = begin(requester, now_ms, kms);
    if (status == XK_OK) {
        lose(requester, kms);
        xki_rq_observe_at(requester, XK_EVENT_KMS_LOST, XK_OK, XKI_RQ_NONE, kms);
    }
    xki_rq_leave(requester);
    return xki_rq_count(requester, status);
}

enum xk_status xk_requester_kms_ready(struct xk_requester *requester, uint64_t now_ms, uint32_t kms)
{
    if (requester == NULL) {
        return XK_E_ARGUMENT;
    }
    enum xk_status status = begin(requester, now_ms, kms);
    if (status == XK_OK) {
        come_back(requester, kms);
        xki_rq_observe_at(requester, XK_EVENT_KMS_READY, XK_OK, XKI_RQ_NONE, kms);
    }
    xki_rq_leave(requester);
    return xki_rq_count(requester, status);
}
