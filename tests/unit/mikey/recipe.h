/* SPDX-License-Identifier: BSD-2-Clause */
/* MIKEY messages and tickets from a recipe, one letter a payload: what no sender in its right mind would make. */
#ifndef XK_TEST_MIKEY_RECIPE_H
#define XK_TEST_MIKEY_RECIPE_H

#include <xk/mikey_build.h>

#define RECIPE_FLAGS (XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_F | XK_MIKEY_FLAG_H)
#define RECIPE_FORKING (RECIPE_FLAGS | XK_MIKEY_FLAG_E | XK_MIKEY_FLAG_G | XK_MIKEY_FLAG_I)

/*
 * T: t; 1 to 9 a second later each; 0 a clock that shows 0; o p q counters of 5, 6, 7. RAND: a. RANDR: i r k by
 * Initiator, Responder, KMS; w other octets than i; x of a fifth role; z empty, of the Initiator. IDR: I J initiators,
 * R Q responders, M KMS, P pre-shared key, A B applications; N initiator as a NAI; L too long, Z not UTF-8, E empty, Y
 * of an unknown type, all responders; C an initiator of an unknown type. D a plain ID. S a policy, G the same number
 * and other parameters, F another number. K KEMAC, H KEMAC with a MAC. T TICKET. TR: s e beginning and end, f another
 * end, n rekeying, c rekeying as a counter, j issue. V, W of 32 octets.
 */
extern uint8_t recipe_wire[4][2048];

/* A chain inside a payload; `place` 0 to 2 says where it lies. A recipe that begins with h has a THDR first. */
struct xk_bytes recipe_chain(unsigned int place, enum xk_mikey_chain_kind kind, const char *recipe,
                             const struct xk_mikey_ticket *ticket);
void recipe_ticket(struct xk_mikey_ticket *ticket, unsigned int flags, const char *policy, const char *data,
                   const char *initiator_data);

/* A message with CSB ID 7 in recipe_wire[place], with the Crypto Sessions `ids`, each with `policies` policies. */
size_t recipe_message(unsigned int place, unsigned int type, const char *recipe, const struct xk_mikey_ticket *ticket,
                      const char *ids, size_t policies);

/* Where in such a message the payload of this index begins; behind the last for its size. */
size_t recipe_offset(unsigned int type, const char *recipe, const struct xk_mikey_ticket *ticket, const char *ids,
                     size_t policies, size_t index);

#endif
