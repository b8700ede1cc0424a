/* SPDX-License-Identifier: BSD-2-Clause */
/* Which call is given up when there is no room left: what a flood made goes before what anybody answered. */
#include "collector/evict.h"
#include "collector/call.h"
#include "collector/judge.h"
#include "collector/observe.h"
#include "collector/quota.h"

/* So many of the oldest calls of a class are looked at for the one whose caller has most. */
#define LOOKED_AT 16

void xki_co_give_up(struct xk_collector *c, struct xki_co_call *call)
{
    bool owed = call->doubted == 0 && call->counts[XKI_CO_ITEM] > 0 && call->class_of != XKI_CO_EMITTED_CALL;
    bool watched = owed && xki_co_tell_given_up(c, call);
    c->counters.evicted++;
    c->counters.evicted_watched += watched;
    xki_co_observe(c, XK_COLLECTOR_EVICTED, XK_E_FULL, UINT32_MAX);
    xki_co_free_call(c, call);
}

bool xki_co_evict(struct xk_collector *c, const struct xki_co_call *keep)
{
    struct xki_co_call *worst = NULL;
    for (unsigned int class_of = XKI_CO_DOUBTFUL_CALL; class_of < XKI_CO_ANSWERED_CALL && worst == NULL; class_of++) {
        unsigned int looked = 0;
        for (uint32_t at = c->classes[class_of].first; at != XKI_CO_NONE && looked < LOOKED_AT;
             at = xki_co_call(c, at)->class_next) {
            struct xki_co_call *call = xki_co_call(c, at);
            if (call == keep) {
                continue;
            }
            if (worst == NULL || xki_co_quota_used(c, call) > xki_co_quota_used(c, worst)) {
                worst = call;
            }
            looked++;
        }
    }
    if (worst == NULL) {
        return false;
    }
    xki_co_give_up(c, worst);
    return true;
}
