/* SPDX-License-Identifier: BSD-2-Clause */
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

static void line(const char *name, const struct series *series)
{
    printf("  %-52s %10.1f ns  +-%4.1f %%\n", name, series_median(series), 100 * series_spread(series));
}

struct gate {
    const char *key;
    double value;
    double limit; /* 0: for the record */
};

void report_table(const struct figures *f, size_t request_size, size_t response_size)
{
    static const char *const names[] = {"libxk", "obvious", "careful", "floor"};
    printf("codec, get_keys of %zu octets, response of %zu\n", request_size, response_size);
    line("memcpy of get_keys (floor)", &f->copy);
    line("encode get_keys: libxk", &f->encode_xk);
    line("encode get_keys: libcbor streaming", &f->encode_stream);
    line("decode response: libcbor streaming, bare loop (floor)", &f->raw);
    line("decode response: libxk, every strictness", &f->decode_xk);
    line("decode response: libcbor streaming, types only", &f->decode_stream);
    line("both messages, encode and decode: libxk", &f->codec_xk);
    line("both messages, encode and decode: libcbor items", &f->codec_items);
    printf("HI2 record\n");
    line("libxk, prepared profile", &f->record_xk);
    line("libxk, profile checked each time", &f->record_plain);
    line("asn1c, structure reused", &f->record_reused);
    line("asn1c, structure built each time", &f->record_fresh);
    printf("TRANSFER_INIT and TRANSFER_RESP\n");
    line("parse and check both, as submit does by default", &f->check);
    printf("cycle, without that check\n");
    for (size_t i = 0; i < CONTENDERS; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s, 1 k pending (%.2f allocations a cycle)", names[i], f->allocations[i]);
        line(text, &f->cycle_1k[i]);
    }
    line("libxk, 100 k pending", &f->cycle_100k[0]);
    line("careful, 100 k pending", &f->cycle_100k[2]);
    line("floor, 100 k pending", &f->cycle_100k[3]);
    line("libxk, 1 M pending", &f->cycle_1m[0]);
    line("libxk, 1 M pending, memory from malloc", &f->malloc_1m);
    line("careful, 1 M pending", &f->cycle_1m[2]);
    line("floor, 1 M pending", &f->cycle_1m[3]);
    printf("  %-52s %10.1f ns\n", "libxk, 1 k pending, with the check",
           series_median(&f->cycle_1k[0]) + series_median(&f->check));
    printf("steps of libxk's cycle, none of which allocates\n");
    line("1 k pending: submit", &f->steps_1k.submit);
    line("1 k pending: answer, with event and record", &f->steps_1k.answer);
    line("1 k pending: expiry, with event and record", &f->steps_1k.expire);
    line("1 M pending: submit", &f->steps_1m.submit);
    line("1 M pending: answer, with event and record", &f->steps_1m.answer);
    line("1 M pending: expiry, with event and record", &f->steps_1m.expire);
    printf("engine\n  %-52s %10.1f ns\n  %-52s %10.1f ns\n  %-52s %10.2f times\n", "tick, 1 k pending, nothing due",
           f->tick_idle_ns, "tick, for each due of 101 k pending, with record", f->tick_due_ns,
           "two threads, two engines: work done", f->threads);
}

int report_keys(const struct figures *f, const struct stored *stored, FILE *json)
{
    const double k = series_median(&f->cycle_1k[0]);
    const double m = series_median(&f->cycle_1m[0]);
    const struct gate gates[] = {
        {"codec_ratio_items", series_ratio(&f->codec_xk, &f->codec_items), 0.12},
        {"codec_ratio_stream", series_ratio(&f->decode_xk, &f->raw), 0.55},
        {"hi2_ratio_asn1c", series_ratio(&f->record_xk, &f->record_reused), 0.04},
        {"cycle_ratio_stack_1k", series_ratio(&f->cycle_1k[0], &f->cycle_1k[1]), 0.15},
        {"cycle_ratio_careful_1k", series_ratio(&f->cycle_1k[0], &f->cycle_1k[2]), 0.30},
        {"cycle_ratio_careful_1m", series_ratio(&f->cycle_1m[0], &f->cycle_1m[2]), 0.35},
        {"cycle_ratio_floor_1k", series_ratio(&f->cycle_1k[0], &f->cycle_1k[3]), 3.0},
        {"cycle_ratio_floor_1m", series_ratio(&f->cycle_1m[0], &f->cycle_1m[3]), 1.8},
        {"cycle_ns_1k", k, 0},
        {"cycle_ns_1k_spread", series_spread(&f->cycle_1k[0]), 0},
        {"cycle_ns_1m", m, 0},
        {"cycle_ns_1m_spread", series_spread(&f->cycle_1m[0]), 0},
        {"cycle_growth_1m", m / k, 0},
        {"mallocs_per_cycle", f->allocations[0], -1},
        {"bytes_per_pending", bytes_per_pending(stored, NULL), 96},
        {"bytes_per_pending_references", bytes_per_pending(stored, with_references), 0},
        {"bytes_per_pending_sharing", bytes_per_pending(stored, with_sharing), 0},
    };
    int missed = 0;
    printf("keys\n");
    fprintf(json, "{\n");
    for (size_t i = 0; i < sizeof gates / sizeof gates[0]; i++) {
        bool bad = gates[i].limit < 0 ? gates[i].value > 0 : gates[i].limit > 0 && gates[i].value > gates[i].limit;
        double limit = gates[i].limit < 0 ? 0 : gates[i].limit;
        printf("  %-30s %10.3f", gates[i].key, gates[i].value);
        if (gates[i].limit != 0) {
            printf("   must reach %.2f: %s", limit, bad ? "MISSED" : "reached");
        }
        printf("\n");
        fprintf(json, "  \"%s\": %.4f%s\n", gates[i].key, gates[i].value,
                i + 1 < sizeof gates / sizeof gates[0] ? "," : "");
        missed += bad ? 1 : 0;
    }
    fprintf(json, "}\n");
    return missed;
}
