/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "df2/df2.h"
#include "df2/owed.h"
#include "support/support.h"

static size_t place_of(const struct outbox *o, size_t link, const struct xk_cookie *cookie)
{
    uint64_t hash;
    memcpy(&hash, cookie->octets, sizeof hash); /* random already */
    return (size_t)(hash + link * UINT64_C(0x9e3779b97f4a7c15)) & (o->places - 1);
}

struct owed *owed_find(const struct outbox *o, size_t link, const struct xk_cookie *cookie)
{
    struct owed *owed = o->table[place_of(o, link, cookie)];
    while (owed != NULL && (owed->link != link || memcmp(&owed->cookie, cookie, sizeof *cookie) != 0)) {
        owed = owed->next;
    }
    return owed;
}

static bool grow(struct outbox *o)
{
    struct outbox larger = {.places = o->places == 0 ? 1024 : 2 * o->places};
    larger.table = calloc(larger.places, sizeof(struct owed *));
    if (larger.table == NULL) {
        return false;
    }
    for (struct owed *owed = o->first; owed != NULL; owed = owed->later) {
        size_t place = place_of(&larger, owed->link, &owed->cookie);
        owed->next = larger.table[place];
        larger.table[place] = owed;
    }
    free(o->table);
    o->table = larger.table;
    o->places = larger.places;
    return true;
}

bool owed_insert(struct outbox *o, struct owed *owed)
{
    if (o->count >= o->places && !grow(o)) {
        return false;
    }
    size_t place = place_of(o, owed->link, &owed->cookie);
    owed->next = o->table[place];
    o->table[place] = owed;
    owed->earlier = o->last;
    *(o->last != NULL ? &o->last->later : &o->first) = owed;
    o->last = owed;
    o->octets += owed->size;
    o->waiting[owed->link] += owed->request == 0 && !owed->held;
    o->count++;
    return true;
}

void owed_forget(struct outbox *o, struct owed *owed)
{
    struct owed **at = &o->table[place_of(o, owed->link, &owed->cookie)];
    while (*at != owed) {
        at = &(*at)->next;
    }
    *at = owed->next;
    *(owed->earlier != NULL ? &owed->earlier->later : &o->first) = owed->later;
    *(owed->later != NULL ? &owed->later->earlier : &o->last) = owed->earlier;
    o->octets -= owed->size;
    o->waiting[owed->link] -= owed->request == 0 && !owed->held;
    o->count--;
    OPENSSL_cleanse(owed, sizeof *owed + owed->size); /* SDP may hold keys */
    free(owed);
}

struct owed *owed_make(size_t link, const struct xk_cookie *cookie, struct xk_bytes record)
{
    struct owed *owed = calloc(1, sizeof *owed + record.size);
    if (owed != NULL) {
        owed->link = link;
        owed->cookie = *cookie;
        owed->size = record.size;
        if (record.size > 0) {
            memcpy(owed->record, record.data, record.size);
        }
    }
    return owed;
}

/* Puts one record into its session. */
static enum xk_status put(struct df2 *df2, struct owed *owed, struct xk_bytes octets)
{
    const struct warrant *warrant = warrants_find(df2->warrants, owed->warrant);
    struct xk_delivery_record record = {.size = sizeof record, .cookie = owed->cookie, .record = octets};
    struct xk_warrant as;
    struct xk_iri_event event;
    struct xk_diag diag = {XK_OK, 0, ""};
    if (warrant == NULL) {
        return XK_E_UNKNOWN;
    }
    memset(&event, 0, sizeof event);
    warrant_fill(warrant, &as);
    as.has_cin = true;
    as.cin = owed->cin;
    event.warrant = &as;
    event.time = owed->time;
    xk_ps_header_init(&record.header);
    record.module = owed->module;
    enum xk_status status = xk_ps_header_from_event(&event, &record.header);
    status = status == XK_OK ? hi2_put(&df2->hi2.links[owed->link], &record, &diag) : status;
    if (status != XK_OK && status != XK_E_FULL && status != XK_E_EXISTS && status != XK_E_ALREADY) {
        fprintf(stderr, "df2: a record cannot be delivered: %s (%s)\n", xk_status_text(status), diag.field);
    }
    return status;
}

static void tell_done(struct df2 *df2, const struct owed *owed)
{
    if (owed->request == 0) {
        (void)state_put(&df2->state, STATE_DONE, (uint32_t)owed->link,
                        (struct xk_bytes){owed->cookie.octets, sizeof owed->cookie.octets});
    }
}

/* False when it has to wait; else it is in the session, or cannot be delivered and is forgotten. */
static bool try_put(struct df2 *df2, struct owed *owed)
{
    enum xk_status status = put(df2, owed, (struct xk_bytes){owed->record, owed->size});
    if (status == XK_E_FULL || status == XK_E_JOURNAL) {
        return false;
    }
    if (status == XK_OK || status == XK_E_EXISTS) {
        owed->held = true;
        df2->outbox.waiting[owed->link]--;
        return true;
    }
    /* Delivered before a crash, or refused for good and told. */
    (void)xk_counters_settle(df2->hi2.links[owed->link].counters, &owed->cookie);
    tell_done(df2, owed);
    owed_forget(&df2->outbox, owed);
    return true;
}

void outbox_open(struct df2 *df2)
{
    df2->outbox.octets_max = (size_t)options_number(&df2->options, "owed", 67108864, 65536, 1073741824);
    df2->outbox.waiting = calloc(df2->hi2.count, sizeof *df2->outbox.waiting);
    if (df2->outbox.waiting == NULL || !grow(&df2->outbox)) {
        die("no memory");
    }
}

void outbox_close(struct df2 *df2)
{
    while (df2->outbox.first != NULL) {
        owed_forget(&df2->outbox, df2->outbox.first);
    }
    free(df2->outbox.table);
    free(df2->outbox.waiting);
}

bool outbox_has_room(const struct df2 *df2)
{
    return df2->outbox.octets < df2->outbox.octets_max;
}

bool outbox_put(struct df2 *df2, uint64_t warrant, uint32_t cin, struct xk_utc time, struct xk_bytes record)
{
    const struct warrant *w = warrants_find(df2->warrants, warrant);
    struct xk_cookie cookie;
    if (w == NULL || !fill_random(cookie.octets, sizeof cookie.octets, NULL)) {
        return false;
    }
    for (size_t i = 0; i < w->destination_count; i++) {
        size_t link = w->destinations[i];
        struct owed *owed = owed_make(link, &cookie, record);
        if (owed == NULL) {
            return false;
        }
        owed->warrant = warrant;
        owed->cin = cin;
        owed->time = time;
        owed->module = w->module;
        bool first = df2->outbox.waiting[link] == 0;
        if (!owed_save(df2, owed) || !owed_insert(&df2->outbox, owed)) {
            OPENSSL_cleanse(owed, sizeof *owed + owed->size);
            free(owed);
            return false;
        }
        if (first) {
            (void)try_put(df2, owed);
        }
    }
    return true;
}

static bool put_outcome(struct df2 *df2, size_t link, const struct owed *like, struct xk_bytes record)
{
    struct owed *known = owed_find(&df2->outbox, link, &like->cookie);
    if (known != NULL) {
        return true; /* by an earlier offer, when another LEMF had no room */
    }
    struct owed *owed = owed_make(link, &like->cookie, (struct xk_bytes){NULL, 0});
    if (owed == NULL || df2->outbox.waiting[link] > 0) {
        free(owed);
        return false;
    }
    owed->warrant = like->warrant;
    owed->cin = like->cin;
    owed->time = like->time;
    owed->module = like->module;
    owed->request = like->request;
    enum xk_status status = put(df2, owed, record);
    owed->held = true;
    owed->delivered = status == XK_E_ALREADY;
    if ((status != XK_OK && status != XK_E_EXISTS && status != XK_E_ALREADY) || !owed_insert(&df2->outbox, owed)) {
        free(owed);
        return false;
    }
    return true;
}

struct xk_utc outbox_time_of(const struct df2 *df2, const struct xk_outcome_id *id)
{
    struct xk_cookie cookie;
    struct xk_record record;
    memcpy(cookie.octets, id->octets, sizeof cookie.octets);
    for (size_t i = 0; i < df2->hi2.count; i++) {
        if (xk_counters_find(df2->hi2.links[i].counters, &cookie, &record) == XK_OK) {
            return record.time;
        }
    }
    return df2_utc();
}

/* Has every LEMF of the warrant the record of this outcome? Then its numbers are settled, and it is forgotten. */
bool outbox_finish_outcome(struct df2 *df2, uint64_t warrant, const struct xk_outcome_id *id)
{
    const struct warrant *w = warrants_find(df2->warrants, warrant);
    struct xk_cookie cookie;
    memcpy(cookie.octets, id->octets, sizeof cookie.octets);
    for (size_t i = 0; w != NULL && i < w->destination_count; i++) {
        const struct owed *owed = owed_find(&df2->outbox, w->destinations[i], &cookie);
        if (owed == NULL || !owed->delivered) {
            return false;
        }
    }
    for (size_t i = 0; i < df2->hi2.count; i++) {
        struct owed *owed = owed_find(&df2->outbox, i, &cookie);
        if (owed != NULL) {
            owed_forget(&df2->outbox, owed);
        }
    }
    return true;
}

void outbox_settle_outcome(struct df2 *df2, const struct xk_outcome_id *id)
{
    struct xk_cookie cookie;
    memcpy(cookie.octets, id->octets, sizeof cookie.octets);
    for (size_t i = 0; i < df2->hi2.count; i++) {
        (void)xk_counters_settle(df2->hi2.links[i].counters, &cookie);
    }
}

bool outbox_put_outcome(struct df2 *df2, uint64_t warrant, uint32_t cin, struct xk_utc time, uint64_t request,
                        const struct xk_outcome_id *id, struct xk_bytes record)
{
    const struct warrant *w = warrants_find(df2->warrants, warrant);
    struct owed like = {.warrant = warrant, .cin = cin, .time = time, .request = request};
    bool good = w != NULL;
    memcpy(like.cookie.octets, id->octets, sizeof like.cookie.octets);
    for (size_t i = 0; good && i < w->destination_count; i++) {
        like.module = w->module;
        good = put_outcome(df2, w->destinations[i], &like, record) && good;
    }
    return good;
}

void outbox_delivered(struct df2 *df2, struct hi2_link *link, const struct xk_cookie *cookie)
{
    struct owed *owed = owed_find(&df2->outbox, (size_t)(link - df2->hi2.links), cookie);
    if (owed == NULL) {
        (void)xk_counters_settle(link->counters, cookie);
        return;
    }
    owed->delivered = true;
    if (owed->request != 0) {
        timeline_arrow(&df2->timeline, ARROW_ANSWER, link->name, "df2", "record acknowledged");
        struct xk_outcome_id id;
        const uint64_t request = owed->request;
        memcpy(id.octets, cookie->octets, sizeof id.octets);
        if (outbox_finish_outcome(df2, owed->warrant, &id) &&
            xk_requester_acknowledge(df2->requester, loop_now(), request, &id) == XK_OK) {
            outbox_settle_outcome(df2, &id);
        }
        return;
    }
    (void)xk_counters_settle(link->counters, cookie);
    tell_done(df2, owed);
    owed_forget(&df2->outbox, owed);
}

/* Too old: a record of its own is put again, keys are asked for again. Purged: gone. */
void outbox_hole(struct df2 *df2, struct hi2_link *link, const struct xk_cookie *cookie, enum xk_status status)
{
    struct owed *owed = owed_find(&df2->outbox, (size_t)(link - df2->hi2.links), cookie);
    if (owed == NULL) {
        return;
    }
    if (status == XK_OK) {
        tell_done(df2, owed);
        owed_forget(&df2->outbox, owed);
    } else if (owed->request == 0) {
        owed->held = false;
        df2->outbox.waiting[owed->link]++;
        (void)try_put(df2, owed);
    } else {
        struct xk_outcome_id id;
        const uint64_t request = owed->request;
        memcpy(id.octets, cookie->octets, sizeof id.octets);
        owed_forget(&df2->outbox, owed);
        (void)xk_requester_release(df2->requester, loop_now(), request, &id);
    }
}

static void offer(struct df2 *df2, size_t link)
{
    struct owed *later = NULL;
    for (struct owed *owed = df2->outbox.first; owed != NULL && df2->outbox.waiting[link] > 0; owed = later) {
        later = owed->later;
        if (owed->link == link && owed->request == 0 && !owed->held && !try_put(df2, owed)) {
            return;
        }
    }
}

void outbox_room(struct df2 *df2, struct hi2_link *link)
{
    size_t place = (size_t)(link - df2->hi2.links);
    offer(df2, place);
    if (df2->outbox.waiting[place] == 0) {
        (void)xk_requester_resume(df2->requester, loop_now(), 0, NULL);
    }
    intake_resume(df2);
}

void outbox_start(struct df2 *df2)
{
    for (size_t i = 0; i < df2->hi2.count; i++) {
        offer(df2, i);
    }
}

void outbox_purge(struct df2 *df2, uint64_t warrant)
{
    struct owed *later = NULL;
    for (struct owed *owed = df2->outbox.first; owed != NULL; owed = later) {
        later = owed->later;
        if (owed->warrant == warrant) {
            tell_done(df2, owed);
            owed_forget(&df2->outbox, owed);
        }
    }
}
