/* SPDX-License-Identifier: BSD-2-Clause */
/* A ticket of another KMS, answered from what an ordinary resolution brought (RFC 6043 4.2.3.5). */
#include "scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk/mikey_build.h>

#include "kms/derive.h"

static struct scenario sc;

/* What the KMS that issued the ticket answers to its Responder: MPKi, with the I flag MPKr', then the session key. */
static struct resolution {
    unsigned int prf;
    bool forking;
    size_t mpks; /* that it gives; 0 for as many as it should */
    size_t size; /* that it tells, if not 0 */
    size_t mpk_size;
    unsigned int asked;
    struct xk_bytes responder;
    struct xk_bytes rand_kms;
    enum xk_failure failure;
    bool wrong; /* another MPKi */
} told;

static struct xk_mikey_key_data mpk_of(const uint8_t *key)
{
    struct xk_mikey_key_data mpk = key_of(XK_MIKEY_MPK, false);
    mpk.key = (struct xk_bytes){key, told.mpk_size == 0 ? 16 : told.mpk_size};
    return mpk;
}

static enum xk_failure give(const struct xk_mikey_ticket *ticket, struct xk_bytes responder, struct xk_bytes rand_kms,
                            struct xk_kms_opened_ticket *opened, void *user)
{
    uint8_t mpki[65] = {0}, mpkr[65] = {0}, mpkr_forked[65] = {0}, tgk[16];
    const struct xk_bytes bob = xk_text("sip:bob@example.com");
    const struct xk_bytes rand = {scenario_rand, 16};
    struct xk_mikey_builder b;
    assert_ptr_equal(user, &sc);
    assert_int_equal(ticket->type, 1);
    told.asked++;
    told.responder = responder;
    told.rand_kms = rand_kms;
    assert_int_equal(xk_kms_split_mpk(told.prf, (struct xk_bytes){scenario_mpk, 16}, rand, mpki, mpkr, NULL), XK_OK);
    assert_int_equal(xk_kms_fork(told.prf, XK_KMS_FORK_MPKR, (struct xk_bytes){mpkr, 16}, bob, rand, mpkr_forked, NULL),
                     XK_OK);
    const struct xk_bytes secret = {scenario_secret, 16};
    assert_int_equal(xk_kms_fork(told.prf, XK_KMS_FORK_TGK, secret, bob, rand, tgk, NULL), XK_OK);
    mpki[0] ^= told.wrong ? 1 : 0;
    struct xk_mikey_key_data keys[] = {mpk_of(mpki), mpk_of(mpkr_forked), key_of(XK_MIKEY_TGK, false)};
    if (told.forking) {
        keys[2].key = (struct xk_bytes){tgk, 16};
    }
    xk_mikey_build_chain(&b, opened->content, sizeof opened->content, XK_MIKEY_CHAIN_IMPLIED);
    size_t mpks = told.mpks != 0 ? told.mpks : told.forking ? 2 : 1;
    for (size_t i = 0; i < mpks; i++) {
        xk_mikey_add_key_data(&b, &keys[i]);
    }
    xk_mikey_add_key_data(&b, &keys[2]);
    assert_int_equal(xk_mikey_build_end(&b, &opened->size, NULL), XK_OK);
    opened->size = told.size != 0 ? told.size : opened->size;
    return told.failure;
}

static struct setting foreign(unsigned int flags)
{
    struct setting s = base();
    s.flags = flags;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    s.foreign = true;
    s.resolved_ticket = give;
    memset(&told, 0, sizeof told);
    told.forking = (flags & XK_MIKEY_FLAG_I) != 0;
    return s;
}

static void is_refused(const struct setting *s, enum xk_failure wanted, const char *field)
{
    assert_int_equal(scenario_build(s, &sc), XK_OK);
    assert_int_equal(scenario_ask(s, &sc).failure, wanted);
    assert_string_equal(sc.field, field);
    for (size_t i = 0; i < sizeof sc.key_space; i++) {
        assert_int_equal(sc.key_space[i], 0);
    }
}

/* The same key as of a ticket of ours: what is forked already is not forked again. */
static void the_answer_is_that_of_the_ticket(void **state)
{
    (void)state;
    static const unsigned int flags[] = {BASE_FLAGS | XK_MIKEY_FLAG_F, FORKING_FLAGS};
    for (size_t i = 0; i < 2; i++) {
        uint8_t key[16];
        struct setting s = foreign(flags[i]);
        s.foreign = false;
        struct xk_session_result own = resolve(&s);
        assert_int_equal(own.failure, XK_FAILURE_NONE);
        memcpy(key, own.key.data, 16);
        assert_int_equal(told.asked, 0);
        s.foreign = true;
        assert_int_equal(scenario_build(&s, &sc), XK_OK);
        struct xk_session_result r = scenario_ask(&s, &sc);
        assert_int_equal(r.failure, XK_FAILURE_NONE);
        assert_memory_equal(r.key.data, key, 16);
        assert_int_equal(told.asked, 1);
        assert_int_equal(sc.keys_asked, 0); /* no ticket protection key of ours */
        assert_int_equal(told.responder.size, 19);
        assert_memory_equal(told.responder.data, "sip:bob@example.com", 19);
        assert_int_equal(told.rand_kms.size, i == 0 ? 0 : 16);
    }
}

static void without_a_resp_nobody_is_named(void **state)
{
    (void)state;
    struct setting s = foreign(BASE_FLAGS);
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_NONE);
    assert_null(told.responder.data);
    assert_null(told.rand_kms.data);
}

static void every_mac_that_can_be_checked_is(void **state)
{
    (void)state;
    struct setting s = foreign(FORKING_FLAGS);
    size_t v = 20;
    const struct {
        uint8_t *octets;
        struct xk_bytes *message;
        size_t from_end;
        enum xk_failure failure;
        const char *field;
    } rows[] = {
        {sc.init, &sc.message.transfer_init, 1, XK_FAILURE_INIT_MAC, "V of TRANSFER_INIT"},
        {sc.init, &sc.message.transfer_init, v + 2 + v + 2 + 1, XK_FAILURE_INIT_MAC, "Vi"},
        {sc.resp, &sc.message.transfer_resp, 1, XK_FAILURE_RESP_MAC, "V of TRANSFER_RESP"},
        {sc.update_init, &sc.message.update_init, 1, XK_FAILURE_INIT_MAC, "V of the update's TRANSFER_INIT"},
        {sc.update_resp, &sc.message.update_resp, 1, XK_FAILURE_RESP_MAC, "V of the update's TRANSFER_RESP"},
    };
    s.update = true;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(scenario_build(&s, &sc), XK_OK);
        rows[i].octets[rows[i].message->size - rows[i].from_end] ^= 1;
        assert_int_equal(scenario_ask(&s, &sc).failure, rows[i].failure);
        assert_string_equal(sc.field, rows[i].field);
    }
    told.wrong = true;
    is_refused(&s, XK_FAILURE_INIT_MAC, "V of TRANSFER_INIT");
}

static void what_is_no_resolution_is_refused(void **state)
{
    (void)state;
    struct setting s = foreign(FORKING_FLAGS);
    told.mpks = 1; /* MPKr' is missing */
    is_refused(&s, XK_FAILURE_KEMAC, "KEMAC of the resolution");
    s = foreign(BASE_FLAGS | XK_MIKEY_FLAG_F);
    told.mpks = 2;
    is_refused(&s, XK_FAILURE_KEMAC, "KEMAC of the resolution");
    s = foreign(BASE_FLAGS | XK_MIKEY_FLAG_F);
    told.size = XK_KMS_KEMAC_MAX; /* zeros behind the keys */
    is_refused(&s, XK_FAILURE_KEMAC, "KEMAC of the resolution");
    told.size = XK_KMS_KEMAC_MAX + 1;
    is_refused(&s, XK_FAILURE_GENERIC, "TICKET");
    s = foreign(BASE_FLAGS | XK_MIKEY_FLAG_F);
    told.mpk_size = XK_KMS_KEY_MAX + 1;
    is_refused(&s, XK_FAILURE_ALGORITHM, "MPK");
    told.mpk_size = XK_KMS_KEY_MAX; /* it fits, and is another */
    is_refused(&s, XK_FAILURE_INIT_MAC, "V of TRANSFER_INIT");
}

static void what_the_host_does_not_have_is_referred(void **state)
{
    (void)state;
    struct setting s = foreign(FORKING_FLAGS);
    told.failure = XK_FAILURE_OTHER_KMS;
    is_refused(&s, XK_FAILURE_OTHER_KMS, "IDRkms");
    assert_int_equal(sc.referral.size, 19);
    told.failure = XK_FAILURE_UNAVAILABLE;
    is_refused(&s, XK_FAILURE_UNAVAILABLE, "IDRkms");
    assert_null(sc.referral.data);
    s.resolved_ticket = NULL;
    is_refused(&s, XK_FAILURE_OTHER_KMS, "IDRkms");
    assert_int_equal(sc.referral.size, 19);
    assert_memory_equal(sc.referral.data, "sip:kms@example.net", 19);
}

/* Nothing is split, so no RAND of the ticket is wanted. */
static void the_rand_of_the_ticket_does_not_matter(void **state)
{
    (void)state;
    struct setting s = foreign(BASE_FLAGS);
    s.rand_ticket = 15;
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_INIT_MAC); /* MPKi was split with 16 */
    s.foreign = false;
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_ALGORITHM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_is_that_of_the_ticket),
        cmocka_unit_test(without_a_resp_nobody_is_named),
        cmocka_unit_test(every_mac_that_can_be_checked_is),
        cmocka_unit_test(what_is_no_resolution_is_refused),
        cmocka_unit_test(what_the_host_does_not_have_is_referred),
        cmocka_unit_test(the_rand_of_the_ticket_does_not_matter),
    };
    return cmocka_run_group_tests_name("resolved", tests, NULL, NULL);
}
