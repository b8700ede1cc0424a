/* SPDX-License-Identifier: BSD-2-Clause */
#include "lemf/print.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>

#include <xk/sip.h>

#include "lemf/record.h"
#include "support/support.h"

#define TEXT_MAX 4096 /* of a row: 64 keys and salts shown, or more keys masked */
#define LIID_TEXT (4 * XK_LIID_MAX + 1)

/* One row. */
struct row {
    char liid[LIID_TEXT];
    bool has_cin;
    uint32_t cin;
    bool numbered;
    uint32_t number;
    uint32_t file;  /* of the store */
    uint32_t group; /* file of the first row with this LIID and CIN */
    char *text;
};

struct table {
    struct row *rows;
    size_t count;
    size_t room;
};

struct text {
    char octets[TEXT_MAX];
    size_t size;
};

static void add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int put = vsnprintf(text->octets + text->size, sizeof text->octets - text->size, format, args);
    va_end(args);
    if (put > 0) {
        size_t left = sizeof text->octets - text->size - 1;
        text->size += (size_t)put < left ? (size_t)put : left;
    }
}

static void add_octets(struct text *text, struct xk_bytes octets, bool show)
{
    for (size_t i = 0; i < octets.size; i++) {
        if (show) {
            add(text, "%02x", octets.data[i]);
        } else {
            add(text, "*");
        }
    }
}

static void add_harmless(struct text *text, struct xk_bytes octets)
{
    char out[256];
    text_harmless(out, sizeof out, octets.data, octets.size);
    add(text, "%s", out);
}

static void add_time(struct text *text, const struct xk_ps_header *header)
{
    struct tm parts;
    time_t seconds = (time_t)header->time.seconds;
    if (header->time_form != XK_PS_TIME_ABSENT && gmtime_r(&seconds, &parts) != NULL) {
        add(text, "%04d-%02d-%02dT%02d:%02d:%02d.%03uZ ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
            parts.tm_hour, parts.tm_min, parts.tm_sec, header->time.microseconds / 1000);
    } else {
        add(text, "%-25s", "-");
    }
}

static void add_keys(struct text *text, const struct xk_hi2_record *record, bool show)
{
    struct xk_iri_key key;
    size_t position = 0;
    add(text, "KEYS keys=%zu failure=%d", record->key_count, record->failure ? 1 : 0);
    while (xk_hi2_next_key(record, &position, &key)) {
        add(text, " cs=");
        add_octets(text, key.cs_id, true);
        add(text, ":");
        add_octets(text, key.key, show);
        add(text, "/");
        add_octets(text, key.salt, show);
    }
}

static void add_sip(struct text *text, struct xk_bytes octets)
{
    struct xk_sip_message sip;
    if (xk_sip_parse(octets.data, octets.size, &sip, NULL) != XK_OK) {
        add(text, "SIP message that cannot be read, %zu octets", octets.size);
    } else if (sip.is_request) {
        add(text, "SIP ");
        add_harmless(text, sip.method);
        add(text, ", %zu octets", octets.size);
    } else {
        add(text, "SIP %u ", sip.status_code);
        add_harmless(text, sip.cseq_method);
        add(text, ", %zu octets", octets.size);
    }
}

static void describe(struct text *text, const struct record *record, bool show)
{
    add_time(text, &record->pdu.header);
    if (record->has_tri) {
        add(text, "-    TRI %s", xk_tri_type_name(record->tri.type));
    } else if (!record->has_hi2) {
        add(text, "-    payload of kind %d", (int)record->pdu.kind);
    } else {
        const struct xk_hi2_record *hi2 = &record->hi2;
        add(text, "%s ", hi2->module == XK_HI2_UMTS ? "umts" : "eps ");
        if (hi2->has_event && hi2->event == 3) {
            add_keys(text, hi2, show);
        } else if (hi2->has_event && hi2->event == 4) {
            add(text, "START of interception, offer %zu and answer %zu octets of SDP", hi2->sdp_offer.size,
                hi2->sdp_answer.size);
        } else {
            add_sip(text, hi2->sip_message);
        }
    }
}

static struct row *add_row(struct table *table, const struct text *text)
{
    if (table->count == table->room) {
        size_t room = table->room > 0 ? 2 * table->room : 256;
        struct row *more = realloc(table->rows, room * sizeof *more);
        if (more == NULL) {
            die("no memory");
        }
        table->rows = more;
        table->room = room;
    }
    struct row *row = &table->rows[table->count++];
    memset(row, 0, sizeof *row);
    row->text = malloc(text->size + 1);
    if (row->text == NULL) {
        die("no memory");
    }
    memcpy(row->text, text->octets, text->size + 1);
    return row;
}

static int by_group(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    int order = strcmp(x->liid, y->liid);
    order = order != 0 ? order : (x->group > y->group) - (x->group < y->group);
    order = order != 0 ? order : (int)y->numbered - (int)x->numbered;
    order = order != 0 ? order : (x->number > y->number) - (x->number < y->number);
    return order != 0 ? order : (x->file > y->file) - (x->file < y->file);
}

static bool is_same_call(const struct row *a, const struct row *b)
{
    return strcmp(a->liid, b->liid) == 0 && a->has_cin == b->has_cin && a->cin == b->cin;
}

static int by_call(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    int order = strcmp(x->liid, y->liid);
    order = order != 0 ? order : (int)x->has_cin - (int)y->has_cin;
    order = order != 0 ? order : (x->cin > y->cin) - (x->cin < y->cin);
    return order != 0 ? order : (x->file > y->file) - (x->file < y->file);
}

/* CINs are no order of calls: the first record of each is. */
static void sort_rows(struct table *table)
{
    if (table->count == 0) {
        return;
    }
    qsort(table->rows, table->count, sizeof *table->rows, by_call);
    for (size_t i = 0; i < table->count; i++) {
        bool first = i == 0 || !is_same_call(&table->rows[i - 1], &table->rows[i]);
        table->rows[i].group = first ? table->rows[i].file : table->rows[i - 1].group;
    }
    qsort(table->rows, table->count, sizeof *table->rows, by_group);
}

static void print_line(const struct row *row, const char *number, const char *text)
{
    char cin[16] = "-";
    if (row->has_cin) {
        snprintf(cin, sizeof cin, "%u", row->cin);
    }
    printf("%-25s %10s %6s  %s\n", row->liid[0] != '\0' ? row->liid : "-", cin, number, text);
}

static void print_rows(const struct table *table)
{
    char number[32];
    uint32_t expected = 0;
    printf("%-25s %10s %6s  %-24s %-4s %s\n", "LIID", "CIN", "number", "time", "", "what");
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        expected = i > 0 && is_same_call(row, &table->rows[i - 1]) ? expected : 0;
        if (!row->numbered) {
            print_line(row, "-", row->text);
            continue;
        }
        if (row->number > expected) {
            char text[64];
            snprintf(text, sizeof text, "GAP: %u record(s) missing", row->number - expected);
            print_line(row, "-", text);
        }
        snprintf(number, sizeof number, "%u", row->number);
        print_line(row, number, row->text);
        expected = row->number + 1;
    }
}

static void add_record(struct table *table, const struct record *record, uint32_t file, bool show)
{
    static struct text text;
    text.size = 0;
    describe(&text, record, show);
    struct row *row = add_row(table, &text);
    const struct xk_ps_header *header = &record->pdu.header;
    text_harmless(row->liid, sizeof row->liid, header->liid.data, header->liid.size);
    row->has_cin = header->has_identity_number;
    row->cin = header->identity_number;
    row->numbered = record->pdu.kind != XK_PS_TRI;
    row->number = header->sequence_number;
    row->file = file;
    OPENSSL_cleanse(text.octets, sizeof text.octets);
}

static void add_unreadable(struct table *table, uint32_t file, const char *what, size_t size)
{
    static struct text text;
    text.size = 0;
    add(&text, "%-25s-    UNREADABLE file %08u, %zu octets: %s", "-", file, size, what);
    add_row(table, &text)->file = file;
}

int print_store(struct store *store, bool show_keys)
{
    struct table table = {NULL, 0, 0};
    uint8_t *room = malloc(PDU_MAX);
    int status = 0;
    if (room == NULL) {
        die("no memory");
    }
    for (size_t i = 0; i < store->count; i++) {
        const uint8_t *data = NULL;
        size_t size = 0;
        struct record record;
        struct xk_diag diag = {XK_OK, 0, ""};
        enum stored kind = store_get(store, store->numbers[i], &data, &size);
        if (kind == STORED_PDU && record_read(data, size, room, &record, &diag)) {
            add_record(&table, &record, store->numbers[i], show_keys);
        } else if (kind == STORED_SPOILED || kind == STORED_NOTHING) {
            add_unreadable(&table, store->numbers[i], "it was changed, or this is not its key", 0);
            status = 1;
        } else {
            (void)record_read(data, size, room, &record, &diag);
            add_unreadable(&table, store->numbers[i], xk_status_text(diag.status), size);
        }
        OPENSSL_cleanse(room, size);
    }
    free(room);
    sort_rows(&table);
    print_rows(&table);
    for (size_t i = 0; i < table.count; i++) {
        OPENSSL_cleanse(table.rows[i].text, strlen(table.rows[i].text));
        free(table.rows[i].text);
    }
    free(table.rows);
    return status;
}
