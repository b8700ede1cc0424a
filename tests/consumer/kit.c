/* SPDX-License-Identifier: BSD-2-Clause */
/* A user's test with xk_test, as C and as C++: it sees an installed prefix and nothing else.
 *   program VECTORS-FOLDER */
#include <stdio.h>
#include <string.h>
#include <xk/xk.h>
#include <xk_test/xk_test.h>

static struct xk_test_host host;
static struct xk_test_clock the_clock;
static struct xk_get_keys ask;

static int load(const char *folder)
{
    static uint8_t init[512];
    static uint8_t resp[256];
    static uint8_t text[65536];
    char path[1024];
    struct xk_test_vectors set;
    snprintf(path, sizeof path, "%s/mikey/set1.txt", folder);
    ask.public_kms_identity = xk_text("sip:bob@example.com");
    ask.transfer_init.data = init;
    ask.transfer_resp.data = resp;
    return xk_test_vectors_read(path, text, sizeof text, &set, NULL) == XK_TEST_VECTORS_OK &&
           xk_test_vectors_get(&set, NULL, "TRANSFER_INIT", init, sizeof init, &ask.transfer_init.size) ==
               XK_TEST_VECTORS_OK &&
           xk_test_vectors_get(&set, NULL, "TRANSFER_RESP", resp, sizeof resp, &ask.transfer_resp.size) ==
               XK_TEST_VECTORS_OK;
}

static int submit(struct xk_requester *requester)
{
    const uint32_t kms = 0;
    struct xk_party party;
    struct xk_request request;
    uint64_t handle;
    memset(&party, 0, sizeof party);
    memset(&request, 0, sizeof request);
    party.sip_uri = ask.public_kms_identity;
    request.size = sizeof request;
    request.get_keys = ask;
    request.kms = &kms;
    request.kms_count = 1;
    request.warrant.liid = xk_text("LI-1");
    request.warrant.parties = &party;
    request.warrant.party_count = 1;
    request.warrant.correlation_number = xk_text("corr0001");
    request.warrant.operator_identifier = xk_text("12345");
    request.warrant.destination = XK_DESTINATION_LEMF;
    return xk_requester_submit(requester, 0, &request, &handle, NULL) == XK_OK;
}

int main(int argc, char **argv)
{
    struct xk_test_kms_config kms_config;
    struct xk_requester_config config;
    struct xk_requester_callbacks callbacks;
    struct xk_requester *requester = NULL;
    uint8_t key[XK_TEST_KEY_SIZE];
    uint32_t kms;
    xk_test_kms_config_init(&kms_config);
    kms_config.mode = XK_TEST_KMS_CHECK_RELATION;
    xk_test_host_init(&host, 1);
    host.clock = &the_clock;
    xk_requester_config_init(&config);
    xk_test_host_callbacks(&host, &callbacks);
    if (argc != 2 || !load(argv[1]) || xk_test_kms_create(&kms_config, NULL, &host.kms) != XK_OK ||
        xk_requester_create(&config, &callbacks, NULL, &host, &requester, NULL) != XK_OK ||
        xk_requester_add_kms(requester, xk_text("kms1"), &kms, NULL) != XK_OK || !submit(requester)) {
        return 1;
    }
    struct xk_test_subject subject = xk_test_subject_of(requester);
    if (xk_test_run(&the_clock, host.kms, &subject, XK_NEVER, 100, NULL) != XK_TEST_RUN_IDLE ||
        host.outcome_count != 1 || host.outcomes[0].kind != XK_OUTCOME_KEYS) {
        return 1;
    }
    xk_test_key(kms_config.seed, ask.transfer_init, 1, key, NULL);
    if (memcmp(key, host.outcomes[0].sessions[0].key, sizeof key) != 0) {
        return 1;
    }
    return xk_requester_destroy(requester) == XK_OK && xk_test_kms_destroy(host.kms) == XK_OK ? 0 : 1;
}
