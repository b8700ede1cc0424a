/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Addresses of the form "host:port" or "[host]:port": all that a name stands for. */
#ifndef TRANSPORT_ADDRESS_H
#define TRANSPORT_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <netinet/in.h>
#include <sys/socket.h>

/** Addresses of one name that are kept; more than that no resolver's answer is worth trying. */
#define ADDRESSES_MAX 16

/** One address. */
struct address {
    struct sockaddr_storage at;
    socklen_t size;
};

/** All addresses of a name, in the order in which they should be tried. */
struct addresses {
    struct address of[ADDRESSES_MAX];
    size_t count;
};

/**
 * Looks a name up, with `passive` to listen on. This may block and so belongs to the start of a program. False with a
 * line in `why`; else there is at least one address.
 */
bool addresses_look_up(const char *text, bool passive, struct addresses *out, char *why, size_t why_size);
/** The first one alone. */
bool address_look_up(const char *text, bool passive, struct sockaddr_storage *out, socklen_t *size, char *why,
                     size_t why_size);
/** Are all of them this host's own, so that nothing leaves it? */
bool addresses_are_loopback(const struct addresses *addresses);
/** "address:port" or "[address]:port"; "-" for another family. */
#define ADDRESS_TEXT 64
void address_show(const struct sockaddr_storage *at, char out[ADDRESS_TEXT]);
/** The port of an address of IPv4 or IPv6; 0 for another. */
int address_port(const struct sockaddr_storage *at);

#endif
