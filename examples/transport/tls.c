/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "transport/private.h"

/*
 * What is kept with OpenSSL's objects: with a context, until when its oldest list counts; with a connection, the
 * certificate that its peer showed, which OpenSSL itself forgets when it refuses it. The places in its tables are
 * reserved once for the process, as OpenSSL has it.
 */
static int until_place = -1;
static int shown_place = -1;
static CRYPTO_ONCE places = CRYPTO_ONCE_STATIC_INIT;

static void free_until(void *parent, void *kept, CRYPTO_EX_DATA *data, int place, long number, void *more)
{
    (void)parent, (void)data, (void)place, (void)number, (void)more;
    free(kept);
}

static void free_shown(void *parent, void *kept, CRYPTO_EX_DATA *data, int place, long number, void *more)
{
    (void)parent, (void)data, (void)place, (void)number, (void)more;
    X509_free(kept);
}

static void reserve_places(void)
{
    until_place = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_until);
    shown_place = SSL_get_ex_new_index(0, NULL, NULL, NULL, free_shown);
}

static bool lists_are_young(const SSL_CTX *context)
{
    const time_t *until = SSL_CTX_get_ex_data(context, until_place);
    return until == NULL || time(NULL) <= *until;
}

static void keep_shown(SSL *ssl, X509_STORE_CTX *store)
{
    X509 *leaf = X509_STORE_CTX_get0_cert(store);
    if (leaf != NULL && SSL_get_ex_data(ssl, shown_place) == NULL && X509_up_ref(leaf) == 1 &&
        SSL_set_ex_data(ssl, shown_place, leaf) != 1) {
        X509_free(leaf);
    }
}

/* An extended key usage that is absent would allow everything; here it must be stated. */
static int on_verify(int ok, X509_STORE_CTX *store)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    X509 *certificate = X509_STORE_CTX_get_current_cert(store);
    keep_shown(ssl, store);
    if (ok == 1 && !lists_are_young(SSL_get_SSL_CTX(ssl))) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_CRL_HAS_EXPIRED);
        return 0;
    }
    if (ok != 1 || X509_STORE_CTX_get_error_depth(store) != 0 || certificate == NULL) {
        return ok;
    }
    uint32_t needed = SSL_is_server(ssl) ? XKU_SSL_CLIENT : XKU_SSL_SERVER;
    if ((X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE) == 0 ||
        (X509_get_extended_key_usage(certificate) & needed) == 0) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);
        return 0;
    }
    return ok;
}

#ifdef EXAMPLES_KEY_LOG
/* Of its owner alone, and no link to somewhere else. */
static int open_key_log(const char *path)
{
    struct stat status;
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
    if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != geteuid() ||
                    (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)) {
        close(fd);
        return -1;
    }
    return fd;
}

static void on_key_log(const SSL *ssl, const char *line)
{
    const char *path = getenv("SSLKEYLOGFILE");
    (void)ssl;
    int fd = path != NULL ? open_key_log(path) : -1;
    if (fd >= 0) {
        dprintf(fd, "%s\n", line);
        close(fd);
    }
}
#endif

static bool log_keys(SSL_CTX *context, char *why, size_t why_size)
{
    const char *path = getenv("SSLKEYLOGFILE");
    if (path == NULL) {
        return true;
    }
#ifdef EXAMPLES_KEY_LOG
    int fd = open_key_log(path);
    if (fd < 0) {
        snprintf(why, why_size, "SSLKEYLOGFILE names no file of this user's alone");
        return false;
    }
    close(fd);
    fprintf(stderr, "warning: SSLKEYLOGFILE is set: whoever reads that file reads these connections\n");
    SSL_CTX_set_keylog_callback(context, on_key_log);
#else
    (void)context, (void)why, (void)why_size;
    fprintf(stderr, "warning: SSLKEYLOGFILE is set, and this program was not built to heed it\n");
#endif
    return true;
}

static bool refuse(const char *what, char *why, size_t why_size)
{
    unsigned long code = ERR_get_error();
    const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;
    snprintf(why, why_size, "%s%s%s", what, reason != NULL ? ": " : "", reason != NULL ? reason : "");
    ERR_clear_error();
    return false;
}

/* Until when a list counts by its age; false when that is over, or cannot be told. */
static bool note_age(SSL_CTX *context, const X509_CRL *list, uint32_t age_s)
{
    struct tm parts;
    time_t *until = SSL_CTX_get_ex_data(context, until_place);
    if (age_s == 0) {
        return true;
    }
    if (ASN1_TIME_to_tm(X509_CRL_get0_lastUpdate(list), &parts) != 1) {
        return false;
    }
    time_t ends = timegm(&parts) + (time_t)age_s;
    if (until == NULL) {
        until = malloc(sizeof *until);
        if (until == NULL || SSL_CTX_set_ex_data(context, until_place, until) != 1) {
            free(until);
            return false;
        }
        *until = ends;
    }
    *until = ends < *until ? ends : *until;
    return lists_are_young(context);
}

/* What is wrong with a list by itself; NULL: nothing. Without the date of the next one it would do for ever. */
static const char *list_fault(SSL_CTX *context, const X509_CRL *list, uint32_t age_s)
{
    if (X509_CRL_get0_nextUpdate(list) == NULL) {
        return "a revocation list does not say when the next one is due";
    }
    return note_age(context, list, age_s) ? NULL : "a revocation list is older than is allowed here";
}

/* All lists of the file. */
static bool load_lists(SSL_CTX *context, const struct tls_files *files, char *why, size_t why_size)
{
    X509_STORE *store = SSL_CTX_get_cert_store(context);
    const char *path = files->revoked;
    BIO *file = BIO_new_file(path, "r");
    size_t count = 0;
    bool good = file != NULL;
    while (good) {
        X509_CRL *list = PEM_read_bio_X509_CRL(file, NULL, NULL, NULL);
        if (list == NULL) {
            break;
        }
        const char *fault = list_fault(context, list, files->list_age_s);
        if (fault != NULL) {
            snprintf(why, why_size, "%s", fault);
            X509_CRL_free(list);
            BIO_free(file);
            return false;
        }
        good = X509_STORE_add_crl(store, list) == 1;
        count += good;
        X509_CRL_free(list);
    }
    bool whole = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE; /* the end, and not a broken list */
    BIO_free(file);
    if (!good || count == 0 || !whole) {
        return refuse("cannot read the revocation list", why, why_size);
    }
    ERR_clear_error();
    return true;
}

static bool load_trust(SSL_CTX *context, const struct tls_files *files, char *why, size_t why_size)
{
    if (SSL_CTX_load_verify_locations(context, files->authorities, NULL) != 1) {
        return refuse("cannot read the authorities' certificates", why, why_size);
    }
    if (!load_lists(context, files, why, why_size)) {
        return false;
    }
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(files->authorities);
    if (names == NULL) {
        return refuse("cannot read the authorities' names", why, why_size);
    }
    SSL_CTX_set_client_CA_list(context, names);
    return true;
}

static bool set_checks(SSL_CTX *context, enum tls_role role, const struct tls_files *files, char *why, size_t why_size)
{
    X509_VERIFY_PARAM *param = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL | X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_purpose(param, role == TLS_CLIENT ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (files->peer_count == 0 || files->peer_count > TLS_PEERS_MAX) {
        return refuse("no name of a peer is configured", why, why_size);
    }
    for (size_t i = 0; i < files->peer_count; i++) {
        /* OpenSSL takes an empty name for no check at all, and one that begins with a dot for a whole domain. */
        if (files->peers[i][0] == '\0' || files->peers[i][0] == '.' ||
            X509_VERIFY_PARAM_add1_host(param, files->peers[i], 0) != 1) {
            return refuse("a peer's name cannot be used", why, why_size);
        }
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, on_verify);
    return true;
}

/* Whoever can read the key can be this program. */
static bool load_key(SSL_CTX *context, const struct tls_files *files, char *why, size_t why_size)
{
    if (!path_is_private(files->key)) {
        snprintf(why, why_size, "others than its owner may use the own private key's file");
        return false;
    }
    if (SSL_CTX_use_PrivateKey_file(context, files->key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        return refuse("cannot use the own private key", why, why_size);
    }
    return true;
}

/* By OpenSSL's own measure, not by that of the system's configuration. */
static bool set_versions(SSL_CTX *context, const struct tls_files *files, char *why, size_t why_size)
{
    SSL_CTX_set_security_level(context, 2);
    if (SSL_CTX_set_min_proto_version(context, files->allow_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) != 1) {
        return refuse("this OpenSSL has no TLS 1.3", why, why_size);
    }
    if (SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) {
        return refuse("this OpenSSL lacks the ciphers", why, why_size);
    }
    return true;
}

static bool configure(SSL_CTX *context, enum tls_role role, const struct tls_files *files, char *why, size_t why_size)
{
    if (!set_versions(context, files, why, why_size)) {
        return false;
    }
    /* A resumed session would skip the revocation list. */
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_options(context,
                        SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CLEANSE_PLAINTEXT);
    SSL_CTX_set_mode(context,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_use_certificate_chain_file(context, files->certificate) != 1) {
        return refuse("cannot read the own certificate", why, why_size);
    }
    if (!load_key(context, files, why, why_size) || !load_trust(context, files, why, why_size) ||
        !set_checks(context, role, files, why, why_size)) {
        return false;
    }
    return log_keys(context, why, why_size);
}

SSL_CTX *tls_context(enum tls_role role, const struct tls_files *files, char *why, size_t why_size)
{
    if (files->certificate == NULL || files->key == NULL || files->authorities == NULL || files->revoked == NULL) {
        snprintf(why, why_size, "certificate, key, authorities and revocation list are all needed");
        return NULL;
    }
    SSL_CTX *context = SSL_CTX_new(role == TLS_CLIENT ? TLS_client_method() : TLS_server_method());
    if (context == NULL || CRYPTO_THREAD_run_once(&places, reserve_places) != 1 || until_place < 0 || shown_place < 0) {
        SSL_CTX_free(context);
        refuse("cannot make a TLS context", why, why_size);
        return NULL;
    }
    if (!configure(context, role, files, why, why_size)) {
        SSL_CTX_free(context);
        return NULL;
    }
    return context;
}

/* What is wrong with the list is not the peer's fault, and is not for the peer to mend. */
static const char *own_fault(long verified)
{
    switch (verified) {
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_CRL_NOT_YET_VALID:
        return "the revocation list is outdated: nobody is accepted until there is a new one";
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
        return "there is no revocation list of the authority of the peer's certificate";
    default:
        return NULL;
    }
}

void tls_explain(SSL *ssl, int result, char *why, size_t why_size)
{
    int error = SSL_get_error(ssl, result);
    int system = errno;
    long verified = SSL_get_verify_result(ssl);
    unsigned long code = ERR_peek_error();
    const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;
    int library_reason = ERR_GET_REASON(code);

    if (own_fault(verified) != NULL) {
        snprintf(why, why_size, "%s", own_fault(verified));
    } else if (verified != X509_V_OK) {
        snprintf(why, why_size, "the peer's certificate is refused: %s", X509_verify_cert_error_string(verified));
    } else if (error == SSL_ERROR_ZERO_RETURN) {
        snprintf(why, why_size, "the peer closed the connection");
    } else if (library_reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
        snprintf(why, why_size, "the peer has no certificate");
    } else if (reason != NULL && ERR_GET_LIB(code) == ERR_LIB_SSL && library_reason >= SSL_AD_REASON_OFFSET) {
        snprintf(why, why_size, "the peer refuses us: %s", reason);
    } else if (library_reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        snprintf(why, why_size, "the connection broke");
    } else if (error == SSL_ERROR_SYSCALL) {
        snprintf(why, why_size, "the connection broke: %s", system != 0 ? strerror(system) : "no reason given");
    } else {
        snprintf(why, why_size, "TLS failed: %s", reason != NULL ? reason : "no reason given");
    }
    ERR_clear_error();
}

bool tls_set_server_name(SSL *ssl)
{
    const char *name = X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0);
    char copy[256]; /* OpenSSL's macro takes it for its own */
    return name == NULL ||
           ((size_t)snprintf(copy, sizeof copy, "%s", name) < sizeof copy && SSL_set_tlsext_host_name(ssl, copy) == 1);
}

bool tls_check_again(SSL *ssl, SSL_CTX *context)
{
    X509 *certificate = SSL_get0_peer_certificate(ssl);
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    bool good =
        certificate != NULL && check != NULL && lists_are_young(context) &&
        X509_STORE_CTX_init(check, SSL_CTX_get_cert_store(context), certificate, SSL_get_peer_cert_chain(ssl)) == 1 &&
        X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(check), SSL_CTX_get0_param(context)) == 1 &&
        X509_verify_cert(check) == 1;
    X509_STORE_CTX_free(check);
    ERR_clear_error();
    return good;
}

const char *tls_peer_name(SSL *ssl)
{
    const char *name = SSL_get0_peername(ssl);
    const char *configured = NULL;
    for (int i = 0; name != NULL; i++) {
        configured = X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), i);
        if (configured == NULL || strcasecmp(configured, name) == 0) {
            break;
        }
    }
    return configured != NULL ? configured : "";
}

const X509 *tls_shown(SSL *ssl)
{
    return shown_place >= 0 ? SSL_get_ex_data(ssl, shown_place) : NULL;
}
