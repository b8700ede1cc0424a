/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls written line by line, and what must come of them. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "unit/collector/tap.h"

/* MIKEY messages by name. A CSB ID each: 1 unless said. */
enum script_mikey {
    NO_MIKEY,
    INIT1,       /* F = 1 */
    INIT1_FALSE, /* the same CSB ID, other octets */
    RESP1,
    RESP1_OTHER,
    UPDATE,      /* without TICKET, V = 1 */
    UPDATE_RESP,
    UPDATE_BACK, /* likewise, other octets */
    UPDATE_BACK_RESP,
    UPDATE_ALONE, /* V = 0 */
    UPDATE_TICKET, /* repeats the TICKET, V = 1 */
    INIT2,       /* CSB ID 2 */
    RESP2,
    INIT_ALONE,  /* CSB ID 3, F = 0 */
    MIKEY_ERROR,
    MIKEY_BROKEN,
    INIT_NAMED,    /* CSB ID 4: IDRi and IDRr name others than the ticket does */
    RESP_NAMED,    /* IDRr names another again */
    INIT_NAMELESS, /* CSB ID 5: a ticket without IDRi */
    RESP_NAMELESS,
    RESP1_ZOE,   /* IDRr is sip:zoe@example.com */
    RESP2_CAROL, /* IDRr is sip:carol@example.com */
    SCRIPT_MIKEYS
};

#define SCRIPT_PLAIN 1u      /* SDP without a key */
#define SCRIPT_RELIABLE 2u   /* RSeq is `rseq` */
#define SCRIPT_UNTRUSTED 4u
#define SCRIPT_SESSION 8u    /* the key at session level */
#define SCRIPT_WAIT 16u      /* let `cseq` seconds pass instead of a message */

struct script_line {
    const char *what; /* method, or "NNN METHOD" for a response */
    unsigned int cseq;
    const char *from; /* tag */
    const char *to;   /* tag, NULL before it is known */
    enum script_mikey mikey;
    unsigned int flags;
    unsigned int rseq;    /* of a reliable response, or of RAck */
    unsigned int answers; /* CSeq in RAck */
    const char *asserted; /* URI */
    const char *uri;      /* Request-URI; NULL: the callee's */
    const char *call;     /* Call-ID; NULL: call@example.com */
    const char *extra;    /* a further header line */
    const char *long_extra; /* likewise, of any length */
    const char *sdp;      /* the whole description, where {INIT1} stands for that message in base64 */
    const char *early;    /* likewise, of a second part whose disposition is early-session */
    const char *disposition; /* or this one */
};

/* What must be told: an exchange, or a reason. */
struct script_want {
    enum script_mikey init;
    enum script_mikey resp;
    enum script_mikey update;
    enum script_mikey update_resp;
    bool contradicting;
    enum xk_incomplete_reason reason;
    enum xk_role role; /* of the target; XK_ROLE_NONE: any */
};

struct script {
    const char *name;
    const struct script_line *lines;
    size_t line_count;
    const struct script_want *wants;
    size_t want_count;
    bool in_order; /* the order matters: not shuffled */
};

/* The octets of a MIKEY message. */
struct xk_bytes script_mikey(enum script_mikey name);

/* Writes a line as SIP; its octets are valid until the next call. */
struct xk_bytes script_sip(const struct script_line *line);

/* Gives all lines to a collector that watches `identity`, in an order of `seed` (0: as written), each `copies` times,
 * lets time pass, and holds what was told against `wants`, in any order. */
void script_run(struct tap *tap, const struct script *script, const char *identity, unsigned int seed,
                unsigned int copies);

/* The same in many orders. */
void script_try(const struct script *script, const char *identity);

#endif
