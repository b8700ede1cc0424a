/* SPDX-License-Identifier: BSD-2-Clause */
/* Submitting: every check first, then a slot is filled, and from then on one outcome is owed. */
#include "requester/engine.h"

#include "exchange/exchange.h"
#include "support/diag.h"
#include "support/inline.h"
#include "support/set256.h"

#include <xk/secret.h>

#include <string.h>

static bool is_ascending(const uint8_t *ids, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (ids[i] <= ids[i - 1]) {
            return false;
        }
    }
    return true;
}

/* Those that the host names, ascending and each once. */
static enum xk_status take_sessions(const struct xk_request *request, uint8_t *ids, size_t *count,
                                    struct xk_diag *diag)
{
    if (request->cs_ids == NULL || request->cs_count == 0 || request->cs_count > XK_CRYPTO_SESSIONS_MAX) {
        return xki_fail(diag, XK_E_FIELD, 0, "Crypto Session ID");
    }
    if (is_ascending(request->cs_ids, request->cs_count)) {
        memcpy(ids, request->cs_ids, request->cs_count);
        *count = request->cs_count;
        return XK_OK;
    }
    struct xki_set256 set = {{0}};
    for (size_t i = 0; i < request->cs_count; i++) {
        (void)xki_set256_add(&set, request->cs_ids[i]);
    }
    for (unsigned int id = xki_set256_next(&set, 0); id < 256; id = xki_set256_next(&set, id + 1)) {
        ids[(*count)++] = (uint8_t)id;
    }
    return XK_OK;
}

/* The Crypto Sessions whose keys are wanted, by the host's word or by the exchange's own. */
static enum xk_status check_exchange(const struct xk_requester *r, const struct xk_request *request, uint8_t *ids,
                                     size_t *count, struct xk_diag *diag)
{
    struct xk_exchange exchange;
    if (r->config.exchange_check == XK_CHECK_HOST) {
        return take_sessions(request, ids, count, diag);
    }
    enum xk_status status = xki_ex_parse(&request->get_keys, &exchange, diag);
    if (status == XK_OK) {
        *count = xk_exchange_sessions(&exchange, ids);
    }
    return status;
}

static enum xk_status check_request(const struct xk_requester *r, const struct xk_request *request,
                                    size_t *warrant_size, struct xk_diag *diag)
{
    if (request->size != sizeof *request || request->kms == NULL || request->kms_count == 0 ||
        request->kms_count > XK_ROUTES_MAX) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "KMS route");
    }
    for (size_t i = 0; i < request->kms_count; i++) {
        if (request->kms[i] >= r->kms_count) {
            return xki_fail(diag, XK_E_ARGUMENT, 0, "KMS route");
        }
    }
    if (request->timeout > 86400000u) {
        return xki_fail(diag, XK_E_FIELD, 0, "timeout");
    }
    return xki_warrant_check(&request->warrant, warrant_size, diag);
}

uint32_t xki_take_slot(struct xk_requester *r)
{
    uint32_t index = r->free_first;
    if (index != XKI_NO_SLOT) {
        r->free_first = xki_slot(r, index)->next;
    } else {
        index = r->fresh++;
    }
    r->free_count--;
    xki_fetch_free(r, r->free_first != XKI_NO_SLOT ? r->free_first : r->fresh);
    memset(xki_slot(r, index), 0, sizeof(struct xki_slot));
    return index;
}

void xki_give_back_slot(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    xk_wipe(slot, sizeof *slot);
    slot->next = r->free_first;
    r->free_first = index;
    r->free_count++;
}

static void fill_record(struct xk_requester *r, uint32_t index, const struct xk_request *request, const uint8_t *ids,
                        size_t count, size_t warrant_size, size_t request_size)
{
    struct xki_record *record = xki_record(r, index);
    memset(record, 0, sizeof *record);
    record->request_size = (uint32_t)request_size;
    record->size = (uint16_t)(count + XK_ROUTES_MAX + warrant_size);
    record->cs_count = (uint8_t)count;
    record->route_count = (uint8_t)request->kms_count;
    uint8_t *data = xki_record_data(r, index);
    xki_copy(data, ids, count);
    for (size_t i = 0; i < XK_ROUTES_MAX; i++) {
        data[count + i] = i < request->kms_count ? (uint8_t)request->kms[i] : 0;
    }
    xki_warrant_pack(&request->warrant, data + count + XK_ROUTES_MAX);
}

/* Both ids at once: one call of the host's, and never a weak id. */
static enum xk_status draw_ids(struct xk_requester *r, struct xki_slot *slot)
{
    uint8_t random[XK_TRANSACTION_ID_SIZE + XK_OUTCOME_ID_SIZE];
    if (!xki_random(r, random, sizeof random)) {
        return XK_E_RANDOM;
    }
    memcpy(slot->transaction.octets, random, XK_TRANSACTION_ID_SIZE);
    memcpy(slot->outcome.octets, random + XK_TRANSACTION_ID_SIZE, XK_OUTCOME_ID_SIZE);
    xki_idmap_fetch(&r->ids, xki_id_hash(&slot->transaction));
    return XK_OK;
}

/* Everything that can fail, into a slot that nothing refers to yet. */
static enum xk_status fill(struct xk_requester *r, uint32_t index, const struct xk_request *request,
                           size_t warrant_size)
{
    struct xki_slot *slot = xki_slot(r, index);
    uint8_t ids[256];
    size_t count = 0;
    enum xk_status status = check_exchange(r, request, ids, &count, r->diag);
    if (status != XK_OK) {
        return status;
    }
    if (count + XK_ROUTES_MAX + warrant_size > r->config.max_warrant_size) {
        return xki_fail(r->diag, XK_E_TOO_LARGE, 0, "warrant");
    }
    status = draw_ids(r, slot);
    if (status != XK_OK) {
        return status;
    }
    struct xk_get_keys ask = request->get_keys;
    ask.transaction_id = slot->transaction;
    size_t size = 0;
    status = xki_get_keys_encode(&ask, &r->get_keys_head, xki_request_octets(r, index), r->config.max_request_size,
                                 &size, r->diag);
    if (status != XK_OK) {
        return status == XK_E_SPACE ? xki_fail(r->diag, XK_E_TOO_LARGE, 0, "get_keys") : status;
    }
    r->usual_request_size = (uint32_t)size;
    fill_record(r, index, request, ids, count, warrant_size, size);
    return XK_OK;
}

static void wipe_content(struct xk_requester *r, uint32_t index)
{
    xk_wipe(xki_record(r, index), r->record_stride);
    xk_wipe(xki_request_octets(r, index), r->request_stride);
}

/* A filled slot becomes a request: found by its transaction, its timer running. */
static bool start(struct xk_requester *r, uint32_t index, const struct xk_request *request)
{
    struct xki_slot *slot = xki_slot(r, index);
    uint32_t first = xki_share_find(r, index);
    bool shares = first != XKI_NO_SLOT;
    if (shares) {
        xki_share_join(r, first, index);
    } else {
        xki_share_start(r, index);
        xki_idmap_insert(&r->ids, xki_id_hash(&slot->transaction), index);
    }
    xki_move(r, index, shares ? XKI_SUBMIT_SHARED : XKI_SUBMIT);
    xki_reference_keep(r, index, request->reference);
    slot->kms = (uint8_t)request->kms[0];
    uint64_t timeout = request->timeout != 0 ? request->timeout : r->config.timeout;
    xki_timers_arm(&r->timers, index, xki_after(r, timeout));
    if (shares) {
        xki_share_wait(r, index, timeout);
    }
    return shares;
}

/* The observer of a journal that failed may have made this one ask, by withdrawing the one whose query it shares. */
static void undo_start(struct xk_requester *r, uint32_t index)
{
    xki_stop_asking(r, index);
    xki_timers_disarm(&r->timers, index);
    uint32_t others = xki_share_leave(r, index);
    if (others == XKI_NO_SLOT) {
        xki_idmap_remove(&r->ids, xki_id_hash(&xki_slot(r, index)->transaction), index);
    }
    xki_reference_drop(r, index);
    wipe_content(r, index);
    xki_give_back_slot(r, index);
    xki_share_go_on(r, others);
}

/* What can be refused before a slot is taken. */
static enum xk_status admit(struct xk_requester *r, const struct xk_request *request, size_t *warrant_size,
                            uint64_t *handle)
{
    if (r->closed) {
        return XK_E_BUSY;
    }
    if (r->fenced) {
        return XK_E_FENCED;
    }
    enum xk_status status = check_request(r, request, warrant_size, r->diag);
    if (status != XK_OK) {
        return status;
    }
    uint32_t same = xki_reference_find(r, request->reference);
    if (same != XKI_NO_SLOT) {
        *handle = xki_handle(r, same);
        return XK_E_EXISTS;
    }
    if (r->free_count == 0) {
        r->room_wanted = true;
        return XK_E_FULL;
    }
    return XK_OK;
}

static enum xk_status submit(struct xk_requester *r, const struct xk_request *request, uint64_t *handle)
{
    size_t warrant_size = 0;
    enum xk_status status = admit(r, request, &warrant_size, handle);
    if (status != XK_OK) {
        return status;
    }
    uint32_t index = xki_take_slot(r);
    status = fill(r, index, request, warrant_size);
    if (status != XK_OK) {
        xki_give_back_slot(r, index);
        return status;
    }
    struct xki_slot *slot = xki_slot(r, index);
    if (xki_find_transaction(r, &slot->transaction, XKI_NO_SLOT) != XKI_NO_SLOT) {
        /* A source of randomness that repeats itself, as after a machine was copied. */
        wipe_content(r, index);
        xki_give_back_slot(r, index);
        return XK_E_RANDOM;
    }
    bool shares = start(r, index, request);
    slot->flags |= XKI_FLAG_BUSY;
    status = xki_journal(r, XK_JOURNAL_SUBMITTED, index);
    if (status != XK_OK) {
        undo_start(r, index);
        return status;
    }
    r->pending++;
    r->counters.submitted++;
    r->counters.shared += shares;
    *handle = xki_handle(r, index);
    xki_observe(r, XK_EVENT_SUBMITTED, XK_OK, index);
    if (shares) {
        xki_observe(r, XK_EVENT_SHARED, XK_OK, index);
    }
    xki_audit(r, XK_EVENT_SUBMITTED, index);
    slot->flags = (uint8_t)(slot->flags & ~XKI_FLAG_BUSY);
    if (!shares) {
        xki_send_now_or_queue(r, index);
    }
    return XK_OK;
}

enum xk_status xk_requester_submit(struct xk_requester *requester, uint64_t now_ms, const struct xk_request *request,
                                   uint64_t *handle, struct xk_diag *diag)
{
    if (requester == NULL || request == NULL || handle == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    xki_set_now(requester, now_ms);
    requester->diag = diag;
    enum xk_status status = xki_count(requester, submit(requester, request, handle));
    xki_leave(requester);
    return status;
}
