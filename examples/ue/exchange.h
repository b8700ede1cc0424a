/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The MIKEY-TICKET side of a call, made now and at random by the test kit: ticket, messages, and the keys of both ends.
 */
#ifndef UE_EXCHANGE_H
#define UE_EXCHANGE_H

#include <xk_test/exchange.h>

/** Makes an exchange of the present time with the system's random octets; ends the program when it cannot. */
void make_exchange(const struct xk_test_exchange_config *config, struct xk_test_exchange *exchange);

#endif
