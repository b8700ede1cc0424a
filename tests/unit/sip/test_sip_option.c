/* SPDX-License-Identifier: BSD-2-Clause */
/* The fields that a message may lack: what is broken stays absent, is told, and loses nothing else. */
#include "sip_fixture.h"

static struct xk_sip_message with(const char *field)
{
    char text[512];
    assert_true(snprintf(text, sizeof text, START "%s\r\n\r\n", field) < (int)sizeof text);
    static char kept[512];
    memcpy(kept, text, sizeof kept);
    return read_message(kept);
}

static void rseq_is_a_number_above_0(void **state)
{
    static const struct {
        const char *field;
        uint32_t rseq; /* 0: broken */
    } rows[] = {
        {"RSeq: 1", 1},          {"rseq:4294967295", 4294967295u},
        {"RSeq: 4294967296", 0}, {"RSeq: 0", 0},
        {"RSeq: ", 0},           {"RSeq: 1 2", 0},
        {"RSeq: x", 0},          {"RSeq: 7\r\n\t", 7},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_sip_message m = with(rows[i].field);
        assert_int_equal(m.rseq, rows[i].rseq);
        assert_deviations(m, rows[i].rseq == 0 ? XK_SIP_DEV_FIELD : 0);
    }
    struct xk_sip_message m = with("RSeq: 1\r\nRSeq: 2");
    assert_int_equal(m.rseq, 1);
    assert_deviations(m, XK_SIP_DEV_FIELD);
}

static void rack_names_a_response_and_its_request(void **state)
{
    static const char *const broken[] = {
        "RAck: ",
        "RAck: 1",
        "RAck: 1 2",
        "RAck: 0 2 INVITE",
        "RAck: x 2 INVITE",
        "RAck: 1x 2 INVITE",
        "RAck: 1 2x INVITE",
        "RAck: 1 y INVITE",
        "RAck: 1 2 IN:",
        "RAck: 1 2 INVITE x",
        "RAck: 1 2147483648 INVITE",
        "RAck: 4294967296 2 INVITE",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(broken); i++) {
        struct xk_sip_message m = with(broken[i]);
        assert_int_equal(m.rack.rseq, 0);
        assert_int_equal(m.rack.cseq_number, 0);
        assert_view(m.rack.method, NULL);
        assert_deviations(m, XK_SIP_DEV_FIELD);
    }
    struct xk_sip_message m = with("RAck:  4294967295\t2147483647 \r\n INVITE");
    assert_int_equal(m.rack.rseq, 4294967295u);
    assert_int_equal(m.rack.cseq_number, 2147483647);
    assert_view(m.rack.method, "INVITE");
    assert_deviations(m, 0);
}

static void session_expires_is_a_number_of_seconds(void **state)
{
    static const struct {
        const char *field;
        uint32_t seconds; /* 0: broken */
    } rows[] = {
        {"Session-Expires: 1800;refresher=uac", 1800},
        {"x: 90", 90},
        {"x: 90 ;refresher=uas", 90},
        {"X: 4294967295", 4294967295u},
        {"x: 4294967296", 0},
        {"x: 0", 0},
        {"x: ;refresher=uac", 0},
        {"x: 90s", 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_sip_message m = with(rows[i].field);
        assert_int_equal(m.session_expires, rows[i].seconds);
        assert_deviations(m, rows[i].seconds == 0 ? XK_SIP_DEV_FIELD : 0);
    }
}

static void replaces_names_a_dialog(void **state)
{
    static const char *const broken[] = {
        "Replaces: ",
        "Replaces: ;to-tag=1;from-tag=2",
        "Replaces: c",
        "Replaces: c;to-tag=1",
        "Replaces: c;from-tag=2",
        "Replaces: c;to-tag=;from-tag=2",
        "Replaces: c;to-tag=1;from-tag",
        "Replaces: c;to-tag=1;from-tag=a b",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(broken); i++) {
        struct xk_sip_message m = with(broken[i]);
        assert_view(m.replaces.call_id, NULL);
        assert_view(m.replaces.to_tag, NULL);
        assert_deviations(m, XK_SIP_DEV_FIELD);
    }
    struct xk_sip_message m = with("Replaces: c@y ; from-tag=2;to-tag=1");
    assert_view(m.replaces.call_id, "c@y");
    assert_view(m.replaces.to_tag, "1");
    assert_view(m.replaces.from_tag, "2");
    assert_false(m.replaces.early_only);
    assert_deviations(m, 0);
    assert_true(with("Replaces: c;from-tag=2;early-only;to-tag=1").replaces.early_only);
}

static void an_imei_is_taken_from_the_instance_of_the_contact(void **state)
{
    static const uint8_t none[8] = {0};
    static const struct {
        const char *field;
        const char *instance;
        bool has_imei;
        uint8_t imei[8];
    } rows[] = {
        {"Contact: <sip:a@x>;+sip.instance=\"<urn:gsma:imei:90420156-025763-0>\"",
         "urn:gsma:imei:90420156-025763-0",
         true,
         {0x09, 0x24, 0x10, 0x65, 0x20, 0x75, 0x36, 0xf0}},
        {"m: <sip:a@x>;q=1;+SIP.Instance=\"<URN:GSMA:IMEI:123456789012347;svn=78>\"",
         "URN:GSMA:IMEI:123456789012347;svn=78",
         true,
         {0x21, 0x43, 0x65, 0x87, 0x09, 0x21, 0x43, 0xf7}},
        {"m: <sip:a@x>;+sip.instance=\"<urn:gsma:imei:12345678-901234>\"",
         "urn:gsma:imei:12345678-901234",
         true,
         {0x21, 0x43, 0x65, 0x87, 0x09, 0x21, 0x43, 0xf0}},
        {"m: <sip:a@x>;+sip.instance=\"<urn:gsma:imei:12345678-90123>\"", "urn:gsma:imei:12345678-90123", false, {0}},
        {"m: <sip:a@x>;+sip.instance=\"<urn:gsma:imei:12345678-901234-01>\"",
         "urn:gsma:imei:12345678-901234-01",
         false,
         {0}},
        {"m: <sip:a@x>;+sip.instance=\"<urn:gsma:imei:1234567-8901234>\"", "urn:gsma:imei:1234567-8901234", false, {0}},
        {"m: <sip:a@x>;+sip.instance=\"<urn:gsma:imei:12345678-90123x>\"", "urn:gsma:imei:12345678-90123x", false, {0}},
        {"m: <sip:a@x>;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\"",
         "urn:uuid:00000000-0000-1000-8000-000A95A0E128",
         false,
         {0}},
        {"m: <sip:a@x>, <sip:b@x>;+sip.instance=<u:x>", "u:x", false, {0}},
        {"m: *", NULL, false, {0}},
        {"m: <sip:a@x>", NULL, false, {0}},
        {"m: <sip:a@x>;+sip.instance=\"<u>\"\r\nm: <sip:a@x>;+sip.instance=\"<v>\"", "u", false, {0}},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_sip_message m = with(rows[i].field);
        assert_view(m.instance, rows[i].instance);
        assert_int_equal(m.has_imei, rows[i].has_imei);
        assert_memory_equal(m.imei, rows[i].has_imei ? rows[i].imei : none, 8);
        assert_deviations(m, 0);
    }
    static const char *const broken[] = {
        "m: <sip:a@x>;+sip.instance=\"urn:x\"", "m: <sip:a@x>;+sip.instance=\"<urn:x\"", "m: <sip:a@x>;+sip.instance=",
        "m: <sip:a@x>;+sip.instance=\"<>\"",    "m: <sip:a@x>;+sip.instance=\"urn:x>\"", "m: <sip:a@x>;+sip.instance",
        "m: <sip:a@x>;+sip.instance=\"<urn:x>",
    };
    for (size_t i = 0; i < LENGTH(broken); i++) {
        struct xk_sip_message m = with(broken[i]);
        assert_view(m.instance, NULL);
        assert_deviations(m, XK_SIP_DEV_FIELD);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rseq_is_a_number_above_0),
        cmocka_unit_test(rack_names_a_response_and_its_request),
        cmocka_unit_test(session_expires_is_a_number_of_seconds),
        cmocka_unit_test(replaces_names_a_dialog),
        cmocka_unit_test(an_imei_is_taken_from_the_instance_of_the_contact),
    };
    return cmocka_run_group_tests_name("sip_option", tests, NULL, NULL);
}
