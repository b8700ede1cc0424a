/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For each line of "CIPHER KEY SALT KEY SALT" on stdin, the first pair a phone's and the second the KMS's answer: the
 * phone encrypts an RTP packet with libsrtp; the answer goes into an IRI record, as to a LEMF; what the LEMF reads in
 * it decrypts the packet. CIPHER is the number of RFC 3830 and RFC 7714.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <srtp2/srtp.h>

#include <xk/xk.h>

#define SSRC 0x01020304
#define RTP_HEADER 12

struct keys {
    uint8_t key[XK_SESSION_KEY_MAX];
    uint8_t salt[XK_SALT_MAX];
    size_t key_size;
    size_t salt_size;
};

static void check(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "%s\n", what);
        exit(1);
    }
}

static size_t read_hex(const char *text, uint8_t *out, size_t capacity)
{
    size_t size = 0;
    for (; text[0] != '\0' && text[1] != '\0'; text += 2) {
        const char pair[3] = {text[0], text[1], '\0'};
        check(size < capacity, "too many octets");
        out[size++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return size;
}

static bool set_cipher(unsigned int cipher, size_t key_size, srtp_crypto_policy_t *policy)
{
    static const struct {
        unsigned int cipher;
        size_t key_size;
        void (*set)(srtp_crypto_policy_t *policy);
    } rows[] = {
        {XK_CIPHER_NULL, 16, srtp_crypto_policy_set_null_cipher_hmac_sha1_80},
        {XK_CIPHER_AES_CM, 16, srtp_crypto_policy_set_rtp_default},
        {XK_CIPHER_AES_CM, 24, srtp_crypto_policy_set_aes_cm_192_hmac_sha1_80},
        {XK_CIPHER_AES_CM, 32, srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80},
        {XK_CIPHER_AES_GCM, 16, srtp_crypto_policy_set_aes_gcm_128_16_auth},
        {XK_CIPHER_AES_GCM, 32, srtp_crypto_policy_set_aes_gcm_256_16_auth},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].cipher == cipher && rows[i].key_size == key_size) {
            rows[i].set(policy);
            return true;
        }
    }
    return false;
}

static srtp_t open_session(unsigned int cipher, const struct keys *keys)
{
    uint8_t both[XK_SESSION_KEY_MAX + XK_SALT_MAX];
    srtp_policy_t policy;
    srtp_t session = NULL;
    memset(&policy, 0, sizeof policy);
    check(set_cipher(cipher, keys->key_size, &policy.rtp), "no such cipher");
    check(set_cipher(cipher, keys->key_size, &policy.rtcp), "no such cipher");
    check((size_t)policy.rtp.cipher_key_len == keys->key_size + keys->salt_size, "lengths of key and salt");
    memcpy(both, keys->key, keys->key_size);
    memcpy(both + keys->key_size, keys->salt, keys->salt_size);
    policy.ssrc.type = ssrc_specific;
    policy.ssrc.value = SSRC;
    policy.key = both;
    check(srtp_create(&session, &policy) == srtp_err_status_ok, "srtp_create");
    return session;
}

/* From an answer to what the LEMF reads: an outcome, its event, the record, and back. */
static struct keys deliver(const struct keys *answered)
{
    static uint8_t record[4096];
    const struct xk_party target = {.sip_uri = xk_text("sip:alice@example.com")};
    struct xk_warrant warrant;
    struct xk_session_result result = {.cs_id = 1, .key = {answered->key, answered->key_size},
                                       .salt = {answered->salt, answered->salt_size}, .cipher = XK_CIPHER_ABSENT,
                                       .encoding = XK_KEY_ENCODING_ABSENT};
    struct xk_outcome outcome;
    struct xk_iri_event event;
    struct xk_iri_key key;
    struct xk_hi2_profile profile;
    struct xk_hi2_record read;
    struct keys lemf = {.key_size = 0};
    size_t size = 0;
    size_t position = 0;
    memset(&warrant, 0, sizeof warrant);
    memset(&outcome, 0, sizeof outcome);
    warrant.liid = xk_text("LI-1");
    warrant.parties = &target;
    warrant.party_count = 1;
    warrant.correlation_number = xk_text("corr0001");
    warrant.destination = XK_DESTINATION_LEMF;
    warrant.operator_identifier = xk_text("12345");
    outcome.kind = XK_OUTCOME_KEYS;
    outcome.cause = XK_CAUSE_NONE;
    outcome.warrant = &warrant;
    outcome.sessions = &result;
    outcome.session_count = 1;
    check(xk_iri_assemble(&outcome, (struct xk_utc){1700000000, 0}, &key, 1, &event) == XK_OK, "event");
    xk_hi2_profile_init(&profile, XK_HI2_UMTS);
    check(xk_hi2_record_encode(&profile, &event, NULL, record, sizeof record, &size, NULL) == XK_OK, "record");
    check(xk_hi2_record_decode(record, size, NULL, &read, NULL) == XK_OK, "record read");
    check(xk_hi2_next_key(&read, &position, &key), "no key in the record");
    lemf.key_size = key.key.size;
    lemf.salt_size = key.salt.size;
    memcpy(lemf.key, key.key.data, key.key.size);
    memcpy(lemf.salt, key.salt.data, key.salt.size);
    return lemf;
}

static void carry(unsigned int cipher, const struct keys *phone, const struct keys *answered)
{
    uint8_t packet[64 + SRTP_MAX_TRAILER_LEN] = {0x80, 0, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4};
    uint8_t plain[64];
    int size = sizeof plain;
    const struct keys lemf = deliver(answered);
    srtp_t sender = open_session(cipher, phone);
    srtp_t receiver = open_session(cipher, &lemf);
    for (size_t i = RTP_HEADER; i < sizeof plain; i++) {
        packet[i] = (uint8_t)i;
    }
    memcpy(plain, packet, sizeof plain);
    check(srtp_protect(sender, packet, &size) == srtp_err_status_ok, "srtp_protect");
    check(cipher == XK_CIPHER_NULL || memcmp(packet, plain, sizeof plain) != 0, "the packet is not encrypted");
    check(srtp_unprotect(receiver, packet, &size) == srtp_err_status_ok, "the LEMF's key does not fit");
    check(size == sizeof plain && memcmp(packet, plain, sizeof plain) == 0, "another packet");
    check(srtp_dealloc(sender) == srtp_err_status_ok && srtp_dealloc(receiver) == srtp_err_status_ok, "srtp_dealloc");
}

int main(void)
{
    char text[4][2 * XK_SESSION_KEY_MAX + 1];
    unsigned int cipher;
    unsigned int count = 0;
    check(srtp_init() == srtp_err_status_ok, "srtp_init");
    while (scanf("%u %128s %128s %128s %128s", &cipher, text[0], text[1], text[2], text[3]) == 5) {
        struct keys keys[2];
        for (size_t i = 0; i < 2; i++) {
            keys[i].key_size = read_hex(text[2 * i], keys[i].key, sizeof keys[i].key);
            keys[i].salt_size = read_hex(text[2 * i + 1], keys[i].salt, sizeof keys[i].salt);
        }
        carry(cipher, &keys[0], &keys[1]);
        count++;
    }
    printf("%u packets\n", count);
    return srtp_shutdown() == srtp_err_status_ok ? 0 : 1;
}
