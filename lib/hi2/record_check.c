/* SPDX-License-Identifier: BSD-2-Clause */
#include "hi2/record_check.h"

#include <xk/message.h>

#include "support/bounds.h"
#include "support/inline.h"
#include "warrant/modules.h"
#include "warrant/warrant.h"

enum xk_status xki_hi2_check_profile(const struct xk_hi2_profile *p, struct xk_diag *diag)
{
    if (xki_hi2_module(p->module) == NULL) {
        return xki_fail(diag, XK_E_CONFIG, 0, "module");
    }
    if (p->oid_release > 16383 || p->oid_version > 16383) {
        return xki_fail(diag, XK_E_CONFIG, 0, "domain OBJECT IDENTIFIER");
    }
    if (p->iri_version > 127) {
        return xki_fail(diag, XK_E_CONFIG, 0, "iRIversion");
    }
    if ((int)p->record_type < XK_HI2_BEGIN || (int)p->record_type > XK_HI2_REPORT) {
        return xki_fail(diag, XK_E_CONFIG, 0, "record type");
    }
    if ((p->time_form != XK_HI2_UTC_TIME && p->time_form != XK_HI2_LOCAL_TIME) ||
        p->local_offset_minutes < -1439 || p->local_offset_minutes > 1439) {
        return xki_fail(diag, XK_E_CONFIG, 0, "timeStamp");
    }
    if ((int)p->season < XK_HI2_SEASON_NOT_PROVIDED || (int)p->season > XK_HI2_SEASON_SUMMER) {
        return xki_fail(diag, XK_E_CONFIG, 0, "winterSummerIndication");
    }
    return p->fraction_digits <= 6 ? XK_OK : xki_fail(diag, XK_E_CONFIG, 0, "fraction_digits");
}

/* cCCSID and cCDecKey are mandatory and an empty one would decode: refused here. */
static enum xk_status check_keys(const struct xk_iri_event *event, struct xk_diag *diag)
{
    if (event->key_count == 0 && !event->failure) {
        return xki_fail(diag, XK_E_FIELD_EMPTY, 0, "mediaDecryption-info");
    }
    if (event->key_count > 0 && event->keys == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "mediaDecryption-info");
    }
    if (event->key_count > XK_CRYPTO_SESSIONS_MAX) {
        return xki_fail(diag, XK_E_FIELD_LIMIT, 0, "mediaDecryption-info");
    }
    if (event->key_count > 0 && event->warrant->destination != XK_DESTINATION_LEMF) {
        return xki_fail(diag, XK_E_DESTINATION, 0, "mediaDecryption-info");
    }
    for (size_t i = 0; i < event->key_count; i++) {
        const struct xk_iri_key *key = &event->keys[i];
        enum xk_status status = xki_check_bounds(key->cs_id, 1, XKI_CS_ID_MAX, "cCCSID", diag);
        if (status == XK_OK) {
            status = xki_check_bounds(key->key, 1, XK_SESSION_KEY_MAX, "cCDecKey", diag);
        }
        if (status == XK_OK) {
            status = xki_check_bounds(key->salt, 0, XK_SALT_MAX, "cCSalt", diag);
        }
        if (status != XK_OK) {
            return status;
        }
    }
    return XK_OK;
}

/* One of the texts of an event: within its limits where it may stand, and absent elsewhere. */
static enum xk_status check_text(struct xk_bytes text, bool here, size_t low, const char *field, struct xk_diag *diag)
{
    if (!here && text.size > 0) {
        return xki_fail(diag, XK_E_FIELD, 0, field);
    }
    return xki_check_bounds(text, here ? low : 0, XK_HI2_SIP_MESSAGE_MAX, field, diag);
}

/* What the kind of event has, and nothing of the others. */
static enum xk_status check_event(const struct xk_iri_event *e, struct xk_diag *diag)
{
    bool message = e->kind == XK_IRI_SIP_MESSAGE;
    bool start = e->kind == XK_IRI_START_OF_INTERCEPTION;
    if (e->kind != XK_IRI_KEYS && !message && !start) {
        return xki_fail(diag, XK_E_FIELD, 0, "iMSevent");
    }
    if ((message || start) && (e->key_count > 0 || e->failure)) {
        return xki_fail(diag, XK_E_FIELD, 0, "mediaDecryption-info");
    }
    enum xk_status status = message || start ? XK_OK : check_keys(e, diag);
    if (!message && (e->sip_message.size | e->header_offer.size | e->header_answer.size | e->sdp_offer.size |
                     e->sdp_answer.size) == 0) {
        return status; /* as in every record of keys */
    }
    if (status == XK_OK) {
        status = check_text(e->sip_message, message, 1, "sIPMessage", diag);
    }
    if (status == XK_OK) {
        status = check_text(e->header_offer, start, 0, "sipMessageHeaderOffer", diag);
    }
    if (status == XK_OK) {
        status = check_text(e->header_answer, start, 0, "sipMessageHeaderAnswer", diag);
    }
    if (status == XK_OK) {
        status = check_text(e->sdp_offer, start, 0, "sdpOffer", diag);
    }
    return status == XK_OK ? check_text(e->sdp_answer, start, 0, "sdpAnswer", diag) : status;
}

/* A list of `count` at most `high`, that is somewhere. */
XKI_INLINE enum xk_status check_list(const void *list, size_t count, size_t high, const char *field,
                                     struct xk_diag *diag)
{
    if (count > high) {
        return xki_fail(diag, XK_E_FIELD_LIMIT, 0, field);
    }
    return count > 0 && list == NULL ? xki_fail(diag, XK_E_ARGUMENT, 0, field) : XK_OK;
}

static enum xk_status check_national(const struct xk_hi2_extras *e, struct xk_diag *diag)
{
    enum xk_status status = check_list(e->national, e->national_count, XK_HI2_NATIONAL_MAX, "national-Parameters",
                                       diag);
    for (size_t i = 0; status == XK_OK && i < e->national_count; i++) {
        status = xki_check_bounds(e->national[i], 1, XK_HI2_NATIONAL_SIZE_MAX, "national-Parameters", diag);
    }
    return status == XK_OK ? xki_country_check(e->country_code, "countryCode", diag) : status;
}

static enum xk_status check_correlation(const struct xk_hi2_extras *e, struct xk_diag *diag)
{
    enum xk_status status = xki_check_bounds(e->correlation_iri, 0, XK_HI2_CORRELATION_MAX, "correlation", diag);
    if (status == XK_OK) {
        status = xki_check_bounds(e->correlation_cc, 0, XK_HI2_CORRELATION_MAX, "correlation", diag);
    }
    bool half = e->correlation_both && (e->correlation_iri.size == 0 || e->correlation_cc.size == 0);
    if (status == XK_OK && half) {
        return xki_fail(diag, XK_E_FIELD, 0, "correlation");
    }
    if (status == XK_OK) {
        status = check_list(e->ims_voip, e->ims_voip_count, XK_HI2_IMS_VOIP_MAX, "imsVoIP", diag);
    }
    for (size_t i = 0; status == XK_OK && i < e->ims_voip_count; i++) {
        status = xki_check_bounds(e->ims_voip[i].iri, 1, XK_HI2_CORRELATION_MAX, "ims-iri", diag);
        if (status == XK_OK) {
            status = xki_check_bounds(e->ims_voip[i].cc, 0, XK_HI2_CORRELATION_MAX, "ims-cc", diag);
        }
    }
    bool twice = e->ims_voip_count > 0 && (e->correlation_iri.size > 0 || e->correlation_cc.size > 0);
    return status == XK_OK && twice ? xki_fail(diag, XK_E_FIELD, 0, "imsVoIP") : status;
}

/* Tables 7.3 and 7.5 have them, table 7.4 has not. */
static enum xk_status check_access(const struct xk_hi2_extras *e, const struct xki_hi2_module *module, bool keys,
                                   struct xk_diag *diag)
{
    enum xk_status status = check_list(e->pani, e->pani_count, keys ? 0 : XK_HI2_PANI_MAX, "pANI-Header-Info", diag);
    for (size_t i = 0; status == XK_OK && i < e->pani_count; i++) {
        status = xki_check_bounds(e->pani[i].access_type, 0, XK_HI2_CORRELATION_MAX, "access-Type", diag);
        if (status == XK_OK) {
            status = xki_check_bounds(e->pani[i].access_class, 0, XK_HI2_CORRELATION_MAX, "access-Class", diag);
        }
        if (status == XK_OK) {
            status = xki_check_bounds(e->pani[i].raw_location, 0, XK_HI2_CORRELATION_MAX, "raw-Location", diag);
        }
    }
    if (status != XK_OK || e->roaming == XK_HI2_ROAMING_ABSENT) {
        return status;
    }
    bool known = e->roaming == XK_HI2_ROAMING_LBO || e->roaming == XK_HI2_ROAMING_S8HR;
    return known && !keys && module->tags[XKI_FIELD_ROAMING] != 0
               ? XK_OK
               : xki_fail(diag, XK_E_FIELD, 0, "roamingIndication");
}

enum xk_status xki_hi2_check(const struct xki_hi2_module *module, const struct xk_iri_event *event,
                             const struct xk_hi2_extras *extras, struct xk_diag *diag)
{
    enum xk_status status = xki_warrant_check_of(event->warrant, module, diag);
    if (status == XK_OK) {
        status = check_event(event, diag);
    }
    if (status != XK_OK || extras == NULL) {
        return status;
    }
    status = check_national(extras, diag);
    if (status == XK_OK) {
        status = check_correlation(extras, diag);
    }
    return status == XK_OK ? check_access(extras, module, event->kind == XK_IRI_KEYS, diag) : status;
}
