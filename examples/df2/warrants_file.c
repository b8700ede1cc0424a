/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading warrants.yaml, whole or not at all. */
#include "df2/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 255 /* Crypto Sessions of one exchange */

/* Held against the module: what cannot be written later must not start. */
static bool check_warrant(struct reader *r, const yaml_node_t *node)
{
    struct warrant *w = r->warrant;
    struct xk_warrant as;
    struct xk_diag diag = {XK_OK, 0, ""};
    if (w->operator_identifier[0] == '\0') {
        memcpy(w->operator_identifier, r->operator_identifier, sizeof w->operator_identifier);
    }
    if (w->operator_identifier[0] == '\0') {
        return words_refuse(r, node, "the warrant has no operator, and there is none for all");
    }
    if (warrants_find_liid(r->warrants, xk_text(w->liid), w->country) != NULL) {
        return words_refuse(r, node, "a second warrant with this LIID and country");
    }
    warrant_fill(w, &as);
    as.correlation_number = xk_text("00000000");
    as.has_cin = true;
    if (xk_hi2_check_warrant(&as, w->module, KEYS_MAX, 0, NULL, &diag) != XK_OK) {
        return words_refuse(r, node, "its records cannot be written: %s (%s)", xk_status_text(diag.status), diag.field);
    }
    return true;
}

static bool take_warrant(struct reader *r, yaml_node_t *node)
{
    struct warrants *all = r->warrants;
    struct warrant **more = realloc(all->all, (all->count + 1) * sizeof *more);
    all->all = more != NULL ? more : all->all;
    r->warrant = calloc(1, sizeof *r->warrant);
    if (more == NULL || r->warrant == NULL) {
        free(r->warrant);
        return words_refuse(r, node, "no memory");
    }
    r->warrant->keys = XK_DESTINATION_LEMF;
    bool good = warrant_words(r, node) && check_warrant(r, node);
    all->all[all->count++] = r->warrant;
    r->warrant = NULL;
    return good;
}

static bool take_warrants(struct reader *r, yaml_node_t *node)
{
    const bool none =
        node->type == YAML_SEQUENCE_NODE && node->data.sequence.items.start == node->data.sequence.items.top;
    if (node->type == YAML_SCALAR_NODE) {
        return words_refuse(r, node, "\"warrants\" is no list");
    }
    return none || words_each(r, node, "\"warrants\"", SIZE_MAX, take_warrant);
}

static bool take_domain(struct reader *r, yaml_node_t *node)
{
    struct warrants *all = r->warrants;
    const char *text = words_text(r, node, "a domain", 1, 255);
    struct xk_bytes *more = realloc(all->domains, (all->domain_count + 1) * sizeof *more);
    all->domains = more != NULL ? more : all->domains;
    char *copy = text != NULL ? strdup(text) : NULL;
    if (text == NULL || more == NULL || copy == NULL) {
        free(copy);
        return text != NULL && words_refuse(r, node, "no memory");
    }
    all->domains[all->domain_count++] = xk_text(copy);
    return true;
}

static bool take_domains(struct reader *r, yaml_node_t *node)
{
    return words_each(r, node, "\"domains\"", 1024, take_domain);
}

/* The operator first, wherever it stands: warrants without one of their own take it. */
static bool take_document(struct reader *r)
{
    static const struct word words[] = {
        {"operator", take_operator, false}, {"domains", take_domains, false}, {"warrants", take_warrants, true}};
    yaml_node_t *root = yaml_document_get_root_node(&r->document);
    if (root == NULL || root->type != YAML_MAPPING_NODE) {
        return words_refuse(r, root, "not a file of warrants");
    }
    for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = words_node(r, pair->key);
        if (key->type == YAML_SCALAR_NODE && strcmp((const char *)key->data.scalar.value, "operator") == 0 &&
            !take_operator(r, words_node(r, pair->value))) {
            return false;
        }
    }
    return words_take(r, root, "the file", words, sizeof words / sizeof words[0]);
}

static bool read_file_into(struct reader *r, FILE *file)
{
    yaml_parser_t parser;
    yaml_document_t second;
    if (yaml_parser_initialize(&parser) != 1) {
        return words_refuse(r, NULL, "no memory");
    }
    yaml_parser_set_input_file(&parser, file);
    bool good = yaml_parser_load(&parser, &r->document) == 1;
    if (!good) {
        snprintf(r->why, r->why_size, "%s:%zu: %s", r->path, parser.problem_mark.line + 1,
                 parser.problem != NULL ? parser.problem : "it cannot be read");
    } else {
        good = take_document(r);
        bool more = good && yaml_parser_load(&parser, &second) == 1;
        if (good && !more) {
            good = words_refuse(r, NULL, "what is behind the warrants cannot be read");
        } else if (more) {
            good = yaml_document_get_root_node(&second) == NULL || words_refuse(r, NULL, "more than one document");
            yaml_document_delete(&second);
        }
        yaml_document_delete(&r->document);
    }
    yaml_parser_delete(&parser);
    return good;
}

struct warrants *warrants_read(const char *path, const struct warrant_names *names, char *why, size_t why_size)
{
    struct reader r = {.path = path, .names = names, .why = why, .why_size = why_size};
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        snprintf(why, why_size, "%s: %s", path, strerror(errno));
        return NULL;
    }
    r.warrants = calloc(1, sizeof *r.warrants);
    bool good = r.warrants != NULL && read_file_into(&r, file);
    if (good && !warrants_make_index(r.warrants)) {
        good = words_refuse(&r, NULL, "no memory");
    }
    fclose(file);
    if (!good) {
        warrants_free(r.warrants);
        return NULL;
    }
    return r.warrants;
}
