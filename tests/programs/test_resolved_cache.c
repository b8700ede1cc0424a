/* SPDX-License-Identifier: BSD-2-Clause */
/* The cache of xk-kms for resolved tickets: bounded, expiring, and no key left anywhere once it is over. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "kms/resolved.h"

#define KEY_OCTET 0xc5

int __real_munmap(void *memory, size_t size);
int __wrap_munmap(void *memory, size_t size);
int __real_mlock(const void *memory, size_t size);
int __wrap_mlock(const void *memory, size_t size);
int __real_madvise(void *memory, size_t size, int advice);
int __wrap_madvise(void *memory, size_t size, int advice);

static struct {
    const uint8_t *memory; /* of the cache */
    size_t size;
    size_t left; /* octets that were not zero when it was given back */
    size_t given_back;
    bool no_lock;
    int no_advice;
} seen;

static size_t octets_set(const uint8_t *memory, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        count += memory[i] != 0;
    }
    return count;
}

int __wrap_munmap(void *memory, size_t size)
{
    if (memory == seen.memory) {
        seen.left = octets_set(memory, size);
        seen.given_back++;
    }
    return __real_munmap(memory, size);
}

int __wrap_mlock(const void *memory, size_t size)
{
    seen.memory = memory;
    seen.size = size;
    errno = ENOMEM;
    return seen.no_lock ? -1 : __real_mlock(memory, size);
}

int __wrap_madvise(void *memory, size_t size, int advice)
{
    errno = EINVAL;
    return advice == seen.no_advice ? -1 : __real_madvise(memory, size, advice);
}

/* Under AddressSanitizer mlock() does nothing. */
#if defined(__SANITIZE_ADDRESS__)
#define LOCKS false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOCKS false
#endif
#endif
#ifndef LOCKS
#define LOCKS true
#endif

/* How many octets of keys are in the cache's memory. */
static size_t keys_in_memory(void)
{
    size_t count = 0;
    for (size_t i = 0; i < seen.size; i++) {
        count += seen.memory[i] == KEY_OCTET;
    }
    return count;
}

static uint8_t content[2][XK_KMS_KEMAC_MAX];
static size_t content_size;
static uint8_t ticket[3][8];

/* An MPK of `size` octets without SPI; behind it another where `more`. */
static struct xk_bytes keys(size_t size, bool more)
{
    uint8_t *at = content[0];
    content_size = 0;
    for (int i = 0; i < (more ? 2 : 1); i++) {
        at[content_size] = more && i == 0 ? 20 : 0; /* next payload: key data */
        at[content_size + 1] = XK_MIKEY_MPK << 4;
        at[content_size + 2] = (uint8_t)(size >> 8);
        at[content_size + 3] = (uint8_t)size;
        memset(at + content_size + 4, KEY_OCTET, size);
        content_size += 4 + size;
    }
    return (struct xk_bytes){at, content_size};
}

static struct resolution of_ticket(uint8_t number)
{
    uint8_t *octets = ticket[number % 3];
    memset(octets, number, 8);
    return (struct resolution){.ticket = {octets, 8}, .content = keys(16, false)};
}

static struct resolved *all;

static int start(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof seen);
    all = resolved_open(3);
    return all != NULL ? 0 : 1;
}

static int stop(void **state)
{
    (void)state;
    resolved_close(all);
    return 0;
}

static const char *keep(uint64_t now, uint8_t number, uint64_t lifetime)
{
    const struct resolution one = of_ticket(number);
    return resolved_keep(all, now, &one, lifetime);
}

static bool finds(uint64_t now, uint8_t number)
{
    static struct xk_kms_opened_ticket opened;
    const struct resolution one = of_ticket(number);
    memset(&opened, 0, sizeof opened);
    bool found = resolved_find(all, now, &one, &opened);
    assert_int_equal(opened.size, found ? 20 : 0);
    assert_int_equal(octets_set(opened.content, sizeof opened.content), found ? 18 : 0);
    return found;
}

static void keys_are_kept_until_their_time_is_over(void **state)
{
    (void)state;
    assert_true(resolved_next(all) == UINT64_MAX);
    assert_null(keep(1000, 1, 500));
    assert_null(keep(1001, 2, 200));
    assert_int_equal(resolved_next(all), 1201);
    assert_int_equal(keys_in_memory(), 32);
    resolved_expire(all, 1200);
    assert_true(finds(1200, 2));
    resolved_expire(all, 1201);
    assert_int_equal(keys_in_memory(), 16);
    assert_int_equal(resolved_count(all), 1);
    assert_false(finds(1201, 2));
    assert_true(finds(1499, 1));
    assert_false(finds(1500, 1)); /* no timer had to fire */
    assert_int_equal(keys_in_memory(), 0);
    assert_int_equal(resolved_count(all), 0);
    assert_null(keep(UINT64_MAX - 5, 1, 6));
    assert_true(resolved_next(all) == UINT64_MAX);
    assert_true(finds(UINT64_MAX - 1, 1));
}

static void the_first_one_gives_way(void **state)
{
    (void)state;
    for (uint8_t i = 1; i <= 3; i++) {
        assert_null(keep(i, i, 1000));
    }
    assert_null(keep(4, 4, 10));
    assert_int_equal(resolved_count(all), 3);
    assert_int_equal(keys_in_memory(), 48);
    assert_false(finds(5, 1));
    assert_null(keep(5, 2, 1000)); /* kept anew: it is the last one now */
    assert_int_equal(resolved_count(all), 3);
    assert_null(keep(6, 5, 1000));
    assert_true(finds(7, 2));
    assert_false(finds(7, 3));
    assert_true(finds(7, 4));
    assert_null(keep(14, 6, 1000)); /* the fourth's time is over: nobody has to give way */
    assert_true(finds(14, 2));
    assert_true(finds(14, 5));
    assert_true(finds(14, 6));
}

static void another_question_is_not_answered(void **state)
{
    (void)state;
    static const uint8_t bob[] = "sip:bob", rand_kms[] = "0123456789abcdef";
    static struct xk_kms_opened_ticket opened;
    struct resolution one = of_ticket(1);
    one.responder = (struct xk_bytes){bob, 7};
    one.rand_kms = (struct xk_bytes){rand_kms, 16};
    assert_null(resolved_keep(all, 0, &one, 1000));
    assert_true(resolved_find(all, 1, &one, &opened));
    for (int i = 0; i < 5; i++) {
        struct resolution other = of_ticket(i == 0 ? 2 : 1);
        other.responder = (struct xk_bytes){bob, i == 1 ? 6 : 7};
        other.rand_kms = (struct xk_bytes){rand_kms, i == 2 ? 15 : 16};
        other.ticket.size = i == 3 ? 7 : 8;
        if (i == 4) { /* the same octets, cut elsewhere */
            other.responder = (struct xk_bytes){NULL, 0};
            other.rand_kms = (struct xk_bytes){NULL, 0};
        }
        assert_false(resolved_find(all, 1, &other, &opened));
    }
    struct resolution behind = of_ticket(1);
    behind.responder = one.responder;
    behind.rand_kms = one.rand_kms;
    ticket[1][0] = 99; /* the next payload, which depends on the message around it */
    assert_true(resolved_find(all, 1, &behind, &opened));
    ticket[1][1] = 99;
    assert_false(resolved_find(all, 1, &behind, &opened));
}

static void what_cannot_be_a_resolution_is_refused(void **state)
{
    (void)state;
    struct resolution one = of_ticket(1);
    static const uint8_t nothing[1] = {0};
    one.content = keys(2, false);
    one.content.size--;
    assert_string_equal(resolved_keep(all, 0, &one, 1), "the keys cannot be read");
    one.content = (struct xk_bytes){nothing, 0};
    assert_string_equal(resolved_keep(all, 0, &one, 1), "the keys cannot be read");
    one.content = keys(16, false);
    content[0][1] = XK_MIKEY_TGK << 4;
    assert_string_equal(resolved_keep(all, 0, &one, 1), "the keys cannot be read");
    one.content = keys(16, true);
    assert_null(resolved_keep(all, 0, &one, 1));
    one.content = keys(XK_KMS_KEMAC_MAX - 4, false);
    assert_null(resolved_keep(all, 0, &one, 1));
    static uint8_t longer[XK_KMS_KEMAC_MAX + 1];
    memcpy(longer, content[0], XK_KMS_KEMAC_MAX);
    longer[3]++;
    if (longer[3] == 0) {
        longer[2]++;
    }
    one.content = (struct xk_bytes){longer, sizeof longer};
    assert_string_equal(resolved_keep(all, 0, &one, 1), "the keys cannot be read");
    one = of_ticket(1);
    one.ticket.size = 1;
    assert_string_equal(resolved_keep(all, 0, &one, 1), "no ticket");
    static struct xk_kms_opened_ticket opened;
    assert_false(resolved_find(all, 0, &one, &opened));
}

/* "lo" is locked, "dd" left out of dumps, "wf" empty in a child (proc(5)). */
static void memory_is_locked_and_left_out_of_core_dumps(void **state)
{
    (void)state;
    char line[512];
    char wanted[64];
    char flags[512] = "";
    FILE *maps = fopen("/proc/self/smaps", "r");
    assert_non_null(maps);
    (void)snprintf(wanted, sizeof wanted, "%lx-", (unsigned long)(uintptr_t)seen.memory);
    bool inside = false;
    while (fgets(line, sizeof line, maps) != NULL) {
        inside = inside || strncmp(line, wanted, strlen(wanted)) == 0;
        if (inside && strncmp(line, "VmFlags:", 8) == 0) {
            memcpy(flags, line, sizeof line);
            break;
        }
    }
    fclose(maps);
    assert_true(!LOCKS || strstr(flags, " lo") != NULL);
    assert_non_null(strstr(flags, " dd"));
    assert_non_null(strstr(flags, " wf"));
}

static void a_child_process_has_none_of_it(void **state)
{
    (void)state;
    assert_null(keep(0, 1, 1000));
    pid_t child = fork();
    if (child == 0) {
        _exit(keys_in_memory() == 0 ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void nothing_is_left_at_the_end(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof seen);
    all = resolved_open(3);
    assert_non_null(all);
    assert_null(keep(0, 1, 1000));
    assert_null(keep(0, 2, 1000));
    assert_int_equal(keys_in_memory(), 32);
    resolved_close(all);
    assert_int_equal(seen.given_back, 1);
    assert_int_equal(seen.left, 0);
    resolved_close(NULL);
}

static void memory_that_cannot_be_kept_so_is_not_taken(void **state)
{
    (void)state;
    const int advices[] = {MADV_DONTDUMP, MADV_WIPEONFORK};
    memset(&seen, 0, sizeof seen);
    seen.no_lock = true;
    errno = 0;
    assert_null(resolved_open(3));
    assert_int_equal(errno, ENOMEM);
    assert_int_equal(seen.given_back, 1);
    for (size_t i = 0; i < sizeof advices / sizeof *advices; i++) {
        memset(&seen, 0, sizeof seen);
        seen.no_advice = advices[i];
        assert_null(resolved_open(3));
        assert_int_equal(errno, EINVAL);
        assert_int_equal(seen.given_back, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_are_kept_until_their_time_is_over, start, stop),
        cmocka_unit_test_setup_teardown(the_first_one_gives_way, start, stop),
        cmocka_unit_test_setup_teardown(another_question_is_not_answered, start, stop),
        cmocka_unit_test_setup_teardown(what_cannot_be_a_resolution_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(memory_is_locked_and_left_out_of_core_dumps, start, stop),
        cmocka_unit_test_setup_teardown(a_child_process_has_none_of_it, start, stop),
        cmocka_unit_test(nothing_is_left_at_the_end),
        cmocka_unit_test(memory_that_cannot_be_kept_so_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
