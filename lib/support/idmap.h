/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a random id to the number of its slot: open addressing in one array of 8-octet cells.
 *
 * One look-up reads one line of the table, and the slot that it names; the 32 hash bits in the cell
 * refuse nearly every other id without reading a slot. Removal moves the cells behind it up, so that there
 * are no marks to clean away later and no operation whose cost depends on history. Ids are drawn at random
 * by this side, so no peer can steer where they fall.
 */
#ifndef XKI_IDMAP_H
#define XKI_IDMAP_H

#include <stddef.h>
#include <stdint.h>

#include "support/prefetch.h"

#define XKI_IDMAP_NONE UINT32_MAX

struct xki_idmap {
    uint64_t *cells; /* hash in the high half, value + 1 in the low half; 0 is empty */
    uint32_t size;
};

/* Cells for `entries`, at most 8 in 11 full. */
uint32_t xki_idmap_cells(uint32_t entries);

/* `cells` has xki_idmap_cells() zeroed elements. */
void xki_idmap_init(struct xki_idmap *map, uint64_t *cells, uint32_t size);

void xki_idmap_insert(struct xki_idmap *map, uint32_t hash, uint32_t value);

/* The values under a hash, one after the other: *cursor starts at XKI_IDMAP_NONE. XKI_IDMAP_NONE ends it. */
uint32_t xki_idmap_find(const struct xki_idmap *map, uint32_t hash, uint32_t *cursor);

/* The first value where a hash would be, right or not, to fetch what it names early; XKI_IDMAP_NONE for none. */
uint32_t xki_idmap_guess(const struct xki_idmap *map, uint32_t hash);

/* Asks for the line where a hash would be. */
static inline void xki_idmap_fetch(const struct xki_idmap *map, uint32_t hash)
{
    xki_prefetch(&map->cells[((uint64_t)hash * map->size) >> 32], sizeof map->cells[0]);
}

/* Both are in the map. */
void xki_idmap_remove(struct xki_idmap *map, uint32_t hash, uint32_t value);
void xki_idmap_replace(struct xki_idmap *map, uint32_t hash, uint32_t value, uint32_t by);

#endif
