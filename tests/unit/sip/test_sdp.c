/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <xk/sip.h>

static enum xk_status next(const char *sdp, struct xk_sdp_key_mgmt *found, struct xk_diag *diag)
{
    return xk_sdp_next_key_mgmt((const uint8_t *)sdp, strlen(sdp), found, diag);
}

static void test_session_and_media_level(void **state)
{
    (void)state;
    const char *sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\na=key-mgmt:mikey AAAA\r\nt=0 0\r\n"
                      "m=audio 4000 RTP/SAVP 0\r\na=key-mgmt:kerberos XXXX\r\na=key-mgmt:MIKEY BBBB\r\n"
                      "m=video 4002 RTP/SAVP 96\r\nA=x\r\n";
    struct xk_sdp_key_mgmt found = {{NULL, 0}, 0, 0, 0, 0, 0};
    struct xk_diag diag = {XK_OK, 0, ""};
    assert_int_equal(next(sdp, &found, &diag), XK_OK);
    assert_int_equal(found.media, 0);
    assert_int_equal(found.data.size, 4);
    assert_memory_equal(found.data.data, "AAAA", 4);
    assert_ptr_equal(found.data.data, (const uint8_t *)sdp + found.offset);
    assert_int_equal(next(sdp, &found, &diag), XK_OK);
    assert_int_equal(found.media, 1);
    assert_memory_equal(found.data.data, "BBBB", 4);
    struct xk_sdp_key_mgmt before = found;
    assert_int_equal(next(sdp, &found, &diag), XK_E_SDP);
    assert_string_equal(diag.field, "line");
    assert_int_equal(diag.offset, (size_t)(strstr(sdp, "A=x") - sdp));
    assert_memory_equal(&before, &found, sizeof found);
}

static void test_second_media_and_bare_line_ends(void **state)
{
    (void)state;
    struct xk_sdp_key_mgmt found = {{NULL, 0}, 0, 0, 0, 0, 0};
    struct xk_diag diag = {XK_OK, 0, ""};
    const char *sdp = "v=0\nm=audio 1 RTP/SAVP 0\nm=video 2 RTP/SAVP 0\na=key-mgmt: mikey CCCC";
    assert_int_equal(next(sdp, &found, &diag), XK_OK);
    assert_int_equal(found.media, 2);
    assert_memory_equal(found.data.data, "CCCC", 4);
    assert_int_equal(next(sdp, &found, &diag), XK_E_NO_KEY_MGMT);
    assert_int_equal(diag.offset, strlen(sdp));
}

static void test_refusals(void **state)
{
    static const struct {
        const char *sdp;
        enum xk_status status;
        size_t offset;
        const char *field;
    } cases[] = {
        {"", XK_E_SDP, 0, "v="},
        {"v=1\r\n", XK_E_SDP, 0, "v="},
        {"o=-\r\n", XK_E_SDP, 0, "v="},
        {"v=0\r\n\r\na=b\r\n", XK_E_SDP, 5, "line"},
        {"v=0\r\nx\r\n", XK_E_SDP, 5, "line"},
        {"v=0\r\nxy\r\n", XK_E_SDP, 5, "line"},
        {"v=0\r\n`=x\r\n", XK_E_SDP, 5, "line"},
        {"v=0\r\n{=x\r\n", XK_E_SDP, 5, "line"},
        {"v=0\r\n a=key-mgmt:mikey AAAA\r\n", XK_E_SDP, 5, "line"},
        {"v=0\r\na=key-mgmt:mikey\r\n", XK_E_SDP, 21, "key-mgmt"},
        {"v=0\r\na=key-mgmt:mikey \r\n", XK_E_SDP, 22, "key-mgmt"},
        {"v=0\r\na=key-mgmt:\r\n", XK_E_SDP, 16, "key-mgmt"},
        {"v=0\r\na=key-mgmtx:mikey AAAA\r\n", XK_E_NO_KEY_MGMT, 29, "a=key-mgmt:mikey"},
        {"v=0\r\na=key-mgmt:mikeys AAAA\r\n", XK_E_NO_KEY_MGMT, 29, "a=key-mgmt:mikey"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct xk_sdp_key_mgmt found = {{NULL, 0}, 0, 0, 0, 0, 0};
        struct xk_diag diag = {XK_OK, 0, ""};
        assert_int_equal(next(cases[i].sdp, &found, &diag), cases[i].status);
        assert_int_equal(diag.status, cases[i].status);
        assert_int_equal(diag.offset, cases[i].offset);
        assert_string_equal(diag.field, cases[i].field);
        assert_null(found.data.data);
    }
}

static void test_nul_and_line_limit(void **state)
{
    (void)state;
    struct xk_sdp_key_mgmt found = {{NULL, 0}, 0, 0, 0, 0, 0};
    struct xk_diag diag = {XK_OK, 0, ""};
    static const uint8_t nul[] = "v=0\r\na=b\0c\r\n";
    assert_int_equal(xk_sdp_next_key_mgmt(nul, sizeof nul - 1, &found, &diag), XK_E_SDP);
    assert_string_equal(diag.field, "NUL");
    size_t size = 4 * (XK_SDP_LINES_MAX + 1);
    char *many = malloc(size + 1);
    assert_non_null(many);
    for (size_t i = 0; i <= XK_SDP_LINES_MAX; i++) {
        memcpy(many + 4 * i, i == 0 ? "v=0\n" : "s=-\n", 4);
    }
    assert_int_equal(xk_sdp_next_key_mgmt((uint8_t *)many, size - 4, &found, &diag), XK_E_NO_KEY_MGMT);
    assert_int_equal(xk_sdp_next_key_mgmt((uint8_t *)many, size, &found, &diag), XK_E_LIMIT);
    assert_int_equal(diag.offset, size - 4);
    free(many);
    assert_int_equal(xk_sdp_next_key_mgmt(NULL, 1, &found, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_sdp_next_key_mgmt(nul, 1, NULL, &diag), XK_E_ARGUMENT);
}

/* A search that was begun in a longer description. */
static void test_search_behind_the_end(void **state)
{
    (void)state;
    struct xk_sdp_key_mgmt found = {{NULL, 0}, 0, 0, 6, 0, 1};
    struct xk_sdp_key_mgmt before = found;
    struct xk_diag diag = {XK_OK, 0, ""};
    assert_int_equal(next("v=0\r\n", &found, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_memory_equal(&found, &before, sizeof found);
    found.next = 5;
    assert_int_equal(next("v=0\r\n", &found, &diag), XK_E_NO_KEY_MGMT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_session_and_media_level),
        cmocka_unit_test(test_second_media_and_bare_line_ends),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_nul_and_line_limit),
        cmocka_unit_test(test_search_behind_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
