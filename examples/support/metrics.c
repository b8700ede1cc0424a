/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/metrics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"
#include "transport/address.h"

#define QUESTION_MAX 4096
#define SOON_MS 5000

static void add(struct metrics *metrics, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct metrics *metrics, const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (size < 0 || (size_t)size >= sizeof line) {
        metrics->failed = true;
        return;
    }
    if (metrics->capacity - metrics->size <= (size_t)size) {
        size_t capacity = 2 * metrics->capacity + sizeof line;
        char *text = realloc(metrics->text, capacity);
        if (text == NULL) {
            metrics->failed = true;
            return;
        }
        metrics->text = text;
        metrics->capacity = capacity;
    }
    memcpy(metrics->text + metrics->size, line, (size_t)size + 1);
    metrics->size += (size_t)size;
}

void metrics_family(struct metrics *metrics, const char *name, const char *type, const char *help)
{
    add(metrics, "# TYPE %s %s\n", name, type);
    add(metrics, "# HELP %s %s\n", name, help);
}

void metrics_figure(struct metrics *metrics, const char *name, const char *suffix, const char *label,
                    const char *value_of_label, uint64_t value)
{
    if (label == NULL) {
        add(metrics, "%s%s %llu\n", name, suffix, (unsigned long long)value);
    } else {
        add(metrics, "%s%s{%s=\"%s\"} %llu\n", name, suffix, label, value_of_label, (unsigned long long)value);
    }
}

void metrics_counter(struct metrics *metrics, const char *name, const char *help, uint64_t value)
{
    metrics_family(metrics, name, "counter", help);
    metrics_figure(metrics, name, "_total", NULL, NULL, value);
}

void metrics_gauge(struct metrics *metrics, const char *name, const char *help, uint64_t value)
{
    metrics_family(metrics, name, "gauge", help);
    metrics_figure(metrics, name, "", NULL, NULL, value);
}

const char *metrics_name(char *out, size_t capacity, const char *prefix, const char *name)
{
    snprintf(out, capacity, "%s_%s", prefix, name);
    for (char *at = out; *at != '\0'; at++) {
        *at = *at == '-' ? '_' : *at;
    }
    return out;
}

/* One connection: a question, then an answer, then the end. */
struct visit {
    struct conn *conn;
    char question[QUESTION_MAX];
    size_t question_size;
    struct metrics answer;
    size_t written;
    bool answered;
};

static void on_open(struct conn *conn, void *user)
{
    struct visit *visit = calloc(1, sizeof *visit);
    (void)user;
    if (visit == NULL) {
        conn_end(conn, "no memory");
        return;
    }
    visit->conn = conn;
    conn_attach(conn, visit);
}

static void on_closed(struct conn *conn, const char *why, void *user)
{
    struct visit *visit = conn_attached(conn);
    (void)why;
    (void)user;
    if (visit != NULL) {
        free(visit->answer.text);
        free(visit);
    }
}

static void answer(struct visit *visit, const struct metrics_server *server)
{
    struct metrics body = {0};
    const char *line = "404 Not Found";
    bool metrics = strncmp(visit->question, "GET /metrics HTTP/1.", 20) == 0;
    if (metrics) {
        server->fill(&body, server->user);
        add(&body, "# EOF\n");
        line = body.failed ? "500 Internal Server Error" : "200 OK";
    }
    add(&visit->answer,
        "HTTP/1.1 %s\r\nContent-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"
        "Content-Length: %zu\r\nConnection: close\r\n\r\n",
        line, body.failed ? 0 : body.size);
    for (size_t at = 0; !body.failed && at < body.size; at += 256) {
        add(&visit->answer, "%.256s", body.text + at);
    }
    free(body.text);
    visit->answered = true;
}

static size_t on_input(struct conn *conn, uint8_t *data, size_t size, void *user)
{
    struct visit *visit = conn_attached(conn);
    if (visit == NULL || visit->answered) {
        return size;
    }
    if (size >= sizeof visit->question - visit->question_size) {
        conn_end(conn, "the question is too long");
        return size;
    }
    memcpy(visit->question + visit->question_size, data, size);
    visit->question_size += size;
    visit->question[visit->question_size] = '\0';
    if (strstr(visit->question, "\r\n\r\n") != NULL) {
        answer(visit, user);
        conn_wake(conn);
    }
    return size;
}

static struct conn_octets on_output(struct conn *conn, void *user)
{
    const struct visit *visit = conn_attached(conn);
    (void)user;
    if (visit == NULL || !visit->answered) {
        return (struct conn_octets){NULL, 0};
    }
    return (struct conn_octets){(const uint8_t *)visit->answer.text + visit->written,
                                visit->answer.size - visit->written};
}

static void on_written(struct conn *conn, size_t size, void *user)
{
    struct visit *visit = conn_attached(conn);
    (void)user;
    visit->written += size;
    if (visit->written == visit->answer.size) {
        conn_end(conn, "answered");
    }
}

void metrics_listen(struct metrics_server *server, struct loop *loop, const char *address,
                    void (*fill)(struct metrics *metrics, void *user), void *user)
{
    struct addresses found;
    struct conn_limits limits;
    char why[256] = "";
    const struct conn_events events = {.open = on_open,
                                       .closed = on_closed,
                                       .user = server,
                                       .input = on_input,
                                       .output = on_output,
                                       .written = on_written};
    conn_limits_init(&limits);
    limits.idle_ms = limits.write_ms = SOON_MS;
    limits.life_ms = 4 * SOON_MS;
    limits.unaudited = true;
    server->fill = fill;
    server->user = user;
    if (!addresses_look_up(address, true, &found, why, sizeof why)) {
        die("--metrics: %s", why);
    }
    if (!addresses_are_loopback(&found)) {
        die("--metrics is for this host only, not for %s", address);
    }
    if (!listener_open(&server->listener, loop, NULL, address, &limits, &events, why, sizeof why)) {
        die("--metrics: %s", why);
    }
    server->listener.max = 16;
    server->open = true;
    printf("METRICS PORT %d\n", listener_port(&server->listener));
}

void metrics_close(struct metrics_server *server)
{
    if (server->open) {
        listener_end(&server->listener);
    }
    server->open = false;
}

void metrics_print(void (*fill)(struct metrics *metrics, void *user), void *user)
{
    struct metrics metrics = {0};
    char *rest;
    fill(&metrics, user);
    rest = metrics.text;
    for (char *line = strsep(&rest, "\n"); line != NULL && !metrics.failed; line = strsep(&rest, "\n")) {
        if (line[0] != '#' && line[0] != '\0') {
            printf("STATUS %s\n", line);
        }
    }
    fflush(stdout);
    free(metrics.text);
}
