/* SPDX-License-Identifier: BSD-2-Clause */
/* Every identity that a message names, where it stands, and how sure it is. */
#include "sip_fixture.h"

struct expected {
    enum xk_sip_source source;
    const char *uri;
    const char *parameters; /* NULL: absent */
    bool certain;
    uint32_t deviations;
};

static void check(const char *text, const struct expected *rows, size_t count)
{
    struct xk_sip_message m = read_message(text);
    struct xk_sip_identity found;
    memset(&found, 0, sizeof found);
    for (size_t i = 0; i < count; i++) {
        assert_true(xk_sip_next_identity(&m, &found));
        assert_int_equal(found.source, rows[i].source);
        assert_view(found.uri, rows[i].uri);
        assert_view(found.parameters, rows[i].parameters);
        assert_int_equal(found.certain, rows[i].certain);
        assert_int_equal(found.deviations, rows[i].deviations);
    }
    struct xk_sip_identity before = found;
    assert_false(xk_sip_next_identity(&m, &found));
    assert_memory_equal(&before, &found, sizeof found);
}

static void each_source_is_found_in_the_order_of_the_text(void **state)
{
    static const struct expected rows[] = {
        {XK_SIP_REQUEST_URI, "sip:b@x", NULL, true, 0},
        {XK_SIP_FROM, "sip:a@x", "tag=1", true, 0},
        {XK_SIP_TO, "sip:b@x", NULL, true, 0},
        {XK_SIP_HISTORY, "sip:h1@x?Reason=SIP", "index=1", true, 0},
        {XK_SIP_HISTORY, "sip:h2@x", "index=1.1;np=1", true, 0},
        {XK_SIP_ASSERTED, "sip:p@x", NULL, true, 0},
        {XK_SIP_DIVERSION, "tel:+1", "reason=busy", true, 0},
        {XK_SIP_ASSERTED, "tel:+2", NULL, true, 0},
        {XK_SIP_CALLED_PARTY, "sip:called@x", NULL, true, 0},
        {XK_SIP_PREFERRED, "sip:pref@x", NULL, true, 0},
        {XK_SIP_HISTORY, "sip:h3@x", NULL, true, 0},
    };
    (void)state;
    check(START "History-Info: <sip:h1@x?Reason=SIP>;index=1,\r\n <sip:h2@x>;index=1.1;np=1\r\njunk\r\n"
                "P-Asserted-Identity: <sip:p@x>\r\nDiversion: <tel:+1>;reason=busy\r\nP-Asserted-Identity: <tel:+2>\r\n"
                "P-Called-Party-ID: <sip:called@x>\r\nHistory-Info:\r\nP-Preferred-Identity: sip:pref@x\r\n"
                "HISTORY-INFO: <sip:h3@x>\r\n\r\n<sip:body@x>",
          rows, LENGTH(rows));
}

static void what_is_not_certain_is_told_so(void **state)
{
    static const struct expected rows[] = {
        {XK_SIP_FROM, "sip:a@b@x", "tag=1", false, 0},
        {XK_SIP_TO, "sip:\xff@x", NULL, false, XK_SIP_DEV_URI_OCTETS},
        {XK_SIP_ASSERTED, "tel:+2", NULL, true, XK_SIP_DEV_DISPLAY_NAME},
    };
    (void)state;
    check("SIP/2.0 200 OK\r\nFrom: <sip:a@b@x>;tag=1\r\nTo: <sip:\xff@x>\r\n" CALL_ID CSEQ
          "P-Asserted-Identity: <sip:broken, A, <tel:+2>\r\n\r\n",
          rows, LENGTH(rows));
}

static void doubled_from_and_to_are_all_candidates(void **state)
{
    static const struct expected rows[] = {
        {XK_SIP_REQUEST_URI, "sip:\xc3\xa9@x", NULL, true, XK_SIP_DEV_URI_OCTETS},
        {XK_SIP_FROM, "sip:a@x", "tag=1", true, 0},
        {XK_SIP_FROM, "sip:c@x", "tag=2", true, 0},
        {XK_SIP_TO, "sip:b@x", NULL, true, 0},
        {XK_SIP_TO, "sip:d@x", NULL, true, 0},
        {XK_SIP_TO, "sip:e@x", NULL, true, 0},
    };
    (void)state;
    check("INVITE sip:\xc3\xa9@x SIP/2.0\r\n" FROM "f: <sip:c@x>;tag=2\r\n" TO
          "To: <sip:d@x>,<sip:e@x>\r\n" CALL_ID CSEQ "\r\n",
          rows, LENGTH(rows));
}

static void the_section_ends_with_a_message_that_is_cut(void **state)
{
    static const struct expected rows[] = {
        {XK_SIP_REQUEST_URI, "sip:b@x", NULL, true, 0},
        {XK_SIP_FROM, "sip:a@x", "tag=1", true, 0},
        {XK_SIP_TO, "sip:b@x", NULL, true, 0},
    };
    (void)state;
    check(START "P-Asserted-Identity: tel:+155", rows, LENGTH(rows));
}

/* Addresses stand in other fields too, and a field that names somebody may be empty. */
static void no_other_field_names_anybody(void **state)
{
    static const struct expected rows[] = {
        {XK_SIP_REQUEST_URI, "sip:b@x", NULL, true, 0},
        {XK_SIP_FROM, "sip:a@x", "tag=1", true, 0},
        {XK_SIP_TO, "sip:b@x", NULL, true, 0},
        {XK_SIP_DIVERSION, "sip:d@x", NULL, true, 0},
    };
    (void)state;
    check(START "Contact: <sip:c@x>\r\nRoute: <sip:r@x>\r\nP-Asserted-Identity:\r\nDiversion: <sip:d@x>\r\n\r\n", rows,
          LENGTH(rows));
}

/* A host's own view of headers may go on behind the empty line. */
static void nobody_is_named_behind_the_empty_line(void **state)
{
    (void)state;
    struct xk_sip_message m = read_message(START "\r\n");
    struct xk_sip_identity found;
    memset(&found, 0, sizeof found);
    found.source = XK_SIP_FROM;
    m.headers = xk_text("From: <sip:a@x>\r\n\r\nTo: <sip:b@x>\r\n");
    assert_true(xk_sip_next_identity(&m, &found));
    assert_view(found.uri, "sip:a@x");
    assert_false(xk_sip_next_identity(&m, &found));
    assert_view(found.uri, "sip:a@x");
}

static void null_names_nobody(void **state)
{
    (void)state;
    struct xk_sip_message m = read_message(START "\r\n");
    struct xk_sip_identity found;
    memset(&found, 0, sizeof found);
    assert_false(xk_sip_next_identity(NULL, &found));
    assert_false(xk_sip_next_identity(&m, NULL));
    memset(&m, 0, sizeof m);
    assert_false(xk_sip_next_identity(&m, &found));
    m.headers.size = 1;
    m.request_uri = xk_text("sip:a@x");
    assert_false(xk_sip_next_identity(&m, &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_source_is_found_in_the_order_of_the_text),
        cmocka_unit_test(what_is_not_certain_is_told_so),
        cmocka_unit_test(doubled_from_and_to_are_all_candidates),
        cmocka_unit_test(the_section_ends_with_a_message_that_is_cut),
        cmocka_unit_test(no_other_field_names_anybody),
        cmocka_unit_test(nobody_is_named_behind_the_empty_line),
        cmocka_unit_test(null_names_nobody),
    };
    return cmocka_run_group_tests_name("sip_identity", tests, NULL, NULL);
}
