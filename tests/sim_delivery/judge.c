/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim_delivery/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/sha256.h"

/* One BER element of definite length. */
struct element {
    unsigned int tag; /* first octet; high tags are not followed */
    const uint8_t *value;
    size_t size;
    size_t whole;
};

static bool element_at(const uint8_t *data, size_t size, struct element *e)
{
    size_t at = 2;
    if (size < 2 || (data[0] & 0x1f) == 0x1f) {
        return false;
    }
    size_t length = data[1];
    if (length > 0x80) {
        size_t octets = length & 0x7f;
        if (octets > 4 || size < 2 + octets) {
            return false;
        }
        length = 0;
        for (size_t i = 0; i < octets; i++) {
            length = length << 8 | data[at++];
        }
    } else if (length == 0x80) {
        return false;
    }
    if (length > size - at) {
        return false;
    }
    e->tag = data[0];
    e->value = data + at;
    e->size = length;
    e->whole = at + length;
    return true;
}

/* The first element with this tag among those in `data`. */
static bool find_element(const uint8_t *data, size_t size, unsigned int tag, struct element *e)
{
    size_t at = 0;
    while (at < size && element_at(data + at, size - at, e)) {
        if (e->tag == tag) {
            return true;
        }
        at += e->whole;
    }
    return false;
}

static uint32_t number_of(const struct element *e)
{
    uint32_t value = 0;
    for (size_t i = 0; i < e->size; i++) {
        value = value << 8 | e->value[i];
    }
    return value;
}

static void fault(struct judge *j, const char *what)
{
    if (j->fault == NULL) {
        j->fault = what;
    }
}

void judge_init(struct judge *j)
{
    memset(j, 0, sizeof *j);
    j->answers = true;
    j->entries = calloc(JUDGE_ENTRIES, sizeof *j->entries);
}

void judge_free(struct judge *j)
{
    for (size_t i = 0; i < j->count; i++) {
        free(j->entries[i].octets);
    }
    free(j->entries);
}

void judge_connected(struct judge *j)
{
    j->have = 0;
    j->out_size = 0;
    j->pdus = 0;
    j->option_asked = false;
    j->option_response_read = false;
    j->complete_sent = false;
    j->complete_read = false;
    j->negotiating = false;
    j->own_number = 0;
}

/* An answer: a header with the number, and a TRI. */
static void answer(struct judge *j, unsigned int type, uint32_t number, const char *content, size_t size)
{
    uint8_t pdu[128];
    static const uint8_t head[] = {0x80, 0x07, 4,    0, 2,    2, 5,   1,   17,   0x81, 1, 'L',
                                   0xa3, 9,    0xa0, 4, 0x80, 2, 'O', 'P', 0x81, 1,    0};
    uint8_t digits[6] = {0x84, 5, 0, (uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8)};
    size_t at = 4;
    memcpy(pdu + at, head, sizeof head);
    at += sizeof head;
    memcpy(pdu + at, digits, 6);
    at += 6;
    pdu[at++] = (uint8_t)number;
    pdu[2] = 0xa1;
    pdu[3] = (uint8_t)(at - 4);
    pdu[at++] = 0xa2;
    pdu[at++] = (uint8_t)(size + 4);
    pdu[at++] = 0xa2;
    pdu[at++] = (uint8_t)(size + 2);
    pdu[at++] = (uint8_t)(type | (size > 0 ? 0xa0 : 0x80));
    pdu[at++] = (uint8_t)size;
    memcpy(pdu + at, content, size);
    at += size;
    pdu[0] = 0x30;
    pdu[1] = (uint8_t)(at - 2);
    if (j->answers && j->out_size + at <= sizeof j->out) {
        memcpy(j->out + j->out_size, pdu, at);
        j->out_size += at;
    }
}

struct header {
    struct element liid;
    struct element communication;
    uint32_t number;
    bool time;
};

static bool read_header(const struct element *around, struct header *h)
{
    struct element e;
    if (!find_element(around->value, around->size, 0x81, &h->liid) ||
        !find_element(around->value, around->size, 0xa3, &h->communication) ||
        !find_element(around->value, around->size, 0x84, &e)) {
        return false;
    }
    h->number = number_of(&e);
    h->time =
        find_element(around->value, around->size, 0xa7, &e) || find_element(around->value, around->size, 0x85, &e);
    return true;
}

static struct judge_entry *find_number(const struct judge *j, const uint8_t *context, size_t size, uint32_t number)
{
    for (size_t i = 0; i < j->count; i++) {
        struct judge_entry *e = &j->entries[i];
        if (e->epoch == j->epoch && e->number == number && e->context_size == size &&
            memcmp(e->context, context, size) == 0) {
            return e;
        }
    }
    return NULL;
}

bool judge_can_tell(const struct judge *j, const uint8_t *context, size_t context_size, uint32_t number)
{
    for (size_t i = 0; i < j->count; i++) {
        const struct judge_entry *e = &j->entries[i];
        if (e->context_size == context_size && memcmp(e->context, context, context_size) == 0 && e->number > number) {
            return true;
        }
    }
    return false;
}

const struct judge_entry *judge_find(const struct judge *j, uint64_t record, size_t *copies)
{
    const struct judge_entry *found = NULL;
    *copies = 0;
    for (size_t i = 0; i < j->count; i++) {
        if (j->entries[i].record == record) {
            found = &j->entries[i];
            ++*copies;
        }
    }
    return found;
}

static uint64_t digest_of(const uint8_t *octets, size_t size)
{
    uint64_t value = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < size; i++) {
        value = (value ^ octets[i]) * UINT64_C(1099511628211);
    }
    return value;
}

/* Down to the id in the record: A2 { A0 { 30 { [0] type, A2 { A4 or AF { [0] parameters { [1] id ... */
static bool record_id(const struct element *payload, uint64_t *id)
{
    struct element e = *payload;
    if (!element_at(e.value, e.size, &e) || e.tag != 0xa0 || !element_at(e.value, e.size, &e) || e.tag != 0x30 ||
        !find_element(e.value, e.size, 0xa2, &e) || !element_at(e.value, e.size, &e) ||
        !element_at(e.value, e.size, &e) || !find_element(e.value, e.size, 0x81, &e) || e.size != 8) {
        return false;
    }
    *id = 0;
    for (size_t i = 0; i < 8; i++) {
        *id = *id << 8 | e.value[i];
    }
    return true;
}

static void take_record(struct judge *j, const struct header *h, const struct element *payload, const uint8_t *pdu,
                        size_t size)
{
    uint8_t context[JUDGE_CONTEXT];
    size_t context_size = h->liid.whole + h->communication.whole;
    uint64_t id = 0;
    if (j->negotiating) {
        fault(j, "a record during negotiation");
    }
    if (!h->time) {
        fault(j, "an IRI without time");
    }
    if (context_size > sizeof context || !record_id(payload, &id)) {
        fault(j, "a record that cannot be read");
        return;
    }
    memcpy(context, h->liid.value - 2, h->liid.whole);
    memcpy(context + h->liid.whole, h->communication.value - 2, h->communication.whole);
    struct judge_entry *known = find_number(j, context, context_size, h->number);
    if (known != NULL) {
        known->times++;
        j->repeats++;
        if (known->digest != digest_of(pdu, size)) {
            fault(j, "the same number with other octets");
        }
        return;
    }
    if (j->in_order && h->number > 0 && find_number(j, context, context_size, h->number - 1) == NULL) {
        fault(j, "a first receipt out of order");
    }
    if (j->count == JUDGE_ENTRIES) {
        fault(j, "the world is too small");
        return;
    }
    struct judge_entry *e = &j->entries[j->count++];
    memset(e, 0, sizeof *e);
    memcpy(e->context, context, context_size);
    e->context_size = context_size;
    e->number = h->number;
    e->record = id;
    e->digest = digest_of(pdu, size);
    e->epoch = j->epoch;
    e->times = 1;
    e->octets = malloc(size);
    e->size = size;
    memcpy(e->octets, pdu, size);
}

/* Recompute a hash over what has been received; that is only possible if all of it has. */
static void take_check(struct judge *j, const struct header *h, const struct element *check)
{
    struct element numbers;
    struct element e;
    struct element value;
    uint8_t context[JUDGE_CONTEXT];
    uint8_t hash[32];
    struct sha256 sha;
    size_t context_size = h->liid.whole + h->communication.whole;
    memcpy(context, h->liid.value - 2, h->liid.whole);
    memcpy(context + h->liid.whole, h->communication.value - 2, h->communication.whole);
    if (!find_element(check->value, check->size, 0xa0, &numbers) ||
        !find_element(check->value, check->size, 0x81, &e) || !find_element(check->value, check->size, 0x83, &value)) {
        fault(j, "an integrity check that cannot be read");
        return;
    }
    if (number_of(&e) == 2) {
        j->signatures++;
        return;
    }
    sha256_begin(&sha);
    for (size_t at = 0; at < numbers.size; at += e.whole) {
        if (!element_at(numbers.value + at, numbers.size - at, &e) || e.tag != 0x02) {
            fault(j, "a list of numbers that cannot be read");
            return;
        }
        const struct judge_entry *known = find_number(j, context, context_size, number_of(&e));
        if (known == NULL) {
            j->checks_incomplete++;
            return;
        }
        sha256_update(&sha, known->octets, known->size);
    }
    sha256_end(&sha, hash);
    if (value.size != 32 || memcmp(hash, value.value, 32) != 0) {
        fault(j, "a hash that is wrong");
    }
    j->checks_good++;
}

static void take_option_request(struct judge *j, const struct header *h)
{
    static const char accept[] = {(char)0xa0, 2, (char)0x80, 0, (char)0xa1, 0};
    static const char decline[] = {(char)0xa0, 0, (char)0xa1, 2, (char)0x80, 0};
    static const char ask[] = {(char)0xa0, 4, (char)0x80, 0, (char)0x85, 0};
    if (j->pdus != 1) {
        fault(j, "an option request that is not the first message");
    }
    if (j->options == JUDGE_KNOWS_NONE) {
        return;
    }
    j->negotiating = true;
    answer(j, 10, h->number, j->options == JUDGE_DECLINES ? decline : accept, 6);
    if (j->options == JUDGE_ASKS_TOO && !j->option_asked) {
        j->option_asked = true;
        answer(j, 9, j->own_number++, ask, sizeof ask);
        return; /* our own complete comes behind its response */
    }
    j->complete_sent = true;
    answer(j, 11, j->own_number++, "", 0);
}

static void take_options(struct judge *j, const struct header *h, unsigned int type)
{
    if (j->options == JUDGE_KNOWS_NONE && type != 9) {
        fault(j, "options after they were not answered");
        return;
    }
    if (type == 9) {
        take_option_request(j, h);
    } else if (type == 10) {
        if (!j->option_asked || h->number != j->own_number - 1) {
            fault(j, "a response to options that nobody asked for");
        }
        j->option_response_read = true;
        j->complete_sent = true;
        answer(j, 11, j->own_number++, "", 0);
    } else {
        j->complete_read = true;
    }
    if (j->complete_sent && j->complete_read && j->negotiating) {
        j->negotiating = false;
        j->negotiated++;
    }
}

static void take_reset(struct judge *j, const struct header *h)
{
    struct element e;
    if (h->number != 0 || h->liid.size != 1 || h->liid.value[0] != '-' ||
        !find_element(h->communication.value, h->communication.size, 0x81, &e) || number_of(&e) != 0 || !h->time) {
        fault(j, "a cINReset with a wrong header");
    }
    j->epoch++;
    j->resets++;
}

static void take_tri(struct judge *j, const struct header *h, const struct element *tri)
{
    unsigned int type = tri->tag & 0x1f;
    bool option = type == 9 || type == 10 || type == 11;
    if (j->negotiating && !option && type != 3) {
        fault(j, "something else during negotiation");
    }
    if (option) {
        take_options(j, h, type);
    } else if (type == 3) {
        if (j->alive_started && h->number != j->alive_next) {
            fault(j, "a keep-alive out of its count");
        }
        j->alive_started = false; /* those sent into a broken connection are not seen: only per connection */
        j->keep_alives++;
        answer(j, 4, h->number, "", 0);
    } else if (type == 12) {
        if (!j->agreed && (j->options == JUDGE_KNOWS_NONE || j->options == JUDGE_DECLINES)) {
            fault(j, "an acknowledgement asked for without agreement");
        }
        j->requests++;
        if (j->answers && j->acknowledges) {
            judge_store(j);
            answer(j, 13, h->number, "", 0);
        }
    } else if (type == 7) {
        take_reset(j, h);
    } else if (type == 1) {
        j->tests++;
    } else if (type == 8) {
        j->messages++;
    } else if (type == 0) {
        take_check(j, h, tri);
    } else {
        fault(j, "a TRI that has no place here");
    }
}

static void take_pdu(struct judge *j, const uint8_t *pdu, size_t size)
{
    struct element whole;
    struct element head;
    struct element payload;
    struct element kind;
    struct header h;
    j->pdus++;
    if (!element_at(pdu, size, &whole) || !element_at(whole.value, whole.size, &head) || head.tag != 0xa1 ||
        !element_at(whole.value + head.whole, whole.size - head.whole, &payload) || payload.tag != 0xa2 ||
        !element_at(payload.value, payload.size, &kind) || !read_header(&head, &h)) {
        fault(j, "not a PS-PDU");
        return;
    }
    if (kind.tag == 0xa0) {
        take_record(j, &h, &payload, pdu, size);
    } else if (kind.tag == 0xa2 && element_at(kind.value, kind.size, &kind)) {
        take_tri(j, &h, &kind);
    } else {
        fault(j, "a payload that has no place here");
    }
}

void judge_feed(struct judge *j, const uint8_t *octets, size_t size)
{
    struct element e;
    if (j->have + size > sizeof j->stream) {
        fault(j, "a PS-PDU that never ends");
        return;
    }
    memcpy(j->stream + j->have, octets, size);
    j->have += size;
    if (j->have > 0 && j->stream[0] != 0x30) {
        fault(j, "the place in the stream is lost");
        return;
    }
    while (j->have > 0 && element_at(j->stream, j->have, &e)) {
        take_pdu(j, j->stream, e.whole);
        memmove(j->stream, j->stream + e.whole, j->have - e.whole);
        j->have -= e.whole;
        if (j->have > 0 && j->stream[0] != 0x30) {
            fault(j, "the place in the stream is lost");
            return;
        }
    }
}

void judge_store(struct judge *j)
{
    for (size_t i = 0; i < j->count; i++) {
        j->entries[i].stored = true;
    }
}

uint32_t judge_forget(struct judge *j)
{
    uint32_t lost = 0;
    size_t kept = 0;
    for (size_t i = 0; i < j->count; i++) {
        if (j->entries[i].stored) {
            j->entries[kept++] = j->entries[i];
        } else {
            free(j->entries[i].octets);
            lost++;
        }
    }
    j->count = kept;
    return lost;
}
