/* SPDX-License-Identifier: BSD-2-Clause */
/* Xk messages: what decodes encodes again to the same octets, but for extensions, which are not kept, and for failure
 * reasons of a newer KMS, which are read as the generic one: then what has been encoded is stable. */
#include <xk/message.h>

#include "fuzz.h"

static void get_keys(const uint8_t *data, size_t size)
{
    static uint8_t out[XK_MESSAGE_MAX];
    struct xk_get_keys m;
    struct xk_get_keys again;
    size_t written = 0;
    if (xk_get_keys_decode(data, size, &m, NULL) != XK_OK) {
        return;
    }
    REQUIRE(xk_get_keys_encode(&m, out, sizeof out, &written, NULL) == XK_OK);
    REQUIRE(written <= size && xk_get_keys_decode(out, written, &again, NULL) == XK_OK);
    REQUIRE(written != size || memcmp(out, data, size) == 0);
}

static void response(const uint8_t *data, size_t size)
{
    static uint8_t out[XK_MESSAGE_MAX];
    static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
    struct xk_get_keys_response m;
    size_t written = 0;
    if (xk_get_keys_response_decode(data, size, &m, sessions, XK_CRYPTO_SESSIONS_MAX, NULL) != XK_OK) {
        return;
    }
    REQUIRE((m.failure == XK_FAILURE_NONE) == (m.session_count > 0));
    if (xk_get_keys_response_encode(&m, out, sizeof out, &written, NULL) == XK_OK) {
        static uint8_t twice[XK_MESSAGE_MAX];
        size_t again = 0;
        REQUIRE(written <= size &&
                xk_get_keys_response_decode(out, written, &m, sessions, XK_CRYPTO_SESSIONS_MAX, NULL) == XK_OK);
        REQUIRE(xk_get_keys_response_encode(&m, twice, sizeof twice, &again, NULL) == XK_OK);
        REQUIRE(again == written && memcmp(out, twice, again) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum xk_message_type type;
    struct xk_transaction_id id;
    get_keys(data, size);
    response(data, size);
    (void)!xk_message_peek(data, size, &type, &id, NULL);
    return 0;
}
