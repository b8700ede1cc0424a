/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/mikey/recipe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

uint8_t recipe_wire[4][2048];

static const uint8_t octets[64] = {1};
static const uint8_t other_octets[64] = {2};
static uint8_t inner[3][512];
static uint8_t text[1025];

static void add_time(struct xk_mikey_builder *b, unsigned int role, unsigned int type, unsigned int last)
{
    static const size_t sizes[] = {8, 8, 4, 4};
    uint8_t value[8] = {0xd1, 0, 0, (uint8_t)last};
    if (type == XK_MIKEY_TIME_COUNTER || last > 0xff) {
        value[0] = 0;
    }
    const struct xk_mikey_time time = {(uint8_t)role, (uint8_t)type, {value, sizes[type]}, 0};
    xk_mikey_add_time(b, &time);
}

static void add_identity(struct xk_mikey_builder *b, unsigned int role, unsigned int type, struct xk_bytes data)
{
    const struct xk_mikey_identity identity = {(uint8_t)role, (uint8_t)type, data};
    xk_mikey_add_identity(b, &identity);
}

/* The builder makes no empty identity and no empty RAND: they are cut short once they stand. */
static void cut(struct xk_mikey_builder *b)
{
    if (b->status == XK_OK) {
        b->size--;
        b->out[b->size - 1] = 0; /* of the length in front of the octet that is gone, its only octet that is not 0 */
    }
}

static bool add_identities(struct xk_mikey_builder *b, char letter)
{
    switch (letter) {
    case 'I': add_identity(b, XK_MIKEY_IDR_I, XK_MIKEY_ID_URI, xk_text("sip:a@b")); return true;
    case 'J': add_identity(b, XK_MIKEY_IDR_I, XK_MIKEY_ID_URI, xk_text("sip:e@f")); return true;
    case 'N': add_identity(b, XK_MIKEY_IDR_I, XK_MIKEY_ID_NAI, xk_text("sip:a@b")); return true;
    case 'C': add_identity(b, XK_MIKEY_IDR_I, XK_MIKEY_ID_BYTES + 1, xk_text("sip:a@b")); return true;
    case 'R': add_identity(b, XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, xk_text("sip:c@d")); return true;
    case 'Q': add_identity(b, XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, xk_text("sip:g@h")); return true;
    case 'M': add_identity(b, XK_MIKEY_IDR_KMS, XK_MIKEY_ID_URI, xk_text("kms@d")); return true;
    case 'P': add_identity(b, XK_MIKEY_IDR_PSK, XK_MIKEY_ID_BYTES, xk_text("\xff")); return true;
    case 'A': add_identity(b, XK_MIKEY_IDR_APP, XK_MIKEY_ID_BYTES, xk_text("\x01")); return true;
    case 'B': add_identity(b, XK_MIKEY_IDR_APP, XK_MIKEY_ID_URI, xk_text("app")); return true;
    case 'L': add_identity(b, XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, (struct xk_bytes){text, sizeof text}); return true;
    case 'Z': add_identity(b, XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, xk_text("sip:\xff@d")); return true;
    case 'Y': add_identity(b, XK_MIKEY_IDR_R, XK_MIKEY_ID_BYTES + 1, xk_text("sip:c@d")); return true;
    case 'D': add_identity(b, 0, XK_MIKEY_ID_URI, xk_text("sip:c@d")); return true;
    case 'E':
        add_identity(b, XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, xk_text("x"));
        cut(b);
        return true;
    default: return false;
    }
}

static bool add_rands(struct xk_mikey_builder *b, char letter)
{
    const struct xk_bytes rand = {octets, 16};
    switch (letter) {
    case 'a': xk_mikey_add_rand(b, 0, rand); return true;
    case 'i': xk_mikey_add_rand(b, XK_MIKEY_RANDR_I, rand); return true;
    case 'r': xk_mikey_add_rand(b, XK_MIKEY_RANDR_R, rand); return true;
    case 'k': xk_mikey_add_rand(b, XK_MIKEY_RANDR_KMS, rand); return true;
    case 'w': xk_mikey_add_rand(b, XK_MIKEY_RANDR_I, (struct xk_bytes){other_octets, 16}); return true;
    case 'x': xk_mikey_add_rand(b, XK_MIKEY_RANDR_KMS + 1, rand); return true;
    case 'z':
        xk_mikey_add_rand(b, XK_MIKEY_RANDR_I, (struct xk_bytes){octets, 1});
        cut(b);
        return true;
    default: return false;
    }
}

static bool add_times(struct xk_mikey_builder *b, char letter)
{
    switch (letter) {
    case 't': add_time(b, 0, XK_MIKEY_TIME_NTP_UTC, 0); return true;
    case '0': add_time(b, 0, XK_MIKEY_TIME_NTP_UTC, 0x100); return true;
    case 'o': add_time(b, 0, XK_MIKEY_TIME_COUNTER, 5); return true;
    case 'p': add_time(b, 0, XK_MIKEY_TIME_COUNTER, 6); return true;
    case 'q': add_time(b, 0, XK_MIKEY_TIME_COUNTER, 7); return true;
    case 's': add_time(b, XK_MIKEY_TR_S, XK_MIKEY_TIME_NTP_UTC, 0); return true;
    case 'e': add_time(b, XK_MIKEY_TR_E, XK_MIKEY_TIME_NTP_UTC, 0); return true;
    case 'f': add_time(b, XK_MIKEY_TR_E, XK_MIKEY_TIME_NTP_UTC, 1); return true;
    case 'n': add_time(b, XK_MIKEY_TR_R, XK_MIKEY_TIME_NTP_UTC_32, 0); return true;
    case 'c': add_time(b, XK_MIKEY_TR_R, XK_MIKEY_TIME_COUNTER, 0); return true;
    case 'j': add_time(b, XK_MIKEY_TR_I, XK_MIKEY_TIME_NTP_UTC, 0); return true;
    default: break;
    }
    if (letter < '1' || letter > '9') {
        return false;
    }
    add_time(b, 0, XK_MIKEY_TIME_NTP_UTC, (unsigned int)(letter - '0'));
    return true;
}

static bool add_others(struct xk_mikey_builder *b, char letter, const struct xk_mikey_ticket *ticket)
{
    static const struct xk_mikey_kemac kemac = {.encryption = 0, .encrypted = {octets, 4}};
    static const struct xk_mikey_kemac with_mac = {0, {octets, 4}, 1, {octets, 20}};
    static const struct xk_mikey_policy policies[] = {
        {.number = 3, .parameters = {octets, 6}}, {.number = 3, .parameters = {other_octets, 6}}, {.number = 4}};
    const struct xk_mikey_verification v = {(uint8_t)(letter == 'W' ? 2 : 1), {octets, letter == 'W' ? 32 : 20}};
    switch (letter) {
    case 'S': xk_mikey_add_policy(b, &policies[0]); return true;
    case 'G': xk_mikey_add_policy(b, &policies[1]); return true;
    case 'F': xk_mikey_add_policy(b, &policies[2]); return true;
    case 'K': xk_mikey_add_kemac(b, &kemac); return true;
    case 'H': xk_mikey_add_kemac(b, &with_mac); return true;
    case 'T': xk_mikey_add_ticket(b, ticket); return true;
    case 'V':
    case 'W': xk_mikey_add_verification(b, &v); return true;
    default: return false;
    }
}

static void add(struct xk_mikey_builder *b, const char *recipe, const struct xk_mikey_ticket *ticket)
{
    memset(text, 'a', sizeof text);
    for (; *recipe != '\0'; recipe++) {
        if (!add_identities(b, *recipe) && !add_rands(b, *recipe) && !add_times(b, *recipe) &&
            !add_others(b, *recipe, ticket)) {
            fail_msg("no payload for '%c'", *recipe);
        }
    }
}

struct xk_bytes recipe_chain(unsigned int place, enum xk_mikey_chain_kind kind, const char *recipe,
                             const struct xk_mikey_ticket *ticket)
{
    struct xk_mikey_builder b;
    size_t size = 0;
    if (recipe[0] == '\0') {
        return (struct xk_bytes){NULL, 0};
    }
    xk_mikey_build_chain(&b, inner[place], sizeof inner[place], kind);
    if (recipe[0] == 'h') {
        recipe++;
        xk_mikey_add_ticket_header(&b, (struct xk_bytes){octets, 0});
    }
    add(&b, recipe, ticket);
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    return (struct xk_bytes){inner[place], size};
}

void recipe_ticket(struct xk_mikey_ticket *ticket, unsigned int flags, const char *policy, const char *data,
                   const char *initiator_data)
{
    static const struct xk_mikey_ticket bare = {.type = 1, .flags = RECIPE_FLAGS, .policy = {octets, 4}};
    memset(ticket, 0, sizeof *ticket);
    ticket->type = 1;
    ticket->flags = (uint16_t)flags;
    ticket->policy = recipe_chain(0, XK_MIKEY_CHAIN_FIRST_PAYLOAD, policy, &bare);
    ticket->ticket_data = recipe_chain(1, XK_MIKEY_CHAIN_IMPLIED, data, NULL);
    ticket->initiator_data = recipe_chain(2, XK_MIKEY_CHAIN_FIRST_PAYLOAD, initiator_data, NULL);
}

static size_t build(uint8_t *out, size_t capacity, unsigned int type, const char *recipe,
                    const struct xk_mikey_ticket *ticket, const char *ids, size_t policies)
{
    static const uint8_t policy_numbers[] = {1, 2};
    struct xk_mikey_builder b;
    struct xk_mikey_crypto_session sessions[4];
    struct xk_mikey_header header = {.version = 1, .data_type = (uint8_t)type, .csb_id = 7,
                                     .map_type = XK_MIKEY_MAP_GENERIC_ID};
    size_t count = strlen(ids);
    memset(sessions, 0, sizeof sessions);
    for (size_t i = 0; i < count; i++) {
        sessions[i].cs_id = (uint8_t)ids[i];
        sessions[i].policies = (struct xk_bytes){policy_numbers, policies};
    }
    xk_mikey_build_message(&b, out, capacity, &header, sessions, count);
    add(&b, recipe, ticket);
    assert_int_equal(b.status, XK_OK);
    return b.size;
}

size_t recipe_message(unsigned int place, unsigned int type, const char *recipe, const struct xk_mikey_ticket *ticket,
                      const char *ids, size_t policies)
{
    return build(recipe_wire[place], sizeof recipe_wire[place], type, recipe, ticket, ids, policies);
}

size_t recipe_offset(unsigned int type, const char *recipe, const struct xk_mikey_ticket *ticket, const char *ids,
                     size_t policies, size_t index)
{
    uint8_t out[sizeof recipe_wire[0]];
    char front[64];
    assert_true(index <= strlen(recipe) && index < sizeof front);
    memcpy(front, recipe, index);
    front[index] = '\0';
    return build(out, sizeof out, type, front, ticket, ids, policies);
}
