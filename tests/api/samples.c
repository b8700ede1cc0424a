/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments that are as they should be, so that a call is refused for nothing but the one thing that is changed. */
#include "api/calls.h"

#include <stdlib.h>
#include <string.h>

#include <xk/xk.h>
#include <xk_test/xk_test.h>

#include "support/files.h"
#include "support/opaque_request.h"

#define ARGUMENTS 12
#define BLOCK (1u << 20)

static max_align_t blocks[ARGUMENTS][BLOCK / sizeof(max_align_t)];
static struct xk_test_host host;

void *calls_block(unsigned int argument)
{
    return argument < ARGUMENTS ? blocks[argument] : NULL;
}

struct xk_bytes calls_view(void)
{
    return xk_text("sip:bob@example.com");
}

struct xk_bytes calls_nowhere(void)
{
    return (struct xk_bytes){NULL, 1};
}

struct xk_diag *calls_diag(void)
{
    static struct xk_diag diag = {XK_OK, SIZE_MAX, NULL};
    return &diag;
}

static void *allocate(size_t size, void *user)
{
    (void)user;
    return malloc(size);
}

static void release(void *memory, size_t size, void *user)
{
    (void)size;
    (void)user;
    free(memory);
}

static struct xk_bytes message_of_set(const char *name, size_t which)
{
    static uint8_t octets[2][512];
    size_t size = file_read_hex_line("mikey/set1.txt", name, octets[which], sizeof octets[which]);
    return (struct xk_bytes){octets[which], size};
}

static void make_get_keys(struct xk_get_keys *get_keys)
{
    get_keys->public_kms_identity = calls_view();
    get_keys->transfer_init = message_of_set("TRANSFER_INIT", 0);
    get_keys->transfer_resp = message_of_set("TRANSFER_RESP", 1);
}

static void make_request(struct xk_request *request)
{
    static struct xk_party party;
    opaque_request("sip:bob@example.com", "LI-1", &party, request);
    make_get_keys(&request->get_keys);
    request->cs_ids = NULL;
    request->cs_count = 0;
    request->kms_count = 1;
}

static void make_warrant(struct xk_warrant *warrant)
{
    static struct xk_request request;
    make_request(&request);
    *warrant = request.warrant;
}

static void make_response(struct xk_get_keys_response *response)
{
    static struct xk_session_result session;
    session.key = calls_view();
    session.cipher = XK_CIPHER_ABSENT;
    session.encoding = XK_KEY_ENCODING_ABSENT;
    response->sessions = &session;
    response->session_count = 1;
}

static void make_event(struct xk_iri_event *event)
{
    static struct xk_iri_key key;
    key.cs_id = calls_view();
    key.cs_id.size = 1;
    key.key = calls_view();
    static struct xk_warrant warrant;
    make_warrant(&warrant);
    event->warrant = &warrant;
    event->keys = &key;
    event->key_count = 1;
}

static enum xk_answer_time resolve(const struct xk_query *query, struct xk_answer *answer, void *user)
{
    (void)query;
    (void)answer;
    (void)user;
    return XK_ANSWER_LATER;
}

static bool send_response(uint32_t peer, struct xk_bytes response, void *user)
{
    (void)peer;
    (void)response;
    (void)user;
    return true;
}

static void make_responder_callbacks(struct xk_responder_callbacks *callbacks)
{
    callbacks->resolve = resolve;
    callbacks->send = send_response;
    callbacks->random = xk_test_random_fill;
}

static void make_requester_callbacks(struct xk_requester_callbacks *callbacks)
{
    xk_test_host_init(&host, 1);
    xk_test_host_callbacks(&host, callbacks);
}

static void make_builder(struct xk_mikey_builder *builder)
{
    static uint8_t out[CALLS_CAPACITY];
    xk_mikey_build_chain(builder, out, sizeof out, XK_MIKEY_CHAIN_IMPLIED);
}

#define SAMPLE(structure, make) \
    do { \
        if (strcmp(name, #structure) == 0) { \
            make((struct structure *)made); \
        } \
    } while (0)

static void make_allocator(struct xk_allocator *allocator)
{
    allocator->allocate = allocate;
    allocator->release = release;
}

static void make_requester_config(struct xk_requester_config *config)
{
    xk_requester_config_init(config);
}

static void make_responder_config(struct xk_responder_config *config)
{
    xk_responder_config_init(config);
}

void *calls_structure(unsigned int argument, const char *name, size_t size)
{
    void *made = calls_block(argument);
    if (size > 0) {
        memcpy(made, &size, sizeof size);
    }
    SAMPLE(xk_get_keys, make_get_keys);
    SAMPLE(xk_get_keys_response, make_response);
    SAMPLE(xk_request, make_request);
    SAMPLE(xk_warrant, make_warrant);
    SAMPLE(xk_iri_event, make_event);
    SAMPLE(xk_allocator, make_allocator);
    SAMPLE(xk_requester_config, make_requester_config);
    SAMPLE(xk_requester_callbacks, make_requester_callbacks);
    SAMPLE(xk_responder_config, make_responder_config);
    SAMPLE(xk_responder_callbacks, make_responder_callbacks);
    SAMPLE(xk_mikey_builder, make_builder);
    SAMPLE(xk_test_kms_config, xk_test_kms_config_init);
    SAMPLE(xk_test_kms_rule, xk_test_kms_rule_init);
    return made;
}

void *calls_object(const char *name)
{
    if (strcmp(name, "xk_requester") == 0) {
        static struct xk_requester_config config;
        static struct xk_requester_callbacks callbacks;
        struct xk_requester *requester = NULL;
        uint32_t kms = 0;
        make_requester_config(&config);
        callbacks.size = sizeof callbacks;
        make_requester_callbacks(&callbacks);
        if (xk_requester_create(&config, &callbacks, NULL, &host, &requester, NULL) != XK_OK ||
            xk_requester_add_kms(requester, xk_text("kms.example.com"), &kms, NULL) != XK_OK) {
            return NULL;
        }
        return requester;
    }
    if (strcmp(name, "xk_responder") == 0) {
        static struct xk_responder_config config;
        static struct xk_responder_callbacks callbacks;
        static struct xk_test_random random;
        struct xk_responder *responder = NULL;
        xk_test_random_init(&random, 1);
        make_responder_config(&config);
        callbacks.size = sizeof callbacks;
        make_responder_callbacks(&callbacks);
        return xk_responder_create(&config, &callbacks, NULL, &random, &responder, NULL) == XK_OK ? responder : NULL;
    }
    if (strcmp(name, "xk_test_kms") == 0) {
        static struct xk_test_kms_config config;
        struct xk_test_kms *kms = NULL;
        xk_test_kms_config_init(&config);
        return xk_test_kms_create(&config, NULL, &kms) == XK_OK ? kms : NULL;
    }
    return NULL;
}
