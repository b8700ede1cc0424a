/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "df2/df2.h"
#include "df2/owed.h"
#include "support/support.h"

/*
 * An entry: cookie, LIID, country, CIN, time, record. What is owed for a warrant that is not there any more is not
 * owed.
 */
#define ENTRY_HEAD (16 + 1 + XK_LIID_MAX + 2 + 4 + 8 + 4)

static uint8_t *put_number(uint8_t *at, uint64_t value, int octets)
{
    for (int i = octets - 1; i >= 0; i--) {
        *at++ = (uint8_t)(value >> (8 * i));
    }
    return at;
}

static uint64_t get_number(const uint8_t **at, int octets)
{
    uint64_t value = 0;
    for (int i = 0; i < octets; i++) {
        value = value << 8 | *(*at)++;
    }
    return value;
}

bool owed_save(struct df2 *df2, const struct owed *owed)
{
    const struct warrant *warrant = warrants_find(df2->warrants, owed->warrant);
    if (df2->state.folder == NULL || warrant == NULL) {
        return true;
    }
    uint8_t *entry = calloc(1, ENTRY_HEAD + owed->size);
    if (entry == NULL) {
        return false;
    }
    memcpy(entry, owed->cookie.octets, 16);
    entry[16] = (uint8_t)strlen(warrant->liid);
    memcpy(entry + 17, warrant->liid, entry[16]);
    uint8_t *at = entry + 17 + XK_LIID_MAX;
    memcpy(at, warrant->country, 2);
    at = put_number(at + 2, owed->cin, 4);
    at = put_number(at, (uint64_t)owed->time.seconds, 8);
    at = put_number(at, owed->time.microseconds, 4);
    memcpy(at, owed->record, owed->size);
    bool good =
        state_put(&df2->state, STATE_OWED, (uint32_t)owed->link, (struct xk_bytes){entry, ENTRY_HEAD + owed->size});
    OPENSSL_cleanse(entry, ENTRY_HEAD + owed->size);
    free(entry);
    return good;
}

bool outbox_restore(struct df2 *df2, struct xk_bytes entry, uint32_t link)
{
    struct xk_cookie cookie;
    if (entry.size < ENTRY_HEAD || entry.data[16] > XK_LIID_MAX) {
        return false;
    }
    memcpy(cookie.octets, entry.data, 16);
    const uint8_t *at = entry.data + 17 + XK_LIID_MAX;
    const struct warrant *warrant = warrants_find_liid(
        df2->warrants, (struct xk_bytes){entry.data + 17, entry.data[16]}, (const char[2]){(char)at[0], (char)at[1]});
    if (warrant == NULL || owed_find(&df2->outbox, link, &cookie) != NULL) {
        return true;
    }
    struct owed *owed = owed_make(link, &cookie, (struct xk_bytes){entry.data + ENTRY_HEAD, entry.size - ENTRY_HEAD});
    if (owed == NULL) {
        return false;
    }
    at += 2;
    owed->warrant = warrant->number;
    owed->module = warrant->module;
    owed->cin = (uint32_t)get_number(&at, 4);
    owed->time.seconds = (int64_t)get_number(&at, 8);
    owed->time.microseconds = (uint32_t)get_number(&at, 4);
    return owed_insert(&df2->outbox, owed);
}

bool outbox_restore_done(struct df2 *df2, struct xk_bytes entry, uint32_t link)
{
    struct xk_cookie cookie;
    if (entry.size != sizeof cookie.octets) {
        return false;
    }
    memcpy(cookie.octets, entry.data, entry.size);
    struct owed *owed = owed_find(&df2->outbox, link, &cookie);
    if (owed != NULL) {
        owed_forget(&df2->outbox, owed);
    }
    return true;
}

bool outbox_save(struct df2 *df2)
{
    bool good = true;
    for (const struct owed *owed = df2->outbox.first; good && owed != NULL; owed = owed->later) {
        good = owed->request != 0 || owed_save(df2, owed);
    }
    return good;
}
