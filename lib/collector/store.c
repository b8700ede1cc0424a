/* SPDX-License-Identifier: BSD-2-Clause */
/* The pools: what is taken from them comes all zero, what goes back is wiped. */
#include "collector/store.h"

#include <xk/secret.h>

#include <string.h>

struct cell {
    uint32_t next;
    uint8_t data[XKI_CO_CELL_DATA];
};

_Static_assert(sizeof(struct xki_co_fact) <= 64, "one cache line a fact");
_Static_assert(sizeof(struct cell) == XKI_CO_CELL, "a cell is its link and its octets");

static struct cell *cell_at(const struct xk_collector *c, uint32_t index)
{
    return (struct cell *)c->arrays[XKI_CO_CELLS] + index;
}

struct xki_co_fact *xki_co_add(struct xk_collector *c, struct xki_co_call *call, enum xki_co_kind kind)
{
    uint32_t index = c->fact_free;
    if (index == XKI_CO_NONE) {
        return NULL;
    }
    struct xki_co_fact *fact = xki_co_fact(c, index);
    c->fact_free = fact->next;
    c->facts_left--;
    memset(fact, 0, sizeof *fact);
    fact->next = XKI_CO_NONE;
    if (call->last[kind] == XKI_CO_NONE) {
        call->facts[kind] = index;
    } else {
        xki_co_fact(c, call->last[kind])->next = index;
    }
    call->last[kind] = index;
    call->counts[kind]++;
    return fact;
}

static void free_fact(struct xk_collector *c, uint32_t index)
{
    struct xki_co_fact *fact = xki_co_fact(c, index);
    xk_wipe(fact, sizeof *fact);
    fact->next = c->fact_free;
    c->fact_free = index;
    c->facts_left++;
}

/* Octets that an item owns go to another item of the same octets, or back to the pool. */
static void disown(struct xk_collector *c, struct xki_co_call *call, struct xki_co_item *item)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.item.hash == item->hash && &f->is.item != item) {
            f->is.item.owns_octets = true;
            return;
        }
    }
    xki_co_drop(c, &item->octets);
}

void xki_co_sweep(struct xk_collector *c, struct xki_co_call *call, enum xki_co_kind kind,
                  bool (*unwanted)(const struct xki_co_fact *fact, const void *what), const void *what)
{
    uint32_t *link = &call->facts[kind];
    uint32_t last = XKI_CO_NONE;
    while (*link != XKI_CO_NONE) {
        uint32_t index = *link;
        struct xki_co_fact *fact = xki_co_fact(c, index);
        if (unwanted(fact, what)) {
            if (kind == XKI_CO_ITEM && fact->is.item.owns_octets) {
                disown(c, call, &fact->is.item);
            } else if (kind == XKI_CO_IDENTITY) {
                xki_co_drop(c, &fact->is.identity.uri);
            }
            *link = fact->next;
            free_fact(c, index);
            call->counts[kind]--;
        } else {
            last = index;
            link = &fact->next;
        }
    }
    call->last[kind] = last;
}

static bool is_this(const struct xki_co_fact *fact, const void *what)
{
    return fact == what;
}

void xki_co_remove(struct xk_collector *c, struct xki_co_call *call, enum xki_co_kind kind,
                   const struct xki_co_fact *fact)
{
    xki_co_sweep(c, call, kind, is_this, fact);
}

bool xki_co_keep(struct xk_collector *c, const uint8_t *data, size_t size, struct xki_co_text *text)
{
    size_t cells = (size + XKI_CO_CELL_DATA - 1) / XKI_CO_CELL_DATA;
    if (cells > c->cells_left) {
        return false;
    }
    uint32_t *link = &text->first;
    text->size = (uint32_t)size; /* says where it ends: the link of the last cell is not read */
    for (size_t at = 0; at < size; at += XKI_CO_CELL_DATA) {
        uint32_t index = c->cell_free;
        struct cell *cell = cell_at(c, index);
        size_t part = size - at < XKI_CO_CELL_DATA ? size - at : XKI_CO_CELL_DATA;
        c->cell_free = cell->next;
        c->cells_left--;
        memcpy(cell->data, data + at, part);
        *link = index;
        link = &cell->next;
    }
    return true;
}

void xki_co_copy(const struct xk_collector *c, const struct xki_co_text *text, uint8_t *out)
{
    uint32_t index = text->first;
    for (size_t at = 0; at < text->size; at += XKI_CO_CELL_DATA) {
        const struct cell *cell = cell_at(c, index);
        size_t part = text->size - at < XKI_CO_CELL_DATA ? text->size - at : XKI_CO_CELL_DATA;
        memcpy(out + at, cell->data, part);
        index = cell->next;
    }
}

void xki_co_drop(struct xk_collector *c, struct xki_co_text *text)
{
    for (size_t at = 0; at < text->size; at += XKI_CO_CELL_DATA) {
        uint32_t index = text->first;
        struct cell *cell = cell_at(c, index);
        text->first = cell->next;
        xk_wipe(cell, sizeof *cell);
        cell->next = c->cell_free;
        c->cell_free = index;
        c->cells_left++;
    }
    text->size = 0;
}

const struct xki_co_end *xki_co_find_end(const struct xk_collector *c, const struct xki_co_call *call, uint8_t number)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_END); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.end.number == number) {
            return &f->is.end;
        }
    }
    return NULL;
}

const struct xki_co_dialog *xki_co_find_dialog(const struct xk_collector *c, const struct xki_co_call *call, uint8_t a,
                                               uint8_t b)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_DIALOG); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.dialog.a == a && f->is.dialog.b == b) {
            return &f->is.dialog;
        }
    }
    return NULL;
}

const struct xki_co_warrant *xki_co_find_warrant(const struct xk_collector *c, const struct xki_co_call *call,
                                                 uint64_t warrant)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_WARRANT); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.warrant.warrant == warrant) {
            return &f->is.warrant;
        }
    }
    return NULL;
}
