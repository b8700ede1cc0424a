/* SPDX-License-Identifier: BSD-2-Clause */
#include "loops/uv_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"
#include "transport/loop.h"

#define HANDSHAKE_MS 5000
#define WAIT_MS 100

static void connect_now(uv_timer_t *timer);

/* The socket is closed: its memory may be used again. With jitter, so that not all come back at once. */
static void on_closed(uv_handle_t *handle)
{
    struct uv_link *link = handle->data;
    if (!link->ending) {
        uv_timer_start(&link->timer, connect_now, WAIT_MS + loop_random(WAIT_MS), 0);
    }
}

static void lose(struct uv_link *link, const char *why)
{
    if (link->up) {
        fprintf(stderr, "%s: connection lost: %s\n", link->kms->name, why);
        link->up = false;
        tls_stream_close(&link->tls);
        uv_timer_stop(&link->timer);
        uv_close((uv_handle_t *)&link->tcp, on_closed);
    }
}

static void on_sent(uv_write_t *request, int status)
{
    struct uv_link *link = request->data;
    if (status < 0 && status != UV_ECANCELED) {
        lose(link, uv_strerror(status));
    }
    free(request);
}

/* What TLS has to say, in one copy that lives until it is sent. */
static void flush(struct uv_link *link)
{
    const uint8_t *octets;
    size_t size = link->up ? tls_stream_output(&link->tls, &octets) : 0;
    if (size == 0 || !uv_is_writable((uv_stream_t *)&link->tcp)) {
        return;
    }
    uv_write_t *request = malloc(sizeof *request + size);
    if (request == NULL) {
        lose(link, "no memory");
        return;
    }
    uv_buf_t buffer = uv_buf_init((char *)(request + 1), (unsigned int)size);
    memcpy(buffer.base, octets, size);
    tls_stream_sent(&link->tls, size);
    request->data = link;
    if (uv_write(request, (uv_stream_t *)&link->tcp, &buffer, 1, on_sent) != 0) {
        free(request);
        lose(link, "it cannot be written");
    }
}

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct uv_link *link = handle->data;
    (void)suggested;
    *buffer = uv_buf_init(link->octets, sizeof link->octets);
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct uv_link *link = stream->data;
    if (size < 0) {
        lose(link, uv_strerror((int)size));
        return;
    }
    if (tls_stream_feed(&link->tls, buffer->base, (size_t)size) && link->tls.open) {
        uv_timer_stop(&link->timer);
    }
    link->heard(link);
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct uv_link *link = connect->data;
    if (status < 0) {
        lose(link, uv_strerror(status));
    } else {
        uv_link_settle(link);
    }
}

static void give_up(uv_timer_t *timer)
{
    lose(timer->data, "the handshake took too long");
}

static void connect_now(uv_timer_t *timer)
{
    struct uv_link *link = timer->data;
    if (uv_tcp_init(timer->loop, &link->tcp) != 0) {
        die("libuv has no handle left");
    }
    link->up = true;
    link->tcp.data = link->connect.data = link;
    uv_tcp_nodelay(&link->tcp, 1);
    uv_tcp_keepalive(&link->tcp, 1, 10);
    uv_timer_start(&link->timer, give_up, HANDSHAKE_MS, 0);
    if (!tls_stream_open(&link->tls, link->context) ||
        uv_tcp_connect(&link->connect, &link->tcp, (const struct sockaddr *)&link->kms->address, on_connected) != 0) {
        lose(link, "it cannot be connected");
    }
}

void uv_link_open(struct uv_link *link, uv_loop_t *loop, const struct job *job, uint32_t number, uv_link_heard *heard,
                  void *user)
{
    *link = (struct uv_link){.kms = &job->kms[number], .number = number, .heard = heard, .user = user};
    link->context = job_context(job, number);
    uv_timer_init(loop, &link->timer);
    link->timer.data = link;
    uv_timer_start(&link->timer, connect_now, 0, 0);
}

void uv_link_settle(struct uv_link *link)
{
    flush(link);
    if (link->tls.why[0] != '\0') {
        lose(link, link->tls.why);
    } else if (link->up && uv_is_readable((uv_stream_t *)&link->tcp)) {
        uv_read_start((uv_stream_t *)&link->tcp, give_buffer, on_read); /* no harm if it reads already */
    }
}

void uv_link_end(struct uv_link *link)
{
    link->ending = true;
    uv_close((uv_handle_t *)&link->timer, NULL);
    if (link->up) {
        link->up = false;
        uv_close((uv_handle_t *)&link->tcp, on_closed);
    }
}

void uv_link_free(struct uv_link *link)
{
    tls_stream_close(&link->tls);
    SSL_CTX_free(link->context);
}
