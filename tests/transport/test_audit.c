/* SPDX-License-Identifier: BSD-2-Clause */
/* Who connected and who was refused, as the file and the system's log are told. */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "transport/audit.h"

#define TEXT_MAX 65536
#define TIME "^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z test "

static char text[TEXT_MAX];

static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", certificates, name);
    return path;
}

/* How many lines the file has; it stays in `text`. */
static size_t read_lines(const char *path)
{
    size_t count = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    for (size_t i = 0; i < size; i++) {
        count += text[i] == '\n';
    }
    return count;
}

/* The line of that number, from 0, is as the expression says. */
static void check_line(size_t number, const char *expression)
{
    char *at = text;
    char line[1024];
    regex_t compiled;
    for (size_t i = 0; i < number; i++) {
        at = strchr(at, '\n');
        assert_non_null(at);
        at++;
    }
    snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
    assert_int_equal(regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB), 0);
    if (regexec(&compiled, line, 0, NULL, 0) != 0) {
        fail_msg("not as expected: %s", line);
    }
    regfree(&compiled);
}

static void open_audit(struct audit *audit, struct loop *loop, const char *where)
{
    char why[160] = "";
    if (!audit_open(audit, loop, "test", where, why, sizeof why)) {
        fail_msg("%s", why);
    }
}

static void try_peer(struct world *world, const char *certificate, bool good)
{
    struct side client = {0};
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, certificate, "kms1");
    size_t closed = world->server.closed;
    side_connect(world, &client, own, &limits);
    if (good) {
        round_trip(world, &client);
        conn_free(client.conn);
    } else {
        run_until(&world->loop, client.closed == 1);
    }
    run_until(&world->loop, world->server.closed == closed + 1);
    SSL_CTX_free(own);
}

/* Each end is told once by each of the two, who share one loop here. */
static void who_came_and_who_was_refused_is_told_with_the_certificate(void **state)
{
    (void)state;
    static struct world world;
    struct audit audit;
    const struct conn_limits limits = patient_limits();
    char *path = strdup(path_of("peers.audit"));
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    open_audit(&audit, &world.loop, path);
    world.server.echo = true;
    world.loop.audit = &audit;
    try_peer(&world, "df2", true);
    assert_int_equal(read_lines(path), 4);
    /* TLS 1.3: the client is done before the server has seen its certificate. */
    check_line(0, TIME "connected - name=kms1 serial=[0-9a-f]{2,40} subject=\"CN=kms1\"$");
    check_line(1, TIME "accepted 127.0.0.1:[0-9]+ name=df2 serial=[0-9a-f]{2,40} subject=\"CN=df2\"$");
    check_line(2, TIME "ended - name=kms1 serial=[0-9a-f]{2,40} subject=\"CN=kms1\" reason=\"this end stops\"$");
    check_line(3, TIME "ended 127.0.0.1:[0-9]+ name=df2 serial=[0-9a-f]{2,40} subject=\"CN=df2\" reason=\"[^\"]+\"$");
    assert_int_equal(truncate(path, 0), 0);
    try_peer(&world, "revoked-df2", false);
    try_peer(&world, "other/df2", false);
    try_peer(&world, "df3", false);
    assert_int_equal(audit.counts[AUDIT_REFUSED], 3);
    assert_int_equal(audit.counts[AUDIT_ACCEPTED], 1);
    size_t lines = read_lines(path);
    size_t refused = 0;
    for (size_t i = 0; i < lines; i++) {
        static const char *const expected[] = {
            TIME "refused 127.0.0.1:[0-9]+ serial=[0-9a-f]+ subject=\"CN=df2\" reason=\"[^\"]*certificate revoked\"$",
            TIME "refused 127.0.0.1:[0-9]+ serial=[0-9a-f]+ subject=\"CN=df2\" reason=\"[^\"]*local issuer[^\"]*\"$",
            TIME "refused 127.0.0.1:[0-9]+ serial=[0-9a-f]+ subject=\"CN=df3\" reason=\"[^\"]*hostname mismatch\"$"};
        char *at = text;
        for (size_t k = 0; k < i; k++) {
            at = strchr(at, '\n') + 1;
        }
        if (strncmp(at + 30, "refused", 7) == 0) {
            assert_true(refused < 3);
            check_line(i, expected[refused++]);
        }
    }
    assert_int_equal(refused, 3);
    world_close(&world);
    audit_close(&audit);
    free(path);
}

static void what_a_peer_has_in_its_subject_steers_nothing(void **state)
{
    (void)state;
    static struct world world;
    struct audit audit;
    const struct conn_limits limits = patient_limits();
    char *path = strdup(path_of("odd.audit"));
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    open_audit(&audit, &world.loop, path);
    world.server.echo = true;
    world.loop.audit = &audit;
    try_peer(&world, "odd-df2", true);
    assert_int_equal(read_lines(path), 4);
    check_line(1, TIME "accepted [^ ]+ name=df2 serial=[0-9a-f]+ subject=\"CN=df2[\\]x5c[\\]x22[\\]x5c0A[\\]x5c1B\\[2J"
                       "[\\]x5c[\\]x5cx\"$");
    for (const char *at = text; *at != '\0'; at++) {
        assert_true(*at == '\n' || (*at >= 0x20 && *at < 0x7f));
    }
    world_close(&world);
    audit_close(&audit);
    free(path);
}

static const struct sockaddr_storage *some_address(void)
{
    static struct sockaddr_storage out;
    const struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(7), .sin_addr.s_addr = htonl(0xc0000207)};
    memcpy(&out, &at, sizeof at);
    return &out;
}

static void tell(struct audit *audit, enum audit_word word)
{
    audit_tell(audit, &(struct audit_event){.word = word, .address = some_address(), .reason = "because"});
}

/* Ten thousand at once would take a quarter of an hour to be within the budget. */
static void a_flood_does_not_fill_the_disk_and_hides_nothing(void **state)
{
    (void)state;
    struct loop loop;
    struct audit audit;
    char *path = strdup(path_of("flood.audit"));
    assert_true(loop_open(&loop));
    open_audit(&audit, &loop, path);
    for (int i = 0; i < 10000; i++) {
        tell(&audit, AUDIT_REFUSED);
    }
    tell(&audit, AUDIT_ACCEPTED);
    size_t lines = read_lines(path);
    assert_true(lines >= AUDIT_BURST + 1);
    assert_true(lines < 9000);
    check_line(0, TIME "refused 192[.]0[.]2[.]7:7 serial=- subject=- reason=\"because\"$");
    check_line(lines - 1, TIME "accepted 192.0.2.7:7 serial=- subject=- reason=\"because\"$");
    assert_int_equal(audit.counts[AUDIT_REFUSED], 10000);
    assert_int_equal(audit.suppressed_total, 10001 - lines);
    assert_true(audit.timer.armed);
    audit_close(&audit);
    char expected[128];
    snprintf(expected, sizeof expected, TIME "suppressed refused=%zu$", 10001 - lines);
    assert_int_equal(read_lines(path), lines + 1);
    check_line(lines, expected);
    loop_close(&loop);
    free(path);
}

/* By its own timer too, when nothing else is written. */
static void what_was_suppressed_is_told_soon(void **state)
{
    (void)state;
    struct loop loop;
    struct audit audit;
    char *path = strdup(path_of("soon.audit"));
    assert_true(loop_open(&loop));
    open_audit(&audit, &loop, path);
    while (audit.suppressed_total == 0) {
        tell(&audit, AUDIT_ENDED);
    }
    size_t lines = read_lines(path);
    run_until(&loop, !audit.timer.armed);
    assert_int_equal(read_lines(path), lines + 1);
    check_line(lines, TIME "suppressed ended=1$");
    audit_close(&audit);
    assert_int_equal(read_lines(path), lines + 1);
    loop_close(&loop);
    free(path);
}

static void a_file_that_was_moved_away_is_begun_anew(void **state)
{
    (void)state;
    struct loop loop;
    struct audit audit;
    struct stat status;
    char why[160] = "";
    char *path = strdup(path_of("moved.audit"));
    char *old = strdup(path_of("moved.audit.1"));
    assert_true(loop_open(&loop));
    open_audit(&audit, &loop, path);
    tell(&audit, AUDIT_ACCEPTED);
    assert_int_equal(rename(path, old), 0);
    tell(&audit, AUDIT_ENDED);
    assert_true(audit_reopen(&audit, why, sizeof why));
    tell(&audit, AUDIT_REFUSED);
    assert_int_equal(read_lines(old), 2);
    assert_int_equal(read_lines(path), 1);
    check_line(0, TIME "refused ");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    /* What has taken its place meanwhile is not written to: it goes on where it was. */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(old, path), 0);
    assert_false(audit_reopen(&audit, why, sizeof why));
    assert_string_equal(why, "the audit file cannot be opened: Too many levels of symbolic links");
    tell(&audit, AUDIT_REFUSED);
    assert_int_equal(audit.lost, 0);
    assert_int_equal(read_lines(old), 2);
    audit_close(&audit);
    loop_close(&loop);
    free(path);
    free(old);
}

static void a_file_that_is_not_its_own_is_refused(void **state)
{
    (void)state;
    struct loop loop;
    struct audit audit;
    char why[160] = "";
    char *path = strdup(path_of("open.audit"));
    assert_true(loop_open(&loop));
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_int_equal(fchmod(fd, 0640), 0);
    close(fd);
    assert_false(audit_open(&audit, &loop, "test", path, why, sizeof why));
    assert_string_equal(why, "the audit file is no file of this user's alone");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(audit_open(&audit, &loop, "test", path, why, sizeof why));
    assert_false(audit_open(&audit, &loop, "test", certificates, why, sizeof why));
    assert_string_equal(why, "the audit file cannot be opened: Is a directory");
    assert_false(audit_open(&audit, &loop, "test", path_of("none/audit"), why, sizeof why));
    assert_string_equal(why, "the audit file cannot be opened: No such file or directory");
    loop_close(&loop);
    free(path);
}

static void a_line_that_cannot_be_written_is_counted(void **state)
{
    (void)state;
    struct loop loop;
    struct audit audit;
    assert_true(loop_open(&loop));
    open_audit(&audit, &loop, path_of("full.audit"));
    close(audit.fd);
    audit.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(audit.fd >= 0);
    tell(&audit, AUDIT_ACCEPTED);
    assert_int_equal(audit.lost, 1);
    audit_close(&audit);
    loop_close(&loop);
}

static void the_systems_log_has_priorities(void **state)
{
    (void)state;
    struct loop loop;
    struct audit audit;
    char where[160];
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%.40s/log", certificates);
    snprintf(where, sizeof where, "syslog:%s", at.sun_path);
    int log = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(log, (const struct sockaddr *)&at, sizeof at), 0);
    assert_true(loop_open(&loop));
    open_audit(&audit, &loop, where);
    tell(&audit, AUDIT_ACCEPTED);
    tell(&audit, AUDIT_REFUSED);
    for (int i = 0; i < 2; i++) {
        char expected[160];
        ssize_t size = recv(log, text, sizeof text - 1, 0);
        assert_true(size > 0);
        text[size] = '\0';
        snprintf(expected, sizeof expected,
                 "^<%d>test\\[[0-9]+]: %s 192.0.2.7:7 serial=- subject=- reason=\"because\"$", i == 0 ? 86 : 84,
                 i == 0 ? "accepted" : "refused"); /* authpriv.info, authpriv.warning */
        check_line(0, expected);
    }
    close(log);
    tell(&audit, AUDIT_REFUSED);
    assert_int_equal(audit.lost, 1);
    audit_close(&audit);
    loop_close(&loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_came_and_who_was_refused_is_told_with_the_certificate),
        cmocka_unit_test(what_a_peer_has_in_its_subject_steers_nothing),
        cmocka_unit_test(a_flood_does_not_fill_the_disk_and_hides_nothing),
        cmocka_unit_test(what_was_suppressed_is_told_soon),
        cmocka_unit_test(a_file_that_was_moved_away_is_begun_anew),
        cmocka_unit_test(a_file_that_is_not_its_own_is_refused),
        cmocka_unit_test(a_line_that_cannot_be_written_is_counted),
        cmocka_unit_test(the_systems_log_has_priorities),
    };
    return cmocka_run_group_tests(tests, certificates_make, certificates_remove);
}
