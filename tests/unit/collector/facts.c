/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/collector/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static char text[65536];
static size_t at;

__attribute__((format(printf, 1, 2))) static void put(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text + at, sizeof text - at, format, arguments);
    va_end(arguments);
    assert_true(size >= 0 && (size_t)size < sizeof text - at);
    at += (size_t)size;
}

static void put_end(const char *before, unsigned int end)
{
    if (end == XKI_CO_NO_END) {
        put("%s-", before);
    } else {
        put("%s%u", before, end);
    }
}

/* The names of the bits that are set. */
static void put_flags(unsigned int flags, const char *const names[8])
{
    for (unsigned int i = 0; i < 8; i++) {
        if ((flags >> i & 1u) != 0) {
            put(" %s", names[i]);
        }
    }
}

static const char *method_name(unsigned int method)
{
    static const char *const names[] = {"?", "INVITE", "ACK", "PRACK", "UPDATE", "BYE", "OTHER"};
    assert_true(method < sizeof names / sizeof names[0]);
    return names[method];
}

static void put_identity(const struct xk_collector *c, const struct xki_co_identity *is)
{
    uint8_t uri[XK_COLLECTOR_IDENTITY_OCTETS];
    xki_co_copy(c, &is->uri, uri);
    put("identity %s", xk_identity_place_name((enum xk_identity_place)is->place));
    put_end(" of ", is->end);
    put_end(" by ", is->by);
    put("%s%s%s %u:", is->of != 0 ? " mikey" : "", is->certain ? "" : " uncertain", is->matched ? " matched" : "",
        is->uri.size);
    for (uint32_t i = 0; i < is->uri.size && i < 24; i++) {
        put(uri[i] >= ' ' && uri[i] < 0x7f ? "%c" : "\\%u", uri[i]);
    }
    put("\n");
}

static void put_item(const struct xki_co_item *is)
{
    static const char *const flags[8] = {"reliable", "resp", "ticket", "F", "V", "early", "opening", "?"};
    static const char *const positions[] = {"?", "request", "provisional", "success"};
    put("item %s %u in %s", method_name(is->method), is->cseq, positions[is->position]);
    put_end(" of ", is->owner_end);
    put_end(" ", is->sender);
    put_end(">", is->peer);
    put(" rseq %u answers %u at %u csb %u medium %u covers %04x acap %u ref %u %s%u:", is->rseq, is->answers, is->at,
        is->csb, is->medium, is->covers, is->capability, (unsigned int)is->reference, is->owns_octets ? "owns " : "",
        is->octets.size);
    put_flags(is->flags, flags);
    put("\n");
}

static void put_fate(const struct xki_co_fate *is)
{
    static const char *const flags[8] = {"ok", "failed", "plain", "opening", "broken", "chose", "?", "?"};
    put("fate %s %u", method_name(is->method), is->cseq);
    put_end(" ", is->owner);
    put_end(">", is->peer);
    put(" since %u plain %04x rejected %04x chosen %x status %u:", (unsigned int)is->since, is->plain, is->rejected,
        is->chosen, is->status);
    put_flags(is->flags, flags);
    put("\n");
}

static void put_dialog(const struct xki_co_dialog *is)
{
    static const char *const flags[8] = {"answered", "rejected", "acked", "bye-a", "bye-b", "refused", "done", "?"};
    put("dialog %u-%u changed %u:", is->a, is->b, (unsigned int)is->changed);
    put_flags(is->flags, flags);
    put("\n");
}

static void put_pair(const struct xki_co_pair *is)
{
    static const char *const flags[8] = {"emitted", "main", "update", "indexed", "owed", "established", "?", "?"};
    put("pair %u-%u %s %u of %u by %u%s since %u due %u served %x:", is->a, is->b, method_name(is->method), is->cseq,
        is->owner, is->sender, is->resp == 0 ? " alone" : "", (unsigned int)is->since, (unsigned int)is->due,
        is->served);
    put_flags(is->flags, flags);
    put("\n");
}

static void put_gap(const struct xki_co_gap *is)
{
    put("gap %s", xk_incomplete_reason_name((enum xk_incomplete_reason)is->reason));
    put_end(" ", is->a);
    put_end("-", is->b);
    put(" status %u ref %u due %u served %x%s\n", is->status, (unsigned int)is->reference, (unsigned int)is->due,
        is->served, is->owed ? " owed" : "");
}

static void put_fact(const struct xk_collector *c, enum xki_co_kind kind, const struct xki_co_fact *f)
{
    switch (kind) {
    case XKI_CO_END:
        put("end %u%s\n", f->is.end.number, f->is.end.is_caller ? " caller" : "");
        break;
    case XKI_CO_IDENTITY:
        put_identity(c, &f->is.identity);
        break;
    case XKI_CO_ITEM:
        put_item(&f->is.item);
        break;
    case XKI_CO_FATE:
        put_fate(&f->is.fate);
        break;
    case XKI_CO_DIALOG:
        put_dialog(&f->is.dialog);
        break;
    case XKI_CO_PAIR:
        put_pair(&f->is.pair);
        break;
    case XKI_CO_WARRANT:
        put("warrant %u number %u since %u%s\n", (unsigned int)f->is.warrant.warrant, f->is.warrant.number,
            (unsigned int)f->is.warrant.since, f->is.warrant.mid_call ? " mid-call" : "");
        break;
    case XKI_CO_GAP:
        put_gap(&f->is.gap);
        break;
    case XKI_CO_KINDS:
        break;
    }
}

struct xki_co_call *facts_call(const struct xk_collector *c, const char *call_id)
{
    for (uint32_t i = 0; i < c->config.max_calls; i++) {
        uint8_t own[2048];
        struct xki_co_call *call = xki_co_call(c, i);
        if (call->used && call->call_id.size == strlen(call_id)) {
            xki_co_copy(c, &call->call_id, own);
            if (memcmp(own, call_id, call->call_id.size) == 0) {
                return call;
            }
        }
    }
    return NULL;
}

const char *facts_text(const struct xk_collector *c, const struct xki_co_call *call, unsigned int kinds)
{
    static const char *const classes[] = {"doubtful", "failed", "unanswered", "emitted", "answered"};
    at = 0;
    text[0] = 0;
    for (unsigned int kind = 0; kind < XKI_CO_KINDS; kind++) {
        unsigned int count = 0;
        for (const struct xki_co_fact *f = xki_co_first(c, call, (enum xki_co_kind)kind); f != NULL;
             f = xki_co_next(c, f)) {
            count++;
            if ((kinds >> kind & 1u) != 0) {
                put_fact(c, (enum xki_co_kind)kind, f);
            }
        }
        assert_int_equal(count, call->counts[kind]);
    }
    if ((kinds >> XKI_CO_KINDS & 1u) != 0) {
        put("%s until %u seen %u", classes[call->class_of], (unsigned int)call->timer.deadline,
            (unsigned int)call->seen);
        put("%s%s\n", call->doubted != 0 ? " doubted" : "", call->answered ? " answered" : "");
    }
    return text;
}

