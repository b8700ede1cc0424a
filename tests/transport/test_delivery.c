/* SPDX-License-Identifier: BSD-2-Clause */
/* HI2 between the delivery of xk-df2 and a LEMF: xk-lemf itself, and one that is slow. */
#include "fixture.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "df2/delivery.h"
#include "relay.h"
#include "unit/hi2/sample.h"

#define LARGE 20000

/* A DF2/MF without an engine. */
struct df2 {
    struct loop loop;
    struct delivery delivery;
    SSL_CTX *own;
    size_t put;
    size_t delivered;
    uint64_t next; /* request whose delivery comes next */
};

static void on_delivered(uint64_t request, const struct xk_outcome_id *id, void *user)
{
    struct df2 *df2 = user;
    assert_int_equal(request, df2->next);
    assert_int_equal(id->octets[0], (uint8_t)request);
    df2->next++;
    df2->delivered++;
}

static void df2_open(struct df2 *df2)
{
    memset(df2, 0, sizeof *df2);
    assert_true(loop_open(&df2->loop));
    df2->own = context(TLS_CLIENT, "df2", "lemf");
    df2->delivery.operator_identifier = "12345";
    df2->delivery.delivered = on_delivered;
    df2->delivery.user = df2;
}

static void df2_connect(struct df2 *df2, int port)
{
    char address[32];
    char why[160] = "";
    snprintf(address, sizeof address, "127.0.0.1:%d", port);
    assert_true(delivery_open(&df2->delivery, &df2->loop, df2->own, address, why, sizeof why));
    df2->delivery.dialer.wait_ms = df2->delivery.dialer.wait_min_ms = 10;
    df2->delivery.dialer.wait_max_ms = 40;
}

static void df2_close(struct df2 *df2)
{
    delivery_close(&df2->delivery);
    SSL_CTX_free(df2->own);
    loop_close(&df2->loop);
}

/* One record of about `size` octets; false when the delivery has no room. */
static bool put_record(struct df2 *df2, size_t size)
{
    static uint8_t sip[LARGE];
    static uint8_t record[LARGE + 1024];
    struct sample sample;
    struct xk_hi2_profile profile;
    struct xk_outcome_id id = {{(uint8_t)df2->put}};
    size_t record_size = 0;
    sample_init(&sample);
    memset(sip, 'x', sizeof sip);
    if (size > 0) {
        sample.event.kind = XK_IRI_SIP_MESSAGE;
        sample.event.key_count = 0;
        sample.event.sip_message = (struct xk_bytes){sip, size};
    }
    sample.event.time.seconds += (int64_t)df2->put; /* no two are equal */
    xk_hi2_profile_init(&profile, XK_HI2_EPS);
    assert_int_equal(
        xk_hi2_record_encode(&profile, &sample.event, &sample.extras, record, sizeof record, &record_size, NULL),
        XK_OK);
    bool taken = delivery_put(&df2->delivery, XK_HI2_EPS, sample.warrant.liid, (struct xk_bytes){record, record_size},
                              df2->put, &id);
    df2->put += taken;
    return taken;
}

/* xk-lemf as a process. */
struct lemf {
    char store[PATH_MAX];
    char log[PATH_MAX];
    pid_t pid;
    int port;
};

static void lemf_start(struct lemf *lemf)
{
    char address[32];
    char line[256];
    snprintf(address, sizeof address, "127.0.0.1:%d", lemf->port);
    unlink(lemf->log);
    lemf->pid = start_program(
        (const char *const[]){XK_LEMF, "--listen", address, "--tls", certificates, "--store", lemf->store, NULL},
        lemf->log);
    for (uint64_t until = loop_now() + PATIENCE_MS; loop_now() < until; usleep(5000)) {
        FILE *file = fopen(lemf->log, "r");
        bool there = file != NULL && fgets(line, sizeof line, file) != NULL &&
                     sscanf(line, "PORT %d\n", &lemf->port) == 1 && strchr(line, '\n') != NULL;
        if (file != NULL) {
            fclose(file);
        }
        if (there) {
            return;
        }
    }
    fail_msg("xk-lemf did not start");
}

static void lemf_open(struct lemf *lemf)
{
    static unsigned int number;
    memset(lemf, 0, sizeof *lemf);
    snprintf(lemf->store, sizeof lemf->store, "%.60s/store-%u", certificates, ++number);
    snprintf(lemf->log, sizeof lemf->log, "%.60s/lemf-%u.log", certificates, number);
    assert_int_equal(mkdir(lemf->store, 0700), 0);
    lemf_start(lemf);
}

static void lemf_stop(struct lemf *lemf, int with)
{
    int status = -1;
    assert_int_equal(kill(lemf->pid, with), 0);
    assert_int_equal(waitpid(lemf->pid, &status, 0), lemf->pid);
    assert_int_equal(status, with == SIGKILL ? SIGKILL : 0);
}

static size_t lemf_stored(const struct lemf *lemf)
{
    char path[PATH_MAX + 16];
    size_t count = 0;
    do {
        count++;
        snprintf(path, sizeof path, "%s/%06zu.pspdu", lemf->store, count);
    } while (access(path, R_OK) == 0);
    return count - 1;
}

static size_t lemf_said(const struct lemf *lemf, const char *text)
{
    char line[256];
    size_t count = 0;
    FILE *file = fopen(lemf->log, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        count += strstr(line, text) != NULL;
    }
    fclose(file);
    return count;
}

/* The store as the LEMF itself prints it: numbers from 0 on, in order, each once. */
static void check_sequence(const struct lemf *lemf, size_t count)
{
    char list[PATH_MAX];
    char line[512];
    unsigned int number;
    size_t lines = 0;
    int status = -1;
    snprintf(list, sizeof list, "%.100s.list", lemf->store);
    pid_t pid = start_program((const char *const[]){XK_LEMF, "--print", "--store", lemf->store, NULL}, list);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    FILE *file = fopen(list, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        assert_int_equal(sscanf(line, "%*s LI-2026-0001 sequence=%u ", &number), 1);
        assert_int_equal(number, lines);
        lines++;
    }
    fclose(file);
    assert_int_equal(lines, count);
}

/* The LEMF stores the records and its acknowledgements are lost with the connection: they come again, are recognised,
 * and the numbers go on. */
static void a_cut_between_record_and_acknowledgement_loses_and_doubles_nothing(void **state)
{
    (void)state;
    struct lemf lemf;
    struct df2 df2;
    struct relay relay;
    lemf_open(&lemf);
    df2_open(&df2);
    relay_open(&relay, &df2.loop, lemf.port);
    df2_connect(&df2, relay.port);
    assert_true(put_record(&df2, 100));
    run_until(&df2.loop, df2.delivered == 1);
    relay.hold = true;
    for (int i = 0; i < 10; i++) {
        assert_true(put_record(&df2, 1000));
    }
    run_until(&df2.loop, lemf_stored(&lemf) == 11);
    assert_int_equal(df2.delivered, 1);
    relay_cut(&relay);
    relay.hold = false;
    assert_true(put_record(&df2, 1000));
    run_until(&df2.loop, df2.delivered == 12);
    assert_int_equal(relay.taken, 2);
    assert_int_equal(lemf_said(&lemf, "record again"), 10);
    assert_int_equal(lemf_said(&lemf, "GAP") + lemf_said(&lemf, "ANOTHER"), 0);
    check_sequence(&lemf, 12);
    df2_close(&df2);
    relay_close(&relay);
    lemf_stop(&lemf, SIGTERM);
}

/* Killed at any moment, with more waiting than fits under way; its store is all that it has afterwards. */
static void a_lemf_that_is_killed_and_started_again_misses_nothing(void **state)
{
    (void)state;
    struct lemf lemf;
    struct df2 df2;
    size_t kills = 0;
    const size_t records = 150;
    lemf_open(&lemf);
    df2_open(&df2);
    df2_connect(&df2, lemf.port);
    uint64_t until = loop_now() + PATIENCE_MS;
    while (df2.delivered < records && loop_now() < until) {
        while (df2.put < records && put_record(&df2, 1000)) {
        }
        loop_once(&df2.loop, 20);
        if (kills < 3 && df2.delivered > 25 * (kills + 1)) {
            kills++;
            lemf_stop(&lemf, SIGKILL);
            lemf_start(&lemf);
        }
    }
    assert_int_equal(df2.delivered, records);
    assert_int_equal(kills, 3);
    assert_int_equal(df2.delivery.count, 0);
    check_sequence(&lemf, records);
    df2_close(&df2);
    lemf_stop(&lemf, SIGTERM);
}

/* A DF2/MF that has lost its memory begins at 0 again: such a record is not taken for one that comes again. */
static void another_record_under_an_old_number_is_stored(void **state)
{
    (void)state;
    struct lemf lemf;
    lemf_open(&lemf);
    for (size_t life = 1; life <= 2; life++) {
        struct df2 df2;
        df2_open(&df2);
        df2_connect(&df2, lemf.port);
        assert_true(put_record(&df2, 10 * life));
        run_until(&df2.loop, df2.delivered == 1);
        df2_close(&df2);
        assert_int_equal(lemf_stored(&lemf), life);
    }
    assert_int_equal(lemf_said(&lemf, "ANOTHER record of sequence 0"), 1);
    lemf_stop(&lemf, SIGTERM);
}

static uint8_t last_acknowledged;

static void note_acknowledgement(struct side *side, enum frame_type type, const uint8_t *data, size_t size)
{
    (void)side;
    if (type == FRAME_ACKNOWLEDGE && size == 4) {
        last_acknowledged = data[3];
    }
}

/* More records in one go than acknowledgements fit into the LEMF's urgent output. */
static void a_burst_is_acknowledged(void **state)
{
    (void)state;
    struct lemf lemf;
    struct df2 df2;
    struct side burst = {.on_frame = note_acknowledgement};
    const struct conn_limits limits = patient_limits(FRAMING_HI2);
    const struct conn_events events = side_events(&burst);
    lemf_open(&lemf);
    df2_open(&df2);
    while (put_record(&df2, 0)) { /* not connected: they wait */
    }
    assert_int_equal(df2.delivery.count, DELIVERY_MAX);
    burst.conn = conn_start(&df2.loop, df2.own, TLS_CLIENT, connect_tcp(lemf.port), &limits, &events);
    run_until(&df2.loop, burst.opened == 1);
    for (size_t i = 0; i < df2.delivery.count; i++) {
        const struct delivery_entry *entry = &df2.delivery.entries[i];
        assert_true(conn_send(burst.conn, FRAME_PS_PDU, entry->octets, entry->size));
    }
    for (size_t i = 0; i < DELIVERY_MAX; i++) {
        assert_true(conn_send(burst.conn, FRAME_KEEP_ALIVE, NULL, 0));
    }
    run_until(&df2.loop, burst.closed > 0 || last_acknowledged == DELIVERY_MAX);
    assert_int_equal(burst.closed, 0);
    check_sequence(&lemf, DELIVERY_MAX);
    conn_free(burst.conn);
    df2_close(&df2);
    lemf_stop(&lemf, SIGTERM);
}

/* A LEMF in the test's own loop, which takes as many records as it is allowed to. */
struct slow {
    struct listener listener;
    struct conn *conn;
    size_t allowed;
    size_t records;
    size_t keep_alives;
    size_t records_before; /* the first keep-alive */
    bool silent;           /* answers no keep-alive */
    bool mute;             /* acknowledges nothing either */
    char why[160];
    size_t closed;
};

static void slow_on_open(struct conn *conn, void *user)
{
    struct slow *slow = user;
    slow->conn = conn;
    slow->records = 0;
}

static enum conn_reply slow_on_frame(struct conn *conn, enum frame_type type, uint8_t *data, size_t size, void *user)
{
    struct slow *slow = user;
    (void)data;
    (void)size;
    if (type == FRAME_KEEP_ALIVE) {
        slow->records_before = slow->keep_alives++ == 0 ? slow->records : slow->records_before;
        assert_true(slow->silent || conn_send_urgent(conn, FRAME_KEEP_ALIVE_ANSWER, NULL, 0));
        return CONN_TAKEN;
    }
    if (slow->allowed == 0) {
        return CONN_LATER;
    }
    slow->allowed--;
    const uint8_t total[4] = {0, 0, 0, (uint8_t)++slow->records};
    assert_true(slow->mute || conn_send_urgent(conn, FRAME_ACKNOWLEDGE, total, sizeof total));
    return CONN_TAKEN;
}

static void slow_on_closed(struct conn *conn, const char *why, void *user)
{
    struct slow *slow = user;
    slow->conn = slow->conn == conn ? NULL : slow->conn;
    slow->closed++;
    snprintf(slow->why, sizeof slow->why, "%s", why);
}

static void slow_open(struct slow *slow, struct df2 *df2)
{
    char why[160] = "";
    const struct conn_limits limits = patient_limits(FRAMING_HI2);
    const struct conn_events events = {slow_on_open, slow_on_frame, NULL, slow_on_closed, slow};
    memset(slow, 0, sizeof *slow);
    assert_true(listener_open(&slow->listener, &df2->loop, context(TLS_SERVER, "lemf", "df2"), "127.0.0.1:0", &limits,
                              &events, why, sizeof why));
}

static void slow_close(struct slow *slow)
{
    SSL_CTX *context = slow->listener.context;
    listener_close(&slow->listener);
    SSL_CTX_free(context);
}

static void allow(struct slow *slow, size_t records)
{
    slow->allowed += records;
    conn_resume(slow->conn);
}

/* The LEMF has stopped reading, the backlog is large, and a keep-alive has been sent. When the LEMF reads on, it meets
 * the keep-alive behind what was under way and before all the rest. */
static void a_keep_alive_overtakes_the_backlog(void **state)
{
    (void)state;
    struct df2 df2;
    struct slow slow;
    df2_open(&df2);
    slow_open(&slow, &df2);
    df2.delivery.keep_alive_ms = 30;
    df2.delivery.answer_ms = 10 * PATIENCE_MS;
    assert_int_equal(setsockopt(slow.listener.watch.fd, SOL_SOCKET, SO_RCVBUF, &(int){32768}, sizeof(int)), 0);
    df2_connect(&df2, listener_port(&slow.listener));
    while (put_record(&df2, LARGE)) {
    }
    assert_int_equal(df2.put, DELIVERY_MAX);
    run_until(&df2.loop, df2.delivery.answer.armed); /* the keep-alive has been queued */
    assert_int_equal(df2.delivered, 0);
    assert_int_equal(df2.delivery.sent, DELIVERY_WINDOW);
    /* The first of those that wait may be with TLS already. */
    size_t waiting = conn_waiting(df2.delivery.dialer.conn) / df2.delivery.entries[0].size;
    assert_true(waiting > 1);
    uint64_t until = loop_now() + PATIENCE_MS;
    while (slow.keep_alives == 0 && loop_now() < until) {
        allow(&slow, 1);
        loop_once(&df2.loop, 5);
    }
    assert_true(slow.records_before + waiting - 1 <= DELIVERY_WINDOW);
    run_until(&df2.loop, !df2.delivery.answer.armed);
    assert_true(df2.delivery.count >= DELIVERY_MAX - DELIVERY_WINDOW); /* answered before most of the backlog */
    allow(&slow, SIZE_MAX / 2);
    run_until(&df2.loop, df2.delivered == df2.put);
    assert_int_equal(slow.closed, 0);
    df2_close(&df2);
    slow_close(&slow);
}

/* Acknowledgements are a sign of life, even before the answer to the keep-alive. */
static void an_acknowledgement_shows_that_the_lemf_lives(void **state)
{
    (void)state;
    struct df2 df2;
    struct slow slow;
    df2_open(&df2);
    slow_open(&slow, &df2);
    slow.silent = true;
    df2.delivery.keep_alive_ms = 20;
    df2.delivery.answer_ms = 10 * PATIENCE_MS;
    df2_connect(&df2, listener_port(&slow.listener));
    assert_true(put_record(&df2, 100));
    assert_true(put_record(&df2, 100));
    run_until(&df2.loop, df2.delivery.answer.armed);
    uint64_t due = df2.delivery.answer.due;
    run_until(&df2.loop, loop_now() + df2.delivery.answer_ms > due);
    allow(&slow, 1);
    run_until(&df2.loop, df2.delivered == 1);
    assert_true(df2.delivery.answer.armed && df2.delivery.answer.due > due);
    df2_close(&df2);
    slow_close(&slow);
}

static void a_lemf_that_answers_no_keep_alive_is_given_up_and_tried_again(void **state)
{
    (void)state;
    struct df2 df2;
    struct slow slow;
    df2_open(&df2);
    slow_open(&slow, &df2);
    slow.silent = slow.mute = true;
    slow.allowed = SIZE_MAX;
    df2.delivery.keep_alive_ms = 20;
    df2.delivery.answer_ms = 50;
    df2_connect(&df2, listener_port(&slow.listener));
    assert_true(put_record(&df2, 100));
    run_until(&df2.loop, slow.closed == 2);
    assert_string_equal(slow.why, "the peer closed the connection");
    assert_true(slow.keep_alives >= 2);
    assert_int_equal(df2.delivered, 0);
    slow.silent = slow.mute = false;
    run_until(&df2.loop, df2.delivered == 1);
    df2_close(&df2);
    slow_close(&slow);
}

static void an_acknowledgement_of_more_than_was_sent_ends_the_connection(void **state)
{
    (void)state;
    struct df2 df2;
    struct slow slow;
    static const uint8_t wrong[][4] = {{0, 0, 0, 2}, {0xff, 0xff, 0xff, 0xff}};
    df2_open(&df2);
    slow_open(&slow, &df2);
    slow.mute = true;
    slow.allowed = SIZE_MAX;
    df2_connect(&df2, listener_port(&slow.listener));
    assert_true(put_record(&df2, 100));
    for (size_t i = 0; i < 2; i++) {
        run_until(&df2.loop, slow.closed == i && slow.conn != NULL && slow.records == 1);
        assert_true(conn_send(slow.conn, FRAME_ACKNOWLEDGE, wrong[i], 4));
        run_until(&df2.loop, slow.closed == i + 1);
        assert_int_equal(df2.delivered, 0);
        assert_int_equal(df2.delivery.count, 1);
    }
    df2_close(&df2);
    slow_close(&slow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_between_record_and_acknowledgement_loses_and_doubles_nothing),
        cmocka_unit_test(a_lemf_that_is_killed_and_started_again_misses_nothing),
        cmocka_unit_test(another_record_under_an_old_number_is_stored),
        cmocka_unit_test(a_burst_is_acknowledged),
        cmocka_unit_test(a_keep_alive_overtakes_the_backlog),
        cmocka_unit_test(an_acknowledgement_shows_that_the_lemf_lives),
        cmocka_unit_test(a_lemf_that_answers_no_keep_alive_is_given_up_and_tried_again),
        cmocka_unit_test(an_acknowledgement_of_more_than_was_sent_ends_the_connection),
    };
    return cmocka_run_group_tests(tests, certificates_make, certificates_remove);
}
