/* SPDX-License-Identifier: BSD-2-Clause */
#include "lemf/record.h"

#include <string.h>

static bool is_same(struct xk_bytes a, struct xk_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static enum xk_status read_iri(const struct xk_read_options *options, struct record *record, struct xk_diag *diag)
{
    struct xk_ps_payload payload;
    size_t position = 0;
    enum xk_status status = xk_ps_pdu_next_payload(&record->pdu, &position, &payload, diag);
    if (status != XK_OK || payload.module == 0) {
        return status;
    }
    if (payload.form == XK_PS_WHOLE_RECORD) {
        status = xk_hi2_record_decode(payload.record.data, payload.record.size, options, &record->hi2, diag);
    } else {
        status = xk_hi2_parameters_decode(payload.record_type, payload.record.data, payload.record.size, options,
                                          &record->hi2, diag);
    }
    record->has_hi2 = status == XK_OK;
    if (record->has_hi2 && !is_same(record->hi2.liid, record->pdu.header.liid)) {
        *diag = (struct xk_diag){XK_E_CONFLICT, 0, "lawfulInterceptionIdentifier"};
        return XK_E_CONFLICT;
    }
    return status;
}

bool record_read(const uint8_t *data, size_t size, uint8_t *room, struct record *record, struct xk_diag *diag)
{
    struct xk_read_options options;
    struct xk_ps_header header;
    memset(record, 0, sizeof *record);
    *diag = (struct xk_diag){XK_OK, 0, ""};
    xk_read_options_init(&options);
    options.scratch = room;
    options.scratch_size = size;
    enum xk_status status = xk_ps_pdu_decode(data, size, &options, &record->pdu, diag);
    if (status == XK_OK && record->pdu.kind == XK_PS_IRI) {
        status = read_iri(&options, record, diag);
    } else if (status == XK_OK && record->pdu.kind == XK_PS_TRI) {
        options.scratch = NULL; /* a TRI in pieces is told by its kind alone: the header has the room */
        options.scratch_size = 0;
        record->has_tri = xk_tri_decode(data, size, &options, &header, &record->tri, diag) == XK_OK;
    }
    return status == XK_OK;
}
