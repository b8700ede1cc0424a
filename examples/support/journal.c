/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/journal.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static bool is_read_by_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat status;
    unsigned long long device = 0;
    unsigned long long number = 0;
    return stream != NULL && sscanf(stream, "%20llu:%20llu", &device, &number) == 2 &&
           fstat(STDERR_FILENO, &status) == 0 && status.st_dev == device && status.st_ino == number;
}

/* One line or several, whole, since the stream keeps them until their ends. */
static ssize_t write_lines(void *cookie, const char *text, size_t size)
{
    size_t at = 0;
    (void)cookie;
    while (at < size) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end != NULL ? (size_t)(end - (text + at)) + 1 : size - at;
        bool is_error = length > 7 && memcmp(text + at, "error: ", 7) == 0;
        if (dprintf(STDERR_FILENO, "<%d>%.*s", is_error ? 3 : 4, (int)length, text + at) < 0) {
            return 0;
        }
        at += length;
    }
    return (ssize_t)size;
}

void journal_open(void)
{
    const cookie_io_functions_t calls = {.write = write_lines};
    FILE *stream = is_read_by_journal() ? fopencookie(NULL, "w", calls) : NULL;
    if (stream != NULL && setvbuf(stream, NULL, _IOLBF, 4096) == 0) {
        stderr = stream;
    }
}
