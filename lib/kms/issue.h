/* SPDX-License-Identifier: BSD-2-Clause */
/* What issuing a ticket and building a message share. */
#ifndef XKI_KMS_ISSUE_H
#define XKI_KMS_ISSUE_H

#include <xk_kms/issue.h>

#include "kms/derive.h"
#include "kms/kemac.h"

#define XKI_KMS_SEALED_MAX (XK_KMS_KEMAC_MAX + XKI_KMS_WRAP_IV_SIZE)

static inline bool xki_kms_suite_known(enum xk_kms_suite suite)
{
    return suite == XK_KMS_SUITE_128 || suite == XK_KMS_SUITE_256;
}

/* Octets are there, or the view says that there are none. */
static inline bool xki_kms_is_view(struct xk_bytes view)
{
    return view.data != NULL || view.size == 0;
}

/* Encryption of a KEMAC: as asked for, else the suite's. */
static inline unsigned int xki_kms_encryption_of(enum xk_kms_suite suite, enum xk_kms_encryption encryption)
{
    if (encryption != XK_KMS_ENCRYPTION_OF_SUITE) {
        return (unsigned int)encryption;
    }
    return suite == XK_KMS_SUITE_256 ? XKI_KMS_AES_CM_256 : XKI_KMS_AES_CM_128;
}

#endif
