/* SPDX-License-Identifier: BSD-2-Clause */
#include "kms/resolved.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "support/locked.h"

#define MARK_SIZE 32

struct entry {
    uint64_t due;
    uint64_t order; /* of keeping, from 1; 0: a free place */
    size_t size;
    uint8_t mark[MARK_SIZE];
    uint8_t content[XK_KMS_KEMAC_MAX];
};

struct resolved {
    size_t max;
    size_t count;
    uint64_t order;
    struct entry entries[];
};

static size_t size_for(size_t max)
{
    return sizeof(struct resolved) + max * sizeof(struct entry);
}

struct resolved *resolved_open(size_t max)
{
    struct resolved *all = locked_take(size_for(max));
    if (all != NULL) {
        all->max = max;
    }
    return all;
}

void resolved_close(struct resolved *all)
{
    if (all != NULL) {
        locked_give(all, size_for(all->max));
    }
}

static bool add_part(EVP_MD_CTX *hash, const uint8_t *data, size_t size)
{
    const uint8_t length[4] = {(uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8), (uint8_t)size};
    return EVP_DigestUpdate(hash, length, sizeof length) == 1 && (size == 0 || EVP_DigestUpdate(hash, data, size) == 1);
}

/* Each part behind its length: no octet of one can pass for one of another. */
static bool make_mark(const struct resolution *one, uint8_t *mark)
{
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    bool made = hash != NULL && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1 &&
                add_part(hash, one->ticket.data + 1, one->ticket.size - 1) &&
                add_part(hash, one->responder.data, one->responder.size) &&
                add_part(hash, one->rand_kms.data, one->rand_kms.size) && EVP_DigestFinal_ex(hash, mark, NULL) == 1;
    EVP_MD_CTX_free(hash);
    return made;
}

static void release(struct resolved *all, struct entry *entry)
{
    OPENSSL_cleanse(entry, sizeof *entry);
    all->count--;
}

static struct entry *find(struct resolved *all, const uint8_t *mark)
{
    for (size_t i = 0; i < all->max; i++) {
        if (all->entries[i].order != 0 && memcmp(all->entries[i].mark, mark, MARK_SIZE) == 0) {
            return &all->entries[i];
        }
    }
    return NULL;
}

/* A free place has order 0: it comes before all that are kept. */
static struct entry *first_kept(struct resolved *all)
{
    struct entry *first = &all->entries[0];
    for (size_t i = 1; i < all->max; i++) {
        first = all->entries[i].order < first->order ? &all->entries[i] : first;
    }
    return first;
}

/* MPKi is the first key; all are readable to the last octet. */
static bool is_readable(struct xk_bytes content)
{
    struct xk_mikey_key_data key;
    size_t position = 0;
    enum xk_status status = xk_mikey_next_key_data(content, &position, &key);
    bool begins = status == XK_OK && key.type == XK_MIKEY_MPK;
    while (status == XK_OK) {
        status = xk_mikey_next_key_data(content, &position, &key);
    }
    return begins && status == XK_E_MIKEY_MISSING;
}

const char *resolved_keep(struct resolved *all, uint64_t now_ms, const struct resolution *one, uint64_t lifetime_ms)
{
    uint8_t mark[MARK_SIZE];
    if (one->ticket.size < 2) {
        return "no ticket";
    }
    if (one->content.size == 0 || one->content.size > XK_KMS_KEMAC_MAX || !is_readable(one->content)) {
        return "the keys cannot be read";
    }
    if (!make_mark(one, mark)) {
        return "no digest";
    }
    resolved_expire(all, now_ms);
    struct entry *entry = find(all, mark);
    entry = entry != NULL ? entry : first_kept(all);
    if (entry->order != 0) {
        release(all, entry);
    }
    all->count++;
    entry->order = ++all->order;
    entry->due = lifetime_ms < UINT64_MAX - now_ms ? now_ms + lifetime_ms : UINT64_MAX;
    entry->size = one->content.size;
    memcpy(entry->mark, mark, sizeof mark);
    memcpy(entry->content, one->content.data, one->content.size);
    return NULL;
}

bool resolved_find(struct resolved *all, uint64_t now_ms, const struct resolution *question,
                   struct xk_kms_opened_ticket *opened)
{
    uint8_t mark[MARK_SIZE];
    resolved_expire(all, now_ms);
    const struct entry *entry = question->ticket.size >= 2 && make_mark(question, mark) ? find(all, mark) : NULL;
    if (entry == NULL) {
        return false;
    }
    memcpy(opened->content, entry->content, entry->size);
    opened->size = entry->size;
    return true;
}

void resolved_expire(struct resolved *all, uint64_t now_ms)
{
    for (size_t i = 0; i < all->max; i++) {
        if (all->entries[i].order != 0 && all->entries[i].due <= now_ms) {
            release(all, &all->entries[i]);
        }
    }
}

uint64_t resolved_next(const struct resolved *all)
{
    uint64_t next = UINT64_MAX;
    for (size_t i = 0; i < all->max; i++) {
        if (all->entries[i].order != 0 && all->entries[i].due < next) {
            next = all->entries[i].due;
        }
    }
    return next;
}

size_t resolved_count(const struct resolved *all)
{
    return all->count;
}
