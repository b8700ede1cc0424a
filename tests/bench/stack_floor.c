/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The floor: the same octets by hand, for this workload and no other. Sizes and offsets are constants of the workload,
 * nothing is checked but what tells one response from another, nothing is wiped, and the slot's number stands in clear
 * in the transaction id. No library could be this; it tells how much of a cycle is the work itself.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/stack.h"

enum { INIT_SIZE = 480, RESP_SIZE = 220, IDENTITY_SIZE = 22, LIID_SIZE = 12, NUMBER_SIZE = 8, OPERATOR_SIZE = 5 };
enum { REQUEST_SIZE = 754, RESPONSE_SIZE = 99, KEY_SIZE = 16, SALT_SIZE = 14, KEYS = 2, RANDOM_SIZE = 12 };
/* Where the fields begin in the two messages. */
enum { IDENTITY_AT = 25, INIT_AT = 51, RESP_AT = 534, FIRST_KEY = 30, SECOND_KEY = 67, SALT_AFTER = 18 };

#define TIMEOUT 10000u
#define BUCKETS 16384u
#define NONE UINT32_MAX
#define BUCKET_BIT UINT32_C(0x80000000)

struct slot {
    uint32_t next;
    uint32_t prev; /* a slot, or a bucket with its bit; NONE when free */
    uint8_t random[RANDOM_SIZE];
    uint8_t liid[LIID_SIZE];
    uint8_t identity[IDENTITY_SIZE];
    uint8_t number[NUMBER_SIZE];
};

struct kept {
    uint8_t init[INIT_SIZE];
    uint8_t resp[RESP_SIZE];
};

struct by_hand {
    const struct work *work;
    struct sink *sink;
    struct slot *slots;
    struct kept *kept;
    uint32_t free;
    uint32_t now;
    uint32_t buckets[BUCKETS];
    int64_t second; /* whose digits are in `stamp` */
    uint8_t stamp[31];
    uint8_t request[REQUEST_SIZE];
};

static void *open_floor(const struct work *work, struct sink *sink, size_t capacity)
{
    static const uint8_t stamp[] = {0xa3, 29, 0xa0, 27, 0x80, 22};
    struct by_hand *f = calloc(1, sizeof *f);
    f->work = work;
    f->sink = sink;
    f->slots = aligned_alloc(64, capacity * sizeof *f->slots);
    f->kept = malloc(capacity * sizeof *f->kept);
    memset(f->slots, 0, capacity * sizeof *f->slots);
    memset(f->kept, 0, capacity * sizeof *f->kept);
    memset(f->buckets, 0xff, sizeof f->buckets);
    f->free = NONE;
    for (size_t i = capacity; i-- > 0;) {
        f->slots[i].next = f->free;
        f->slots[i].prev = NONE;
        f->free = (uint32_t)i;
    }
    memcpy(f->stamp, stamp, sizeof stamp);
    memcpy(f->stamp + 28, "\x81\x01", 3);
    memcpy(f->request, "\xa6\0\1\1\1\2\x50", 7);
    memcpy(f->request + ID_OFFSET + ID_SIZE, "\3\x76", 2);
    memcpy(f->request + IDENTITY_AT + IDENTITY_SIZE, "\4\x59\x01\xe0", 4);
    memcpy(f->request + INIT_AT + INIT_SIZE, "\5\x58\xdc", 3);
    return f;
}

/* Libc's memcpy and no string instruction, which is slower at these sizes. */
static inline void copy(void *to, const void *from, size_t size)
{
    __asm__("" : "+r"(size));
    memcpy(to, from, size);
}

static void submit(void *stack)
{
    struct by_hand *f = stack;
    const struct xk_get_keys *ask = &f->work->get_keys;
    const struct xk_warrant *warrant = &f->work->warrant;
    uint32_t i = f->free;
    uint32_t at = (f->now + TIMEOUT) % BUCKETS;
    struct slot *s = &f->slots[i];
    struct kept *k = &f->kept[i];
    uint8_t id[ID_SIZE];
    f->free = s->next;
    draw_octets(id, ID_SIZE);
    memcpy(id + RANDOM_SIZE, &i, sizeof i);
    memcpy(s->random, id, RANDOM_SIZE);
    memcpy(s->liid, warrant->liid.data, LIID_SIZE);
    memcpy(s->identity, ask->public_kms_identity.data, IDENTITY_SIZE);
    memcpy(s->number, warrant->correlation_number.data, NUMBER_SIZE);
    s->next = f->buckets[at];
    s->prev = BUCKET_BIT | at;
    if (s->next != NONE) {
        f->slots[s->next].prev = i;
    }
    f->buckets[at] = i;
    copy(k->init, ask->transfer_init.data, INIT_SIZE);
    copy(k->resp, ask->transfer_resp.data, RESP_SIZE);
    memcpy(f->request + ID_OFFSET, id, ID_SIZE);
    memcpy(f->request + IDENTITY_AT, ask->public_kms_identity.data, IDENTITY_SIZE);
    copy(f->request + INIT_AT, ask->transfer_init.data, INIT_SIZE);
    copy(f->request + RESP_AT, ask->transfer_resp.data, RESP_SIZE);
    memcpy(f->sink->ids[f->sink->sent++], id, ID_SIZE);
    f->sink->request = f->request;
    f->sink->request_size = REQUEST_SIZE;
}

static inline uint8_t *put(uint8_t *end, const void *from, size_t size)
{
    memcpy(end - size, from, size);
    return end - size;
}

/* A TLV with a tag and a length of one octet each. */
static inline uint8_t *put_tlv(uint8_t *end, uint8_t tag, const void *from, size_t size)
{
    uint8_t *at = put(end, from, size);
    *--at = (uint8_t)size;
    *--at = tag;
    return at;
}

static inline void two(uint8_t *out, unsigned int value)
{
    out[0] = (uint8_t)('0' + value / 10);
    out[1] = (uint8_t)('0' + value % 10);
}

static void new_second(struct by_hand *f, int64_t seconds)
{
    struct tm tm;
    time_t time = (time_t)seconds;
    uint8_t *text = f->stamp + 6;
    gmtime_r(&time, &tm);
    const int fields[] = {(tm.tm_year + 1900) / 100, tm.tm_year % 100, tm.tm_mon + 1, tm.tm_mday,
                          tm.tm_hour,                tm.tm_min,        tm.tm_sec};
    for (size_t i = 0; i < 7; i++) {
        two(text + 2 * i, (unsigned int)fields[i]);
    }
    text[14] = '.';
    text[21] = 'Z';
    f->second = seconds;
}

/* Back to front, so that each length is known when it is due; the record ends where the space ends. */
static void record(struct by_hand *f, const struct slot *s, const uint8_t *response)
{
    static const uint8_t head[] = {0x80, 8, 4, 0, 2, 2, 4, 1, 15, 5, 0x97, 1, 8};
    const struct xk_utc time = sink_time(f->sink);
    uint8_t *end = f->sink->record + sizeof f->sink->record;
    uint8_t *at = end;
    if (response != NULL) {
        static const uint8_t ids[KEYS] = {1, 2};
        for (unsigned int i = KEYS; i > 0; i--) {
            const uint8_t *key = response + (i == 1 ? FIRST_KEY : SECOND_KEY);
            at = put_tlv(at, 0x83, key + SALT_AFTER, SALT_SIZE);
            at = put_tlv(at, 0x82, key, KEY_SIZE);
            at = put_tlv(at, 0x81, &ids[i - 1], 1);
            at = put(at, "\x30\x25", 2);
        }
        at = put(at, "\xbf\x24\x4e", 3);
    } else {
        at = put(at, "\x9f\x2c\1\0", 4);
    }
    at = put(at, "\xba\7\x80\5" "12345" "\x9d\1\3", 12);
    at = put_tlv(at, 0x92, s->number, NUMBER_SIZE);
    at = put_tlv(at, 0x88, s->identity, IDENTITY_SIZE);
    at = put(at, "\xa9\x1f\x30\x1d\x80\1\3\xa1\x18", 9);
    at = put(at, "\x84\1\0", 3);
    if (time.seconds != f->second) {
        new_second(f, time.seconds);
    }
    at = put(at, f->stamp, sizeof f->stamp);
    two(at + 21, time.microseconds / 10000);
    two(at + 23, time.microseconds / 100 % 100);
    two(at + 25, time.microseconds % 100);
    at = put_tlv(at, 0x81, s->liid, LIID_SIZE);
    at = put(at, head, sizeof head);
    size_t size = (size_t)(end - at);
    *--at = (uint8_t)size;
    if (size > 127) {
        *--at = 0x81;
    }
    *--at = 0xa4;
    f->sink->written = at;
    f->sink->record_size = (size_t)(end - at);
}

static inline void disarm(struct by_hand *f, const struct slot *s)
{
    if (s->next != NONE) {
        f->slots[s->next].prev = s->prev;
    }
    if ((s->prev & BUCKET_BIT) != 0) {
        f->buckets[s->prev - BUCKET_BIT] = s->next;
    } else {
        f->slots[s->prev].next = s->next;
    }
}

static inline void give_back(struct by_hand *f, uint32_t i)
{
    f->slots[i].prev = NONE;
    f->slots[i].next = f->free;
    f->free = i;
}

static void answer(void *stack, uint8_t *response, size_t size)
{
    struct by_hand *f = stack;
    uint32_t i;
    memcpy(&i, response + ID_OFFSET + RANDOM_SIZE, sizeof i);
    if (size != RESPONSE_SIZE || memcmp(response, "\xa4\0\1\1\2\2\x50", 7) != 0 ||
        memcmp(response + 23, "\3\x82\xa3\0\1\1\x50", 7) != 0 || memcmp(response + 46, "\2\x4e", 2) != 0 ||
        memcmp(response + 62, "\xa3\0\2\1\x50", 5) != 0 || memcmp(response + 83, "\2\x4e", 2) != 0 ||
        memcmp(f->slots[i].random, response + ID_OFFSET, RANDOM_SIZE) != 0 || f->slots[i].prev == NONE) {
        abort();
    }
    disarm(f, &f->slots[i]);
    record(f, &f->slots[i], response);
    f->sink->keys++;
    give_back(f, i);
}

static void expire(void *stack)
{
    struct by_hand *f = stack;
    f->now += TIMEOUT;
    for (uint32_t i = f->buckets[f->now % BUCKETS]; i != NONE; i = f->buckets[f->now % BUCKETS]) {
        disarm(f, &f->slots[i]);
        record(f, &f->slots[i], NULL);
        f->sink->failures++;
        give_back(f, i);
    }
}

static void close_floor(void *stack)
{
    struct by_hand *f = stack;
    free(f->slots);
    free(f->kept);
    free(f);
}

const struct stack stack_floor = {"floor", open_floor, submit, answer, NULL, expire, close_floor};
