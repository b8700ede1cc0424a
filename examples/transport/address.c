/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

bool addresses_look_up(const char *text, bool passive, struct addresses *out, char *why, size_t why_size)
{
    char host[256];
    const char *colon = strrchr(text, ':');
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = passive ? AI_PASSIVE : 0};
    struct addrinfo *found = NULL;
    const char *start = text;
    size_t length = colon == NULL ? 0 : (size_t)(colon - text);

    if (length > 1 && start[0] == '[' && colon[-1] == ']') {
        start++;
        length -= 2;
    }
    if (colon == NULL || length >= sizeof host) {
        snprintf(why, why_size, "not an address of the form host:port");
        return false;
    }
    memcpy(host, start, length);
    host[length] = '\0';
    int code = getaddrinfo(length > 0 ? host : NULL, colon + 1, &hints, &found);
    if (code != 0 || found == NULL) {
        snprintf(why, why_size, "cannot look up the address: %s", gai_strerror(code));
        return false;
    }
    out->count = 0;
    for (const struct addrinfo *at = found; at != NULL && out->count < ADDRESSES_MAX; at = at->ai_next) {
        struct address *address = &out->of[out->count++];
        memset(address, 0, sizeof *address);
        memcpy(&address->at, at->ai_addr, at->ai_addrlen);
        address->size = at->ai_addrlen;
    }
    freeaddrinfo(found);
    return true;
}

bool address_look_up(const char *text, bool passive, struct sockaddr_storage *out, socklen_t *size, char *why,
                     size_t why_size)
{
    struct addresses all;
    if (!addresses_look_up(text, passive, &all, why, why_size)) {
        return false;
    }
    *out = all.of[0].at;
    *size = all.of[0].size;
    return true;
}

static bool is_loopback(const struct sockaddr_storage *at)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    memcpy(&four, at, sizeof four);
    memcpy(&six, at, sizeof six);
    return (at->ss_family == AF_INET && ntohl(four.sin_addr.s_addr) >> 24 == 127) ||
           (at->ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&six.sin6_addr));
}

bool addresses_are_loopback(const struct addresses *addresses)
{
    for (size_t i = 0; i < addresses->count; i++) {
        if (!is_loopback(&addresses->of[i].at)) {
            return false;
        }
    }
    return addresses->count > 0;
}

int address_port(const struct sockaddr_storage *at)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    memcpy(&four, at, sizeof four);
    memcpy(&six, at, sizeof six);
    return at->ss_family == AF_INET ? ntohs(four.sin_port) : at->ss_family == AF_INET6 ? ntohs(six.sin6_port) : 0;
}

void address_show(const struct sockaddr_storage *at, char out[ADDRESS_TEXT])
{
    char host[INET6_ADDRSTRLEN] = "";
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    memcpy(&four, at, sizeof four);
    memcpy(&six, at, sizeof six);
    bool is_six = at->ss_family == AF_INET6;
    const void *octets = is_six ? (const void *)&six.sin6_addr : (const void *)&four.sin_addr;
    if ((at->ss_family != AF_INET && !is_six) || inet_ntop(at->ss_family, octets, host, sizeof host) == NULL) {
        snprintf(out, ADDRESS_TEXT, "-");
        return;
    }
    snprintf(out, ADDRESS_TEXT, "%s%s%s:%d", is_six ? "[" : "", host, is_six ? "]" : "", address_port(at));
}
