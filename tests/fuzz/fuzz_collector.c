/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The collector under orders that nobody would think of. An input that begins with 0 is one SIP message; any other is a
 * script of seven octets a step: what is said, in which dialog of which call, with which key, how much time passes,
 * what the host answers, which warrants begin and end.
 *
 * Held after each step: counters add up, memory is what was asked for at creation, no exchange is told twice to a
 * warrant. Held at the end: nothing is left, and all memory comes back wiped.
 */
#include "fuzz/fuzz.h"
#include "unit/collector/script.h"

#include <stdio.h>
#include <string.h>

#define STEP 7u
#define STEPS_MAX 120u
#define SEEN_MAX 256u
#define CALLS 6u

struct world {
    struct xk_collector *collector;
    struct xk_collector_config config;
    struct xk_collector_usage empty;
    uint8_t last; /* of the randomness */
    uint64_t now;
    uint32_t warrants; /* bit i: warrant i + 1 is on */
    bool later;
    bool perhaps;
    size_t out; /* octets of memory */
    uint64_t given;
    uint64_t exchanges;
    uint64_t incomplete;
    uint64_t laters;
    struct {
        uint8_t id[16];
        uint64_t warrant;
    } seen[SEEN_MAX];
    size_t seen_count;
    uint64_t lost; /* evicted, left out and ended when `seen` was emptied */
    uint64_t since;
    uint64_t ended;
};

static bool draw(uint8_t *out, size_t size, void *user)
{
    return fuzz_random(&((struct world *)user)->last, out, size);
}

static void *take_memory(size_t size, void *user)
{
    ((struct world *)user)->out += size;
    return malloc(size);
}

static void give_memory(void *memory, size_t size, void *user)
{
    for (size_t i = 0; i < size; i++) {
        REQUIRE(((const uint8_t *)memory)[i] == 0);
    }
    ((struct world *)user)->out -= size;
    free(memory);
}

static size_t watch(const struct xk_collector_question *question, struct xk_collector_match *matches, size_t capacity,
                    bool *perhaps, void *user)
{
    static const char *const targets[] = {"sip:alice@example.com", "sip:bob@example.com", "sip:zoe@example.com"};
    const struct world *w = user;
    size_t count = 0;
    *perhaps = w->perhaps;
    for (size_t i = 0; i < question->count; i++) {
        for (unsigned int t = 0; t < 3; t++) {
            /* By octets: comparing URIs is what fuzz_sip and fuzz_judge are for, and would be most of the work here. */
            struct xk_bytes uri = question->identities[i].uri;
            if ((w->warrants >> t & 1u) != 0 && count < capacity && uri.size == strlen(targets[t]) &&
                memcmp(uri.data, targets[t], uri.size) == 0) {
                matches[count++] = (struct xk_collector_match){t + 1, i, 0};
            }
        }
    }
    return count;
}

static enum xk_collector_reply on_exchange(const struct xk_collected *e, void *user)
{
    struct world *w = user;
    REQUIRE(e->init.size > 0 && e->call_id.size > 0);
    REQUIRE((e->kind == XK_COLLECTED_UPDATE) == (e->update_init.size > 0));
    REQUIRE(xk_collector_tick(w->collector, w->now, 0, NULL) == XK_E_BUSY);
    REQUIRE((w->warrants >> (e->warrant - 1) & 1u) != 0);
    if (w->later) {
        w->laters++;
        return XK_COLLECTOR_LATER;
    }
    for (size_t i = 0; i < w->seen_count; i++) {
        REQUIRE(w->seen[i].warrant != e->warrant || memcmp(w->seen[i].id, e->id, 16) != 0);
    }
    if (w->seen_count < SEEN_MAX) {
        memcpy(w->seen[w->seen_count].id, e->id, 16);
        w->seen[w->seen_count++].warrant = e->warrant;
    }
    w->exchanges++;
    return XK_COLLECTOR_TAKEN;
}

static enum xk_collector_reply on_incomplete(const struct xk_incomplete *i, void *user)
{
    struct world *w = user;
    REQUIRE(xk_incomplete_reason_name(i->reason)[0] != 0);
    REQUIRE((w->warrants >> (i->warrant - 1) & 1u) != 0);
    if (w->later) {
        w->laters++;
        return XK_COLLECTOR_LATER;
    }
    w->incomplete++;
    return XK_COLLECTOR_TAKEN;
}

static void observe(const struct xk_collector_observation *seen, void *user)
{
    (void)user;
    REQUIRE(xk_collector_event_name(seen->event)[0] != 0);
}

static void begin(struct world *w, const struct xk_allocator *allocator)
{
    const struct xk_collector_callbacks callbacks = {sizeof callbacks, draw, watch, on_exchange, on_incomplete,
                                                     observe};
    xk_collector_config_init(&w->config);
    w->config.max_calls = CALLS;
    w->config.facts_per_call = 16;
    w->config.octets_per_call = 512;
    w->config.calls_per_caller = 4;
    w->config.max_init = 1024;
    w->config.max_resp = 512;
    w->config.retry = 20000; /* one who is never ready is asked some times in a script, not some thousand */
    REQUIRE(xk_collector_create(&w->config, &callbacks, allocator, w, &w->collector, NULL) == XK_OK);
    xk_collector_read_usage(w->collector, &w->empty);
    REQUIRE(w->out == w->empty.memory && w->out == xk_collector_memory(&w->config));
}

static void hold(struct world *w)
{
    struct xk_collector_counters c;
    struct xk_collector_usage u;
    xk_collector_read_counters(w->collector, &c);
    xk_collector_read_usage(w->collector, &u);
    REQUIRE(w->out == w->empty.memory && u.memory == w->empty.memory);
    REQUIRE(u.calls <= CALLS && u.answered <= u.calls && c.calls >= u.calls);
    REQUIRE(c.messages == w->given && c.exchanges == w->exchanges && c.incomplete == w->incomplete);
    REQUIRE(c.later == w->laters && c.contradicting + c.updates <= 2 * c.exchanges);
    REQUIRE(c.refused + c.unprotected <= c.messages && c.evicted_watched <= c.evicted && c.evicted <= c.calls);
    /* What is forgotten may come again. */
    uint64_t lost = c.evicted + c.too_many + c.full + w->ended;
    if (lost != w->lost || w->now - w->since > 30000) {
        w->lost = lost;
        w->since = w->now;
        w->seen_count = 0;
    }
}

static void pass(struct world *w, uint64_t until)
{
    for (unsigned int i = 0; i < 100000; i++) {
        uint64_t next = xk_collector_next_deadline(w->collector);
        if (next == UINT64_MAX || next > until) {
            break;
        }
        REQUIRE(i < 99999);
        w->now = next > w->now ? next : w->now;
        if (w->now - w->since > 30000) {
            w->since = w->now;
            w->seen_count = 0;
        }
        REQUIRE(xk_collector_tick(w->collector, w->now, 1, NULL) == XK_OK);
    }
}

static void give(struct world *w, struct xk_bytes octets, uint8_t flags)
{
    static const uint8_t zeros[8] = {0};
    struct xk_collector_message m = {.size = sizeof m, .octets = octets, .trusted = (flags & 1) != 0,
                                     .reference = w->given + 1};
    if ((flags & 2) != 0) {
        m.correlation = xk_text("leg");
    } else if ((flags & 4) != 0) {
        m.correlation = (struct xk_bytes){zeros, sizeof zeros};
    }
    w->given++;
    enum xk_status status = xk_collector_take(w->collector, w->now, &m, NULL);
    REQUIRE(status == XK_OK || status == XK_E_SIP || status == XK_E_FULL);
}

static void say(struct world *w, const uint8_t *s)
{
    static const char *const whats[] = {"INVITE", "100 INVITE", "183 INVITE", "200 INVITE", "ACK", "487 INVITE",
                                        "PRACK", "200 PRACK", "UPDATE", "200 UPDATE", "491 UPDATE", "BYE", "200 BYE",
                                        "407 BYE", "CANCEL", "OPTIONS"};
    static const char *const tags[] = {"a", "b", "c", "a2", "d", "e", "f", NULL};
    static const char *const calls[] = {"c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"};
    static const char *const extras[] = {NULL, "Replaces: c1;to-tag=b;from-tag=a", "Session-Expires: 90",
                                         "History-Info: <sip:zoe@example.com>;index=1"};
    struct script_line line = {.what = whats[s[0] & 15], .cseq = 1 + (s[1] & 3u), .from = tags[(s[1] >> 2) % 6],
                               .to = tags[s[1] >> 5], .mikey = (enum script_mikey)(s[2] % SCRIPT_MIKEYS),
                               .call = calls[s[3] & 7], .extra = extras[s[3] >> 3 & 3]};
    line.flags = (s[2] & 0x80) != 0 ? SCRIPT_PLAIN : 0;
    line.flags |= (s[4] & 1) != 0 ? SCRIPT_RELIABLE : 0;
    line.flags |= (s[4] & 2) != 0 ? SCRIPT_SESSION : 0;
    line.rseq = s[4] >> 2 & 3;
    line.answers = s[4] >> 4 & 3;
    line.asserted = (s[4] & 0x40) != 0 ? "sip:zoe@example.com" : NULL;
    line.uri = (s[4] & 0x80) != 0 ? "sip:zoe@example.com" : NULL;
    give(w, script_sip(&line), s[5]);
}

static void change_warrant(struct world *w, uint8_t which)
{
    uint64_t warrant = 1 + which % 3;
    w->warrants ^= UINT32_C(1) << (warrant - 1);
    if ((w->warrants >> (warrant - 1) & 1u) != 0) {
        REQUIRE(xk_collector_warrant_started(w->collector, w->now, warrant) == XK_OK);
    } else {
        w->ended++;
        hold(w);
        REQUIRE(xk_collector_warrant_ended(w->collector, w->now, warrant) == XK_OK);
    }
}

static void step(struct world *w, const uint8_t *s)
{
    if ((s[0] & 0x10) != 0) {
        pass(w, w->now + ((s[0] & 0x20) != 0 ? 20000u : 300u) * (1u + (s[6] & 7u)));
    }
    if ((s[0] & 0xc0) == 0xc0) {
        change_warrant(w, s[6]);
    }
    w->later = (s[5] & 0x10) != 0;
    w->perhaps = (s[5] & 0x20) != 0;
    say(w, s);
    hold(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world w;
    memset(&w, 0, sizeof w);
    w.warrants = 3;
    const struct xk_allocator allocator = {sizeof allocator, take_memory, give_memory, &w};
    begin(&w, &allocator);
    if (size > 1 && data[0] == 0) {
        for (uint8_t flags = 0; flags < 2; flags++) {
            give(&w, (struct xk_bytes){data + 1, size - 1}, flags);
            hold(&w);
        }
    }
    for (size_t at = 0; size > 0 && data[0] != 0 && at + STEP <= size && at < STEPS_MAX * (size_t)STEP; at += STEP) {
        step(&w, data + at);
    }
    w.later = false;
    w.perhaps = false;
    pass(&w, UINT64_MAX);
    hold(&w);
    struct xk_collector_usage u;
    xk_collector_read_usage(w.collector, &u);
    REQUIRE(u.calls == 0 && u.answered == 0);
    REQUIRE(u.facts_free == w.empty.facts_free && u.cells_free == w.empty.cells_free);
    REQUIRE(xk_collector_destroy(w.collector) == XK_OK && w.out == 0);
    return 0;
}
