/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Under one LIID and CIN stand the SIP record with TRANSFER_RESP, whose map tells which SSRC belongs to which CS ID,
 * and the record with the key of each CS ID: all that SRTP needs.
 */
#include "lemf/decrypt.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <srtp2/srtp.h>

#include <xk/mikey.h>
#include <xk/sip.h>

#include "lemf/record.h"
#include "support/support.h"

#define STREAMS_MAX 64
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

/* The same response is recorded once for each tap. */
static bool is_open(const struct stream *streams, size_t count, const struct stream *as)
{
    for (size_t i = 0; i < count; i++) {
        if (streams[i].ssrc == as->ssrc && streams[i].cs_id == as->cs_id) {
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
            bool open = is_open(streams, count, &streams[count]);
            count += !open && open_stream(&streams[count], keys, spoil) ? 1 : 0;
        }
    }
    return count;
}

/* A record that is kept while others are read. */
struct kept {
    uint8_t *octets;
    uint8_t *room;
    struct record record;
};

static bool keep_record(struct kept *kept, const uint8_t *data, size_t size)
{
    struct xk_diag diag;
    kept->octets = malloc(size);
    kept->room = malloc(size);
    if (kept->octets == NULL || kept->room == NULL) {
        die("no memory");
    }
    memcpy(kept->octets, data, size);
    return record_read(kept->octets, size, kept->room, &kept->record, &diag) && kept->record.has_hi2;
}

static bool is_of_call(const struct xk_ps_header *header, const char *liid, uint32_t cin)
{
    return header->has_identity_number && header->identity_number == cin && header->liid.size == strlen(liid) &&
           memcmp(header->liid.data, liid, header->liid.size) == 0;
}

static bool are_of_one_call(const struct xk_ps_header *a, const struct xk_ps_header *b)
{
    return a->has_identity_number && b->has_identity_number && a->identity_number == b->identity_number &&
           a->liid.size == b->liid.size && memcmp(a->liid.data, b->liid.data, a->liid.size) == 0;
}

/* The keys for the call of a SIP record: its own, or those of the call that a proof names. */
static const struct record *find_keys(const struct kept *records, size_t count, const struct record *sip,
                                      const char *liid, uint32_t cin)
{
    for (size_t i = 0; i < count; i++) {
        const struct record *record = &records[i].record;
        bool right = liid != NULL ? is_of_call(&record->pdu.header, liid, cin)
                                  : are_of_one_call(&record->pdu.header, &sip->pdu.header);
        if (right && record->hi2.key_count > 0) {
            return record;
        }
    }
    return NULL;
}

static size_t load_records(struct store *store, struct kept **records)
{
    size_t count = 0;
    *records = calloc(store->count > 0 ? store->count : 1, sizeof **records);
    for (size_t i = 0; *records != NULL && i < store->count; i++) {
        const uint8_t *data = NULL;
        size_t size = 0;
        if (store_get(store, store->numbers[i], &data, &size) == STORED_PDU) {
            struct kept *kept = &(*records)[count];
            if (keep_record(kept, data, size)) {
                count++;
            } else {
                free(kept->octets);
                free(kept->room);
            }
        }
    }
    if (*records == NULL) {
        die("no memory");
    }
    return count;
}

static size_t open_streams(struct store *store, enum spoil spoil, const char *liid, uint32_t cin,
                           struct stream *streams)
{
    struct kept *records = NULL;
    size_t count = load_records(store, &records);
    size_t opened = 0;
    for (size_t i = 0; i < count; i++) {
        const struct record *keys = find_keys(records, count, &records[i].record, liid, cin);
        if (records[i].record.hi2.sip_message.size > 0 && keys != NULL) {
            opened = add_streams(&records[i].record.hi2, &keys->hi2, spoil, streams, opened);
        }
    }
    for (size_t i = 0; i < count; i++) {
        OPENSSL_cleanse(records[i].octets, records[i].record.pdu.payload_offset + records[i].record.pdu.payload.size);
        free(records[i].octets);
        free(records[i].room);
    }
    free(records);
    return opened;
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

static void write_audio(const struct stream *stream, const char *prefix)
{
    char path[PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s.%u.audio", prefix, stream->cs_id) >= sizeof path) {
        die("the name of the audio is too long");
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 && fchmod(fd, 0600) == 0 ? fdopen(fd, "wb") : NULL;
    for (size_t i = 0; file != NULL && i < stream->count; i++) {
        fwrite(stream->packets[i].payload, stream->packets[i].size, 1, file);
    }
    if (file == NULL || ferror(file) != 0 || fclose(file) != 0) {
        die("cannot write %s", path);
    }
}

int decrypt(const char *capture, struct store *store, const char *prefix, enum spoil spoil, const char *liid,
            uint32_t cin)
{
    static uint8_t octets[1 << 20];
    struct stream *streams = calloc(STREAMS_MAX, sizeof *streams);
    size_t size = read_file(capture, octets, sizeof octets);
    size_t good = 0;
    size_t bad = 0;
    if (streams == NULL) {
        die("no memory");
    }
    if (srtp_init() != srtp_err_status_ok || size < 24) {
        die("%s: not a capture", capture);
    }
    size_t count = open_streams(store, spoil, liid, cin, streams);
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
            write_audio(&streams[i], prefix);
        }
        srtp_dealloc(streams[i].session);
    }
    OPENSSL_cleanse(streams, STREAMS_MAX * sizeof *streams);
    free(streams);
    srtp_shutdown();
    printf("DECRYPTED %zu of %zu packets\n", good, good + bad);
    return bad == 0 && good > 0 ? 0 : 3;
}
