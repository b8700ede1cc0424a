/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Who connected, who was refused and why, with address, the certificate's serial number and subject, and time: one line
 * each, in a file of its own or by syslog. No LIID, identity or key can get there: what is told is of the transport.
 *
 *     2026-11-28T08:03:00.123Z xk-kms accepted 192.0.2.1:40000 name=df2 serial=5a01 subject="CN=df2"
 *     2026-11-28T08:03:01.456Z xk-kms refused 192.0.2.7:40001 serial=- subject=- reason="the peer has no certificate"
 *
 * The words are accepted and connected (a handshake is over, of a peer that came or of one that this program went to),
 * refused and failed (it is not), ended, and suppressed. Each kind has a budget: what is beyond it is counted, and told
 * by a line of its own. What a peer wrote, its certificate's subject, has its control octets and quotes escaped.
 */
#ifndef TRANSPORT_AUDIT_H
#define TRANSPORT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <openssl/x509.h>

#include "transport/loop.h"

/** Lines of one kind that are written at once, and then a second. */
#define AUDIT_BURST 100
#define AUDIT_SECOND 10

enum audit_word { AUDIT_ACCEPTED, AUDIT_CONNECTED, AUDIT_REFUSED, AUDIT_FAILED, AUDIT_ENDED, AUDIT_WORDS };

/** What has happened. */
struct audit_event {
    enum audit_word word;
    const struct sockaddr_storage *address;
    const char *name;        /* that the peer was authenticated as; "" none */
    const X509 *certificate; /* that it showed; NULL: none */
    const char *reason;      /* constant text; NULL: none */
};

/** Caller-owned, at a fixed address. */
struct audit {
    struct loop *loop;
    const char *program;
    const char *path; /* of the file; NULL: syslog, or nothing is written */
    int fd;
    bool is_syslog;
    struct sockaddr_un syslog;
    struct loop_timer timer; /* for telling what was suppressed */
    uint64_t next_ms[AUDIT_WORDS];
    uint64_t suppressed[AUDIT_WORDS]; /* not yet told */
    uint64_t counts[AUDIT_WORDS];     /* all that has happened, written or not */
    uint64_t suppressed_total;
    uint64_t lost; /* lines that could not be written */
};

/**
 * Opens a file, or syslog ("syslog", or "syslog:PATH" for another socket than /dev/log); NULL: only counts. False with
 * a line in `why`: a file that is a link, is none, or that others may use.
 */
bool audit_open(struct audit *audit, struct loop *loop, const char *program, const char *where, char *why,
                size_t why_size);
/** Opens the file again, which may have been moved away. False with a line in `why`, and goes on with the old one. */
bool audit_reopen(struct audit *audit, char *why, size_t why_size);
/** Tells what was suppressed, and closes. */
void audit_close(struct audit *audit);
/** Tells an event; nothing happens for NULL. */
void audit_tell(struct audit *audit, const struct audit_event *event);
/** "accepted" and so on. */
const char *audit_word_name(enum audit_word word);

#endif
