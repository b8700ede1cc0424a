/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/reload.h"

#include <stdio.h>
#include <string.h>

#include <openssl/hmac.h>

#include "df2/df2.h"
#include "support/support.h"

static const struct warrant *same_in(const struct warrants *warrants, const struct warrant *warrant)
{
    return warrants != NULL ? warrants_find_liid(warrants, xk_text(warrant->liid), warrant->country) : NULL;
}

/* The same after a restart, whatever stands before it in the file: CINs do not come again because of it. */
static uint64_t draw_number(const struct warrant *warrant, const uint8_t key[SEAL_KEY])
{
    uint8_t text[XK_LIID_MAX + 3];
    uint8_t out[EVP_MAX_MD_SIZE];
    uint64_t number = 0;
    const size_t size = strlen(warrant->liid);
    memcpy(text, warrant->liid, size + 1);
    memcpy(text + size + 1, warrant->country, 2);
    if (HMAC(EVP_sha256(), key, SEAL_KEY, text, size + 3, out, NULL) == NULL) {
        die("no HMAC");
    }
    memcpy(&number, out, sizeof number);
    return number;
}

void reload_number(struct df2 *df2, struct warrants *warrants, const struct warrants *old)
{
    uint8_t key[SEAL_KEY];
    state_key(df2, "number of a warrant", key);
    for (size_t i = 0; i < warrants->count; i++) {
        const struct warrant *before = same_in(old, warrants->all[i]);
        uint64_t number = before != NULL ? before->number : draw_number(warrants->all[i], key);
        while (number == 0 || warrants_find(warrants, number) != NULL) {
            number++;
        }
        warrants->all[i]->number = number;
        warrants->all[i]->begun_ms = before != NULL ? before->begun_ms : old != NULL ? loop_now() : 0;
    }
    OPENSSL_cleanse(key, sizeof key);
}

static void end_warrant(struct df2 *df2, const struct warrant *ended)
{
    const struct xk_bytes liid = xk_text(ended->liid);
    df2_heed(xk_collector_warrant_ended(df2->collector, loop_now(), ended->number), "a warrant's end");
    df2_heed(xk_requester_purge(df2->requester, loop_now(), liid, ended->country, NULL), "a warrant's end");
    calls_warrant_ended(df2, ended->number);
    hi2_purge(df2, liid, ended->country);
    outbox_purge(df2, ended->number);
}

static void renew_warrants(struct df2 *df2)
{
    char why[512] = "";
    size_t begun = 0;
    size_t ended = 0;
    struct warrants *old = df2->warrants;
    struct warrants *fresh = warrants_read(df2->warrants_path, &df2->names, why, sizeof why);
    if (fresh == NULL) {
        fprintf(stderr, "df2: the warrants stay as they were: %s\n", why);
        event("df2", "df2", "warrants stay as they were");
        return;
    }
    reload_number(df2, fresh, old);
    df2->warrants = fresh;
    for (size_t i = 0; i < old->count; i++) {
        if (same_in(fresh, old->all[i]) == NULL) {
            end_warrant(df2, old->all[i]);
            ended++;
        }
    }
    for (size_t i = 0; i < fresh->count; i++) {
        const struct warrant *before = same_in(old, fresh->all[i]);
        if (before == NULL || !warrant_equal(before, fresh->all[i])) {
            calls_warrant_started(df2, fresh->all[i]);
            df2_heed(xk_collector_warrant_started(df2->collector, loop_now(), fresh->all[i]->number),
                     "a warrant's begin");
            begun++;
        }
    }
    warrants_free(old);
    event("df2", "df2", "warrants read anew: %zu begun or changed, %zu ended", begun, ended);
}

void reload(void *owner)
{
    struct df2 *df2 = owner;
    renew_warrants(df2);
    /* The LIID of a warrant that has ended must not stay on disk. */
    (void)state_begin_anew(df2);
    df2_arm(df2);
}

bool reload_certificates(void *owner)
{
    struct df2 *df2 = owner;
    char why[512] = "";
    bool good = kms_renew(df2, why, sizeof why);
    good = hi2_renew(df2, why, sizeof why) && good;
    good = intake_renew(df2, why, sizeof why) && good;
    if (good) {
        event("df2", "df2", "certificates and revocation lists read anew");
    } else {
        fprintf(stderr, "df2: not all certificates could be read anew: %s\n", why);
    }
    return good;
}
