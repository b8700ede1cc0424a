/* SPDX-License-Identifier: BSD-2-Clause */
/* The sequences of a stream: one number that is next for each context, in a table of a fixed size. */
#ifndef XKI_X2_SEQUENCE_H
#define XKI_X2_SEQUENCE_H

#include <xk/x2_stream.h>

#include "support/idmap.h"
#include "support/siphash.h"

struct xki_x2_context {
    uint64_t name[2]; /* keyed hashes of all that makes a context: 128 bits, so that two are never one */
    uint32_t next;    /* number that the next PDU has */
    uint32_t older;   /* in the order of their use; XKI_IDMAP_NONE at the ends */
    uint32_t newer;
};

struct xki_x2_sequences {
    struct xki_x2_context *contexts;
    struct xki_idmap map;
    struct xki_siphash_key keys[2];
    uint32_t capacity;
    uint32_t count;
    uint32_t oldest;
    uint32_t newest;
    enum xk_x2_sequence_rule rule;
};

/* `contexts` and `cells` are as large as the capacity wants them; cells are zeroed. */
void xki_x2_sequences_init(struct xki_x2_sequences *s, const struct xk_x2_stream_config *config,
                           struct xki_x2_context *contexts, uint64_t *cells);

/* One number of a context: what is noticed of it, 0 for nothing. `*forgotten` is set when another context had to go. */
enum xk_x2_notice xki_x2_sequence_see(struct xki_x2_sequences *s, const struct xk_x2_pdu *pdu, const uint8_t *xid,
                                      const uint8_t *correlation, uint32_t number, struct xk_x2_event *event,
                                      bool *forgotten);

/* A new connection begins. */
void xki_x2_sequences_reconnected(struct xki_x2_sequences *s);

#endif
