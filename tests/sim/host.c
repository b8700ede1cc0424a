/* SPDX-License-Identifier: BSD-2-Clause */
/* The host: takes outcomes, or not; keeps the journal, or fails to; cancels from inside callbacks; restarts. */
#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

uint64_t host_clock(const struct world *w)
{
    return w->now > w->host_clock_offset ? w->now - w->host_clock_offset : 0;
}

static void *take_memory(size_t size, void *user)
{
    struct world *w = user;
    w->allocated += size;
    return malloc(size);
}

static void give_memory(void *memory, size_t size, void *user)
{
    struct world *w = user;
    check_no_key(w, memory, size, "S8: a key in freed memory");
    w->allocated -= size;
    free(memory);
}

static bool on_random(uint8_t *out, size_t size, void *user)
{
    struct instance *instance = user;
    return xk_test_random_fill(out, size, &instance->world->random);
}

static bool on_send(const struct xk_send *send, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    note(w, 1000 + send->kms);
    if (chance(w, w->faults.send_fails)) {
        return false;
    }
    kms_takes(w, send->kms, send->octets);
    return true;
}

static uint32_t request_of(const struct xk_warrant *warrant)
{
    uint32_t number = UINT32_MAX;
    if (warrant->authorisation.size == sizeof number) {
        memcpy(&number, warrant->authorisation.data, sizeof number);
    }
    return number;
}

static bool hold(struct instance *instance, const struct xk_outcome *outcome, uint32_t request)
{
    for (size_t i = 0; i < HELD_MAX; i++) {
        struct held *held = &instance->held[i];
        if (!held->used) {
            *held = (struct held){true, outcome->request, outcome->id, request, outcome->kind};
            return true;
        }
    }
    return false;
}

static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    uint32_t request = request_of(outcome->warrant);
    note(w, 2000 + (uint64_t)outcome->kind * 100 + request);
    check_outcome(w, outcome, request, instance != w->old);
    if (w->broken != NULL) {
        return XK_OUTCOME_ACKNOWLEDGED;
    }
    if (chance(w, w->faults.host_acts)) {
        host_cancel(instance);
        if (xk_requester_tick(instance->engine, host_clock(w), 0, NULL) != XK_E_BUSY) {
            breaks(w, "a tick from inside a callback was not refused");
        }
    }
    if (chance(w, w->faults.host_refuses)) {
        return XK_OUTCOME_REFUSED;
    }
    if (chance(w, w->faults.host_holds) && hold(instance, outcome, request)) {
        return XK_OUTCOME_HELD;
    }
    check_acknowledged(w, request, &outcome->id, outcome->kind);
    return XK_OUTCOME_ACKNOWLEDGED;
}

static enum xk_journal_reply on_journal(const struct xk_journal_record *record, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    if (record->epoch < w->store_epoch) {
        return XK_JOURNAL_FENCED;
    }
    if (chance(w, w->faults.journal_fails) || w->store_size + record->octets.size > STORE_SIZE) {
        return XK_JOURNAL_FAILED;
    }
    check_no_key(w, record->octets.data, record->octets.size, "S8: a key in the journal");
    memcpy(w->store + w->store_size, record->octets.data, record->octets.size);
    w->store_size += record->octets.size;
    w->store_epoch = record->epoch;
    note(w, 3000 + (uint64_t)record->kind);
    return XK_JOURNAL_STORED;
}

struct instance *host_start(struct world *w, bool restore)
{
    struct instance *instance = calloc(1, sizeof *instance);
    struct xk_requester_config config;
    struct xk_requester_callbacks callbacks;
    const struct xk_allocator allocator = {sizeof allocator, take_memory, give_memory, w};
    uint32_t kms;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = on_random;
    callbacks.send = on_send;
    callbacks.on_outcome = on_outcome;
    callbacks.journal = on_journal;
    instance->world = w;
    instance->epoch = ++w->store_epoch;
    xk_requester_config_init(&config);
    /* What ended while the journal failed comes back after a crash, so a restored engine needs room for it. */
    config.max_pending = restore ? REQUESTS_MAX : PENDING_MAX;
    config.max_request_size = 256;
    config.exchange_check = XK_CHECK_HOST; /* the sim asks for no real exchange */
    config.timeout = TIMEOUT;
    config.attempt_timeout = 700;
    config.tombstones = 16;
    config.kms_window = 8;
    config.epoch = instance->epoch;
    config.late_keys = w->late_supplements ? XK_LATE_KEYS_SUPPLEMENT : XK_LATE_KEYS_WIPE;
    if (xk_requester_create(&config, &callbacks, &allocator, instance, &instance->engine) != XK_OK ||
        xk_requester_add_kms(instance->engine, xk_text("kms-0"), &kms) != XK_OK ||
        xk_requester_add_kms(instance->engine, xk_text("kms-1"), &kms) != XK_OK) {
        abort();
    }
    if (restore && w->store_size > 0 &&
        xk_requester_restore(instance->engine, host_clock(w), w->store, w->store_size, 0, NULL) != XK_OK) {
        breaks(w, "the journal cannot be restored");
    }
    return instance;
}

void host_stop(struct instance *instance)
{
    (void)xk_requester_destroy(instance->engine);
    free(instance);
}

void host_submit(struct instance *instance)
{
    struct world *w = instance->world;
    static const uint8_t octets[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const uint8_t cs_ids[] = {1, 2};
    static const char *const liids[] = {"LI-A", "LI-B", "LI-C"};
    const uint32_t kms[] = {0, 1};
    struct xk_party party;
    struct xk_request r;
    uint64_t handle;
    uint32_t number = w->request_count;
    if (number == REQUESTS_MAX) {
        return;
    }
    memset(&party, 0, sizeof party);
    memset(&r, 0, sizeof r);
    party.sip_uri = xk_text("sip:a@b");
    r.size = sizeof r;
    r.get_keys.public_kms_identity = party.sip_uri;
    r.get_keys.transfer_init = (struct xk_bytes){octets, sizeof octets};
    r.get_keys.transfer_resp = (struct xk_bytes){octets, sizeof octets};
    r.kms = kms;
    r.kms_count = 2;
    r.cs_ids = cs_ids;
    r.cs_count = 2;
    r.warrant.liid = xk_text(liids[draw(w, 3)]);
    r.warrant.parties = &party;
    r.warrant.party_count = 1;
    r.warrant.correlation_number = xk_text("corr0001");
    r.warrant.operator_identifier = xk_text("12345");
    r.warrant.destination = XK_DESTINATION_LEMF;
    r.warrant.authorisation = (struct xk_bytes){(const uint8_t *)&number, sizeof number};
    w->requests[number].accepted = true; /* an outcome may come inside the call */
    w->requests[number].submitted_at = w->now;
    w->request_count++;
    enum xk_status status = xk_requester_submit(instance->engine, host_clock(w), &r, &handle);
    note(w, 4000 + (uint64_t)status);
    if (status != XK_OK) {
        w->requests[number].accepted = false;
    }
}

/* A warrant ends: everything of one LIID goes. */
void host_cancel(struct instance *instance)
{
    struct world *w = instance->world;
    for (size_t i = 0; i < HELD_MAX; i++) {
        struct held *held = &instance->held[i];
        if (held->used && xk_requester_cancel(instance->engine, host_clock(w), held->handle) == XK_OK) {
            held->used = false;
            w->requests[held->request].cancelled = !w->requests[held->request].acknowledged;
            note(w, 5000 + held->request);
            return;
        }
    }
}

void host_settle_held(struct instance *instance)
{
    struct world *w = instance->world;
    for (size_t i = 0; i < HELD_MAX; i++) {
        struct held held = instance->held[i];
        if (!held.used || (!w->calm && draw(w, 2) == 0)) {
            continue;
        }
        if (chance(w, w->faults.release)) {
            if (xk_requester_release(instance->engine, host_clock(w), held.handle, &held.id) == XK_OK) {
                instance->held[i].used = false;
            }
            continue;
        }
        enum xk_status status = xk_requester_acknowledge(instance->engine, host_clock(w), held.handle, &held.id);
        note(w, 6000 + (uint64_t)status);
        if (status == XK_OK) {
            check_acknowledged(w, held.request, &held.id, held.kind);
        }
        if (status == XK_OK || status == XK_E_UNKNOWN || status == XK_E_FENCED) {
            instance->held[i].used = false;
        }
    }
}
