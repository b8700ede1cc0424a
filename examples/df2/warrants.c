/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/warrants.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <xk/uri.h>

struct warrant_index {
    uint64_t hash;
    size_t warrant;
    size_t uri;
};

static int hex_digit(uint8_t octet)
{
    return isdigit(octet) != 0 ? octet - '0' : isxdigit(octet) != 0 ? tolower(octet) - 'a' + 10 : -1;
}

/*
 * Of the letters and digits of the user part, escapes undone, case left out: the same for all URIs that may name the
 * same identity, be they sip: or tel:. Others may share it.
 */
static uint64_t hash_of(struct xk_bytes uri)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    size_t at = 0;
    while (at < uri.size && uri.data[at] != ':') {
        at++;
    }
    for (at++; at < uri.size && uri.data[at] != '@' && uri.data[at] != ';' && uri.data[at] != '?'; at++) {
        int octet = uri.data[at];
        if (octet == '%' && at + 2 < uri.size && hex_digit(uri.data[at + 1]) >= 0 && hex_digit(uri.data[at + 2]) >= 0) {
            octet = hex_digit(uri.data[at + 1]) * 16 + hex_digit(uri.data[at + 2]);
            at += 2;
        }
        if (octet < 128 && isalnum(octet) != 0) {
            hash = (hash ^ (uint64_t)tolower(octet)) * UINT64_C(1099511628211);
        }
    }
    return hash;
}

static int by_hash(const void *a, const void *b)
{
    const struct warrant_index *x = a;
    const struct warrant_index *y = b;
    int order = (x->hash > y->hash) - (x->hash < y->hash);
    return order != 0 ? order : (x->warrant > y->warrant) - (x->warrant < y->warrant);
}

bool warrants_make_index(struct warrants *warrants)
{
    size_t count = 0;
    for (size_t i = 0; i < warrants->count; i++) {
        count += warrants->all[i]->uri_count;
    }
    warrants->index = calloc(count > 0 ? count : 1, sizeof *warrants->index);
    if (warrants->index == NULL) {
        return false;
    }
    for (size_t i = 0; i < warrants->count; i++) {
        for (size_t k = 0; k < warrants->all[i]->uri_count; k++) {
            warrants->index[warrants->index_count++] = (struct warrant_index){hash_of(warrants->all[i]->uris[k]), i, k};
        }
    }
    qsort(warrants->index, count, sizeof *warrants->index, by_hash);
    return true;
}

static size_t first_of(const struct warrants *warrants, uint64_t hash)
{
    size_t low = 0;
    size_t high = warrants->index_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (warrants->index[middle].hash < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct warrant *warrants_match(const struct warrants *warrants, struct xk_bytes uri, size_t *at)
{
    const uint64_t hash = hash_of(uri);
    size_t place = *at == 0 ? first_of(warrants, hash) : *at;
    size_t last = SIZE_MAX; /* one warrant may name an identity twice, in two ways */
    if (*at > 0) {
        last = warrants->index[*at - 1].warrant;
    }
    for (; place < warrants->index_count && warrants->index[place].hash == hash; place++) {
        const struct warrant_index *entry = &warrants->index[place];
        const struct warrant *warrant = warrants->all[entry->warrant];
        if (entry->warrant != last &&
            xk_uri_same_identity(warrant->uris[entry->uri], uri, warrants->domains, warrants->domain_count)) {
            *at = place + 1;
            return warrant;
        }
    }
    *at = place;
    return NULL;
}

const struct warrant *warrants_match_xid(const struct warrants *warrants, const uint8_t *xid, size_t *at)
{
    while (*at < warrants->count) {
        const struct warrant *warrant = warrants->all[(*at)++];
        if (warrant->has_xid && memcmp(warrant->xid, xid, XK_X2_XID_SIZE) == 0) {
            return warrant;
        }
    }
    return NULL;
}

const struct warrant *warrants_find(const struct warrants *warrants, uint64_t number)
{
    for (size_t i = 0; i < warrants->count; i++) {
        if (warrants->all[i]->number == number) {
            return warrants->all[i];
        }
    }
    return NULL;
}

const struct warrant *warrants_find_liid(const struct warrants *warrants, struct xk_bytes liid, const char country[2])
{
    for (size_t i = 0; i < warrants->count; i++) {
        const struct warrant *warrant = warrants->all[i];
        if (strlen(warrant->liid) == liid.size && memcmp(warrant->liid, liid.data, liid.size) == 0 &&
            memcmp(warrant->country, country, 2) == 0) {
            return warrant;
        }
    }
    return NULL;
}

static bool same_uris(const struct warrant *a, const struct warrant *b)
{
    bool same = a->uri_count == b->uri_count;
    for (size_t i = 0; same && i < a->uri_count; i++) {
        same = a->uris[i].size == b->uris[i].size && memcmp(a->uris[i].data, b->uris[i].data, a->uris[i].size) == 0;
    }
    return same;
}

bool warrant_equal(const struct warrant *a, const struct warrant *b)
{
    return strcmp(a->liid, b->liid) == 0 && same_uris(a, b) && memcmp(a->numbers, b->numbers, sizeof a->numbers) == 0 &&
           a->has_xid == b->has_xid && memcmp(a->xid, b->xid, sizeof a->xid) == 0 && a->kms_count == b->kms_count &&
           memcmp(a->kms, b->kms, sizeof a->kms) == 0 && a->destination_count == b->destination_count &&
           memcmp(a->destinations, b->destinations, sizeof a->destinations) == 0 && a->keys == b->keys &&
           a->module == b->module && a->element_form == b->element_form && strcmp(a->element, b->element) == 0 &&
           strcmp(a->operator_identifier, b->operator_identifier) == 0 && memcmp(a->country, b->country, 2) == 0 &&
           memcmp(a->delivery_country, b->delivery_country, 2) == 0 && a->mask_location == b->mask_location;
}

void warrant_fill(const struct warrant *warrant, struct xk_warrant *out)
{
    memset(out, 0, sizeof *out);
    out->liid = xk_text(warrant->liid);
    out->parties = warrant->parties;
    out->party_count = warrant->party_count;
    out->operator_identifier = xk_text(warrant->operator_identifier);
    out->destination = warrant->keys;
    out->network_element.form = warrant->element_form;
    if (warrant->element_form != XK_NETWORK_ELEMENT_ABSENT) {
        out->network_element.value = xk_text(warrant->element);
    }
    memcpy(out->country, warrant->country, 2);
    memcpy(out->delivery_country, warrant->delivery_country, 2);
}

static void free_warrant(struct warrant *warrant)
{
    for (size_t i = 0; i < warrant->uri_count; i++) {
        free((void *)(uintptr_t)warrant->uris[i].data);
    }
    free(warrant->uris);
    free(warrant);
}

void warrants_free(struct warrants *warrants)
{
    if (warrants == NULL) {
        return;
    }
    for (size_t i = 0; i < warrants->count; i++) {
        free_warrant(warrants->all[i]);
    }
    for (size_t i = 0; i < warrants->domain_count; i++) {
        free((void *)(uintptr_t)warrants->domains[i].data);
    }
    free(warrants->all);
    free(warrants->domains);
    free(warrants->index);
    free(warrants);
}
