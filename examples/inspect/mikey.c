/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A MIKEY message, payload by payload in the order of the wire. libxk has checked every length before, so that the
 * fields of a payload are where their type says.
 */
#include "inspect/mikey.h"

#include <stdio.h>
#include <string.h>

#include <xk/exchange.h>
#include <xk/mikey_ticket.h>

#include "inspect/names.h"

#define NTP_OFFSET INT64_C(2208988800) /* 1900 to 1970 */
#define NTP_ERA INT64_C(4294967296)

static unsigned int number16(const uint8_t *octets)
{
    return (unsigned int)octets[0] << 8 | octets[1];
}

static struct xk_bytes after(struct xk_bytes whole, size_t skip)
{
    return (struct xk_bytes){whole.data + skip, whole.size - skip};
}

/* The years of a 32-bit NTP second are 1968 to 2104 (RFC 6043 6.4, RFC 4330). */
static const char *ntp_text(const uint8_t *octets, char text[SHEET_TEXT_MAX])
{
    int64_t seconds = (int64_t)((uint64_t)number16(octets) << 16 | number16(octets + 2));
    const struct xk_utc time = {seconds - NTP_OFFSET + (octets[0] < 0x80 ? NTP_ERA : 0), 0};
    return sheet_time(time, text);
}

static void show_time(struct sheet *s, const struct xk_mikey_payload *p)
{
    bool role = p->type == XK_MIKEY_TR;
    const uint8_t *at = p->whole.data + (role ? 2 : 1);
    const char *name = role ? name_text(names_time_role, p->whole.data[1]) : "T";
    const char *type = name_text(names_time_type, at[0]);
    const char *section = name_section(names_payload, p->type);
    unsigned long number = (unsigned long)number16(at + 1) << 16 | number16(at + 3);
    char text[SHEET_TEXT_MAX];
    if (at[0] == XK_MIKEY_TIME_COUNTER) {
        sheet_line(s, p->whole, section, "%s: %s %lu", name, type, number);
    } else if (role && p->whole.data[1] == XK_MIKEY_TR_R) {
        sheet_line(s, p->whole, section, "%s: %lu seconds", name, number);
    } else {
        sheet_line(s, p->whole, section, "%s: %s %s UTC", name, type, ntp_text(at + 1, text));
    }
}

static void show_identity(struct sheet *s, const struct xk_mikey_payload *p)
{
    size_t head = p->type == XK_MIKEY_IDR ? 5 : 4;
    const char *name = p->type == XK_MIKEY_IDR ? name_text(names_id_role, p->whole.data[1]) : "ID";
    char text[SHEET_TEXT_MAX];
    sheet_line(s, p->whole, name_section(names_payload, p->type), "%s: %s %s", name,
               name_text(names_id_type, p->whole.data[head - 3]), sheet_quote(after(p->whole, head), text));
}

static void show_rand(struct sheet *s, const struct xk_mikey_payload *p)
{
    bool role = p->type == XK_MIKEY_RANDR;
    sheet_octets(s, p->whole, after(p->whole, role ? 3 : 2), name_section(names_payload, p->type),
                 role ? name_text(names_rand_role, p->whole.data[1]) : "RAND");
}

static void show_policy(struct sheet *s, const struct xk_mikey_payload *p)
{
    struct xk_bytes parameters = after(p->whole, 5);
    size_t at = 0;
    sheet_line(s, p->whole, name_section(names_payload, p->type), "SP: policy %u, protocol %u%s", p->whole.data[1],
               p->whole.data[2], p->whole.data[2] == 0 ? " SRTP" : "");
    s->depth++;
    while (parameters.size - at >= 2 && parameters.data[at + 1] <= parameters.size - at - 2) {
        const uint8_t *parameter = parameters.data + at;
        const struct xk_bytes whole = {parameter, (size_t)parameter[1] + 2};
        const char *name = name_text(names_policy_parameter, parameter[0]);
        if (parameter[1] == 1) {
            const char *cipher = parameter[0] == 0 ? name_text(names_cipher, parameter[2]) : "";
            sheet_line(s, whole, "RFC 3830 6.10.1", "%u %s: %u%s%s", parameter[0], name, parameter[2],
                       cipher[0] != '\0' ? " " : "", cipher);
        } else {
            sheet_line(s, whole, "RFC 3830 6.10.1", "%u %s: %u octets", parameter[0], name, parameter[1]);
        }
        at += whole.size;
    }
    if (at < parameters.size) {
        sheet_closed(s, after(parameters, at), NULL, "parameters end inside one: %zu octets", parameters.size - at);
    }
    s->depth--;
}

/* Key data that are not encrypted: their keys stay masked, and what cannot be read stays closed. */
static void show_key_data(struct sheet *s, struct xk_bytes keys)
{
    struct xk_mikey_key_data key;
    size_t position = 0;
    enum xk_status status;
    s->depth++;
    while ((status = xk_mikey_next_key_data(keys, &position, &key)) == XK_OK) {
        sheet_secret(s, key.key, key.key, "RFC 3830 6.13, RFC 6043 6.12", name_text(names_key_type, key.type));
        if (key.salt.data != NULL && key.salt.size > 0) {
            sheet_secret(s, key.salt, key.salt, "RFC 3830 6.13", "salt");
        }
        if (key.spi.data != NULL && key.spi.size > 0) {
            sheet_octets(s, key.spi, key.spi, "RFC 3830 6.14", "SPI");
        }
    }
    if (status != XK_E_MIKEY_MISSING) {
        sheet_closed(s, after(keys, position), NULL, "not key data: %s, %s", xk_status_name(status),
                     xk_status_text(status));
    }
    s->depth--;
}

static void show_kemac(struct sheet *s, const struct xk_mikey_payload *p)
{
    size_t size = number16(p->whole.data + 2);
    const struct xk_bytes encrypted = {p->whole.data + 4, size};
    unsigned int algorithm = p->whole.data[1];
    sheet_line(s, p->whole, name_section(names_payload, p->type), "KEMAC: encryption %u %s, %zu octets; MAC %u %s",
               algorithm, name_text(names_encryption, algorithm), size, encrypted.data[size],
               name_text(names_mac, encrypted.data[size]));
    if (algorithm == 0 && size > 0) {
        show_key_data(s, encrypted);
    }
}

static void show_verification(struct sheet *s, const struct xk_mikey_payload *p)
{
    char name[64];
    snprintf(name, sizeof name, "V: %u %s, MAC", p->whole.data[1], name_text(names_mac, p->whole.data[1]));
    sheet_octets(s, p->whole, after(p->whole, 2), name_section(names_payload, p->type), name);
}

static void show_payload(struct sheet *s, const struct xk_mikey_payload *p)
{
    switch (p->type) {
    case XK_MIKEY_T:
    case XK_MIKEY_TR:
        show_time(s, p);
        break;
    case XK_MIKEY_ID:
    case XK_MIKEY_IDR:
        show_identity(s, p);
        break;
    case XK_MIKEY_RAND:
    case XK_MIKEY_RANDR:
        show_rand(s, p);
        break;
    case XK_MIKEY_SP:
        show_policy(s, p);
        break;
    case XK_MIKEY_KEMAC:
        show_kemac(s, p);
        break;
    case XK_MIKEY_V:
        show_verification(s, p);
        break;
    case XK_MIKEY_ERR:
        sheet_line(s, p->whole, name_section(names_payload, p->type), "ERR: error %u", p->whole.data[1]);
        break;
    default:
        sheet_closed(s, p->whole, name_section(names_payload, p->type), "%s: %zu octets",
                     name_text(names_payload, p->type), p->whole.size);
        break;
    }
}

/* A chain inside a payload is to be walked like the one of a message, which begins where its header ends. */
void show_chain(struct sheet *s, struct xk_bytes part, size_t from, uint8_t first)
{
    struct xk_mikey_message chain;
    struct xk_mikey_payload payload;
    memset(&chain, 0, sizeof chain);
    memset(&payload, 0, sizeof payload);
    chain.whole = part;
    chain.payloads_offset = from;
    chain.header.first = first;
    while (xk_mikey_next_payload(&chain, &payload)) {
        show_payload(s, &payload);
    }
}

static const char *session_data_name(const struct xk_mikey_crypto_session *session)
{
    if (session->protocol != 0) {
        return "session data";
    }
    return session->session_data.size == 4 ? "SSRC" : session->s_flag ? "SSRC, ROC, SEQ" : "SSRC, ROC";
}

static void show_map(struct sheet *s, const struct xk_mikey_message *m)
{
    struct xk_mikey_crypto_session session;
    size_t position = 0;
    size_t start = 0;
    while (xk_mikey_next_crypto_session(m, &position, &session)) {
        const struct xk_bytes entry = {m->header.map.data + start, position - start};
        char policies[4 * 127 + 1] = "";
        size_t at = 0;
        for (size_t i = 0; i < session.policies.size; i++) {
            at += (size_t)snprintf(policies + at, sizeof policies - at, " %u", session.policies.data[i]);
        }
        sheet_line(s, entry, name_section(names_map_type, m->header.map_type),
                   "Crypto Session %u: protocol %u%s, S flag %u, policies%s", session.cs_id, session.protocol,
                   session.protocol == 0 ? " SRTP" : "", session.s_flag ? 1u : 0u, at > 0 ? policies : " none");
        s->depth++;
        if (session.session_data.size > 0) {
            sheet_octets(s, session.session_data, session.session_data, NULL, session_data_name(&session));
        }
        if (session.spi.size > 0) {
            sheet_octets(s, session.spi, session.spi, NULL, "SPI");
        }
        s->depth--;
        start = position;
    }
}

static void show_header(struct sheet *s, const struct xk_mikey_message *m)
{
    const struct xk_mikey_header *h = &m->header;
    const uint8_t *at = m->whole.data;
    sheet_line(s, (struct xk_bytes){at, 10}, "RFC 3830 6.1, RFC 6043 6.1", "HDR");
    s->depth++;
    sheet_line(s, (struct xk_bytes){at, 1}, NULL, "version: %u", h->version);
    sheet_line(s, (struct xk_bytes){at + 1, 1}, NULL, "data type: %u %s", h->data_type,
               name_text(names_data_type, h->data_type));
    sheet_line(s, (struct xk_bytes){at + 2, 1}, NULL, "next payload: %u %s", h->first,
               name_text(names_payload, h->first));
    sheet_line(s, (struct xk_bytes){at + 3, 1}, NULL, "V flag: %u, PRF func: %u %s", h->v_flag ? 1u : 0u, h->prf,
               name_text(names_prf, h->prf));
    sheet_line(s, (struct xk_bytes){at + 4, 4}, NULL, "CSB ID: %08lx", (unsigned long)h->csb_id);
    sheet_line(s, (struct xk_bytes){at + 8, 1}, NULL, "#CS: %u", h->cs_count);
    sheet_line(s, (struct xk_bytes){at + 9, 1}, name_section(names_map_type, h->map_type), "CS ID map type: %u %s",
               h->map_type, name_text(names_map_type, h->map_type));
    show_map(s, m);
    s->depth--;
}

static enum verdict show_payloads(struct sheet *s, const struct xk_mikey_message *m)
{
    struct xk_mikey_payload payload;
    enum verdict verdict = VALID;
    memset(&payload, 0, sizeof payload);
    while (xk_mikey_next_payload(m, &payload)) {
        if (payload.type == XK_MIKEY_TICKET) {
            verdict = show_ticket(s, &m->ticket);
        } else {
            show_payload(s, &payload);
        }
    }
    return verdict;
}

enum verdict inspect_mikey(struct sheet *sheet, struct xk_bytes part, struct xk_mikey_message *message)
{
    struct xk_mikey_message m;
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t base = (size_t)(part.data - sheet->octets.data);
    enum xk_status status = xk_mikey_parse(part.data, part.size, &m, &diag);
    if (status != XK_OK) {
        return sheet_invalid(sheet, base, status, &diag);
    }
    show_header(sheet, &m);
    enum verdict verdict = show_payloads(sheet, &m);
    if (m.header.data_type == XK_MIKEY_TRANSFER_INIT) {
        status = xk_mikey_parse_transfer_init(part.data, part.size, &m, &diag);
    } else if (m.header.data_type == XK_MIKEY_TRANSFER_RESP) {
        status = xk_mikey_parse_transfer_resp(part.data, part.size, &m, &diag);
    }
    if (status != XK_OK) {
        return sheet_invalid(sheet, base, status, &diag);
    }
    if (verdict == VALID) {
        *message = m;
    }
    return verdict;
}

enum verdict inspect_exchange(const struct xk_mikey_message *init, const struct xk_mikey_message *resp)
{
    struct xk_exchange exchange;
    struct xk_get_keys message;
    struct xk_diag diag = {XK_OK, 0, ""};
    memset(&message, 0, sizeof message);
    message.transfer_init = init->whole;
    if (resp != NULL) {
        message.transfer_resp = resp->whole;
    }
    enum xk_status status = xk_exchange_parse(&message, &exchange, &diag);
    if (status != XK_OK) {
        printf("exchange: INVALID at octet %zu of the message at fault, %s: %s, %s  [RFC 6043 4.2.2]\n", diag.offset,
               diag.field, xk_status_name(status), xk_status_text(status));
        return INVALID;
    }
    printf("exchange: %s, as far as it shows without keys  [RFC 6043 4.2.2]\n",
           resp != NULL ? "TRANSFER_INIT and TRANSFER_RESP belong together" : "no TRANSFER_RESP belongs to it");
    for (uint32_t bit = 1; bit != 0 && bit <= exchange.remarks; bit <<= 1) {
        if ((exchange.remarks & bit) != 0) {
            printf("exchange: remark %s\n", xk_exchange_remark_name((enum xk_exchange_remark)bit));
        }
    }
    return VALID;
}
