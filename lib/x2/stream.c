/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The octets of a connection, cut into PDUs. What lies whole in the host's octets is read there; what is cut is
 * gathered in a buffer of the size of the largest PDU, which holds nothing once that is handed on.
 */
#include <xk/x2_stream.h>

#include <string.h>

#include <xk/secret.h>

#include "support/diag.h"
#include "support/sized.h"
#include "x2/octets.h"
#include "x2/pdu.h"
#include "x2/sequence.h"

struct xk_x2_stream {
    struct xk_x2_stream_callbacks callbacks;
    void *user;
    size_t memory; /* octets, this structure included */
    struct xki_x2_sequences sequences;
    struct xk_x2_stream_counters counters;
    uint8_t *buffer;
    size_t pdu_max;
    size_t held;   /* octets in the buffer */
    uint64_t skip; /* octets to come of a PDU that is too large */
    bool broken;
    bool busy; /* in a callback */
};

/* The parts of the memory follow each other, those that are aligned most first. */
_Static_assert(sizeof(struct xk_x2_stream) % _Alignof(struct xki_x2_context) == 0 &&
                   sizeof(struct xki_x2_context) % _Alignof(uint64_t) == 0,
               "a part begins where it may not");

void xk_x2_stream_config_defaults(struct xk_x2_stream_config *config, size_t size)
{
    struct xk_x2_stream_config defaults;
    if (config == NULL) {
        return;
    }
    memset(&defaults, 0, sizeof defaults);
    defaults.size = size;
    defaults.pdu_max = 65536;
    defaults.contexts = 1024;
    defaults.rule = XK_X2_SEQUENCE_FROM_0;
    memcpy(config, &defaults, size < sizeof defaults ? size : sizeof defaults);
}

static enum xk_status read_config(const struct xk_x2_stream_config *config, struct xk_x2_stream_config *own,
                                  struct xk_diag *diag)
{
    xk_x2_stream_config_init(own);
    if (!xki_sized_read(own, config, XKI_SIZED_FIRST(struct xk_x2_stream_config, hash_key), sizeof *own)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    if (own->pdu_max < XK_X2_PDU_MAX_LEAST || own->pdu_max > XK_X2_PDU_MAX_MOST) {
        return xki_fail(diag, XK_E_CONFIG, 0, "pdu_max");
    }
    if (own->contexts < 1 || own->contexts > XK_X2_CONTEXTS_MOST) {
        return xki_fail(diag, XK_E_CONFIG, 0, "contexts");
    }
    if ((unsigned int)own->rule > XK_X2_SEQUENCE_NONE) {
        return xki_fail(diag, XK_E_CONFIG, 0, "rule");
    }
    return XK_OK;
}

/* Where each part begins in the memory: the structure, contexts, cells of their map, the buffer; the last is the end.
 */
static void lay_out(const struct xk_x2_stream_config *config, size_t offsets[4])
{
    offsets[0] = sizeof(struct xk_x2_stream);
    offsets[1] = offsets[0] + config->contexts * sizeof(struct xki_x2_context);
    offsets[2] = offsets[1] + xki_idmap_cells(config->contexts) * sizeof(uint64_t);
    offsets[3] = offsets[2] + config->pdu_max;
}

size_t xk_x2_stream_memory(const struct xk_x2_stream_config *config)
{
    struct xk_x2_stream_config own;
    size_t offsets[4];
    if (config == NULL || read_config(config, &own, NULL) != XK_OK) {
        return 0;
    }
    lay_out(&own, offsets);
    return offsets[3];
}

enum xk_status xk_x2_stream_begin(const struct xk_x2_stream_config *config,
                                  const struct xk_x2_stream_callbacks *callbacks, void *user, void *memory,
                                  size_t memory_size, struct xk_x2_stream **stream, struct xk_diag *diag)
{
    struct xk_x2_stream_config own;
    struct xk_x2_stream_callbacks given;
    size_t offsets[4];
    if (config == NULL || callbacks == NULL || memory == NULL || stream == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    memset(&given, 0, sizeof given);
    if (!xki_sized_read(&given, callbacks, XKI_SIZED_FIRST(struct xk_x2_stream_callbacks, on_event), sizeof given)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "callbacks.size");
    }
    if (given.on_pdu == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "on_pdu");
    }
    enum xk_status status = read_config(config, &own, diag);
    if (status != XK_OK) {
        return status;
    }
    lay_out(&own, offsets);
    if (memory_size < offsets[3]) {
        return xki_fail(diag, XK_E_SPACE, offsets[3], "memory_size");
    }
    uint8_t *octets = memory;
    struct xk_x2_stream *s = memory;
    memset(octets, 0, offsets[2]);
    s->callbacks = given;
    s->user = user;
    s->memory = offsets[3];
    s->counters.size = sizeof s->counters;
    s->buffer = octets + offsets[2];
    s->pdu_max = own.pdu_max;
    xki_x2_sequences_init(&s->sequences, &own, (struct xki_x2_context *)(void *)(octets + offsets[0]),
                          (uint64_t *)(void *)(octets + offsets[1]));
    *stream = s;
    return XK_OK;
}

static void tell(struct xk_x2_stream *s, struct xk_x2_event *event)
{
    if (s->callbacks.on_event != NULL) {
        s->busy = true;
        s->callbacks.on_event(s->user, event);
        s->busy = false;
    }
}

static void watch(struct xk_x2_stream *s, const struct xk_x2_pdu *pdu, const uint8_t *xid, const uint8_t *correlation,
                  uint32_t number)
{
    struct xk_x2_event event;
    bool forgotten = false;
    memset(&event, 0, sizeof event);
    event.type = pdu->type;
    event.xid = xid;
    event.correlation = correlation;
    event.notice = xki_x2_sequence_see(&s->sequences, pdu, xid, correlation, number, &event, &forgotten);
    s->counters.forgotten += forgotten ? 1 : 0;
    s->counters.gaps += event.notice == XK_X2_NOTICE_GAP;
    s->counters.missing += event.missing;
    s->counters.repeated += event.notice == XK_X2_NOTICE_REPEATED;
    s->counters.restarted += event.notice == XK_X2_NOTICE_RESTARTED;
    if ((int)event.notice != 0) {
        tell(s, &event);
    }
}

/* The PDU's own sequence, and those of the further XIDs for which it was sent. */
static void watch_all(struct xk_x2_stream *s, const struct xk_x2_pdu *pdu)
{
    struct xk_x2_attribute attribute;
    struct xk_x2_further_xid further;
    size_t at = 0;
    if (s->sequences.rule == XK_X2_SEQUENCE_NONE) {
        return;
    }
    if (pdu->has_sequence) {
        watch(s, pdu, pdu->xid, pdu->correlation, pdu->sequence);
    } else {
        struct xk_x2_event event = {XK_X2_NOTICE_ABSENT, pdu->type, 0, 0, 0, pdu->xid, pdu->correlation};
        s->counters.absent++;
        tell(s, &event);
    }
    while (s->sequences.rule != XK_X2_SEQUENCE_PER_CONNECTION && xk_x2_next_attribute(pdu, &at, &attribute)) {
        if (attribute.type == XK_X2_ATTRIBUTE_FURTHER_XID &&
            xk_x2_read_further_xid(attribute.value, &further, NULL) == XK_OK && further.has_sequence) {
            watch(s, pdu, further.xid, further.correlation, further.sequence);
        }
    }
}

static bool answer(struct xk_x2_stream *s, const struct xk_x2_pdu *asked)
{
    uint8_t octets[XK_X2_KEEP_ALIVE_SIZE];
    size_t size = 0;
    if (s->callbacks.on_answer == NULL) {
        return true;
    }
    enum xk_status written = xk_x2_answer_keep_alive(asked, octets, sizeof octets, &size, NULL);
    (void)written; /* of a keep-alive, and with room for it: it cannot fail */
    s->busy = true;
    bool taken = s->callbacks.on_answer(s->user, octets, size);
    s->busy = false;
    return taken;
}

/* One whole PDU. False: not taken, and nothing has changed. */
static bool hand_on(struct xk_x2_stream *s, const uint8_t *data, size_t size)
{
    struct xk_x2_pdu pdu;
    xki_x2_read_pdu(data, size, &pdu);
    if (pdu.type == XK_X2_TYPE_KEEP_ALIVE) {
        if (!answer(s, &pdu)) {
            return false;
        }
        s->counters.keep_alives++;
    } else if (pdu.type == XK_X2_TYPE_KEEP_ALIVE_ACK) {
        s->counters.answers++;
    } else {
        s->busy = true;
        bool taken = s->callbacks.on_pdu(s->user, &pdu);
        s->busy = false;
        if (!taken) {
            return false;
        }
        s->counters.pdus++;
        watch_all(s, &pdu);
    }
    s->counters.deviating += pdu.deviations != 0;
    return true;
}

/* The size of the PDU whose lengths are at `data`; one that is too large is told, and `*size` is then 0. */
static enum xk_status measure(struct xk_x2_stream *s, const uint8_t *data, uint64_t *size, struct xk_diag *diag)
{
    enum xk_status status = xk_x2_measure(data, XKI_X2_LENGTHS_END, size, diag);
    if (status != XK_OK) {
        s->broken = true;
        return status;
    }
    if (*size > s->pdu_max) {
        struct xk_x2_event event = {XK_X2_NOTICE_TOO_LARGE, xki_x2_get16(data + 2), 0, 0, *size, NULL, NULL};
        s->skip = *size;
        s->counters.too_large++;
        *size = 0;
        tell(s, &event);
    }
    return XK_OK;
}

static void forget_held(struct xk_x2_stream *s)
{
    xk_wipe(s->buffer, s->held);
    s->held = 0;
}

/* Into the buffer as much of `data` as it lacks to hold `wanted`. How many octets. */
static size_t gather(struct xk_x2_stream *s, const uint8_t *data, size_t size, size_t wanted)
{
    size_t lacking = wanted - s->held;
    size_t taken = size < lacking ? size : lacking;
    if (taken > 0) {
        memcpy(s->buffer + s->held, data, taken);
    }
    s->held += taken;
    return taken;
}

/* One step with a PDU that was cut: `*at` moves on. XK_E_TRUNCATED when more octets are needed. */
static enum xk_status step_held(struct xk_x2_stream *s, const uint8_t *data, size_t size, size_t *at,
                                struct xk_diag *diag)
{
    if (s->held < XKI_X2_LENGTHS_END) {
        *at += gather(s, data + *at, size - *at, XKI_X2_LENGTHS_END);
        if (s->held < XKI_X2_LENGTHS_END) {
            return XK_E_TRUNCATED;
        }
        uint64_t whole = 0;
        enum xk_status status = measure(s, s->buffer, &whole, diag);
        if (status != XK_OK || s->skip > 0) {
            s->skip -= s->skip > 0 ? s->held : 0;
            forget_held(s);
        }
        return status == XK_OK ? XK_OK : xki_fail(diag, status, *at, "Header Length");
    }
    size_t whole = (size_t)xki_x2_pdu_size(s->buffer);
    *at += gather(s, data != NULL ? data + *at : NULL, size - *at, whole);
    if (s->held < whole) {
        return XK_E_TRUNCATED;
    }
    if (!hand_on(s, s->buffer, s->held)) {
        return xki_fail(diag, XK_E_BLOCKED, *at, "");
    }
    forget_held(s);
    return XK_OK;
}

/* One step with what begins at `*at`. */
static enum xk_status step_fresh(struct xk_x2_stream *s, const uint8_t *data, size_t size, size_t *at,
                                 struct xk_diag *diag)
{
    uint64_t whole = XKI_X2_LENGTHS_END;
    if (size - *at >= XKI_X2_LENGTHS_END) {
        enum xk_status status = measure(s, data + *at, &whole, diag);
        if (status != XK_OK) {
            return xki_fail(diag, status, *at + 4, "Header Length");
        }
        if (whole == 0) {
            return XK_OK; /* too large: it is stepped over */
        }
    }
    if (size - *at < whole) {
        *at += gather(s, data + *at, size - *at, (size_t)whole);
        return XK_E_TRUNCATED;
    }
    if (!hand_on(s, data + *at, (size_t)whole)) {
        return xki_fail(diag, XK_E_BLOCKED, *at, "");
    }
    *at += (size_t)whole;
    return XK_OK;
}

static void step_over(struct xk_x2_stream *s, size_t size, size_t *at)
{
    size_t step = s->skip < size - *at ? (size_t)s->skip : size - *at;
    s->skip -= step;
    *at += step;
}

enum xk_status xk_x2_stream_feed(struct xk_x2_stream *s, const uint8_t *data, size_t size, size_t *used,
                                 struct xk_diag *diag)
{
    if (s == NULL || used == NULL || (data == NULL && size > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (s->busy) {
        return xki_fail(diag, XK_E_BUSY, 0, "");
    }
    *used = 0;
    if (s->broken) {
        return xki_fail(diag, XK_E_X2, 0, "Header Length");
    }
    enum xk_status status = XK_OK;
    size_t at = 0;
    while (status == XK_OK && (at < size || s->held >= XKI_X2_LENGTHS_END)) {
        if (s->skip > 0) {
            step_over(s, size, &at);
        } else if (s->held > 0) {
            status = step_held(s, data, size, &at, diag);
        } else {
            status = step_fresh(s, data, size, &at, diag);
        }
    }
    *used = at;
    s->counters.octets += at;
    return status == XK_E_TRUNCATED ? XK_OK : status;
}

enum xk_status xk_x2_stream_reconnected(struct xk_x2_stream *s)
{
    if (s == NULL) {
        return XK_E_ARGUMENT;
    }
    if (s->busy) {
        return XK_E_BUSY;
    }
    s->counters.cut += s->held > 0 || s->skip > 0;
    forget_held(s);
    s->skip = 0;
    s->broken = false;
    xki_x2_sequences_reconnected(&s->sequences);
    return XK_OK;
}

enum xk_status xk_x2_stream_read_counters(const struct xk_x2_stream *s, struct xk_x2_stream_counters *counters)
{
    if (s == NULL || counters == NULL) {
        return XK_E_ARGUMENT;
    }
    return xki_sized_write(counters, &s->counters, XKI_SIZED_FIRST(struct xk_x2_stream_counters, cut),
                           sizeof s->counters)
               ? XK_OK
               : XK_E_ARGUMENT;
}

enum xk_status xk_x2_stream_end(struct xk_x2_stream *s)
{
    if (s == NULL) {
        return XK_OK;
    }
    if (s->busy) {
        return XK_E_BUSY;
    }
    xk_wipe(s, s->memory);
    return XK_OK;
}

const char *xk_x2_notice_name(enum xk_x2_notice notice)
{
    switch (notice) {
    case XK_X2_NOTICE_GAP:
        return "gap";
    case XK_X2_NOTICE_REPEATED:
        return "repeated";
    case XK_X2_NOTICE_RESTARTED:
        return "restarted";
    case XK_X2_NOTICE_ABSENT:
        return "absent";
    case XK_X2_NOTICE_TOO_LARGE:
        return "too large";
    }
    return "?";
}
