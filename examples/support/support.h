/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the example programs share: files, timeline lines, TLS from a folder of certificates.
 */
#ifndef EXAMPLES_SUPPORT_H
#define EXAMPLES_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "transport/tls.h"

/** Prints "name: message" to stderr and ends the program with status 1. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Reads a whole file of at most `capacity` octets; ends the program when it cannot. */
size_t read_file(const char *path, uint8_t *out, size_t capacity);
/** Writes a file that only its owner may read; ends the program when it cannot. */
void write_file(const char *path, const void *data, size_t size);
/** Reads a key as hexadecimal text; ends the program when the file has none, or others than its owner may use it. */
size_t read_key(const char *path, uint8_t *out, size_t capacity);

/** One line of the timeline on stdout: "EVENT <unix ms> <from> <to> text". Never an identity's owner or a key. */
void event(const char *from, const char *to, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** The context of `folder`: <name>.crt, <name>.key, ca.crt, ca.crl; ends the program when it cannot be made. */
SSL_CTX *tls_from_folder(enum tls_role role, const char *folder, const char *name, const char *const *peers,
                         size_t peer_count);

/** Octets as text that cannot steer a terminal: what is not printable ASCII becomes \\xNN. Cut where `out` ends. */
void text_harmless(char *out, size_t capacity, const uint8_t *octets, size_t size);

/** For the engines: fill with random octets. */
bool fill_random(uint8_t *out, size_t size, void *user);

#endif
