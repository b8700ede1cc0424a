/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saved state, record by record. What may be shown is opened view by view; the rest of a record stays closed, the hash
 * that tells one answer from another among it.
 */
#include "inspect/saved.h"

#include <stdio.h>
#include <string.h>

#include <xk/counters_read.h>
#include <xk/journal_read.h>
#include <xk/tri.h>

#include "inspect/hi2.h"
#include "inspect/parameter.h"
#include "inspect/xk.h"

#define MAGIC 3
#define TRI_CLASS 32u
#define CHECK_CLASS 64u

static struct xk_bytes start_of(struct xk_bytes octets)
{
    return (struct xk_bytes){octets.data, 0};
}

static void show_id(struct sheet *s, struct xk_bytes record, const uint8_t *octets, size_t size, const char *name)
{
    sheet_octets(s, start_of(record), (struct xk_bytes){octets, size}, NULL, name);
}

/* Text that names a target or a warrant. */
static void show_identity(struct sheet *s, struct xk_bytes value, const char *name)
{
    if (value.data == NULL) {
        return;
    }
    if (s->show_identities) {
        sheet_text(s, value, value, NULL, name);
    } else {
        sheet_closed(s, value, NULL, "%s: %zu octets, masked", name, value.size);
    }
}

static void show_country(struct sheet *s, struct xk_bytes record, const char country[2], const char *name)
{
    char text[SHEET_TEXT_MAX];
    if (country[0] != '\0') {
        sheet_line(s, start_of(record), NULL, "%s: %s", name,
                   sheet_quote((struct xk_bytes){(const uint8_t *)country, 2}, text));
    }
}

static void show_warrant(struct sheet *s, struct xk_bytes record, const struct xk_warrant *w)
{
    sheet_line(s, start_of(record), NULL, "warrant: keys go to %s %lu",
               w->destination == XK_DESTINATION_LEMF ? "LEMF" : "DF3", (unsigned long)w->destination_id);
    s->depth++;
    show_identity(s, w->liid, "LIID");
    show_identity(s, w->correlation_number, "correlation number");
    show_identity(s, w->authorisation, "authorisation");
    show_country(s, record, w->country, "authorisation country");
    show_country(s, record, w->delivery_country, "delivery country");
    sheet_text(s, w->operator_identifier, w->operator_identifier, NULL, "operator identifier");
    show_element(s, &w->network_element, start_of(record));
    if (w->has_cin && s->show_identities) {
        sheet_line(s, start_of(record), NULL, "CIN: %lu", (unsigned long)w->cin);
    }
    sheet_line(s, start_of(record), NULL, "identities: %zu%s", w->party_count, s->show_identities ? "" : ", masked");
    s->depth++;
    for (size_t i = 0; i < w->party_count && s->show_identities; i++) {
        show_party(s, start_of(record), &w->parties[i]);
    }
    s->depth -= 2;
}

static void show_sessions(struct sheet *s, const struct xk_journal_entry *e)
{
    char text[4 * 256 + 1] = "";
    size_t at = 0;
    for (size_t i = 0; i < e->sessions.size && i < 256; i++) {
        at += (size_t)snprintf(text + at, sizeof text - at, " %u", e->sessions.data[i]);
    }
    sheet_line(s, e->sessions, NULL, "Crypto Sessions:%s", text);
}

/* The message names the target, as do the tickets in it. What is wrong in it is told, and does not count here. */
static void show_question(struct sheet *s, const struct xk_journal_entry *e)
{
    if (!s->show_identities) {
        sheet_closed(s, e->get_keys, NULL, "get_keys: %zu octets, masked", e->get_keys.size);
        return;
    }
    struct sheet inner = sheet_inner(s, e->get_keys);
    (void)inspect_xk(&inner);
}

static void show_submitted(struct sheet *s, const struct xk_journal_entry *e)
{
    sheet_line(s, start_of(e->octets), NULL, "time left: %llu ms", (unsigned long long)e->left_ms);
    show_sessions(s, e);
    for (size_t i = 0; i < e->kms_count; i++) {
        char text[SHEET_TEXT_MAX];
        bool referred = e->referred && i + 1 == e->kms_count;
        sheet_line(s, e->kms[i], NULL, "KMS: %s%s%s", sheet_quote(e->kms[i], text),
                   (e->asked >> i & 1) != 0 ? ", asked" : "", referred ? ", named by another one" : "");
    }
    show_warrant(s, e->octets, &e->warrant);
    show_question(s, e);
}

static void show_decided(struct sheet *s, const struct xk_journal_entry *e)
{
    struct xk_bytes none = start_of(e->octets);
    sheet_line(s, none, NULL, "outcome: %s", xk_outcome_kind_name(e->outcome_kind));
    if (e->outcome_kind == XK_OUTCOME_FAILURE) {
        sheet_line(s, none, NULL, "cause: %s", xk_cause_name(e->cause));
    }
    if (e->cause == XK_CAUSE_KMS_REFUSED) {
        sheet_line(s, none, NULL, "failure: %s, %s", xk_failure_name(e->failure), xk_failure_text(e->failure));
    }
    sheet_line(s, none, NULL, "age: %llu ms", (unsigned long long)e->age_ms);
    if (e->answerer.data != NULL) {
        sheet_text(s, e->answerer, e->answerer, NULL, "answered by");
    }
    if (e->referral.data != NULL) {
        sheet_text(s, e->referral, e->referral, NULL, "referral followed");
    }
}

static void show_entry(struct sheet *s, const struct xk_journal_entry *e)
{
    const struct xk_bytes magic = {e->octets.data, MAGIC + 1};
    sheet_line(s, magic, "xk/journal_read.h", "%s: epoch %llu, time %llu ms", xk_journal_entry_kind_name(e->kind),
               (unsigned long long)e->epoch, (unsigned long long)e->time_ms);
    s->depth++;
    if (e->kind == XK_JOURNAL_ENTRY_BEGIN || e->kind == XK_JOURNAL_ENTRY_END) {
        sheet_line(s, start_of(e->octets), NULL, "requests: %lu", (unsigned long)e->submitted);
    }
    if (e->kind == XK_JOURNAL_ENTRY_END) {
        sheet_line(s, start_of(e->octets), NULL, "decisions: %lu", (unsigned long)e->decided);
    }
    if (e->kind <= XK_JOURNAL_ENTRY_ENDED) {
        show_id(s, e->octets, e->transaction.octets, sizeof e->transaction.octets, "transaction id");
        show_id(s, e->octets, e->outcome.octets, sizeof e->outcome.octets, "outcome id");
    }
    if (e->kind == XK_JOURNAL_ENTRY_SUBMITTED) {
        show_submitted(s, e);
    } else if (e->kind == XK_JOURNAL_ENTRY_DECIDED) {
        show_decided(s, e);
    }
    s->depth--;
}

/* Behind a damaged record the next one is looked for by its first octets. */
static size_t step_over(struct sheet *s, size_t at, const char magic[MAGIC])
{
    size_t next = at + 1;
    while (next + MAGIC <= s->octets.size && memcmp(s->octets.data + next, magic, MAGIC) != 0) {
        next++;
    }
    if (next + MAGIC > s->octets.size) {
        return s->octets.size;
    }
    sheet_closed(s, sheet_part(s, at, next - at), NULL, "%zu octets stepped over, to where a record begins again",
                 next - at);
    return next;
}

enum verdict inspect_journal(struct sheet *sheet)
{
    enum verdict verdict = VALID;
    static struct xk_journal_entry entry;
    size_t at = 0;
    do {
        struct xk_diag diag = {XK_OK, 0, ""};
        entry.size = sizeof entry;
        enum xk_status status = xk_journal_read(sheet->octets.data, sheet->octets.size, &at, &entry, &diag);
        if (status != XK_OK) {
            verdict = sheet_invalid(sheet, 0, status, &diag);
            at = step_over(sheet, at, "XKJ");
        } else {
            show_entry(sheet, &entry);
        }
    } while (at < sheet->octets.size);
    return verdict;
}

static void show_class(struct sheet *s, struct xk_bytes record, uint32_t class)
{
    if (class < TRI_CLASS) {
        sheet_line(s, start_of(record), NULL, "counts: IRI");
    } else if (class < CHECK_CLASS) {
        sheet_line(s, start_of(record), NULL, "counts: TRI %s",
                   xk_tri_type_name((enum xk_tri_type)(class - TRI_CLASS)));
    } else {
        sheet_line(s, start_of(record), NULL, "counts: integrity checks, checkType %u, dataType %u",
                   (unsigned int)(class >> 2 & 15), (unsigned int)(class & 3));
    }
}

static void show_context(struct sheet *s, const struct xk_counters_entry *e)
{
    show_identity(s, e->liid, "LIID");
    show_country(s, e->octets, e->country, "authorisation country");
    if (e->communication.data != NULL) {
        show_class(s, e->octets, e->payload_class);
        if (s->show_identities) {
            sheet_octets(s, e->communication, e->communication, NULL, "communicationIdentifier");
        } else {
            sheet_closed(s, e->communication, NULL, "communicationIdentifier: %zu octets, masked",
                         e->communication.size);
        }
    }
}

static void show_numbered(struct sheet *s, const struct xk_counters_entry *e)
{
    char text[SHEET_TEXT_MAX];
    if (e->kind == XK_COUNTERS_ENTRY_RECORD || e->kind == XK_COUNTERS_ENTRY_RESERVED) {
        sheet_line(s, start_of(e->octets), NULL, "number: %lu", (unsigned long)e->number);
        sheet_line(s, start_of(e->octets), NULL, "time: %s UTC", sheet_time(e->time, text));
    }
    if (e->kind == XK_COUNTERS_ENTRY_RECORD) {
        sheet_line(s, start_of(e->octets), NULL, "state: %s", xk_record_state_name(e->state));
    }
    show_id(s, e->octets, e->cookie.octets, sizeof e->cookie.octets, "cookie");
}

static void show_saved(struct sheet *s, const struct xk_counters_entry *e)
{
    struct xk_bytes none = start_of(e->octets);
    const struct xk_bytes magic = {e->octets.data, MAGIC + 1};
    sheet_line(s, magic, "xk/counters_read.h", "%s", xk_counters_entry_kind_name(e->kind));
    s->depth++;
    switch (e->kind) {
    case XK_COUNTERS_ENTRY_BEGIN:
        sheet_line(s, none, NULL, "earlier numbers: %s", e->state_lost ? "not known" : "known, or there are none");
        break;
    case XK_COUNTERS_ENTRY_CONTEXT:
        sheet_line(s, none, NULL, "next number: %lu%s%s", (unsigned long)e->number, e->ended ? ", ended" : "",
                   e->mixed ? ", of warrants of two countries" : "");
        show_context(s, e);
        break;
    case XK_COUNTERS_ENTRY_RECORD:
    case XK_COUNTERS_ENTRY_RESERVED:
        show_numbered(s, e);
        show_context(s, e);
        break;
    case XK_COUNTERS_ENTRY_LEMF:
        sheet_line(s, none, NULL, "LEMF: %lu%s", (unsigned long)e->lemf, e->reset_owed ? ", is owed a cINReset" : "");
        break;
    case XK_COUNTERS_ENTRY_END:
        sheet_line(s, none, NULL, "contexts: %lu, records: %lu, LEMFs: %lu", (unsigned long)e->contexts,
                   (unsigned long)e->records, (unsigned long)e->lemfs);
        break;
    case XK_COUNTERS_ENTRY_DELIVERED:
    case XK_COUNTERS_ENTRY_GONE:
        show_numbered(s, e);
        break;
    case XK_COUNTERS_ENTRY_CONTEXT_ENDED:
    case XK_COUNTERS_ENTRY_PURGED:
        show_context(s, e);
        break;
    }
    s->depth--;
}

enum verdict inspect_counters(struct sheet *sheet)
{
    enum verdict verdict = VALID;
    size_t at = 0;
    do {
        struct xk_counters_entry entry;
        struct xk_diag diag = {XK_OK, 0, ""};
        entry.size = sizeof entry;
        enum xk_status status = xk_counters_read(sheet->octets.data, sheet->octets.size, &at, &entry, &diag);
        if (status != XK_OK) {
            verdict = sheet_invalid(sheet, 0, status, &diag);
            at = step_over(sheet, at, "XKC");
        } else {
            show_saved(sheet, &entry);
        }
    } while (at < sheet->octets.size);
    return verdict;
}
