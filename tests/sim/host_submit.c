/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host asks for: drawn for each request, plain or with a real exchange, and at times wrongly. */
#include "sim/host.h"

#include <stdio.h>
#include <string.h>

#include <xk/exchange.h>
#include <xk_test/vectors.h>

#include "sim/model.h"
#include "sim/outside.h"
#include "sim/rules.h"
#include "support/opaque_request.h"

/* A real exchange, read once and never changed. */
static uint8_t init[1024], resp[1024];
static size_t init_size, resp_size;

bool host_load_exchange(const char *path)
{
    static uint8_t text[16384];
    struct xk_test_vectors vectors;
    return xk_test_vectors_read(path, text, sizeof text, &vectors, NULL) == XK_TEST_VECTORS_OK &&
           xk_test_vectors_get(&vectors, NULL, "TRANSFER_INIT", init, sizeof init, &init_size) == XK_TEST_VECTORS_OK &&
           xk_test_vectors_get(&vectors, NULL, "TRANSFER_RESP", resp, sizeof resp, &resp_size) == XK_TEST_VECTORS_OK;
}

/* One request and all that it points to. */
struct asked {
    struct xk_request request;
    struct xk_party party;
    char identity[32];
    char liid[2];
    uint32_t number;
    uint32_t kms[XK_ROUTES_MAX];
    uint8_t octets[1024];
};

static void fill(struct asked *a, const struct instance *instance, uint32_t number)
{
    const struct world *w = instance->world;
    const struct request *r = &w->requests[number];
    a->liid[0] = (char)liid_name(r->liid);
    a->liid[1] = '\0';
    snprintf(a->identity, sizeof a->identity, "sip:%u@b", r->exchange);
    opaque_request(a->identity, a->liid, &a->party, &a->request);
    for (uint8_t i = 0; i < r->route_count; i++) {
        a->kms[i] = instance->number_of[r->routes[i]];
    }
    a->request.kms = a->kms;
    a->request.kms_count = r->route_count;
    a->number = number;
    a->request.warrant.authorisation = (struct xk_bytes){(const uint8_t *)&a->number, sizeof a->number};
    memcpy(a->request.warrant.country, liid_country(r->liid), sizeof a->request.warrant.country);
    a->request.timeout = r->timeout;
    a->request.module = number % 2 == 0 ? XK_HI2_UMTS : 0; /* without one the warrant is held against none */
    a->request.reference = w->options.config.use_references ? r->reference : 0;
    if (w->options.real) {
        a->request.get_keys.transfer_init = (struct xk_bytes){init, init_size};
        a->request.get_keys.transfer_resp = (struct xk_bytes){resp, resp_size};
        a->request.cs_ids = NULL;
        a->request.cs_count = 0;
    }
}

static void draw_routes(struct world *w, struct request *r, struct xk_test_random *luck)
{
    uint32_t count = w->options.kms_count;
    uint8_t order[KMSS_MAX];
    for (uint8_t i = 0; i < count && i < KMSS_MAX; i++) {
        order[i] = i;
    }
    r->route_count = (uint8_t)(1 + draw(luck, count));
    for (uint8_t i = 0; i < r->route_count; i++) {
        uint32_t at = i + draw(luck, count - i);
        uint8_t other = order[at];
        order[at] = order[i];
        r->routes[i] = other;
        order[i] = other;
    }
}

/* With sharing, often for the exchange of an earlier one: in a large world nearly always for the first. */
static bool draw_join(struct world *w, struct request *r, uint32_t number, struct xk_test_random *luck)
{
    bool joins = w->options.config.share_queries && number > 0 && draw(luck, w->options.large ? 50 : 2) != 0;
    if (!joins) {
        return false;
    }
    const struct request *other = &w->requests[w->options.large ? 0 : number - 1];
    r->exchange = other->exchange;
    r->route_count = other->route_count;
    memcpy(r->routes, other->routes, sizeof r->routes);
    return true;
}

/* The request is drawn even where it belongs to a LIID that this world is without. */
static void draw_request(struct world *w, uint32_t number, struct xk_test_random *luck)
{
    static const uint32_t timeouts[] = {0, 1000, 5000, 9000};
    struct request *r = &w->requests[number];
    memset(r, 0, sizeof *r);
    xk_test_random_init(&r->luck, (w->seed * REQUESTS_MAX + number) * UINT64_C(0xd1342543de82ef95));
    r->liid = draw(luck, LIIDS);
    r->exchange = number;
    r->group = number;
    r->timeout = timeouts[draw(luck, 4)];
    r->reference = draw(luck, 4) == 0 ? 0 : number + 1;
    r->session_count = w->options.real ? 1 : 2;
    draw_routes(w, r, luck);
    (void)draw_join(w, r, number, luck);
}

static void check_submit(struct instance *instance, uint32_t room, bool fuzzy, enum xk_status status)
{
    bool excused = (status == XK_E_RANDOM && instance->random_failed) || (fuzzy && status == XK_E_FULL);
    if (instance->fenced || excused) {
        return;
    }
    if (instance->random_repeats && status == XK_OK) {
        breaks(instance->world, "C6: ids were taken that another request had");
    }
    check_status(instance, CALL_SUBMIT, status, room == 0 && !fuzzy ? XK_E_FULL : XK_OK);
}

void host_submit(struct instance *instance, struct xk_test_random *luck)
{
    struct world *w = instance->world;
    struct asked a;
    uint64_t handle = 0;
    uint32_t number = w->request_count;
    if (number == w->options.request_max) {
        return;
    }
    draw_request(w, number, luck);
    w->request_count++;
    struct request *request = &w->requests[number];
    if (w->only != NOBODY && request->liid != w->only) {
        return;
    }
    uint32_t outer = w->submitting;
    uint64_t clock = host_clock(instance);
    uint32_t live = model_count_live(instance->model, NOBODY);
    /* Perhaps a grace time is over, perhaps the request whose end is being told is still in its place. */
    bool fuzzy = w->options.config.late_keys == XK_LATE_KEYS_SUPPLEMENT || instance->about_count > 0;
    unsigned int acts = instance->acts;
    fill(&a, instance, number);
    tell(w, "submit #%u for %c, exchange %u, %u KMSs from %u, timer %u", number, a.liid[0], request->exchange,
         request->route_count, request->routes[0], request->timeout);
    w->submitting = number;
    request->submitting = true;
    bool outer_repeats = instance->random_repeats;
    instance->random_repeats = false;
    struct xk_diag diag = {XK_OK, 0, NULL};
    enum xk_status status = xk_requester_submit(instance->engine, clock, &a.request, &handle, &diag);
    w->submitting = outer;
    request->submitting = false;
    tell(w, "  submitted #%u: %s", number, xk_status_name(status));
    note(w, 4000 + (uint64_t)status);
    check_diag(w, status, &diag);
    request->accepted = status == XK_OK;
    fuzzy |= instance->acts != acts; /* the observer of a step back of the clock may make room first, or take it */
    check_submit(instance, instance->model->config.max_pending - live, fuzzy, status);
    instance->random_repeats = outer_repeats;
    if (status == XK_OK && handle != instance->model->requests[number].handle) {
        breaks(w, "C7: submit and the observer were told different handles");
    }
    check_call(instance, CALL_SUBMIT, status, false);
}

enum xk_status host_submit_plain(struct xk_requester *engine, const struct world *w, uint64_t now, uint64_t *handle)
{
    struct asked a;
    memset(&a, 0, sizeof a);
    opaque_request("sip:0@b", "Z", &a.party, &a.request);
    a.kms[0] = 0;
    a.request.kms = a.kms;
    a.request.kms_count = 1;
    if (w->options.real) {
        a.request.get_keys.transfer_init = (struct xk_bytes){init, init_size};
        a.request.get_keys.transfer_resp = (struct xk_bytes){resp, resp_size};
        a.request.cs_ids = NULL;
        a.request.cs_count = 0;
    }
    if (xk_requester_add_kms(engine, kms_name(0), &a.kms[0], NULL) != XK_OK) {
        return XK_E_FULL;
    }
    return xk_requester_submit(engine, now, &a.request, handle, NULL);
}

/* A MIKEY message with one octet changed: false if it is one all the same. */
static bool damage_exchange(struct world *w, struct asked *a)
{
    struct xk_exchange exchange;
    bool first = draw(&w->plan, 2) == 0;
    size_t size = first ? init_size : resp_size;
    memcpy(a->octets, first ? init : resp, size);
    if (draw(&w->plan, 4) == 0) {
        size = draw(&w->plan, (uint32_t)size) + 1;
    }
    uint8_t bit = (uint8_t)(1u << draw(&w->plan, 8));
    size_t at = draw(&w->plan, 2) == 0 ? draw(&w->plan, (uint32_t)size) : draw(&w->plan, 60) % size;
    a->octets[at] ^= bit;
    struct xk_bytes changed = {a->octets, size};
    if (first) {
        a->request.get_keys.transfer_init = changed;
    } else {
        a->request.get_keys.transfer_resp = changed;
    }
    return xk_exchange_parse(&a->request.get_keys, &exchange, NULL) != XK_OK;
}

static bool spoil_request(struct world *w, struct asked *a)
{
    static const uint8_t zeros[2048];
    static const uint32_t unknown = 200;
    struct xk_request *r = &a->request;
    switch (w->options.damaged ? 11 : draw(&w->plan, 12)) {
    case 0:
        r->kms_count = 0;
        return true;
    case 1:
        r->kms = &unknown;
        r->kms_count = 1;
        return true;
    case 2:
        r->size = 8;
        return true;
    case 3:
        r->get_keys.public_kms_identity = xk_text("sip:\xff@b");
        return true;
    case 4:
        r->warrant.liid = (struct xk_bytes){zeros, 26};
        return true;
    case 5:
        r->get_keys.public_kms_identity = (struct xk_bytes){NULL, 0};
        return true;
    case 6:
        r->warrant.party_count = 0;
        return true;
    case 7:
        a->party.sip_uri = (struct xk_bytes){zeros, 0};
        return true;
    case 8:
        r->get_keys.initiator_hint = (struct xk_bytes){(const uint8_t *)"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                                       264};
        return !w->options.real;
    case 9:
        r->module = (enum xk_hi2_module)99;
        return true;
    case 10:
        r->module = XK_HI2_UMTS;
        r->pdu_max = 1000;
        return true;
    default:
        return w->options.real && damage_exchange(w, a);
    }
}

/* Nothing comes of it, and nothing has changed. */
void host_submit_wrongly(struct instance *instance)
{
    struct world *w = instance->world;
    struct asked a;
    uint64_t handle = 7;
    uint32_t number = w->request_count;
    if (number == w->options.request_max || number == 0) {
        return;
    }
    fill(&a, instance, number - 1);
    uint32_t same = draw(&w->plan, number);
    const struct model_request *q = &instance->model->requests[same];
    bool exists = a.request.reference != 0 && draw(&w->plan, 3) == 0;
    if (exists && world_clock(w) < instance->seen) {
        return; /* the observer of the step back may end the other one first, and then nothing is wrong */
    }
    if (exists && (!model_is_live(q) || q->restored || w->requests[same].reference == 0 || q->state == MODEL_GRACE)) {
        return;
    }
    a.request.reference = exists ? w->requests[same].reference : 0;
    if (!exists && !spoil_request(w, &a)) {
        return;
    }
    struct xk_diag diag = {XK_OK, 0, NULL};
    enum xk_status status = xk_requester_submit(instance->engine, host_clock(instance), &a.request, &handle, &diag);
    check_diag(w, status, &diag);
    w->coverage->module_refused += status == XK_E_CONFIG;
    w->coverage->pdu_refused += status == XK_E_TOO_LARGE && a.request.pdu_max > 0;
    tell(w, "submit wrongly: %s", xk_status_name(status));
    if (status == XK_OK || (exists && !instance->fenced && (status != XK_E_EXISTS || handle != q->handle)) ||
        (!exists && handle != 7)) {
        breaks(w, "C8: a wrong request was not refused, or not as it should be");
    }
    check_call(instance, CALL_SUBMIT, status, false);
}
