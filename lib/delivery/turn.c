/* SPDX-License-Identifier: BSD-2-Clause */
/* The turns of a connection that others bring about: what every other file may call. */
#include "delivery/session.h"

void xki_dl_close(struct xk_delivery *d, enum xk_status status)
{
    d->link = XKI_DL_CLOSING;
    d->close_status = status;
    d->close_untold = true;
    d->negotiated_untold = false;
    d->count.closed++;
}

void xki_dl_open(struct xk_delivery *d, bool acknowledging)
{
    d->link = XKI_DL_OPEN;
    d->acknowledging = acknowledging;
    d->negotiated_untold = d->config.acknowledgement == XK_ACKNOWLEDGEMENT_NEGOTIATED;
    d->count.negotiations += d->negotiated_untold ? 1 : 0;
}
