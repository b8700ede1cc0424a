/* SPDX-License-Identifier: BSD-2-Clause */
/* The kit's exchanges are taken by the KMS that reads alike, with the keys that the phones have, and by no other. */
#include <xk_test/exchange.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk/exchange.h>
#include <xk_kms/issue.h>
#include <xk_test/random.h>

#include "support/remains.h"

static const uint8_t tpk[16] = "ticket-key-16-oc";
static struct xk_test_random source;
static struct xk_test_exchange made;
static struct xk_answer answer;
static struct xk_session_result results[XK_CRYPTO_SESSIONS_MAX];
static uint8_t key_space[XK_CRYPTO_SESSIONS_MAX * (XK_SESSION_KEY_MAX + XK_SALT_MAX)];

static struct xk_test_exchange_config config_of(uint64_t seed)
{
    struct xk_test_exchange_config config;
    xk_test_exchange_config_init(&config);
    xk_test_random_init(&source, seed);
    config.ticket_key = (struct xk_bytes){tpk, sizeof tpk};
    config.random = xk_test_random_fill;
    config.user = &source;
    return config;
}

static bool give_key(const struct xk_mikey_ticket *ticket, struct xk_bytes psk, unsigned int generation, uint8_t *key,
                     size_t *size, void *user)
{
    (void)ticket;
    (void)psk;
    (void)user;
    memcpy(key, tpk, sizeof tpk);
    *size = sizeof tpk;
    return generation == 0;
}

static struct xk_bytes octets(const uint8_t *data, size_t size)
{
    return size > 0 ? (struct xk_bytes){data, size} : (struct xk_bytes){NULL, 0};
}

/* What the KMS says, with the readings that it has. */
static enum xk_failure ask(const struct xk_kms_options *options)
{
    static struct xk_exchange exchange;
    const struct xk_kms_callbacks callbacks = {.ticket_key = give_key};
    struct xk_get_keys message;
    struct xk_query query;
    struct xk_kms kms;
    uint8_t cs_ids[XK_CRYPTO_SESSIONS_MAX];
    memset(&message, 0, sizeof message);
    memset(&query, 0, sizeof query);
    memset(&answer, 0, sizeof answer);
    message.transfer_init = octets(made.init, made.init_size);
    message.transfer_resp = octets(made.resp, made.resp_size);
    message.update_init = octets(made.update_init, made.update_init_size);
    message.update_resp = octets(made.update_resp, made.update_resp_size);
    assert_int_equal(xk_exchange_parse(&message, &exchange, NULL), XK_OK);
    xk_kms_init(&kms, &callbacks, NULL);
    kms.options = *options;
    query.exchange = &exchange;
    query.cs_count = xk_exchange_sessions(&exchange, cs_ids);
    query.cs_ids = cs_ids;
    answer.sessions = results;
    answer.key_space = key_space;
    answer.key_space_size = sizeof key_space;
    assert_int_equal(xk_kms_resolve(&kms, &query, &answer), XK_ANSWER_NOW);
    return answer.failure;
}

static void keys_are_the_phones(uint32_t count)
{
    assert_int_equal(answer.session_count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(results[i].failure, XK_FAILURE_NONE);
        assert_int_equal(results[i].cs_id, i + 1);
        assert_int_equal(results[i].key.size, XK_TEST_EXCHANGE_KEY_SIZE);
        assert_memory_equal(results[i].key.data, made.keys[i], XK_TEST_EXCHANGE_KEY_SIZE);
        assert_int_equal(results[i].salt.size, XK_TEST_EXCHANGE_SALT_SIZE);
        assert_memory_equal(results[i].salt.data, made.salts[i], XK_TEST_EXCHANGE_SALT_SIZE);
        assert_int_equal(results[i].cipher, XK_CIPHER_AES_CM);
    }
}

static void a_kms_gives_the_keys_that_the_phones_have(void **state)
{
    static const struct xk_kms_options defaults;
    static uint8_t before[XK_TEST_EXCHANGE_KEY_SIZE];
    (void)state;
    for (unsigned int shape = 0; shape < 3 * 4 * 4; shape++) {
        struct xk_test_exchange_config config = config_of(100 + shape);
        config.session_count = 1 + shape % 4;
        config.key = (enum xk_test_key_place)(shape / 4 % 3);
        config.update = shape / 12 > 0;
        config.update_key = (enum xk_test_key_place)(config.update ? shape / 12 - 1 : 0);
        config.answerer = shape % 2 == 0 ? NULL : "sip:carol@example.com";
        assert_int_equal(xk_test_exchange_make(&config, &made, NULL), XK_OK);
        assert_int_equal(made.update_init_size > 0, config.update);
        assert_int_equal(made.update_resp_size > 0, config.update);
        assert_int_equal(ask(&defaults), XK_FAILURE_NONE);
        keys_are_the_phones(config.session_count);
        assert_memory_not_equal(before, made.keys[0], sizeof before);
        memcpy(before, made.keys[0], sizeof before);
    }
}

static void has_sessions(const uint8_t *data, size_t size, uint32_t count, const uint8_t *spi)
{
    struct xk_mikey_message message;
    struct xk_mikey_crypto_session session;
    size_t at = 0;
    assert_int_equal(xk_mikey_parse(data, size, &message, NULL), XK_OK);
    for (uint32_t i = 0; i < count; i++) {
        assert_true(xk_mikey_next_crypto_session(&message, &at, &session));
        assert_int_equal(session.cs_id, i + 1);
        assert_int_equal(session.spi.size, spi != NULL ? 2 : 0);
        assert_int_equal(session.session_data.size, spi != NULL ? 4 : 0);
        if (spi != NULL) {
            const uint8_t ssrc[] = {(uint8_t)(made.ssrc[i] >> 24), (uint8_t)(made.ssrc[i] >> 16),
                                    (uint8_t)(made.ssrc[i] >> 8), (uint8_t)made.ssrc[i]};
            assert_memory_equal(session.spi.data, spi, 2);
            assert_memory_equal(session.session_data.data, ssrc, 4);
        }
    }
    assert_false(xk_mikey_next_crypto_session(&message, &at, &session));
}

/* An INIT offers the Crypto Sessions; a RESP names the key and the SSRC of each. */
static void only_a_resp_names_the_keys_of_its_sessions(void **state)
{
    (void)state;
    static const uint8_t of_ticket[] = {0, 1};
    static const uint8_t of_update[] = {0, 2};
    for (unsigned int key = 0; key < 3; key++) {
        struct xk_test_exchange_config config = config_of(9);
        config.session_count = 3;
        config.update = true;
        config.update_key = (enum xk_test_key_place)key;
        assert_int_equal(xk_test_exchange_make(&config, &made, NULL), XK_OK);
        has_sessions(made.init, made.init_size, 3, NULL);
        has_sessions(made.resp, made.resp_size, 3, of_ticket);
        has_sessions(made.update_init, made.update_init_size, 3, NULL);
        has_sessions(made.update_resp, made.update_resp_size, 3,
                     key == XK_TEST_KEY_OF_TICKET ? of_ticket : of_update);
    }
}

static void is_text(struct xk_bytes view, const char *text)
{
    assert_int_equal(view.size, strlen(text));
    assert_memory_equal(view.data, text, view.size);
}

static void is_identity(const struct xk_mikey_identity *identity, unsigned int role, const char *uri)
{
    assert_int_equal(identity->role, role);
    assert_int_equal(identity->type, XK_MIKEY_ID_URI);
    is_text(identity->data, uri);
}

/* Seconds since 1900, whole, in eight octets or four. */
static void is_time(const struct xk_mikey_time *time, unsigned int role, unsigned int type, uint64_t seconds)
{
    assert_int_equal(time->role, role);
    assert_int_equal(time->type, type);
    assert_int_equal(time->value.size, type == XK_MIKEY_TIME_NTP_UTC_32 ? 4 : 8);
    assert_true(time->ntp64 == seconds << 32);
}

static void is_octets(struct xk_bytes view, const uint8_t *octets)
{
    assert_int_equal(view.size, 16);
    assert_memory_equal(view.data, octets, 16);
}

static void is_header(const struct xk_mikey_header *header, unsigned int type, bool v_flag, uint32_t csb_id)
{
    assert_int_equal(header->version, 1);
    assert_int_equal(header->data_type, type);
    assert_int_equal(header->v_flag, v_flag);
    assert_int_equal(header->prf, XK_MIKEY_PRF_HMAC_SHA_256);
    assert_int_equal(header->csb_id, csb_id);
    assert_int_equal(header->map_type, XK_MIKEY_MAP_GENERIC_ID);
}

static void the_ticket_says_who_may_answer_and_how_long(const struct xk_mikey_ticket *ticket, uint64_t now)
{
    size_t at = 0;
    struct xk_mikey_identity entry;
    assert_int_equal(ticket->type, 1);
    assert_int_equal(ticket->subtype, 1);
    assert_int_equal(ticket->version, 1);
    assert_int_equal(ticket->prf, XK_MIKEY_PRF_MIKEY_1);
    assert_int_equal(ticket->flags, XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_E | XK_MIKEY_FLAG_F | XK_MIKEY_FLAG_G |
                                        XK_MIKEY_FLAG_H | XK_MIKEY_FLAG_I | XK_MIKEY_FLAG_N | XK_MIKEY_FLAG_O);
    is_identity(&ticket->kms, XK_MIKEY_IDR_KMS, "sip:kms@example.com");
    is_identity(&ticket->initiator, XK_MIKEY_IDR_I, "sip:alice@example.com");
    is_time(&ticket->valid_from, XK_MIKEY_TR_S, XK_MIKEY_TIME_NTP_UTC_32, now - 3600);
    is_time(&ticket->valid_until, XK_MIKEY_TR_E, XK_MIKEY_TIME_NTP_UTC_32, now + 86400);
    assert_int_equal(ticket->responder_count, 2);
    assert_true(xk_mikey_ticket_next_responder(ticket, &at, &entry));
    is_identity(&entry, XK_MIKEY_IDR_R, "sip:bob@example.com");
    assert_true(xk_mikey_ticket_next_responder(ticket, &at, &entry));
    is_identity(&entry, XK_MIKEY_IDR_R, "sip:carol@example.com");
}

/* What is in the clear, word by word: the first octets that are drawn are the CSB ID, three keys and four RANDs. */
static void the_messages_say_what_phones_say(void **state)
{
    (void)state;
    static const uint8_t srtp[] = {0, 1, 1, 1, 1, 16, 2, 1, 1, 4, 1, 14, 11, 1, 10};
    const uint64_t now = UINT64_C(1767225600) + UINT64_C(2208988800);
    uint8_t drawn[4 + 7 * 16];
    uint32_t csb_id;
    struct xk_mikey_message m;
    struct xk_mikey_payload payload = {0};
    size_t policies = 0;
    struct xk_test_exchange_config config = config_of(5);
    assert_true(xk_test_random_fill(drawn, sizeof drawn, &source));
    memcpy(&csb_id, drawn, sizeof csb_id);
    config = config_of(5);
    config.update = true;
    config.answerer = "sip:carol@example.com";
    config.header_prf = XK_MIKEY_PRF_HMAC_SHA_256;
    assert_int_equal(xk_test_exchange_make(&config, &made, NULL), XK_OK);

    assert_int_equal(xk_mikey_parse(made.init, made.init_size, &m, NULL), XK_OK);
    is_header(&m.header, XK_MIKEY_TRANSFER_INIT, true, csb_id);
    is_time(&m.time, 0, XK_MIKEY_TIME_NTP_UTC, now);
    is_octets(m.rand_initiator, drawn + 4 + 4 * 16);
    is_identity(&m.id_initiator, XK_MIKEY_IDR_I, "sip:alice@example.com");
    is_identity(&m.id_responder, XK_MIKEY_IDR_R, "sip:bob@example.com");
    the_ticket_says_who_may_answer_and_how_long(&m.ticket, now);
    while (xk_mikey_next_payload(&m, &payload)) {
        if (payload.type == XK_MIKEY_SP) { /* next payload, policy number, protocol, and how long it is */
            static const uint8_t head[] = {0, 0, 0, sizeof srtp};
            policies++;
            assert_memory_equal(payload.whole.data + 1, head, sizeof head);
            assert_int_equal(payload.whole.size, 5 + sizeof srtp);
            assert_memory_equal(payload.whole.data + 5, srtp, sizeof srtp);
        }
    }
    assert_int_equal(policies, 1);

    assert_int_equal(xk_mikey_parse(made.resp, made.resp_size, &m, NULL), XK_OK);
    is_header(&m.header, XK_MIKEY_TRANSFER_RESP, false, csb_id);
    is_time(&m.time, 0, XK_MIKEY_TIME_NTP_UTC, now + 2);
    is_octets(m.rand_responder, drawn + 4 + 5 * 16);
    is_octets(m.rand_kms, drawn + 4 + 6 * 16);
    is_identity(&m.id_responder, XK_MIKEY_IDR_R, "sip:carol@example.com");
    assert_int_equal(m.policy_count, 0);

    assert_int_equal(xk_mikey_parse(made.update_init, made.update_init_size, &m, NULL), XK_OK);
    is_header(&m.header, XK_MIKEY_TRANSFER_INIT, true, csb_id);
    is_time(&m.time, 0, XK_MIKEY_TIME_NTP_UTC, now + 10);
    assert_null(m.ticket.whole.data);
    assert_null(m.id_initiator.data.data);
    assert_null(m.id_responder.data.data);
    assert_int_equal(m.policy_count, 0);
    assert_int_equal(xk_mikey_parse(made.update_resp, made.update_resp_size, &m, NULL), XK_OK);
    is_header(&m.header, XK_MIKEY_TRANSFER_RESP, false, csb_id);
    is_time(&m.time, 0, XK_MIKEY_TIME_NTP_UTC, now + 12);
}

static void a_sequence_makes_the_same_exchange_again(void **state)
{
    static struct xk_test_exchange again;
    (void)state;
    struct xk_test_exchange_config config = config_of(7);
    assert_int_equal(xk_test_exchange_make(&config, &again, NULL), XK_OK);
    config = config_of(7);
    assert_int_equal(xk_test_exchange_make(&config, &made, NULL), XK_OK);
    assert_memory_equal(&again, &made, sizeof made);
    config = config_of(8);
    assert_int_equal(xk_test_exchange_make(&config, &made, NULL), XK_OK);
    assert_memory_not_equal(again.ssrc, made.ssrc, sizeof again.ssrc);
}

/* Each of both readings is taken by itself, and by the other where the two come to the same. */
static void is_read(struct xk_test_exchange_config config, const struct xk_kms_options *other,
                    enum xk_failure otherwise, const char *field)
{
    static const struct xk_kms_options defaults;
    const struct xk_kms_options *const both[] = {&defaults, other};
    for (size_t of = 0; of < 2; of++) {
        for (size_t asked = 0; asked < 2; asked++) {
            struct xk_kms_options options = *both[asked];
            config.readings = *both[of];
            options.allow_mixed = config.header_prf != config.ticket_prf;
            assert_int_equal(xk_test_exchange_make(&config, &made, NULL), XK_OK);
            enum xk_failure failure = ask(&options);
            assert_int_equal(failure, of == asked ? XK_FAILURE_NONE : otherwise);
            assert_string_equal(answer.field, failure == XK_FAILURE_NONE ? "" : field);
            if (failure == XK_FAILURE_NONE) {
                keys_are_the_phones(1);
            }
        }
    }
}

static void each_reading_is_taken_by_itself_alone(void **state)
{
    const struct xk_kms_options vr = {.vr_prf = XK_KMS_VR_PRF_HEADER};
    const struct xk_kms_options message = {.message_prf = XK_KMS_MESSAGE_PRF_POLICY};
    const struct xk_kms_options time = {.resp_time = XK_KMS_RESP_TIME_RESP};
    const struct xk_kms_options key = {.update_key = XK_KMS_UPDATE_DERIVED_AGAIN};
    const struct xk_kms_options identity = {.update_identity = XK_KMS_UPDATE_IDENTITY_DIALLED};
    (void)state;
    struct xk_test_exchange_config config = config_of(1);
    is_read(config, &vr, XK_FAILURE_NONE, "");
    is_read(config, &message, XK_FAILURE_NONE, "");
    is_read(config, &time, XK_FAILURE_NONE, "");
    is_read(config, &key, XK_FAILURE_NONE, "");
    is_read(config, &identity, XK_FAILURE_NONE, "");
    config.header_prf = XK_MIKEY_PRF_HMAC_SHA_256;
    is_read(config, &vr, XK_FAILURE_INIT_MAC, "Vr");
    is_read(config, &message, XK_FAILURE_INIT_MAC, "V of TRANSFER_INIT");
    config = config_of(2);
    config.key = XK_TEST_KEY_OF_RESP;
    is_read(config, &time, XK_FAILURE_KEMAC, "KEMAC of TRANSFER_RESP");
    config = config_of(3);
    config.update = true;
    is_read(config, &key, XK_FAILURE_INIT_MAC, "V of the update's TRANSFER_INIT");
    is_read(config, &identity, XK_FAILURE_NONE, ""); /* who was dialled has answered */
    config.update_key = XK_TEST_KEY_OF_RESP;
    is_read(config, &time, XK_FAILURE_KEMAC, "KEMAC of the update's TRANSFER_RESP");
    config.answerer = "sip:carol@example.com";
    is_read(config, &identity, XK_FAILURE_INIT_MAC, "V of the update's TRANSFER_INIT");
}

static void refuses(const struct xk_test_exchange_config *config, enum xk_status status, const char *field)
{
    static const struct xk_test_exchange nothing;
    struct xk_diag diag = {XK_OK, 1, NULL};
    memset(&made, 0x5a, sizeof made);
    assert_int_equal(xk_test_exchange_make(config, &made, &diag), status);
    assert_int_equal(diag.status, status);
    assert_string_equal(diag.field, field);
    assert_memory_equal(&made, &nothing, sizeof made);
}

static void each_member_has_its_limits(void **state)
{
    static char longest[XK_IDENTITY_MAX + 2];
    (void)state;
    struct xk_test_exchange_config c;
    const struct xk_test_exchange_config good = config_of(1);
    assert_int_equal(xk_test_exchange_make(NULL, &made, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_test_exchange_make(&good, NULL, NULL), XK_E_ARGUMENT);
    xk_test_exchange_config_init(NULL);
    refuses(((void)(c = good), (void)(c.kms = NULL), &c), XK_E_CONFIG, "kms");
    refuses(((void)(c = good), (void)(c.kms = ""), &c), XK_E_CONFIG, "kms");
    refuses(((void)(c = good), (void)(c.caller = NULL), &c), XK_E_CONFIG, "caller");
    refuses(((void)(c = good), (void)(c.caller = ""), &c), XK_E_CONFIG, "caller");
    refuses(((void)(c = good), (void)(c.dialled = NULL), &c), XK_E_CONFIG, "dialled");
    refuses(((void)(c = good), (void)(c.dialled = ""), &c), XK_E_CONFIG, "dialled");
    refuses(((void)(c = good), (void)(c.answerer = ""), &c), XK_E_CONFIG, "answerer");
    refuses(((void)(c = good), (void)(c.ticket_key.data = NULL), &c), XK_E_CONFIG, "ticket_key");
    refuses(((void)(c = good), (void)(c.ticket_key.size = 0), &c), XK_E_CONFIG, "ticket_key");
    refuses(((void)(c = good), (void)(c.ticket_key.size = XK_KMS_KEY_MAX + 1), &c), XK_E_CONFIG, "ticket_key");
    refuses(((void)(c = good), (void)(c.now = UINT32_MAX), &c), XK_E_CONFIG, "now");
    refuses(((void)(c = good), (void)(c.session_count = 0), &c), XK_E_CONFIG, "session_count");
    refuses(((void)(c = good), (void)(c.session_count = XK_TEST_EXCHANGE_SESSIONS_MAX + 1), &c), XK_E_CONFIG,
            "session_count");
    refuses(((void)(c = good), (void)(c.header_prf = 2), &c), XK_E_CONFIG, "header_prf");
    refuses(((void)(c = good), (void)(c.ticket_prf = 2), &c), XK_E_CONFIG, "ticket_prf");
    refuses(((void)(c = good), (void)(c.key = (enum xk_test_key_place)3), &c), XK_E_CONFIG, "key");
    refuses(((void)(c = good), (void)(c.update_key = (enum xk_test_key_place)3), &c), XK_E_CONFIG, "update_key");
    refuses(((void)(c = good), (void)(c.random = NULL), &c), XK_E_CONFIG, "random");
    memset(longest, 'a', sizeof longest - 1);
    refuses(((void)(c = good), (void)(c.kms = longest), &c), XK_E_CONFIG, "kms");
    refuses(((void)(c = good), (void)(c.caller = longest), &c), XK_E_CONFIG, "caller");
    refuses(((void)(c = good), (void)(c.dialled = longest), &c), XK_E_CONFIG, "dialled");
    refuses(((void)(c = good), (void)(c.answerer = longest), &c), XK_E_CONFIG, "answerer");
    longest[XK_IDENTITY_MAX] = '\0';
    refuses(((void)(c = good), (void)(c.caller = c.kms = longest), &c), XK_E_SPACE, ""); /* both in one Ticket Policy */
    c.kms = good.kms;
    assert_int_equal(xk_test_exchange_make(&c, &made, NULL), XK_OK);
    for (uint64_t nth = 1; nth <= 2; nth++) {
        c = config_of(1);
        xk_test_random_fail(&source, nth, 1);
        refuses(&c, XK_E_RANDOM, "random");
    }
}

static void work(void *context)
{
    assert_int_equal(xk_test_exchange_make(context, &made, NULL), XK_OK);
}

/* The first octets that are drawn are the CSB ID, MPK and both TGKs. */
static void nothing_stays_on_the_stack(void **state)
{
    static struct xk_test_exchange_config config;
    static uint8_t drawn[52];
    (void)state;
    for (unsigned int update = 0; update < 2; update++) {
        config = config_of(1);
        assert_true(xk_test_random_fill(drawn, sizeof drawn, &source));
        config = config_of(1);
        config.update = update == 1;
        config.update_key = XK_TEST_KEY_OF_RESP;
        for (size_t at = 4; at < sizeof drawn; at += 16) {
            assert_int_equal(remains_on_stack(work, &config, drawn + at, 16), 0);
            xk_test_random_init(&source, 1);
            config.user = &source;
        }
        assert_int_equal(remains_on_stack(work, &config, made.keys[0], sizeof made.keys[0]), 0);
    }
}

static bool draw_sevens(uint8_t *out, size_t size, void *user)
{
    (void)user;
    memset(out, 7, size);
    return true;
}

/* The TGK as it is forked for who answers, of which the Crypto Sessions' keys are made. */
static void the_forked_key_does_not_stay_on_the_stack(void **state)
{
    static struct xk_test_exchange_config config;
    static uint8_t forked[16];
    static uint8_t sevens[16];
    (void)state;
    memset(sevens, 7, sizeof sevens);
    const struct xk_bytes drawn = {sevens, sizeof sevens};
    config = config_of(1);
    config.random = draw_sevens;
    assert_int_equal(xk_kms_fork(config.ticket_prf, XK_KMS_FORK_TGK, drawn, xk_text(config.dialled), drawn, forked,
                                 NULL), XK_OK);
    assert_int_equal(remains_on_stack(work, &config, forked, sizeof forked), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kms_gives_the_keys_that_the_phones_have),
        cmocka_unit_test(only_a_resp_names_the_keys_of_its_sessions),
        cmocka_unit_test(the_messages_say_what_phones_say),
        cmocka_unit_test(a_sequence_makes_the_same_exchange_again),
        cmocka_unit_test(each_reading_is_taken_by_itself_alone),
        cmocka_unit_test(each_member_has_its_limits),
        cmocka_unit_test(nothing_stays_on_the_stack),
        cmocka_unit_test(the_forked_key_does_not_stay_on_the_stack),
    };
    return cmocka_run_group_tests_name("exchange of the kit", tests, NULL, NULL);
}
