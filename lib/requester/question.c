/* SPDX-License-Identifier: BSD-2-Clause */
#include "requester/question.h"

#include "exchange/exchange.h"
#include "support/diag.h"
#include "support/inline.h"
#include "support/set256.h"

#include <string.h>

static bool is_ascending(const uint8_t *ids, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (ids[i] <= ids[i - 1]) {
            return false;
        }
    }
    return true;
}

/* Those that the host names, ascending and each once. */
static enum xk_status take_sessions(const struct xk_request *request, uint8_t *ids, size_t *count,
                                    struct xk_diag *diag)
{
    if (request->cs_ids == NULL || request->cs_count == 0 || request->cs_count > XK_CRYPTO_SESSIONS_MAX) {
        return xki_fail(diag, XK_E_FIELD, 0, "Crypto Session ID");
    }
    if (is_ascending(request->cs_ids, request->cs_count)) {
        xki_copy(ids, request->cs_ids, request->cs_count);
        *count = request->cs_count;
        return XK_OK;
    }
    struct xki_set256 set = {{0}};
    for (size_t i = 0; i < request->cs_count; i++) {
        (void)xki_set256_add(&set, request->cs_ids[i]);
    }
    for (unsigned int id = xki_set256_next(&set, 0); id < 256; id = xki_set256_next(&set, id + 1)) {
        ids[(*count)++] = (uint8_t)id;
    }
    return XK_OK;
}

/* The Crypto Sessions whose keys are wanted, by the host's word or by the exchange's own. */
enum xk_status xki_rq_question_check(const struct xk_requester *r, const struct xk_request *request, uint8_t *ids,
                                     size_t *count, struct xk_diag *diag)
{
    struct xk_exchange exchange;
    if (r->config.exchange_check == XK_CHECK_HOST) {
        return take_sessions(request, ids, count, diag);
    }
    enum xk_status status = xki_ex_parse(&request->get_keys, &exchange, diag);
    if (status == XK_OK) {
        *count = xk_exchange_sessions(&exchange, ids);
    }
    return status;
}
