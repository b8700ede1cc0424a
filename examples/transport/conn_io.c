/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/conn_inside.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <openssl/err.h>

/* The connection is gone. */
static void fail(struct conn *conn, int result)
{
    char why[160];
    bool unread = SSL_get_error(conn->ssl, result) == SSL_ERROR_SYSCALL && conn->open;
    tls_explain(conn->ssl, result, why, sizeof why);
    /* A peer that refuses us says why and closes; writing may meet the second before the first has been read. */
    if (unread) {
        uint8_t octet;
        result = SSL_read(conn->ssl, &octet, sizeof octet);
        if (result <= 0 && SSL_get_error(conn->ssl, result) == SSL_ERROR_SSL) {
            tls_explain(conn->ssl, result, why, sizeof why);
        }
    }
    conn->open = false; /* no shutdown after an error */
    conn_drop(conn, why);
}

static void fail_plain(struct conn *conn, int result)
{
    char why[160];
    snprintf(why, sizeof why, "%s%s", result == 0 ? "the peer closed the connection" : "the connection broke: ",
             result == 0 ? "" : strerror(errno));
    conn->open = false;
    conn_drop(conn, why);
}

static bool is_for_later(void)
{
    return errno == EAGAIN || errno == EINTR;
}

/* Without TLS a connection is open as soon as TCP has it. */
static bool wait_for_tcp(struct conn *conn, bool *done)
{
    int error = 0;
    socklen_t size = sizeof error;
    struct sockaddr_storage peer;
    socklen_t peer_size = sizeof peer;
    *done = getpeername(conn->watch.fd, (struct sockaddr *)&peer, &peer_size) == 0;
    conn->want_write = !*done;
    if (*done) {
        return true;
    }
    if (getsockopt(conn->watch.fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
        errno = error;
        fail_plain(conn, -1);
        return false;
    }
    return true;
}

bool conn_io_shake_hands(struct conn *conn, bool *done)
{
    if (conn->ssl == NULL) {
        return wait_for_tcp(conn, done);
    }
    ERR_clear_error();
    int result = SSL_do_handshake(conn->ssl);
    int error = result == 1 ? SSL_ERROR_NONE : SSL_get_error(conn->ssl, result);
    *done = error == SSL_ERROR_NONE;
    conn->want_write = error == SSL_ERROR_WANT_WRITE;
    if (*done || error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        return true;
    }
    fail(conn, result);
    return false;
}

int conn_io_read(struct conn *conn, uint8_t *out, size_t size)
{
    if (conn->ssl == NULL) {
        ssize_t got = recv(conn->watch.fd, out, size, 0);
        if (got > 0 || (got < 0 && is_for_later())) {
            return got > 0 ? (int)got : 0;
        }
        fail_plain(conn, (int)got);
        return -1;
    }
    ERR_clear_error();
    int result = SSL_read(conn->ssl, out, (int)size);
    if (result > 0) {
        return result;
    }
    int error = SSL_get_error(conn->ssl, result);
    conn->want_write = conn->want_write || error == SSL_ERROR_WANT_WRITE;
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        return 0;
    }
    fail(conn, result);
    return -1;
}

static int write_plain(struct conn *conn, const uint8_t *data, size_t size)
{
    ssize_t put = send(conn->watch.fd, data, size, MSG_NOSIGNAL);
    if (put > 0) {
        return (int)put;
    }
    if (put < 0 && !is_for_later()) {
        fail_plain(conn, -1);
        return -1;
    }
    conn->want_write = true;
    return 0;
}

static int write_tls(struct conn *conn, const uint8_t *data, size_t size)
{
    ERR_clear_error();
    int result = SSL_write(conn->ssl, data, (int)size);
    if (result > 0) {
        return result;
    }
    int error = SSL_get_error(conn->ssl, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        fail(conn, result);
        return -1;
    }
    conn->want_write = conn->want_write || error == SSL_ERROR_WANT_WRITE;
    return 0;
}

int conn_io_write(struct conn *conn, const uint8_t *data, size_t size)
{
    int sent = conn->ssl == NULL ? write_plain(conn, data, size) : write_tls(conn, data, size);
    if (sent > 0 || (sent == 0 && !conn->progress.armed)) {
        loop_arm(conn->loop, &conn->progress, conn->limits.write_ms);
    }
    return sent;
}
