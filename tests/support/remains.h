/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a call leaves behind: on the stack, and in the memory that it gives back. A wipe that is not done shows here.
 */
#ifndef SUPPORT_REMAINS_H
#define SUPPORT_REMAINS_H

#include <stddef.h>
#include <stdint.h>

#include <xk/alloc.h>

/*
 * Runs `work` on a stack of its own, filled before, and looks afterwards how often any eight octets in a row of the
 * secret are on it, wherever they lie; `size` is at least 8. The secret itself and what the caller means to keep must
 * lie elsewhere: in `context` or in static memory. SIZE_MAX if the stack could not be made.
 */
size_t remains_on_stack(void (*work)(void *context), void *context, const uint8_t *secret, size_t size);

/* How often any eight octets in a row of the secret are in `memory`. */
size_t remains_in(const void *memory, size_t memory_size, const uint8_t *secret, size_t size);

/* An allocator whose blocks are full of something at first, and that looks at what it gets back. */
struct remains_heap {
    struct xk_allocator allocator;
    uint8_t filling; /* 0xa5; 0 for a library that leaves alone what it has never touched */
    size_t held;   /* blocks that are out */
    size_t dirty;  /* blocks that came back with an octet that was not 0 */
    size_t octets; /* in all blocks that came back */
};

void remains_heap_init(struct remains_heap *heap);

#endif
