/* SPDX-License-Identifier: BSD-2-Clause */
#include "lemf/sequences.h"

#include <stdlib.h>
#include <string.h>

#define CONTEXT_MAX 1024

struct writer {
    uint8_t octets[CONTEXT_MAX];
    size_t size;
};

/* With its length before it, so that no two contexts are written alike. */
static void put(struct writer *w, const void *data, size_t size)
{
    uint32_t length = (uint32_t)size;
    if (w->size + sizeof length + size <= sizeof w->octets) {
        memcpy(w->octets + w->size, &length, sizeof length);
        if (size > 0) {
            memcpy(w->octets + w->size + sizeof length, data, size);
        }
        w->size += sizeof length + size;
    }
}

static bool name_context(const struct xk_ps_pdu *pdu, struct digest *out)
{
    const struct xk_ps_header *header = &pdu->header;
    struct writer w = {.size = 0};
    put(&w, header->liid.data, header->liid.size);
    put(&w, header->operator_identifier.data, header->operator_identifier.size);
    put(&w, header->network_element.data, header->network_element.size);
    put(&w, &header->intercepting_element.form, sizeof header->intercepting_element.form);
    put(&w, header->intercepting_element.value.data, header->intercepting_element.value.size);
    put(&w, &header->identity_number, header->has_identity_number ? sizeof header->identity_number : 0);
    put(&w, header->cin_extension.data, header->cin_extension.size);
    put(&w, header->delivery_country, 2);
    put(&w, &pdu->kind, sizeof pdu->kind);
    return digest_of(w.octets, w.size, out);
}

static struct context *add_context(struct sequences *s, const struct digest *name, struct xk_bytes liid)
{
    if (s->count == s->room) {
        size_t room = s->room > 0 ? 2 * s->room : 64;
        struct context **more = realloc(s->contexts, room * sizeof *more);
        if (more == NULL) {
            return NULL;
        }
        s->contexts = more;
        s->room = room;
    }
    struct context *context = calloc(1, sizeof *context);
    if (context == NULL || !digest_of(liid.data, liid.size, &context->liid) ||
        !digests_put(&s->places, name, (uint32_t)s->count + 1)) {
        free(context);
        return NULL;
    }
    s->contexts[s->count++] = context;
    return context;
}

/* Takes a number out of a hole, which may leave two. */
static bool fill(struct context *context, uint32_t number)
{
    for (size_t i = 0; i < context->hole_count; i++) {
        struct hole *hole = &context->holes[i];
        uint32_t before = number - hole->first;
        if (before >= hole->count) {
            continue;
        }
        uint32_t after = hole->count - before - 1;
        if (after > 0 && before > 0 && context->hole_count < HOLES_MAX) {
            context->holes[context->hole_count++] = (struct hole){number + 1, after};
            hole->count = before;
        } else if (before > 0 && after == 0) {
            hole->count = before;
        } else if (after > 0) {
            *hole = (struct hole){number + 1, after};
        } else {
            *hole = context->holes[--context->hole_count];
        }
        return true;
    }
    return false;
}

enum sequence_word sequences_take(struct sequences *sequences, const struct xk_ps_pdu *pdu, struct hole *hole)
{
    struct digest name;
    const uint32_t number = pdu->header.sequence_number;
    if (!name_context(pdu, &name)) {
        return SEQUENCE_NO_MEMORY;
    }
    uint32_t place = digests_find(&sequences->places, &name);
    struct context *context =
        place != 0 ? sequences->contexts[place - 1] : add_context(sequences, &name, pdu->header.liid);
    if (context == NULL) {
        return SEQUENCE_NO_MEMORY;
    }
    const struct xk_ps_sequence sequence = {true, context->next};
    uint32_t lost = 0;
    enum xk_status status = xk_ps_sequence_check(&sequence, number, &lost);
    if (status == XK_OK) {
        context->next = number + 1;
        return SEQUENCE_NEXT;
    }
    if (lost == 0) {
        return fill(context, number) ? SEQUENCE_FILLS : SEQUENCE_ANOTHER;
    }
    *hole = (struct hole){context->next, lost};
    if (context->hole_count < HOLES_MAX) {
        context->holes[context->hole_count++] = *hole;
    }
    context->next = number + 1;
    return SEQUENCE_GAP;
}

void sequences_reset(struct sequences *sequences, struct xk_bytes liid)
{
    struct digest name;
    bool all = liid.size == 1 && liid.data[0] == '-';
    bool known = digest_of(liid.data, liid.size, &name);
    for (size_t i = 0; i < sequences->count; i++) {
        struct context *context = sequences->contexts[i];
        if (all || (known && memcmp(&context->liid, &name, sizeof name) == 0)) {
            context->next = 0;
            context->hole_count = 0;
        }
    }
}

void sequences_free(struct sequences *sequences)
{
    for (size_t i = 0; i < sequences->count; i++) {
        free(sequences->contexts[i]);
    }
    free(sequences->contexts);
    digests_free(&sequences->places);
    *sequences = (struct sequences){0};
}
