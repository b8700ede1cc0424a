/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/frame.h"

void frame_write_header(size_t size, uint8_t *out)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        *out++ = (uint8_t)(size >> shift);
    }
}

size_t frame_read_size(const uint8_t *header)
{
    return (size_t)header[0] << 24 | (size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3];
}
