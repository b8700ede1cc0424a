/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <xk/xk.h>
static bool random_octets(uint8_t *out, size_t size, void *user) { return fread(out, 1, size, user) == size; }
static bool send_octets(const struct xk_send *s, void *user) { return user && printf("to KMS %u: %zu octets\n", s->kms, s->octets.size) > 0; }
static enum xk_outcome_reply take(const struct xk_outcome *o, void *user)
{
    printf("outcome: %s, %zu Crypto Sessions\n", o->kind == XK_OUTCOME_FAILURE ? "failure" : "keys", o->session_count);
    return user ? XK_OUTCOME_ACKNOWLEDGED : XK_OUTCOME_REFUSED;
}
int main(int argc, char **argv) /* INVITE and 200 OK as files; no KMS answers, so the timer decides */
{
    static uint8_t sip[65536], mikey[2][XK_MIKEY_MAX];
    size_t size[2];
    for (int i = 0; i < 2 && argc == 3; i++) {
        FILE *file = fopen(argv[i + 1], "rb");
        size_t got = file ? fread(sip, 1, sizeof sip, file) : 0;
        if (xk_sip_find_mikey(sip, got, mikey[i], sizeof mikey[i], &size[i], NULL) != XK_OK) return 1;
    }
    struct xk_requester_callbacks calls = {.size = sizeof calls, .random = random_octets, .send = send_octets, .on_outcome = take};
    struct xk_requester_config config;
    struct xk_requester *r = NULL;
    struct xk_party target = {.sip_uri = xk_text("sip:alice@example.com")};
    struct xk_request ask = {.size = sizeof ask, .kms_count = 1, .kms = (uint32_t[]){0}, .warrant = {.liid = xk_text("LI-1"),
        .parties = &target, .party_count = 1, .correlation_number = xk_text("corr0001"), .destination = XK_DESTINATION_LEMF,
        .operator_identifier = xk_text("12345")}, .get_keys = {.public_kms_identity = target.sip_uri,
        .transfer_init = {mikey[0], size[0]}, .transfer_resp = {mikey[1], size[1]}}};
    xk_requester_config_init(&config);
    if (argc != 3 || xk_requester_create(&config, &calls, NULL, fopen("/dev/urandom", "rb"), &r, NULL) != XK_OK) return 1;
    if (xk_requester_add_kms(r, xk_text("kms1"), &(uint32_t){0}, NULL) != XK_OK || xk_requester_submit(r, 0, &ask, &(uint64_t){0}, NULL) != XK_OK) return 1;
    xk_requester_tick(r, config.timeout, 0, NULL);
    return xk_requester_destroy(r) == XK_OK ? 0 : 1;
}
