/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small model of one requester, written from requester.h and journal.h: for each request the state that a host can
 * know of it, and what it waits for and until when. It is moved by what the engine lets the host see (sends,
 * observations, records, outcomes, statuses) and says, after each outermost call, what must be so by now. It shares no
 * code with the engine.
 */
#ifndef SIM_MODEL_H
#define SIM_MODEL_H

#include "sim/moves.h"
#include "sim/peek.h"
#include "sim/world.h"

#define MODEL_CELLS 2048 /* of the table of handles: more than requests */

/* What a WAITING request waits for; a request that waits for none of these is stalled. */
enum model_wait {
    WAIT_READY,   /* nothing: to be asked before the outermost call returns */
    WAIT_BEHIND,  /* for a place at one of the KMSs that it has not tried in this round, or for `until` */
    WAIT_BACKOFF, /* all KMSs have been tried: until a moment between `from` and `until` */
    WAIT_SPENT    /* no attempt is left, but what was asked may still be answered */
};

#define NO_ROUTE 0xff

struct model_request {
    uint8_t state;
    uint8_t wait;
    uint8_t routes[XK_ROUTES_MAX]; /* in the world's numbers */
    uint8_t route_count;
    uint8_t route;  /* of the KMS it is at, or was at last */
    uint8_t tried;  /* bit i: route i has been tried in this round */
    uint8_t owes[XK_ROUTES_MAX];   /* answers that may still come from each */
    uint8_t asked;  /* bit k: KMS k took its get_keys */
    uint8_t kind, cause, failure;  /* of its outcome */
    uint8_t answered_by;           /* the KMS whose answer decided */
    uint8_t place;  /* of keys that are asked for again: the KMS whose window they use, or NO_ROUTE */
    bool referred;
    bool given_up; /* the transport has refused its get_keys too often: no more will be sent */
    bool supplement;
    bool recorded; /* the decision is in the journal, or observed where there is none */
    bool restored;
    bool sending;  /* its send callback runs */
    bool is_head;  /* first of what its LIID is owed */
    bool passed;   /* later outcomes of its LIID may pass it */
    bool cancelled;
    uint32_t asked_again;          /* how often, since the decision or the restart */
    uint32_t attempts;
    uint32_t backoffs;
    uint32_t refused; /* sends in a row that the transport did not take */
    uint32_t group;   /* the request whose transaction it uses */
    uint32_t began;   /* the call in which its back-off began */
    uint32_t decided; /* the call in which its outcome was decided */
    uint32_t at_once; /* keys: the call since which they are due to be asked for again, whatever interval runs; or 0 */
    uint32_t overdue; /* ticks in a row that left it waiting for a moment that has passed */
    uint64_t handle;
    uint64_t deadline;    /* of its timer; GRACE: the end of it */
    uint64_t timeout;     /* the length of its timer */
    uint64_t from, until; /* of what it waits for */
    uint64_t since;       /* when it came to wait behind windows, or for its octets */
    uint64_t ended;       /* how many had ended when this one had */
    uint64_t joined;      /* when it came to share, by serial */
    uint64_t held_at;     /* when the host took it, by serial */
    uint64_t order;       /* among what is owed: of its decision, or of its release */
    uint64_t beside;      /* released inside callbacks about others, which of them goes first is not told: theirs */
    uint64_t answer;      /* hash of the answer that decided */
};

/* The answer that is being received. */
struct model_answer {
    bool running;
    bool postponed; /* until the observer of a step back of the clock has done what it does */
    uint32_t kms;
    uint32_t group; /* whose transaction it names, or NOBODY */
    enum xk_status status; /* the decoder's */
    struct xk_get_keys_response message;
    uint64_t hash;
    bool over;           /* grace times that are perhaps over are all that it can be about */
    bool is_unavailable; /* it moves a request on, and decides nothing by itself */
    uint64_t permitted; /* set of what receive may tell */
    struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
};

struct model {
    struct instance *instance;
    struct world *world;
    struct xk_requester_config config;
    uint64_t shift; /* from the engine's clock to the records' */
    uint64_t decisions, holds, joins; /* how many there have been */
    uint64_t ended; /* requests, or transactions that were drawn and not used */
    uint32_t in_flight[KMSS_MAX];
    uint32_t losses[KMSS_MAX]; /* how often its link has fallen since it answered */
    uint32_t places[KMSS_MAX]; /* beside them, of keys that are asked for again */
    bool more; /* a budget has left something */
    bool goes_on; /* the running call begins with that */
    uint32_t stirred; /* in which call something was withdrawn or sent: perhaps what the budget left */
    bool ticks;     /* the running call fires timers */
    bool budgeted;  /* and perhaps not all of them */
    bool may_offer; /* the running call is one that offers outcomes */
    enum call call; /* that is being checked */
    struct model_answer answer;
    uint32_t serial;     /* of the outermost call that runs */
    uint32_t first_live;
    uint32_t cells[MODEL_CELLS]; /* from handles to numbers, one more than the number */
    uint32_t asker_left[REQUESTS_MAX]; /* by the first of a group: in which call one of it ceased to ask */
    uint8_t group_asked[REQUESTS_MAX]; /* by the first of a group: KMSs that were asked */
    struct model_request requests[];
};

/* model.c: what is known, and the moves */
struct model *model_new(struct instance *instance, const struct xk_requester_config *config);
uint32_t model_find(const struct model *m, uint64_t handle);
void model_name(struct model *m, uint32_t number, uint64_t handle);
bool model_move(struct model *m, uint32_t number, enum model_input input);
bool model_is_pending(const struct model_request *q);
bool model_is_live(const struct model_request *q);
uint32_t model_count_live(const struct model *m, uint32_t liid);
void model_submitted(struct model *m, uint32_t number, uint64_t handle);
void model_shared(struct model *m, uint32_t number);
void model_decided(struct model *m, uint32_t number);
void model_acknowledged(struct model *m, uint32_t number);
void model_offered(struct model *m, uint32_t number, const struct xk_outcome *outcome);
void model_settled(struct model *m, uint32_t number, enum model_input input);
void model_wait_for_octets(const struct model *m, struct model_request *q);
void model_released(struct model *m, uint32_t number);
void model_cancelled(struct model *m, uint32_t number);
void model_passed(struct model *m, uint32_t number);
uint64_t model_first_at_hand(const struct model *m, uint32_t number);
void model_clock_back(struct model *m, uint64_t by);

/* model_ask.c: attempts, windows and fail-over */
uint64_t model_attempt_time(const struct model *m, const struct model_request *q);
bool model_window_is_open(const struct model *m, uint32_t kms);
bool model_has_open_route(const struct model *m, const struct model_request *q);
struct peek model_peek(const struct model *m, const struct model_request *q);
void model_back_off(struct model *m, struct model_request *q);
void model_spend(struct model *m, struct model_request *q, bool given_up);
void model_turn_to_next(struct model *m, uint32_t number);
void model_send(struct model *m, uint32_t number, uint32_t kms, uint32_t attempt);
void model_sent(struct model *m, uint32_t number, bool taken);
void model_attempt_expired(struct model *m, uint32_t number);
void model_referred(struct model *m, uint32_t number);
void model_leave_kms(struct model *m, uint32_t number);
void model_leave_place(struct model *m, struct model_request *q);
bool model_may_be_answered(const struct model *m, const struct model_request *q);
bool model_is_heir(const struct model *m, const struct model_request *q);
bool model_is_forsaken(const struct model *m, const struct model_request *q);
bool model_has_asker(const struct model *m, uint32_t group);

/* model_answer.c: what an answer must do */
void model_receive(struct model *m, uint32_t kms, const uint8_t *octets, size_t size);
void model_weigh(struct model *m);
void model_received(struct model *m, enum xk_status status);
void model_count_answer(struct model_request *q, uint32_t kms);
/* What the answer that is being received means to a request. */
void model_judge_answer(const struct model *m, const struct model_request *q, uint32_t number,
                        enum xk_outcome_kind *kind, enum xk_failure *failure);

/* model_link.c: links that fall and come back, and what is impossible */
void model_lost(struct model *m, uint32_t kms);
void model_ready(struct model *m, uint32_t kms);
void model_revised(struct model *m, uint32_t number);
void model_dropped(struct model *m, uint32_t number);

/* model_due.c: what must be so when the outermost call returns */
void model_check(struct model *m, enum call call, bool full);

#endif
