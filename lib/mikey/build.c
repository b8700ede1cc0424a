/* SPDX-License-Identifier: BSD-2-Clause */
/* The builder: links payloads, checks that every length fits its field, stops at the first mistake. */
#include <xk/mikey_build.h>

#include <string.h>

#include "mikey/parse.h"
#include "support/diag.h"

#define NO_LINK SIZE_MAX

static void fail(struct xk_mikey_builder *b, enum xk_status status, const char *field)
{
    if (b->status == XK_OK) {
        b->status = status;
        b->offset = b->size;
        b->field = field;
    }
}

static void put(struct xk_mikey_builder *b, const void *octets, size_t size, const char *field)
{
    if (b->status != XK_OK) {
        return;
    }
    if (octets == NULL && size > 0) {
        fail(b, XK_E_ARGUMENT, field);
        return;
    }
    if (size > b->capacity - b->size) {
        fail(b, XK_E_SPACE, "");
        return;
    }
    if (size > 0) {
        memcpy(b->out + b->size, octets, size);
    }
    b->size += size;
}

static void put_number(struct xk_mikey_builder *b, uint32_t number, unsigned int octets)
{
    uint8_t bytes[4];
    for (unsigned int i = 0; i < octets; i++) {
        bytes[i] = (uint8_t)(number >> 8 * (octets - 1 - i));
    }
    put(b, bytes, octets, "");
}

/* A value behind its length. */
static void put_sized(struct xk_mikey_builder *b, struct xk_bytes value, unsigned int octets, const char *field)
{
    size_t limit = octets == 1 ? 0xff : 0xffff;
    if (value.data != NULL && value.size > limit) {
        fail(b, XK_E_FIELD_LIMIT, field);
    } else {
        put_number(b, (uint32_t)value.size, octets);
        put(b, value.data, value.size, field);
    }
}

/* The payload's type goes to where the one before told to expect it; its own next-payload octet is 0 so far. */
static void begin(struct xk_mikey_builder *b, unsigned int type)
{
    if (b->status != XK_OK) {
        return;
    }
    if (b->payloads == XK_MIKEY_PAYLOADS_MAX) {
        fail(b, XK_E_FIELD_LIMIT, "payloads");
        return;
    }
    if (b->link != NO_LINK) {
        b->out[b->link] = (uint8_t)type;
    }
    b->link = b->size;
    b->payloads++;
    put_number(b, 0, 1);
}

/* What is to be added; nothing is added without it, and that is told at the end. */
static bool is_given(struct xk_mikey_builder *b, const void *part, const char *field)
{
    if (b != NULL && part == NULL) {
        fail(b, XK_E_ARGUMENT, field);
    }
    return b != NULL && part != NULL;
}

static bool start(struct xk_mikey_builder *b, uint8_t *out, size_t capacity)
{
    memset(b, 0, sizeof *b);
    b->out = out;
    b->capacity = capacity;
    b->link = NO_LINK;
    b->field = "";
    if (out == NULL) {
        b->status = XK_E_ARGUMENT;
    }
    return b->status == XK_OK;
}

static void put_session(struct xk_mikey_builder *b, unsigned int map_type, const struct xk_mikey_crypto_session *s)
{
    if (map_type == XK_MIKEY_MAP_SRTP_ID) {
        if (s->policies.size != 1 || s->session_data.size != 8) {
            fail(b, XK_E_FIELD, "CS ID map info");
            return;
        }
        put(b, s->policies.data, 1, "policy_no");
        put(b, s->session_data.data, 8, "Session Data");
        return;
    }
    if (s->policies.size > 0x7f) {
        fail(b, XK_E_FIELD_LIMIT, "#P");
        return;
    }
    put_number(b, s->cs_id, 1);
    put_number(b, s->protocol, 1);
    put_number(b, (uint32_t)(s->s_flag ? 0x80u : 0u) | (uint32_t)s->policies.size, 1);
    put(b, s->policies.data, s->policies.size, "policy_no");
    put_sized(b, s->session_data, 2, "Session Data");
    put_sized(b, s->spi, 1, "SPI");
}

void xk_mikey_build_message(struct xk_mikey_builder *builder, uint8_t *out, size_t capacity,
                            const struct xk_mikey_header *header, const struct xk_mikey_crypto_session *sessions,
                            size_t session_count)
{
    struct xk_mikey_builder *b = builder;
    if (b == NULL || !start(b, out, capacity)) {
        return;
    }
    if (header == NULL || (sessions == NULL && session_count > 0)) {
        fail(b, XK_E_ARGUMENT, "");
        return;
    }
    if (session_count > XK_MIKEY_SESSIONS_MAX) {
        fail(b, XK_E_FIELD_LIMIT, "#CS");
    }
    if (header->prf > 0x7f || header->map_type > XK_MIKEY_MAP_GENERIC_ID ||
        (header->map_type == XK_MIKEY_MAP_EMPTY && session_count > 0)) {
        fail(b, XK_E_FIELD, "HDR");
    }
    put_number(b, header->version, 1);
    put_number(b, header->data_type, 1);
    b->link = b->size;
    put_number(b, 0, 1);
    put_number(b, (header->v_flag ? 0x80u : 0u) | header->prf, 1);
    put_number(b, header->csb_id, 4);
    put_number(b, (uint32_t)session_count, 1);
    put_number(b, header->map_type, 1);
    for (size_t i = 0; i < session_count && b->status == XK_OK; i++) {
        put_session(b, header->map_type, &sessions[i]);
    }
}

void xk_mikey_build_chain(struct xk_mikey_builder *builder, uint8_t *out, size_t capacity,
                          enum xk_mikey_chain_kind kind)
{
    if (builder == NULL || !start(builder, out, capacity)) {
        return;
    }
    if (kind == XK_MIKEY_CHAIN_FIRST_PAYLOAD) {
        builder->link = 0;
        put_number(builder, 0, 1);
    } else if (kind != XK_MIKEY_CHAIN_IMPLIED) {
        fail(builder, XK_E_ARGUMENT, "");
    }
}

void xk_mikey_add_time(struct xk_mikey_builder *builder, const struct xk_mikey_time *time)
{
    static const uint8_t sizes[] = {8, 8, 4, 4};
    if (!is_given(builder, time, "T")) {
        return;
    }
    begin(builder, time->role == 0 ? XK_MIKEY_T : XK_MIKEY_TR);
    if (time->type >= sizeof sizes || time->value.size != sizes[time->type]) {
        fail(builder, XK_E_FIELD, "TS value");
        return;
    }
    if (time->role != 0) {
        put_number(builder, time->role, 1);
    }
    put_number(builder, time->type, 1);
    put(builder, time->value.data, time->value.size, "TS value");
}

void xk_mikey_add_rand(struct xk_mikey_builder *builder, unsigned int role, struct xk_bytes rand)
{
    if (builder == NULL) {
        return;
    }
    begin(builder, role == 0 ? XK_MIKEY_RAND : XK_MIKEY_RANDR);
    if (rand.size == 0 || role > 0xff) {
        fail(builder, XK_E_FIELD, "RAND");
        return;
    }
    if (role != 0) {
        put_number(builder, role, 1);
    }
    put_sized(builder, rand, 1, "RAND");
}

void xk_mikey_add_identity(struct xk_mikey_builder *builder, const struct xk_mikey_identity *identity)
{
    if (!is_given(builder, identity, "IDR")) {
        return;
    }
    begin(builder, identity->role == 0 ? XK_MIKEY_ID : XK_MIKEY_IDR);
    if (identity->data.size == 0) {
        fail(builder, XK_E_FIELD, "ID Data");
        return;
    }
    if (identity->role != 0) {
        put_number(builder, identity->role, 1);
    }
    put_number(builder, identity->type, 1);
    put_sized(builder, identity->data, 2, "ID Data");
}

void xk_mikey_add_policy(struct xk_mikey_builder *builder, const struct xk_mikey_policy *policy)
{
    if (!is_given(builder, policy, "SP")) {
        return;
    }
    begin(builder, XK_MIKEY_SP);
    put_number(builder, policy->number, 1);
    put_number(builder, policy->protocol, 1);
    put_sized(builder, policy->parameters, 2, "SP");
}

/* A MAC has no length on the wire: its algorithm tells it. */
static void put_mac(struct xk_mikey_builder *b, unsigned int algorithm, struct xk_bytes mac)
{
    static const uint8_t zeros[32];
    size_t size = 0;
    bool known = xki_mikey_mac_size(algorithm, &size);
    if (mac.data == NULL && mac.size > 0) {
        fail(b, XK_E_ARGUMENT, "MAC");
        return;
    }
    if (!known || (mac.data != NULL && mac.size != size)) {
        fail(b, XK_E_FIELD, "MAC");
        return;
    }
    put_number(b, algorithm, 1);
    put(b, mac.data != NULL ? mac.data : zeros, size, "MAC");
}

void xk_mikey_add_kemac(struct xk_mikey_builder *builder, const struct xk_mikey_kemac *kemac)
{
    if (!is_given(builder, kemac, "KEMAC")) {
        return;
    }
    begin(builder, XK_MIKEY_KEMAC);
    put_number(builder, kemac->encryption, 1);
    put_sized(builder, kemac->encrypted, 2, "KEMAC");
    put_mac(builder, kemac->mac_algorithm, kemac->mac);
}

static uint32_t flag_octets(uint16_t flags)
{
    uint32_t e_to_l = 0;
    uint32_t m_to_o = 0;
    for (unsigned int i = 0; i < 8; i++) {
        e_to_l |= (flags & (unsigned int)XK_MIKEY_FLAG_E << i) != 0 ? 0x80u >> i : 0u;
    }
    for (unsigned int i = 0; i < 3; i++) {
        m_to_o |= (flags & (unsigned int)XK_MIKEY_FLAG_M << i) != 0 ? 0x80u >> i : 0u;
    }
    return e_to_l << 8 | m_to_o;
}

void xk_mikey_add_ticket(struct xk_mikey_builder *builder, const struct xk_mikey_ticket *ticket)
{
    if (!is_given(builder, ticket, "TICKET")) {
        return;
    }
    begin(builder, XK_MIKEY_TICKET);
    if (ticket->prf > 0x7f || ticket->policy.size == 0) {
        fail(builder, XK_E_FIELD, "TP Data");
        return;
    }
    put_number(builder, ticket->type, 2);
    put_number(builder, ticket->subtype, 1);
    put_number(builder, ticket->version, 1);
    put_number(builder, (uint32_t)ticket->prf << 1 | (ticket->flags & XK_MIKEY_FLAG_D), 1);
    put_number(builder, flag_octets(ticket->flags), 2);
    put_sized(builder, ticket->policy, 2, "TP Data");
    put_sized(builder, ticket->ticket_data, 2, "Ticket Data");
    put_sized(builder, ticket->initiator_data, 2, "Initiator Data");
}

void xk_mikey_add_ticket_header(struct xk_mikey_builder *builder, struct xk_bytes data)
{
    if (builder == NULL) {
        return;
    }
    if (builder->payloads != 0) {
        fail(builder, XK_E_FIELD, "THDR");
        return;
    }
    begin(builder, XK_MIKEY_LAST);
    put_sized(builder, data, 2, "THDR");
}

void xk_mikey_add_key_data(struct xk_mikey_builder *builder, const struct xk_mikey_key_data *key)
{
    if (!is_given(builder, key, "Key data")) {
        return;
    }
    begin(builder, XK_MIKEY_KEY_DATA);
    bool salted = key->type == XK_MIKEY_TGK_SALT || key->type == XK_MIKEY_TEK_SALT || key->type == XK_MIKEY_GTGK_SALT;
    if (key->type > XK_MIKEY_MPK || key->validity > XK_MIKEY_KV_INTERVAL || key->key.size == 0 ||
        salted != (key->salt.size > 0)) {
        fail(builder, XK_E_FIELD, "Key data");
        return;
    }
    put_number(builder, (uint32_t)key->type << 4 | key->validity, 1);
    put_sized(builder, key->key, 2, "Key data");
    if (salted) {
        put_sized(builder, key->salt, 2, "Salt data");
    }
    if (key->validity == XK_MIKEY_KV_SPI) {
        put_sized(builder, key->spi, 1, "SPI");
    } else if (key->validity == XK_MIKEY_KV_INTERVAL) {
        put_sized(builder, key->valid_from, 1, "VF");
        put_sized(builder, key->valid_until, 1, "VT");
    }
}

void xk_mikey_add_verification(struct xk_mikey_builder *builder, const struct xk_mikey_verification *verification)
{
    if (!is_given(builder, verification, "V")) {
        return;
    }
    begin(builder, XK_MIKEY_V);
    put_mac(builder, verification->algorithm, verification->mac);
}

enum xk_status xk_mikey_build_end(const struct xk_mikey_builder *builder, size_t *size, struct xk_diag *diag)
{
    if (builder == NULL || size == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (builder->status != XK_OK) {
        return xki_fail(diag, builder->status, builder->offset, builder->field);
    }
    if (builder->payloads == 0) {
        return xki_fail(diag, XK_E_FIELD_EMPTY, builder->size, "payloads");
    }
    *size = builder->size;
    return XK_OK;
}
