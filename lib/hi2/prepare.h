/* SPDX-License-Identifier: BSD-2-Clause */
/* What records of one profile have in common: the octets in front of the LIID, and the timeStamp while its second is
 * the same. */
#ifndef XKI_HI2_PREPARE_H
#define XKI_HI2_PREPARE_H

#include <xk/hi2.h>

#include "hi2/times.h"
#include "warrant/modules.h"

/* Every member of a new encoder. On failure it is left half-made. */
enum xk_status xki_hi2_prepare(struct xk_hi2_encoder *encoder, const struct xk_hi2_profile *profile,
                               struct xk_diag *diag);

/* encoder->stamp is that of a moment, but for the fraction of its second: that is written over the record's own copy,
 * since what has just been written an octet at a time is slow to copy. */
enum xk_status xki_hi2_stamp(struct xk_hi2_encoder *encoder, struct xk_utc time, struct xk_diag *diag);

/* Where the fraction begins in the stamp of a local time. */
#define XKI_HI2_FRACTION_AT (6u + XKI_TIME_FRACTION)

#endif
