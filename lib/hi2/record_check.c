/* SPDX-License-Identifier: BSD-2-Clause */
#include "hi2/record_check.h"

#include <xk/message.h>

#include "support/bounds.h"
#include "warrant/modules.h"
#include "warrant/warrant.h"

static enum xk_status check_profile(const struct xk_hi2_profile *p, struct xk_diag *diag)
{
    if (p->module != XK_HI2_UMTS && p->module != XK_HI2_EPS) {
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
    return XK_OK;
}

/* cCCSID and cCDecKey are mandatory and an empty one would decode: refused here. */
static enum xk_status check_keys(const struct xk_iri_event *event, struct xk_diag *diag)
{
    if (event->key_count == 0 && !event->failure) {
        return xki_fail(diag, XK_E_FIELD_EMPTY, 0, "mediaDecryption-info");
    }
    if (event->key_count > 0 && event->keys == NULL) {
        return xki_fail(diag, XK_E_FIELD, 0, "mediaDecryption-info");
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

static bool is_printable(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static enum xk_status check_extras(const struct xk_hi2_extras *e, struct xk_diag *diag)
{
    if (e->national_count > XK_HI2_NATIONAL_MAX) {
        return xki_fail(diag, XK_E_FIELD_LIMIT, 0, "national-Parameters");
    }
    if (e->national_count > 0 && e->national == NULL) {
        return xki_fail(diag, XK_E_FIELD, 0, "national-Parameters");
    }
    enum xk_status status = XK_OK;
    for (size_t i = 0; status == XK_OK && i < e->national_count; i++) {
        status = xki_check_bounds(e->national[i], 1, XK_HI2_NATIONAL_SIZE_MAX, "national-Parameters", diag);
    }
    if (status == XK_OK) {
        status = xki_check_bounds(e->sip_message, 0, XK_HI2_SIP_MESSAGE_MAX, "sIPMessage", diag);
    }
    if (status == XK_OK) {
        status = xki_check_bounds(e->correlation_iri, 0, XK_HI2_CORRELATION_MAX, "correlation", diag);
    }
    if (status == XK_OK) {
        status = xki_check_bounds(e->correlation_cc, 0, XK_HI2_CORRELATION_MAX, "correlation", diag);
    }
    if (status != XK_OK) {
        return status;
    }
    if (e->correlation_both && (e->correlation_iri.size == 0 || e->correlation_cc.size == 0)) {
        return xki_fail(diag, XK_E_FIELD, 0, "correlation");
    }
    bool absent = e->country_code[0] == '\0' && e->country_code[1] == '\0';
    if (!absent && (!is_printable(e->country_code[0]) || !is_printable(e->country_code[1]))) {
        return xki_fail(diag, XK_E_FIELD, 0, "countryCode");
    }
    return XK_OK;
}

enum xk_status xki_hi2_check(const struct xk_hi2_profile *profile, const struct xk_iri_event *event,
                             const struct xk_hi2_extras *extras, struct xk_diag *diag)
{
    enum xk_status status = check_profile(profile, diag);
    if (status == XK_OK) {
        status = xki_warrant_check_module(event->warrant, profile->module, diag);
    }
    if (status == XK_OK) {
        status = check_keys(event, diag);
    }
    return status == XK_OK ? check_extras(extras, diag) : status;
}
