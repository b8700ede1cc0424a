/* SPDX-License-Identifier: BSD-2-Clause */
/* Failure reasons for people: a KMS operator reads these, so they say what was found and name no one. */
#include "messages/failure.h"

#include <stddef.h>

struct row {
    const char *name;
    const char *text;
};

/* Those of the wire, by number. */
static const struct row rows[XK_FAILURE_WIRE_LAST + 1] = {
    [XK_FAILURE_NONE] = {"none", "no failure"},
    [XK_FAILURE_GENERIC] = {"generic", "the KMS gave no reason"},
    [XK_FAILURE_MALFORMED] = {"malformed", "get_keys or a MIKEY message in it could not be parsed"},
    [XK_FAILURE_MISMATCH] = {"mismatch", "TRANSFER_INIT and TRANSFER_RESP do not belong together"},
    [XK_FAILURE_NOT_TARGET] = {"not-target", "no identity in the exchange is the target's"},
    [XK_FAILURE_TARGET_ONLY_DIALLED] = {"target-only-dialled", "the target was called, but another identity answered"},
    [XK_FAILURE_TARGET_ONLY_ALLOWED] = {"target-only-allowed",
                                        "the target is only among those whom the ticket lets answer"},
    [XK_FAILURE_NOT_AUTHORISED] = {"not-authorised", "the asking peer may not ask this KMS"},
    [XK_FAILURE_TICKET_KEY_UNKNOWN] = {"ticket-key-unknown", "no ticket protection key is known for this ticket"},
    [XK_FAILURE_TICKET_EXPIRED] = {"ticket-expired", "the exchange was made outside the ticket's validity"},
    [XK_FAILURE_TICKET_MAC] = {"ticket-mac", "the ticket's MAC is wrong"},
    [XK_FAILURE_INIT_MAC] = {"init-mac", "the MAC of TRANSFER_INIT is wrong"},
    [XK_FAILURE_RESP_MAC] = {"resp-mac", "the MAC of TRANSFER_RESP is wrong"},
    [XK_FAILURE_SESSION_UNKNOWN] = {"session-unknown", "no key belongs to this Crypto Session"},
    [XK_FAILURE_ALGORITHM] = {"algorithm", "an algorithm, ticket type or key type is not supported"},
    [XK_FAILURE_OTHER_KMS] = {"other-kms", "another KMS issued the ticket"},
    [XK_FAILURE_UNAVAILABLE] = {"unavailable", "the KMS cannot answer now"},
    [XK_FAILURE_CONFLICT] = {"conflict", "the transaction id was used before for another request"},
    [XK_FAILURE_POLICY] = {"policy", "the ticket's policy forbids what the exchange did"},
    [XK_FAILURE_VERSION] = {"version", "get_keys is of a newer version of the Xk profile"},
    [XK_FAILURE_KEMAC] = {"kemac", "a KEMAC of the exchange cannot be read"},
};

static const struct row not_answered = {"not-answered", "the response left this Crypto Session out"};
static const struct row unknown = {"?", "not a failure reason of the Xk profile"};

static const struct row *find(unsigned int value)
{
    if (value <= XK_FAILURE_WIRE_LAST) {
        return &rows[value];
    }
    return value == XK_FAILURE_NOT_ANSWERED ? &not_answered : &unknown;
}

bool xki_failure_is_known(unsigned int value)
{
    return find(value) != &unknown;
}

const char *xk_failure_text(enum xk_failure failure)
{
    return find((unsigned int)failure)->text;
}

const char *xk_failure_name(enum xk_failure failure)
{
    return find((unsigned int)failure)->name;
}
