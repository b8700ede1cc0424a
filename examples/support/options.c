/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"

#define HELP_COLUMN 34

static const struct option_rule *find_rule(const struct options *options, const char *argument)
{
    for (size_t i = 0; i < options->rule_count; i++) {
        if (strcmp(options->rules[i].name, argument + 2) == 0) {
            return &options->rules[i];
        }
    }
    return NULL;
}

static bool is_option(const char *argument)
{
    return strncmp(argument, "--", 2) == 0;
}

/* Steps to the next option; its place, 0 at the end. What stands between is told by `rest`. */
static int next_option(const struct options *options, int at, int *rest)
{
    while (at < options->argc) {
        const struct option_rule *rule = is_option(options->argv[at]) ? find_rule(options, options->argv[at]) : NULL;
        if (rule != NULL) {
            return at;
        }
        if (rest != NULL) {
            *rest = at;
            return 0;
        }
        at++;
    }
    return 0;
}

static int behind(const struct options *options, int at)
{
    const struct option_rule *rule = find_rule(options, options->argv[at]);
    return at + (rule != NULL && rule->value != NULL ? 2 : 1);
}

static _Noreturn void print_help(const struct options *options, const char *purpose, const char *rest)
{
    const char *name = strrchr(options->argv[0], '/');
    printf("%s: %s\n\nusage: %s [OPTION...]%s%s\n\n", name != NULL ? name + 1 : options->argv[0], purpose,
           name != NULL ? name + 1 : options->argv[0], rest != NULL ? " " : "", rest != NULL ? rest : "");
    for (size_t i = 0; i < options->rule_count; i++) {
        const struct option_rule *rule = &options->rules[i];
        int width =
            printf("  --%s%s%s", rule->name, rule->value != NULL ? " " : "", rule->value != NULL ? rule->value : "");
        printf("%*s%s\n", width < HELP_COLUMN ? HELP_COLUMN - width : 1, "", rule->help);
    }
    printf("  --help%*sthis text\n", HELP_COLUMN - 8, "");
    exit(0);
}

/* What an operator typed may be anything: it is shown without the octets that would steer a terminal. */
static const char *shown(const char *text)
{
    static char out[256];
    text_harmless(out, sizeof out, (const uint8_t *)text, strlen(text));
    return out;
}

void options_take(struct options *options, int argc, char **argv, const struct option_rule *rules, size_t rule_count,
                  const char *purpose, const char *rest)
{
    *options = (struct options){argc, argv, rules, rule_count};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            print_help(options, purpose, rest);
        }
    }
    for (int i = 1; i < argc; i++) {
        const struct option_rule *rule = is_option(argv[i]) ? find_rule(options, argv[i]) : NULL;
        if (rule == NULL && (is_option(argv[i]) || rest == NULL)) {
            die("there is no option %s; --help tells which there are", shown(argv[i]));
        }
        for (int k = i + 1; rule != NULL && k < argc; k++) {
            if (strcmp(argv[k], argv[i]) == 0) {
                die("option %s stands twice", argv[i]);
            }
        }
        if (rule != NULL && rule->value != NULL) {
            if (i + 1 == argc || is_option(argv[i + 1]) || argv[i + 1][0] == '\0') {
                die("option %s needs a value, %s", argv[i], rule->value);
            }
            i++;
        }
    }
}

const char *options_text(const struct options *options, const char *name)
{
    for (int at = next_option(options, 1, NULL); at != 0; at = next_option(options, behind(options, at), NULL)) {
        if (strcmp(options->argv[at] + 2, name) == 0) {
            return options->argv[at + 1];
        }
    }
    return NULL;
}

const char *options_needed(const struct options *options, const char *name)
{
    const char *value = options_text(options, name);
    if (value == NULL) {
        die("option --%s is missing; --help tells what there is", name);
    }
    return value;
}

bool options_has(const struct options *options, const char *name)
{
    for (int at = next_option(options, 1, NULL); at != 0; at = next_option(options, behind(options, at), NULL)) {
        if (strcmp(options->argv[at] + 2, name) == 0) {
            return true;
        }
    }
    return false;
}

uint32_t options_number(const struct options *options, const char *name, uint32_t fallback, uint32_t least,
                        uint32_t most)
{
    const char *text = options_text(options, name);
    char *end = NULL;
    if (text == NULL) {
        return fallback;
    }
    unsigned long long value = isdigit((unsigned char)text[0]) != 0 ? strtoull(text, &end, 10) : 0;
    if (end == NULL || *end != '\0' || strlen(text) > 10 || value < least || value > most) {
        die("option --%s takes a number from %u to %u, not %s", name, least, most, shown(text));
    }
    return (uint32_t)value;
}

size_t options_word(const struct options *options, const char *name, const char *const *words, size_t count)
{
    const char *text = options_text(options, name);
    char list[256] = "";
    for (size_t i = 0; i < count; i++) {
        if (text == NULL || strcmp(text, words[i]) == 0) {
            return i;
        }
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", words[i]);
    }
    die("option --%s takes one of %s, not %s", name, list, shown(text));
}

const char *options_rest(const struct options *options, int *at)
{
    int here = *at > 0 ? *at : 1;
    int rest = 0;
    while (here < options->argc) {
        int option_at = next_option(options, here, &rest);
        if (option_at == 0 && rest >= here) {
            *at = rest + 1;
            return options->argv[rest];
        }
        here = option_at == 0 ? options->argc : behind(options, option_at);
    }
    *at = options->argc;
    return NULL;
}

bool options_next_peer(char **rest, const char *option, const char *what, char **name, char **address)
{
    *name = strsep(rest, ",");
    if (*name == NULL) {
        return false;
    }
    *address = strchr(*name, '=');
    if (*address == NULL || *address == *name) {
        die("--%s takes NAME=HOST:PORT, more behind commas", option);
    }
    *(*address)++ = '\0';
    if (strlen(*name) > 63) {
        die("the name of a %s is too long", what);
    }
    return true;
}
