/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/frame.h"

size_t frame_header_size(enum framing framing)
{
    return framing == FRAMING_HI2 ? 5 : 4;
}

void frame_write_header(enum framing framing, enum frame_type type, size_t size, uint8_t *out)
{
    if (framing == FRAMING_HI2) {
        *out++ = (uint8_t)type;
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
        *out++ = (uint8_t)(size >> shift);
    }
}

enum frame_type frame_read_type(enum framing framing, const uint8_t *header)
{
    return framing == FRAMING_HI2 ? (enum frame_type)header[0] : FRAME_XK;
}

size_t frame_read_size(enum framing framing, const uint8_t *header)
{
    const uint8_t *length = header + frame_header_size(framing) - 4;
    return (size_t)length[0] << 24 | (size_t)length[1] << 16 | (size_t)length[2] << 8 | length[3];
}

bool frame_allowed(enum framing framing, const uint8_t *header, size_t max)
{
    bool known = framing == FRAMING_XK || (header[0] >= FRAME_PS_PDU && header[0] <= FRAME_ACKNOWLEDGE);
    return known && frame_read_size(framing, header) <= max;
}
