/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The version of libxk: at compile time as macros, at run time as calls.
 *
 * Below 1.0 the minor number is part of the SONAME: 0.1 and 0.2 may differ in their binary interface,
 * 0.2.0 and 0.2.1 do not.
 */
#ifndef XK_VERSION_H
#define XK_VERSION_H

#include <xk/export.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XK_VERSION_MAJOR 0 /**< grows with what breaks a program; see the policy in lib/README.md */
#define XK_VERSION_MINOR 2 /**< grows with what is new; below 1.0 it may break a program too */
#define XK_VERSION_PATCH 0 /**< grows with what is mended */

/** One number that grows with each version: 0xMMmmpp. Usable in `#if`. */
#define XK_VERSION_NUMBER ((XK_VERSION_MAJOR << 16) | (XK_VERSION_MINOR << 8) | XK_VERSION_PATCH)

/** The version as text. */
#define XK_VERSION_STRING "0.2.0"

/**
 * The version number of the library that the program runs with, to compare with #XK_VERSION_NUMBER.
 *
 * Cannot fail. Calls no callback. Safe on any thread at any time. Cost: a constant.
 *
 * @retval number the value of #XK_VERSION_NUMBER when the library was built
 */
XK_API unsigned int xk_version_number(void);

/**
 * The version of the library that the program runs with, as text such as "0.2.0".
 *
 * Cannot fail. Calls no callback. Safe on any thread at any time. Cost: a constant.
 *
 * @retval text constant, never NULL, never freed
 */
XK_API const char *xk_version_string(void);

#ifdef __cplusplus
}
#endif
#endif
