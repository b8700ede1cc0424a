/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Where an engine gets its memory.
 *
 * Only what has a create call (requester, responder, collector, counters and both ends of a delivery) has memory
 * of its own, and is called an engine here. It takes all of it while it is created, and allocates nothing after that.
 * An allocator belongs to one engine; there is no global one.
 *
 * An engine that is given none takes malloc and free, and on Linux mmap for blocks of 64 KiB and more, which it
 * asks the system to leave out of core dumps and to keep in huge pages. A host that does the same in its own
 * allocator loses nothing; it may also lock the memory.
 */
#ifndef XK_ALLOC_H
#define XK_ALLOC_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The host's memory functions.
 *
 * The structure is copied into the engine; `user` must outlive it. Both functions are called on the
 * thread that calls the engine, and only by its create and destroy calls.
 */
struct xk_allocator {
    size_t size; /**< sizeof(struct xk_allocator) */
    /** Gives `size` octets aligned for any type, or NULL. The content may be anything. */
    void *(*allocate)(size_t size, void *user);
    /** Takes back what `allocate` gave, `size` as it was asked for. All that the library wrote is wiped before. */
    void (*release)(void *memory, size_t size, void *user);
    void *user; /**< handed to both functions */
};

#ifdef __cplusplus
}
#endif
#endif
