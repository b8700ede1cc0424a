/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Whether a file with a key is its owner's alone. */
#ifndef TRANSPORT_PRIVATE_H
#define TRANSPORT_PRIVATE_H

#include <stdbool.h>

/**
 * May only its owner use this open file? One that the service manager gives to this service alone (systemd's
 * LoadCredential=, in the folder that CREDENTIALS_DIRECTORY names) may have a group that reads it, by which an access
 * list for the service shows.
 */
bool file_is_private(int fd, const char *path);
/** The same of a file that is not open; true for one that is not there, which whoever opens it will notice. */
bool path_is_private(const char *path);

#endif
