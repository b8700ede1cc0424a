/* SPDX-License-Identifier: BSD-2-Clause */
#include "kms/readings.h"

#include <string.h>

#include "support/support.h"

static bool is(const char *name, size_t size, const char *known)
{
    return size == strlen(known) && memcmp(name, known, size) == 0;
}

void read_readings(const char *list, struct xk_kms_options *options)
{
    while (*list != '\0') {
        size_t size = strcspn(list, ",");
        if (is(list, size, "vr-prf-header")) {
            options->vr_prf = XK_KMS_VR_PRF_HEADER;
        } else if (is(list, size, "resp-time-resp")) {
            options->resp_time = XK_KMS_RESP_TIME_RESP;
        } else if (is(list, size, "message-prf-policy")) {
            options->message_prf = XK_KMS_MESSAGE_PRF_POLICY;
        } else if (is(list, size, "update-key-again")) {
            options->update_key = XK_KMS_UPDATE_DERIVED_AGAIN;
        } else if (is(list, size, "update-identity-dialled")) {
            options->update_identity = XK_KMS_UPDATE_IDENTITY_DIALLED;
        } else {
            die("no reading is called \"%.*s\"", (int)size, list);
        }
        list += size + (list[size] == ',');
    }
}
