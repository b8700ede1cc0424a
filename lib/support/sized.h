/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Structures that grow: the one rule for those of the public interface that begin with their `size`.
 *
 * Members are only appended. A caller that was built with an older header gives a shorter structure, down to that of
 * the first version; what lies beyond its end is read as 0, or as the default that the callee has put there. A size in
 * the middle of nothing is the caller's mistake, and so is one that is larger than what this library knows: it would
 * ask for something that nobody here can do.
 */
#ifndef XKI_SIZED_H
#define XKI_SIZED_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* The smallest size that is taken of a structure whose first version ended with `member`. */
#define XKI_SIZED_FIRST(type, member) (offsetof(type, member) + sizeof(((type *)NULL)->member))

/* What the structure at `from` says of its own size. */
static inline size_t xki_sized_of(const void *from)
{
    size_t size;
    memcpy(&size, from, sizeof size);
    return size;
}

static inline bool xki_sized_good(const void *from, size_t first, size_t full)
{
    size_t size = xki_sized_of(from);
    return size >= first && size <= full;
}

/* Copies the caller's structure over `to`, of `full` octets, which holds zeros or defaults; `to` is then of full size.
 * False, with `to` as it was, if the size is wrong. */
static inline bool xki_sized_read(void *to, const void *from, size_t first, size_t full)
{
    if (!xki_sized_good(from, first, full)) {
        return false;
    }
    memcpy(to, from, xki_sized_of(from));
    memcpy(to, &full, sizeof full);
    return true;
}

/* The other way, for what a call fills: as much of `from`, of `full` octets, as the caller's `to` has place for, with
 * its size as the caller gave it. False, with nothing written, if that is wrong. */
static inline bool xki_sized_write(void *to, const void *from, size_t first, size_t full)
{
    if (!xki_sized_good(to, first, full)) {
        return false;
    }
    size_t size = xki_sized_of(to);
    memcpy(to, from, size);
    memcpy(to, &size, sizeof size);
    return true;
}

#endif
