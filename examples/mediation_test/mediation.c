/* SPDX-License-Identifier: BSD-2-Clause */
#include "mediation.h"

#include <string.h>

static bool on_random(uint8_t *out, size_t size, void *user)
{
    const struct mediation *m = user;
    return m->ports.random(out, size, m->ports.user);
}

static bool on_send(const struct xk_send *send, void *user)
{
    const struct mediation *m = user;
    return m->ports.to_kms(send, m->ports.user);
}

/* What finds the queue full stays owed: libxk offers it again, under the same id. What makes no record never will: then
 * the LEMF gets the failure indication, so that it hears of the call. */
static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    const struct mediation *m = user;
    struct xk_hi2_profile profile;
    struct xk_iri_event event;
    struct xk_iri_key keys[XK_CRYPTO_SESSIONS_MAX];
    uint8_t record[4096];
    size_t size = 0;
    enum xk_outcome_reply reply = XK_OUTCOME_IMPOSSIBLE;
    xk_hi2_profile_init(&profile, XK_HI2_EPS);
    if (xk_iri_assemble(outcome, m->ports.utc(m->ports.user), keys, XK_CRYPTO_SESSIONS_MAX, &event) == XK_OK &&
        xk_hi2_record_encode(&profile, &event, NULL, record, sizeof record, &size, NULL) == XK_OK) {
        bool taken = m->ports.to_lemf(&outcome->id, (struct xk_bytes){record, size}, m->ports.user);
        reply = taken ? XK_OUTCOME_ACKNOWLEDGED : XK_OUTCOME_REFUSED;
    }
    xk_wipe(record, sizeof record);
    return reply;
}

enum xk_status mediation_open(struct mediation *m, const struct mediation_ports *ports)
{
    static const char *const names[] = {"kms1.example.com", "kms2.example.com"};
    struct xk_requester_callbacks callbacks;
    struct xk_requester_config config;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = on_random;
    callbacks.send = on_send;
    callbacks.on_outcome = on_outcome;
    xk_requester_config_init(&config);
    config.max_pending = 16;
    config.timeout = 10000;
    config.attempt_timeout = 2000;
    config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    m->ports = *ports;
    m->requester = NULL;
    enum xk_status status = xk_requester_create(&config, &callbacks, NULL, m, &m->requester, NULL);
    for (size_t i = 0; i < 2 && status == XK_OK; i++) {
        status = xk_requester_add_kms(m->requester, xk_text(names[i]), &m->kms[i], NULL);
    }
    return status;
}

enum xk_status mediation_call(struct mediation *m, uint64_t now_ms, const struct call *call)
{
    struct xk_party party;
    struct xk_request request;
    uint64_t handle;
    memset(&party, 0, sizeof party);
    memset(&request, 0, sizeof request);
    party.sip_uri = xk_text(call->target);
    request.size = sizeof request;
    request.get_keys.public_kms_identity = party.sip_uri;
    request.get_keys.transfer_init = call->init;
    request.get_keys.transfer_resp = call->resp;
    request.kms = m->kms;
    request.kms_count = 2;
    request.warrant.liid = xk_text(call->liid);
    request.warrant.parties = &party;
    request.warrant.party_count = 1;
    request.warrant.correlation_number = xk_text(call->correlation);
    request.warrant.operator_identifier = xk_text("12345");
    request.warrant.destination = XK_DESTINATION_LEMF;
    request.module = XK_HI2_EPS; /* no call is taken of which no record could be made */
    return xk_requester_submit(m->requester, now_ms, &request, &handle, NULL);
}

void mediation_close(struct mediation *m)
{
    (void)xk_requester_destroy(m->requester);
}
