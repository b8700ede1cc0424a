/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From an outcome to the LEMF: the host's queue drops repeats by outcome id and numbers records for each LIID; the
 * LEMF decodes, checks the numbers, and is away at times.
 */
#include "sim/outside.h"

#include <string.h>

#include "sim/rules.h"

/* An HI2 record of the outcome; 0 when it breaks a rule. */
size_t record_make(struct world *w, const struct xk_outcome *outcome, uint8_t *out)
{
    struct xk_iri_key keys[4];
    struct xk_iri_event event;
    struct xk_hi2_profile profile;
    const struct xk_utc time = {1767323045, 0};
    size_t size = 0;
    xk_hi2_profile_init(&profile, XK_HI2_UMTS);
    if (xk_iri_assemble(outcome, time, keys, 4, &event) != XK_OK ||
        xk_hi2_record_encode(&profile, &event, NULL, out, RECORD_SIZE, &size, NULL) != XK_OK) {
        breaks(w, "an outcome does not become a record");
        return 0;
    }
    return size;
}

static void check_record(struct world *w, uint32_t request, const struct xk_ps_pdu *pdu)
{
    struct xk_ps_payload payload;
    struct xk_hi2_record record;
    struct xk_iri_key key;
    size_t position = 0;
    if (xk_ps_pdu_next_payload(pdu, &position, &payload, NULL) != XK_OK ||
        xk_hi2_record_decode(payload.record.data, payload.record.size, NULL, &record, NULL) != XK_OK) {
        breaks(w, "the LEMF cannot decode a record");
        return;
    }
    position = 0;
    while (xk_hi2_next_key(&record, &position, &key)) {
        uint32_t exchange = w->requests[request].exchange;
        if (key.key.size != 16 || key.key.data[0] != (uint8_t)exchange || key.key.data[1] != (uint8_t)(exchange >> 8)) {
            breaks(w, "S3: a key of another exchange was delivered");
        }
    }
}

static void pass_on(struct world *w, uint32_t request, const uint8_t *record, size_t size)
{
    uint8_t octets[RECORD_SIZE + 256];
    struct xk_ps_header header;
    struct xk_ps_pdu pdu;
    size_t pdu_size = 0;
    uint32_t liid = w->requests[request].liid;
    const uint8_t name = liid_name(liid);
    xk_ps_header_init(&header);
    header.liid = (struct xk_bytes){&name, 1};
    header.operator_identifier = xk_text("12345");
    header.network_element = xk_text("df2");
    header.sequence_number = w->sequence[liid]++;
    if (xk_ps_pdu_encode(&header, XK_HI2_UMTS, XK_PS_WHOLE_RECORD, (struct xk_bytes){record, size}, octets,
                         sizeof octets, &pdu_size, NULL) != XK_OK ||
        xk_ps_pdu_decode(octets, pdu_size, NULL, &pdu, NULL) != XK_OK) {
        breaks(w, "a record does not fit its envelope");
        return;
    }
    if (xk_ps_sequence_check(&w->lemf[liid], pdu.header.sequence_number, NULL) != XK_OK) {
        breaks(w, "S5: a sequence number is missing or comes twice");
    }
    xk_ps_sequence_advance(&w->lemf[liid], pdu.header.sequence_number);
    check_record(w, request, &pdu);
    w->outcomes++;
    w->coverage->outcomes_delivered++;
}

/* False: the LEMF is away, and the outcome is still owed. True also for one that it has already. */
bool lemf_takes(struct world *w, uint32_t request, const struct xk_outcome_id *id, enum xk_outcome_kind kind,
                const uint8_t *record, size_t size)
{
    struct request *r = &w->requests[request];
    bool supplement = kind == XK_OUTCOME_SUPPLEMENT;
    const struct xk_outcome_id *known = supplement ? &r->supplement_id : &r->id;
    if (memcmp(known->octets, id->octets, sizeof id->octets) != 0) {
        breaks(w, "S1: an outcome under an id that was not offered");
    }
    if (supplement ? r->supplement_delivered : r->delivered) {
        return true;
    }
    if (w->now < w->away_until && !w->calm) {
        return false;
    }
    if (supplement) {
        r->supplement_delivered = true;
    } else {
        r->delivered = true;
    }
    pass_on(w, request, record, size);
    return true;
}
