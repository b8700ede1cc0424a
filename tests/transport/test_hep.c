/* SPDX-License-Identifier: BSD-2-Clause */
/* HEP3 as it comes, cut off at each octet, with lengths that lie, and with what is not known. */
#include "fixture.h"

#include <string.h>

#include "df2/hep.h"

struct packet {
    uint8_t octets[512];
    size_t size;
};

static void begin(struct packet *p)
{
    memcpy(p->octets, "HEP3", 4);
    p->size = HEP_HEAD;
}

static void add(struct packet *p, unsigned int vendor, unsigned int type, const void *value, size_t size)
{
    const unsigned int fields[] = {vendor, type, (unsigned int)size + 6};
    for (size_t i = 0; i < 3; i++) {
        p->octets[p->size++] = (uint8_t)(fields[i] >> 8);
        p->octets[p->size++] = (uint8_t)fields[i];
    }
    memcpy(p->octets + p->size, value, size);
    p->size += size;
}

static void finish(struct packet *p)
{
    p->octets[4] = (uint8_t)(p->size >> 8);
    p->octets[5] = (uint8_t)p->size;
}

static void make(struct packet *p)
{
    begin(p);
    add(p, 0, 1, "\x02", 1);
    add(p, 0, 3, "\xc0\x00\x02\x0a", 4);
    add(p, 0, 7, "\x13\xc4", 2);
    add(p, 0, 9, "\x6a\x00\x00\x01", 4);
    add(p, 0, 10, "\x00\x0f\x42\x3f", 4);
    add(p, 0, 11, "\x01", 1);
    add(p, 0, 12, "\x00\x00\x1b\x59", 4);
    add(p, 9, 15, "another vendor's", 16);
    add(p, 0, 99, "?", 1);
    add(p, 0, 17, "leg", 3);
    add(p, 0, 15, "INVITE", 6);
    finish(p);
}

static void what_stands_in_a_packet_is_read(void **state)
{
    (void)state;
    struct packet p;
    struct hep hep;
    make(&p);
    assert_true(hep_read(p.octets, p.size, &hep));
    assert_int_equal(hep.source.size, 4);
    assert_memory_equal(hep.source.data, "\xc0\x00\x02\x0a", 4);
    assert_int_equal(hep.source_port, 5060);
    assert_int_equal(hep.seconds, 0x6a000001);
    assert_int_equal(hep.microseconds, 999999);
    assert_int_equal(hep.capture, 7001);
    assert_true(hep.is_sip);
    assert_int_equal(hep.correlation.size, 3);
    assert_memory_equal(hep.correlation.data, "leg", 3);
    assert_int_equal(hep.payload.size, 6);
    assert_memory_equal(hep.payload.data, "INVITE", 6);
}

static void what_it_does_not_say_is_absent(void **state)
{
    (void)state;
    struct packet p;
    struct hep hep;
    static const uint8_t long_leg[65] = {0};
    static const uint8_t six[16] = {0x20, 1};
    begin(&p);
    add(&p, 0, 3, "abc", 3); /* no address */
    add(&p, 0, 5, six, sizeof six);
    add(&p, 0, 10, "\x00\x0f\x42\x40", 4); /* a million microseconds */
    add(&p, 0, 17, long_leg, sizeof long_leg);
    add(&p, 0, 11, "\x64", 1); /* a log line */
    add(&p, 0, 15, "", 0);
    finish(&p);
    assert_true(hep_read(p.octets, p.size, &hep));
    assert_int_equal(hep.source.size, 16);
    assert_memory_equal(hep.source.data, six, 16);
    assert_int_equal(hep.microseconds, 0);
    assert_int_equal(hep.seconds, 0);
    assert_null(hep.correlation.data);
    assert_false(hep.is_sip);
    begin(&p);
    add(&p, 0, 11, "\x01", 1);
    finish(&p);
    assert_false(hep_read(p.octets, p.size, &hep)); /* without a payload */
}

static void lengths_that_lie_are_refused(void **state)
{
    (void)state;
    struct packet p;
    struct hep hep;
    make(&p);
    for (size_t size = 0; size < p.size; size++) {
        uint8_t cut[512];
        memcpy(cut, p.octets, size);
        assert_false(hep_read(cut, size, &hep));
        assert_int_equal(hep_measure(cut, size), size < HEP_HEAD ? 0 : p.size);
    }
    const size_t first = HEP_HEAD + 4; /* the length of the first chunk */
    static const unsigned int lies[] = {0, 5, 8, 512, 65535};
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        make(&p);
        p.octets[first] = (uint8_t)(lies[i] >> 8);
        p.octets[first + 1] = (uint8_t)lies[i];
        assert_false(hep_read(p.octets, p.size, &hep));
    }
    make(&p);
    add(&p, 0, 1, "", 0);
    p.size -= 3; /* half a chunk's head behind the last */
    finish(&p);
    assert_false(hep_read(p.octets, p.size, &hep));
    assert_int_equal(hep_measure((const uint8_t *)"HEP2\x00\x10", 6), SIZE_MAX);
    assert_int_equal(hep_measure((const uint8_t *)"X", 1), SIZE_MAX);
    assert_int_equal(hep_measure((const uint8_t *)"HEP3\x00\x05", 6), SIZE_MAX);
    assert_int_equal(hep_measure((const uint8_t *)"HEP3\x00\x06", 6), 6);
    assert_int_equal(hep_measure((const uint8_t *)"HEP3\xff\xff", 6), HEP_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_in_a_packet_is_read),
        cmocka_unit_test(what_it_does_not_say_is_absent),
        cmocka_unit_test(lengths_that_lie_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
