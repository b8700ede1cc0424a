/* SPDX-License-Identifier: BSD-2-Clause */
/* From a get_keys to answers on their way: the rule is picked, the answer made, damaged and followed as it says. */
#include "testkit/answer.h"
#include "testkit/kms.h"

#include <string.h>

#include <xk/secret.h>

#define DF2 0 /* the only peer that the responders have */

enum xk_answer_time xkt_resolve(const struct xk_query *query, struct xk_answer *answer, void *user)
{
    const struct xk_test_kms *kms = user;
    answer->failure = kms->answer->failure;
    answer->referral = kms->answer->referral;
    if (answer->failure == XK_FAILURE_NONE) {
        answer->session_count = xkt_fill_results(kms->answer, query->message->transfer_init, query->cs_ids,
                                                 query->cs_count, answer->sessions, answer->key_space);
    }
    return XK_ANSWER_NOW;
}

bool xkt_capture(uint32_t peer, struct xk_bytes octets, void *user)
{
    struct xk_test_kms *kms = user;
    (void)peer;
    if (octets.size > kms->config.max_packet_size) {
        return false;
    }
    memcpy(kms->out, octets.data, octets.size);
    kms->out_size = octets.size;
    return true;
}

static bool fits(const struct xk_test_kms_rule *rule, uint32_t number, struct xk_bytes identity)
{
    return (rule->kms == XK_TEST_KMS_ANY || rule->kms == number) &&
           (rule->identity.data == NULL ||
            (rule->identity.size == identity.size && memcmp(rule->identity.data, identity.data, identity.size) == 0));
}

static void use_up(struct xk_test_kms *kms, size_t index)
{
    struct xk_test_kms_rule *rule = &kms->rules[index];
    kms->counters.scripted++;
    if (rule->times == 1) {
        kms->rule_count--;
        memmove(rule, rule + 1, (kms->rule_count - index) * sizeof *rule);
    } else if (rule->times > 1) {
        rule->times--;
    }
}

static struct xk_test_answer answer_of(const struct xk_test_kms *kms, const struct xk_test_kms_rule *rule)
{
    struct xk_test_answer answer;
    memset(&answer, 0, sizeof answer);
    answer.seed = kms->config.seed;
    if (rule->action == XK_TEST_KMS_REFUSE) {
        answer.failure = rule->failure;
        answer.referral = rule->referral;
    } else {
        answer.results = rule->results;
        answer.result_count = rule->result_count;
    }
    return answer;
}

static enum xk_status encode(struct xk_test_kms *kms, struct xk_bytes get_keys, const struct xk_test_answer *answer)
{
    return xk_test_answer_encode(get_keys, answer, kms->out, kms->config.max_packet_size, &kms->out_size);
}

static struct xk_test_answer refusal(enum xk_failure failure)
{
    struct xk_test_answer answer;
    memset(&answer, 0, sizeof answer);
    answer.failure = failure;
    return answer;
}

/* What a responder sends is the answer, whatever its verdict; when it sends nothing there is none. */
static enum xk_status ask_responder(struct xk_test_kms *kms, uint64_t now_ms, const struct xk_send *send,
                                    const struct xk_test_answer *answer)
{
    struct xk_responder *responder = kms->responders[send->kms];
    struct xk_responder_counters before;
    struct xk_responder_counters after;
    xk_responder_read_counters(responder, &before);
    kms->answer = answer;
    (void)xk_responder_tick(responder, now_ms);
    (void)!xk_responder_receive(responder, now_ms, DF2, send->octets.data, send->octets.size, NULL);
    kms->answer = NULL;
    xk_responder_read_counters(responder, &after);
    return after.send_failed == before.send_failed ? XK_OK : XK_E_SPACE;
}

static enum xk_status make_first(struct xk_test_kms *kms, uint64_t now_ms, const struct xk_send *send,
                                 const struct xk_test_answer *answer)
{
    kms->out_size = 0;
    if (kms->config.mode == XK_TEST_KMS_CHECK_RELATION) {
        return ask_responder(kms, now_ms, send, answer);
    }
    enum xk_status status = encode(kms, send->octets, answer);
    if (status >= XK_E_MIKEY_TRUNCATED) { /* the highest that encoding an answer can end with */
        const struct xk_test_answer malformed = refusal(XK_FAILURE_MALFORMED);
        status = encode(kms, send->octets, &malformed);
    }
    return status;
}

/* Only the copy that goes first is damaged. */
static void damage(struct xkt_packet *packet, const struct xk_test_kms_rule *rule)
{
    if (rule->flip_mask != 0) {
        packet->octets[rule->flip_at] ^= rule->flip_mask;
    }
    packet->size -= rule->cut < packet->size ? rule->cut : packet->size;
}

/* What follows the first, in its place; the same needs no making. */
static enum xk_status make_second(struct xk_test_kms *kms, const struct xk_send *send,
                                  const struct xk_test_kms_rule *rule)
{
    struct xk_test_answer answer = refusal(XK_FAILURE_GENERIC);
    if (rule->second == XK_TEST_KMS_SECOND_SAME) {
        return XK_OK;
    }
    if (rule->second == XK_TEST_KMS_SECOND_OTHER) {
        answer.failure = XK_FAILURE_NONE;
        answer.seed = kms->config.seed + 1;
    }
    return encode(kms, send->octets, &answer);
}

static uint64_t later(uint64_t time, uint32_t ms)
{
    return time < XK_NEVER - 1 - ms ? time + ms : XK_NEVER - 1;
}

static enum xk_status send_answers(struct xk_test_kms *kms, uint64_t now_ms, const struct xk_send *send,
                                   const struct xk_test_kms_rule *rule)
{
    const struct xk_test_answer answer = answer_of(kms, rule);
    uint32_t from = rule->from == XK_TEST_KMS_ANY ? send->kms : rule->from;
    uint64_t due = later(now_ms, rule->delay_ms);
    enum xk_status status = make_first(kms, now_ms, send, &answer);
    if (status == XK_OK && kms->out_size == 0) {
        kms->counters.silent++;
        return XK_OK;
    }
    if (status == XK_OK && rule->flip_mask != 0 && rule->flip_at >= kms->out_size) {
        status = XK_E_FIELD;
    }
    if (status != XK_OK) {
        return status;
    }
    struct xkt_packet *first = xkt_put_packet(kms, due, from, (struct xk_bytes){kms->out, kms->out_size});
    damage(first, rule);
    if (rule->second != XK_TEST_KMS_SECOND_NONE) {
        status = make_second(kms, send, rule);
        if (status != XK_OK) {
            xkt_drop_packet(kms, first);
            return status;
        }
        (void)xkt_put_packet(kms, later(due, rule->second_delay_ms), from, (struct xk_bytes){kms->out, kms->out_size});
    }
    return XK_OK;
}

enum xk_status xk_test_kms_take(struct xk_test_kms *kms, uint64_t now_ms, const struct xk_send *send)
{
    struct xk_get_keys message;
    if (kms == NULL || send == NULL || send->kms >= kms->config.max_kms) {
        return XK_E_ARGUMENT;
    }
    enum xk_status status = xk_get_keys_decode(send->octets.data, send->octets.size, &message, NULL);
    if (status != XK_OK) {
        kms->counters.malformed++;
        return status;
    }
    size_t index = 0;
    while (index < kms->rule_count && !fits(&kms->rules[index], send->kms, message.public_kms_identity)) {
        index++;
    }
    const struct xk_test_kms_rule rule = index < kms->rule_count ? kms->rules[index] : kms->otherwise;
    if (rule.action == XK_TEST_KMS_SILENT) {
        kms->counters.silent++;
    } else {
        if (xkt_free_packets(kms) < (rule.second != XK_TEST_KMS_SECOND_NONE ? 2u : 1u)) {
            return XK_E_FULL;
        }
        status = send_answers(kms, now_ms, send, &rule);
        xk_wipe(kms->out, kms->config.max_packet_size);
        if (status != XK_OK) {
            return status;
        }
    }
    kms->counters.taken++;
    if (index < kms->rule_count) {
        use_up(kms, index);
    }
    return XK_OK;
}
