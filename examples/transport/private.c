/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_credential(const char *path)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    size_t size = folder != NULL ? strlen(folder) : 0;
    return size > 1 && folder[0] == '/' && strncmp(path, folder, size) == 0 && path[size] == '/' &&
           strchr(path + size + 1, '/') == NULL;
}

static bool is_private(const struct stat *status, const char *path)
{
    mode_t others = status->st_mode & (S_IRWXG | S_IRWXO);
    return others == 0 || (others == S_IRGRP && is_credential(path));
}

bool file_is_private(int fd, const char *path)
{
    struct stat status;
    return fstat(fd, &status) == 0 && is_private(&status, path);
}

bool path_is_private(const char *path)
{
    struct stat status;
    return stat(path, &status) != 0 || is_private(&status, path);
}
