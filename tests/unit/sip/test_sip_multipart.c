/* SPDX-License-Identifier: BSD-2-Clause */
/* Multipart bodies: which SDP parts there are, and which of them is the session's. */
#include "sip_fixture.h"

#define PART "--q\r\nContent-Type: application/sdp\r\n\r\n"

/* Reads the message of a body, which lives until the next call. */
static struct xk_sip_message read_body(const char *type, const char *body)
{
    static char text[8192];
    assert_true(snprintf(text, sizeof text, START "c: %s\r\n\r\n%s", type, body) < (int)sizeof text);
    return read_message(text);
}

static void parts_are_found_between_delimiters(void **state)
{
    static const struct {
        const char *type;
        const char *body;
    } rows[] = {
        {"multipart/mixed; x=\"a;boundary=no\"; boundary=\"b 1\"",
         "preamble\r\n--b 1\r\nContent-Type: application/isup\r\n\r\nx\r\n--b 12\r\n--b 1  \r\n"
         "Content-Type: application/sdp\r\nContent-Transfer-Encoding: binary\r\n\r\nv=0\r\n\r\n--b 1--\r\nepilogue"},
        {"MULTIPART/RELATED;BOUNDARY=q", PART "v=0\r\n\r\n--q--"},
        {"multipart/mixed;boundary=q", PART "v=0\r\n\r\n--q--\r\n" PART "v=0\r\nno\r\n--q--"},
        {"multipart/mixed;boundary=q", "--q\r\n\r\n" PART "v=0\r\n\r\n--q--"}, /* neither header nor content */
        {"multipart/mixed;boundary=q", "--q\n\n" PART "v=0\r\n\r\n--q--"},
        {"multipart/mixed;boundary=q", "--q\r\n" PART "v=0\r\n\r\n--q--"},
        {"multipart/mixed;boundary=q", "--q\r\nc: text/plain\r\n\r\n" PART "v=0\r\n\r\n--q--"},
        {"multipart/mixed;boundary=q", "--q\r\nContent-Type: text/plain\r\n" PART "v=0\r\n\r\n--q--"},
        {"multipart/mixed;boundary=q", "--q\r\n\r\nx\n" PART "v=0\r\n\r\n--q--"},
        {"multipart/mixed;boundary=q", "--q\r\n\r\n-q\r\n-xq\r\n--x\r\n--qq\r\n" PART "v=0\r\n\r\n--q--"},
        {"multipart/mixed;boundary=q", "--q\r\n\r\nx\r\n--q --\r\n--q -\r\n--q-\r\n--q--x\r\n" PART "v=0\r\n\r\n--q--"},
        {"multipart/mixed;boundary=q", "--q\t \r\n\r\nx\r\n" PART "v=0\r\n\r\n--q-- \t\r\n"},
        {"multipart/mixed;boundary=i:j", "--i:j\r\n--i:j\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--i:j--"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_sip_message m = read_body(rows[i].type, rows[i].body);
        assert_int_equal(m.part_count, 1);
        assert_view(m.sdp, "v=0\r\n");
        assert_deviations(m, 0);
    }
}

/* The last line end of a part is its delimiter's. */
static void line_ends_of_a_part(void **state)
{
    static const struct {
        const char *content;
        const char *sdp;
    } rows[] = {
        {"\r\n", ""},
        {"\n", ""},
        {"\r\n\r\n", ""},
        {"\n\n", ""},
        {"\r\n\n", ""},
        {"", ""},
        {"\r\nv=0\n", "v=0"},
        {"\r\nv=0\r\n", "v=0"},
        {"\r\nv=0\r\r\n", "v=0\r"},
        {"\nv=0\n\n", "v=0\n"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char body[256];
        snprintf(body, sizeof body, "--q\r\nContent-Type: application/sdp\r\n%s--q--\r\n", rows[i].content);
        struct xk_sip_message m = read_body("multipart/mixed;boundary=q", body);
        assert_int_equal(m.part_count, 1);
        assert_view(m.sdp, rows[i].sdp);
    }
}

/* What one part says of itself holds for no other. */
static void each_part_has_its_own_header(void **state)
{
    (void)state;
    struct xk_sip_message m =
        read_body("multipart/mixed;boundary=q",
                  "--q\r\nContent-Type: application/sdp\r\nContent-Disposition: early-session;handling=optional\r\n"
                  "content-transfer-encoding: base64\r\nX: y\r\n\r\ndj0wDQo=\r\n"
                  "--q\r\n\r\nv=0\r\nm=audio 1 RTP/SAVP 0\r\na=recvonly\r\n\r\n"
                  "--q\r\nCONTENT-TYPE: application/sdp\r\ncontent-encoding: gzip\r\n\r\nzz\r\n" PART
                  "v=0\r\nm=audio 1 RTP/SAVP 0\r\n\r\n--q--");
    static const struct xk_sip_sdp expected[] = {
        {{NULL, 8}, XK_SIP_ENCODING_BASE64, XK_SIP_DISPOSITION_EARLY_SESSION, false, XK_SDP_INACTIVE},
        {{NULL, 39}, XK_SIP_ENCODING_NONE, XK_SIP_DISPOSITION_SESSION, false, XK_SDP_RECVONLY},
        {{NULL, 2}, XK_SIP_ENCODING_OTHER, XK_SIP_DISPOSITION_SESSION, false, XK_SDP_INACTIVE},
        {{NULL, 27}, XK_SIP_ENCODING_NONE, XK_SIP_DISPOSITION_SESSION, false, XK_SDP_SENDRECV},
    };
    assert_int_equal(m.part_count, LENGTH(expected));
    for (size_t i = 0; i < LENGTH(expected); i++) {
        assert_int_equal(m.parts[i].data.size, expected[i].data.size);
        assert_int_equal(m.parts[i].encoding, expected[i].encoding);
        assert_int_equal(m.parts[i].disposition, expected[i].disposition);
        assert_false(m.parts[i].superseded);
        assert_int_equal(m.parts[i].direction, expected[i].direction);
    }
    assert_int_equal(m.session, 1);
    assert_deviations(m, XK_SIP_DEV_CONTENT_TYPE);
}

/* The session's part by its disposition, then by what can be read. Letters: s session, e early-session, o other; upper
 * case is encoded in a way that is not undone. */
static void the_sessions_part_is_chosen(void **state)
{
    static const struct {
        const char *parts;
        size_t session;
        uint32_t deviations;
    } rows[] = {
        {"s", 0, 0},
        {"es", 1, 0},
        {"os", 1, 0},
        {"ss", 0, 0},
        {"Ss", 1, 0},
        {"S", 0, 0},
        {"oS", 1, 0},
        {"e", XK_SIP_SDP_MAX, 0},
        {"eo", 1, XK_SIP_DEV_DISPOSITION},
        {"Oo", 1, XK_SIP_DEV_DISPOSITION},
        {"O", 0, XK_SIP_DEV_DISPOSITION},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char body[1024] = "";
        for (const char *p = rows[i].parts; *p != '\0'; p++) {
            char low = (char)(*p | 0x20);
            strcat(body, "--q\r\nContent-Type: application/sdp\r\nContent-Disposition: ");
            strcat(body, low == 's' ? "session" : low == 'e' ? "early-session" : "icon");
            strcat(body, low == *p ? "\r\n\r\nv=0\r\n\r\n" : "\r\nContent-Encoding: gzip\r\n\r\nzz\r\n");
        }
        strcat(body, "--q--\r\n");
        struct xk_sip_message m = read_body("multipart/mixed;boundary=q", body);
        assert_int_equal(m.session, rows[i].session);
        assert_deviations(m, rows[i].deviations);
    }
}

static void a_part_inside_a_part_is_found(void **state)
{
    static const char *const bodies[] = {
        /* behind an inner multipart, with its epilogue */
        "--q\r\nContent-Type: multipart/alternative;boundary=in\r\n\r\npre\r\n--in\r\n\r\nx\r\n--in--\r\nepi\r\n" PART
        "v=0\r\n\r\n--q--",
        /* inside one */
        "--q\r\nContent-Type: multipart/alternative;boundary=in\r\n\r\n--in\r\nContent-Type: "
        "text/plain\r\n\r\nx\r\n--in"
        "\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--in--\r\n--q--",
        /* whose boundary begins with the outer one's, and one that ends in hyphens */
        "--q\r\nContent-Type: multipart/mixed;boundary=q--\r\n\r\n--q--\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n"
        "\r\n--q----\r\n--q--",
        /* three deep */
        "--q\r\nContent-Type: multipart/mixed;boundary=1\r\n\r\n--1\r\nContent-Type: multipart/mixed;boundary=2\r\n\r\n"
        "--2\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--2--\r\n--1--\r\n--q--",
        /* not closed: the outer delimiter ends it */
        "--q\r\nContent-Type: multipart/mixed;boundary=1\r\n\r\n--1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n"
        "--q--",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(bodies); i++) {
        struct xk_sip_message m = read_body("multipart/mixed;boundary=q", bodies[i]);
        assert_int_equal(m.part_count, 1);
        assert_view(m.sdp, "v=0\r\n");
        assert_deviations(m, 0);
    }
}

/* "(" opens an alternative and "[" a mixed one, a letter is an SDP part of that name: upper case encoded in a way that
 * is not undone, 'e' and 'f' with disposition early-session. */
static void append(char *body, const char *shape)
{
    char stack[8] = "";
    size_t depth = 0;
    for (; *shape != '\0'; shape++) {
        char line[256];
        if (*shape == ')' || *shape == ']') {
            snprintf(line, sizeof line, "--%c--\r\n", stack[--depth]);
        } else if (*shape == '(' || *shape == '[') {
            char own = (char)('1' + depth);
            if (depth > 0) {
                snprintf(line, sizeof line, "--%c\r\nContent-Type: multipart/%s;boundary=%c\r\n\r\n", stack[depth - 1],
                         *shape == '(' ? "alternative" : "mixed", own);
            } else {
                line[0] = '\0';
            }
            stack[depth++] = own;
        } else {
            bool upper = *shape >= 'A' && *shape <= 'Z';
            bool early = *shape == 'e' || *shape == 'f';
            snprintf(line, sizeof line, "--%c\r\nContent-Type: application/sdp\r\n%s%s\r\n%c=x\r\n", stack[depth - 1],
                     upper ? "Content-Encoding: gzip\r\n" : "", early ? "Content-Disposition: early-session\r\n" : "",
                     *shape);
        }
        strcat(body, line);
    }
}

static void of_alternatives_the_last_one_understood_counts(void **state)
{
    static const struct {
        const char *shape;
        const char *kept; /* letters of all that are kept, a '-' before those that are superseded */
        char session;     /* 0 for none */
    } rows[] = {
        {"(ab)", "-ab", 'b'},
        {"(abc)", "-a-bc", 'c'},
        {"(aB)", "a-B", 'a'},
        {"(AB)", "A-B", 'A'},
        {"(Ab)", "-Ab", 'b'},
        {"(aBc)", "-a-Bc", 'c'},
        {"(ae)", "ae", 'a'},
        {"(ea)", "ea", 'a'},
        {"(ef)", "-ef", 0},
        {"[ab]", "ab", 'a'},
        {"([ab]c)", "-a-bc", 'c'},
        {"(c[ab])", "-cab", 'a'},
        {"[a(bc)]", "a-bc", 'a'},
        {"[(ab)c]", "-abc", 'b'},
        {"[(ab)(cd)]", "-ab-cd", 'b'},
        {"((ab)c)", "-a-bc", 'c'},
        {"(c(ab))", "-c-ab", 'b'},
        {"([a][b])", "-ab", 'b'},
        {"(ac[dg](hi))", "-a-c-d-g-hi", 'i'},
        {"[abcdghij]", "abcdghij", 'a'},
        {"[abcdghijk]", "abcdghij", 'a'},
        {"[(ab)cdghijk]", "bcdghijk", 'b'},
        {"(abcdghijkl)", "-c-d-g-h-i-j-kl", 'l'},
        {"[a(bcdghijkl)m]", "a-g-h-i-j-klm", 'a'},
        {"[abcdghij(kl)]", "abcdghij", 'a'},
        {"[abcdgh(ijk)]", "abcdgh-jk", 'a'},
        {"[(ab)cdghi(jk)(lm)]", "bcdghikm", 'b'},
        {"[(ab)cdg(h[ijkl])]", "bcdgijkl", 'b'},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char body[4096] = "";
        append(body, rows[i].shape);
        struct xk_sip_message m = read_body(
            rows[i].shape[0] == '(' ? "multipart/alternative;boundary=1" : "multipart/mixed;boundary=1", body);
        char kept[32] = "";
        size_t at = 0;
        for (size_t j = 0; j < m.part_count; j++) {
            if (m.parts[j].superseded) {
                kept[at++] = '-';
            }
            kept[at++] = (char)m.parts[j].data.data[0];
        }
        assert_string_equal(kept, rows[i].kept);
        size_t letters = 0;
        for (const char *c = rows[i].shape; *c != '\0'; c++) {
            letters += (size_t)(strchr("()[]", *c) == NULL);
        }
        assert_int_equal((m.deviations & XK_SIP_DEV_PARTS) != 0, letters > XK_SIP_SDP_MAX);
        if (rows[i].session == 0) {
            assert_int_equal(m.session, XK_SIP_SDP_MAX);
        } else {
            assert_int_equal(m.parts[m.session].data.data[0], rows[i].session);
        }
    }
}

/* RFC 5621 8.2: an alternative is disposed of as one. */
static void an_alternative_lends_its_parts_its_disposition(void **state)
{
    (void)state;
    struct xk_sip_message m =
        read_body("multipart/mixed;boundary=q",
                  "--q\r\nContent-Type: multipart/alternative;boundary=i\r\nContent-Disposition: early-session\r\n\r\n"
                  "--i\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n"
                  "--i\r\nContent-Type: application/sdp\r\nContent-Disposition: session\r\n\r\nv=0\r\n--i--\r\n"
                  "--q\r\nContent-Type: multipart/mixed;boundary=j\r\nContent-Disposition: early-session\r\n\r\n"
                  "--j\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--j--\r\n--q--");
    assert_int_equal(m.part_count, 3);
    assert_int_equal(m.parts[0].disposition, XK_SIP_DISPOSITION_EARLY_SESSION);
    assert_int_equal(m.parts[1].disposition, XK_SIP_DISPOSITION_SESSION);
    assert_int_equal(m.parts[2].disposition, XK_SIP_DISPOSITION_SESSION);
    m = read_body("multipart/alternative;boundary=q\r\nContent-Disposition: early-session", PART "v=0\r\n--q--");
    assert_int_equal(m.parts[0].disposition, XK_SIP_DISPOSITION_EARLY_SESSION);
}

static void a_broken_multipart_gives_what_it_has(void **state)
{
    static const struct {
        const char *type;
        const char *body;
        const char *sdp; /* NULL: none */
        uint32_t deviations;
    } rows[] = {
        {"multipart/mixed;boundary=q", PART "v=0\r\n", "v=0\r\n", XK_SIP_DEV_MULTIPART},
        {"multipart/mixed;boundary=q", PART "v=0", "v=0", XK_SIP_DEV_MULTIPART},
        {"multipart/mixed;boundary=q", PART, "", XK_SIP_DEV_MULTIPART},
        {"multipart/mixed;boundary=q", "--q\r\nContent-Type: application/sdp", NULL, XK_SIP_DEV_MULTIPART},
        {"multipart/mixed;boundary=q", "--q\r\nbroken\r\nc: x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--q--",
         "v=0", XK_SIP_DEV_MULTIPART},
        {"multipart/mixed;boundary=q", "no delimiter", NULL, XK_SIP_DEV_MULTIPART},
        {"multipart/mixed;boundary=q", "v=0\r\ns=-\r\n", "v=0\r\ns=-\r\n",
         XK_SIP_DEV_MULTIPART | XK_SIP_DEV_CONTENT_TYPE},
        {"multipart/mixed", PART "v=0\r\n--q--", "v=0", XK_SIP_DEV_MULTIPART},
        {"multipart/mixed;boundary", "pre\r\n--\r\n--q \r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--q--", "v=0",
         XK_SIP_DEV_MULTIPART},
        {"multipart/mixed;boundary=", PART "v=0\r\n--q--", "v=0", XK_SIP_DEV_MULTIPART},
        {"multipart/mixed;boundary=\"", PART "v=0\r\n--q--", "v=0", XK_SIP_DEV_MULTIPART},
        {"multipart/mixed;boundary=\"a\\b\"", PART "v=0\r\n--q--", "v=0", XK_SIP_DEV_MULTIPART},
        {"multipart/mixed", "none\r\n", NULL, XK_SIP_DEV_MULTIPART},
        {"multipart/mixed;boundary=q",
         "--q\r\nContent-Type: multipart/mixed\r\n\r\n--i\r\nContent-Type: "
         "application/sdp\r\n\r\nv=0\r\n--i--\r\n--q--",
         "v=0", XK_SIP_DEV_MULTIPART},
        {"multipart/mixed;boundary=q", "--q\r\nContent-Type: multipart/mixed\r\n\r\nx\r\n" PART "v=0\r\n--q--", "v=0",
         XK_SIP_DEV_MULTIPART},
        {"multipart/mixed;boundary=q",
         "--q\r\nContent-Type: multipart/mixed;boundary=i\r\nContent-Encoding: gzip\r\n\r\nx\r\n" PART "v=0\r\n--q--",
         "v=0", XK_SIP_DEV_PARTS},
        {"multipart/mixed;boundary=q", "--q--\r\n", NULL, 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_sip_message m = read_body(rows[i].type, rows[i].body);
        assert_view(m.sdp, rows[i].sdp);
        assert_int_equal(m.part_count, rows[i].sdp != NULL ? 1 : 0);
        assert_deviations(m, rows[i].deviations);
    }
}

/* A boundary of any length, any number of parts, and so many inside one another. */
static void nesting_has_a_bound_and_nothing_else(void **state)
{
    (void)state;
    for (unsigned int deep = XK_SIP_NESTING_MAX; deep <= XK_SIP_NESTING_MAX + 1; deep++) {
        char body[2048] = "";
        for (unsigned int i = 1; i < deep; i++) {
            char line[128];
            snprintf(line, sizeof line, "--%c\r\nContent-Type: multipart/mixed;boundary=%c\r\n\r\n", 'a' + (int)i - 1,
                     'a' + (int)i);
            strcat(body, line);
        }
        char line[128];
        snprintf(line, sizeof line, "--%c\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n", 'a' + (int)deep - 1);
        strcat(body, line);
        strcat(body, "--a--\r\n");
        struct xk_sip_message m = read_body("multipart/mixed;boundary=a", body);
        assert_int_equal(m.part_count, deep == XK_SIP_NESTING_MAX ? 1 : 0);
        assert_deviations(m, deep == XK_SIP_NESTING_MAX ? 0 : XK_SIP_DEV_PARTS);
    }
    char boundary[301];
    char type[400];
    char body[4096];
    memset(boundary, 'b', 300);
    boundary[300] = '\0';
    snprintf(type, sizeof type, "multipart/mixed;boundary=%s", boundary);
    int at = 0;
    for (unsigned int i = 0; i < 5; i++) {
        at += snprintf(body + at, sizeof body - (size_t)at, "--%s\r\n\r\nx\r\n", boundary);
    }
    snprintf(body + at, sizeof body - (size_t)at, "--%s\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--%s--",
             boundary, boundary);
    struct xk_sip_message m = read_body(type, body);
    assert_view(m.sdp, "v=0");
    assert_deviations(m, 0);
    body[0] = '\0';
    for (unsigned int i = 0; i < 40; i++) {
        strcat(body, "--q\r\n\r\nx\r\n");
    }
    strcat(body, PART "v=0\r\n--q--");
    m = read_body("multipart/mixed;boundary=q", body);
    assert_view(m.sdp, "v=0");
    assert_deviations(m, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_found_between_delimiters),
        cmocka_unit_test(line_ends_of_a_part),
        cmocka_unit_test(each_part_has_its_own_header),
        cmocka_unit_test(the_sessions_part_is_chosen),
        cmocka_unit_test(a_part_inside_a_part_is_found),
        cmocka_unit_test(of_alternatives_the_last_one_understood_counts),
        cmocka_unit_test(an_alternative_lends_its_parts_its_disposition),
        cmocka_unit_test(a_broken_multipart_gives_what_it_has),
        cmocka_unit_test(nesting_has_a_bound_and_nothing_else),
    };
    return cmocka_run_group_tests_name("sip_multipart", tests, NULL, NULL);
}
