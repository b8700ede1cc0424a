/* SPDX-License-Identifier: BSD-2-Clause */
/* The network between: loses, doubles, delays, reorders, damages, misdirects and replays what the KMSs send. */
#include "sim/world.h"

#include <string.h>

static void place(struct world *w, const struct packet *packet)
{
    for (size_t i = 0; i < PACKETS_MAX; i++) {
        if (!w->packets[i].used) {
            w->packets[i] = *packet;
            w->packets[i].used = true;
            w->packets[i].serial = w->serial++;
            return;
        }
    }
}

/* A flipped bit in a key cannot be told from another key, that is what the transport's MAC is for: only the octets
 * before the keys are touched. What is broken already stays as it is: a second damage might undo the first. */
static void damage(struct world *w, struct xk_test_random *luck, struct packet *p)
{
    if (p->broken) {
        return;
    }
    if (chance(w, luck, w->faults.corrupt)) {
        p->octets[draw(luck, 23)] ^= (uint8_t)(1u << draw(luck, 8));
    }
    if (chance(w, luck, w->faults.truncate)) {
        p->size -= draw(luck, (uint32_t)p->size);
    }
}

void network_put(struct world *w, struct xk_test_random *luck, const struct packet *packet)
{
    uint32_t copies = chance(w, luck, w->faults.duplicate) ? 2 + draw(luck, 3) : 1;
    if (w->now < w->half_open_until[packet->kms] || chance(w, luck, w->faults.loss)) {
        return;
    }
    for (uint32_t i = 0; i < copies; i++) {
        struct packet p = *packet;
        p.at = later(p.at, 1 + draw(luck, 50));
        if (chance(w, luck, w->faults.delay)) {
            p.at = later(p.at, draw(luck, 20000));
        }
        if (chance(w, luck, w->faults.wrong_peer)) {
            p.kms = 1 - p.kms;
        }
        p.for_old = draw(luck, 4) == 0;
        damage(w, luck, &p);
        place(w, &p);
    }
    if (w->options.independent) {
        return;
    }
    if (w->kept.used && chance(w, luck, w->faults.replay)) {
        struct packet p = w->kept;
        p.at = later(w->now, 1 + draw(luck, 5000));
        place(w, &p);
    }
    w->kept = *packet;
    w->kept.used = true;
}

static void deliver(struct world *w, struct packet *p)
{
    p->round = w->round;
    struct instance *to = w->old != NULL && p->for_old ? w->old : w->current;
    uint8_t octets[PACKET_SIZE];
    memcpy(octets, p->octets, p->size);
    w->crash_possible = to == w->current;
    enum xk_status status = xk_requester_receive(to->engine, host_clock(to), p->kms, octets, p->size, NULL);
    w->crash_possible = false;
    note(w, 7000 + (uint64_t)status);
    if (status == XK_E_BLOCKED) {
        p->at = later(w->now, 20); /* the host gives it again */
        return;
    }
    if (p->broken && status != XK_E_FENCED && xk_status_class(status) != XK_CLASS_INPUT) {
        breaks(w, "a message that breaks the profile was taken");
    }
    check_no_key(w, octets, p->size, "S8: a key left in the receive buffer");
    p->used = false;
}

static bool comes_before(const struct packet *a, const struct packet *b)
{
    return b == NULL || a->at < b->at || (a->at == b->at && a->serial < b->serial);
}

void network_deliver(struct world *w)
{
    struct packet *next;
    w->round++;
    do {
        next = NULL;
        for (size_t i = 0; i < PACKETS_MAX; i++) {
            struct packet *p = &w->packets[i];
            if (p->used && p->at <= w->now && p->round != w->round && comes_before(p, next)) {
                next = p;
            }
        }
        if (next != NULL) {
            deliver(w, next);
        }
    } while (next != NULL && w->broken == NULL);
}
