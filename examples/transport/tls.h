/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the example programs demand of TLS: version 1.3 (1.2 where that is asked for), both sides with a certificate of
 * the configured authority, its name the configured peer's, its extended key usage that of its role (stated, not merely
 * not contradicted), not on the revocation list; keys and signatures of OpenSSL's security level 2 or better, whatever
 * the system's configuration says. The list is mandatory, it must say when the next one is due, and an outdated one, or
 * one over a configured age, refuses everybody: the transport fails closed. It is read once, with the certificates: to
 * honour a newer list a program makes a new context. Names are compared as DNS compares them, so that DF2 is df2.
 */
#ifndef TRANSPORT_TLS_H
#define TRANSPORT_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

/** Names of peers that one context takes at most. */
#define TLS_PEERS_MAX 8

/** Which side of the connection this program is on. */
enum tls_role { TLS_CLIENT = 1, TLS_SERVER = 2 };

/** Files in PEM, and names as they stand in the certificates' DNS subjectAltName, no wildcards. All borrowed. */
struct tls_files {
    const char *certificate;          /* own, chain included */
    const char *key;                  /* refused when others than its owner may read it */
    const char *authorities;          /* that the peer's certificate may come from */
    const char *revoked;              /* revocation lists of these authorities */
    const char *peers[TLS_PEERS_MAX]; /* names that the peer may have; at least one */
    size_t peer_count;
    bool allow_1_2;      /* TLS 1.2 too, with ECDHE and AEAD only */
    uint32_t list_age_s; /* of a revocation list, from its thisUpdate on, until it counts as outdated; 0: no bound */
};

/**
 * Makes a context, or NULL with one line in `why`.
 *
 * In a build that asks for it (XK_EXAMPLES_KEY_LOG), and where the environment has SSLKEYLOGFILE, the secrets of the
 * connections are appended to that file for Wireshark, and a warning is printed; the file must be its owner's alone.
 * Otherwise none is written anywhere.
 */
SSL_CTX *tls_context(enum tls_role role, const struct tls_files *files, char *why, size_t why_size);

/** One line about why a handshake or connection failed, from the verification result and the error queue. */
void tls_explain(SSL *ssl, int result, char *why, size_t why_size);

/** Names the peer that a client wants to talk to: the first one that its context knows. False when it cannot. */
bool tls_set_server_name(SSL *ssl);

/** The certificate that the peer showed, refused or not; NULL before it has shown one. Valid as long as `ssl`. */
const X509 *tls_shown(SSL *ssl);

/** Would the authenticated peer be taken by a context that was made anew, or by its own today? */
bool tls_check_again(SSL *ssl, SSL_CTX *context);

/**
 * The name of the authenticated peer, spelt as it was configured, whatever the case in its certificate; "" before there
 * is one. Valid as long as `ssl`.
 */
const char *tls_peer_name(SSL *ssl);

#endif
