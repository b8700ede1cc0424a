/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the three host programs do alike and no loop has a part in: their options, the requests, the line of an outcome.
 *
 *   xk-host-... --tls FOLDER --calls FOLDER --target URI --kms NAME=HOST:PORT[,NAME=HOST:PORT] [--timeout MS]
 *
 * The folder of calls is one that xk-ue has written; each call in it becomes a request for the target's keys. The
 * KMSs are asked in the order of the list. An outcome is one line, without key, LIID or identity:
 *
 *   OUTCOME call-1 keys 2
 *   OUTCOME call-2 failure refused target-only-dialled
 */
#ifndef LOOPS_JOB_H
#define LOOPS_JOB_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <openssl/ssl.h>

#include <xk/requester.h>

#include "support/call_files.h"
#include "support/options.h"

#define JOB_KMS_MAX 4
#define JOB_CALLS_MAX 256
#define JOB_LINE_MAX 160

/** A KMS of the list. */
struct job_kms {
    char name[64]; /* of its certificate */
    struct sockaddr_storage address;
    socklen_t address_size;
};

/** What there is to do. Read only once loaded. */
struct job {
    struct options line;
    const char *tls;
    const char *target;
    struct call *calls;
    size_t call_count;
    struct job_kms kms[JOB_KMS_MAX];
    size_t kms_count;
    uint32_t timeout; /* the timer of clause 7A.7.2 */
};

/**
 * Reads options and calls; ends the program when something is wrong with them. `own` is an option that this program has
 * besides; NULL: none.
 */
void job_load(struct job *job, int argc, char **argv, const struct option_rule *own);
void job_free(struct job *job);
/** A context for connections to one of the KMSs; ends the program when it cannot be made. */
SSL_CTX *job_context(const struct job *job, size_t kms);
/** Fills the configuration of a requester and creates it, with the KMSs numbered as in the list. */
struct xk_requester *job_requester(const struct job *job, const struct xk_requester_callbacks *callbacks, void *user);
/** Submits one call; the handle of its request. Ends the program when the call is refused. */
uint64_t job_submit(const struct job *job, struct xk_requester *requester, uint64_t now_ms, size_t call);
/** Writes the line of an outcome, its end included. `handles` are those of the calls. */
void job_line(const struct job *job, const uint64_t *handles, const struct xk_outcome *outcome, char *line);

#endif
