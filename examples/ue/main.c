/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-ue: both ends of one protected call, as the CSCF sees it.
 *
 *   xk-ue --out PREFIX --ticket-key FILE --from URI --to URI [--answered-by URI] [--sessions N] [--kms URI]
 *
 * Writes PREFIX.invite and PREFIX.ok, the SIP messages with TRANSFER_INIT and TRANSFER_RESP; PREFIX.pcap, the call's
 * SRTP; and PREFIX.N.audio, what was said in Crypto Session N, to compare a decryption with.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "support/support.h"
#include "ue/exchange.h"
#include "ue/media.h"

static void write_sip(const char *path, const char *start_line, const char *extra, const struct call *call,
                      const char *call_id, const uint8_t *mikey, size_t mikey_size)
{
    static char base64[8192];
    static char sdp[10240];
    static char sip[12288];
    EVP_EncodeBlock((unsigned char *)base64, mikey, (int)mikey_size);
    int sdp_size = snprintf(sdp, sizeof sdp,
                            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
                            "a=key-mgmt:mikey %s\r\nm=audio 40000 RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n",
                            base64);
    int size = snprintf(sip, sizeof sip,
                        "%s\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"
                        "From: <%s>;tag=1\r\nTo: <%s>%s\r\nCall-ID: %s\r\nCSeq: 1 INVITE\r\n%s"
                        "Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
                        start_line, call->caller, call->dialled, extra[0] != '\0' ? ";tag=2" : "", call_id, extra,
                        sdp_size, sdp);
    if (size < 0 || (size_t)size >= sizeof sip) {
        die("the SIP message is too long");
    }
    write_file(path, sip, (size_t)size);
}

int main(int argc, char **argv)
{
    static struct call call;
    char path[PATH_MAX];
    char line[512];
    char extra[512];
    char call_id[64];
    uint64_t number = 0;
    const char *prefix = option(argc, argv, "out", NULL);
    call.kms = option(argc, argv, "kms", "sip:kms@example.com");
    call.caller = option(argc, argv, "from", NULL);
    call.dialled = option(argc, argv, "to", NULL);
    call.answerer = option(argc, argv, "answered-by", call.dialled);
    call.session_count = (size_t)strtoul(option(argc, argv, "sessions", "1"), NULL, 10);
    call.ticket_key_size = read_key(option(argc, argv, "ticket-key", NULL), call.ticket_key, sizeof call.ticket_key);
    if (call.session_count < 1 || call.session_count > CALL_SESSIONS_MAX) {
        die("--sessions takes 1 to %d", CALL_SESSIONS_MAX);
    }
    if (!fill_random((uint8_t *)&number, sizeof number, NULL)) {
        die("no random octets");
    }
    make_exchange(&call);
    snprintf(call_id, sizeof call_id, "%016llx@192.0.2.1", (unsigned long long)number);
    snprintf(line, sizeof line, "INVITE %s SIP/2.0", call.dialled);
    snprintf(path, sizeof path, "%s.invite", prefix);
    write_sip(path, line, "", &call, call_id, call.init, call.init_size);
    snprintf(extra, sizeof extra, "P-Asserted-Identity: <%s>\r\n", call.answerer);
    snprintf(path, sizeof path, "%s.ok", prefix);
    write_sip(path, "SIP/2.0 200 OK", extra, &call, call_id, call.resp, call.resp_size);
    make_media(&call, prefix);
    const char *name = strrchr(prefix, '/');
    event("ue", "cscf", "%s: INVITE with TRANSFER_INIT, 200 OK with TRANSFER_RESP, %zu Crypto Session(s)",
          name != NULL ? name + 1 : prefix, call.session_count);
    OPENSSL_cleanse(&call, sizeof call);
    return 0;
}
