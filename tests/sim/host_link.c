/* SPDX-License-Identifier: BSD-2-Clause */
/* The host tells that a link to a KMS has fallen, or is there again. */
#include "sim/host.h"

#include "sim/model.h"
#include "sim/rules.h"

void host_link(struct instance *instance, uint32_t kms, bool lost)
{
    struct world *w = instance->world;
    uint32_t number = instance->number_of[kms];
    uint64_t clock = host_clock(instance);
    bool fenced = instance->fenced;
    enum call call = lost ? CALL_KMS_LOST : CALL_KMS_READY;
    tell(w, "the link to KMS %u %s", kms, lost ? "falls" : "is there");
    enum xk_status status = lost ? xk_requester_kms_lost(instance->engine, clock, number)
                                 : xk_requester_kms_ready(instance->engine, clock, number);
    tell(w, "  told of KMS %u: %s", kms, xk_status_name(status));
    note(w, 10000 + (uint64_t)status);
    if (fenced || status != XK_OK) { /* else perhaps its observer has met the fence */
        check_status(instance, call, status, XK_OK);
    }
    check_call(instance, call, status, false);
}

void host_link_any(struct instance *instance)
{
    struct world *w = instance->world;
    bool lost = draw(&w->plan, 2) == 0;
    host_link(instance, draw(&w->plan, w->options.kms_count), lost);
}
