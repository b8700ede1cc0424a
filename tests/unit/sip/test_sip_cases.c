/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages that have gone wrong elsewhere, with what is right for each; and those that a proxy mirrored. */
#include "sip_fixture.h"

#include <stdio.h>

static size_t load(const char *name, uint8_t *data, size_t capacity)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/sip/%s", XK_TEST_VECTORS, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s is missing", path);
        return 0;
    }
    size_t size = fread(data, 1, capacity, file);
    fclose(file);
    assert_true(size > 0 && size < capacity);
    return size;
}

#define ALICE "sip:alice@example.com"
#define BOB "sip:bob@example.com"

static void each_case_has_its_right_answer(void **state)
{
    static const struct {
        const char *name;
        enum xk_status status; /* of the search; XK_OK stands for the right key */
        const char *from;      /* NULL: not a message, or refused as one */
        const char *to;
        uint32_t deviations;
    } rows[] = {
        {"a03_quoted_nul_display_name.sip", XK_OK, ALICE, BOB, 0},
        {"a09_octets_after_content_length.sip", XK_OK, ALICE, BOB, XK_SIP_DEV_SURPLUS},
        {"a11_content_length_two_short.sip", XK_OK, ALICE, BOB, XK_SIP_DEV_SURPLUS},
        {"a17_cseq_over_32_bits.sip", XK_E_SIP, NULL, NULL, 0},
        {"a19_angle_request_uri.sip", XK_OK, ALICE, BOB, XK_SIP_DEV_REQUEST_URI},
        {"a22_space_after_sip_version.sip", XK_OK, ALICE, BOB, XK_SIP_DEV_START_LINE},
        {"a24_unquoted_comma_display_name.sip", XK_OK, "sip:a.bell@example.com", BOB, XK_SIP_DEV_DISPLAY_NAME},
        {"a36_pai_second_header_tel.sip", XK_OK, ALICE, BOB, 0},
        {"a38_pai_malformed.sip", XK_OK, ALICE, BOB, XK_SIP_DEV_ASSERTED | XK_SIP_DEV_BRACKETS},
        {"a39_pai_empty.sip", XK_OK, ALICE, BOB, XK_SIP_DEV_ASSERTED},
        {"a54_content_encoding_deflate.sip", XK_E_ENCODING, ALICE, BOB, 0},
        {"a62_two_equal_content_types.sip", XK_OK, ALICE, BOB, XK_SIP_DEV_CONTENT_TYPE},
        {"a65_comma_without_brackets.sip", XK_OK, ALICE, "sip:bond,james@example.com", XK_SIP_DEV_BRACKETS},
        {"a72_raw_octets_in_user.sip", XK_OK, ALICE, NULL, XK_SIP_DEV_URI | XK_SIP_DEV_URI_OCTETS},
        {"b08_nested_before_sdp.sip", XK_OK, ALICE, BOB, 0},
        {"b11_two_sdp_alternative.sip", XK_OK, ALICE, BOB, 0},
        {"b12_early_session_first.sip", XK_OK, ALICE, BOB, 0},
        {"b14_body_base64.sip", XK_OK, ALICE, BOB, 0},
        {"c01_blank_line_after_sdp.sip", XK_OK, ALICE, BOB, XK_SIP_DEV_SDP_BLANK_LINE},
        {"c02_blank_line_plain_call.sip", XK_E_NO_KEY_MGMT, ALICE, BOB, XK_SIP_DEV_SDP_BLANK_LINE},
        {"c03_space_after_base64.sip", XK_OK, ALICE, BOB, XK_SIP_DEV_SDP_LINE_END},
        {"c07_session_and_media.sdp", XK_OK, NULL, NULL, 0},
        {"c08_rejected_medium_first.sdp", XK_OK, NULL, NULL, 0},
        {"c09_capability_negotiation.sdp", XK_OK, NULL, NULL, 0},
    };
    static const uint8_t right[] = {1, 2, 3, 4, 5, 6};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint8_t data[2048];
        uint8_t out[256];
        size_t written = 0;
        struct xk_sip_message m;
        size_t size = load(rows[i].name, data, sizeof data);
        if (xk_sip_find_mikey(data, size, out, sizeof out, &written, NULL) != rows[i].status) {
            fail_msg("%s", rows[i].name);
        }
        if (rows[i].status == XK_OK) {
            assert_int_equal(written, sizeof right);
            assert_memory_equal(out, right, sizeof right);
        }
        if (rows[i].from == NULL) {
            assert_int_equal(xk_sip_parse(data, size, &m, NULL), XK_E_SIP);
            continue;
        }
        assert_int_equal(xk_sip_parse(data, size, &m, NULL), XK_OK);
        assert_view(m.from_uri, rows[i].from);
        assert_view(m.to_uri, rows[i].to);
        assert_deviations(m, rows[i].deviations);
    }
}

static void both_asserted_identities_are_reached(void **state)
{
    (void)state;
    uint8_t data[2048];
    struct xk_sip_message m;
    struct xk_sip_identity found;
    static const char *const expected[] = {"sip:5554443333@ims.example.org;user=phone;cpc=ordinary",
                                           "tel:5554443333;phone-context=+55;cpc=ordinary"};
    size_t count = 0;
    assert_int_equal(xk_sip_parse(data, load("a36_pai_second_header_tel.sip", data, sizeof data), &m, NULL), XK_OK);
    memset(&found, 0, sizeof found);
    while (xk_sip_next_identity(&m, &found)) {
        if (found.source == XK_SIP_ASSERTED) {
            assert_true(count < LENGTH(expected) && found.certain);
            assert_view(found.uri, expected[count++]);
        }
    }
    assert_int_equal(count, LENGTH(expected));
}

/* The message number `wanted` of those that the proxy mirrored, from 0. False behind the last. */
static bool mirrored(const uint8_t *data, size_t size, size_t wanted, struct xk_bytes *message)
{
    size_t at = 0;
    for (size_t i = 0; at + 4 <= size; i++) {
        size_t length = (size_t)data[at] << 24 | (size_t)data[at + 1] << 16 | (size_t)data[at + 2] << 8 | data[at + 3];
        assert_true(length <= size - at - 4);
        if (i == wanted) {
            *message = (struct xk_bytes){data + at + 4, length};
            return true;
        }
        at += 4 + length;
    }
    return false;
}

static void what_a_proxy_mirrors_deviates_in_nothing(void **state)
{
    (void)state;
    static uint8_t data[65536];
    size_t size = load("proxy.messages", data, sizeof data);
    struct xk_bytes octets;
    size_t count = 0;
    size_t keys = 0;
    size_t reliable = 0;
    size_t acknowledged = 0;
    for (; mirrored(data, size, count, &octets); count++) {
        struct xk_sip_message m;
        uint8_t out[4096];
        size_t written = 0;
        assert_int_equal(xk_sip_parse(octets.data, octets.size, &m, NULL), XK_OK);
        assert_deviations(m, 0);
        assert_non_null(m.from_tag.data);
        assert_non_null(m.from_uri.data);
        assert_non_null(m.to_uri.data);
        enum xk_status status = xk_sip_find_mikey(octets.data, octets.size, out, sizeof out, &written, NULL);
        assert_true(status == XK_OK || (status == XK_E_NO_KEY_MGMT && m.sdp.data == NULL));
        keys += status == XK_OK;
        reliable += m.rseq != 0;
        acknowledged += m.rack.rseq != 0;
        assert_true(m.rack.rseq == 0 || (m.rack.cseq_number == 1 && m.method.size == 5));
    }
    assert_int_equal(count, 39);
    assert_int_equal(keys, 14);
    assert_int_equal(reliable, 2);
    assert_int_equal(acknowledged, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_has_its_right_answer),
        cmocka_unit_test(both_asserted_identities_are_reached),
        cmocka_unit_test(what_a_proxy_mirrors_deviates_in_nothing),
    };
    return cmocka_run_group_tests_name("sip_cases", tests, NULL, NULL);
}
