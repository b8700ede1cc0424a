/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/support.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "transport/private.h"

_Noreturn void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fflush(stdout);
    fputs("error: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

size_t read_file(const char *path, uint8_t *out, size_t capacity)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        die("%s: %s", path, strerror(errno));
    }
    size_t size = fread(out, 1, capacity, file);
    if (ferror(file) != 0 || fgetc(file) != EOF) {
        die("%s: cannot be read, or is larger than %zu octets", path, capacity);
    }
    fclose(file);
    return size;
}

void write_file(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const uint8_t *at = data;
    while (fd >= 0 && size > 0) {
        ssize_t written = write(fd, at, size);
        if (written <= 0) {
            break;
        }
        at += written;
        size -= (size_t)written;
    }
    if (fd < 0 || size > 0 || close(fd) != 0) {
        die("%s: %s", path, strerror(errno));
    }
}

/* Without a buffer of the C library's, in which the key would stay. */
static size_t read_key_text(const char *path, uint8_t *out, size_t capacity)
{
    size_t size = 0;
    ssize_t got = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        die("%s: %s", path, strerror(errno));
    }
    if (!file_is_private(fd, path)) {
        die("%s: others than its owner may use this key", path);
    }
    while (size < capacity && (got = read(fd, out + size, capacity - size)) > 0) {
        size += (size_t)got;
    }
    if (got < 0 || size == capacity) {
        OPENSSL_cleanse(out, size);
        die("%s: cannot be read, or is longer than a key", path);
    }
    close(fd);
    return size;
}

size_t read_key(const char *path, uint8_t *out, size_t capacity)
{
    uint8_t text[256];
    size_t size = read_key_text(path, text, sizeof text);
    size_t count = 0;
    for (size_t i = 0; i + 1 < size && count < capacity; i += 2) {
        char pair[3] = {(char)text[i], (char)text[i + 1], 0};
        char *end = pair;
        unsigned long value = strtoul(pair, &end, 16);
        if (end != pair + 2) {
            break;
        }
        out[count++] = (uint8_t)value;
    }
    OPENSSL_cleanse(text, sizeof text);
    if (count < 16) {
        die("%s: no key of at least 16 octets in hexadecimal", path);
    }
    return count;
}

void event(const char *from, const char *to, const char *format, ...)
{
    struct timespec now;
    va_list args;
    clock_gettime(CLOCK_REALTIME, &now);
    printf("EVENT %lld%03ld %s %s ", (long long)now.tv_sec, now.tv_nsec / 1000000, from, to);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    fflush(stdout);
}

SSL_CTX *tls_from_folder(enum tls_role role, const char *folder, const char *name, const char *const *peers,
                         size_t peer_count)
{
    char certificate[PATH_MAX];
    char key[PATH_MAX];
    char authorities[PATH_MAX];
    char revoked[PATH_MAX];
    char why[256];
    snprintf(certificate, sizeof certificate, "%s/%s.crt", folder, name);
    snprintf(key, sizeof key, "%s/%s.key", folder, name);
    snprintf(authorities, sizeof authorities, "%s/ca.crt", folder);
    snprintf(revoked, sizeof revoked, "%s/ca.crl", folder);
    struct tls_files files = {certificate, key, authorities, revoked, {NULL}, 0, false, 0};
    for (size_t i = 0; i < peer_count && i < TLS_PEERS_MAX; i++) {
        files.peers[files.peer_count++] = peers[i];
    }
    SSL_CTX *context = tls_context(role, &files, why, sizeof why);
    if (context == NULL) {
        die("%s", why);
    }
    return context;
}

void text_harmless(char *out, size_t capacity, const uint8_t *octets, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < size && at + 5 <= capacity; i++) {
        if (octets[i] >= 0x20 && octets[i] < 0x7f && octets[i] != '\\') {
            out[at++] = (char)octets[i];
        } else {
            at += (size_t)snprintf(out + at, capacity - at, "\\x%02x", octets[i]);
        }
    }
    out[at] = '\0';
}

bool fill_random(uint8_t *out, size_t size, void *user)
{
    (void)user;
    return size <= INT_MAX && RAND_bytes(out, (int)size) == 1;
}
