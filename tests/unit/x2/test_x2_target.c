/* SPDX-License-Identifier: BSD-2-Clause */
/* Target identifiers, and further XIDs. */
#include "x2_fixture.h"

static void a_target_is_an_element_or_bare_text(void **state)
{
    static const struct {
        const char *text;
        const char *kind; /* NULL: bare */
        const char *value;
        bool escaped;
    } rows[] = {
        {"<sipUri>sip:a@x</sipUri>", "sipUri", "sip:a@x", false},
        {" <imsi> 204081234567890</imsi>\r\n", "imsi", "204081234567890", false},
        {"<p:sipUri xmlns:p=\"u\">sip:a@x</p:sipUri>", "sipUri", "sip:a@x", false},
        {"<sipUri\tx='y'>sip:a@x</sipUri >", "sipUri", "sip:a@x", false},
        {"<q:a>x</r:a>", "a", "x", false},
        {"<sipUri>sip:a@x?b&amp;c</sipUri>", "sipUri", "sip:a@x?b&amp;c", true},
        {"sip:a@x", NULL, "sip:a@x", false},
        {"\t LIID-1&2 \n", NULL, "LIID-1&2", false},
        {"x", NULL, "x", false},
        {"a>b", NULL, "a>b", false},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_x2_target target;
        struct xk_diag diag = {XK_OK, 0, ""};
        memset(&target, 0x5a, sizeof target);
        if (xk_x2_read_target(xk_text(rows[i].text), &target, &diag) != XK_OK) {
            fail_msg("%s", rows[i].text);
        }
        assert_view(target.kind, rows[i].kind);
        assert_view(target.value, rows[i].value);
        assert_int_equal(target.escaped, rows[i].escaped);
    }
}

static void what_is_neither_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        " ",
        "<",
        "<a",
        "<a>",
        "<a>x",
        "<a>x<",
        "<a>x</",
        "<a>x</a",
        "<a>x</b>",
        "<a>x</ab>",
        "<ab>x</a>",
        "<a></a>",
        "<a> </a>",
        "<a/>",
        "<a/>x</a>",
        "<>x</>",
        "< >x</ >",
        "<p:>x</p:>",
        "<a>x</a>y",
        "<a><b>x</b></a>",
        "<a>x<a>",
        "<a>x</a></a>",
        "x<a",
        "<a>x</a><b>y</b>",
        "<a<b>x</a<b>",
        "<a>x</>",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct xk_x2_target target;
        struct xk_diag diag = {XK_OK, 9, ""};
        memset(&target, 0x5a, sizeof target);
        struct xk_x2_target before = target;
        if (xk_x2_read_target(xk_text(texts[i]), &target, &diag) != XK_E_X2) {
            fail_msg("%s", texts[i]);
        }
        assert_int_equal(diag.status, XK_E_X2);
        assert_int_equal(diag.offset, 0);
        assert_string_equal(diag.field, "Target Identifier");
        assert_memory_equal(&target, &before, sizeof target);
    }
    struct xk_x2_target target;
    struct xk_diag diag = {XK_OK, 9, ""};
    assert_int_equal(xk_x2_read_target(xk_text("x"), NULL, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_read_target((struct xk_bytes){NULL, 5}, &target, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
}

static void a_further_xid_has_a_correlation_and_perhaps_a_number(void **state)
{
    (void)state;
    static const uint8_t octets[29] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                       16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29};
    for (size_t size = 0; size <= sizeof octets; size++) {
        struct xk_x2_further_xid further;
        struct xk_diag diag = {XK_OK, 0, ""};
        memset(&further, 0x5a, sizeof further);
        struct xk_x2_further_xid before = further;
        enum xk_status status = xk_x2_read_further_xid((struct xk_bytes){octets, size}, &further, &diag);
        if (size != 24 && size != 28) {
            assert_int_equal(status, XK_E_X2);
            assert_int_equal(diag.status, XK_E_X2);
            assert_int_equal(diag.offset, size);
            assert_string_equal(diag.field, "Additional XID Related Information");
            assert_memory_equal(&further, &before, sizeof further);
            continue;
        }
        assert_int_equal(status, XK_OK);
        assert_memory_equal(further.xid, octets, 16);
        assert_memory_equal(further.correlation, octets + 16, 8);
        assert_int_equal(further.has_sequence, size == 28);
        assert_int_equal(further.sequence, size == 28 ? 0x191a1b1c : 0);
    }
    struct xk_x2_further_xid further;
    assert_int_equal(xk_x2_read_further_xid((struct xk_bytes){octets, 24}, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_read_further_xid((struct xk_bytes){NULL, 24}, &further, NULL), XK_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_is_an_element_or_bare_text),
        cmocka_unit_test(what_is_neither_is_refused),
        cmocka_unit_test(a_further_xid_has_a_correlation_and_perhaps_a_number),
    };
    return cmocka_run_group_tests_name("x2_target", tests, NULL, NULL);
}
