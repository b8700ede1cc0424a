/* SPDX-License-Identifier: BSD-2-Clause */
/* The attributes of key management: which there are, and what each counts for. */
#include "sip_fixture.h"

static enum xk_status next(const char *sdp, struct xk_sdp_key_mgmt *found, struct xk_diag *diag)
{
    return xk_sdp_next_key_mgmt((const uint8_t *)sdp, strlen(sdp), found, diag);
}

/* "S" as session level, "1" as medium 1, and so on; then the standing, by its first letter; an acap's number; data. */
static void list(const char *sdp, char *out)
{
    struct xk_sdp_key_mgmt found;
    memset(&found, 0, sizeof found);
    *out = '\0';
    while (next(sdp, &found, NULL) == XK_OK) {
        char one[64];
        char acap[16] = "";
        if (found.capability > 0) {
            snprintf(acap, sizeof acap, "%u", (unsigned int)found.capability);
        }
        snprintf(one, sizeof one, "%s%c%c%s=%.*s", *out != '\0' ? " " : "",
                 found.media == 0 ? 'S' : (int)('0' + found.media), "?ipor"[found.standing], acap, (int)found.data.size,
                 (const char *)found.data.data);
        assert_ptr_equal(found.data.data, (const uint8_t *)sdp + found.offset);
        strcat(out, one);
    }
}

#define KEY(data) "a=key-mgmt:mikey " data "\r\n"
#define A "m=audio 1 RTP/SAVP 0\r\n"
#define NONE "m=audio 0 RTP/SAVP 0\r\n"

static void for_each_medium_the_attribute_in_force(void **state)
{
    static const struct {
        const char *sdp;
        const char *found;
    } rows[] = {
        {"v=0\r\n" KEY("AAAA"), "Si=AAAA"},
        {"v=0\r\n" KEY("AAAA") A, "Si=AAAA"},
        {"v=0\r\n" KEY("AAAA") A KEY("BBBB"), "So=AAAA 1i=BBBB"},
        {"v=0\r\n" KEY("AAAA") A KEY("BBBB") A, "Si=AAAA 1i=BBBB"},
        {"v=0\r\n" KEY("AAAA") A A KEY("BBBB"), "Si=AAAA 2i=BBBB"},
        {"v=0\r\n" KEY("AAAA") A KEY("BBBB") A KEY("CCCC"), "So=AAAA 1i=BBBB 2i=CCCC"},
        {"v=0\r\n" KEY("AAAA") NONE, "Sr=AAAA"},
        {"v=0\r\n" KEY("AAAA") NONE NONE, "Sr=AAAA"},
        {"v=0\r\n" KEY("AAAA") NONE A, "Si=AAAA"},
        {"v=0\r\n" KEY("AAAA") A NONE, "Si=AAAA"},
        {"v=0\r\n" KEY("AAAA") NONE A KEY("BBBB"), "So=AAAA 2i=BBBB"},
        {"v=0\r\n" KEY("AAAA") A KEY("BBBB") NONE, "So=AAAA 1i=BBBB"},
        {"v=0\r\n" NONE KEY("BBBB") A KEY("CCCC"), "1r=BBBB 2i=CCCC"},
        {"v=0\r\n" NONE KEY("BBBB") "a=bundle-only\r\n" NONE KEY("CCCC"), "1i=BBBB 2r=CCCC"},
        {"v=0\r\n" KEY("AAAA") NONE "a=bundle-only\r\n", "Si=AAAA"},
        {"v=0\r\n" KEY("AAAA") KEY("BBBB") A KEY("CCCC") KEY("DDDD"), "So=AAAA So=BBBB 1i=CCCC 1i=DDDD"},
        /* of another protocol, or without anything in it: no key of its own */
        {"v=0\r\n" KEY("AAAA") A "a=key-mgmt:kerberos BBBB\r\n", "Si=AAAA"},
        {"v=0\r\n" KEY("AAAA") A "a=key-mgmt:mikey\r\n", "Si=AAAA 1i="},
        {"v=0\r\n" KEY("AAAA") A KEY("B"), "So=AAAA 1i=B"},
        {"v=0\r\n" KEY("AAAA") A "a=acap:1 key-mgmt:mikey BBBB\r\n", "Si=AAAA 1p1=BBBB"},
        {"v=0\r\na=acap:7 key-mgmt:mikey AAAA\r\n" A KEY("BBBB"), "Sp7=AAAA 1i=BBBB"},
        {"v=0\r\na=acap:7 key-mgmt:mikey AAAA\r\n" NONE "a=acap:8 key-mgmt:mikey BBBB\r\n", "Sr7=AAAA 1r8=BBBB"},
        {A KEY("AAAA"), "1i=AAAA"},
        {"v=0\r\n" KEY("AAAA") "\r\n" KEY("BBBB"), "Si=AAAA"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char found[256];
        list(rows[i].sdp, found);
        assert_string_equal(found, rows[i].found);
    }
}

static void an_attribute_is_read_as_it_is_met(void **state)
{
    static const struct {
        const char *line;
        const char *data; /* NULL: none of ours */
        uint32_t capability;
        uint32_t deviations;
    } rows[] = {
        {"a=key-mgmt:mikey AAAA", "AAAA", 0, 0},
        {"a=Key-Mgmt:MIKEY AAAA", "AAAA", 0, 0},
        {"a=key-mgmt: mikey AAAA", "AAAA", 0, XK_SIP_DEV_SDP_LINE_END},
        {"a=key-mgmt:mikey  AAAA", "AAAA", 0, XK_SIP_DEV_SDP_LINE_END},
        {"a=key-mgmt:mikey\tAAAA", "AAAA", 0, 0},
        {"a=key-mgmt:mikey AAAA \t", "AAAA", 0, XK_SIP_DEV_SDP_LINE_END},
        {"a=key-mgmt:mikey AAAA BBBB", "AAAA BBBB", 0, XK_SIP_DEV_BASE64},
        {"a=key-mgmt:mikey AAA", "AAA", 0, XK_SIP_DEV_BASE64},
        {"a=key-mgmt:mikey AA", "AA", 0, XK_SIP_DEV_BASE64},
        {"a=key-mgmt:mikey", "", 0, XK_SIP_DEV_SDP_LINE},
        {"a=key-mgmt:mikey ", "", 0, XK_SIP_DEV_SDP_LINE | XK_SIP_DEV_SDP_LINE_END},
        {"a=key-mgmt:", NULL, 0, 0},
        {"a=key-mgmt:mikeys AAAA", NULL, 0, 0},
        {"a=key-mgmt:mike AAAA", NULL, 0, 0},
        {"a=key-mgmtx:mikey AAAA", NULL, 0, 0},
        {"a=key-mgmt", NULL, 0, 0},
        {"b=key-mgmt:mikey AAAA", NULL, 0, 0},
        {"a=acap:1 key-mgmt:mikey AAAA", "AAAA", 1, 0},
        {"a=acap:2147483647  key-mgmt:mikey AAAA", "AAAA", 2147483647, 0},
        {"a=ACAP: 3 key-mgmt:mikey AAAA", "AAAA", 3, 0},
        {"a=acap:2147483648 key-mgmt:mikey AAAA", NULL, 0, 0},
        {"a=acap:0 key-mgmt:mikey AAAA", NULL, 0, 0},
        {"a=acap:x key-mgmt:mikey AAAA", NULL, 0, 0},
        {"a=acap:1 crypto:1 x", NULL, 0, 0},
        {"a=acap:1 acap:1 key-mgmt:mikey AAAA", NULL, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char sdp[128];
        struct xk_sdp_key_mgmt found;
        memset(&found, 0, sizeof found);
        snprintf(sdp, sizeof sdp, "v=0\r\n%s\r\n", rows[i].line);
        assert_int_equal(next(sdp, &found, NULL), rows[i].data != NULL ? XK_OK : XK_E_NO_KEY_MGMT);
        if (rows[i].data != NULL) {
            assert_view(found.data, rows[i].data);
            assert_int_equal(found.capability, rows[i].capability);
            assert_int_equal(found.deviations, rows[i].deviations);
            assert_int_equal(found.offset, (size_t)(found.data.data - (const uint8_t *)sdp));
        }
    }
}

static void refusals_are_told_with_their_place(void **state)
{
    (void)state;
    struct xk_sdp_key_mgmt found;
    memset(&found, 0, sizeof found);
    struct xk_sdp_key_mgmt before = found;
    struct xk_diag diag = {XK_OK, 9, "x"};
    assert_int_equal(next("", &found, &diag), XK_E_SDP);
    assert_int_equal(next("junk\r\n\r\nv=0\r\n", &found, &diag), XK_E_SDP);
    assert_int_equal(diag.status, XK_E_SDP);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "line");
    assert_int_equal(next("v=0\r\na=b\r\n", &found, &diag), XK_E_NO_KEY_MGMT);
    assert_int_equal(diag.status, XK_E_NO_KEY_MGMT);
    assert_int_equal(diag.offset, 10);
    assert_string_equal(diag.field, "a=key-mgmt:mikey");
    assert_int_equal(xk_sdp_next_key_mgmt(NULL, 1, &found, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_int_equal(xk_sdp_next_key_mgmt((const uint8_t *)"v=0", 3, NULL, &diag), XK_E_ARGUMENT);
    assert_memory_equal(&found, &before, sizeof found);
    assert_int_equal(next("v=0\r\n" KEY("AAAA"), &found, &diag), XK_OK);
    assert_int_equal(found.next, 28);
    before = found;
    assert_int_equal(xk_sdp_next_key_mgmt((const uint8_t *)"v=0", 27, &found, &diag), XK_E_ARGUMENT);
    assert_int_equal(next("v=0\r\n" KEY("AAAA"), &found, &diag), XK_E_NO_KEY_MGMT);
    assert_memory_equal(&found, &before, sizeof found);
}

static void the_answer_chooses_among_capabilities(void **state)
{
    static const struct {
        const char *line;
        uint32_t configuration; /* 0: broken */
        const char *capabilities;
        bool without_media;
        bool without_session;
    } rows[] = {
        {"a=acfg:1 t=1 a=1", 1, "1", false, false},
        {"a=acfg:2147483647", 2147483647, NULL, false, false},
        {"a=ACFG:2 a=1,[2,3] t=2", 2, "1,[2,3]", false, false},
        {"a=acfg:2 a=-m:4", 2, "4", true, false},
        {"a=acfg:2 a=-s:4", 2, "4", false, true},
        {"a=acfg:2 a=-ms:4,5", 2, "4,5", true, true},
        {"a=acfg:2 a=-m", 2, NULL, true, false},
        {"a=acfg:2 a=", 2, "", false, false},
        {"a=acfg:2 b=4", 2, NULL, false, false},
        {"a=acfg:1\r\na=acfg:2 a=3", 1, NULL, false, false},
        {"a=acfg:", 0, NULL, false, false},
        {"a=acfg:0 a=1", 0, NULL, false, false},
        {"a=acfg:2147483648", 0, NULL, false, false},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char sdp[256];
        struct xk_sdp_choice choice;
        struct xk_diag diag = {XK_OK, 0, ""};
        memset(&choice, 0x5a, sizeof choice);
        struct xk_sdp_choice before = choice;
        static const char before_it[] = "v=0\r\na=acfg:9 a=9\r\n" A "a=acfg:8 a=8\r\n" A;
        snprintf(sdp, sizeof sdp, "%s%s\r\n" A "a=acfg:7 a=7\r\n", before_it, rows[i].line);
        enum xk_status status = xk_sdp_find_choice((const uint8_t *)sdp, strlen(sdp), 2, &choice, &diag);
        if (rows[i].configuration == 0) {
            assert_int_equal(status, XK_E_SDP);
            assert_int_equal(diag.status, XK_E_SDP);
            assert_string_equal(diag.field, "acfg");
            assert_int_equal(diag.offset, sizeof before_it - 1);
            assert_memory_equal(&choice, &before, sizeof choice);
            continue;
        }
        assert_int_equal(status, XK_OK);
        assert_true(choice.made);
        assert_int_equal(choice.configuration, rows[i].configuration);
        assert_view(choice.capabilities, rows[i].capabilities);
        assert_int_equal(choice.without_media, rows[i].without_media);
        assert_int_equal(choice.without_session, rows[i].without_session);
    }
}

static void a_choice_is_that_of_one_medium(void **state)
{
    (void)state;
    const uint8_t *sdp = (const uint8_t *)"v=0\r\n" A "a=x\r\n" A "a=acfg:1 a=2\r\n";
    const size_t size = strlen((const char *)sdp);
    struct xk_sdp_choice choice;
    struct xk_diag diag = {XK_OK, 0, ""};
    memset(&choice, 0x5a, sizeof choice);
    assert_int_equal(xk_sdp_find_choice(sdp, size, 1, &choice, &diag), XK_OK);
    assert_false(choice.made);
    assert_int_equal(choice.configuration, 0);
    assert_view(choice.capabilities, NULL);
    assert_false(choice.without_media || choice.without_session);
    assert_int_equal(xk_sdp_find_choice(sdp, size, 2, &choice, &diag), XK_OK);
    assert_true(choice.made);
    struct xk_sdp_choice before = choice;
    assert_int_equal(xk_sdp_find_choice(sdp, size, 3, &choice, &diag), XK_E_UNKNOWN);
    assert_int_equal(diag.status, XK_E_UNKNOWN);
    assert_int_equal(diag.offset, size);
    assert_string_equal(diag.field, "m=");
    assert_int_equal(xk_sdp_find_choice(sdp, size, 0, &choice, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_sdp_find_choice(NULL, size, 1, &choice, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_sdp_find_choice(sdp, size, 1, NULL, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_int_equal(xk_sdp_find_choice((const uint8_t *)"x", 1, 1, &choice, &diag), XK_E_SDP);
    assert_string_equal(diag.field, "line");
    assert_int_equal(diag.offset, 0);
    assert_memory_equal(&choice, &before, sizeof choice);
}

static void a_capability_is_named_by_its_whole_number(void **state)
{
    static const struct {
        const char *list;
        uint32_t capability;
        bool named;
    } rows[] = {
        {"1", 1, true},
        {"12", 1, false},
        {"12", 2, false},
        {"12", 12, true},
        {"1,[2,3]", 2, true},
        {"1,[2,3]", 3, true},
        {"1,[2,3]", 4, false},
        {"", 1, false},
        {"0", 0, false},
        {"x1", 1, true},
        {"2147483647", 2147483647, true},
        {"2147483648", 2147483648u, false},
        {"1", 0, false},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_sdp_choice choice;
        memset(&choice, 0, sizeof choice);
        choice.capabilities = xk_text(rows[i].list);
        assert_int_equal(xk_sdp_choice_has(&choice, rows[i].capability), rows[i].named);
    }
    struct xk_sdp_choice none;
    memset(&none, 0, sizeof none);
    assert_false(xk_sdp_choice_has(&none, 1));
    assert_false(xk_sdp_choice_has(NULL, 1));
    none.capabilities.size = 5;
    assert_false(xk_sdp_choice_has(&none, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(for_each_medium_the_attribute_in_force),
        cmocka_unit_test(an_attribute_is_read_as_it_is_met),
        cmocka_unit_test(refusals_are_told_with_their_place),
        cmocka_unit_test(the_answer_chooses_among_capabilities),
        cmocka_unit_test(a_choice_is_that_of_one_medium),
        cmocka_unit_test(a_capability_is_named_by_its_whole_number),
    };
    return cmocka_run_group_tests_name("key_mgmt", tests, NULL, NULL);
}
