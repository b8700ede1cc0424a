/* SPDX-License-Identifier: BSD-2-Clause */
/* What a warrant says of its call, CIN, network element and countries among it, comes back from the journal and from a
 * snapshot as it was, each warrant's own. */
#include <xk/requester.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/opaque_request.h"

#define WARRANTS 2

static const uint8_t address[16] = {0x20, 1, 0x0d, 0xb8, [15] = 77};

struct host {
    uint8_t random;
    uint8_t journal[16384];
    size_t journal_size;
    unsigned int told; /* bit by bit, which warrants have had their outcome */
};

static bool on_random(uint8_t *out, size_t size, void *user)
{
    struct host *h = user;
    for (size_t i = 0; i < size; i++) {
        out[i] = h->random = (uint8_t)(h->random * 5 + 1);
    }
    return true;
}

static enum xk_journal_reply on_record(const struct xk_journal_record *record, void *user)
{
    struct host *h = user;
    assert_true(record->octets.size <= sizeof h->journal - h->journal_size);
    memcpy(h->journal + h->journal_size, record->octets.data, record->octets.size);
    h->journal_size += record->octets.size;
    return XK_JOURNAL_STORED;
}

static bool on_send(const struct xk_send *send, void *user)
{
    (void)send;
    (void)user;
    return true;
}

static void same(struct xk_bytes a, struct xk_bytes b)
{
    assert_int_equal(a.size, b.size);
    assert_true(a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* The first warrant has all that there is, the second only what it must have. */
static void fill(struct xk_warrant *w, size_t index)
{
    if (index == 1) {
        return;
    }
    w->has_cin = true;
    w->cin = 0xfedcba98;
    memcpy(w->country, "DE", 2);
    memcpy(w->delivery_country, "AT", 2);
    w->network_element.form = XK_NETWORK_ELEMENT_IP_BINARY;
    w->network_element.value = (struct xk_bytes){address, sizeof address};
    w->network_element.ipv6_prefix = 64;
    w->authorisation = xk_text("order 7");
    w->destination_id = 41;
}

static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    struct host *h = user;
    struct xk_party party;
    struct xk_request request;
    const struct xk_warrant *got = outcome->warrant;
    size_t index = got->liid.data[3] == '1' ? 0 : 1;
    opaque_request("sip:target@example.org", index == 0 ? "LI-1" : "LI-2", &party, &request);
    fill(&request.warrant, index);
    const struct xk_warrant *expected = &request.warrant;
    assert_int_equal(outcome->kind, XK_OUTCOME_FAILURE);
    same(got->liid, expected->liid);
    assert_int_equal(got->has_cin, expected->has_cin);
    assert_int_equal(got->cin, expected->cin);
    assert_memory_equal(got->country, expected->country, 2);
    assert_memory_equal(got->delivery_country, expected->delivery_country, 2);
    assert_int_equal(got->network_element.form, expected->network_element.form);
    assert_int_equal(got->network_element.ipv6_prefix, expected->network_element.ipv6_prefix);
    same(got->network_element.value, expected->network_element.value);
    same(got->authorisation, expected->authorisation);
    same(got->correlation_number, expected->correlation_number);
    same(got->operator_identifier, expected->operator_identifier);
    assert_int_equal(got->destination_id, expected->destination_id);
    assert_int_equal(got->party_count, 1);
    same(got->parties[0].sip_uri, party.sip_uri);
    h->told |= 1u << index;
    return XK_OUTCOME_ACKNOWLEDGED;
}

static struct xk_requester *start(struct host *h)
{
    struct xk_requester_config config;
    struct xk_requester_callbacks callbacks;
    struct xk_requester *r = NULL;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = on_random;
    callbacks.send = on_send;
    callbacks.on_outcome = on_outcome;
    callbacks.journal = on_record;
    xk_requester_config_init(&config);
    config.max_pending = 4;
    config.exchange_check = XK_CHECK_HOST;
    assert_int_equal(xk_requester_create(&config, &callbacks, NULL, h, &r, NULL), XK_OK);
    return r;
}

/* Submits both, and gives what the host has saved: the journal, or a snapshot. */
static size_t save(bool journal, uint8_t *out, size_t capacity)
{
    static struct host h;
    uint64_t handle = 0;
    uint32_t kms = 0;
    size_t size = 0;
    memset(&h, 0, sizeof h);
    struct xk_requester *r = start(&h);
    assert_int_equal(xk_requester_add_kms(r, xk_text("kms1"), &kms, NULL), XK_OK);
    assert_int_equal(xk_requester_add_kms(r, xk_text("kms2"), &kms, NULL), XK_OK);
    for (size_t i = 0; i < WARRANTS; i++) {
        struct xk_party party;
        struct xk_request request;
        opaque_request("sip:target@example.org", i == 0 ? "LI-1" : "LI-2", &party, &request);
        fill(&request.warrant, i);
        assert_int_equal(xk_requester_submit(r, 0, &request, &handle, NULL), XK_OK);
    }
    if (journal) {
        assert_true(h.journal_size <= capacity);
        memcpy(out, h.journal, h.journal_size);
        size = h.journal_size;
    } else {
        assert_int_equal(xk_requester_snapshot(r, 0, out, capacity, &size), XK_OK);
    }
    (void)xk_requester_destroy(r);
    return size;
}

static void all_of_a_warrant_comes_back(void **state)
{
    static struct host h;
    static uint8_t saved[16384];
    (void)state;
    for (unsigned int journal = 0; journal < 2; journal++) {
        uint32_t restored = 0;
        size_t size = save(journal == 1, saved, sizeof saved);
        memset(&h, 0, sizeof h);
        struct xk_requester *heir = start(&h);
        assert_int_equal(xk_requester_restore(heir, 0, saved, size, 0, &restored, NULL), XK_OK);
        assert_int_equal(restored, WARRANTS);
        memset(saved, 0, sizeof saved);
        assert_int_equal(xk_requester_tick(heir, 3600000, 0, NULL), XK_OK);
        assert_int_equal(h.told, (1u << WARRANTS) - 1);
        (void)xk_requester_destroy(heir);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_of_a_warrant_comes_back)};
    return cmocka_run_group_tests_name("kept warrant", tests, NULL, NULL);
}
