/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes messages of every shape to stdout, each behind four octets of length, from a seeded generator. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xk/message.h>

static uint64_t seed = 42;

static uint32_t draw(uint32_t bound)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 32) % bound;
}

static uint8_t pool[XK_MIKEY_MAX];

static struct xk_bytes octets(size_t low, size_t high)
{
    return (struct xk_bytes){pool, low + draw((uint32_t)(high - low + 1))};
}

static struct xk_bytes text(void)
{
    static const char *const texts[] = {"sip:alice@example.com", "tel:+15550100", "sip:b\xc3\xb6\xc3\xb6@example.org",
                                        "x"};
    return xk_text(texts[draw(4)]);
}

static void fill_id(struct xk_transaction_id *id)
{
    for (size_t i = 0; i < sizeof id->octets; i++) {
        id->octets[i] = (uint8_t)draw(256);
    }
}

static size_t make_get_keys(uint8_t *out, size_t capacity)
{
    struct xk_get_keys m;
    size_t size = 0;
    memset(&m, 0, sizeof m);
    fill_id(&m.transaction_id);
    m.public_kms_identity = text();
    m.transfer_init = octets(1, draw(4) == 0 ? XK_MIKEY_MAX : 300);
    if (draw(4) != 0) {
        m.transfer_resp = octets(1, 300);
    }
    if (draw(3) == 0) {
        m.update_init = octets(1, 100);
        m.update_resp = octets(1, 100);
    }
    if (draw(2) == 0) {
        m.initiator_hint = text();
        m.responder_hint = text();
    }
    return xk_get_keys_encode(&m, out, capacity, &size, NULL) == XK_OK ? size : 0;
}

static size_t make_response(uint8_t *out, size_t capacity)
{
    static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
    struct xk_get_keys_response m;
    size_t size = 0;
    memset(&m, 0, sizeof m);
    memset(sessions, 0, sizeof sessions);
    fill_id(&m.transaction_id);
    if (draw(3) == 0) {
        m.failure = (enum xk_failure)(1 + draw(18));
        if (m.failure == XK_FAILURE_OTHER_KMS && draw(2) == 0) {
            m.referral = text();
        }
        return xk_get_keys_response_encode(&m, out, capacity, &size, NULL) == XK_OK ? size : 0;
    }
    m.session_count = draw(10) == 0 ? XK_CRYPTO_SESSIONS_MAX : 1 + draw(5);
    m.sessions = sessions;
    for (size_t i = 0; i < m.session_count; i++) {
        struct xk_session_result *s = &sessions[i];
        s->cs_id = (uint8_t)(m.session_count - i);
        s->cipher = XK_CIPHER_ABSENT;
        s->encoding = XK_KEY_ENCODING_ABSENT;
        if (draw(4) == 0) {
            s->failure = (enum xk_failure)(1 + draw(18));
            continue;
        }
        s->key = octets(1, XK_SESSION_KEY_MAX);
        s->salt = draw(2) == 0 ? octets(1, XK_SALT_MAX) : s->salt;
        s->cipher = draw(2) == 0 ? XK_CIPHER_AES_CM : XK_CIPHER_ABSENT;
        s->encoding = draw(2) == 0 ? XK_KEY_ENCODING_TEK : XK_KEY_ENCODING_ABSENT;
        s->expiry = draw(2) == 0 ? UINT64_MAX - draw(1000) : 0;
    }
    return xk_get_keys_response_encode(&m, out, capacity, &size, NULL) == XK_OK ? size : 0;
}

int main(void)
{
    static uint8_t out[XK_MESSAGE_MAX];
    for (size_t i = 0; i < sizeof pool; i++) {
        pool[i] = (uint8_t)(i * 7);
    }
    for (unsigned int i = 0; i < 1000; i++) {
        size_t size = i % 2 == 0 ? make_get_keys(out, sizeof out) : make_response(out, sizeof out);
        const uint8_t length[4] = {(uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8), (uint8_t)size};
        if (size == 0 || fwrite(length, sizeof length, 1, stdout) != 1 || fwrite(out, size, 1, stdout) != 1) {
            return 1;
        }
    }
    return 0;
}
