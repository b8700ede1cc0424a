/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <xk/uri.h>

static void compare(const char *a, const char *b, bool equal)
{
    if (xk_uri_equal(xk_text(a), xk_text(b)) != equal || xk_uri_equal(xk_text(b), xk_text(a)) != equal) {
        fail_msg("%s and %s should %sbe equal", a ? a : "(absent)", b ? b : "(absent)", equal ? "" : "not ");
    }
}

/* The examples of RFC 3261 19.1.4, all of them, as pairs. */
static void test_examples_of_the_standard(void **state)
{
    (void)state;
    compare("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", true);
    compare("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true);
    compare("sip:carol@chicago.com", "sip:carol@chicago.com;security=on", true);
    compare("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5", true);
    compare("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com", true);
    compare("sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x", true);
    compare("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", false);
    compare("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false);
    compare("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false);
    compare("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false);
    compare("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", false);
    compare("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", false);
    compare("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", false);
}

/* RFC 5954 4.2, and RFC 3261 19.1.2: no escape in a host is its character. */
static void test_hosts(void **state)
{
    (void)state;
    static const char *const same[][2] = {
        {"[2001:db8::9:1]", "[2001:db8::9:01]"},
        {"[2001:db8::9:1]", "[2001:DB8:0:0:0:0:9:1]"},
        {"[2001:db8::9:1]:5060", "[2001:0db8:0000::0009:0001]:5060"},
        {"[::]", "[0:0:0:0:0:0:0:0]"},
        {"[1::]", "[1:0::0]"},
        {"[::1]", "[0::1]"},
        {"[::ffff:192.0.2.1]", "[::FFFF:c000:201]"},
        {"[1:2:3:4:5:6:1.2.3.4]", "[1:2:3:4:5:6:102:304]"},
        {"[::1.2.3.4]", "[::102:304]"},
        {"[1:2:3:4:5:6:7::]", "[1:2:3:4:5:6:7:0]"},
        {"192.0.2.4", "192.000.02.004"},
        {"255.255.255.255", "255.255.255.255"},
        {"example.com", "EXAMPLE.com"},
        {"ex%61mple.com", "EX%61mple.com"},
        {"256.0.2.4", "256.0.2.4"},
        {"[1::2::3]", "[1::2::3]"},
        {"[x]", "[X]"},
        {"[::a]", "[::000A]"},
        {"[::f]", "[::000F]"},
    };
    static const char *const different[][2] = {
        {"[2001:db8::9:1]", "[2001:db8::9:10]"},
        {"[2001:db8::9:1]", "[2001:db8:9:1::]"},
        {"[::1]:5060", "[::1]"},
        {"[::1]:5060", "[::1]:5061"},
        {"[::1]:5060", "[::01]:05060"},
        {"[1::2::3]", "[1::2:0:3]"},
        {"[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7:8]"},
        {"[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:0]"},
        {"[1:2:3:4:5:6:7:8::]", "[1:2:3:4:5:6:7:8]"},
        {"[1:2:3:4::5:6:7:8]", "[1:2:3:4:5:6:7:8]"},
        {"[::00001]", "[::1]"},
        {"[::g]", "[::10]"},
        {"[::@]", "[::0]"},
        {"[::`]", "[::9]"},
        {"[1:2:3:4:5:6:7:1.2.3.4]", "[1:2:3:4:5:6:7:102]"},
        {"[1:2:3:4:5:1.2.3.4:6]", "[1:2:3:4:5:102:304:6]"},
        {"[1.2.3.4::]", "[102:304::]"},
        {"[::1:]", "[::1]"},
        {"[:1::]", "[1::]"},
        {"[:]", "[::]"},
        {"[]", "[::]"},
        {"[", "["},
        {"::1", "0::1"},
        {"[::1", "[0::1"},
        {"192.0.2.4", "[::192.0.2.4]"},
        {"192.0.2.4", "192.0.2.5"},
        {"192.0.2.4", "192.0.2.0004"},
        {"192.0.2.256", "192.0.2.0"},
        {"192.0.2", "192.0.2.0"},
        {"192.0.2.4.", "192.0.2.4"},
        {"192.0.2.", "192.0.2.0"},
        {"192,0,2,4", "192.0.2.4"},
        {"1.2.3.4.5", "1.2.3.4"},
        {"ex%61mple.com", "example.com"},
        {"example.com.", "example.com"},
        {"x:", "x"},
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        char uris[2][64];
        snprintf(uris[0], sizeof uris[0], "sip:bob@%s", same[i][0]);
        snprintf(uris[1], sizeof uris[1], "sip:bob@%s", same[i][1]);
        compare(uris[0], uris[1], true);
    }
    for (size_t i = 0; i < sizeof different / sizeof different[0]; i++) {
        char uris[2][64];
        if (strcmp(different[i][0], different[i][1]) == 0) {
            continue;
        }
        snprintf(uris[0], sizeof uris[0], "sip:bob@%s", different[i][0]);
        snprintf(uris[1], sizeof uris[1], "sip:bob@%s", different[i][1]);
        compare(uris[0], uris[1], false);
    }
}

/* RFC 3261 19.1.4: header components are never left out of account, and each counts. */
static void test_headers(void **state)
{
    (void)state;
    compare("sip:a@x?s=1", "sip:a@x?S=1", true);
    compare("sip:a@x?s=%31", "sip:a@x?s=1", true);
    compare("sip:a@x?s=a", "sip:a@x?s=A", false);
    compare("sip:a@x?s=1&t=2", "sip:a@x?t=2&s=1", true);
    compare("sip:a@x?s=1&t=2", "sip:a@x?t=2", false);
    compare("sip:a@x?s=1&s=2", "sip:a@x?s=2&s=1", true);
    compare("sip:a@x?s=1&s=1&s=2", "sip:a@x?s=1&s=2&s=2", false);
    compare("sip:a@x?s=1&s=1", "sip:a@x?s=1", false);
    compare("sip:a@x?s", "sip:a@x?s", true);
    compare("sip:a@x?", "sip:a@x", false);
    char uri[256] = "sip:a@b?a=1";
    for (unsigned int i = 1; i < 32; i++) {
        strcat(uri, "&a=1");
    }
    compare(uri, uri, true);
    strcat(uri, "&a=1");
    compare(uri, uri, false);
    compare(uri, "sip:a@b?a=1", false);
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
    strcpy(uri, "sip:a@b;"); /* an empty one is one */
    for (unsigned int i = 0; i < 31; i++) {
        strcat(uri, ";a=1");
    }
    compare(uri, uri, true);
    strcat(uri, ";a=1");
    compare(uri, uri, false);
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
    compare("sip:a@b@x", "sip:a@b@x", false); /* who is it? */
    compare("sip:a;b?c@x", "sip:a;b?c@x", true);
    compare("sip:a@x;transport=tcp", "sip:a@x;transport=udp", false);
    compare("sip:a@x;ttl=1", "sip:a@x", false);
    compare("sip:a@x;maddr=y", "sip:a@x", false);
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
    compare("sip:a%0a@x", "sip:a%0A@x", true);
    compare("sip:a%30@x", "sip:a0@x", true);
    const struct xk_bytes named = {(const uint8_t *)"sip:a@x;p\0=1", 12}; /* no name is another because of an escape */
    assert_true(xk_uri_equal(named, xk_text("sip:a@x;p%00=2")));
    assert_true(xk_uri_equal(xk_text("sip:a@x;p%00=2"), named));
    compare("sip:a@x;p=%3b", "sip:a@x;p=%3B", true);
    compare("sip:a@x;p=%3b", "sip:a@x;p=%2b", false);
    compare("sip:a@%78", "sip:a@X", false);
    const struct xk_bytes cut = {(const uint8_t *)"sip:a@x;p=%4a", 12}; /* what is behind its end does not count */
    assert_true(xk_uri_equal(cut, xk_text("sip:a@x;p=%4")));
    assert_false(xk_uri_equal(cut, xk_text("sip:a@x;p=J")));
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
    compare("tel:+15550100;ext=1-2", "tel:+15550100;ext=12", true);
    compare("tel:+15550100;ext=(1)2", "tel:+15550100;EXT=1.2", true);
    compare("tel:+15550100;ext=1-2", "tel:+15550100;ext=13", false);
    compare("tel:+15550100;ext=-", "tel:+15550100;ext=.", false);
    compare("tel:+15550100;isub=1-2", "tel:+15550100;isub=12", false);
    compare("tel:+15550100;isub=a", "tel:+15550100;isub=A", true);
    compare("tel:+15550100;a=1;b=2", "tel:+15550100;b=2;a=1", true);
    compare("tel:", "tel:", false);
    compare("tel:-", "tel:.", false);
}

static void test_other_and_absent(void **state)
{
    (void)state;
    compare("alice@example.com", "alice@example.com", true);
    compare("a", "a", true);
    compare("a", "b", false);
    compare("alice@example.com", "Alice@example.com", false);
    compare("alice@example.com", "sip:alice@example.com", false);
    compare("alice@example.com", "alice@example.co", false);
    compare("mailto:a@x", "mailto:a@X", false); /* of no scheme whose rules are known: octet by octet */
    compare("sip:a@x", "", false);
    compare("", "", false);
    compare(NULL, NULL, false);
    compare(NULL, "sip:a@x", false);
}

static const struct xk_bytes own[] = {{(const uint8_t *)"ims.example.org", 15}, {(const uint8_t *)"example.net", 11}};

static void same(const char *a, const char *b, bool expected)
{
    bool forth = xk_uri_same_identity(xk_text(a), xk_text(b), own, 2);
    if (forth != expected || xk_uri_same_identity(xk_text(b), xk_text(a), own, 2) != expected) {
        fail_msg("%s and %s should %sbe the same", a ? a : "(absent)", b ? b : "(absent)", expected ? "" : "not ");
    }
}

/* TS 24.229 4.2: the TEL URI of a number, and the SIP URI that the operator makes of it. */
static void test_a_number_in_either_scheme_is_one_identity(void **state)
{
    (void)state;
    const struct xk_bytes tel = xk_text("tel:+15550100");
    const struct xk_bytes sip = xk_text("sip:+15550100@ims.example.org;user=phone");
    same("tel:+15550100", "sip:+15550100@ims.example.org;user=phone", true);
    same("tel:+1-555-0100", "sip:+1(555)0100@EXAMPLE.net;USER=PHONE", true);
    same("tel:+15550100", "sips:+15550100@example.net.;transport=tcp;user=phone", true);
    same("sip:+15550100@ims.example.org;user=phone", "sip:+15550100@example.net;user=phone", true);
    same("tel:+1-5.5(5)0100", "sip:+1(5)55.01-00@example.net;user=phone", true);
    same("tel:+1", "sip:+1@example.net;user=phone", true);
    same("tel:+15550100;ext=1-2", "sip:+15550100;ext=12@example.net;user=phone", true);
    same("tel:+15550100;cpc=ordinary", "tel:+15550100;npdi", true);
    same("tel:+15550100;ext=1", "tel:+15550100", false);
    same("tel:+15550100;isub=1", "tel:+15550100;isub=2", false);
    same("tel:0100;phone-context=+1", "tel:0100;phone-context=+2", false);
    same("tel:0100;phone-context=+1;cpc=x", "tel:0100;phone-context=+1", true);
    same("tel:+15550100;ext=1", "sip:+15550100@example.net;user=phone", false);
    same("tel:+15550100", "sip:+15550101@example.net;user=phone", false);
    same("tel:+15550100", "sip:+15550100@example.net", false);
    same("tel:+15550100", "sip:+15550100@example.net;user=ip", false);
    same("tel:+15550100", "sip:+15550100@example.com;user=phone", false); /* the domain of somebody else */
    same("tel:+15550100", "sip:+15550100@x.example.net;user=phone", false);
    same("tel:15550100", "sip:15550100@example.net;user=phone", false); /* whose, the number does not say */
    same("tel:+", "sip:+@example.net;user=phone", false);
    same("tel:+1x", "sip:+1x@example.net;user=phone", false);
    same("tel:+15550100", "sip:+15550100:pw@example.net;user=phone", false);
    same("tel:+1a", "TEL:+1A", true);
    same("sip:+1x@ims.example.org;user=phone", "sip:+1x@example.net;user=phone", false);
    assert_false(xk_uri_same_identity(tel, sip, own + 1, 1));
    assert_false(xk_uri_same_identity(tel, sip, own, 0));
    assert_false(xk_uri_same_identity(tel, sip, NULL, 2));
    assert_true(xk_uri_same_identity(tel, tel, NULL, 0));
    assert_true(xk_uri_same_identity(sip, sip, NULL, 0));
}

/* RFC 3261 10.3, step 5: what an address of record is. */
static void test_how_to_reach_a_user_is_not_who_it_is(void **state)
{
    (void)state;
    same("sip:alice@x", "SIP:alice@X;transport=tcp", true);
    same("sip:alice@x", "sips:alice@x;lr", true);
    same("sip:alice@x", "sip:alice@x?Reason=SIP%3bcause%3d302", true);
    same("sip:alice@x", "sip:alice@x.", true);
    same("sip:alice@[::1]", "sip:alice@[0::1]", true);
    same("sip:a+b@x", "sip:a%2Bb@x", true);
    same("sip:alice@x", "sip:%61lice@x", true);
    same("sip:x", "sip:x;lr", true);
    same("sip:alice@x:5060", "sip:alice@x:5060;lr", true);
    same("sip:alice@x", "sip:Alice@x", false);
    same("sip:alice@x", "sip:alice@y", false);
    same("sip:alice@x", "sip:x", false);
    same("sip:alice@x", "sip:alice@x:5060", false);
    same("sip:alice@x", "sip:alice@x;user=phone", false);
    same("sip:alice@x;user=phone", "sip:alice@x;user=phone;lr", true);
    same("sip:alice@.", "sip:alice@.", true);
    same("sip:alice@..", "sip:alice@.", true);
    same("sip:@x", "sip:x", false);
    same("sip:a@b@x", "sip:a@b@x", false);
    same("sip:", "sip:", false);
    same("alice@x", "alice@x", true);
    same("alice@x", "alice@y", false);
    same("alice@x", "sip:alice@x", false);
    same("tel:+1", "sip:a@x", false);
    same("", "", false);
    same(NULL, NULL, false);
    same(NULL, "sip:a@x", false);
    const struct xk_bytes nowhere = {NULL, 5};
    assert_false(xk_uri_same_identity(nowhere, nowhere, own, 2));
    assert_false(xk_uri_equal(nowhere, nowhere));
    char uri[256] = "sip:a@b"; /* however many parameters there are: a bound would be a way to hide */
    for (unsigned int i = 0; i < 40; i++) {
        strcat(uri, ";a=1");
    }
    same(uri, "sip:a@b", true);
    strcat(uri, ";user=phone");
    same(uri, "sip:a@b", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples_of_the_standard),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_parameters_have_a_bound),
        cmocka_unit_test(test_sip),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_tel),
        cmocka_unit_test(test_other_and_absent),
        cmocka_unit_test(test_a_number_in_either_scheme_is_one_identity),
        cmocka_unit_test(test_how_to_reach_a_user_is_not_who_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
