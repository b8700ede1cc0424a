/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/kms_links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "df2/df2.h"
#include "df2/records.h"
#include "support/support.h"

#define REQUEST_MAX 12288 /* the largest INIT and RESP that the collector keeps, and identities */

static bool send_get_keys(const struct xk_send *send, void *user)
{
    struct df2 *df2 = user;
    for (size_t i = 0; i < df2->kms.count; i++) {
        struct kms_link *kms = &df2->kms.links[i];
        if (kms->number != send->kms) {
            continue;
        }
        bool sent = kms->dialer.open && state_sync(&df2->state) &&
                    conn_send(kms->dialer.conn, send->octets.data, send->octets.size);
        if (sent) {
            timeline_event(&df2->timeline, ARROW_STEP, "df2", kms->name, "get_keys, request %llx, attempt %u",
                           (unsigned long long)send->request, send->attempt);
        }
        return sent;
    }
    return false;
}

/* For the timeline: the answer that decided a request, or the timer that did. */
static void observe(const struct xk_observation *o, void *user)
{
    struct df2 *df2 = user;
    const struct kms_link *kms = df2->kms.answering;
    figures_observe(&df2->figures, o, kms != NULL);
    if (o->event != XK_EVENT_DECIDED) {
        return;
    }
    df2->kms.answering = NULL;
    if (kms == NULL && o->cause != XK_CAUSE_NONE) {
        timeline_arrow(&df2->timeline, ARROW_FAILURE, "df2", "df2", "request %llx: %s", (unsigned long long)o->request,
                       cause_text(o->cause, o->failure));
    } else if (kms != NULL && o->cause == XK_CAUSE_NONE) {
        timeline_arrow(&df2->timeline, ARROW_ANSWER, kms->name, "df2", "get_keys_response: keys");
    } else if (kms != NULL) {
        timeline_arrow(&df2->timeline, ARROW_REFUSAL, kms->name, "df2", "get_keys_response: refused, %s",
                       xk_failure_name(o->failure));
    }
}

/* Of a LIID whose keys had to be wiped the next ones are asked for as soon as those before them are taken. */
static void ask_again(struct df2 *df2)
{
    struct xk_requester_usage usage;
    xk_requester_read_usage(df2->requester, &usage);
    if (usage.owed > usage.held) {
        (void)xk_requester_resume(df2->requester, loop_now(), 0, NULL);
    }
}

/*
 * Whatever the requester says, the octets are done with, and reading goes on. When there is no room for an outcome its
 * keys are wiped with them and asked for again when there is: a LEMF that is away holds up no answer of another
 * request.
 */
static enum conn_reply on_frame(struct conn *conn, uint8_t *data, size_t size, void *user)
{
    struct kms_link *kms = user;
    struct df2 *df2 = kms->df2;
    (void)conn;
    df2->kms.answering = kms;
    enum xk_status status = xk_requester_receive(df2->requester, loop_now(), kms->number, data, size, NULL);
    if (df2->kms.answering != NULL && status != XK_E_BLOCKED) {
        timeline_arrow(&df2->timeline, status == XK_OK ? ARROW_ANSWER : ARROW_REFUSAL, kms->name, "df2",
                       "get_keys_response: %s", status == XK_OK ? "decides nothing" : xk_status_text(status));
    }
    df2->kms.answering = NULL;
    OPENSSL_cleanse(data, size);
    if (status == XK_OK) {
        ask_again(df2);
    }
    df2_arm(df2);
    return CONN_TAKEN;
}

static void on_open(struct conn *conn, void *user)
{
    struct kms_link *kms = user;
    (void)conn;
    kms->up = true;
    (void)xk_requester_kms_ready(kms->df2->requester, loop_now(), kms->number);
    df2_arm(kms->df2);
}

static void on_closed(struct conn *conn, const char *why, void *user)
{
    struct kms_link *kms = user;
    (void)conn;
    timeline_event(&kms->df2->timeline, ARROW_FAILURE, "df2", kms->name, "Xk connection lost: %s", why);
    if (kms->up) {
        kms->up = false;
        (void)xk_requester_kms_lost(kms->df2->requester, loop_now(), kms->number);
    }
    df2_arm(kms->df2);
}

static enum xk_journal_reply write_journal(const struct xk_journal_record *record, void *user)
{
    struct df2 *df2 = user;
    return state_put(&df2->state, STATE_REQUESTER, 0, record->octets) ? XK_JOURNAL_STORED : XK_JOURNAL_FAILED;
}

static void create_requester(struct df2 *df2)
{
    struct xk_requester_config config;
    struct xk_requester_callbacks callbacks;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = fill_random;
    callbacks.send = send_get_keys;
    callbacks.on_outcome = record_outcome;
    callbacks.observe = observe;
    callbacks.journal = df2->state.folder != NULL ? write_journal : NULL;
    xk_requester_config_init(&config);
    config.timeout = options_number(&df2->options, "timeout", 10000, 1, 86400000);
    config.max_pending = options_number(&df2->options, "pending", 2048, 1, 1000000);
    config.max_request_size = REQUEST_MAX;
    config.max_warrant_size = 4072; /* with its bookkeeping 4096 */
    config.max_kms = XK_KMS_MAX;
    if (xk_requester_create(&config, &callbacks, NULL, df2, &df2->requester, NULL) != XK_OK) {
        die("the requester cannot be created");
    }
}

void kms_open(struct df2 *df2)
{
    struct kms_links *kms = &df2->kms;
    char *list = strdup(options_needed(&df2->options, "kms"));
    char *rest = list;
    create_requester(df2);
    char *item;
    char *address;
    while (options_next_peer(&rest, "kms", "KMS", &item, &address)) {
        kms->links = reallocarray(kms->links, kms->count + 1, sizeof *kms->links);
        kms->names = reallocarray(kms->names, kms->count + 1, sizeof *kms->names);
        if (kms->links == NULL || kms->names == NULL) {
            die("no memory");
        }
        kms->names[kms->count] = item;
        struct kms_link *link = &kms->links[kms->count];
        *link = (struct kms_link){.df2 = df2, .name = item, .address = address};
        if (xk_requester_add_kms(df2->requester, xk_text(item), &link->number, NULL) != XK_OK) {
            die("the KMS %s cannot be used", item);
        }
        for (size_t i = 0; i < kms->count; i++) {
            if (kms->links[i].number == link->number) {
                die("--kms names one KMS twice");
            }
        }
        kms->count++;
    }
}

static SSL_CTX *make_context(const struct df2 *df2, const struct kms_link *kms, char *why, size_t why_size)
{
    const char *const peers[] = {kms->name};
    return links_context(&df2->links, TLS_CLIENT, peers, 1, why, why_size);
}

void kms_start(struct df2 *df2)
{
    struct conn_limits limits;
    char why[256] = "";
    service_limits(&limits, &df2->options);
    for (size_t i = 0; i < df2->kms.count; i++) {
        struct kms_link *kms = &df2->kms.links[i];
        const struct conn_events events = {.open = on_open, .frame = on_frame, .closed = on_closed, .user = kms};
        SSL_CTX *context = make_context(df2, kms, why, sizeof why);
        if (context == NULL) {
            die("%s", why);
        }
        if (!dialer_open(&kms->dialer, &df2->loop, context, kms->address, &limits, &events, why, sizeof why)) {
            die("the KMS %s: %s", kms->name, why);
        }
    }
}

bool kms_renew(struct df2 *df2, char *why, size_t why_size)
{
    bool good = true;
    for (size_t i = 0; i < df2->kms.count; i++) {
        struct kms_link *kms = &df2->kms.links[i];
        good = dialer_renew_or_check(&kms->dialer, make_context(df2, kms, why, why_size)) && good;
    }
    return good;
}

void kms_close(struct df2 *df2)
{
    for (size_t i = 0; i < df2->kms.count; i++) {
        SSL_CTX *context = df2->kms.links[i].dialer.context;
        dialer_close(&df2->kms.links[i].dialer);
        SSL_CTX_free(context);
    }
    (void)xk_requester_destroy(df2->requester);
    free(df2->kms.count > 0 ? df2->kms.links[0].name : NULL); /* the whole list */
    free(df2->kms.links);
    free(df2->kms.names);
}
