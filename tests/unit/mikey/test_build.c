/* SPDX-License-Identifier: BSD-2-Clause */
/* The builder: what it writes to the octet, and each mistake that it stops at, under its field. */
#include <xk/mikey_build.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/hex.h"

static uint8_t out[70000];
static uint8_t large[70000];
static struct xk_mikey_builder b;
static const struct xk_mikey_header plain = {.version = 1, .map_type = XK_MIKEY_MAP_EMPTY, .csb_id = 0x01020304};

static struct xk_bytes bytes(size_t size)
{
    return (struct xk_bytes){large, size};
}

static void wrote(const char *hex)
{
    uint8_t wanted[512];
    size_t size = 0;
    size_t count = hex_decode(hex, wanted, sizeof wanted);
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    assert_int_equal(size, count);
    assert_memory_equal(out, wanted, count);
}

static void an_srtp_id_map_is_written_to_the_octet(void **state)
{
    (void)state;
    static const uint8_t policy[] = {7};
    static const uint8_t ssrc_and_roc[] = {0xaa, 0xbb, 0xcc, 0xdd, 0, 0, 0, 9};
    struct xk_mikey_header header = plain;
    struct xk_mikey_crypto_session session = {0};
    header.map_type = XK_MIKEY_MAP_SRTP_ID;
    header.v_flag = true;
    header.prf = XK_MIKEY_PRF_HMAC_SHA_256;
    session.policies = (struct xk_bytes){policy, 1};
    session.session_data = (struct xk_bytes){ssrc_and_roc, 8};
    xk_mikey_build_message(&b, out, sizeof out, &header, &session, 1);
    struct xk_mikey_identity id = {0, XK_MIKEY_ID_NAI, xk_text("a")};
    xk_mikey_add_identity(&b, &id);
    wrote("0100068101020304010007aabbccdd00000009"
          "0000000161");
    struct xk_mikey_message m;
    assert_int_equal(xk_mikey_parse(out, b.size, &m, NULL), XK_OK);
    size_t position = 0;
    assert_true(xk_mikey_next_crypto_session(&m, &position, &session));
    assert_int_equal(session.policies.data[0], 7);
    assert_false(xk_mikey_next_crypto_session(&m, &position, &session));
}

static void a_generic_id_map_keeps_the_s_flag(void **state)
{
    (void)state;
    static const uint8_t data[10] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    struct xk_mikey_header header = plain;
    struct xk_mikey_crypto_session session = {0};
    header.map_type = XK_MIKEY_MAP_GENERIC_ID;
    session.cs_id = 5;
    session.s_flag = true;
    session.session_data = (struct xk_bytes){data, 10};
    session.spi = xk_text("xy");
    xk_mikey_build_message(&b, out, sizeof out, &header, &session, 1);
    xk_mikey_add_verification(&b, &(struct xk_mikey_verification){0, {NULL, 0}});
    wrote("01000900010203040102"
          "050080000a0102030405060708090a027879"
          "0000");
}

static void a_key_has_its_salt_and_its_interval(void **state)
{
    (void)state;
    static const struct xk_mikey_key_data interval = {
        .type = XK_MIKEY_TGK_SALT, .validity = XK_MIKEY_KV_INTERVAL, .key = {(const uint8_t *)"k", 1},
        .salt = {(const uint8_t *)"ss", 2}, .valid_from = {(const uint8_t *)"f", 1}, .valid_until = {NULL, 0}};
    static const struct xk_mikey_key_data spi = {
        .type = XK_MIKEY_TEK, .validity = XK_MIKEY_KV_SPI, .key = {(const uint8_t *)"k", 1},
        .spi = {(const uint8_t *)"i", 1}};
    xk_mikey_build_chain(&b, out, sizeof out, XK_MIKEY_CHAIN_IMPLIED);
    xk_mikey_add_key_data(&b, &interval);
    xk_mikey_add_key_data(&b, &spi);
    wrote("1412"
          "00016b"
          "00027373"
          "0166"
          "00"
          "0021"
          "00016b"
          "0169");
    struct xk_mikey_key_data read;
    size_t position = 0;
    assert_int_equal(xk_mikey_next_key_data((struct xk_bytes){out, b.size}, &position, &read), XK_OK);
    assert_int_equal(read.valid_from.size, 1);
    assert_int_equal(read.salt.size, 2);
    assert_int_equal(xk_mikey_next_key_data((struct xk_bytes){out, b.size}, &position, &read), XK_OK);
    assert_int_equal(read.spi.data[0], 'i');
    assert_int_equal(xk_mikey_next_key_data((struct xk_bytes){out, b.size}, &position, &read), XK_E_MIKEY_MISSING);
}

/* Each with one thing wrong; all else is as it should be. */
static void prf(void)
{
    struct xk_mikey_header h = plain;
    h.prf = 0x80;
    xk_mikey_build_message(&b, out, sizeof out, &h, NULL, 0);
}

static void map_type(void)
{
    struct xk_mikey_header h = plain;
    h.map_type = 3;
    xk_mikey_build_message(&b, out, sizeof out, &h, NULL, 0);
}

static void empty_map_with_a_session(void)
{
    struct xk_mikey_crypto_session session = {0};
    xk_mikey_build_message(&b, out, sizeof out, &plain, &session, 1);
}

static void too_many_sessions(void)
{
    static const struct xk_mikey_crypto_session sessions[256];
    struct xk_mikey_header h = plain;
    h.map_type = XK_MIKEY_MAP_GENERIC_ID;
    xk_mikey_build_message(&b, out, sizeof out, &h, sessions, 256);
}

static void session(unsigned int type, size_t policies, size_t data, size_t spi)
{
    struct xk_mikey_header h = plain;
    h.map_type = (uint8_t)type;
    struct xk_mikey_crypto_session s = {.policies = bytes(policies), .session_data = bytes(data), .spi = bytes(spi)};
    xk_mikey_build_message(&b, out, sizeof out, &h, &s, 1);
}

static void srtp_without_policy(void)
{
    session(XK_MIKEY_MAP_SRTP_ID, 0, 8, 0);
}

static void srtp_data_of_nine(void)
{
    session(XK_MIKEY_MAP_SRTP_ID, 1, 9, 0);
}

static void policies_128(void)
{
    session(XK_MIKEY_MAP_GENERIC_ID, 128, 4, 0);
}

static void session_data_65536(void)
{
    session(XK_MIKEY_MAP_GENERIC_ID, 1, 65536, 0);
}

static void spi_256(void)
{
    session(XK_MIKEY_MAP_GENERIC_ID, 1, 4, 256);
}

static void no_header(void)
{
    xk_mikey_build_message(&b, out, sizeof out, NULL, NULL, 0);
}

static void no_sessions(void)
{
    xk_mikey_build_message(&b, out, sizeof out, &plain, NULL, 1);
}

static void no_room_at_all(void)
{
    xk_mikey_build_message(&b, NULL, sizeof out, &plain, NULL, 0);
}

static void chain_nowhere(void)
{
    xk_mikey_build_chain(&b, NULL, sizeof out, XK_MIKEY_CHAIN_IMPLIED);
}

static void chain_of_no_kind(void)
{
    xk_mikey_build_chain(&b, out, sizeof out, (enum xk_mikey_chain_kind)3);
}

static void begin(void)
{
    xk_mikey_build_message(&b, out, sizeof out, &plain, NULL, 0);
}

static void time_of(unsigned int type, size_t size)
{
    struct xk_mikey_time t = {.type = (uint8_t)type, .value = bytes(size)};
    begin();
    xk_mikey_add_time(&b, &t);
}

static void time_type_4(void)
{
    time_of(4, 8);
}

static void time_of_seven_octets(void)
{
    time_of(XK_MIKEY_TIME_NTP_UTC, 7);
}

static void empty_rand(void)
{
    begin();
    xk_mikey_add_rand(&b, 0, bytes(0));
}

static void rand_role_256(void)
{
    begin();
    xk_mikey_add_rand(&b, 256, bytes(16));
}

static void rand_of_256(void)
{
    begin();
    xk_mikey_add_rand(&b, XK_MIKEY_RANDR_I, bytes(256));
}

static void rand_without_octets(void)
{
    begin();
    xk_mikey_add_rand(&b, 0, (struct xk_bytes){NULL, 16});
}

static void empty_identity(void)
{
    begin();
    xk_mikey_add_identity(&b, &(struct xk_mikey_identity){XK_MIKEY_IDR_I, XK_MIKEY_ID_URI, {NULL, 0}});
}

static void mac_algorithm_3(void)
{
    begin();
    xk_mikey_add_verification(&b, &(struct xk_mikey_verification){3, {large, 20}});
}

static void mac_of_19(void)
{
    begin();
    xk_mikey_add_verification(&b, &(struct xk_mikey_verification){1, {large, 19}});
}

static void ticket_of(unsigned int prf_function, size_t policy, size_t data)
{
    struct xk_mikey_ticket t = {.prf = (uint8_t)prf_function, .policy = bytes(policy), .ticket_data = bytes(data)};
    begin();
    xk_mikey_add_ticket(&b, &t);
}

static void ticket_prf_128(void)
{
    ticket_of(128, 10, 10);
}

static void ticket_without_policy(void)
{
    ticket_of(0, 0, 10);
}

static void ticket_data_65536(void)
{
    ticket_of(0, 10, 65536);
}

static void second_ticket_header(void)
{
    xk_mikey_build_chain(&b, out, sizeof out, XK_MIKEY_CHAIN_IMPLIED);
    xk_mikey_add_ticket_header(&b, bytes(0));
    xk_mikey_add_ticket_header(&b, bytes(0));
}

static void key_of(unsigned int type, unsigned int validity, size_t key, size_t salt)
{
    struct xk_mikey_key_data k = {
        .type = (uint8_t)type, .validity = (uint8_t)validity, .key = bytes(key), .salt = bytes(salt)};
    xk_mikey_build_chain(&b, out, sizeof out, XK_MIKEY_CHAIN_IMPLIED);
    xk_mikey_add_key_data(&b, &k);
}

static void key_type_7(void)
{
    key_of(7, 0, 16, 0);
}

static void key_validity_3(void)
{
    key_of(XK_MIKEY_TGK, 3, 16, 0);
}

static void empty_key(void)
{
    key_of(XK_MIKEY_TGK, 0, 0, 0);
}

static void tgk_with_salt(void)
{
    key_of(XK_MIKEY_TGK, 0, 16, 14);
}

static void tek_salt_without(void)
{
    key_of(XK_MIKEY_TEK_SALT, 0, 16, 0);
}

static void too_many_payloads(void)
{
    begin();
    for (unsigned int i = 0; i <= XK_MIKEY_PAYLOADS_MAX; i++) {
        xk_mikey_add_rand(&b, 0, bytes(1));
    }
}

static void nothing_but_a_header(void)
{
    begin();
}

static void each_mistake_is_told_with_its_field(void **state)
{
    (void)state;
    static const struct {
        void (*make)(void);
        enum xk_status status;
        const char *field;
    } rows[] = {
        {prf, XK_E_FIELD, "HDR"},
        {map_type, XK_E_FIELD, "HDR"},
        {empty_map_with_a_session, XK_E_FIELD, "HDR"},
        {too_many_sessions, XK_E_FIELD_LIMIT, "#CS"},
        {srtp_without_policy, XK_E_FIELD, "CS ID map info"},
        {srtp_data_of_nine, XK_E_FIELD, "CS ID map info"},
        {policies_128, XK_E_FIELD_LIMIT, "#P"},
        {session_data_65536, XK_E_FIELD_LIMIT, "Session Data"},
        {spi_256, XK_E_FIELD_LIMIT, "SPI"},
        {no_header, XK_E_ARGUMENT, ""},
        {no_sessions, XK_E_ARGUMENT, ""},
        {no_room_at_all, XK_E_ARGUMENT, ""},
        {chain_nowhere, XK_E_ARGUMENT, ""},
        {chain_of_no_kind, XK_E_ARGUMENT, ""},
        {time_type_4, XK_E_FIELD, "TS value"},
        {time_of_seven_octets, XK_E_FIELD, "TS value"},
        {empty_rand, XK_E_FIELD, "RAND"},
        {rand_role_256, XK_E_FIELD, "RAND"},
        {rand_of_256, XK_E_FIELD_LIMIT, "RAND"},
        {rand_without_octets, XK_E_ARGUMENT, "RAND"},
        {empty_identity, XK_E_FIELD, "ID Data"},
        {mac_algorithm_3, XK_E_FIELD, "MAC"},
        {mac_of_19, XK_E_FIELD, "MAC"},
        {ticket_prf_128, XK_E_FIELD, "TP Data"},
        {ticket_without_policy, XK_E_FIELD, "TP Data"},
        {ticket_data_65536, XK_E_FIELD_LIMIT, "Ticket Data"},
        {second_ticket_header, XK_E_FIELD, "THDR"},
        {key_type_7, XK_E_FIELD, "Key data"},
        {key_validity_3, XK_E_FIELD, "Key data"},
        {empty_key, XK_E_FIELD, "Key data"},
        {tgk_with_salt, XK_E_FIELD, "Key data"},
        {tek_salt_without, XK_E_FIELD, "Key data"},
        {too_many_payloads, XK_E_FIELD_LIMIT, "payloads"},
        {nothing_but_a_header, XK_E_FIELD_EMPTY, "payloads"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_diag diag;
        size_t size = 12345;
        rows[i].make();
        if (rows[i].status != XK_E_FIELD_EMPTY) {
            xk_mikey_add_rand(&b, 0, bytes(1)); /* after a mistake nothing is added */
        }
        assert_int_equal(xk_mikey_build_end(&b, &size, &diag), rows[i].status);
        assert_string_equal(diag.field, rows[i].field);
        assert_int_equal(size, 12345);
    }
}

static void the_first_mistake_stays(void **state)
{
    (void)state;
    struct xk_diag diag;
    size_t size;
    begin();
    xk_mikey_add_rand(&b, 0, bytes(0));
    xk_mikey_add_identity(&b, &(struct xk_mikey_identity){0, XK_MIKEY_ID_URI, {NULL, 0}});
    assert_int_equal(xk_mikey_build_end(&b, &size, &diag), XK_E_FIELD);
    assert_string_equal(diag.field, "RAND");
    assert_int_equal(diag.offset, 11); /* behind the header and the octet of the next payload */
}

static void add_all(void)
{
    struct xk_mikey_kemac kemac = {.encrypted = bytes(3)};
    struct xk_mikey_policy policy = {.number = 1, .parameters = bytes(3)};
    struct xk_mikey_time time = {.type = XK_MIKEY_TIME_COUNTER, .value = bytes(4), .role = XK_MIKEY_TR_S};
    struct xk_mikey_ticket ticket = {.prf = 127, .policy = bytes(4)};
    xk_mikey_add_time(&b, &time);
    xk_mikey_add_rand(&b, XK_MIKEY_RANDR_R, bytes(4));
    xk_mikey_add_identity(&b, &(struct xk_mikey_identity){XK_MIKEY_IDR_R, XK_MIKEY_ID_BYTES, bytes(2)});
    xk_mikey_add_policy(&b, &policy);
    xk_mikey_add_ticket(&b, &ticket);
    xk_mikey_add_kemac(&b, &kemac);
    xk_mikey_add_verification(&b, &(struct xk_mikey_verification){1, {NULL, 0}});
}

static void any_buffer_that_is_too_small_is_told(void **state)
{
    (void)state;
    size_t whole = 0;
    begin();
    add_all();
    assert_int_equal(xk_mikey_build_end(&b, &whole, NULL), XK_OK);
    for (size_t capacity = 0; capacity < whole; capacity++) {
        size_t size = 0;
        memset(out, 0x77, sizeof out);
        xk_mikey_build_message(&b, out, capacity, &plain, NULL, 0);
        add_all();
        assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_E_SPACE);
        assert_int_equal(out[capacity], 0x77);
    }
}

static void without_time(void) { xk_mikey_add_time(&b, NULL); }
static void without_identity(void) { xk_mikey_add_identity(&b, NULL); }
static void without_policy(void) { xk_mikey_add_policy(&b, NULL); }
static void without_kemac(void) { xk_mikey_add_kemac(&b, NULL); }
static void without_ticket(void) { xk_mikey_add_ticket(&b, NULL); }
static void without_key(void) { xk_mikey_add_key_data(&b, NULL); }
static void without_verification(void) { xk_mikey_add_verification(&b, NULL); }
static void time_nowhere(void)
{
    xk_mikey_add_time(&b, &(struct xk_mikey_time){.type = XK_MIKEY_TIME_NTP_UTC, .value = {NULL, 8}});
}
static void mac_nowhere(void) { xk_mikey_add_verification(&b, &(struct xk_mikey_verification){1, {NULL, 20}}); }
static void kemac_nowhere(void) { xk_mikey_add_kemac(&b, &(struct xk_mikey_kemac){.encrypted = {NULL, 1}}); }
static void rand_nowhere(void) { xk_mikey_add_rand(&b, 0, (struct xk_bytes){NULL, 16}); }
static void long_rand_nowhere(void) { xk_mikey_add_rand(&b, 0, (struct xk_bytes){NULL, 256}); }
static void session_nowhere(unsigned int map_type, const struct xk_mikey_crypto_session *session)
{
    struct xk_mikey_header header = plain;
    header.map_type = (uint8_t)map_type;
    xk_mikey_build_message(&b, out, sizeof out, &header, session, 1);
}
static void policies_nowhere(void)
{
    session_nowhere(XK_MIKEY_MAP_GENERIC_ID, &(struct xk_mikey_crypto_session){.policies = {NULL, 1}});
}
static void spi_nowhere(void)
{
    session_nowhere(XK_MIKEY_MAP_GENERIC_ID, &(struct xk_mikey_crypto_session){.spi = {NULL, 1}});
}
static void srtp_policy_nowhere(void)
{
    session_nowhere(XK_MIKEY_MAP_SRTP_ID,
                    &(struct xk_mikey_crypto_session){.policies = {NULL, 1}, .session_data = bytes(8)});
}
static void srtp_data_nowhere(void)
{
    session_nowhere(XK_MIKEY_MAP_SRTP_ID,
                    &(struct xk_mikey_crypto_session){.policies = bytes(1), .session_data = {NULL, 8}});
}

/* What was to be added and is not there makes no message without it. */
static void what_is_null_is_told_at_the_end(void **state)
{
    (void)state;
    static const struct {
        void (*add)(void);
        const char *field;
    } rows[] = {
        {without_time, "T"},           {without_identity, "IDR"},         {without_policy, "SP"},
        {without_kemac, "KEMAC"},      {without_ticket, "TICKET"},        {without_key, "Key data"},
        {without_verification, "V"},   {time_nowhere, "TS value"},        {mac_nowhere, "MAC"},
        {kemac_nowhere, "KEMAC"},      {rand_nowhere, "RAND"},            {policies_nowhere, "policy_no"},
        {long_rand_nowhere, "RAND"},
        {spi_nowhere, "SPI"},          {srtp_policy_nowhere, "policy_no"}, {srtp_data_nowhere, "Session Data"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t size = 77;
        struct xk_diag diag = {XK_OK, 0, ""};
        begin();
        rows[i].add();
        assert_int_equal(xk_mikey_build_end(&b, &size, &diag), XK_E_ARGUMENT);
        assert_string_equal(diag.field, rows[i].field);
        assert_int_equal(size, 77);
    }
}

static void without_a_builder_nothing_happens(void **state)
{
    (void)state;
    size_t size;
    begin();
    const struct xk_mikey_builder before = b;
    const struct xk_mikey_time time = {0};
    const struct xk_mikey_identity identity = {0};
    const struct xk_mikey_policy policy = {0};
    const struct xk_mikey_kemac kemac = {0};
    const struct xk_mikey_ticket ticket = {0};
    const struct xk_mikey_key_data key = {0};
    const struct xk_mikey_verification v = {0};
    xk_mikey_build_message(NULL, out, sizeof out, &plain, NULL, 0);
    xk_mikey_build_chain(NULL, out, sizeof out, XK_MIKEY_CHAIN_IMPLIED);
    xk_mikey_add_time(NULL, &time);
    xk_mikey_add_rand(NULL, 0, bytes(1));
    xk_mikey_add_identity(NULL, &identity);
    xk_mikey_add_policy(NULL, &policy);
    xk_mikey_add_kemac(NULL, &kemac);
    xk_mikey_add_ticket(NULL, &ticket);
    xk_mikey_add_ticket_header(NULL, bytes(1));
    xk_mikey_add_key_data(NULL, &key);
    xk_mikey_add_verification(NULL, &v);
    assert_memory_equal(&b, &before, sizeof b);
    assert_int_equal(xk_mikey_build_end(NULL, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_build_end(&b, NULL, NULL), XK_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_srtp_id_map_is_written_to_the_octet),
        cmocka_unit_test(a_generic_id_map_keeps_the_s_flag),
        cmocka_unit_test(a_key_has_its_salt_and_its_interval),
        cmocka_unit_test(each_mistake_is_told_with_its_field),
        cmocka_unit_test(the_first_mistake_stays),
        cmocka_unit_test(any_buffer_that_is_too_small_is_told),
        cmocka_unit_test(what_is_null_is_told_at_the_end),
        cmocka_unit_test(without_a_builder_nothing_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
