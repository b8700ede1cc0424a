/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * malloc and free; on Linux large blocks are mapped by themselves. What pends is a partial list of targets, so it is
 * left out of core dumps. And a million requests lie in more pages than a processor remembers: in huge ones, where the
 * system gives them, an answer does not wait for page tables.
 */
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "support/memory.h"

#include <stdlib.h>

#if defined(__linux__)
#define LARGE 65536u

static void *allocate(size_t size, void *user)
{
    (void)user;
    if (size < LARGE) {
        return malloc(size);
    }
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    /* Both are wishes: a system that does not know them changes nothing. */
    (void)madvise(memory, size, MADV_DONTDUMP);
    (void)madvise(memory, size, MADV_HUGEPAGE);
    return memory;
}

static void release(void *memory, size_t size, void *user)
{
    (void)user;
    if (size < LARGE) {
        free(memory);
    } else {
        (void)munmap(memory, size);
    }
}
#else
static void *allocate(size_t size, void *user)
{
    (void)user;
    return malloc(size);
}

static void release(void *memory, size_t size, void *user)
{
    (void)size;
    (void)user;
    free(memory);
}
#endif

const struct xk_allocator xki_memory = {sizeof xki_memory, allocate, release, NULL};
