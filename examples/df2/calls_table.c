/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/calls_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "df2/df2.h"

bool calls_digest(const struct calls *calls, char kind, struct xk_bytes text, uint8_t out[16])
{
    uint8_t whole[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    uint8_t key[33];
    memcpy(key, calls->key, 32);
    key[32] = (uint8_t)kind;
    bool good = HMAC(EVP_sha256(), key, sizeof key, text.data, text.size, whole, &size) != NULL;
    memcpy(out, whole, 16);
    return good;
}

static size_t place_of(const struct calls *calls, const uint8_t name[16])
{
    uint64_t hash;
    memcpy(&hash, name, sizeof hash);
    return (size_t)hash & (calls->places - 1);
}

struct call *calls_find_name(const struct calls *calls, const uint8_t name[16])
{
    struct call_name *at = calls->table[place_of(calls, name)];
    while (at != NULL && memcmp(at->digest, name, 16) != 0) {
        at = at->next;
    }
    return at != NULL ? at->call : NULL;
}

bool calls_grow(struct calls *calls)
{
    size_t places = calls->places == 0 ? 4096 : 2 * calls->places;
    struct call_name **table = calloc(places, sizeof *table);
    if (table == NULL) {
        return false;
    }
    calls->places = places;
    for (struct call *call = calls->oldest; call != NULL; call = call->newer) {
        for (struct call_name *name = call->names; name != NULL; name = name->next_of_call) {
            size_t place = place_of(calls, name->digest);
            name->next = table[place];
            table[place] = name;
        }
    }
    free(calls->table);
    calls->table = table;
    return true;
}

bool calls_add_name(struct calls *calls, struct call *call, const uint8_t name[16])
{
    struct call_name *added = NULL;
    if (calls_find_name(calls, name) != NULL) {
        return true;
    }
    if (calls->name_count >= calls->places && !calls_grow(calls)) {
        return false;
    }
    added = calloc(1, sizeof *added);
    if (added == NULL) {
        return false;
    }
    size_t place = place_of(calls, name);
    *added = (struct call_name){calls->table[place], call->names, call, {0}};
    memcpy(added->digest, name, 16);
    calls->table[place] = added;
    call->names = added;
    calls->name_count++;
    return true;
}

void calls_unlink(struct calls *calls, struct call *call)
{
    *(call->older != NULL ? &call->older->newer : &calls->oldest) = call->newer;
    *(call->newer != NULL ? &call->newer->older : &calls->newest) = call->older;
}

void calls_link_newest(struct calls *calls, struct call *call)
{
    call->newer = NULL;
    call->older = calls->newest;
    *(calls->newest != NULL ? &calls->newest->newer : &calls->oldest) = call;
    calls->newest = call;
}

void calls_forget(struct calls *calls, struct call *call)
{
    while (call->names != NULL) {
        struct call_name *name = call->names;
        struct call_name **at = &calls->table[place_of(calls, name->digest)];
        while (*at != name) {
            at = &(*at)->next;
        }
        *at = name->next;
        call->names = name->next_of_call;
        calls->name_count--;
        free(name);
    }
    while (call->first != NULL) {
        struct kept *kept = call->first;
        call->first = kept->next;
        OPENSSL_cleanse(kept->octets, kept->size);
        free(kept);
    }
    calls_unlink(calls, call);
    calls->octets -= call->octets;
    calls->count--;
    free(call->concerns);
    OPENSSL_cleanse(call, sizeof *call);
    free(call);
}

/* Room for so many octets more: what concerns nobody goes first, then the oldest of all. */
bool calls_make_room(struct calls *calls, const struct call *but, size_t size)
{
    for (int concerned = 0; concerned < 2; concerned++) {
        struct call *newer = NULL;
        for (struct call *call = calls->oldest; call != NULL && calls->octets + size > calls->octets_max;
             call = newer) {
            newer = call->newer;
            if (call != but && (call->concern_count == 0 || concerned == 1)) {
                calls_forget(calls, call);
            }
        }
    }
    return calls->octets + size <= calls->octets_max;
}

struct call *calls_make(struct calls *calls, const char *name)
{
    struct call *call = calls_make_room(calls, NULL, sizeof *call) ? calloc(1, sizeof *call) : NULL;
    if (call == NULL) {
        return NULL;
    }
    calls->number++;
    if (name != NULL) {
        snprintf(call->name, sizeof call->name, "%s", name);
    } else {
        snprintf(call->name, sizeof call->name, "call %llu", (unsigned long long)calls->number);
    }
    call->octets = sizeof *call;
    calls->octets += sizeof *call;
    calls->count++;
    calls_link_newest(calls, call);
    return call;
}

struct call *calls_find(struct df2 *df2, struct xk_bytes call_id, struct xk_bytes correlation)
{
    uint8_t name[16];
    struct call *call = NULL;
    if (correlation.size > 0 && calls_digest(&df2->calls, 'c', correlation, name)) {
        call = calls_find_name(&df2->calls, name);
    }
    if (call == NULL && calls_digest(&df2->calls, 'i', call_id, name)) {
        call = calls_find_name(&df2->calls, name);
    }
    return call;
}
