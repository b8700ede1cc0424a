/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a good user assembles in a month: libcbor streaming, uthash, libev's timer heap, asn1c over one structure,
 * requests in a pool. libev's clock is the machine's, so expiry is by stopping each timer that is left and doing its
 * work: the heap is worked, the waiting is not.
 */
#include <stdlib.h>
#include <string.h>

#include <ev.h>
#include <uthash.h>

#include "bench/stack.h"

struct request {
    ev_timer timer;
    uint8_t id[ID_SIZE];
    UT_hash_handle hh;
    struct request *next_free;
    uint32_t retained_size;
    uint8_t li_data[192];
    uint8_t retained[1024];
};

struct careful {
    const struct work *work;
    struct sink *sink;
    struct request *pool;
    struct request *free;
    struct request *requests;
    struct ev_loop *loop;
};

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop;
    (void)timer;
    (void)events;
}

static void *open_careful(const struct work *work, struct sink *sink, size_t capacity)
{
    struct careful *c = calloc(1, sizeof *c);
    c->work = work;
    c->sink = sink;
    c->pool = malloc(capacity * sizeof *c->pool);
    memset(c->pool, 0, capacity * sizeof *c->pool);
    for (size_t i = 0; i < capacity; i++) {
        c->pool[i].next_free = c->free;
        c->free = &c->pool[i];
    }
    c->loop = ev_loop_new(0);
    return c;
}

static void submit(void *stack)
{
    struct careful *c = stack;
    struct request *request = c->free;
    struct xk_get_keys message = c->work->get_keys;
    const struct xk_bytes kept[] = {c->work->warrant.liid, c->work->party.sip_uri,
                                    c->work->warrant.correlation_number, c->work->warrant.operator_identifier};
    uint8_t *at = request->li_data;
    c->free = request->next_free;
    draw_octets(request->id, ID_SIZE);
    memcpy(message.transaction_id.octets, request->id, ID_SIZE);
    request->retained_size = (uint32_t)stream_encode_get_keys(&message, request->retained, sizeof request->retained);
    for (size_t i = 0; i < 4; i++) {
        *at++ = (uint8_t)kept[i].size;
        memcpy(at, kept[i].data, kept[i].size);
        at += kept[i].size;
    }
    HASH_ADD(hh, c->requests, id, ID_SIZE, request);
    ev_timer_init(&request->timer, on_timer, 10000., 0.);
    ev_timer_start(c->loop, &request->timer);
    memcpy(c->sink->ids[c->sink->sent++], request->retained + ID_OFFSET, ID_SIZE);
}

static struct li_data read_li_data(const struct request *request)
{
    struct li_data li;
    struct xk_bytes *const places[] = {&li.liid, &li.sip_uri, &li.correlation_number, &li.operator_identifier};
    const uint8_t *at = request->li_data;
    for (size_t i = 0; i < 4; i++) {
        places[i]->size = *at++;
        places[i]->data = at;
        at += places[i]->size;
    }
    return li;
}

static void end(struct careful *c, struct request *request)
{
    ev_timer_stop(c->loop, &request->timer);
    HASH_DEL(c->requests, request);
    request->next_free = c->free;
    c->free = request;
}

static void answer(void *stack, uint8_t *response, size_t size)
{
    struct careful *c = stack;
    struct answer decoded;
    struct request *request = NULL;
    if (!stream_decode_response(response, size, &decoded)) {
        abort();
    }
    HASH_FIND(hh, c->requests, decoded.id, ID_SIZE, request);
    if (request == NULL) {
        abort();
    }
    const struct li_data li = read_li_data(request);
    c->sink->record_size = der_asn1c(&li, &decoded, sink_time(c->sink), false, c->sink->record, sizeof c->sink->record);
    c->sink->keys++;
    explicit_bzero(response, size);
    end(c, request);
}

static void expire(void *stack)
{
    struct careful *c = stack;
    while (c->requests != NULL) {
        const struct li_data li = read_li_data(c->requests);
        c->sink->record_size = der_asn1c(&li, NULL, sink_time(c->sink), false, c->sink->record, sizeof c->sink->record);
        c->sink->failures++;
        end(c, c->requests);
    }
}

static void close_careful(void *stack)
{
    struct careful *c = stack;
    ev_loop_destroy(c->loop);
    free(c->pool);
    free(c);
}

const struct stack stack_careful = {"careful", open_careful, submit, answer, NULL, expire, close_careful};
