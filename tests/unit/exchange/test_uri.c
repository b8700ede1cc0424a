/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <xk/uri.h>

static void compare(const char *a, const char *b, bool equal)
{
    if (xk_uri_equal(xk_text(a), xk_text(b)) != equal || xk_uri_equal(xk_text(b), xk_text(a)) != equal) {
        fail_msg("%s and %s should %sbe equal", a ? a : "(absent)", b ? b : "(absent)", equal ? "" : "not ");
    }
}

/* The examples of RFC 3261 19.1.4, as pairs. */
static void test_examples_of_the_standard(void **state)
{
    (void)state;
    compare("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", true);
    compare("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true);
    compare("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5", true);
    compare("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", false);
    compare("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false);
    compare("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false);
    compare("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", false);
    compare("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", false);
}

/* Each parameter is looked for among the other's, so there is a bound; beyond it nothing is equal. */
static void test_parameters_have_a_bound(void **state)
{
    (void)state;
    char uri[256] = "sip:a@b";
    for (unsigned int i = 0; i < 32; i++) {
        strcat(uri, ";a=1");
    }
    compare(uri, uri, true);
    strcat(uri, ";a=1");
    compare(uri, uri, false);
    compare(uri, "sip:a@b", false);
}

static void test_sip(void **state)
{
    (void)state;
    compare("sip:alice@example.com", "sip:alice@example.com", true);
    compare("sip:alice@example.com", "sips:alice@example.com", false);
    compare("sip:alice@example.com", "sip:alice2@example.com", false);
    compare("sip:alice@example.com", "sip:example.com", false);
    compare("sip:@example.com", "sip:example.com", false);
    compare("sip:example.com", "sip:EXAMPLE.com", true);
    compare("sip:alice:pw@x", "sip:alice@x", false);
    compare("sip:a%40b@x", "sip:a@b@x", false);
    compare("sip:a%2fb@x", "sip:a%2Fb@x", true);
    compare("sip:a%zzb@x", "sip:a%zzb@x", true);
    compare("sip:a@x;user=phone", "sip:a@x", false);
    compare("sip:a@x;method=INVITE", "sip:a@x", false);
    compare("sip:a@x;lr", "sip:a@x", true);
    compare("sip:a%00@x", "sip:a@x", false);
    compare("sip:", "sip:", false);
    compare("sip:a@", "sip:a@", false);
    compare("sip:a@x?s=1", "sip:a@x?s=1", true);
    compare("sip:a@x?s=1", "sip:a@x?s=2", false);
    compare("sip:a@x;p=1?s=1", "sip:a@x;p=2?s=1", false);
    compare("sip:a@x;p=1;q=2", "sip:a@x;q=2;p=1", true);
    compare("sip:a@x;p=1", "sip:a@x;P=1;maddr=y", false);
}

/* An escape is what it stands for, unless that is reserved; what only looks like one is itself. */
static void test_escapes(void **state)
{
    (void)state;
    static const char *const alone[] = {"sip:a%@x",    "sip:a%4@x",  "sip:a%4z@x", "sip:a%z4@x", "sip:a%!!@x",
                                        "sip:a%4:@x",  "sip:a%/4@x", "sip:a%4`@x", "sip:a%4g@x", "sip:a%00@x",
                                        "sip:a%25@x",  "sip:a%3b@x", "sip:aJ@x",   "sip:a4@x"};
    for (size_t i = 0; i < sizeof alone / sizeof alone[0]; i++) {
        for (size_t j = 0; j < sizeof alone / sizeof alone[0]; j++) {
            compare(alone[i], alone[j], i == j);
        }
    }
    compare("sip:a%4a@x", "sip:aJ@x", true);
    compare("sip:a%4A@x", "sip:a%4a@x", true);
    compare("sip:a%ff@x", "sip:a\xff@x", true);
    compare("sip:a%fe@x", "sip:a\xff@x", false);
    compare("sip:a%00@x", "sip:a%01@x", false);
    compare("sip:a@x;p=%3b", "sip:a@x;p=%3B", true);
    compare("sip:a@x;p=%3b", "sip:a@x;p=%2b", false);
    compare("sip:a@%78", "sip:a@X", true);
    const struct xk_bytes cut = {(const uint8_t *)"sip:a@x%4a", 9}; /* what is behind its end does not count */
    assert_true(xk_uri_equal(cut, xk_text("sip:a@x%4")));
    assert_false(xk_uri_equal(cut, xk_text("sip:a@xJ")));
    const struct xk_bytes raw = {(const uint8_t *)"sip:a\0@x", 8};
    assert_true(xk_uri_equal(raw, raw));
    assert_false(xk_uri_equal(raw, xk_text("sip:a%00@x")));
}

static void test_tel(void **state)
{
    (void)state;
    compare("tel:+1-555-0100", "TEL:+1(555)0100", true);
    compare("tel:+15550100", "tel:+15550101", false);
    compare("tel:+15550100", "tel:15550100", false);
    compare("tel:0100;phone-context=+1-555", "tel:0100;phone-context=+1555", true);
    compare("tel:0100;phone-context=+1556", "tel:0100;phone-context=+1555", false);
    compare("tel:0100;phone-context=example.com", "tel:0100;Phone-Context=EXAMPLE.com", true);
    compare("tel:+15550100;ext=5", "tel:+15550100", false);
    compare("tel:+15550100", "sip:+15550100@example.com;user=phone", false);
    compare("tel:+15550100", "tel:+1555010", false);
    compare("tel:+15550100", "tel:+1555-0100-", true);
    compare("tel:+15550100", "tel:-", false);
    compare("tel:0;isub", "tel:0;isub", true);
    compare("tel:0;isub=1", "tel:0;isub", false);
    compare("tel:0;isub", "tel:0;isub=+1", false);
    compare("tel:", "tel:", false);
    compare("tel:-", "tel:.", false);
}

static void test_other_and_absent(void **state)
{
    (void)state;
    compare("alice@example.com", "alice@example.com", true);
    compare("alice@example.com", "Alice@example.com", false);
    compare("alice@example.com", "sip:alice@example.com", false);
    compare("alice@example.com", "alice@example.co", false);
    compare("mailto:a@x", "mailto:a@X", false); /* of no scheme whose rules are known: octet by octet */
    compare("sip:a@x", "", false);
    compare("", "", false);
    compare(NULL, NULL, false);
    compare(NULL, "sip:a@x", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples_of_the_standard),
        cmocka_unit_test(test_parameters_have_a_bound),
        cmocka_unit_test(test_sip),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_tel),
        cmocka_unit_test(test_other_and_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
