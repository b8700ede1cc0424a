/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/exchange/pairs.h"

#include <string.h>

#define FLAGS (RECIPE_FLAGS | XK_MIKEY_FLAG_N | XK_MIKEY_FLAG_O)
#define UNANSWERED (FLAGS & ~(unsigned int)XK_MIKEY_FLAG_F)
#define FORKING (RECIPE_FORKING | XK_MIKEY_FLAG_N | XK_MIKEY_FLAG_O)
#define L_FLAG (FLAGS | XK_MIKEY_FLAG_L)
#define M_FLAG (FLAGS | XK_MIKEY_FLAG_M)
#define LM_FLAGS (FLAGS | XK_MIKEY_FLAG_L | XK_MIKEY_FLAG_M)

/* Shorthands for a first exchange that is as good as can be, and for an answer of its own to an update. */
#define FIRST .init = "tiTV", .resp = "1V"
#define ACCEPTED .status = XK_OK, .field = "", .at = PAIR_ABSOLUTE
#define REFUSED(where, payload, octets, name)                                                                          \
    .status = XK_E_MIKEY_MISMATCH, .part = (where), .at = (payload), .more = (octets), .field = (name)

const struct pair pairs[] = {
    /* Whether a RESP is due is the ticket's F flag; what the V flag of INIT says is told (4.2.2.1, 6.10). */
    {.flags = FLAGS, FIRST, ACCEPTED},
    {.flags = FLAGS, FIRST, .wrong_v = 1, ACCEPTED, .remarks = XK_REMARK_V_FLAG},
    {.flags = FLAGS, .init = "tiTV", REFUSED(FIRST_RESP, PAIR_ABSOLUTE, 0, "TRANSFER_RESP")},
    {.flags = UNANSWERED, .init = "tiTV", ACCEPTED},
    {.flags = UNANSWERED, .init = "tiTV", .wrong_v = 1, ACCEPTED, .remarks = XK_REMARK_V_FLAG},
    {.flags = UNANSWERED, FIRST, REFUSED(FIRST_RESP, PAIR_ABSOLUTE, 0, "TRANSFER_RESP")},
    /* What the first INIT must have. */
    {.flags = FLAGS, .init = "tiV", .resp = "1V", REFUSED(FIRST_INIT, 0, 0, "INIT: TICKET")},
    {.flags = FLAGS, .init = "tTV", .resp = "1V", .status = XK_E_MIKEY_MISSING, .part = FIRST_INIT, .at = PAIR_END,
     .field = "INIT: RANDRi"},
    /* Which Crypto Sessions, and with which policy, is the Responder's to say (4.2.2.3, 6.1.1). */
    {.flags = FLAGS, FIRST, .policies = 1, ACCEPTED},
    {.flags = FLAGS, FIRST, .offered = "ba", .answered = "ab", ACCEPTED, .sessions = "ab"},
    {.flags = FLAGS, FIRST, .offered = "abc", .answered = "b", ACCEPTED, .sessions = "b",
     .remarks = XK_REMARK_SESSION_LEFT_OUT},
    {.flags = FLAGS, FIRST, .offered = "a", .answered = "ca", ACCEPTED, .sessions = "ac",
     .remarks = XK_REMARK_SESSION_ADDED},
    {.flags = FLAGS, FIRST, .offered = "a", .answered = "b", ACCEPTED, .sessions = "b",
     .remarks = XK_REMARK_SESSION_ADDED | XK_REMARK_SESSION_LEFT_OUT},
    {.flags = FLAGS, FIRST, .policies = SIZE_MAX, ACCEPTED}, /* none was offered: any will do */
    {.flags = FLAGS, .init = "tiTV", .resp = "1V", .policies = 2, ACCEPTED, .remarks = XK_REMARK_POLICY_CHANGED},
    {.flags = FLAGS, FIRST, .answered = "",
     .status = XK_E_MIKEY_MAP, .part = FIRST_RESP, .at = PAIR_ABSOLUTE, .more = 8,
     .field = "RESP: Crypto Session map"},
    {.flags = FLAGS, FIRST, .answered = "", .empty_map = 1u << FIRST_RESP, .status = XK_E_MIKEY_MAP,
     .part = FIRST_RESP, .at = PAIR_ABSOLUTE, .more = 8, .field = "RESP: Crypto Session map"},
    {.flags = UNANSWERED, .init = "tiTV", .offered = "", .status = XK_E_MIKEY_MAP, .part = FIRST_INIT,
     .at = PAIR_ABSOLUTE, .more = 8, .field = "INIT: Crypto Session map"},
    {.flags = FLAGS, FIRST, .offered = "", .empty_map = 1u << FIRST_INIT, ACCEPTED,
     .remarks = XK_REMARK_EMPTY_MAP | XK_REMARK_SESSION_ADDED},
    /* What the flags of the ticket ask of RESP (6.10). */
    {.flags = FLAGS | XK_MIKEY_FLAG_G, FIRST, REFUSED(FIRST_RESP, 0, 0, "RESP: RANDRr")},
    {.flags = FLAGS | XK_MIKEY_FLAG_G, .init = "tiTV", .resp = "1rV", ACCEPTED},
    {.flags = FORKING, .init = "tiTV", .resp = "1kRV", REFUSED(FIRST_RESP, 0, 0, "RESP: RANDRr")},
    {.flags = FORKING, .init = "tiTV", .resp = "1rRV", REFUSED(FIRST_RESP, 0, 0, "RESP: RANDRkms")},
    {.flags = FORKING, .init = "tiTV", .resp = "1rkV", REFUSED(FIRST_RESP, 0, 0, "RESP: IDRr")},
    {.flags = FORKING, .init = "tiTV", .resp = "1rkRV", ACCEPTED},
    /* Keys of a side's own (4.2.2.1, 4.2.2.3). */
    {.flags = FLAGS, .init = "tiTKV", .resp = "1V", REFUSED(FIRST_INIT, 3, 0, "INIT: KEMAC")},
    {.flags = M_FLAG, .init = "tiTKV", .resp = "1V", REFUSED(FIRST_INIT, 3, 0, "INIT: KEMAC")},
    {.flags = L_FLAG, .init = "tiTKV", .resp = "1V", ACCEPTED},
    {.flags = FLAGS, .init = "tiTV", .resp = "1KV", REFUSED(FIRST_RESP, 1, 0, "RESP: KEMAC")},
    {.flags = L_FLAG, .init = "tiTV", .resp = "1KV", REFUSED(FIRST_RESP, 1, 0, "RESP: KEMAC")},
    {.flags = M_FLAG, .init = "tiTV", .resp = "1KV", ACCEPTED},
    /* What is stepped over is counted, in the ticket too (4.2.2.2, 4.2.2.4). */
    {.flags = FLAGS, .init = "tiaxTV", .resp = "1aDV", ACCEPTED, .remarks = XK_REMARK_IGNORED, .ignored = 4},
    {.flags = FLAGS, .policy = "RjY", FIRST, ACCEPTED, .remarks = XK_REMARK_IGNORED, .ignored = 2},
    {.flags = FLAGS, .init = "tirkTV", .resp = "1irkITV", ACCEPTED, .remarks = XK_REMARK_IGNORED, .ignored = 7},
    /* What a ticket says of itself is told (6.10). */
    {.flags = FLAGS, .policy = "RA", FIRST, ACCEPTED, .remarks = XK_REMARK_APPLICATIONS},
    {.flags = FLAGS & ~(unsigned int)XK_MIKEY_FLAG_N, FIRST, ACCEPTED, .remarks = XK_REMARK_N_FLAG},
    {.flags = FLAGS & ~(unsigned int)XK_MIKEY_FLAG_O, FIRST, ACCEPTED, .remarks = XK_REMARK_O_FLAG},
    /* An update; whether it is answered is its V flag (5.2). */
    {.flags = FLAGS, FIRST, .update_init = "2V", .update_resp = "3V", ACCEPTED},
    {.flags = FLAGS, FIRST, .update_init = "2V", .update_resp = "3V", .wrong_v = 2, ACCEPTED,
     .remarks = XK_REMARK_V_FLAG},
    {.flags = FLAGS, FIRST, .update_init = "2V", ACCEPTED},
    {.flags = FLAGS, FIRST, .update_init = "2V", .wrong_v = 2,
     REFUSED(UPDATE_RESP, PAIR_ABSOLUTE, 0, "update TRANSFER_RESP")},
    {.flags = FLAGS, FIRST, .update_resp = "3V", REFUSED(UPDATE_INIT, PAIR_ABSOLUTE, 0, "update TRANSFER_INIT")},
    {.flags = UNANSWERED, .init = "tiTV", .update_init = "2V", .update_resp = "3V", ACCEPTED},
    /* Its Crypto Sessions are its own, and without any those there are. */
    {.flags = FLAGS, FIRST, .update_init = "2V", .update_offered = "bc", .update_resp = "3V", .update_answered = "cb",
     ACCEPTED, .sessions = "bc"},
    {.flags = FLAGS, FIRST, .update_init = "2V", .update_offered = "bc", ACCEPTED, .sessions = "bc"},
    {.flags = FLAGS, FIRST, .update_init = "2V", .update_offered = "bc", .update_resp = "3V", .update_answered = "c",
     ACCEPTED, .sessions = "c", .remarks = XK_REMARK_SESSION_LEFT_OUT},
    {.flags = FLAGS, FIRST, .answered = "ab", .update_init = "2V", .update_offered = "", .update_resp = "3V",
     .update_answered = "", ACCEPTED, .sessions = "ab", .remarks = XK_REMARK_SESSION_ADDED},
    {.flags = UNANSWERED, .init = "tiTV", .update_init = "2V", .update_offered = "", .empty_map = 1u << UPDATE_INIT,
     ACCEPTED, .remarks = XK_REMARK_EMPTY_MAP},
    {.flags = FLAGS, FIRST, .update_init = "2V", .update_offered = "", .update_resp = "3V", .update_answered = "",
     .empty_map = 1u << UPDATE_RESP, ACCEPTED, .remarks = XK_REMARK_EMPTY_MAP},
    /* Whom the answer names tells who began. */
    {.flags = FLAGS, FIRST, .update_init = "2IRV", .update_resp = "3RV", ACCEPTED, .update_by = XK_ROLE_INITIATOR},
    {.flags = FLAGS, FIRST, .update_init = "2RIV", .update_resp = "3IV", ACCEPTED, .update_by = XK_ROLE_RESPONDER},
    {.flags = FLAGS, FIRST, .update_init = "2IRV", .update_resp = "3IRV", ACCEPTED},
    /* Keys come from a side that may supply them. */
    {.flags = FLAGS, FIRST, .update_init = "2KV", .update_resp = "3V",
     REFUSED(UPDATE_INIT, 1, 0, "update INIT: KEMAC")},
    {.flags = FLAGS, FIRST, .update_init = "2V", .update_resp = "3KV",
     REFUSED(UPDATE_RESP, 1, 0, "update RESP: KEMAC")},
    {.flags = FLAGS, FIRST, .update_init = "2KV", .update_resp = "3KV",
     REFUSED(UPDATE_INIT, 1, 0, "update INIT: KEMAC")},
    {.flags = FLAGS, FIRST, .update_init = "2KV", REFUSED(UPDATE_INIT, 1, 0, "update INIT: KEMAC")},
    {.flags = L_FLAG, FIRST, .update_init = "2KV", .update_resp = "3V", ACCEPTED},
    {.flags = M_FLAG, FIRST, .update_init = "2KV", .update_resp = "3V", ACCEPTED},
    {.flags = L_FLAG, FIRST, .update_init = "2V", .update_resp = "3KV", ACCEPTED},
    {.flags = M_FLAG, FIRST, .update_init = "2V", .update_resp = "3KV", ACCEPTED},
    {.flags = M_FLAG, FIRST, .update_init = "2KV", ACCEPTED},
    {.flags = L_FLAG, FIRST, .update_init = "2KV", .update_resp = "3KV",
     REFUSED(UPDATE_INIT, 1, 0, "update INIT: KEMAC")},
    {.flags = M_FLAG, FIRST, .update_init = "2KV", .update_resp = "3KV",
     REFUSED(UPDATE_INIT, 1, 0, "update INIT: KEMAC")},
    {.flags = LM_FLAGS, FIRST, .update_init = "2KV", .update_resp = "3KV", ACCEPTED},
    {.flags = L_FLAG, FIRST, .update_init = "2KV", .update_resp = "3RV", ACCEPTED, .update_by = XK_ROLE_INITIATOR},
    {.flags = M_FLAG, FIRST, .update_init = "2KV", .update_resp = "3RV",
     REFUSED(UPDATE_INIT, 1, 0, "update INIT: KEMAC")},
    {.flags = L_FLAG, FIRST, .update_init = "2V", .update_resp = "3RKV",
     REFUSED(UPDATE_RESP, 2, 0, "update RESP: KEMAC")},
    {.flags = M_FLAG, FIRST, .update_init = "2V", .update_resp = "3RKV", ACCEPTED, .update_by = XK_ROLE_INITIATOR},
    {.flags = M_FLAG, FIRST, .update_init = "2KV", .update_resp = "3IV", ACCEPTED, .update_by = XK_ROLE_RESPONDER},
    {.flags = L_FLAG, FIRST, .update_init = "2KV", .update_resp = "3IV",
     REFUSED(UPDATE_INIT, 1, 0, "update INIT: KEMAC")},
    {.flags = L_FLAG, FIRST, .update_init = "2V", .update_resp = "3IKV", ACCEPTED, .update_by = XK_ROLE_RESPONDER},
    {.flags = M_FLAG, FIRST, .update_init = "2V", .update_resp = "3IKV",
     REFUSED(UPDATE_RESP, 2, 0, "update RESP: KEMAC")},
    /* What the first exchange gave may be said again, and is told; nothing new of the kind. */
    {.flags = FLAGS, FIRST, .update_init = "2TV", .update_resp = "3V", ACCEPTED, .remarks = XK_REMARK_TICKET_REPEATED},
    {.flags = FLAGS, FIRST, .update_init = "2V", .update_resp = "3TV", ACCEPTED, .remarks = XK_REMARK_TICKET_REPEATED},
    {.flags = FLAGS, FIRST, .update_init = "2TV", .update_resp = "3V", .other_ticket = true,
     REFUSED(UPDATE_INIT, 1, 0, "update INIT: TICKET")},
    {.flags = FLAGS, FIRST, .update_init = "2V", .update_resp = "3TV", .other_ticket = true,
     REFUSED(UPDATE_RESP, 1, 0, "update RESP: TICKET")},
    {.flags = FLAGS, FIRST, .update_init = "2TV", .update_resp = "3V", .other_ticket_type = true,
     REFUSED(UPDATE_INIT, 1, 0, "update INIT: TICKET")},
    {.flags = FORKING, .init = "tiTV", .resp = "1rkRV", .update_init = "2TV", .update_resp = "3V",
     .other_initiator_data = true, ACCEPTED, .remarks = XK_REMARK_TICKET_REPEATED | XK_REMARK_IGNORED, .ignored = 1},
    {.flags = FORKING, .init = "tiTV", .resp = "1rkRV", .update_init = "2irkV", .update_resp = "3V", ACCEPTED,
     .remarks = XK_REMARK_RAND_REPEATED},
    {.flags = FORKING, .init = "tiTV", .resp = "1rkRV", .update_init = "2V", .update_resp = "3rV", ACCEPTED,
     .remarks = XK_REMARK_RAND_REPEATED},
    {.flags = FLAGS, FIRST, .update_init = "2wV", .update_resp = "3V",
     REFUSED(UPDATE_INIT, 1, 0, "update INIT: RANDRi")},
    {.flags = FLAGS, FIRST, .update_init = "2V", .update_resp = "3wV",
     REFUSED(UPDATE_RESP, 1, 0, "update RESP: RANDRi")},
    {.flags = FLAGS, FIRST, .update_init = "2rV", .update_resp = "3V",
     REFUSED(UPDATE_INIT, 1, 0, "update INIT: RANDRr")},
    {.flags = FLAGS, FIRST, .update_init = "2kV", .update_resp = "3V",
     REFUSED(UPDATE_INIT, 1, 0, "update INIT: RANDRkms")},
    {.flags = FLAGS, FIRST, .update_init = "2aV", .update_resp = "3axV", ACCEPTED, .remarks = XK_REMARK_IGNORED,
     .ignored = 3},
    /* Its times are new. A counter goes up; an answer may repeat that of its question. */
    {.flags = FLAGS, FIRST, .update_init = "tV", .update_resp = "3V", REFUSED(UPDATE_INIT, 0, 0, "update INIT: T")},
    {.flags = FLAGS, FIRST, .update_init = "1V", .update_resp = "3V", REFUSED(UPDATE_INIT, 0, 0, "update INIT: T")},
    {.flags = FLAGS, FIRST, .update_init = "2V", .update_resp = "tV", REFUSED(UPDATE_RESP, 0, 0, "update RESP: T")},
    {.flags = FLAGS, FIRST, .update_init = "2V", .update_resp = "1V", REFUSED(UPDATE_RESP, 0, 0, "update RESP: T")},
    {.flags = FLAGS, FIRST, .update_init = "2V", .update_resp = "2V", ACCEPTED},
    {.flags = FLAGS, FIRST, .update_init = "oV", .update_resp = "3V", ACCEPTED},
    {.flags = FLAGS, .init = "piTV", .resp = "pV", .update_init = "0V", .update_resp = "0V", ACCEPTED},
    {.flags = UNANSWERED, .init = "tiTV", .update_init = "0V", ACCEPTED},
    {.flags = FLAGS, .init = "piTV", .resp = "pV", .update_init = "qV", .update_resp = "qV", ACCEPTED},
    {.flags = FLAGS, .init = "piTV", .resp = "pV", .update_init = "pV", .update_resp = "qV",
     REFUSED(UPDATE_INIT, 0, 0, "update INIT: T")},
    {.flags = FLAGS, .init = "piTV", .resp = "pV", .update_init = "qV", .update_resp = "oV",
     REFUSED(UPDATE_RESP, 0, 0, "update RESP: T")},
    {.flags = FLAGS, .init = "piTV", .resp = "1V", .update_init = "2V", .update_resp = "3V", ACCEPTED},
    {.flags = UNANSWERED, .init = "piTV", .update_init = "oV", REFUSED(UPDATE_INIT, 0, 0, "update INIT: T")},
    /* A counter in place of a time of day, where the ticket has a validity. */
    {.flags = FLAGS, .policy = "Rse", .init = "piTV", .resp = "1V", ACCEPTED, .remarks = XK_REMARK_COUNTER},
    {.flags = FLAGS, .policy = "Rse", FIRST, ACCEPTED},
};
const size_t pair_count = sizeof pairs / sizeof pairs[0];

static const char *recipe_of(const struct pair *p, unsigned int part)
{
    const char *const recipes[] = {p->init, p->resp, p->update_init, p->update_resp};
    return recipes[part];
}

static const char *ids_of(const struct pair *p, unsigned int part)
{
    const char *const ids[] = {p->offered, p->answered, p->update_offered, p->update_answered};
    return ids[part] != NULL ? ids[part] : "a";
}

/* An INIT offers one policy or more; where SIZE_MAX stands, none. RESP has the first of what may be offered. */
static size_t policies_of(const struct pair *p, unsigned int part)
{
    return part % 2 == 0 && p->policies != 2 ? p->policies + 1 : 1;
}

static void ticket_of(const struct pair *p, unsigned int part, struct xk_mikey_ticket *ticket)
{
    const bool forking = (p->flags & XK_MIKEY_FLAG_I) != 0;
    const bool update = part >= UPDATE_INIT;
    const char *initiator_data = !forking ? "" : update && p->other_initiator_data ? "VSV" : "VV";
    recipe_ticket(ticket, p->flags, p->policy != NULL ? p->policy : "R",
                  update && p->other_ticket ? "htaKPV" : "htaKV", initiator_data);
    if (update && p->other_ticket_type) {
        ticket->type = (uint16_t)(ticket->type ^ 0x100); /* its first octet alone */
    }
}

void pair_build(const struct pair *p, struct xk_get_keys *message)
{
    struct xk_bytes *const views[] = {&message->transfer_init, &message->transfer_resp, &message->update_init,
                                      &message->update_resp};
    const bool due[] = {(p->flags & XK_MIKEY_FLAG_F) != 0, false, p->update_resp != NULL, false};
    memset(message, 0, sizeof *message);
    for (unsigned int part = 0; part < 4; part++) {
        struct xk_mikey_ticket ticket;
        if (recipe_of(p, part) == NULL) {
            continue;
        }
        ticket_of(p, part, &ticket);
        const unsigned int type = part % 2 == 0 ? XK_MIKEY_TRANSFER_INIT : XK_MIKEY_TRANSFER_RESP;
        size_t size = recipe_message(part, type, recipe_of(p, part), &ticket, ids_of(p, part), policies_of(p, part));
        uint8_t *octets = recipe_wire[part];
        const bool wrong = (p->wrong_v >> part / 2 & 1u) != 0;
        octets[3] = (uint8_t)(due[part] != (wrong && part % 2 == 0) ? 0x80 : 0);
        if ((p->empty_map >> part & 1u) != 0) {
            octets[9] = XK_MIKEY_MAP_EMPTY;
        }
        if (part == FIRST_RESP && p->policies == 2) {
            octets[13] = 9; /* the policy of its first Crypto Session */
        }
        *views[part] = (struct xk_bytes){octets, size};
    }
}

size_t pair_offset(const struct pair *p)
{
    struct xk_mikey_ticket ticket;
    if (p->at == PAIR_ABSOLUTE) {
        return p->more;
    }
    const char *recipe = recipe_of(p, p->part);
    const unsigned int type = p->part % 2 == 0 ? XK_MIKEY_TRANSFER_INIT : XK_MIKEY_TRANSFER_RESP;
    ticket_of(p, p->part, &ticket);
    return recipe_offset(type, recipe, &ticket, ids_of(p, p->part), policies_of(p, p->part),
                         p->at == PAIR_END ? strlen(recipe) : p->at) + p->more;
}
