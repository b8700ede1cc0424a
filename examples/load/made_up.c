/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/questions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"
#include "ue/exchange.h"

size_t questions_made_up(size_t count, const char *key_file, struct question **questions)
{
    struct call call;
    memset(&call, 0, sizeof call);
    *questions = calloc(count, sizeof **questions);
    if (*questions == NULL) {
        die("no memory");
    }
    call.ticket_key_size = read_key(key_file, call.ticket_key, sizeof call.ticket_key);
    call.kms = "sip:kms@example.com";
    call.dialled = call.answerer = "sip:callee@example.com";
    call.session_count = 1;
    for (size_t i = 0; i < count; i++) {
        struct question *question = &(*questions)[i];
        snprintf(question->identity, sizeof question->identity, "sip:caller-%zu@example.com", i);
        call.caller = question->identity;
        make_exchange(&call);
        memcpy(question->init, call.init, call.init_size);
        question->init_size = call.init_size;
        memcpy(question->resp, call.resp, call.resp_size);
        question->resp_size = call.resp_size;
    }
    OPENSSL_cleanse(&call, sizeof call);
    return count;
}
