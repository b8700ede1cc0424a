/* SPDX-License-Identifier: BSD-2-Clause */
/* One list of pairs, made from recipes: what belongs together, what does not, and what is told of it. */
#include <xk/exchange.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "unit/exchange/pairs.h"

static struct xk_exchange e;

static void pairs_are_judged_by_the_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < pair_count; i++) {
        const struct pair *p = &pairs[i];
        struct xk_get_keys message;
        struct xk_diag diag = {XK_OK, 0, ""};
        pair_build(p, &message);
        enum xk_status status = xk_exchange_parse(&message, &e, &diag);
        if (status != p->status || strcmp(diag.field, p->field) != 0 || diag.offset != pair_offset(p)) {
            fail_msg("pair %zu: %s at %zu in '%s', wanted %s at %zu in '%s'", i, xk_status_name(status), diag.offset,
                     diag.field, xk_status_name(p->status), pair_offset(p), p->field);
        }
        if (status != XK_OK) {
            continue;
        }
        uint8_t cs_ids[XK_CRYPTO_SESSIONS_MAX];
        size_t count = xk_exchange_sessions(&e, cs_ids);
        const char *sessions = p->sessions != NULL ? p->sessions : "a";
        if (e.remarks != p->remarks || e.ignored_count != p->ignored || e.update_by != p->update_by ||
            count != strlen(sessions) || memcmp(cs_ids, sessions, count) != 0) {
            fail_msg("pair %zu: remarks %x, ignored %zu, by %d, %zu sessions", i, e.remarks, e.ignored_count,
                     (int)e.update_by, count);
        }
    }
}

/* What has no place is as if it were not there: nobody derives a key from it. */
static void what_is_ignored_is_not_there(void **state)
{
    (void)state;
    const struct pair p = {.flags = RECIPE_FLAGS, .init = "tiarkTV", .resp = "taIirkTV", .answered = "a"};
    struct xk_get_keys message;
    pair_build(&p, &message);
    assert_int_equal(xk_exchange_parse(&message, &e, NULL), XK_OK);
    assert_null(e.init.rand.data);
    assert_non_null(e.init.rand_initiator.data);
    assert_null(e.init.rand_responder.data);
    assert_null(e.init.rand_kms.data);
    assert_int_equal(e.init.ignored_count, 3);
    assert_null(e.resp.rand.data);
    assert_null(e.resp.rand_initiator.data);
    assert_null(e.resp.rand_responder.data);
    assert_null(e.resp.rand_kms.data);
    assert_null(e.resp.id_initiator.data.data);
    assert_null(e.resp.ticket.whole.data);
    assert_int_equal(e.resp.ignored_count, 6);
}

static void messages_come_newest_first(void **state)
{
    (void)state;
    const struct xk_mikey_message *m[4];
    memset(&e, 0, sizeof e);
    assert_int_equal(xk_exchange_messages(&e, m), 1);
    assert_ptr_equal(m[0], &e.init);
    e.has_update = true;
    assert_int_equal(xk_exchange_messages(&e, m), 2);
    assert_ptr_equal(m[0], &e.update_init);
    assert_ptr_equal(m[1], &e.init);
    e.has_resp = e.has_update_resp = true;
    assert_int_equal(xk_exchange_messages(&e, m), 4);
    assert_ptr_equal(m[0], &e.update_resp);
    assert_ptr_equal(m[1], &e.update_init);
    assert_ptr_equal(m[2], &e.resp);
    assert_ptr_equal(m[3], &e.init);
    assert_int_equal(xk_exchange_messages(NULL, m), 0);
    assert_int_equal(xk_exchange_messages(&e, NULL), 0);
}

/* The newest message that has an entry for a Crypto Session has the say on it. */
static void the_newest_entry_is_in_force(void **state)
{
    (void)state;
    const struct pair p = {.flags = RECIPE_FLAGS, .init = "tiTV", .offered = "abcd", .resp = "1V", .answered = "abc",
                           .update_init = "2V", .update_offered = "ab", .update_resp = "3V", .update_answered = "a"};
    struct xk_get_keys message;
    struct xk_mikey_crypto_session session;
    uint8_t cs_ids[XK_CRYPTO_SESSIONS_MAX];
    pair_build(&p, &message);
    assert_int_equal(xk_exchange_parse(&message, &e, NULL), XK_OK);
    const struct xk_mikey_message *const owners[] = {&e.update_resp, &e.update_init, &e.resp, &e.init};
    for (uint8_t i = 0; i < 4; i++) {
        const struct xk_bytes map = owners[i]->header.map;
        assert_true(xk_exchange_find_session(&e, (uint8_t)('a' + i), &session));
        assert_int_equal(session.cs_id, 'a' + i);
        assert_true(session.policies.data > map.data && session.policies.data < map.data + map.size);
    }
    session.cs_id = 77;
    assert_false(xk_exchange_find_session(&e, 'e', &session));
    assert_int_equal(session.cs_id, 77);
    assert_false(xk_exchange_find_session(&e, 'a', NULL));
    assert_false(xk_exchange_find_session(NULL, 'a', &session));
    assert_int_equal(xk_exchange_sessions(NULL, cs_ids), 0);
    assert_int_equal(xk_exchange_sessions(&e, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_judged_by_the_text),
        cmocka_unit_test(what_is_ignored_is_not_there),
        cmocka_unit_test(messages_come_newest_first),
        cmocka_unit_test(the_newest_entry_is_in_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
