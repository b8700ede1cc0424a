/* SPDX-License-Identifier: BSD-2-Clause */
/* What the KMS refuses though the exchange is well formed, and the readings of RFC 6043 that are options. */
#include "scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "kms/derive.h"

static struct scenario sc;

static struct setting forking(void)
{
    struct setting s = base();
    s.flags = FORKING_FLAGS;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    return s;
}

static void nothing_is_left(void)
{
    for (size_t i = 0; i < sizeof sc.key_space; i++) {
        assert_int_equal(sc.key_space[i], 0);
    }
}

static void is_refused_for(const struct setting *s, enum xk_failure wanted, const char *field)
{
    assert_int_equal(scenario_build(s, &sc), XK_OK);
    assert_int_equal(scenario_ask(s, &sc).failure, wanted);
    assert_string_equal(sc.field, field);
    nothing_is_left();
}

/* One Crypto Session, or all. */
static void is_refused(const struct setting *s, enum xk_failure wanted)
{
    assert_int_equal(scenario_build(s, &sc), XK_OK);
    assert_int_equal(scenario_ask(s, &sc).failure, wanted);
    nothing_is_left();
}

/* Changes the MAC that `part` ends with, counted from its end, and asks. */
static void changed_is(const struct setting *s, struct xk_bytes *part, uint8_t *octets, size_t from_end,
                       enum xk_failure wanted)
{
    assert_int_equal(scenario_build(s, &sc), XK_OK);
    octets[part->size - from_end] ^= 1;
    assert_int_equal(scenario_ask(s, &sc).failure, wanted);
    nothing_is_left();
}

static void a_forked_key_is_given_under_every_prf_and_suite(void **state)
{
    (void)state;
    struct setting s = forking();
    uint8_t forked[16];
    uint8_t tek[16];
    for (unsigned int prf = 0; prf < 2; prf++) {
        s.prf = prf;
        s.suite = prf == 0 ? XK_KMS_SUITE_128 : XK_KMS_SUITE_256;
        struct xk_session_result r = resolve(&s);
        assert_true(xki_kms_derive_fork(NULL, prf, XKI_KMS_TGK_FORKED, (struct xk_bytes){scenario_secret, 16},
                                    xk_text("sip:bob@example.com"), (struct xk_bytes){scenario_rand, 16}, forked));
        const struct xki_kms_derivation d = {
            prf, {forked, 16}, 5, UINT32_MAX, XKI_KMS_LABEL_SESSION, 2, {scenario_rand, 16}, {scenario_rand, 16}, NULL};
        assert_true(xki_kms_derive(&d, XKI_KMS_TEK, tek, 16));
        assert_int_equal(r.failure, XK_FAILURE_NONE);
        assert_memory_equal(r.key.data, tek, 16);
    }
}

static void identities_that_the_init_leaves_out_come_from_the_ticket(void **state)
{
    (void)state;
    struct setting s = base();
    s.ticket_key = key_of(XK_MIKEY_TEK, false);
    s.bare = true;
    assert_int_equal(resolve(&s).failure, XK_FAILURE_NONE);
}

/* The MAC covers both identities with nothing between them. Where SIP alone names both, whoever asks could move the
 * boundary, and with it the target: SIP's word for the Responder then counts for nothing, and those whom the ticket
 * or the RESP names are tried. */
static void hints_cannot_move_the_boundary_between_the_identities(void **state)
{
    (void)state;
    static const struct {
        const char *initiator;
        const char *responder;
        enum xk_failure failure;
    } rows[] = {
        {"sip:alice@example.com", "sip:bob@example.com", XK_FAILURE_NONE},
        {"sip:alice@example.co", "msip:bob@example.com", XK_FAILURE_INIT_MAC},
        {"sip:alice@example.comsip:bob@", "example.com", XK_FAILURE_INIT_MAC},
        {"sip:al", "ice@example.comsip:bob@example.com", XK_FAILURE_INIT_MAC},
        {"sip:alice@example.co", "sip:bob@example.com", XK_FAILURE_INIT_MAC},
        {"sip:alice@example.com", NULL, XK_FAILURE_NONE}, /* the ticket's only responder */
    };
    struct setting s = base();
    s.ticket_key = key_of(XK_MIKEY_TEK, false);
    s.bare = s.unnamed = true;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(scenario_build(&s, &sc), XK_OK);
        sc.message.initiator_hint = xk_text(rows[i].initiator);
        sc.message.responder_hint = xk_text(rows[i].responder);
        assert_int_equal(scenario_ask(&s, &sc).failure, rows[i].failure);
    }
    s = forking();
    s.bare = s.unnamed = true;
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    sc.message.initiator_hint = xk_text("sip:alice@example.co");
    sc.message.responder_hint = xk_text("msip:bob@example.com");
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_INIT_MAC);
    nothing_is_left();
    sc.message.initiator_hint = xk_text("sip:alice@example.com");
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_NONE);
}

static void each_mac_is_checked(void **state)
{
    (void)state;
    struct setting s = forking();
    size_t v = 20;
    /* INIT ends with TICKET (its Initiator Data: Vi, Vr), then V. */
    changed_is(&s, &sc.message.transfer_init, sc.init, 1, XK_FAILURE_INIT_MAC);
    changed_is(&s, &sc.message.transfer_init, sc.init, v + 2 + 1, XK_FAILURE_INIT_MAC);         /* Vr */
    changed_is(&s, &sc.message.transfer_init, sc.init, v + 2 + v + 2 + 1, XK_FAILURE_INIT_MAC); /* Vi */
    changed_is(&s, &sc.message.transfer_resp, sc.resp, 1, XK_FAILURE_RESP_MAC);
    s = base();
    s.ticket_key = key_of(XK_MIKEY_TEK, false);
    s.update = true;
    changed_is(&s, &sc.message.update_init, sc.update_init, 1, XK_FAILURE_INIT_MAC);
    changed_is(&s, &sc.message.update_resp, sc.update_resp, 1, XK_FAILURE_RESP_MAC);
}

static void a_verification_without_a_mac_proves_nothing(void **state)
{
    (void)state;
    struct setting s = base();
    s.ticket_key = key_of(XK_MIKEY_TEK, false);
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    sc.init[sc.message.transfer_init.size - 21] = 0;
    sc.message.transfer_init.size -= 20;
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_ALGORITHM);
    nothing_is_left();
}

/* SRTP policies: type, length, value. */
static void the_policy_tells_the_lengths(void **state)
{
    (void)state;
    static const struct {
        const char *policy;
        size_t size;
        enum xk_failure failure;
        size_t key;
        size_t salt;
        enum xk_cipher cipher;
    } rows[] = {
        {"\1\1\x20\4\1\x0c", 6, XK_FAILURE_NONE, 32, 12, XK_CIPHER_AES_CM},
        {"\4\1\0", 3, XK_FAILURE_NONE, 16, 0, XK_CIPHER_AES_CM},
        {"\4\1\x20", 3, XK_FAILURE_NONE, 16, 32, XK_CIPHER_AES_CM},
        {"\4\1\1", 3, XK_FAILURE_NONE, 16, 1, XK_CIPHER_AES_CM},
        {"\1\1\x18", 3, XK_FAILURE_NONE, 24, 14, XK_CIPHER_AES_CM},
        {"\0\1\0", 3, XK_FAILURE_NONE, 16, 14, XK_CIPHER_NULL},
        {"\0\1\2", 3, XK_FAILURE_NONE, 16, 14, XK_CIPHER_AES_F8},
        {"\0\1\6", 3, XK_FAILURE_NONE, 16, 12, XK_CIPHER_AES_GCM}, /* RFC 7714 */
        {"\0\1\6\1\1\x20\4\1\x0e", 9, XK_FAILURE_NONE, 32, 12, XK_CIPHER_AES_GCM},
        {"\0\1\6\1\1\x18", 6, XK_FAILURE_ALGORITHM, 0, 0, XK_CIPHER_ABSENT},
        {"\0\1\7\1\1\x10\4\1\x0e", 9, XK_FAILURE_NONE, 16, 14, XK_CIPHER_ABSENT},
        {"\0\1\7\1\1\x40\4\1\x20", 9, XK_FAILURE_NONE, 64, 32, XK_CIPHER_ABSENT},
        {"\0\1\7\1\1\x41\4\1\x20", 9, XK_FAILURE_ALGORITHM, 0, 0, XK_CIPHER_ABSENT},
        {"\0\1\7\1\1\x40\4\1\x21", 9, XK_FAILURE_ALGORITHM, 0, 0, XK_CIPHER_ABSENT},
        {"\0\1\7\1\1\x0f\4\1\x0e", 9, XK_FAILURE_ALGORITHM, 0, 0, XK_CIPHER_ABSENT},
        {"\0\1\7\1\1\x10", 6, XK_FAILURE_ALGORITHM, 0, 0, XK_CIPHER_ABSENT}, /* no default is known */
        {"\0\1\7\4\1\x0e", 6, XK_FAILURE_ALGORITHM, 0, 0, XK_CIPHER_ABSENT},
        {"\0\1\3", 3, XK_FAILURE_ALGORITHM, 0, 0, XK_CIPHER_ABSENT},
        {"\1\1\0", 3, XK_FAILURE_ALGORITHM, 0, 0, XK_CIPHER_ABSENT},
        {"\1\1\x11", 3, XK_FAILURE_ALGORITHM, 0, 0, XK_CIPHER_ABSENT},
        {"\1\1\3", 3, XK_FAILURE_ALGORITHM, 0, 0, XK_CIPHER_ABSENT},
        {"\1\3\0\0\x20", 5, XK_FAILURE_NONE, 32, 14, XK_CIPHER_AES_CM},
        {"\2\4\0\0\0\1\1\1\x20", 9, XK_FAILURE_NONE, 32, 14, XK_CIPHER_AES_CM},
        {"\1\1\x20\1\1\x20", 6, XK_FAILURE_NONE, 32, 14, XK_CIPHER_AES_CM},
        {"\1\1\x20\1\1\x10", 6, XK_FAILURE_MALFORMED, 0, 0, XK_CIPHER_ABSENT}, /* it cannot be both */
        {"\1\4\0\0\0\x20", 6, XK_FAILURE_NONE, 32, 14, XK_CIPHER_AES_CM},
        {"\1\5\0\0\0\0\x20", 7, XK_FAILURE_MALFORMED, 0, 0, XK_CIPHER_ABSENT},
        {"\1\4\xff\xff\xff\xff", 6, XK_FAILURE_MALFORMED, 0, 0, XK_CIPHER_ABSENT},
        {"\1\4\xff\xff\xff\xfe", 6, XK_FAILURE_ALGORITHM, 0, 0, XK_CIPHER_ABSENT},
        {"\1\0", 2, XK_FAILURE_MALFORMED, 0, 0, XK_CIPHER_ABSENT},
        {"\1", 1, XK_FAILURE_MALFORMED, 0, 0, XK_CIPHER_ABSENT},
        {"\2\2\1", 3, XK_FAILURE_MALFORMED, 0, 0, XK_CIPHER_ABSENT},
        {"\1\1\x20\2\1", 5, XK_FAILURE_MALFORMED, 0, 0, XK_CIPHER_ABSENT},
        {"\1\1\x41", 3, XK_FAILURE_ALGORITHM, 0, 0, XK_CIPHER_ABSENT},
        {"\4\1\x21", 3, XK_FAILURE_ALGORITHM, 0, 0, XK_CIPHER_ABSENT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct setting s = base();
        s.ticket_key = key_of(XK_MIKEY_TGK, false);
        s.policy = (struct xk_bytes){(const uint8_t *)rows[i].policy, rows[i].size};
        struct xk_session_result r = resolve(&s);
        assert_int_equal(r.failure, rows[i].failure);
        assert_int_equal(r.key.size, rows[i].key);
        assert_int_equal(r.salt.size, rows[i].salt);
        assert_int_equal(r.cipher, rows[i].cipher);
        assert_int_equal(r.encoding,
                         r.failure == XK_FAILURE_NONE ? XK_KEY_ENCODING_SRTP_MASTER : XK_KEY_ENCODING_ABSENT);
        s.other_protocol = true; /* the policy is SRTP's: it SHALL be of the session's protocol */
        assert_int_equal(resolve(&s).failure, XK_FAILURE_MALFORMED);
    }
}

static void keys_that_do_not_fit_leave_nothing_behind(void **state)
{
    (void)state;
    static const uint8_t large[200] = {1};
    struct setting s = base();
    s.ticket_key = key_of(XK_MIKEY_TEK, false);
    s.ticket_key.key = (struct xk_bytes){large, XK_SESSION_KEY_MAX + 1};
    is_refused(&s, XK_FAILURE_ALGORITHM);
    s.ticket_key = key_of(XK_MIKEY_TEK_SALT, true);
    s.ticket_key.salt = (struct xk_bytes){large, XK_SALT_MAX + 1};
    is_refused(&s, XK_FAILURE_ALGORITHM);
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    s.ticket_key.key = (struct xk_bytes){large, XK_KMS_KEY_MAX + 1};
    is_refused(&s, XK_FAILURE_ALGORITHM);
    s.ticket_key = key_of(XK_MIKEY_TEK, false);
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    sc.key_space_size = XK_SESSION_KEY_MAX + XK_SALT_MAX - 1;
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_UNAVAILABLE);
    nothing_is_left();
}

static void a_key_of_another_spi_is_not_taken(void **state)
{
    (void)state;
    static const uint8_t other[] = {0, 8};
    struct setting s = base();
    s.ticket_key = key_of(XK_MIKEY_TEK, false);
    assert_int_equal(resolve(&s).failure, XK_FAILURE_NONE);
    s.ticket_key.spi = (struct xk_bytes){other, 2};
    is_refused(&s, XK_FAILURE_SESSION_UNKNOWN);
    s.ticket_key.spi.size = 1;
    is_refused(&s, XK_FAILURE_SESSION_UNKNOWN);
    s.ticket_key.validity = XK_MIKEY_KV_NULL; /* each key must have an SPI (RFC 6043 6.2.1) */
    s.ticket_key.spi.size = 0;
    is_refused(&s, XK_FAILURE_SESSION_UNKNOWN);
}

static void a_query_for_nothing_has_no_answer(void **state)
{
    (void)state;
    struct setting s = base();
    s.ticket_key = key_of(XK_MIKEY_TEK, false);
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    sc.no_sessions = true;
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_SESSION_UNKNOWN);
    assert_string_equal(sc.field, "CS ID map info");
    nothing_is_left();
}

/* The KEMAC of a RESP under an encryption of no number, with a MAC that is right all the same. */
static void a_kemac_of_no_known_encryption_is_told(void **state)
{
    (void)state;
    uint8_t mpki[16], mpkr[16], mac[20];
    size_t size = 0;
    struct xk_mikey_message m;
    struct setting s = base();
    s.flags |= XK_MIKEY_FLAG_M;
    s.resp_key = key_of(XK_MIKEY_TEK, false);
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    assert_int_equal(xk_mikey_parse(sc.resp, sc.message.transfer_resp.size, &m, NULL), XK_OK);
    sc.resp[m.kemac.encrypted.data - sc.resp - 3] = 4;
    const struct xk_bytes rand = {scenario_rand, 16};
    assert_int_equal(xk_kms_split_mpk(0, (struct xk_bytes){scenario_mpk, 16}, rand, mpki, mpkr, NULL), XK_OK);
    const struct xki_kms_derivation d = {0, {mpki, 16}, 0xff, 77, XKI_KMS_LABEL_RESP, 2, rand, {NULL, 0}, NULL};
    const struct xk_bytes covered[] = {{sc.resp, m.v_mac_offset}, sc.message.transfer_init};
    assert_true(xki_kms_mac(&d, 1, covered, 2, mac, &size));
    memcpy(sc.resp + m.v_mac_offset, mac, 20);
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_ALGORITHM);
    nothing_is_left();
}

static enum xk_failure too_large(const struct xk_mikey_ticket *ticket, struct xk_kms_opened_ticket *opened, void *user)
{
    (void)ticket;
    (void)user;
    opened->size = sizeof opened->content + 1;
    return XK_FAILURE_NONE;
}

static enum xk_failure rand_too_large(const struct xk_mikey_ticket *ticket, struct xk_kms_opened_ticket *opened,
                                      void *user)
{
    (void)ticket;
    (void)user;
    opened->rand_size = sizeof opened->rand + 1;
    return XK_FAILURE_NONE;
}

static enum xk_failure without_mpk(const struct xk_mikey_ticket *ticket, struct xk_kms_opened_ticket *opened,
                                   void *user)
{
    static const uint8_t content[] = {0, XK_MIKEY_TEK << 4, 0, 1, 9};
    (void)ticket;
    (void)user;
    memcpy(opened->content, content, sizeof content);
    opened->size = sizeof content;
    return XK_FAILURE_NONE;
}

static enum xk_failure large_mpk(const struct xk_mikey_ticket *ticket, struct xk_kms_opened_ticket *opened, void *user)
{
    static const uint8_t head[] = {0, XK_MIKEY_MPK << 4, 0, XK_KMS_KEY_MAX + 1};
    (void)ticket;
    (void)user;
    opened->rand_size = 16;
    memcpy(opened->content, head, sizeof head);
    opened->size = sizeof head + XK_KMS_KEY_MAX + 1;
    return XK_FAILURE_NONE;
}

static void what_a_host_opens_is_not_trusted(void **state)
{
    (void)state;
    struct setting s = base();
    s.type = 2;
    s.open_ticket = too_large;
    is_refused_for(&s, XK_FAILURE_GENERIC, "TICKET");
    s.open_ticket = rand_too_large;
    is_refused_for(&s, XK_FAILURE_GENERIC, "TICKET");
    s.open_ticket = without_mpk;
    is_refused_for(&s, XK_FAILURE_KEMAC, "KEMAC of the ticket");
    s.open_ticket = large_mpk;
    is_refused_for(&s, XK_FAILURE_ALGORITHM, "MPK");
    s.open_ticket = NULL;
    s.type = 3;
    is_refused_for(&s, XK_FAILURE_ALGORITHM, "Ticket Type");
}

/* Offset of the ticket's fields in an INIT, found by its fixed head. */
static uint8_t *ticket_in_init(void)
{
    struct xk_mikey_message m;
    assert_int_equal(xk_mikey_parse(sc.init, sc.message.transfer_init.size, &m, NULL), XK_OK);
    return sc.init + m.ticket.offset;
}

static void a_ticket_of_no_known_make_is_told(void **state)
{
    (void)state;
    struct setting s = base();
    static const struct {
        size_t at;
        uint8_t value;
        const char *field;
    } rows[] = {
        {3, 2, "Ticket Type"},                    /* subtype */
        {4, 2, "Ticket Type"},                    /* version */
        {5, 5 << 1 | 1, "PRF Func of the ticket"}, /* and flag D */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(scenario_build(&s, &sc), XK_OK);
        ticket_in_init()[rows[i].at] = rows[i].value;
        assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_ALGORITHM);
        assert_string_equal(sc.field, rows[i].field);
        nothing_is_left();
    }
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    struct xk_mikey_message m;
    assert_int_equal(xk_mikey_parse(sc.init, sc.message.transfer_init.size, &m, NULL), XK_OK);
    sc.init[m.ticket.ticket_data.data - sc.init] = XK_MIKEY_ERR; /* the ticket's first payload */
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_MALFORMED);
    assert_string_equal(sc.field, "Ticket Data");
    nothing_is_left();
}

static void the_callers_mistakes_are_told(void **state)
{
    (void)state;
    struct xk_kms kms;
    struct xk_answer answer;
    struct xk_query query;
    memset(&answer, 0, sizeof answer);
    memset(&query, 0, sizeof query);
    xk_kms_init(NULL, NULL, NULL);
    xk_kms_init(&kms, NULL, NULL);
    assert_int_equal(kms.size, sizeof kms);
    assert_int_equal(xk_kms_resolve(&kms, &query, NULL), XK_ANSWER_NOW);
    assert_int_equal(xk_kms_resolve(&kms, &query, &answer), XK_ANSWER_NOW);
    assert_int_equal(answer.failure, XK_FAILURE_GENERIC); /* no callback */
    answer.failure = XK_FAILURE_NONE;
    assert_int_equal(xk_kms_resolve(NULL, &query, &answer), XK_ANSWER_NOW);
    assert_int_equal(answer.failure, XK_FAILURE_GENERIC);
    struct setting s = base();
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    sc.no_key = true;
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_TICKET_KEY_UNKNOWN);
    nothing_is_left();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forked_key_is_given_under_every_prf_and_suite),
        cmocka_unit_test(identities_that_the_init_leaves_out_come_from_the_ticket),
        cmocka_unit_test(hints_cannot_move_the_boundary_between_the_identities),
        cmocka_unit_test(each_mac_is_checked),
        cmocka_unit_test(a_verification_without_a_mac_proves_nothing),
        cmocka_unit_test(the_policy_tells_the_lengths),
        cmocka_unit_test(keys_that_do_not_fit_leave_nothing_behind),
        cmocka_unit_test(a_key_of_another_spi_is_not_taken),
        cmocka_unit_test(a_query_for_nothing_has_no_answer),
        cmocka_unit_test(a_kemac_of_no_known_encryption_is_told),
        cmocka_unit_test(what_a_host_opens_is_not_trusted),
        cmocka_unit_test(a_ticket_of_no_known_make_is_told),
        cmocka_unit_test(the_callers_mistakes_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
