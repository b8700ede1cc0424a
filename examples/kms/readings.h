/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The readings of RFC 6043 on a command line: xk-ue makes an exchange in them, xk-kms takes it.
 */
#ifndef KMS_READINGS_H
#define KMS_READINGS_H

#include <xk_kms/kms.h>

/**
 * Sets each reading of a list "NAME,NAME" that is not the default: vr-prf-header, resp-time-resp, message-prf-policy,
 * update-key-again, update-identity-dialled. Ends the program at another name.
 */
void read_readings(const char *list, struct xk_kms_options *options);

#endif
