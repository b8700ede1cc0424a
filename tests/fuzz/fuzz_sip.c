/* SPDX-License-Identifier: BSD-2-Clause */
/* SIP, its bodies and SDP: every view lies inside the input. */
#include <xk/sip.h>

#include "fuzz.h"

static void inside(const uint8_t *data, size_t size, struct xk_bytes view)
{
    REQUIRE(view.data == NULL || (view.data >= data && view.size <= size - (size_t)(view.data - data)));
}

static void walk_sdp(const uint8_t *data, size_t size)
{
    struct xk_sdp_key_mgmt found;
    struct xk_sdp_medium medium;
    struct xk_sdp_choice choice;
    size_t steps = 0;
    memset(&found, 0, sizeof found);
    memset(&medium, 0, sizeof medium);
    while (xk_sdp_next_key_mgmt(data, size, &found, NULL) == XK_OK) {
        inside(data, size, found.data);
        REQUIRE(steps++ < size && (int)found.standing >= XK_SDP_IN_FORCE && (int)found.standing <= XK_SDP_REJECTED);
    }
    for (steps = 0; xk_sdp_next_medium(data, size, &medium, NULL) == XK_OK; steps++) {
        inside(data, size, medium.media);
        inside(data, size, medium.protocol);
        REQUIRE(steps < size && medium.number == steps + 1);
    }
    if (xk_sdp_find_choice(data, size, 1, &choice, NULL) == XK_OK) {
        inside(data, size, choice.capabilities);
        (void)xk_sdp_choice_has(&choice, 1);
    }
}

static void walk_message(const uint8_t *data, size_t size, const struct xk_sip_message *m)
{
    static uint8_t scratch[65536];
    const struct xk_bytes views[] = {m->method,  m->request_uri, m->from_uri, m->to_uri,           m->call_id,
                                     m->cseq_method, m->asserted_uri, m->body, m->sdp,             m->from_tag,
                                     m->to_tag,  m->rack.method, m->headers,  m->replaces.call_id, m->replaces.to_tag,
                                     m->replaces.from_tag, m->instance};
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        inside(data, size, views[i]);
    }
    REQUIRE(m->part_count <= XK_SIP_SDP_MAX && m->deviations < 1u << XK_SIP_DEVIATION_COUNT);
    REQUIRE(m->session < m->part_count || m->session == XK_SIP_SDP_MAX);
    for (size_t i = 0; i < m->part_count; i++) {
        struct xk_bytes sdp;
        inside(data, size, m->parts[i].data);
        if (xk_sip_undo(&m->parts[i], scratch, sizeof scratch, &sdp, NULL) == XK_OK) {
            walk_sdp(sdp.data, sdp.size);
        }
    }
    struct xk_sip_identity identity;
    size_t steps = 0;
    memset(&identity, 0, sizeof identity);
    while (xk_sip_next_identity(m, &identity)) {
        inside(data, size, identity.uri);
        inside(data, size, identity.parameters);
        REQUIRE(identity.uri.size > 0 && steps++ < size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t out[65536];
    struct xk_sip_message m;
    size_t written = 0;
    if (xk_sip_parse(data, size, &m, NULL) == XK_OK) {
        walk_message(data, size, &m);
    }
    walk_sdp(data, size);
    (void)!xk_sip_find_mikey(data, size, out, sizeof out, &written, NULL);
    return 0;
}
