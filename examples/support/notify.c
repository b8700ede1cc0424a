/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static void notify(const char *text)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    size_t size = path != NULL ? strlen(path) : 0;
    if (size == 0 || size >= sizeof at.sun_path || (path[0] != '/' && path[0] != '@')) {
        return;
    }
    memcpy(at.sun_path, path, size);
    if (path[0] == '@') {
        at.sun_path[0] = '\0';
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t at_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
    if (fd < 0 ||
        sendto(fd, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&at, at_size) != (ssize_t)strlen(text)) {
        fprintf(stderr, "warning: the service manager could not be told: %s\n", strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
}

void notify_ready(void)
{
    notify("READY=1");
}

void notify_reloading(void)
{
    char text[80];
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%llu",
             (unsigned long long)now.tv_sec * 1000000u + (unsigned long long)now.tv_nsec / 1000u);
    notify(text);
}

void notify_stopping(void)
{
    notify("STOPPING=1");
}
