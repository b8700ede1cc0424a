/* SPDX-License-Identifier: BSD-2-Clause */
/* Network-Element-Identifier: one type in both modules of TS 33.108 and, as eTSI671NEID, in the PSHeader. */
#ifndef XKI_HI2_NETWORK_H
#define XKI_HI2_NETWORK_H

#include "hi2/der_read.h"
#include "hi2/der_write.h"
#include "warrant/warrant.h"

/* A CHOICE, so `tag` around it is explicit. The element is there and has been checked. */
void xki_hi2_write_element(struct xki_der *w, unsigned int tag, const struct xk_network_element *element);

/* The same for a writer that is to stay in registers: its new size. See record.c. */
size_t xki_hi2_with_element(struct xki_der writer, unsigned int tag, const struct xk_network_element *element);

/* What is inside that tag. A form that is not known here is stepped over: *element stays absent. */
enum xk_status xki_hi2_read_element(const struct xki_tlv *around, struct xk_network_element *element,
                                    struct xk_diag *diag);

#endif
