/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-ue: both ends of one protected call, as the CSCF sees it.
 *
 *   xk-ue --out PREFIX --ticket-key FILE --from URI --to URI [--answered-by URI] [--sessions N] [--kms URI]
 *         [--key-of ticket|init|resp] [--update ticket|init|resp] [--other-prf] [--reading NAME[,NAME]]
 *
 * Writes PREFIX.invite and PREFIX.ok, the SIP messages with TRANSFER_INIT and TRANSFER_RESP; PREFIX.pcap, the call's
 * SRTP; and PREFIX.N.audio, what was said in Crypto Session N, to compare a decryption with.
 *
 * --key-of tells which KEMAC brings the key. With --update a re-INVITE follows, PREFIX.reinvite and PREFIX.reok, whose
 * TRANSFER_INIT or TRANSFER_RESP brings a new one ("ticket": none), and the SRTP is what comes after it. --other-prf
 * gives the messages another PRF than the ticket. --reading makes the exchange in the readings of RFC 6043 that are not
 * the default, by the names in kms/readings.h.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "kms/readings.h"
#include "support/options.h"
#include "support/process.h"
#include "support/support.h"
#include "ue/exchange.h"
#include "ue/media.h"

struct dialog {
    const char *prefix;
    const char *from;
    const char *to;
    const char *answerer;
    char call_id[64];
};

/* A message of the dialog: its start line, headers of its own, and MIKEY in its SDP. */
static void write_sip(const struct dialog *dialog, const char *kind, const char *start_line, unsigned int sequence,
                      const char *extra, const uint8_t *mikey, size_t mikey_size)
{
    static char base64[8192];
    static char sdp[10240];
    static char sip[14336];
    char path[PATH_MAX];
    bool has_tag = strcmp(kind, "invite") != 0;
    EVP_EncodeBlock((unsigned char *)base64, mikey, (int)mikey_size);
    int sdp_size = snprintf(sdp, sizeof sdp,
                            "v=0\r\no=- 1 %u IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
                            "a=key-mgmt:mikey %s\r\nm=audio 40000 RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n",
                            sequence, base64);
    int size = snprintf(sip, sizeof sip,
                        "%s\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK%u\r\nMax-Forwards: 70\r\n"
                        "From: <%s>;tag=1\r\nTo: <%s>%s\r\nCall-ID: %s\r\nCSeq: %u INVITE\r\n%s"
                        "Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
                        start_line, sequence, dialog->from, dialog->to, has_tag ? ";tag=2" : "", dialog->call_id,
                        sequence, extra, sdp_size, sdp);
    if (size < 0 || (size_t)size >= sizeof sip) {
        die("the SIP message is too long");
    }
    snprintf(path, sizeof path, "%s.%s", dialog->prefix, kind);
    write_file(path, sip, (size_t)size);
}

static void write_dialog(const struct dialog *dialog, const struct xk_test_exchange *exchange)
{
    static const char answered[] = "SIP/2.0 200 OK";
    char invite[1200];
    char asserted[1200];
    snprintf(invite, sizeof invite, "INVITE %s SIP/2.0", dialog->to);
    snprintf(asserted, sizeof asserted, "P-Asserted-Identity: <%s>\r\n", dialog->answerer);
    write_sip(dialog, "invite", invite, 1, "", exchange->init, exchange->init_size);
    write_sip(dialog, "ok", answered, 1, asserted, exchange->resp, exchange->resp_size);
    if (exchange->update_init_size > 0) {
        write_sip(dialog, "reinvite", invite, 2, "", exchange->update_init, exchange->update_init_size);
        write_sip(dialog, "reok", answered, 2, asserted, exchange->update_resp, exchange->update_resp_size);
    }
}

static enum xk_test_key_place read_place(const char *text)
{
    static const char *const places[] = {
        [XK_TEST_KEY_OF_TICKET] = "ticket", [XK_TEST_KEY_OF_INIT] = "init", [XK_TEST_KEY_OF_RESP] = "resp"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (strcmp(text, places[i]) == 0) {
            return (enum xk_test_key_place)i;
        }
    }
    die("a key is of the ticket, of the init or of the resp");
}

/* What becomes a part of a SIP message may not end its line. */
static const char *identity(const struct options *options, const char *name, const char *fallback)
{
    const char *text = fallback == NULL ? options_needed(options, name) : options_text(options, name);
    text = text != NULL ? text : fallback;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < '!' || *at == '<' || *at == '>' || *at == 0x7f) {
            die("--%s takes a URI without blanks, brackets and control characters", name);
        }
    }
    return text;
}

static void read_shape(const struct options *options, struct xk_test_exchange_config *config)
{
    const char *update = options_text(options, "update");
    config->kms = identity(options, "kms", "sip:kms@example.com");
    config->caller = identity(options, "from", NULL);
    config->dialled = identity(options, "to", NULL);
    config->answerer = identity(options, "answered-by", config->dialled);
    config->session_count = options_number(options, "sessions", 1, 1, XK_TEST_EXCHANGE_SESSIONS_MAX);
    config->key = read_place(options_text(options, "key-of") != NULL ? options_text(options, "key-of") : "ticket");
    config->update = update != NULL;
    if (config->update) {
        config->update_key = read_place(update);
    }
    if (options_has(options, "other-prf")) {
        config->header_prf = XK_MIKEY_PRF_HMAC_SHA_256;
    }
    read_readings(options_text(options, "reading") != NULL ? options_text(options, "reading") : "", &config->readings);
}

static const struct option_rule rules[] = {
    {"out", "PREFIX", "writes PREFIX.invite, PREFIX.ok, PREFIX.pcap and PREFIX.N.audio"},
    {"ticket-key", "FILE", "what protects the ticket, in hexadecimal"},
    {"from", "URI", "who calls"},
    {"to", "URI", "who is dialled"},
    {"answered-by", "URI", "who answers; default: who is dialled"},
    {"sessions", "N", "Crypto Sessions; default 1"},
    {"kms", "URI", "of the KMS in the ticket; default sip:kms@example.com"},
    {"key-of", "WHERE", "who brings the key: ticket (default), init, resp"},
    {"update", "WHERE", "makes a re-INVITE with a CSB update too, its key likewise"},
    {"other-prf", NULL, "another PRF in the header than in the ticket"},
    {"reading", "NAME,...", "readings of RFC 6043 other than the default ones"},
};

int main(int argc, char **argv)
{
    struct options options;
    static struct xk_test_exchange exchange;
    struct xk_test_exchange_config config;
    struct dialog dialog;
    uint8_t ticket_key[XK_KMS_KEY_MAX];
    uint64_t number = 0;
    options_take(&options, argc, argv, rules, sizeof rules / sizeof rules[0],
                 "makes both ends of a protected call, as the CSCF sees it", NULL);
    process_harden();
    xk_test_exchange_config_init(&config);
    dialog.prefix = options_needed(&options, "out");
    read_shape(&options, &config);
    dialog.from = config.caller;
    dialog.to = config.dialled;
    dialog.answerer = config.answerer;
    config.ticket_key.data = ticket_key;
    config.ticket_key.size = read_key(options_needed(&options, "ticket-key"), ticket_key, sizeof ticket_key);
    if (!fill_random((uint8_t *)&number, sizeof number, NULL)) {
        die("no random octets");
    }
    snprintf(dialog.call_id, sizeof dialog.call_id, "%016llx@192.0.2.1", (unsigned long long)number);
    make_exchange(&config, &exchange);
    write_dialog(&dialog, &exchange);
    make_media(&exchange, config.session_count, dialog.prefix);
    const char *name = strrchr(dialog.prefix, '/');
    event("ue", "cscf", "%s: INVITE with TRANSFER_INIT, 200 OK with TRANSFER_RESP, %zu Crypto Session(s)%s",
          name != NULL ? name + 1 : dialog.prefix, (size_t)config.session_count,
          config.update ? ", and a re-INVITE with an update" : "");
    OPENSSL_cleanse(&exchange, sizeof exchange);
    OPENSSL_cleanse(ticket_key, sizeof ticket_key);
    return 0;
}
