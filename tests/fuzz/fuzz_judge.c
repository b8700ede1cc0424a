/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whole messages by the decoders as they are, and by the same decoders with every item left to libcbor: same status,
 * same offset, same field, same message.
 */
#include <xk/message.h>

#include "fuzz.h"

enum xk_status judge_get_keys_decode(const uint8_t *data, size_t size, struct xk_get_keys *message,
                                     struct xk_diag *diag);
enum xk_status judge_get_keys_response_decode(const uint8_t *data, size_t size, struct xk_get_keys_response *message,
                                              struct xk_session_result *sessions, size_t session_capacity,
                                              struct xk_diag *diag);
enum xk_status judge_message_peek(const uint8_t *data, size_t size, enum xk_message_type *type,
                                  struct xk_transaction_id *id, struct xk_diag *diag);

static const struct xk_diag untouched = {XK_OK, 999, "untouched"};

static void same_diag(const struct xk_diag *a, const struct xk_diag *b)
{
    REQUIRE(a->status == b->status && a->offset == b->offset && strcmp(a->field, b->field) == 0);
}

static void get_keys(const uint8_t *data, size_t size)
{
    struct xk_get_keys ours;
    struct xk_get_keys judged;
    struct xk_diag diag = untouched;
    struct xk_diag judge = untouched;
    memset(&ours, 0, sizeof ours);
    memset(&judged, 0, sizeof judged);
    enum xk_status status = xk_get_keys_decode(data, size, &ours, &diag);
    REQUIRE(judge_get_keys_decode(data, size, &judged, &judge) == status);
    same_diag(&diag, &judge);
    REQUIRE(memcmp(&ours, &judged, sizeof ours) == 0);
}

static void response(const uint8_t *data, size_t size)
{
    static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
    static struct xk_session_result judged_sessions[XK_CRYPTO_SESSIONS_MAX];
    struct xk_get_keys_response ours;
    struct xk_get_keys_response judged;
    struct xk_diag diag = untouched;
    struct xk_diag judge = untouched;
    memset(&ours, 0, sizeof ours);
    memset(&judged, 0, sizeof judged);
    enum xk_status status =
        xk_get_keys_response_decode(data, size, &ours, sessions, XK_CRYPTO_SESSIONS_MAX, &diag);
    REQUIRE(judge_get_keys_response_decode(data, size, &judged, judged_sessions, XK_CRYPTO_SESSIONS_MAX, &judge) ==
            status);
    same_diag(&diag, &judge);
    if (status == XK_OK) {
        REQUIRE(ours.session_count == judged.session_count &&
                memcmp(sessions, judged_sessions, ours.session_count * sizeof sessions[0]) == 0);
        ours.sessions = NULL;
        judged.sessions = NULL;
    }
    REQUIRE(memcmp(&ours, &judged, sizeof ours) == 0);
}

static void envelope(const uint8_t *data, size_t size)
{
    enum xk_message_type types[2] = {XK_MESSAGE_GET_KEYS, XK_MESSAGE_GET_KEYS};
    struct xk_transaction_id ids[2];
    struct xk_diag diag = untouched;
    struct xk_diag judge = untouched;
    memset(ids, 0, sizeof ids);
    REQUIRE(xk_message_peek(data, size, &types[0], &ids[0], &diag) ==
            judge_message_peek(data, size, &types[1], &ids[1], &judge));
    same_diag(&diag, &judge);
    REQUIRE(types[0] == types[1] && memcmp(&ids[0], &ids[1], sizeof ids[0]) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    get_keys(data, size);
    response(data, size);
    envelope(data, size);
    return 0;
}
