/* SPDX-License-Identifier: BSD-2-Clause */
/* What the stateless encoder and the fake KMS have in common. */
#ifndef XKT_ANSWER_H
#define XKT_ANSWER_H

#include <xk_test/answer.h>

/* Octets of keys and salts that xkt_fill_results() may write. */
#define XKT_KEY_SPACE (XK_CRYPTO_SESSIONS_MAX * (XK_TEST_KEY_SIZE + XK_TEST_SALT_SIZE))

/*
 * The results of an answer, or a key for each of `cs_ids` if it names none: into `sessions`, of which there are
 * XK_CRYPTO_SESSIONS_MAX, with keys and salts in `key_space` where the test gave none. Answers how many.
 */
size_t xkt_fill_results(const struct xk_test_answer *answer, struct xk_bytes transfer_init, const uint8_t *cs_ids,
                        size_t cs_count, struct xk_session_result *sessions, uint8_t *key_space);

#endif
