/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Marks the functions that leave the shared library, and the results that a caller must look at.
 *
 * Both macros are empty on a compiler that has no means for them, so that no header of libxk needs an
 * extension.
 */
#ifndef XK_EXPORT_H
#define XK_EXPORT_H

/** Put before every function of the public interface. */
#if defined(__GNUC__)
#define XK_API __attribute__((visibility("default")))
#else
#define XK_API
#endif

/** Put before every function whose result tells whether it worked. */
#if defined(__GNUC__)
#define XK_NODISCARD __attribute__((warn_unused_result))
#else
#define XK_NODISCARD
#endif

#endif
