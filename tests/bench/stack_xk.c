/* SPDX-License-Identifier: BSD-2-Clause */
/* libxk: requester, event, record. The checks of the MIKEY messages are the host's here, as nobody else has them. */
#include <stdlib.h>
#include <string.h>

#include "bench/stack.h"

#define TIMEOUT 10000

struct ours {
    const struct work *work;
    struct sink *sink;
    struct xk_requester *requester;
    struct xk_hi2_encoder encoder;
    struct xk_request request;
    uint32_t kms;
    uint64_t now;
};

static bool random_octets(uint8_t *out, size_t size, void *user)
{
    (void)user;
    draw_octets(out, size);
    return true;
}

static bool send_octets(const struct xk_send *send, void *user)
{
    struct ours *o = user;
    memcpy(o->sink->ids[o->sink->sent++], send->octets.data + ID_OFFSET, ID_SIZE);
    o->sink->request = send->octets.data;
    o->sink->request_size = send->octets.size;
    return true;
}

static enum xk_outcome_reply take(const struct xk_outcome *outcome, void *user)
{
    struct ours *o = user;
    struct xk_iri_key keys[8];
    struct xk_iri_event event;
    if (xk_iri_assemble(outcome, sink_time(o->sink), keys, 8, &event) != XK_OK ||
        xk_hi2_encoder_record(&o->encoder, &event, NULL, o->sink->record, sizeof o->sink->record,
                              &o->sink->record_size, NULL) != XK_OK) {
        abort();
    }
    if (event.failure) {
        o->sink->failures++;
    } else {
        o->sink->keys++;
    }
    return XK_OUTCOME_ACKNOWLEDGED;
}

static bool never_sent(const struct xk_send *send, void *user)
{
    (void)send;
    (void)user;
    return true;
}

/* The smallest max_warrant_size that is enough, as a refusal tells it. */
size_t stack_xk_warrant_size(const struct work *work)
{
    static const uint8_t cs_ids[] = {1, 2};
    struct xk_requester_config config;
    struct xk_requester_callbacks callbacks;
    struct xk_requester *r;
    struct xk_request request;
    struct xk_diag diag;
    uint64_t handle;
    uint32_t kms;
    memset(&callbacks, 0, sizeof callbacks);
    memset(&request, 0, sizeof request);
    callbacks.size = sizeof callbacks;
    callbacks.random = random_octets;
    callbacks.send = never_sent;
    callbacks.on_outcome = take;
    xk_requester_config_init(&config);
    config.max_pending = 1;
    config.max_warrant_size = 64;
    config.exchange_check = XK_CHECK_HOST;
    request.size = sizeof request;
    request.get_keys = work->get_keys;
    request.kms = &kms;
    request.kms_count = 1;
    request.warrant = work->warrant;
    request.cs_ids = cs_ids;
    request.cs_count = 2;
    if (xk_requester_create(&config, &callbacks, NULL, NULL, &r, NULL) != XK_OK ||
        xk_requester_add_kms(r, xk_text("kms"), &kms, NULL) != XK_OK ||
        xk_requester_submit(r, 0, &request, &handle, &diag) != XK_E_TOO_LARGE) {
        abort();
    }
    (void)xk_requester_destroy(r);
    return diag.offset;
}

static void *open_with(const struct xk_allocator *allocator, const struct work *work, struct sink *sink,
                       size_t capacity)
{
    static const uint8_t cs_ids[] = {1, 2};
    struct ours *o = calloc(1, sizeof *o);
    struct xk_requester_config config;
    struct xk_requester_callbacks callbacks;
    struct xk_hi2_profile profile;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = random_octets;
    callbacks.send = send_octets;
    callbacks.on_outcome = take;
    xk_requester_config_init(&config);
    config.max_pending = (uint32_t)capacity;
    config.max_request_size = (uint32_t)work->request_size;
    config.max_warrant_size = (uint32_t)stack_xk_warrant_size(work);
    config.exchange_check = XK_CHECK_HOST;
    config.timeout = TIMEOUT;
    o->work = work;
    o->sink = sink;
    xk_hi2_profile_init(&profile, XK_HI2_UMTS);
    if (xk_hi2_encoder_prepare(&o->encoder, sizeof o->encoder, &profile, NULL) != XK_OK ||
        xk_requester_create(&config, &callbacks, allocator, o, &o->requester, NULL) != XK_OK ||
        xk_requester_add_kms(o->requester, xk_text("kms"), &o->kms, NULL) != XK_OK) {
        abort();
    }
    o->request.size = sizeof o->request;
    o->request.get_keys = work->get_keys;
    o->request.kms = &o->kms;
    o->request.kms_count = 1;
    o->request.warrant = work->warrant;
    o->request.cs_ids = cs_ids;
    o->request.cs_count = 2;
    return o;
}

static void *open_ours(const struct work *work, struct sink *sink, size_t capacity)
{
    return open_with(NULL, work, sink, capacity);
}

static void *take_memory(size_t size, void *user)
{
    (void)user;
    return malloc(size);
}

static void give_memory(void *memory, size_t size, void *user)
{
    (void)size;
    (void)user;
    free(memory);
}

static void *open_with_malloc(const struct work *work, struct sink *sink, size_t capacity)
{
    const struct xk_allocator allocator = {sizeof allocator, take_memory, give_memory, NULL};
    return open_with(&allocator, work, sink, capacity);
}

static void submit(void *stack)
{
    struct ours *o = stack;
    uint64_t handle;
    if (xk_requester_submit(o->requester, o->now, &o->request, &handle, NULL) != XK_OK) {
        abort();
    }
}

static void answer(void *stack, uint8_t *response, size_t size)
{
    struct ours *o = stack;
    if (xk_requester_receive(o->requester, o->now, o->kms, response, size, NULL) != XK_OK) {
        abort();
    }
}

static void answer_many(void *stack, uint8_t (*responses)[RESPONSE_MAX], size_t size, size_t count)
{
    struct ours *o = stack;
    struct xk_received messages[AT_ONCE];
    for (size_t i = 0; i < count; i++) {
        messages[i].kms = o->kms;
        messages[i].data = responses[i];
        messages[i].size = size;
    }
    if (xk_requester_receive_many(o->requester, o->now, messages, count) != XK_OK) {
        abort();
    }
    for (size_t i = 0; i < count; i++) {
        if (messages[i].status != XK_OK) {
            abort();
        }
    }
}

static void expire(void *stack)
{
    struct ours *o = stack;
    o->now += TIMEOUT;
    (void)xk_requester_tick(o->requester, o->now, 0, NULL);
}

static void close_ours(void *stack)
{
    struct ours *o = stack;
    (void)xk_requester_destroy(o->requester);
    free(o);
}

struct xk_requester *stack_xk_requester(void *stack)
{
    struct ours *o = stack;
    return o->requester;
}

const struct stack stack_xk = {"libxk", open_ours, submit, answer, NULL, expire, close_ours};
const struct stack stack_xk_many = {"libxk, in groups", open_ours, submit, answer, answer_many, expire, close_ours};
const struct stack stack_xk_malloc = {"libxk, malloc", open_with_malloc, submit, answer, NULL, expire, close_ours};
