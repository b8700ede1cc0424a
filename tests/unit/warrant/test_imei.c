/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/warrant.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void instances_that_tell_an_imei(void **state)
{
    static const struct {
        const char *text;
        uint8_t imei[8];
    } rows[] = {
        {"urn:gsma:imei:90420156-025763-0", {0x09, 0x24, 0x10, 0x65, 0x20, 0x75, 0x36, 0xf0}},
        {"URN:GSMA:IMEI:90420156-025763-0", {0x09, 0x24, 0x10, 0x65, 0x20, 0x75, 0x36, 0xf0}},
        {"urn:gsma:imei:90420156-025763-0;svn=42", {0x09, 0x24, 0x10, 0x65, 0x20, 0x75, 0x36, 0x24}},
        {"urn:gsma:imei:90420156-025763-0;SVN=09;x", {0x09, 0x24, 0x10, 0x65, 0x20, 0x75, 0x36, 0x90}},
        {"urn:gsma:imei:90420156-025763-0;vers=0", {0x09, 0x24, 0x10, 0x65, 0x20, 0x75, 0x36, 0xf0}},
        {"urn:gsma:imei:12345678-901234-5;sv", {0x21, 0x43, 0x65, 0x87, 0x09, 0x21, 0x43, 0xf0}},
        {"<sip:a@b>;+sip.instance=\"<urn:gsma:imei:90420156-025763-0>\";q=1",
         {0x09, 0x24, 0x10, 0x65, 0x20, 0x75, 0x36, 0xf0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t imei[8];
        assert_int_equal(xk_imei_from_instance(xk_text(rows[i].text), imei), XK_OK);
        assert_memory_equal(imei, rows[i].imei, 8);
    }
}

static void instances_that_tell_none(void **state)
{
    static const char *const texts[] = {
        "",
        "urn:gsma:imei:",
        "urn:gsma:imei",
        "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "urn:gsma:imei:90420156-025763-",
        "urn:gsma:imei:9042015-6025763-0",
        "urn:gsma:imei:90420156-0257630-",
        "urn:gsma:imei:90420156025763000",
        "urn:gsma:imei:9042015a-025763-0",
        "urn:gsma:imei:9042015/-025763-0",
        "urn:gsma:imei:9042015:-025763-0",
        "urn:gsma:imei:90420156-025763-01",
        "urn:gsma:imei:90420156-025763-0;svn=4",
        "urn:gsma:imei:90420156-025763-0;svn=4x",
        "urn:gsma:imei:90420156-025763-0;svn=x4",
        "urn:gsma:imei:90420156-025763-0;svn=",
        "urn:gsma:ime[:90420156-025763-0",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint8_t imei[8] = {1, 2, 3, 4, 5, 6, 7, 8};
        const uint8_t before[8] = {1, 2, 3, 4, 5, 6, 7, 8};
        assert_int_equal(xk_imei_from_instance(xk_text(texts[i]), imei), XK_E_MISSING);
        assert_memory_equal(imei, before, 8);
    }
    uint8_t imei[8];
    assert_int_equal(xk_imei_from_instance((struct xk_bytes){NULL, 0}, imei), XK_E_ARGUMENT);
    assert_int_equal(xk_imei_from_instance(xk_text("x"), NULL), XK_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instances_that_tell_an_imei),
        cmocka_unit_test(instances_that_tell_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
