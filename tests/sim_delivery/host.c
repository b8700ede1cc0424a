/* SPDX-License-Identifier: BSD-2-Clause */
/* The mediation function around the library: its records, its store, and its restarts. */
#include "sim_delivery/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct xk_moment moment(const struct world *w)
{
    struct xk_moment m;
    m.ms = w->now;
    m.utc.seconds = (int64_t)(1800000000 + w->now / 1000);
    m.utc.microseconds = (uint32_t)(w->now % 1000 * 1000);
    return m;
}

static void *allocate(size_t size, void *user)
{
    struct world *w = user;
    uint8_t *block = malloc(size);
    memset(block, 0xa5, size);
    w->allocations++;
    w->allocated += size;
    for (unsigned int i = 0; i < 8; i++) {
        if (w->blocks[i] == NULL) {
            w->blocks[i] = block;
            w->block_sizes[i] = size;
            break;
        }
    }
    return block;
}

static void release(void *memory, size_t size, void *user)
{
    struct world *w = user;
    const uint8_t *octets = memory;
    for (size_t i = 0; i < size; i++) {
        if (octets[i] != 0) {
            broken(w, "memory is given back unwiped");
            break;
        }
    }
    for (unsigned int i = 0; i < 8; i++) {
        if (w->blocks[i] == memory) {
            w->blocks[i] = NULL;
        }
    }
    w->allocated -= size;
    free(memory);
}

static bool journal(struct xk_bytes octets, void *user)
{
    struct world *w = user;
    size_t size = octets.size;
    if (w->torn) {
        return false; /* the process is dead; what it still does nobody sees */
    }
    if (w->journal_fails) {
        see(w, SEEN_JOURNAL_FAILED);
        return false;
    }
    if (w->journal_tears) {
        size = (size_t)draw(w, octets.size + 1);
        w->torn = true;
    }
    if (w->journal_size + size > JOURNAL) {
        broken(w, "the journal is too small");
        return false;
    }
    memcpy(w->journal + w->journal_size, octets.data, size);
    w->journal_size += size;
    return !w->torn;
}

static void update(uint32_t chain, enum xk_tri_check check, struct xk_bytes octets, void *user)
{
    struct world *w = user;
    struct sha256 *hash = &w->hashes[chain / CHAINS][chain % CHAINS][check - 1];
    bool *running = &w->hashing[chain / CHAINS][chain % CHAINS][check - 1];
    if (!*running) {
        sha256_begin(hash);
        *running = true;
    }
    sha256_update(hash, octets.data, octets.size);
}

static bool finish(uint32_t chain, enum xk_tri_check check, uint8_t *out, size_t capacity, size_t *size, void *user)
{
    struct world *w = user;
    (void)capacity;
    sha256_end(&w->hashes[chain / CHAINS][chain % CHAINS][check - 1], out);
    w->hashing[chain / CHAINS][chain % CHAINS][check - 1] = false;
    *size = 32;
    return true;
}

static void update_one(uint32_t chain, enum xk_tri_check check, struct xk_bytes octets, void *user)
{
    update(chain + CHAINS, check, octets, user);
}

static bool finish_one(uint32_t chain, enum xk_tri_check check, uint8_t *out, size_t capacity, size_t *size, void *user)
{
    return finish(chain + CHAINS, check, out, capacity, size, user);
}

static void make_sessions(struct world *w)
{
    const struct xk_allocator allocator = {sizeof allocator, allocate, release, w};
    for (unsigned int i = 0; i < w->side_count; i++) {
        struct side *side = &w->sides[i];
        struct xk_delivery_callbacks callbacks = {sizeof callbacks, i == 0 ? update : update_one,
                                                  i == 0 ? finish : finish_one};
        struct xk_diag diag = {XK_OK, 0, ""};
        memset(w->hashing[i], 0, sizeof w->hashing[i]);
        side->session = NULL;
        enum xk_status status =
            xk_delivery_create(&side->config, w->counters, &callbacks, &allocator, w, moment(w), &side->session, &diag);
        if (status != XK_OK && !w->torn) {
            fprintf(stderr, "create: %s %s\n", xk_status_name(status), diag.field);
            broken(w, "a session cannot be created");
        }
    }
}

static void make_counters(struct world *w, bool lost)
{
    const struct xk_allocator allocator = {sizeof allocator, allocate, release, w};
    const struct xk_counters_callbacks callbacks = {sizeof callbacks, journal};
    w->counters_config.state_lost = lost;
    if (xk_counters_create(&w->counters_config, &callbacks, &allocator, w, &w->counters, NULL) != XK_OK) {
        broken(w, "counters cannot be created");
    }
}

void host_create(struct world *w)
{
    make_counters(w, false);
    make_sessions(w);
}

void host_destroy(struct world *w)
{
    for (unsigned int i = 0; i < w->side_count; i++) {
        (void)xk_delivery_destroy(w->sides[i].session);
        w->sides[i].session = NULL;
        w->sides[i].lent = NULL;
        w->sides[i].asked_to_connect = false;
        w->sides[i].acknowledging = false;
    }
    if (xk_counters_destroy(w->counters) != XK_OK || w->allocated != 0) {
        broken(w, "memory is left");
    }
    w->counters = NULL;
}

/* What the store knows decides. Records that were in a buffer are made anew. */
static void find_again(struct world *w)
{
    for (unsigned int i = 0; i < w->record_count; i++) {
        struct record *r = &w->records[i];
        if (r->state == RECORD_IN) {
            r->state = RECORD_NEW;
        }
        if (r->state == RECORD_NEW && w->ended[r->warrant]) {
            r->state = RECORD_HOLE; /* the process died in the middle of a purge, which is done again */
            r->maybe = true;
            r->settled = true;
        }
    }
}

static struct xk_cookie cookie_of(const struct record *r)
{
    struct xk_cookie cookie;
    memset(&cookie, 0x3c, sizeof cookie);
    memcpy(cookie.octets, &r->id, sizeof r->id);
    return cookie;
}

static struct record *record_of(struct world *w, const struct xk_cookie *cookie)
{
    uint64_t id;
    memcpy(&id, cookie->octets, sizeof id);
    for (unsigned int i = 0; i < w->record_count; i++) {
        if (w->records[i].id == id) {
            return &w->records[i];
        }
    }
    broken(w, "a cookie that nobody gave");
    return &w->records[0];
}

static void restore(struct world *w)
{
    size_t whole = xk_counters_whole(w->journal, w->journal_size);
    see(w, whole < w->journal_size ? SEEN_RESTART_TORN : SEEN_RESTART_JOURNAL);
    w->journal_size = whole;
    /* With no word in the journal since the state was lost, it still is. */
    make_counters(w, whole == 0 && w->epoch > 0);
    struct xk_diag diag = {XK_OK, 0, ""};
    enum xk_status status = whole == 0 ? XK_OK : xk_counters_restore(w->counters, w->journal, whole, &diag);
    if (status != XK_OK) {
        fprintf(stderr, "restore: %s at %zu of %zu\n", xk_status_name(status), diag.offset, whole);
        broken(w, "the state cannot be restored");
    }
    if (chance(w, 50)) {
        size_t size = 0;
        see(w, SEEN_RESTART_SNAPSHOT);
        if (xk_counters_snapshot(w->counters, w->journal, JOURNAL, &size) != XK_OK) {
            broken(w, "no snapshot");
        }
        w->journal_size = size;
    }
}

/* Of what the host is done with, nothing may stay; and of what it is not, each has the number that it had. */
static void reconcile(struct world *w)
{
    struct xk_record known;
    uint32_t position = 0;
    while (xk_counters_next(w->counters, &position, &known) == XK_OK) {
        struct record *r = record_of(w, &known.cookie);
        if (known.state == XK_RECORD_HELD) {
            broken(w, "a record is held after a restart");
        }
        if (r->numbered && r->number != known.number) {
            broken(w, "a record has another number after a restart");
        }
        r->numbered = true;
        r->number = known.number;
        r->epoch = w->epoch;
    }
    for (unsigned int i = 0; i < WARRANTS; i++) {
        char liid[8];
        (void)snprintf(liid, sizeof liid, "LI-%u", i);
        if (w->ended[i]) {
            (void)xk_counters_purge(w->counters, xk_text(liid), i % 2 == 0 ? "AA" : "BB", NULL);
        }
    }
    for (unsigned int i = 0; i < w->record_count; i++) {
        struct record *r = &w->records[i];
        struct xk_cookie cookie = cookie_of(r);
        if ((r->state != RECORD_DONE && r->state != RECORD_HOLE) ||
            xk_counters_find(w->counters, &cookie, &known) != XK_OK) {
            continue;
        }
        if (xk_counters_settle(w->counters, &cookie) != XK_OK) {
            see(w, SEEN_FORGOTTEN_RECORD);
            (void)xk_counters_forget(w->counters, &cookie, NULL);
        }
        r->settled = true;
    }
}

void host_restart(struct world *w)
{
    bool lost = w->state_was_lost;
    for (unsigned int i = 0; i < w->side_count; i++) {
        transport_cut(w, &w->sides[i], true);
    }
    host_destroy(w);
    w->journal_tears = false;
    w->torn = false;
    w->journal_fails = false;
    find_again(w);
    if (lost) {
        see(w, SEEN_RESTART_LOST);
        w->journal_size = 0;
        w->epoch++;
        for (unsigned int i = 0; i < w->record_count; i++) {
            w->records[i].numbered = false;
        }
        make_counters(w, true);
    } else {
        restore(w);
        reconcile(w);
    }
    w->state_was_lost = false;
    make_sessions(w);
}

void host_new_record(struct world *w)
{
    unsigned int warrant = (unsigned int)draw(w, WARRANTS);
    if (w->record_count == RECORDS || w->ended[warrant]) {
        return;
    }
    struct record *r = &w->records[w->record_count++];
    memset(r, 0, sizeof *r);
    r->id = (uint64_t)w->record_count << 32 | draw(w, UINT64_C(1) << 32);
    r->warrant = warrant;
    r->call = (unsigned int)draw(w, CALLS);
    r->size = 300 + (size_t)draw(w, chance(w, 20) ? 3000 : 120);
    r->state = RECORD_NEW;
}

/* The id, and behind it a canary that is nowhere else. */
static size_t encode_record(const struct record *r, uint8_t *out)
{
    size_t size = r->size;
    out[0] = 0xa4;
    out[1] = 0x82;
    out[2] = (uint8_t)(size >> 8);
    out[3] = (uint8_t)size;
    uint8_t *at = out + 4;
    *at++ = 0x81;
    *at++ = 8;
    for (unsigned int i = 0; i < 8; i++) {
        *at++ = (uint8_t)(r->id >> (56 - 8 * i));
    }
    *at++ = 0x82;
    *at++ = 0x82;
    *at++ = (uint8_t)((size - 14) >> 8);
    *at++ = (uint8_t)(size - 14);
    for (size_t i = 0; i < size - 14; i++) {
        at[i] = (uint8_t)(r->id >> (8 * (i % 4)) ^ 0x6b);
    }
    return size + 4;
}

static void fill_header(const struct world *w, const struct record *r, char liid[8], struct xk_ps_header *h)
{
    (void)snprintf(liid, 8, "LI-%u", r->warrant);
    xk_ps_header_init(h);
    h->liid = xk_text(liid);
    memcpy(h->authorization_country, r->warrant % 2 == 0 ? "AA" : "BB", 2);
    h->operator_identifier = xk_text("12345");
    if (r->warrant > 1) {
        h->network_element = xk_text("df");
    }
    h->has_identity_number = true;
    h->identity_number = r->call;
    h->time_form = XK_PS_TIME_MICROSECONDS;
    h->time = moment(w).utc;
}

static enum xk_status put_record(struct world *w, struct record *r)
{
    uint8_t octets[4096];
    char liid[8];
    struct xk_delivery_record put;
    uint32_t number = 0;
    memset(&put, 0, sizeof put);
    put.size = sizeof put;
    put.cookie = cookie_of(r);
    put.module = r->warrant % 2 == 0 ? XK_HI2_UMTS : XK_HI2_EPS;
    put.form = XK_PS_BARE_PARAMETERS;
    size_t size = encode_record(r, octets);
    put.record = (struct xk_bytes){octets, size};
    fill_header(w, r, liid, &put.header);
    enum xk_status status = xk_delivery_put(w->sides[w->home[r->warrant]].session, moment(w), &put, &number, NULL);
    if (w->torn) {
        return XK_E_JOURNAL;
    }
    if (status == XK_OK) {
        if (r->numbered && r->number != number) {
            broken(w, "a repeated put got another number");
        }
        if (r->numbered) {
            see(w, SEEN_SAME_NUMBER_AGAIN);
        }
        r->numbered = true;
        r->number = number;
        r->epoch = w->epoch;
        r->state = RECORD_IN;
    }
    return status;
}

static bool put_one(struct world *w, struct record *r)
{
    enum xk_status status = put_record(w, r);
    if (status == XK_E_FULL) {
        see(w, SEEN_FULL);
    } else if (status == XK_E_ALREADY) {
        see(w, SEEN_ALREADY);
        check_already(w, &w->sides[w->home[r->warrant]], r);
        r->state = RECORD_DONE;
    } else if (status != XK_OK && status != XK_E_JOURNAL) {
        fprintf(stderr, "put: %s\n", xk_status_name(status));
        broken(w, "a put is refused without reason");
    }
    return status == XK_OK || status == XK_E_ALREADY;
}

/* In the order of their numbers, if they have some; else as they came. */
void host_put(struct world *w)
{
    struct xk_record known;
    uint32_t position = 0;
    bool blocked[SESSIONS] = {false, false};
    while (!w->torn && xk_counters_next(w->counters, &position, &known) == XK_OK) {
        struct record *r = record_of(w, &known.cookie);
        if (r->state == RECORD_NEW && !blocked[w->home[r->warrant]] && !put_one(w, r)) {
            blocked[w->home[r->warrant]] = true;
        }
    }
    for (unsigned int i = 0; i < w->record_count && !w->torn; i++) {
        struct record *r = &w->records[i];
        if (r->state == RECORD_NEW && !blocked[w->home[r->warrant]] && !put_one(w, r)) {
            blocked[w->home[r->warrant]] = true;
        }
    }
}

static void take_hole(struct world *w, const struct xk_delivery_event *event)
{
    struct record *r = record_of(w, &event->cookie);
    if (r->state != RECORD_IN || r->number != event->number) {
        broken(w, "a hole where there is none");
    }
    r->maybe = event->sent;
    r->state = RECORD_HOLE;
    r->settled = true;
    if (event->status == XK_E_LATE && (w->no_faults || chance(w, 50))) {
        r->state = RECORD_NEW; /* made anew */
        r->settled = false;
    } else if (event->status == XK_E_LATE) {
        struct xk_record known;
        if (xk_counters_forget(w->counters, &event->cookie, &known) != XK_OK || known.number != r->number) {
            broken(w, "a record that was too old cannot be forgotten");
        }
    }
    see(w, event->status == XK_E_LATE ? SEEN_HOLE_LATE : SEEN_HOLE_PURGED);
    if (event->sent) {
        see(w, SEEN_HOLE_SENT);
    }
}

static void take_close(struct world *w, struct side *side, enum xk_status status)
{
    enum seen what = status == XK_E_SILENT                                ? SEEN_CLOSE_SILENT
                     : status == XK_E_SLOW                                ? SEEN_CLOSE_SLOW
                     : status == XK_E_FLOOD                               ? SEEN_CLOSE_FLOOD
                     : status == XK_OK                                    ? SEEN_CLOSE_HOST
                     : status == XK_E_ANSWER || status == XK_E_UNEXPECTED ? SEEN_CLOSE_NEGOTIATION
                                                                          : SEEN_CLOSE_GARBAGE;
    see(w, what);
    transport_cut(w, side, false);
}

static void take_event(struct world *w, struct side *side, const struct xk_delivery_event *event)
{
    struct record *r;
    switch (event->kind) {
    case XK_DELIVERY_CONNECT:
        side->asked_to_connect = true;
        break;
    case XK_DELIVERY_CLOSE:
        take_close(w, side, event->status);
        break;
    case XK_DELIVERY_NEGOTIATED:
        side->acknowledging = event->acknowledgement;
        see(w, event->acknowledgement ? SEEN_NEGOTIATED : SEEN_NEGOTIATED_NOT);
        break;
    case XK_DELIVERY_DELIVERED:
        r = record_of(w, &event->cookie);
        check_delivered(w, side, r);
        r->state = RECORD_DONE;
        break;
    case XK_DELIVERY_HOLE:
        take_hole(w, event);
        break;
    case XK_DELIVERY_ROOM:
        see(w, SEEN_ROOM);
        break;
    case XK_DELIVERY_UNEXPECTED:
        see(w, event->status == XK_E_ANSWER       ? SEEN_UNEXPECTED_ANSWER
               : event->status == XK_E_UNEXPECTED ? SEEN_UNEXPECTED_KIND
                                                  : SEEN_UNEXPECTED_UNREADABLE);
        break;
    case XK_DELIVERY_MESSAGE:
        if (event->message.size != 5 || memcmp(event->message.data, "hello", 5) != 0) {
            broken(w, "a message is garbled");
        }
        see(w, SEEN_MESSAGE);
        break;
    case XK_DELIVERY_RESET:
        see(w, SEEN_RESET);
        break;
    case XK_DELIVERY_NOTHING:
    case XK_DELIVERY_UNCHECKED:
        break;
    }
}

void host_events(struct world *w, struct side *side)
{
    struct xk_delivery_event event;
    while (!w->torn && xk_delivery_next_event(side->session, &event)) {
        take_event(w, side, &event);
    }
}

/* The warrant ends: nothing of it may be left in the sessions' memory, and its records are holes or done. */
void host_purge(struct world *w)
{
    unsigned int warrant = (unsigned int)draw(w, WARRANTS);
    struct side *side = &w->sides[w->home[warrant]];
    char liid[8];
    (void)snprintf(liid, sizeof liid, "LI-%u", warrant);
    if (w->ended[warrant] || w->strict) {
        return;
    }
    w->ended[warrant] = true;
    host_events(w, side);
    if (xk_delivery_purge(side->session, moment(w), xk_text(liid), warrant % 2 == 0 ? "BB" : "AA", NULL) != XK_OK) {
        broken(w, "a purge is refused");
    }
    if (xk_delivery_purge(side->session, moment(w), xk_text(liid), warrant % 2 == 0 ? "AA" : "BB", NULL) != XK_OK) {
        broken(w, "a purge is refused");
    }
    host_events(w, side);
    if (w->torn) {
        return;
    }
    for (unsigned int i = 0; i < w->record_count; i++) {
        struct record *r = &w->records[i];
        if (r->warrant == warrant && r->state == RECORD_IN) {
            broken(w, "a purged record is still there");
        }
        if (r->warrant == warrant && r->state == RECORD_NEW) {
            r->state = RECORD_HOLE; /* never put again, whatever number it may have had */
            r->maybe = true;
            r->settled = true;
        }
    }
    check_no_trace(w, warrant);
    if (xk_counters_purge(w->counters, xk_text(liid), warrant % 2 == 0 ? "AA" : "BB", NULL) != XK_OK) {
        broken(w, "the counters cannot be purged");
    }
}

void host_settle(struct world *w)
{
    for (unsigned int i = 0; i < w->record_count && !w->torn; i++) {
        struct record *r = &w->records[i];
        struct xk_cookie cookie = cookie_of(r);
        if (r->state == RECORD_DONE && !r->settled && chance(w, 60)) {
            (void)xk_counters_settle(w->counters, &cookie);
            r->settled = !w->torn;
        }
    }
}

void host_say(struct world *w)
{
    struct side *side = &w->sides[draw(w, w->side_count)];
    struct record about;
    struct xk_ps_header header;
    struct xk_tri tri;
    char liid[8];
    memset(&about, 0, sizeof about);
    about.warrant = (unsigned int)draw(w, WARRANTS);
    if (w->ended[about.warrant]) {
        return;
    }
    fill_header(w, &about, liid, &header);
    xk_tri_init(&tri, chance(w, 50) ? XK_TRI_TEST_PDU : XK_TRI_OPERATOR_LEA_MESSAGE);
    tri.priority = XK_TRI_PRIORITY_INFORMATIONAL;
    tri.octets = xk_text("hello");
    enum xk_status status = xk_delivery_put_tri(side->session, moment(w), &header, &tri, NULL);
    if (status != XK_OK && status != XK_E_FULL && status != XK_E_JOURNAL) {
        broken(w, "a TRI is refused");
    }
}
