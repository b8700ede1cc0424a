/* SPDX-License-Identifier: BSD-2-Clause */
#include "loops/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"
#include "transport/endpoint.h"

static void load_kms(struct job *job, const char *list)
{
    char why[256];
    char *copy = strdup(list);
    char *rest = copy;
    char *name;
    char *address;
    while (options_next_peer(&rest, "kms", "KMS", &name, &address)) {
        if (job->kms_count == JOB_KMS_MAX) {
            die("--kms takes up to %d KMSs", JOB_KMS_MAX);
        }
        struct job_kms *kms = &job->kms[job->kms_count++];
        snprintf(kms->name, sizeof kms->name, "%s", name);
        if (!address_look_up(address, false, &kms->address, &kms->address_size, why, sizeof why)) {
            die("%s: %s", kms->name, why);
        }
    }
    free(copy);
}

void job_load(struct job *job, int argc, char **argv, const struct option_rule *own)
{
    static struct option_rule rules[] = {{"tls", "FOLDER", "certificates, as examples/certificates.sh makes them"},
                                         {"calls", "FOLDER", "calls that xk-ue has written"},
                                         {"target", "URI", "whose calls they are"},
                                         {"kms", "NAME=HOST:PORT[,...]", "KMSs, asked in this order"},
                                         {"timeout", "MS", "the timer (10000)"},
                                         {NULL, NULL, NULL}};
    size_t count = sizeof rules / sizeof rules[0] - 1;
    if (own != NULL) {
        rules[count++] = *own;
    }
    *job = (struct job){0};
    options_take(&job->line, argc, argv, rules, count, "asks KMSs for the keys of calls", NULL);
    job->tls = options_needed(&job->line, "tls");
    job->target = options_needed(&job->line, "target");
    job->timeout = options_number(&job->line, "timeout", 10000, 1, 86400000);
    load_kms(job, options_needed(&job->line, "kms"));
    job->call_count = load_folder(options_needed(&job->line, "calls"), &job->calls);
    if (job->call_count > JOB_CALLS_MAX) {
        die("--calls takes a folder of up to %d calls", JOB_CALLS_MAX);
    }
}

void job_free(struct job *job)
{
    free(job->calls);
    *job = (struct job){0};
}

SSL_CTX *job_context(const struct job *job, size_t kms)
{
    const char *const peers[] = {job->kms[kms].name};
    return tls_from_folder(TLS_CLIENT, job->tls, "df2", peers, 1);
}

struct xk_requester *job_requester(const struct job *job, const struct xk_requester_callbacks *callbacks, void *user)
{
    struct xk_requester_config config;
    struct xk_requester *requester = NULL;
    xk_requester_config_init(&config);
    config.timeout = job->timeout;
    config.max_pending = JOB_CALLS_MAX;
    config.max_request_size = 2 * MIKEY_MAX + 2048;
    /* A connection may be lost with the question or with the answer, and the engine does not see connections: it asks
     * again after a while, and the next KMS of the list first. A KMS that is not connected costs an attempt. */
    config.attempt_timeout = job->timeout / 6;
    config.max_attempts = 32;
    config.backoff_base = 50;
    config.backoff_max = 500;
    if (xk_requester_create(&config, callbacks, NULL, user, &requester, NULL) != XK_OK) {
        die("the requester cannot be created");
    }
    for (size_t i = 0; i < job->kms_count; i++) {
        uint32_t number = 0;
        if (xk_requester_add_kms(requester, xk_text(job->kms[i].name), &number, NULL) != XK_OK || number != i) {
            die("the KMS %s stands in the list twice", job->kms[i].name);
        }
    }
    return requester;
}

uint64_t job_submit(const struct job *job, struct xk_requester *requester, uint64_t now_ms, size_t call)
{
    const struct call *c = &job->calls[call];
    uint32_t kms[JOB_KMS_MAX];
    uint64_t handle = 0;
    struct xk_party party;
    struct xk_request request;
    memset(&party, 0, sizeof party);
    memset(&request, 0, sizeof request);
    for (size_t i = 0; i < job->kms_count; i++) {
        kms[i] = (uint32_t)i;
    }
    party.sip_uri = xk_text(job->target);
    request.size = sizeof request;
    request.kms = kms;
    request.kms_count = job->kms_count;
    request.get_keys.public_kms_identity = xk_text(job->target);
    request.get_keys.transfer_init = (struct xk_bytes){c->init, c->init_size};
    request.get_keys.transfer_resp = (struct xk_bytes){c->resp, c->resp_size};
    request.warrant.liid = xk_text("LI-0001");
    request.warrant.parties = &party;
    request.warrant.party_count = 1;
    request.warrant.correlation_number = xk_text("corr0001");
    request.warrant.operator_identifier = xk_text("12345");
    request.warrant.destination = XK_DESTINATION_LEMF;
    struct xk_diag diag;
    enum xk_status status = xk_requester_submit(requester, now_ms, &request, &handle, &diag);
    if (status != XK_OK) {
        die("%s: %s (%s)", c->name, xk_status_text(status), diag.field);
    }
    return handle;
}

static const char *cause_name(enum xk_cause cause)
{
    switch (cause) {
    case XK_CAUSE_TIMER_EXPIRED:
        return "timer-expired";
    case XK_CAUSE_UNREACHABLE:
        return "unreachable";
    case XK_CAUSE_KMS_REFUSED:
        return "refused ";
    case XK_CAUSE_IMPOSSIBLE:
        return "impossible";
    case XK_CAUSE_NONE:
        break;
    }
    return "?";
}

void job_line(const struct job *job, const uint64_t *handles, const struct xk_outcome *outcome, char *line)
{
    const char *name = "?";
    size_t keys = 0;
    for (size_t i = 0; i < job->call_count; i++) {
        name = handles[i] == outcome->request ? job->calls[i].name : name;
    }
    for (size_t i = 0; i < outcome->session_count; i++) {
        keys += outcome->sessions[i].failure == XK_FAILURE_NONE;
    }
    if (outcome->kind == XK_OUTCOME_PARTIAL) {
        snprintf(line, JOB_LINE_MAX, "OUTCOME %s keys %zu of %zu\n", name, keys, outcome->session_count);
    } else if (keys > 0) {
        snprintf(line, JOB_LINE_MAX, "OUTCOME %s keys %zu\n", name, keys);
    } else {
        snprintf(line, JOB_LINE_MAX, "OUTCOME %s failure %s%s\n", name, cause_name(outcome->cause),
                 outcome->cause == XK_CAUSE_KMS_REFUSED ? xk_failure_name(outcome->failure) : "");
    }
}
