/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is refused, and what each side says about it. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/pem.h>

/* The transport's clock, which the linker puts in the place of the system's. */
static time_t ahead;
time_t __real_time(time_t *out);
time_t __wrap_time(time_t *out);
time_t __wrap_time(time_t *out)
{
    time_t now = __real_time(NULL) + ahead;
    if (out != NULL) {
        *out = now;
    }
    return now;
}

/* How one side is made: its certificate, the list it checks with, the name it expects. */
struct identity {
    const char *certificate; /* NULL: none */
    const char *list;
    const char *peer;
    int version; /* the highest; 0: as the module has it */
};

#define DF2 "df2", "ca.crl", "kms1", 0
#define KMS "kms1", "ca.crl", "df2", 0

/* What each side says: the text, or the alert that comes behind REFUSES_US and the version that OpenSSL puts there. */
struct refusal {
    const char *title;
    struct identity server;
    struct identity client;
    const char *server_says;
    const char *client_says;
};

#define REFUSES_US "the peer refuses us: "
#define REFUSED "the peer's certificate is refused: "
#define OUTDATED "the revocation list is outdated: nobody is accepted until there is a new one"

static const struct refusal refusals[] = {
    {"no certificate", {KMS}, {NULL, "ca.crl", "kms1", 0}, "the peer has no certificate", "alert certificate required"},
    {"client of a wrong authority",
     {KMS},
     {"other/df2", "ca.crl", "kms1", 0},
     REFUSED "unable to get local issuer certificate",
     "alert unknown ca"},
    {"expired client",
     {KMS},
     {"expired-df2", "ca.crl", "kms1", 0},
     REFUSED "certificate has expired",
     "alert certificate expired"},
    {"client of a wrong name",
     {KMS},
     {"df3", "ca.crl", "kms1", 0},
     REFUSED "hostname mismatch",
     "alert bad certificate"},
    {"revoked client",
     {KMS},
     {"revoked-df2", "ca.crl", "kms1", 0},
     REFUSED "certificate revoked",
     "alert certificate revoked"},
    {"a server's certificate as a client's",
     {KMS},
     {"server-df2", "ca.crl", "kms1", 0},
     REFUSED "unsuitable certificate purpose",
     "alert unsupported certificate"},
    {"client whose usage is not stated",
     {KMS},
     {"any-df2", "ca.crl", "kms1", 0},
     REFUSED "unsuitable certificate purpose",
     "alert unsupported certificate"},
    {"client of TLS 1.2",
     {KMS},
     {"df2", "ca.crl", "kms1", TLS1_2_VERSION},
     "TLS failed: unsupported protocol",
     "alert protocol version"},
    {"server with an outdated list", {"kms1", "old.crl", "df2", 0}, {DF2}, OUTDATED, "alert certificate expired"},
    {"server without a list of this authority",
     {"kms1", "other/ca.crl", "df2", 0},
     {DF2},
     "there is no revocation list of the authority of the peer's certificate",
     "alert decrypt error"},
    {"server of a wrong authority",
     {"other/kms1", "ca.crl", "df2", 0},
     {DF2},
     "alert unknown ca",
     REFUSED "unable to get local issuer certificate"},
    {"expired server",
     {"expired-kms1", "ca.crl", "df2", 0},
     {DF2},
     "alert certificate expired",
     REFUSED "certificate has expired"},
    {"server of a wrong name",
     {"kms2", "ca.crl", "df2", 0},
     {DF2},
     "alert bad certificate",
     REFUSED "hostname mismatch"},
    {"server whose name is only in its subject",
     {"nameless-kms1", "ca.crl", "df2", 0},
     {DF2},
     "alert bad certificate",
     REFUSED "hostname mismatch"},
    {"server with a wildcard",
     {"wildcard", "ca.crl", "df2", 0},
     {"df2", "ca.crl", "kms.example.com", 0},
     "alert bad certificate",
     REFUSED "hostname mismatch"},
    {"revoked server",
     {"revoked-kms1", "ca.crl", "df2", 0},
     {DF2},
     "alert certificate revoked",
     REFUSED "certificate revoked"},
    {"a client's certificate as a server's",
     {"client-kms1", "ca.crl", "df2", 0},
     {DF2},
     "alert unsupported certificate",
     REFUSED "unsuitable certificate purpose"},
    {"server whose usage is not stated",
     {"any-kms1", "ca.crl", "df2", 0},
     {DF2},
     "alert unsupported certificate",
     REFUSED "unsuitable certificate purpose"},
    {"server of TLS 1.2",
     {"kms1", "ca.crl", "df2", TLS1_2_VERSION},
     {DF2},
     "TLS failed: unsupported protocol",
     "alert protocol version"},
    {"client with an outdated list", {KMS}, {"df2", "old.crl", "kms1", 0}, "alert certificate expired", OUTDATED},
};

static SSL_CTX *make(enum tls_role role, const struct identity *identity)
{
    char why[256] = "";
    SSL_CTX *made;
    if (identity->certificate == NULL) {
        char path[128];
        snprintf(path, sizeof path, "%s/ca.crt", certificates);
        made = SSL_CTX_new(TLS_client_method());
        assert_non_null(made);
        assert_int_equal(SSL_CTX_load_verify_locations(made, path, NULL), 1);
        return made;
    }
    made = context_from(role, identity->certificate, identity->peer, identity->list, why, sizeof why);
    if (made == NULL) {
        fail_msg("%s: %s", identity->certificate, why);
    }
    if (identity->version != 0) {
        SSL_CTX_set_min_proto_version(made, identity->version);
        SSL_CTX_set_max_proto_version(made, identity->version);
    }
    return made;
}

static void check_text(const char *said, const char *expected)
{
    if (strncmp(expected, "alert ", 6) != 0) {
        assert_string_equal(said, expected);
        return;
    }
    assert_int_equal(strncmp(said, REFUSES_US, strlen(REFUSES_US)), 0);
    assert_true(strlen(said) > strlen(expected));
    assert_string_equal(said + strlen(said) - strlen(expected), expected);
}

/* The client's handshake may be over before the server has looked at its certificate: what it sends then must not
 * come through. */
static void try_refusal(const struct refusal *refusal)
{
    struct world world;
    struct side client = {0};
    bool sent = false;
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = make(TLS_CLIENT, &refusal->client);
    world_open(&world, make(TLS_SERVER, &refusal->server), &limits);
    side_connect(&world, &client, own, &limits);
    uint64_t until = loop_now() + PATIENCE_MS;
    while ((client.closed == 0 || world.server.closed == 0) && loop_now() < until) {
        loop_once(&world.loop, 20);
        if (!sent && client.opened > 0 && client.conn != NULL) {
            sent = conn_send(client.conn, "early", 5);
        }
    }
    if (client.closed != 1 || world.server.closed != 1) {
        fail_msg("%s: not refused", refusal->title);
    }
    print_message("%-44s server: %s\n%-44s client: %s\n", refusal->title, world.server.why, "", client.why);
    assert_int_equal(world.server.opened, 0);
    assert_int_equal(world.server.frames, 0);
    check_text(world.server.why, refusal->server_says);
    check_text(client.why, refusal->client_says);
    world_close(&world);
    SSL_CTX_free(own);
}

static void each_wrong_peer_is_refused_and_both_sides_say_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        try_refusal(&refusals[i]);
    }
}

static void the_right_peer_is_taken_over_tls_1_3(void **state)
{
    (void)state;
    struct world world;
    struct side client = {0};
    struct raw raw;
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    world.server.echo = true;
    side_connect(&world, &client, own, &limits);
    round_trip(&world, &client);
    assert_string_equal(conn_peer(client.conn), "kms1");
    assert_string_equal(conn_peer(world.server.conn), "df2");
    raw_open(&world, &raw, own);
    assert_string_equal(SSL_get_version(raw.ssl), "TLSv1.3");
    assert_int_equal(SSL_session_reused(raw.ssl), 0);
    raw_close(&raw);
    conn_free(client.conn);
    world_close(&world);
    SSL_CTX_free(own);
}

/* A list as openssl ca makes none: without the date of the next one. */
static void make_endless_list(void)
{
    char path[3][128];
    static const char *const files[] = {"ca.crt", "ca.key", "endless.crl"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(path[i], sizeof path[i], "%s/%s", certificates, files[i]);
    }
    FILE *in[2] = {fopen(path[0], "r"), fopen(path[1], "r")};
    FILE *out = fopen(path[2], "w");
    assert_true(in[0] != NULL && in[1] != NULL && out != NULL);
    X509 *authority = PEM_read_X509(in[0], NULL, NULL, NULL);
    EVP_PKEY *key = PEM_read_PrivateKey(in[1], NULL, NULL, NULL);
    X509_CRL *list = X509_CRL_new();
    ASN1_TIME *now = ASN1_TIME_set(NULL, 1700000000);
    assert_int_equal(X509_CRL_set_issuer_name(list, X509_get_subject_name(authority)), 1);
    assert_int_equal(X509_CRL_set1_lastUpdate(list, now), 1);
    assert_true(X509_CRL_sign(list, key, EVP_sha256()) > 0);
    assert_int_equal(PEM_write_X509_CRL(out, list), 1);
    ASN1_TIME_free(now);
    X509_CRL_free(list);
    EVP_PKEY_free(key);
    X509_free(authority);
    fclose(in[0]);
    fclose(in[1]);
    fclose(out);
}

static void tls_1_2_is_taken_where_that_is_asked_for(void **state)
{
    (void)state;
    struct world world;
    struct side client = {0};
    char path[4][128];
    char why[256] = "";
    const struct conn_limits limits = patient_limits();
    static const char *const names[] = {"kms1.crt", "kms1.key", "ca.crt", "ca.crl"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(path[i], sizeof path[i], "%s/%s", certificates, names[i]);
    }
    const struct tls_files files = {path[0], path[1], path[2], path[3], {"df2"}, 1, true, 0};
    SSL_CTX *other = tls_context(TLS_SERVER, &files, why, sizeof why);
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    assert_non_null(other);
    SSL_CTX_set_min_proto_version(own, TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(own, TLS1_2_VERSION);
    world_open(&world, other, &limits);
    world.server.echo = true;
    side_connect(&world, &client, own, &limits);
    round_trip(&world, &client);
    conn_free(client.conn);
    world_close(&world);
    SSL_CTX_free(own);
}

/* What cannot be checked later must not start. */
static void a_context_that_could_not_check_is_not_made(void **state)
{
    (void)state;
    static const struct {
        struct identity identity;
        const char *says;
    } wrong[] = {
        {{"df2", "none.crl", "kms1", 0}, "cannot read the revocation list"},
        {{"df2", "ca.crt", "kms1", 0}, "cannot read the revocation list"},
        {{"none", "ca.crl", "kms1", 0}, "cannot read the own certificate"},
        {{"weak-df2", "ca.crl", "kms1", 0}, "cannot read the own certificate: ee key too small"},
        {{"open-df2", "ca.crl", "kms1", 0}, "others than its owner may use the own private key's file"},
        {{"df2", "endless.crl", "kms1", 0}, "a revocation list does not say when the next one is due"},
        {{"df2", "ca.crl", NULL, 0}, "no name of a peer is configured"},
        {{"df2", "ca.crl", "", 0}, "a peer's name cannot be used"},
        {{"df2", "ca.crl", ".com", 0}, "a peer's name cannot be used"},
    };
    make_endless_list();
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const struct identity *identity = &wrong[i].identity;
        char why[256] = "";
        assert_null(context_from(TLS_CLIENT, identity->certificate, identity->peer, identity->list, why, sizeof why));
        print_message("%s\n", why);
        assert_int_equal(strncmp(why, wrong[i].says, strlen(wrong[i].says)), 0);
    }
}

/* Names are those of DNS, where case does not count; whoever keeps peers by name finds one spelling of each. */
static void a_name_is_compared_as_dns_compares_it(void **state)
{
    (void)state;
    struct world world;
    struct side client = {0};
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "capital-df2", "KMS1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    world.server.echo = true;
    side_connect(&world, &client, own, &limits);
    round_trip(&world, &client);
    assert_string_equal(conn_peer(client.conn), "KMS1");
    assert_string_equal(conn_peer(world.server.conn), "df2");
    conn_free(client.conn);
    world_close(&world);
    SSL_CTX_free(own);
}

static SSL_CTX *context_of_age(enum tls_role role, const char *name, const char *peer, uint32_t age_s, char *why,
                               size_t why_size)
{
    char path[4][128];
    static const char *const forms[] = {"crt", "key"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path[i], sizeof path[i], "%s/%s.%s", certificates, name, forms[i]);
        snprintf(path[2 + i], sizeof path[2 + i], "%s/ca.%s", certificates, i == 0 ? "crt" : "crl");
    }
    const struct tls_files files = {path[0], path[1], path[2], path[3], {peer}, 1, false, age_s};
    return tls_context(role, &files, why, why_size);
}

/* The list says that the next one is due in two days; this program may want a younger one. */
static void a_list_over_the_configured_age_is_refused(void **state)
{
    (void)state;
    static const char too_old[] = "a revocation list is older than is allowed here";
    char why[256] = "";
    ahead = 86400; /* of the list, by this program's clock */
    assert_null(context_of_age(TLS_CLIENT, "df2", "kms1", 86000, why, sizeof why));
    assert_string_equal(why, too_old);
    SSL_CTX *good = context_of_age(TLS_CLIENT, "df2", "kms1", 2 * 86400, why, sizeof why);
    assert_non_null(good);
    SSL_CTX_free(good);
    ahead = 0;
    good = context_of_age(TLS_CLIENT, "df2", "kms1", 86000, why, sizeof why);
    assert_non_null(good);
    SSL_CTX_free(good);
}

/* It was young enough when it was read: nobody new is taken, and who is there is not any more. */
static void a_list_that_grows_too_old_in_use_is_noticed(void **state)
{
    (void)state;
    struct world world;
    struct side before = {0};
    struct side after = {0};
    char why[256] = "";
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    SSL_CTX *server = context_of_age(TLS_SERVER, "kms1", "df2", 86400, why, sizeof why);
    assert_non_null(server);
    world_open(&world, server, &limits);
    world.server.echo = true;
    side_connect(&world, &before, own, &limits);
    round_trip(&world, &before);
    listener_renew(&world.listener, server);
    round_trip(&world, &before);
    ahead = 86400 + 1000; /* the list is a minute old at most, or this test a quarter of an hour */
    side_connect(&world, &after, own, &limits);
    run_until(&world.loop, world.server.closed == 1);
    assert_string_equal(world.server.why, OUTDATED);
    run_until(&world.loop, after.closed == 1);
    listener_renew(&world.listener, server);
    run_until(&world.loop, world.server.closed == 2);
    assert_string_equal(world.server.why, "the peer's certificate is not accepted any more");
    run_until(&world.loop, before.closed == 1);
    ahead = 0;
    world_close(&world);
    SSL_CTX_free(own);
}

static void a_key_of_another_certificate_is_not_taken(void **state)
{
    (void)state;
    char path[4][128];
    char why[256] = "";
    snprintf(path[0], sizeof path[0], "%s/df2.crt", certificates);
    snprintf(path[1], sizeof path[1], "%s/df3.key", certificates);
    snprintf(path[2], sizeof path[2], "%s/ca.crt", certificates);
    snprintf(path[3], sizeof path[3], "%s/ca.crl", certificates);
    struct tls_files files = {path[0], path[1], path[2], path[3], {"kms1"}, 1, false, 0};
    assert_null(tls_context(TLS_CLIENT, &files, why, sizeof why));
    assert_string_equal(why, "cannot use the own private key: key values mismatch");
    files.revoked = NULL;
    assert_null(tls_context(TLS_CLIENT, &files, why, sizeof why));
    assert_string_equal(why, "certificate, key, authorities and revocation list are all needed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_peer_is_taken_over_tls_1_3),
        cmocka_unit_test(each_wrong_peer_is_refused_and_both_sides_say_why),
        cmocka_unit_test(tls_1_2_is_taken_where_that_is_asked_for),
        cmocka_unit_test(a_context_that_could_not_check_is_not_made),
        cmocka_unit_test(a_name_is_compared_as_dns_compares_it),
        cmocka_unit_test(a_list_over_the_configured_age_is_refused),
        cmocka_unit_test(a_list_that_grows_too_old_in_use_is_noticed),
        cmocka_unit_test(a_key_of_another_certificate_is_not_taken),
    };
    return cmocka_run_group_tests(tests, certificates_make, certificates_remove);
}
