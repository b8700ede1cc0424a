/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>

#include <xk/requester.h>

#include "bench/figures.h"

/* What one more pending request takes, less the octets of get_keys and LI data that are stored of the workload. */
static double bytes_per_pending(const struct stored *stored, void (*option)(struct xk_requester_config *config))
{
    struct xk_requester_config config;
    xk_requester_config_init(&config);
    config.max_request_size = (uint32_t)stored->request;
    config.max_warrant_size = (uint32_t)stored->warrant;
    if (option != NULL) {
        option(&config);
    }
    config.max_pending = 1000000;
    size_t one = xk_requester_memory(&config);
    config.max_pending = 2000000;
    size_t two = xk_requester_memory(&config);
    return (double)(two - one) / 1e6 - (double)(stored->request + stored->warrant);
}

static void with_references(struct xk_requester_config *config)
{
    config->use_references = true;
}

static void with_sharing(struct xk_requester_config *config)
{
    config->share_queries = true;
}

static void with_windows(struct xk_requester_config *config)
{
    config->kms_window = 1000;
}

static void with_all(struct xk_requester_config *config)
{
    with_references(config);
    with_sharing(config);
    with_windows(config);
}

static void line(FILE *out, const char *name, const struct series *series)
{
    if (series->count == 0) {
        fprintf(out, "  %-52s %13s\n", name, "not measured");
        return;
    }
    fprintf(out, "  %-52s %10.1f ns  +-%4.1f %%\n", name, series_median(series), 100 * series_spread(series));
}

struct gate {
    const char *key;
    double value; /* a NaN if it was not measured in this run */
    double limit; /* 0: for the record; below: none may be left */
};

static double median(const struct series *series)
{
    return series->count == 0 ? (double)NAN : series_median(series);
}

static double spread(const struct series *series)
{
    return series->count == 0 ? (double)NAN : series_spread(series);
}

static double ratio(const struct series *of, const struct series *to)
{
    return of->count == 0 || to->count == 0 ? (double)NAN : series_ratio(of, to);
}

void report_table(FILE *out, const struct figures *f, size_t request_size, size_t response_size)
{
    static const char *const names[] = {"libxk", "obvious", "careful", "floor"};
    fprintf(out, "codec, get_keys of %zu octets, response of %zu\n", request_size, response_size);
    line(out, "memcpy of get_keys (floor)", &f->copy);
    line(out, "encode get_keys: libxk", &f->encode_xk);
    line(out, "encode get_keys: libcbor streaming", &f->encode_stream);
    line(out, "decode response: libcbor streaming, bare loop (floor)", &f->raw);
    line(out, "decode response: libxk, every strictness", &f->decode_xk);
    line(out, "decode response: libcbor streaming, types only", &f->decode_stream);
    line(out, "both messages, encode and decode: libxk", &f->codec_xk);
    line(out, "both messages, encode and decode: libcbor items", &f->codec_items);
    fprintf(out, "HI2 record\n");
    line(out, "libxk, prepared profile", &f->record_xk);
    line(out, "libxk, profile checked each time", &f->record_plain);
    line(out, "asn1c, structure reused", &f->record_reused);
    line(out, "asn1c, structure built each time", &f->record_fresh);
    fprintf(out, "TRANSFER_INIT and TRANSFER_RESP\n");
    line(out, "parse and check both, as submit does by default", &f->check);
    fprintf(out, "cycle, without that check\n");
    for (size_t i = 0; i < CONTENDERS; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s, 1 k pending (%.2f allocations a cycle)", names[i], f->allocations[i]);
        line(out, text, &f->cycle_1k[i]);
    }
    line(out, "libxk, 100 k pending", &f->cycle_100k[0]);
    line(out, "careful, 100 k pending", &f->cycle_100k[2]);
    line(out, "floor, 100 k pending", &f->cycle_100k[3]);
    line(out, "libxk, 100 k pending, responses in groups", &f->many_100k);
    line(out, "libxk, 1 M pending", &f->cycle_1m[0]);
    line(out, "libxk, 1 M pending, responses in groups", &f->many_1m);
    line(out, "libxk, 1 M pending, memory from malloc", &f->malloc_1m);
    line(out, "careful, 1 M pending", &f->cycle_1m[2]);
    line(out, "floor, 1 M pending", &f->cycle_1m[3]);
    fprintf(out, "  %-52s %10.1f ns\n", "libxk, 1 k pending, with the check",
            series_median(&f->cycle_1k[0]) + series_median(&f->check));
    fprintf(out, "steps of libxk's cycle, none of which allocates\n");
    line(out, "1 k pending: submit", &f->steps_1k.submit);
    line(out, "1 k pending: answer, with event and record", &f->steps_1k.answer);
    line(out, "1 k pending: expiry, with event and record", &f->steps_1k.expire);
    line(out, "1 M pending: submit", &f->steps_1m.submit);
    line(out, "1 M pending: answer, with event and record", &f->steps_1m.answer);
    line(out, "1 M pending: expiry, with event and record", &f->steps_1m.expire);
    fprintf(out, "engine\n  %-52s %10.1f ns\n  %-52s %10.1f ns\n  %-52s %10.2f times\n",
            "tick, 1 k pending, nothing due",
           f->tick_idle_ns, "tick, for each due of 101 k pending, with record", f->tick_due_ns,
           "two threads, two engines: work done", f->threads);
}

static bool is_missed(const struct gate *gate)
{
    if (gate->limit < 0) {
        return gate->value > 0;
    }
    return gate->limit > 0 && gate->value > gate->limit;
}

static void print_gate(FILE *out, const struct gate *gate)
{
    fprintf(out, "  %-30s ", gate->key);
    if (isnan(gate->value)) {
        fprintf(out, "%10s", "-");
    } else {
        fprintf(out, "%10.3f", gate->value);
    }
    if (gate->limit > 0 || gate->limit < 0) {
        const char *verdict = isnan(gate->value) ? "not measured" : is_missed(gate) ? "MISSED" : "reached";
        fprintf(out, "   must reach %.2f: %s", gate->limit < 0 ? 0 : gate->limit, verdict);
    }
    fprintf(out, "\n");
}

/* A key that was not measured is left out. */
static void write_json(FILE *json, const struct gate *gates, size_t count)
{
    const char *before = "{\n";
    for (size_t i = 0; i < count; i++) {
        if (!isnan(gates[i].value)) {
            fprintf(json, "%s  \"%s\": %.4f", before, gates[i].key, gates[i].value);
            before = ",\n";
        }
    }
    fprintf(json, "\n}\n");
}

int report_keys(FILE *out, const struct figures *f, const struct stored *stored, FILE *json)
{
    const double k = median(&f->cycle_1k[0]);
    const double m = median(&f->cycle_1m[0]);
    const struct gate gates[] = {
        {"codec_ratio_items", ratio(&f->codec_xk, &f->codec_items), 0.12},
        {"codec_ratio_stream", ratio(&f->decode_xk, &f->raw), 0.55},
        {"hi2_ratio_asn1c", ratio(&f->record_xk, &f->record_reused), 0.04},
        {"cycle_ratio_stack_1k", ratio(&f->cycle_1k[0], &f->cycle_1k[1]), 0.15},
        {"cycle_ratio_careful_1k", ratio(&f->cycle_1k[0], &f->cycle_1k[2]), 0.30},
        {"cycle_ratio_careful_1m", ratio(&f->cycle_1m[0], &f->cycle_1m[2]), 0.35},
        {"cycle_ratio_floor_1k", ratio(&f->cycle_1k[0], &f->cycle_1k[3]), 3.0},
        {"cycle_ratio_floor_1m", ratio(&f->cycle_1m[0], &f->cycle_1m[3]), 1.8},
        {"cycle_ratio_many_1m", ratio(&f->many_1m, &f->cycle_1m[0]), 0},
        {"cycle_ns_1k", k, 0},
        {"cycle_ns_1k_spread", spread(&f->cycle_1k[0]), 0},
        {"cycle_ns_1m", m, 0},
        {"cycle_ns_1m_spread", spread(&f->cycle_1m[0]), 0},
        {"cycle_ns_1m_many", median(&f->many_1m), 0},
        {"cycle_growth_1m", m / k, 0},
        {"mallocs_per_cycle", f->allocations[0], -1},
        {"bytes_per_pending", bytes_per_pending(stored, NULL), 96},
        {"bytes_per_pending_references", bytes_per_pending(stored, with_references), 0},
        {"bytes_per_pending_sharing", bytes_per_pending(stored, with_sharing), 0},
        {"bytes_per_pending_windows", bytes_per_pending(stored, with_windows), 0},
        {"bytes_per_pending_all", bytes_per_pending(stored, with_all), 0},
    };
    const size_t count = sizeof gates / sizeof gates[0];
    int missed = 0;
    fprintf(out, "keys\n");
    for (size_t i = 0; i < count; i++) {
        print_gate(out, &gates[i]);
        missed += is_missed(&gates[i]) ? 1 : 0;
    }
    write_json(json, gates, count);
    return missed;
}
