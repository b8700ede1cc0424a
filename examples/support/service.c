/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/service.h"

#include <stdio.h>

#include "support/notify.h"
#include "support/support.h"

static void renew(struct service *service)
{
    service->renewals++;
    if (!service->calls.renew(service->owner)) {
        service->renewals_failed++;
    }
    if (service->renew_s > 0) {
        loop_arm(service->loop, &service->timer, (uint64_t)service->renew_s * 1000u);
    }
}

static void on_timer(struct loop_timer *timer)
{
    renew(timer->owner);
}

static void on_hang_up(struct loop *loop)
{
    struct service *service = loop->owner;
    char why[256] = "";
    notify_reloading();
    if (!audit_reopen(&service->audit, why, sizeof why)) {
        fprintf(stderr, "%s: the audit goes on in its old file: %s\n", service->name, why);
    }
    if (service->calls.reload != NULL) {
        service->calls.reload(service->owner);
    }
    renew(service);
    notify_ready();
}

static void fill(struct metrics *metrics, void *user)
{
    const struct service *service = user;
    const struct audit *audit = &service->audit;
    metrics_family(metrics, "xk_connections", "counter", "Connections by what became of them.");
    for (int i = 0; i < AUDIT_WORDS; i++) {
        metrics_figure(metrics, "xk_connections", "_total", "what", audit_word_name((enum audit_word)i),
                       audit->counts[i]);
    }
    metrics_counter(metrics, "xk_audit_suppressed", "Lines of the audit beyond its budget.", audit->suppressed_total);
    metrics_counter(metrics, "xk_audit_lost", "Lines of the audit that could not be written.", audit->lost);
    metrics_counter(metrics, "xk_renewals", "Times that certificates and lists were read anew.", service->renewals);
    metrics_counter(metrics, "xk_renewals_failed", "Of these, those that left what was.", service->renewals_failed);
    service->calls.fill(metrics, service->owner);
}

static void on_ask(struct loop *loop)
{
    metrics_print(fill, loop->owner);
}

void service_open(struct service *service, struct loop *loop, const struct options *options, const char *name,
                  const struct service_calls *calls, void *owner)
{
    char why[256] = "";
    const char *metrics = options_text(options, "metrics");
    *service = (struct service){.loop = loop, .name = name, .calls = *calls, .owner = owner};
    service->timer = (struct loop_timer){.fire = on_timer, .owner = service};
    service->renew_s = options_number(options, "renew", 3600, 0, 31536000);
    if (!audit_open(&service->audit, loop, name, options_text(options, "audit"), why, sizeof why)) {
        die("--audit: %s", why);
    }
    loop->audit = &service->audit;
    loop->owner = service;
    loop->hang_up = on_hang_up;
    loop->ask = on_ask;
    if (metrics != NULL) {
        metrics_listen(&service->metrics, loop, metrics, fill, service);
    }
    if (service->renew_s > 0) {
        loop_arm(loop, &service->timer, (uint64_t)service->renew_s * 1000u);
    }
}

void service_ready(struct service *service)
{
    (void)service;
    fflush(stdout);
    notify_ready();
}

void service_stopping(struct service *service)
{
    notify_stopping();
    loop_disarm(service->loop, &service->timer);
    metrics_close(&service->metrics);
}

void service_close(struct service *service)
{
    audit_close(&service->audit);
    service->loop->audit = NULL;
}

uint32_t service_list_age(const struct options *options)
{
    return options_number(options, "list-age", 168, 0, 87600) * 3600u;
}

void service_limits(struct conn_limits *limits, const struct options *options)
{
    conn_limits_init(limits);
    limits->life_ms = options_number(options, "life", 86400, 0, 604800) * 1000u;
}

void service_listener(struct listener *listener, const struct options *options)
{
    struct crowd_limits *crowd = &listener->crowd.limits;
    listener->max = options_number(options, "places", LISTENER_MAX, 1, LISTENER_MAX);
    crowd->connections = options_number(options, "per-address", crowd->connections, 1, LISTENER_MAX);
    crowd->a_second = options_number(options, "per-second", crowd->a_second, 1, 100000);
}

void service_count_listeners(struct metrics *metrics, const struct listener *const *listeners, const char *const *names,
                             size_t count)
{
    if (count == 0) {
        return;
    }
    metrics_family(metrics, "xk_listener_open", "gauge", "Connections that a listener has.");
    for (size_t i = 0; i < count; i++) {
        metrics_figure(metrics, "xk_listener_open", "", "listener", names[i], listeners[i]->count);
    }
    metrics_family(metrics, "xk_listener_turned_away", "counter", "Connections turned away before a handshake.");
    for (size_t i = 0; i < count; i++) {
        metrics_figure(metrics, "xk_listener_turned_away", "_total", "listener", names[i], listeners[i]->turned_away);
    }
}
