/* SPDX-License-Identifier: BSD-2-Clause */
/* From an outcome to the event of TS 33.107 clause 7A.7.2, and the one place that keeps keys off HI2 in DF3 mode. */
#include <xk/iri.h>

#include <string.h>

#include "support/inline.h"

/* A Crypto Session without a key cannot be listed on HI2: it only makes the failure indication true. */
static enum xk_status take_session(const struct xk_session_result *session, struct xk_iri_key *keys,
                                   size_t capacity, struct xk_iri_event *event)
{
    if (session->failure != XK_FAILURE_NONE) {
        event->failure = true;
        return XK_OK;
    }
    if (session->key.data == NULL || session->key.size == 0) {
        return XK_E_ARGUMENT;
    }
    if (event->key_count < capacity) {
        struct xk_iri_key *key = &keys[event->key_count];
        key->cs_id.data = &session->cs_id;
        key->cs_id.size = 1;
        key->key = session->key;
        key->salt = session->salt;
    }
    event->key_count++;
    return XK_OK;
}

enum xk_status xk_iri_assemble(const struct xk_outcome *outcome, struct xk_utc time, struct xk_iri_key *keys,
                               size_t key_capacity, struct xk_iri_event *event)
{
    if (outcome == NULL || outcome->warrant == NULL || event == NULL || (keys == NULL && key_capacity > 0) ||
        (outcome->sessions == NULL && outcome->session_count > 0)) {
        return XK_E_ARGUMENT;
    }
    struct xk_iri_event made;
    memset(&made, 0, xki_unknown(sizeof made));
    made.warrant = outcome->warrant;
    made.time = time;
    made.failure = outcome->kind == XK_OUTCOME_FAILURE;
    for (size_t i = 0; i < outcome->session_count; i++) {
        enum xk_status status = take_session(&outcome->sessions[i], keys, key_capacity, &made);
        if (status != XK_OK) {
            return status;
        }
    }
    if (made.key_count > 0 && outcome->warrant->destination != XK_DESTINATION_LEMF) {
        return XK_E_DESTINATION;
    }
    if ((made.key_count > 0) == (outcome->kind == XK_OUTCOME_FAILURE)) {
        return XK_E_ARGUMENT;
    }
    if (made.key_count > key_capacity) {
        return XK_E_SPACE;
    }
    made.keys = made.key_count > 0 ? keys : NULL;
    memcpy(event, &made, xki_unknown(sizeof made));
    return XK_OK;
}
