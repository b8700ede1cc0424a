/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A YAML document held against tables of words: inside of the reader of warrants. What is refused is told as
 * "FILE:LINE: reason", once, and ends the reading.
 */
#ifndef DF2_WORDS_H
#define DF2_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include <yaml.h>

#include "df2/warrants.h"

struct reader {
    const char *path;
    const struct warrant_names *names;
    yaml_document_t document;
    struct warrants *warrants;
    struct warrant *warrant; /* the one that is being read */
    char operator_identifier[XK_OPERATOR_IDENTIFIER_MAX + 1];
    char *why;
    size_t why_size;
};

/* One word of a mapping. */
struct word {
    const char *name;
    bool (*take)(struct reader *reader, yaml_node_t *value);
    bool needed;
};

/** Refuses; always false. */
bool words_refuse(struct reader *r, const yaml_node_t *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** A node by its number in the document. */
yaml_node_t *words_node(struct reader *r, int number);
/** The text of a scalar of `least` to `most` octets, all of them printable and none a blank; NULL, refused, otherwise.
 */
const char *words_text(struct reader *r, const yaml_node_t *node, const char *what, size_t least, size_t most);
/** Takes each entry of a list; one value stands for a list of one. */
bool words_each(struct reader *r, yaml_node_t *node, const char *what, size_t most,
                bool (*take)(struct reader *, yaml_node_t *));
/** Takes a mapping: every word once, each known, the needed ones there. */
bool words_take(struct reader *r, yaml_node_t *node, const char *what, const struct word *words, size_t count);

/** The words of one warrant, into `r->warrant` (warrant_words.c). */
bool warrant_words(struct reader *r, yaml_node_t *node);
/** operatorIdentifier: of the warrant that is being read, else of all. */
bool take_operator(struct reader *r, yaml_node_t *node);

#endif
