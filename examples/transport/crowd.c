/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/crowd.h"

#include <netinet/in.h>
#include <string.h>

#define BURST_US 2000000u /* how far ahead of their time connections may come */

void crowd_limits_init(struct crowd_limits *limits)
{
    *limits = (struct crowd_limits){
        .connections = 64, .handshakes = 16, .a_second = 50, .strangers_second = 200, .known_ms = 86400000};
}

static void read_prefix(const struct sockaddr_storage *from, struct crowd_address *out)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    memcpy(&four, from, sizeof four);
    memcpy(&six, from, sizeof six);
    const uint8_t *octets = six.sin6_addr.s6_addr;
    *out = (struct crowd_address){.size = 0};
    if (from->ss_family == AF_INET) {
        out->size = 4;
        memcpy(out->prefix, &four.sin_addr, 4);
    } else if (from->ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six.sin6_addr)) {
        out->size = 4;
        memcpy(out->prefix, octets + 12, 4);
    } else if (from->ss_family == AF_INET6) {
        out->size = 8;
        memcpy(out->prefix, octets, 8);
    }
}

static bool is_known(const struct crowd *crowd, const struct crowd_address *address, uint64_t now)
{
    return address->seen != 0 && now - address->seen < crowd->limits.known_ms;
}

/* The one to forget: no connection, and longest unused of the strangers, or of the known ones where those are many. */
static struct crowd_address *forget_one(struct crowd *crowd, uint64_t now)
{
    struct crowd_address *stranger = NULL;
    struct crowd_address *known = NULL;
    size_t count = 0;
    for (size_t i = 0; i < CROWD_MAX; i++) {
        struct crowd_address *at = &crowd->of[i];
        if (at->connections > 0) {
            continue;
        }
        struct crowd_address **oldest = is_known(crowd, at, now) ? &known : &stranger;
        count += oldest == &known;
        if (*oldest == NULL || at->used < (*oldest)->used) {
            *oldest = at;
        }
    }
    return stranger == NULL || count > CROWD_KNOWN_MAX ? known : stranger;
}

static struct crowd_address *find(struct crowd *crowd, const struct crowd_address *wanted, uint64_t now)
{
    for (size_t i = 0; i < crowd->count; i++) {
        struct crowd_address *at = &crowd->of[i];
        if (at->size == wanted->size && memcmp(at->prefix, wanted->prefix, sizeof at->prefix) == 0) {
            return at;
        }
    }
    struct crowd_address *place = crowd->count < CROWD_MAX ? &crowd->of[crowd->count++] : forget_one(crowd, now);
    if (place != NULL) {
        *place = *wanted;
    }
    return place;
}

/* May one come now, were they to come evenly but for a burst? */
static bool is_due(uint64_t next_us, uint64_t now_us)
{
    return next_us <= now_us + BURST_US;
}

static uint64_t after_one(uint64_t next_us, uint64_t now_us, uint32_t a_second)
{
    return (next_us > now_us ? next_us : now_us) + 1000000u / a_second;
}

const char *crowd_enter(struct crowd *crowd, const struct sockaddr_storage *from, uint64_t now, size_t *place)
{
    const struct crowd_limits *limits = &crowd->limits;
    const uint64_t now_us = now * 1000u;
    struct crowd_address wanted;
    read_prefix(from, &wanted);
    struct crowd_address *at = find(crowd, &wanted, now);
    if (at == NULL) {
        return "there are too many addresses";
    }
    bool stranger = !is_known(crowd, at, now);
    at->used = now;
    if (at->connections >= limits->connections) {
        return "there are too many connections of this address";
    }
    if (at->handshakes >= limits->handshakes) {
        return "there are too many handshakes of this address under way";
    }
    if (!is_due(at->next_us, now_us)) {
        return "connections of this address come too fast";
    }
    if (stranger && !is_due(crowd->strangers_next_us, now_us)) {
        return "connections of strangers come too fast";
    }
    at->next_us = after_one(at->next_us, now_us, limits->a_second);
    if (stranger) {
        crowd->strangers_next_us = after_one(crowd->strangers_next_us, now_us, limits->strangers_second);
    }
    at->connections++;
    at->handshakes++;
    *place = (size_t)(at - crowd->of);
    return NULL;
}

void crowd_opened(struct crowd *crowd, size_t place, uint64_t now)
{
    crowd->of[place].handshakes--;
    crowd->of[place].seen = now;
}

void crowd_left(struct crowd *crowd, size_t place, uint64_t now, bool opened)
{
    struct crowd_address *at = &crowd->of[place];
    at->connections--;
    at->handshakes -= !opened;
    at->used = now;
    if (opened) {
        at->seen = now;
    }
}

bool crowd_knows(const struct crowd *crowd, size_t place, uint64_t now)
{
    return is_known(crowd, &crowd->of[place], now);
}
