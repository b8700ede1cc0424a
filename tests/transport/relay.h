/* SPDX-License-Identifier: BSD-2-Clause */
/* A TCP relay that can keep back what one side says, and cut: to lose a connection at a chosen moment. */
#ifndef XK_TEST_TRANSPORT_RELAY_H
#define XK_TEST_TRANSPORT_RELAY_H

#include <stdbool.h>
#include <stddef.h>

#include "transport/loop.h"

struct relay {
    struct loop *loop;
    struct loop_watch listener;
    struct loop_watch client;
    struct loop_watch server;
    int port;        /* that it listens on */
    int server_port; /* that it connects to */
    bool hold;       /* nothing goes from server to client */
    size_t taken;    /* connections */
};

void relay_open(struct relay *relay, struct loop *loop, int server_port);
/* Cuts the connection both ways; the next one goes through. */
void relay_cut(struct relay *relay);
void relay_close(struct relay *relay);

#endif
