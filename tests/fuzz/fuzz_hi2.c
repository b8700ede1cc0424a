/* SPDX-License-Identifier: BSD-2-Clause */
/* Records and PS-PDUs: what decodes has as many parties and keys as it counts. */
#include <xk/hi2_read.h>
#include <xk/ps_pdu.h>

#include "fuzz.h"

static void record(const uint8_t *data, size_t size)
{
    struct xk_hi2_record r;
    struct xk_party party;
    struct xk_iri_key key;
    struct xk_bytes parameter;
    size_t counts[3] = {0};
    size_t position = 0;
    if (xk_hi2_record_decode(data, size, NULL, &r, NULL) != XK_OK) {
        return;
    }
    while (xk_hi2_next_party(&r, &position, &party)) {
        counts[0]++;
    }
    for (position = 0; xk_hi2_next_key(&r, &position, &key);) {
        REQUIRE(key.key.size > 0 && key.cs_id.size > 0);
        counts[1]++;
    }
    for (position = 0; xk_hi2_next_national(&r, &position, &parameter);) {
        counts[2]++;
    }
    REQUIRE(counts[0] == r.party_count && counts[1] == r.key_count && counts[2] == r.national_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xk_ps_pdu pdu;
    struct xk_ps_payload payload;
    size_t measured = 0;
    size_t position = 0;
    record(data, size);
    enum xk_status status = xk_ps_pdu_measure(data, size, NULL, &measured, NULL);
    if (xk_ps_pdu_decode(data, size, NULL, &pdu, NULL) == XK_OK) {
        REQUIRE(size > XK_PS_PDU_MAX || (status == XK_OK && measured == size));
        while (xk_ps_pdu_next_payload(&pdu, &position, &payload, NULL) == XK_OK) {
            record(payload.record.data, payload.record.size);
        }
    }
    return 0;
}
