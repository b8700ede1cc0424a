/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of a MIKEY message behind the name of the message. A diagnostic is a constant, so that each is in a table. */
#include "exchange/exchange.h"

#include <string.h>

#include "support/diag.h"

#define FIELD(name) {name, {"INIT: " name, "RESP: " name, "update INIT: " name, "update RESP: " name}}

static const struct {
    const char *name;
    const char *of[4];
} rows[] = {
    FIELD("HDR"), FIELD("version"), FIELD("data type"), FIELD("CS ID map type"), FIELD("CS ID map info"),
    FIELD("Crypto Session map"), FIELD("CS ID"), FIELD("Session Data Length"), FIELD("#P"), FIELD("PRF func"),
    FIELD("CSB ID"), FIELD("number of payloads"), FIELD("octets after the last payload"), FIELD("Last"),
    FIELD("KEMAC"), FIELD("MAC alg of KEMAC"), FIELD("PKE"), FIELD("DH"), FIELD("SIGN"), FIELD("T"), FIELD("TS type"),
    FIELD("ID"), FIELD("ID data"), FIELD("CERT"), FIELD("CHASH"), FIELD("V"), FIELD("SP"), FIELD("RAND"), FIELD("ERR"),
    FIELD("TR"), FIELD("IDR"), FIELD("IDRr"), FIELD("RANDR"), FIELD("RANDRi"), FIELD("RANDRr"), FIELD("RANDRkms"),
    FIELD("TP"), FIELD("TICKET"), FIELD("TP Data"), FIELD("KEMAC in TP Data"), FIELD("Initiator Data"), FIELD("Vi"),
    FIELD("Vr"), FIELD("flag G without F"), FIELD("flag I without E"), FIELD("flag K without D"),
    FIELD("flag M without F"), FIELD("neither flag G nor H"), FIELD("neither flag D nor L"), FIELD("payload"),
};

const char *xki_ex_field(enum xki_ex_part part, const char *field)
{
    static const char *const messages[] = {"TRANSFER_INIT", "TRANSFER_RESP", "update TRANSFER_INIT",
                                           "update TRANSFER_RESP"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const size_t size = strlen(rows[i].name) + 1;
        if (strlen(field) + 1 == size && memcmp(rows[i].name, field, size) == 0) {
            return rows[i].of[part];
        }
    }
    return messages[part];
}

enum xk_status xki_ex_fail(struct xk_diag *diag, enum xk_status status, enum xki_ex_part part, size_t offset,
                           const char *field)
{
    return xki_fail(diag, status, offset, xki_ex_field(part, field));
}
