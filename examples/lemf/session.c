/* SPDX-License-Identifier: BSD-2-Clause */
#include "lemf/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>

#include "lemf/record.h"
#include "support/support.h"

#define ANSWER_MAX 512
#define OPERATOR "lemf"

/* One connection. */
struct session {
    struct lemf *lemf;
    struct conn *conn;
    struct xk_delivery_lemf *side;
    uint8_t answer[ANSWER_MAX]; /* on its way: what the object gives may change when octets come */
    size_t answer_size;
};

static struct xk_utc now_utc(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (struct xk_utc){now.tv_sec, (uint32_t)(now.tv_nsec / 1000)};
}

/* Into sequences and digests, when it is new. */
static enum sequence_word learn(struct lemf *lemf, const struct record *record, struct hole *hole)
{
    if (record->has_tri && record->tri.type == XK_TRI_CIN_RESET) {
        sequences_reset(&lemf->sequences, record->pdu.header.liid);
    }
    return record->pdu.kind == XK_PS_TRI ? SEQUENCE_NEXT : sequences_take(&lemf->sequences, &record->pdu, hole);
}

static void tell(const struct record *record, enum sequence_word word, const struct hole *hole)
{
    const uint32_t number = record->pdu.header.sequence_number;
    switch (word) {
    case SEQUENCE_GAP:
        event("lemf", "lemf", "GAP of %u record(s) before sequence %u", hole->count, number);
        break;
    case SEQUENCE_FILLS:
        event("lemf", "lemf", "sequence %u came late", number);
        break;
    case SEQUENCE_ANOTHER:
        event("lemf", "lemf", "ANOTHER record of sequence %u", number);
        break;
    case SEQUENCE_NEXT:
    case SEQUENCE_NO_MEMORY:
        break;
    }
}

/* False: it could not be stored, and so must not be acknowledged. */
static bool store_record(struct lemf *lemf, const uint8_t *data, size_t size)
{
    struct record record;
    struct xk_diag diag;
    struct digest digest;
    struct hole hole = {0, 0};
    bool good = digest_of(data, size, &digest);
    if (good && digests_find(&lemf->seen, &digest) != 0) {
        event("lemf", "lemf", "record again: not stored");
        return true;
    }
    bool readable = record_read(data, size, lemf->room, &record, &diag);
    uint32_t number = good ? store_put(lemf->store, data, size, readable) : 0;
    good = number != 0 && digests_put(&lemf->seen, &digest, number);
    if (good && !readable) {
        event("lemf", "lemf", "UNREADABLE: %s at octet %zu (%s); set aside as %08u", xk_status_text(diag.status),
              diag.offset, diag.field, number);
    } else if (good) {
        enum sequence_word word = learn(lemf, &record, &hole);
        tell(&record, word, &hole);
        good = word != SEQUENCE_NO_MEMORY;
    }
    OPENSSL_cleanse(lemf->room, size);
    return good;
}

static bool set_aside(struct lemf *lemf, const struct xk_lemf_event *told)
{
    uint32_t number = told->octets.size > 0 ? store_put(lemf->store, told->octets.data, told->octets.size, false) : 0;
    event("lemf", "lemf", "UNREADABLE: %s at octet %zu (%s); %s", xk_status_text(told->diag.status), told->diag.offset,
          told->diag.field, number != 0 ? "set aside" : "not kept");
    return number != 0 || told->octets.size == 0;
}

/* False when the connection is to end. */
static bool take_event(struct session *s, const struct xk_lemf_event *told)
{
    bool good = true;
    switch (told->kind) {
    case XK_LEMF_PDU:
        good = store_record(s->lemf, told->octets.data, told->octets.size);
        break;
    case XK_LEMF_UNREADABLE:
        good = set_aside(s->lemf, told);
        break;
    case XK_LEMF_ACKNOWLEDGE:
        good = store_sync(s->lemf->store) && xk_delivery_lemf_stored(s->side, now_utc(), told->number) == XK_OK;
        break;
    case XK_LEMF_CLOSE:
        fprintf(stderr, "lemf: closes a connection: %s (%s)\n", xk_status_text(told->diag.status), told->diag.field);
        conn_end(s->conn, "the peer broke the protocol");
        return false;
    case XK_LEMF_NEGOTIATED:
    case XK_LEMF_NOTHING:
        break;
    }
    if (!good) {
        conn_end(s->conn, "what came cannot be kept");
    }
    return good;
}

static size_t on_input(struct conn *conn, uint8_t *data, size_t size, void *user)
{
    struct session *s = conn_attached(conn);
    struct xk_lemf_event told = {.size = sizeof told};
    size_t at = 0;
    (void)user;
    for (bool more = true; more && s != NULL;) {
        size_t used = 0;
        if (xk_delivery_lemf_input(s->side, now_utc(), data + at, size - at, &used) != XK_OK) {
            return size;
        }
        at += used;
        more = used > 0;
        while (xk_delivery_lemf_next_event(s->side, &told)) {
            more = true;
            if (!take_event(s, &told)) {
                return size;
            }
        }
        more = more && at < size;
    }
    conn_wake(conn);
    return s != NULL ? at : size;
}

static struct conn_octets on_output(struct conn *conn, void *user)
{
    struct session *s = conn_attached(conn);
    struct xk_bytes octets = {NULL, 0};
    (void)user;
    if (s == NULL) {
        return (struct conn_octets){NULL, 0};
    }
    if (s->answer_size == 0 && xk_delivery_lemf_output(s->side, &octets) == XK_OK && octets.size > 0) {
        s->answer_size = octets.size < sizeof s->answer ? octets.size : sizeof s->answer;
        memcpy(s->answer, octets.data, s->answer_size);
        (void)xk_delivery_lemf_consumed(s->side, s->answer_size);
        conn_resume(conn); /* there is room for further answers */
    }
    return (struct conn_octets){s->answer, s->answer_size};
}

static void on_written(struct conn *conn, size_t size, void *user)
{
    struct session *s = conn_attached(conn);
    (void)user;
    s->answer_size -= size;
    memmove(s->answer, s->answer + size, s->answer_size);
}

static void on_open(struct conn *conn, void *user)
{
    struct lemf *lemf = user;
    struct xk_delivery_lemf_config config;
    struct session *s = calloc(1, sizeof *s);
    xk_delivery_lemf_config_init(&config);
    xk_ps_header_init(&config.identity);
    config.identity.liid = xk_text("-");
    config.identity.operator_identifier = xk_text(OPERATOR);
    config.options = lemf->options;
    if (s == NULL || xk_delivery_lemf_create(&config, NULL, &s->side, NULL) != XK_OK ||
        xk_delivery_lemf_connected(s->side) != XK_OK) {
        if (s != NULL) {
            xk_delivery_lemf_destroy(s->side);
        }
        free(s);
        conn_end(conn, "no memory");
        return;
    }
    s->lemf = lemf;
    s->conn = conn;
    conn_attach(conn, s);
}

static void on_closed(struct conn *conn, const char *why, void *user)
{
    struct session *s = conn_attached(conn);
    (void)user;
    if (s == NULL) {
        fprintf(stderr, "lemf: refused a connection: %s\n", why);
        return;
    }
    fprintf(stderr, "lemf: a connection ended: %s\n", why);
    xk_delivery_lemf_destroy(s->side);
    OPENSSL_cleanse(s, sizeof *s);
    free(s);
}

/* Numbers go on across a restart, and what was stored is known again. */
void lemf_open(struct lemf *lemf, struct store *store, bool options)
{
    *lemf = (struct lemf){.store = store, .options = options, .room = malloc(PDU_MAX)};
    if (lemf->room == NULL) {
        die("no memory");
    }
    for (size_t i = 0; i < store->count; i++) {
        const uint8_t *data = NULL;
        size_t size = 0;
        struct digest digest;
        struct record record;
        struct xk_diag diag;
        struct hole hole;
        enum stored kind = store_get(store, store->numbers[i], &data, &size);
        if (kind == STORED_SPOILED || kind == STORED_NOTHING) {
            fprintf(stderr, "lemf: file %08u of the store cannot be read: passed over\n", store->numbers[i]);
            continue;
        }
        bool good = digest_of(data, size, &digest) &&
                    (digests_find(&lemf->seen, &digest) != 0 || digests_put(&lemf->seen, &digest, store->numbers[i]));
        if (kind == STORED_PDU && record_read(data, size, lemf->room, &record, &diag)) {
            good = learn(lemf, &record, &hole) != SEQUENCE_NO_MEMORY && good;
        }
        OPENSSL_cleanse(lemf->room, size);
        if (!good) {
            die("no memory");
        }
    }
}

void lemf_close(struct lemf *lemf)
{
    sequences_free(&lemf->sequences);
    digests_free(&lemf->seen);
    free(lemf->room);
}

struct conn_events lemf_events(struct lemf *lemf)
{
    return (struct conn_events){.open = on_open,
                                .closed = on_closed,
                                .user = lemf,
                                .input = on_input,
                                .output = on_output,
                                .written = on_written};
}
