/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts allocations of the whole process, shared libraries included, by standing in front of glibc's allocator. */
#include <stdlib.h>

#include "bench/stack.h"

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

_Thread_local uint64_t allocations;

void *malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    allocations++;
    return __libc_realloc(old, size);
}
