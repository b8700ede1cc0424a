/* SPDX-License-Identifier: BSD-2-Clause */
/* get_keys of about 760 octets, a response with two Crypto Sessions, an IRI record of about 180. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/stack.h"

static _Thread_local uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

void draw_octets(uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i += 8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        size_t step = size - i < 8 ? size - i : 8;
        memcpy(out + i, &state, step);
    }
}

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

uint64_t now_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t spent_ns(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

void work_init(struct work *work)
{
    static uint8_t init[480];
    static uint8_t resp[220];
    static uint8_t keys[2][30];
    struct xk_session_result sessions[2];
    struct xk_get_keys_response response;
    memset(work, 0, sizeof *work);
    memset(sessions, 0, sizeof sessions);
    memset(&response, 0, sizeof response);
    draw_octets(init, sizeof init);
    draw_octets(resp, sizeof resp);
    draw_octets(keys[0], sizeof keys);
    work->get_keys.public_kms_identity = xk_text("sip:target@example.org");
    work->get_keys.transfer_init = (struct xk_bytes){init, sizeof init};
    work->get_keys.transfer_resp = (struct xk_bytes){resp, sizeof resp};
    for (size_t i = 0; i < 2; i++) {
        sessions[i].cs_id = (uint8_t)(i + 1);
        sessions[i].key = (struct xk_bytes){keys[i], 16};
        sessions[i].salt = (struct xk_bytes){keys[i] + 16, 14};
        sessions[i].cipher = XK_CIPHER_ABSENT;
        sessions[i].encoding = XK_KEY_ENCODING_ABSENT;
    }
    response.sessions = sessions;
    response.session_count = 2;
    work->party.sip_uri = work->get_keys.public_kms_identity;
    work->warrant.liid = xk_text("LI-2026-0001");
    work->warrant.parties = &work->party;
    work->warrant.party_count = 1;
    work->warrant.correlation_number = xk_text("imscorr1");
    work->warrant.operator_identifier = xk_text("12345");
    work->warrant.destination = XK_DESTINATION_LEMF;
    if (xk_get_keys_encode(&work->get_keys, work->request, sizeof work->request, &work->request_size, NULL) != XK_OK ||
        xk_get_keys_response_encode(&response, work->response, sizeof work->response, &work->response_size, NULL) !=
            XK_OK) {
        abort();
    }
}
