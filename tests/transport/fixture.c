/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

char certificates[64];

pid_t start_program(const char *const *arguments, const char *log)
{
    pid_t pid = fork();
    if (pid == 0) {
        sigset_t none;
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves none behind */
        int fd = log != NULL ? open(log, O_WRONLY | O_CREAT | O_APPEND, 0600) : STDOUT_FILENO;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        if (dup2(fd, STDOUT_FILENO) >= 0) {
            execv(arguments[0], (char *const *)(uintptr_t)arguments);
        }
        _exit(127);
    }
    assert_true(pid > 0);
    return pid;
}

void run_program(const char *const *arguments)
{
    int status = -1;
    pid_t pid = start_program(arguments, NULL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

int certificates_make(void **state)
{
    (void)state;
    snprintf(certificates, sizeof certificates, "/tmp/xk-transport-XXXXXX");
    if (mkdtemp(certificates) == NULL) {
        return -1;
    }
    run_program((const char *const[]){XK_TEST_CERTIFICATES, XK_EXAMPLES, certificates, NULL});
    return 0;
}

int certificates_remove(void **state)
{
    (void)state;
    run_program((const char *const[]){"/bin/rm", "-rf", certificates, NULL});
    return 0;
}

SSL_CTX *context_from(enum tls_role role, const char *certificate, const char *peer, const char *list, char *why,
                      size_t why_size)
{
    char path[4][PATH_MAX];
    snprintf(path[0], sizeof path[0], "%s/%s.crt", certificates, certificate);
    snprintf(path[1], sizeof path[1], "%s/%s.key", certificates, certificate);
    snprintf(path[2], sizeof path[2], "%s/ca.crt", certificates);
    snprintf(path[3], sizeof path[3], "%s/%s", certificates, list);
    const struct tls_files files = {path[0], path[1], path[2], path[3], {peer}, peer != NULL ? 1 : 0, false, 0};
    return tls_context(role, &files, why, why_size);
}

SSL_CTX *context(enum tls_role role, const char *certificate, const char *peer)
{
    char why[256] = "";
    SSL_CTX *made = context_from(role, certificate, peer, "ca.crl", why, sizeof why);
    if (made == NULL) {
        fail_msg("%s", why);
    }
    return made;
}

struct conn_limits patient_limits(void)
{
    struct conn_limits limits;
    conn_limits_init(&limits);
    limits.handshake_ms = limits.frame_ms = limits.write_ms = 10 * PATIENCE_MS;
    return limits;
}

static void on_open(struct conn *conn, void *user)
{
    struct side *side = user;
    side->conn = conn;
    side->opened++;
}

static enum conn_reply on_frame(struct conn *conn, uint8_t *data, size_t size, void *user)
{
    struct side *side = user;
    if (side->echo && !conn_send(conn, data, size)) {
        return CONN_LATER;
    }
    if (!side->echo && side->reply != 0 && side->reply != CONN_TAKEN) {
        return side->reply;
    }
    side->frames++;
    side->size = size;
    if (size > 0) {
        memcpy(side->octets, data, size < sizeof side->octets ? size : sizeof side->octets);
    }
    if (side->on_frame != NULL) {
        side->on_frame(side, data, size);
    }
    return CONN_TAKEN;
}

static void on_drained(struct conn *conn, void *user)
{
    struct side *side = user;
    side->drained++;
    if (side->echo) {
        conn_resume(conn);
    }
}

static void on_closed(struct conn *conn, const char *why, void *user)
{
    struct side *side = user;
    side->closed++;
    snprintf(side->why, sizeof side->why, "%s", why);
    if (side->conn == conn) {
        side->conn = NULL;
    }
}

struct conn_events side_events(struct side *side)
{
    return (struct conn_events){
        .open = on_open, .frame = on_frame, .drained = on_drained, .closed = on_closed, .user = side};
}

void world_open(struct world *world, SSL_CTX *server, const struct conn_limits *limits)
{
    char why[160] = "";
    const struct conn_events events = side_events(&world->server);
    memset(world, 0, sizeof *world);
    assert_true(loop_open(&world->loop));
    if (!listener_open(&world->listener, &world->loop, server, "127.0.0.1:0", limits, &events, why, sizeof why)) {
        fail_msg("%s", why);
    }
    snprintf(world->address, sizeof world->address, "127.0.0.1:%d", listener_port(&world->listener));
}

void world_close(struct world *world)
{
    listener_close(&world->listener);
    SSL_CTX_free(world->listener.context);
    loop_close(&world->loop);
}

int connect_tcp(int port)
{
    const struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

void side_connect(struct world *world, struct side *side, SSL_CTX *context, const struct conn_limits *limits)
{
    const struct conn_events events = side_events(side);
    int fd = connect_tcp(listener_port(&world->listener));
    side->conn = conn_start(&world->loop, context, TLS_CLIENT, fd, limits, &events);
    assert_non_null(side->conn);
}

void round_trip(struct world *world, struct side *side)
{
    static uint64_t number;
    size_t before = side->frames;
    run_until(&world->loop, side->opened > 0 || side->conn == NULL);
    if (side->conn == NULL) {
        fail_msg("no connection for a round trip: %s", side->why);
    }
    number++;
    assert_true(conn_send(side->conn, &number, sizeof number));
    run_until(&world->loop, side->frames > before);
    assert_int_equal(side->size, sizeof number);
    assert_memory_equal(side->octets, &number, sizeof number);
}

/* One attempt of `result`'s operation has been made: is another one needed, after the loop has run? */
static bool again(struct world *world, struct raw *raw, int result)
{
    int error = SSL_get_error(raw->ssl, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        return false;
    }
    loop_once(&world->loop, 5);
    return true;
}

void raw_open(struct world *world, struct raw *raw, SSL_CTX *context)
{
    uint64_t until = loop_now() + PATIENCE_MS;
    size_t opened = world->server.opened;
    int result;
    raw->fd = connect_tcp(listener_port(&world->listener));
    raw->ssl = SSL_new(context);
    assert_non_null(raw->ssl);
    assert_int_equal(SSL_set_fd(raw->ssl, raw->fd), 1);
    do {
        result = SSL_connect(raw->ssl);
    } while (result != 1 && again(world, raw, result) && loop_now() < until);
    assert_int_equal(result, 1);
    run_until(&world->loop, world->server.opened > opened);
}

void raw_write(struct world *world, struct raw *raw, const void *data, size_t size)
{
    uint64_t until = loop_now() + PATIENCE_MS;
    int result;
    do {
        result = SSL_write(raw->ssl, data, (int)size);
    } while (result <= 0 && again(world, raw, result) && loop_now() < until);
    assert_int_equal(result, (int)size);
}

void raw_close(struct raw *raw)
{
    SSL_free(raw->ssl);
    close(raw->fd);
}
