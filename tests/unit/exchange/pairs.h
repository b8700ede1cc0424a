/* SPDX-License-Identifier: BSD-2-Clause */
/* The one list of exchanges that every judge of them is held against. */
#ifndef XK_TEST_EXCHANGE_PAIRS_H
#define XK_TEST_EXCHANGE_PAIRS_H

#include <xk/exchange.h>

#include "unit/mikey/recipe.h"

enum pair_part { FIRST_INIT = 0, FIRST_RESP = 1, UPDATE_INIT = 2, UPDATE_RESP = 3 };
#define PAIR_ABSOLUTE SIZE_MAX /* for `at`: `more` counts from the message's first octet */
#define PAIR_END 99            /* for `at`: behind the last payload */

/* Recipes are those of unit/mikey/recipe.h. What a row leaves out is NULL or 0. */
struct pair {
    unsigned int flags;          /* of the ticket */
    const char *policy;          /* of the ticket; "R" without */
    const char *init;            /* each recipe without is a message that is not there */
    const char *offered;         /* CS IDs of INIT; "a" without */
    const char *resp;
    const char *answered;        /* CS IDs of RESP; "a" without */
    const char *update_init;
    const char *update_offered;
    const char *update_resp;
    const char *update_answered;
    size_t policies;             /* that each Crypto Session of an INIT is offered, one more than here */
    unsigned int empty_map;      /* parts whose map is Empty, a bit each */
    unsigned int wrong_v;        /* INITs whose V flag says otherwise than is done, a bit each */
    bool other_ticket;           /* an update's ticket has other Ticket Data */
    bool other_ticket_type;      /* an update's ticket is of another type */
    bool other_initiator_data;   /* an update's ticket has other Initiator Data */

    enum xk_status status;
    const char *field;
    enum pair_part part;         /* what is refused, and where in it */
    size_t at;                   /* index of the payload */
    size_t more;                 /* octets into it */

    uint32_t remarks;            /* of what is accepted */
    size_t ignored;
    enum xk_role update_by;
    const char *sessions;        /* "a" without */
};

extern const struct pair pairs[];
extern const size_t pair_count;

/* The messages of a pair, in recipe_wire; the rest of the get_keys is 0. */
void pair_build(const struct pair *pair, struct xk_get_keys *message);
size_t pair_offset(const struct pair *pair); /* of what is refused, built before */

#endif
