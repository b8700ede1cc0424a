/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/figures.h"

#include <stdio.h>

#include "df2/df2.h"

static const uint32_t bounds_ms[FIGURES_BOUNDS] = {1, 2, 5, 10, 50, 100, 500, 1000, 5000, 10000};

static struct asked *place_of(struct figures *figures, uint64_t request)
{
    return &figures->asked[(request ^ request >> 32) % FIGURES_ASKED];
}

static void note_answer(struct kms_figures *kms, uint64_t took_ms)
{
    size_t i = 0;
    while (i < FIGURES_BOUNDS && took_ms > bounds_ms[i]) {
        i++;
    }
    kms->within[i]++;
    kms->answers++;
    kms->sum_ms += took_ms;
}

void figures_observe(struct figures *figures, const struct xk_observation *o, bool answered)
{
    struct asked *asked = place_of(figures, o->request);
    if (o->kms >= XK_KMS_MAX) {
        return;
    }
    struct kms_figures *kms = &figures->of[o->kms];
    if (o->event == XK_EVENT_SENT) {
        kms->sent++;
        *asked = (struct asked){.request = o->request, .kms = o->kms, .sent_ms = o->now_ms};
    } else if (o->event == XK_EVENT_SEND_FAILED) {
        kms->refused++;
    } else if (o->event == XK_EVENT_KMS_LOST) {
        kms->losses++;
    } else if ((o->event == XK_EVENT_DECIDED || o->event == XK_EVENT_CANCELLED) && asked->request == o->request) {
        if (answered && o->event == XK_EVENT_DECIDED) {
            note_answer(&figures->of[asked->kms], o->now_ms - asked->sent_ms);
        }
        asked->request = 0;
    }
}

/* A family of one figure for each KMS. */
static void by_kms(struct metrics *metrics, const struct df2 *df2, const char *name, const char *type, const char *help,
                   uint64_t (*read)(const struct df2 *df2, const struct kms_link *kms))
{
    metrics_family(metrics, name, type, help);
    for (size_t i = 0; i < df2->kms.count; i++) {
        const struct kms_link *kms = &df2->kms.links[i];
        metrics_figure(metrics, name, type[0] == 'c' ? "_total" : "", "kms", kms->name, read(df2, kms));
    }
}

static uint64_t read_up(const struct df2 *df2, const struct kms_link *kms)
{
    (void)df2;
    return kms->up;
}

static uint64_t read_sent(const struct df2 *df2, const struct kms_link *kms)
{
    return df2->figures.of[kms->number].sent;
}

static uint64_t read_refused(const struct df2 *df2, const struct kms_link *kms)
{
    return df2->figures.of[kms->number].refused;
}

static uint64_t read_losses(const struct df2 *df2, const struct kms_link *kms)
{
    return df2->figures.of[kms->number].losses;
}

static uint64_t read_in_flight(const struct df2 *df2, const struct kms_link *kms)
{
    uint64_t count = 0;
    for (size_t i = 0; i < FIGURES_ASKED; i++) {
        count += df2->figures.asked[i].request != 0 && df2->figures.asked[i].kms == kms->number;
    }
    return count;
}

static uint64_t read_oldest(const struct df2 *df2, const struct kms_link *kms)
{
    const uint64_t now = loop_now();
    uint64_t oldest = 0;
    for (size_t i = 0; i < FIGURES_ASKED; i++) {
        const struct asked *asked = &df2->figures.asked[i];
        if (asked->request != 0 && asked->kms == kms->number && now - asked->sent_ms > oldest) {
            oldest = now - asked->sent_ms;
        }
    }
    return oldest;
}

static void fill_latency(struct metrics *metrics, const struct df2 *df2)
{
    metrics_family(metrics, "xk_kms_answer_milliseconds", "histogram",
                   "From the last get_keys of a request to the answer that decided it.");
    for (size_t i = 0; i < df2->kms.count; i++) {
        const struct kms_figures *figures = &df2->figures.of[df2->kms.links[i].number];
        uint64_t up_to = 0;
        char labels[128];
        for (size_t k = 0; k <= FIGURES_BOUNDS; k++) {
            char bound[16] = "+Inf";
            up_to += figures->within[k];
            if (k < FIGURES_BOUNDS) {
                snprintf(bound, sizeof bound, "%u.0", bounds_ms[k]);
            }
            snprintf(labels, sizeof labels, "%s\",le=\"%s", df2->kms.names[i], bound);
            metrics_figure(metrics, "xk_kms_answer_milliseconds", "_bucket", "kms", labels, up_to);
        }
        metrics_figure(metrics, "xk_kms_answer_milliseconds", "_count", "kms", df2->kms.names[i], figures->answers);
        metrics_figure(metrics, "xk_kms_answer_milliseconds", "_sum", "kms", df2->kms.names[i], figures->sum_ms);
    }
}

static void fill_kms(struct metrics *metrics, const struct df2 *df2)
{
    by_kms(metrics, df2, "xk_kms_up", "gauge", "Is there a connection?", read_up);
    by_kms(metrics, df2, "xk_kms_sent", "counter", "get_keys sent.", read_sent);
    by_kms(metrics, df2, "xk_kms_refused", "counter", "get_keys that the connection did not take.", read_refused);
    by_kms(metrics, df2, "xk_kms_lost", "counter", "Connections lost.", read_losses);
    by_kms(metrics, df2, "xk_kms_in_flight", "gauge", "get_keys sent and not answered.", read_in_flight);
    by_kms(metrics, df2, "xk_kms_oldest_milliseconds", "gauge", "Age of the oldest of these.", read_oldest);
    fill_latency(metrics, df2);
}

static void fill_engines(struct metrics *metrics, const struct df2 *df2)
{
    struct xk_requester_counters asked;
    struct xk_collector_counters collected;
    struct xk_requester_usage usage;
    const char *name = NULL;
    char full[96];
    uint64_t value = 0;
    size_t position = 0;
    xk_requester_read_counters(df2->requester, &asked);
    while (xk_requester_next_counter(&asked, &position, &name, &value)) {
        metrics_counter(metrics, metrics_name(full, sizeof full, "xk_requester", name), "See requester_watch.h.",
                        value);
    }
    position = 0;
    xk_collector_read_counters(df2->collector, &collected);
    while (xk_collector_next_counter(&collected, &position, &name, &value)) {
        metrics_counter(metrics, metrics_name(full, sizeof full, "xk_collector", name), "See collector.h.", value);
    }
    xk_requester_read_usage(df2->requester, &usage);
    metrics_gauge(metrics, "xk_requester_pending", "Requests that are not decided.", usage.pending);
    metrics_gauge(metrics, "xk_requester_owed", "Outcomes that are not acknowledged.", usage.owed);
    metrics_gauge(metrics, "xk_requester_free", "Requests that may still be submitted.", usage.free);
    metrics_gauge(metrics, "xk_df2_owed_records", "SIP records that no LEMF has acknowledged.", df2->outbox.count);
    metrics_counter(metrics, "xk_df2_hep_lost", "Datagrams of HEP3 for which there was no room.", df2->intake.hep_lost);
}

/* One family for each counter of a session, one figure in it for each LEMF. */
static void fill_deliveries(struct metrics *metrics, const struct df2 *df2)
{
    struct xk_delivery_counters counters = {.size = sizeof counters};
    struct xk_delivery_usage usage = {.size = sizeof usage};
    const char *name = NULL;
    char full[96];
    uint64_t value = 0;
    size_t position = 0;
    (void)xk_delivery_read_counters(df2->hi2.links[0].delivery, &counters);
    for (size_t at = 0; xk_delivery_next_counter(&counters, &position, &name, &value); at = position) {
        metrics_name(full, sizeof full, "xk_delivery", name);
        metrics_family(metrics, full, "counter", "See delivery.h.");
        for (size_t i = 0; i < df2->hi2.count; i++) {
            struct xk_delivery_counters other = {.size = sizeof other};
            size_t here = at;
            (void)xk_delivery_read_counters(df2->hi2.links[i].delivery, &other);
            if (xk_delivery_next_counter(&other, &here, &name, &value)) {
                metrics_figure(metrics, full, "_total", "lemf", df2->hi2.names[i], value);
            }
        }
    }
    metrics_family(metrics, "xk_delivery_records", "gauge", "Records that wait in a session.");
    for (size_t i = 0; i < df2->hi2.count; i++) {
        (void)xk_delivery_read_usage(df2->hi2.links[i].delivery, &usage);
        metrics_figure(metrics, "xk_delivery_records", "", "lemf", df2->hi2.names[i], usage.records);
    }
    metrics_family(metrics, "xk_lemf_up", "gauge", "Is there a connection?");
    for (size_t i = 0; i < df2->hi2.count; i++) {
        (void)xk_delivery_read_usage(df2->hi2.links[i].delivery, &usage);
        metrics_figure(metrics, "xk_lemf_up", "", "lemf", df2->hi2.names[i], usage.connected);
    }
}

void figures_fill(struct metrics *metrics, void *owner)
{
    const struct df2 *df2 = owner;
    const struct listener *const listeners[] = {&df2->intake.x2};
    static const char *const names[] = {"x2"};
    fill_engines(metrics, df2);
    fill_kms(metrics, df2);
    fill_deliveries(metrics, df2);
    service_count_listeners(metrics, listeners, names, df2->intake.has_x2);
}
