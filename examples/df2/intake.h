/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Where SIP messages come from: X2 over mutual TLS (intake_x2.c), HEP3 over UDP and TCP of this host only, since its
 * authentication key is plain text (intake_hep.c), and files (intake_files.c). When the outbox is full nothing more is
 * read; only what comes by UDP is then lost, which is counted and told.
 */
#ifndef DF2_INTAKE_H
#define DF2_INTAKE_H

#include <netinet/in.h>

#include "df2/hep_stream.h"
#include "transport/endpoint.h"

struct df2;

#define TRUSTED_MAX 64

/** An address whose P-Asserted-Identity counts. */
struct trusted {
    uint8_t address[16];
    size_t size;
    uint16_t port; /* 0: any */
};

/** All zero at first. */
struct intake {
    struct listener x2;
    SSL_CTX *x2_context;
    bool has_x2;
    char *x2_list; /* of the names of peers */
    const char *x2_peers[TLS_PEERS_MAX];
    size_t x2_peer_count;
    struct listener hep;
    struct hep_taker hep_taker;
    struct loop_watch hep_udp;
    bool has_hep;
    uint64_t hep_lost; /* datagrams for which there was no room */
    struct trusted trusted[TRUSTED_MAX];
    size_t trusted_count;
    bool has_trusted;
    int file_at; /* in the command line */
    bool files_done;
    uint64_t files_done_ms;
};

/** Takes the options and starts to listen; ends the program when something is wrong. */
void intake_open(struct df2 *df2);
void intake_close(struct df2 *df2);
/** There may be room again. */
void intake_resume(struct df2 *df2);
bool intake_renew(struct df2 *df2, char *why, size_t why_size);

/* Its parts. */
void intake_x2_open(struct df2 *df2, const char *address);
void intake_hep_open(struct df2 *df2, const char *address);
void intake_files_go_on(struct df2 *df2);
/** Is a source among those that are trusted? */
bool intake_trusts(const struct intake *intake, const uint8_t *address, size_t size, uint16_t port);

#endif
