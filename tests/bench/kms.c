/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-bench-kms [--quick] [--json FILE]: what a query costs the reference KMS beside its own raw cost.
 *
 * The raw cost are the hashes and ciphers of that query in a bare loop: each call of OpenSSL's that takes a key or
 * octets is recorded while one query is answered, and then done again in contexts that were made before. Left out is
 * the key of zeros with which a context forgets; the RFC does not ask for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <xk/exchange.h>
#include <xk/mikey_build.h>
#include <xk_kms/issue.h>
#include <xk_kms/kms.h>

#define REPEATS 15u
#define SESSIONS_MAX 8u

static void check(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "bench: %s\n", what);
        exit(1);
    }
}

/* What a query did, in its order. */
enum call { MAC_KEY, MAC_UPDATE, MAC_FINAL, CIPHER_KEY, CIPHER_UPDATE };

struct step {
    enum call call;
    unsigned int hash; /* 0: SHA-1, 1: SHA-256 */
    bool keyed;        /* false: MAC_KEY with the key from before */
    bool encrypts;
    const EVP_CIPHER *cipher;
    uint8_t octets[1024];
    size_t size;
    uint8_t iv[16];
};

static struct step steps[2048];
static size_t step_count;
static bool recording;
static const void *sha_256; /* the context that was told so */

static struct step *record(enum call call, const void *octets, size_t size)
{
    struct step *step = &steps[step_count++];
    check(step_count < sizeof steps / sizeof steps[0] && size <= sizeof step->octets, "a query does too much");
    memset(step, 0, sizeof *step);
    step->call = call;
    step->size = size;
    if (size > 0) {
        memcpy(step->octets, octets, size);
    }
    return step;
}

/* The linker puts these before OpenSSL's: --wrap. */
int __real_EVP_MAC_init(EVP_MAC_CTX *context, const unsigned char *key, size_t size, const OSSL_PARAM params[]);
int __wrap_EVP_MAC_init(EVP_MAC_CTX *context, const unsigned char *key, size_t size, const OSSL_PARAM params[]);
int __wrap_EVP_MAC_init(EVP_MAC_CTX *context, const unsigned char *key, size_t size, const OSSL_PARAM params[])
{
    static const uint8_t zeros[32];
    if (params != NULL && strcmp(params[0].data, "SHA256") == 0) {
        sha_256 = context;
    }
    bool forgets = key != NULL && size == sizeof zeros && memcmp(key, zeros, size) == 0;
    if (recording && !forgets) {
        struct step *step = record(MAC_KEY, key, size);
        step->keyed = key != NULL;
        step->hash = context == sha_256;
    }
    return __real_EVP_MAC_init(context, key, size, params);
}

int __real_EVP_MAC_update(EVP_MAC_CTX *context, const unsigned char *data, size_t size);
int __wrap_EVP_MAC_update(EVP_MAC_CTX *context, const unsigned char *data, size_t size);
int __wrap_EVP_MAC_update(EVP_MAC_CTX *context, const unsigned char *data, size_t size)
{
    if (recording) {
        record(MAC_UPDATE, data, size)->hash = context == sha_256;
    }
    return __real_EVP_MAC_update(context, data, size);
}

int __real_EVP_MAC_final(EVP_MAC_CTX *context, unsigned char *out, size_t *size, size_t capacity);
int __wrap_EVP_MAC_final(EVP_MAC_CTX *context, unsigned char *out, size_t *size, size_t capacity);
int __wrap_EVP_MAC_final(EVP_MAC_CTX *context, unsigned char *out, size_t *size, size_t capacity)
{
    if (recording) {
        record(MAC_FINAL, NULL, 0)->hash = context == sha_256;
    }
    return __real_EVP_MAC_final(context, out, size, capacity);
}

#define CIPHER_CALLS(kind, encrypting)                                                                                \
    int __real_EVP_##kind##Init_ex2(EVP_CIPHER_CTX *c, const EVP_CIPHER *type, const unsigned char *key,              \
                                    const unsigned char *iv, const OSSL_PARAM params[]);                              \
    int __wrap_EVP_##kind##Init_ex2(EVP_CIPHER_CTX *c, const EVP_CIPHER *type, const unsigned char *key,              \
                                    const unsigned char *iv, const OSSL_PARAM params[]);                              \
    int __wrap_EVP_##kind##Init_ex2(EVP_CIPHER_CTX *c, const EVP_CIPHER *type, const unsigned char *key,              \
                                    const unsigned char *iv, const OSSL_PARAM params[])                               \
    {                                                                                                                 \
        if (recording) {                                                                                              \
            struct step *step = record(CIPHER_KEY, key, (size_t)EVP_CIPHER_get_key_length(type));                     \
            step->cipher = type;                                                                                      \
            step->encrypts = encrypting;                                                                              \
            memcpy(step->iv, iv, (size_t)EVP_CIPHER_get_iv_length(type));                                             \
        }                                                                                                             \
        return __real_EVP_##kind##Init_ex2(c, type, key, iv, params);                                                 \
    }                                                                                                                 \
    int __real_EVP_##kind##Update(EVP_CIPHER_CTX *c, unsigned char *out, int *size, const unsigned char *in, int n);  \
    int __wrap_EVP_##kind##Update(EVP_CIPHER_CTX *c, unsigned char *out, int *size, const unsigned char *in, int n);  \
    int __wrap_EVP_##kind##Update(EVP_CIPHER_CTX *c, unsigned char *out, int *size, const unsigned char *in, int n)   \
    {                                                                                                                 \
        if (recording) {                                                                                              \
            record(CIPHER_UPDATE, in, (size_t)n)->encrypts = encrypting;                                              \
        }                                                                                                             \
        return __real_EVP_##kind##Update(c, out, size, in, n);                                                        \
    }

CIPHER_CALLS(Encrypt, true)
CIPHER_CALLS(Decrypt, false)

struct bare {
    EVP_MAC *hmac;
    EVP_MAC_CTX *macs[2];
    EVP_CIPHER_CTX *cipher;
};

static void bare_open(struct bare *b)
{
    char names[2][8] = {"SHA1", "SHA256"};
    static const uint8_t key[16];
    b->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    b->cipher = EVP_CIPHER_CTX_new();
    check(b->hmac != NULL && b->cipher != NULL, "OpenSSL");
    EVP_CIPHER_CTX_set_flags(b->cipher, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    for (size_t i = 0; i < 2; i++) {
        const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, names[i], 0),
                                     OSSL_PARAM_construct_end()};
        b->macs[i] = EVP_MAC_CTX_new(b->hmac);
        check(b->macs[i] != NULL && __real_EVP_MAC_init(b->macs[i], key, sizeof key, params) == 1, "OpenSSL");
    }
}

static void bare_close(struct bare *b)
{
    EVP_MAC_CTX_free(b->macs[0]);
    EVP_MAC_CTX_free(b->macs[1]);
    EVP_MAC_free(b->hmac);
    EVP_CIPHER_CTX_free(b->cipher);
}

static void bare_run(struct bare *b)
{
    uint8_t out[1100];
    size_t size = 0;
    int written = 0;
    int good = 1;
    for (size_t i = 0; i < step_count; i++) {
        const struct step *s = &steps[i];
        EVP_MAC_CTX *mac = b->macs[s->hash];
        switch (s->call) {
        case MAC_KEY:
            good &= __real_EVP_MAC_init(mac, s->keyed ? s->octets : NULL, s->size, NULL);
            break;
        case MAC_UPDATE:
            good &= __real_EVP_MAC_update(mac, s->octets, s->size);
            break;
        case MAC_FINAL:
            good &= __real_EVP_MAC_final(mac, out, &size, sizeof out);
            break;
        case CIPHER_KEY:
            good &= s->encrypts ? __real_EVP_EncryptInit_ex2(b->cipher, s->cipher, s->octets, s->iv, NULL)
                                : __real_EVP_DecryptInit_ex2(b->cipher, s->cipher, s->octets, s->iv, NULL);
            break;
        case CIPHER_UPDATE:
            good &= s->encrypts ? __real_EVP_EncryptUpdate(b->cipher, out, &written, s->octets, (int)s->size)
                                : __real_EVP_DecryptUpdate(b->cipher, out, &written, s->octets, (int)s->size);
            break;
        }
    }
    check(good == 1, "the bare loop failed");
}

static const uint8_t key_octets[4][16] = {{1}, {2}, {3}, {4}}; /* protection, MPK, TGK, RANDs */

static bool ticket_key(const struct xk_mikey_ticket *ticket, struct xk_bytes psk, unsigned int generation,
                       uint8_t *key, size_t *size, void *user)
{
    (void)ticket;
    (void)psk;
    (void)user;
    memcpy(key, key_octets[0], 16);
    *size = 16;
    return generation == 0;
}

static struct xk_mikey_identity party(unsigned int role, const char *uri)
{
    return (struct xk_mikey_identity){(uint8_t)role, XK_MIKEY_ID_URI, xk_text(uri)};
}

/* An exchange of `count` Crypto Sessions, each with a TGK of the ticket, forked or not. */
static void make_exchange(bool forking, size_t count, struct xk_exchange *exchange)
{
    static uint8_t policy[256], ticket_octets[2048], init[4096], resp[4096];
    static const uint8_t when[8] = {0xd1};
    static const uint8_t numbers[] = {0};
    static const uint8_t ssrc[] = {1, 2, 3, 4};
    static struct xk_kms_transfer t;
    static struct xk_mikey_crypto_session sessions[SESSIONS_MAX];
    const struct xk_bytes none = {NULL, 0};
    const struct xk_bytes rand = {key_octets[3], 16};
    const struct xk_bytes mpk = {key_octets[1], 16};
    const struct xk_mikey_identity alice = party(XK_MIKEY_IDR_I, "sip:alice@example.com");
    const struct xk_mikey_identity bob = party(XK_MIKEY_IDR_R, "sip:bob@example.com");
    const struct xk_mikey_key_data keys[] = {{XK_MIKEY_MPK, XK_MIKEY_KV_NULL, mpk, none, none, none, none},
                                             {XK_MIKEY_TGK, XK_MIKEY_KV_NULL, {key_octets[2], 16}, none, none, none,
                                              none}};
    struct xk_mikey_builder b;
    struct xk_kms_ticket_content c;
    struct xk_get_keys message;
    uint8_t mpki[16], mpkr[16], forked[16];
    size_t size = 0;
    memset(&c, 0, sizeof c);
    memset(&t, 0, sizeof t);
    memset(&message, 0, sizeof message);
    xk_mikey_build_chain(&b, policy, sizeof policy, XK_MIKEY_CHAIN_FIRST_PAYLOAD);
    xk_mikey_add_identity(&b, &alice);
    xk_mikey_add_identity(&b, &bob);
    check(xk_mikey_build_end(&b, &size, NULL) == XK_OK, "policy");
    c.type = c.subtype = c.version = 1;
    c.flags = XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_E | XK_MIKEY_FLAG_F | XK_MIKEY_FLAG_G | XK_MIKEY_FLAG_H |
              XK_MIKEY_FLAG_N | XK_MIKEY_FLAG_O | (forking ? XK_MIKEY_FLAG_I : 0);
    c.policy = (struct xk_bytes){policy, size};
    c.time = (struct xk_mikey_time){0, 0, {when, 8}, UINT64_C(0xd100000000000000)};
    c.rand = rand;
    c.keys = keys;
    c.key_count = 2;
    c.protection_key = (struct xk_bytes){key_octets[0], 16};
    c.suite = XK_KMS_SUITE_128;
    check(xk_kms_issue_ticket(&c, ticket_octets, sizeof ticket_octets, &size, &t.ticket, NULL) == XK_OK &&
              xk_kms_split_mpk(0, mpk, rand, mpki, mpkr, NULL) == XK_OK &&
              xk_kms_fork(0, XK_KMS_FORK_MPKR, (struct xk_bytes){mpkr, 16}, bob.data, rand, forked, NULL) == XK_OK,
          "ticket");
    for (size_t i = 0; i < count; i++) {
        sessions[i] = (struct xk_mikey_crypto_session){(uint8_t)(i + 1), 0, false, {numbers, 1}, {ssrc, 4}, none};
    }
    t.header = (struct xk_mikey_header){.version = 1, .data_type = XK_MIKEY_TRANSFER_INIT, .v_flag = true,
                                        .csb_id = 77, .map_type = XK_MIKEY_MAP_GENERIC_ID};
    t.sessions = sessions;
    t.session_count = count;
    t.time = c.time;
    t.rand_initiator = rand;
    t.initiator = alice;
    t.responder = bob;
    t.message_key = (struct xk_bytes){mpki, 16};
    t.vr_key = (struct xk_bytes){mpkr, forking ? 16 : 0};
    t.suite = XK_KMS_SUITE_128;
    check(xk_kms_build_transfer(&t, init, sizeof init, &size, NULL) == XK_OK, "INIT");
    message.public_kms_identity = xk_text("sip:kms@example.com");
    message.transfer_init = (struct xk_bytes){init, size};
    t.header.data_type = XK_MIKEY_TRANSFER_RESP;
    t.header.v_flag = false;
    t.init = message.transfer_init;
    t.rand_responder = rand;
    t.rand_kms = forking ? rand : none;
    t.message_key.data = forking ? forked : mpki;
    check(xk_kms_build_transfer(&t, resp, sizeof resp, &size, NULL) == XK_OK, "RESP");
    message.transfer_resp = (struct xk_bytes){resp, size};
    check(xk_exchange_parse(&message, exchange, NULL) == XK_OK, "exchange");
}

static double microseconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

struct row {
    double kept, fresh, raw, ratio, spread;
};

static struct row measure(bool forking, size_t count, unsigned int rounds)
{
    static struct xk_exchange exchange;
    static struct xk_session_result sessions[SESSIONS_MAX];
    static uint8_t space[SESSIONS_MAX * (XK_SESSION_KEY_MAX + XK_SALT_MAX)];
    static const uint8_t cs_ids[SESSIONS_MAX] = {1, 2, 3, 4, 5, 6, 7, 8};
    const struct xk_kms_callbacks callbacks = {.ticket_key = ticket_key};
    struct xk_kms_context *context = NULL;
    struct xk_kms kms;
    struct xk_query query;
    struct xk_answer answer;
    struct bare bare;
    double kept[REPEATS], fresh[REPEATS], raw[REPEATS], ratio[REPEATS];
    make_exchange(forking, count, &exchange);
    xk_kms_init(&kms, &callbacks, NULL);
    memset(&query, 0, sizeof query);
    memset(&answer, 0, sizeof answer);
    query.exchange = &exchange;
    query.cs_ids = cs_ids;
    query.cs_count = count;
    answer.sessions = sessions;
    answer.key_space = space;
    answer.key_space_size = sizeof space;
    check(xk_kms_context_create(&context) == XK_OK, "context");
    (void)xk_kms_resolve_in(context, &kms, &query, &answer); /* makes what is kept */
    step_count = 0;
    recording = true;
    (void)xk_kms_resolve_in(context, &kms, &query, &answer);
    recording = false;
    check(answer.failure == XK_FAILURE_NONE && sessions[count - 1].failure == XK_FAILURE_NONE, "no keys");
    bare_open(&bare);
    for (unsigned int i = 0; i < REPEATS; i++) {
        double start = microseconds();
        for (unsigned int k = 0; k < rounds; k++) {
            (void)xk_kms_resolve_in(context, &kms, &query, &answer);
        }
        double middle = microseconds();
        for (unsigned int k = 0; k < rounds; k++) {
            bare_run(&bare);
        }
        double last = microseconds();
        for (unsigned int k = 0; k < rounds; k++) {
            (void)xk_kms_resolve(&kms, &query, &answer);
        }
        fresh[i] = (microseconds() - last) / rounds;
        kept[i] = (middle - start) / rounds;
        raw[i] = (last - middle) / rounds;
        ratio[i] = kept[i] / raw[i];
    }
    bare_close(&bare);
    xk_kms_context_destroy(context);
    qsort(kept, REPEATS, sizeof kept[0], by_value);
    qsort(fresh, REPEATS, sizeof fresh[0], by_value);
    qsort(raw, REPEATS, sizeof raw[0], by_value);
    qsort(ratio, REPEATS, sizeof ratio[0], by_value);
    struct row row = {kept[REPEATS / 2], fresh[REPEATS / 2], raw[REPEATS / 2], ratio[REPEATS / 2],
                      (kept[REPEATS * 3 / 4] - kept[REPEATS / 4]) / 2 / kept[REPEATS / 2]};
    printf("%s, %zu Crypto Session%s: kept %7.1f us +-%4.1f %%   fresh %7.1f us   raw %7.1f us   %.2f times\n",
           forking ? "forking   " : "no forking", count, count == 1 ? " " : "s", row.kept, 100 * row.spread, row.fresh,
           row.raw, row.ratio);
    return row;
}

int main(int argc, char **argv)
{
    unsigned int rounds = 500;
    FILE *json = NULL;
    struct row worst = {0};
    struct row usual = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) {
            rounds = 20;
        } else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
            json = fopen(argv[i + 1], "w");
            check(json != NULL, "cannot write the JSON file");
        }
    }
    for (unsigned int i = 0; i < 4; i++) {
        struct row row = measure(i < 2, i % 2 == 0 ? 1 : SESSIONS_MAX, rounds);
        usual = i == 0 ? row : usual;
        worst = row.ratio > worst.ratio ? row : worst;
    }
    printf("  kms_ratio_raw %.3f   must reach 1.60: %s\n", worst.ratio, worst.ratio > 1.6 ? "MISSED" : "reached");
    printf("  resolve_us %.2f\n", usual.kept);
    if (json != NULL) {
        fprintf(json, "{\n  \"kms_ratio_raw\": %.4f,\n  \"resolve_us\": %.4f,\n  \"resolve_us_spread\": %.4f\n}\n",
                worst.ratio, usual.kept, usual.spread);
        fclose(json);
    }
    return 0;
}
