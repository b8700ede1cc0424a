/* SPDX-License-Identifier: BSD-2-Clause */
/* Where an engine's memory comes from when the host has no allocator of its own. */
#ifndef XKI_MEMORY_H
#define XKI_MEMORY_H

#include <xk/alloc.h>

extern const struct xk_allocator xki_memory;

#endif
