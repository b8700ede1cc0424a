/* SPDX-License-Identifier: BSD-2-Clause */
/* The network between: loses, doubles, delays, reorders, damages, misdirects and replays what the KMSs send. */
#include "sim/outside.h"

#include <string.h>

#include "sim/model.h"
#include "sim/rules.h"

static void place(struct world *w, const struct packet *packet)
{
    if (w->packet_count < PACKETS_MAX) {
        w->packets[w->packet_count] = *packet;
        w->packets[w->packet_count].serial = w->serial++;
        w->packets[w->packet_count].round = 0;
        w->packet_count++;
    }
}

/* A flipped bit in a key cannot be told from another key, that is what the transport's MAC is for: only the octets
 * before the keys are touched, and a message that came out whole and names the same transaction is another answer, so
 * it is left out. */
static void damage(struct world *w, struct xk_test_random *luck, struct packet *p)
{
    if (chance(w, luck, w->faults.corrupt)) {
        uint8_t bit = (uint8_t)(1u << draw(luck, 8));
        p->octets[draw(luck, 23)] ^= bit;
    }
    if (chance(w, luck, w->faults.truncate)) {
        p->size -= draw(luck, p->size);
    }
}

static bool is_whole(const struct packet *p)
{
    struct xk_get_keys_response m;
    struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
    return xk_get_keys_response_decode(p->octets, p->size, &m, sessions, XK_CRYPTO_SESSIONS_MAX, NULL) == XK_OK;
}

void network_put(struct world *w, struct xk_test_random *luck, const struct packet *packet)
{
    uint32_t copies = chance(w, luck, w->faults.duplicate) ? 2 + draw(luck, 3) : 1;
    if (w->now < w->dead_until[packet->kms] || packet->size == 0 || chance(w, luck, w->faults.loss)) {
        return;
    }
    for (uint32_t i = 0; i < copies; i++) {
        struct packet p = *packet;
        p.at = later(p.at, 1 + draw(luck, 50));
        if (chance(w, luck, w->faults.delay)) {
            p.at = later(p.at, draw(luck, 20000));
        }
        if (!must_repeat(w) && chance(w, luck, w->faults.wrong_peer)) {
            p.kms = (p.kms + 1) % w->options.kms_count;
        }
        p.for_old = draw(luck, 4) == 0;
        damage(w, luck, &p);
        if (!p.spoiled || !is_whole(&p)) {
            place(w, &p);
        }
    }
    if (w->options.independent) {
        return;
    }
    if (w->has_kept && chance(w, luck, w->faults.replay)) {
        struct packet p = w->kept;
        p.at = later(w->now, 1 + draw(luck, 5000));
        place(w, &p);
    }
    w->kept = *packet;
    w->has_kept = true;
}

/* Every fourth by the call for several: what lies between two of them nobody could tell the model. */
static enum xk_status receive(struct instance *to, uint64_t clock, const struct packet *p, uint8_t *octets,
                              struct xk_diag *diag)
{
    struct xk_received one = {to->number_of[p->kms], octets, p->size, XK_OK, {XK_OK, 0, NULL}};
    if (p->serial % 4 != 0) {
        return xk_requester_receive(to->engine, clock, one.kms, octets, p->size, diag);
    }
    if (xk_requester_receive_many(to->engine, clock, &one, 1) != XK_OK) {
        breaks(to->world, "C13: several messages are refused as a whole");
    }
    to->world->coverage->received_many++;
    *diag = one.diag;
    return one.status;
}

/* Done with, or to be given again. */
static bool deliver(struct world *w, const struct packet *p)
{
    struct instance *to = w->old != NULL && p->for_old ? w->old : w->current;
    uint8_t octets[PACKET_SIZE];
    memcpy(octets, p->octets, p->size);
    uint64_t clock = host_clock(to);
    model_receive(to->model, p->kms, p->octets, p->size);
    const struct model_answer *a = &to->model->answer;
    tell(w, "KMS %u answers #%d: %s, failure %d", p->kms, (int)a->group, xk_status_name(a->status),
         a->status == XK_OK ? (int)a->message.failure : -1);
    struct xk_diag diag = {XK_OK, 0, NULL};
    to->model->may_offer = true;
    w->crash_possible = to == w->current;
    enum xk_status status = receive(to, clock, p, octets, &diag);
    w->crash_possible = false;
    to->model->may_offer = false;
    tell(w, "  received: %s", xk_status_name(status));
    note(w, 7000 + (uint64_t)status);
    model_received(to->model, status);
    check_diag(w, status, &diag);
    check_call(to, CALL_RECEIVE, status, false);
    if (status == XK_E_BLOCKED) {
        return false;
    }
    check_no_key(w, octets, p->size, "S8: a key left in the receive buffer");
    return true;
}

static bool comes_before(const struct packet *a, const struct packet *b)
{
    return a->at < b->at || (a->at == b->at && a->serial < b->serial);
}

/* The next one that is due and has not been given in this round; PACKETS_MAX for none. */
static uint32_t find_due(const struct world *w)
{
    uint32_t next = PACKETS_MAX;
    for (uint32_t i = 0; i < w->packet_count; i++) {
        const struct packet *p = &w->packets[i];
        if (p->at <= w->now && p->round != w->round &&
            (next == PACKETS_MAX || comes_before(p, &w->packets[next]))) {
            next = i;
        }
    }
    return next;
}

void network_deliver(struct world *w)
{
    uint32_t next;
    w->round++;
    while (w->broken == NULL && (next = find_due(w)) != PACKETS_MAX) {
        struct packet p = w->packets[next];
        p.round = w->round;
        /* Out of the network first: the process may end while it is given. */
        w->packets[next] = w->packets[--w->packet_count];
        if (!deliver(w, &p) && w->packet_count < PACKETS_MAX) {
            p.at = later(w->now, 20); /* the host gives it again */
            w->packets[w->packet_count++] = p;
        }
    }
}

uint64_t network_next(const struct world *w)
{
    uint64_t next = XK_NEVER;
    for (uint32_t i = 0; i < w->packet_count; i++) {
        next = w->packets[i].at < next ? w->packets[i].at : next;
    }
    return next;
}
