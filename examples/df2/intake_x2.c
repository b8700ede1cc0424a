/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include <xk/hi2_read.h>
#include <xk/x2_stream.h>

#include "df2/df2.h"
#include "df2/watch.h"
#include "support/support.h"

#define ANSWER_MAX 4096
#define START_OF_INTERCEPTION 4 /* iMSevent */
#define IDLE_MS 200000          /* beyond TIME_P2: a sender that is there has sent keep-alives */

/* One connection of a CSCF. */
struct x2_peer {
    struct df2 *df2;
    struct conn *conn;
    struct xk_x2_stream *stream;
    void *memory;
    uint8_t answers[ANSWER_MAX];
    size_t answer_size;
};

static bool is_zero(const uint8_t *octets, size_t size)
{
    uint8_t any = 0;
    for (size_t i = 0; i < size; i++) {
        any |= octets[i];
    }
    return any == 0;
}

static enum xk_collector_direction direction_of(uint16_t direction)
{
    return direction == XK_X2_DIRECTION_TO_TARGET     ? XK_DIRECTION_TO_TARGET
           : direction == XK_X2_DIRECTION_FROM_TARGET ? XK_DIRECTION_FROM_TARGET
                                                      : XK_DIRECTION_UNKNOWN;
}

/* A phone may assert what it likes: what comes from the target is not trusted unless its source is. */
static bool is_trusted(const struct df2 *df2, const struct xk_x2_pdu *pdu, const struct xk_x2_payload *payload)
{
    struct xk_bytes source = payload->source_ip.size > 0 ? payload->source_ip : pdu->source_ip;
    if (df2->intake.has_trusted) {
        return source.size > 0 && intake_trusts(&df2->intake, source.data, source.size, pdu->source_port);
    }
    return payload->direction != XK_X2_DIRECTION_FROM_TARGET;
}

static void add_xids(const struct xk_x2_pdu *pdu, struct sip_event *event, struct xk_x2_further_xid *further)
{
    struct xk_x2_attribute attribute;
    size_t at = 0;
    if (!is_zero(pdu->xid, sizeof pdu->xid)) {
        event->xids[event->xid_count++] = pdu->xid;
    }
    while (event->xid_count < XIDS_MAX && xk_x2_next_attribute(pdu, &at, &attribute)) {
        struct xk_x2_further_xid *place = &further[event->xid_count];
        if (attribute.type == XK_X2_ATTRIBUTE_FURTHER_XID &&
            xk_x2_read_further_xid(attribute.value, place, NULL) == XK_OK) {
            event->xids[event->xid_count++] = place->xid;
        }
    }
}

/* A record of TS 33.108 about a call that was running already: its SIP headers and SDP. False: it is none. */
static bool take_established(struct df2 *df2, const struct xk_x2_pdu *pdu, const struct sip_event *event)
{
    struct xk_read_options options;
    struct xk_hi2_record record;
    xk_read_options_init(&options);
    if (pdu->format != XK_X2_FORMAT_EPS_IRI ||
        xk_hi2_record_decode(pdu->payload.data, pdu->payload.size, &options, &record, NULL) != XK_OK ||
        !record.has_event || record.event != START_OF_INTERCEPTION) {
        return false;
    }
    const struct calls_part parts[2] = {{record.header_offer, record.sdp_offer},
                                        {record.header_answer, record.sdp_answer}};
    calls_take_established(df2, event, parts);
    watch_take_established(df2, event, parts);
    return true;
}

static bool on_pdu(void *user, const struct xk_x2_pdu *pdu)
{
    const struct x2_peer *peer = user;
    struct xk_x2_payload payload;
    struct xk_x2_further_xid further[XIDS_MAX];
    struct xk_diag diag = {XK_OK, 0, ""};
    struct sip_event event = {.time = df2_utc(), .source = 1};
    if (pdu->format == XK_X2_FORMAT_EPS_IRI) {
        add_xids(pdu, &event, further);
        event.trusted = true; /* the network's own record, not a message of a phone */
        if (!outbox_has_room(peer->df2)) {
            return false;
        }
        if (take_established(peer->df2, pdu, &event)) {
            return true;
        }
        event.xid_count = 0;
    }
    if (xk_x2_read_payload(pdu, &payload, &diag) != XK_OK || payload.sip.data == NULL) {
        fprintf(stderr, "df2: X2: a PDU of format %u, event %u is not used: %s (%s)\n", pdu->format,
                diag.status == XK_OK ? payload.event : 0u, xk_status_text(diag.status), diag.field);
        return true;
    }
    event.octets = payload.sip;
    if (pdu->has_time) {
        event.time = (struct xk_utc){pdu->seconds, pdu->nanoseconds / 1000};
    }
    event.direction = direction_of(payload.direction);
    event.trusted = is_trusted(peer->df2, pdu, &payload);
    if (!is_zero(pdu->correlation, sizeof pdu->correlation)) {
        event.correlation = (struct xk_bytes){pdu->correlation, sizeof pdu->correlation};
    }
    add_xids(pdu, &event, further);
    return calls_take(peer->df2, &event);
}

static bool on_answer(void *user, const uint8_t *octets, size_t size)
{
    struct x2_peer *peer = user;
    if (size > sizeof peer->answers - peer->answer_size) {
        return false;
    }
    memcpy(peer->answers + peer->answer_size, octets, size);
    peer->answer_size += size;
    conn_wake(peer->conn);
    return true;
}

static void on_event(void *user, const struct xk_x2_event *event)
{
    (void)user;
    fprintf(stderr, "df2: X2: %s, %llu\n", xk_x2_notice_name(event->notice), (unsigned long long)event->missing);
}

static bool begin(struct x2_peer *peer)
{
    static const char *const rules[] = {"from-0", "from-1", "connection", "none"};
    static const enum xk_x2_sequence_rule kinds[] = {XK_X2_SEQUENCE_FROM_0, XK_X2_SEQUENCE_FROM_1,
                                                     XK_X2_SEQUENCE_PER_CONNECTION, XK_X2_SEQUENCE_NONE};
    const struct xk_x2_stream_callbacks callbacks = {sizeof callbacks, on_pdu, on_answer, on_event};
    struct xk_x2_stream_config config;
    xk_x2_stream_config_init(&config);
    config.pdu_max = 131072;
    config.rule = kinds[options_word(&peer->df2->options, "x2-sequence", rules, 4)];
    size_t size = xk_x2_stream_memory(&config);
    peer->memory = malloc(size);
    return peer->memory != NULL && fill_random(config.hash_key, sizeof config.hash_key, NULL) &&
           xk_x2_stream_begin(&config, &callbacks, peer, peer->memory, size, &peer->stream, NULL) == XK_OK;
}

static void on_open(struct conn *conn, void *user)
{
    struct x2_peer *peer = calloc(1, sizeof *peer);
    if (peer != NULL) {
        peer->df2 = user;
        peer->conn = conn;
    }
    if (peer == NULL || !begin(peer)) {
        free(peer != NULL ? peer->memory : NULL);
        free(peer);
        conn_end(conn, "no memory");
        return;
    }
    conn_attach(conn, peer);
}

static void on_closed(struct conn *conn, const char *why, void *user)
{
    struct x2_peer *peer = conn_attached(conn);
    (void)user;
    fprintf(stderr, "df2: X2: %s: %s\n", peer != NULL ? "a connection ended" : "refused a connection", why);
    if (peer != NULL) {
        (void)xk_x2_stream_end(peer->stream);
        free(peer->memory);
        free(peer);
    }
}

static size_t on_input(struct conn *conn, uint8_t *data, size_t size, void *user)
{
    struct x2_peer *peer = conn_attached(conn);
    size_t used = 0;
    (void)user;
    if (peer == NULL) {
        return size;
    }
    enum xk_status status = xk_x2_stream_feed(peer->stream, data, size, &used, NULL);
    if (status != XK_OK && status != XK_E_BLOCKED) {
        conn_end(conn, "the peer sent what is no X2");
        return size;
    }
    return used;
}

static struct conn_octets on_output(struct conn *conn, void *user)
{
    const struct x2_peer *peer = conn_attached(conn);
    (void)user;
    return peer != NULL ? (struct conn_octets){peer->answers, peer->answer_size} : (struct conn_octets){NULL, 0};
}

static void on_written(struct conn *conn, size_t size, void *user)
{
    struct x2_peer *peer = conn_attached(conn);
    (void)user;
    peer->answer_size -= size;
    memmove(peer->answers, peer->answers + size, peer->answer_size);
    conn_resume(conn);
}

void intake_x2_open(struct df2 *df2, const char *address)
{
    struct intake *intake = &df2->intake;
    struct conn_limits limits;
    char why[256] = "";
    const struct conn_events events = {.open = on_open,
                                       .closed = on_closed,
                                       .user = df2,
                                       .input = on_input,
                                       .output = on_output,
                                       .written = on_written};
    service_limits(&limits, &df2->options);
    limits.idle_ms = IDLE_MS;
    intake->x2_list =
        links_names(options_needed(&df2->options, "x2-peer"), NULL, intake->x2_peers, &intake->x2_peer_count);
    intake->x2_context =
        links_context(&df2->links, TLS_SERVER, intake->x2_peers, intake->x2_peer_count, why, sizeof why);
    if (intake->x2_context == NULL ||
        !listener_open(&intake->x2, &df2->loop, intake->x2_context, address, &limits, &events, why, sizeof why)) {
        die("X2: %s", why);
    }
    service_listener(&intake->x2, &df2->options);
    intake->has_x2 = true;
    printf("X2 PORT %d\n", listener_port(&intake->x2));
    fflush(stdout);
}
