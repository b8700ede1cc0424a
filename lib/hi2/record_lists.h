/* SPDX-License-Identifier: BSD-2-Clause */
/* One entry of each repeated element of a record; shared by the check of a whole record and by its iterators. */
#ifndef XKI_HI2_RECORD_LISTS_H
#define XKI_HI2_RECORD_LISTS_H

#include <xk/hi2_read.h>

#include "hi2/der_read.h"
#include "warrant/modules.h"

/* An entry as one of these reads it. */
union xki_hi2_entry {
    struct xk_party party;
    struct xk_iri_key key;
    struct xk_bytes national;
    struct xk_hi2_ims_voip ims_voip;
    struct xk_hi2_pani pani;
};

typedef enum xk_status xki_hi2_read_entry(struct xki_der_in *list, const struct xki_hi2_module *module,
                                          union xki_hi2_entry *entry, struct xk_diag *diag);

xki_hi2_read_entry xki_hi2_read_party;
xki_hi2_read_entry xki_hi2_read_key;
xki_hi2_read_entry xki_hi2_read_national;
xki_hi2_read_entry xki_hi2_read_ims_voip;
xki_hi2_read_entry xki_hi2_read_pani;

/* What is inside an IRI-to-CC-Correlation: the first cc, and the iri if there is one. */
enum xk_status xki_hi2_read_iri_to_cc(const struct xki_tlv *around, struct xk_bytes *cc, struct xk_bytes *iri,
                                      struct xk_diag *diag);

#endif
