/* SPDX-License-Identifier: BSD-2-Clause */
/* Each octet of a few full messages and descriptions, changed: see support/changes.h. */
#include <xk/sdp.h>
#include <xk/sip.h>

#include <stdio.h>
#include <string.h>

#include "support/changes.h"

static void show_identities(const struct xk_sip_message *m)
{
    struct xk_sip_identity found;
    memset(&found, 0, sizeof found);
    while (xk_sip_next_identity(m, &found)) {
        changes_put("identity %d %s deviations %x\n", (int)found.source, found.certain ? "certain" : "uncertain",
                    found.deviations);
        changes_view("uri", found.uri);
        changes_view("parameters", found.parameters);
    }
}

static void show_parts(const struct xk_sip_message *m)
{
    for (size_t i = 0; i < m->part_count; i++) {
        uint8_t scratch[1024];
        struct xk_bytes sdp = {NULL, 0};
        const struct xk_sip_sdp *part = &m->parts[i];
        enum xk_status status = xk_sip_undo(part, scratch, sizeof scratch, &sdp, NULL);
        changes_put("part %zu: encoding %d disposition %d superseded %d direction %d undone %s %zu\n", i,
                    (int)part->encoding, (int)part->disposition, part->superseded, (int)part->direction,
                    xk_status_name(status), sdp.size);
        changes_view("data", part->data);
    }
}

static void read_message(const uint8_t *data, size_t size, unsigned int variant)
{
    struct xk_sip_message m;
    struct xk_diag diag = {XK_OK, 0, ""};
    (void)variant;
    enum xk_status status = xk_sip_parse(data, size, &m, &diag);
    if (status != XK_OK) {
        changes_refused(status, &diag);
        return;
    }
    changes_put("request %d status %u deviations %x body %zu encoding %d session %zu\n", m.is_request, m.status_code,
                m.deviations, m.body.size, (int)m.encoding, m.session);
    changes_view("method", m.method);
    changes_view("request-uri", m.request_uri);
    changes_view("target", m.request_target);
    changes_view("call-id", m.call_id);
    changes_number("cseq", m.cseq_number);
    changes_view("cseq-method", m.cseq_method);
    changes_view("from", m.from_uri);
    changes_view("from-tag", m.from_tag);
    changes_view("to", m.to_uri);
    changes_view("to-tag", m.to_tag);
    changes_view("asserted", m.asserted_uri);
    changes_number("rseq", m.rseq);
    changes_put("rack %u %u\n", m.rack.rseq, m.rack.cseq_number);
    changes_view("rack-method", m.rack.method);
    changes_number("session-expires", m.session_expires);
    changes_view("replaces", m.replaces.call_id);
    changes_view("replaces-to", m.replaces.to_tag);
    changes_view("replaces-from", m.replaces.from_tag);
    changes_number("early-only", m.replaces.early_only);
    changes_view("instance", m.instance);
    if (m.has_imei) {
        changes_view("imei", (struct xk_bytes){m.imei, sizeof m.imei});
    }
    changes_view("sdp", m.sdp);
    show_parts(&m);
    show_identities(&m);
}

static void read_sdp(const uint8_t *data, size_t size, unsigned int variant)
{
    struct xk_sdp_medium medium;
    struct xk_sdp_key_mgmt found;
    struct xk_diag diag = {XK_OK, 0, ""};
    enum xk_status status;
    (void)variant;
    memset(&medium, 0, sizeof medium);
    while ((status = xk_sdp_next_medium(data, size, &medium, &diag)) == XK_OK) {
        changes_put("medium %u port %u rejected %d direction %d deviations %x\n", medium.number, medium.port,
                    medium.rejected, (int)medium.direction, medium.deviations);
        changes_view("media", medium.media);
        changes_view("protocol", medium.protocol);
    }
    changes_refused(status, &diag);
    memset(&found, 0, sizeof found);
    while ((status = xk_sdp_next_key_mgmt(data, size, &found, &diag)) == XK_OK) {
        uint8_t octets[64];
        size_t decoded = 0;
        changes_put("key at %zu media %u capability %u standing %d deviations %x\n", found.offset, found.media,
                    found.capability, (int)found.standing, found.deviations);
        status = xk_key_mgmt_decode(found.data, octets, sizeof octets, &decoded, &diag);
        if (status != XK_OK) {
            changes_refused(status, &diag);
        }
        changes_view("key", (struct xk_bytes){octets, decoded});
    }
    changes_refused(status, &diag);
    for (uint32_t i = 0; i < 4; i++) {
        struct xk_sdp_choice choice;
        status = xk_sdp_find_choice(data, size, i, &choice, &diag);
        if (status != XK_OK) {
            changes_refused(status, &diag);
        } else if (choice.made) {
            changes_put("choice of %u: %u without %d %d has %d %d %d\n", i, choice.configuration, choice.without_media,
                        choice.without_session, xk_sdp_choice_has(&choice, 1), xk_sdp_choice_has(&choice, 2),
                        xk_sdp_choice_has(&choice, 3));
            changes_view("capabilities", choice.capabilities);
        }
    }
}

static void try_text(const char *name, changes_read *read, const char *text)
{
    static const enum changes_kind kinds[] = {CHANGES_CUT, CHANGES_REMOVED, CHANGES_SPACE, CHANGES_XOR_20};
    changes_try(name, read, 1, (const uint8_t *)text, strlen(text), kinds, sizeof kinds / sizeof kinds[0]);
}

static void tell(void)
{
    try_text("request", read_message,
             "INVITE sip:b@x;p SIP/2.0\r\n"
             "From: \"A, \\\"<\" <sip:a@x>;x=\"1;\";tag=f\r\n"
             "t: sip:b@x;tag=t\r\n"
             "i: c@d\r\n"
             "CSeq: 07 INVITE\r\n"
             "P-Asserted-Identity: <sip:q@x>, tel:+1\r\n"
             "Contact: <sip:a@h>;+sip.instance=\"<urn:gsma:imei:90420156-025763-0>\"\r\n"
             "Session-Expires:\r\n 90;refresher=uac\r\n"
             "Replaces: r;to-tag=y;from-tag=z;early-only\r\n"
             "History-Info: <sip:h@x?Reason=a>;index=1,<sip:i@x>;index=1.1\r\n"
             "Content-Length: 9\r\n"
             "c: application/sdp;y\r\n"
             "\r\n"
             "v=0\r\nm=a 1\r\nlong");
    try_text("response", read_message,
             "SIP/2.0 183 Progress\n"
             "f:<sip:a@x>;tag=f\n"
             "To:<sip:b@x>;tag=t\n"
             "Call-ID:c\n"
             "CSeq:1 INVITE\n"
             "RSeq:5\n"
             "RAck:4 3 PRACK\n"
             "Diversion:<sip:d@x>;reason=no\n"
             "Content-Type: multipart/mixed; boundary=\"b \"\n"
             "\n"
             "--b \n\nno\n"
             "--b \nContent-Type: multipart/alternative;boundary=i\n\n"
             "--i\nContent-Type: application/sdp\n\nv=0\n\n"
             "--i\nContent-Type: application/sdp\nContent-Transfer-Encoding: base64\n\ndj0wDQo=\n\n"
             "--i--\n"
             "--b \nContent-Type: application/sdp\nContent-Disposition: early-session;h=r\n\nm=a 1\na=sendonly\n"
             "--b --\n");
    try_text("parts", read_message,
             "INVITE sip:b@x SIP/2.0\nf:<sip:a@x>;tag=f\nt:<sip:b@x>\ni:c\nCSeq:1 INVITE\nc:multipart/mixed\n\n"
             "--g\nContent-Type:multipart/alternative;boundary=\"i\"\nContent-Disposition:early-session\n\n"
             "--i\nContent-Type:application/sdp\n\nv=1\n"
             "--i\nContent-Type:application/sdp\nContent-Encoding:x\n\nv=0\n"
             "--g\nContent-Type:application/sdp\n\nv=2\n--g--\n");
    try_text("description", read_sdp,
             "v=0\r\na=key-mgmt:mikey AQIDBA==\r\na=recvonly\r\na=acap:2 key-mgmt:mikey BQY=\r\n"
             "m=audio 40000 RTP/SAVP 0\r\na=key-mgmt:mikey  Bwg=\r\na=sendrecv\r\na=acfg:1 a=-m:1,[2] t=1\r\n"
             "m=video 0 RTP/AVP 31\r\na=bundle-only\r\na=acap:3 key-mgmt:MIKEY\r\na=acfg:12 a=2|3\r\n"
             "m=text 0 X\r\na=key-mgmt:mikey CQ==\r\n");
}

int main(int argc, char **argv)
{
    (void)argv;
    return changes_main(argc, "sip/changes.txt", tell);
}
