/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/collector/tap.h"
#include "support/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static unsigned int u16(const uint8_t *at)
{
    return (unsigned int)at[0] << 8 | at[1];
}

/* One HEP3 packet: its payload and whether the proxy, on port 25060, sent it. */
static struct xk_bytes open_packet(const uint8_t *packet, size_t size, bool *from_network)
{
    struct xk_bytes payload = {NULL, 0};
    assert_true(size > 6 && memcmp(packet, "HEP3", 4) == 0 && u16(packet + 4) == size);
    for (size_t at = 6; at < size;) {
        unsigned int length = u16(packet + at + 4);
        assert_true(length >= 6 && at + length <= size);
        if (u16(packet + at + 2) == 7) {
            *from_network = u16(packet + at + 6) == 25060;
        } else if (u16(packet + at + 2) == 15) {
            payload = (struct xk_bytes){packet + at + 6, length - 6};
        }
        at += length;
    }
    return payload;
}

void tap_read(const char *name, struct tap_file *file)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/cscf/%s", XK_TEST_VECTORS, name);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    size_t size = fread(file->octets, 1, sizeof file->octets, in);
    assert_int_equal(fclose(in), 0);
    assert_true(size > 0 && size < sizeof file->octets);
    bool stream = strstr(name, ".stream") != NULL;
    file->count = 0;
    for (size_t at = 0; at < size;) {
        size_t head = stream ? 0 : 4;
        size_t length = stream ? u16(file->octets + at + 4) : (size_t)u16(file->octets + at + 2);
        assert_true(file->count < TAP_MESSAGES_MAX);
        file->messages[file->count] =
            open_packet(file->octets + at + head, length, &file->from_network[file->count]);
        file->count++;
        at += head + length;
    }
}

uint64_t tap_hash(struct xk_bytes octets)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < octets.size; i++) {
        hash = (hash ^ octets.data[i]) * UINT64_C(1099511628211);
    }
    return octets.size == 0 ? 0 : hash;
}

static void copy(char *to, size_t size, struct xk_bytes from)
{
    assert_true(from.size < size);
    if (from.size > 0) {
        memcpy(to, from.data, from.size);
    }
    to[from.size] = 0;
}

static bool fill_random(uint8_t *out, size_t size, void *user)
{
    (void)user;
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)(i * 37 + 11);
    }
    return true;
}

/* Of a call that the host has records of already. */
static uint32_t known_cin(struct tap *tap, const struct xk_collector_question *question)
{
    struct xk_bytes call = question->call_id;
    assert_true(call.size > 0);
    tap->asked_correlation = question->correlation.size;
    bool known = tap->known_call != NULL && call.size == strlen(tap->known_call) &&
                 memcmp(call.data, tap->known_call, call.size) == 0;
    return known ? tap->known_cin : 0;
}

static size_t watch(const struct xk_collector_question *question, struct xk_collector_match *matches, size_t capacity,
                    bool *perhaps, void *user)
{
    struct tap *tap = user;
    size_t count = 0;
    tap->asked++;
    *perhaps = tap->perhaps;
    for (size_t w = 0; w < tap->watched_count; w++) {
        for (size_t i = 0; i < question->count && count < capacity; i++) {
            if (question->identities[i].place != XK_PLACE_TARGET_ID &&
                xk_uri_equal(question->identities[i].uri, xk_text(tap->watched[w]))) {
                uint64_t first = tap->first_warrant == 0 ? 1 : tap->first_warrant;
                matches[count++] = (struct xk_collector_match){first + w, i, known_cin(tap, question)};
            }
        }
    }
    for (size_t i = 0; tap->xid != NULL && i < question->count && count < capacity; i++) {
        if (question->identities[i].place == XK_PLACE_TARGET_ID &&
            memcmp(question->identities[i].uri.data, tap->xid, 16) == 0) {
            matches[count++] = (struct xk_collector_match){99, i, 0};
        }
    }
    for (size_t i = 0; tap->octets != NULL && i < question->count && count < capacity; i++) {
        struct xk_bytes uri = question->identities[i].uri;
        if (uri.size == strlen(tap->octets) && memcmp(uri.data, tap->octets, uri.size) == 0) {
            matches[count++] = (struct xk_collector_match){98, i, 0};
        }
    }
    return count;
}

static struct tap_told *note(struct tap *tap)
{
    assert_true(tap->told_count < TAP_TOLD_MAX);
    assert_int_equal(xk_collector_tick(tap->collector, tap->now, 0, NULL), XK_E_BUSY);
    assert_int_equal(xk_collector_destroy(tap->collector), XK_E_BUSY);
    uint32_t cin = 0;
    assert_int_equal(xk_collector_cin(tap->collector, tap->now, 1, xk_text("c"), &cin), XK_E_BUSY);
    assert_int_equal(cin, 0);
    struct tap_told *told = &tap->told[tap->told_count++];
    memset(told, 0, sizeof *told);
    return told;
}

static enum xk_collector_reply take(const struct xk_collected *e, void *user)
{
    struct tap *tap = user;
    if (tap->busy || tap->busy_for == e->warrant) {
        return XK_COLLECTOR_LATER;
    }
    struct tap_told *told = note(tap);
    told->certain = e->certain;
    told->kind = e->kind;
    told->role = e->role;
    told->place = e->place;
    told->contradicting = e->contradicting;
    told->answered = e->answered;
    told->mid_call = e->mid_call;
    told->mismatch = e->mismatch;
    told->candidate = e->candidate;
    told->cin = e->cin;
    told->warrant = e->warrant;
    memcpy(told->id, e->id, sizeof told->id);
    told->init_hash = tap_hash(e->init);
    told->resp_hash = tap_hash(e->resp);
    told->update_hash = tap_hash(e->update_init);
    told->update_resp_hash = tap_hash(e->update_resp);
    told->references[0] = e->init_reference;
    told->references[1] = e->resp_reference;
    told->references[2] = e->update_init_reference;
    told->references[3] = e->update_resp_reference;
    copy(told->target, sizeof told->target, e->target);
    copy(told->call_id, sizeof told->call_id, e->call_id);
    copy(told->initiator_hint, sizeof told->initiator_hint, e->initiator_hint);
    copy(told->responder_hint, sizeof told->responder_hint, e->responder_hint);
    return XK_COLLECTOR_TAKEN;
}

static enum xk_collector_reply take_incomplete(const struct xk_incomplete *i, void *user)
{
    struct tap *tap = user;
    if (tap->busy || tap->busy_for == i->warrant) {
        return XK_COLLECTOR_LATER;
    }
    struct tap_told *told = note(tap);
    told->certain = i->certain;
    told->incomplete = true;
    told->reason = i->reason;
    told->status = i->status;
    told->warrant = i->warrant;
    told->cin = i->cin;
    told->place = i->place;
    told->references[0] = i->reference;
    copy(told->target, sizeof told->target, i->target);
    copy(told->call_id, sizeof told->call_id, i->call_id);
    return XK_COLLECTOR_TAKEN;
}

static void observe(const struct xk_collector_observation *observation, void *user)
{
    static const enum xk_status statuses[] = {
        [XK_COLLECTOR_TOO_LARGE] = XK_E_TOO_LARGE, [XK_COLLECTOR_TOO_MANY] = XK_E_LIMIT,
        [XK_COLLECTOR_ODD] = XK_E_MIKEY_MISMATCH, [XK_COLLECTOR_EVICTED] = XK_E_FULL, [XK_COLLECTOR_FULL] = XK_E_FULL};
    struct tap *tap = user;
    bool of_tap = observation->event == XK_COLLECTOR_REFUSED || observation->event == XK_COLLECTOR_TOO_LARGE ||
                  observation->event == XK_COLLECTOR_FULL;
    if (observation->event != XK_COLLECTOR_REFUSED) {
        assert_int_equal(observation->status, statuses[observation->event]);
    }
    assert_true(of_tap ? observation->source < 100 : observation->source == UINT32_MAX);
    assert_true(observation->now_ms <= tap->now);
    tap->observed[observation->event]++;
}

void tap_start(struct tap *tap, const char *identity)
{
    memset(tap, 0, sizeof *tap);
    xk_collector_config_init(&tap->config);
    tap->config.max_calls = 16;
    tap->config.facts_per_call = 64;
    tap->config.octets_per_call = 8192;
    tap->config.group_key[0] = 1;
    tap->now = 1000;
    if (identity != NULL) {
        tap->watched[tap->watched_count++] = identity;
    }
}

void tap_create(struct tap *tap)
{
    struct xk_collector_callbacks callbacks = {sizeof callbacks, fill_random, watch, take, take_incomplete, observe};
    assert_int_equal(xk_collector_create(&tap->config, &callbacks, NULL, tap, &tap->collector, NULL), XK_OK);
}

void tap_stop(struct tap *tap)
{
    assert_int_equal(xk_collector_destroy(tap->collector), XK_OK);
}

enum xk_status tap_give(struct tap *tap, struct xk_bytes message, bool trusted, uint64_t reference)
{
    struct xk_collector_message m = {.size = sizeof m, .octets = message, .trusted = trusted, .reference = reference};
    return xk_collector_take(tap->collector, tap->now, &m, NULL);
}

void tap_run(struct tap *tap, uint64_t until)
{
    for (unsigned int i = 0; i < 10000; i++) {
        uint64_t next = xk_collector_next_deadline(tap->collector);
        if (next == UINT64_MAX || next > until) {
            break;
        }
        tap->now = next > tap->now ? next : tap->now;
        assert_int_equal(xk_collector_tick(tap->collector, tap->now, 0, NULL), XK_OK);
    }
    tap->now = until == UINT64_MAX || until < tap->now ? tap->now : until;
}
