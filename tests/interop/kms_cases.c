/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For each line of "name word=value ..." on stdin: a get_keys with its messages in hexadecimal, answered by
 * xk_responder with xk_kms as it would be for a DF2/MF. Prints the name and what the DF2/MF reads in the answer:
 * "fail REASON", or for each Crypto Session "CS:KEY/SALT/CIPHER" or "CS:REASON"; then " # FIELD" if one spoke against
 * it, and the notices as "+CS:NOTICE".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xk/xk.h>
#include <xk_kms/kms.h>

#define LINE_MAX_SIZE 300000

struct get {
    struct xk_get_keys message;
    uint8_t octets[4][XK_MIKEY_MAX];
    struct xk_responder_config config;
    struct xk_kms kms;
    uint8_t tpk[XK_KMS_KEY_MAX];
    size_t tpk_size;
    const char *own;              /* an IDRkms that is ours; NULL for all */
    uint8_t resolved[XK_KMS_KEMAC_MAX]; /* what a resolution brought */
    size_t resolved_size;
    char notices[1024];
    const char *field;
    bool sent;
};

static void check(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "%s\n", what);
        exit(1);
    }
}

static size_t read_hex(const char *text, uint8_t *out, size_t capacity)
{
    size_t size = 0;
    for (; text[0] != '\0' && text[1] != '\0'; text += 2) {
        const char pair[3] = {text[0], text[1], '\0'};
        check(size < capacity, "too many octets");
        out[size++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return size;
}

static bool give_random(uint8_t *out, size_t size, void *user)
{
    (void)user;
    memset(out, 7, size);
    return true;
}

static bool ticket_key(const struct xk_mikey_ticket *ticket, struct xk_bytes psk, unsigned int generation,
                       uint8_t *key, size_t *size, void *user)
{
    const struct get *g = user;
    (void)ticket;
    (void)psk;
    memcpy(key, g->tpk, g->tpk_size);
    *size = g->tpk_size;
    return generation == 0;
}

static bool is_own(struct xk_bytes kms, void *user)
{
    const struct get *g = user;
    return g->own == NULL || (kms.size == strlen(g->own) && memcmp(kms.data, g->own, kms.size) == 0);
}

static enum xk_failure resolved_ticket(const struct xk_mikey_ticket *ticket, struct xk_bytes responder,
                                       struct xk_bytes rand_kms, struct xk_kms_opened_ticket *opened, void *user)
{
    const struct get *g = user;
    (void)ticket;
    (void)responder;
    (void)rand_kms;
    memcpy(opened->content, g->resolved, g->resolved_size);
    opened->size = g->resolved_size;
    return g->resolved_size > 0 ? XK_FAILURE_NONE : XK_FAILURE_OTHER_KMS;
}

static void notice(const struct xk_query *query, enum xk_kms_notice told, int cs_id, void *user)
{
    struct get *g = user;
    size_t at = strlen(g->notices);
    (void)query;
    (void)snprintf(g->notices + at, sizeof g->notices - at, " +%d:%s", cs_id, xk_kms_notice_name(told));
}

static enum xk_answer_time resolve(const struct xk_query *query, struct xk_answer *answer, void *user)
{
    const struct get *g = user;
    return xk_kms_resolve(&g->kms, query, answer);
}

static void observe(const struct xk_responder_observation *o, void *user)
{
    ((struct get *)user)->field = o->field;
}

static void print_hex(const char *before, struct xk_bytes octets)
{
    printf("%s", before);
    for (size_t i = 0; i < octets.size; i++) {
        printf("%02x", octets.data[i]);
    }
}

static bool send_octets(uint32_t peer, struct xk_bytes octets, void *user)
{
    static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
    struct xk_get_keys_response r;
    (void)peer;
    ((struct get *)user)->sent = true;
    check(xk_get_keys_response_decode(octets.data, octets.size, &r, sessions, XK_CRYPTO_SESSIONS_MAX, NULL) == XK_OK,
          "an answer that cannot be decoded");
    if (r.failure != XK_FAILURE_NONE) {
        printf(" fail %s", xk_failure_name(r.failure));
        return true;
    }
    for (size_t i = 0; i < r.session_count; i++) {
        printf(" %u:", sessions[i].cs_id);
        if (sessions[i].failure != XK_FAILURE_NONE) {
            printf("%s", xk_failure_name(sessions[i].failure));
            continue;
        }
        print_hex("", sessions[i].key);
        print_hex("/", sessions[i].salt);
        printf("/%d", (int)sessions[i].cipher);
    }
    return true;
}

static bool any_member(struct xk_bytes group, struct xk_bytes identity, void *user)
{
    (void)identity;
    (void)user;
    return group.size == 1 && group.data[0] == '*';
}

/* A word of the line that is a message or an identity. */
static bool take_octets(struct get *g, const char *word, const char *value)
{
    struct xk_get_keys *m = &g->message;
    struct xk_bytes *const messages[] = {&m->transfer_init, &m->transfer_resp, &m->update_init, &m->update_resp};
    static const char *const names[] = {"init", "resp", "uinit", "uresp"};
    for (size_t i = 0; i < 4; i++) {
        if (strcmp(word, names[i]) == 0) {
            *messages[i] = (struct xk_bytes){g->octets[i], read_hex(value, g->octets[i], XK_MIKEY_MAX)};
            return true;
        }
    }
    if (strcmp(word, "target") == 0) {
        m->public_kms_identity = xk_text(value);
    } else if (strcmp(word, "ih") == 0) {
        m->initiator_hint = xk_text(value);
    } else if (strcmp(word, "rh") == 0) {
        m->responder_hint = xk_text(value);
    } else if (strcmp(word, "tpk") == 0) {
        g->tpk_size = read_hex(value, g->tpk, sizeof g->tpk);
    } else if (strcmp(word, "resolved") == 0) {
        g->resolved_size = read_hex(value, g->resolved, sizeof g->resolved);
    } else if (strcmp(word, "own") == 0) {
        g->own = value;
    } else {
        return false;
    }
    return true;
}

static void take_option(struct get *g, const char *word, const char *value)
{
    struct xk_kms_options *o = &g->kms.options;
    unsigned int number = (unsigned int)strtoul(value, NULL, 10);
    if (strcmp(word, "vrprf") == 0) {
        o->vr_prf = (enum xk_kms_vr_prf)number;
    } else if (strcmp(word, "resptime") == 0) {
        o->resp_time = (enum xk_kms_resp_time)number;
    } else if (strcmp(word, "msgprf") == 0) {
        o->message_prf = (enum xk_kms_message_prf)number;
    } else if (strcmp(word, "again") == 0) {
        o->update_key = (enum xk_kms_update_key)number;
    } else if (strcmp(word, "updid") == 0) {
        o->update_identity = (enum xk_kms_update_identity)number;
    } else if (strcmp(word, "tek") == 0) {
        o->other_tek_size = number;
    } else if (strcmp(word, "short") == 0) {
        o->allow_short = number != 0;
    } else if (strcmp(word, "mixed") == 0) {
        o->allow_mixed = number != 0;
    } else if (strcmp(word, "other") == 0) {
        g->config.rules.allow_other_initiator = number != 0;
    } else if (strcmp(word, "trust") == 0) {
        g->config.rules.trust_responder_hint = number != 0;
    } else if (strcmp(word, "wild") == 0) {
        g->config.rules.member = number != 0 ? any_member : NULL;
    } else {
        check(strcmp(word, "want") == 0 || strcmp(word, "note") == 0, word);
    }
}

static void ask(struct get *g, uint64_t number)
{
    static uint8_t wire[XK_MESSAGE_MAX];
    const struct xk_responder_callbacks callbacks = {
        .size = sizeof callbacks, .random = give_random, .send = send_octets, .resolve = resolve, .observe = observe};
    struct xk_responder *responder = NULL;
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t size = 0;
    memcpy(g->message.transaction_id.octets, &number, sizeof number);
    check(xk_responder_create(&g->config, &callbacks, NULL, g, &responder, NULL) == XK_OK, "responder");
    if (xk_get_keys_encode(&g->message, wire, sizeof wire, &size, &diag) == XK_OK) {
        (void)!xk_responder_receive(responder, 1, 1, wire, size, &diag);
        check(g->sent, "no answer");
    } else {
        printf(" fail %s", xk_status_name(diag.status));
        g->field = diag.field;
    }
    check(xk_responder_destroy(responder) == XK_OK, "destroy");
}

int main(void)
{
    static char line[LINE_MAX_SIZE];
    static struct get g;
    const struct xk_kms_callbacks callbacks = {
        .ticket_key = ticket_key, .is_own = is_own, .resolved_ticket = resolved_ticket, .notice = notice};
    uint64_t number = 0;
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *word = strtok(line, " \n");
        if (word == NULL || word[0] == '#') {
            continue;
        }
        memset(&g, 0, sizeof g);
        g.field = "";
        xk_responder_config_init(&g.config);
        g.config.max_transactions = 1;
        xk_kms_init(&g.kms, &callbacks, &g);
        printf("%s", word);
        while ((word = strtok(NULL, " \n")) != NULL) {
            char *value = strchr(word, '=');
            check(value != NULL, word);
            *value++ = '\0';
            if (!take_octets(&g, word, value)) {
                take_option(&g, word, value);
            }
        }
        ask(&g, ++number);
        printf("%s%s%s\n", g.field[0] != '\0' ? " # " : "", g.field, g.notices);
    }
    return 0;
}
