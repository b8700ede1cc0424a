/* SPDX-License-Identifier: BSD-2-Clause */
/* Octets of a connection in any pieces, whole PDUs out of them, and nothing left of them behind. */
#include "x2_fixture.h"

#include <stdlib.h>

#include <xk/x2_stream.h>

#define PDU_MAX XK_X2_PDU_MAX_LEAST

/* What came out, as a text; and how often something is not taken before it is. */
struct host {
    char log[512];
    unsigned int refusals;
    unsigned int asked;
    struct xk_x2_event last;
    struct xk_x2_stream *stream;
    void *memory;
    size_t memory_size;
    bool call_again;
    size_t answer_size;
};

static void note(struct host *host, const char *text)
{
    assert_true(strlen(host->log) + strlen(text) < sizeof host->log);
    strcat(host->log, text);
}

/* No call but one is possible inside a callback. */
static void try_again(struct host *host)
{
    struct xk_diag diag = {XK_OK, 9, ""};
    size_t used = 77;
    if (host->call_again) {
        assert_int_equal(xk_x2_stream_feed(host->stream, (const uint8_t *)"x", 1, &used, &diag), XK_E_BUSY);
        assert_int_equal(diag.status, XK_E_BUSY);
        assert_int_equal(used, 77);
        assert_int_equal(xk_x2_stream_reconnected(host->stream), XK_E_BUSY);
        assert_int_equal(xk_x2_stream_end(host->stream), XK_E_BUSY);
        struct xk_x2_stream_counters counters;
        counters.size = sizeof counters;
        assert_int_equal(xk_x2_stream_read_counters(host->stream, &counters), XK_OK);
    }
}

static bool take_pdu(void *user, const struct xk_x2_pdu *pdu)
{
    struct host *host = user;
    char text[64];
    host->asked++;
    try_again(host);
    if (host->refusals > 0) {
        host->refusals--;
        return false;
    }
    snprintf(text, sizeof text, "[%.*s]", (int)(pdu->payload.size < 40 ? pdu->payload.size : 3),
             (const char *)pdu->payload.data);
    note(host, text);
    return true;
}

static bool take_answer(void *user, const uint8_t *octets, size_t size)
{
    struct host *host = user;
    char text[64];
    host->asked++;
    try_again(host);
    if (host->refusals > 0) {
        host->refusals--;
        return false;
    }
    host->answer_size = size;
    assert_int_equal(octets[3], XK_X2_TYPE_KEEP_ALIVE_ACK);
    snprintf(text, sizeof text, "(%u)", size == 48 ? (unsigned int)octets[47] : 999u);
    note(host, text);
    return true;
}

static void take_event(void *user, const struct xk_x2_event *event)
{
    struct host *host = user;
    char text[64];
    try_again(host);
    host->last = *event;
    snprintf(text, sizeof text, "{%s}", xk_x2_notice_name(event->notice));
    note(host, text);
}

static const struct xk_x2_stream_callbacks all = {sizeof all, take_pdu, take_answer, take_event};

static void begin_with(struct host *host, const struct xk_x2_stream_callbacks *callbacks)
{
    struct xk_x2_stream_config config;
    xk_x2_stream_config_init(&config);
    config.rule = XK_X2_SEQUENCE_NONE;
    config.pdu_max = PDU_MAX;
    config.contexts = 1;
    memset(host, 0, sizeof *host);
    host->memory_size = xk_x2_stream_memory(&config);
    host->memory = malloc(host->memory_size + 1);
    assert_non_null(host->memory);
    memset(host->memory, 0x5a, host->memory_size + 1);
    assert_int_equal(xk_x2_stream_begin(&config, callbacks, host, host->memory, host->memory_size, &host->stream, NULL),
                     XK_OK);
}

static void begin(struct host *host)
{
    begin_with(host, &all);
}

static void end(struct host *host)
{
    assert_int_equal(xk_x2_stream_end(host->stream), XK_OK);
    for (size_t i = 0; i < host->memory_size; i++) {
        assert_int_equal(((uint8_t *)host->memory)[i], 0);
    }
    assert_int_equal(((uint8_t *)host->memory)[host->memory_size], 0x5a);
    free(host->memory);
}

static struct xk_x2_stream_counters counters_of(const struct host *host)
{
    struct xk_x2_stream_counters counters;
    counters.size = sizeof counters;
    assert_int_equal(xk_x2_stream_read_counters(host->stream, &counters), XK_OK);
    return counters;
}

/* Is any of these four octets left in the stream's memory? */
static bool remembers(const struct host *host, const char *four)
{
    for (size_t i = 0; i + 4 <= host->memory_size; i++) {
        if (memcmp((const uint8_t *)host->memory + i, four, 4) == 0) {
            return true;
        }
    }
    return false;
}

/* From memory that ends with the octets, so that none behind them is read. */
static void feed_all(struct host *host, const uint8_t *data, size_t size)
{
    size_t used = 0;
    uint8_t *octets = malloc(size);
    assert_true(octets != NULL || size == 0);
    if (size > 0) {
        memcpy(octets, data, size);
    }
    assert_int_equal(xk_x2_stream_feed(host->stream, octets, size, &used, NULL), XK_OK);
    assert_int_equal(used, size);
    free(octets);
}

/* Two PDUs, a keep-alive between them, an answer that nobody asked for, and X3. */
static size_t make_connection(uint8_t *out)
{
    size_t size = make_pdu(out, 1, "", 0, "ONE1");
    size += make_pdu(out + size, 3, "\0\x08\0\4\0\0\0\7", 8, "");
    size += make_pdu(out + size, 4, "\0\x08\0\4\0\0\0\7", 8, "");
    size += make_pdu(out + size, 2, "\0\5\0\1d", 5, "TWO2");
    size += make_pdu(out + size, 1, "", 0, "");
    return size;
}

static const char expected[] = "[ONE1](7)[TWO2][]";

static void octets_come_in_pieces_of_any_size(void **state)
{
    (void)state;
    uint8_t data[512];
    const size_t size = make_connection(data);
    for (size_t piece = 1; piece <= size; piece++) {
        struct host host;
        begin(&host);
        for (size_t at = 0; at < size; at += piece) {
            feed_all(&host, data + at, size - at < piece ? size - at : piece);
        }
        assert_string_equal(host.log, expected);
        struct xk_x2_stream_counters counters = counters_of(&host);
        assert_int_equal(counters.octets, size);
        assert_int_equal(counters.pdus, 3);
        assert_int_equal(counters.keep_alives, 1);
        assert_int_equal(counters.answers, 1);
        assert_int_equal(counters.deviating, 0);
        assert_int_equal(counters.cut, 0);
        assert_int_equal(host.answer_size, 48);
        assert_false(remembers(&host, "ONE1") || remembers(&host, "TWO2"));
        end(&host);
    }
}

/* Cut once, anywhere. */
static void a_connection_may_be_cut_anywhere(void **state)
{
    (void)state;
    uint8_t data[512];
    const size_t size = make_connection(data);
    for (size_t cut = 0; cut <= size; cut++) {
        struct host host;
        begin(&host);
        feed_all(&host, data, cut);
        assert_int_equal(xk_x2_stream_reconnected(host.stream), XK_OK);
        assert_false(remembers(&host, "ONE1") || remembers(&host, "TWO2"));
        host.log[0] = '\0';
        feed_all(&host, data, size);
        assert_string_equal(host.log, expected);
        static const size_t bounds[] = {0, 44, 92, 140, 189, 229};
        bool between = false;
        for (size_t i = 0; i < LENGTH(bounds); i++) {
            between = between || bounds[i] == cut;
        }
        assert_int_equal(counters_of(&host).cut, between ? 0 : 1);
        end(&host);
    }
}

/* Each PDU and answer is refused a few times; it comes again, and nothing comes twice. */
static void what_is_not_taken_comes_again(void **state)
{
    (void)state;
    uint8_t data[512];
    const size_t size = make_connection(data);
    for (size_t piece = 1; piece <= size; piece++) {
        struct host host;
        begin(&host);
        host.call_again = true;
        size_t at = 0;
        unsigned int blocked = 0;
        while (at < size) {
            size_t left = size - at < piece ? size - at : piece;
            size_t used = 0;
            struct xk_diag diag = {XK_OK, 0, ""};
            host.refusals = blocked % 3 == 2 ? 0 : 1;
            enum xk_status status = xk_x2_stream_feed(host.stream, data + at, left, &used, &diag);
            assert_true(status == XK_OK || status == XK_E_BLOCKED);
            assert_true(used <= left && (status == XK_E_BLOCKED || used == left));
            if (status == XK_E_BLOCKED) {
                assert_int_equal(diag.status, XK_E_BLOCKED);
                assert_int_equal(diag.offset, used);
            }
            blocked += status == XK_E_BLOCKED || host.refusals == 0;
            at += used;
        }
        size_t used = 7;
        host.refusals = 0;
        assert_int_equal(xk_x2_stream_feed(host.stream, NULL, 0, &used, NULL), XK_OK);
        assert_int_equal(used, 0);
        assert_string_equal(host.log, expected);
        assert_int_equal(counters_of(&host).pdus, 3);
        assert_int_equal(counters_of(&host).keep_alives, 1);
        assert_int_equal(counters_of(&host).octets, size);
        end(&host);
    }
}

/* A PDU over the bound is told once and stepped over, wherever it is cut; the next is read. */
static void a_pdu_that_is_too_large_loses_no_other(void **state)
{
    (void)state;
    static uint8_t data[3 * PDU_MAX];
    for (size_t more = 0; more <= 1; more++) {
        size_t size = make_pdu(data, 1, "", 0, "ONE1");
        size_t payload = PDU_MAX - 40 + more;
        put_header(data + size, 2, 40, payload);
        memset(data + size + 40, 'x', payload);
        size += 40 + payload;
        size += make_pdu(data + size, 1, "", 0, "TWO2");
        for (size_t piece = 1; piece <= size; piece += piece < 60 ? 1 : 997) {
            struct host host;
            begin(&host);
            for (size_t at = 0; at < size; at += piece) {
                feed_all(&host, data + at, size - at < piece ? size - at : piece);
            }
            assert_string_equal(host.log, more == 0 ? "[ONE1][xxx][TWO2]" : "[ONE1]{too large}[TWO2]");
            assert_int_equal(counters_of(&host).too_large, more);
            assert_int_equal(counters_of(&host).octets, size);
            if (more == 1) {
                assert_int_equal(host.last.missing, PDU_MAX + 1);
                assert_int_equal(host.last.type, 2);
                assert_int_equal(host.last.expected, 0);
                assert_int_equal(host.last.received, 0);
                assert_null(host.last.xid);
                assert_null(host.last.correlation);
            }
            end(&host);
        }
    }
    struct host host;
    begin(&host);
    put_header(data, 1, 0xffffffff, 0xffffffff);
    feed_all(&host, data, 12);
    assert_true(host.last.missing == UINT64_C(0x1fffffffe));
    assert_int_equal(xk_x2_stream_reconnected(host.stream), XK_OK);
    assert_int_equal(counters_of(&host).cut, 1);
    size_t size = make_pdu(data, 1, "", 0, "ONE1");
    feed_all(&host, data, size);
    assert_string_equal(host.log, "{too large}[ONE1]");
    end(&host);
}

static void what_is_no_pdu_breaks_the_connection(void **state)
{
    (void)state;
    uint8_t data[128];
    size_t first = make_pdu(data, 1, "", 0, "ONE1");
    size_t size = first + make_pdu(data + first, 1, "", 0, "TWO2");
    data[first + 7] = 39;
    for (size_t piece = 1; piece <= size; piece++) {
        struct host host;
        struct xk_diag diag = {XK_OK, 0, ""};
        size_t used = 0;
        size_t at = 0;
        enum xk_status status = XK_OK;
        begin(&host);
        for (; status == XK_OK; at += used) {
            status = xk_x2_stream_feed(host.stream, data + at, size - at < piece ? size - at : piece, &used, &diag);
        }
        assert_int_equal(status, XK_E_X2);
        assert_int_equal(diag.status, XK_E_X2);
        assert_string_equal(diag.field, "Header Length");
        assert_true(at >= first && at <= first + 12);
        assert_string_equal(host.log, "[ONE1]");
        used = 77;
        diag.offset = 9;
        assert_int_equal(xk_x2_stream_feed(host.stream, data, first, &used, &diag), XK_E_X2);
        assert_int_equal(used, 0);
        assert_int_equal(diag.offset, 0);
        assert_int_equal(xk_x2_stream_reconnected(host.stream), XK_OK);
        assert_int_equal(counters_of(&host).cut, 0);
        feed_all(&host, data, first);
        assert_string_equal(host.log, "[ONE1][ONE1]");
        end(&host);
    }
    struct host host;
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t used = 0;
    begin(&host);
    assert_int_equal(xk_x2_stream_feed(host.stream, data, size, &used, &diag), XK_E_X2);
    assert_int_equal(used, first);
    assert_int_equal(diag.offset, first + 4);
    end(&host);
}

static void callbacks_that_are_not_there_are_done_without(void **state)
{
    (void)state;
    static const struct xk_x2_stream_callbacks few = {sizeof few, take_pdu, NULL, NULL};
    struct host host;
    uint8_t data[512];
    size_t size = make_connection(data);
    put_header(data + size, 1, 40, PDU_MAX);
    begin_with(&host, &few);
    feed_all(&host, data, size + 40);
    assert_string_equal(host.log, "[ONE1][TWO2][]");
    assert_int_equal(counters_of(&host).keep_alives, 1);
    assert_int_equal(counters_of(&host).too_large, 1);
    end(&host);
    begin(&host);
    size = make_pdu(data, 3, "", 0, ""); /* without a number, and with a format: answered all the same */
    data[13] = 1;
    size += make_pdu(data + size, 9, "", 0, "NEW1"); /* of an unknown type: handed on */
    feed_all(&host, data, size);
    assert_string_equal(host.log, "(999)[NEW1]");
    assert_int_equal(host.answer_size, 40);
    assert_int_equal(counters_of(&host).deviating, 2);
    end(&host);
}

static void a_configuration_is_held_against_its_limits(void **state)
{
    (void)state;
    static const struct {
        size_t pdu_max;
        uint32_t contexts;
        int rule;
        const char *field; /* NULL: good */
    } rows[] = {
        {XK_X2_PDU_MAX_LEAST, 1, 0, NULL},
        {XK_X2_PDU_MAX_LEAST - 1, 1, 0, "pdu_max"},
        {XK_X2_PDU_MAX_MOST, 1, 3, NULL},
        {XK_X2_PDU_MAX_MOST + 1, 1, 3, "pdu_max"},
        {65536, 0, 0, "contexts"},
        {65536, XK_X2_CONTEXTS_MOST, 0, NULL},
        {65536, XK_X2_CONTEXTS_MOST + 1, 0, "contexts"},
        {65536, 1, 4, "rule"},
        {65536, 1, -1, "rule"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_x2_stream_config config;
        struct xk_x2_stream *stream = NULL;
        struct xk_diag diag = {XK_OK, 9, ""};
        uint64_t memory[64];
        xk_x2_stream_config_init(&config);
        config.pdu_max = rows[i].pdu_max;
        config.contexts = rows[i].contexts;
        config.rule = (enum xk_x2_sequence_rule)rows[i].rule;
        size_t needed = xk_x2_stream_memory(&config);
        assert_int_equal(needed == 0, rows[i].field != NULL);
        enum xk_status status = xk_x2_stream_begin(&config, &all, NULL, memory, sizeof memory, &stream, &diag);
        assert_int_equal(status, rows[i].field != NULL ? XK_E_CONFIG : XK_E_SPACE);
        assert_int_equal(diag.status, status);
        assert_int_equal(diag.offset, needed);
        assert_string_equal(diag.field, rows[i].field != NULL ? rows[i].field : "memory_size");
        assert_null(stream);
    }
}

static void sizes_and_pointers_are_looked_at(void **state)
{
    (void)state;
    struct xk_x2_stream_config config;
    struct xk_x2_stream_callbacks callbacks = all;
    struct xk_x2_stream *stream = NULL;
    struct xk_diag diag = {XK_OK, 9, ""};
    size_t used = 77;
    xk_x2_stream_config_init(&config);
    assert_int_equal(config.size, sizeof config);
    assert_int_equal(config.pdu_max, 65536);
    assert_int_equal(config.contexts, 1024);
    assert_int_equal(config.rule, XK_X2_SEQUENCE_FROM_0);
    assert_memory_equal(config.hash_key, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    struct xk_x2_stream_config shorter;
    memset(&shorter, 0x5a, sizeof shorter);
    xk_x2_stream_config_defaults(&shorter, offsetof(struct xk_x2_stream_config, contexts));
    assert_int_equal(shorter.size, offsetof(struct xk_x2_stream_config, contexts));
    assert_int_equal(shorter.contexts, 0x5a5a5a5a);
    xk_x2_stream_config_defaults(NULL, sizeof shorter);
    size_t size = xk_x2_stream_memory(&config);
    void *memory = malloc(size);
    assert_int_equal(xk_x2_stream_begin(NULL, &callbacks, NULL, memory, size, &stream, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_string_equal(diag.field, "");
    assert_int_equal(xk_x2_stream_begin(&config, NULL, NULL, memory, size, &stream, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_stream_begin(&config, &callbacks, NULL, NULL, size, &stream, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_stream_begin(&config, &callbacks, NULL, memory, size, NULL, &diag), XK_E_ARGUMENT);
    callbacks.size--;
    assert_int_equal(xk_x2_stream_begin(&config, &callbacks, NULL, memory, size, &stream, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "callbacks.size");
    callbacks.size += 2;
    assert_int_equal(xk_x2_stream_begin(&config, &callbacks, NULL, memory, size, &stream, &diag), XK_E_ARGUMENT);
    callbacks = all;
    callbacks.on_pdu = NULL;
    assert_int_equal(xk_x2_stream_begin(&config, &callbacks, NULL, memory, size, &stream, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "on_pdu");
    assert_int_equal(diag.offset, 0);
    config.size++;
    assert_int_equal(xk_x2_stream_begin(&config, &all, NULL, memory, size, &stream, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "size");
    assert_int_equal(xk_x2_stream_memory(&config), 0);
    assert_int_equal(xk_x2_stream_memory(NULL), 0);
    config.size = offsetof(struct xk_x2_stream_config, hash_key) + 15;
    assert_int_equal(xk_x2_stream_memory(&config), 0);
    config.size = offsetof(struct xk_x2_stream_config, hash_key) + 16;
    assert_int_equal(xk_x2_stream_memory(&config), size);
    assert_null(stream);
    assert_int_equal(xk_x2_stream_begin(&config, &all, NULL, memory, size - 1, &stream, &diag), XK_E_SPACE);
    assert_int_equal(diag.offset, size);
    assert_int_equal(xk_x2_stream_begin(&config, &all, NULL, memory, size, &stream, &diag), XK_OK);
    assert_ptr_equal(stream, memory);
    assert_int_equal(xk_x2_stream_feed(NULL, NULL, 0, &used, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_int_equal(xk_x2_stream_feed(stream, NULL, 1, &used, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_stream_feed(stream, NULL, 0, NULL, &diag), XK_E_ARGUMENT);
    assert_int_equal(used, 77);
    assert_int_equal(xk_x2_stream_reconnected(NULL), XK_E_ARGUMENT);
    struct xk_x2_stream_counters counters;
    counters.size = sizeof counters + 1;
    assert_int_equal(xk_x2_stream_read_counters(stream, &counters), XK_E_ARGUMENT);
    counters.size = sizeof counters - 1;
    assert_int_equal(xk_x2_stream_read_counters(stream, &counters), XK_E_ARGUMENT);
    counters.size = sizeof counters;
    assert_int_equal(xk_x2_stream_read_counters(NULL, &counters), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_stream_read_counters(stream, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_stream_read_counters(stream, &counters), XK_OK);
    assert_int_equal(counters.size, sizeof counters);
    assert_int_equal(xk_x2_stream_end(stream), XK_OK);
    assert_int_equal(xk_x2_stream_end(NULL), XK_OK);
    free(memory);
}

static void notices_have_names(void **state)
{
    static const char *const names[] = {"?", "gap", "repeated", "restarted", "absent", "too large", "?"};
    (void)state;
    for (unsigned int i = 0; i < LENGTH(names); i++) {
        assert_string_equal(xk_x2_notice_name((enum xk_x2_notice)i), names[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(octets_come_in_pieces_of_any_size),
        cmocka_unit_test(a_connection_may_be_cut_anywhere),
        cmocka_unit_test(what_is_not_taken_comes_again),
        cmocka_unit_test(a_pdu_that_is_too_large_loses_no_other),
        cmocka_unit_test(what_is_no_pdu_breaks_the_connection),
        cmocka_unit_test(callbacks_that_are_not_there_are_done_without),
        cmocka_unit_test(a_configuration_is_held_against_its_limits),
        cmocka_unit_test(sizes_and_pointers_are_looked_at),
        cmocka_unit_test(notices_have_names),
    };
    return cmocka_run_group_tests_name("x2_stream", tests, NULL, NULL);
}
