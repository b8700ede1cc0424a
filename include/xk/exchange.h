/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The exchange that a get_keys carries: its MIKEY messages parsed, and held against each other, without keys
 * (RFC 6043 4.2, 5.2).
 *
 * Level 1: no state, no allocation.
 */
#ifndef XK_EXCHANGE_H
#define XK_EXCHANGE_H

#include <stdbool.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/message.h>
#include <xk/mikey.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A parsed exchange, as a get_keys carries it. */
struct xk_exchange {
    struct xk_mikey_message init; /**< TRANSFER_INIT with the ticket */
    struct xk_mikey_message resp; /**< TRANSFER_RESP; only with `has_resp` */
    struct xk_mikey_message update_init; /**< of a CSB update; only with `has_update` */
    struct xk_mikey_message update_resp; /**< likewise */
    bool has_resp;
    bool has_update;
    struct xk_bytes initiator_hint; /**< absent if unknown */
    struct xk_bytes responder_hint; /**< absent if unknown */
};

/**
 * Parse the MIKEY messages of a get_keys and check that they belong together.
 *
 * @param message decoded get_keys; its views must live as long as `*exchange`
 * @param[out] exchange set only on XK_OK
 * @param[out] diag status, offset in the MIKEY message at fault, and field; may be NULL
 *
 * @retval XK_OK               parsed
 * @retval XK_E_ARGUMENT       a pointer is NULL that may not be
 * @retval XK_E_MIKEY_MISMATCH the messages do not belong together, or the first INIT has no ticket
 * @retval "230-249"           a message breaks another rule of RFC 3830 or RFC 6043
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: one pass over
 * each message; no allocation, less than 5 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_exchange_parse(const struct xk_get_keys *message,
                                                     struct xk_exchange *exchange, struct xk_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
