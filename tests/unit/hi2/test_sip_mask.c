/* SPDX-License-Identifier: BSD-2-Clause */
/* What is masked in a copy of a SIP message, and what is left as it was. */
#include <xk/hi2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

typedef enum xk_status mask_fn(uint8_t *message, size_t size, size_t *masked);

/* In a copy of exactly its size, so that a sanitizer sees one octet too far. */
static void is_masked(mask_fn *mask, const char *message, const char *expected)
{
    size_t size = strlen(message);
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    size_t masked = 99;
    size_t differ = 0;
    assert_non_null(copy);
    assert_int_equal(strlen(expected), size);
    memcpy(copy, message, size);
    assert_int_equal(mask(copy, size, &masked), XK_OK);
    for (size_t i = 0; i < size; i++) {
        differ += message[i] != expected[i];
    }
    if (memcmp(copy, expected, size) != 0) {
        fail_msg("%.*s", (int)size, (const char *)copy);
    }
    assert_int_equal(masked, differ);
    assert_int_equal(mask(copy, size, &masked), XK_OK); /* nothing is left to mask */
    assert_int_equal(masked, 0);
    free(copy);
}

static void keys_of_sdes_are_masked(void **state)
{
    static const char *const rows[][2] = {
        {"INVITE sip:a SIP/2.0\r\nX: a=crypto:1 A inline:KEY\r\n\r\nv=0\r\n"
         "a=crypto:1 AES_CM_128 inline:WVNf==|2^20|1:4;inline:AbC",
         "INVITE sip:a SIP/2.0\r\nX: a=crypto:1 A inline:KEY\r\n\r\nv=0\r\n"
         "a=crypto:1 AES_CM_128 inline:******|2^20|1:4;inline:***"},
        {"x\n\na=crypto:1 A INLINE:k UNENCRYPTED\nA=CRYPTO:2 B inline:kk\tX\na=crypto:3 inline:,inline:z",
         "x\n\na=crypto:1 A INLINE:* UNENCRYPTED\nA=CRYPTO:2 B inline:**\tX\na=crypto:3 inline:,inline:*"},
        {"x\r\n\r\na=key-mgmt:mikey inline:stays\r\n a=crypto:1 inline:stays", "x\r\n\r\n"
         "a=key-mgmt:mikey inline:stays\r\n a=crypto:1 inline:stays"},
        {"x\r\n\r\na=crypto:1 inline", "x\r\n\r\na=crypto:1 inline"},
        {"x\r\n\r\na=crypto:1 inline:", "x\r\n\r\na=crypto:1 inline:"},
        {"x\r\n\r\na=crypto:1 inline:a\rb\r\n", "x\r\n\r\na=crypto:1 inline:*\rb\r\n"},
        {"x\r\nc: multipart/mixed;boundary=b\r\n\r\n--b\r\nc: t\r\na=crypto:1 inline:header\r\n\r\n"
         "a=crypto:1 inline:body\r\n--b--",
         "x\r\nc: multipart/mixed;boundary=b\r\n\r\n--b\r\nc: t\r\na=crypto:1 inline:header\r\n\r\n"
         "a=crypto:1 inline:****\r\n--b--"},
        {"", ""},
        {"\n\na=crypto:1 inline:k", "\n\na=crypto:1 inline:*"},
        {"x\n\na=acap:1 crypto:1 A inline:k\nA=ACAP:2 Crypto:2 B INLINE:kk|1:4\na=acap:3 x inline:stays\n"
         "a=acap 4 crypto:1 inline:stays\n a=acap:1 crypto:1 inline:stays",
         "x\n\na=acap:1 crypto:1 A inline:*\nA=ACAP:2 Crypto:2 B INLINE:**|1:4\na=acap:3 x inline:stays\n"
         "a=acap 4 crypto:1 inline:stays\n a=acap:1 crypto:1 inline:stays"},
        {"x\n\nk=clear:key\r\nK=base64:a:b\nk=prompt\nk=x:\n k=clear:stays\nck=clear:stays",
         "x\n\nk=clear:***\r\nK=base64:***\nk=prompt\nk=x:\n k=clear:stays\nck=clear:stays"},
        {"k: x\nk=clear:stays\na=crypto:1 inline:stays", "k: x\nk=clear:stays\na=crypto:1 inline:stays"},
        /* SDP by itself, as in sdpOffer. */
        {"v=0\r\na=crypto:1 A inline:k\r\n", "v=0\r\na=crypto:1 A inline:*\r\n"},
        {"v=\nk=clear:k", "v=\nk=clear:*"},
        {"v", "v"},
        {"v:0\na=crypto:1 A inline:stays", "v:0\na=crypto:1 A inline:stays"},
        {"x=0\na=crypto:1 A inline:stays", "x=0\na=crypto:1 A inline:stays"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        is_masked(xk_hi2_sip_mask_keys, rows[i][0], rows[i][1]);
    }
}

static void locations_in_headers_are_masked(void **state)
{
    static const char *const rows[][2] = {
        {"x\r\nP-Access-Network-Info: 3GPP-UTRAN-TDD; utran-cell-id-3gpp=234151D0FCE11;network-provided\r\n\r\n",
         "x\r\nP-Access-Network-Info: 3GPP-UTRAN-TDD; utran-cell-id-3gpp=*************;network-provided\r\n\r\n"},
        {"x\r\np-access-network-info \t: A;b=\"c;d=e\";f=g, H;i=j\r\n  ;k=l\r\nm=n\r\n\r\n",
         "x\r\np-access-network-info \t: A;b=\"*****\";f=*, H;i=*\r\n**;k=*\r\nm=n\r\n\r\n"},
        {"x\nCellular-Network-Info: 3GPP-E-UTRAN-FDD;cell-info-age=5\n\n",
         "x\nCellular-Network-Info: 3GPP-E-UTRAN-FDD;cell-info-age=*\n\n"},
        {"x\r\nGeolocation: <sip:a@b>\r\n\t,<cid:c>\r\nGeolocation-Error: 5\r\n\r\n",
         "x\r\nGeolocation:**********\r\n*********\r\nGeolocation-Error: 5\r\n\r\n"},
        {"x\r\nP-Access-Network-Inf: A;b=c\r\nXP-Access-Network-Info: A;b=c\r\n\r\nP-Access-Network-Info: A;b=c\r\n",
         "x\r\nP-Access-Network-Inf: A;b=c\r\nXP-Access-Network-Info: A;b=c\r\n\r\nP-Access-Network-Info: A;b=c\r\n"},
        {"x\r\nP-Access-Network-Info", "x\r\nP-Access-Network-Info"},
        {"x\r\nP-Access-Network-Info \t", "x\r\nP-Access-Network-Info \t"},
        {"x\r\nGeolocation:", "x\r\nGeolocation:"},
        {"x\r\nGeolocation:a", "x\r\nGeolocation:*"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        is_masked(xk_hi2_sip_mask_location, rows[i][0], rows[i][1]);
    }
}

static void locations_in_bodies_are_masked(void **state)
{
    static const char *const rows[][2] = {
        {"x\r\nContent-Type: application/PIDF+xml\r\n\r\n<a>\r\n--b\r\n", "x\r\n"
         "Content-Type: application/PIDF+xml\r\n\r\n***\r\n***\r\n"},
        {"x\r\nc:application/sdp\r\n\r\nv=0\r\n", "x\r\nc:application/sdp\r\n\r\nv=0\r\n"},
        {"x\r\nContent-Type: multipart/mixed;\r\n boundary=\"b 1\"\r\n\r\npre\r\n--b 1\r\n"
         "Content-Type: application/sdp\r\n\r\nv=0\r\n"
         "--b 1\r\nContent-Type: application/pidf+xml\r\n\r\n<p>\r\n-->\r\n--c\r\n--b 1\r\n\r\ntext\r\n"
         "--b 1--\r\nafter",
         "x\r\nContent-Type: multipart/mixed;\r\n boundary=\"b 1\"\r\n\r\npre\r\n--b 1\r\n"
         "Content-Type: application/sdp\r\n\r\nv=0\r\n"
         "--b 1\r\nContent-Type: application/pidf+xml\r\n\r\n***\r\n***\r\n***\r\n--b 1\r\n\r\ntext\r\n"
         "--b 1--\r\nafter"},
        {"x\nc: a;boundary=o;z\n\n--o\nc: b;BOUNDARY=i\n\n--i\nc: pidf+xml\n\nL\n--i\n\ns\n--o\n\ns",
         "x\nc: a;boundary=o;z\n\n--o\nc: b;BOUNDARY=i\n\n--i\nc: pidf+xml\n\n*\n--i\n\ns\n--o\n\ns"},
        {"x\nc: a;boundary=", "x\nc: a;boundary="},
        {"x\nc: a;boundary=\"", "x\nc: a;boundary=\""},
        {"x\nc: pidf+xml\nc: a\n\nL", "x\nc: pidf+xml\nc: a\n\n*"},
        {"x\nc: pidf+xml\n\n-", "x\nc: pidf+xml\n\n*"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        is_masked(xk_hi2_sip_mask_location, rows[i][0], rows[i][1]);
    }
}

/* Zero octets end nothing: what a receiver might read on is masked too. */
static void zero_octets_end_nothing(void **state)
{
    (void)state;
    uint8_t message[] = "x\n\na=crypto:1 inline:k\0k";
    size_t masked = 0;
    assert_int_equal(xk_hi2_sip_mask_keys(message, sizeof message - 1, &masked), XK_OK);
    assert_int_equal(masked, 3);
    assert_memory_equal(message + sizeof message - 4, "***", 3);
}

/* Of more multiparts inside each other than are followed, the deepest ones end nothing either. */
static void four_boundaries_are_followed(void **state)
{
    (void)state;
    is_masked(xk_hi2_sip_mask_location,
              "x\nc: m;boundary=1\nc: m;boundary=2\nc: m;boundary=3\nc: m;boundary=4\n"
              "c: pidf+xml;boundary=5\n\nL\n--5\nL\n--4\n\ns",
              "x\nc: m;boundary=1\nc: m;boundary=2\nc: m;boundary=3\nc: m;boundary=4\n"
              "c: pidf+xml;boundary=5\n\n*\n***\n*\n--4\n\ns");
}

static void null_is_refused(void **state)
{
    (void)state;
    uint8_t message[1] = {'x'};
    size_t masked = 0;
    assert_int_equal(xk_hi2_sip_mask_keys(NULL, 1, &masked), XK_E_ARGUMENT);
    assert_int_equal(xk_hi2_sip_mask_keys(message, 1, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_hi2_sip_mask_location(NULL, 1, &masked), XK_E_ARGUMENT);
    assert_int_equal(xk_hi2_sip_mask_location(message, 1, NULL), XK_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_sdes_are_masked),
        cmocka_unit_test(locations_in_headers_are_masked),
        cmocka_unit_test(locations_in_bodies_are_masked),
        cmocka_unit_test(zero_octets_end_nothing),
        cmocka_unit_test(four_boundaries_are_followed),
        cmocka_unit_test(null_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
