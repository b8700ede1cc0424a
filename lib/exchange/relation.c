/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who took part in the exchange, and is the target one of them? Steps 3, 4, 5 and 7 of the list of checks that
 * RFC 6043 lets one derive; step 1 is xk_exchange_parse(), the steps that need keys are the host's.
 */
#include <xk/relation.h>

#include <string.h>

void xk_relation_rules_init(struct xk_relation_rules *rules)
{
    memset(rules, 0, sizeof *rules);
    rules->size = sizeof *rules;
}

/* `a` may be absent, which is nobody; `b` never is. */
static bool same(const struct xk_relation_rules *rules, struct xk_bytes a, struct xk_bytes b)
{
    if (a.data == NULL) {
        return false;
    }
    return rules->same_user != NULL ? rules->same_user(a, b, rules->user) : xk_uri_equal(a, b);
}

/* Does the ticket allow this identity to answer, by name or as one of a group (RFC 6043 6.10, IDRr)? */
static bool allowed(const struct xk_relation_rules *rules, const struct xk_mikey_ticket *ticket,
                    struct xk_bytes identity)
{
    struct xk_mikey_identity entry;
    size_t position = 0;
    while (xk_mikey_ticket_next_responder(ticket, &position, &entry)) {
        if (same(rules, entry.data, identity) ||
            (rules->member != NULL && rules->member(entry.data, identity, rules->user))) {
            return true;
        }
    }
    return false;
}

static void collect(const struct xk_exchange *exchange, const struct xk_relation_rules *rules,
                    struct xk_relation *relation)
{
    relation->initiator = exchange->init.id_initiator.data;
    if (relation->initiator.data == NULL) {
        relation->initiator = exchange->init.ticket.initiator.data;
    }
    if (relation->initiator.data == NULL) {
        relation->initiator = exchange->initiator_hint;
    }
    relation->dialled = exchange->init.id_responder.data;
    if (relation->dialled.data == NULL) {
        relation->dialled = exchange->responder_hint;
    }
    if (exchange->has_resp) {
        relation->responder = exchange->resp.id_responder.data;
        if (relation->responder.data == NULL && rules->trust_responder_hint) {
            relation->responder = exchange->responder_hint;
        }
    }
}

/* Seconds and fractions since 1968: RFC 4330 section 3 reads a clear top bit as the era that begins in 2036. */
static uint64_t since_1968(uint64_t ntp64)
{
    return ntp64 ^ UINT64_C(0x8000000000000000);
}

static bool is_time_of_day(const struct xk_mikey_time *time)
{
    return time->value.data != NULL && time->type != XK_MIKEY_TIME_COUNTER;
}

static bool in_validity(const struct xk_mikey_message *init)
{
    const struct xk_mikey_ticket *ticket = &init->ticket;
    if (!is_time_of_day(&init->time)) {
        return true;
    }
    uint64_t made = since_1968(init->time.ntp64);
    bool begun = !is_time_of_day(&ticket->valid_from) || made >= since_1968(ticket->valid_from.ntp64);
    bool ended = is_time_of_day(&ticket->valid_until) && made > since_1968(ticket->valid_until.ntp64);
    return begun && !ended;
}

/* The reason why a target that took no part is not enough. */
static void refuse_target(const struct xk_exchange *exchange, struct xk_bytes target,
                          const struct xk_relation_rules *rules, struct xk_relation *relation)
{
    if (same(rules, relation->dialled, target)) {
        relation->failure = XK_FAILURE_TARGET_ONLY_DIALLED;
        relation->field = "IDRr of TRANSFER_INIT";
    } else if (allowed(rules, &exchange->init.ticket, target)) {
        relation->failure = XK_FAILURE_TARGET_ONLY_ALLOWED;
        relation->field = "IDRr of the ticket";
    } else {
        relation->failure = XK_FAILURE_NOT_TARGET;
        relation->field = "Public KMS Identity";
    }
}

static void judge(const struct xk_exchange *exchange, struct xk_bytes target, const struct xk_relation_rules *rules,
                  struct xk_relation *relation)
{
    const struct xk_mikey_message *init = &exchange->init;
    bool forking = (init->ticket.flags & XK_MIKEY_FLAG_I) != 0;
    bool two_claims = init->id_initiator.data.data != NULL && init->ticket.initiator.data.data != NULL;
    if (two_claims && (forking || !rules->allow_other_initiator) &&
        !same(rules, init->id_initiator.data, init->ticket.initiator.data)) {
        relation->failure = XK_FAILURE_POLICY;
        relation->field = "IDRi of TRANSFER_INIT";
        return;
    }
    if (relation->responder.data != NULL && !allowed(rules, &init->ticket, relation->responder)) {
        relation->failure = XK_FAILURE_POLICY;
        relation->field = "IDRr of TRANSFER_RESP";
        return;
    }
    if (same(rules, relation->initiator, target)) {
        relation->role = XK_ROLE_INITIATOR;
    } else if (same(rules, relation->responder, target)) {
        relation->role = XK_ROLE_RESPONDER;
    } else {
        refuse_target(exchange, target, rules, relation);
        return;
    }
    if (!in_validity(init)) {
        relation->role = XK_ROLE_NONE;
        relation->failure = XK_FAILURE_TICKET_EXPIRED;
        relation->field = "T of TRANSFER_INIT";
    }
}

enum xk_status xk_relation_check(const struct xk_exchange *exchange, struct xk_bytes target,
                                 const struct xk_relation_rules *rules, struct xk_relation *relation)
{
    struct xk_relation_rules defaults;
    xk_relation_rules_init(&defaults);
    if (rules == NULL) {
        rules = &defaults;
    }
    if (exchange == NULL || relation == NULL || target.data == NULL || target.size == 0 ||
        rules->size != sizeof *rules) {
        return XK_E_ARGUMENT;
    }
    memset(relation, 0, sizeof *relation);
    relation->field = "";
    collect(exchange, rules, relation);
    judge(exchange, target, rules, relation);
    return XK_OK;
}
