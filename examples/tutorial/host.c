/* SPDX-License-Identifier: BSD-2-Clause */
/* Step 2 of the tutorial: a DF2/MF host. The engine asks, waits, repeats and decides; the host makes the record. */
#include "host.h"

#include <string.h>

#include <xk/hi2.h>
#include <xk/ps_pdu.h>
#include <xk/secret.h>

static bool fill(uint8_t *out, size_t size, void *user)
{
    const struct host *host = user;
    return host->world.random(out, size, host->world.user);
}

static bool transmit(const struct xk_send *send, void *user)
{
    const struct host *host = user;
    return host->world.to_kms(send, host->world.user);
}

/* [outcome] */
static bool make_pdu(const struct xk_outcome *outcome, uint8_t *pdu, size_t capacity, size_t *size)
{
    struct xk_iri_key keys[XK_CRYPTO_SESSIONS_MAX];
    struct xk_iri_event event;
    struct xk_hi2_profile profile;
    struct xk_ps_header header;
    uint8_t record[2048];
    const struct xk_utc now = {1800000000, 0}; /* a host takes its clock's */
    xk_hi2_profile_init(&profile, XK_HI2_EPS);
    xk_ps_header_init(&header);
    bool good = xk_iri_assemble(outcome, now, keys, XK_CRYPTO_SESSIONS_MAX, &event) == XK_OK &&
                xk_hi2_record_encode(&profile, &event, NULL, record, sizeof record, size, NULL) == XK_OK &&
                xk_ps_header_from_event(&event, &header) == XK_OK &&
                xk_ps_pdu_encode(&header, XK_HI2_EPS, XK_PS_BARE_PARAMETERS, (struct xk_bytes){record, *size}, pdu,
                                 capacity, size, NULL) == XK_OK;
    xk_wipe(record, sizeof record);
    return good;
}

static enum xk_outcome_reply take(const struct xk_outcome *outcome, void *user)
{
    const struct host *host = user;
    uint8_t pdu[4096];
    size_t size = 0;
    enum xk_outcome_reply reply = XK_OUTCOME_IMPOSSIBLE; /* the LEMF will get the failure indication */
    if (make_pdu(outcome, pdu, sizeof pdu, &size)) {
        bool taken = host->world.to_lemf((struct xk_bytes){pdu, size}, host->world.user);
        reply = taken ? XK_OUTCOME_ACKNOWLEDGED : XK_OUTCOME_REFUSED;
    }
    xk_wipe(pdu, sizeof pdu);
    return reply;
}
/* [outcome] */

/* [open] */
bool host_open(struct host *host, const struct world *world)
{
    struct xk_requester_callbacks callbacks;
    struct xk_requester_config config;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = fill;
    callbacks.send = transmit;
    callbacks.on_outcome = take;
    xk_requester_config_init(&config);
    config.max_pending = 16;
    memset(host, 0, sizeof *host);
    host->world = *world;
    return xk_requester_create(&config, &callbacks, NULL, host, &host->requester, NULL) == XK_OK &&
           xk_requester_add_kms(host->requester, xk_text("kms1.example.com"), &host->kms, NULL) == XK_OK;
}
/* [open] */

/* [call] */
bool host_call(struct host *host, uint64_t now_ms, const struct call *call)
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
    request.kms = &host->kms;
    request.kms_count = 1;
    request.warrant.liid = xk_text(call->liid);
    request.warrant.parties = &party;
    request.warrant.party_count = 1;
    request.warrant.operator_identifier = xk_text("12345");
    request.warrant.destination = XK_DESTINATION_LEMF;
    request.module = XK_HI2_EPS; /* no call is taken of which no record could be made */
    return xk_requester_submit(host->requester, now_ms, &request, &handle, NULL) == XK_OK;
}
/* [call] */

void host_close(struct host *host)
{
    (void)xk_requester_destroy(host->requester);
}
