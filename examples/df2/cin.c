/* SPDX-License-Identifier: BSD-2-Clause */
/* CINs: one a (warrant, call), never used again, unrelated between warrants. */
#include "df2/calls.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "df2/df2.h"
#include "support/support.h"

#define CIN_STEP 4096 /* CINs that one entry of the state gives free */

/* A Feistel network over the count, keyed for the warrant: each number once, in an order that tells nothing. */
static uint32_t image(const struct calls *calls, const struct warrant *warrant, uint32_t number)
{
    uint16_t left = (uint16_t)(number >> 16);
    uint16_t right = (uint16_t)number;
    uint8_t text[XK_LIID_MAX + 5];
    uint8_t out[EVP_MAX_MD_SIZE];
    const size_t size = strlen(warrant->liid);
    memcpy(text, warrant->liid, size);
    memcpy(text + size, warrant->country, 2);
    for (uint8_t round = 0; round < 8; round++) {
        unsigned int length = 0;
        text[size + 2] = round;
        text[size + 3] = (uint8_t)(right >> 8);
        text[size + 4] = (uint8_t)right;
        if (HMAC(EVP_sha256(), calls->cin_key, sizeof calls->cin_key, text, size + 5, out, &length) == NULL) {
            die("no HMAC");
        }
        uint16_t next = (uint16_t)(left ^ (uint16_t)(out[0] << 8 | out[1]));
        left = right;
        right = next;
    }
    return (uint32_t)left << 16 | right;
}

uint32_t calls_next_cin(struct df2 *df2, const struct warrant *warrant)
{
    struct calls *calls = &df2->calls;
    if (calls->cin_next >= calls->cin_saved) {
        calls->cin_saved = calls->cin_next + CIN_STEP;
        (void)calls_save(df2);
    }
    return image(calls, warrant, calls->cin_next++);
}

bool calls_save(struct df2 *df2)
{
    const uint32_t saved = df2->calls.cin_saved;
    const uint8_t entry[4] = {(uint8_t)(saved >> 24), (uint8_t)(saved >> 16), (uint8_t)(saved >> 8), (uint8_t)saved};
    return state_put(&df2->state, STATE_CIN, 0, (struct xk_bytes){entry, sizeof entry});
}

bool calls_restore(struct df2 *df2, struct xk_bytes entry)
{
    if (entry.size != 4) {
        return false;
    }
    df2->calls.cin_next =
        (uint32_t)entry.data[0] << 24 | (uint32_t)entry.data[1] << 16 | (uint32_t)entry.data[2] << 8 | entry.data[3];
    df2->calls.cin_saved = df2->calls.cin_next;
    return true;
}
