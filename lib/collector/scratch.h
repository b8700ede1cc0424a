/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the octets of an exchange lie in one piece while the host looks at them. One callback at a time uses it. */
#ifndef XKI_COLLECTOR_SCRATCH_H
#define XKI_COLLECTOR_SCRATCH_H

#include "collector/store.h"

#define XKI_CO_CORRELATION_MAX 64u
#define XKI_CO_CALL_ID_MAX 1024u

enum xki_co_scratch { XKI_CO_AT_INIT, XKI_CO_AT_RESP, XKI_CO_AT_UPDATE_INIT, XKI_CO_AT_UPDATE_RESP, XKI_CO_AT_CALL_ID,
                      XKI_CO_AT_CORRELATION, XKI_CO_AT_IDENTITIES, XKI_CO_AT_HINTS, XKI_CO_AT_BODY, XKI_CO_AT_READ,
                      XKI_CO_SCRATCH_END };

static inline size_t xki_co_scratch_size(const struct xk_collector_config *config, unsigned int what)
{
    static const size_t fixed[] = {XKI_CO_CALL_ID_MAX, XKI_CO_CORRELATION_MAX,
                                   (size_t)XK_COLLECTOR_IDENTITIES_MAX * XK_COLLECTOR_IDENTITY_OCTETS,
                                   (size_t)2 * XK_COLLECTOR_IDENTITY_OCTETS, 65536};
    if (what == XKI_CO_AT_READ) { /* what one message may bring */
        return (size_t)4 * config->max_init + config->max_resp;
    }
    if (what >= XKI_CO_AT_CALL_ID) {
        return fixed[what - XKI_CO_AT_CALL_ID];
    }
    return what % 2 == 0 ? config->max_init : config->max_resp;
}

/* Where a part begins; of XKI_CO_SCRATCH_END: the size of all. */
static inline size_t xki_co_scratch_at(const struct xk_collector_config *config, unsigned int what)
{
    size_t at = 0;
    for (unsigned int i = 0; i < what; i++) {
        at += xki_co_scratch_size(config, i);
    }
    return at;
}

/* Copies a text into its part, in one piece. */
static inline struct xk_bytes xki_co_in_one_piece(const struct xk_collector *c, enum xki_co_scratch what, size_t offset,
                                                  const struct xki_co_text *text)
{
    uint8_t *to = (uint8_t *)c->arrays[XKI_CO_SCRATCH] + xki_co_scratch_at(&c->config, what) + offset;
    struct xk_bytes view = {NULL, 0};
    if (text->size != 0) {
        xki_co_copy(c, text, to);
        view.data = to;
        view.size = text->size;
    }
    return view;
}

#endif
