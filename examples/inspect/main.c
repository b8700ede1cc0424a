/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-inspect: shows Xk messages, MIKEY messages, HI2 records and PS-PDUs as trees, or what is wrong with them. The
 * help text below and xk-inspect.1 say how.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xk/version.h>

#include "inspect/hi2.h"
#include "inspect/input.h"
#include "inspect/mikey.h"
#include "inspect/saved.h"
#include "inspect/sheet.h"
#include "inspect/sip.h"
#include "inspect/x2.h"
#include "inspect/xk.h"

struct options {
    enum kind kind; /* KIND_UNKNOWN: tell it from the input */
    bool hex;
    bool dump;
    bool pair;
    bool show_keys;
    bool show_identities;
};

/* One input on the way; a pair needs both until its end. */
struct input {
    const char *path;
    uint8_t *octets;
    size_t size;
    struct sheet sheet;
    struct found found; /* MIKEY from text */
    struct xk_mikey_message message;
    bool has_message;
};

static const char help[] =
    "usage: xk-inspect [--kind KIND] [--hex] [--dump] [--show-keys] [--show-identities] [--pair] [FILE...]\n"
    "\n"
    "Shows what is in each FILE, or in stdin (- or no FILE), as a tree: octet offsets, fields, and the clause or\n"
    "section that each comes from; or what is wrong, and at which octet.\n"
    "\n"
    "  --kind KIND   do not tell the kind from the input: xk (get_keys, get_keys_response), xk-frames (each behind\n"
    "                four octets of length), mikey, base64 (of a MIKEY message), sip (a SIP message or an SDP\n"
    "                description with a MIKEY message), hi2 (records, Umts or Eps), ps-pdu (records, TRI and others),\n"
    "                x2 (PDUs of X2 or X3), journal (a requester's journal or snapshot), counters (saved ones)\n"
    "  --hex         the input is hexadecimal text; white space is skipped\n"
    "  --dump        show the octets, too; those of keys, and those that are not understood, as **\n"
    "  --pair        two inputs, TRANSFER_INIT and its TRANSFER_RESP: also tell whether they belong together\n"
    "  --show-keys   show keys and salts; without it only their lengths are told\n"
    "  --show-identities  show LIIDs and identities in what engines have saved, where they are masked without it\n"
    "  --help, --version\n"
    "\n"
    "For authorised operators: identities and LIIDs are shown in all else, as is the purpose; send the\n"
    "output nowhere that they may not go.\n"
    "\n"
    "Exit status: 0 all valid, 1 one is invalid, 2 usage, or one cannot be read.\n";

static void show_found(struct input *input, const struct options *options)
{
    if (input->found.valid) {
        input->message = input->found.message;
        input->has_message = true;
    }
    if (options->dump && (input->found.valid || options->show_keys) && input->found.sheet.octets.data != NULL) {
        printf("octets of the MIKEY message\n");
        sheet_dump(&input->found.sheet);
    }
}

static enum verdict inspect_kind(struct input *input, enum kind kind)
{
    enum verdict verdict = INVALID;
    switch (kind) {
    case KIND_XK:
        return inspect_xk(&input->sheet);
    case KIND_MIKEY:
        verdict = inspect_mikey(&input->sheet, input->sheet.octets, &input->message);
        input->has_message = verdict == VALID;
        return verdict;
    case KIND_BASE64:
        return inspect_base64(&input->sheet, &input->found);
    case KIND_SIP:
        return inspect_sip(&input->sheet, &input->found);
    case KIND_HI2:
        return inspect_hi2(&input->sheet);
    case KIND_PS_PDU:
        return inspect_ps_pdus(&input->sheet);
    case KIND_XK_FRAMES:
        return inspect_xk_frames(&input->sheet);
    case KIND_X2:
        return inspect_x2(&input->sheet);
    case KIND_JOURNAL:
        return inspect_journal(&input->sheet);
    case KIND_COUNTERS:
        return inspect_counters(&input->sheet);
    case KIND_UNKNOWN:
        break;
    }
    printf("%6d  INVALID at octet 0: %s\n", 0,
           input->size == 0 ? "the input is empty" : "no message that is known here begins like this");
    return INVALID;
}

/* Nobody knows where the keys of an invalid input stand: it is dumped only where keys may be shown. */
static void show_dump(const struct input *input, enum kind kind, enum verdict verdict, const struct options *options)
{
    bool text = input->found.sheet.octets.data != NULL;
    if (!options->dump || text) {
        return;
    }
    if (verdict != VALID && !input->sheet.show_keys) {
        printf("no dump: where an invalid input has its keys is not known; --show-keys%s shows it all\n",
               kind == KIND_JOURNAL || kind == KIND_COUNTERS ? " --show-identities" : "");
        return;
    }
    printf("octets\n");
    sheet_dump(&input->sheet);
}

static enum verdict inspect(struct input *input, const struct options *options)
{
    char why[256];
    input->octets = input_read(input->path, &input->size, why, sizeof why);
    bool read = input->octets != NULL;
    if (!read || (options->hex && !input_from_hex(input->octets, &input->size, why, sizeof why))) {
        fprintf(stderr, "xk-inspect: %s: %s\n", input->path, why);
        return UNREADABLE;
    }
    const struct xk_bytes octets = {input->octets, input->size};
    enum kind kind = options->kind != KIND_UNKNOWN ? options->kind : input_detect(octets);
    sheet_begin(&input->sheet, octets, 0, options->show_keys);
    input->sheet.show_identities = options->show_identities;
    if (kind == KIND_JOURNAL || kind == KIND_COUNTERS) {
        input->sheet.show_keys = options->show_keys && options->show_identities; /* neither is in a dump without both */
    }
    printf("%s: %s, %zu octets\n", input->path, kind_text(kind), input->size);
    enum verdict verdict = inspect_kind(input, kind);
    show_found(input, options);
    show_dump(input, kind, verdict, options);
    printf("%s: %s\n", input->path, verdict == VALID ? "valid" : "INVALID");
    return verdict;
}

static void release(struct input *input)
{
    found_end(&input->found);
    sheet_end(&input->sheet);
    input_free(input->octets, input->size);
    memset(input, 0, sizeof *input);
}

static enum verdict inspect_pair(const char *const *paths, const struct options *options)
{
    struct input inputs[2];
    enum verdict verdict = VALID;
    memset(inputs, 0, sizeof inputs);
    for (size_t i = 0; i < 2; i++) {
        inputs[i].path = paths[i];
        enum verdict one = inspect(&inputs[i], options);
        verdict = one > verdict ? one : verdict;
    }
    bool pair = inputs[0].has_message && inputs[0].message.header.data_type == XK_MIKEY_TRANSFER_INIT &&
                inputs[1].has_message && inputs[1].message.header.data_type == XK_MIKEY_TRANSFER_RESP;
    if (pair) {
        enum verdict exchange = inspect_exchange(&inputs[0].message, &inputs[1].message);
        verdict = exchange > verdict ? exchange : verdict;
    } else {
        printf("exchange: INVALID, not a valid TRANSFER_INIT and then a valid TRANSFER_RESP\n");
        verdict = verdict == VALID ? INVALID : verdict;
    }
    release(&inputs[0]);
    release(&inputs[1]);
    return verdict;
}

static void usage(const char *what, const char *which)
{
    fprintf(stderr, "xk-inspect: %s%s\nTry xk-inspect --help.\n", what, which);
}

/* How many arguments an option at `argv[0]` takes up, 0 if it is none that is known. */
static int take_option(char **argv, struct options *options)
{
    bool *const flags[] = {&options->hex, &options->dump, &options->pair, &options->show_keys,
                           &options->show_identities};
    static const char *const names[] = {"--hex", "--dump", "--pair", "--show-keys", "--show-identities"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(argv[0], names[i]) == 0) {
            *flags[i] = true;
            return 1;
        }
    }
    if (strcmp(argv[0], "--kind") == 0 && argv[1] != NULL) {
        options->kind = kind_from_name(argv[1]);
        return options->kind != KIND_UNKNOWN ? 2 : 0;
    }
    return 0;
}

static enum verdict inspect_all(const char *const *paths, size_t count, const struct options *options)
{
    enum verdict verdict = VALID;
    for (size_t i = 0; i < count; i++) {
        struct input input;
        memset(&input, 0, sizeof input);
        input.path = paths[i];
        enum verdict one = inspect(&input, options);
        verdict = one > verdict ? one : verdict;
        release(&input);
    }
    return verdict;
}

/* Sorts the arguments into options and paths; false when one is wrong. */
static bool read_arguments(char **argv, struct options *options, const char **paths, size_t *count)
{
    bool names_only = false;
    for (char **at = argv + 1; *at != NULL;) {
        if (names_only || at[0][0] != '-' || at[0][1] == '\0') {
            paths[(*count)++] = *at++;
            continue;
        }
        names_only = strcmp(*at, "--") == 0;
        int taken = names_only ? 1 : take_option(at, options);
        if (taken == 0) {
            usage("not an option, or not a kind: ", *at);
            return false;
        }
        at += taken;
    }
    if (*count == 0) {
        paths[(*count)++] = "-";
    }
    return true;
}

int main(int argc, char **argv)
{
    struct options options;
    const char **paths = calloc((size_t)argc + 1, sizeof *paths);
    size_t count = 0;
    enum verdict verdict = UNREADABLE;
    memset(&options, 0, sizeof options);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        verdict = VALID;
    } else if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("xk-inspect " XK_VERSION_STRING);
        verdict = VALID;
    } else if (paths == NULL || !read_arguments(argv, &options, paths, &count)) {
        verdict = UNREADABLE;
    } else if (options.pair && count != 2) {
        usage("--pair takes two inputs", "");
    } else {
        verdict = options.pair ? inspect_pair(paths, &options) : inspect_all(paths, count, &options);
    }
    free(paths);
    return fflush(stdout) == 0 ? (int)verdict : UNREADABLE;
}
