/* SPDX-License-Identifier: BSD-2-Clause */
/* The way between: a network that holds octets, the socket of the LEMF's host, and the LEMF behind it. */
#include "sim_delivery/world.h"

#include <string.h>

static uint64_t digest(const uint8_t *octets, size_t size)
{
    uint64_t value = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < size; i++) {
        value = (value ^ octets[i]) * UINT64_C(1099511628211);
    }
    return value;
}

void transport_connect(struct world *w, struct side *side)
{
    if (!side->asked_to_connect) {
        return;
    }
    side->asked_to_connect = false;
    if (!w->no_faults && chance(w, 15)) {
        see(w, SEEN_CONNECT_FAILED);
        (void)xk_delivery_disconnected(side->session, moment(w));
        return;
    }
    memset(&side->pipe.up, 0, sizeof side->pipe.up);
    side->pipe.network_size = 0;
    side->pipe.socket_size = 0;
    side->pipe.arrived = 0;
    side->pipe.back_size = 0;
    side->pipe.up = true;
    side->pipe.stuck = false;
    side->head_size = 0;
    side->pdu_left = 0;
    side->acknowledging = side->config.acknowledgement == XK_ACKNOWLEDGEMENT_AGREED;
    judge_connected(&side->judge);
    if (xk_delivery_connected(side->session, moment(w)) != XK_OK) {
        broken(w, "a connection is refused");
    }
}

void transport_cut(struct world *w, struct side *side, bool by_host)
{
    bool socket_lost = chance(w, 50);
    if (!side->pipe.up) {
        return;
    }
    see(w, side->pdu_left > 0 || side->head_size > 0 ? SEEN_CUT_IN_PDU : SEEN_CUT_BETWEEN);
    side->pipe.up = false;
    if (!socket_lost) {
        judge_feed(&side->judge, side->pipe.socket, side->pipe.socket_size);
    }
    side->lent = NULL;
    if (!by_host || !w->torn) {
        (void)xk_delivery_disconnected(side->session, moment(w));
        host_events(w, side);
    }
    check_after_cut(w, side, socket_lost);
}

/* Follows the PS-PDUs in what is written, to know whether one is under way. */
static void follow(struct side *side, const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (side->pdu_left > 0) {
            side->pdu_left--;
            continue;
        }
        side->head[side->head_size++] = octets[i];
        size_t octet = side->head_size > 1 ? side->head[1] : 0;
        size_t count = octet > 0x80 ? octet & 0x7f : 0;
        if (side->head_size == 2 + count && side->head_size > 1) {
            size_t length = octet;
            for (size_t k = 0; k < count; k++) {
                length = (k == 0 ? 0 : length << 8) | side->head[2 + k];
            }
            side->pdu_left = length;
            side->head_size = 0;
        }
    }
}

void transport_write(struct world *w, struct side *side)
{
    struct pipe *p = &side->pipe;
    struct xk_bytes view;
    if (!p->up) {
        return;
    }
    if (side->lent != NULL) {
        if (digest(side->lent, side->lent_size) != side->lent_digest) {
            broken(w, "octets changed while they were lent");
        }
        view = (struct xk_bytes){side->lent, side->lent_size};
        side->lent = NULL;
        see(w, SEEN_LENT_VIEW_KEPT);
    } else if (xk_delivery_output(side->session, moment(w), &view) != XK_OK) {
        broken(w, "no output");
        return;
    }
    if (view.size == 0) {
        return;
    }
    if (!w->no_faults && chance(w, 10)) {
        side->lent = view.data;
        side->lent_size = view.size;
        side->lent_digest = digest(view.data, view.size);
        return;
    }
    size_t room = p->capacity - p->network_size - p->socket_size;
    size_t size = chance(w, 60) ? view.size : 1 + (size_t)draw(w, view.size);
    size = size < room ? size : room;
    memcpy(p->network + p->network_size, view.data, size);
    p->network_size += size;
    follow(side, view.data, size);
    if (xk_delivery_consumed(side->session, moment(w), size) != XK_OK) {
        broken(w, "octets that were given cannot be consumed");
    }
    host_events(w, side);
}

static void move(uint8_t *from, size_t *from_size, uint8_t *to, size_t *to_size, size_t size)
{
    memcpy(to + *to_size, from, size);
    *to_size += size;
    memmove(from, from + size, *from_size - size);
    *from_size -= size;
}

void transport_carry(struct world *w, struct side *side)
{
    struct pipe *p = &side->pipe;
    if (!p->up) {
        return;
    }
    size_t size = p->network_size > 0 ? (size_t)draw(w, p->network_size) + 1 : 0;
    move(p->network, &p->network_size, p->socket, &p->socket_size, size);
    p->arrived += size;
    if (side->config.release == XK_RELEASE_TRANSPORT) {
        (void)xk_delivery_transport_acknowledged(side->session, moment(w), p->arrived);
        host_events(w, side);
    }
    if (!p->up || p->stuck) {
        return;
    }
    size = p->socket_size > 0 ? (size_t)draw(w, p->socket_size) + 1 : 0;
    judge_feed(&side->judge, p->socket, size);
    memmove(p->socket, p->socket + size, p->socket_size - size);
    p->socket_size -= size;
    if (!side->acknowledging && (w->no_faults || chance(w, 50))) {
        judge_store(&side->judge);
    }
    if (side->judge.fault != NULL) {
        broken(w, side->judge.fault);
    }
}

void transport_answer(struct world *w, struct side *side)
{
    struct judge *j = &side->judge;
    struct pipe *p = &side->pipe;
    if (!p->up || p->silent) {
        return;
    }
    size_t room = sizeof p->back - p->back_size;
    size_t size = j->out_size < room ? j->out_size : room;
    move(j->out, &j->out_size, p->back, &p->back_size, size);
    if (p->back_size == 0) {
        return;
    }
    size = chance(w, 50) ? p->back_size : (size_t)draw(w, p->back_size) + 1;
    enum xk_status status = xk_delivery_input(side->session, moment(w), p->back, size);
    if (status != XK_OK && status != XK_E_LATE && !w->torn) {
        broken(w, "input is refused");
    }
    memmove(p->back, p->back + size, p->back_size - size);
    p->back_size -= size;
    host_events(w, side);
}

/* What a LEMF sends that is out of its mind, or not a LEMF. */
void transport_hostile(struct world *w, struct side *side)
{
    static const uint8_t alive[] = {0x30, 46, 0xa1, 0x26, 0x80, 7, 4,   0,   2,    2, 5,    1,    17,   0x81, 1,    'L',
                                    0xa3, 9,  0xa0, 4,    0x80, 2, 'O', 'P', 0x81, 1, 0,    0x84, 1,    99,   0xa7, 8,
                                    0x80, 1,  1,    0x81, 3,    1, 1,   1,   0xa2, 4, 0xa2, 2,    0x84, 0};
    uint8_t octets[2 * sizeof alive];
    size_t size = sizeof alive - 0;
    memcpy(octets, alive, sizeof alive);
    octets[1] = (uint8_t)(sizeof alive - 2);
    octets[3] = (uint8_t)(sizeof alive - 2 - 2 - 6);
    switch (draw(w, 6)) {
    case 0: /* an answer that nobody asked for */
        break;
    case 1: /* data in the wrong direction */
        octets[size - 2] = 0x81;
        break;
    case 2: /* framed, and nonsense inside */
        octets[2] = 0xa7;
        break;
    case 3: /* not framed */
        octets[0] = 0x31;
        break;
    case 4: { /* a message */
        static const uint8_t hello[] = {0xa2, 14, 0xa2, 12, 0xa8, 10, 0x80, 1, 1, 0x81, 5, 'h', 'e', 'l', 'l', 'o'};
        memcpy(octets + size - 6, hello, sizeof hello);
        size += sizeof hello - 6;
        octets[1] = (uint8_t)(size - 2);
        break;
    }
    default: /* a flood */
        for (unsigned int i = 0; i < 200 && side->pipe.up; i++) {
            (void)xk_delivery_input(side->session, moment(w), octets, size);
        }
        host_events(w, side);
        return;
    }
    if (side->pipe.up && side->pipe.back_size == 0 && side->session != NULL) {
        (void)xk_delivery_input(side->session, moment(w), octets, size);
        host_events(w, side);
    }
}

/* The LEMF dies: what it has not stored is lost, and what it has not said to have stored may be. */
void transport_lemf_dies(struct world *w, struct side *side)
{
    transport_cut(w, side, false);
    uint32_t lost = judge_forget(&side->judge);
    if (lost > 0) {
        see(w, SEEN_LEMF_FORGOT);
    }
    for (unsigned int i = 0; i < w->record_count; i++) {
        struct record *r = &w->records[i];
        size_t copies;
        if (&w->sides[w->home[r->warrant]] == side && r->state == RECORD_DONE &&
            judge_find(&side->judge, r->id, &copies) == NULL && !r->excused) {
            if (is_acknowledged(side)) {
                broken(w, "an acknowledged record is lost");
            }
            r->excused = true;
        }
    }
}
