/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saved states of today's format for the corpora: what a requester journals and saves, with and without share_queries,
 * and what counters do.
 *   make_states CORPUS        writes them to CORPUS/snapshot and CORPUS/counters
 *   make_states --check CORPUS...FILES are restored; one that is not shows that the format has changed
 */
#include <stdio.h>

#include <xk/delivery.h>
#include <xk/requester.h>

#include "fuzz.h"
#include "support/opaque_request.h"

struct saved {
    uint8_t octets[65536];
    size_t size;
    uint8_t random;
};

static bool on_random(uint8_t *out, size_t size, void *user)
{
    return fuzz_random(&((struct saved *)user)->random, out, size);
}

static bool on_journal(struct xk_bytes octets, void *user)
{
    struct saved *s = user;
    REQUIRE(octets.size <= sizeof s->octets - s->size);
    memcpy(s->octets + s->size, octets.data, octets.size);
    s->size += octets.size;
    return true;
}

static enum xk_journal_reply on_record(const struct xk_journal_record *record, void *user)
{
    return on_journal(record->octets, user) ? XK_JOURNAL_STORED : XK_JOURNAL_FAILED;
}

static bool on_send(const struct xk_send *send, void *user)
{
    (void)send;
    (void)user;
    return true;
}

static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    (void)outcome;
    (void)user;
    return XK_OUTCOME_REFUSED;
}

static struct xk_requester *start(struct saved *s, bool shares)
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
    config.max_pending = 8;
    config.exchange_check = XK_CHECK_HOST;
    config.epoch = 1000;
    config.share_queries = shares;
    s->random = 7;
    REQUIRE(xk_requester_create(&config, &callbacks, NULL, s, &r, NULL) == XK_OK);
    return r;
}

/* Files of the snapshot target begin with an octet that says whether queries are shared. */
static void write_file(const char *folder, const char *name, bool requesters, bool shares, const uint8_t *octets,
                       size_t size)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s%s", folder, name, shares ? "-shared" : "");
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    REQUIRE(!requesters || fputc(shares ? 1 : 0, file) != EOF);
    REQUIRE(fwrite(octets, 1, size, file) == size && fclose(file) == 0);
}

static void make_requesters(const char *folder, bool shares)
{
    static struct saved s;
    static uint8_t out[65536];
    static const char *const liids[] = {"LI-1", "LI-2"};
    struct xk_requester *r;
    uint64_t handle = 0;
    uint32_t kms = 0;
    size_t size = 0;
    memset(&s, 0, sizeof s);
    r = start(&s, shares);
    REQUIRE(xk_requester_add_kms(r, xk_text("kms1"), &kms, NULL) == XK_OK);
    REQUIRE(xk_requester_add_kms(r, xk_text("kms2"), &kms, NULL) == XK_OK);
    for (size_t i = 0; i < 2; i++) {
        struct xk_party party;
        struct xk_request request;
        opaque_request("sip:target@example.org", liids[i], &party, &request);
        REQUIRE(xk_requester_submit(r, 0, &request, &handle, NULL) == XK_OK);
    }
    write_file(folder, "journal", true, shares, s.octets, s.size);
    REQUIRE(xk_requester_snapshot(r, 0, out, sizeof out, &size) == XK_OK);
    write_file(folder, "snapshot", true, shares, out, size);
    REQUIRE(xk_requester_tick(r, 3600000, 0, NULL) == XK_OK); /* failures that the host does not take yet */
    write_file(folder, "journal-decided", true, shares, s.octets, s.size);
    REQUIRE(xk_requester_snapshot(r, 3600000, out, sizeof out, &size) == XK_OK);
    write_file(folder, "snapshot-decided", true, shares, out, size);
    (void)xk_requester_destroy(r);
}

static struct xk_counters *start_counters(struct saved *s)
{
    const struct xk_counters_callbacks callbacks = {sizeof callbacks, s != NULL ? on_journal : NULL};
    struct xk_counters_config config;
    struct xk_counters *counters = NULL;
    xk_counters_config_init(&config);
    config.max_contexts = 8;
    config.max_records = 16;
    REQUIRE(xk_counters_create(&config, &callbacks, NULL, s, &counters, NULL) == XK_OK);
    return counters;
}

static void make_counters(const char *folder)
{
    static struct saved s;
    static uint8_t out[65536];
    static uint8_t octets[177] = {0xa4, 0x81, 174, 0x81, 0x81, 171};
    struct xk_moment now = {0, {1800000000, 5}};
    struct xk_delivery_config config;
    struct xk_delivery *session = NULL;
    struct xk_delivery_record record;
    size_t size = 0;
    memset(&s, 0, sizeof s);
    struct xk_counters *counters = start_counters(&s);
    xk_delivery_config_init(&config);
    config.identity.operator_identifier = xk_text("12345");
    REQUIRE(xk_delivery_create(&config, counters, NULL, NULL, NULL, now, &session, NULL) == XK_OK);
    for (uint8_t i = 0; i < 5; i++) {
        memset(&record, 0, sizeof record);
        record.size = sizeof record;
        record.module = XK_HI2_UMTS;
        record.header = config.identity;
        record.header.liid = xk_text(i % 2 == 0 ? "LI-1" : "LI-2");
        record.header.has_identity_number = i > 2;
        record.header.identity_number = i;
        record.header.time = now.utc;
        record.record = (struct xk_bytes){octets, sizeof octets};
        record.cookie.octets[0] = (uint8_t)(i + 1);
        REQUIRE(xk_delivery_put(session, now, &record, NULL, NULL) == XK_OK);
    }
    write_file(folder, "journal", false, false, s.octets, s.size);
    REQUIRE(xk_counters_snapshot(counters, out, sizeof out, &size) == XK_OK);
    write_file(folder, "snapshot", false, false, out, size);
    REQUIRE(xk_delivery_destroy(session) == XK_OK && xk_counters_destroy(counters) == XK_OK);
}

static bool restores(const char *path, const uint8_t *data, size_t size)
{
    static struct saved s;
    bool good = false;
    memset(&s, 0, sizeof s);
    if (strstr(path, "/counters/") != NULL) {
        struct xk_counters *counters = start_counters(NULL);
        good = xk_counters_restore(counters, data, size, NULL) == XK_OK;
        REQUIRE(xk_counters_destroy(counters) == XK_OK);
    } else if (size > 0) {
        uint32_t restored = 0;
        struct xk_requester *r = start(&s, data[0] == 1);
        good = xk_requester_restore(r, 0, data + 1, size - 1, 0, &restored, NULL) == XK_OK && restored == 2;
        (void)xk_requester_destroy(r);
    }
    return good;
}

int main(int argc, char **argv)
{
    static uint8_t octets[65536];
    char path[1024];
    int bad = 0;
    if (argc == 2) {
        (void)snprintf(path, sizeof path, "%s/snapshot", argv[1]);
        make_requesters(path, false);
        make_requesters(path, true);
        (void)snprintf(path, sizeof path, "%s/counters", argv[1]);
        make_counters(path);
        return 0;
    }
    for (int i = 2; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        REQUIRE(file != NULL);
        size_t size = fread(octets, 1, sizeof octets, file);
        REQUIRE(fclose(file) == 0);
        if (!restores(argv[i], octets, size)) {
            printf("%s does not restore: make_states CORPUS writes it anew\n", argv[i]);
            bad++;
        }
    }
    printf("%d states\n", argc - 2);
    return bad > 0 || argc < 3;
}
