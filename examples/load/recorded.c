/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/questions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/call_files.h"
#include "support/support.h"

_Static_assert(MIKEY_MAX <= QUESTION_MIKEY_MAX, "a question takes every call");

size_t questions_from_calls(const char *folder, const char *target, struct question **questions)
{
    struct call *calls = NULL;
    size_t count = load_folder(folder, &calls);
    *questions = calloc(count, sizeof **questions);
    if (*questions == NULL) {
        die("no memory");
    }
    for (size_t i = 0; i < count; i++) {
        struct question *question = &(*questions)[i];
        snprintf(question->identity, sizeof question->identity, "%s", target != NULL ? target : calls[i].from);
        memcpy(question->init, calls[i].init, calls[i].init_size);
        question->init_size = calls[i].init_size;
        memcpy(question->resp, calls[i].resp, calls[i].resp_size);
        question->resp_size = calls[i].resp_size;
        if (has_message(folder, calls[i].name, "reinvite")) {
            static uint8_t sip[SIP_MAX];
            (void)load_message(folder, calls[i].name, "reinvite", sip, question->update_init,
                               &question->update_init_size);
            (void)load_message(folder, calls[i].name, "reok", sip, question->update_resp, &question->update_resp_size);
        }
    }
    free(calls);
    return count;
}
