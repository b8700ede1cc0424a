/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/changes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static char text[1 << 21];
static size_t at;

void changes_put(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text + at, sizeof text - at, format, arguments);
    va_end(arguments);
    assert_true(size >= 0 && (size_t)size < sizeof text - at);
    at += (size_t)size;
}

void changes_view(const char *name, struct xk_bytes view)
{
    if (view.size == 0) {
        return;
    }
    changes_put("%s ", name);
    for (size_t i = 0; i < view.size; i++) {
        bool shown = view.data[i] >= ' ' && view.data[i] < 0x7f && view.data[i] != '\\';
        changes_put(shown ? "%c" : "\\%02x", view.data[i]);
    }
    changes_put("\n");
}

void changes_number(const char *name, int64_t value)
{
    if (value != 0) {
        changes_put("%s %lld\n", name, (long long)value);
    }
}

void changes_refused(enum xk_status status, const struct xk_diag *diag)
{
    changes_put("%s at %zu %s\n", xk_status_name(status), diag->offset, diag->field);
}

/* The lines of `is` that `was` has not, as one. */
static void put_differences(char *out, size_t capacity, const char *is, const char *was)
{
    size_t size = 0;
    out[0] = 0;
    while (*is != 0) {
        size_t length = strcspn(is, "\n");
        bool known = false;
        for (const char *other = was; *other != 0 && !known; other += strcspn(other, "\n") + 1) {
            known = strncmp(other, is, length + 1) == 0;
        }
        if (!known) {
            int added = snprintf(out + size, capacity - size, "%s%.*s", size == 0 ? "" : ", ", (int)length, is);
            assert_true(added > 0 && (size_t)added < capacity - size);
            size += (size_t)added;
        }
        is += length + 1;
    }
}

static const char *const kind_names[] = {"cut at", "without", "blank at", "xor 01", "xor 20", "xor 9f"};

/* Changes octet `i` of a copy; answers the size of it. */
static size_t change(uint8_t *copy, size_t size, size_t i, enum changes_kind kind)
{
    static const uint8_t masks[] = {[CHANGES_XOR_01] = 0x01, [CHANGES_XOR_20] = 0x20, [CHANGES_XOR_9F] = 0x9f};
    if (kind == CHANGES_CUT) {
        return i;
    }
    if (kind == CHANGES_REMOVED) {
        memmove(copy + i, copy + i + 1, size - i - 1);
        return size - 1;
    }
    copy[i] = kind == CHANGES_SPACE ? ' ' : (uint8_t)(copy[i] ^ masks[kind]);
    return size;
}

static void look(changes_read *read, const uint8_t *data, size_t size, unsigned int variant, char *out, size_t capacity)
{
    size_t start = at;
    read(data, size, variant);
    assert_true(at - start < capacity);
    memcpy(out, text + start, at - start);
    out[at - start] = 0;
    at = start;
    text[at] = 0;
}

static void change_each(const char *name, changes_read *read, unsigned int variants, const uint8_t *data, size_t size,
                        enum changes_kind kind)
{
    static char whole[8192];
    static char shown[8192];
    static char is[16384];
    static char last[16384];
    static uint8_t copy[4096];
    size_t from = 0;
    assert_true(size <= sizeof copy);
    look(read, data, size, 0, whole, sizeof whole);
    for (size_t i = 0; i <= size; i++) {
        static char outcomes[2][8000];
        for (unsigned int variant = 0; variant < variants && i < size; variant++) {
            memcpy(copy, data, size);
            look(read, copy, change(copy, size, i, kind), variant, shown, sizeof shown);
            put_differences(outcomes[variant], sizeof outcomes[variant], shown, whole);
        }
        bool differ = variants > 1 && strcmp(outcomes[0], outcomes[1]) != 0;
        (void)snprintf(is, sizeof is, "%s%s%s", outcomes[0], differ ? " | or: " : "", differ ? outcomes[1] : "");
        if (i > 0 && (i == size || strcmp(is, last) != 0)) {
            changes_put("%s %s %zu", name, kind_names[kind], from);
            if (from + 1 < i) {
                changes_put("-%zu", i - 1);
            }
            changes_put(": %s\n", last[0] == 0 ? "the same" : last);
            from = i;
        }
        memcpy(last, is, sizeof last);
    }
}

void changes_try(const char *name, changes_read *read, unsigned int variants, const uint8_t *data, size_t size,
                 const enum changes_kind *kinds, size_t kind_count)
{
    changes_put("%s has %zu octets\n", name, size);
    read(data, size, 0);
    for (size_t i = 0; i < kind_count; i++) {
        change_each(name, read, variants, data, size, kinds[i]);
    }
}

static const char *expected_file;
static void (*teller)(void);

static void each_change_is_refused_or_read_as_it_is_written(void **state)
{
    static char expected[sizeof text];
    char path[512];
    (void)state;
    (void)snprintf(path, sizeof path, "%s/%s", XK_TEST_VECTORS, expected_file);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    size_t size = fread(expected, 1, sizeof expected - 1, in);
    assert_int_equal(fclose(in), 0);
    expected[size] = 0;
    at = 0;
    teller();
    size_t same = 0;
    while (text[same] != 0 && text[same] == expected[same]) {
        same++;
    }
    if (text[same] != expected[same]) {
        while (same > 0 && text[same - 1] != '\n') {
            same--;
        }
        fail_msg("is\n%.400s\nwhere there should be\n%.400s", text + same, expected + same);
    }
}

int changes_main(int argc, const char *file, void (*tell)(void))
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_change_is_refused_or_read_as_it_is_written)};
    expected_file = file;
    teller = tell;
    if (argc > 1) {
        tell();
        return fputs(text, stdout) < 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
