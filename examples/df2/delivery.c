/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/delivery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/support.h"

#define WAIT_MS 5000
#define NUMBER_SIZE 4

static void send_waiting(struct delivery *d)
{
    while (d->dialer.open && d->sent < d->count && d->sent < DELIVERY_WINDOW) {
        const struct delivery_entry *entry = &d->entries[d->sent];
        if (!conn_send(d->dialer.conn, FRAME_PS_PDU, entry->octets, entry->size)) {
            return; /* on_drained() goes on */
        }
        d->sent++;
    }
}

static void forget_oldest(struct delivery *d)
{
    struct delivery_entry entry = d->entries[0];
    d->count--;
    d->sent--;
    memmove(d->entries, d->entries + 1, d->count * sizeof *d->entries);
    OPENSSL_cleanse(entry.octets, entry.size);
    free(entry.octets);
    if (entry.owed) {
        d->delivered(entry.request, &entry.id, d->user);
    }
}

static void on_open(struct conn *conn, void *user)
{
    struct delivery *d = user;
    (void)conn;
    d->sent = 0;
    d->acknowledged = 0;
    loop_arm(d->dialer.loop, &d->keep_alive, d->keep_alive_ms);
    send_waiting(d);
}

static enum conn_reply on_frame(struct conn *conn, enum frame_type type, uint8_t *data, size_t size, void *user)
{
    struct delivery *d = user;
    (void)conn;
    if (type == FRAME_KEEP_ALIVE_ANSWER && size == 0) {
        loop_disarm(d->dialer.loop, &d->answer);
        return CONN_TAKEN;
    }
    if (type != FRAME_ACKNOWLEDGE || size != NUMBER_SIZE) {
        return CONN_BROKEN;
    }
    uint32_t total = (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
    if (total - d->acknowledged > d->sent) {
        return CONN_BROKEN;
    }
    if (d->answer.armed) {
        loop_arm(d->dialer.loop, &d->answer, d->answer_ms); /* slow, but alive */
    }
    while (d->acknowledged != total) {
        d->acknowledged++;
        forget_oldest(d);
    }
    send_waiting(d);
    return CONN_TAKEN;
}

static void on_drained(struct conn *conn, void *user)
{
    (void)conn;
    send_waiting(user);
}

static void on_closed(struct conn *conn, const char *why, void *user)
{
    struct delivery *d = user;
    (void)conn;
    loop_disarm(d->dialer.loop, &d->keep_alive);
    loop_disarm(d->dialer.loop, &d->answer);
    d->sent = 0;
    if (d->lost != NULL) {
        d->lost(why, d->count, d->user);
    }
}

/* Keep-alives go before the backlog: a slow LEMF must not lose the connection for being busy. */
static void on_keep_alive(struct loop_timer *timer)
{
    struct delivery *d = timer->owner;
    if (d->dialer.open && conn_send_urgent(d->dialer.conn, FRAME_KEEP_ALIVE, NULL, 0) && !d->answer.armed) {
        loop_arm(d->dialer.loop, &d->answer, d->answer_ms);
    }
    loop_arm(d->dialer.loop, &d->keep_alive, d->keep_alive_ms);
}

static void on_no_answer(struct loop_timer *timer)
{
    struct delivery *d = timer->owner;
    if (d->dialer.conn != NULL) {
        conn_end(d->dialer.conn, "the LEMF answers no keep-alive");
    }
}

bool delivery_open(struct delivery *delivery, struct loop *loop, SSL_CTX *context, const char *address, char *why,
                   size_t why_size)
{
    const struct conn_events events = {on_open, on_frame, on_drained, on_closed, delivery};
    struct conn_limits limits;
    conn_limits_init(&limits, FRAMING_HI2);
    delivery->keep_alive_ms = delivery->keep_alive_ms > 0 ? delivery->keep_alive_ms : WAIT_MS;
    delivery->answer_ms = delivery->answer_ms > 0 ? delivery->answer_ms : WAIT_MS;
    delivery->keep_alive = (struct loop_timer){.fire = on_keep_alive, .owner = delivery};
    delivery->answer = (struct loop_timer){.fire = on_no_answer, .owner = delivery};
    return dialer_open(&delivery->dialer, loop, context, address, &limits, &events, why, why_size);
}

/* The place of the LIID's next number; NULL when there are too many LIIDs. */
static uint32_t *next_number(struct delivery *d, struct xk_bytes liid)
{
    for (size_t i = 0; i < d->sequence_count; i++) {
        if (d->sequences[i].size == liid.size && memcmp(d->sequences[i].liid, liid.data, liid.size) == 0) {
            return &d->sequences[i].next;
        }
    }
    if (d->sequence_count == DELIVERY_LIIDS_MAX || liid.size > XK_LIID_MAX) {
        return NULL;
    }
    size_t i = d->sequence_count++;
    memcpy(d->sequences[i].liid, liid.data, liid.size);
    d->sequences[i].size = liid.size;
    return &d->sequences[i].next;
}

bool delivery_put(struct delivery *delivery, enum xk_hi2_module module, struct xk_bytes liid, struct xk_bytes record,
                  uint64_t request, const struct xk_outcome_id *id)
{
    struct delivery *d = delivery;
    uint32_t *number = next_number(d, liid);
    struct xk_ps_header header;
    struct timespec now;
    size_t size = 0;
    if (number == NULL || d->count == DELIVERY_MAX) {
        return false;
    }
    clock_gettime(CLOCK_REALTIME, &now);
    xk_ps_header_init(&header);
    header.liid = liid;
    header.operator_identifier = xk_text(d->operator_identifier);
    header.network_element = xk_text("xk-df2");
    header.sequence_number = *number;
    header.time_form = XK_PS_TIME_MICROSECONDS;
    header.time.seconds = now.tv_sec;
    header.time.microseconds = (uint32_t)(now.tv_nsec / 1000);
    header.qualifier = XK_PS_QUALIFIER_MEDIATION;
    if (xk_ps_pdu_encode(&header, module, XK_PS_WHOLE_RECORD, record, NULL, 0, &size, NULL) != XK_E_SPACE) {
        die("a PS-PDU cannot be encoded");
    }
    uint8_t *octets = malloc(size);
    if (octets == NULL ||
        xk_ps_pdu_encode(&header, module, XK_PS_WHOLE_RECORD, record, octets, size, &size, NULL) != XK_OK) {
        free(octets);
        return false;
    }
    d->entries[d->count++] = (struct delivery_entry){octets, size, request, {{0}}, id != NULL};
    if (id != NULL) {
        d->entries[d->count - 1].id = *id;
    }
    (*number)++;
    send_waiting(d);
    return true;
}

void delivery_close(struct delivery *delivery)
{
    loop_disarm(delivery->dialer.loop, &delivery->keep_alive);
    loop_disarm(delivery->dialer.loop, &delivery->answer);
    dialer_close(&delivery->dialer);
    for (size_t i = 0; i < delivery->count; i++) {
        OPENSSL_cleanse(delivery->entries[i].octets, delivery->entries[i].size);
        free(delivery->entries[i].octets);
    }
    delivery->count = 0;
}
