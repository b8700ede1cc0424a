/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Builds a message of type TRANSFER_INIT from the payloads that Wireshark's MIKEY dissector knows, and prints it in
 * hexadecimal with what our parser sees. The dissector knows no GENERIC-ID entries (it takes the map for empty), no
 * RANDR and no TICKET, so this message has none; with arguments, messages in hexadecimal, only headers are printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xk/mikey_build.h>

static void print_hex(const char *name, struct xk_bytes octets)
{
    printf("%s=", name);
    for (size_t i = 0; i < octets.size; i++) {
        printf("%02x", octets.data[i]);
    }
    printf("\n");
}

static void print_header(const struct xk_mikey_message *m)
{
    printf("mikey.type=%u\nmikey.prf_func=%u\nmikey.csb_id=0x%08x\nmikey.cs_count=%u\nmikey.v.set=%u\n",
           m->header.data_type, m->header.prf, m->header.csb_id, m->header.cs_count, m->header.v_flag ? 1u : 0u);
}

static void print_payloads(const struct xk_mikey_message *m)
{
    struct xk_mikey_payload payload;
    memset(&payload, 0, sizeof payload);
    while (xk_mikey_next_payload(m, &payload)) {
        if (payload.type == XK_MIKEY_SP) {
            printf("mikey.sp.no=%u\nmikey.sp.param_len=%zu\n", payload.whole.data[1], payload.whole.size - 5);
        }
    }
    printf("mikey.id.role=%u,%u\nmikey.id.len=%zu,%zu\n", m->id_initiator.role, m->id_responder.role,
           m->id_initiator.data.size, m->id_responder.data.size);
    printf("mikey.id.data=%.*s,%.*s\n", (int)m->id_initiator.data.size, (const char *)m->id_initiator.data.data,
           (int)m->id_responder.data.size, (const char *)m->id_responder.data.data);
    print_hex("mikey.rand.data", m->rand);
    printf("mikey.t.ts_type=%u\nmikey.v.auth_alg=%u\n", m->time.type, m->v.algorithm);
    print_hex("mikey.v.ver_data", m->v.mac);
}

static size_t build(uint8_t *out, size_t capacity)
{
    static const uint8_t octets[32] = {0xd1, 0, 0, 0x10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    static const uint8_t parameters[] = {0, 1, 1, 1, 1, 16, 2, 1, 1};
    struct xk_mikey_header header;
    struct xk_mikey_builder b;
    size_t size = 0;
    memset(&header, 0, sizeof header);
    header.version = 1;
    header.data_type = XK_MIKEY_TRANSFER_INIT;
    header.csb_id = 0x1a2b3c4d;
    header.map_type = XK_MIKEY_MAP_GENERIC_ID;
    const struct xk_mikey_time time = {0, XK_MIKEY_TIME_NTP_UTC, {octets, 8}, 0};
    const struct xk_mikey_identity ids[] = {
        {XK_MIKEY_IDR_I, XK_MIKEY_ID_URI, xk_text("sip:alice@example.com")},
        {XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, xk_text("sip:bob@example.com")},
    };
    const struct xk_mikey_policy policy = {3, 0, {parameters, sizeof parameters}};
    const struct xk_mikey_verification v = {1, {octets, 20}};
    xk_mikey_build_message(&b, out, capacity, &header, NULL, 0);
    xk_mikey_add_time(&b, &time);
    xk_mikey_add_identity(&b, &ids[0]);
    xk_mikey_add_identity(&b, &ids[1]);
    xk_mikey_add_policy(&b, &policy);
    xk_mikey_add_rand(&b, 0, (struct xk_bytes){octets, 16});
    xk_mikey_add_verification(&b, &v);
    return xk_mikey_build_end(&b, &size, NULL) == XK_OK ? size : 0;
}

int main(int argc, char **argv)
{
    static uint8_t octets[4096];
    struct xk_mikey_message m;
    size_t size = argc > 1 ? 0 : build(octets, sizeof octets);
    for (size_t i = 0; argc > 1 && argv[1][i] != '\0' && argv[1][i + 1] != '\0' && size < sizeof octets; i += 2) {
        const char pair[3] = {argv[1][i], argv[1][i + 1], '\0'};
        octets[size++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    if (xk_mikey_parse(octets, size, &m, NULL) != XK_OK) {
        return 1;
    }
    print_hex("octets", m.whole);
    print_header(&m);
    if (argc == 1) {
        print_payloads(&m);
    }
    return 0;
}
