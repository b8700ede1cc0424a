/* SPDX-License-Identifier: BSD-2-Clause */
/* The same record through the encoder that asn1c generates. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "KeyInfo.h"
#include "MediaKeys.h"
#include "NetworkId.h"
#include "Party.h"
#include "UmtsRecord.h"

#include "bench/stack.h"

static OCTET_STRING_t view(const void *data, size_t size)
{
    OCTET_STRING_t string;
    memset(&string, 0, sizeof string);
    string.buf = (uint8_t *)(uintptr_t)data;
    string.size = (int)size;
    return string;
}

static OCTET_STRING_t *copy(struct xk_bytes value)
{
    return OCTET_STRING_new_fromBuf(&asn_DEF_OCTET_STRING, (const char *)value.data, (int)value.size);
}

static long *number(long value)
{
    long *place = malloc(sizeof *place);
    *place = value;
    return place;
}

static const uint8_t domain[] = {4, 0, 2, 2, 4, 1, 15, 5};

#define STAMP_SIZE 22

/* GeneralizedTime of the event, as one gets it from the C library. */
static void write_stamp(char out[STAMP_SIZE + 1], struct xk_utc time)
{
    struct tm tm;
    time_t seconds = (time_t)time.seconds;
    uint32_t left = time.microseconds;
    gmtime_r(&seconds, &tm);
    const int fields[] = {(tm.tm_year + 1900) / 100, tm.tm_year % 100, tm.tm_mon + 1, tm.tm_mday,
                          tm.tm_hour,                tm.tm_min,        tm.tm_sec};
    for (size_t i = 0; i < 7; i++) {
        out[2 * i] = (char)('0' + fields[i] / 10);
        out[2 * i + 1] = (char)('0' + fields[i] % 10);
    }
    out[14] = '.';
    for (size_t i = 20; i > 14; i--) {
        out[i] = (char)('0' + left % 10);
        left /= 10;
    }
    out[21] = 'Z';
    out[22] = '\0';
}

static size_t encode_fresh(const struct li_data *li, const struct answer *answer, struct xk_utc time, uint8_t *out,
                           size_t capacity)
{
    char stamp[STAMP_SIZE + 1];
    UmtsRecord_t *record = calloc(1, sizeof *record);
    write_stamp(stamp, time);
    UmtsParams_t *p = &record->choice.iRI_Report_record;
    record->present = UmtsRecord_PR_iRI_Report_record;
    OCTET_STRING_fromBuf((OCTET_STRING_t *)&p->hi2DomainId, (const char *)domain, sizeof domain);
    p->iRIversion = number(8);
    OCTET_STRING_fromBuf(&p->lawfulInterceptionIdentifier, (const char *)li->liid.data,
                         (int)li->liid.size);
    p->timeStamp.present = TimeStamp_PR_localTime;
    OCTET_STRING_fromBuf(&p->timeStamp.choice.localTime.generalizedTime, stamp, STAMP_SIZE);
    p->timeStamp.choice.localTime.winterSummerIndication = 0;
    p->initiator = number(0);
    p->partyInformation = calloc(1, sizeof *p->partyInformation);
    Party_t *party = calloc(1, sizeof *party);
    party->party_Qualifier = 3;
    party->partyIdentity.sip_uri = copy(li->sip_uri);
    ASN_SET_ADD(&p->partyInformation->list, party);
    p->gPRSCorrelationNumber = copy(li->correlation_number);
    p->networkIdentifier = calloc(1, sizeof *p->networkIdentifier);
    OCTET_STRING_fromBuf(&p->networkIdentifier->operator_Identifier,
                         (const char *)li->operator_identifier.data,
                         (int)li->operator_identifier.size);
    p->iMSevent = number(3);
    if (answer != NULL) {
        p->mediaDecryption_info = calloc(1, sizeof *p->mediaDecryption_info);
        for (size_t i = 0; i < answer->count; i++) {
            KeyInfo_t *key = calloc(1, sizeof *key);
            OCTET_STRING_fromBuf(&key->cCCSID, (const char *)&answer->sessions[i].cs_id, 1);
            OCTET_STRING_fromBuf(&key->cCDecKey, (const char *)answer->sessions[i].key,
                                 (int)answer->sessions[i].key_size);
            key->cCSalt = copy((struct xk_bytes){answer->sessions[i].salt, answer->sessions[i].salt_size});
            ASN_SEQUENCE_ADD(&p->mediaDecryption_info->list, key);
        }
    } else {
        p->mediaSecFailureIndication = number(0);
    }
    asn_enc_rval_t result = der_encode_to_buffer(&asn_DEF_UmtsRecord, record, out, capacity);
    ASN_STRUCT_FREE(asn_DEF_UmtsRecord, record);
    return result.encoded > 0 ? (size_t)result.encoded : 0;
}

/* Everything that can be kept is kept; only views change. */
static size_t encode_reused(const struct li_data *li, const struct answer *answer, struct xk_utc time, uint8_t *out,
                            size_t capacity)
{
    static UmtsRecord_t record;
    static struct UmtsParams__partyInformation parties;
    static Party_t party;
    static Party_t *party_list[1];
    static OCTET_STRING_t uri;
    static OCTET_STRING_t correlation;
    static NetworkId_t network;
    static MediaKeys_t keys;
    static KeyInfo_t infos[8];
    static KeyInfo_t *info_list[8];
    static OCTET_STRING_t salts[8];
    static long version = 8;
    static long initiator;
    static long event = 3;
    static long failure;
    char stamp[STAMP_SIZE + 1];
    write_stamp(stamp, time);
    UmtsParams_t *p = &record.choice.iRI_Report_record;
    record.present = UmtsRecord_PR_iRI_Report_record;
    OCTET_STRING_t oid = view(domain, sizeof domain);
    p->hi2DomainId.buf = oid.buf;
    p->hi2DomainId.size = oid.size;
    p->iRIversion = &version;
    p->lawfulInterceptionIdentifier = view(li->liid.data, li->liid.size);
    p->timeStamp.present = TimeStamp_PR_localTime;
    p->timeStamp.choice.localTime.generalizedTime = view(stamp, STAMP_SIZE);
    p->timeStamp.choice.localTime.winterSummerIndication = 0;
    p->initiator = &initiator;
    party.party_Qualifier = 3;
    uri = view(li->sip_uri.data, li->sip_uri.size);
    party.partyIdentity.sip_uri = &uri;
    party_list[0] = &party;
    parties.list.array = party_list;
    parties.list.count = 1;
    p->partyInformation = &parties;
    correlation = view(li->correlation_number.data, li->correlation_number.size);
    p->gPRSCorrelationNumber = &correlation;
    network.operator_Identifier = view(li->operator_identifier.data, li->operator_identifier.size);
    p->networkIdentifier = &network;
    p->iMSevent = &event;
    p->mediaSecFailureIndication = answer == NULL ? &failure : NULL;
    p->mediaDecryption_info = answer != NULL ? &keys : NULL;
    for (size_t i = 0; answer != NULL && i < answer->count; i++) {
        infos[i].cCCSID = view(&answer->sessions[i].cs_id, 1);
        infos[i].cCDecKey = view(answer->sessions[i].key, answer->sessions[i].key_size);
        salts[i] = view(answer->sessions[i].salt, answer->sessions[i].salt_size);
        infos[i].cCSalt = &salts[i];
        info_list[i] = &infos[i];
        keys.list.array = info_list;
        keys.list.count = (int)answer->count;
    }
    asn_enc_rval_t result = der_encode_to_buffer(&asn_DEF_UmtsRecord, &record, out, capacity);
    return result.encoded > 0 ? (size_t)result.encoded : 0;
}

size_t der_asn1c(const struct li_data *li, const struct answer *answer, struct xk_utc time, bool fresh, uint8_t *out,
                 size_t capacity)
{
    /* Its encoder of GeneralizedTime takes the text apart and formats it anew; as octets it is spared that. */
    asn_DEF_GeneralizedTime.der_encoder = OCTET_STRING_encode_der;
    return fresh ? encode_fresh(li, answer, time, out, capacity) : encode_reused(li, answer, time, out, capacity);
}
