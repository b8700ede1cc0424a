/* SPDX-License-Identifier: BSD-2-Clause */
#include "kms/feed.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "support/locked.h"
#include "support/support.h"

static void arm_expiry(struct feed *feed)
{
    uint64_t next = resolved_next(feed->cache);
    uint64_t now = loop_now();
    if (next != UINT64_MAX) {
        loop_arm(feed->loop, &feed->expiry, next > now ? next - now : 0);
    }
}

static void on_expiry(struct loop_timer *timer)
{
    struct feed *feed = timer->owner;
    resolved_expire(feed->cache, loop_now());
    arm_expiry(feed);
}

static void drop(struct feed_peer *peer)
{
    loop_remove(peer->feed->loop, &peer->watch);
    loop_disarm(peer->feed->loop, &peer->late);
    close(peer->watch.fd);
    peer->watch.fd = -1;
    OPENSSL_cleanse(peer->line, FEED_LINE_MAX);
    peer->size = 0;
}

static void on_late(struct loop_timer *timer)
{
    drop(timer->owner);
}

static int digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* The next word in hexadecimal, read where it stands. */
static bool take_octets(char **rest, struct xk_bytes *octets)
{
    char *word = strsep(rest, " ");
    uint8_t *out = (uint8_t *)word;
    octets->data = out;
    octets->size = 0;
    if (word == NULL || word[0] == '\0' || strcmp(word, "-") == 0) {
        return word != NULL && word[0] == '-';
    }
    for (; word[0] != '\0'; word += 2) {
        int high = digit(word[0]);
        int low = high >= 0 ? digit(word[1]) : -1;
        if (low < 0) {
            return false;
        }
        out[octets->size++] = (uint8_t)(high * 16 + low);
    }
    return true;
}

static bool take_seconds(char **rest, uint64_t *seconds)
{
    const char *word = strsep(rest, " ");
    size_t size = word != NULL ? strspn(word, "0123456789") : 0;
    if (word == NULL || size == 0 || size > 9 || word[size] != '\0') {
        return false;
    }
    *seconds = strtoul(word, NULL, 10);
    return *seconds > 0;
}

/* NULL when it is kept. */
static const char *take_line(struct feed *feed, char *line)
{
    struct resolution one;
    uint64_t seconds = 0;
    const char *word = strsep(&line, " ");
    if (word == NULL || strcmp(word, "resolved") != 0 || !take_octets(&line, &one.ticket) ||
        !take_octets(&line, &one.responder) || !take_octets(&line, &one.rand_kms) ||
        !take_octets(&line, &one.content) || !take_seconds(&line, &seconds) || line != NULL) {
        return "not a line of this protocol";
    }
    if (seconds * 1000 > feed->lifetime_ms) {
        return "longer than --resolved-lifetime";
    }
    const char *refused = resolved_keep(feed->cache, loop_now(), &one, seconds * 1000);
    arm_expiry(feed);
    return refused;
}

/* A peer that does not read its answers is left alone. */
static bool say(const struct feed_peer *peer, const char *refused)
{
    char text[128];
    int size =
        refused != NULL ? snprintf(text, sizeof text, "refused: %s\n", refused) : snprintf(text, sizeof text, "kept\n");
    return send(peer->watch.fd, text, (size_t)size, MSG_NOSIGNAL) == size;
}

/* False when the connection is to end. */
static bool take_lines(struct feed_peer *peer)
{
    char *end = NULL;
    while ((end = memchr(peer->line, '\n', peer->size)) != NULL) {
        size_t size = (size_t)(end - peer->line) + 1;
        *end = '\0';
        const char *refused =
            strlen(peer->line) == size - 1 ? take_line(peer->feed, peer->line) : "not a line of this protocol";
        if (refused == NULL) {
            event(peer->feed->name, peer->feed->name, "a ticket of another KMS was resolved; %zu kept",
                  resolved_count(peer->feed->cache));
        }
        peer->size -= size;
        memmove(peer->line, peer->line + size, peer->size);
        OPENSSL_cleanse(peer->line + peer->size, FEED_LINE_MAX - peer->size);
        loop_arm(peer->feed->loop, &peer->late, FEED_LINE_MS);
        if (!say(peer, refused)) {
            return false;
        }
    }
    return true;
}

static void on_peer(struct loop_watch *watch, uint32_t events)
{
    struct feed_peer *peer = watch->owner;
    (void)events;
    ssize_t got = read(watch->fd, peer->line + peer->size, FEED_LINE_MAX - peer->size);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    peer->size += got > 0 ? (size_t)got : 0;
    bool goes_on = got > 0 && take_lines(peer);
    if (goes_on && peer->size == FEED_LINE_MAX) {
        (void)say(peer, "the line is too long");
        goes_on = false;
    }
    if (!goes_on) {
        drop(peer);
    }
}

static struct feed_peer *free_place(struct feed *feed)
{
    for (size_t i = 0; i < FEED_MAX; i++) {
        if (feed->peers[i].watch.fd < 0) {
            return &feed->peers[i];
        }
    }
    return NULL;
}

static void on_connection(struct loop_watch *watch, uint32_t events)
{
    struct feed *feed = watch->owner;
    struct ucred who;
    socklen_t size = sizeof who;
    (void)events;
    int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        return;
    }
    struct feed_peer *peer = free_place(feed);
    bool own = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 && who.uid == geteuid();
    if (!own || peer == NULL) {
        fprintf(stderr, "%s: refused a feeder: %s\n", feed->name, own ? "too many" : "another user");
        close(fd);
        return;
    }
    peer->watch = (struct loop_watch){fd, on_peer, peer};
    if (!loop_add(feed->loop, &peer->watch, EPOLLIN)) {
        peer->watch.fd = -1;
        close(fd);
        return;
    }
    loop_arm(feed->loop, &peer->late, FEED_LINE_MS);
}

/* Whoever may write into the folder may put another socket there. */
static bool folder_is_own(const char *path, char *why, size_t why_size)
{
    char copy[sizeof((struct feed *)NULL)->path];
    struct stat folder;
    (void)snprintf(copy, sizeof copy, "%s", path);
    if (stat(dirname(copy), &folder) != 0) {
        (void)snprintf(why, why_size, "the folder of --resolved: %s", strerror(errno));
        return false;
    }
    bool own = folder.st_uid == geteuid() && (folder.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    if (!own) {
        (void)snprintf(why, why_size, "others than this user may write into the folder of --resolved");
    }
    return own;
}

/* What a program that was killed has left. A socket that somebody listens on stays. */
static void remove_left(const struct sockaddr_un *address)
{
    struct stat left;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && lstat(address->sun_path, &left) == 0 && S_ISSOCK(left.st_mode) &&
        connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 && errno == ECONNREFUSED) {
        (void)unlink(address->sun_path);
    }
    if (fd >= 0) {
        close(fd);
    }
}

static bool listen_on(struct feed *feed, char *why, size_t why_size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, feed->path, sizeof feed->path);
    remove_left(&address);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool bound = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    feed->watch = (struct loop_watch){fd, on_connection, feed};
    if (bound && chmod(feed->path, S_IRUSR | S_IWUSR) == 0 && listen(fd, FEED_MAX) == 0 &&
        loop_add(feed->loop, &feed->watch, EPOLLIN)) {
        return true;
    }
    (void)snprintf(why, why_size, "--resolved: %s", strerror(errno));
    if (bound) {
        (void)unlink(feed->path);
    }
    if (fd >= 0) {
        close(fd);
    }
    return false;
}

bool feed_open(struct feed *feed, struct loop *loop, const char *path, size_t max, uint64_t lifetime_ms,
               const char *name, char *why, size_t why_size)
{
    memset(feed, 0, sizeof *feed);
    if (strlen(path) >= sizeof feed->path) {
        (void)snprintf(why, why_size, "the path of --resolved has more than %zu octets", sizeof feed->path - 1);
        return false;
    }
    if (!folder_is_own(path, why, why_size)) {
        return false;
    }
    (void)snprintf(feed->path, sizeof feed->path, "%s", path);
    feed->loop = loop;
    feed->name = name;
    feed->lifetime_ms = lifetime_ms;
    feed->expiry = (struct loop_timer){.fire = on_expiry, .owner = feed};
    feed->cache = resolved_open(max);
    feed->lines = locked_take(FEED_MAX * FEED_LINE_MAX);
    if (feed->cache == NULL || feed->lines == NULL) {
        (void)snprintf(why, why_size, "--resolved: no locked memory for %zu resolutions: %s", max, strerror(errno));
    } else if (listen_on(feed, why, why_size)) {
        for (size_t i = 0; i < FEED_MAX; i++) {
            feed->peers[i] = (struct feed_peer){.watch = {.fd = -1},
                                                .late = {.fire = on_late, .owner = &feed->peers[i]},
                                                .feed = feed,
                                                .line = feed->lines + i * FEED_LINE_MAX};
        }
        return true;
    }
    resolved_close(feed->cache);
    locked_give(feed->lines, FEED_MAX * FEED_LINE_MAX);
    return false;
}

void feed_close(struct feed *feed)
{
    for (size_t i = 0; i < FEED_MAX; i++) {
        if (feed->peers[i].watch.fd >= 0) {
            drop(&feed->peers[i]);
        }
    }
    loop_remove(feed->loop, &feed->watch);
    loop_disarm(feed->loop, &feed->expiry);
    close(feed->watch.fd);
    (void)unlink(feed->path);
    resolved_close(feed->cache);
    locked_give(feed->lines, FEED_MAX * FEED_LINE_MAX);
}
