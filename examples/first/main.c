/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DF2/MF in one page: from the SIP messages of a call to the PS-PDU that goes to the LEMF.
 *
 * Arguments: a file with the INVITE, a file with its 200 OK, and a file for the PS-PDU. The KMS is the fake one of
 * xk_test, so that nothing else is needed; instead of a socket, get_keys goes to it and its answers come from it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <xk/xk.h>
#include <xk_test/xk_test.h>

struct df2 {
    struct xk_test_kms *kms;
    struct xk_test_clock clock;
    FILE *random;
    const char *pdu_file;
    uint32_t next_number; /* of the PS-PDU: per LIID, operator and CIN, kept across restarts in a real DF2/MF */
};

/* ---- 1. What the engine asks of its host ---- */

static bool fill_random(uint8_t *out, size_t size, void *user)
{
    const struct df2 *df2 = user;
    return fread(out, 1, size, df2->random) == size;
}

static bool send_get_keys(const struct xk_send *send, void *user)
{
    const struct df2 *df2 = user;
    printf("get_keys to KMS %u: %zu octets\n", send->kms, send->octets.size);
    return xk_test_kms_take(df2->kms, df2->clock.now_ms, send) == XK_OK;
}

/* ---- 2. An outcome becomes a record, and the record a PS-PDU (TS 33.108 B.9, TS 102 232-7) ---- */

static enum xk_status write_pdu(struct df2 *df2, const struct xk_outcome *outcome, uint8_t *pdu, size_t capacity,
                                size_t *size)
{
    static uint8_t record[4096];
    struct xk_iri_key keys[XK_CRYPTO_SESSIONS_MAX];
    struct xk_iri_event event;
    struct xk_hi2_profile profile;
    struct xk_ps_header header;
    size_t record_size = 0;

    xk_hi2_profile_init(&profile, XK_HI2_EPS);
    xk_ps_header_init(&header);
    header.sequence_number = df2->next_number;
    enum xk_status status =
        xk_iri_assemble(outcome, (struct xk_utc){time(NULL), 0}, keys, XK_CRYPTO_SESSIONS_MAX, &event);
    if (status == XK_OK) {
        status = xk_hi2_record_encode(&profile, &event, NULL, record, sizeof record, &record_size, NULL);
    }
    if (status == XK_OK) {
        status = xk_ps_header_from_event(&event, &header);
    }
    if (status == XK_OK) {
        status = xk_ps_pdu_encode(&header, profile.module, XK_PS_BARE_PARAMETERS,
                                  (struct xk_bytes){record, record_size}, pdu, capacity, size, NULL);
    }
    xk_wipe(record, record_size);
    return status;
}

static enum xk_outcome_reply take_outcome(const struct xk_outcome *outcome, void *user)
{
    static uint8_t pdu[4096];
    struct df2 *df2 = user;
    size_t size = 0;
    FILE *out = fopen(df2->pdu_file, "wb"); /* a real one keeps it until the LEMF has acknowledged it */
    bool kept = out != NULL && write_pdu(df2, outcome, pdu, sizeof pdu, &size) == XK_OK &&
                fwrite(pdu, 1, size, out) == size;
    kept = out != NULL && fclose(out) == 0 && kept;
    xk_wipe(pdu, size);
    printf("outcome: %s, PS-PDU of %zu octets\n", outcome->kind == XK_OUTCOME_FAILURE ? "failure" : "keys", size);
    df2->next_number += kept;
    return kept ? XK_OUTCOME_ACKNOWLEDGED : XK_OUTCOME_REFUSED;
}

/* ---- 3. From SIP to the two MIKEY messages (RFC 4567) ---- */

static struct xk_bytes read_mikey(const char *file, uint8_t *out, size_t capacity)
{
    static uint8_t sip[65536];
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t size = 0;
    FILE *in = fopen(file, "rb");
    size_t got = in == NULL ? 0 : fread(sip, 1, sizeof sip, in);
    if (in == NULL || fclose(in) != 0 || xk_sip_find_mikey(sip, got, out, capacity, &size, &diag) != XK_OK) {
        fprintf(stderr, "%s: %s (%s)\n", file, xk_status_text(diag.status), diag.field);
        exit(1);
    }
    return (struct xk_bytes){out, size};
}

/* ---- 4. One request, one warrant ---- */

int main(int argc, char **argv)
{
    static uint8_t init[XK_MIKEY_MAX], resp[XK_MIKEY_MAX];
    struct xk_test_kms_config fake;
    struct xk_requester_config config;
    struct xk_requester *requester = NULL;
    struct xk_diag diag = {XK_OK, 0, ""};
    struct df2 df2 = {.random = fopen("/dev/urandom", "rb"), .pdu_file = argc == 4 ? argv[3] : ""};
    const struct xk_requester_callbacks callbacks = {
        .size = sizeof callbacks, .random = fill_random, .send = send_get_keys, .on_outcome = take_outcome};
    const struct xk_party target = {.sip_uri = xk_text("sip:alice@example.com")};
    uint32_t kms = 0;
    uint64_t handle = 0;

    xk_test_kms_config_init(&fake);
    xk_requester_config_init(&config);
    if (argc != 4 || df2.random == NULL || xk_test_kms_create(&fake, NULL, &df2.kms) != XK_OK ||
        xk_requester_create(&config, &callbacks, NULL, &df2, &requester, &diag) != XK_OK ||
        xk_requester_add_kms(requester, xk_text("kms1.example.com"), &kms, &diag) != XK_OK) {
        fprintf(stderr, "usage: xk-first INVITE-FILE OK-FILE PDU-FILE (%s)\n", diag.field);
        return 1;
    }
    const struct xk_request request = {
        .size = sizeof request, .kms = &kms, .kms_count = 1,
        .get_keys = {.public_kms_identity = target.sip_uri, .transfer_init = read_mikey(argv[1], init, sizeof init),
                     .transfer_resp = read_mikey(argv[2], resp, sizeof resp)},
        .warrant = {.liid = xk_text("LI-2026-0001"), .parties = &target, .party_count = 1, .has_cin = true, .cin = 1,
                    .operator_identifier = xk_text("12345"), .destination = XK_DESTINATION_LEMF}};
    enum xk_status status = xk_requester_submit(requester, df2.clock.now_ms, &request, &handle, &diag);
    if (status != XK_OK) {
        fprintf(stderr, "submit: %s (%s)\n", xk_status_text(status), diag.field);
        return 1;
    }
    /* The loop of a real host: receive what came, tick at xk_requester_next_deadline(). The kit does both. */
    const struct xk_test_subject subject = xk_test_subject_of(requester);
    (void)xk_test_run(&df2.clock, df2.kms, &subject, XK_NEVER, 1000, NULL);
    bool ended = xk_requester_destroy(requester) == XK_OK && xk_test_kms_destroy(df2.kms) == XK_OK;
    return ended && fclose(df2.random) == 0 && df2.next_number == 1 ? 0 : 1;
}
