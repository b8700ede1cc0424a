/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages and tickets that are well formed in each payload and wrong as a whole: made from a recipe, each with one
 * thing that may not be. */
#include <xk/mikey_build.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define FLAGS (XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_F | XK_MIKEY_FLAG_H)

static const uint8_t octets[64] = {1};
static uint8_t wire[2][2048];
static uint8_t inner[3][512];
static const uint8_t policy_numbers[] = {1, 2};
static uint8_t text[1025];

static struct xk_bytes bytes(size_t size)
{
    return (struct xk_bytes){octets, size};
}

static void add_time(struct xk_mikey_builder *b, unsigned int role, unsigned int type)
{
    static const size_t sizes[] = {8, 8, 4, 4};
    struct xk_mikey_time time = {.role = (uint8_t)role, .type = (uint8_t)type, .value = bytes(sizes[type])};
    xk_mikey_add_time(b, &time);
}

static void add_identity(struct xk_mikey_builder *b, unsigned int role, unsigned int type, struct xk_bytes data)
{
    struct xk_mikey_identity identity = {(uint8_t)role, (uint8_t)type, data};
    xk_mikey_add_identity(b, &identity);
}

/* One payload for each letter. */
static void add(struct xk_mikey_builder *b, const char *recipe, const struct xk_mikey_ticket *ticket)
{
    static const struct xk_mikey_kemac kemac = {.encryption = 0, .encrypted = {octets, 4}};
    static const struct xk_mikey_verification v = {1, {octets, 20}};
    static const struct xk_mikey_policy policy = {.number = 3, .parameters = {octets, 6}};
    for (; *recipe != '\0'; recipe++) {
        switch (*recipe) {
        case 't': add_time(b, 0, XK_MIKEY_TIME_NTP_UTC); break;
        case 'a': xk_mikey_add_rand(b, 0, bytes(16)); break;
        case 'i': xk_mikey_add_rand(b, XK_MIKEY_RANDR_I, bytes(16)); break;
        case 'r': xk_mikey_add_rand(b, XK_MIKEY_RANDR_R, bytes(16)); break;
        case 'k': xk_mikey_add_rand(b, XK_MIKEY_RANDR_KMS, bytes(16)); break;
        case 'x': xk_mikey_add_rand(b, 4, bytes(16)); break;
        case 'I': add_identity(b, XK_MIKEY_IDR_I, XK_MIKEY_ID_URI, xk_text("sip:a@b")); break;
        case 'R': add_identity(b, XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, xk_text("sip:c@d")); break;
        case 'M': add_identity(b, XK_MIKEY_IDR_KMS, XK_MIKEY_ID_URI, xk_text("kms@d")); break;
        case 'P': add_identity(b, XK_MIKEY_IDR_PSK, XK_MIKEY_ID_BYTES, xk_text("\xff")); break;
        case 'L': add_identity(b, XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, (struct xk_bytes){text, 1025}); break;
        case 'Z': add_identity(b, XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, xk_text("sip:\xff@d")); break;
        case 'Y': add_identity(b, XK_MIKEY_IDR_R, 3, xk_text("sip:c@d")); break;
        case 'S': xk_mikey_add_policy(b, &policy); break;
        case 'K': xk_mikey_add_kemac(b, &kemac); break;
        case 'T': xk_mikey_add_ticket(b, ticket); break;
        case 's': add_time(b, XK_MIKEY_TR_S, XK_MIKEY_TIME_NTP_UTC); break;
        case 'e': add_time(b, XK_MIKEY_TR_E, XK_MIKEY_TIME_NTP_UTC); break;
        case 'n': add_time(b, XK_MIKEY_TR_R, XK_MIKEY_TIME_NTP_UTC_32); break;
        case 'c': add_time(b, XK_MIKEY_TR_R, XK_MIKEY_TIME_COUNTER); break;
        case 'j': add_time(b, XK_MIKEY_TR_I, XK_MIKEY_TIME_NTP_UTC); break;
        case 'V': xk_mikey_add_verification(b, &v); break;
        default: fail();
        }
    }
}

static struct xk_bytes chain(unsigned int place, enum xk_mikey_chain_kind kind, const char *recipe,
                             const struct xk_mikey_ticket *ticket)
{
    struct xk_mikey_builder b;
    size_t size = 0;
    if (recipe[0] == '\0') {
        return (struct xk_bytes){NULL, 0};
    }
    xk_mikey_build_chain(&b, inner[place], sizeof inner[place], kind);
    if (recipe[0] == 'h') {
        recipe++;
        xk_mikey_add_ticket_header(&b, bytes(0));
    }
    add(&b, recipe, ticket);
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    return (struct xk_bytes){inner[place], size};
}

static void make_ticket(struct xk_mikey_ticket *ticket, unsigned int flags, const char *policy, const char *data,
                        const char *initiator_data)
{
    static const struct xk_mikey_ticket bare = {.type = 1, .flags = FLAGS, .policy = {octets, 4}};
    memset(ticket, 0, sizeof *ticket);
    ticket->type = 1;
    ticket->flags = (uint16_t)flags;
    ticket->policy = chain(0, XK_MIKEY_CHAIN_FIRST_PAYLOAD, policy, &bare);
    ticket->ticket_data = chain(1, XK_MIKEY_CHAIN_IMPLIED, data, NULL);
    ticket->initiator_data = chain(2, XK_MIKEY_CHAIN_FIRST_PAYLOAD, initiator_data, NULL);
}

/* A message with the Crypto Sessions `ids`, each with `policies` policies. */
static size_t make(unsigned int place, unsigned int type, const char *recipe, const struct xk_mikey_ticket *ticket,
                   const char *ids, size_t policies)
{
    struct xk_mikey_builder b;
    struct xk_mikey_crypto_session sessions[4];
    struct xk_mikey_header header = {.version = 1, .data_type = (uint8_t)type, .csb_id = 7,
                                     .map_type = XK_MIKEY_MAP_GENERIC_ID};
    size_t size = 0;
    size_t count = strlen(ids);
    memset(sessions, 0, sizeof sessions);
    for (size_t i = 0; i < count; i++) {
        sessions[i].cs_id = (uint8_t)ids[i];
        sessions[i].policies = (struct xk_bytes){policy_numbers, policies};
    }
    xk_mikey_build_message(&b, wire[place], sizeof wire[place], &header, sessions, count);
    add(&b, recipe, ticket);
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    return size;
}

static void a_message_that_is_no_transfer_is_told(void **state)
{
    (void)state;
    static const struct {
        unsigned int type;
        const char *recipe;
        const char *ids;
        size_t policies;
        enum xk_status status;
        const char *field;
    } rows[] = {
        {XK_MIKEY_TRANSFER_INIT, "tiTV", "a", 1, XK_OK, ""},
        {XK_MIKEY_TRANSFER_INIT, "tiIRSTKMjV", "a", 2, XK_OK, ""},
        {XK_MIKEY_TRANSFER_INIT, "tiTV", "aa", 1, XK_E_MIKEY_MAP, "CS ID"},
        {XK_MIKEY_TRANSFER_INIT, "tiT", "a", 1, XK_E_MIKEY_VERIFICATION, "V"},
        {XK_MIKEY_TRANSFER_INIT, "iTV", "a", 1, XK_E_MIKEY_MISSING, "T"},
        {XK_MIKEY_TRANSFER_INIT, "tTV", "a", 1, XK_E_MIKEY_MISSING, "RANDRi"},
        {XK_MIKEY_TRANSFER_INIT, "tiV", "a", 1, XK_E_MIKEY_MISSING, "TICKET"},
        {XK_MIKEY_TRANSFER_INIT, "tirTV", "a", 1, XK_E_MIKEY_PAYLOAD, "RANDR role"},
        {XK_MIKEY_TRANSFER_INIT, "tikTV", "a", 1, XK_E_MIKEY_PAYLOAD, "RANDR role"},
        {XK_MIKEY_TRANSFER_INIT, "tixTV", "a", 1, XK_E_MIKEY_VALUE, "RANDR role"},
        {XK_MIKEY_TRANSFER_INIT, "ttiTV", "a", 1, XK_E_MIKEY_CHAIN, "T"},
        {XK_MIKEY_TRANSFER_INIT, "tiiTV", "a", 1, XK_E_MIKEY_CHAIN, "RANDR"},
        {XK_MIKEY_TRANSFER_INIT, "tiIITV", "a", 1, XK_E_MIKEY_CHAIN, "IDR"},
        {XK_MIKEY_TRANSFER_INIT, "tiTTV", "a", 1, XK_E_MIKEY_CHAIN, "TICKET"},
        {XK_MIKEY_TRANSFER_INIT, "tiTKKV", "a", 1, XK_E_MIKEY_CHAIN, "KEMAC"},
        {XK_MIKEY_TRANSFER_INIT, "tiTVS", "a", 1, XK_E_MIKEY_VERIFICATION, "V"},
        {XK_MIKEY_TRANSFER_INIT, "tiZTV", "a", 1, XK_E_MIKEY_IDENTITY, "ID data"},
        {XK_MIKEY_TRANSFER_INIT, "tiLTV", "a", 1, XK_E_LIMIT, "ID data"},
        {XK_MIKEY_TRANSFER_INIT, "tiYTV", "a", 1, XK_E_MIKEY_VALUE, "ID type"},
        {XK_MIKEY_TRANSFER_RESP, "tV", "ab", 1, XK_OK, ""},
        {XK_MIKEY_TRANSFER_RESP, "tV", "a", 0, XK_E_MIKEY_MAP, "#P"},
        {XK_MIKEY_TRANSFER_RESP, "tV", "a", 2, XK_E_MIKEY_MAP, "#P"},
        {XK_MIKEY_TRANSFER_RESP, "tTV", "a", 1, XK_E_MIKEY_PAYLOAD, "TICKET"},
        {XK_MIKEY_TRANSFER_RESP, "t", "a", 1, XK_E_MIKEY_VERIFICATION, "V"},
    };
    struct xk_mikey_ticket ticket;
    memset(text, 'a', sizeof text);
    make_ticket(&ticket, FLAGS, "MIR", "htaKV", "");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_mikey_message m;
        struct xk_mikey_message before;
        struct xk_diag diag = {XK_OK, 0, ""};
        size_t size = make(0, rows[i].type, rows[i].recipe, &ticket, rows[i].ids, rows[i].policies);
        memset(&m, 0x33, sizeof m);
        before = m;
        enum xk_status status = rows[i].type == XK_MIKEY_TRANSFER_INIT
                                    ? xk_mikey_parse_transfer_init(wire[0], size, &m, &diag)
                                    : xk_mikey_parse_transfer_resp(wire[0], size, &m, &diag);
        assert_int_equal(status, rows[i].status);
        assert_string_equal(diag.field, rows[i].field);
        if (status != XK_OK) {
            assert_memory_equal(&m, &before, sizeof m);
        }
    }
}

static void other_maps_are_for_plain_mikey(void **state)
{
    (void)state;
    struct xk_mikey_message m;
    struct xk_diag diag;
    struct xk_mikey_ticket ticket;
    make_ticket(&ticket, FLAGS, "MIR", "htaKV", "");
    size_t size = make(0, XK_MIKEY_TRANSFER_INIT, "tiTV", &ticket, "", 0);
    wire[0][9] = XK_MIKEY_MAP_EMPTY;
    assert_int_equal(xk_mikey_parse(wire[0], size, &m, &diag), XK_OK);
    assert_int_equal(xk_mikey_parse_transfer_init(wire[0], size, &m, &diag), XK_E_MIKEY_MAP);
    assert_int_equal(diag.offset, 9);
}

static void a_ticket_that_contradicts_itself_is_told(void **state)
{
    (void)state;
    static const unsigned int forking = FLAGS | XK_MIKEY_FLAG_I | XK_MIKEY_FLAG_E;
    const struct {
        unsigned int flags;
        const char *policy;
        const char *initiator_data;
        enum xk_status status;
        const char *field;
    } rows[] = {
        {FLAGS, "MIRRsenj", "", XK_OK, ""},
        {forking, "MIR", "VV", XK_OK, ""},
        {FLAGS, "MI", "", XK_E_MIKEY_TICKET, "IDRr"},
        {FLAGS, "MMR", "", XK_E_MIKEY_CHAIN, "IDR"},
        {FLAGS, "IIR", "", XK_E_MIKEY_CHAIN, "IDR"},
        {FLAGS, "Z", "", XK_E_MIKEY_IDENTITY, "ID data"},
        {FLAGS, "Rss", "", XK_E_MIKEY_CHAIN, "TR"},
        {FLAGS, "Rc", "", XK_E_MIKEY_VALUE, "TS type"},
        {FLAGS, "RT", "", XK_E_MIKEY_PAYLOAD, "TP Data"},
        {forking, "R", "", XK_E_MIKEY_TICKET, "Initiator Data"},
        {forking, "R", "V", XK_E_MIKEY_TICKET, "Vr"},
        {forking, "R", "SV", XK_E_MIKEY_TICKET, "Vi"},
        {forking, "R", "VS", XK_E_MIKEY_TICKET, "Vr"},
        {forking, "R", "VVV", XK_E_MIKEY_TICKET, "Initiator Data"},
        {FLAGS, "R", "VV", XK_E_MIKEY_TICKET, "Initiator Data"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_mikey_ticket ticket;
        struct xk_mikey_message m;
        struct xk_diag diag = {XK_OK, 0, ""};
        make_ticket(&ticket, rows[i].flags, rows[i].policy, "htaKV", rows[i].initiator_data);
        size_t size = make(0, XK_MIKEY_TRANSFER_INIT, "tiTV", &ticket, "a", 1);
        enum xk_status status = xk_mikey_parse_transfer_init(wire[0], size, &m, &diag);
        assert_int_equal(status, rows[i].status);
        assert_string_equal(diag.field, rows[i].field);
    }
}

static void ticket_data_that_is_no_base_ticket_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        enum xk_status status;
        const char *field;
    } rows[] = {
        {"htaKV", XK_OK, ""},
        {"htaKPMSV", XK_OK, ""}, /* the key's name, and what has no place */
        {"httaKV", XK_E_MIKEY_CHAIN, "T"},
        {"htaaKV", XK_E_MIKEY_CHAIN, "RAND"},
        {"htaKKV", XK_E_MIKEY_CHAIN, "KEMAC"},
        {"htaKVV", XK_E_MIKEY_VERIFICATION, "V"},
        {"htaKZV", XK_E_MIKEY_IDENTITY, "ID data"},
        {"haKV", XK_E_MIKEY_MISSING, "T"},
        {"htKV", XK_E_MIKEY_MISSING, "RAND"},
        {"htaV", XK_E_MIKEY_MISSING, "KEMAC"},
        {"htaK", XK_E_MIKEY_MISSING, "V"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_mikey_ticket ticket;
        struct xk_mikey_message m;
        struct xk_mikey_ticket_data data;
        struct xk_diag diag = {XK_OK, 0, ""};
        make_ticket(&ticket, FLAGS, "R", rows[i].data, "");
        size_t size = make(0, XK_MIKEY_TRANSFER_INIT, "tiTV", &ticket, "a", 1);
        assert_int_equal(xk_mikey_parse_transfer_init(wire[0], size, &m, NULL), XK_OK);
        assert_int_equal(xk_mikey_read_ticket_data(&m.ticket, &data, &diag), rows[i].status);
        assert_string_equal(diag.field, rows[i].field);
    }
}

static void initiator_data_needs_both_macs(void **state)
{
    (void)state;
    static const char *const wrong[] = {"S", "V", "VS"};
    struct xk_mikey_ticket ticket;
    struct xk_mikey_initiator_data data;
    for (size_t i = 0; i < 3; i++) {
        make_ticket(&ticket, FLAGS, "R", "htaKV", wrong[i]);
        assert_int_equal(xk_mikey_read_initiator_data(&ticket, &data), XK_E_MIKEY_MISSING);
    }
    make_ticket(&ticket, FLAGS, "R", "htaKV", "VV");
    ticket.initiator_data.size -= 1;
    assert_int_equal(xk_mikey_read_initiator_data(&ticket, &data), XK_E_MIKEY_MISSING);
    ticket.initiator_data.size += 1;
    assert_int_equal(xk_mikey_read_initiator_data(&ticket, &data), XK_OK);
    assert_int_equal(data.vr.mac.size, 20);
    assert_int_equal(data.vr_mac_offset, ticket.initiator_data.size - 20);
    ticket.initiator_data.data = inner[2] + 1; /* begins in the middle of Vi */
    ticket.initiator_data.size = 3;
    assert_int_equal(xk_mikey_read_initiator_data(&ticket, &data), XK_E_MIKEY_MISSING);
    make_ticket(&ticket, FLAGS, "R", "htaKV", "");
    assert_int_equal(xk_mikey_read_initiator_data(&ticket, &data), XK_E_MIKEY_MISSING);
}

static void messages_that_do_not_belong_together_are_told(void **state)
{
    (void)state;
    static const unsigned int m_flag = FLAGS | XK_MIKEY_FLAG_M;
    static const unsigned int l_flag = FLAGS | XK_MIKEY_FLAG_L;
    static const unsigned int forking = FLAGS | XK_MIKEY_FLAG_I | XK_MIKEY_FLAG_E | XK_MIKEY_FLAG_G;
    const struct {
        unsigned int flags;
        const char *init;
        const char *resp;
        size_t offered; /* policies */
        const char *answered;
        const char *field; /* "" for a pair that belongs together */
    } rows[] = {
        {FLAGS, "tiTV", "tV", 1, "a", ""},
        {FLAGS, "tiTV", "tV", 0, "a", ""},
        {FLAGS, "tiTV", "tV", 1, "b", "CS ID"},
        {FLAGS, "tiTKV", "tV", 1, "a", "KEMAC"},
        {l_flag, "tiTKV", "tV", 1, "a", ""},
        {FLAGS, "tiTV", "tKV", 1, "a", "KEMAC"},
        {m_flag, "tiTV", "tKV", 1, "a", ""},
        {FLAGS, "tiTV", "trV", 1, "a", "RANDRr"},
        {forking, "tiTV", "tkRV", 1, "a", "RANDRr"},
        {forking, "tiTV", "trRV", 1, "a", "RANDRkms"},
        {forking, "tiTV", "trkV", 1, "a", "IDRr"},
        {forking, "tiTV", "trkRV", 1, "a", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_mikey_ticket ticket;
        struct xk_mikey_message init;
        struct xk_mikey_message resp;
        struct xk_diag diag = {XK_OK, 0, ""};
        make_ticket(&ticket, rows[i].flags, "R", "htaKV", (rows[i].flags & XK_MIKEY_FLAG_I) != 0 ? "VV" : "");
        size_t size = make(0, XK_MIKEY_TRANSFER_INIT, rows[i].init, &ticket, "a", rows[i].offered);
        assert_int_equal(xk_mikey_parse_transfer_init(wire[0], size, &init, NULL), XK_OK);
        size = make(1, XK_MIKEY_TRANSFER_RESP, rows[i].resp, NULL, rows[i].answered, 1);
        assert_int_equal(xk_mikey_parse_transfer_resp(wire[1], size, &resp, NULL), XK_OK);
        enum xk_status wanted = rows[i].field[0] == '\0' ? XK_OK : XK_E_MIKEY_MISMATCH;
        assert_int_equal(xk_mikey_check_exchange(&init, &resp, &diag), wanted);
        assert_string_equal(diag.field, rows[i].field);
    }
}

static void a_chain_has_an_end(void **state)
{
    (void)state;
    struct xk_mikey_message m;
    struct xk_diag diag;
    size_t size = make(0, XK_MIKEY_TRANSFER_INIT, "tV", NULL, "", 0);
    /* Sixty-five policies without parameters, written by hand: the builder makes no more than sixty-four. */
    wire[0][2] = XK_MIKEY_SP;
    for (size_t i = 0; i < XK_MIKEY_PAYLOADS_MAX + 1; i++) {
        static const uint8_t policy[] = {XK_MIKEY_SP, 0, 0, 0, 0};
        memcpy(wire[0] + 10 + 5 * i, policy, 5);
    }
    size = 10 + 5 * (XK_MIKEY_PAYLOADS_MAX + 1);
    wire[0][size - 5] = XK_MIKEY_LAST;
    assert_int_equal(xk_mikey_parse(wire[0], size, &m, &diag), XK_E_MIKEY_CHAIN);
    assert_string_equal(diag.field, "number of payloads");
    wire[0][size - 10] = XK_MIKEY_LAST;
    assert_int_equal(xk_mikey_parse(wire[0], size - 5, &m, &diag), XK_OK);
    assert_int_equal(m.policy_count, XK_MIKEY_PAYLOADS_MAX);
}

static void keys_that_lie_are_told(void **state)
{
    (void)state;
    static const struct {
        uint8_t octets[8];
        size_t size;
        enum xk_status status;
    } rows[] = {
        {{0, 0x20, 0, 1, 7}, 5, XK_OK},
        {{0, 0x20, 0, 0}, 4, XK_E_EMPTY},
        {{0, 0x70, 0, 1, 7}, 5, XK_E_MIKEY_VALUE},
        {{0, 0x23, 0, 1, 7}, 5, XK_E_MIKEY_VALUE},
        {{0, 0x20, 0, 2, 7}, 5, XK_E_MIKEY_TRUNCATED},
        {{0, 0x21, 0, 1, 7}, 5, XK_E_MIKEY_TRUNCATED},
        {{20, 0x20, 0, 1, 7}, 5, XK_E_MIKEY_CHAIN},   /* one more is promised */
        {{0, 0x20, 0, 1, 7, 1}, 6, XK_E_MIKEY_CHAIN}, /* and here not */
        {{5, 0x20, 0, 1, 7, 1}, 6, XK_E_MIKEY_CHAIN}, /* another payload follows */
    };
    struct xk_mikey_key_data key;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t position = 0;
        struct xk_bytes keys = {rows[i].octets, rows[i].size};
        assert_int_equal(xk_mikey_next_key_data(keys, &position, &key), rows[i].status);
        assert_int_equal(position, rows[i].status == XK_OK ? rows[i].size : 0);
    }
}

static void policies_are_found_by_number_and_parameter(void **state)
{
    (void)state;
    static const uint8_t parameters[] = {0, 1, 5, 1, 5, 1, 2, 3, 4, 5, 2, 0, 3, 4, 0xff, 0xff, 0xff, 0xff, 4, 3, 1};
    struct xk_mikey_policy policy = {.parameters = {parameters, sizeof parameters}};
    uint32_t value = 77;
    struct xk_mikey_message m;
    assert_true(xk_mikey_policy_parameter(&policy, 0, &value));
    assert_int_equal(value, 5);
    assert_true(xk_mikey_policy_parameter(&policy, 3, &value));
    assert_true(value == UINT32_MAX);
    assert_false(xk_mikey_policy_parameter(&policy, 1, &value)); /* five octets */
    assert_false(xk_mikey_policy_parameter(&policy, 2, &value)); /* none */
    assert_false(xk_mikey_policy_parameter(&policy, 4, &value)); /* three, of which one is there */
    assert_false(xk_mikey_policy_parameter(&policy, 9, &value)); /* not before what is cut */
    policy.parameters.size = 3;
    assert_false(xk_mikey_policy_parameter(&policy, 9, &value));
    assert_true(value == UINT32_MAX);
    size_t size = make(0, XK_MIKEY_TRANSFER_INIT, "tSV", NULL, "", 0);
    assert_int_equal(xk_mikey_parse(wire[0], size, &m, NULL), XK_OK);
    assert_true(xk_mikey_find_policy(&m, 3, &policy));
    assert_int_equal(policy.parameters.size, 6);
    assert_false(xk_mikey_find_policy(&m, 4, &policy));
}

static void null_is_refused(void **state)
{
    (void)state;
    struct xk_mikey_ticket ticket;
    struct xk_mikey_message m;
    struct xk_mikey_ticket_data data;
    struct xk_mikey_initiator_data initiator_data;
    struct xk_mikey_key_data key;
    struct xk_mikey_policy policy = {.parameters = {octets, 3}};
    struct xk_mikey_payload payload = {0};
    struct xk_mikey_identity identity;
    struct xk_mikey_crypto_session session;
    size_t position = 0;
    uint32_t value;
    make_ticket(&ticket, FLAGS, "R", "htaKV", "");
    size_t size = make(0, XK_MIKEY_TRANSFER_INIT, "tiTV", &ticket, "a", 1);
    assert_int_equal(xk_mikey_parse(NULL, size, &m, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_parse(wire[0], size, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_parse_transfer_init(wire[0], size, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_parse_transfer_resp(wire[0], size, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_parse_transfer_init(wire[0], size, &m, NULL), XK_OK);
    assert_int_equal(xk_mikey_check_exchange(NULL, &m, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_read_ticket_data(NULL, &data, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_read_ticket_data(&m.ticket, NULL, NULL), XK_E_ARGUMENT);
    memset(&ticket, 0, sizeof ticket);
    assert_int_equal(xk_mikey_read_ticket_data(&ticket, &data, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_read_initiator_data(NULL, &initiator_data), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_read_initiator_data(&m.ticket, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_next_key_data((struct xk_bytes){NULL, 0}, &position, &key), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_next_key_data(bytes(5), NULL, &key), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_next_key_data(bytes(5), &position, NULL), XK_E_ARGUMENT);
    assert_false(xk_mikey_find_policy(NULL, 0, &policy));
    assert_false(xk_mikey_find_policy(&m, 0, NULL));
    assert_false(xk_mikey_policy_parameter(NULL, 1, &value));
    assert_false(xk_mikey_policy_parameter(&policy, 1, NULL));
    assert_false(xk_mikey_next_payload(NULL, &payload));
    assert_false(xk_mikey_next_payload(&m, NULL));
    assert_false(xk_mikey_next_crypto_session(NULL, &position, &session));
    assert_false(xk_mikey_next_crypto_session(&m, NULL, &session));
    assert_false(xk_mikey_next_crypto_session(&m, &position, NULL));
    assert_false(xk_mikey_ticket_next_responder(NULL, &position, &identity));
    assert_false(xk_mikey_ticket_next_responder(&m.ticket, NULL, &identity));
    assert_false(xk_mikey_ticket_next_responder(&m.ticket, &position, NULL));
    assert_int_equal(position, 0);
    assert_true(xk_mikey_ticket_next_responder(&m.ticket, &position, &identity));
    assert_false(xk_mikey_ticket_next_responder(&m.ticket, &position, &identity));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_that_is_no_transfer_is_told),
        cmocka_unit_test(other_maps_are_for_plain_mikey),
        cmocka_unit_test(a_ticket_that_contradicts_itself_is_told),
        cmocka_unit_test(ticket_data_that_is_no_base_ticket_is_told),
        cmocka_unit_test(initiator_data_needs_both_macs),
        cmocka_unit_test(messages_that_do_not_belong_together_are_told),
        cmocka_unit_test(a_chain_has_an_end),
        cmocka_unit_test(keys_that_lie_are_told),
        cmocka_unit_test(policies_are_found_by_number_and_parameter),
        cmocka_unit_test(null_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
