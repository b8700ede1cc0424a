/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inline answer about an item against libcbor's, for every head of up to three octets, with every number of octets
 * left that makes a difference: same status, same value, same place, same diagnostics.
 *
 * ctest tries a choice of third octets; XK_ALL_HEADS=1 in the environment tries them all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "messages/cbor_read.h"
#include "messages/cbor_write.h"

#define ROOM (3u + 65535u)

static uint8_t *room; /* items end where it ends, so that a look beyond them is seen */

struct seen {
    enum xk_status status;
    struct xk_diag diag;
    uint64_t value;
    const uint8_t *data;
    size_t at;
};

static struct seen look(const uint8_t *data, size_t left, enum xki_kind kind, uint64_t max, bool judge)
{
    static const char field[] = "field";
    struct seen s = {XK_OK, {XK_OK, 999, "untouched"}, 77, NULL, 0};
    struct xki_reader r = {data, left, 0, &s.diag};
    struct xk_bytes string = {NULL, 77};
    if (kind == XKI_UINT) {
        s.status = judge ? xki_judge_uint(&r, max, &s.value, field) : xki_read_uint(&r, max, &s.value, field);
    } else if (kind == XKI_ARRAY || kind == XKI_MAP) {
        s.status = judge ? xki_judge_count(&r, kind, &s.value, field) : xki_read_count(&r, kind, &s.value, field);
    } else {
        s.status = judge ? xki_judge_string(&r, kind, (size_t)max, &string, field)
                         : xki_read_string(&r, kind, (size_t)max, &string, field);
        s.value = string.size;
        s.data = string.data;
    }
    s.at = s.status == XK_OK ? r.at : 0;
    return s;
}

static void compare(const uint8_t *data, size_t left, enum xki_kind kind, uint64_t max)
{
    struct seen by_head = look(data, left, kind, max, false);
    struct seen by_libcbor = look(data, left, kind, max, true);
    bool same = by_head.status == by_libcbor.status && by_head.value == by_libcbor.value &&
                by_head.data == by_libcbor.data && by_head.at == by_libcbor.at &&
                by_head.diag.status == by_libcbor.diag.status && by_head.diag.offset == by_libcbor.diag.offset &&
                strcmp(by_head.diag.field, by_libcbor.diag.field) == 0;
    if (!same) {
        fail_msg("%02x with %zu octets as kind %d up to %llu", data[0], left, (int)kind, (unsigned long long)max);
    }
}

/* What is taken inline is what libcbor takes, and all of it whose head has up to three octets. */
static void try(const uint8_t head[3], size_t left)
{
    static const enum xki_kind kinds[] = {XKI_UINT, XKI_OCTETS, XKI_TEXT, XKI_ARRAY, XKI_MAP};
    uint8_t *data = room + ROOM - left;
    memcpy(data, head, left < 3 ? left : 3);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        uint64_t value = 77;
        size_t size = xki_plain_head(data, left, kinds[k], &value);
        bool string = kinds[k] == XKI_OCTETS || kinds[k] == XKI_TEXT;
        compare(data, left, kinds[k], 65535);
        if (size == 0) {
            struct seen judged = look(data, left, kinds[k], UINT64_MAX, true);
            assert_true(judged.status != XK_OK || (data[0] & 0x1f) > 25);
            assert_true(value == 77);
            continue;
        }
        compare(data, left, kinds[k], value);
        compare(data, left, kinds[k], value - (value > 0));
        if (!string) {
            assert_int_equal(look(data, left, kinds[k], value, true).at, size);
        } else if (left == 3) {
            for (size_t more = 0; more < 3; more++) { /* one octet too few, as many as it says, one too many */
                size_t need = size + (size_t)value + more - 1;
                if (need >= 3 && need <= ROOM) {
                    memcpy(room + ROOM - need, head, 3);
                    compare(room + ROOM - need, need, kinds[k], 65535);
                }
            }
            memcpy(data, head, 3);
        }
    }
}

static bool is_tried(unsigned int third)
{
    static const uint8_t choice[] = {0, 1, 23, 24, 25, 127, 128, 254, 255};
    return getenv("XK_ALL_HEADS") != NULL || memchr(choice, (int)third, sizeof choice) != NULL;
}

static void heads_are_read_as_libcbor_reads_them(void **state)
{
    (void)state;
    uint8_t head[3] = {0, 0, 0};
    bool tried[256];
    for (unsigned int third = 0; third < 256; third++) {
        tried[third] = is_tried(third);
    }
    room = calloc(ROOM, 1);
    assert_non_null(room);
    try(head, 0);
    for (unsigned int first = 0; first < 256; first++) {
        head[0] = (uint8_t)first;
        try(head, 1);
        for (unsigned int second = 0; second < 256; second++) {
            head[1] = (uint8_t)second;
            try(head, 2);
            for (unsigned int third = 0; third < 256; third++) {
                if (tried[third]) {
                    head[2] = (uint8_t)third;
                    try(head, 3);
                }
            }
        }
    }
    free(room);
}

static void heads_are_written_as_libcbor_writes_them(void **state)
{
    (void)state;
    static const struct {
        unsigned int major;
        size_t (*encode)(size_t argument, unsigned char *out, size_t size);
    } kinds[] = {{XKI_CBOR_OCTETS, cbor_encode_bytestring_start},
                 {XKI_CBOR_TEXT, cbor_encode_string_start},
                 {XKI_CBOR_ARRAY, cbor_encode_array_start},
                 {XKI_CBOR_MAP, cbor_encode_map_start}};
    static const uint64_t wide[] = {65538, UINT32_MAX, UINT64_C(1) << 32, UINT64_MAX};
    for (size_t i = 0; i < 65538 + sizeof wide / sizeof wide[0]; i++) {
        uint64_t argument = i < 65538 ? i : wide[i - 65538];
        for (size_t k = 0; k < 1 + sizeof kinds / sizeof kinds[0]; k++) {
            uint8_t ours[10];
            uint8_t theirs[10];
            memset(ours, 0x5a, sizeof ours);
            memset(theirs, 0x5a, sizeof theirs);
            struct xki_writer w = {ours, 9, 0};
            struct xki_writer measure = {NULL, 0, 0};
            size_t size = k == 0 ? cbor_encode_uint(argument, theirs, 9)
                                 : kinds[k - 1].encode((size_t)argument, theirs, 9);
            xki_write_head(&w, k == 0 ? XKI_CBOR_UINT : kinds[k - 1].major, argument);
            xki_write_head(&measure, XKI_CBOR_UINT, argument);
            assert_int_equal(w.size, size);
            assert_int_equal(measure.size, size);
            assert_memory_equal(ours, theirs, sizeof ours);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_read_as_libcbor_reads_them),
        cmocka_unit_test(heads_are_written_as_libcbor_writes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
