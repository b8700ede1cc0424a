/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/hep.h"

#include <string.h>

#define CHUNK_HEAD 6
#define PROTOCOL_SIP 1

enum chunk {
    CHUNK_SOURCE_4 = 3,
    CHUNK_SOURCE_6 = 5,
    CHUNK_SOURCE_PORT = 7,
    CHUNK_SECONDS = 9,
    CHUNK_MICROSECONDS = 10,
    CHUNK_PROTOCOL = 11,
    CHUNK_CAPTURE = 12,
    CHUNK_PAYLOAD = 15,
    CHUNK_CORRELATION = 17
};

static uint32_t number_of(struct xk_bytes value)
{
    uint32_t number = 0;
    for (size_t i = 0; i < value.size && i < 4; i++) {
        number = number << 8 | value.data[i];
    }
    return number;
}

size_t hep_measure(const uint8_t *data, size_t size)
{
    static const uint8_t magic[] = {'H', 'E', 'P', '3'};
    if (memcmp(data, magic, size < 4 ? size : 4) != 0) {
        return SIZE_MAX;
    }
    if (size < HEP_HEAD) {
        return 0;
    }
    size_t whole = (size_t)data[4] << 8 | data[5];
    return whole < HEP_HEAD ? SIZE_MAX : whole;
}

static void take_chunk(struct hep *hep, unsigned int type, struct xk_bytes value)
{
    switch (type) {
    case CHUNK_SOURCE_4:
    case CHUNK_SOURCE_6:
        hep->source = value.size == (type == CHUNK_SOURCE_4 ? 4u : 16u) ? value : hep->source;
        break;
    case CHUNK_SOURCE_PORT:
        hep->source_port = (uint16_t)number_of(value);
        break;
    case CHUNK_SECONDS:
        hep->seconds = number_of(value);
        break;
    case CHUNK_MICROSECONDS:
        hep->microseconds = number_of(value) < 1000000 ? number_of(value) : 0;
        break;
    case CHUNK_PROTOCOL:
        hep->is_sip = number_of(value) == PROTOCOL_SIP;
        break;
    case CHUNK_CAPTURE:
        hep->capture = number_of(value);
        break;
    case CHUNK_PAYLOAD:
        hep->payload = value;
        break;
    case CHUNK_CORRELATION:
        hep->correlation = value.size <= 64 ? value : hep->correlation;
        break;
    default:
        break;
    }
}

bool hep_read(const uint8_t *data, size_t size, struct hep *hep)
{
    memset(hep, 0, sizeof *hep);
    if (size < HEP_HEAD || hep_measure(data, size) != size) {
        return false;
    }
    size_t at = HEP_HEAD;
    while (at < size) {
        if (size - at < CHUNK_HEAD) {
            return false;
        }
        unsigned int vendor = (unsigned int)data[at] << 8 | data[at + 1];
        unsigned int type = (unsigned int)data[at + 2] << 8 | data[at + 3];
        size_t length = (size_t)data[at + 4] << 8 | data[at + 5];
        if (length < CHUNK_HEAD || length > size - at) {
            return false;
        }
        if (vendor == 0) {
            take_chunk(hep, type, (struct xk_bytes){data + at + CHUNK_HEAD, length - CHUNK_HEAD});
        }
        at += length;
    }
    return hep->payload.data != NULL;
}
