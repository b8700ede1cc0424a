/* SPDX-License-Identifier: BSD-2-Clause */
/* Making and ending a session: configuration, its one block of memory, and what can be asked of it. */
#include <string.h>

#include <xk/secret.h>

#include "delivery/session.h"
#include "hi2/ps_header.h"
#include "support/diag.h"
#include "support/memory.h"
#include "support/sized.h"

#define CONFIG_FIRST XKI_SIZED_FIRST(struct xk_delivery_config, max_chains)
#define COUNTERS_FIRST XKI_SIZED_FIRST(struct xk_delivery_counters, clock_back)
#define USAGE_FIRST XKI_SIZED_FIRST(struct xk_delivery_usage, memory)
#define ALIGNMENT 16u
#define MAX_TIME 2592000000u /* 30 days */

void xk_delivery_config_defaults(struct xk_delivery_config *config, size_t size)
{
    struct xk_delivery_config all;
    if (config == NULL || size < CONFIG_FIRST || size > sizeof all) {
        return;
    }
    memset(&all, 0, sizeof all);
    all.size = size;
    xk_ps_header_init(&all.identity);
    all.identity.liid = xk_text("-");
    all.identity.time_form = XK_PS_TIME_MICROSECONDS;
    all.buffer_size = 1048576;
    all.max_records = 1024;
    all.max_age = 86400000;
    all.max_pdu = 65535;
    all.keep_alive = 300000;
    all.answer = 60000;
    all.stall = 60000;
    all.reconnect = 30000;
    all.negotiation = 60000;
    all.acknowledge_time = 5000;
    all.acknowledge_count = 100;
    all.acknowledge_wait = 60000;
    all.release = XK_RELEASE_FURTHER;
    all.further_octets = 262144;
    all.further_time = 900000;
    all.max_unexpected = 100;
    all.hash_time = 1000;
    all.hash_count = 1000;
    all.hash_size = 32;
    all.hash_algorithm = XK_TRI_HASH_SHA256;
    all.sign_time = 300000;
    all.sign_count = 15;
    all.sign_size = 128;
    all.max_chains = 64;
    memcpy(config, &all, size);
}

static bool within(uint32_t value, uint32_t low, uint32_t high)
{
    return value >= low && value <= high;
}

struct limit {
    const char *name;
    uint32_t value;
    uint32_t low;
    uint32_t high;
};

static const char *wrong_number(const struct xk_delivery_config *c)
{
    const struct limit limits[] = {
        {"buffer_size", c->buffer_size, XK_DELIVERY_BUFFER_MIN, XK_DELIVERY_BUFFER_MAX},
        {"max_records", c->max_records, 1, XK_DELIVERY_RECORDS_MAX},
        {"max_age", c->max_age, 1, MAX_TIME},
        {"max_pdu", c->max_pdu, 256, XK_PS_PDU_MAX},
        {"keep_alive", c->keep_alive, 0, MAX_TIME},
        {"answer", c->answer, 1, MAX_TIME},
        {"stall", c->stall, 1, MAX_TIME},
        {"reconnect", c->reconnect, 1, MAX_TIME},
        {"negotiation", c->negotiation, 1, MAX_TIME},
        {"acknowledgement", (uint32_t)c->acknowledgement, 0, XK_ACKNOWLEDGEMENT_NEGOTIATED},
        {"acknowledge_time", c->acknowledge_time, 1, MAX_TIME},
        {"acknowledge_count", c->acknowledge_count, 1, XK_DELIVERY_RECORDS_MAX},
        {"acknowledge_wait", c->acknowledge_wait, 1, MAX_TIME},
        {"release", (uint32_t)c->release, XK_RELEASE_TRANSPORT, XK_RELEASE_WRITTEN},
        {"further_time", c->further_time, 1, MAX_TIME},
        {"max_unexpected", c->max_unexpected, 1, UINT32_MAX},
        {"check_first", c->check_first, 0, 1},
        {"hash_time", c->hash_time, 1, MAX_TIME},
        {"hash_count", c->hash_count, 1, XK_DELIVERY_CHECK_MAX},
        {"hash_size", c->hash_size, 1, XK_DELIVERY_CHECK_VALUE_MAX},
        {"hash_algorithm", (uint32_t)c->hash_algorithm, 0, XK_TRI_HASH_SHA512},
        {"sign_time", c->sign_time, 1, MAX_TIME},
        {"sign_count", c->sign_count, 1, XK_DELIVERY_CHECK_MAX},
        {"sign_size", c->sign_size, 1, XK_DELIVERY_CHECK_VALUE_MAX},
        {"signature_algorithm", (uint32_t)c->signature_algorithm, 0, XK_TRI_SIGNATURE_EDDSA},
        {"max_chains", c->max_chains, 1, XK_DELIVERY_CHAINS_MAX},
    };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        if (!within(limits[i].value, limits[i].low, limits[i].high)) {
            return limits[i].name;
        }
    }
    return NULL;
}

/* What one member asks of another. */
static const char *wrong_member(const struct xk_delivery_config *c, const struct xk_delivery_callbacks *callbacks)
{
    const char *wrong = wrong_number(c);
    bool further = c->release == XK_RELEASE_FURTHER && c->acknowledgement != XK_ACKNOWLEDGEMENT_AGREED;
    if (wrong != NULL) {
        return wrong;
    }
    if (c->keep_alive == 0 && (c->acknowledgement == XK_ACKNOWLEDGEMENT_NEGOTIATED || further)) {
        return "keep_alive";
    }
    if (further && c->further_time <= c->keep_alive) {
        return "further_time";
    }
    if (c->sign && !c->integrity) {
        return "sign";
    }
    if (c->integrity && (callbacks->update == NULL || callbacks->finish == NULL)) {
        return "integrity";
    }
    return c->identity.time_form == XK_PS_TIME_ABSENT ? "identity" : NULL;
}

static size_t take(size_t *at, size_t size)
{
    size_t start = *at;
    *at += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return start;
}

static size_t lay_out(const struct xk_delivery_config *config, uint32_t key_size, struct xk_delivery *d)
{
    size_t chains = config->integrity ? config->max_chains : 0;
    size_t at = 0;
    (void)take(&at, sizeof *d);
    size_t slots = take(&at, config->max_records * sizeof(struct xki_dl_slot));
    size_t ring = take(&at, config->buffer_size);
    size_t chain = take(&at, chains * sizeof(struct xki_dl_chain));
    size_t keys = take(&at, chains * key_size);
    size_t headers = take(&at, chains * XKI_DL_CONTROL);
    size_t numbers = take(&at, chains * config->hash_count * sizeof(uint32_t));
    size_t covered = take(&at, chains * config->sign_count * sizeof(uint32_t));
    if (d != NULL) {
        uint8_t *block = (uint8_t *)d;
        d->slots = (struct xki_dl_slot *)(void *)(block + slots);
        d->ring = block + ring;
        d->chains = (struct xki_dl_chain *)(void *)(block + chain);
        d->chain_keys = block + keys;
        d->chain_headers = block + headers;
        d->chain_numbers = (uint32_t *)(void *)(block + numbers);
        d->chain_signed = (uint32_t *)(void *)(block + covered);
    }
    return at;
}

/* The header of all that the session says itself. Encoding it and reading it back copies it, whatever it holds. */
static enum xk_status keep_identity(struct xk_delivery *d, struct xk_diag *diag)
{
    struct xk_ps_header header = d->config.identity;
    struct xk_tri tri;
    size_t size = 0;
    header.liid = xk_text("-");
    header.sequence_number = UINT32_MAX;
    header.time.seconds = 0;
    header.time.microseconds = 0;
    xk_tri_init(&tri, XK_TRI_KEEP_ALIVE);
    enum xk_status status =
        xk_tri_encode(&header, &tri, d->identity_octets, sizeof d->identity_octets - 64, &size, diag);
    if (status == XK_E_SPACE) {
        return xki_fail(diag, XK_E_CONFIG, 0, "identity");
    }
    if (status == XK_OK) {
        status = xk_tri_decode(d->identity_octets, size, NULL, &d->identity, &tri, diag);
    }
    return status;
}

static enum xk_status first_reset(struct xk_delivery *d, struct xk_diag *diag)
{
    bool owed = false;
    enum xk_status status = xki_dl_know_lemf(d->counters, d->config.lemf, &owed);
    if (status != XK_OK) {
        return xki_fail(diag, status, 0, status == XK_E_FULL ? "max_lemfs" : "");
    }
    if (owed) {
        struct xk_ps_header header = d->identity;
        struct xk_tri tri;
        size_t size = 0;
        header.has_identity_number = true;
        header.identity_number = 0;
        header.sequence_number = 0;
        header.time = d->utc;
        xk_tri_init(&tri, XK_TRI_CIN_RESET);
        status = xk_tri_encode(&header, &tri, d->ring, d->config.buffer_size, &size, diag);
        if (status == XK_OK) {
            xki_dl_append(d, 0, size)->flags |= XKI_DL_FLAG_RESET;
        }
    }
    return status;
}

static void release_memory(struct xk_delivery *d)
{
    struct xk_allocator allocator = d->allocator;
    size_t memory = d->memory;
    xk_wipe(d, memory);
    allocator.release(d, memory, allocator.user);
}

static enum xk_status check_arguments(const struct xk_delivery_config *config, const struct xk_counters *counters,
                                      const struct xk_delivery_callbacks *callbacks,
                                      const struct xk_allocator *allocator, struct xk_delivery *const *delivery,
                                      struct xk_delivery_config *full, struct xk_diag *diag)
{
    if (config == NULL || counters == NULL || delivery == NULL || allocator->allocate == NULL ||
        allocator->release == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    xk_delivery_config_init(full);
    if (!xki_sized_read(full, config, CONFIG_FIRST, sizeof *full) || callbacks->size != sizeof *callbacks ||
        allocator->size != sizeof *allocator || full->identity.size != sizeof full->identity) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    if (counters->in_callback) {
        return xki_fail(diag, XK_E_BUSY, 0, "");
    }
    const char *wrong = wrong_member(full, callbacks);
    return wrong == NULL ? XK_OK : xki_fail(diag, XK_E_CONFIG, 0, wrong);
}

enum xk_status xk_delivery_create(const struct xk_delivery_config *config, struct xk_counters *counters,
                                  const struct xk_delivery_callbacks *callbacks, const struct xk_allocator *allocator,
                                  void *user, struct xk_moment now, struct xk_delivery **delivery, struct xk_diag *diag)
{
    static const struct xk_delivery_callbacks none = {sizeof none, NULL, NULL};
    struct xk_delivery_config full;
    callbacks = callbacks == NULL ? &none : callbacks;
    allocator = allocator == NULL ? &xki_memory : allocator;
    enum xk_status status = check_arguments(config, counters, callbacks, allocator, delivery, &full, diag);
    if (status != XK_OK) {
        return status;
    }
    size_t memory = lay_out(&full, counters->config.max_context_size, NULL);
    struct xk_delivery *d = allocator->allocate(memory, allocator->user);
    if (d == NULL) {
        return xki_fail(diag, XK_E_MEMORY, memory, "");
    }
    memset(d, 0, sizeof *d);
    d->config = full;
    d->callbacks = *callbacks;
    d->allocator = *allocator;
    d->user = user;
    d->counters = counters;
    d->memory = memory;
    (void)lay_out(&full, counters->config.max_context_size, d);
    memset(d->slots, 0, full.max_records * sizeof(struct xki_dl_slot));
    memset(d->chains, 0, full.integrity ? full.max_chains * sizeof(struct xki_dl_chain) : 0);
    xki_dl_stream_init(&d->stream, d->input, sizeof d->input);
    d->now_ms = now.ms;
    d->utc = now.utc;
    d->connect_at = now.ms;
    d->connect_untold = true;
    d->link = XKI_DL_CONNECTING;
    d->check_at = XK_NEVER;
    d->count.size = sizeof d->count;
    status = keep_identity(d, diag);
    if (status == XK_OK) {
        status = first_reset(d, diag);
    }
    if (status != XK_OK) {
        release_memory(d);
        return status;
    }
    counters->sessions++;
    *delivery = d;
    return XK_OK;
}

enum xk_status xk_delivery_destroy(struct xk_delivery *delivery)
{
    if (delivery == NULL) {
        return XK_OK;
    }
    if (xki_dl_is_busy(delivery)) {
        return XK_E_BUSY;
    }
    for (uint64_t i = delivery->released; i < delivery->tail; i++) {
        const struct xki_dl_slot *slot = xki_dl_slot(delivery, i);
        if (slot->entry != XKI_DL_NONE) {
            xki_dl_let_go(delivery->counters, slot->entry);
        }
    }
    delivery->counters->sessions--;
    release_memory(delivery);
    return XK_OK;
}

enum xk_status xk_delivery_read_counters(const struct xk_delivery *delivery, struct xk_delivery_counters *counters)
{
    if (delivery == NULL || counters == NULL) {
        return XK_E_ARGUMENT;
    }
    return xki_sized_write(counters, &delivery->count, COUNTERS_FIRST, sizeof *counters) ? XK_OK : XK_E_ARGUMENT;
}

enum xk_status xk_delivery_read_usage(const struct xk_delivery *delivery, struct xk_delivery_usage *usage)
{
    if (delivery == NULL || usage == NULL) {
        return XK_E_ARGUMENT;
    }
    struct xk_delivery_usage all = {sizeof all,
                                    0,
                                    0,
                                    xki_dl_octets(delivery),
                                    xki_dl_is_up(delivery),
                                    delivery->link == XKI_DL_OPEN && delivery->acknowledging,
                                    delivery->memory};
    for (uint64_t i = delivery->released; i < delivery->tail; i++) {
        if (xki_dl_slot(delivery, i)->size > 0) {
            all.records++;
            all.unsent += i >= delivery->next ? 1 : 0;
        }
    }
    return xki_sized_write(usage, &all, USAGE_FIRST, sizeof all) ? XK_OK : XK_E_ARGUMENT;
}
