/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Whole MIKEY-TICKET exchanges, as two phones and their KMS make them: a ticket, TRANSFER_INIT, TRANSFER_RESP and, if
 * wanted, a CSB update, all under their MACs, and the keys that both phones then have.
 *
 * For tests of a real KMS and of what stands before it; the fake KMS of kms.h takes any exchange and checks no MAC.
 * Each reading of what RFC 6043 leaves open can be made: a KMS with the same struct xk_kms_options takes the exchange;
 * one with the other reading refuses it, where the two differ.
 *
 * The only header of the kit that needs xk_kms: xk_test.h does not include it, and a test that uses it links xk_kms
 * beside xk_test.
 *
 * | reading | where it shows |
 * |---|---|
 * | vr_prf, message_prf | `header_prf` is not `ticket_prf`; the KMS then needs `allow_mixed` |
 * | resp_time | a key in the KEMAC of a TRANSFER_RESP, which comes two seconds after its TRANSFER_INIT |
 * | update_key | an update |
 * | update_identity | an update of a call that another answered than was dialled |
 *
 * The exchange is for tests: AES-CM-128 with HMAC-SHA1-80, 128-bit keys throughout, key forking, tickets of one day.
 */
#ifndef XK_TEST_EXCHANGE_H
#define XK_TEST_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/message.h>
#include <xk/status.h>
#include <xk_kms/kms.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XK_TEST_EXCHANGE_SESSIONS_MAX 4 /**< Crypto Sessions of an exchange */
#define XK_TEST_EXCHANGE_SALT_SIZE 14   /**< octets of an SRTP master salt */
#define XK_TEST_EXCHANGE_KEY_SIZE 16    /**< octets of an SRTP master key */

/** Which KEMAC brings the TGK that the session keys are derived from. */
enum xk_test_key_place {
    XK_TEST_KEY_OF_TICKET = 0, /**< that of the ticket: forked for who answers; of an update: no new key */
    XK_TEST_KEY_OF_INIT = 1,   /**< that of the TRANSFER_INIT */
    XK_TEST_KEY_OF_RESP = 2    /**< that of the TRANSFER_RESP */
};

/** What is made. Filled by xk_test_exchange_config_init(), then changed where wanted. Views and texts are borrowed. */
struct xk_test_exchange_config {
    const char *kms;                      /**< IDRkms, 1 to #XK_IDENTITY_MAX octets, as all names here; default
                                           * "sip:kms@example.com" */
    const char *caller;                   /**< IDRi; default "sip:alice@example.com" */
    const char *dialled;                  /**< IDRr of TRANSFER_INIT; default "sip:bob@example.com" */
    const char *answerer;                 /**< IDRr of TRANSFER_RESP; NULL (default): who was dialled */
    struct xk_bytes ticket_key;           /**< ticket protection key (TPK), 1 to #XK_KMS_KEY_MAX octets; no default */
    uint64_t now;                         /**< T of TRANSFER_INIT, seconds since 1970-01-01 UTC; default 2026-01-01 */
    uint32_t session_count;               /**< Crypto Sessions, with CS IDs from 1; 1 to #XK_TEST_EXCHANGE_SESSIONS_MAX;
                                           * default 1 */
    uint8_t header_prf;                   /**< enum xk_mikey_prf of the messages; default #XK_MIKEY_PRF_MIKEY_1 */
    uint8_t ticket_prf;                   /**< of the Ticket Policy; default likewise */
    enum xk_test_key_place key;           /**< default #XK_TEST_KEY_OF_TICKET */
    bool update;                          /**< a CSB update follows, which names nobody; default false */
    enum xk_test_key_place update_key;    /**< of the update; default #XK_TEST_KEY_OF_TICKET */
    struct xk_kms_options readings;       /**< default: those of xk_kms_init() */
    /** Where keys, RANDs, SSRCs and the CSB ID come from, such as xk_test_random_fill(); no default. */
    bool (*random)(uint8_t *out, size_t size, void *user);
    void *user; /**< of `random` */
};

/** The exchange that was made. Holds secrets: wiped by whoever owns it. */
struct xk_test_exchange {
    uint8_t init[4096];        /**< TRANSFER_INIT */
    size_t init_size;          /**< octets of it */
    uint8_t resp[1024];        /**< TRANSFER_RESP */
    size_t resp_size;          /**< octets of it */
    uint8_t update_init[1024]; /**< TRANSFER_INIT of the update */
    size_t update_init_size;   /**< octets of it; 0 without an update */
    uint8_t update_resp[1024]; /**< TRANSFER_RESP of the update */
    size_t update_resp_size;   /**< octets of it; 0 without an update */
    uint32_t ssrc[XK_TEST_EXCHANGE_SESSIONS_MAX]; /**< of each Crypto Session */
    /** SRTP master key of each Crypto Session: after the update, if there is one. */
    uint8_t keys[XK_TEST_EXCHANGE_SESSIONS_MAX][XK_TEST_EXCHANGE_KEY_SIZE];
    /** And its master salt. */
    uint8_t salts[XK_TEST_EXCHANGE_SESSIONS_MAX][XK_TEST_EXCHANGE_SALT_SIZE];
};

/**
 * Fill a configuration with the defaults.
 *
 * @param[out] config owned by the caller
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_test_exchange_config_init(struct xk_test_exchange_config *config);

/**
 * Make an exchange.
 *
 * @param config borrowed
 * @param[out] exchange filled; wiped on failure
 * @param[out] diag status and field of what was refused; may be NULL
 *
 * @retval XK_OK            made
 * @retval XK_E_ARGUMENT    a pointer is NULL
 * @retval XK_E_CONFIG      a value is outside its limits; the field names the member
 * @retval XK_E_RANDOM      `random` gave nothing
 * @retval XK_E_SPACE       the identities are together so long that a message does not fit
 * @retval XK_E_HOST        OpenSSL failed
 *
 * May call: `random`. Re-entrant, any thread. Cost: some hundred HMACs, less than 24 KiB of stack; what is derived on
 * the way is wiped.
 */
XK_API XK_NODISCARD enum xk_status xk_test_exchange_make(const struct xk_test_exchange_config *config,
                                                         struct xk_test_exchange *exchange, struct xk_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
