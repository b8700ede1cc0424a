/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/idmap.h"

uint32_t xki_idmap_cells(uint32_t entries)
{
    return entries + entries / 8 * 3 + 8;
}

void xki_idmap_init(struct xki_idmap *map, uint64_t *cells, uint32_t size)
{
    map->cells = cells;
    map->size = size;
}

/* The hash as a fraction of the table: no division, and no need for a power of two. */
static uint32_t home(const struct xki_idmap *map, uint32_t hash)
{
    return (uint32_t)(((uint64_t)hash * map->size) >> 32);
}

static uint32_t after(const struct xki_idmap *map, uint32_t at)
{
    return at + 1 == map->size ? 0 : at + 1;
}

static uint32_t distance(const struct xki_idmap *map, uint32_t from, uint32_t to)
{
    return to >= from ? to - from : to + map->size - from;
}

void xki_idmap_insert(struct xki_idmap *map, uint32_t hash, uint32_t value)
{
    uint32_t at = home(map, hash);
    while (map->cells[at] != 0) {
        at = after(map, at);
    }
    map->cells[at] = (uint64_t)hash << 32 | (value + 1);
}

uint32_t xki_idmap_find(const struct xki_idmap *map, uint32_t hash, uint32_t *cursor)
{
    uint32_t at = *cursor == XKI_IDMAP_NONE ? home(map, hash) : after(map, *cursor);
    while (map->cells[at] != 0) {
        if ((uint32_t)(map->cells[at] >> 32) == hash) {
            *cursor = at;
            return (uint32_t)map->cells[at] - 1;
        }
        at = after(map, at);
    }
    return XKI_IDMAP_NONE;
}

uint32_t xki_idmap_guess(const struct xki_idmap *map, uint32_t hash)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    return xki_idmap_find(map, hash, &cursor);
}

static uint32_t locate(const struct xki_idmap *map, uint32_t hash, uint32_t value)
{
    uint32_t at = home(map, hash);
    uint64_t cell = (uint64_t)hash << 32 | (value + 1);
    while (map->cells[at] != cell) {
        at = after(map, at);
    }
    return at;
}

void xki_idmap_remove(struct xki_idmap *map, uint32_t hash, uint32_t value)
{
    uint32_t hole = locate(map, hash, value);
    uint32_t at = after(map, hole);
    while (map->cells[at] != 0) {
        uint32_t wanted = home(map, (uint32_t)(map->cells[at] >> 32));
        if (distance(map, wanted, at) >= distance(map, hole, at)) {
            map->cells[hole] = map->cells[at];
            hole = at;
        }
        at = after(map, at);
    }
    map->cells[hole] = 0;
}

void xki_idmap_replace(struct xki_idmap *map, uint32_t hash, uint32_t value, uint32_t by)
{
    map->cells[locate(map, hash, value)] = (uint64_t)hash << 32 | (by + 1);
}
