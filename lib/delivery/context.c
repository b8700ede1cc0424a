/* SPDX-License-Identifier: BSD-2-Clause */
/* Contexts and records of a counters object: how they are found, begun and ended, and how a number is given. */
#include <string.h>

#include <xk/secret.h>

#include "delivery/counters.h"
#include "delivery/state.h"
#include "hi2/ps_header.h"
#include "support/diag.h"

/* Contexts and cookies come from the host, not from a peer: nobody steers where they fall, and a plain mixing of eight
 * octets at a time will do. The last eight may have been seen in part. */
uint32_t xki_dl_hash(const uint8_t *octets, size_t size)
{
    uint64_t hash = size;
    uint64_t word = 0;
    if (size < sizeof word) {
        memcpy(&word, octets, size);
    } else {
        for (size_t at = 0; at < size - sizeof word; at += sizeof word) {
            memcpy(&word, octets + at, sizeof word);
            hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
            hash ^= hash >> 32;
        }
        memcpy(&word, octets + size - sizeof word, sizeof word);
    }
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(hash >> 32);
}

/* Written back to front, as all DER here, so that it ends where the space ends: one pass. Only what could be larger
 * than the space is measured first. */
enum xk_status xki_dl_make_key(const struct xk_counters *c, const struct xk_ps_header *header,
                               unsigned int payload_class, struct xki_dl_key *key)
{
    struct xki_der writer = xki_der_write(key->space + sizeof key->space);
    if (header->cin_extension.size > XKI_DL_KEY_USUAL) {
        key->size = 2 + header->liid.size + xki_hi2_with_communication(NULL, 0, header);
        if (key->size > c->config.max_context_size) {
            return XK_E_TOO_LARGE;
        }
    }
    writer.size = xki_hi2_with_communication(writer.end, writer.size, header);
    xki_der_raw(&writer, header->liid.data, header->liid.size);
    xki_der_octet(&writer, (unsigned int)header->liid.size);
    xki_der_octet(&writer, payload_class);
    key->size = writer.size;
    key->octets = writer.end - writer.size;
    if (key->size > c->config.max_context_size) {
        return XK_E_TOO_LARGE;
    }
    key->hash = xki_dl_hash(key->octets, key->size);
    return XK_OK;
}

uint32_t xki_dl_find_context(const struct xk_counters *c, const uint8_t *octets, size_t size, uint32_t hash)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t found = xki_idmap_find(&c->context_map, hash, &cursor);
    while (found != XKI_IDMAP_NONE) {
        if (c->contexts[found].key_size == size && memcmp(xki_dl_context_key(c, found), octets, size) == 0) {
            return found;
        }
        found = xki_idmap_find(&c->context_map, hash, &cursor);
    }
    return XKI_DL_NONE;
}

static uint32_t find_hashed(const struct xk_counters *c, const struct xk_cookie *cookie, uint32_t hash)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t found = xki_idmap_find(&c->entry_map, hash, &cursor);
    while (found != XKI_IDMAP_NONE) {
        if (memcmp(&c->entries[found].cookie, cookie, sizeof *cookie) == 0) {
            return found;
        }
        found = xki_idmap_find(&c->entry_map, hash, &cursor);
    }
    return XKI_DL_NONE;
}

uint32_t xki_dl_find_entry(const struct xk_counters *c, const struct xk_cookie *cookie)
{
    return find_hashed(c, cookie, xki_dl_hash(cookie->octets, sizeof cookie->octets));
}

void xki_dl_country(struct xki_dl_context *context, const char country[2])
{
    if (memcmp(context->country, country, 2) != 0) {
        context->mixed = 1;
    }
}

uint32_t xki_dl_add_context(struct xk_counters *c, const uint8_t *octets, size_t size, uint32_t hash,
                            const char country[2])
{
    uint32_t index = c->free_context;
    if (index == XKI_DL_NONE) {
        return XKI_DL_NONE;
    }
    struct xki_dl_context *context = &c->contexts[index];
    c->free_context = context->next_free;
    memset(context, 0, sizeof *context);
    context->in_use = 1;
    context->hash = hash;
    context->key_size = (uint16_t)size;
    memcpy(context->country, country, 2);
    memcpy(xki_dl_context_key(c, index), octets, size);
    xki_idmap_insert(&c->context_map, hash, index);
    c->context_count++;
    return index;
}

static void drop_context(struct xk_counters *c, uint32_t index)
{
    struct xki_dl_context *context = &c->contexts[index];
    xki_idmap_remove(&c->context_map, context->hash, index);
    xk_wipe(xki_dl_context_key(c, index), context->key_size);
    xk_wipe(context, sizeof *context);
    context->next_free = c->free_context;
    c->free_context = index;
    c->context_count--;
}

void xki_dl_end_context(struct xk_counters *c, uint32_t context)
{
    c->contexts[context].ended = 1;
    if (c->contexts[context].records == 0) {
        drop_context(c, context);
    }
}

static uint32_t add_hashed(struct xk_counters *c, const struct xk_cookie *cookie, uint32_t hash, uint32_t context)
{
    uint32_t index = c->free_entry;
    if (index == XKI_DL_NONE) {
        return XKI_DL_NONE;
    }
    struct xki_dl_entry *entry = &c->entries[index];
    c->free_entry = entry->next;
    memset(entry, 0, sizeof *entry);
    entry->cookie = *cookie;
    entry->context = context;
    entry->hash = hash;
    entry->state = XK_RECORD_RESERVED;
    entry->next = XKI_DL_NONE;
    entry->previous = c->last_entry;
    if (c->last_entry == XKI_DL_NONE) {
        c->first_entry = index;
    } else {
        c->entries[c->last_entry].next = index;
    }
    c->last_entry = index;
    c->contexts[context].records++;
    c->contexts[context].ended = 0;
    xki_idmap_insert(&c->entry_map, entry->hash, index);
    c->entry_count++;
    return index;
}

uint32_t xki_dl_add_entry(struct xk_counters *c, const struct xk_cookie *cookie, uint32_t context)
{
    return add_hashed(c, cookie, xki_dl_hash(cookie->octets, sizeof cookie->octets), context);
}

void xki_dl_drop_entry(struct xk_counters *c, uint32_t index)
{
    struct xki_dl_entry *entry = &c->entries[index];
    struct xki_dl_context *context = &c->contexts[entry->context];
    uint32_t context_index = entry->context;
    if (entry->previous == XKI_DL_NONE) {
        c->first_entry = entry->next;
    } else {
        c->entries[entry->previous].next = entry->next;
    }
    if (entry->next == XKI_DL_NONE) {
        c->last_entry = entry->previous;
    } else {
        c->entries[entry->next].previous = entry->previous;
    }
    xki_idmap_remove(&c->entry_map, entry->hash, index);
    xk_wipe(entry, sizeof *entry);
    entry->next = c->free_entry;
    c->free_entry = index;
    c->entry_count--;
    context->records--;
    if (context->ended && context->records == 0) {
        drop_context(c, context_index);
    }
}

enum xk_status xki_dl_prepare(const struct xk_counters *c, const struct xki_dl_key *key, const struct xk_cookie *cookie,
                              struct xk_utc time, struct xki_dl_number *number, struct xk_diag *diag)
{
    number->key = key;
    number->time = time;
    number->entry = XKI_DL_NONE;
    if (cookie != NULL) {
        number->hash = xki_dl_hash(cookie->octets, sizeof cookie->octets);
        number->entry = find_hashed(c, cookie, number->hash);
    }
    number->context = xki_dl_find_context(c, key->octets, key->size, key->hash);
    if (number->entry != XKI_DL_NONE) {
        const struct xki_dl_entry *entry = &c->entries[number->entry];
        if (entry->context != number->context) {
            return xki_fail(diag, XK_E_CONFLICT, 0, "cookie");
        }
        if (entry->state != XK_RECORD_RESERVED) {
            return xki_fail(diag, entry->state == XK_RECORD_HELD ? XK_E_EXISTS : XK_E_ALREADY, 0, "cookie");
        }
        number->number = entry->number;
        number->time = entry->time;
        return XK_OK;
    }
    if (cookie != NULL && c->free_entry == XKI_DL_NONE) {
        return xki_fail(diag, XK_E_FULL, 0, "max_records");
    }
    if (number->context == XKI_DL_NONE && c->free_context == XKI_DL_NONE) {
        return xki_fail(diag, XK_E_FULL, 0, "max_contexts");
    }
    number->number = number->context == XKI_DL_NONE ? 0 : c->contexts[number->context].next_number;
    return XK_OK;
}

static bool journal_number(struct xk_counters *c, const struct xki_dl_number *number, const struct xk_cookie *cookie,
                           const char country[2])
{
    struct xki_dl_body body;
    if (c->callbacks.journal == NULL) {
        return true;
    }
    xki_dl_body_begin(&body);
    if (cookie != NULL) {
        xki_dl_body_octets(&body, cookie, sizeof *cookie);
        xki_dl_body_number(&body, number->number, 4);
        xki_dl_body_number(&body, (uint64_t)number->time.seconds, 8);
        xki_dl_body_number(&body, number->time.microseconds, 4);
        xki_dl_body_octets(&body, country, 2);
    } else {
        const struct xki_dl_context *known = number->context == XKI_DL_NONE ? NULL : &c->contexts[number->context];
        xki_dl_body_number(&body, (uint32_t)(number->number + 1), 4);
        xki_dl_body_octets(&body, known == NULL ? country : known->country, 2);
        xki_dl_body_number(&body, known == NULL ? 0 : known->mixed, 1);
        xki_dl_body_number(&body, 0, 1);
    }
    body.key = (struct xk_bytes){number->key->octets, number->key->size};
    return xki_dl_journal(c, cookie != NULL ? XKI_DL_RESERVED : XKI_DL_CONTEXT, &body);
}

enum xk_status xki_dl_commit(struct xk_counters *c, struct xki_dl_number *number, const struct xk_cookie *cookie,
                             const char country[2], uint32_t *entry)
{
    if (number->entry != XKI_DL_NONE) {
        c->entries[number->entry].state = XK_RECORD_HELD;
        *entry = number->entry;
        return XK_OK;
    }
    if (!journal_number(c, number, cookie, country)) {
        return XK_E_JOURNAL;
    }
    if (number->context == XKI_DL_NONE) {
        number->context = xki_dl_add_context(c, number->key->octets, number->key->size, number->key->hash, country);
    }
    struct xki_dl_context *context = &c->contexts[number->context];
    context->next_number = number->number + 1;
    context->ended = 0;
    xki_dl_country(context, country);
    if (cookie != NULL) {
        *entry = add_hashed(c, cookie, number->hash, number->context);
        c->entries[*entry].number = number->number;
        c->entries[*entry].time = number->time;
        c->entries[*entry].state = XK_RECORD_HELD;
    }
    return XK_OK;
}

static void journal_cookie(struct xk_counters *c, enum xki_dl_kind kind, uint32_t entry)
{
    struct xki_dl_body body;
    if (c->callbacks.journal == NULL) {
        return;
    }
    xki_dl_body_begin(&body);
    xki_dl_body_octets(&body, &c->entries[entry].cookie, sizeof(struct xk_cookie));
    (void)xki_dl_journal(c, kind, &body);
}

void xki_dl_delivered(struct xk_counters *c, uint32_t entry)
{
    journal_cookie(c, XKI_DL_DELIVERED, entry);
    c->entries[entry].state = XK_RECORD_DELIVERED;
}

void xki_dl_let_go(struct xk_counters *c, uint32_t entry)
{
    c->entries[entry].state = XK_RECORD_RESERVED;
}

void xki_dl_gone(struct xk_counters *c, uint32_t entry)
{
    journal_cookie(c, XKI_DL_GONE, entry);
    xki_dl_drop_entry(c, entry);
}

bool xki_dl_context_is_of(const struct xk_counters *c, uint32_t context, struct xk_bytes liid, const char country[2])
{
    const uint8_t *key = xki_dl_context_key(c, context);
    return key[1] == liid.size && memcmp(key + 2, liid.data, liid.size) == 0 &&
           memcmp(c->contexts[context].country, country, 2) == 0;
}

uint32_t xki_dl_purge(struct xk_counters *c, struct xk_bytes liid, const char country[2])
{
    uint32_t forgotten = 0;
    uint32_t next;
    for (uint32_t i = c->first_entry; i != XKI_DL_NONE; i = next) {
        next = c->entries[i].next;
        uint32_t context = c->entries[i].context;
        if (!c->contexts[context].mixed && xki_dl_context_is_of(c, context, liid, country)) {
            forgotten += c->entries[i].state == XK_RECORD_RESERVED ? 1 : 0;
            xki_dl_drop_entry(c, i);
        }
    }
    for (uint32_t i = 0; i < c->config.max_contexts; i++) {
        const struct xki_dl_context *context = &c->contexts[i];
        if (context->in_use && !context->mixed && xki_dl_context_is_of(c, i, liid, country)) {
            xki_dl_end_context(c, i);
        }
    }
    return forgotten;
}

static struct xki_dl_lemf *find_lemf(struct xk_counters *c, uint32_t id)
{
    for (uint32_t i = 0; i < c->lemf_count; i++) {
        if (c->lemfs[i].id == id) {
            return &c->lemfs[i];
        }
    }
    return NULL;
}

static bool journal_lemf(struct xk_counters *c, uint32_t id, bool reset_owed)
{
    struct xki_dl_body body;
    xki_dl_body_begin(&body);
    xki_dl_body_number(&body, id, 4);
    xki_dl_body_number(&body, reset_owed ? 1 : 0, 1);
    return xki_dl_journal(c, XKI_DL_LEMF, &body);
}

enum xk_status xki_dl_know_lemf(struct xk_counters *c, uint32_t id, bool *reset_owed)
{
    struct xki_dl_lemf *lemf = find_lemf(c, id);
    if (lemf == NULL) {
        if (c->lemf_count == c->config.max_lemfs) {
            return XK_E_FULL;
        }
        if (!journal_lemf(c, id, c->config.state_lost)) {
            return XK_E_JOURNAL;
        }
        lemf = &c->lemfs[c->lemf_count++];
        lemf->id = id;
        lemf->reset_owed = c->config.state_lost ? 1 : 0;
    }
    *reset_owed = lemf->reset_owed != 0;
    return XK_OK;
}

void xki_dl_reset_done(struct xk_counters *c, uint32_t id)
{
    struct xki_dl_lemf *lemf = find_lemf(c, id);
    if (lemf != NULL) {
        lemf->reset_owed = 0;
        (void)journal_lemf(c, id, false);
    }
}
