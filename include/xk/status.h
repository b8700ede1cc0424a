/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What a call of libxk answers, and whose fault it is.
 *
 * The hundreds tell who is at fault: 1xx the caller, 2xx the bytes that somebody sent, 3xx the host's
 * callbacks, 4xx resources, 5xx the state of the request. Values are fixed for ever; a new cause gets a
 * new number. A refusal by the KMS is not a status: it is the content of a message that decoded well
 * (enum #xk_failure in message.h).
 *
 * No text that libxk returns contains a byte of its input: an error names the place (offset and field),
 * never the content.
 */
#ifndef XK_STATUS_H
#define XK_STATUS_H

#include <stddef.h>

#include <xk/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What came of a call: hundreds say whose fault it is. Values are never renumbered. */
enum xk_status {
    XK_OK = 0, /**< done; only now have the outputs been written */

    /* 1xx: the caller */
    XK_E_ARGUMENT = 101,  /**< a pointer is NULL or a value outside what the function documents */
    XK_E_SPACE = 102,     /**< the output does not fit; the needed size has been returned */
    XK_E_CONFIG = 103,    /**< a configuration value is outside its limits */
    XK_E_FIELD = 104,     /**< a field of the caller's structure breaks its rule; the diag names it */
    XK_E_DESTINATION = 105, /**< the warrant sends keys to DF3, so no HI2 record may carry them */
    XK_E_FIELD_EMPTY = 106, /**< a field or list of the caller's is empty that may not be; the diag names it */
    XK_E_FIELD_LIMIT = 107, /**< a field or list of the caller's is over its limit; the diag names it */

    /* 200-229: an Xk message */
    XK_E_TRUNCATED = 201,       /**< the input ends inside an item */
    XK_E_TRAILING = 202,        /**< octets follow the end of the message */
    XK_E_TYPE = 203,            /**< an item has another type than the schema says */
    XK_E_DUPLICATE_KEY = 204,   /**< a map names the same key twice */
    XK_E_KEY_ORDER = 205,       /**< map keys are not in the order of RFC 8949 4.2.1 */
    XK_E_MISSING = 206,         /**< a mandatory field is absent */
    XK_E_NONCANONICAL = 207,    /**< an integer or length is not in its shortest form */
    XK_E_INDEFINITE = 208,      /**< an item has indefinite length */
    XK_E_MALFORMED = 209,       /**< no well-formed item: reserved value, or a kind that is never used */
    XK_E_UTF8 = 210,            /**< a text is not valid UTF-8, or has a NUL in it */
    XK_E_LIMIT = 211,           /**< a length, count or number is over its limit */
    XK_E_EMPTY = 212,           /**< a key, identity, message or list is empty */
    XK_E_VERSION = 213,         /**< the message is of a version that is not known here */
    XK_E_MESSAGE_TYPE = 214,    /**< the message is of a type that is not known or not expected here */
    XK_E_DEPTH = 215,           /**< items are nested deeper than the profile allows */
    XK_E_CRITICAL = 216,        /**< an unknown key is marked as one that must be understood */
    XK_E_CONTRADICTION = 217,   /**< a result and a failure stand where only one may */
    XK_E_DUPLICATE_SESSION = 218, /**< the same Crypto Session has two results */
    XK_E_VALUE = 219,           /**< a number has no meaning in its field */

    /* 230-249: a MIKEY message */
    XK_E_MIKEY_TRUNCATED = 230, /**< a payload reaches past the end of the message */
    XK_E_MIKEY_VERSION = 231,   /**< not MIKEY version 1 */
    XK_E_MIKEY_DATA_TYPE = 232, /**< not the message that is expected here */
    XK_E_MIKEY_CHAIN = 233,     /**< the chain of payloads ends too early, goes on too long or repeats */
    XK_E_MIKEY_PAYLOAD = 234,   /**< a payload of a type that has no place in such a message */
    XK_E_MIKEY_LENGTH = 235,    /**< lengths inside a payload do not add up */
    XK_E_MIKEY_VALUE = 236,     /**< a field has a value that RFC 3830 or RFC 6043 does not allow */
    XK_E_MIKEY_MISSING = 237,   /**< a mandatory payload is absent */
    XK_E_MIKEY_MAP = 238,       /**< the Crypto Session map is of a wrong type, or repeats a CS ID */
    XK_E_MIKEY_VERIFICATION = 239, /**< the V payload is absent or does not end the message */
    XK_E_MIKEY_MISMATCH = 240,  /**< TRANSFER_INIT and TRANSFER_RESP do not belong together */
    XK_E_MIKEY_IDENTITY = 241,  /**< an identity is empty, has a NUL in it or is not UTF-8 */
    XK_E_MIKEY_TICKET = 242,    /**< a flag or part of the ticket contradicts another */

    /* 250-259: SIP and SDP */
    XK_E_SIP = 250,         /**< not a SIP message: start line or header section is broken */
    XK_E_SIP_BODY = 251,    /**< the body does not fit its Content-Length or multipart boundary */
    XK_E_SDP = 252,         /**< not an SDP description, or a line of it is broken */
    XK_E_NO_KEY_MGMT = 253, /**< well-formed, but no a=key-mgmt:mikey in it */
    XK_E_BASE64 = 254,      /**< the key-mgmt data is not valid base64 */
    XK_E_ENCODING = 255,    /**< the body is in an encoding that is not undone here */

    /* 260-269: DER, the HI2 record and the PS-PDU */
    XK_E_DER_TRUNCATED = 260, /**< a TLV reaches past the end of the one around it */
    XK_E_DER_TAG = 261,       /**< a tag that may not stand here, or a mandatory one is absent */
    XK_E_DER_LENGTH = 262,    /**< a length is not in DER's shortest form, or indefinite */
    XK_E_DER_VALUE = 263,     /**< a value is outside its ASN.1 limits */
    XK_E_DER_TRAILING = 264,  /**< octets follow the end of the record */
    XK_E_SEQUENCE = 265,      /**< a sequence number is not the one after the last: records were lost or repeated */
    XK_E_DER_PIECES = 266,    /**< a string came in pieces, and the caller gave no room or too little to join them */
    XK_E_DER_DEPTH = 267,     /**< elements of unknown length, or pieces of a string, are nested too deep */

    /* 270-279: journal and snapshot */
    XK_E_SNAPSHOT = 270,         /**< not a snapshot or journal of libxk, or damaged */
    XK_E_SNAPSHOT_VERSION = 271, /**< written by a version whose format is not known here */

    /* 280-289: the other end of a delivery session */
    XK_E_ANSWER = 280,     /**< an answer to what was not asked, or with a wrong number */
    XK_E_UNEXPECTED = 281, /**< a PS-PDU of a kind that has no place here, or not now */
    XK_E_SILENT = 282,     /**< an answer did not come in time */
    XK_E_SLOW = 283,       /**< one PS-PDU is taken, or sent, too slowly */
    XK_E_FLOOD = 284,      /**< more PS-PDUs that have no place here than are borne */

    /* 290-299: X2 */
    XK_E_X2 = 290,         /**< not a PDU of X2, or an attribute that breaks its form */
    XK_E_X2_PAYLOAD = 291, /**< a payload of TS 33.128 that cannot be read */

    /* 3xx: the host */
    XK_E_RANDOM = 301,  /**< the host's source of randomness failed */
    XK_E_JOURNAL = 302, /**< the host's journal could not take a record now; nothing changed */
    XK_E_FENCED = 303,  /**< the host's store refused this engine's epoch: another instance owns the requests; final */
    XK_E_BLOCKED = 304, /**< the host took no outcome now: feed the same octets again later */
    XK_E_HOST = 305,    /**< another callback of the host failed */

    /* 4xx: resources */
    XK_E_MEMORY = 401, /**< the allocator gave no memory */
    XK_E_FULL = 402,   /**< a configured number of entries is in use */
    XK_E_TOO_LARGE = 403, /**< a request is larger than the engine was configured for */

    /* 5xx: the state of the request or engine */
    XK_E_UNKNOWN = 501,   /**< no such request, outcome or transaction */
    XK_E_LATE = 502,      /**< the answer to a request that has ended (expired or cancelled) */
    XK_E_DUPLICATE = 503, /**< the same answer a second time */
    XK_E_CONFLICT = 504,  /**< a different answer, or request, under the same transaction id */
    XK_E_PEER = 505,      /**< from another peer than the one that was asked */
    XK_E_BUSY = 506,      /**< not possible inside a callback; nothing was consumed */
    XK_E_EXISTS = 507,    /**< the host's reference names a request that is pending already */
    XK_E_ALREADY = 508    /**< it is being done, or has been done already */
};

/** Who is at fault: the hundreds of a status. */
enum xk_status_class {
    XK_CLASS_OK = 0,
    XK_CLASS_CALLER = 1,
    XK_CLASS_INPUT = 2,
    XK_CLASS_HOST = 3,
    XK_CLASS_RESOURCE = 4,
    XK_CLASS_STATE = 5
};

/**
 * Where and why an input was refused.
 *
 * Filled by parsers, decoders and checkers when they fail; left alone when they succeed. Holds no octet
 * of the input: `field` is one of a fixed set of constant names.
 */
struct xk_diag {
    enum xk_status status; /**< the same as the returned status */
    size_t offset;         /**< octets from the start of the input to the place that was refused */
    const char *field;     /**< constant name of the field in the specification's words, or "" */
};

/**
 * The class of a status.
 *
 * Cannot fail; total over all int values. Calls no callback. Safe on any thread. Cost: a division.
 *
 * @param status any value
 * @retval class its hundreds; #XK_CLASS_CALLER for a value that is no status
 */
XK_API enum xk_status_class xk_status_class(enum xk_status status);

/**
 * The name of a class, such as "caller" or "host".
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: a switch.
 *
 * @param status_class any value
 * @retval name constant; "?" for a value that is none
 */
XK_API const char *xk_status_class_name(enum xk_status_class status_class);

/**
 * The name of a status as it is written in this header, for logs: "XK_E_TRUNCATED".
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: a switch.
 *
 * @param status any value
 * @retval name constant; "XK_E_?" for a value that is no status
 */
XK_API const char *xk_status_name(enum xk_status status);

/**
 * One English sentence, without a full stop, that tells an operator what a status means.
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: a switch.
 *
 * @param status any value
 * @retval text constant; "not a status of libxk" for a value that is none
 */
XK_API const char *xk_status_text(enum xk_status status);

/** How many different statuses there are: the size of a table with a counter for each. */
#define XK_STATUS_COUNT 79

/**
 * A dense index of a status for tables of counters: 0 for #XK_OK, then in the header's order.
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: a switch.
 *
 * @param status any value
 * @retval index 0 to #XK_STATUS_COUNT - 1; #XK_STATUS_COUNT for a value that is no status
 */
XK_API size_t xk_status_index(enum xk_status status);

/**
 * The status at a dense index: the inverse of xk_status_index().
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: a table look-up.
 *
 * @param index 0 to #XK_STATUS_COUNT - 1
 * @retval status the one at that index; #XK_E_ARGUMENT past the end
 */
XK_API enum xk_status xk_status_at(size_t index);

#ifdef __cplusplus
}
#endif
#endif
