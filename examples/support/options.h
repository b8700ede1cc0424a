/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The command line, held against a table: what is not in it, what stands twice, what has no value or one that is no
 * number is refused with the reason, and --help tells the rest.
 */
#ifndef EXAMPLES_OPTIONS_H
#define EXAMPLES_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One option. */
struct option_rule {
    const char *name;  /* without the two dashes */
    const char *value; /* what its value is called in the help; NULL: it has none */
    const char *help;
};

/** A command line; caller-owned. */
struct options {
    int argc;
    char **argv;
    const struct option_rule *rules;
    size_t rule_count;
};

/**
 * Takes a command line. With --help it prints the usage and ends the program; for what is wrong it ends it with the
 * reason. `rest` names what may stand without dashes, for the help; NULL: nothing may.
 */
void options_take(struct options *options, int argc, char **argv, const struct option_rule *rules, size_t rule_count,
                  const char *purpose, const char *rest);
/** The value of an option; NULL without it. */
const char *options_text(const struct options *options, const char *name);
/** Likewise; ends the program without it. */
const char *options_needed(const struct options *options, const char *name);
/** Is the option there? */
bool options_has(const struct options *options, const char *name);
/** A whole number from `least` to `most`, `fallback` without the option; ends the program for anything else. */
uint32_t options_number(const struct options *options, const char *name, uint32_t fallback, uint32_t least,
                        uint32_t most);
/** One of `count` words; its place, 0 without the option. Ends the program for any other. */
size_t options_word(const struct options *options, const char *name, const char *const *words, size_t count);
/**
 * Cuts the next NAME=HOST:PORT off a list with commas, which is written to; false at its end. `what` is what such a
 * name stands for: "KMS". Ends the program for anything else, and for a name of over 63 characters.
 */
bool options_next_peer(char **rest, const char *option, const char *what, char **name, char **address);
/** Steps through what stands without dashes; NULL at the end. `*at` is 0 before the first call. */
const char *options_rest(const struct options *options, int *at);

#endif
