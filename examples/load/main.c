/* SPDX-License-Identifier: BSD-2-Clause */
/* xk-load: puts a load of get_keys on a KMS and tells how it bears it. `xk-load --help` and xk-load.1 say more. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load/report.h"
#include "load/run.h"
#include "support/support.h"

#define USAGE_ERROR 2
#define MADE_UP_MAX 10000

static const char help[] =
    "usage: xk-load --tls FOLDER --kms NAME=HOST:PORT --calls FOLDER [--target URI] [OPTION...]\n"
    "       xk-load --tls FOLDER --kms NAME=HOST:PORT --make-up N --ticket-key FILE [OPTION...]\n"
    "\n"
    "Puts a load of get_keys on a KMS over TLS 1.3 and tells throughput, errors and latency.\n"
    "\n"
    "  --tls FOLDER        certificates: OWN.crt, OWN.key, ca.crt, ca.crl\n"
    "  --own NAME          name of the own certificate (df2)\n"
    "  --kms NAME=ADDRESS  name of the KMS's certificate, and host:port\n"
    "  --calls FOLDER      ask for the calls that xk-ue has written there, in turn\n"
    "  --target URI        whose keys; without it those of each call's own caller\n"
    "  --make-up N         make up N exchanges instead, with the ticket key of the KMS\n"
    "  --ticket-key FILE   that key, as hexadecimal text\n"
    "  --connections N     connections, 1 to 256 (1)\n"
    "  --window N          requests without an answer on each connection, 1 to 4096 (32)\n"
    "  --rate N            requests a second, all connections together; 0 for as fast as answers come (0)\n"
    "  --duration SECONDS  end after this time (10, if there is no --count)\n"
    "  --count N           end after this many requests\n"
    "  --timeout MS        wait for an answer (2000)\n"
    "  --json FILE         write the result to FILE as well\n"
    "\n"
    "With a rate each request has an intended time, and its latency is measured from that time even if it could not "
    "be\n"
    "sent then: a KMS that stalls delays the requests meant for the stall, and the figures show them all (no "
    "coordinated\n"
    "omission). Without a rate the load waits for the KMS, and latency is measured from the actual sending.\n"
    "\n"
    "Ctrl-C ends it with the result so far. Status: 0 no error, 1 errors, 2 wrong usage.\n";

static struct run run; /* large, and one a program */

static _Noreturn void usage_error(const char *what)
{
    fprintf(stderr, "xk-load: %s; --help tells more\n", what);
    exit(USAGE_ERROR);
}

static uint64_t number(const char *text, uint64_t least, uint64_t most)
{
    char *end = NULL;
    char what[128];
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || text[0] == '-' || value < least || value > most) {
        snprintf(what, sizeof what, "an option takes a number from %" PRIu64 " to %" PRIu64, least, most);
        usage_error(what);
    }
    return value;
}

struct options {
    const char *tls;
    const char *own;
    const char *kms;
    const char *calls;
    const char *target;
    const char *ticket_key;
    const char *json;
    uint64_t make_up;
};

static void read_option(int which, const char *value, struct options *options, struct plan *plan)
{
    switch (which) {
    case 't':
        options->tls = value;
        break;
    case 'o':
        options->own = value;
        break;
    case 'k':
        options->kms = value;
        break;
    case 'c':
        options->calls = value;
        break;
    case 'T':
        options->target = value;
        break;
    case 'K':
        options->ticket_key = value;
        break;
    case 'j':
        options->json = value;
        break;
    case 'm':
        options->make_up = number(value, 1, MADE_UP_MAX);
        break;
    case 'n':
        plan->lanes = (uint32_t)number(value, 1, LANES_MAX);
        break;
    case 'w':
        plan->window = (uint32_t)number(value, 1, WINDOW_MAX);
        break;
    case 'r':
        plan->rate = (uint32_t)number(value, 0, 1000000);
        break;
    case 'd':
        plan->duration_us = number(value, 1, 1000000) * 1000000;
        break;
    case 'N':
        plan->count = number(value, 1, UINT64_C(1000000000000));
        break;
    case 'x':
        plan->timeout_ms = (uint32_t)number(value, 1, 600000);
        break;
    case 'h':
        fputs(help, stdout);
        exit(0);
    default:
        usage_error("an option is unknown or lacks its value");
    }
}

static void read_options(int argc, char **argv, struct options *options, struct plan *plan)
{
    static const struct option known[] = {
        {"tls", 1, NULL, 't'},        {"own", 1, NULL, 'o'},     {"kms", 1, NULL, 'k'},
        {"calls", 1, NULL, 'c'},      {"target", 1, NULL, 'T'},  {"make-up", 1, NULL, 'm'},
        {"ticket-key", 1, NULL, 'K'}, {"json", 1, NULL, 'j'},    {"connections", 1, NULL, 'n'},
        {"window", 1, NULL, 'w'},     {"rate", 1, NULL, 'r'},    {"duration", 1, NULL, 'd'},
        {"count", 1, NULL, 'N'},      {"timeout", 1, NULL, 'x'}, {"help", 0, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int which;
    opterr = 0;
    while ((which = getopt_long(argc, argv, "", known, NULL)) != -1) {
        read_option(which, optarg, options, plan);
    }
    if (optind != argc) {
        usage_error("it takes options only");
    }
    if (options->tls == NULL || options->kms == NULL) {
        usage_error("--tls and --kms are needed");
    }
    if ((options->calls != NULL) == (options->make_up > 0) || (options->make_up > 0 && options->ticket_key == NULL)) {
        usage_error("either --calls is needed, or --make-up with --ticket-key");
    }
    if (plan->count == 0 && plan->duration_us == 0) {
        plan->duration_us = 10000000;
    }
}

int main(int argc, char **argv)
{
    struct options options = {.own = "df2"};
    char name[64];
    FILE *json = NULL;
    run.plan = (struct plan){.lanes = 1, .window = 32, .timeout_ms = 2000};
    run.on_second = report_progress;
    read_options(argc, argv, &options, &run.plan);
    const char *address = strchr(options.kms, '=');
    if (address == NULL || (size_t)(address - options.kms) >= sizeof name) {
        usage_error("--kms takes NAME=HOST:PORT");
    }
    snprintf(name, sizeof name, "%.*s", (int)(address - options.kms), options.kms);
    const char *const peers[] = {name};
    if (options.json != NULL && (json = fopen(options.json, "w")) == NULL) {
        die("%s: %s", options.json, strerror(errno));
    }
    run.plan.question_count = options.calls != NULL
                                  ? questions_from_calls(options.calls, options.target, &run.plan.questions)
                                  : questions_made_up(options.make_up, options.ticket_key, &run.plan.questions);
    SSL_CTX *context = tls_from_folder(TLS_CLIENT, options.tls, options.own, peers, 1);
    bool began = run_load(&run, context, address + 1);
    SSL_CTX_free(context);
    free(run.plan.questions);
    if (!began && !run.loop.signalled) {
        die("no connection to the KMS: %s", run.why);
    }
    report_text(&run, stdout);
    if (json != NULL) {
        report_json(&run, json);
        if (ferror(json) != 0 || fclose(json) != 0) {
            die("%s: cannot be written", options.json);
        }
    }
    return run_errors(&run) == 0 ? 0 : 1;
}
