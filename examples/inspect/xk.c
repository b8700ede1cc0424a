/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An Xk message. libxk decodes it; the maps are then walked once more for where each entry stands, extensions
 * included, which a decoder skips.
 */
#include "inspect/xk.h"

#include <stdio.h>
#include <string.h>

#include <xk/message.h>

#include "inspect/mikey.h"
#include "inspect/names.h"

#define CLAUSE(key) "TS 33.107 7A.7.2, xk.cddl key " key
#define FRAME_HEAD 4 /* octets of a frame's length, as the programs send messages over a connection */
#define YEAR_10000 UINT64_C(253402300800) /* seconds since 1970: no date is written from then on */

/* CBOR's major types, as far as a valid message uses them inside its maps. */
enum major { UINT = 0, OCTETS = 2, TEXT = 3, ARRAY = 4, MAP = 5 };

struct item {
    unsigned int major;
    uint64_t number; /* the value, or how many octets, elements or entries follow */
};

/* One entry of a map. */
struct entry {
    uint64_t key;
    struct item value;
    struct xk_bytes whole;   /* key and value */
    struct xk_bytes content; /* octets of a string, or the whole value */
};

static bool begins_message(uint8_t octet)
{
    return octet >> 5 == MAP;
}

static struct item take_item(struct xk_bytes octets, size_t *at)
{
    unsigned int head = octets.data[(*at)++];
    struct item item = {head >> 5, head & 0x1f};
    if (item.major == 7 || item.number < 24) {
        return item;
    }
    unsigned int width = 1u << (item.number - 24);
    item.number = 0;
    for (unsigned int i = 0; i < width; i++) {
        item.number = item.number << 8 | octets.data[(*at)++];
    }
    return item;
}

static void skip_item(struct xk_bytes octets, size_t *at)
{
    for (uint64_t left = 1; left > 0; left--) {
        struct item item = take_item(octets, at);
        if (item.major == OCTETS || item.major == TEXT) {
            *at += (size_t)item.number;
        } else if (item.major == ARRAY || item.major == MAP) {
            left += item.major == MAP ? 2 * item.number : item.number;
        }
    }
}

static struct entry take_entry(struct xk_bytes octets, size_t *at)
{
    struct entry entry;
    size_t start = *at;
    entry.key = take_item(octets, at).number;
    size_t content = *at;
    size_t behind = content;
    entry.value = take_item(octets, &content);
    skip_item(octets, at);
    behind = entry.value.major == OCTETS || entry.value.major == TEXT ? content : behind;
    entry.whole = (struct xk_bytes){octets.data + start, *at - start};
    entry.content = (struct xk_bytes){octets.data + behind, *at - behind};
    return entry;
}

/* Key and head of an entry, without its content. */
static struct xk_bytes head_of(const struct entry *entry)
{
    return (struct xk_bytes){entry->whole.data, (size_t)(entry->content.data - entry->whole.data)};
}

static void show_extension(struct sheet *s, const struct entry *entry)
{
    sheet_closed(s, entry->whole, "xk.cddl", "extension %llu: %zu octets, skipped by a decoder that does not know it",
                 (unsigned long long)entry->key, entry->whole.size);
}

static void show_envelope(struct sheet *s, const struct entry *entry)
{
    if (entry->key == 0) {
        sheet_line(s, entry->whole, "xk.cddl key 0", "version: %llu", (unsigned long long)entry->value.number);
    } else if (entry->key == 1) {
        sheet_line(s, entry->whole, CLAUSE("1"), "type: %llu %s", (unsigned long long)entry->value.number,
                   entry->value.number == XK_MESSAGE_GET_KEYS ? "get_keys" : "get_keys_response");
    } else {
        sheet_octets(s, entry->whole, entry->content, "xk.cddl key 2", "transaction id");
    }
}

/* The messages of a get_keys, by their keys 4 to 7. */
struct messages {
    struct xk_mikey_message read[4];
    bool there[4];
    enum verdict verdict;
};

static void show_message(struct sheet *s, const struct entry *entry, struct messages *messages)
{
    static const char *const names[] = {"TRANSFER_INIT", "TRANSFER_RESP", "update TRANSFER_INIT",
                                        "update TRANSFER_RESP"};
    static const char *const sections[] = {CLAUSE("4"), CLAUSE("5"), "RFC 6043 5.2, xk.cddl key 6",
                                           "RFC 6043 5.2, xk.cddl key 7"};
    size_t i = (size_t)entry->key - 4;
    if (entry->value.major != OCTETS) {
        sheet_line(s, entry->whole, sections[i], "%s: null, the ticket's F flag says that none is sent", names[i]);
        return;
    }
    sheet_line(s, head_of(entry), sections[i], "%s: MIKEY message, %zu octets", names[i], entry->content.size);
    s->depth++;
    messages->there[i] = inspect_mikey(s, entry->content, &messages->read[i]) == VALID;
    if (!messages->there[i]) {
        messages->verdict = INVALID;
    }
    s->depth--;
}

static void check_pair(struct messages *messages, size_t init, bool has_resp)
{
    if (messages->there[init] && (messages->there[init + 1] || !has_resp)) {
        const struct xk_mikey_message *resp = has_resp ? &messages->read[init + 1] : NULL;
        if (inspect_exchange(&messages->read[init], resp) != VALID) {
            messages->verdict = INVALID;
        }
    }
}

static enum verdict show_get_keys(struct sheet *s, const struct xk_get_keys *m)
{
    struct messages messages;
    size_t at = 0;
    memset(&messages, 0, sizeof messages);
    size_t count = (size_t)take_item(s->octets, &at).number;
    sheet_line(s, sheet_part(s, 0, at), CLAUSE("1"), "get_keys: %zu fields", count);
    s->depth++;
    for (size_t i = 0; i < count; i++) {
        const struct entry entry = take_entry(s->octets, &at);
        if (entry.key <= 2) {
            show_envelope(s, &entry);
        } else if (entry.key == 3) {
            sheet_text(s, entry.whole, entry.content, CLAUSE("3"), "Public KMS Identity of the target");
        } else if (entry.key <= 7) {
            show_message(s, &entry, &messages);
        } else if (entry.key <= 9) {
            sheet_text(s, entry.whole, entry.content, entry.key == 8 ? "xk.cddl key 8" : "xk.cddl key 9",
                       entry.key == 8 ? "initiator, as SIP tells" : "responder, as SIP tells");
        } else {
            show_extension(s, &entry);
        }
    }
    s->depth--;
    check_pair(&messages, 0, m->transfer_resp.data != NULL);
    if (m->update_init.data != NULL) {
        check_pair(&messages, 2, true);
    }
    return messages.verdict;
}

static void show_result_field(struct sheet *s, const struct entry *entry, const struct xk_session_result *r)
{
    char text[SHEET_TEXT_MAX];
    const struct xk_utc time = {(int64_t)(r->expiry & INT64_MAX), 0};
    switch (entry->key) {
    case 0:
        sheet_line(s, entry->whole, "RFC 6043 6.1.1, xk.cddl key 0 of a session", "Crypto Session ID: %u", r->cs_id);
        break;
    case 1:
    case 2:
        sheet_secret(s, entry->whole, entry->content,
                     entry->key == 1 ? CLAUSE("1 of a session") : CLAUSE("2 of a session"),
                     entry->key == 1 ? "session key" : "salt");
        break;
    case 3:
        sheet_line(s, entry->whole, "xk.cddl key 3 of a session", "failure: %llu %s, %s",
                   (unsigned long long)entry->value.number, xk_failure_name(r->failure), xk_failure_text(r->failure));
        break;
    case 4:
        sheet_line(s, entry->whole, "RFC 3830 6.10.1, xk.cddl key 4 of a session", "cipher: %d %s", (int)r->cipher,
                   name_text(names_cipher, (unsigned int)r->cipher));
        break;
    case 5:
        sheet_line(s, entry->whole, "xk.cddl key 5 of a session", "encoding: %d %s", (int)r->encoding,
                   r->encoding == XK_KEY_ENCODING_TEK ? "TEK as it is" : "SRTP master key");
        break;
    case 6:
        sheet_line(s, entry->whole, "xk.cddl key 6 of a session", "expiry: %llu%s%s", (unsigned long long)r->expiry,
                   r->expiry < YEAR_10000 ? ", UTC " : "", r->expiry < YEAR_10000 ? sheet_time(time, text) : "");
        break;
    default:
        show_extension(s, entry);
        break;
    }
}

static void show_results(struct sheet *s, const struct entry *entry, const struct xk_get_keys_response *m)
{
    size_t start = (size_t)(entry->whole.data - s->octets.data);
    size_t at = (size_t)(entry->content.data - s->octets.data);
    (void)take_item(s->octets, &at);
    sheet_line(s, sheet_part(s, start, at - start), CLAUSE("3"), "sessions: %zu", m->session_count);
    s->depth++;
    for (size_t i = 0; i < m->session_count; i++) {
        start = at;
        size_t count = (size_t)take_item(s->octets, &at).number;
        sheet_line(s, sheet_part(s, start, at - start), "xk.cddl", "session");
        s->depth++;
        for (size_t k = 0; k < count; k++) {
            const struct entry field = take_entry(s->octets, &at);
            show_result_field(s, &field, &m->sessions[i]);
        }
        s->depth--;
    }
    s->depth--;
}

static void show_response(struct sheet *s, const struct xk_get_keys_response *m)
{
    size_t at = 0;
    size_t count = (size_t)take_item(s->octets, &at).number;
    sheet_line(s, sheet_part(s, 0, at), CLAUSE("1"), "get_keys_response: %zu fields", count);
    s->depth++;
    for (size_t i = 0; i < count; i++) {
        const struct entry entry = take_entry(s->octets, &at);
        if (entry.key <= 2) {
            show_envelope(s, &entry);
        } else if (entry.key == 3) {
            show_results(s, &entry, m);
        } else if (entry.key == 4) {
            sheet_line(s, entry.whole, "xk.cddl key 4", "failure: %llu %s, %s", (unsigned long long)entry.value.number,
                       xk_failure_name(m->failure), xk_failure_text(m->failure));
        } else if (entry.key == 5) {
            sheet_text(s, entry.whole, entry.content, "xk.cddl key 5", "referral to the KMS that issued the ticket");
        } else {
            show_extension(s, &entry);
        }
    }
    s->depth--;
}

/* One message; `*used` octets of the sheet are its own, all of them if nobody can tell. */
static enum verdict inspect_one(struct sheet *sheet, size_t *used)
{
    static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
    const uint8_t *data = sheet->octets.data;
    size_t size = sheet->octets.size;
    struct xk_transaction_id id;
    enum xk_message_type type;
    struct xk_get_keys ask;
    struct xk_get_keys_response answer;
    struct xk_diag diag = {XK_OK, 0, ""};
    enum xk_status status = xk_message_peek(data, size, &type, &id, &diag);
    *used = size;
    if (status != XK_OK) {
        return sheet_invalid(sheet, 0, status, &diag);
    }
    for (unsigned int i = 0; i < 2; i++) {
        status = type == XK_MESSAGE_GET_KEYS
                     ? xk_get_keys_decode(data, size, &ask, &diag)
                     : xk_get_keys_response_decode(data, size, &answer, sessions, XK_CRYPTO_SESSIONS_MAX, &diag);
        if (status != XK_E_TRAILING || !begins_message(data[diag.offset])) {
            break;
        }
        *used = size = diag.offset; /* another one follows */
    }
    if (status != XK_OK) {
        return sheet_invalid(sheet, 0, status, &diag);
    }
    struct sheet inner = sheet_inner(sheet, (struct xk_bytes){data, size});
    if (type == XK_MESSAGE_GET_KEYS) {
        return show_get_keys(&inner, &ask);
    }
    show_response(&inner, &answer);
    return VALID;
}

/* Messages stand one behind the other; one that cannot be read leaves no place where the next one begins. */
enum verdict inspect_xk(struct sheet *sheet)
{
    enum verdict verdict = VALID;
    size_t at = 0;
    do {
        size_t used;
        struct sheet inner = sheet_inner(sheet, sheet_part(sheet, at, sheet->octets.size - at));
        verdict = inspect_one(&inner, &used) == VALID ? verdict : INVALID;
        at += used;
    } while (at < sheet->octets.size);
    return verdict;
}

enum verdict inspect_xk_frames(struct sheet *sheet)
{
    enum verdict verdict = VALID;
    size_t at = 0;
    do {
        const struct xk_bytes head = sheet_part(sheet, at, FRAME_HEAD);
        const struct xk_diag cut = {XK_E_TRUNCATED, 0, "frame"};
        size_t size = 0;
        for (size_t i = 0; i < head.size; i++) {
            size = size << 8 | head.data[i];
        }
        struct xk_bytes message = sheet_part(sheet, at + head.size, size);
        if (head.size < FRAME_HEAD || message.size < size) {
            return sheet_invalid(sheet, at, cut.status, &cut);
        }
        sheet_line(sheet, head, NULL, "frame: %zu octets", size);
        struct sheet inner = sheet_inner(sheet, message);
        inner.depth++;
        size_t used;
        verdict = inspect_one(&inner, &used) == VALID && used == size ? verdict : INVALID;
        at += FRAME_HEAD + size;
    } while (at < sheet->octets.size);
    return verdict;
}
