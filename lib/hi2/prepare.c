/* SPDX-License-Identifier: BSD-2-Clause */
#include "hi2/prepare.h"

#include <string.h>

#include "hi2/der_write.h"
#include "hi2/record_check.h"
#include "hi2/times.h"
#include "support/diag.h"
#include "support/sized.h"

#define FIRST XKI_SIZED_FIRST(struct xk_hi2_profile, season)
#define LAST_OF_UTC_TIME INT64_C(2524607999) /* of 2049 */
#define NO_SECOND INT64_MIN

void xk_hi2_profile_defaults(struct xk_hi2_profile *profile, size_t size, enum xk_hi2_module module)
{
    struct xk_hi2_profile p;
    if (profile == NULL || size < FIRST || size > sizeof p) {
        return;
    }
    memset(&p, 0, sizeof p);
    p.size = size;
    p.module = module;
    p.oid_release = 15;
    p.oid_version = 5;
    p.iri_version = 8;
    p.record_type = XK_HI2_REPORT;
    p.time_form = XK_HI2_LOCAL_TIME;
    p.fraction_digits = 6;
    p.zone = true;
    memcpy(profile, &p, size);
}

/* The domain, and iRIversion where the module has it. */
static void write_head(struct xk_hi2_encoder *e, const struct xki_hi2_module *module)
{
    static const uint8_t securityDomain[] = {0x04, 0x00, 0x02, 0x02, 0x04};
    struct xki_der writer = xki_der_write(e->head + sizeof e->head);
    struct xki_der *w = &writer;
    if (module->has_version) {
        xki_der_small(w, 23, e->profile.iri_version);
    }
    size_t start = w->size;
    xki_der_arc(w, e->profile.oid_version);
    xki_der_arc(w, e->profile.oid_release);
    xki_der_octet(w, module->domain);
    xki_der_raw(w, securityDomain, sizeof securityDomain);
    xki_der_wrap(w, XKI_DER_PRIMITIVE, 0, start);
    e->head_size = (uint8_t)w->size;
}

enum xk_status xki_hi2_prepare(struct xk_hi2_encoder *encoder, const struct xk_hi2_profile *profile,
                               struct xk_diag *diag)
{
    struct xk_hi2_profile *p = &encoder->profile;
    if (profile->size == sizeof *profile) {
        *p = *profile;
    } else {
        xk_hi2_profile_init(p, XK_HI2_UMTS);
        if (!xki_sized_read(p, profile, FIRST, sizeof *p)) {
            return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
        }
    }
    encoder->size = sizeof *encoder;
    encoder->second = NO_SECOND;
    enum xk_status status = xki_hi2_check_profile(p, diag);
    if (status == XK_OK) {
        write_head(encoder, xki_hi2_module(p->module));
    }
    return status;
}

/* Forward, since all its lengths are below 128 and the text has its place. The CHOICE is tagged, so its tag is
 * explicit: [3]{[0]{[0] text, [1] season}} or [3]{[1] text}. */
#define TEXT_AT 6u
#define SEASON_SIZE 3u

static void write_local(struct xk_hi2_encoder *e, struct xk_utc time)
{
    const struct xk_hi2_profile *p = &e->profile;
    uint8_t *text = e->stamp + TEXT_AT;
    uint32_t size =
        xki_time_write_generalized(time, p->local_offset_minutes, p->fraction_digits, p->zone, text);
    const uint8_t front[] = {XKI_DER_CONSTRUCTED | 3, (uint8_t)(size + SEASON_SIZE + 4),
                             XKI_DER_CONSTRUCTED | 0, (uint8_t)(size + SEASON_SIZE + 2),
                             XKI_DER_PRIMITIVE | 0,   (uint8_t)size};
    memcpy(e->stamp, front, sizeof front);
    text[size] = XKI_DER_PRIMITIVE | 1;
    text[size + 1] = 1;
    text[size + 2] = (uint8_t)p->season;
    e->stamp_at = 0;
    e->stamp_size = (uint8_t)(TEXT_AT + size + SEASON_SIZE);
}

static void write_utc(struct xk_hi2_encoder *e, struct xk_utc time)
{
    uint32_t size = xki_time_write_utc(time, e->stamp + TEXT_AT);
    const uint8_t front[] = {XKI_DER_CONSTRUCTED | 3, (uint8_t)(size + 2), XKI_DER_PRIMITIVE | 1, (uint8_t)size};
    e->stamp_at = TEXT_AT - sizeof front;
    memcpy(e->stamp + e->stamp_at, front, sizeof front);
    e->stamp_size = (uint8_t)(sizeof front + size);
}

enum xk_status xki_hi2_stamp(struct xk_hi2_encoder *encoder, struct xk_utc time, struct xk_diag *diag)
{
    bool local = encoder->profile.time_form == XK_HI2_LOCAL_TIME;
    if (!xki_time_fits(time)) {
        return xki_fail(diag, XK_E_FIELD, 0, "timeStamp");
    }
    if (time.seconds == encoder->second) {
        return XK_OK;
    }
    if (!local && time.seconds > LAST_OF_UTC_TIME) {
        return xki_fail(diag, XK_E_FIELD, 0, "utcTime");
    }
    if (local) {
        write_local(encoder, time);
    } else {
        write_utc(encoder, time);
    }
    encoder->second = time.seconds;
    return XK_OK;
}

enum xk_status xk_hi2_encoder_prepare(struct xk_hi2_encoder *encoder, size_t size,
                                      const struct xk_hi2_profile *profile, struct xk_diag *diag)
{
    struct xk_hi2_encoder made;
    if (encoder == NULL || profile == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (size != sizeof made) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    memset(&made, 0, sizeof made);
    enum xk_status status = xki_hi2_prepare(&made, profile, diag);
    if (status == XK_OK) {
        *encoder = made;
    }
    return status;
}
