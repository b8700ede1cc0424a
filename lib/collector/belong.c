/* SPDX-License-Identifier: BSD-2-Clause */
/* The messages of an exchange in one piece each, and whether they belong together by what they say. */
#include "collector/belong.h"
#include "collector/scratch.h"

#include <xk/exchange.h>

#include <string.h>

static struct xk_bytes in_one_piece(struct xk_collector *c, enum xki_co_scratch what, const struct xki_co_item *item)
{
    struct xk_bytes none = {NULL, 0};
    return item == NULL ? none : xki_co_in_one_piece(c, what, 0, &item->octets);
}

struct xk_get_keys xki_co_get_keys(struct xk_collector *c, const struct xki_co_messages *m)
{
    struct xk_get_keys question;
    memset(&question, 0, sizeof question);
    question.transfer_init = in_one_piece(c, XKI_CO_AT_INIT, m->init);
    question.transfer_resp = in_one_piece(c, XKI_CO_AT_RESP, m->resp);
    question.update_init = in_one_piece(c, XKI_CO_AT_UPDATE_INIT, m->update);
    question.update_resp = in_one_piece(c, XKI_CO_AT_UPDATE_RESP, m->update_resp);
    return question;
}

bool xki_co_belong(struct xk_collector *c, const struct xki_co_item *init, const struct xki_co_item *resp,
                   const struct xki_co_item *update, const struct xki_co_item *update_resp)
{
    struct xki_co_messages m = {init, resp, update, update_resp};
    struct xk_get_keys question = xki_co_get_keys(c, &m);
    struct xk_exchange exchange;
    return xk_exchange_parse(&question, &exchange, NULL) == XK_OK;
}
