/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the ASN.1 modules of TS 33.108 say, as data: one row a module, one row a form of identity. Whoever writes, reads
 * or checks a record asks here, and none of them asks which module it is. The tables stand in this room and not in
 * hi2, because a warrant is held against its module when it is submitted.
 */
#ifndef XKI_WARRANT_MODULES_H
#define XKI_WARRANT_MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/message.h>
#include <xk/warrant.h>

/* Parameters whose tag differs from module to module. */
enum xki_hi2_field {
    XKI_FIELD_KEYS,          /* mediaDecryption-info */
    XKI_FIELD_HEADER_OFFER,  /* sipMessageHeaderOffer */
    XKI_FIELD_HEADER_ANSWER, /* sipMessageHeaderAnswer */
    XKI_FIELD_SDP_OFFER,     /* sdpOffer */
    XKI_FIELD_SDP_ANSWER,    /* sdpAnswer */
    XKI_FIELD_FAILURE,       /* mediaSecFailureIndication */
    XKI_FIELD_PANI,          /* pANI-Header-Info */
    XKI_FIELD_IMS_VOIP,      /* imsVoIP */
    XKI_FIELD_ROAMING,       /* roamingIndication */
    XKI_FIELD_COUNT
};

struct xki_hi2_module {
    enum xk_hi2_module id;
    uint8_t domain;                 /* arc of the module under 0.4.0.2.2.4 */
    uint8_t ps_choice;              /* its tag among the iRIContents of a PS-PDU */
    bool voip_delivery;             /* IMS-based VoIP is delivered in it: TS 102 232-7, table A.2 */
    bool has_version;               /* iRIversion [23] */
    uint8_t correlation_min;        /* octets of the correlation number */
    uint8_t correlation_max;        /* that are written */
    uint8_t correlation_read_max;   /* that are read; 0: no limit */
    uint8_t forms;                  /* bit n: it has form n of xki_party_forms */
    uint8_t tags[XKI_FIELD_COUNT];  /* 0: the module has no such parameter */
};

/* NULL for a value that is no module. */
const struct xki_hi2_module *xki_hi2_module(enum xk_hi2_module id);

/* The module with that arc in its domain OBJECT IDENTIFIER, or that tag among the iRIContents; NULL for none. */
const struct xki_hi2_module *xki_hi2_module_of_domain(uint32_t arc);
const struct xki_hi2_module *xki_hi2_module_of_choice(uint32_t tag);

/* One form of a party's identity, in the order of their tags in partyIdentity. */
struct xki_party_form {
    uint8_t tag;
    uint8_t offset; /* in struct xk_party */
    uint16_t low;
    uint16_t high;
    const char *field;
};

#define XKI_PARTY_FORMS 8u
#define XKI_CS_ID_MAX 16u /* octets of a cCCSID that is written */
#define XKI_FORM(tag, member, low, high, field) {tag, offsetof(struct xk_party, member), low, high, field}

/* In the header, so that a writer of one form has constants and no look-up. */
static const struct xki_party_form xki_party_forms[XKI_PARTY_FORMS] = {
    XKI_FORM(1, imei, XK_IMEI_SIZE, XK_IMEI_SIZE, "imei"),
    XKI_FORM(3, imsi, 3, 8, "imsi"),
    XKI_FORM(6, msisdn, 1, 9, "msISDN"),
    XKI_FORM(7, e164, 1, 25, "e164-Format"),
    XKI_FORM(8, sip_uri, 1, XK_IDENTITY_MAX, "sip-uri"),
    XKI_FORM(9, tel_uri, 1, XK_IDENTITY_MAX, "tel-uri"),
    XKI_FORM(10, nai, 1, XK_IDENTITY_MAX, "nai"),
    XKI_FORM(13, impi, 1, XK_IDENTITY_MAX, "iMPI"),
};

static inline const struct xk_bytes *xki_party_form(const struct xk_party *party, unsigned int index)
{
    return (const struct xk_bytes *)(const void *)((const uint8_t *)party + xki_party_forms[index].offset);
}

#endif
