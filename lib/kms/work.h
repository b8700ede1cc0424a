/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one query needs on its way through the checks, in the order of the checks. It lives on the stack of
 * xk_kms_resolve() and is wiped at its one exit.
 */
#ifndef XKI_KMS_WORK_H
#define XKI_KMS_WORK_H

#include <xk_kms/kms.h>

#include "kms/derive.h"
#include "kms/kemac.h"

/* Where a session key can come from, in the order in which the exchange brought them. The first is the ticket, or what
 * its resolution brought; then the KEMACs of the messages. */
enum xki_kms_source {
    XKI_KMS_OF_TICKET = 0,
    XKI_KMS_OF_INIT = 1,
    XKI_KMS_OF_RESP = 2,
    XKI_KMS_OF_UPDATE_INIT = 3,
    XKI_KMS_OF_UPDATE_RESP = 4,
    XKI_KMS_SOURCES = 5
};

/* A key data sub-payload, and whose it is. */
struct xki_kms_found {
    struct xk_mikey_key_data key;
    enum xki_kms_source source;
};

struct xki_kms_work {
    const struct xk_kms *kms;
    const struct xk_query *query;
    struct xki_kms_crypto *crypto;
    const struct xk_exchange *exchange;
    const char *field; /* what spoke against the exchange; constant, "" without */
    struct xk_bytes responder; /* IDRr of the RESP: into the forking */
    bool resolved;    /* the ticket's keys are what a resolution brought: forked already */
    bool base_ticket; /* opened here: Ticket Data is that of a MIKEY base ticket */
    size_t tpk_size;  /* of the key that opened it */
    struct xk_kms_opened_ticket ticket;
    uint8_t content[XKI_KMS_SOURCES - 1][XK_KMS_KEMAC_MAX]; /* of the messages */
    size_t content_size[XKI_KMS_SOURCES - 1];
    uint8_t mpki[XK_KMS_KEY_MAX];
    uint8_t mpkr[XK_KMS_KEY_MAX];
    uint8_t mpkr_forked[XK_KMS_KEY_MAX];
    size_t mpki_size;
    size_t mpkr_size;
    struct xk_bytes identity_i; /* under the MAC of the INIT */
    struct xk_bytes identity_r;
};

/* Messages by place: the source whose KEMAC they may hold. NULL where the exchange has none. */
const struct xk_mikey_message *xki_kms_message(const struct xk_exchange *exchange, enum xki_kms_source source);

/* Decrypted key data of a source; absent without. */
struct xk_bytes xki_kms_content(const struct xki_kms_work *w, enum xki_kms_source source);

static inline bool xki_kms_is_forking(const struct xki_kms_work *w)
{
    return (w->exchange->init.ticket.flags & XK_MIKEY_FLAG_I) != 0;
}

/* Ends the query: names what spoke against it. */
static inline enum xk_failure xki_kms_fail(struct xki_kms_work *w, enum xk_failure failure, const char *field)
{
    w->field = failure == XK_FAILURE_NONE ? w->field : field;
    return failure;
}

void xki_kms_tell(const struct xki_kms_work *w, enum xk_kms_notice notice, int cs_id);

/* open.c: ticket protection key, MAC, content; or what a resolution brought. */
enum xk_failure xki_kms_open_ticket(struct xki_kms_work *w);
enum xk_failure xki_kms_take_resolved(struct xki_kms_work *w);
/* MPK to MPKi, MPKr, MPKr'. */
enum xk_failure xki_kms_split(struct xki_kms_work *w);

/* strength.c: lengths and algorithms of RFC 6043 12.1, before and after the KEMACs of the messages are open. */
enum xk_failure xki_kms_check_algorithms(struct xki_kms_work *w);
enum xk_failure xki_kms_check_lengths(struct xki_kms_work *w);

/* identity.c: who Identity_r may be under the MAC of the INIT, one after the other; false when there is none left. */
struct xk_bytes xki_kms_initiator(const struct xki_kms_work *w);
bool xki_kms_next_responder(const struct xki_kms_work *w, size_t *position, struct xk_bytes *responder);

/* verify.c: XK_FAILURE_NONE if V holds the MAC of the parts; else `wrong`, or why none could be made. */
enum xk_failure xki_kms_compare(const struct xki_kms_derivation *d, const struct xk_mikey_verification *v,
                                const struct xk_bytes *parts, size_t count, enum xk_failure wrong);
/* What protects the messages of the initial exchange. */
struct xki_kms_derivation xki_kms_message_keys(const struct xki_kms_work *w, enum xki_kms_label label);
/* check.c: MACs of the messages, then the content of their KEMACs. */
enum xk_failure xki_kms_check_messages(struct xki_kms_work *w);

/* update.c: what protects a message of the CSB update, and the MACs of both. */
struct xki_kms_derivation xki_kms_update_keys(const struct xki_kms_work *w, enum xki_kms_label label);
enum xk_failure xki_kms_check_update(struct xki_kms_work *w);

/* pick.c: the key of a Crypto Session, by its SPI or because there is no other. */
bool xki_kms_pick(const struct xki_kms_work *w, uint8_t cs_id, struct xki_kms_found *found);
/* The entry of a Crypto Session in one message. */
bool xki_kms_find_entry(const struct xk_mikey_message *message, uint8_t cs_id, struct xk_mikey_crypto_session *entry);

/* policy.c: lengths of key and salt by the security policy of a Crypto Session. */
struct xki_kms_lengths {
    size_t key;
    size_t salt;
    enum xk_cipher cipher; /* XK_CIPHER_ABSENT unless a policy tells one that has a name here */
};
/* Can the parameters of every SRTP policy be read? Before any length is. */
enum xk_failure xki_kms_check_policies(struct xki_kms_work *w);
enum xk_failure xki_kms_read_lengths(const struct xki_kms_work *w, const struct xk_mikey_crypto_session *entry,
                                     bool of_update, struct xki_kms_lengths *lengths);

/* session.c: key and salt of one Crypto Session. `space` takes both; *used is what it took. */
void xki_kms_session(const struct xki_kms_work *w, uint8_t cs_id, uint8_t *space, size_t space_size, size_t *used,
                     struct xk_session_result *result);

#endif
