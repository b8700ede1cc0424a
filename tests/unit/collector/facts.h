/* SPDX-License-Identifier: BSD-2-Clause */
/* What a collector keeps of its calls, as text: a line a fact, in the order in which it came. */
#ifndef UNIT_COLLECTOR_FACTS_H
#define UNIT_COLLECTOR_FACTS_H

#include "collector/store.h"

/* The call of this Call-ID; NULL for none. */
struct xki_co_call *facts_call(const struct xk_collector *c, const char *call_id);

/* Its facts of these kinds (bit i: kind i), and with bit XKI_CO_KINDS when it is looked at again. Valid until the next
 * call. */
const char *facts_text(const struct xk_collector *c, const struct xki_co_call *call, unsigned int kinds);

#define FACTS_OF(kind) (1u << (kind))
#define FACTS_ALL ((1u << (XKI_CO_KINDS + 1)) - 1)

#endif
