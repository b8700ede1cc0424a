/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-df2: a DF2/MF. It takes intercepted SIP by X2, HEP3 or from files, finds the calls of its warrants' targets, asks
 * the KMSs for their keys, and hands each LEMF records of the SIP messages and of the keys, or of the failure, under
 * one CIN. Without --x2 and --hep it ends when every LEMF has everything.
 *
 * Prints "X2 PORT n" and "HEP PORT n" when it listens, then READY. SIGHUP reads warrants, certificates and revocation
 * lists anew; SIGTERM ends it, with everything that is owed but keys in the state folder.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "df2/df2.h"
#include "df2/figures.h"
#include "df2/reload.h"
#include "df2/watch.h"
#include "support/process.h"
#include "support/support.h"

#define SWEEP_MS 5000
#define CHECK_MS 20

static const struct option_rule rules[] = {
    {"warrants", "FILE", "the warrants; schema in warrants.yaml beside the sources"},
    {"kms", "NAME=HOST:PORT,...", "the KMSs, by the names of their certificates"},
    {"lemf", "NAME=HOST:PORT,...", "the LEMFs, likewise"},
    {"tls", "FOLDER", "NAME.crt, NAME.key, ca.crt and ca.crl, for mutual TLS"},
    {"name", "NAME", "of the own certificate; default df2"},
    {"tls-1.2", NULL, "takes TLS 1.2 too"},
    {"hi2-plain", NULL, "HI2 without TLS: to this host only, or with --protected-elsewhere"},
    {"protected-elsewhere", NULL, "something else protects HI2, such as IPsec (TS 33.108 7.3 demands it)"},
    {"x2", "HOST:PORT", "takes X2 (TS 103 221-2) there, over mutual TLS"},
    {"x2-peer", "NAME,...", "whose certificates X2 takes"},
    {"x2-sequence", "RULE", "how its senders count: from-0 (default), from-1, connection, none"},
    {"hep", "HOST:PORT", "takes HEP3 there, over UDP and TCP; of this host only"},
    {"trusted", "ADDRESS[:PORT],...", "sources whose P-Asserted-Identity counts"},
    {"calls", "FOLDER", "takes CALL.invite and CALL.ok of each CALL, then .reinvite and .reok where they are"},
    {"state", "FOLDER", "what is owed survives there"},
    {"state-key", "FILE", "seals the state; 64 hexadecimal digits that only the owner may read"},
    {"timeout", "MS", "the timer of TS 33.107 7A.7.2; default 10000"},
    {"settle", "MS", "wait for what may still change an exchange; default 500"},
    {"pending", "N", "most requests that are pending or owed; default 2048"},
    {"max-calls", "N", "most protected calls that are watched at a time; default 8192"},
    {"call-memory", "OCTETS", "most octets of messages that are kept of calls; default 67108864"},
    {"owed", "OCTETS", "most octets of SIP records that are owed before intake stops; default 67108864"},
    {"acknowledgement", "KIND", "of HI2: negotiated (default), agreed, none"},
    {"release", "WHEN", "without it: transport (default), further, written"},
    {"hi2-acknowledge", "MS", "age of what was sent before its acknowledgement is asked for; default 1000"},
    {"hi2-keep-alive", "MS", "TIME1; default 300000"},
    {"hi2-answer", "MS", "TIME3 and TIME5; default 60000"},
    {"hi2-reconnect", "MS", "wait after a failed attempt; default 30000"},
    {"hi2-buffer", "OCTETS", "of each session; default 8388608"},
    {"timeline", "FILE", "draws the run as a sequence chart in SVG"},
    SERVICE_RULES,
};

void df2_heed(enum xk_status status, const char *what)
{
    if (status != XK_OK) {
        fprintf(stderr, "df2: %s: %s\n", what, xk_status_text(status));
    }
}

struct xk_utc df2_utc(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (struct xk_utc){now.tv_sec, (uint32_t)(now.tv_nsec / 1000)};
}

void df2_arm(struct df2 *df2)
{
    uint64_t now = loop_now();
    uint64_t next = xk_requester_next_deadline(df2->requester);
    uint64_t other = xk_collector_next_deadline(df2->collector);
    next = other < next ? other : next;
    if (next != XK_NEVER) {
        loop_arm(&df2->loop, &df2->tick, next > now ? next - now : 0);
    }
}

static void on_tick(struct loop_timer *timer)
{
    struct df2 *df2 = timer->owner;
    (void)xk_requester_tick(df2->requester, loop_now(), 0, NULL);
    df2_heed(xk_collector_tick(df2->collector, loop_now(), 0, NULL), "the collector's tick");
    df2_arm(df2);
}

static void on_sweep(struct loop_timer *timer)
{
    struct df2 *df2 = timer->owner;
    calls_sweep(df2);
    state_trim(df2);
    loop_arm(&df2->loop, timer, SWEEP_MS);
}

/* Of files: every message has been taken, what they led to has settled, an update after its base, and nothing is owed.
 */
static bool is_over(const struct df2 *df2)
{
    struct xk_requester_usage usage;
    xk_requester_read_usage(df2->requester, &usage);
    return df2->intake.files_done && loop_now() >= df2->intake.files_done_ms + 2 * df2->settle_ms + 2 * CHECK_MS &&
           usage.pending == 0 && usage.owed == 0 && df2->outbox.count == 0;
}

static void on_check(struct loop_timer *timer)
{
    struct df2 *df2 = timer->owner;
    intake_resume(df2);
    if (!df2->service && is_over(df2)) {
        loop_stop(&df2->loop);
        return;
    }
    loop_arm(&df2->loop, timer, CHECK_MS);
}

static void open_all(struct df2 *df2)
{
    char why[512] = "";
    const struct service_calls calls = {.renew = reload_certificates, .reload = reload, .fill = figures_fill};
    if (!loop_open(&df2->loop)) {
        die("the loop cannot be opened");
    }
    service_open(&df2->common, &df2->loop, &df2->options, "xk-df2", &calls, df2);
    hi2_open(df2);
    state_open(df2);
    kms_open(df2);
    df2->names = (struct warrant_names){df2->kms.names, df2->kms.count, df2->hi2.names, df2->hi2.count};
    df2->warrants_path = options_needed(&df2->options, "warrants");
    df2->warrants = warrants_read(df2->warrants_path, &df2->names, why, sizeof why);
    if (df2->warrants == NULL) {
        die("%s", why);
    }
    reload_number(df2, df2->warrants, NULL);
    df2->settle_ms = options_number(&df2->options, "settle", 500, 0, 60000);
    calls_open(df2);
    outbox_open(df2);
    state_restore(df2);
    watch_open(df2); /* its numbers go on where the state says */
}

static void draw_lanes(struct df2 *df2)
{
    timeline_lane(&df2->timeline, "ue");
    timeline_lane(&df2->timeline, "cscf");
    timeline_lane(&df2->timeline, "df2");
    for (size_t i = 0; i < df2->kms.count; i++) {
        timeline_lane(&df2->timeline, df2->kms.names[i]);
    }
    for (size_t i = 0; i < df2->hi2.count; i++) {
        timeline_lane(&df2->timeline, df2->hi2.names[i]);
    }
    timeline_lane(&df2->timeline, "df3");
}

static void close_all(struct df2 *df2)
{
    intake_close(df2);
    state_close(df2);
    hi2_close(df2);
    kms_close(df2);
    watch_close(df2);
    outbox_close(df2);
    calls_close(df2);
    warrants_free(df2->warrants);
    timeline_free(&df2->timeline);
    service_close(&df2->common);
    loop_close(&df2->loop);
}

int main(int argc, char **argv)
{
    static struct df2 df2;
    struct loop_timer sweep = {.fire = on_sweep, .owner = &df2};
    struct loop_timer check = {.fire = on_check, .owner = &df2};
    options_take(&df2.options, argc, argv, rules, sizeof rules / sizeof rules[0],
                 "takes intercepted SIP, asks KMSs for the keys of its calls, and hands both to LEMFs", "[CALL...]");
    process_harden();
    links_take(&df2.links, &df2.options, "df2");
    df2.hi2_protection = df2.links;
    df2.hi2_protection.plain = options_has(&df2.options, "hi2-plain");
    df2.hi2_protection.protected_elsewhere = options_has(&df2.options, "protected-elsewhere");
    df2.tick = (struct loop_timer){.fire = on_tick, .owner = &df2};
    open_all(&df2);
    draw_lanes(&df2);
    hi2_start(&df2);
    kms_start(&df2);
    outbox_start(&df2);
    intake_open(&df2);
    printf("READY\n");
    service_ready(&df2.common);
    loop_arm(&df2.loop, &sweep, SWEEP_MS);
    loop_arm(&df2.loop, &check, CHECK_MS);
    df2_arm(&df2);
    loop_run(&df2.loop);
    bool over = is_over(&df2);
    const char *chart = options_text(&df2.options, "timeline");
    if (chart != NULL && !timeline_write(&df2.timeline, chart)) {
        fprintf(stderr, "df2: %s: the timeline cannot be written\n", chart);
    }
    bool good = over || df2.service;
    service_stopping(&df2.common);
    close_all(&df2);
    return good ? 0 : 2;
}
