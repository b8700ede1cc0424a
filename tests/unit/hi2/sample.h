/* SPDX-License-Identifier: BSD-2-Clause */
/* The field values of the worked examples in tests/vectors/hi2/records.txt, for every test of this folder. */
#ifndef TEST_HI2_SAMPLE_H
#define TEST_HI2_SAMPLE_H

#include <string.h>

#include <xk/hi2.h>

#define RECORDS "hi2/records.txt"

struct sample {
    struct xk_party party;
    struct xk_warrant warrant;
    struct xk_iri_key key;
    struct xk_iri_event event;
    struct xk_hi2_extras extras;
    uint8_t key_octets[16];
    uint8_t salt_octets[14];
};

static inline void sample_init(struct sample *s)
{
    static const uint8_t cs_id[] = {1, 2, 3, 4};
    memset(s, 0, sizeof *s);
    for (uint8_t i = 0; i < 16; i++) {
        s->key_octets[i] = (uint8_t)(0x10 + i);
    }
    for (uint8_t i = 0; i < 14; i++) {
        s->salt_octets[i] = (uint8_t)(0xa0 + i);
    }
    s->party.sip_uri = xk_text("sip:target@example.org");
    s->party.tel_uri = xk_text("tel:+15550100");
    s->warrant.liid = xk_text("LI-2026-0001");
    s->warrant.parties = &s->party;
    s->warrant.party_count = 1;
    s->warrant.correlation_number = xk_text("imscorr1");
    s->warrant.operator_identifier = xk_text("12345");
    s->warrant.destination = XK_DESTINATION_LEMF;
    s->key.cs_id = (struct xk_bytes){cs_id, sizeof cs_id};
    s->key.key = (struct xk_bytes){s->key_octets, sizeof s->key_octets};
    s->key.salt = (struct xk_bytes){s->salt_octets, sizeof s->salt_octets};
    s->event.warrant = &s->warrant;
    s->event.time.seconds = 1767323045; /* 2026-01-02 03:04:05 UTC */
    s->event.keys = &s->key;
    s->event.key_count = 1;
    s->extras.correlation_iri = xk_text("sess-42");
}

#endif
