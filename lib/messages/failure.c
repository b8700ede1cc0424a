/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one table of failure reasons. A new one is a row here, beside message.h, the schema and the dissector's list.
 *
 * The texts are for people: a KMS operator reads them, so they say what was found and name no one. The last column is
 * what a requester does when a KMS gives this reason for the whole request: most are about the exchange itself, and
 * every KMS would say the same.
 */
#include "messages/failure.h"

#include <stddef.h>

#define ROW(reason, name, text, where, course) {XK_FAILURE_##reason, name, text, where, course}

enum where { NOWHERE, WIRE, LOCAL };

struct row {
    enum xk_failure failure;
    const char *name;
    const char *text;
    enum where where;
    enum xki_failure_course course;
};

static const struct row rows[] = {
    ROW(NONE, "none", "no failure", NOWHERE, XKI_FAILURE_FINAL),
    ROW(GENERIC, "generic", "the KMS gave no reason", WIRE, XKI_FAILURE_FINAL),
    ROW(MALFORMED, "malformed", "get_keys or a MIKEY message in it could not be parsed", WIRE, XKI_FAILURE_FINAL),
    ROW(MISMATCH, "mismatch", "TRANSFER_INIT and TRANSFER_RESP do not belong together", WIRE, XKI_FAILURE_FINAL),
    ROW(NOT_TARGET, "not-target", "no identity in the exchange is the target's", WIRE, XKI_FAILURE_FINAL),
    ROW(TARGET_ONLY_DIALLED, "target-only-dialled", "the target was called, but another identity answered", WIRE,
        XKI_FAILURE_FINAL),
    ROW(TARGET_ONLY_ALLOWED, "target-only-allowed", "the target is only among those whom the ticket lets answer", WIRE,
        XKI_FAILURE_FINAL),
    ROW(NOT_AUTHORISED, "not-authorised", "the asking peer may not ask this KMS", WIRE, XKI_FAILURE_FINAL),
    ROW(TICKET_KEY_UNKNOWN, "ticket-key-unknown", "no ticket protection key is known for this ticket", WIRE,
        XKI_FAILURE_FINAL),
    ROW(TICKET_EXPIRED, "ticket-expired", "the exchange was made outside the ticket's validity", WIRE,
        XKI_FAILURE_FINAL),
    ROW(TICKET_MAC, "ticket-mac", "the ticket's MAC is wrong", WIRE, XKI_FAILURE_FINAL),
    ROW(INIT_MAC, "init-mac", "the MAC of TRANSFER_INIT is wrong", WIRE, XKI_FAILURE_FINAL),
    ROW(RESP_MAC, "resp-mac", "the MAC of TRANSFER_RESP is wrong", WIRE, XKI_FAILURE_FINAL),
    ROW(SESSION_UNKNOWN, "session-unknown", "no key belongs to this Crypto Session", WIRE, XKI_FAILURE_FINAL),
    ROW(ALGORITHM, "algorithm", "an algorithm, ticket type or key type is not supported", WIRE, XKI_FAILURE_FINAL),
    ROW(OTHER_KMS, "other-kms", "another KMS issued the ticket", WIRE, XKI_FAILURE_REFERRED),
    ROW(UNAVAILABLE, "unavailable", "the KMS cannot answer now", WIRE, XKI_FAILURE_RETRIED),
    ROW(CONFLICT, "conflict", "the transaction id was used before for another request", WIRE, XKI_FAILURE_FINAL),
    ROW(POLICY, "policy", "the ticket's policy forbids what the exchange did", WIRE, XKI_FAILURE_FINAL),
    ROW(VERSION, "version", "get_keys is of a newer version of the Xk profile", WIRE, XKI_FAILURE_MOVES_ON),
    ROW(KEMAC, "kemac", "a KEMAC of the exchange cannot be read", WIRE, XKI_FAILURE_FINAL),
    ROW(NOT_ANSWERED, "not-answered", "the response left this Crypto Session out", LOCAL, XKI_FAILURE_FINAL),
};

#undef ROW

static const struct row unknown = {XK_FAILURE_NONE, "?", "not a failure reason of the Xk profile", NOWHERE,
                                   XKI_FAILURE_FINAL};

static const struct row *find(unsigned int value)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((unsigned int)rows[i].failure == value) {
            return &rows[i];
        }
    }
    return &unknown;
}

bool xki_failure_is_known(unsigned int value)
{
    return find(value) != &unknown;
}

bool xki_failure_is_on_wire(unsigned int value)
{
    return find(value)->where == WIRE;
}

bool xki_failure_is_local(unsigned int value)
{
    return find(value)->where == LOCAL;
}

enum xki_failure_course xki_failure_course(enum xk_failure failure)
{
    return find((unsigned int)failure)->course;
}

const char *xk_failure_text(enum xk_failure failure)
{
    return find((unsigned int)failure)->text;
}

const char *xk_failure_name(enum xk_failure failure)
{
    return find((unsigned int)failure)->name;
}
