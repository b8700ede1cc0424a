/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/version.h>

unsigned int xk_version_number(void)
{
    return XK_VERSION_NUMBER;
}

const char *xk_version_string(void)
{
    return XK_VERSION_STRING;
}
