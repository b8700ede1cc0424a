/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Integrity checks, clause 7.2.3 and annex J: of each communication a hash over the whole octets of its last PS-PDUs,
 * and a signature over those hashes. They are PS-PDUs of the ring like records: kept, and sent again.
 *
 * A record is taken in when it is put, since the order of the ring is that of sending. A check that is due and finds no
 * room holds up the next put; so a chain never grows beyond what one check covers.
 */
#include <string.h>

#include <xk/secret.h>

#include "delivery/session.h"

static uint32_t *numbers_of(const struct xk_delivery *d, uint32_t chain, enum xk_tri_check check)
{
    return check == XK_TRI_CHECK_HASH ? d->chain_numbers + (size_t)chain * d->config.hash_count
                                      : d->chain_signed + (size_t)chain * d->config.sign_count;
}

static uint8_t *key_of(const struct xk_delivery *d, uint32_t chain)
{
    return d->chain_keys + (size_t)chain * d->counters->config.max_context_size;
}

static uint8_t *header_of(const struct xk_delivery *d, uint32_t chain)
{
    return d->chain_headers + (size_t)chain * XKI_DL_CONTROL;
}

static void update(struct xk_delivery *d, uint32_t chain, enum xk_tri_check check, struct xk_bytes octets)
{
    d->in_callback = true;
    d->callbacks.update(chain, check, octets, d->user);
    d->in_callback = false;
}

static bool finish(struct xk_delivery *d, uint32_t chain, enum xk_tri_check check, uint8_t *out, size_t capacity,
                   size_t *size)
{
    *size = 0;
    d->in_callback = true;
    bool good = d->callbacks.finish(chain, check, out, capacity, size, d->user);
    d->in_callback = false;
    return good && *size > 0 && *size <= capacity;
}

/* Of a chain that covers something. */
static bool hash_is_due(const struct xk_delivery *d, const struct xki_dl_chain *c)
{
    return c->number_count >= d->config.hash_count || d->now_ms >= c->hash_ms + d->config.hash_time;
}

static bool sign_is_due(const struct xk_delivery *d, const struct xki_dl_chain *c)
{
    return c->sign_count >= d->config.sign_count || d->now_ms >= c->sign_ms + d->config.sign_time;
}

static void find_next_due(struct xk_delivery *d)
{
    d->check_at = XK_NEVER;
    for (uint32_t i = 0; i < d->config.max_chains; i++) {
        const struct xki_dl_chain *c = &d->chains[i];
        uint64_t hash = c->number_count > 0 ? c->hash_ms + d->config.hash_time : XK_NEVER;
        uint64_t sign = c->sign_count > 0 ? c->sign_ms + d->config.sign_time : XK_NEVER;
        uint64_t due = hash < sign ? hash : sign;
        if (due < d->check_at) {
            d->check_at = due;
        }
    }
}

static void drop_if_done(struct xk_delivery *d, uint32_t chain)
{
    struct xki_dl_chain *c = &d->chains[chain];
    if (c->number_count == 0 && c->sign_count == 0) {
        xk_wipe(key_of(d, chain), c->key_size);
        xk_wipe(header_of(d, chain), XKI_DL_CONTROL);
        xk_wipe(c, sizeof *c);
    }
}

/* What a check will say, but for its value. */
static void describe(const struct xk_delivery *d, uint32_t chain, enum xk_tri_check check, struct xk_tri *tri)
{
    const struct xki_dl_chain *c = &d->chains[chain];
    bool hash = check == XK_TRI_CHECK_HASH;
    xk_tri_init(tri, XK_TRI_INTEGRITY_CHECK);
    tri->check_type = check;
    tri->data_type = XK_TRI_DATA_IRI;
    tri->numbers = numbers_of(d, chain, check);
    tri->number_count = hash ? c->number_count : c->sign_count;
    if (hash) {
        tri->hash_algorithm = d->config.hash_algorithm;
    } else {
        tri->signature_algorithm = d->config.signature_algorithm;
    }
}

/* The header of the chain with the next number of its own counter. */
static enum xk_status prepare_header(struct xk_delivery *d, uint32_t chain, enum xk_tri_check check,
                                     struct xk_ps_header *header, struct xki_dl_key *key, struct xki_dl_number *number)
{
    struct xk_tri ignored;
    const struct xki_dl_chain *c = &d->chains[chain];
    unsigned int payload_class = XKI_DL_CLASS_CHECK | (unsigned int)check << 2 | XK_TRI_DATA_IRI;
    enum xk_status status = xk_tri_decode(header_of(d, chain), c->header_size, NULL, header, &ignored, NULL);
    header->time = d->utc;
    if (status == XK_OK) {
        status = xki_dl_make_key(d->counters, header, payload_class, key);
    }
    if (status == XK_OK) {
        status = xki_dl_prepare(d->counters, key, NULL, header->time, number, NULL);
    }
    if (status == XK_OK) {
        header->sequence_number = number->number + d->config.check_first;
    }
    return status;
}

static void place(struct xk_delivery *d, uint32_t chain, size_t at, size_t size, const struct xk_ps_header *header)
{
    const struct xki_dl_chain *c = &d->chains[chain];
    struct xki_dl_slot *slot = xki_dl_append(d, at, size);
    slot->number = header->sequence_number;
    slot->liid_size = (uint8_t)header->liid.size;
    memcpy(slot->liid, header->liid.data, header->liid.size);
    memcpy(slot->country, c->country, 2);
    d->count.checks++;
}

static void sign_later(struct xk_delivery *d, uint32_t chain, uint32_t number, struct xk_bytes octets)
{
    struct xki_dl_chain *c = &d->chains[chain];
    if (!d->config.sign) {
        return;
    }
    if (c->sign_count == 0) {
        c->sign_ms = d->now_ms;
    }
    update(d, chain, XK_TRI_CHECK_SIGNATURE, octets);
    numbers_of(d, chain, XK_TRI_CHECK_SIGNATURE)[c->sign_count++] = number;
}

/* False: no room now. Else the check is in the ring, or has been left out, and what it covered is done with. */
static bool insert(struct xk_delivery *d, uint32_t chain, enum xk_tri_check check)
{
    struct xki_dl_chain *c = &d->chains[chain];
    struct xk_ps_header header;
    struct xki_dl_key key;
    struct xki_dl_number number;
    struct xk_tri tri;
    uint8_t value[XK_DELIVERY_CHECK_VALUE_MAX] = {0};
    size_t size = 0;
    size_t at = 0;
    uint32_t entry = XKI_DL_NONE;
    bool hash = check == XK_TRI_CHECK_HASH;
    size_t most = hash ? d->config.hash_size : d->config.sign_size;
    enum xk_status status = prepare_header(d, chain, check, &header, &key, &number);
    describe(d, chain, check, &tri);
    tri.check_value = (struct xk_bytes){value, most};
    if (status == XK_OK) {
        status = xk_tri_encode(&header, &tri, NULL, 0, &size, NULL);
    }
    bool possible = status == XK_E_SPACE && size <= d->config.max_pdu && size <= d->config.buffer_size;
    if (possible) {
        at = xki_dl_room(d, size);
        if (at == SIZE_MAX) {
            return false;
        }
    }
    bool given = finish(d, chain, check, value, most, &tri.check_value.size);
    if (possible && given && xk_tri_encode(&header, &tri, d->ring + at, size, &size, NULL) == XK_OK &&
        xki_dl_commit(d->counters, &number, NULL, header.authorization_country, &entry) == XK_OK) {
        place(d, chain, at, size, &header);
        if (hash) {
            sign_later(d, chain, header.sequence_number, (struct xk_bytes){d->ring + at, size});
        }
    } else {
        d->unchecked_untold++;
    }
    if (hash) {
        c->number_count = 0;
    } else {
        c->sign_count = 0;
    }
    return true;
}

static bool insert_hash_and_sign(struct xk_delivery *d, uint32_t chain, bool all)
{
    struct xki_dl_chain *c = &d->chains[chain];
    bool good = true;
    if (c->in_use && c->number_count > 0 && (all || hash_is_due(d, c))) {
        good = insert(d, chain, XK_TRI_CHECK_HASH);
    }
    if (good && c->in_use && c->sign_count > 0 && (all || sign_is_due(d, c))) {
        good = insert(d, chain, XK_TRI_CHECK_SIGNATURE);
    }
    if (c->in_use) {
        drop_if_done(d, chain);
    }
    return good;
}

void xki_dl_check_tick(struct xk_delivery *d)
{
    d->check_blocked = false;
    d->check_retry = false;
    for (uint32_t i = 0; i < d->config.max_chains; i++) {
        if (!insert_hash_and_sign(d, i, false)) {
            d->check_blocked = true;
        }
    }
    find_next_due(d);
}

bool xki_dl_check_room(struct xk_delivery *d)
{
    if (d->check_blocked) {
        xki_dl_check_tick(d);
    }
    return !d->check_blocked;
}

static uint32_t find_chain(const struct xk_delivery *d, const struct xki_dl_key *key)
{
    for (uint32_t i = 0; i < d->config.max_chains; i++) {
        const struct xki_dl_chain *c = &d->chains[i];
        if (c->in_use && c->hash == key->hash && c->key_size == key->size &&
            memcmp(key_of(d, i), key->octets, key->size) == 0) {
            return i;
        }
    }
    return XKI_DL_NONE;
}

/* A free one; or the oldest, finished early. */
static uint32_t free_chain(struct xk_delivery *d)
{
    uint32_t first = 0;
    for (uint32_t i = 0; i < d->config.max_chains; i++) {
        if (!d->chains[i].in_use) {
            return i;
        }
        first = d->chains[i].age < d->chains[first].age ? i : first;
    }
    (void)insert_hash_and_sign(d, first, true);
    return d->chains[first].in_use ? XKI_DL_NONE : first;
}

static uint32_t begin_chain(struct xk_delivery *d, const struct xki_dl_key *key, const struct xk_ps_header *header)
{
    struct xk_tri tri;
    size_t size = 0;
    uint32_t chain = free_chain(d);
    xk_tri_init(&tri, XK_TRI_TEST_PDU);
    if (chain == XKI_DL_NONE ||
        xk_tri_encode(header, &tri, header_of(d, chain), XKI_DL_CONTROL, &size, NULL) != XK_OK) {
        return XKI_DL_NONE;
    }
    struct xki_dl_chain *c = &d->chains[chain];
    c->in_use = true;
    c->hash = key->hash;
    c->key_size = (uint16_t)key->size;
    c->header_size = (uint16_t)size;
    c->age = d->chain_age++;
    memcpy(c->country, header->authorization_country, 2);
    memcpy(key_of(d, chain), key->octets, key->size);
    return chain;
}

void xki_dl_check_take(struct xk_delivery *d, const struct xki_dl_key *key, const struct xk_ps_header *header,
                       struct xk_bytes octets)
{
    if (!d->config.integrity) {
        return;
    }
    uint32_t chain = find_chain(d, key);
    if (chain == XKI_DL_NONE) {
        chain = begin_chain(d, key, header);
    }
    if (chain == XKI_DL_NONE) {
        d->unchecked_untold++;
        return;
    }
    struct xki_dl_chain *c = &d->chains[chain];
    if (c->number_count == 0) {
        c->hash_ms = d->now_ms;
    }
    update(d, chain, XK_TRI_CHECK_HASH, octets);
    numbers_of(d, chain, XK_TRI_CHECK_HASH)[c->number_count++] = header->sequence_number;
    if (!insert_hash_and_sign(d, chain, false)) {
        d->check_blocked = true;
    }
    find_next_due(d);
}

static bool is_of(const struct xk_delivery *d, uint32_t chain, struct xk_bytes liid)
{
    const uint8_t *key = key_of(d, chain);
    return d->chains[chain].in_use && key[1] == liid.size && memcmp(key + 2, liid.data, liid.size) == 0;
}

/* The warrant has ended: what was open is not sent any more. A finish empties the host's side. */
void xki_dl_check_purge(struct xk_delivery *d, struct xk_bytes liid, const char country[2])
{
    uint8_t value[XK_DELIVERY_CHECK_VALUE_MAX];
    size_t size;
    for (uint32_t i = 0; d->config.integrity && i < d->config.max_chains; i++) {
        struct xki_dl_chain *c = &d->chains[i];
        if (!is_of(d, i, liid) || memcmp(c->country, country, 2) != 0) {
            continue;
        }
        if (c->number_count > 0) {
            (void)finish(d, i, XK_TRI_CHECK_HASH, value, d->config.hash_size, &size);
        }
        if (c->sign_count > 0) {
            (void)finish(d, i, XK_TRI_CHECK_SIGNATURE, value, d->config.sign_size, &size);
        }
        c->number_count = 0;
        c->sign_count = 0;
        drop_if_done(d, i);
    }
}

enum xk_status xk_delivery_flush(struct xk_delivery *delivery, struct xk_moment now, struct xk_bytes liid)
{
    if (delivery == NULL || liid.data == NULL || liid.size == 0 || liid.size > XK_LIID_MAX) {
        return XK_E_ARGUMENT;
    }
    if (xki_dl_is_busy(delivery)) {
        return XK_E_BUSY;
    }
    xki_dl_now(delivery, now);
    bool good = true;
    for (uint32_t i = 0; delivery->config.integrity && i < delivery->config.max_chains; i++) {
        if (is_of(delivery, i, liid) && !insert_hash_and_sign(delivery, i, true)) {
            good = false;
        }
    }
    if (delivery->config.integrity) {
        find_next_due(delivery);
    }
    if (!good) {
        delivery->room_wanted = 1;
        return XK_E_FULL;
    }
    return XK_OK;
}
