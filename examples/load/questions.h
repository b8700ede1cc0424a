/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What a load is made of: exchanges and whose keys to ask for, from calls of xk-ue or made up.
 */
#ifndef LOAD_QUESTIONS_H
#define LOAD_QUESTIONS_H

#include <stddef.h>
#include <stdint.h>

#define QUESTION_MIKEY_MAX 8192

struct question {
    char identity[256]; /* Public KMS Identity of the target */
    uint8_t init[QUESTION_MIKEY_MAX];
    size_t init_size;
    uint8_t resp[QUESTION_MIKEY_MAX];
    size_t resp_size;
    uint8_t update_init[QUESTION_MIKEY_MAX];
    size_t update_init_size; /* 0 without a CSB update */
    uint8_t update_resp[QUESTION_MIKEY_MAX];
    size_t update_resp_size;
};

/** One for each call of a folder, with its re-INVITE (NAME.reinvite, NAME.reok) if there is one; `target` NULL asks for
 * each call's own caller. Ends the program when it cannot. */
size_t questions_from_calls(const char *folder, const char *target, struct question **questions);
/** Makes `count` exchanges under the ticket key in a file. Ends the program when it cannot. */
size_t questions_made_up(size_t count, const char *key_file, struct question **questions);

#endif
