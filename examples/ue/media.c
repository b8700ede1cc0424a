/* SPDX-License-Identifier: BSD-2-Clause */
#include "ue/media.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <srtp2/srtp.h>

#include "support/support.h"

#define PACKETS 100
#define PAYLOAD 160 /* 20 ms of PCMU */
#define RTP_HEADER 12
#define IP_UDP 28
#define LINKTYPE_RAW 101

static void put16(uint8_t *at, unsigned int value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

/* A different triangle for each direction, so that swapped keys or streams would be heard. */
static void speak(size_t stream, unsigned int packet, uint8_t *out)
{
    for (unsigned int i = 0; i < PAYLOAD; i++) {
        unsigned int phase = (packet * PAYLOAD + i) * (unsigned int)(3 + 2 * stream) % 256;
        out[i] = (uint8_t)(phase < 128 ? phase * 2 : 511 - phase * 2);
    }
}

static bool is_lost(unsigned int packet)
{
    return packet % 17 == 5;
}

static void write_packet(FILE *file, unsigned int sequence, size_t stream, const uint8_t *rtp, size_t size)
{
    uint32_t record[4] = {sequence / 50, sequence % 50 * 20000, (uint32_t)(IP_UDP + size), (uint32_t)(IP_UDP + size)};
    uint8_t front[IP_UDP] = {0x45};
    put16(front + 2, (unsigned int)(IP_UDP + size));
    front[8] = 64;
    front[9] = 17;
    put32(front + 12, 0x0a000001u + (uint32_t)stream);
    put32(front + 16, 0x0a000002u - (uint32_t)stream);
    put16(front + 20, 40000 + (unsigned int)stream);
    put16(front + 22, 40001 - (unsigned int)stream);
    put16(front + 24, (unsigned int)(8 + size));
    fwrite(record, sizeof record, 1, file);
    fwrite(front, sizeof front, 1, file);
    fwrite(rtp, size, 1, file);
}

static srtp_t open_session(const struct xk_test_exchange *call, size_t stream)
{
    uint8_t key[30];
    srtp_policy_t policy;
    srtp_t session = NULL;
    memset(&policy, 0, sizeof policy);
    memcpy(key, call->keys[stream], 16);
    memcpy(key + 16, call->salts[stream], 14);
    srtp_crypto_policy_set_rtp_default(&policy.rtp);
    srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    policy.ssrc.type = ssrc_specific;
    policy.ssrc.value = call->ssrc[stream];
    policy.key = key;
    if (srtp_create(&session, &policy) != srtp_err_status_ok) {
        die("libsrtp refuses the keys");
    }
    OPENSSL_cleanse(key, sizeof key);
    return session;
}

static void make_stream(const struct xk_test_exchange *call, size_t stream, FILE *pcap, FILE *audio)
{
    srtp_t session = open_session(call, stream);
    uint8_t held[RTP_HEADER + PAYLOAD + SRTP_MAX_TRAILER_LEN];
    size_t held_size = 0;
    for (unsigned int i = 0; i < PACKETS; i++) {
        uint8_t packet[RTP_HEADER + PAYLOAD + SRTP_MAX_TRAILER_LEN] = {0x80, 0};
        int size = RTP_HEADER + PAYLOAD;
        put16(packet + 2, 65500 + i); /* the sequence number wraps in mid-call: ROC matters */
        put32(packet + 4, i * PAYLOAD);
        put32(packet + 8, call->ssrc[stream]);
        speak(stream, i, packet + RTP_HEADER);
        if (!is_lost(i)) {
            fwrite(packet + RTP_HEADER, PAYLOAD, 1, audio);
        }
        if (srtp_protect(session, packet, &size) != srtp_err_status_ok) {
            die("libsrtp cannot protect a packet");
        }
        if (is_lost(i)) {
            continue;
        }
        if (i % 11 == 3) { /* comes after the next one */
            memcpy(held, packet, (size_t)size);
            held_size = (size_t)size;
            continue;
        }
        write_packet(pcap, i, stream, packet, (size_t)size);
        if (held_size > 0) {
            write_packet(pcap, i, stream, held, held_size);
            held_size = 0;
        }
    }
    srtp_dealloc(session);
}

void make_media(const struct xk_test_exchange *call, size_t session_count, const char *prefix)
{
    const uint32_t header[6] = {0xa1b2c3d4, 4u << 16 | 2u /* version 2.4 */, 0, 0, 65535, LINKTYPE_RAW};
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s.pcap", prefix);
    FILE *pcap = fopen(path, "wb");
    if (pcap == NULL || srtp_init() != srtp_err_status_ok) {
        die("cannot write %s", path);
    }
    fwrite(header, sizeof header, 1, pcap);
    for (size_t i = 0; i < session_count; i++) {
        snprintf(path, sizeof path, "%s.%zu.audio", prefix, i + 1);
        FILE *audio = fopen(path, "wb");
        if (audio == NULL) {
            die("cannot write %s", path);
        }
        make_stream(call, i, pcap, audio);
        fclose(audio);
    }
    if (fclose(pcap) != 0) {
        die("cannot write the capture");
    }
    srtp_shutdown();
}
