/* SPDX-License-Identifier: BSD-2-Clause */
/* One entry of each repeated element of a record; shared by the check of a whole record and by its iterators. */
#ifndef XKI_HI2_RECORD_LISTS_H
#define XKI_HI2_RECORD_LISTS_H

#include <xk/hi2_read.h>

#include "hi2/der_read.h"

enum xk_status xki_hi2_read_party(struct xki_der_in *list, struct xk_party *party, struct xk_diag *diag);
enum xk_status xki_hi2_read_key(struct xki_der_in *list, struct xk_iri_key *key, struct xk_diag *diag);
enum xk_status xki_hi2_read_national(struct xki_der_in *list, struct xk_bytes *parameter, struct xk_diag *diag);

#endif
