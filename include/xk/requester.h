/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The DF2/MF side of Xk (TS 33.107 clause 7A.7.2): asks the KMS, runs the timer, and decides exactly one
 * outcome for every request.
 *
 * A first host, whole; what begins with `os_` is the host's own:
 *
 * @code
 * static bool fill(uint8_t *out, size_t size, void *user)
 * {
 *     (void)user;
 *     return os_random(out, size);
 * }
 *
 * static bool transmit(const struct xk_send *send, void *user)
 * {
 *     (void)user;
 *     return os_send(send->kms, send->octets); // false: there is no connection now
 * }
 *
 * static enum xk_outcome_reply take(const struct xk_outcome *outcome, void *user)
 * {
 *     (void)user; // keep it where a crash does not reach it; drop what has an id that is there already
 *     return os_keep(outcome) ? XK_OUTCOME_ACKNOWLEDGED : XK_OUTCOME_REFUSED;
 * }
 *
 * int first_host(const struct xk_get_keys *exchange, const struct xk_warrant *warrant)
 * {
 *     struct xk_requester_callbacks callbacks = {sizeof callbacks, fill, transmit, take, 0, 0, 0, 0};
 *     static uint8_t message[XK_MESSAGE_MAX];
 *     struct xk_requester_config config;
 *     struct xk_request request = {.size = sizeof request, .get_keys = *exchange, .warrant = *warrant};
 *     struct xk_requester *r;
 *     uint32_t kms;
 *     uint64_t handle, due;
 *     xk_requester_config_init(&config);
 *     if (xk_requester_create(&config, &callbacks, 0, 0, &r, 0) != XK_OK) return 1;
 *     if (xk_requester_add_kms(r, xk_text("kms1.example.com"), &kms, 0) != XK_OK) return 1;
 *     request.kms = &kms;
 *     request.kms_count = 1;
 *     if (xk_requester_submit(r, os_now(), &request, &handle, 0) != XK_OK) return 1;
 *     while ((due = xk_requester_next_deadline(r)) != XK_NEVER) {
 *         size_t size = os_wait(due, message, sizeof message, &kms); // one message and who sent it; 0: `due` has come
 *         if (size > 0 && xk_requester_receive(r, os_now(), kms, message, size, 0) == XK_E_BLOCKED) {
 *             xk_wipe(message, size); // the outcome was refused: the engine asks for the octets again
 *         }
 *         (void)xk_requester_tick(r, os_now(), 0, 0);
 *     }
 *     return xk_requester_destroy(r) == XK_OK ? 0 : 1;
 * }
 * @endcode
 *
 * These seven calls are enough: create, add_kms, submit, receive, tick, next_deadline, destroy. The others, by what a
 * host wants next:
 *
 *     very many answers at once                      receive_many
 *     outcomes that wait for a queue or a receiver   resume, acknowledge, release, impossible
 *     connections that fall                          kms_lost, kms_ready
 *     a warrant or a call that ends                  cancel, purge
 *     what may be called inside which callback       requester_callbacks.h
 *     limits, timers, options                        requester_config.h
 *     seeing what happens                            read_counters, read_usage; requester_watch.h
 *     surviving a crash                              journal.h
 *
 * What is promised: for every submitted request the library *decides* one outcome, keys or failure, gives
 * it an outcome id, and offers it, always under that id, until the host acknowledges it. The host's
 * durable queue drops repeats by id. Cancelling or purging a request withdraws the promise. With a
 * journal (journal.h) the promise holds across crashes and fail-over; without one it holds for the life of
 * the engine, and what was pending or owed in a crashed process is lost.
 *
 * Keys never rest in the engine: they are views into the octets that the host gave to
 * xk_requester_receive(), and that call wipes the octets when it is done with them.
 *
 * The engine owns no socket, clock or randomness. Time is the argument `now_ms`: milliseconds of one
 * clock of the host's, meant to be monotonic. A step back by no more than `clock_bound` is no progress. After a longer
 * one the engine follows the new clock, and each request keeps the time that it had left. #XK_EVENT_CLOCK_BACK tells
 * of both.
 *
 * Threads: an engine belongs to one thread at a time; engines share nothing. Callbacks run on the calling thread, and
 * requester_callbacks.h tells what may be called inside them.
 *
 * Where a LIID is spoken of here, LIID and country of the authorisation are meant: one LIID in two countries is two
 * warrants.
 *
 * Rules of a retrieval
 * --------------------
 * A pending request always waits for exactly one of these, and wakes at the time given or at its own deadline,
 * whichever comes first:
 *
 *     waits for             state   until
 *     a KMS's answer        asked   the attempt is over: `attempt_timeout` after the send
 *     the next round        backoff the back-off is over
 *     a place in a window   behind  a place falls free at one of the KMSs that it has not tried in this round, or
 *                                   `attempt_timeout` has passed
 *     another's get_keys    sharing its patience is over: `attempt_timeout`, or half of its timer if that is shorter
 *     nothing but answers   spent   its deadline
 *
 * (Inside a call there is a sixth, "ready": it is asked before the outermost call returns. A bound on the work of one
 * call, or a restore before its first tick, may leave ready ones over: then next_deadline is the present.)
 *
 * Which KMS. A round goes through the list of the request in its order. To ask means: of the KMSs that were not tried
 * in this round, the first one whose window is open is asked at once. If all of their windows are closed the request
 * is behind all of them and takes the first place that falls free at any; at each KMS those behind its window are
 * served in the order in which they came to wait. After `attempt_timeout` behind windows a new round begins at once;
 * that is no attempt. When every KMS of the list was tried and the last try failed, the request backs off, and then a
 * new round begins. The n-th back-off lasts `backoff_base` * 2^(n-1), at most `backoff_max`; the upper half of it is
 * random.
 *
 * What happens to it, what follows, and what it costs:
 *
 *     event                                              then                                     attempt  place
 *     transport takes the get_keys                       asked                                    +1       taken
 *     transport refuses it                               next KMS of the round, or back-off       no       no
 *     `max_refused` refusals in a row (0: no bound)      no more sends; if no KMS asked may still
 *                                                        answer, nor anybody of its exchange asks:
 *                                                        final at the next tick, UNREACHABLE
 *     attempt is over                                    next KMS of the round, or back-off       -        freed
 *     UNAVAILABLE from the KMS that is being asked       next KMS of the round, or back-off       -        freed
 *     either of these two, and `max_attempts` are used   spent
 *     VERSION, or a referral to a KMS that has been
 *       followed already                                as UNAVAILABLE
 *     UNAVAILABLE from a KMS that was given up           noted, nothing else
 *     UNAVAILABLE, spent, no KMS asked may still answer  final: KMS_REFUSED with that reason
 *     OTHER_KMS naming a known KMS, `follow_referral`,   that KMS joins the list and is asked     +1, even freed
 *       the first one, and the list has room             alone, before any other                  if spent
 *     any other failure, a second referral               final: KMS_REFUSED with that reason               freed
 *     kms_lost of the KMS that is being asked            next KMS of the round, whose attempt replaces    -1      freed
 *                                                        the lost one
 *     likewise, and none is left                         a new round, at once or after a back-off;        -       freed
 *                                                        spent if `max_attempts` are used
 *     kms_lost of a KMS that a spent one was sent to     next KMS of the round, if one is left            -1       -
 *     kms_ready of a KMS of its list, in a back-off      that KMS is asked at once                        -        -
 *     keys of at least one Crypto Session                final: KEYS or PARTIAL                            freed
 *     octets that receive refuses                        nothing: the timer runs on
 *     deadline, at the next tick                         final: TIMER_EXPIRED                              freed
 *     cancel, purge                                      final: no outcome                                 freed
 *
 * "May still answer": a KMS owes an answer for each get_keys that it was sent, three at most. UNAVAILABLE is an answer;
 * after kms_lost it owes none. With `share_queries` this is asked of all requests of the exchange that pend: a spent
 * one waits as long as another one of them asks, or its KMS may still answer. Whether an answer has one failure for all
 * Crypto Sessions or one for each makes no difference when they agree; when they do not the reason is GENERIC.
 *
 * Sharing. A request joins those of the same exchange while at least one of them is asked, backs off, is behind or
 * ready, and no answer is being given out to them. When none of them is any more, the first one that shares is made
 * ready in the same call. At the end of its patience it is made ready as well (#XK_EVENT_ATTEMPT_EXPIRED).
 *
 * After the decision. An outcome is offered until the host acknowledges it, for each LIID in the order of the
 * decisions; one whose hold the host gives back goes behind what its LIID is owed by then. (Which goes first when that
 * happens inside a callback about another outcome of the LIID is not told.) What stands behind is due as soon as what
 * stood before it is gone. A failure that the host refused is offered again within `reoffer_interval`: all wait for the
 * same pass, which comes once in each interval. Keys that were not taken wait for their octets: they are asked for
 * again when nothing but passed keys stands before them, first from the KMS that answered, which joins the list if it
 * has room, then from the others of the list in its order, then from the first one again, one KMS at a time: within one
 * `reoffer_interval`, then after intervals that double up to 16, the upper half of them random. This takes a place in
 * the KMS's window until it answers, the octets come from another one, or the interval is over; without a place it
 * waits for the next interval. A supplement is asked for no longer than `grace` after its decision. Keys that have
 * waited for their octets longer than `passing_bound` may be passed by later outcomes of their LIID (#XK_EVENT_PASSED
 * tells); what the host refuses keeps its order, and when it refuses keys the bound begins anew. Passed keys stay
 * decided.
 *
 * next_deadline is never later than the first moment at which one of these ends, and the present while something is
 * ready, a budget left something over, or restored requests have not been sent.
 */
#ifndef XK_REQUESTER_H
#define XK_REQUESTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/alloc.h>
#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/journal.h>
#include <xk/message.h>
#include <xk/outcome.h>
#include <xk/requester_callbacks.h>
#include <xk/requester_config.h>
#include <xk/requester_watch.h>
#include <xk/secret.h>
#include <xk/status.h>
#include <xk/warrant.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xk_requester;

/** One request: a call's exchange, the KMSs to ask, and one warrant. All borrowed for the submit call. */
struct xk_request {
    size_t size; /**< sizeof(struct xk_request) */
    /** What to ask; its transaction id is ignored and drawn afresh. */
    struct xk_get_keys get_keys;
    const uint32_t *kms; /**< numbers of the KMSs, in order of preference */
    size_t kms_count;    /**< 1 to #XK_ROUTES_MAX */
    struct xk_warrant warrant;
    uint32_t timeout;    /**< the timer for this request, milliseconds, up to 86400000; 0: the configured one */
    uint64_t reference;  /**< with `use_references`: the host's own number, 0 for none */
    const uint8_t *cs_ids; /**< with #XK_CHECK_HOST: the Crypto Sessions of the exchange; else NULL */
    size_t cs_count;       /**< with #XK_CHECK_HOST: 1 to #XK_CRYPTO_SESSIONS_MAX; else 0 */
    enum xk_hi2_module module; /**< that the records will be written in; 0: the warrant is not held against one */
    uint32_t pdu_max; /**< with `module`: octets that a PS-PDU may have, as in xk_hi2_check_warrant() */
};

/**
 * @name The seven calls of every host
 * @{
 */

/**
 * Create an engine.
 *
 * @param config borrowed
 * @param callbacks copied
 * @param allocator copied; NULL for the library's own, see alloc.h
 * @param user handed to every callback; must outlive the engine
 * @param[out] requester set on XK_OK only; ended by xk_requester_destroy()
 * @param[out] diag of a refusal: status, offset and field; may be NULL
 *
 * @retval XK_OK         the engine is ready; it will allocate nothing more
 * @retval XK_E_ARGUMENT a pointer or mandatory callback is NULL, or a `size` member is wrong
 * @retval XK_E_CONFIG   a value is outside the limits in its comment
 * @retval XK_E_MEMORY   the allocator gave nothing; everything taken was given back
 * @retval XK_E_RANDOM   the source of randomness failed
 *
 * On failure nothing changed. May call: random. Any thread. Cost: proportional to `max_pending`.
 */
XK_API XK_NODISCARD enum xk_status xk_requester_create(const struct xk_requester_config *config,
                                                       const struct xk_requester_callbacks *callbacks,
                                                       const struct xk_allocator *allocator, void *user,
                                                       struct xk_requester **requester, struct xk_diag *diag);

/**
 * End an engine: wipe and give back all its memory. No outcome is delivered.
 *
 * @param requester may be NULL
 * @retval XK_OK     gone
 * @retval XK_E_BUSY called from inside a callback; nothing changed
 *
 * Calls no callback. Not from inside a callback. Cost: proportional to `max_pending`. What is pending or
 * owed ends with it: write a snapshot before, or ask xk_requester_read_usage().
 */
XK_API enum xk_status xk_requester_destroy(struct xk_requester *requester);

/**
 * Make a KMS known by the name that its transport authenticates, such as its certificate's.
 *
 * @param requester not NULL
 * @param name 1 to #XK_KMS_NAME_MAX octets, copied; compared octet by octet with referrals and snapshots
 * @param[out] kms number of the KMS, for requests and for receive; that of an earlier call with the same name
 * @param[out] diag of a refusal: status, offset and field; may be NULL
 *
 * @retval XK_OK         known
 * @retval XK_E_ARGUMENT a pointer is NULL or the name's size is outside its limits
 * @retval XK_E_FULL     `max_kms` are known
 *
 * On failure nothing changed. Calls no callback. Safe inside callbacks. Cost: proportional to the KMSs.
 */
XK_API XK_NODISCARD enum xk_status xk_requester_add_kms(struct xk_requester *requester, struct xk_bytes name,
                                                        uint32_t *kms, struct xk_diag *diag);

/**
 * Start one key retrieval: TS 33.107 clause 7A.7.2, "DF2/MF sends get_keys".
 *
 * Both MIKEY messages are checked here, so that a pair that cannot work is refused at once. A deadline
 * that has passed already is not fired here but by the next tick; keys that come before that tick are taken.
 *
 * @param requester not NULL
 * @param now_ms the host's clock
 * @param request borrowed for this call; what is needed later is copied
 * @param[out] handle names the request in later calls and logs; set only on XK_OK, or to the older
 *                    request's with XK_E_EXISTS; never 0
 * @param[out] diag of a refusal: status, offset and field; may be NULL
 *
 * @retval XK_OK            one outcome is owed now, and only one
 * @retval XK_E_ARGUMENT    a pointer is NULL, a size is not the structure's, or a KMS number unknown or too many
 * @retval XK_E_FIELD       a field breaks the rule in its comment
 * @retval XK_E_FIELD_LIMIT a field is over its limit
 * @retval XK_E_FIELD_EMPTY a mandatory field is empty
 * @retval XK_E_CONFIG      `module` is none that there is
 * @retval "230-249"        TRANSFER_INIT or TRANSFER_RESP cannot be used, or they do not belong together
 * @retval XK_E_EXISTS      a pending request has the same reference
 * @retval XK_E_FULL        `max_pending` requests are pending or owed; on_room will tell when to go on
 * @retval XK_E_TOO_LARGE   larger than `max_request_size` or `max_warrant_size`; with `module`: its records may
 *                          become larger than `pdu_max`
 * @retval XK_E_RANDOM      the source of randomness failed, or gave the id of a request that lives or that one of the
 *                          `tombstones` still remembers. What is forgotten, or was before a restart, cannot be told.
 * @retval XK_E_JOURNAL     the journal could not take the request
 * @retval XK_E_FENCED      another instance owns the requests
 * @retval XK_E_BUSY        called from inside `random` or `journal`
 *
 * On failure nothing changed and no outcome will come. May call: random, journal, send, observe, audit, on_room;
 * never on_outcome. Safe inside callbacks (the send then follows when the outermost call ends). Cost: one
 * copy of the request; no allocation.
 * It takes less than 8 KiB of stack, callbacks aside.
 */
XK_API XK_NODISCARD enum xk_status xk_requester_submit(struct xk_requester *requester, uint64_t now_ms,
                                                       const struct xk_request *request, uint64_t *handle,
                                                       struct xk_diag *diag);

/**
 * Give the engine what a KMS sent: TS 33.107 clause 7A.7.2, "get_keys_response".
 *
 * The octets are wiped before the call returns, whatever it answers, except with XK_E_BLOCKED and
 * XK_E_BUSY, when the host keeps them and gives them again.
 *
 * @param requester not NULL
 * @param now_ms the host's clock
 * @param kms the peer that the transport has authenticated; never taken from the message
 * @param[in,out] data one whole Xk message; borrowed, and wiped as told above
 * @param size octets of it
 * @param[out] diag of a refusal: status, offset and field; may be NULL
 *
 * @retval XK_OK           the message was taken: it settled a request or moved it on, and the octets are done with.
 *                         Keys have been handed over; a failure that the host refused is offered again.
 * @retval XK_E_BLOCKED    the host took no outcome, or the journal no record: give the same octets again, or wipe
 *                         them: the engine asks for them again under the same transaction, as the rules
 *                         above tell, whatever `max_attempts` says, and each answer that comes then is
 *                         BLOCKED likewise, so one copy is enough. The timer of the request does not run
 *                         meanwhile. Another answer is refused with XK_E_CONFLICT. The outcome stays owed until
 *                         the first answer is repeated or the request is cancelled.
 * @retval XK_E_UNKNOWN    no such transaction
 * @retval XK_E_LATE       the request had expired or was cancelled
 * @retval XK_E_DUPLICATE  this answer has been taken before
 * @retval XK_E_CONFLICT   another answer has been taken before; the first one stands
 * @retval XK_E_PEER       from a peer that was not asked
 * @retval "200-229"       the message breaks the Xk profile
 * @retval XK_E_ARGUMENT   a pointer is NULL or `kms` unknown
 * @retval XK_E_BUSY       called from inside a callback
 * @retval XK_E_FENCED     another instance owns the requests
 *
 * A refused message settles nothing: the timer runs on. May call every callback. Not inside callbacks.
 * Cost: one decode, one look-up, one outcome callback for each warrant; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_requester_receive(struct xk_requester *requester, uint64_t now_ms,
                                                        uint32_t kms, uint8_t *data, size_t size,
                                                        struct xk_diag *diag);

/** One message of several that a host has read at once. */
struct xk_received {
    uint32_t kms;          /**< the peer that the transport has authenticated */
    uint8_t *data;         /**< one whole Xk message; borrowed, and wiped as xk_requester_receive() does */
    size_t size;           /**< octets of it */
    enum xk_status status; /**< out: what xk_requester_receive() would have answered */
    struct xk_diag diag;   /**< out: of a refusal; after XK_OK status XK_OK, offset 0 and field "" */
};

/**
 * Give the engine several messages: for each, one after the other, what xk_requester_receive() does, with the same
 * callbacks, and its status in `messages`. Only the memory that they need is asked for early, that of several at once.
 * It pays where very many requests are pending: from about 100,000 on.
 *
 * @param requester not NULL
 * @param now_ms the host's clock
 * @param[in,out] messages in the order in which they came; no two share octets
 * @param count of them; 0 does nothing
 *
 * @retval XK_OK         each message has its status: none of them, several or all may be refusals
 * @retval XK_E_ARGUMENT a pointer is NULL; if `messages` is not, the octets are wiped and each status is this
 *
 * A refused message settles nothing, and those behind it are given all the same; after XK_E_ARGUMENT nothing has
 * changed. May call every callback. Not inside callbacks: each status is XK_E_BUSY then. What a callback of one message
 * does (cancels the request of another, for example) is seen by those behind it. Cost: that of so many calls, less the
 * waiting for memory; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_requester_receive_many(struct xk_requester *requester, uint64_t now_ms,
                                                             struct xk_received *messages, size_t count);

/**
 * Let time pass: fire what is due, in the order of deadlines, ties in the order of submission (after a restore in
 * any order).
 *
 * @param requester not NULL
 * @param now_ms the host's clock
 * @param budget how many timers and offers to work on at most; 0 for no limit
 * @param[out] more true if the budget ended it: call again soon; may be NULL
 *
 * @retval XK_OK         done
 * @retval XK_E_ARGUMENT `requester` is NULL
 * @retval XK_E_BUSY     called from inside a callback
 * @retval XK_E_FENCED   another instance owns the requests
 *
 * Never fires early. May call every callback. Not inside callbacks. Cost: proportional to what is due, not
 * to what is pending.
 */
XK_API enum xk_status xk_requester_tick(struct xk_requester *requester, uint64_t now_ms, uint32_t budget,
                                        bool *more);

/**
 * When to call xk_requester_tick() next.
 *
 * @param requester not NULL
 * @retval XK_NEVER nothing waits for time
 * @retval time on the host's clock; never later than the next deadline, perhaps earlier
 *
 * Cannot fail. Calls no callback. Safe inside callbacks. Cost: constant.
 */
XK_API uint64_t xk_requester_next_deadline(const struct xk_requester *requester);

/** @} */

/**
 * @name Outcomes that wait for a queue or a receiver
 * @{
 */

/**
 * Tell the engine that the host can take outcomes again: owed failures are offered now, and owed keys asked for.
 *
 * xk_requester_tick() does the same when `reoffer_interval` is over.
 *
 * @param requester not NULL
 * @param now_ms the host's monotonic time, milliseconds
 * @param budget most outcomes to offer in this call; 0 for no limit
 * @param[out] more there are owed outcomes that the budget left; may be NULL
 *
 * @retval XK_OK       all owed outcomes were offered, or the budget ended it
 * @retval XK_E_ARGUMENT `requester` is NULL
 * @retval XK_E_BUSY   called from inside a callback
 * @retval XK_E_FENCED another instance owns the requests
 *
 * On failure nothing changed. May call every callback. Not inside callbacks. Cost: proportional to the offers.
 */
XK_API enum xk_status xk_requester_resume(struct xk_requester *requester, uint64_t now_ms, uint32_t budget,
                                          bool *more);

/**
 * Acknowledge an outcome that was answered with #XK_OUTCOME_HELD.
 *
 * @param requester not NULL
 * @param now_ms the host's clock
 * @param handle of the request
 * @param id of the outcome; must be the request's
 *
 * @retval XK_OK         the request has ended
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_UNKNOWN  no such request or outcome, or it has not been held
 * @retval XK_E_ALREADY  called from inside a callback about this request, whose end is not certain yet: keep it
 * @retval XK_E_FENCED   another instance owns the requests
 * @retval XK_E_BUSY     called from inside `random` or `journal`
 *
 * On failure nothing changed. May call: random, journal, send, observe, audit, on_room.
 * Safe inside callbacks. Cost: constant.
 */
XK_API enum xk_status xk_requester_acknowledge(struct xk_requester *requester, uint64_t now_ms, uint64_t handle,
                                               const struct xk_outcome_id *id);

/**
 * Take back a hold: the host could not keep the outcome after all, so it is owed again.
 *
 * A failure is offered again; keys are asked for again under the same transaction.
 *
 * @param requester not NULL
 * @param now_ms the host's clock
 * @param handle of the request
 * @param id of the outcome; must be the request's
 *
 * @retval XK_OK         it will be offered again
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_UNKNOWN  no such request or outcome, or it has not been held
 * @retval XK_E_ALREADY  called from inside a callback about this request, whose end is not certain yet: keep it
 * @retval XK_E_FENCED   another instance owns the requests
 * @retval XK_E_BUSY     called from inside `random` or `journal`
 *
 * On failure nothing changed. May call: random, send, observe, on_room. Safe inside callbacks. Cost: constant.
 */
XK_API enum xk_status xk_requester_release(struct xk_requester *requester, uint64_t now_ms, uint64_t handle,
                                           const struct xk_outcome_id *id);

/**
 * Say of a held outcome what #XK_OUTCOME_IMPOSSIBLE says in on_outcome: no record of it can be made or delivered.
 *
 * @param requester not NULL
 * @param now_ms the host's clock
 * @param handle of the request
 * @param id of the outcome; must be the request's
 *
 * @retval XK_OK         keys: the failure indication is owed in their place, under the same id. Else it has ended
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_UNKNOWN  no such request or outcome, or it has not been held
 * @retval XK_E_ALREADY  called from inside a callback about this request
 * @retval XK_E_JOURNAL  the journal could not take that the keys became the failure
 * @retval XK_E_FENCED   another instance owns the requests
 * @retval XK_E_BUSY     called from inside `random` or `journal`
 *
 * On failure nothing changed, and the outcome is held as before. May call: random, journal, send, observe, audit,
 * on_room. Safe inside callbacks. Cost: constant.
 */
XK_API enum xk_status xk_requester_impossible(struct xk_requester *requester, uint64_t now_ms, uint64_t handle,
                                              const struct xk_outcome_id *id);

/** @} */

/**
 * @name Connections that fall
 * @{
 */

/**
 * The link to a KMS has fallen: no answer will come to what was sent on it.
 *
 * A request that waits for an answer of this KMS is asked again in this call: from the next KMS of its round, and then
 * the lost attempt is not counted. Where none is left a new round begins: at once, or after a back-off if the link
 * fell before and the KMS has not answered since. (It has answered when something valid came from it for a transaction
 * that it was asked for and that has not ended.) Octets of owed keys that this KMS was asked for are asked for again
 * at the next tick, which next_deadline tells. An answer that arrives all the same is taken.
 *
 * @param requester not NULL
 * @param now_ms the host's clock
 * @param kms number of the KMS
 *
 * @retval XK_OK         done
 * @retval XK_E_ARGUMENT `requester` is NULL or `kms` unknown
 * @retval XK_E_FENCED   another instance owns the requests
 * @retval XK_E_BUSY     called from inside `random` or `journal`
 *
 * On failure nothing changed. May call: random, send, observe, on_room. Safe inside callbacks: what the running one is
 * about stays as it is, and the others are sent when the outermost call ends. Cost: one pass over `max_pending`.
 */
XK_API enum xk_status xk_requester_kms_lost(struct xk_requester *requester, uint64_t now_ms, uint32_t kms);

/**
 * There is a link to a KMS, for the first time or again: who backs off and has this KMS in its list asks it now.
 *
 * So are keys asked for at the next tick whose octets this KMS had brought. After a link that fell twice or more since
 * the KMS answered, back-offs run to their end all the same.
 *
 * @param requester not NULL
 * @param now_ms the host's clock
 * @param kms number of the KMS
 *
 * @retval XK_OK         done
 * @retval XK_E_ARGUMENT `requester` is NULL or `kms` unknown
 * @retval XK_E_FENCED   another instance owns the requests
 * @retval XK_E_BUSY     called from inside `random` or `journal`
 *
 * On failure nothing changed. May call: random, send, observe, on_room. Safe inside callbacks, as kms_lost. Cost: one
 * pass over `max_pending`.
 */
XK_API enum xk_status xk_requester_kms_ready(struct xk_requester *requester, uint64_t now_ms, uint32_t kms);

/** @} */

/**
 * @name A warrant or a call that ends
 * @{
 */

/**
 * Withdraw a request: no outcome will come. Its transaction id answers XK_E_LATE from now on.
 *
 * @param requester not NULL
 * @param now_ms the host's clock
 * @param handle of the request
 *
 * @retval XK_OK         withdrawn; its data are wiped
 * @retval XK_E_ARGUMENT `requester` is NULL
 * @retval XK_E_UNKNOWN  no such request
 * @retval XK_E_ALREADY  called from inside a callback about this request: it is being handed over, or ends
 * @retval XK_E_JOURNAL  the journal could not take the withdrawal, and a crash would undo it
 * @retval XK_E_FENCED   another instance owns the requests
 * @retval XK_E_BUSY     called from inside `random` or `journal`
 *
 * On failure nothing changed. May call: random, journal, send, observe, audit, on_room.
 * Safe inside callbacks. Cost: constant.
 */
XK_API enum xk_status xk_requester_cancel(struct xk_requester *requester, uint64_t now_ms, uint64_t handle);

/**
 * Withdraw every request and owed outcome of one LIID, as at the end of a warrant. Nothing of it is left in the engine
 * but the transaction ids, for a while; what the journal holds is the host's to destroy (see journal.h).
 *
 * @param requester not NULL
 * @param now_ms the host's clock
 * @param liid 1 to #XK_LIID_MAX octets, borrowed
 * @param country of the authorisation, two characters as in the warrant: one LIID in two countries is two warrants.
 *                NULL: of whatever country
 * @param[out] purged how many were withdrawn, set too when the journal ended it early; may be NULL
 *
 * @retval XK_OK         none is left
 * @retval XK_E_ARGUMENT a pointer is NULL or the LIID's size outside its limits
 * @retval XK_E_BUSY     called from inside `random` or `journal`, or from a callback about a request of that LIID
 * @retval XK_E_JOURNAL  the journal could not take a withdrawal: those before it are gone; purge again
 * @retval XK_E_FENCED   another instance owns the requests
 *
 * On failure nothing changed, but for what XK_E_JOURNAL tells. May call: random, journal, send, observe, audit,
 * on_room. Safe inside callbacks but for the case above. Cost: one pass over `max_pending`.
 */
XK_API enum xk_status xk_requester_purge(struct xk_requester *requester, uint64_t now_ms, struct xk_bytes liid,
                                         const char *country, uint32_t *purged);

/** @} */

#ifdef __cplusplus
}
#endif
#endif
