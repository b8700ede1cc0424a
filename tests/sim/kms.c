/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The KMSs. What one of them answers is a matter of itself and the exchange alone, so a repeated transaction is
 * answered identically, before a crash and after; what it gets wrong (silence, slowness, a second and other answer, a
 * message that breaks the profile) comes on top. They need not agree with each other.
 */
#include "sim/outside.h"

#include <stdio.h>
#include <string.h>

#include "sim/rules.h"

enum choice { CHOICE_REFUSE, CHOICE_REASON, CHOICE_PARTIAL, CHOICE_EXTRA, CHOICE_MISSING, CHOICE_REFER, CHOICE_WHOM,
              CHOICE_SLOW, CHOICE_EXTENSION, CHOICES };

/* A choice between `bound` things that this KMS makes for this exchange once for ever. */
static uint32_t choose(const struct world *w, uint32_t kms, uint32_t exchange, enum choice what, uint32_t bound)
{
    struct xk_test_random s;
    uint64_t place = ((w->seed * REQUESTS_MAX + exchange) * KMSS_MAX + kms) * CHOICES + (uint64_t)what;
    xk_test_random_init(&s, place * UINT64_C(0xa0761d6478bd642f));
    return draw(&s, bound);
}

static bool decides(const struct world *w, uint32_t kms, uint32_t exchange, enum choice what, unsigned int thousandth)
{
    return choose(w, kms, exchange, what, 1000) < thousandth;
}

struct xk_bytes kms_name(uint32_t kms)
{
    static const char *const names[] = {"kms-0", "kms-1", "kms-2", "kms-3", "kms-4",
                                        "kms-5", "kms-6", "kms-7", "kms-8"};
    return xk_text(names[kms]);
}

static void fill_session(struct xk_session_result *s, uint8_t cs_id, const uint8_t *key)
{
    memset(s, 0, sizeof *s);
    s->cs_id = cs_id;
    s->key = (struct xk_bytes){key, 16};
    s->salt = (struct xk_bytes){key + 4, 12};
    s->cipher = XK_CIPHER_ABSENT;
    s->encoding = XK_KEY_ENCODING_ABSENT;
}

static void fail_session(struct xk_session_result *s, uint8_t cs_id, enum xk_failure failure)
{
    memset(s, 0, sizeof *s);
    s->cs_id = cs_id;
    s->failure = failure;
    s->cipher = XK_CIPHER_ABSENT;
    s->encoding = XK_KEY_ENCODING_ABSENT;
}

/* Any reason but those that say something of the moment or of another KMS. */
static enum xk_failure reason(const struct world *w, uint32_t kms, uint32_t exchange, uint32_t variant)
{
    uint32_t value = 1 + (choose(w, kms, exchange, CHOICE_REASON, 20) + variant) % 20;
    bool special = value == XK_FAILURE_UNAVAILABLE || value == XK_FAILURE_OTHER_KMS;
    return special ? XK_FAILURE_GENERIC : (enum xk_failure)value;
}

static void refer(const struct world *w, uint32_t kms, uint32_t exchange, struct xk_get_keys_response *m)
{
    m->failure = XK_FAILURE_OTHER_KMS;
    if (choose(w, kms, exchange, CHOICE_WHOM, 8) != 0) { /* else it does not know which */
        m->referral = kms_name(choose(w, kms, exchange, CHOICE_WHOM, w->options.kms_count + 1));
    }
}

/* Sessions 1 and 2, perhaps a third; perhaps one of them failed or left out. */
static void give_keys(const struct world *w, uint32_t kms, uint32_t exchange, const uint8_t *key,
                      struct xk_session_result *sessions, struct xk_get_keys_response *m)
{
    bool missing = decides(w, kms, exchange, CHOICE_MISSING, w->faults.missing);
    m->sessions = sessions;
    for (uint8_t id = missing ? 2 : 1; id <= 2; id++) {
        fill_session(&sessions[m->session_count++], id, key);
    }
    if (decides(w, kms, exchange, CHOICE_EXTRA, w->faults.extra)) {
        fill_session(&sessions[m->session_count++], 3, key);
    }
    if (decides(w, kms, exchange, CHOICE_PARTIAL, w->faults.partial)) {
        uint32_t which = choose(w, kms, exchange, CHOICE_WHOM, 3); /* one of them, or both */
        for (size_t i = 0; i < m->session_count; i++) {
            if (which == 2 || which == i) {
                fail_session(&sessions[i], sessions[i].cs_id,
                             i == 0 ? XK_FAILURE_SESSION_UNKNOWN : XK_FAILURE_ALGORITHM);
            }
        }
    }
}

static void answer(const struct world *w, const struct xk_transaction_id *id, uint32_t exchange, uint8_t variant,
                   struct packet *p)
{
    uint8_t key[16];
    struct xk_session_result sessions[3];
    struct xk_get_keys_response m;
    size_t size = 0;
    memset(key, CANARY, sizeof key);
    key[0] = (uint8_t)exchange;
    key[1] = (uint8_t)(exchange >> 8);
    key[2] = (uint8_t)p->kms;
    key[3] = variant;
    memset(&m, 0, sizeof m);
    m.transaction_id = *id;
    if (decides(w, p->kms, exchange, CHOICE_REFUSE, w->faults.refuse)) {
        m.failure = reason(w, p->kms, exchange, variant);
    } else if (decides(w, p->kms, exchange, CHOICE_REFER, w->faults.refer)) {
        refer(w, p->kms, exchange, &m);
    } else {
        give_keys(w, p->kms, exchange, key, sessions, &m);
    }
    p->size = xk_get_keys_response_encode(&m, p->octets, PACKET_SIZE, &size, NULL) == XK_OK ? (uint32_t)size : 0;
}

static void say_unavailable(struct world *w, struct xk_test_random *luck, struct packet *p,
                            const struct xk_transaction_id *id)
{
    struct xk_get_keys_response m;
    size_t size = 0;
    memset(&m, 0, sizeof m);
    m.transaction_id = *id;
    m.failure = XK_FAILURE_UNAVAILABLE;
    if (xk_get_keys_response_encode(&m, p->octets, PACKET_SIZE, &size, NULL) == XK_OK) {
        p->size = (uint32_t)size;
        network_put(w, luck, p);
    }
}

/* From a later version of the profile: a key that need not be understood. */
static void extend(struct packet *p)
{
    static const uint8_t extension[] = {0x18, 0x80, 0x00};
    if (p->size > 0 && p->size + sizeof extension <= PACKET_SIZE) {
        memcpy(p->octets + p->size, extension, sizeof extension);
        p->size += sizeof extension;
        p->octets[0]++;
    }
}

/* Which exchange is asked about: its number is in the target's identity. */
static bool read_question(struct world *w, struct xk_bytes octets, struct xk_transaction_id *id, uint32_t *exchange)
{
    struct xk_get_keys ask;
    unsigned int number = 0;
    char identity[32] = "";
    if (xk_get_keys_decode(octets.data, octets.size, &ask, NULL) == XK_OK && ask.public_kms_identity.size < 32) {
        memcpy(identity, ask.public_kms_identity.data, ask.public_kms_identity.size);
    }
    if (sscanf(identity, "sip:%u@b", &number) != 1 || number >= w->request_count) {
        breaks(w, "a get_keys that nobody asked for was sent");
        return false;
    }
    *id = ask.transaction_id;
    *exchange = number;
    return true;
}

bool must_repeat(const struct world *w)
{
    return w->faults.crash > 0 || w->faults.crash_inside > 0 || w->faults.release > 0;
}

void kms_takes(struct world *w, uint32_t kms, struct xk_bytes octets)
{
    struct xk_transaction_id id;
    struct packet p;
    uint32_t exchange = 0;
    memset(&p, 0, sizeof p);
    p.kms = kms;
    p.at = w->now;
    if (!read_question(w, octets, &id, &exchange)) {
        return;
    }
    struct xk_test_random *luck = &w->requests[exchange].luck;
    if (chance(w, luck, w->faults.silent)) {
        return;
    }
    if (chance(w, luck, w->faults.away)) {
        say_unavailable(w, luck, &p, &id);
        return;
    }
    if (!w->calm && decides(w, kms, exchange, CHOICE_SLOW, w->faults.slow)) {
        p.at = later(p.at, 200 + draw(luck, 4000));
    }
    answer(w, &id, exchange, 0, &p);
    if (decides(w, kms, exchange, CHOICE_EXTENSION, w->faults.extra)) {
        extend(&p);
    }
    if (chance(w, luck, w->faults.malformed)) {
        struct packet bad = p;
        bad.spoiled = spoil(&bad, luck);
        if (bad.spoiled) {
            network_put(w, luck, &bad);
        }
    }
    network_put(w, luck, &p);
    if (!must_repeat(w) && chance(w, luck, w->faults.contradict)) {
        answer(w, &id, exchange, 1, &p);
        p.at = later(p.at, 60);
        network_put(w, luck, &p);
    }
}
