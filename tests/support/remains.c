/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/remains.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define STACK_SIZE (1024u * 1024u)
#define PAGE 65536u /* no system has larger ones */
#define GAP 65536u
#define PIECE 8u
#define FILLING 0xa5

struct errand {
    void (*work)(void *context);
    void *context;
};

/* The work is done well below the frames in which the thread ends, which would write over what is left. */
static void *run(void *argument)
{
    const struct errand *errand = argument;
    volatile uint8_t gap[GAP];
    for (size_t at = 0; at < GAP; at++) {
        gap[at] = FILLING;
    }
    errand->work(errand->context);
    for (size_t at = 0; at < GAP; at++) { /* so that the compiler cannot leave it out; and no call, which would write */
        gap[at] = (uint8_t)~gap[at];
    }
    return NULL;
}

size_t remains_in(const void *memory, size_t memory_size, const uint8_t *secret, size_t size)
{
    const uint8_t *octets = memory;
    size_t found = 0;
    for (size_t at = 0; at + PIECE <= memory_size; at++) {
        for (size_t piece = 0; piece + PIECE <= size; piece++) {
            if (memcmp(octets + at, secret + piece, PIECE) == 0) {
                found++;
                break;
            }
        }
    }
    return found;
}

size_t remains_on_stack(void (*work)(void *context), void *context, const uint8_t *secret, size_t size)
{
    struct errand errand = {work, context};
    pthread_attr_t attributes;
    pthread_t thread;
    size_t found = SIZE_MAX;
    void *stack = aligned_alloc(PAGE, STACK_SIZE);
    if (stack == NULL || pthread_attr_init(&attributes) != 0) {
        free(stack);
        return found;
    }
    memset(stack, FILLING, STACK_SIZE);
    if (pthread_attr_setstack(&attributes, stack, STACK_SIZE) == 0 &&
        pthread_create(&thread, &attributes, run, &errand) == 0 && pthread_join(thread, NULL) == 0) {
        found = remains_in(stack, STACK_SIZE, secret, size);
    }
    (void)pthread_attr_destroy(&attributes);
    free(stack);
    return found;
}

static void *allocate(size_t size, void *user)
{
    struct remains_heap *heap = user;
    void *memory = malloc(size);
    if (memory != NULL) {
        memset(memory, heap->filling, size);
        heap->held++;
    }
    return memory;
}

static void release(void *memory, size_t size, void *user)
{
    struct remains_heap *heap = user;
    const uint8_t *octets = memory;
    bool clean = true;
    for (size_t at = 0; at < size; at++) {
        clean = clean && octets[at] == 0;
    }
    heap->dirty += !clean;
    heap->octets += size;
    heap->held--;
    free(memory);
}

void remains_heap_init(struct remains_heap *heap)
{
    memset(heap, 0, sizeof *heap);
    heap->filling = FILLING;
    heap->allocator = (struct xk_allocator){sizeof heap->allocator, allocate, release, heap};
}
