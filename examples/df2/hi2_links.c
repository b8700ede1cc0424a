/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/hi2_links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "df2/df2.h"
#include "support/support.h"

#define TRANSPORT_MS 50 /* between two looks at what TCP has acknowledged */

static const char *const acknowledgements[] = {"negotiated", "agreed", "none"};
static const char *const releases[] = {"transport", "further", "written"};

static struct xk_moment moment(void)
{
    return (struct xk_moment){loop_now(), df2_utc()};
}

static void on_lost(struct hi2_link *link, const char *why)
{
    struct xk_delivery_usage usage = {.size = sizeof usage};
    (void)xk_delivery_read_usage(link->delivery, &usage);
    timeline_event(&link->df2->timeline, ARROW_FAILURE, "df2", link->name, "HI2 connection lost: %s; %u record(s) wait",
                   why, usage.records);
}

/* What a session has to say. */
static void take_event(struct hi2_link *link, const struct xk_delivery_event *event)
{
    struct df2 *df2 = link->df2;
    char text[256];
    switch (event->kind) {
    case XK_DELIVERY_CONNECT:
        dialer_connect(&link->dialer);
        break;
    case XK_DELIVERY_CLOSE:
        if (link->dialer.conn != NULL) {
            conn_end(link->dialer.conn, xk_status_text(event->status));
        }
        break;
    case XK_DELIVERY_DELIVERED:
        outbox_delivered(df2, link, &event->cookie);
        break;
    case XK_DELIVERY_HOLE:
        outbox_hole(df2, link, &event->cookie, event->status);
        break;
    case XK_DELIVERY_ROOM:
        outbox_room(df2, link);
        break;
    case XK_DELIVERY_UNEXPECTED:
        fprintf(stderr, "df2: %s sent %u PS-PDU(s) without a place here: %s\n", link->name, event->count,
                xk_status_text(event->status));
        break;
    case XK_DELIVERY_MESSAGE:
        text_harmless(text, sizeof text, event->message.data, event->message.size);
        fprintf(stderr, "df2: %s says: %s\n", link->name, text);
        break;
    case XK_DELIVERY_NEGOTIATED:
    case XK_DELIVERY_RESET:
    case XK_DELIVERY_UNCHECKED:
    case XK_DELIVERY_NOTHING:
        break;
    }
}

static void arm(struct hi2_link *link)
{
    uint64_t now = loop_now();
    uint64_t next = xk_delivery_next_deadline(link->delivery);
    struct xk_delivery_usage usage = {.size = sizeof usage};
    (void)xk_delivery_read_usage(link->delivery, &usage);
    bool polls = link->release == XK_RELEASE_TRANSPORT && usage.connected && !usage.acknowledged && usage.records > 0;
    if (polls && next > now + TRANSPORT_MS) {
        next = now + TRANSPORT_MS;
    }
    if (next != XK_NEVER) {
        loop_arm(&link->df2->loop, &link->timer, next > now ? next - now : 0);
    }
}

/* Events may lead to puts, and those to events: they are taken here and nowhere else. */
static void drain(struct hi2_link *link)
{
    struct xk_delivery_event event = {.size = sizeof event};
    if (link->draining) {
        return;
    }
    link->draining = true;
    while (xk_delivery_next_event(link->delivery, &event)) {
        take_event(link, &event);
    }
    link->draining = false;
    arm(link);
    if (link->dialer.conn != NULL) {
        conn_wake(link->dialer.conn);
    }
    df2_arm(link->df2);
}

static void on_timer(struct loop_timer *timer)
{
    struct hi2_link *link = timer->owner;
    (void)xk_delivery_tick(link->delivery, moment());
    if (link->release == XK_RELEASE_TRANSPORT && link->dialer.open && conn_is_acknowledged(link->dialer.conn)) {
        (void)xk_delivery_transport_acknowledged(link->delivery, moment(), link->written);
    }
    drain(link);
}

static void on_open(struct conn *conn, void *user)
{
    struct hi2_link *link = user;
    (void)conn;
    link->written = 0;
    (void)xk_delivery_connected(link->delivery, moment());
    drain(link);
}

static void on_closed(struct conn *conn, const char *why, void *user)
{
    struct hi2_link *link = user;
    (void)conn;
    on_lost(link, why);
    (void)xk_delivery_disconnected(link->delivery, moment());
    loop_arm(&link->df2->loop, &link->timer, 0);
}

static size_t on_input(struct conn *conn, uint8_t *data, size_t size, void *user)
{
    struct hi2_link *link = user;
    (void)conn;
    (void)xk_delivery_input(link->delivery, moment(), data, size);
    drain(link);
    return size;
}

/* Nothing leaves before the number that it bears is on disk. */
static struct conn_octets on_output(struct conn *conn, void *user)
{
    struct hi2_link *link = user;
    struct xk_bytes octets = {NULL, 0};
    (void)conn;
    if (xk_delivery_output(link->delivery, moment(), &octets) != XK_OK || octets.size == 0 ||
        !state_sync(&link->df2->state)) {
        return (struct conn_octets){NULL, 0};
    }
    return (struct conn_octets){octets.data, octets.size};
}

static void on_written(struct conn *conn, size_t size, void *user)
{
    struct hi2_link *link = user;
    (void)conn;
    link->written += size;
    (void)xk_delivery_consumed(link->delivery, moment(), size);
    drain(link);
}

enum xk_status hi2_put(struct hi2_link *link, const struct xk_delivery_record *record, struct xk_diag *diag)
{
    enum xk_status status = xk_delivery_put(link->delivery, moment(), record, NULL, diag);
    loop_arm(&link->df2->loop, &link->timer, 0);
    return status;
}

void hi2_purge(struct df2 *df2, struct xk_bytes liid, const char country[2])
{
    for (size_t i = 0; i < df2->hi2.count; i++) {
        struct hi2_link *link = &df2->hi2.links[i];
        (void)xk_delivery_purge(link->delivery, moment(), liid, country, NULL);
        (void)xk_counters_purge(link->counters, liid, country, NULL);
        loop_arm(&df2->loop, &link->timer, 0);
    }
}

static bool write_journal(struct xk_bytes octets, void *user)
{
    struct hi2_link *link = user;
    return state_put(&link->df2->state, STATE_COUNTERS, (uint32_t)(link - link->df2->hi2.links), octets);
}

static void open_counters(struct hi2_link *link)
{
    struct xk_counters_config config;
    const struct xk_counters_callbacks callbacks = {sizeof callbacks, write_journal};
    xk_counters_config_init(&config);
    config.max_contexts = 65536;
    config.max_records = 65536;
    config.max_lemfs = 1;
    if (xk_counters_create(&config, &callbacks, NULL, link, &link->counters, NULL) != XK_OK) {
        die("the counters cannot be created");
    }
}

void hi2_open(struct df2 *df2)
{
    struct hi2_links *hi2 = &df2->hi2;
    char *list = strdup(options_needed(&df2->options, "lemf"));
    char *rest = list;
    char *item;
    char *address;
    while (options_next_peer(&rest, "lemf", "LEMF", &item, &address)) {
        hi2->links = reallocarray(hi2->links, hi2->count + 1, sizeof *hi2->links);
        hi2->names = reallocarray(hi2->names, hi2->count + 1, sizeof *hi2->names);
        if (hi2->links == NULL || hi2->names == NULL) {
            die("no memory");
        }
        for (size_t i = 0; i < hi2->count; i++) {
            if (strcmp(hi2->names[i], item) == 0) {
                die("--lemf names one LEMF twice");
            }
        }
        hi2->names[hi2->count] = item;
        hi2->links[hi2->count++] = (struct hi2_link){.df2 = df2, .name = item, .address = address};
    }
    for (size_t i = 0; i < hi2->count; i++) {
        open_counters(&hi2->links[i]);
    }
}

static void configure(const struct df2 *df2, struct hi2_link *link, struct xk_delivery_config *config)
{
    static const enum xk_acknowledgement kinds[] = {XK_ACKNOWLEDGEMENT_NEGOTIATED, XK_ACKNOWLEDGEMENT_AGREED,
                                                    XK_ACKNOWLEDGEMENT_NONE};
    static const enum xk_release ways[] = {XK_RELEASE_TRANSPORT, XK_RELEASE_FURTHER, XK_RELEASE_WRITTEN};
    const struct options *options = &df2->options;
    xk_delivery_config_init(config);
    xk_ps_header_init(&config->identity);
    config->identity.operator_identifier = xk_text("xk-df2");
    config->acknowledgement = kinds[options_word(options, "acknowledgement", acknowledgements, 3)];
    config->release = link->release = ways[options_word(options, "release", releases, 3)];
    config->acknowledge_time = options_number(options, "hi2-acknowledge", 1000, 10, 600000);
    config->keep_alive = options_number(options, "hi2-keep-alive", 300000, 10, 3600000);
    config->answer = options_number(options, "hi2-answer", 60000, 10, 3600000);
    config->acknowledge_wait = config->negotiation = config->answer;
    config->reconnect = options_number(options, "hi2-reconnect", 30000, 10, 3600000);
    config->buffer_size = options_number(options, "hi2-buffer", 8388608, XK_DELIVERY_BUFFER_MIN, 268435456);
    config->max_records = 65536;
    if (config->further_time <= config->keep_alive) {
        config->further_time = 3 * config->keep_alive;
    }
}

static SSL_CTX *make_context(const struct df2 *df2, const struct hi2_link *link, char *why, size_t why_size)
{
    const char *const peers[] = {link->name};
    return links_context(&df2->hi2_protection, TLS_CLIENT, peers, 1, why, why_size);
}

void hi2_start(struct df2 *df2)
{
    struct conn_limits limits;
    char why[256] = "";
    service_limits(&limits, &df2->options);
    for (size_t i = 0; i < df2->hi2.count; i++) {
        struct hi2_link *link = &df2->hi2.links[i];
        struct xk_delivery_config config;
        struct xk_diag diag = {XK_OK, 0, ""};
        const struct conn_events events = {.open = on_open,
                                           .closed = on_closed,
                                           .user = link,
                                           .input = on_input,
                                           .output = on_output,
                                           .written = on_written};
        configure(df2, link, &config);
        links_check(&df2->hi2_protection, link->address, false);
        SSL_CTX *context = make_context(df2, link, why, sizeof why);
        if (!df2->hi2_protection.plain && context == NULL) {
            die("%s", why);
        }
        link->timer = (struct loop_timer){.fire = on_timer, .owner = link};
        if (xk_delivery_create(&config, link->counters, NULL, NULL, link, moment(), &link->delivery, &diag) != XK_OK) {
            die("the session for %s: %s (%s)", link->name, xk_status_text(diag.status), diag.field);
        }
        if (!dialer_open_directed(&link->dialer, &df2->loop, context, link->address, &limits, &events, why,
                                  sizeof why)) {
            die("the LEMF %s: %s", link->name, why);
        }
        loop_arm(&df2->loop, &link->timer, 0);
    }
}

bool hi2_renew(struct df2 *df2, char *why, size_t why_size)
{
    bool good = true;
    for (size_t i = 0; i < df2->hi2.count; i++) {
        struct hi2_link *link = &df2->hi2.links[i];
        if (!df2->hi2_protection.plain) {
            good = dialer_renew_or_check(&link->dialer, make_context(df2, link, why, why_size)) && good;
        }
    }
    return good;
}

void hi2_close(struct df2 *df2)
{
    for (size_t i = 0; i < df2->hi2.count; i++) {
        struct hi2_link *link = &df2->hi2.links[i];
        loop_disarm(&df2->loop, &link->timer);
        SSL_CTX *context = link->dialer.context;
        dialer_close(&link->dialer);
        SSL_CTX_free(context);
        (void)xk_delivery_destroy(link->delivery);
        (void)xk_counters_destroy(link->counters);
    }
    free(df2->hi2.count > 0 ? df2->hi2.links[0].name : NULL); /* the whole list */
    free(df2->hi2.links);
    free(df2->hi2.names);
}
