/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/report.h"

#include <inttypes.h>

static const struct {
    const char *name;
    double percent;
} percentiles[] = {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99.9", 99.9}, {"max", 100}};

#define PERCENTILES (sizeof percentiles / sizeof percentiles[0])

static double per_second(const struct run *run, uint64_t count)
{
    double seconds = run_seconds(run);
    return seconds > 0 ? (double)count / seconds : 0;
}

void report_progress(const struct run *run)
{
    const struct tally *t = &run->tally;
    fprintf(stderr,
            "%5.0f s  %" PRIu64 " sent, %" PRIu64 " answered (%.0f/s), %" PRIu64 " errors, p99 %" PRIu64 " us\n",
            run_seconds(run), t->sent, t->keys + t->refused, per_second(run, t->keys + t->refused), run_errors(run),
            histogram_percentile(&run->latency, 99));
}

static void line(FILE *out, const char *name, uint64_t value)
{
    fprintf(out, "%-28s %12" PRIu64 "\n", name, value);
}

void report_text(const struct run *run, FILE *out)
{
    const struct tally *t = &run->tally;
    fprintf(out, "%-28s %12.2f s%s\n", "time", run_seconds(run), run->loop.signalled ? ", interrupted" : "");
    line(out, "sent", t->sent);
    fprintf(out, "%-28s %12" PRIu64 "  %.1f/s\n", "answered", t->keys + t->refused,
            per_second(run, t->keys + t->refused));
    line(out, "  with keys", t->keys);
    line(out, "  refused", t->refused);
    for (int i = 1; i < REASONS; i++) {
        if (t->reasons[i] > 0) {
            fprintf(out, "    %-24s %12" PRIu64 "\n", xk_failure_name((enum xk_failure)i), t->reasons[i]);
        }
    }
    line(out, "malformed answer", t->malformed);
    line(out, "timeout", t->timeouts);
    line(out, "lost with its connection", t->lost);
    line(out, "unanswered at the end", t->unanswered);
    line(out, "not sent in time", t->not_sent);
    line(out, "answers to no request", t->unmatched);
    line(out, "connections lost", t->losses);
    if (t->losses > 0) {
        fprintf(out, "  the last: %s\n", run->why);
    }
    fprintf(out, "latency in microseconds, from the %s time of sending\n", run->plan.rate > 0 ? "intended" : "actual");
    for (size_t i = 0; i < PERCENTILES; i++) {
        fprintf(out, "  %-26s %12" PRIu64 "\n", percentiles[i].name,
                histogram_percentile(&run->latency, percentiles[i].percent));
    }
}

static void member(FILE *out, const char *name, uint64_t value)
{
    fprintf(out, "  \"%s\": %" PRIu64 ",\n", name, value);
}

void report_json(const struct run *run, FILE *out)
{
    const struct tally *t = &run->tally;
    const char *comma = "";
    fprintf(out, "{\n  \"seconds\": %.6f,\n  \"interrupted\": %s,\n", run_seconds(run),
            run->loop.signalled ? "true" : "false");
    member(out, "connections", run->plan.lanes);
    member(out, "window", run->plan.window);
    member(out, "rate", run->plan.rate);
    member(out, "sent", t->sent);
    member(out, "answered", t->keys + t->refused);
    fprintf(out, "  \"answered_per_second\": %.3f,\n", per_second(run, t->keys + t->refused));
    member(out, "keys", t->keys);
    member(out, "refused", t->refused);
    fprintf(out, "  \"refusals\": {");
    for (int i = 1; i < REASONS; i++) {
        if (t->reasons[i] > 0) {
            fprintf(out, "%s\"%s\": %" PRIu64, comma, xk_failure_name((enum xk_failure)i), t->reasons[i]);
            comma = ", ";
        }
    }
    fprintf(out, "},\n");
    member(out, "malformed", t->malformed);
    member(out, "timeouts", t->timeouts);
    member(out, "lost", t->lost);
    member(out, "unanswered", t->unanswered);
    member(out, "not_sent", t->not_sent);
    member(out, "unmatched", t->unmatched);
    member(out, "connections_lost", t->losses);
    member(out, "errors", run_errors(run));
    fprintf(out, "  \"latency_from\": \"%s\",\n  \"latency_us\": {\"count\": %" PRIu64,
            run->plan.rate > 0 ? "intended" : "sent", run->latency.count);
    for (size_t i = 0; i < PERCENTILES; i++) {
        fprintf(out, ", \"%s\": %" PRIu64, percentiles[i].name,
                histogram_percentile(&run->latency, percentiles[i].percent));
    }
    fprintf(out, "}\n}\n");
}
