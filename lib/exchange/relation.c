/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who took part in the exchange, and is the target one of them? Steps 3, 4, 5 and 7 of the list of checks that
 * RFC 6043 lets one derive; step 1 is xk_exchange_parse(), the steps that need keys are the host's.
 */
#include <xk/relation.h>

#include <string.h>

#include "support/diag.h"
#include "support/sized.h"

#define RULES_FIRST XKI_SIZED_FIRST(struct xk_relation_rules, allow_other_initiator)

/* The check on its way: what it reads, and who is who, each identity with its type. */
struct check {
    const struct xk_exchange *exchange;
    const struct xk_relation_rules *rules;
    struct xk_mikey_identity target;
    struct xk_mikey_identity initiator;
    struct xk_mikey_identity dialled;
    struct xk_mikey_identity responder;
};

void xk_relation_rules_defaults(struct xk_relation_rules *rules, size_t size)
{
    if (rules != NULL && size >= RULES_FIRST && size <= sizeof *rules) {
        memset(rules, 0, size);
        rules->size = size;
    }
}

/* What SIP or a get_keys names is a URI. */
static struct xk_mikey_identity uri(struct xk_bytes text)
{
    const struct xk_mikey_identity identity = {0, XK_MIKEY_ID_URI, text};
    return identity;
}

/* `a` may be absent, which is nobody; `b` never is. */
static bool same(const struct xk_relation_rules *rules, const struct xk_mikey_identity *a,
                 const struct xk_mikey_identity *b)
{
    if (a->data.data == NULL) {
        return false;
    }
    return rules->same_user != NULL ? rules->same_user(a->data, b->data, rules->user) : xk_identity_equal(a, b);
}

/* Does the ticket allow this identity to answer, by name or as one of a group (RFC 6043 6.10, IDRr)? */
static bool allowed(const struct check *c, const struct xk_mikey_identity *identity)
{
    const struct xk_relation_rules *rules = c->rules;
    struct xk_mikey_identity entry;
    size_t position = 0;
    while (xk_mikey_ticket_next_responder(&c->exchange->init.ticket, &position, &entry)) {
        if (same(rules, &entry, identity) ||
            (rules->member != NULL && rules->member(entry.data, identity->data, rules->user))) {
            return true;
        }
    }
    return false;
}

static void collect(struct check *c)
{
    const struct xk_exchange *e = c->exchange;
    c->initiator = e->init.id_initiator;
    if (c->initiator.data.data == NULL) {
        c->initiator = e->init.ticket.initiator;
    }
    if (c->initiator.data.data == NULL) {
        c->initiator = uri(e->initiator_hint);
    }
    c->dialled = e->init.id_responder.data.data != NULL ? e->init.id_responder : uri(e->responder_hint);
    c->responder = e->has_resp ? e->resp.id_responder : uri((struct xk_bytes){NULL, 0});
    if (c->responder.data.data == NULL && c->rules->trust_responder_hint) {
        c->responder = uri(e->responder_hint);
    }
}

static void refuse(struct xk_relation *relation, enum xk_failure failure, const char *field)
{
    relation->failure = failure;
    relation->field = field;
}

/* The reason why a target that took no part is not enough. */
static void refuse_target(const struct check *c, struct xk_relation *relation)
{
    if (same(c->rules, &c->dialled, &c->target)) {
        refuse(relation, XK_FAILURE_TARGET_ONLY_DIALLED, "IDRr of TRANSFER_INIT");
    } else if (allowed(c, &c->target)) {
        refuse(relation, XK_FAILURE_TARGET_ONLY_ALLOWED, "IDRr of the ticket");
    } else {
        refuse(relation, XK_FAILURE_NOT_TARGET, "Public KMS Identity");
    }
}

/* Is the claim of each of the two one that the ticket allows? */
static bool check_claims(const struct check *c, struct xk_relation *relation)
{
    const struct xk_mikey_message *init = &c->exchange->init;
    bool forking = (init->ticket.flags & XK_MIKEY_FLAG_I) != 0;
    bool two_claims = init->id_initiator.data.data != NULL && init->ticket.initiator.data.data != NULL;
    if (two_claims && (forking || !c->rules->allow_other_initiator) &&
        !same(c->rules, &init->id_initiator, &init->ticket.initiator)) {
        refuse(relation, XK_FAILURE_POLICY, "IDRi of TRANSFER_INIT");
        return false;
    }
    if (c->responder.data.data != NULL && !allowed(c, &c->responder)) {
        refuse(relation, XK_FAILURE_POLICY, "IDRr of TRANSFER_RESP");
        return false;
    }
    return true;
}

static bool is_clock(const struct xk_mikey_time *time)
{
    return time->value.data != NULL && time->type != XK_MIKEY_TIME_COUNTER;
}

/* By more than the clocks of two phones may differ. Across the turn of an era the difference is what counts. */
static bool is_before(const struct xk_mikey_time *time, const struct xk_mikey_time *other, uint32_t tolerance)
{
    const uint64_t by = other->ntp64 - time->ntp64;
    return is_clock(time) && is_clock(other) && by < UINT64_C(0x8000000000000000) &&
           by > (uint64_t)tolerance << 32;
}

static void check_times(const struct check *c, struct xk_relation *relation)
{
    const struct xk_exchange *e = c->exchange;
    const struct xk_relation_rules *rules = c->rules;
    const enum xk_validity validity = xk_exchange_validity(e, rules->clock_tolerance);
    bool valid = validity == XK_VALIDITY_WITHIN || validity == XK_VALIDITY_UNKNOWN;
    if ((validity == XK_VALIDITY_UNKNOWN || validity == XK_VALIDITY_COUNTER) && rules->counter_valid != NULL) {
        valid = rules->counter_valid(e, validity, rules->user);
    }
    if (!valid) {
        refuse(relation, XK_FAILURE_TICKET_EXPIRED, "T of TRANSFER_INIT");
    } else if (is_before(&e->update_init.time, &e->init.time, rules->clock_tolerance)) {
        refuse(relation, XK_FAILURE_POLICY, "T of update TRANSFER_INIT");
    } else if (is_before(&e->update_resp.time, &e->init.time, rules->clock_tolerance)) {
        refuse(relation, XK_FAILURE_POLICY, "T of update TRANSFER_RESP");
    }
}

static void judge(const struct check *c, struct xk_relation *relation)
{
    if (!check_claims(c, relation)) {
        return;
    }
    enum xk_role role = XK_ROLE_NONE;
    if (same(c->rules, &c->initiator, &c->target)) {
        role = XK_ROLE_INITIATOR;
    } else if (same(c->rules, &c->responder, &c->target)) {
        role = XK_ROLE_RESPONDER;
    } else {
        refuse_target(c, relation);
        return;
    }
    check_times(c, relation);
    if (relation->failure == XK_FAILURE_NONE) {
        relation->role = role;
    }
}

enum xk_status xk_relation_check(const struct xk_exchange *exchange, struct xk_bytes target,
                                 const struct xk_relation_rules *rules, struct xk_relation *relation,
                                 struct xk_diag *diag)
{
    struct xk_relation_rules known;
    if (exchange == NULL || relation == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (target.data == NULL || target.size == 0) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "Public KMS Identity");
    }
    xk_relation_rules_init(&known);
    if (rules != NULL && !xki_sized_read(&known, rules, RULES_FIRST, sizeof known)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    struct check c = {.exchange = exchange, .rules = &known, .target = uri(target)};
    collect(&c);
    memset(relation, 0, sizeof *relation);
    relation->field = "";
    relation->initiator = c.initiator.data;
    relation->dialled = c.dialled.data;
    relation->responder = c.responder.data;
    judge(&c, relation);
    return XK_OK;
}
