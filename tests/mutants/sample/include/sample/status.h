/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SAMPLE_STATUS_H
#define SAMPLE_STATUS_H

enum xk_status {
    XK_OK = 0,
    XK_E_ARGUMENT = 101, /* a value that it cannot take */
    XK_E_FULL = 402      /* no place */
};

#endif
