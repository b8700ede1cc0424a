/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Do the messages of an exchange belong together? Check 1 of the list for get_keys, without keys (RFC 6043 4.2.2, 5.2,
 * 6.1.1, 6.10).
 */
#include "exchange/exchange.h"

#include <string.h>

#include "support/set256.h"

static enum xk_status mismatch(struct xk_diag *diag, enum xki_ex_part part, size_t offset, const char *field)
{
    return xki_ex_fail(diag, XK_E_MIKEY_MISMATCH, part, offset, field);
}

/* Of the payload around a view: how far in front of it the payload begins is fixed for each type. */
static size_t offset_of(const struct xk_mikey_message *m, struct xk_bytes view, size_t before)
{
    return (size_t)(view.data - m->whole.data) - before;
}

static size_t kemac_offset(const struct xk_mikey_message *m)
{
    return offset_of(m, m->kemac.encrypted, 4);
}

static bool has_kemac(const struct xk_mikey_message *m)
{
    return m->kemac.encrypted.data != NULL;
}

/* A payload that is unexpected here is as good as not there (RFC 6043 4.2.2.2, 4.2.2.4). */
static void drop(struct xk_mikey_message *m, struct xk_bytes *view)
{
    if (view->data != NULL) {
        m->ignored_count++;
        *view = (struct xk_bytes){NULL, 0};
    }
}

static void drop_ticket(struct xk_mikey_message *m)
{
    if (m->ticket.whole.data != NULL) {
        memset(&m->ticket, 0, sizeof m->ticket);
        m->ignored_count++;
    }
}

static bool same_octets(struct xk_bytes a, struct xk_bytes b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

static bool find_session(const struct xk_mikey_message *m, uint8_t cs_id, struct xk_mikey_crypto_session *found)
{
    size_t position = 0;
    while (xk_mikey_next_crypto_session(m, &position, found)) {
        if (found->cs_id == cs_id) {
            return true;
        }
    }
    return false;
}

/* What the answer made of the Crypto Sessions on offer. All of it is allowed, all of it is told. Nearly always each
 * answer stands where its offer stands. */
static void compare_sessions(const struct xk_mikey_message *init, const struct xk_mikey_message *resp,
                             uint32_t *remarks)
{
    struct xk_mikey_crypto_session offered;
    struct xk_mikey_crypto_session chosen;
    struct xki_set256 answered = {{0}};
    size_t position = 0;
    size_t beside = 0;
    if (same_octets(init->header.map, resp->header.map)) {
        return; /* an offer of one policy each, taken as it is */
    }
    while (xk_mikey_next_crypto_session(resp, &position, &chosen)) {
        (void)xki_set256_add(&answered, chosen.cs_id);
        bool here = xk_mikey_next_crypto_session(init, &beside, &offered) && offered.cs_id == chosen.cs_id;
        if (!here && !find_session(init, chosen.cs_id, &offered)) {
            *remarks |= XK_REMARK_SESSION_ADDED;
        } else if (offered.policies.size > 0 &&
                   memchr(offered.policies.data, chosen.policies.data[0], offered.policies.size) == NULL) {
            *remarks |= XK_REMARK_POLICY_CHANGED;
        }
    }
    for (position = 0; xk_mikey_next_crypto_session(init, &position, &offered);) {
        if (!xki_set256_has(&answered, offered.cs_id)) {
            *remarks |= XK_REMARK_SESSION_LEFT_OUT;
        }
    }
}

/* The bundle is named by its CSB ID and has one PRF. */
static enum xk_status check_header(const struct xk_mikey_message *first, const struct xk_mikey_message *m,
                                   enum xki_ex_part part, struct xk_diag *diag)
{
    if (m->header.csb_id != first->header.csb_id) {
        return mismatch(diag, part, 4, "CSB ID");
    }
    return m->header.prf != first->header.prf ? mismatch(diag, part, 3, "PRF func") : XK_OK;
}

static enum xk_status check_first_init(struct xk_exchange *e, struct xk_diag *diag)
{
    struct xk_mikey_message *init = &e->init;
    if (init->ticket.whole.data == NULL) {
        return mismatch(diag, XKI_EX_INIT, init->payloads_offset, "TICKET");
    }
    if (init->rand_initiator.data == NULL) {
        return xki_ex_fail(diag, XK_E_MIKEY_MISSING, XKI_EX_INIT, init->whole.size, "RANDRi");
    }
    if (has_kemac(init) && (init->ticket.flags & XK_MIKEY_FLAG_L) == 0) {
        return mismatch(diag, XKI_EX_INIT, kemac_offset(init), "KEMAC");
    }
    const bool due = (init->ticket.flags & XK_MIKEY_FLAG_F) != 0;
    if (due != e->has_resp) {
        return mismatch(diag, XKI_EX_RESP, 0, "");
    }
    e->remarks |= due != init->header.v_flag ? XK_REMARK_V_FLAG : 0u;
    drop(init, &init->rand);
    drop(init, &init->rand_responder);
    drop(init, &init->rand_kms);
    return XK_OK;
}

/* What the ticket's flags ask of the RESP: RANDRr with G, RANDRkms and IDRr with I. */
static enum xk_status check_first_resp(struct xk_exchange *e, struct xk_diag *diag)
{
    struct xk_mikey_message *resp = &e->resp;
    const uint16_t flags = e->init.ticket.flags;
    const bool forking = (flags & XK_MIKEY_FLAG_I) != 0;
    drop_ticket(resp);
    drop(resp, &resp->rand);
    drop(resp, &resp->rand_initiator);
    drop(resp, &resp->id_initiator.data);
    if ((flags & XK_MIKEY_FLAG_G) == 0) {
        drop(resp, &resp->rand_responder);
    } else if (resp->rand_responder.data == NULL) {
        return mismatch(diag, XKI_EX_RESP, resp->payloads_offset, "RANDRr");
    }
    if (!forking) {
        drop(resp, &resp->rand_kms);
    } else if (resp->rand_kms.data == NULL) {
        return mismatch(diag, XKI_EX_RESP, resp->payloads_offset, "RANDRkms");
    }
    if (forking && resp->id_responder.data.data == NULL) {
        return mismatch(diag, XKI_EX_RESP, resp->payloads_offset, "IDRr");
    }
    if (has_kemac(resp) && (flags & XK_MIKEY_FLAG_M) == 0) {
        return mismatch(diag, XKI_EX_RESP, kemac_offset(resp), "KEMAC");
    }
    return XK_OK;
}

enum xk_status xki_ex_check_first(struct xk_exchange *e, struct xk_diag *diag)
{
    enum xk_status status = check_first_init(e, diag);
    if (status != XK_OK || !e->has_resp) {
        return status;
    }
    status = check_header(&e->init, &e->resp, XKI_EX_RESP, diag);
    if (status == XK_OK) {
        status = check_first_resp(e, diag);
    }
    if (status == XK_OK) {
        compare_sessions(&e->init, &e->resp, &e->remarks);
    }
    return status;
}

/* From the ticket type to the Ticket Data: what stands before and behind belongs to the message. */
static struct xk_bytes ticket_itself(const struct xk_mikey_ticket *ticket)
{
    const struct xk_bytes part = {ticket->whole.data + 1, ticket->initiator_data_offset - 1};
    return part;
}

/* RANDs and TICKET of an update are those of the first exchange, or are not there (RFC 6043 5.2). */
static enum xk_status check_statics(struct xk_exchange *e, struct xk_mikey_message *m, enum xki_ex_part part,
                                    struct xk_diag *diag)
{
    const struct {
        struct xk_bytes had;
        struct xk_bytes has;
        const char *field;
    } rands[] = {
        {e->init.rand_initiator, m->rand_initiator, "RANDRi"},
        {e->resp.rand_responder, m->rand_responder, "RANDRr"},
        {e->resp.rand_kms, m->rand_kms, "RANDRkms"},
    };
    for (size_t i = 0; i < sizeof rands / sizeof rands[0]; i++) {
        if (rands[i].has.data == NULL) {
            continue;
        }
        if (rands[i].had.data == NULL || !same_octets(rands[i].had, rands[i].has)) {
            return mismatch(diag, part, offset_of(m, rands[i].has, 3), rands[i].field);
        }
        e->remarks |= XK_REMARK_RAND_REPEATED;
    }
    if (m->ticket.whole.data != NULL) {
        if (!same_octets(ticket_itself(&e->init.ticket), ticket_itself(&m->ticket))) {
            return mismatch(diag, part, m->ticket.offset, "TICKET");
        }
        e->remarks |= XK_REMARK_TICKET_REPEATED;
    }
    drop(m, &m->rand);
    return XK_OK;
}

/* A clock goes on between two messages, and so does a counter, which the answer to a message may repeat. */
static bool is_new(const struct xk_mikey_time *before, const struct xk_mikey_time *now)
{
    const bool counters = before->type == XK_MIKEY_TIME_COUNTER;
    if (before->value.data == NULL || counters != (now->type == XK_MIKEY_TIME_COUNTER)) {
        return true;
    }
    return counters ? now->ntp64 > before->ntp64 : now->ntp64 != before->ntp64;
}

static enum xk_status check_time(const struct xk_exchange *e, const struct xk_mikey_message *m, enum xki_ex_part part,
                                 struct xk_diag *diag)
{
    const bool fresh = is_new(&e->init.time, &m->time) && is_new(&e->resp.time, &m->time);
    return fresh ? XK_OK : mismatch(diag, part, offset_of(m, m->time.value, 2), "T");
}

/* The flags say who may supply keys; who sent which message of the update is known by whom its RESP names. */
static enum xk_status check_kemacs(const struct xk_exchange *e, struct xk_diag *diag)
{
    const uint16_t flags = e->init.ticket.flags;
    const bool initiator_may = (flags & XK_MIKEY_FLAG_L) != 0;
    const bool responder_may = (flags & XK_MIKEY_FLAG_M) != 0;
    const bool both = has_kemac(&e->update_init) && has_kemac(&e->update_resp);
    bool init_may = e->update_by == XK_ROLE_RESPONDER ? responder_may : initiator_may;
    bool resp_may = e->update_by == XK_ROLE_RESPONDER ? initiator_may : responder_may;
    if (e->update_by == XK_ROLE_NONE) {
        init_may = resp_may = both ? initiator_may && responder_may : initiator_may || responder_may;
    }
    if (has_kemac(&e->update_init) && !init_may) {
        return mismatch(diag, XKI_EX_UPDATE_INIT, kemac_offset(&e->update_init), "KEMAC");
    }
    if (has_kemac(&e->update_resp) && !resp_may) {
        return mismatch(diag, XKI_EX_UPDATE_RESP, kemac_offset(&e->update_resp), "KEMAC");
    }
    return XK_OK;
}

static enum xk_role who_began(const struct xk_exchange *e)
{
    const bool answered_by_r = e->update_resp.id_responder.data.data != NULL;
    const bool answered_by_i = e->update_resp.id_initiator.data.data != NULL;
    return answered_by_r == answered_by_i ? XK_ROLE_NONE : answered_by_r ? XK_ROLE_INITIATOR : XK_ROLE_RESPONDER;
}

static enum xk_status check_update_part(struct xk_exchange *e, struct xk_mikey_message *m, enum xki_ex_part part,
                                        struct xk_diag *diag)
{
    enum xk_status status = check_header(&e->init, m, part, diag);
    if (status == XK_OK) {
        status = check_statics(e, m, part, diag);
    }
    return status == XK_OK ? check_time(e, m, part, diag) : status;
}

enum xk_status xki_ex_check_update(struct xk_exchange *e, struct xk_diag *diag)
{
    enum xk_status status = check_update_part(e, &e->update_init, XKI_EX_UPDATE_INIT, diag);
    if (status != XK_OK) {
        return status;
    }
    const bool due = e->update_init.header.v_flag;
    if (due && !e->has_update_resp) {
        return mismatch(diag, XKI_EX_UPDATE_RESP, 0, "");
    }
    if (e->has_update_resp) {
        e->remarks |= due ? 0u : XK_REMARK_V_FLAG;
        e->update_by = who_began(e);
        status = check_update_part(e, &e->update_resp, XKI_EX_UPDATE_RESP, diag);
        compare_sessions(&e->update_init, &e->update_resp, &e->remarks);
    }
    return status == XK_OK ? check_kemacs(e, diag) : status;
}
