/* SPDX-License-Identifier: BSD-2-Clause */
/* What must hold: at each delivery, at each cut, after a purge, and in the end. */
#include "sim_delivery/world.h"

#include <stdio.h>
#include <string.h>

void broken(struct world *w, const char *what)
{
    if (w->broken == NULL) {
        w->broken = what;
    }
}

/* Is the canary of a record anywhere in the memory of the objects? */
static bool is_in_memory(const struct world *w, const struct record *r)
{
    uint8_t canary[16];
    for (unsigned int i = 0; i < sizeof canary; i++) {
        canary[i] = (uint8_t)(r->id >> (8 * (i % 4)) ^ 0x6b);
    }
    for (unsigned int i = 0; i < 8; i++) {
        const uint8_t *block = w->blocks[i];
        const uint8_t *at = block;
        size_t left = w->block_sizes[i];
        while (block != NULL && left >= sizeof canary &&
               (at = memchr(at, canary[0], left - sizeof canary + 1)) != NULL) {
            if (memcmp(at, canary, sizeof canary) == 0) {
                return true;
            }
            at++;
            left = (size_t)(block + w->block_sizes[i] - at);
        }
    }
    return false;
}

void check_delivered(struct world *w, struct side *side, struct record *r)
{
    size_t copies = 0;
    if (r->state != RECORD_IN) {
        broken(w, "a record is delivered that was not put");
    }
    see(w, SEEN_DELIVERED);
    if (is_in_memory(w, r)) {
        broken(w, "a delivered record is still in memory");
    }
    if (side->acknowledging) {
        const struct judge_entry *entry = judge_find(&side->judge, r->id, &copies);
        see(w, SEEN_ACKNOWLEDGED);
        if (entry == NULL || !entry->stored) {
            broken(w, "a record is called delivered that the LEMF has not stored");
        }
        return;
    }
    see(w, side->config.release == XK_RELEASE_TRANSPORT ? SEEN_TRANSPORT
           : side->config.release == XK_RELEASE_WRITTEN ? SEEN_WRITTEN
                                                        : SEEN_FURTHER);
    if (side->config.release == XK_RELEASE_FURTHER && judge_find(&side->judge, r->id, &copies) == NULL && !r->excused) {
        broken(w, "N octets later the LEMF has not read a record");
    }
}

/* Does this pair end up with acknowledgement? */
bool is_acknowledged(const struct side *side)
{
    return side->config.acknowledgement == XK_ACKNOWLEDGEMENT_AGREED ||
           (side->config.acknowledgement == XK_ACKNOWLEDGEMENT_NEGOTIATED &&
            (side->judge.options == JUDGE_ACCEPTS || side->judge.options == JUDGE_ASKS_TOO));
}

/* The process died between the delivery and its event; what the mode allows to be lost may be lost since. */
void check_already(struct world *w, const struct side *side, struct record *r)
{
    size_t copies;
    if (judge_find(&side->judge, r->id, &copies) == NULL) {
        if (is_acknowledged(side)) {
            broken(w, "a record is called delivered already that the LEMF does not have");
        }
        r->excused = true;
    }
}

void check_after_cut(struct world *w, struct side *side, bool socket_lost)
{
    for (unsigned int i = 0; i < w->record_count; i++) {
        struct record *r = &w->records[i];
        size_t copies;
        if (&w->sides[w->home[r->warrant]] != side || r->state != RECORD_DONE || r->excused ||
            judge_find(&side->judge, r->id, &copies) != NULL) {
            continue;
        }
        if (side->config.release == XK_RELEASE_WRITTEN) {
            see(w, SEEN_LOST_WRITTEN);
        } else if (side->config.release == XK_RELEASE_TRANSPORT && socket_lost) {
            see(w, SEEN_LOST_TRANSPORT);
        } else {
            broken(w, "a delivered record was lost by a cut");
        }
        r->excused = true;
    }
}

void check_no_trace(struct world *w, unsigned int warrant)
{
    unsigned int traces = 0;
    const struct side *side = &w->sides[w->home[warrant]];
    for (unsigned int i = 0; i < w->record_count; i++) {
        if (w->records[i].warrant == warrant && is_in_memory(w, &w->records[i])) {
            traces++;
        }
    }
    bool partly = side->pdu_left > 0 || side->head_size > 0;
    if (side->lent == NULL && traces > (partly ? 1u : 0u)) {
        broken(w, "a purged record is still in memory");
    }
    if (traces == 1 && partly) {
        see(w, SEEN_FINISHED_PARTLY);
    }
}

static void check_record(struct world *w, const struct side *side, const struct record *r)
{
    size_t copies;
    const struct judge_entry *entry = judge_find(&side->judge, r->id, &copies);
    if (r->state == RECORD_HOLE) {
        if (entry != NULL && !r->maybe && w->epoch == 0) {
            broken(w, "a hole is filled that was told as never sent");
        }
        return;
    }
    if (r->state != RECORD_DONE) {
        broken(w, "a record is not delivered in the end");
        return;
    }
    if (entry == NULL) {
        if (!r->excused) {
            broken(w, "a record is missing");
        }
        return;
    }
    if (copies != 1 && w->epoch == 0) {
        broken(w, "a record came under two numbers");
    }
    if (entry->number != r->number && w->epoch == 0) {
        broken(w, "a record has another number than it was given");
    }
}

/* Each context from 0 on: a number is there, or it is a hole or a loss that is allowed, and the LEMF can tell. */
static void check_gaps(struct world *w, const struct side *side)
{
    const struct judge *j = &side->judge;
    for (unsigned int i = 0; i < w->record_count; i++) {
        const struct record *r = &w->records[i];
        size_t copies;
        if (&w->sides[w->home[r->warrant]] != side || r->state != RECORD_DONE || !r->excused || r->epoch != w->epoch ||
            judge_find(j, r->id, &copies) != NULL) {
            continue;
        }
        const struct judge_entry *like = NULL;
        for (unsigned int k = 0; k < w->record_count && like == NULL; k++) {
            const struct record *other = &w->records[k];
            if (other->warrant == r->warrant && other->call == r->call && other->number > r->number &&
                other->epoch == r->epoch) {
                like = judge_find(j, other->id, &copies);
            }
        }
        if (like != NULL && !judge_can_tell(j, like->context, like->context_size, r->number)) {
            broken(w, "the LEMF cannot tell that a record is missing");
        }
    }
}

void check_end(struct world *w)
{
    for (unsigned int i = 0; i < w->record_count; i++) {
        check_record(w, &w->sides[w->home[w->records[i].warrant]], &w->records[i]);
    }
    for (unsigned int i = 0; i < w->side_count; i++) {
        const struct judge *j = &w->sides[i].judge;
        check_gaps(w, &w->sides[i]);
        w->seen[SEEN_REPEATED] += j->repeats;
        w->seen[SEEN_KEEP_ALIVE] += j->keep_alives;
        w->seen[SEEN_CHECK_GOOD] += j->checks_good;
        w->seen[SEEN_CHECK_INCOMPLETE] += j->checks_incomplete;
        w->seen[SEEN_SIGNATURE] += j->signatures;
        w->seen[SEEN_TEST_PDU] += j->tests;
        w->seen[SEEN_OPERATOR_MESSAGE] += j->messages;
        w->seen[SEEN_ASKED_TOO] += j->options == JUDGE_ASKS_TOO ? j->negotiated : 0;
        if (j->fault != NULL) {
            broken(w, j->fault);
        }
    }
}

const char *seen_name(enum seen what)
{
    static const char *const names[SEEN_COUNT] = {
        "records delivered",
        "PS-PDUs that came again",
        "cuts inside a PS-PDU",
        "cuts between two",
        "connections that failed",
        "restarts from a journal",
        "restarts from a torn journal",
        "restarts that took a snapshot",
        "restarts without state",
        "cINResets delivered",
        "puts that got their number again",
        "puts of what was delivered already",
        "records forgotten",
        "journal failures",
        "buffers full",
        "rooms told",
        "holes of a purge",
        "holes that were sent",
        "holes of age",
        "purges that finished a PS-PDU",
        "LEMFs that forgot",
        "delivered by acknowledgement",
        "delivered by TCP's word",
        "delivered by further octets",
        "delivered by being written",
        "losses that `written` allows",
        "losses that `transport` allows",
        "negotiations with acknowledgement",
        "negotiations without",
        "LEMFs that asked for options too",
        "keep-alives",
        "closes: silent",
        "closes: slow",
        "closes: flood",
        "closes: garbage",
        "closes: negotiation",
        "closes: the host's",
        "unexpected answers",
        "unexpected kinds",
        "unreadable PS-PDUs",
        "messages of a LEMF",
        "integrity checks that hold",
        "integrity checks over what is missing",
        "signatures",
        "test PDUs",
        "messages to the LEMF",
        "worlds with two sessions",
        "lent views that lasted",
        "contexts ended",
    };
    return names[what];
}
