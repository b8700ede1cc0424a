/* SPDX-License-Identifier: BSD-2-Clause */
#include "requester/ask.h"

static struct xki_rq_window *window_of(const struct xk_requester *r, uint32_t kms)
{
    return (struct xki_rq_window *)r->arrays[XKI_RQ_WINDOWS] + kms;
}

static struct xki_rq_place *place_of(const struct xk_requester *r, uint32_t number)
{
    return (struct xki_rq_place *)r->arrays[XKI_RQ_PLACES] + number;
}

size_t xki_rq_ask_windows_size(const struct xk_requester_config *config)
{
    return config->max_kms * sizeof(struct xki_rq_window);
}

size_t xki_rq_ask_places_size(const struct xk_requester_config *config)
{
    return config->kms_window == 0 ? 0 : (size_t)config->max_pending * XK_ROUTES_MAX * sizeof(struct xki_rq_place);
}

void xki_rq_ask_init(struct xk_requester *r)
{
    r->ask.ready = (struct xki_rq_list){XKI_RQ_NONE, XKI_RQ_NONE};
}

void xki_rq_ask_add(struct xk_requester *r, uint32_t kms)
{
    *window_of(r, kms) = (struct xki_rq_window){0, XKI_RQ_NONE, XKI_RQ_NONE, 0};
}

static bool is_open(const struct xk_requester *r, uint32_t kms)
{
    return r->config.kms_window == 0 || window_of(r, kms)->in_flight < r->config.kms_window;
}

static void enqueue(struct xk_requester *r, uint32_t kms, uint32_t number)
{
    struct xki_rq_window *window = window_of(r, kms);
    *place_of(r, number) = (struct xki_rq_place){XKI_RQ_NONE, window->last};
    if (window->last == XKI_RQ_NONE) {
        window->first = number;
    } else {
        place_of(r, window->last)->next = number;
    }
    window->last = number;
}

static void dequeue(struct xk_requester *r, uint32_t kms, uint32_t number)
{
    struct xki_rq_window *window = window_of(r, kms);
    const struct xki_rq_place *place = place_of(r, number);
    if (place->prev == XKI_RQ_NONE) {
        window->first = place->next;
    } else {
        place_of(r, place->prev)->next = place->next;
    }
    if (place->next == XKI_RQ_NONE) {
        window->last = place->prev;
    } else {
        place_of(r, place->next)->prev = place->prev;
    }
}

static bool is_untried(const struct xk_requester *r, uint32_t index, unsigned int route)
{
    return (xki_rq_record(r, index)->progress.pending.tried & 1u << route) == 0;
}

static void queue_all(struct xk_requester *r, uint32_t index)
{
    for (unsigned int i = 0; i < xki_rq_record(r, index)->route_count; i++) {
        if (is_untried(r, index, i)) {
            enqueue(r, xki_rq_routes(r, index)[i], index * XK_ROUTES_MAX + i);
        }
    }
    r->ask.behind++;
}

static void unqueue_all(struct xk_requester *r, uint32_t index)
{
    for (unsigned int i = 0; i < xki_rq_record(r, index)->route_count; i++) {
        if (is_untried(r, index, i)) {
            dequeue(r, xki_rq_routes(r, index)[i], index * XK_ROUTES_MAX + i);
        }
    }
    r->ask.behind--;
}

void xki_rq_ask_ready(struct xk_requester *r, uint32_t index)
{
    xki_rq_list_append(r, &r->ask.ready, index);
}

void xki_rq_ask_leave(struct xk_requester *r, uint32_t index)
{
    switch (xki_rq_state(r, index)) {
    case XKI_RQ_READY:
        xki_rq_list_remove(r, &r->ask.ready, index);
        break;
    case XKI_RQ_BEHIND:
        unqueue_all(r, index);
        break;
    case XKI_RQ_ASKED:
        window_of(r, xki_rq_asked_kms(r, index))->in_flight--;
        break;
    case XKI_RQ_BLOCKED:
        if (xki_rq_is(r, index, XKI_RQ_AGAIN)) {
            xki_rq_clear(r, index, XKI_RQ_AGAIN);
            window_of(r, xki_rq_asked_kms(r, index))->in_flight--;
        }
        break;
    case XKI_RQ_FREE:
    case XKI_RQ_BACKOFF:
    case XKI_RQ_SHARING:
    case XKI_RQ_SPENT:
    case XKI_RQ_OFFERED:
    case XKI_RQ_OWED:
    case XKI_RQ_HELD:
    case XKI_RQ_GRACE:
    case XKI_RQ_STATES:
        break;
    }
}

static void take_place(struct xk_requester *r, uint32_t index, unsigned int route)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    bool first = record->attempts == 0 && record->rounds == 0 && record->progress.pending.tried == 0;
    r->counters.failed_over += !first && xki_rq_routes(r, index)[route] != xki_rq_asked_kms(r, index);
    xki_rq_slot(r, index)->route = (uint8_t)route;
    record->progress.pending.tried = (uint8_t)(record->progress.pending.tried | 1u << route);
    window_of(r, xki_rq_asked_kms(r, index))->in_flight++;
}

/* A KMS with a place and with somebody who waits for it, or XKI_RQ_NONE. */
static uint32_t find_place(const struct xk_requester *r)
{
    for (uint32_t k = 0; r->ask.behind > 0 && k < r->kms_count; k++) {
        if (window_of(r, k)->first != XKI_RQ_NONE && is_open(r, k)) {
            return k;
        }
    }
    return XKI_RQ_NONE;
}

bool xki_rq_ask_has_next(const struct xk_requester *r)
{
    return r->ask.ready.first != XKI_RQ_NONE || find_place(r) != XKI_RQ_NONE;
}

uint32_t xki_rq_ask_next(struct xk_requester *r, bool *placed)
{
    uint32_t kms = find_place(r);
    *placed = true;
    if (kms != XKI_RQ_NONE) {
        uint32_t number = window_of(r, kms)->first;
        uint32_t index = number / XK_ROUTES_MAX;
        unqueue_all(r, index);
        take_place(r, index, number % XK_ROUTES_MAX);
        return index;
    }
    uint32_t index = r->ask.ready.first;
    if (index == XKI_RQ_NONE) {
        return XKI_RQ_NONE;
    }
    xki_rq_list_remove(r, &r->ask.ready, index);
    for (unsigned int i = 0; i < xki_rq_record(r, index)->route_count; i++) {
        if (is_untried(r, index, i) && is_open(r, xki_rq_routes(r, index)[i])) {
            take_place(r, index, i);
            return index;
        }
    }
    queue_all(r, index);
    *placed = false;
    return index;
}

static unsigned int open_at(const struct xk_requester *r, uint32_t index, unsigned int route)
{
    return (unsigned int)xki_rq_record(r, index)->progress.pending.open >> (2 * route) & 3u;
}

static void set_open(struct xk_requester *r, uint32_t index, unsigned int route, unsigned int count)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    record->progress.pending.open =
        (uint16_t)(((unsigned int)record->progress.pending.open & ~(3u << (2 * route))) | count << (2 * route));
}

static void count_attempt(struct xk_requester *r, uint32_t index)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    record->attempts = (uint16_t)(record->attempts + (record->attempts < UINT16_MAX));
    record->asked = (uint8_t)(record->asked | 1u << xki_rq_slot(r, index)->route);
}

void xki_rq_ask_sent(struct xk_requester *r, uint32_t index)
{
    count_attempt(r, index);
    if (xki_rq_state(r, index) == XKI_RQ_ASKED) {
        unsigned int route = xki_rq_slot(r, index)->route;
        unsigned int open = open_at(r, index, route);
        set_open(r, index, route, open < 3 ? open + 1 : 3);
        xki_rq_record(r, index)->progress.pending.refused = 0;
    }
}

static unsigned int all_routes(const struct xk_requester *r, uint32_t index)
{
    return (1u << xki_rq_record(r, index)->route_count) - 1;
}

enum xki_rq_input xki_rq_ask_failed(const struct xk_requester *r, uint32_t index)
{
    const struct xki_rq_record *record = xki_rq_record(r, index);
    if (record->attempts >= r->config.max_attempts) {
        return XKI_RQ_USE_UP;
    }
    return record->progress.pending.tried != all_routes(r, index) ? XKI_RQ_RETRY : XKI_RQ_BACK_OFF;
}

enum xki_rq_input xki_rq_ask_refused(struct xk_requester *r, uint32_t index, bool *given_up)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    uint8_t refused = record->progress.pending.refused;
    record->progress.pending.refused = (uint8_t)(refused + (refused < UINT8_MAX));
    *given_up = r->config.max_refused > 0 && record->progress.pending.refused >= r->config.max_refused;
    return *given_up ? XKI_RQ_USE_UP : xki_rq_ask_failed(r, index);
}

uint32_t xki_rq_ask_patience(const struct xk_requester *r, uint32_t index)
{
    uint32_t share = xki_rq_record(r, index)->span.timer / r->config.max_attempts;
    if (r->config.attempt_timeout > 0) {
        return r->config.attempt_timeout;
    }
    return share > 0 ? share : 1;
}

uint32_t xki_rq_ask_backoff(struct xk_requester *r, uint32_t index)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    uint64_t wait = r->config.backoff_base;
    for (unsigned int i = 0; i < record->rounds && wait < r->config.backoff_max; i++) {
        wait *= 2;
    }
    record->rounds = (uint8_t)(record->rounds + (record->rounds < UINT8_MAX));
    return (uint32_t)(wait < r->config.backoff_max ? wait : r->config.backoff_max);
}

void xki_rq_ask_round(struct xk_requester *r, uint32_t index)
{
    xki_rq_record(r, index)->progress.pending.tried = 0;
}

bool xki_rq_ask_was_asked(const struct xk_requester *r, uint32_t index, uint32_t kms)
{
    const struct xki_rq_record *record = xki_rq_record(r, index);
    for (unsigned int i = 0; i < record->route_count; i++) {
        if (xki_rq_routes(r, index)[i] == kms && (record->asked & 1u << i) != 0) {
            return true;
        }
    }
    return false;
}

bool xki_rq_ask_is_at(const struct xk_requester *r, uint32_t index, uint32_t kms)
{
    return xki_rq_state(r, index) == XKI_RQ_ASKED && xki_rq_asked_kms(r, index) == kms;
}

bool xki_rq_ask_may_answer(const struct xk_requester *r, uint32_t index)
{
    return xki_rq_record(r, index)->progress.pending.open != 0;
}

void xki_rq_ask_answered(struct xk_requester *r, uint32_t index, uint32_t kms)
{
    if (xki_rq_state(r, index) == XKI_RQ_BLOCKED) {
        if (xki_rq_asked_kms(r, index) == kms) {
            xki_rq_ask_leave(r, index);
        }
        return;
    }
    for (unsigned int i = 0; i < xki_rq_record(r, index)->route_count; i++) {
        if (xki_rq_routes(r, index)[i] == kms && open_at(r, index, i) > 0) {
            set_open(r, index, i, open_at(r, index, i) - 1);
            return;
        }
    }
}

void xki_rq_ask_lose(struct xk_requester *r, uint32_t kms)
{
    window_of(r, kms)->losses += window_of(r, kms)->losses < UINT32_MAX;
}

void xki_rq_ask_alive(struct xk_requester *r, uint32_t kms)
{
    window_of(r, kms)->losses = 0;
}

bool xki_rq_ask_is_shaky(const struct xk_requester *r, uint32_t kms)
{
    return window_of(r, kms)->losses > 1;
}

bool xki_rq_ask_forget(struct xk_requester *r, uint32_t index, uint32_t kms)
{
    bool any = false;
    for (unsigned int i = 0; i < xki_rq_record(r, index)->route_count; i++) {
        if (xki_rq_routes(r, index)[i] == kms && open_at(r, index, i) > 0) {
            set_open(r, index, i, 0);
            any = true;
        }
    }
    return any;
}

enum xki_rq_input xki_rq_ask_lost(struct xk_requester *r, uint32_t index)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    if (record->progress.pending.tried != all_routes(r, index)) {
        record->attempts--;
        return XKI_RQ_RETRY;
    }
    return xki_rq_ask_failed(r, index);
}

void xki_rq_ask_round_at(struct xk_requester *r, uint32_t index, uint32_t kms)
{
    unsigned int tried = 0;
    for (unsigned int i = 0; i < xki_rq_record(r, index)->route_count; i++) {
        tried |= xki_rq_routes(r, index)[i] == kms ? 0 : 1u << i;
    }
    xki_rq_record(r, index)->progress.pending.tried = (uint8_t)tried;
}

bool xki_rq_ask_is_again_at(const struct xk_requester *r, uint32_t index, uint32_t kms)
{
    return xki_rq_is(r, index, XKI_RQ_AGAIN) && xki_rq_asked_kms(r, index) == kms;
}

bool xki_rq_ask_answerer_is(const struct xk_requester *r, uint32_t index, uint32_t kms)
{
    unsigned int place = xki_rq_record(r, index)->answerer;
    return place < xki_rq_record(r, index)->route_count && xki_rq_routes(r, index)[place] == kms;
}

void xki_rq_ask_again_at_once(struct xk_requester *r, uint32_t index, bool from_answerer)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    record->wait = 0;
    record->rounds = from_answerer ? 0 : record->rounds;
}

uint8_t xki_rq_ask_place(const struct xk_requester *r, uint32_t index, uint32_t kms)
{
    for (uint8_t i = 0; i < xki_rq_record(r, index)->route_count; i++) {
        if (xki_rq_routes(r, index)[i] == kms) {
            return i;
        }
    }
    return XK_ROUTES_MAX;
}

uint8_t xki_rq_ask_answerer(struct xk_requester *r, uint32_t index, uint32_t kms)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    uint8_t place = xki_rq_ask_place(r, index, kms);
    if (place == XK_ROUTES_MAX && record->route_count < XK_ROUTES_MAX) {
        place = record->route_count++;
        xki_rq_routes(r, index)[place] = (uint8_t)kms;
    }
    return place;
}

bool xki_rq_ask_may_refer(const struct xk_requester *r, uint32_t index)
{
    return r->config.follow_referral && !xki_rq_is(r, index, XKI_RQ_REFERRED) &&
           xki_rq_record(r, index)->route_count < XK_ROUTES_MAX;
}

void xki_rq_ask_refer(struct xk_requester *r, uint32_t index, uint32_t kms)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    unsigned int tried = all_routes(r, index);
    xki_rq_routes(r, index)[record->route_count++] = (uint8_t)kms;
    record->progress.pending.tried = (uint8_t)tried;
    xki_rq_set(r, index, XKI_RQ_REFERRED);
    xki_rq_clear(r, index, XKI_RQ_GIVEN_UP);
}

/* First the KMS that answered, then the others in the order of the list, then again from the beginning. */
static unsigned int next_again(const struct xki_rq_record *record)
{
    unsigned int turn = record->rounds % record->route_count;
    if (record->answerer >= record->route_count) {
        return turn;
    }
    if (turn == 0) {
        return record->answerer;
    }
    return turn <= record->answerer ? turn - 1 : turn;
}

/* Goes on in the same order when the octet is full, and never back to short waits. */
static uint8_t next_turn(const struct xki_rq_record *record)
{
    unsigned int next = record->rounds + 1u;
    if (next > UINT8_MAX) {
        next -= (next - 16) / record->route_count * record->route_count;
    }
    return (uint8_t)next;
}

bool xki_rq_ask_again(struct xk_requester *r, uint32_t index)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    unsigned int route = next_again(record);
    xki_rq_ask_leave(r, index);
    if (!is_open(r, xki_rq_routes(r, index)[route])) {
        return false;
    }
    xki_rq_slot(r, index)->route = (uint8_t)route;
    xki_rq_set(r, index, XKI_RQ_AGAIN);
    window_of(r, xki_rq_asked_kms(r, index))->in_flight++;
    record->rounds = next_turn(record);
    return true;
}

uint32_t xki_rq_ask_again_wait(const struct xk_requester *r, uint32_t index)
{
    unsigned int rounds = xki_rq_record(r, index)->rounds;
    return rounds > 0 && rounds < 5 ? 1u << (rounds - 1) : 16;
}
