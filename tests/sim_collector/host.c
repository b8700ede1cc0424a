/* SPDX-License-Identifier: BSD-2-Clause */
/* The host between collector and requester: it takes what is told, asks for it, and counts what comes. */
#include "sim_collector/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void world_fault(struct world *w, const char *fault)
{
    w->fault = w->fault == NULL ? fault : w->fault;
}

/* Both collectors have the same group key, and other randomness. */
static bool draw(uint8_t *out, size_t size, void *user)
{
    return xk_test_random_fill(out, size, &((struct side *)user)->world->random);
}

static size_t watch(const struct xk_collector_question *question, struct xk_collector_match *matches, size_t capacity,
                    bool *perhaps, void *user)
{
    const struct world *w = ((const struct side *)user)->world;
    size_t count = 0;
    (void)perhaps;
    for (unsigned int i = 0; i < 2; i++) {
        for (size_t j = 0; w->warrants[i].on && j < question->count && count < capacity; j++) {
            if (xk_uri_equal(question->identities[j].uri, xk_text(w->warrants[i].target))) {
                matches[count++] = (struct xk_collector_match){i + 1, j, 0};
            }
        }
    }
    return count;
}

static uint8_t call_of(struct xk_bytes call_id)
{
    bool own = call_id.size == 6 && memcmp(call_id.data, "call-", 5) == 0;
    return own ? (uint8_t)(call_id.data[5] - 'a') : (uint8_t)CALLS_MAX;
}

static struct told *note(struct side *s, uint64_t warrant, uint32_t cin, struct xk_bytes call_id)
{
    struct world *w = s->world;
    if (warrant < 1 || warrant > 2 || !w->warrants[warrant - 1].on) {
        world_fault(w, "told to a warrant that is not on");
    }
    if (s->told_count == TOLD_MAX) {
        world_fault(w, "told too much");
        s->told_count = 0;
    }
    struct told *told = &s->told[s->told_count++];
    memset(told, 0, sizeof *told);
    told->warrant = warrant;
    told->cin = cin;
    told->call = call_of(call_id);
    return told;
}

static enum xk_status ask(struct world *w, const struct xk_collected *e, uint64_t *handle)
{
    static const uint32_t kms = 0;
    struct xk_party party = {.sip_uri = xk_text(w->warrants[e->warrant - 1].target)};
    struct xk_request request = {.size = sizeof request, .kms = &kms, .kms_count = 1};
    request.get_keys = (struct xk_get_keys){.public_kms_identity = party.sip_uri, .transfer_init = e->init,
                                            .transfer_resp = e->resp, .update_init = e->update_init,
                                            .update_resp = e->update_resp, .initiator_hint = e->initiator_hint,
                                            .responder_hint = e->responder_hint};
    request.warrant.liid = xk_text(e->warrant == 1 ? "LI-1" : "LI-2");
    request.warrant.parties = &party;
    request.warrant.party_count = 1;
    request.warrant.correlation_number = xk_text("corr0001");
    request.warrant.operator_identifier = xk_text("12345");
    request.warrant.destination = XK_DESTINATION_LEMF;
    request.warrant.cin = e->cin;
    request.warrant.has_cin = true;
    return xk_requester_submit(w->requester, w->now, &request, handle, NULL);
}

static enum xk_collector_reply on_exchange(const struct xk_collected *e, void *user)
{
    struct side *s = user;
    struct world *w = s->world;
    uint64_t handle = 0;
    if (xk_test_random_below(&w->random, 100) < w->busy) {
        return XK_COLLECTOR_LATER;
    }
    if (s == &w->sides[0]) {
        enum xk_status status = ask(w, e, &handle);
        if (status == XK_E_FULL) {
            return XK_COLLECTOR_LATER;
        }
        if (status != XK_OK) {
            world_fault(w, "the requester does not take what the collector told");
        }
        w->asked++;
    }
    struct told *told = note(s, e->warrant, e->cin, e->call_id);
    memcpy(told->id, e->id, sizeof told->id);
    told->hashes[0] = tap_hash(e->init);
    told->hashes[1] = tap_hash(e->resp);
    told->hashes[2] = tap_hash(e->update_init);
    told->hashes[3] = tap_hash(e->update_resp);
    told->contradicting = e->contradicting;
    told->handle = handle;
    return XK_COLLECTOR_TAKEN;
}

static enum xk_collector_reply on_incomplete(const struct xk_incomplete *i, void *user)
{
    struct side *s = user;
    if (i->reason != XK_INCOMPLETE_EVICTED && xk_test_random_below(&s->world->random, 100) < s->world->busy) {
        return XK_COLLECTOR_LATER;
    }
    struct told *told = note(s, i->warrant, i->cin, i->call_id);
    told->incomplete = true;
    told->reason = i->reason;
    return XK_COLLECTOR_TAKEN;
}

static bool send_to_kms(const struct xk_send *send, void *user)
{
    struct world *w = user;
    return xk_test_kms_take(w->kms, w->now, send) == XK_OK;
}

static bool draw_for_requester(uint8_t *out, size_t size, void *user)
{
    return xk_test_random_fill(out, size, &((struct world *)user)->random);
}

/* Keys for each request, once. */
static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    struct world *w = user;
    struct side *s = &w->sides[0];
    bool found = false;
    if (outcome->kind != XK_OUTCOME_KEYS || outcome->session_count == 0) {
        world_fault(w, "an outcome without keys");
    }
    for (size_t i = 0; i < s->told_count; i++) {
        if (!s->told[i].incomplete && s->told[i].handle == outcome->request) {
            s->told[i].outcomes++;
            found = true;
        }
    }
    if (!found) {
        world_fault(w, "an outcome of no request");
    }
    w->answered++;
    return XK_OUTCOME_ACKNOWLEDGED;
}

bool world_begin(struct world *w)
{
    const struct xk_requester_callbacks asks = {.size = sizeof asks, .random = draw_for_requester, .send = send_to_kms,
                                                .on_outcome = on_outcome};
    struct xk_collector_config config;
    struct xk_requester_config requester;
    struct xk_test_kms_config kms;
    uint32_t number;
    xk_collector_config_init(&config);
    config.max_calls = 40;
    config.facts_per_call = 32;
    config.octets_per_call = 4096;
    config.calls_per_caller = 16;
    config.group_key[3] = 9;
    xk_requester_config_init(&requester);
    requester.max_pending = 16;
    xk_test_kms_config_init(&kms);
    bool good = true;
    for (unsigned int i = 0; i < 2; i++) {
        const struct xk_collector_callbacks tells = {sizeof tells, draw, watch, on_exchange, on_incomplete, NULL};
        w->sides[i].world = w;
        good = good && xk_collector_create(&config, &tells, NULL, &w->sides[i], &w->collectors[i], NULL) == XK_OK;
    }
    good = good && xk_requester_create(&requester, &asks, NULL, w, &w->requester, NULL) == XK_OK;
    good = good && xk_requester_add_kms(w->requester, xk_text("kms.example.com"), &number, NULL) == XK_OK;
    return good && xk_test_kms_create(&kms, NULL, &w->kms) == XK_OK;
}

void world_end(struct world *w)
{
    bool good = xk_requester_destroy(w->requester) == XK_OK;
    for (unsigned int i = 0; i < 2; i++) {
        good = xk_collector_destroy(w->collectors[i]) == XK_OK && good;
    }
    if (!good || xk_test_kms_destroy(w->kms) != XK_OK) {
        world_fault(w, "not to be ended");
    }
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Lets happen all that is due until then; NEVER: until nothing is. */
void world_advance(struct world *w, uint64_t until)
{
    struct xk_test_subject subject = xk_test_subject_of(w->requester);
    for (unsigned int step = 0; step < 1000000; step++) {
        uint64_t next = least(least(xk_collector_next_deadline(w->collectors[0]),
                                    xk_collector_next_deadline(w->collectors[1])),
                              least(xk_requester_next_deadline(w->requester), xk_test_kms_next_due(w->kms)));
        if (next > until || next == NEVER) {
            w->now = until == NEVER || until < w->now ? w->now : until;
            return;
        }
        w->now = next > w->now ? next : w->now;
        bool good = xk_test_kms_deliver(w->kms, w->now, &subject, NULL) == XK_OK;
        good = xk_requester_tick(w->requester, w->now, 0, NULL) == XK_OK && good;
        for (unsigned int i = 0; i < 2; i++) {
            good = xk_collector_tick(w->collectors[i], w->now, 0, NULL) == XK_OK && good;
        }
        if (!good) {
            world_fault(w, "time does not pass");
        }
    }
    world_fault(w, "something happens over and over");
}

void world_switch_warrants(struct world *w)
{
    for (unsigned int i = 0; i < 2; i++) {
        struct warrant *is = &w->warrants[i];
        bool on = w->now >= is->begins && w->now < is->ends;
        if (on != is->on) {
            is->on = on;
            for (unsigned int c = 0; c < 2; c++) {
                enum xk_status status = on ? xk_collector_warrant_started(w->collectors[c], w->now, i + 1)
                                           : xk_collector_warrant_ended(w->collectors[c], w->now, i + 1);
                if (status != XK_OK) {
                    world_fault(w, "a warrant is refused");
                }
            }
        }
    }
}
