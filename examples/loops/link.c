/* SPDX-License-Identifier: BSD-2-Clause */
#include "loops/link.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "transport/endpoint.h"
#include "transport/loop.h"

#define HANDSHAKE_MS 5000
#define WAIT_MS 100

void link_init(struct link *link, const struct job *job, uint32_t number)
{
    *link = (struct link){.kms = &job->kms[number], .number = number, .fd = -1};
    link->context = job_context(job, number);
}

static void end(struct link *link)
{
    if (link->fd >= 0) {
        close(link->fd);
        link->fd = -1;
    }
    tls_stream_close(&link->tls);
}

void link_free(struct link *link)
{
    end(link);
    SSL_CTX_free(link->context);
}

/* With jitter, so that all who lost their connection to one KMS do not come back at once. */
static void lose(struct link *link, uint64_t now_ms, const char *why)
{
    fprintf(stderr, "%s: connection lost: %s\n", link->kms->name, why);
    end(link);
    link->due = now_ms + WAIT_MS + loop_random(WAIT_MS);
}

void link_check(struct link *link, uint64_t now_ms)
{
    if (link->fd >= 0 && link->tls.why[0] != '\0') {
        const uint8_t *alert;
        char why[sizeof link->tls.why];
        size_t size = tls_stream_output(&link->tls, &alert);
        memcpy(why, link->tls.why, sizeof why);
        (void)send(link->fd, alert, size, MSG_NOSIGNAL); /* so that the other side knows too */
        lose(link, now_ms, why);
    }
}

void link_due(struct link *link, uint64_t now_ms)
{
    if (now_ms < link->due) {
        return;
    }
    if (link->fd >= 0) {
        lose(link, now_ms, "the handshake took too long");
        return;
    }
    link->fd = socket(link->kms->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    link->due = now_ms + HANDSHAKE_MS;
    if (link->fd < 0 ||
        (connect(link->fd, (const struct sockaddr *)&link->kms->address, link->kms->address_size) != 0 &&
         errno != EINPROGRESS)) {
        lose(link, now_ms, strerror(errno));
        return;
    }
    socket_prepare(link->fd);
    (void)tls_stream_open(&link->tls, link->context);
    link_check(link, now_ms);
}

void link_read(struct link *link, uint64_t now_ms)
{
    uint8_t octets[16384];
    ssize_t size = recv(link->fd, octets, sizeof octets, 0);
    if (size > 0) {
        if (tls_stream_feed(&link->tls, octets, (size_t)size) && link->tls.open) {
            link->due = UINT64_MAX;
        }
    } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
        lose(link, now_ms, size == 0 ? "the peer closed it" : strerror(errno));
    }
}

void link_write(struct link *link, uint64_t now_ms)
{
    const uint8_t *octets;
    size_t size;
    while (link->fd >= 0 && (size = tls_stream_output(&link->tls, &octets)) > 0) {
        ssize_t sent = send(link->fd, octets, size, MSG_NOSIGNAL);
        if (sent > 0) {
            tls_stream_sent(&link->tls, (size_t)sent);
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            lose(link, now_ms, strerror(errno));
        }
    }
}

bool link_waits_to_write(struct link *link)
{
    const uint8_t *octets;
    return tls_stream_output(&link->tls, &octets) > 0;
}
