/* SPDX-License-Identifier: BSD-2-Clause */
/* Submitting: every check first, then a slot is filled and journalled, and from then on one outcome is owed. */
#include "messages/layout.h"
#include "requester/ask.h"
#include "requester/question.h"
#include "requester/reference.h"
#include "requester/share.h"
#include "requester/wait.h"
#include "requester/watch.h"
#include "requester/work.h"
#include "support/bounds.h"
#include "support/diag.h"
#include "support/inline.h"
#include "support/sized.h"

#include <xk/secret.h>

#include <stddef.h>
#include <string.h>

#define MAX_TIME 86400000u

/* Is the view of something that lies somewhere? Else its name is told. */
static bool lies(struct xk_bytes view, const char *name, const char **field)
{
    if (xki_is_nowhere(view)) {
        *field = name;
        return false;
    }
    return true;
}

/* Views that say how many octets there are, but not where: the first of them is told. */
static enum xk_status check_views(const struct xk_request *request, struct xk_diag *diag)
{
    const struct xk_get_keys *ask = &request->get_keys;
    const struct xk_bytes ids = {request->cs_ids, request->cs_count};
    const char *field = "";
    bool good = lies(ask->public_kms_identity, "public KMS identity", &field) &&
                lies(ask->transfer_init, "TRANSFER_INIT", &field) &&
                lies(ask->transfer_resp, "TRANSFER_RESP", &field) &&
                lies(ask->update_init, "update TRANSFER_INIT", &field) &&
                lies(ask->update_resp, "update TRANSFER_RESP", &field) &&
                lies(ask->initiator_hint, "initiator hint", &field) &&
                lies(ask->responder_hint, "responder hint", &field) && lies(ids, "Crypto Session ID", &field);
    return good ? XK_OK : xki_fail(diag, XK_E_ARGUMENT, 0, field);
}

static enum xk_status check_request(const struct xk_requester *r, const struct xk_request *request,
                                    size_t *warrant_size, struct xk_diag *diag)
{
    if (request->kms == NULL || request->kms_count == 0 || request->kms_count > XK_ROUTES_MAX) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "KMS route");
    }
    for (size_t i = 0; i < request->kms_count; i++) {
        if (request->kms[i] >= r->kms_count) {
            return xki_fail(diag, XK_E_ARGUMENT, 0, "KMS route");
        }
    }
    if (request->timeout > MAX_TIME) {
        return xki_fail(diag, XK_E_FIELD, 0, "timeout");
    }
    enum xk_status status = check_views(request, diag);
    return status == XK_OK ? xki_warrant_check(&request->warrant, warrant_size, diag) : status;
}

static void fill_record(struct xk_requester *r, uint32_t index, const struct xk_request *request, const uint8_t *ids,
                        size_t count, size_t warrant_size, size_t request_size)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    record->request_size = (uint32_t)request_size;
    record->size = (uint16_t)(count + XK_ROUTES_MAX + warrant_size);
    record->cs_count = (uint8_t)count;
    record->route_count = (uint8_t)request->kms_count;
    record->span.timer = request->timeout != 0 ? request->timeout : r->config.timeout;
    xki_copy(xki_rq_sessions(r, index), ids, count);
    uint8_t *routes = xki_rq_routes(r, index);
    memset(routes, 0, XK_ROUTES_MAX);
    for (size_t i = 0; i < request->kms_count; i++) {
        routes[i] = (uint8_t)request->kms[i];
    }
    xki_warrant_pack(&request->warrant, xki_rq_warrant(r, index));
}

/* Both ids at once: one call of the host's, and never a weak id. A source that repeats itself, as after a machine was
 * copied, gives the id of a request that is here, or was until lately. */
static enum xk_status draw_ids(struct xk_requester *r, struct xki_rq_slot *slot)
{
    _Static_assert(offsetof(struct xki_rq_slot, outcome) == XK_TRANSACTION_ID_SIZE, "the outcome's id comes next");
    if (!xki_rq_random(r, (uint8_t *)slot, XK_TRANSACTION_ID_SIZE + XK_OUTCOME_ID_SIZE)) {
        return XK_E_RANDOM;
    }
    xki_idmap_fetch(&r->ids, xki_rq_id_hash(&slot->transaction));
    if (xki_rq_find_grave(r, &slot->transaction) != NULL) {
        return XK_E_RANDOM;
    }
    return XK_OK;
}

/* What no record could be made of in that module, or none that may be sent, is refused now and not when the keys are
 * there. */
static enum xk_status check_module(const struct xk_request *request, size_t key_count, struct xk_diag *diag)
{
    size_t size;
    enum xk_status status = xki_warrant_check_module(&request->warrant, request->module, diag);
    if (status == XK_OK) {
        status = xki_warrant_check_size(&request->warrant, key_count, request->pdu_max, &size, diag);
    }
    return status;
}

/* Everything that can fail, into a slot that nothing refers to yet. */
static enum xk_status fill(struct xk_requester *r, uint32_t index, const struct xk_request *request,
                           size_t warrant_size, struct xk_diag *diag)
{
    struct xki_rq_slot *slot = xki_rq_slot(r, index);
    uint8_t ids[256];
    size_t count = 0;
    enum xk_status status = xki_rq_question_check(r, request, ids, &count, diag);
    if (status != XK_OK) {
        return status;
    }
    if (request->module != 0) {
        status = check_module(request, count, diag);
        if (status != XK_OK) {
            return status;
        }
    }
    size_t stored = count + XK_ROUTES_MAX + warrant_size;
    if (stored > r->config.max_warrant_size) {
        return xki_fail(diag, XK_E_TOO_LARGE, stored, "warrant");
    }
    status = draw_ids(r, slot);
    if (status != XK_OK) {
        return xki_fail(diag, status, 0, "random");
    }
    struct xk_get_keys ask = request->get_keys;
    ask.transaction_id = slot->transaction;
    size_t size = 0;
    status = xki_get_keys_encode(&ask, &r->get_keys_head, xki_rq_octets(r, index), r->config.max_request_size, &size,
                                 diag);
    if (status != XK_OK) {
        return status == XK_E_SPACE ? xki_fail(diag, XK_E_TOO_LARGE, size, "get_keys") : status;
    }
    if (xki_rq_find_transaction(r, &slot->transaction, XKI_RQ_NONE) != XKI_RQ_NONE) {
        return xki_fail(diag, XK_E_RANDOM, 0, "random");
    }
    r->usual_request_size = (uint32_t)size;
    fill_record(r, index, request, ids, count, warrant_size, size);
    return XK_OK;
}

/* What can be refused before a slot is taken. */
static enum xk_status admit(struct xk_requester *r, const struct xk_request *request, size_t *warrant_size,
                            uint64_t *handle, struct xk_diag *diag)
{
    enum xk_status status = xki_rq_may_change(r);
    if (status != XK_OK) {
        return xki_fail(diag, status, 0, "");
    }
    status = check_request(r, request, warrant_size, diag);
    if (status != XK_OK) {
        return status;
    }
    uint32_t same = xki_rq_reference_find(r, request->reference);
    if (same != XKI_RQ_NONE) {
        *handle = xki_rq_handle(r, same);
        return xki_fail(diag, XK_E_EXISTS, 0, "reference");
    }
    if (r->free_count == 0) {
        r->room_wanted = true;
        return xki_fail(diag, XK_E_FULL, 0, "max_pending");
    }
    return XK_OK;
}

/* The id that it would have had is remembered, so that a source which repeats it is found out. */
static void take_over(struct xk_requester *r, uint32_t index, uint32_t other)
{
    struct xki_rq_slot *slot = xki_rq_slot(r, index);
    xki_rq_bury(r, &slot->transaction, 0, false);
    slot->transaction = xki_rq_slot(r, other)->transaction;
    memcpy(xki_rq_octets(r, index) + XKI_ID_OFFSET, slot->transaction.octets, XK_TRANSACTION_ID_SIZE);
}

/* A filled slot becomes a request: found by its transaction, its timer running. */
static void start(struct xk_requester *r, uint32_t index, uint32_t other, uint64_t reference)
{
    const struct xki_rq_slot *slot = xki_rq_slot(r, index);
    uint32_t timer = xki_rq_record(r, index)->span.timer;
    bool shares = other != XKI_RQ_NONE;
    xki_rq_reference_keep(r, index, reference);
    /* One that is sent before the outermost call ends need not wait for anything earlier then. */
    uint32_t patience = xki_rq_ask_patience(r, index);
    uint32_t longest = shares ? timer / 2 : timer;
    xki_rq_wait_start(r, index, xki_rq_after(r, timer), xki_rq_after(r, patience < longest ? patience : longest));
    xki_rq_share_join(r, index, other);
    if (shares) {
        xki_rq_move(r, index, XKI_RQ_SUBMIT_SHARED);
        return;
    }
    xki_idmap_insert(&r->ids, xki_rq_id_hash(&slot->transaction), index);
    xki_rq_move(r, index, XKI_RQ_SUBMIT);
}

/* The get_keys may be there without a record that tells its size. */
static void discard(struct xk_requester *r, uint32_t index)
{
    xk_wipe(xki_rq_octets(r, index), r->request_stride);
    xki_rq_give_back(r, index);
}

/* The journal first: what it does not take has never been. */
static enum xk_status submit(struct xk_requester *r, const struct xk_request *request, uint64_t *handle,
                             struct xk_diag *diag)
{
    size_t warrant_size = 0;
    enum xk_status status = admit(r, request, &warrant_size, handle, diag);
    if (status != XK_OK) {
        return status;
    }
    uint32_t index = xki_rq_take_slot(r);
    status = fill(r, index, request, warrant_size, diag);
    if (status != XK_OK) {
        discard(r, index);
        return status;
    }
    uint32_t other = xki_rq_share_find(r, index);
    if (other != XKI_RQ_NONE) {
        take_over(r, index, other);
    }
    status = xki_rq_journal(r, XK_JOURNAL_SUBMITTED, index);
    if (status != XK_OK) {
        discard(r, index);
        xki_rq_tell_journal(r, status, XKI_RQ_NONE);
        return xki_fail(diag, status, 0, "");
    }
    start(r, index, other, request->reference);
    r->counters.submitted++;
    r->counters.shared += other != XKI_RQ_NONE;
    *handle = xki_rq_handle(r, index);
    xki_rq_observe(r, XK_EVENT_SUBMITTED, XK_OK, index);
    if (other != XKI_RQ_NONE) {
        xki_rq_observe(r, XK_EVENT_SHARED, XK_OK, index);
    }
    xki_rq_audit(r, XK_EVENT_SUBMITTED, index);
    return XK_OK;
}

/* As from a host that was built with an older header. */
static enum xk_status submit_shorter(struct xk_requester *r, const struct xk_request *request, uint64_t *handle,
                                     struct xk_diag *diag)
{
    struct xk_request longer = {0};
    if (!xki_sized_read(&longer, request, XKI_SIZED_FIRST(struct xk_request, cs_count), sizeof longer)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "request.size");
    }
    return submit(r, &longer, handle, diag);
}

enum xk_status xk_requester_submit(struct xk_requester *requester, uint64_t now_ms, const struct xk_request *request,
                                   uint64_t *handle, struct xk_diag *diag)
{
    if (requester == NULL || request == NULL || handle == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    xki_rq_time(requester, now_ms);
    enum xk_status status = request->size == sizeof *request ? submit(requester, request, handle, diag)
                                                             : submit_shorter(requester, request, handle, diag);
    xki_rq_leave(requester);
    return xki_rq_count(requester, status);
}
