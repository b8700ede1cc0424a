/* SPDX-License-Identifier: BSD-2-Clause */
/* A whole exchange of one Crypto Session from a few choices: the ticket issued, the messages built, the KMS asked. */
#ifndef XK_TEST_KMS_SCENARIO_H
#define XK_TEST_KMS_SCENARIO_H

#include <xk_kms/issue.h>
#include <xk_kms/kms.h>

#define BASE_FLAGS (XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_E | XK_MIKEY_FLAG_H)
#define FORKING_FLAGS (BASE_FLAGS | XK_MIKEY_FLAG_F | XK_MIKEY_FLAG_G | XK_MIKEY_FLAG_I)

extern const uint8_t scenario_mpk[64]; /* the first 16 octets, unless the setting says otherwise */
extern const uint8_t scenario_tpk[64]; /* likewise */
extern const uint8_t scenario_secret[16]; /* every key that key_of() makes */
extern const uint8_t scenario_salt[14];
extern const uint8_t scenario_rand[64]; /* likewise, for every RAND */

struct setting {
    uint16_t type;
    unsigned int flags; /* forking by flag I */
    struct xk_mikey_key_data ticket_key;
    struct xk_mikey_key_data init_key;
    struct xk_mikey_key_data resp_key;
    struct xk_mikey_key_data update_key; /* in the update's INIT */
    struct xk_mikey_key_data update_resp_key;
    struct xk_mikey_key_data more[5]; /* a second key of each: ticket, INIT, RESP, and the messages of the update */
    const char *spis[4]; /* that INIT, RESP and the update's messages name; NULL: that of key_of(); "" for none */
    size_t rand_ticket, rand_i, rand_r, rand_kms, mpk_size, tpk_size; /* 0 for 16 */
    struct xk_bytes policy; /* parameters of an SP payload for the Crypto Session */
    struct xk_bytes update_policy; /* of the update's INIT; absent: the same as `policy` */
    struct xk_bytes ticket_policy;        /* instead of Alice's and Bob's identities */
    const struct xk_mikey_ticket *ticket; /* instead of one that is issued */
    struct xk_mikey_time time;            /* T of the INIT */
    bool resp_later;                      /* T of the RESP is another */
    bool other_header_prf;                /* the common header has the PRF that the ticket has not */
    bool update;
    bool no_spi;
    bool no_policies; /* the Crypto Session of the INIT names none */
    bool other_protocol;
    bool bare; /* no IDRi and IDRr in INIT and RESP */
    bool unnamed; /* the ticket names no IDRi either */
    bool init_names_responder; /* though it is bare */
    bool resp_names_responder; /* likewise */
    const char *dialled; /* whom the INIT names, though Bob answers; the update names nobody. NULL: Bob himself */
    unsigned int prf;
    enum xk_kms_suite suite;
    bool other_message_suite; /* the messages have that which the ticket has not */
    enum xk_kms_encryption encryption; /* of the KEMACs of the messages and of the ticket */
    struct xk_kms_options made;    /* the readings of those who issue */
    struct xk_kms_options options; /* those of the KMS */
    enum xk_failure (*open_ticket)(const struct xk_mikey_ticket *ticket, struct xk_kms_opened_ticket *opened,
                                   void *user);
    bool foreign; /* the ticket names a KMS that is not ours */
    enum xk_failure (*resolved_ticket)(const struct xk_mikey_ticket *ticket, struct xk_bytes responder,
                                       struct xk_bytes rand_kms, struct xk_kms_opened_ticket *opened, void *user);
};

/* What the KMS told while it answered. */
#define NOTICES_MAX 16
struct notices {
    struct {
        enum xk_kms_notice notice;
        int cs_id;
    } told[NOTICES_MAX];
    size_t count;
};

/* What was built; the octets may be changed before scenario_ask(). */
struct scenario {
    uint8_t init[4096], resp[2048], update_init[2048], update_resp[2048];
    struct xk_get_keys message;
    uint8_t key_space[512];
    size_t key_space_size;
    struct xk_kms_context *context; /* NULL: none */
    bool no_sessions;        /* none is asked for */
    bool twice;              /* the one is asked for again, which is answered by `second` */
    struct xk_session_result second;
    bool related;            /* the relation was checked before */
    bool no_key;             /* the KMS has no ticket protection key */
    unsigned int wrong_keys; /* it has so many that do not fit before the one that does */
    size_t tpk_size;
    unsigned int keys_asked;
    struct notices notices;
    const char *field; /* of the answer */
    struct xk_bytes referral;
    void (*alter)(struct xk_exchange *exchange); /* what the reader made of it; NULL: as it is */
};

struct xk_mikey_key_data key_of(unsigned int type, bool salted);
struct setting base(void);
struct xk_mikey_identity party(unsigned int role);

/* XK_OK, or what the builders said. */
enum xk_status scenario_build(const struct setting *setting, struct scenario *scenario);

/* The result of Crypto Session 5, or the failure of the whole query in its place. */
struct xk_session_result scenario_ask(const struct setting *setting, struct scenario *scenario);

/* Was this told, of the exchange (-1) or a Crypto Session? */
bool scenario_told(const struct scenario *scenario, enum xk_kms_notice notice, int cs_id);

/* Both; the building must succeed. */
struct xk_session_result resolve(const struct setting *setting);

#endif
