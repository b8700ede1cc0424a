/* SPDX-License-Identifier: BSD-2-Clause */
/* The map keys of the Xk profile, as xk.cddl has them. */
#ifndef XKI_MESSAGES_LAYOUT_H
#define XKI_MESSAGES_LAYOUT_H

/* Both messages. They come first, so a message of another version or type is refused before anything else. */
#define XKI_KEY_VERSION 0
#define XKI_KEY_TYPE 1
#define XKI_KEY_TRANSACTION 2

/* Where the octets of the transaction id begin in every message that libxk writes: map head, version, type, key of
 * the id, head of the id. */
#define XKI_ID_OFFSET 7

/* get_keys */
#define XKI_KEY_IDENTITY 3
#define XKI_KEY_INIT 4
#define XKI_KEY_RESP 5 /* null when the ticket's F flag says that none is sent: never just left out */
#define XKI_KEY_UPDATE_INIT 6
#define XKI_KEY_UPDATE_RESP 7
#define XKI_KEY_INITIATOR_HINT 8
#define XKI_KEY_RESPONDER_HINT 9

/* get_keys_response */
#define XKI_KEY_SESSIONS 3
#define XKI_KEY_FAILURE 4
#define XKI_KEY_REFERRAL 5

/* One entry of the sessions */
#define XKI_KEY_CS_ID 0
#define XKI_KEY_SESSION_KEY 1
#define XKI_KEY_SALT 2
#define XKI_KEY_SESSION_FAILURE 3
#define XKI_KEY_CIPHER 4
#define XKI_KEY_ENCODING 5
#define XKI_KEY_EXPIRY 6

/* Unknown keys below this one must be understood, so they are refused; from here on they are skipped. */
#define XKI_KEY_FIRST_EXTENSION 128

#endif
