/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of SDP, and its media. */
#include "sip_fixture.h"

#include "sip/sdp.h"

/* The letters of the lines that are read, and what is told. */
static void lines_that_are_none_are_stepped_over(void **state)
{
    static const struct {
        const char *sdp;
        const char *letters;
        uint32_t deviations;
    } rows[] = {
        {"v=0\r\no=-\r\ns=\r\n", "vos", 0},
        {"v=0\no=-\ns=x", "vos", 0},
        {"V=0\r\n", "", XK_SIP_DEV_SDP_LINE},
        {"v=1\r\ns=\r\n", "vs", XK_SIP_DEV_SDP_VERSION},
        {"s=x\r\nv=0\r\n", "sv", XK_SIP_DEV_SDP_VERSION},
        {"v=0\r\nx\r\ns=\r\n", "vs", XK_SIP_DEV_SDP_LINE},
        {"v=0\r\nxy\r\ns=\r\n", "vs", XK_SIP_DEV_SDP_LINE},
        {"v=0\r\n`=x\r\n{=x\r\na=x\r\nz=x\r\n", "vaz", XK_SIP_DEV_SDP_LINE},
        {"v=0\r\n a=x\r\ns=\r\n", "vs", XK_SIP_DEV_SDP_LINE},
        {"v=0 \r\ns=x\t\r\n", "vs", XK_SIP_DEV_SDP_LINE_END},
        {"v=0\r\ns=x\r\r\n", "vs", XK_SIP_DEV_SDP_LINE_END},
        {"v=0\r\ns=x\r\n\r\n", "vs", XK_SIP_DEV_SDP_BLANK_LINE},
        {"v=0\r\ns=x\n\n", "vs", XK_SIP_DEV_SDP_BLANK_LINE},
        {"v=0\r\ns=x\r\n \t\r\na=x\r\n", "vs", XK_SIP_DEV_SDP_BLANK_LINE}, /* the end, whatever follows */
        {"v=0\r\ns=x\r\n ", "vs", XK_SIP_DEV_SDP_BLANK_LINE},
        {"\r\n \r\nv=0\r\ns=x\r\n", "vs", XK_SIP_DEV_SDP_BLANK_LINE},
        {"", "", 0},
        {"\r\n", "", XK_SIP_DEV_SDP_BLANK_LINE},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xki_sip_sdp_line line;
        struct xk_bytes text = xk_text(rows[i].sdp);
        char letters[8] = "";
        size_t count = 0;
        size_t at = 0;
        uint32_t deviations = 0;
        while (xki_sip_next_sdp_line(text, &at, &line, &deviations)) {
            letters[count++] = (char)line.type;
            assert_int_equal(text.data[line.offset], line.type);
            assert_ptr_equal(line.value.data, text.data + line.offset + 2);
        }
        assert_string_equal(letters, rows[i].letters);
        assert_int_equal(deviations, rows[i].deviations);
        assert_int_equal(line.type, 0);
        assert_int_equal(at, text.size);
        assert_int_equal(xki_sip_has_sdp_line(text), rows[i].letters[0] != '\0');
    }
    static const char nul[] = "v=0\r\na=b\0c\r\ns=\r\n";
    struct xk_bytes text = {(const uint8_t *)nul, sizeof nul - 1};
    struct xki_sip_sdp_line line;
    size_t at = 5;
    uint32_t deviations = 0;
    assert_true(xki_sip_next_sdp_line(text, &at, &line, &deviations));
    assert_int_equal(line.type, 's');
    assert_int_equal(deviations, XK_SIP_DEV_SDP_LINE);
}

static void an_m_line_has_a_port_and_a_protocol(void **state)
{
    static const struct {
        const char *line;
        const char *media;
        uint32_t port;
        const char *protocol;
        bool rejected;
        uint32_t deviations;
    } rows[] = {
        {"m=audio 49170 RTP/SAVP 0", "audio", 49170, "RTP/SAVP", false, 0},
        {"m=audio 65535 RTP/SAVP 0", "audio", 65535, "RTP/SAVP", false, 0},
        {"m=audio 49170/2 RTP/SAVP 0", "audio", 49170, "RTP/SAVP", false, 0},
        {"m=audio 0 RTP/SAVP 0", "audio", 0, "RTP/SAVP", true, 0},
        {"m=audio 00/2 RTP/SAVP 0", "audio", 0, "RTP/SAVP", true, 0},
        {"m=audio 0 RTP/SAVP 0\r\na=bundle-only", "audio", 0, "RTP/SAVP", false, 0},
        {"m=audio 65536 RTP/SAVP 0", "audio", 65536, "RTP/SAVP", false, XK_SIP_DEV_SDP_LINE},
        {"m=audio x RTP/SAVP 0", "audio", 65536, "RTP/SAVP", false, XK_SIP_DEV_SDP_LINE},
        {"m=audio 0x RTP/SAVP 0", "audio", 65536, "RTP/SAVP", false, XK_SIP_DEV_SDP_LINE},
        {"m=audio", "audio", 65536, NULL, false, XK_SIP_DEV_SDP_LINE},
        {"m=audio 1", "audio", 1, NULL, false, 0},
        {"m=audio  0 RTP/AVP 0", "audio", 0, "RTP/AVP", true, XK_SIP_DEV_SDP_LINE_END},
        {"m=audio 0 RTP/AVP\t 0", "audio", 0, "RTP/AVP", true, XK_SIP_DEV_SDP_LINE_END},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char sdp[256];
        struct xk_sdp_medium m;
        memset(&m, 0, sizeof m);
        snprintf(sdp, sizeof sdp, "v=0\r\n%s\r\n", rows[i].line);
        assert_int_equal(xk_sdp_next_medium((const uint8_t *)sdp, strlen(sdp), &m, NULL), XK_OK);
        assert_int_equal(m.number, 1);
        assert_view(m.media, rows[i].media);
        assert_int_equal(m.port, rows[i].port);
        assert_view(m.protocol, rows[i].protocol);
        assert_int_equal(m.rejected, rows[i].rejected);
        assert_int_equal(m.direction, XK_SDP_SENDRECV);
        assert_int_equal(m.deviations, rows[i].deviations);
    }
}

static void each_medium_has_a_direction(void **state)
{
    (void)state;
    static const char sdp[] = "v=0\r\na=recvonly\r\nm=audio 1 RTP/SAVP 0\r\nm=audio 2 RTP/SAVP 0\r\na=SENDONLY\r\n"
                              "m=audio 3 RTP/SAVP 0\r\na=inactive\r\nm=audio 0 RTP/SAVP 0\r\na=sendrecv\r\n"
                              "m=audio 5 RTP/SAVP 0\r\na=sendrecvx\r\n\r\nm=audio 6 RTP/SAVP 0\r\n";
    static const enum xk_sdp_direction expected[] = {XK_SDP_RECVONLY, XK_SDP_SENDONLY, XK_SDP_INACTIVE, XK_SDP_SENDRECV,
                                                     XK_SDP_RECVONLY};
    struct xk_sdp_medium m;
    struct xk_diag diag = {XK_OK, 0, ""};
    memset(&m, 0, sizeof m);
    for (unsigned int i = 0; i < LENGTH(expected); i++) {
        assert_int_equal(xk_sdp_next_medium((const uint8_t *)sdp, sizeof sdp - 1, &m, &diag), XK_OK);
        assert_int_equal(m.number, i + 1);
        assert_int_equal(m.direction, expected[i]);
        assert_int_equal(m.rejected, i == 3);
        assert_int_equal(m.deviations, i == 4 ? XK_SIP_DEV_SDP_BLANK_LINE : 0);
    }
    struct xk_sdp_medium before = m;
    assert_int_equal(xk_sdp_next_medium((const uint8_t *)sdp, sizeof sdp - 1, &m, &diag), XK_E_UNKNOWN);
    assert_int_equal(diag.status, XK_E_UNKNOWN);
    assert_int_equal(diag.offset, sizeof sdp - 1);
    assert_string_equal(diag.field, "m=");
    assert_memory_equal(&m, &before, sizeof m);
}

/* All media that have a stream together; and what deviates in a description without media. */
static void a_part_tells_the_direction_of_all_its_media(void **state)
{
    static const struct {
        const char *sdp;
        enum xk_sdp_direction direction;
        uint32_t deviations;
    } rows[] = {
        {"v=0\r\n", XK_SDP_INACTIVE, 0},
        {"v=0\r\nm=audio 1 a 0\r\n", XK_SDP_SENDRECV, 0},
        {"v=0\r\na=inactive\r\nm=audio 1 a 0\r\na=sendonly\r\nm=audio 1 a 0\r\n", XK_SDP_SENDONLY, 0},
        {"v=0\r\nm=audio 1 a 0\r\na=sendonly\r\nm=audio 1 a 0\r\na=recvonly\r\n", XK_SDP_SENDRECV, 0},
        {"v=0\r\nm=audio 0 a 0\r\nm=audio 1 a 0\r\na=recvonly\r\n", XK_SDP_RECVONLY, 0},
        {"v=0\r\ns=x \r\n", XK_SDP_INACTIVE, XK_SIP_DEV_SDP_LINE_END},
        {"v=0\r\nm=audio 1 a 0\r\nm=audio 1 a 0 \r\n", XK_SDP_SENDRECV, XK_SIP_DEV_SDP_LINE_END},
        {"v=0\r\nm=audio 1 a 0\r\nm=audio 1 a 0\r\na=x \r\nz\r\n", XK_SDP_SENDRECV,
         XK_SIP_DEV_SDP_LINE_END | XK_SIP_DEV_SDP_LINE},
        {"m=audio 1 a 0\r\n", XK_SDP_SENDRECV, XK_SIP_DEV_SDP_VERSION},
        {"junk", XK_SDP_INACTIVE, XK_SIP_DEV_SDP_VERSION | XK_SIP_DEV_SDP_LINE},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[512];
        snprintf(text, sizeof text, START "c: application/sdp\r\n\r\n%s", rows[i].sdp);
        struct xk_sip_message m = read_message(text);
        assert_int_equal(m.parts[0].direction, rows[i].direction);
        assert_deviations(m, rows[i].deviations);
    }
}

static void media_are_refused_where_there_is_no_sdp(void **state)
{
    (void)state;
    static const uint8_t sdp[] = "v=0\r\nm=audio 1 a 0\r\n";
    struct xk_sdp_medium m;
    struct xk_diag diag = {XK_OK, 9, "x"};
    memset(&m, 0, sizeof m);
    struct xk_sdp_medium before = m;
    assert_int_equal(xk_sdp_next_medium(NULL, 1, &m, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_string_equal(diag.field, "");
    assert_int_equal(xk_sdp_next_medium(sdp, sizeof sdp - 1, NULL, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_sdp_next_medium(sdp, 0, &m, &diag), XK_E_SDP);
    assert_int_equal(xk_sdp_next_medium((const uint8_t *)"\x1f\x8b\r\nx", 5, &m, &diag), XK_E_SDP);
    assert_int_equal(diag.status, XK_E_SDP);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "line");
    assert_int_equal(xk_sdp_next_medium(sdp, 5, &m, &diag), XK_E_UNKNOWN);
    assert_memory_equal(&m, &before, sizeof m);
    assert_int_equal(xk_sdp_next_medium(sdp, sizeof sdp - 1, &m, &diag), XK_OK);
    assert_int_equal(m.next, sizeof sdp - 1);
    assert_int_equal(xk_sdp_next_medium(sdp, sizeof sdp - 2, &m, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_sdp_next_medium(sdp, sizeof sdp - 1, &m, &diag), XK_E_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_are_none_are_stepped_over),
        cmocka_unit_test(an_m_line_has_a_port_and_a_protocol),
        cmocka_unit_test(each_medium_has_a_direction),
        cmocka_unit_test(a_part_tells_the_direction_of_all_its_media),
        cmocka_unit_test(media_are_refused_where_there_is_no_sdp),
    };
    return cmocka_run_group_tests_name("sdp", tests, NULL, NULL);
}
