/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/words.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

bool words_refuse(struct reader *r, const yaml_node_t *node, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snprintf(r->why, r->why_size, "%s:%zu: %s", r->path, node != NULL ? node->start_mark.line + 1 : 1, text);
    return false;
}

yaml_node_t *words_node(struct reader *r, int number)
{
    return yaml_document_get_node(&r->document, number);
}

/* The text of a scalar of `least` to `most` octets; NULL, refused, if it is none. */
const char *words_text(struct reader *r, const yaml_node_t *node, const char *what, size_t least, size_t most)
{
    if (node->type != YAML_SCALAR_NODE || strcmp((const char *)node->tag, YAML_STR_TAG) != 0) {
        words_refuse(r, node, "%s is no text", what);
        return NULL;
    }
    const char *text = (const char *)node->data.scalar.value;
    const size_t size = node->data.scalar.length;
    if (size < least || size > most) {
        words_refuse(r, node, "%s has %zu octets, not %zu to %zu", what, size, least, most);
        return NULL;
    }
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '!' || text[i] > '~') {
            words_refuse(r, node, "%s has a blank or an octet that cannot be printed", what);
            return NULL;
        }
    }
    return text;
}

/* A list, or one value that stands for a list of one. */
bool words_each(struct reader *r, yaml_node_t *node, const char *what, size_t most,
                bool (*take)(struct reader *, yaml_node_t *))
{
    if (node->type == YAML_SCALAR_NODE) {
        return take(r, node);
    }
    if (node->type != YAML_SEQUENCE_NODE) {
        return words_refuse(r, node, "%s is no list", what);
    }
    const yaml_node_item_t *items = node->data.sequence.items.start;
    const size_t count = (size_t)(node->data.sequence.items.top - items);
    if (count == 0 || count > most) {
        return words_refuse(r, node, "%s has %zu entries, not 1 to %zu", what, count, most);
    }
    for (size_t i = 0; i < count; i++) {
        if (!take(r, words_node(r, items[i]))) {
            return false;
        }
    }
    return true;
}

/* Every word once, each known, the needed ones there. */
bool words_take(struct reader *r, yaml_node_t *node, const char *what, const struct word *words, size_t count)
{
    uint32_t seen = 0;
    if (node->type != YAML_MAPPING_NODE) {
        return words_refuse(r, node, "%s is no list of words with values", what);
    }
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        yaml_node_t *key = words_node(r, pair->key);
        const char *name = words_text(r, key, "a word", 1, 64);
        size_t i = 0;
        if (name == NULL) {
            return false;
        }
        while (i < count && strcmp(name, words[i].name) != 0) {
            i++;
        }
        if (i == count) {
            return words_refuse(r, key, "%s has no word \"%s\"", what, name);
        }
        if ((seen >> i & 1u) != 0) {
            return words_refuse(r, key, "\"%s\" stands twice", name);
        }
        seen |= UINT32_C(1) << i;
        if (!words[i].take(r, words_node(r, pair->value))) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (words[i].needed && (seen >> i & 1u) == 0) {
            return words_refuse(r, node, "%s lacks \"%s\"", what, words[i].name);
        }
    }
    return true;
}
