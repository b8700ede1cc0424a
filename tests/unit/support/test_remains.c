/* SPDX-License-Identifier: BSD-2-Clause */
/* The finder finds: without that, no test of a wipe says anything. */
#include "support/remains.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk/secret.h>

static const uint8_t secret[16] = {0x91, 0x12, 0x73, 0x24, 0x55, 0x36, 0x87, 0x48,
                                   0x69, 0x5a, 0xab, 0x6c, 0xcd, 0x7e, 0xef, 0x8f};

struct task {
    bool wipes;
    size_t copied; /* octets of the secret */
    uint8_t sum;
};

static void copy_secret(void *context)
{
    struct task *task = context;
    volatile uint8_t copy[64];
    for (size_t i = 0; i < task->copied; i++) {
        copy[i + 3] = secret[i];
    }
    for (size_t i = 0; i < task->copied; i++) {
        task->sum = (uint8_t)(task->sum + copy[i + 3]);
    }
    if (task->wipes) {
        xk_wipe((void *)(uintptr_t)copy, sizeof copy);
    }
}

static void what_lies_on_the_stack_is_found(void **state)
{
    (void)state;
    struct task task = {false, sizeof secret, 0};
    assert_true(remains_on_stack(copy_secret, &task, secret, sizeof secret) >= 9);
    assert_true(remains_on_stack(copy_secret, &task, secret, sizeof secret) < SIZE_MAX);
    task.wipes = true;
    assert_int_equal(remains_on_stack(copy_secret, &task, secret, sizeof secret), 0);
    task.wipes = false;
    task.copied = 8; /* half a key is too much too */
    assert_true(remains_on_stack(copy_secret, &task, secret, sizeof secret) >= 1);
    task.copied = 7;
    assert_int_equal(remains_on_stack(copy_secret, &task, secret, sizeof secret), 0);
}

static void pieces_are_found_wherever_they_lie(void **state)
{
    (void)state;
    uint8_t memory[40] = {0};
    assert_int_equal(remains_in(memory, sizeof memory, secret, sizeof secret), 0);
    memcpy(memory + sizeof memory - 8, secret + 8, 8);
    assert_int_equal(remains_in(memory, sizeof memory, secret, sizeof secret), 1);
    memcpy(memory, secret, sizeof secret);
    assert_int_equal(remains_in(memory, sizeof memory, secret, sizeof secret), 10);
}

static void memory_that_comes_back_unwiped_is_counted(void **state)
{
    (void)state;
    struct remains_heap heap;
    remains_heap_init(&heap);
    const struct xk_allocator *a = &heap.allocator;
    uint8_t *first = a->allocate(24, a->user);
    uint8_t *second = a->allocate(8, a->user);
    assert_int_equal(first[23], 0xa5);
    assert_int_equal(heap.held, 2);
    xk_wipe(first, 24);
    xk_wipe(second, 7);
    a->release(first, 24, a->user);
    assert_int_equal(heap.dirty, 0);
    a->release(second, 8, a->user);
    assert_int_equal(heap.dirty, 1);
    assert_int_equal(heap.held, 0);
    assert_int_equal(heap.octets, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_lies_on_the_stack_is_found),
        cmocka_unit_test(pieces_are_found_wherever_they_lie),
        cmocka_unit_test(memory_that_comes_back_unwiped_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
