/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/opaque_request.h"

#include <string.h>

void opaque_request(const char *identity, const char *liid, struct xk_party *party, struct xk_request *request)
{
    static const uint8_t octets[] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const uint8_t cs_ids[] = {1, 2};
    static const uint32_t kms[] = {0, 1};
    memset(party, 0, sizeof *party);
    memset(request, 0, sizeof *request);
    party->sip_uri = xk_text(identity);
    request->size = sizeof *request;
    request->get_keys.public_kms_identity = party->sip_uri;
    request->get_keys.transfer_init = (struct xk_bytes){octets, sizeof octets};
    request->get_keys.transfer_resp = request->get_keys.transfer_init;
    request->kms = kms;
    request->kms_count = 2;
    request->cs_ids = cs_ids;
    request->cs_count = 2;
    request->warrant.liid = xk_text(liid);
    request->warrant.parties = party;
    request->warrant.party_count = 1;
    request->warrant.correlation_number = xk_text("corr0001");
    request->warrant.operator_identifier = xk_text("12345");
    request->warrant.destination = XK_DESTINATION_LEMF;
}
