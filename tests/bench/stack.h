/* SPDX-License-Identifier: BSD-2-Clause */
/* What every contender does for one request, and the work that they are given. */
#ifndef BENCH_STACK_H
#define BENCH_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/xk.h>

#define ID_SIZE XK_TRANSACTION_ID_SIZE
#define ID_OFFSET 7 /* of the transaction id in either message: map head, version, type, key 2, string head */

/* The data of one request; the same for all but the transaction id. */
struct work {
    struct xk_get_keys get_keys;
    struct xk_warrant warrant;
    struct xk_party party;
    uint8_t response[256]; /* encoded; the transaction id is patched in */
    size_t response_size;
    uint8_t request[1024]; /* encoded, for the codec's own figures */
    size_t request_size;
};

#define RESPONSE_MAX 128
#define AT_ONCE 32 /* messages in one call of xk_requester_receive_many() */

#define EVENT_TIME 1767323045 /* of the first record; time goes on by some microseconds with each */

/* What a request keeps of its warrant, and a record is made from. */
struct li_data {
    struct xk_bytes liid;
    struct xk_bytes sip_uri;
    struct xk_bytes correlation_number;
    struct xk_bytes operator_identifier;
};

/* Where a contender leaves what it produced, for the harness to check and to answer. */
struct sink {
    uint8_t (*ids)[ID_SIZE]; /* of request i, as it went on the wire */
    size_t sent;
    size_t keys;     /* records with keys */
    size_t failures; /* records with the failure indication */
    uint8_t record[512];
    size_t record_size;
    const uint8_t *written; /* where the record begins, if not in front of `record` */
    const uint8_t *request; /* the get_keys sent last, for the comparison of outputs; NULL if it is not told */
    size_t request_size;
};

/* When the next record's event is, after so many. */
static inline struct xk_utc event_time(uint64_t records)
{
    uint64_t microseconds = records * 37;
    struct xk_utc time = {EVENT_TIME + (int64_t)(microseconds / 1000000), (uint32_t)(microseconds % 1000000)};
    return time;
}

static inline struct xk_utc sink_time(const struct sink *sink)
{
    return event_time(sink->keys + sink->failures);
}

struct stack {
    const char *name;
    void *(*open)(const struct work *work, struct sink *sink, size_t capacity);
    void (*submit)(void *stack);
    void (*answer)(void *stack, uint8_t *response, size_t size);
    /* Or several in one call, at most AT_ONCE; NULL if there is none. */
    void (*answer_many)(void *stack, uint8_t (*responses)[RESPONSE_MAX], size_t size, size_t count);
    void (*expire)(void *stack); /* every timer that is left */
    void (*close)(void *stack);
};

extern const struct stack stack_xk;
extern const struct stack stack_xk_many;   /* responses in groups */
extern const struct stack stack_xk_malloc; /* with malloc for the host's allocator */
struct xk_requester *stack_xk_requester(void *stack);
size_t stack_xk_warrant_size(const struct work *work); /* octets that libxk stores of the workload's warrant */
extern const struct stack stack_obvious;
extern const struct stack stack_careful;
extern const struct stack stack_floor; /* by hand, no checks, no wiping: the same octets */

void work_init(struct work *work);
void draw_octets(uint8_t *out, size_t size); /* fast, not cryptographic: the same for all */
uint64_t now_ns(void);
uint64_t spent_ns(void); /* by this thread: what others do on the core is not in it */
extern _Thread_local uint64_t allocations; /* calls of malloc, calloc and realloc so far, on this thread */

/* libcbor's item API (items.c) and its streaming calls (stream.c); both do what a decoder must: check types, take
 * the fields out. False on any surprise. */
struct answer {
    const uint8_t *id;
    size_t count;
    struct {
        uint8_t cs_id;
        const uint8_t *key;
        size_t key_size;
        const uint8_t *salt;
        size_t salt_size;
    } sessions[8];
};
size_t items_encode_get_keys(const struct xk_get_keys *m, uint8_t *out, size_t capacity);
bool items_decode_get_keys(const uint8_t *data, size_t size, struct xk_get_keys *m);
size_t items_encode_response(const struct xk_get_keys_response *m, uint8_t *out, size_t capacity);
void *items_decode_response(const uint8_t *data, size_t size, struct answer *answer); /* owner of the views */
void items_free(void *owner);
size_t stream_encode_get_keys(const struct xk_get_keys *m, uint8_t *out, size_t capacity);
bool stream_decode_response(const uint8_t *data, size_t size, struct answer *answer);
size_t stream_raw(const uint8_t *data, size_t size); /* nothing but the calls: the floor */

/* asn1c's encoder (der_asn1c.c): `fresh` builds the whole structure with malloc each time, as generated code is
 * used; otherwise one structure is filled in again and again. */
size_t der_asn1c(const struct li_data *li, const struct answer *answer, struct xk_utc time, bool fresh, uint8_t *out,
                 size_t capacity);

#endif
