/* SPDX-License-Identifier: BSD-2-Clause */
/* What a host puts in: numbered, encoded into the ring, and only then certain. */
#include <string.h>

#include <xk/secret.h>

#include "delivery/session.h"
#include "hi2/ps_header.h"
#include "support/diag.h"
#include "support/inline.h"

static enum xk_status full(struct xk_delivery *d, size_t size, struct xk_diag *diag)
{
    d->room_wanted = size;
    d->request_due = true; /* what is acknowledged makes room */
    d->count.refused_full++;
    return xki_fail(diag, XK_E_FULL, 0, "");
}

/* Where a PS-PDU of this size goes. */
static enum xk_status find_room(struct xk_delivery *d, size_t size, size_t *at, struct xk_diag *diag)
{
    if (size > d->config.max_pdu || size > d->config.buffer_size) {
        return xki_fail(diag, XK_E_TOO_LARGE, size, "max_pdu");
    }
    *at = xki_dl_room(d, size);
    return *at == SIZE_MAX ? full(d, size, diag) : XK_OK;
}

/* Encodes into the ring where the next PS-PDU goes anyway. Only if it does not fit there is its size asked for first.
 */
static enum xk_status encode_record(struct xk_delivery *d, const struct xk_delivery_record *record,
                                    const struct xk_ps_header *header, size_t *at, size_t *size, struct xk_diag *diag)
{
    size_t capacity = xki_dl_space(d, at);
    capacity = capacity < d->config.max_pdu ? capacity : d->config.max_pdu;
    enum xk_status status =
        xki_hi2_encode_pdu(header, record->module, record->form, record->record, d->ring + *at, capacity, size, diag);
    if (status != XK_E_SPACE) {
        return status;
    }
    status = find_room(d, *size, at, diag);
    if (status != XK_OK) {
        return status;
    }
    return xki_hi2_encode_pdu(header, record->module, record->form, record->record, d->ring + *at, *size, size, diag);
}

static struct xki_dl_slot *append(struct xk_delivery *d, size_t at, size_t size, const struct xk_ps_header *header)
{
    struct xki_dl_slot *slot = xki_dl_append(d, at, size);
    slot->number = header->sequence_number;
    slot->liid_size = (uint8_t)header->liid.size;
    memcpy(slot->liid, header->liid.data, header->liid.size);
    memcpy(slot->country, header->authorization_country, 2);
    return slot;
}

static enum xk_status check_record(const struct xk_delivery *d, const struct xk_delivery_record *record,
                                   struct xk_diag *diag)
{
    if (d == NULL || record == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (record->size != sizeof *record || record->header.size != sizeof record->header) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    if (xki_dl_is_busy(d)) {
        return xki_fail(diag, XK_E_BUSY, 0, "");
    }
    return xki_hi2_check_header(&record->header, diag);
}

/* The octets go into the ring before they are certain: what lies behind the tail belongs to nobody, and a number that
 * the journal refuses leaves only such octets, which are wiped. */
static enum xk_status place(struct xk_delivery *d, const struct xk_delivery_record *record,
                            const struct xk_ps_header *header, struct xki_dl_number *number, struct xk_diag *diag)
{
    size_t size = 0;
    size_t at = 0;
    uint32_t entry = XKI_DL_NONE;
    enum xk_status status = encode_record(d, record, header, &at, &size, diag);
    if (status != XK_OK) {
        return status;
    }
    bool again = number->entry != XKI_DL_NONE;
    status = xki_dl_commit(d->counters, number, &record->cookie, header->authorization_country, &entry);
    if (status != XK_OK) {
        xk_wipe(d->ring + at, size);
        return xki_fail(diag, status, 0, "");
    }
    struct xki_dl_slot *slot = append(d, at, size, header);
    slot->cookie = record->cookie;
    slot->entry = entry;
    /* A number that was given before may have been sent by another session, or in another life. */
    slot->flags = again ? XKI_DL_FLAG_RECORD | XKI_DL_FLAG_SENT : XKI_DL_FLAG_RECORD;
    return XK_OK;
}

enum xk_status xk_delivery_put(struct xk_delivery *delivery, struct xk_moment now,
                               const struct xk_delivery_record *record, uint32_t *number, struct xk_diag *diag)
{
    struct xki_dl_key key;
    struct xki_dl_number given;
    enum xk_status status = check_record(delivery, record, diag);
    if (status != XK_OK) {
        return status;
    }
    xki_dl_now(delivery, now);
    if (!xki_dl_check_room(delivery)) {
        return full(delivery, 1, diag);
    }
    status = xki_dl_make_key(delivery->counters, &record->header, XKI_DL_CLASS_IRI, &key);
    if (status != XK_OK) {
        return xki_fail(diag, status, key.size, "max_context_size");
    }
    status = xki_dl_prepare(delivery->counters, &key, &record->cookie, record->header.time, &given, diag);
    if (status != XK_OK) {
        return status;
    }
    struct xk_ps_header header;
    memcpy(&header, &record->header, xki_unknown(sizeof header));
    header.pdu_max = XK_PS_PDU_MAX; /* the session's own limit counts */
    header.sequence_number = given.number;
    header.time = given.time;
    if (given.entry != XKI_DL_NONE) { /* the time comes out of a saved state */
        status = xki_hi2_check_header(&header, diag);
    }
    if (status == XK_OK) {
        status = place(delivery, record, &header, &given, diag);
    }
    if (status != XK_OK) {
        return status;
    }
    delivery->count.put++;
    if (number != NULL) {
        *number = given.number;
    }
    const struct xki_dl_slot *placed = xki_dl_slot(delivery, delivery->tail - 1);
    xki_dl_check_take(delivery, &key, &header, (struct xk_bytes){delivery->ring + placed->at, placed->size});
    return XK_OK;
}

static enum xk_status check_tri(const struct xk_delivery *d, const struct xk_ps_header *header,
                                const struct xk_tri *tri, struct xk_diag *diag)
{
    if (d == NULL || header == NULL || tri == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (header->size != sizeof *header || tri->size != sizeof *tri) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    if (tri->type != XK_TRI_TEST_PDU && tri->type != XK_TRI_CIN_RESET && tri->type != XK_TRI_OPERATOR_LEA_MESSAGE) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "type");
    }
    if (xki_dl_is_busy(d)) {
        return xki_fail(diag, XK_E_BUSY, 0, "");
    }
    return xki_hi2_check_header(header, diag);
}

enum xk_status xk_delivery_put_tri(struct xk_delivery *delivery, struct xk_moment now,
                                   const struct xk_ps_header *header, const struct xk_tri *tri, struct xk_diag *diag)
{
    struct xki_dl_key key;
    struct xki_dl_number given;
    size_t size = 0;
    size_t at = 0;
    uint32_t entry = XKI_DL_NONE;
    enum xk_status status = check_tri(delivery, header, tri, diag);
    if (status != XK_OK) {
        return status;
    }
    xki_dl_now(delivery, now);
    if (!xki_dl_check_room(delivery)) {
        return full(delivery, 1, diag);
    }
    bool counts = tri->type == XK_TRI_OPERATOR_LEA_MESSAGE;
    struct xk_ps_header numbered = *header;
    numbered.sequence_number = 0;
    if (counts) {
        status = xki_dl_make_key(delivery->counters, header, XKI_DL_CLASS_TRI | (unsigned int)tri->type, &key);
        if (status != XK_OK) {
            return xki_fail(diag, status, key.size, "max_context_size");
        }
        status = xki_dl_prepare(delivery->counters, &key, NULL, header->time, &given, diag);
        if (status != XK_OK) {
            return status;
        }
        numbered.sequence_number = given.number;
    }
    status = xk_tri_encode(&numbered, tri, NULL, 0, &size, diag);
    if (status == XK_E_SPACE) {
        status = find_room(delivery, size, &at, diag);
    }
    if (status == XK_OK) {
        status = xk_tri_encode(&numbered, tri, delivery->ring + at, size, &size, diag);
    }
    if (status == XK_OK && counts &&
        xki_dl_commit(delivery->counters, &given, NULL, header->authorization_country, &entry) != XK_OK) {
        xk_wipe(delivery->ring + at, size);
        status = xki_fail(diag, XK_E_JOURNAL, 0, "");
    }
    if (status == XK_OK) {
        (void)append(delivery, at, size, &numbered);
    }
    return status;
}
