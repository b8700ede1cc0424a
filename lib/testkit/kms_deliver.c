/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers on their way, and how they arrive. */
#include "testkit/kms.h"

#include <string.h>

#include <xk/secret.h>

size_t xkt_free_packets(const struct xk_test_kms *kms)
{
    size_t count = 0;
    for (uint32_t i = 0; i < kms->config.max_packets; i++) {
        count += !kms->packets[i].used;
    }
    return count;
}

struct xkt_packet *xkt_put_packet(struct xk_test_kms *kms, uint64_t due, uint32_t from, struct xk_bytes octets)
{
    struct xkt_packet *packet = kms->packets;
    while (packet->used) {
        packet++;
    }
    packet->used = true;
    packet->due = due;
    packet->number = kms->next_number++;
    packet->from = from;
    packet->size = octets.size;
    memcpy(packet->octets, octets.data, octets.size);
    return packet;
}

void xkt_drop_packet(struct xk_test_kms *kms, struct xkt_packet *packet)
{
    xk_wipe(packet->octets, kms->config.max_packet_size);
    packet->used = false;
}

/* Of those numbered below `bound`, the first that is due; NULL if none is. */
static struct xkt_packet *first_due(struct xk_test_kms *kms, uint64_t now_ms, uint64_t bound)
{
    struct xkt_packet *first = NULL;
    for (uint32_t i = 0; i < kms->config.max_packets; i++) {
        struct xkt_packet *p = &kms->packets[i];
        if (!p->used || p->due > now_ms || p->number >= bound) {
            continue;
        }
        if (first == NULL || p->due < first->due || (p->due == first->due && p->number < first->number)) {
            first = p;
        }
    }
    return first;
}

uint64_t xk_test_kms_next_due(const struct xk_test_kms *kms)
{
    uint64_t due = XK_NEVER;
    for (uint32_t i = 0; kms != NULL && i < kms->config.max_packets; i++) {
        if (kms->packets[i].used && kms->packets[i].due < due) {
            due = kms->packets[i].due;
        }
    }
    return due;
}

static void hand_over(struct xk_test_kms *kms, uint64_t now_ms, const struct xk_test_subject *subject,
                      struct xkt_packet *packet)
{
    enum xk_status status = subject->receive(now_ms, packet->from, packet->octets, packet->size, subject->user);
    size_t index = xk_status_index(status);
    kms->counters.delivered++;
    if (index < XK_STATUS_COUNT) {
        kms->counters.status[index]++;
    }
    if (status == XK_E_BLOCKED || status == XK_E_BUSY) {
        packet->due = now_ms + kms->config.blocked_wait_ms;
        packet->number = kms->next_number++;
    } else {
        xkt_drop_packet(kms, packet);
    }
}

enum xk_status xk_test_kms_deliver(struct xk_test_kms *kms, uint64_t now_ms, const struct xk_test_subject *subject,
                                   size_t *delivered)
{
    if (kms == NULL || subject == NULL || subject->receive == NULL) {
        return XK_E_ARGUMENT;
    }
    if (kms->delivering) {
        return XK_E_BUSY;
    }
    const uint64_t bound = kms->next_number;
    const uint64_t before = kms->counters.delivered;
    struct xkt_packet *packet;
    kms->delivering = true;
    while ((packet = first_due(kms, now_ms, bound)) != NULL) {
        hand_over(kms, now_ms, subject, packet);
    }
    kms->delivering = false;
    if (delivered != NULL) {
        *delivered = (size_t)(kms->counters.delivered - before);
    }
    return XK_OK;
}

enum xk_status xk_test_kms_pull(struct xk_test_kms *kms, uint64_t now_ms, uint8_t *out, size_t capacity, size_t *size,
                                uint32_t *from)
{
    if (kms == NULL || size == NULL || (out == NULL && capacity > 0)) {
        return XK_E_ARGUMENT;
    }
    if (kms->delivering) {
        return XK_E_BUSY;
    }
    struct xkt_packet *packet = first_due(kms, now_ms, UINT64_MAX);
    if (packet == NULL) {
        return XK_E_UNKNOWN;
    }
    *size = packet->size;
    if (packet->size > capacity) {
        return XK_E_SPACE;
    }
    if (packet->size > 0) {
        memcpy(out, packet->octets, packet->size);
    }
    if (from != NULL) {
        *from = packet->from;
    }
    xkt_drop_packet(kms, packet);
    return XK_OK;
}
