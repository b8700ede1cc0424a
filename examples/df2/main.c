/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-df2: a DF2/MF. For each warrant whose target is in a call's signalling it asks the KMS for the keys, and hands
 * the LEMF an IRI record with the keys, or with the failure indication when the KMS refuses or the timer expires.
 *
 *   xk-df2 --tls FOLDER --warrants FILE --calls FOLDER --kms NAME=HOST:PORT[,NAME=HOST:PORT] --lemf HOST:PORT
 *          [--timeout MS] [--timeline FILE] CALL...
 *
 * Ends when every outcome has been acknowledged by its destination. With --timeline it writes the run as a sequence
 * chart in SVG.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <xk/iri.h>
#include <xk/requester.h>

#include "df2/calls.h"
#include "df2/delivery.h"
#include "df2/timeline.h"
#include "support/support.h"

#define KMS_MAX 4
#define REQUESTS_MAX 256
#define OPERATOR "12345"
#define KMS_WAIT_MS 1000 /* for connections, before questions are asked that then need further attempts */

struct kms_link {
    struct dialer dialer;
    struct program *program;
    char name[64];
    uint32_t number; /* in the requester */
};

/* What the record needs beside the outcome. */
struct request {
    uint64_t handle;
    const struct order *order;
    const struct call *call;
    bool used;
};

struct program {
    struct loop loop;
    struct loop_timer tick;
    struct loop_timer begin;
    struct xk_requester *requester;
    struct kms_link kms[KMS_MAX];
    size_t kms_count;
    struct delivery delivery;
    struct order orders[WARRANTS_MAX];
    size_t order_count;
    struct call *calls;
    size_t call_count;
    struct request requests[REQUESTS_MAX];
    bool submitted;
    struct timeline timeline;
    const struct kms_link *answering; /* whose answer is being read and not yet in the timeline */
};

static void arm(struct program *p)
{
    struct xk_requester_usage usage;
    uint64_t next = xk_requester_next_deadline(p->requester);
    uint64_t now = loop_now();
    xk_requester_read_usage(p->requester, &usage);
    if (p->submitted && usage.pending == 0 && usage.owed == 0) {
        loop_stop(&p->loop);
    }
    if (next != XK_NEVER) {
        loop_arm(&p->loop, &p->tick, next > now ? next - now : 0);
    }
}

static void on_tick(struct loop_timer *timer)
{
    struct program *p = timer->owner;
    (void)xk_requester_tick(p->requester, loop_now(), 0, NULL);
    arm(p);
}

static struct request *find_request(struct program *p, uint64_t handle)
{
    for (size_t i = 0; i < REQUESTS_MAX; i++) {
        if (p->requests[i].used && p->requests[i].handle == handle) {
            return &p->requests[i];
        }
    }
    die("an outcome of no request");
}

static bool send_get_keys(const struct xk_send *send, void *user)
{
    struct program *p = user;
    for (size_t i = 0; i < p->kms_count; i++) {
        struct kms_link *kms = &p->kms[i];
        if (kms->number == send->kms) {
            bool sent = kms->dialer.open && conn_send(kms->dialer.conn, FRAME_XK, send->octets.data, send->octets.size);
            if (sent) {
                timeline_event(&p->timeline, ARROW_STEP, "df2", kms->name, "get_keys, request %llx, attempt %u",
                               (unsigned long long)send->request, send->attempt);
            }
            return sent;
        }
    }
    return false;
}

static const char *cause_text(enum xk_cause cause, enum xk_failure failure)
{
    switch (cause) {
    case XK_CAUSE_TIMER_EXPIRED:
        return "the timer expired";
    case XK_CAUSE_UNREACHABLE:
        return "no KMS can be reached";
    case XK_CAUSE_KMS_REFUSED:
        return xk_failure_text(failure);
    case XK_CAUSE_IMPOSSIBLE:
        return "no record of the keys can be made";
    case XK_CAUSE_NONE:
        break;
    }
    return "keys of some Crypto Sessions are missing";
}

/* For the timeline: the answer that decided a request, or the timer that did. */
static void observe(const struct xk_observation *o, void *user)
{
    struct program *p = user;
    const struct kms_link *kms = p->answering;
    if (o->event != XK_EVENT_DECIDED) {
        return;
    }
    p->answering = NULL;
    if (kms == NULL && o->cause != XK_CAUSE_NONE) {
        timeline_arrow(&p->timeline, ARROW_FAILURE, "df2", "df2", "request %llx: %s", (unsigned long long)o->request,
                       cause_text(o->cause, o->failure));
    } else if (kms != NULL && o->cause == XK_CAUSE_NONE) {
        timeline_arrow(&p->timeline, ARROW_ANSWER, kms->name, "df2", "get_keys_response: keys");
    } else if (kms != NULL) {
        timeline_arrow(&p->timeline, ARROW_REFUSAL, kms->name, "df2", "get_keys_response: refused, %s",
                       xk_failure_name(o->failure));
    }
}

/* The SIP message that a key belongs to goes out before it, as a record of its own: nothing waits for it. */
static bool put_sip(struct program *p, const struct request *request, const struct xk_iri_event *keys)
{
    static uint8_t record[SIP_MAX + 4096];
    struct xk_hi2_profile profile;
    struct xk_iri_event sip;
    size_t size = 0;
    memset(&sip, 0, sizeof sip);
    sip.kind = XK_IRI_SIP_MESSAGE;
    sip.warrant = keys->warrant;
    sip.time = keys->time;
    sip.sip_message = (struct xk_bytes){request->call->ok, request->call->ok_size};
    xk_hi2_profile_init(&profile, request->order->module);
    if (xk_hi2_record_encode(&profile, &sip, NULL, record, sizeof record, &size, NULL) != XK_OK) {
        die("the SIP record cannot be encoded");
    }
    return delivery_put(&p->delivery, request->order->module, sip.warrant->liid, (struct xk_bytes){record, size}, 0,
                        NULL);
}

static enum xk_outcome_reply deliver(struct program *p, struct request *request, const struct xk_outcome *outcome)
{
    static uint8_t record[32768];
    struct xk_iri_key keys[XK_CRYPTO_SESSIONS_MAX];
    struct xk_iri_event iri;
    struct xk_hi2_profile profile;
    struct timespec now;
    size_t size = 0;
    clock_gettime(CLOCK_REALTIME, &now);
    const struct xk_utc time = {now.tv_sec, (uint32_t)(now.tv_nsec / 1000)};
    xk_hi2_profile_init(&profile, request->order->module);
    if (xk_iri_assemble(outcome, time, keys, XK_CRYPTO_SESSIONS_MAX, &iri) != XK_OK ||
        xk_hi2_record_encode(&profile, &iri, NULL, record, sizeof record, &size, NULL) != XK_OK) {
        die("the IRI record cannot be encoded");
    }
    const struct xk_bytes octets = {record, size};
    bool taken = p->delivery.count + 2 <= DELIVERY_MAX && put_sip(p, request, &iri) &&
                 delivery_put(&p->delivery, request->order->module, outcome->warrant->liid, octets, outcome->request,
                              &outcome->id);
    OPENSSL_cleanse(record, size);
    if (!taken) {
        return XK_OUTCOME_REFUSED;
    }
    if (iri.failure) {
        timeline_event(&p->timeline, ARROW_FAILURE, "df2", "lemf",
                       "%s: IRI record, %zu key(s), MediaSec key retrieval failure: %s", request->call->name,
                       iri.key_count, cause_text(outcome->cause, outcome->failure));
    } else {
        timeline_event(&p->timeline, ARROW_STEP, "df2", "lemf",
                       "%s: IRI record, session encryption keys available, %zu key(s)", request->call->name,
                       iri.key_count);
    }
    return XK_OUTCOME_HELD;
}

static enum xk_outcome_reply take_outcome(const struct xk_outcome *outcome, void *user)
{
    struct program *p = user;
    struct request *request = find_request(p, outcome->request);
    bool has_keys = outcome->kind == XK_OUTCOME_KEYS || outcome->kind == XK_OUTCOME_PARTIAL;
    if (outcome->warrant->destination == XK_DESTINATION_DF3 && has_keys) {
        /* The operator's own DF3 decrypts: the keys end here, and no HI2 record carries them. */
        timeline_event(&p->timeline, ARROW_STEP, "df2", "df3", "%s: keys of %zu Crypto Session(s) for decryption",
                       request->call->name, outcome->session_count);
        return XK_OUTCOME_ACKNOWLEDGED;
    }
    return deliver(p, request, outcome);
}

static void on_lemf_lost(const char *why, size_t waiting, void *user)
{
    struct program *p = user;
    timeline_event(&p->timeline, ARROW_FAILURE, "df2", "lemf", "HI2 connection lost: %s; %zu record(s) wait", why,
                   waiting);
}

static void on_delivered(uint64_t request, const struct xk_outcome_id *id, void *user)
{
    struct program *p = user;
    timeline_arrow(&p->timeline, ARROW_ANSWER, "lemf", "df2", "%s: record acknowledged",
                   find_request(p, request)->call->name);
    if (xk_requester_acknowledge(p->requester, loop_now(), request, id) != XK_OK) {
        die("an acknowledgement of no outcome");
    }
    /* There is room for a record again: answers that were kept back for the want of it can come. */
    for (size_t i = 0; i < p->kms_count; i++) {
        if (p->kms[i].dialer.conn != NULL) {
            conn_resume(p->kms[i].dialer.conn);
        }
    }
    arm(p);
}

static void submit(struct program *p, const struct order *order, const struct call *call, enum xk_initiator initiator)
{
    static unsigned int number;
    struct xk_party party;
    struct xk_request r;
    char correlation[16];
    uint32_t kms = UINT32_MAX;
    for (size_t i = 0; i < p->kms_count; i++) {
        if (strcmp(p->kms[i].name, order->kms) == 0) {
            kms = p->kms[i].number;
        }
    }
    memset(&party, 0, sizeof party);
    memset(&r, 0, sizeof r);
    party.sip_uri = xk_text(order->target);
    snprintf(correlation, sizeof correlation, "corr%06zu", (size_t)(call - p->calls) + 1);
    r.size = sizeof r;
    r.get_keys.public_kms_identity = xk_text(order->target);
    r.get_keys.transfer_init = (struct xk_bytes){call->init, call->init_size};
    r.get_keys.transfer_resp = (struct xk_bytes){call->resp, call->resp_size};
    r.kms = &kms;
    r.kms_count = 1;
    r.warrant.liid = xk_text(order->liid);
    r.warrant.parties = &party;
    r.warrant.party_count = 1;
    r.warrant.correlation_number = xk_text(correlation);
    r.warrant.initiator = initiator;
    r.warrant.operator_identifier = xk_text(OPERATOR);
    r.warrant.destination = order->destination;
    struct request *slot = &p->requests[number++];
    slot->used = true;
    slot->order = order;
    slot->call = call;
    struct xk_diag diag;
    enum xk_status status = xk_requester_submit(p->requester, loop_now(), &r, &slot->handle, &diag);
    if (status != XK_OK) {
        die("%s: %s (%s)", call->name, xk_status_text(status), diag.field);
    }
}

/* Once every KMS can be asked, or has been waited for: each warrant is served by itself. */
static void submit_all(struct program *p)
{
    for (size_t c = 0; c < p->call_count; c++) {
        const char *name = p->calls[c].name;
        timeline_arrow(&p->timeline, ARROW_EARLIER, "ue", "cscf", "%s: INVITE, 200 OK", name);
        for (size_t o = 0; o < p->order_count; o++) {
            enum xk_initiator initiator = match(&p->orders[o], &p->calls[c]);
            if (initiator != XK_INITIATOR_NOT_AVAILABLE) {
                timeline_event(&p->timeline, ARROW_STEP, "cscf", "df2", "%s: intercepted SIP", name);
                submit(p, &p->orders[o], &p->calls[c], initiator);
            }
        }
    }
    p->submitted = true;
    loop_disarm(&p->loop, &p->begin);
    arm(p);
}

/* A KMS is away: what asks for it is tried again and fails in the end; nothing else is delayed by it. */
static void on_begin(struct loop_timer *timer)
{
    submit_all(timer->owner);
}

static void on_kms_open(struct conn *conn, void *user)
{
    struct kms_link *kms = user;
    struct program *p = kms->program;
    (void)conn;
    for (size_t i = 0; i < p->kms_count; i++) {
        if (!p->kms[i].dialer.open) {
            return;
        }
    }
    if (!p->submitted) {
        submit_all(p);
    }
}

static enum conn_reply on_kms_frame(struct conn *conn, enum frame_type type, uint8_t *data, size_t size, void *user)
{
    struct kms_link *kms = user;
    struct program *p = kms->program;
    (void)conn;
    (void)type;
    p->answering = kms;
    enum xk_status status = xk_requester_receive(p->requester, loop_now(), kms->number, data, size, NULL);
    if (p->answering != NULL && status != XK_E_BLOCKED) {
        timeline_arrow(&p->timeline, status == XK_OK ? ARROW_ANSWER : ARROW_REFUSAL, kms->name, "df2",
                       "get_keys_response: %s", status == XK_OK ? "decides nothing" : xk_status_text(status));
    }
    p->answering = NULL;
    arm(p);
    return status == XK_E_BLOCKED ? CONN_LATER : CONN_TAKEN;
}

static void on_kms_closed(struct conn *conn, const char *why, void *user)
{
    struct kms_link *kms = user;
    (void)conn;
    timeline_event(&kms->program->timeline, ARROW_FAILURE, "df2", kms->name, "Xk connection lost: %s", why);
}

static void start_engine(struct program *p, uint32_t timeout)
{
    struct xk_requester_config config;
    struct xk_requester_callbacks callbacks;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = fill_random;
    callbacks.send = send_get_keys;
    callbacks.on_outcome = take_outcome;
    callbacks.observe = observe;
    xk_requester_config_init(&config);
    config.timeout = timeout;
    config.attempt_timeout = timeout / 3; /* a lost connection takes questions or answers with it */
    config.max_pending = REQUESTS_MAX;
    config.max_request_size = 2 * MIKEY_MAX + 2048;
    if (xk_requester_create(&config, &callbacks, NULL, p, &p->requester, NULL) != XK_OK) {
        die("the requester cannot be created");
    }
}

static void connect_kms(struct program *p, const char *folder, char *list)
{
    struct conn_limits limits;
    char why[256];
    char *rest = NULL;
    conn_limits_init(&limits, FRAMING_XK);
    for (char *item = strtok_r(list, ",", &rest); item != NULL; item = strtok_r(NULL, ",", &rest)) {
        char *address = strchr(item, '=');
        if (address == NULL || p->kms_count == KMS_MAX) {
            die("--kms takes up to %d NAME=HOST:PORT", KMS_MAX);
        }
        struct kms_link *kms = &p->kms[p->kms_count++];
        *address++ = '\0';
        snprintf(kms->name, sizeof kms->name, "%s", item);
        kms->program = p;
        timeline_lane(&p->timeline, kms->name);
        const char *const peers[] = {kms->name};
        const struct conn_events events = {on_kms_open, on_kms_frame, NULL, on_kms_closed, kms};
        SSL_CTX *context = tls_from_folder(TLS_CLIENT, folder, "df2", peers, 1);
        if (xk_requester_add_kms(p->requester, xk_text(kms->name), &kms->number, NULL) != XK_OK ||
            !dialer_open(&kms->dialer, &p->loop, context, address, &limits, &events, why, sizeof why)) {
            die("the KMS %s cannot be used", kms->name);
        }
    }
}

int main(int argc, char **argv)
{
    static struct program p;
    static const char *const lemf[] = {"lemf"};
    char why[256];
    char list[512];
    const char *folder = option(argc, argv, "tls", NULL);
    const char *calls = option(argc, argv, "calls", NULL);
    snprintf(list, sizeof list, "%s", option(argc, argv, "kms", NULL));
    p.tick = (struct loop_timer){.fire = on_tick, .owner = &p};
    p.begin = (struct loop_timer){.fire = on_begin, .owner = &p};
    p.order_count = load_orders(option(argc, argv, "warrants", NULL), p.orders);
    p.calls = calloc((size_t)argc, sizeof *p.calls);
    if (p.calls == NULL || !loop_open(&p.loop)) {
        die("no memory");
    }
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) == 0) {
            i++;
        } else {
            load_call(calls, argv[i], &p.calls[p.call_count++]);
        }
    }
    start_engine(&p, (uint32_t)strtoul(option(argc, argv, "timeout", "10000"), NULL, 10));
    timeline_lane(&p.timeline, "ue");
    timeline_lane(&p.timeline, "cscf");
    timeline_lane(&p.timeline, "df2");
    connect_kms(&p, folder, list);
    timeline_lane(&p.timeline, "lemf");
    timeline_lane(&p.timeline, "df3");
    p.delivery.operator_identifier = OPERATOR;
    p.delivery.delivered = on_delivered;
    p.delivery.lost = on_lemf_lost;
    p.delivery.user = &p;
    SSL_CTX *context = tls_from_folder(TLS_CLIENT, folder, "df2", lemf, 1);
    if (!delivery_open(&p.delivery, &p.loop, context, option(argc, argv, "lemf", NULL), why, sizeof why)) {
        die("%s", why);
    }
    loop_arm(&p.loop, &p.begin, KMS_WAIT_MS);
    loop_run(&p.loop);
    const char *chart = option(argc, argv, "timeline", "");
    if (chart[0] != '\0' && !timeline_write(&p.timeline, chart)) {
        die("%s: the timeline cannot be written", chart);
    }
    struct xk_requester_usage usage;
    xk_requester_read_usage(p.requester, &usage);
    for (size_t i = 0; i < p.kms_count; i++) {
        SSL_CTX *kms_context = p.kms[i].dialer.context;
        dialer_close(&p.kms[i].dialer);
        SSL_CTX_free(kms_context);
    }
    delivery_close(&p.delivery);
    SSL_CTX_free(context);
    (void)xk_requester_destroy(p.requester);
    timeline_free(&p.timeline);
    free(p.calls);
    loop_close(&p.loop);
    return usage.pending == 0 && usage.owed == 0 ? 0 : 2;
}
