/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/collector/script.h"
#include "support/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <xk/mikey_build.h>

#define LINES_MAX 64

/* What each MIKEY message is made of. */
static const struct recipe {
    uint8_t type;
    uint8_t csb;
    uint8_t salt; /* makes the octets differ */
    bool ticket;
    bool f_flag;
    bool v_flag;
    bool nameless; /* the ticket has no IDRi */
    const char *initiator; /* IDRi */
    const char *responder; /* IDRr */
} recipes[SCRIPT_MIKEYS] = {
    [INIT1] = {XK_MIKEY_TRANSFER_INIT, 1, 1, true, true, true, false, NULL, NULL},
    [INIT1_FALSE] = {XK_MIKEY_TRANSFER_INIT, 1, 2, true, true, true, false, NULL, NULL},
    [RESP1] = {XK_MIKEY_TRANSFER_RESP, 1, 3, false, false, false, false, NULL, NULL},
    [RESP1_OTHER] = {XK_MIKEY_TRANSFER_RESP, 1, 4, false, false, false, false, NULL, NULL},
    [UPDATE] = {XK_MIKEY_TRANSFER_INIT, 1, 5, false, false, true, false, NULL, NULL},
    [UPDATE_RESP] = {XK_MIKEY_TRANSFER_RESP, 1, 6, false, false, false, false, NULL, NULL},
    [UPDATE_BACK] = {XK_MIKEY_TRANSFER_INIT, 1, 7, false, false, true, false, NULL, NULL},
    [UPDATE_BACK_RESP] = {XK_MIKEY_TRANSFER_RESP, 1, 8, false, false, false, false, NULL, NULL},
    [UPDATE_ALONE] = {XK_MIKEY_TRANSFER_INIT, 1, 9, false, false, false, false, NULL, NULL},
    [UPDATE_TICKET] = {XK_MIKEY_TRANSFER_INIT, 1, 1, true, true, true, false, NULL, NULL},
    [INIT2] = {XK_MIKEY_TRANSFER_INIT, 2, 11, true, true, true, false, NULL, NULL},
    [RESP2] = {XK_MIKEY_TRANSFER_RESP, 2, 12, false, false, false, false, NULL, NULL},
    [INIT_ALONE] = {XK_MIKEY_TRANSFER_INIT, 3, 13, true, false, false, false, NULL, NULL},
    [INIT_NAMED] = {XK_MIKEY_TRANSFER_INIT, 4, 14, true, true, true, false, "sip:idri@example.com",
                    "sip:idrr@example.com"},
    [RESP_NAMED] = {XK_MIKEY_TRANSFER_RESP, 4, 15, false, false, false, false, NULL, "sip:answers@example.com"},
    [INIT_NAMELESS] = {XK_MIKEY_TRANSFER_INIT, 5, 16, true, true, true, true, NULL, NULL},
    [RESP_NAMELESS] = {XK_MIKEY_TRANSFER_RESP, 5, 17, false, false, false, false, NULL, NULL},
    [RESP1_ZOE] = {XK_MIKEY_TRANSFER_RESP, 1, 14, false, false, false, false, NULL, "sip:zoe@example.com"},
    [RESP2_CAROL] = {XK_MIKEY_TRANSFER_RESP, 2, 15, false, false, false, false, NULL, "sip:carol@example.com"},
};

static uint8_t built[SCRIPT_MIKEYS][1024];
static size_t built_size[SCRIPT_MIKEYS];

static void build(enum script_mikey name)
{
    const struct recipe *r = &recipes[name];
    uint8_t octets[16] = {r->salt, 1, 2, 3};
    uint8_t vector[512];
    struct xk_mikey_message given;
    size_t size = file_read_hex_line("mikey/set1.txt", "TRANSFER_INIT", vector, sizeof vector);
    assert_int_equal(xk_mikey_parse_transfer_init(vector, size, &given, NULL), XK_OK);
    given.ticket.flags = (uint16_t)(XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_E | XK_MIKEY_FLAG_H |
                                    (r->f_flag ? (unsigned int)XK_MIKEY_FLAG_F : 0u));
    given.ticket.initiator_data = (struct xk_bytes){NULL, 0};
    /* Ticket policy that names the responder alone. */
    static const uint8_t responder_alone[] = {XK_MIKEY_IDR, 0, XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, 0, 7,
                                        's', 'i', 'p', ':', 'a', 'n', 'y'};
    if (r->nameless) {
        given.ticket.policy = (struct xk_bytes){responder_alone, sizeof responder_alone};
    }
    const struct xk_mikey_identity names[] = {
        {XK_MIKEY_IDR_I, XK_MIKEY_ID_URI, r->initiator == NULL ? (struct xk_bytes){NULL, 0} : xk_text(r->initiator)},
        {XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, r->responder == NULL ? (struct xk_bytes){NULL, 0} : xk_text(r->responder)}};
    const struct xk_mikey_time time = {0, XK_MIKEY_TIME_COUNTER, {octets, 4}, 0};
    const struct xk_mikey_verification v = {1, {NULL, 0}};
    struct xk_mikey_header header = {.version = 1, .csb_id = r->csb, .map_type = XK_MIKEY_MAP_GENERIC_ID,
                                     .v_flag = r->v_flag, .data_type = r->type};
    const struct xk_mikey_crypto_session map = {.cs_id = 1, .policies = {octets + 1, 1}};
    struct xk_mikey_builder b;
    xk_mikey_build_message(&b, built[name], sizeof built[name], &header, &map, 1);
    xk_mikey_add_time(&b, &time);
    for (unsigned int i = 0; i < 2; i++) {
        if (names[i].data.size > 0) {
            xk_mikey_add_identity(&b, &names[i]);
        }
    }
    if (r->ticket) {
        /* What repeats a ticket in an update repeats its RANDRi too. */
        xk_mikey_add_rand(&b, XK_MIKEY_RANDR_I, (struct xk_bytes){octets, sizeof octets});
        xk_mikey_add_ticket(&b, &given.ticket);
    }
    xk_mikey_add_verification(&b, &v);
    assert_int_equal(xk_mikey_build_end(&b, &built_size[name], NULL), XK_OK);
    if (name == UPDATE_TICKET) {
        built[name][19] ^= 0x40; /* a later T than that of INIT1 */
    }
}

struct xk_bytes script_mikey(enum script_mikey name)
{
    static const uint8_t error[] = {1, 6, 5, 0, 0, 0, 0, 1, 0, 0, 12, 2, 0, 0, 0, 1, 0, 12, 0, 0};
    static const uint8_t broken[] = {1, 14, 5, 0, 0, 0};
    if (name == MIKEY_ERROR) {
        return (struct xk_bytes){error, sizeof error};
    }
    if (name == MIKEY_BROKEN) {
        return (struct xk_bytes){broken, sizeof broken};
    }
    if (built_size[name] == 0) {
        build(name);
    }
    return (struct xk_bytes){built[name], built_size[name]};
}

static void encode(struct xk_bytes in, char *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < in.size; i += 3) {
        uint32_t bits = (uint32_t)in.data[i] << 16;
        bits |= i + 1 < in.size ? (uint32_t)in.data[i + 1] << 8 : 0;
        bits |= i + 2 < in.size ? in.data[i + 2] : 0;
        *out++ = letters[bits >> 18];
        *out++ = letters[bits >> 12 & 63];
        *out++ = i + 1 < in.size ? letters[bits >> 6 & 63] : '=';
        *out++ = i + 2 < in.size ? letters[bits & 63] : '=';
    }
    *out = 0;
}

static const char *const names[SCRIPT_MIKEYS] = {
    [INIT1] = "INIT1", [INIT1_FALSE] = "INIT1_FALSE", [RESP1] = "RESP1", [RESP1_OTHER] = "RESP1_OTHER",
    [INIT2] = "INIT2", [RESP2] = "RESP2", [INIT_ALONE] = "INIT_ALONE", [UPDATE] = "UPDATE",
    [MIKEY_BROKEN] = "MIKEY_BROKEN",
    [MIKEY_ERROR] = "MIKEY_ERROR",
};

/* Copies a description, with each {NAME} by its base64. */
static size_t expand(const char *from, char *out, size_t size)
{
    size_t at = 0;
    while (*from != 0) {
        size_t name = 0;
        for (size_t i = 0; *from == '{' && i < SCRIPT_MIKEYS; i++) {
            size_t length = names[i] == NULL ? 0 : strlen(names[i]);
            name = length > 0 && strncmp(from + 1, names[i], length) == 0 && from[length + 1] == '}' ? i : name;
        }
        assert_true(at + 2048 < size);
        if (name != 0) {
            encode(script_mikey((enum script_mikey)name), out + at);
            at += strlen(out + at);
            from += strlen(names[name]) + 2;
        } else {
            assert_int_not_equal(*from, '{');
            out[at++] = *from++;
        }
    }
    out[at] = 0;
    return at;
}

/* Two parts, of which the second is of a stream that ends at the 2xx (RFC 3959). */
static void write_parts(const struct script_line *line, char *body, size_t size)
{
    char session[4096] = "";
    char early[4096];
    (void)expand(line->early, early, sizeof early);
    if (line->sdp != NULL) {
        (void)expand(line->sdp, session, sizeof session);
    }
    (void)snprintf(body, size, "--b\r\nContent-Type: application/sdp\r\nContent-Disposition: %s\r\n\r\n"
                   "%s\r\n--b\r\nContent-Type: application/sdp\r\n\r\n%s\r\n--b--\r\n",
                   line->disposition == NULL ? "early-session" : line->disposition, early, session);
}

static void write_body(const struct script_line *line, char *body, size_t size)
{
    char key[2048] = "";
    char text[2048] = "";
    body[0] = 0;
    if (line->early != NULL) {
        write_parts(line, body, size);
        return;
    }
    if (line->sdp != NULL) {
        (void)expand(line->sdp, body, size);
        return;
    }
    if (line->mikey != NO_MIKEY) {
        encode(script_mikey(line->mikey), text);
        (void)snprintf(key, sizeof key, "a=key-mgmt:mikey %.1900s\r\n", text);
    }
    if (line->mikey != NO_MIKEY || (line->flags & SCRIPT_PLAIN) != 0) {
        bool session = (line->flags & SCRIPT_SESSION) != 0;
        (void)snprintf(body, size, "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n%s"
                       "m=audio 40000 RTP/SAVP 0\r\n%s", session ? key : "", session ? "" : key);
    }
}

struct xk_bytes script_sip(const struct script_line *line)
{
    static char message[16384];
    char body[10240];
    char start[256];
    char extra[512] = "";
    char to_tag[64] = "";
    bool response = line->what[0] >= '1' && line->what[0] <= '6';
    const char *method = response ? line->what + 4 : line->what;
    const char *callee = line->uri == NULL ? "sip:bob@example.com" : line->uri;
    bool backward = line->from[0] != 'a'; /* the caller's tags begin with a */
    write_body(line, body, sizeof body);
    if (response) {
        (void)snprintf(start, sizeof start, "SIP/2.0 %.3s Said", line->what);
    } else {
        (void)snprintf(start, sizeof start, "%s %s SIP/2.0", method, callee);
    }
    if (line->to != NULL) {
        (void)snprintf(to_tag, sizeof to_tag, ";tag=%s", line->to);
    }
    if ((line->flags & SCRIPT_RELIABLE) != 0) {
        (void)snprintf(extra, sizeof extra, "RSeq: %u\r\nRequire: 100rel\r\n", line->rseq);
    } else if (line->answers != 0) {
        (void)snprintf(extra, sizeof extra, "RAck: %u %u INVITE\r\n", line->rseq, line->answers);
    }
    if (line->asserted != NULL) {
        size_t at = strlen(extra);
        (void)snprintf(extra + at, sizeof extra - at, "P-Asserted-Identity: <%s>\r\n", line->asserted);
    }
    if (line->extra != NULL) {
        size_t at = strlen(extra);
        (void)snprintf(extra + at, sizeof extra - at, "%s\r\n", line->extra);
    }
    int size = snprintf(message, sizeof message,
                        "%s\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <%s>;tag=%s\r\nTo: <%s>%s\r\n"
                        "Call-ID: %s\r\nCSeq: %u %s\r\n%s%s%s%sContent-Length: %zu\r\n\r\n%s",
                        start, backward ? callee : "sip:alice@example.com", line->from,
                        backward ? "sip:alice@example.com" : callee, to_tag,
                        line->call == NULL ? "call@example.com" : line->call, line->cseq, method, extra,
                        line->long_extra == NULL ? "" : line->long_extra, line->long_extra == NULL ? "" : "\r\n",
                        body[0] == 0          ? ""
                        : line->early != NULL ? "Content-Type: multipart/mixed;boundary=b\r\n"
                                              : "Content-Type: application/sdp\r\n",
                        strlen(body), body);
    assert_true(size > 0 && (size_t)size < sizeof message);
    return (struct xk_bytes){(const uint8_t *)message, (size_t)size};
}

static uint64_t hash_of(enum script_mikey name)
{
    return name == NO_MIKEY ? 0 : tap_hash(script_mikey(name));
}

static bool fits(const struct script_want *want, const struct tap_told *told)
{
    if (want->reason != 0) {
        return told->incomplete && told->reason == want->reason;
    }
    return !told->incomplete && told->init_hash == hash_of(want->init) && told->resp_hash == hash_of(want->resp) &&
           told->update_hash == hash_of(want->update) && told->update_resp_hash == hash_of(want->update_resp) &&
           told->contradicting == want->contradicting && (want->role == XK_ROLE_NONE || want->role == told->role);
}

static void hold(const struct tap *tap, const struct script *script, unsigned int seed)
{
    bool used[TAP_TOLD_MAX] = {false};
    for (size_t w = 0; w < script->want_count; w++) {
        bool found = false;
        for (size_t i = 0; i < tap->told_count && !found; i++) {
            found = !used[i] && fits(&script->wants[w], &tap->told[i]);
            used[i] = used[i] || found;
        }
        if (!found) {
            fail_msg("%s, order %u: outcome %zu is missing among %zu", script->name, seed, w + 1, tap->told_count);
        }
    }
    if (tap->told_count != script->want_count) {
        for (size_t i = 0; i < tap->told_count; i++) {
            if (!used[i]) {
                fail_msg("%s, order %u: told too much: %s", script->name, seed,
                         tap->told[i].incomplete ? xk_incomplete_reason_name(tap->told[i].reason) : "an exchange");
            }
        }
    }
}

void script_run(struct tap *tap, const struct script *script, const char *identity, unsigned int seed,
                unsigned int copies)
{
    size_t order[LINES_MAX];
    size_t count = 0;
    uint32_t state = seed * 2654435761u + 1;
    for (size_t i = 0; i < script->line_count * copies; i++) {
        order[count++] = i % script->line_count;
    }
    for (size_t i = count; seed != 0 && i > 1; i--) {
        state = state * 1664525u + 1013904223u;
        size_t j = (state >> 8) % i;
        size_t kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
    tap_start(tap, identity);
    tap_create(tap);
    for (size_t i = 0; i < count; i++) {
        const struct script_line *line = &script->lines[order[i]];
        if ((line->flags & SCRIPT_WAIT) != 0) {
            tap_run(tap, tap->now + line->cseq * 1000u);
        } else {
            bool trusted = (line->flags & SCRIPT_UNTRUSTED) == 0;
            assert_int_equal(tap_give(tap, script_sip(line), trusted, order[i] + 1), XK_OK);
        }
    }
    tap_run(tap, UINT64_MAX);
    struct xk_collector_usage usage;
    xk_collector_read_usage(tap->collector, &usage);
    assert_int_equal(usage.calls, 0);
    tap_stop(tap);
    hold(tap, script, seed);
}

void script_try(const struct script *script, const char *identity)
{
    static struct tap tap;
    script_run(&tap, script, identity, 0, 1);
    script_run(&tap, script, identity, 0, 2);
    for (unsigned int seed = 1; seed <= 120 && !script->in_order; seed++) {
        script_run(&tap, script, identity, seed, 1 + seed % 2);
    }
}
