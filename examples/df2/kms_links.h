/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Xk: a connection to each KMS, and the requester that asks over them. */
#ifndef DF2_KMS_LINKS_H
#define DF2_KMS_LINKS_H

#include <xk/requester.h>

#include "transport/endpoint.h"

struct df2;

struct kms_link {
    struct df2 *df2;
    struct dialer dialer;
    char *name; /* of its certificate */
    const char *address;
    uint32_t number; /* in the requester */
    bool up;
};

struct kms_links {
    struct kms_link *links;
    size_t count;
    const char **names;
    const struct kms_link *answering; /* whose answer is being read and not yet in the timeline */
};

/** Takes --kms NAME=HOST:PORT[,...] and creates the requester; ends the program when something is wrong. */
void kms_open(struct df2 *df2);
/** Starts to connect. */
void kms_start(struct df2 *df2);
void kms_close(struct df2 *df2);
/** Goes on with certificates read anew, link by link; false, with a line in `why`, when some could not be read. */
bool kms_renew(struct df2 *df2, char *why, size_t why_size);

#endif
