/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/intake.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "df2/df2.h"
#include "df2/hep.h"
#include "support/support.h"

#define DATAGRAMS_A_ROUND 64
#define RECEIVE_BUFFER (8 << 20)

/* False: no room now. What is no packet, or none of SIP, is stepped over. */
static bool take_packet(struct df2 *df2, const uint8_t *data, size_t size)
{
    struct hep hep;
    if (!hep_read(data, size, &hep)) {
        fprintf(stderr, "df2: HEP: a packet of %zu octets cannot be read\n", size);
        return true;
    }
    if (!hep.is_sip) {
        return true;
    }
    const struct sip_event event = {
        .octets = hep.payload,
        .time = hep.seconds > 0 ? (struct xk_utc){hep.seconds, hep.microseconds} : df2_utc(),
        .source = hep.capture,
        .trusted =
            hep.source.size > 0 && intake_trusts(&df2->intake, hep.source.data, hep.source.size, hep.source_port),
        .correlation = hep.correlation,
    };
    return calls_take(df2, &event);
}

static void on_datagram(struct loop_watch *watch, uint32_t events)
{
    static uint8_t octets[HEP_MAX + 1];
    struct df2 *df2 = watch->owner;
    (void)events;
    for (int i = 0; i < DATAGRAMS_A_ROUND; i++) {
        ssize_t size = recv(watch->fd, octets, sizeof octets, 0);
        if (size < 0) {
            return;
        }
        if (!take_packet(df2, octets, (size_t)size)) {
            df2->intake.hep_lost++;
        }
        OPENSSL_cleanse(octets, (size_t)size);
    }
}

static bool on_packet(struct hep_taker *taker, const uint8_t *data, size_t size)
{
    return take_packet(taker->owner, data, size);
}

static void open_udp(struct df2 *df2, const struct address *address)
{
    struct intake *intake = &df2->intake;
    struct sockaddr_storage at = address->at;
    const int buffer = RECEIVE_BUFFER;
    const in_port_t port = htons((uint16_t)listener_port(&intake->hep));
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    memcpy(&four, &at, sizeof four);
    memcpy(&six, &at, sizeof six);
    four.sin_port = six.sin6_port = port; /* the same as TCP's, which the system may have chosen */
    bool is_four = at.ss_family == AF_INET;
    memcpy(&at, is_four ? (const void *)&four : (const void *)&six, is_four ? sizeof four : sizeof six);
    int fd = socket(at.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    intake->hep_udp = (struct loop_watch){.fd = fd, .ready = on_datagram, .owner = df2};
    if (fd < 0 || bind(fd, (const struct sockaddr *)&at, address->size) != 0 ||
        !loop_add(&df2->loop, &intake->hep_udp, EPOLLIN)) {
        die("HEP over UDP: %s", strerror(errno));
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
}

void intake_hep_open(struct df2 *df2, const char *address)
{
    struct intake *intake = &df2->intake;
    struct addresses found;
    char why[256] = "";
    intake->hep_taker = (struct hep_taker){.name = "df2", .packet = on_packet, .owner = df2};
    hep_stream_open(&intake->hep, &df2->loop, address, &intake->hep_taker);
    if (!addresses_look_up(address, true, &found, why, sizeof why)) {
        die("HEP: %s", why);
    }
    open_udp(df2, &found.of[0]);
    intake->has_hep = true;
    printf("HEP PORT %d\n", listener_port(&intake->hep));
    fflush(stdout);
}
