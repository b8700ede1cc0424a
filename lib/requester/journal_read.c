/* SPDX-License-Identifier: BSD-2-Clause */
/* The records of journal and snapshot for whoever looks at them, by the readers of a restore. */
#include <xk/journal_read.h>

#include <string.h>

#include "requester/restore.h"
#include "support/diag.h"
#include "support/sized.h"
#include "warrant/warrant.h"

#define ENTRY_FIRST XKI_SIZED_FIRST(struct xk_journal_entry, decided)

const char *xk_journal_entry_kind_name(enum xk_journal_entry_kind kind)
{
    switch (kind) {
    case XK_JOURNAL_ENTRY_SUBMITTED:
        return "submitted";
    case XK_JOURNAL_ENTRY_DECIDED:
        return "decided";
    case XK_JOURNAL_ENTRY_ENDED:
        return "ended";
    case XK_JOURNAL_ENTRY_BEGIN:
        return "snapshot-begin";
    case XK_JOURNAL_ENTRY_END:
        return "snapshot-end";
    }
    return "?";
}

static void copy_ids(const uint8_t *ids, struct xk_journal_entry *entry)
{
    memcpy(&entry->transaction, ids, sizeof entry->transaction);
    memcpy(&entry->outcome, ids + sizeof entry->transaction, sizeof entry->outcome);
}

static bool read_submitted(const struct xki_rq_frame *frame, struct xk_journal_entry *entry)
{
    struct xki_rq_submitted s;
    if (!xki_rq_restore_submitted(frame, &s)) {
        return false;
    }
    copy_ids(s.ids, entry);
    entry->left_ms = s.left;
    entry->sessions = (struct xk_bytes){s.sessions, s.cs_count};
    entry->kms_count = s.route_count;
    for (size_t i = 0; i < entry->kms_count; i++) {
        entry->kms[i] = s.routes[i];
    }
    entry->asked = s.asked;
    entry->referred = s.referred != 0;
    xki_warrant_unpack(s.warrant.data, &entry->warrant, entry->parties);
    entry->get_keys = s.request;
    return true;
}

static struct xk_bytes name_or_none(struct xk_bytes name)
{
    return (struct xk_bytes){name.size == 0 ? NULL : name.data, name.size};
}

static bool read_decided(const struct xki_rq_frame *frame, struct xk_journal_entry *entry)
{
    struct xki_rq_decided d;
    if (!xki_rq_restore_decided(frame, &d)) {
        return false;
    }
    copy_ids(d.ids, entry);
    entry->outcome_kind = (enum xk_outcome_kind)d.kind;
    entry->cause = (enum xk_cause)d.cause;
    entry->failure = (enum xk_failure)d.failure;
    entry->age_ms = d.age;
    entry->answerer = name_or_none(d.answerer);
    entry->referral = name_or_none(d.referral);
    return true;
}

static bool read_frame(const struct xki_rq_frame *frame, struct xk_journal_entry *entry)
{
    switch (entry->kind) {
    case XK_JOURNAL_ENTRY_SUBMITTED:
        return read_submitted(frame, entry);
    case XK_JOURNAL_ENTRY_DECIDED:
        return read_decided(frame, entry);
    case XK_JOURNAL_ENTRY_ENDED:
        if (frame->size != XKI_RQ_FRAME_IDS) {
            return false;
        }
        copy_ids(frame->body, entry);
        return true;
    case XK_JOURNAL_ENTRY_BEGIN:
        entry->submitted = frame->size == 4 ? (uint32_t)xki_rq_frame_value(frame->body, 4) : 0;
        return frame->size == 4;
    case XK_JOURNAL_ENTRY_END:
        if (frame->size != 8) {
            return false;
        }
        entry->submitted = (uint32_t)xki_rq_frame_value(frame->body, 4);
        entry->decided = (uint32_t)xki_rq_frame_value(frame->body + 4, 4);
        return true;
    }
    return false;
}

enum xk_status xk_journal_read(const uint8_t *data, size_t size, size_t *position, struct xk_journal_entry *entry,
                               struct xk_diag *diag)
{
    struct xk_journal_entry read;
    struct xki_rq_frame frame;
    if (data == NULL || position == NULL || entry == NULL || *position > size ||
        !xki_sized_good(entry, ENTRY_FIRST, sizeof read)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    size_t next = *position;
    if (next == size) {
        return xki_fail(diag, XK_E_UNKNOWN, next, "record");
    }
    memset(&read, 0, sizeof read);
    enum xk_status status = xki_rq_frame_read(data, size, &next, &frame);
    if (status == XK_OK) {
        read.kind = (enum xk_journal_entry_kind)frame.kind;
        status = read_frame(&frame, &read) ? XK_OK : XK_E_SNAPSHOT;
    }
    if (status != XK_OK) {
        return xki_fail(diag, status, *position, "record");
    }
    read.epoch = frame.epoch;
    read.time_ms = frame.time;
    read.octets = (struct xk_bytes){data + *position, next - *position};
    if (read.warrant.parties != NULL) {
        read.warrant.parties = entry->parties;
    }
    (void)xki_sized_write(entry, &read, ENTRY_FIRST, sizeof read);
    *position = next;
    return XK_OK;
}
