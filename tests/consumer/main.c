/* SPDX-License-Identifier: BSD-2-Clause */
/* A user's program, as C and as C++: it sees an installed prefix and nothing else. */
#include <string.h>
#include <xk/xk.h>
#ifdef WITH_KMS
#include <xk_kms/kms.h>
#endif

int main(void)
{
    struct xk_get_keys message;
    uint8_t out[256];
    size_t size = 0;
    static const uint8_t mikey[4] = {1, 14, 5, 0};
    memset(&message, 0, sizeof message);
    message.public_kms_identity = xk_text("sip:alice@example.com");
    message.transfer_init.data = mikey;
    message.transfer_init.size = sizeof mikey;
    message.transfer_resp = message.transfer_init;
    if (xk_get_keys_encode(&message, out, sizeof out, &size, NULL) != XK_OK ||
        xk_get_keys_decode(out, size, &message, NULL) != XK_OK) {
        return 1;
    }
#ifdef WITH_KMS
    struct xk_kms kms;
    xk_kms_init(&kms, NULL, NULL);
    if (kms.size != sizeof kms) {
        return 1;
    }
#endif
    return strcmp(xk_version_string(), XK_VERSION_STRING) == 0 ? 0 : 1;
}
