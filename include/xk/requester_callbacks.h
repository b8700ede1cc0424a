/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What a requester asks of its host, and what the host may call meanwhile. Included by requester.h.
 *
 * Callbacks run on the thread that calls the engine. What may be called from inside which one:
 *
 *     inside                                      submit, cancel, purge,    receive, tick, resume,      queries,
 *                                                 acknowledge, release,     snapshot, restore, destroy  add_kms
 *                                                 impossible, kms_lost,
 *                                                 kms_ready
 *     send, on_outcome, on_room, observe, audit   yes, but see below        #XK_E_BUSY                  yes
 *     random, journal (in the middle of a change) #XK_E_BUSY                #XK_E_BUSY                  yes
 *
 * About the request whose callback runs, cancel, acknowledge, release and impossible answer #XK_E_ALREADY, a purge of
 * its LIID #XK_E_BUSY, and kms_lost and kms_ready leave it as it is. #XK_E_BUSY consumes and changes nothing. What a
 * call inside a callback makes ready to be sent is sent when the outermost call ends.
 *
 * What is called inside which call:
 *
 *     call                                        random journal send on_outcome observe audit on_room
 *     create                                      yes
 *     submit, cancel, purge, acknowledge,         yes    yes     yes             yes     yes   yes
 *     impossible
 *     release, kms_lost, kms_ready                yes            yes             yes           yes
 *     receive, tick, resume                       yes    yes     yes  yes        yes     yes   yes
 *     restore                                                                    yes     yes
 *     all others                                                                 (none)
 *
 * Outcomes are offered in receive, tick and resume only. Cancel, purge and acknowledge send when they make a place
 * free, or end the request whose get_keys another one shares. Sends that a call causes come after what it answers is
 * done; inside a callback they wait for the end of the outermost call.
 */
#ifndef XK_REQUESTER_CALLBACKS_H
#define XK_REQUESTER_CALLBACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/journal.h>
#include <xk/outcome.h>
#include <xk/requester_watch.h>

/** One get_keys to put on the wire. Views are valid during the callback, or until it withdraws this request. */
struct xk_send {
    uint32_t kms;          /**< number of the KMS to send to */
    uint64_t request;      /**< handle; opaque, fit for logs. A part of it is drawn with the outcome id: who has
                                both sees that they belong together. */
    uint32_t attempt;      /**< attempts so far and this one: 1 for the first send, and for the first after a restore */
    struct xk_bytes octets; /**< one Xk message; no framing */
};

/** The host's answer to an outcome. */
enum xk_outcome_reply {
    XK_OUTCOME_ACKNOWLEDGED = 1, /**< safe with the host: the request has ended */
    XK_OUTCOME_HELD = 2, /**< taken, keys copied; acknowledged later with xk_requester_acknowledge() */
    XK_OUTCOME_REFUSED = 3, /**< not taken; offer it again */
    /** No record of it can be made or delivered, ever. Keys become the failure indication of their request, under the
     * same outcome id, once the journal has that; it is offered at once (#XK_CAUSE_IMPOSSIBLE). A failure or supplement
     * that is impossible ends undelivered, audited. xk_requester_impossible() says so of what is held. */
    XK_OUTCOME_IMPOSSIBLE = 4
};

/** The host's callbacks. Copied at creation. Each gets the `user` of the create call, last. */
struct xk_requester_callbacks {
    size_t size; /**< sizeof(struct xk_requester_callbacks) */
    /** Fill `out` from a cryptographic source; false if it failed. Mandatory. It may change nothing in the engine. */
    bool (*random)(uint8_t *out, size_t size, void *user);
    /** Hand octets to the transport; false if it does not take them now, which is no attempt. Mandatory. */
    bool (*send)(const struct xk_send *send, void *user);
    /** Take an outcome. Mandatory. */
    enum xk_outcome_reply (*on_outcome)(const struct xk_outcome *outcome, void *user);
    /** After a submit was refused with XK_E_FULL: there is room again. Optional. */
    void (*on_room)(void *user);
    /** Watch. Optional. */
    void (*observe)(const struct xk_observation *observation, void *user);
    /** Write the audit trail. Optional. */
    void (*audit)(const struct xk_audit *audit, void *user);
    /** Write the journal; see journal.h. Optional. It may change nothing in the engine. */
    enum xk_journal_reply (*journal)(const struct xk_journal_record *record, void *user);
};

#endif
