/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of TLVs: what DER has, what BER has besides, and the end of what has no length. */
#include "hi2/der_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "support/hex.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static uint8_t octets[512];

static struct xki_der_in input(const char *hex, struct xki_ber *ber)
{
    struct xki_der_in in = {octets, hex_decode(hex, octets, sizeof octets), 0, 100, ber};
    return in;
}

static void heads_are_read_by_their_rules(void **state)
{
    static const struct {
        const char *hex;
        enum xk_status der;
        enum xk_status ber;
        size_t value; /* octets of it in BER */
    } rows[] = {
        {"8100", XK_OK, XK_OK, 0},
        {"81", XK_E_DER_TRUNCATED, XK_E_DER_TRUNCATED, 0},
        {"8101", XK_E_DER_TRUNCATED, XK_E_DER_TRUNCATED, 0},
        {"810161", XK_OK, XK_OK, 1},
        {"81810161", XK_E_DER_LENGTH, XK_OK, 1},
        {"8182000161", XK_E_DER_LENGTH, XK_OK, 1},
        {"8188000000000000000161", XK_E_DER_LENGTH, XK_OK, 1},
        {"8184000000", XK_E_DER_TRUNCATED, XK_E_DER_TRUNCATED, 0},
        {"81847fffffff", XK_E_DER_TRUNCATED, XK_E_DER_TRUNCATED, 0},
        {"818480000000", XK_E_DER_LENGTH, XK_E_DER_LENGTH, 0},
        {"81850000000000", XK_E_DER_LENGTH, XK_OK, 0},
        {"81850100000000", XK_E_DER_LENGTH, XK_E_DER_LENGTH, 0},
        {"81ff", XK_E_DER_LENGTH, XK_E_DER_LENGTH, 0},
        {"8180", XK_E_DER_LENGTH, XK_E_DER_LENGTH, 0}, /* primitive and of indefinite length */
        {"a1800000", XK_E_DER_LENGTH, XK_OK, 0},
        {"a180", XK_E_DER_LENGTH, XK_E_DER_TRUNCATED, 0},
        {"a18000", XK_E_DER_LENGTH, XK_E_DER_TRUNCATED, 0},
        {"a1800400", XK_E_DER_LENGTH, XK_E_DER_TRUNCATED, 0},
        {"a180040261620000", XK_E_DER_LENGTH, XK_OK, 4},
        {"a180a2800401610000040162a3000000", XK_E_DER_LENGTH, XK_OK, 12},
        {"a18000010000", XK_E_DER_LENGTH, XK_E_DER_LENGTH, 0}, /* an end that has content */
        {"a180008100", XK_E_DER_LENGTH, XK_E_DER_LENGTH, 0},   /* an end in long form */
        {"a180048000000000", XK_E_DER_LENGTH, XK_E_DER_LENGTH, 0},
        {"9f1f00", XK_OK, XK_OK, 0},
        {"9f1e00", XK_E_DER_TAG, XK_E_DER_TAG, 0},
        {"9f8000", XK_E_DER_TAG, XK_E_DER_TAG, 0},
        {"9fffff7f00", XK_OK, XK_OK, 0},
        {"9fffffff7f00", XK_E_DER_TAG, XK_E_DER_TAG, 0},
        {"9f", XK_E_DER_TRUNCATED, XK_E_DER_TRUNCATED, 0},
        {"9fff", XK_E_DER_TRUNCATED, XK_E_DER_TRUNCATED, 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xki_ber ber = {NULL, 0, 0};
        struct xki_tlv tlv;
        struct xk_diag diag;
        struct xki_der_in in = input(rows[i].hex, NULL);
        enum xk_status status = xki_der_next(&in, &tlv, &diag, "x");
        if (status != rows[i].der) {
            fail_msg("DER %s: %s", rows[i].hex, xk_status_name(status));
        }
        assert_int_equal(in.at, status == XK_OK ? in.size : 0);
        in = input(rows[i].hex, &ber);
        status = xki_der_next(&in, &tlv, &diag, "x");
        if (status != rows[i].ber) {
            fail_msg("BER %s: %s", rows[i].hex, xk_status_name(status));
        }
        if (status != XK_OK) {
            assert_int_equal(diag.offset, 100);
            continue;
        }
        assert_int_equal(in.at, in.size);
        assert_int_equal(tlv.whole.size, in.size);
        assert_int_equal(tlv.value.size, rows[i].value);
        assert_int_equal(tlv.offset, 100);
        assert_ptr_equal(tlv.value.data, octets + (tlv.value_offset - 100));
    }
}

/* Whatever the cuts, the end is found where it is, and nothing that was looked at is looked at again. */
static void an_end_is_found_in_any_number_of_steps(void **state)
{
    static const char hex[] = "a280 0401 61 0000 3005 0403 616263 0482 0002 6162 bf8100 80 0000 0000 ff";
    (void)state;
    size_t size = hex_decode(hex, octets, sizeof octets);
    for (size_t step = 1; step <= size; step++) {
        struct xki_ber_end end = {0, 0};
        size_t before = 0;
        enum xk_status status = XK_E_DER_TRUNCATED;
        for (size_t have = 0; status == XK_E_DER_TRUNCATED && have < size + step; have += step) {
            status = xki_ber_find_end(octets, have < size ? have : size, &end);
            assert_true(end.at >= before);
            before = end.at;
        }
        assert_int_equal(status, XK_OK);
        assert_int_equal(end.at, size - 1);
        assert_int_equal(end.open, 0);
    }
}

static void depth_is_bounded(void **state)
{
    (void)state;
    for (unsigned int depth = XKI_BER_DEPTH - 1; depth <= XKI_BER_DEPTH; depth++) {
        struct xki_ber_end end = {0, 0};
        for (unsigned int i = 0; i < depth; i++) {
            octets[2 * i] = 0xa0;
            octets[2 * i + 1] = 0x80;
        }
        memset(octets + 2 * depth, 0, 2 * depth + 2);
        enum xk_status status = xki_ber_find_end(octets, 4 * depth + 2, &end);
        assert_int_equal(status, depth < XKI_BER_DEPTH ? XK_OK : XK_E_DER_DEPTH);
        if (status == XK_OK) {
            assert_int_equal(end.at, 4 * depth + 2);
        }
    }
}

static void numbers_are_read_by_their_rules(void **state)
{
    static const struct {
        const char *hex;
        enum xk_status der;
        enum xk_status ber;
        uint64_t value;
    } rows[] = {
        {"020100", XK_OK, XK_OK, 0},
        {"02017f", XK_OK, XK_OK, 127},
        {"02020080", XK_OK, XK_OK, 128},
        {"0202007f", XK_E_DER_VALUE, XK_OK, 127},
        {"02020000", XK_E_DER_VALUE, XK_OK, 0},
        {"020a0000000000000000007f", XK_E_DER_VALUE, XK_OK, 127},
        {"0200", XK_E_DER_VALUE, XK_E_DER_VALUE, 0},
        {"020180", XK_E_DER_VALUE, XK_E_DER_VALUE, 0},
        {"0208 7fffffffffffffff", XK_OK, XK_OK, INT64_MAX},
        {"0209 00ffffffffffffffff", XK_OK, XK_OK, UINT64_MAX},
        {"0209 010000000000000000", XK_E_DER_VALUE, XK_E_DER_VALUE, 0},
        {"2203 020100", XK_E_DER_TAG, XK_E_DER_TAG, 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xki_ber ber = {NULL, 0, 0};
        for (int rules = 0; rules < 2; rules++) {
            struct xki_tlv tlv;
            struct xk_diag diag = {XK_OK, 0, ""};
            uint64_t value = 99;
            struct xki_der_in in = input(rows[i].hex, rules == 0 ? NULL : &ber);
            enum xk_status expected = rules == 0 ? rows[i].der : rows[i].ber;
            assert_int_equal(xki_der_next(&in, &tlv, NULL, "x"), XK_OK);
            assert_int_equal(xki_der_number(&tlv, UINT64_MAX, &value, &diag, "number"), expected);
            assert_true(value == (expected == XK_OK ? rows[i].value : 99));
            assert_int_equal(diag.offset, expected == XK_OK ? 0 : 100);
            if (expected == XK_OK && value > 0) {
                assert_int_equal(xki_der_number(&tlv, value - 1, &value, &diag, "number"), XK_E_DER_VALUE);
                assert_int_equal(xki_der_number(&tlv, rows[i].value, &value, NULL, "number"), XK_OK);
            }
        }
    }
}

static void strings_in_pieces_are_joined(void **state)
{
    static const struct {
        const char *hex;
        size_t room; /* that suffices, and not one octet less */
        enum xk_status status;
        const char *text;
        size_t offset;
    } rows[] = {
        {"8103 616263", 0, XK_OK, "abc", 0},
        {"a100", 0, XK_OK, "", 0},
        {"a102 0400", 0, XK_OK, "", 0},
        {"a105 0403 616263", 0, XK_OK, "abc", 0},
        {"a107 0403 616263 0400", 0, XK_OK, "abc", 0},
        {"a107 0400 0403 616263", 0, XK_OK, "abc", 0},
        {"a107 0402 6162 0401 63", 3, XK_OK, "abc", 0},
        {"a10a 0401 61 0401 62 0402 6364", 4, XK_OK, "abcd", 0},
        {"a180 0402 6162 2480 0401 63 0401 64 0000 0401 65 0000", 5, XK_OK, "abcde", 0},
        {"a10d 2407 0401 61 2402 0400 0402 6263", 3, XK_OK, "abc", 0},
        {"a103 8101 61", 0, XK_E_DER_TAG, NULL, 2},
        {"a103 0c01 61", 0, XK_E_DER_TAG, NULL, 2},
        {"a105 0401 61 0401", 0, XK_E_DER_TRUNCATED, NULL, 5},
        {"a105 0401 61 2480", 0, XK_E_DER_TRUNCATED, NULL, 5},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint8_t room[8];
        for (size_t short_by = 0; short_by <= (rows[i].room > 0 ? 1 : 0); short_by++) {
            struct xki_ber ber = {rows[i].room > 0 ? room : NULL, rows[i].room - short_by, 0};
            struct xki_tlv tlv;
            struct xk_diag diag = {XK_OK, 0, ""};
            struct xk_bytes value = {NULL, 77};
            memset(room, '#', sizeof room);
            struct xki_der_in in = input(rows[i].hex, &ber);
            enum xk_status status = xki_der_next(&in, &tlv, NULL, "x");
            if (status == XK_OK) {
                status = xki_der_sized(&tlv, 0, 5, &value, &diag, "text");
            }
            enum xk_status expected = short_by > 0 ? XK_E_DER_PIECES : rows[i].status;
            if (status != expected) {
                fail_msg("%s: %s", rows[i].hex, xk_status_name(status));
            }
            assert_int_equal(room[rows[i].room - short_by], '#');
            if (status != XK_OK) {
                assert_int_equal(diag.offset, 100 + rows[i].offset);
                assert_int_equal(value.size, 77);
                continue;
            }
            assert_int_equal(value.size, strlen(rows[i].text));
            assert_memory_equal(value.data, rows[i].text, value.size);
            assert_int_equal(ber.used, rows[i].room);
            assert_int_equal(xki_der_sized(&tlv, value.size + 1, 9, &value, &diag, "text"),
                             rows[i].room > 0 ? XK_E_DER_PIECES : XK_E_DER_VALUE); /* the room is used up */
        }
        if ((octets[0] & 0x20) != 0) { /* none of it in DER */
            struct xki_der_in in = input(rows[i].hex, NULL);
            struct xki_tlv tlv;
            struct xk_bytes value;
            if (xki_der_next(&in, &tlv, NULL, "x") == XK_OK) {
                assert_int_equal(xki_der_sized(&tlv, 0, 5, &value, NULL, "text"), XK_E_DER_TAG);
            }
        }
    }
}

static void two_strings_share_the_room(void **state)
{
    (void)state;
    uint8_t room[6];
    struct xki_ber ber = {room, sizeof room, 0};
    struct xk_bytes first;
    struct xk_bytes second;
    struct xki_der_in in = input("a106 0401 61 0401 62 a208 0401 63 0403 646566", &ber);
    assert_int_equal(xki_der_string(&in, 0x80, 1, 2, 2, &first, NULL, "first"), XK_OK);
    assert_int_equal(xki_der_string(&in, 0x80, 2, 1, 4, &second, NULL, "second"), XK_OK);
    assert_memory_equal(first.data, "ab", 2);
    assert_int_equal(second.size, 4);
    assert_memory_equal(second.data, "cdef", 4);
    assert_ptr_equal(second.data, room + 2);
}

static void pieces_within_pieces_are_bounded(void **state)
{
    (void)state;
    for (unsigned int depth = XKI_BER_DEPTH - 1; depth <= XKI_BER_DEPTH; depth++) {
        struct xki_ber ber = {NULL, 0, 0};
        size_t inside = 2 * (size_t)depth + 1;
        octets[0] = 0xa1;
        for (unsigned int i = 0; i <= depth; i++) {
            octets[2 * i] = i == 0 ? 0xa1 : 0x24;
            octets[2 * i + 1] = (uint8_t)(inside - 2 * i + 2);
        }
        octets[2 * depth + 2] = 0x04;
        octets[2 * depth + 3] = 0x01;
        octets[2 * depth + 4] = 'x';
        struct xki_der_in in = {octets, inside + 4, 0, 0, &ber};
        struct xk_bytes value = {NULL, 0};
        struct xk_diag diag;
        enum xk_status status = xki_der_string(&in, 0x80, 1, 1, 1, &value, &diag, "x");
        assert_int_equal(status, depth < XKI_BER_DEPTH ? XK_OK : XK_E_DER_DEPTH);
        if (status != XK_OK) {
            assert_int_equal(diag.offset, 2 * depth);
        }
    }
}

static void a_string_has_its_tag_and_class(void **state)
{
    static const struct {
        const char *hex;
        unsigned int class_bits;
        uint32_t tag;
        enum xk_status status;
    } rows[] = {
        {"8101 61", 0x80, 1, XK_OK},           {"8101 61", 0, 1, XK_E_DER_TAG},
        {"8101 61", 0x80, 2, XK_E_DER_TAG},    {"0401 61", 0, 4, XK_OK},
        {"0401 61", 0x80, 4, XK_E_DER_TAG},    {"c101 61", 0x80, 1, XK_E_DER_TAG},
        {"8102 6161", 0x80, 1, XK_E_DER_VALUE}, {"8100", 0x80, 1, XK_E_DER_VALUE},
        {"", 0x80, 1, XK_E_DER_TRUNCATED},     {"a103 0401 61", 0x80, 1, XK_E_DER_TAG},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_bytes value;
        struct xk_diag diag = {XK_OK, 0, ""};
        struct xki_der_in in = input(rows[i].hex, NULL);
        enum xk_status status = xki_der_string(&in, rows[i].class_bits, rows[i].tag, 1, 1, &value, &diag, "name");
        assert_int_equal(status, rows[i].status);
        assert_string_equal(diag.field, status == XK_OK ? "" : "name");
    }
}

static void arcs_are_read_behind_their_prefix(void **state)
{
    static const uint8_t prefix[] = {4, 0};
    static const struct {
        const char *hex;
        bool good;
        uint32_t first;
        uint32_t second;
    } rows[] = {
        {"04000105", true, 1, 5},       {"04008101 05", true, 129, 5},      {"0400 ffffff7f 00", true, 0xfffffff, 0},
        {"0400 8180808000 05", false, 0, 0}, {"0400 8001 05", false, 0, 0}, {"040001", false, 0, 0},
        {"0400010506", false, 0, 0},    {"0401 0105", false, 0, 0},         {"04", false, 0, 0},
        {"04000185", false, 0, 0},      {"0400 818000 05", true, 16384, 5},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint32_t arcs[2] = {0, 0};
        struct xk_bytes oid = {octets, hex_decode(rows[i].hex, octets, sizeof octets)};
        assert_int_equal(xki_der_arcs(oid, prefix, sizeof prefix, arcs, 2), rows[i].good);
        if (rows[i].good) {
            assert_int_equal(arcs[0], rows[i].first);
            assert_int_equal(arcs[1], rows[i].second);
        }
    }
}

static void options_choose_the_rules(void **state)
{
    (void)state;
    uint8_t room[3];
    struct xki_ber place = {NULL, 9, 9};
    struct xk_read_options options;
    memset(&options, 0x77, sizeof options);
    xk_read_options_init(&options);
    xk_read_options_init(NULL);
    assert_int_equal(options.size, sizeof options);
    assert_int_equal(options.rules, XK_RULES_BER);
    assert_null(options.scratch);
    assert_int_equal(options.scratch_size, 0);
    options.scratch = room;
    options.scratch_size = sizeof room;
    assert_ptr_equal(xki_ber_from(&options, &place), &place);
    assert_ptr_equal(place.room, room);
    assert_int_equal(place.size, 3);
    assert_int_equal(place.used, 0);
    options.rules = XK_RULES_DER;
    assert_null(xki_ber_from(&options, &place));
    assert_null(xki_ber_from(NULL, &place));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_read_by_their_rules),
        cmocka_unit_test(an_end_is_found_in_any_number_of_steps),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(numbers_are_read_by_their_rules),
        cmocka_unit_test(strings_in_pieces_are_joined),
        cmocka_unit_test(two_strings_share_the_room),
        cmocka_unit_test(pieces_within_pieces_are_bounded),
        cmocka_unit_test(a_string_has_its_tag_and_class),
        cmocka_unit_test(arcs_are_read_behind_their_prefix),
        cmocka_unit_test(options_choose_the_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
