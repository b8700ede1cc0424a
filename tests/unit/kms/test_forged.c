/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of someone who has the keys and breaks other rules: their MACs are made again after each change, so that
 * what is refused is not the MAC. */
#include "scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "kms/derive.h"

static struct scenario sc;
static const struct xk_bytes none;
static const struct xk_bytes rand_view = {scenario_rand, 16};

static void answer_is(const struct setting *s, enum xk_failure wanted)
{
    struct xk_session_result r = scenario_ask(s, &sc);
    assert_int_equal(r.failure, wanted);
    if (wanted == XK_FAILURE_NONE) {
        assert_int_equal(r.key.size, 16);
        return;
    }
    assert_int_equal(r.key.size, 0);
    for (size_t i = 0; i < sizeof sc.key_space; i++) {
        assert_int_equal(sc.key_space[i], 0);
    }
}

static struct xk_mikey_message parsed(void)
{
    struct xk_mikey_message m;
    assert_int_equal(xk_mikey_parse(sc.init, sc.message.transfer_init.size, &m, NULL), XK_OK);
    return m;
}

static void insert(size_t at, const uint8_t *octets, size_t size)
{
    assert_true(sc.message.transfer_init.size + size <= sizeof sc.init);
    memmove(sc.init + at + size, sc.init + at, sc.message.transfer_init.size - at);
    memcpy(sc.init + at, octets, size);
    sc.message.transfer_init.size += size;
}

static void split(uint8_t mpki[16], uint8_t mpkr[16])
{
    assert_int_equal(xk_kms_split_mpk(0, (struct xk_bytes){scenario_mpk, 16}, rand_view, mpki, mpkr, NULL), XK_OK);
}

/* V of the INIT; Initiator Data is not covered (RFC 6043 6.10). */
static void sign_init(void)
{
    const struct xk_mikey_message m = parsed();
    uint8_t mpki[16], mpkr[16], mac[32];
    size_t size = 0;
    size_t cut = m.ticket.offset + m.ticket.initiator_data_offset;
    size_t after = cut + 2 + m.ticket.initiator_data.size;
    const struct xk_bytes covered[] = {{sc.init, cut},
                                       {sc.init + after, m.v_mac_offset - after},
                                       party(XK_MIKEY_IDR_I).data,
                                       party(XK_MIKEY_IDR_R).data};
    split(mpki, mpkr);
    const struct xki_kms_derivation d = {0, {mpki, 16}, 0xff, 77, XKI_KMS_LABEL_INIT, 2, rand_view, none, NULL};
    assert_true(xki_kms_mac(&d, m.v.algorithm, covered, 4, mac, &size));
    memcpy(sc.init + m.v_mac_offset, mac, size);
}

/* A KEMAC between TICKET and V, its content all zeros. */
static void put_kemac(unsigned int encryption, size_t size)
{
    static uint8_t kemac[5 + XK_KMS_KEMAC_MAX + 1];
    const struct xk_mikey_message m = parsed();
    assert_true(5 + size <= sizeof kemac);
    sc.init[m.ticket.offset] = XK_MIKEY_KEMAC;
    kemac[0] = XK_MIKEY_V;
    kemac[1] = (uint8_t)encryption;
    kemac[2] = (uint8_t)(size >> 8);
    kemac[3] = (uint8_t)size;
    insert(m.v_mac_offset - 2, kemac, 5 + size);
}

static void a_kemac_that_cannot_be_opened_is_told(void **state)
{
    (void)state;
    static const struct {
        unsigned int encryption;
        size_t size;
        enum xk_failure failure;
    } rows[] = {
        {1, 0, XK_FAILURE_KEMAC},  /* never the ticket's key in place of one that is not there */
        {0, 0, XK_FAILURE_KEMAC},
        {0, 16, XK_FAILURE_KEMAC}, /* no key that can be read in it */
        {1, 16, XK_FAILURE_KEMAC}, /* decrypted to no key */
        {0, XK_KMS_KEMAC_MAX, XK_FAILURE_KEMAC},
        {0, XK_KMS_KEMAC_MAX + 1, XK_FAILURE_ALGORITHM},
        {4, 16, XK_FAILURE_ALGORITHM},
        {2, 24, XK_FAILURE_KEMAC}, /* wrapped under another key */
    };
    struct setting s = base();
    s.flags = BASE_FLAGS | XK_MIKEY_FLAG_L;
    s.ticket_key = key_of(XK_MIKEY_TEK, false);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(scenario_build(&s, &sc), XK_OK);
        put_kemac(rows[i].encryption, rows[i].size);
        answer_is(&s, XK_FAILURE_INIT_MAC);
        sign_init();
        answer_is(&s, rows[i].failure);
    }
}

/* Vi with HMAC-SHA-256 that begins as V with HMAC-SHA-1 does: Vr has another algorithm, so that nobody need judge. */
static void a_vi_of_another_algorithm_is_not_v(void **state)
{
    (void)state;
    static const uint8_t more[12] = {0};
    struct xk_exchange exchange;
    struct xk_diag diag;
    struct setting s = base();
    s.flags = FORKING_FLAGS;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    answer_is(&s, XK_FAILURE_NONE);
    size_t at = parsed().ticket.offset + parsed().ticket.initiator_data_offset;
    assert_int_equal(sc.init[at + 1], 1 + 22 + 22); /* First Payload, Vi, Vr */
    assert_int_equal(sc.init[at + 4], 1);
    sc.init[at + 1] += sizeof more;
    sc.init[at + 4] = 2;
    insert(at + 2 + 1 + 22, more, sizeof more);
    assert_int_equal(xk_exchange_parse(&sc.message, &exchange, &diag), XK_E_MIKEY_TICKET);
    assert_string_equal(diag.field, "INIT: Vr");
}

/* Flag I without F: no RESP, so nobody for whom a TGK could be forked. */
static void without_a_resp_nothing_is_forked(void **state)
{
    (void)state;
    struct setting s = base();
    s.flags = BASE_FLAGS | XK_MIKEY_FLAG_I;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    assert_null(sc.message.transfer_resp.data);
    answer_is(&s, XK_FAILURE_POLICY);
    s.ticket_key = key_of(XK_MIKEY_TEK, false);
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    answer_is(&s, XK_FAILURE_NONE);
}

static void a_session_that_names_no_policy_has_the_default_lengths(void **state)
{
    (void)state;
    static const uint8_t key_of_32[] = {1, 1, 32};
    struct setting s = base();
    s.flags = BASE_FLAGS;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    s.policy = (struct xk_bytes){key_of_32, sizeof key_of_32};
    assert_int_equal(resolve(&s).key.size, 32);
    s.no_policies = true;
    struct xk_session_result r = resolve(&s);
    assert_int_equal(r.failure, XK_FAILURE_NONE);
    assert_int_equal(r.key.size, 16);
    assert_int_equal(r.salt.size, 14);
    assert_int_equal(r.cipher, XK_CIPHER_ABSENT);
}

static void short_v(struct xk_exchange *e)
{
    e->init.v.mac.size = 19;
}

static void short_v_of_resp(struct xk_exchange *e)
{
    e->resp.v.mac.size = 0;
}

/* No MAC covers Initiator Data before it is read. */
static void no_initiator_data(struct xk_exchange *e)
{
    static const uint8_t nothing[64];
    assert_true(e->init.ticket.initiator_data.size <= sizeof nothing);
    e->init.ticket.initiator_data.data = nothing;
}

/* The exchange is the host's to hand over: one that no reader made is not believed, and not read past its views. */
static void an_exchange_that_no_reader_made_is_not_believed(void **state)
{
    (void)state;
    static const struct {
        void (*alter)(struct xk_exchange *exchange);
        enum xk_failure failure;
    } rows[] = {
        {short_v, XK_FAILURE_INIT_MAC},
        {short_v_of_resp, XK_FAILURE_RESP_MAC},
        {no_initiator_data, XK_FAILURE_MALFORMED},
    };
    struct setting s = base();
    s.flags = FORKING_FLAGS;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(scenario_build(&s, &sc), XK_OK);
        sc.alter = rows[i].alter;
        answer_is(&s, rows[i].failure);
        sc.alter = NULL;
        answer_is(&s, XK_FAILURE_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kemac_that_cannot_be_opened_is_told),
        cmocka_unit_test(a_vi_of_another_algorithm_is_not_v),
        cmocka_unit_test(without_a_resp_nothing_is_forked),
        cmocka_unit_test(a_session_that_names_no_policy_has_the_default_lengths),
        cmocka_unit_test(an_exchange_that_no_reader_made_is_not_believed),
    };
    return cmocka_run_group_tests_name("forged", tests, NULL, NULL);
}
