/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record carries the 200 OK (sIPMessage) with TRANSFER_RESP, whose map tells which SSRC belongs to which CS ID,
 * and the key of each CS ID: all that SRTP needs.
 */
#include "lemf/decrypt.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <srtp2/srtp.h>

#include <xk/mikey.h>
#include <xk/sip.h>

#include "lemf/store.h"
#include "support/support.h"

#define STREAMS_MAX 16
#define PACKETS_MAX 256
#define RTP_HEADER 12
#define PAYLOAD_MAX 1500
#define IP_UDP 28

struct stream {
    uint32_t ssrc;
    uint8_t cs_id;
    srtp_t session;
    bool opened;
    size_t count;
    struct {
        uint16_t sequence;
        size_t size;
        uint8_t payload[PAYLOAD_MAX];
    } packets[PACKETS_MAX];
};

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool find_key(const struct xk_hi2_record *record, uint8_t cs_id, enum spoil spoil, uint8_t *out)
{
    struct xk_iri_key key;
    size_t position = 0;
    uint8_t wanted = (uint8_t)(spoil == SPOIL_CS_ID ? cs_id % record->key_count + 1 : cs_id);
    while (xk_hi2_next_key(record, &position, &key)) {
        if (key.cs_id.size == 1 && key.cs_id.data[0] == wanted && key.key.size == 16 && key.salt.size == 14) {
            memcpy(out, key.key.data, 16);
            memcpy(out + 16, key.salt.data, 14);
            out[16] ^= spoil == SPOIL_SALT ? 1 : 0;
            return true;
        }
    }
    return false;
}

static bool open_stream(struct stream *stream, const struct xk_hi2_record *keys, enum spoil spoil)
{
    uint8_t key[30];
    srtp_policy_t policy;
    memset(&policy, 0, sizeof policy);
    if (!find_key(keys, stream->cs_id, spoil, key)) {
        return false;
    }
    srtp_crypto_policy_set_rtp_default(&policy.rtp);
    srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    policy.ssrc.type = ssrc_specific;
    policy.ssrc.value = stream->ssrc;
    policy.key = key;
    stream->opened = srtp_create(&stream->session, &policy) == srtp_err_status_ok;
    OPENSSL_cleanse(key, sizeof key);
    return stream->opened;
}

/* The streams that the TRANSFER_RESP in a SIP record names, with the keys of another. */
static size_t add_streams(const struct xk_hi2_record *record, const struct xk_hi2_record *keys, enum spoil spoil,
                          struct stream *streams, size_t count)
{
    static uint8_t mikey[8192];
    struct xk_mikey_message resp;
    struct xk_mikey_crypto_session session;
    size_t size = 0;
    size_t position = 0;
    if (record->sip_message.size == 0 || keys->key_count == 0 ||
        xk_sip_find_mikey(record->sip_message.data, record->sip_message.size, mikey, sizeof mikey, &size, NULL) !=
            XK_OK ||
        xk_mikey_parse_transfer_resp(mikey, size, &resp, NULL) != XK_OK) {
        return count;
    }
    while (count < STREAMS_MAX && xk_mikey_next_crypto_session(&resp, &position, &session)) {
        if (session.session_data.size >= 4) {
            streams[count].ssrc = get32(session.session_data.data);
            streams[count].cs_id = session.cs_id;
            count += open_stream(&streams[count], keys, spoil) ? 1 : 0;
        }
    }
    return count;
}

static bool is_same_call(const struct xk_hi2_record *a, const struct xk_hi2_record *b)
{
    return a->liid.size == b->liid.size && memcmp(a->liid.data, b->liid.data, a->liid.size) == 0 &&
           a->correlation_number.size == b->correlation_number.size &&
           memcmp(a->correlation_number.data, b->correlation_number.data, a->correlation_number.size) == 0;
}

static size_t open_streams(const char *folder, enum spoil spoil, unsigned int number, struct stream *streams)
{
    static uint8_t octets[65536];
    static uint8_t other[65536];
    static uint8_t sip_octets[65536];
    struct xk_ps_pdu pdu;
    struct xk_hi2_record record;
    struct xk_hi2_record sip;
    bool has_sip = false;
    struct xk_hi2_record keys;
    size_t count = 0;
    size_t other_size = number > 0 ? load_pdu(folder, number, other, sizeof other) : 0;
    if (number > 0 && (other_size == 0 || !read_pdu(other, other_size, &pdu, &keys))) {
        die("no record %u", number);
    }
    for (unsigned int i = 1;; i++) {
        size_t size = load_pdu(folder, i, octets, sizeof octets);
        if (size == 0) {
            return count;
        }
        if (!read_pdu(octets, size, &pdu, &record)) {
            continue;
        }
        if (record.event != 3) {
            memcpy(sip_octets, octets, size);
            has_sip = read_pdu(sip_octets, size, &pdu, &sip);
        } else if (has_sip && is_same_call(&sip, &record)) {
            count = add_streams(&sip, number > 0 ? &keys : &record, spoil, streams, count);
        }
        OPENSSL_cleanse(octets, size);
    }
}

/* Sequence numbers wrap: the order is by distance from the first packet. */
static void keep(struct stream *stream, const uint8_t *packet, size_t size)
{
    uint16_t sequence = (uint16_t)(packet[2] << 8 | packet[3]);
    size_t at = stream->count;
    if (stream->count == PACKETS_MAX || size < RTP_HEADER || size - RTP_HEADER > PAYLOAD_MAX) {
        die("the capture is larger than this example takes");
    }
    while (at > 0 && (int16_t)(sequence - stream->packets[at - 1].sequence) < 0) {
        stream->packets[at] = stream->packets[at - 1];
        at--;
    }
    stream->packets[at].sequence = sequence;
    stream->packets[at].size = size - RTP_HEADER;
    memcpy(stream->packets[at].payload, packet + RTP_HEADER, size - RTP_HEADER);
    stream->count++;
}

static bool decrypt_packet(struct stream *streams, size_t count, uint8_t *packet, size_t size)
{
    int length = (int)size;
    for (size_t i = 0; i < count && size >= RTP_HEADER; i++) {
        if (streams[i].ssrc == get32(packet + 8)) {
            if (srtp_unprotect(streams[i].session, packet, &length) != srtp_err_status_ok) {
                return false;
            }
            keep(&streams[i], packet, (size_t)length);
            return true;
        }
    }
    return false;
}

int decrypt(const char *capture, const char *folder, const char *prefix, enum spoil spoil, unsigned int record)
{
    static uint8_t octets[1 << 20];
    static struct stream streams[STREAMS_MAX];
    size_t size = read_file(capture, octets, sizeof octets);
    size_t good = 0;
    size_t bad = 0;
    if (srtp_init() != srtp_err_status_ok || size < 24) {
        die("%s: not a capture", capture);
    }
    size_t count = open_streams(folder, spoil, record, streams);
    for (size_t at = 24; at + 16 <= size;) {
        uint32_t length;
        memcpy(&length, octets + at + 8, sizeof length);
        at += 16;
        if (length > size - at || length < IP_UDP) {
            die("%s: a packet is cut off", capture);
        }
        bool decrypted = decrypt_packet(streams, count, octets + at + IP_UDP, length - IP_UDP);
        good += decrypted ? 1 : 0;
        bad += decrypted ? 0 : 1;
        at += length;
    }
    for (size_t i = 0; i < count; i++) {
        if (streams[i].count > 0) {
            char path[PATH_MAX];
            snprintf(path, sizeof path, "%s.%u.audio", prefix, streams[i].cs_id);
            FILE *file = fopen(path, "wb");
            for (size_t k = 0; file != NULL && k < streams[i].count; k++) {
                fwrite(streams[i].packets[k].payload, streams[i].packets[k].size, 1, file);
            }
            if (file == NULL || fclose(file) != 0) {
                die("cannot write %s", path);
            }
        }
        srtp_dealloc(streams[i].session);
    }
    srtp_shutdown();
    printf("DECRYPTED %zu of %zu packets\n", good, good + bad);
    return bad == 0 && good > 0 ? 0 : 3;
}
