/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/names.h"

#include <stddef.h>

#include <xk/message.h>
#include <xk/mikey_ticket.h>

/* IANA mikey-payloads, as far as RFC 3830, RFC 4650, RFC 4738 and RFC 6043 name them. */
const struct name names_data_type[] = {
    {0, "PSK", NULL},
    {1, "PSK verification", NULL},
    {2, "PK", NULL},
    {3, "PK verification", NULL},
    {4, "D-H init", NULL},
    {5, "D-H resp", NULL},
    {6, "Error", NULL},
    {7, "DHHMAC init", NULL},
    {8, "DHHMAC resp", NULL},
    {9, "RSA-R I_MSG", NULL},
    {10, "RSA-R R_MSG", NULL},
    {11, "REQUEST_INIT_PSK", NULL},
    {12, "REQUEST_INIT_PK", NULL},
    {13, "REQUEST_RESP", NULL},
    {XK_MIKEY_TRANSFER_INIT, "TRANSFER_INIT", NULL},
    {XK_MIKEY_TRANSFER_RESP, "TRANSFER_RESP", NULL},
    {16, "RESOLVE_INIT_PSK", NULL},
    {17, "RESOLVE_INIT_PK", NULL},
    {18, "RESOLVE_RESP", NULL},
    {0, NULL, NULL},
};

const struct name names_payload[] = {
    {XK_MIKEY_LAST, "Last", "RFC 3830 6.1"},
    {XK_MIKEY_KEMAC, "KEMAC", "RFC 3830 6.2"},
    {XK_MIKEY_PKE, "PKE", "RFC 3830 6.3"},
    {XK_MIKEY_DH, "DH", "RFC 3830 6.4"},
    {XK_MIKEY_SIGN, "SIGN", "RFC 3830 6.5"},
    {XK_MIKEY_T, "T", "RFC 3830 6.6"},
    {XK_MIKEY_ID, "ID", "RFC 3830 6.7"},
    {XK_MIKEY_CERT, "CERT", "RFC 3830 6.7"},
    {XK_MIKEY_CHASH, "CHASH", "RFC 3830 6.8"},
    {XK_MIKEY_V, "V", "RFC 3830 6.9"},
    {XK_MIKEY_SP, "SP", "RFC 3830 6.10"},
    {XK_MIKEY_RAND, "RAND", "RFC 3830 6.11"},
    {XK_MIKEY_ERR, "ERR", "RFC 3830 6.12"},
    {XK_MIKEY_TR, "TR", "RFC 6043 6.4"},
    {XK_MIKEY_IDR, "IDR", "RFC 6043 6.6"},
    {XK_MIKEY_RANDR, "RANDR", "RFC 6043 6.8"},
    {XK_MIKEY_TP, "TP", "RFC 6043 6.10"},
    {XK_MIKEY_TICKET, "TICKET", "RFC 6043 6.10"},
    {XK_MIKEY_KEY_DATA, "Key data", "RFC 3830 6.13"},
    {XK_MIKEY_GENERAL_EXT, "General Ext.", "RFC 3830 6.15"},
    {0, NULL, NULL},
};

const struct name names_map_type[] = {
    {XK_MIKEY_MAP_SRTP_ID, "SRTP-ID", "RFC 3830 6.1.1"},
    {XK_MIKEY_MAP_EMPTY, "Empty map", "RFC 4563"},
    {XK_MIKEY_MAP_GENERIC_ID, "GENERIC-ID", "RFC 6043 6.1.1"},
    {0, NULL, NULL},
};

const struct name names_prf[] = {
    {XK_MIKEY_PRF_MIKEY_1, "MIKEY-1", NULL},
    {XK_MIKEY_PRF_HMAC_SHA_256, "PRF-HMAC-SHA-256", NULL},
    {0, NULL, NULL},
};

const struct name names_id_role[] = {
    {XK_MIKEY_IDR_I, "IDRi", NULL},
    {XK_MIKEY_IDR_R, "IDRr", NULL},
    {XK_MIKEY_IDR_KMS, "IDRkms", NULL},
    {XK_MIKEY_IDR_PSK, "IDRpsk", NULL},
    {XK_MIKEY_IDR_APP, "IDRapp", NULL},
    {6, "IDRkmsi", NULL},
    {7, "IDRkmsr", NULL},
    {0, NULL, NULL},
};

const struct name names_id_type[] = {
    {XK_MIKEY_ID_NAI, "NAI", NULL},
    {XK_MIKEY_ID_URI, "URI", NULL},
    {XK_MIKEY_ID_BYTES, "byte string", NULL},
    {0, NULL, NULL},
};

const struct name names_rand_role[] = {
    {XK_MIKEY_RANDR_I, "RANDRi", NULL},
    {XK_MIKEY_RANDR_R, "RANDRr", NULL},
    {XK_MIKEY_RANDR_KMS, "RANDRkms", NULL},
    {0, NULL, NULL},
};

const struct name names_time_role[] = {
    {XK_MIKEY_TR_I, "TRi, time of issue", NULL},
    {XK_MIKEY_TR_S, "TRs, start of validity", NULL},
    {XK_MIKEY_TR_E, "TRe, end of validity", NULL},
    {XK_MIKEY_TR_R, "TRr, rekeying interval", NULL},
    {0, NULL, NULL},
};

const struct name names_time_type[] = {
    {XK_MIKEY_TIME_NTP_UTC, "NTP-UTC", NULL},
    {XK_MIKEY_TIME_NTP, "NTP", NULL},
    {XK_MIKEY_TIME_COUNTER, "COUNTER", NULL},
    {XK_MIKEY_TIME_NTP_UTC_32, "NTP-UTC-32", NULL},
    {0, NULL, NULL},
};

const struct name names_encryption[] = {
    {0, "NULL", NULL}, {1, "AES-CM-128", NULL}, {2, "AES-KW-128", NULL}, {3, "AES-CM-256", NULL}, {0, NULL, NULL},
};

const struct name names_mac[] = {
    {0, "NULL", NULL}, {1, "HMAC-SHA-1-160", NULL}, {2, "HMAC-SHA-256-256", NULL}, {0, NULL, NULL},
};

const struct name names_key_type[] = {
    {XK_MIKEY_TGK, "TGK", NULL},
    {XK_MIKEY_TGK_SALT, "TGK+SALT", NULL},
    {XK_MIKEY_TEK, "TEK", NULL},
    {XK_MIKEY_TEK_SALT, "TEK+SALT", NULL},
    {XK_MIKEY_GTGK, "GTGK", NULL},
    {XK_MIKEY_GTGK_SALT, "GTGK+SALT", NULL},
    {XK_MIKEY_MPK, "MPK", NULL},
    {0, NULL, NULL},
};

/* RFC 3830 6.10.1 */
const struct name names_policy_parameter[] = {
    {0, "encryption algorithm", NULL},
    {1, "session encryption key length", NULL},
    {2, "authentication algorithm", NULL},
    {3, "session authentication key length", NULL},
    {4, "session salt key length", NULL},
    {5, "SRTP pseudo random function", NULL},
    {6, "key derivation rate", NULL},
    {7, "SRTP encryption", NULL},
    {8, "SRTCP encryption", NULL},
    {9, "sender's FEC order", NULL},
    {10, "SRTP authentication", NULL},
    {11, "authentication tag length", NULL},
    {12, "SRTP prefix length", NULL},
    {20, "AEAD authentication tag length", NULL},
    {0, NULL, NULL},
};

const struct name names_cipher[] = {
    {XK_CIPHER_NULL, "NULL", NULL},
    {XK_CIPHER_AES_CM, "AES-CM", NULL},
    {XK_CIPHER_AES_F8, "AES-F8", NULL},
    {XK_CIPHER_AES_GCM, "AES-GCM", NULL},
    {0, NULL, NULL},
};

const struct name names_ticket_type[] = {
    {1, "MIKEY base ticket", NULL},
    {2, "3GPP base ticket", NULL},
    {0, NULL, NULL},
};

static const struct name *find(const struct name *table, unsigned int value)
{
    while (table->text != NULL && table->value != value) {
        table++;
    }
    return table;
}

const char *name_text(const struct name *table, unsigned int value)
{
    const struct name *row = find(table, value);
    return row->text != NULL ? row->text : "not known here";
}

const char *name_section(const struct name *table, unsigned int value)
{
    return find(table, value)->section;
}
