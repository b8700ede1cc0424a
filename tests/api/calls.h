/* SPDX-License-Identifier: BSD-2-Clause */
/* What the generated calls are made of, and the table that they form. */
#ifndef API_CALLS_H
#define API_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/status.h>

#define CALLS_CAPACITY 4096u
#define CALLS_NO_STATUS 0x7fff /* the function answers with something else, or with nothing */

enum calls_wanted {
    CALLS_ANY,      /* no crash */
    CALLS_ARGUMENT, /* no crash, and XK_E_ARGUMENT where there is a status */
    CALLS_NOWHERE   /* the same, but only of a call that is XK_OK as it should be, or XK_E_SPACE */
};

struct calls_row {
    const char *function;
    const char *what;
    enum calls_wanted wanted;
    bool tells; /* has a diag */
    int (*call)(void);
};

extern const struct calls_row calls_rows[];
extern const size_t calls_count;

/* Zeroed memory for the argument at this place. */
void *calls_block(unsigned int argument);

/* The same as a structure that a call takes: of a kind that samples.c knows, else zeros with the right `size`. */
void *calls_structure(unsigned int argument, const char *name, size_t size);

/* An object of a kind whose content is hidden; NULL for one that samples.c does not know. */
void *calls_object(const char *name);

/* For what a call tells of its refusal; says nothing that a call would say. */
struct xk_diag *calls_diag(void);

struct xk_bytes calls_view(void);

/* One octet, the least that can be nowhere. */
struct xk_bytes calls_nowhere(void);

#endif
