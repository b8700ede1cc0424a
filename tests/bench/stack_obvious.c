/* SPDX-License-Identifier: BSD-2-Clause */
/* What a user assembles in a week: libcbor items, uthash, libosmocore timers, asn1c, malloc for everything. */
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include <osmocom/core/timer.h>
#include <osmocom/core/utils.h>
#include <uthash.h>

#include "bench/stack.h"

#define TIMEOUT 10

struct request {
    uint8_t id[ID_SIZE];
    uint8_t *retained; /* the encoded request, to send it again */
    size_t retained_size;
    struct li_data li; /* each a copy */
    struct osmo_timer_list timer;
    struct obvious *owner;
    UT_hash_handle hh;
};

struct obvious {
    const struct work *work;
    struct sink *sink;
    struct request *requests;
};

static struct xk_bytes keep(struct xk_bytes value)
{
    uint8_t *copy = malloc(value.size);
    memcpy(copy, value.data, value.size);
    return (struct xk_bytes){copy, value.size};
}

static void drop(struct xk_bytes value)
{
    free((uint8_t *)(uintptr_t)value.data);
}

static void end(struct request *request)
{
    HASH_DEL(request->owner->requests, request);
    free(request->retained);
    drop(request->li.liid);
    drop(request->li.sip_uri);
    drop(request->li.correlation_number);
    drop(request->li.operator_identifier);
    free(request);
}

static void on_timer(void *data)
{
    struct request *request = data;
    struct obvious *o = request->owner;
    o->sink->record_size =
        der_asn1c(&request->li, NULL, sink_time(o->sink), true, o->sink->record, sizeof o->sink->record);
    o->sink->failures++;
    end(request);
}

static void *open_obvious(const struct work *work, struct sink *sink, size_t capacity)
{
    struct obvious *o = calloc(1, sizeof *o);
    (void)capacity;
    o->work = work;
    o->sink = sink;
    osmo_gettimeofday_override = true;
    osmo_gettimeofday_override_time = (struct timeval){1000, 0};
    return o;
}

static void submit(void *stack)
{
    struct obvious *o = stack;
    struct request *request = calloc(1, sizeof *request);
    struct xk_get_keys message = o->work->get_keys;
    uint8_t encoded[1024];
    draw_octets(request->id, ID_SIZE);
    memcpy(message.transaction_id.octets, request->id, ID_SIZE);
    request->retained_size = items_encode_get_keys(&message, encoded, sizeof encoded);
    request->retained = malloc(request->retained_size);
    memcpy(request->retained, encoded, request->retained_size);
    request->li.liid = keep(o->work->warrant.liid);
    request->li.sip_uri = keep(o->work->party.sip_uri);
    request->li.correlation_number = keep(o->work->warrant.correlation_number);
    request->li.operator_identifier = keep(o->work->warrant.operator_identifier);
    request->owner = o;
    HASH_ADD(hh, o->requests, id, ID_SIZE, request);
    osmo_timer_setup(&request->timer, on_timer, request);
    osmo_timer_schedule(&request->timer, TIMEOUT, 0);
    memcpy(o->sink->ids[o->sink->sent++], request->id, ID_SIZE);
}

static void answer(void *stack, uint8_t *response, size_t size)
{
    struct obvious *o = stack;
    struct answer decoded;
    struct request *request = NULL;
    void *owner = items_decode_response(response, size, &decoded);
    if (owner == NULL) {
        abort();
    }
    HASH_FIND(hh, o->requests, decoded.id, ID_SIZE, request);
    if (request == NULL) {
        abort();
    }
    osmo_timer_del(&request->timer);
    o->sink->record_size =
        der_asn1c(&request->li, &decoded, sink_time(o->sink), true, o->sink->record, sizeof o->sink->record);
    o->sink->keys++;
    items_free(owner);
    explicit_bzero(response, size);
    end(request);
}

static void expire(void *stack)
{
    (void)stack;
    osmo_gettimeofday_override_time.tv_sec += TIMEOUT + 1;
    osmo_timers_update();
}

static void close_obvious(void *stack)
{
    free(stack);
}

const struct stack stack_obvious = {"obvious", open_obvious, submit, answer, NULL, expire, close_obvious};
