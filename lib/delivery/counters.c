/* SPDX-License-Identifier: BSD-2-Clause */
/* Making and ending a counters object, and what a host asks of it. */
#include "delivery/counters.h"

#include <string.h>

#include <xk/secret.h>

#include "delivery/state.h"
#include "hi2/ps_header.h"
#include "support/diag.h"
#include "support/memory.h"
#include "support/sized.h"

#define CONFIG_FIRST XKI_SIZED_FIRST(struct xk_counters_config, state_lost)
#define USAGE_FIRST XKI_SIZED_FIRST(struct xk_counters_usage, memory)
#define LEAST_BLOCK 65536u /* blocks of this size are left out of core dumps */
#define ALIGNMENT 16u

const char *xk_record_state_name(enum xk_record_state state)
{
    switch (state) {
    case XK_RECORD_RESERVED:
        return "RESERVED";
    case XK_RECORD_HELD:
        return "HELD";
    case XK_RECORD_DELIVERED:
        return "DELIVERED";
    }
    return "?";
}

void xk_counters_config_defaults(struct xk_counters_config *config, size_t size)
{
    struct xk_counters_config all;
    if (config == NULL || size < CONFIG_FIRST || size > sizeof all) {
        return;
    }
    memset(&all, 0, sizeof all);
    all.size = size;
    all.max_contexts = 4096;
    all.max_records = 4096;
    all.max_lemfs = 16;
    all.max_context_size = 128;
    all.state_lost = true;
    memcpy(config, &all, size);
}

static bool within(uint32_t value, uint32_t low, uint32_t high)
{
    return value >= low && value <= high;
}

static const char *wrong_member(const struct xk_counters_config *c)
{
    if (!within(c->max_contexts, 1, XK_COUNTERS_MAX)) {
        return "max_contexts";
    }
    if (!within(c->max_records, 1, XK_COUNTERS_MAX)) {
        return "max_records";
    }
    if (!within(c->max_lemfs, 1, XK_COUNTERS_LEMFS_MAX)) {
        return "max_lemfs";
    }
    return within(c->max_context_size, 64, XK_CONTEXT_SIZE_MAX) ? NULL : "max_context_size";
}

static size_t take(size_t *at, size_t size)
{
    size_t start = *at;
    *at += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return start;
}

/* Where each array lies in the one block; with `c` it is told there. */
static size_t lay_out(const struct xk_counters_config *config, struct xk_counters *c)
{
    size_t at = 0;
    (void)take(&at, sizeof *c);
    size_t contexts = take(&at, config->max_contexts * sizeof(struct xki_dl_context));
    size_t keys = take(&at, (size_t)config->max_contexts * config->max_context_size);
    size_t entries = take(&at, config->max_records * sizeof(struct xki_dl_entry));
    size_t lemfs = take(&at, config->max_lemfs * sizeof(struct xki_dl_lemf));
    size_t context_cells = take(&at, xki_idmap_cells(config->max_contexts) * sizeof(uint64_t));
    size_t entry_cells = take(&at, xki_idmap_cells(config->max_records) * sizeof(uint64_t));
    size_t scratch = take(&at, XKI_DL_STATE_SCRATCH(config->max_context_size));
    if (c != NULL) {
        uint8_t *block = (uint8_t *)c;
        c->contexts = (struct xki_dl_context *)(void *)(block + contexts);
        c->keys = block + keys;
        c->entries = (struct xki_dl_entry *)(void *)(block + entries);
        c->lemfs = (struct xki_dl_lemf *)(void *)(block + lemfs);
        xki_idmap_init(&c->context_map, (uint64_t *)(void *)(block + context_cells),
                       xki_idmap_cells(config->max_contexts));
        xki_idmap_init(&c->entry_map, (uint64_t *)(void *)(block + entry_cells), xki_idmap_cells(config->max_records));
        c->scratch = block + scratch;
    }
    return at > LEAST_BLOCK ? at : LEAST_BLOCK;
}

void xki_dl_counters_clear(struct xk_counters *c)
{
    size_t head = (size_t)((uint8_t *)c->contexts - (uint8_t *)c);
    xk_wipe((uint8_t *)c + head, c->memory - head);
    for (uint32_t i = 0; i < c->config.max_contexts; i++) {
        c->contexts[i].next_free = i + 1 < c->config.max_contexts ? i + 1 : XKI_DL_NONE;
    }
    for (uint32_t i = 0; i < c->config.max_records; i++) {
        c->entries[i].next = i + 1 < c->config.max_records ? i + 1 : XKI_DL_NONE;
    }
    c->free_context = 0;
    c->free_entry = 0;
    c->first_entry = XKI_DL_NONE;
    c->last_entry = XKI_DL_NONE;
    c->context_count = 0;
    c->entry_count = 0;
    c->lemf_count = 0;
}

enum xk_status xk_counters_create(const struct xk_counters_config *config,
                                  const struct xk_counters_callbacks *callbacks, const struct xk_allocator *allocator,
                                  void *user, struct xk_counters **counters, struct xk_diag *diag)
{
    static const struct xk_counters_callbacks none = {sizeof none, NULL};
    struct xk_counters_config full;
    callbacks = callbacks == NULL ? &none : callbacks;
    allocator = allocator == NULL ? &xki_memory : allocator;
    xk_counters_config_init(&full);
    if (config == NULL || counters == NULL || allocator->allocate == NULL || allocator->release == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (!xki_sized_read(&full, config, CONFIG_FIRST, sizeof full) || callbacks->size != sizeof *callbacks ||
        allocator->size != sizeof *allocator) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    const char *wrong = wrong_member(&full);
    if (wrong != NULL) {
        return xki_fail(diag, XK_E_CONFIG, 0, wrong);
    }
    size_t memory = lay_out(&full, NULL);
    struct xk_counters *c = allocator->allocate(memory, allocator->user);
    if (c == NULL) {
        return xki_fail(diag, XK_E_MEMORY, memory, "");
    }
    memset(c, 0, sizeof *c);
    c->config = full;
    c->callbacks = *callbacks;
    c->allocator = *allocator;
    c->user = user;
    c->memory = memory;
    (void)lay_out(&full, c);
    xki_dl_counters_clear(c);
    *counters = c;
    return XK_OK;
}

enum xk_status xk_counters_destroy(struct xk_counters *counters)
{
    if (counters == NULL) {
        return XK_OK;
    }
    if (counters->in_callback || counters->sessions > 0) {
        return XK_E_BUSY;
    }
    struct xk_allocator allocator = counters->allocator;
    size_t memory = counters->memory;
    xk_wipe(counters, memory);
    allocator.release(counters, memory, allocator.user);
    return XK_OK;
}

static void tell(const struct xki_dl_entry *entry, struct xk_record *record)
{
    record->cookie = entry->cookie;
    record->state = (enum xk_record_state)entry->state;
    record->number = entry->number;
    record->time = entry->time;
}

enum xk_status xk_counters_find(const struct xk_counters *counters, const struct xk_cookie *cookie,
                                struct xk_record *record)
{
    if (counters == NULL || cookie == NULL || record == NULL) {
        return XK_E_ARGUMENT;
    }
    uint32_t entry = xki_dl_find_entry(counters, cookie);
    if (entry == XKI_DL_NONE) {
        return XK_E_UNKNOWN;
    }
    tell(&counters->entries[entry], record);
    return XK_OK;
}

/* The position is the record told last, and 1: the list knows what comes after it. */
enum xk_status xk_counters_next(const struct xk_counters *counters, uint32_t *position, struct xk_record *record)
{
    if (counters == NULL || position == NULL || record == NULL || *position > counters->config.max_records) {
        return XK_E_ARGUMENT;
    }
    uint32_t entry = *position == 0 ? counters->first_entry : counters->entries[*position - 1].next;
    if (entry == XKI_DL_NONE || counters->entries[entry].state == 0) {
        return XK_E_UNKNOWN;
    }
    tell(&counters->entries[entry], record);
    *position = entry + 1;
    return XK_OK;
}

enum xk_status xk_counters_settle(struct xk_counters *counters, const struct xk_cookie *cookie)
{
    if (counters == NULL || cookie == NULL) {
        return XK_E_ARGUMENT;
    }
    if (counters->in_callback) {
        return XK_E_BUSY;
    }
    uint32_t entry = xki_dl_find_entry(counters, cookie);
    if (entry == XKI_DL_NONE) {
        return XK_E_UNKNOWN;
    }
    if (counters->entries[entry].state != XK_RECORD_DELIVERED) {
        return XK_E_LATE;
    }
    xki_dl_gone(counters, entry);
    return XK_OK;
}

enum xk_status xk_counters_forget(struct xk_counters *counters, const struct xk_cookie *cookie,
                                  struct xk_record *record)
{
    if (counters == NULL || cookie == NULL) {
        return XK_E_ARGUMENT;
    }
    if (counters->in_callback) {
        return XK_E_BUSY;
    }
    uint32_t entry = xki_dl_find_entry(counters, cookie);
    if (entry == XKI_DL_NONE) {
        return XK_E_UNKNOWN;
    }
    if (counters->entries[entry].state == XK_RECORD_HELD) {
        return XK_E_EXISTS;
    }
    if (record != NULL) {
        tell(&counters->entries[entry], record);
    }
    xki_dl_gone(counters, entry);
    return XK_OK;
}

/* A key names class, LIID and communication; what ends has all but the class. */
enum xk_status xk_counters_end(struct xk_counters *counters, const struct xk_ps_header *header, uint32_t *ended)
{
    struct xki_dl_key key;
    struct xki_dl_body body;
    uint32_t count = 0;
    xki_dl_body_begin(&body);
    if (counters == NULL || header == NULL || header->size != sizeof *header) {
        return XK_E_ARGUMENT;
    }
    if (counters->in_callback) {
        return XK_E_BUSY;
    }
    enum xk_status status = xki_hi2_check_header(header, NULL);
    if (status == XK_OK) {
        status = xki_dl_make_key(counters, header, 0, &key);
    }
    if (status != XK_OK) {
        return status;
    }
    for (uint32_t i = 0; i < counters->config.max_contexts; i++) {
        struct xki_dl_context *context = &counters->contexts[i];
        const uint8_t *octets = xki_dl_context_key(counters, i);
        if (context->in_use && context->key_size == key.size && memcmp(octets + 1, key.octets + 1, key.size - 1) == 0) {
            body.key = (struct xk_bytes){octets, context->key_size};
            (void)xki_dl_journal(counters, XKI_DL_CONTEXT_ENDED, &body);
            xki_dl_end_context(counters, i);
            count++;
        }
    }
    if (ended != NULL) {
        *ended = count;
    }
    return XK_OK;
}

enum xk_status xk_counters_purge(struct xk_counters *counters, struct xk_bytes liid, const char country[2],
                                 uint32_t *forgotten)
{
    struct xki_dl_body body;
    xki_dl_body_begin(&body);
    if (counters == NULL || country == NULL || liid.data == NULL || liid.size == 0 || liid.size > XK_LIID_MAX) {
        return XK_E_ARGUMENT;
    }
    if (counters->in_callback) {
        return XK_E_BUSY;
    }
    for (uint32_t i = counters->first_entry; i != XKI_DL_NONE; i = counters->entries[i].next) {
        const struct xki_dl_entry *entry = &counters->entries[i];
        if (entry->state == XK_RECORD_HELD && !counters->contexts[entry->context].mixed &&
            xki_dl_context_is_of(counters, entry->context, liid, country)) {
            return XK_E_EXISTS;
        }
    }
    xki_dl_body_octets(&body, country, 2);
    body.key = liid;
    (void)xki_dl_journal(counters, XKI_DL_PURGED, &body);
    uint32_t count = xki_dl_purge(counters, liid, country);
    if (forgotten != NULL) {
        *forgotten = count;
    }
    return XK_OK;
}

enum xk_status xk_counters_read_usage(const struct xk_counters *counters, struct xk_counters_usage *usage)
{
    if (counters == NULL || usage == NULL) {
        return XK_E_ARGUMENT;
    }
    struct xk_counters_usage all = {sizeof all,         counters->context_count,  counters->entry_count,
                                    counters->sessions, counters->journal_failed, counters->memory};
    return xki_sized_write(usage, &all, USAGE_FIRST, sizeof all) ? XK_OK : XK_E_ARGUMENT;
}
