/* SPDX-License-Identifier: BSD-2-Clause */
/** @file The DF2/MF as a whole: what its parts share. One loop, one thread. */
#ifndef DF2_DF2_H
#define DF2_DF2_H

#include <xk/collector.h>
#include <xk/requester.h>

#include "df2/calls.h"
#include "df2/figures.h"
#include "df2/hi2_links.h"
#include "df2/intake.h"
#include "df2/kms_links.h"
#include "df2/outbox.h"
#include "df2/state.h"
#include "df2/timeline.h"
#include "df2/warrants.h"
#include "support/links.h"
#include "support/options.h"
#include "support/service.h"
#include "transport/loop.h"

/** The program; all zero at first. */
struct df2 {
    struct loop loop;
    struct service common; /* with other services */
    struct options options;
    struct links links;          /* of Xk and X2 */
    struct links hi2_protection; /* the same, or plain */
    struct warrants *warrants;
    const char *warrants_path;
    struct warrant_names names; /* of --kms and --lemf */
    struct xk_collector *collector;
    struct xk_requester *requester;
    struct loop_timer tick; /* of collector and requester */
    struct kms_links kms;
    struct hi2_links hi2;
    struct calls calls;
    struct outbox outbox;
    struct state state;
    struct intake intake;
    struct timeline timeline;
    struct figures figures;
    uint32_t settle_ms;
    bool service; /* runs until it is told to stop */
};

/** Arms the timer for what collector and requester wait for; after every call of one of them. */
void df2_arm(struct df2 *df2);
/** Tells what must not happen, and what a program that goes on has to say of it. */
void df2_heed(enum xk_status status, const char *what);
/** The date. */
struct xk_utc df2_utc(void);

#endif
