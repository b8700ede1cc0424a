/* SPDX-License-Identifier: BSD-2-Clause */
/** @file How a program's connections are protected, as its command line says: mutual TLS, or expressly not. */
#ifndef EXAMPLES_LINKS_H
#define EXAMPLES_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/options.h"
#include "transport/tls.h"

struct links {
    const char *folder; /* NAME.crt, NAME.key, ca.crt, ca.crl; NULL with `plain` */
    const char *name;   /* of the own certificate */
    bool plain;
    bool protected_elsewhere;
    bool allow_1_2;
    uint32_t list_age_s; /* as tls_files has it */
};

/** Takes --tls, --name, --plain, --protected-elsewhere and --tls-1.2; ends the program when they contradict. */
void links_take(struct links *links, const struct options *options, const char *name);
/** Ends the program when something plain would leave this host without other protection. */
void links_check(const struct links *links, const char *address, bool listening);
/** A context for peers of these names; NULL without TLS, or with a line in `why` when it cannot be made. */
SSL_CTX *links_context(const struct links *links, enum tls_role role, const char *const *peers, size_t peer_count,
                       char *why, size_t why_size);
/** Cuts "a,b" into names, which point into the answer, for the caller to free; ends the program when there are too many
 * or one is empty. */
char *links_names(const char *list, const char *fallback, const char **names, size_t *count);

#endif
