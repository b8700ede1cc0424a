/* SPDX-License-Identifier: BSD-2-Clause */
/* The transport module with both ends in one loop, over loopback, and peers that do not behave. */
#ifndef XK_TEST_TRANSPORT_FIXTURE_H
#define XK_TEST_TRANSPORT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <cmocka.h>

#include "transport/conn.h"
#include "transport/endpoint.h"
#include "transport/loop.h"
#include "transport/tls.h"

/* No wait of these tests takes as long, on the slowest machine. */
#define PATIENCE_MS 60000

/* Runs the loop until the condition holds; fails the test when it never does. */
#define run_until(loop, condition)                                                                                     \
    do {                                                                                                               \
        uint64_t patience_ends = loop_now() + PATIENCE_MS;                                                             \
        while (!(condition)) {                                                                                         \
            if (loop_now() > patience_ends) {                                                                          \
                fail_msg("waited in vain for: %s", #condition);                                                        \
            }                                                                                                          \
            loop_once(loop, 20);                                                                                       \
        }                                                                                                              \
    } while (0)

/* An owner of connections that keeps what it is told. */
struct side {
    struct conn *conn; /* the latest that opened or was started; NULL once it is closed */
    size_t opened;
    size_t closed;
    size_t frames;
    size_t drained;
    char why[160]; /* of the last that closed */
    uint8_t octets[16];
    size_t size;
    bool echo;             /* send each frame back, and take none for which there is no room */
    enum conn_reply reply; /* without echo; 0: CONN_TAKEN */
    void (*on_frame)(struct side *side, const uint8_t *data, size_t size);
};

/* A loop and a listener, whose connections belong to `server`. */
struct world {
    struct loop loop;
    struct listener listener;
    struct side server;
    char address[32];
};

/* The folder of certificates.sh; group fixtures. */
extern char certificates[64];
int certificates_make(void **state);
int certificates_remove(void **state);

/* Runs a program to its end; fails the test unless its status is 0. */
void run_program(const char *const *arguments);
/* Starts a program whose standard output goes into `log`; the caller waits for it. */
pid_t start_program(const char *const *arguments, const char *log);

/* A context with CERTIFICATE.crt, the list ca.crl, for a peer of this name; NULL with a line in `why`. */
SSL_CTX *context_from(enum tls_role role, const char *certificate, const char *peer, const char *list, char *why,
                      size_t why_size);
/* The same where nothing is wrong. */
SSL_CTX *context(enum tls_role role, const char *certificate, const char *peer);

/* Limits in which every deadline is far beyond the test's patience: a test shortens the one it is about. */
struct conn_limits patient_limits(void);
/* Opens loop and listener; takes over the context. */
void world_open(struct world *world, SSL_CTX *server, const struct conn_limits *limits);
void world_close(struct world *world);
struct conn_events side_events(struct side *side);

/* A TCP connection to the listener, or to a port, non-blocking. */
int connect_tcp(int port);
/* Starts a connection of the module to the listener. */
void side_connect(struct world *world, struct side *side, SSL_CTX *context, const struct conn_limits *limits);
/* Sends a frame of a fresh number and waits for its echo. */
void round_trip(struct world *world, struct side *side);

/* A peer under the test's own control. */
struct raw {
    int fd;
    SSL *ssl;
};
/* Connects and shakes hands. */
void raw_open(struct world *world, struct raw *raw, SSL_CTX *context);
/* Writes all of it inside TLS. */
void raw_write(struct world *world, struct raw *raw, const void *data, size_t size);
void raw_close(struct raw *raw);

#endif
