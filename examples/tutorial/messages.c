/* SPDX-License-Identifier: BSD-2-Clause */
/* Step 1 of the tutorial: the two messages of Xk, written and read by hand, without any engine. */
#include <stdio.h>
#include <string.h>

#include <xk/message.h>
#include <xk/secret.h>

#define NEED(what) do { if (!(what)) { fprintf(stderr, "line %d: " #what "\n", __LINE__); return 1; } } while (0)

int main(void)
{
    /* What a DF2/MF asks. The MIKEY messages are those of the intercepted SIP; here any octets do. */
    /* [ask] */
    static const uint8_t init[] = {1, 14, 0, 0}, resp[] = {1, 15, 0, 0};
    struct xk_get_keys ask;
    uint8_t octets[256];
    size_t size = 0;
    memset(&ask, 0, sizeof ask);
    memset(ask.transaction_id.octets, 0x2a, XK_TRANSACTION_ID_SIZE); /* a host takes them from its randomness */
    ask.public_kms_identity = xk_text("sip:alice@example.com");
    ask.transfer_init = (struct xk_bytes){init, sizeof init};
    ask.transfer_resp = (struct xk_bytes){resp, sizeof resp};
    NEED(xk_get_keys_encode(&ask, octets, sizeof octets, &size, NULL) == XK_OK);
    /* [ask] */

    /* What a KMS reads. The views point into the octets: nothing was copied. */
    /* [read] */
    struct xk_get_keys asked;
    struct xk_diag diag;
    NEED(xk_get_keys_decode(octets, size, &asked, &diag) == XK_OK);
    NEED(asked.public_kms_identity.size == strlen("sip:alice@example.com"));
    NEED(xk_get_keys_decode(octets, size - 1, &asked, &diag) != XK_OK); /* diag tells what, where, and in which field */
    printf("cut short: %s at octet %zu, %s\n", xk_status_name(diag.status), diag.offset, diag.field);
    /* [read] */

    /* What it answers: for each Crypto Session a key or the reason why there is none. */
    /* [answer] */
    static const uint8_t key[16] = {7}, salt[14] = {9};
    struct xk_session_result results[2];
    struct xk_get_keys_response answer;
    memset(results, 0, sizeof results);
    results[0].cs_id = 1;
    results[0].key = (struct xk_bytes){key, sizeof key};
    results[0].salt = (struct xk_bytes){salt, sizeof salt};
    results[0].cipher = XK_CIPHER_AES_CM;
    results[0].encoding = XK_KEY_ENCODING_SRTP_MASTER;
    results[1].cs_id = 2;
    results[1].failure = XK_FAILURE_SESSION_UNKNOWN;
    results[1].cipher = XK_CIPHER_ABSENT;
    results[1].encoding = XK_KEY_ENCODING_ABSENT;
    memset(&answer, 0, sizeof answer);
    answer.transaction_id = ask.transaction_id;
    answer.sessions = results;
    answer.session_count = 2;
    NEED(xk_get_keys_response_encode(&answer, octets, sizeof octets, &size, NULL) == XK_OK);
    /* [answer] */

    /* [keys] */
    struct xk_session_result got[2];
    struct xk_get_keys_response response;
    NEED(xk_get_keys_response_decode(octets, size, &response, got, 2, NULL) == XK_OK);
    for (size_t i = 0; i < response.session_count; i++) {
        printf("Crypto Session %u: %s\n", got[i].cs_id,
               got[i].key.size > 0 ? "a key" : xk_failure_name(got[i].failure));
    }
    xk_wipe(octets, sizeof octets); /* the key was a view into them */
    /* [keys] */
    return 0;
}
