/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names and texts of the statuses, one row each in the header's order.
 *
 * A table and not a switch, because counters need the dense index too. The test that reads the header and
 * compares finds a status that was added there only.
 */
#include <xk/status.h>

struct status_row {
    enum xk_status status;
    const char *name;
    const char *text;
};

#define ROW(status, text) {status, #status, text}

static const struct status_row rows[XK_STATUS_COUNT] = {
    ROW(XK_OK, "done; only now have the outputs been written"),
    ROW(XK_E_ARGUMENT, "a pointer is NULL or a value outside what the function documents"),
    ROW(XK_E_SPACE, "the output does not fit; the needed size has been returned"),
    ROW(XK_E_CONFIG, "a configuration value is outside its limits"),
    ROW(XK_E_FIELD, "a field of the caller's structure breaks its rule; the diag names it"),
    ROW(XK_E_DESTINATION, "the warrant sends keys to DF3, so no HI2 record may carry them"),
    ROW(XK_E_FIELD_EMPTY, "a field or list of the caller's is empty that may not be; the diag names it"),
    ROW(XK_E_FIELD_LIMIT, "a field or list of the caller's is over its limit; the diag names it"),
    ROW(XK_E_TRUNCATED, "the input ends inside an item"),
    ROW(XK_E_TRAILING, "octets follow the end of the message"),
    ROW(XK_E_TYPE, "an item has another type than the schema says"),
    ROW(XK_E_DUPLICATE_KEY, "a map names the same key twice"),
    ROW(XK_E_KEY_ORDER, "map keys are not in the order of RFC 8949 4.2.1"),
    ROW(XK_E_MISSING, "a mandatory field is absent"),
    ROW(XK_E_NONCANONICAL, "an integer or length is not in its shortest form"),
    ROW(XK_E_INDEFINITE, "an item has indefinite length"),
    ROW(XK_E_MALFORMED, "no well-formed item: reserved value, or a kind that is never used"),
    ROW(XK_E_UTF8, "a text is not valid UTF-8, or has a NUL in it"),
    ROW(XK_E_LIMIT, "a length, count or number is over its limit"),
    ROW(XK_E_EMPTY, "a key, identity, message or list is empty"),
    ROW(XK_E_VERSION, "the message is of a version that is not known here"),
    ROW(XK_E_MESSAGE_TYPE, "the message is of a type that is not known or not expected here"),
    ROW(XK_E_DEPTH, "items are nested deeper than the profile allows"),
    ROW(XK_E_CRITICAL, "an unknown key is marked as one that must be understood"),
    ROW(XK_E_CONTRADICTION, "a result and a failure stand where only one may"),
    ROW(XK_E_DUPLICATE_SESSION, "the same Crypto Session has two results"),
    ROW(XK_E_VALUE, "a number has no meaning in its field"),
    ROW(XK_E_MIKEY_TRUNCATED, "a payload reaches past the end of the message"),
    ROW(XK_E_MIKEY_VERSION, "not MIKEY version 1"),
    ROW(XK_E_MIKEY_DATA_TYPE, "not the message that is expected here"),
    ROW(XK_E_MIKEY_CHAIN, "the chain of payloads ends too early, goes on too long or repeats"),
    ROW(XK_E_MIKEY_PAYLOAD, "a payload of a type that has no place in such a message"),
    ROW(XK_E_MIKEY_LENGTH, "lengths inside a payload do not add up"),
    ROW(XK_E_MIKEY_VALUE, "a field has a value that RFC 3830 or RFC 6043 does not allow"),
    ROW(XK_E_MIKEY_MISSING, "a mandatory payload is absent"),
    ROW(XK_E_MIKEY_MAP, "the Crypto Session map is of a wrong type, or repeats a CS ID"),
    ROW(XK_E_MIKEY_VERIFICATION, "the V payload is absent or does not end the message"),
    ROW(XK_E_MIKEY_MISMATCH, "TRANSFER_INIT and TRANSFER_RESP do not belong together"),
    ROW(XK_E_MIKEY_IDENTITY, "an identity is empty, has a NUL in it or is not UTF-8"),
    ROW(XK_E_MIKEY_TICKET, "a flag or part of the ticket contradicts another"),
    ROW(XK_E_SIP, "not a SIP message: start line or header section is broken"),
    ROW(XK_E_SIP_BODY, "the body does not fit its Content-Length or multipart boundary"),
    ROW(XK_E_SDP, "not an SDP description, or a line of it is broken"),
    ROW(XK_E_NO_KEY_MGMT, "well-formed, but no a=key-mgmt:mikey in it"),
    ROW(XK_E_BASE64, "the key-mgmt data is not valid base64"),
    ROW(XK_E_ENCODING, "the body is in an encoding that is not undone here"),
    ROW(XK_E_DER_TRUNCATED, "a TLV reaches past the end of the one around it"),
    ROW(XK_E_DER_TAG, "a tag that may not stand here, or a mandatory one is absent"),
    ROW(XK_E_DER_LENGTH, "a length is not in DER's shortest form, or indefinite"),
    ROW(XK_E_DER_VALUE, "a value is outside its ASN.1 limits"),
    ROW(XK_E_DER_TRAILING, "octets follow the end of the record"),
    ROW(XK_E_SEQUENCE, "a sequence number is not the one after the last: records were lost or repeated"),
    ROW(XK_E_DER_PIECES, "a string came in pieces, and the caller gave no room or too little to join them"),
    ROW(XK_E_DER_DEPTH, "elements of unknown length, or pieces of a string, are nested too deep"),
    ROW(XK_E_SNAPSHOT, "not a snapshot or journal of libxk, or damaged"),
    ROW(XK_E_SNAPSHOT_VERSION, "written by a version whose format is not known here"),
    ROW(XK_E_ANSWER, "an answer to what was not asked, or with a wrong number"),
    ROW(XK_E_UNEXPECTED, "a PS-PDU of a kind that has no place here, or not now"),
    ROW(XK_E_SILENT, "an answer did not come in time"),
    ROW(XK_E_SLOW, "one PS-PDU is taken, or sent, too slowly"),
    ROW(XK_E_FLOOD, "more PS-PDUs that have no place here than are borne"),
    ROW(XK_E_X2, "not a PDU of X2, or an attribute that breaks its form"),
    ROW(XK_E_X2_PAYLOAD, "a payload of TS 33.128 that cannot be read"),
    ROW(XK_E_RANDOM, "the host's source of randomness failed"),
    ROW(XK_E_JOURNAL, "the host's journal could not take a record now; nothing changed"),
    ROW(XK_E_FENCED, "the host's store refused this engine's epoch: another instance owns the requests; final"),
    ROW(XK_E_BLOCKED, "the host took no outcome now: feed the same octets again later"),
    ROW(XK_E_HOST, "another callback of the host failed"),
    ROW(XK_E_MEMORY, "the allocator gave no memory"),
    ROW(XK_E_FULL, "a configured number of entries is in use"),
    ROW(XK_E_TOO_LARGE, "a request is larger than the engine was configured for"),
    ROW(XK_E_UNKNOWN, "no such request, outcome or transaction"),
    ROW(XK_E_LATE, "the answer to a request that has ended (expired or cancelled)"),
    ROW(XK_E_DUPLICATE, "the same answer a second time"),
    ROW(XK_E_CONFLICT, "a different answer, or request, under the same transaction id"),
    ROW(XK_E_PEER, "from another peer than the one that was asked"),
    ROW(XK_E_BUSY, "not possible inside a callback; nothing was consumed"),
    ROW(XK_E_EXISTS, "the host's reference names a request that is pending already"),
    ROW(XK_E_ALREADY, "it is being done, or has been done already"),
};

#undef ROW

/* The rows ascend, so a binary search finds one in at most seven steps. */
static const struct status_row *find(enum xk_status status)
{
    size_t low = 0;
    size_t high = XK_STATUS_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows[middle].status == status) {
            return &rows[middle];
        }
        if ((int)rows[middle].status < (int)status) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

enum xk_status_class xk_status_class(enum xk_status status)
{
    return find(status) == NULL ? XK_CLASS_CALLER : (enum xk_status_class)((int)status / 100);
}

const char *xk_status_class_name(enum xk_status_class status_class)
{
    switch (status_class) {
    case XK_CLASS_OK:
        return "ok";
    case XK_CLASS_CALLER:
        return "caller";
    case XK_CLASS_INPUT:
        return "input";
    case XK_CLASS_HOST:
        return "host";
    case XK_CLASS_RESOURCE:
        return "resource";
    case XK_CLASS_STATE:
        return "state";
    }
    return "?";
}

const char *xk_status_name(enum xk_status status)
{
    const struct status_row *row = find(status);
    return row == NULL ? "XK_E_?" : row->name;
}

const char *xk_status_text(enum xk_status status)
{
    const struct status_row *row = find(status);
    return row == NULL ? "not a status of libxk" : row->text;
}

size_t xk_status_index(enum xk_status status)
{
    const struct status_row *row = find(status);
    return row == NULL ? XK_STATUS_COUNT : (size_t)(row - rows);
}

enum xk_status xk_status_at(size_t index)
{
    return index < XK_STATUS_COUNT ? rows[index].status : XK_E_ARGUMENT;
}
