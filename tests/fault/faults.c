/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault/faults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

bool fault_strikes(struct faults *f, enum fault_kind kind)
{
    unsigned int number = f->calls[kind]++;
    bool strikes = f->armed && kind == f->kind && (f->persistent ? number >= f->first : number == f->first);
    f->injected += strikes;
    return strikes;
}

void fault_recover(struct faults *f)
{
    assert_true(f->injected > 0);
    f->armed = f->armed && !f->persistent;
}

static void *take(size_t size, void *user)
{
    struct faults *f = user;
    if (fault_strikes(f, FAULT_ALLOCATE)) {
        return NULL;
    }
    void *memory = malloc(size);
    assert_non_null(memory);
    memset(memory, 0x5a, size);
    f->allocated += size;
    return memory;
}

static void give(void *memory, size_t size, void *user)
{
    struct faults *f = user;
    const uint8_t *octets = memory;
    for (size_t i = 0, run = 0; i < size; i++) {
        run = octets[i] == FAULT_CANARY ? run + 1 : 0;
        assert_true(run < 8);
    }
    f->allocated -= size;
    free(memory);
}

struct xk_allocator fault_allocator(struct faults *faults)
{
    const struct xk_allocator allocator = {sizeof allocator, take, give, faults};
    return allocator;
}

static void run(void (*scenario)(struct faults *faults), struct faults *f)
{
    scenario(f);
    assert_int_equal(f->allocated, 0);
}

void fault_loops(const char *name, void (*scenario)(struct faults *faults))
{
    struct faults clean;
    unsigned int runs = 0;
    memset(&clean, 0, sizeof clean);
    run(scenario, &clean);
    for (unsigned int kind = 0; kind < FAULT_KINDS; kind++) {
        for (unsigned int first = 0; first < clean.calls[kind]; first++) {
            for (unsigned int persistent = 0; persistent < 2; persistent++) {
                struct faults f;
                memset(&f, 0, sizeof f);
                f.armed = true;
                f.kind = (enum fault_kind)kind;
                f.first = first;
                f.persistent = persistent == 1;
                run(scenario, &f);
                assert_true(f.injected > 0);
                runs++;
            }
        }
    }
    print_message("%s: %u runs with a fault\n", name, runs);
}
