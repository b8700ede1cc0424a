/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/collector/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static char text[1 << 18];
static size_t at;
static char before[1 << 16]; /* what was kept before a step */
static struct xk_collector_counters counted;

__attribute__((format(printf, 1, 2))) static void put(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text + at, sizeof text - at, format, arguments);
    va_end(arguments);
    assert_true(size >= 0 && (size_t)size < sizeof text - at);
    at += (size_t)size;
}

static const char *mikey_name(uint64_t hash)
{
    static const char *const names[SCRIPT_MIKEYS] = {
        "-", "INIT1", "INIT1_FALSE", "RESP1", "RESP1_OTHER", "UPDATE", "UPDATE_RESP", "UPDATE_BACK", "UPDATE_BACK_RESP",
        "UPDATE_ALONE", "UPDATE_TICKET", "INIT2", "RESP2", "INIT_ALONE", "MIKEY_ERROR", "MIKEY_BROKEN", "INIT_NAMED",
        "RESP_NAMED", "INIT_NAMELESS", "RESP_NAMELESS", "RESP1_ZOE", "RESP2_CAROL"};
    for (unsigned int i = 1; i < SCRIPT_MIKEYS; i++) {
        if (tap_hash(script_mikey((enum script_mikey)i)) == hash) {
            return names[i];
        }
    }
    return hash == 0 ? "-" : "?";
}

static void put_line(const struct story_step *step)
{
    const struct script_line *line = &step->line;
    put("> %s %u %s %s", line->what, line->cseq, line->from, line->to == NULL ? "-" : line->to);
    put("%s%s", line->mikey == NO_MIKEY ? "" : " ",
        line->mikey == NO_MIKEY       ? ""
        : line->mikey == MIKEY_ERROR  ? "MIKEY_ERROR"
        : line->mikey == MIKEY_BROKEN ? "MIKEY_BROKEN"
                                      : mikey_name(tap_hash(script_mikey(line->mikey))));
    put("%s%s%s%s", (line->flags & SCRIPT_PLAIN) != 0 ? " plain" : "", line->asserted == NULL ? "" : " asserts ",
        line->asserted == NULL ? "" : line->asserted, (line->flags & SCRIPT_UNTRUSTED) != 0 ? " untrusted" : "");
    put("%s%s%s%s\n", line->extra == NULL ? "" : " with ", line->extra == NULL ? "" : line->extra,
        line->sdp != NULL || line->early != NULL ? " with a description" : "", step->xid != NULL ? " with an XID" : "");
}

/* Adds the lines of `from`, each with the number of its call if there are several. */
static size_t add_lines(char *to, size_t size, size_t capacity, const char *from, uint32_t number)
{
    while (*from != 0) {
        int length = (int)(strchr(from, '\n') - from) + 1;
        int added = number == 0 ? snprintf(to + size, capacity - size, "%.*s", length, from)
                                : snprintf(to + size, capacity - size, "[%u] %.*s", number, length, from);
        assert_true(added > 0 && (size_t)added < capacity - size);
        size += (size_t)added;
        from += length;
    }
    return size;
}

/* What a list of lines has that the one before did not have. */
static void put_new(const char *lines, const char *old, const char *mark)
{
    while (*lines != 0) {
        size_t size = (size_t)(strchr(lines, '\n') - lines) + 1;
        bool known = false;
        for (const char *other = old; *other != 0 && !known; other = strchr(other, '\n') + 1) {
            known = strncmp(other, lines, size) == 0;
        }
        if (!known) {
            put("%s%.*s", mark, (int)size, lines);
        }
        lines += size;
    }
}

static void put_told(const struct tap_told *t)
{
    static const char *const roles[] = {"none", "initiator", "responder"};
    if (t->incomplete) {
        put("! %s warrant %u cin %08x status %u ref %u", xk_incomplete_reason_name(t->reason), (unsigned int)t->warrant,
            t->cin, (unsigned int)t->status, (unsigned int)t->references[0]);
    } else {
        put("! %s %s %s %s %s warrant %u cin %08x as %s refs %u %u %u %u", t->kind == XK_COLLECTED_BASE ? "base"
          : "update",
            mikey_name(t->init_hash), mikey_name(t->resp_hash), mikey_name(t->update_hash),
            mikey_name(t->update_resp_hash), (unsigned int)t->warrant, t->cin, roles[t->role],
            (unsigned int)t->references[0], (unsigned int)t->references[1], (unsigned int)t->references[2],
            (unsigned int)t->references[3]);
        put("%s%s%s%s", t->answered ? "" : " unanswered", t->contradicting ? " contradicting" : "",
            t->mismatch ? " mismatch" : "", t->mid_call ? " mid-call" : "");
        put(" candidate %u hints '%s' '%s' id ", t->candidate, t->initiator_hint, t->responder_hint);
        for (unsigned int i = 0; i < 16; i++) {
            put("%02x", t->id[i]);
        }
    }
    put(" target '%s' in %s%s of %s\n", t->target, xk_identity_place_name(t->place), t->certain ? "" : " uncertain",
        t->call_id);
}

static void put_changes(const struct tap *tap, const struct story *story)
{
    static char now[sizeof before];
    size_t size = 0;
    now[0] = 0;
    for (uint32_t i = 0; i < tap->config.max_calls; i++) {
        const struct xki_co_call *call = xki_co_call(tap->collector, i);
        if (call->used) {
            const char *facts = facts_text(tap->collector, call, story->kinds == 0 ? FACTS_ALL : story->kinds);
            size = add_lines(now, size, sizeof now, facts, i);
        }
    }
    put_new(now, before, "  ");
    if (now[0] != 0) { /* where nothing is kept, that is all */
        put_new(before, now, "- ");
    }
    memcpy(before, now, size + 1);
    for (size_t i = 0; i < tap->told_count; i++) {
        put_told(&tap->told[i]);
    }
    struct xk_collector_counters counters;
    xk_collector_read_counters(tap->collector, &counters);
    size_t position = 0;
    size_t old = 0;
    const char *name;
    uint64_t value;
    uint64_t was;
    while (xk_collector_next_counter(&counters, &position, &name, &value) &&
           xk_collector_next_counter(&counted, &old, &name, &was)) {
        if (value != was) {
            put("+ %s %u\n", name, (unsigned int)(value - was));
        }
    }
    counted = counters;
    struct xk_collector_usage usage;
    xk_collector_read_usage(tap->collector, &usage);
    put("= %u calls, %u answered, %u facts and %u cells free\n", usage.calls, usage.answered, usage.facts_free,
        usage.cells_free);
}

static void take(struct tap *tap, const struct story_step *step, struct xk_bytes octets, uint64_t reference)
{
    struct xk_collector_message m = {.size = sizeof m, .octets = octets, .reference = reference, .xid = step->xid,
                                     .direction = step->direction, .source = 7,
                                     .trusted = (step->line.flags & SCRIPT_UNTRUSTED) == 0};
    struct xk_diag diag;
    if (step->correlation != NULL) {
        m.correlation = xk_text(step->correlation);
    }
    tap->now += 10;
    enum xk_status status = xk_collector_take(tap->collector, tap->now, &m, &diag);
    if (status != XK_OK) {
        put("refused %s at %zu %s\n", xk_status_name(status), diag.offset, diag.field);
    }
}

static void act(struct tap *tap, const struct story_step *step, uint64_t reference)
{
    switch (step->act) {
    case SAY:
        put_line(step);
        take(tap, step, script_sip(&step->line), reference);
        break;
    case GIVE:
        put("> what no call says\n");
        take(tap, step, xk_text(step->text), reference);
        break;
    case PASS:
        put("> %u milliseconds pass\n", step->number);
        tap_run(tap, tap->now + step->number);
        break;
    case WATCH:
        put("> warrant %u begins, for %s\n", step->number, step->text);
        tap->watched[tap->watched_count++] = step->text;
        assert_int_equal(xk_collector_warrant_started(tap->collector, tap->now, step->number), XK_OK);
        break;
    case FORGET:
        put("> warrant %u ends\n", step->number);
        tap->watched_count--;
        assert_int_equal(xk_collector_warrant_ended(tap->collector, tap->now, step->number), XK_OK);
        break;
    case BUSY:
        put("> the host has %s room for warrant %u\n", step->number == 0 ? "all" : "no", step->number);
        tap->busy_for = step->number;
        break;
    }
}

const char *story_tell(const struct story *story)
{
    static struct tap tap;
    tap_start(&tap, story->watched);
    tap.config.cin_key[0] = 3;
    tap.config.cin_seconds = 5000;
    tap.config.early = story->early;
    tap.perhaps = story->perhaps;
    tap.xid = story->xid;
    tap_create(&tap);
    at = 0;
    before[0] = 0;
    memset(&counted, 0, sizeof counted);
    for (size_t i = 0; i < story->count; i++) {
        tap.told_count = 0;
        act(&tap, &story->steps[i], i + 1);
        put_changes(&tap, story);
    }
    tap_stop(&tap);
    return text;
}

void story_hold(const struct story *story)
{
    static char expected[sizeof text];
    char path[512];
    (void)snprintf(path, sizeof path, "%s/collector/%s.txt", XK_TEST_VECTORS, story->name);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    size_t size = fread(expected, 1, sizeof expected - 1, in);
    assert_int_equal(fclose(in), 0);
    expected[size] = 0;
    const char *told = story_tell(story);
    size_t same = 0;
    while (told[same] != 0 && told[same] == expected[same]) {
        same++;
    }
    if (told[same] != expected[same]) {
        while (same > 0 && told[same - 1] != '\n') {
            same--;
        }
        fail_msg("%s: was told\n%.1000s\nwhere there should be\n%.1000s", story->name, told + same, expected + same);
    }
}
