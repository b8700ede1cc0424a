/* SPDX-License-Identifier: BSD-2-Clause */
/* The lists of an HI2 record: identities, keys, and what correlates and locates. */
#include <stdio.h>

#include "inspect/parameter.h"

/* The element with this tag inside another one; that other one if there is none. */
static struct xk_bytes find(struct xk_bytes around, uint32_t tag)
{
    struct element element;
    return der_find(around, tag, &element) ? element.whole : around;
}

/* Telephony BCD: the low half of an octet first, 15 fills up. */
static void show_digits(struct sheet *s, struct xk_bytes place, struct xk_bytes value, const char *name)
{
    char digits[2 * 16 + 1];
    size_t at = 0;
    for (size_t i = 0; i < value.size && i < 16; i++) {
        const unsigned int halves[2] = {value.data[i] & 0x0fu, value.data[i] >> 4};
        for (size_t k = 0; k < 2; k++) {
            if (halves[k] != 15) {
                digits[at++] = "0123456789*#abc?"[halves[k]];
            }
        }
    }
    digits[at] = '\0';
    sheet_line(s, place, NULL, "%s: %s", name, digits);
}

void show_party(struct sheet *s, struct xk_bytes around, const struct xk_party *party)
{
    const struct {
        struct xk_bytes value;
        const char *name;
        uint32_t tag;
        char form;
    } rows[] = {
        {party->imei, "imei", 1, 'd'},
        {party->imsi, "imsi", 3, 'd'},
        {party->msisdn, "msISDN, AddressString", 6, 'x'},
        {party->e164, "e164-Format", 7, 't'},
        {party->sip_uri, "sip-uri", 8, 't'},
        {party->tel_uri, "tel-uri", 9, 't'},
        {party->nai, "nai", 10, 't'},
        {party->impi, "iMPI", 13, 't'},
    };
    struct element identity;
    bool there = der_find(around, 1, &identity);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].value.data == NULL) {
            continue;
        }
        struct xk_bytes place = sheet_place(s, rows[i].value, there ? find(identity.value, rows[i].tag) : around);
        if (rows[i].form == 'd') {
            show_digits(s, place, rows[i].value, rows[i].name);
        } else if (rows[i].form == 'x') {
            sheet_octets(s, place, rows[i].value, NULL, rows[i].name);
        } else {
            sheet_text(s, place, rows[i].value, NULL, rows[i].name);
        }
    }
}

void show_parties(const struct parameter *p)
{
    struct xk_party party;
    struct element element;
    size_t position = 0;
    size_t at = 0;
    sheet_line(p->sheet, p->element.head, p->section, "partyInformation: %zu", p->record->party_count);
    p->sheet->depth++;
    while (xk_hi2_next_party(p->record, &position, &party) && der_next(p->element.value, &at, &element)) {
        sheet_line(p->sheet, element.head, NULL, "PartyInformation");
        p->sheet->depth++;
        show_party(p->sheet, element.value, &party);
        p->sheet->depth--;
    }
    p->sheet->depth--;
}

static void show_key(struct sheet *s, struct xk_bytes around, const struct xk_iri_key *key)
{
    sheet_octets(s, sheet_place(s, key->cs_id, find(around, 1)), key->cs_id, "RFC 6043 6.1.1", "cCCSID");
    sheet_secret(s, sheet_place(s, key->key, find(around, 2)), key->key, "TS 33.107 7A.7.2", "cCDecKey");
    if (key->salt.data != NULL) {
        sheet_secret(s, sheet_place(s, key->salt, find(around, 3)), key->salt, "TS 33.107 7A.7.2", "cCSalt");
    }
}

void show_keys(const struct parameter *p)
{
    struct xk_iri_key key;
    struct element element;
    size_t position = 0;
    size_t at = 0;
    sheet_line(p->sheet, p->element.head, p->section, "mediaDecryption-info: %zu key(s)", p->record->key_count);
    p->sheet->depth++;
    while (xk_hi2_next_key(p->record, &position, &key) && der_next(p->element.value, &at, &element)) {
        sheet_line(p->sheet, element.head, NULL, "CCKeyInfo");
        p->sheet->depth++;
        show_key(p->sheet, element.value, &key);
        p->sheet->depth--;
    }
    p->sheet->depth--;
}

/* Nobody knows what an authority and an operator have agreed on. */
void show_national(const struct parameter *p)
{
    struct xk_bytes parameter;
    struct element element;
    size_t position = 0;
    size_t at = 0;
    sheet_line(p->sheet, p->element.head, p->section, "national-Parameters: %zu", p->record->national_count);
    p->sheet->depth++;
    while (xk_hi2_next_national(p->record, &position, &parameter) && der_next(p->element.value, &at, &element)) {
        sheet_closed(p->sheet, sheet_place(p->sheet, parameter, element.value), NULL, "national parameter: %zu octets",
                     parameter.size);
    }
    p->sheet->depth--;
}

void show_ims_voip(const struct parameter *p)
{
    struct xk_hi2_ims_voip entry;
    struct element element;
    size_t position = 0;
    size_t at = 0;
    sheet_line(p->sheet, p->element.head, "TS 33.108 12", "imsVoIP: %zu", p->record->ims_voip_count);
    p->sheet->depth++;
    while (xk_hi2_next_ims_voip(p->record, &position, &entry) && der_next(p->element.value, &at, &element)) {
        sheet_text(p->sheet, sheet_place(p->sheet, entry.iri, find(element.value, 0)), entry.iri, NULL, "ims-iri");
        if (entry.cc.data != NULL) {
            sheet_text(p->sheet, sheet_place(p->sheet, entry.cc, find(element.value, 1)), entry.cc, NULL, "ims-cc");
        }
    }
    p->sheet->depth--;
}

void show_pani(const struct parameter *p)
{
    struct xk_hi2_pani entry;
    struct element element;
    size_t position = 0;
    size_t at = 0;
    sheet_line(p->sheet, p->element.head, p->section, "pANI-Header-Info: %zu", p->record->pani_count);
    p->sheet->depth++;
    while (xk_hi2_next_pani(p->record, &position, &entry) && der_next(p->element.value, &at, &element)) {
        struct sheet *s = p->sheet;
        const struct xk_bytes values[] = {entry.access_type, entry.access_class, entry.raw_location};
        static const char *const names[] = {"access-Type", "access-Class", "raw-Location"};
        static const uint32_t tags[] = {0, 1, 3};
        sheet_line(s, element.head, NULL, "PANI-Header-Info%s", entry.network_provided ? ", network-Provided" : "");
        s->depth++;
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            if (values[i].data != NULL) {
                sheet_text(s, sheet_place(s, values[i], find(element.value, tags[i])), values[i], NULL, names[i]);
            }
        }
        s->depth--;
    }
    p->sheet->depth--;
}
