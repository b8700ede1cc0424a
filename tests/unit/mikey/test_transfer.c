/* SPDX-License-Identifier: BSD-2-Clause */
/* TRANSFER_INIT and TRANSFER_RESP of the vector set, field by field, then broken in every way that can be told. */
#include <xk/mikey.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/files.h"

#define SET "mikey/set1.txt"

static uint8_t init[512];
static uint8_t resp[256];
static size_t init_size;
static size_t resp_size;

static int load(void **state)
{
    (void)state;
    init_size = file_read_hex_line(SET, "TRANSFER_INIT", init, sizeof init);
    resp_size = file_read_hex_line(SET, "TRANSFER_RESP", resp, sizeof resp);
    return 0;
}

static void is_text(struct xk_bytes got, const char *wanted)
{
    assert_int_equal(got.size, strlen(wanted));
    assert_memory_equal(got.data, wanted, got.size);
}

static void is_line(struct xk_bytes got, const char *key)
{
    uint8_t wanted[512];
    size_t size = file_read_hex_line(SET, key, wanted, sizeof wanted);
    assert_int_equal(got.size, size);
    assert_memory_equal(got.data, wanted, size);
}

static void init_is_read_in_every_field(void **state)
{
    (void)state;
    struct xk_mikey_message m;
    assert_int_equal(xk_mikey_parse_transfer_init(init, init_size, &m, NULL), XK_OK);
    assert_int_equal(m.header.version, 1);
    assert_true(m.header.v_flag);
    assert_int_equal(m.header.prf, XK_MIKEY_PRF_MIKEY_1);
    assert_int_equal(m.header.csb_id, 0x1a2b3c4d);
    assert_int_equal(m.header.map_type, XK_MIKEY_MAP_GENERIC_ID);
    assert_true(m.time.ntp64 == UINT64_C(0xd100001000000000));
    is_line(m.rand_initiator, "RANDRi");
    is_text(m.id_initiator.data, "sip:alice@example.com");
    is_text(m.id_responder.data, "sip:bob@example.com");
    assert_int_equal(m.id_initiator.type, XK_MIKEY_ID_URI);
    is_line(m.v.mac, "TRANSFER_INIT MAC");
    assert_int_equal(m.v_mac_offset, init_size - 20);
    struct xk_mikey_crypto_session session;
    size_t position = 0;
    assert_true(xk_mikey_next_crypto_session(&m, &position, &session));
    assert_int_equal(session.cs_id, 1);
    assert_int_equal(session.protocol, 0);
    assert_int_equal(session.policies.size, 1);
    assert_int_equal(session.session_data.size, 0);
    assert_int_equal(session.spi.size, 0);
}

static void the_ticket_is_read_into_its_policy(void **state)
{
    (void)state;
    struct xk_mikey_message m;
    assert_int_equal(xk_mikey_parse_transfer_init(init, init_size, &m, NULL), XK_OK);
    const struct xk_mikey_ticket *t = &m.ticket;
    assert_int_equal(t->type, 1);
    assert_int_equal(t->subtype, 1);
    assert_int_equal(t->version, 1);
    assert_int_equal(t->prf, 0);
    assert_int_equal(t->flags, XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_E | XK_MIKEY_FLAG_F | XK_MIKEY_FLAG_G |
                                   XK_MIKEY_FLAG_H | XK_MIKEY_FLAG_I | XK_MIKEY_FLAG_N | XK_MIKEY_FLAG_O);
    const uint16_t flags = t->flags;
    uint8_t *last = init + (t->whole.data - init) + 7; /* M, N and O; the rest is reserved */
    *last |= 0x1f;
    assert_int_equal(xk_mikey_parse_transfer_init(init, init_size, &m, NULL), XK_OK);
    assert_int_equal(t->flags, flags);
    *last &= 0xe0;
    is_text(t->kms.data, "sip:kms@example.com");
    is_text(t->initiator.data, "sip:alice@example.com");
    is_text(t->responder.data, "sip:bob@example.com");
    assert_int_equal(t->responder_count, 1);
    assert_true(t->valid_from.ntp64 == UINT64_C(0xd0ffff0000000000));
    assert_true(t->valid_until.ntp64 == UINT64_C(0xd110000000000000));
    assert_null(t->rekey.value.data);
    is_line(t->initiator_data, "Initiator Data");
    struct xk_bytes core = {t->whole.data + 1, t->initiator_data_offset - 1};
    is_line(core, "TICKET w/o NextPayload and InitiatorData");
    struct xk_mikey_identity responder;
    size_t position = 0;
    assert_true(xk_mikey_ticket_next_responder(t, &position, &responder));
    is_text(responder.data, "sip:bob@example.com");
    assert_false(xk_mikey_ticket_next_responder(t, &position, &responder));
}

static void resp_is_read_in_every_field(void **state)
{
    (void)state;
    struct xk_mikey_message m;
    assert_int_equal(xk_mikey_parse_transfer_resp(resp, resp_size, &m, NULL), XK_OK);
    assert_false(m.header.v_flag);
    assert_true(m.time.ntp64 == UINT64_C(0xd100001200000000));
    is_line(m.rand_responder, "RANDRr");
    is_line(m.rand_kms, "RANDRkms");
    is_text(m.id_responder.data, "sip:bob@example.com");
    is_line(m.v.mac, "TRANSFER_RESP MAC");
    struct xk_mikey_crypto_session session;
    size_t position = 0;
    assert_true(xk_mikey_next_crypto_session(&m, &position, &session));
    assert_memory_equal(session.session_data.data, "\x11\x22\x33\x44", 4);
    assert_memory_equal(session.spi.data, "\x00\x01", 2);
}

static void swapped_messages_are_refused(void **state)
{
    (void)state;
    struct xk_mikey_message m;
    struct xk_diag diag;
    assert_int_equal(xk_mikey_parse_transfer_init(resp, resp_size, &m, &diag), XK_E_MIKEY_DATA_TYPE);
    assert_int_equal(xk_mikey_parse_transfer_resp(init, init_size, &m, &diag), XK_E_MIKEY_DATA_TYPE);
    assert_int_equal(diag.offset, 1);
    assert_string_equal(diag.field, "data type");
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    struct xk_mikey_message m;
    for (size_t cut = 0; cut < init_size; cut++) {
        assert_int_not_equal(xk_mikey_parse_transfer_init(init, cut, &m, NULL), XK_OK);
    }
    for (size_t cut = 0; cut < resp_size; cut++) {
        assert_int_not_equal(xk_mikey_parse_transfer_resp(resp, cut, &m, NULL), XK_OK);
    }
}

struct edit {
    size_t at;
    uint8_t value;
    enum xk_status status;
    size_t offset;
    const char *field;
};

/* Offsets in the INIT of the set: HDR 0, map 10, T 17, RANDRi 27, IDRi 46, IDRr 72, SP 96, TICKET 110. */
static const struct edit edits[] = {
    {0, 2, XK_E_MIKEY_VERSION, 0, "version"},
    {2, 0, XK_E_MIKEY_CHAIN, 17, "octets after the last payload"},
    {2, 99, XK_E_MIKEY_PAYLOAD, 17, "payload"},
    {9, 9, XK_E_MIKEY_MAP, 9, "CS ID map type"},
    {14, 255, XK_E_MIKEY_TRUNCATED, 384, "CS ID map info"},
    {18, 9, XK_E_MIKEY_PAYLOAD, 17, "T"},
    {49, 0xff, XK_E_MIKEY_TRUNCATED, 384, "IDR"},
    {54, 0, XK_E_MIKEY_IDENTITY, 54, "ID data"},
    {54, 0xff, XK_E_MIKEY_IDENTITY, 54, "ID data"},
    {73, 1, XK_E_MIKEY_CHAIN, 72, "IDR"},
    {116, 0xb8, XK_E_MIKEY_TICKET, 115, "flag G without F"},
};

static void lies_are_refused_where_they_stand(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        struct xk_mikey_message m;
        struct xk_diag diag = {XK_OK, 0, ""};
        uint8_t before = init[edits[i].at];
        init[edits[i].at] = edits[i].value;
        enum xk_status status = xk_mikey_parse_transfer_init(init, init_size, &m, &diag);
        init[edits[i].at] = before;
        if (status != edits[i].status || diag.offset != edits[i].offset || strcmp(diag.field, edits[i].field) != 0) {
            fail_msg("edit %zu: %s at %zu in '%s'", i, xk_status_name(status), diag.offset, diag.field);
        }
    }
}

/* No octet may be changed so that a read passes the end: run under AddressSanitizer. */
static void any_octet_may_have_any_value(void **state)
{
    (void)state;
    size_t accepted = 0;
    for (size_t at = 0; at < init_size; at++) {
        uint8_t before = init[at];
        for (unsigned int value = 0; value < 256; value++) {
            struct xk_mikey_message m;
            init[at] = (uint8_t)value;
            accepted += xk_mikey_parse_transfer_init(init, init_size, &m, NULL) == XK_OK;
        }
        init[at] = before;
    }
    assert_true(accepted > init_size && accepted < init_size * 256);
}

/* The structures are the caller's: what he changes in them ends the walk, and moves nothing. */
static void a_walk_ends_where_there_is_no_way(void **state)
{
    (void)state;
    struct xk_mikey_message m;
    struct xk_mikey_payload payload;
    struct xk_mikey_payload before;
    memset(&payload, 0, sizeof payload);
    assert_int_equal(xk_mikey_parse(init, init_size, &m, NULL), XK_OK);
    assert_true(xk_mikey_next_payload(&m, &payload));
    payload.next = 99; /* of which no length is known */
    before = payload;
    assert_false(xk_mikey_next_payload(&m, &payload));
    assert_memory_equal(&payload, &before, sizeof payload);
    payload.next = XK_MIKEY_LAST;
    assert_false(xk_mikey_next_payload(&m, &payload));
    assert_int_equal(payload.offset, before.offset);
}

static void responders_are_counted_in_the_policy(void **state)
{
    struct xk_mikey_message m;
    struct xk_mikey_identity responder;
    size_t position = 0;
    assert_int_equal(xk_mikey_parse(init, init_size, &m, NULL), XK_OK);
    struct xk_mikey_ticket ticket = m.ticket;
    ticket.responder_count = 2; /* of which the policy has one */
    assert_true(xk_mikey_ticket_next_responder(&ticket, &position, &responder));
    responder.type = 77;
    assert_false(xk_mikey_ticket_next_responder(&ticket, &position, &responder));
    assert_int_equal(position, 1);
    position = 0;
    ticket.policy.size = (size_t)(ticket.responder.data.data - ticket.policy.data); /* cut in the one that it has */
    assert_false(xk_mikey_ticket_next_responder(&ticket, &position, &responder));
    ticket = m.ticket;
    init[ticket.responder.data.data - init - 3] = 3; /* of no type that there is */
    assert_false(xk_mikey_ticket_next_responder(&ticket, &position, &responder));
    assert_int_equal(position, 0);
    assert_int_equal(responder.type, 77);
    load(state);
    assert_true(xk_mikey_ticket_next_responder(&ticket, &position, &responder));
    assert_int_equal(responder.type, XK_MIKEY_ID_URI);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(init_is_read_in_every_field),
        cmocka_unit_test(the_ticket_is_read_into_its_policy),
        cmocka_unit_test(resp_is_read_in_every_field),
        cmocka_unit_test(swapped_messages_are_refused),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(lies_are_refused_where_they_stand),
        cmocka_unit_test(any_octet_may_have_any_value),
        cmocka_unit_test(a_walk_ends_where_there_is_no_way),
        cmocka_unit_test(responders_are_counted_in_the_policy),
    };
    return cmocka_run_group_tests(tests, load, NULL);
}
