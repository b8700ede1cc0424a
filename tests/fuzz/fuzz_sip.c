/* SPDX-License-Identifier: BSD-2-Clause */
/* SIP, its bodies and SDP: every view lies inside the input. */
#include <xk/sip.h>

#include "fuzz.h"

static void inside(const uint8_t *data, size_t size, struct xk_bytes view)
{
    REQUIRE(view.data == NULL || (view.data >= data && view.size <= size - (size_t)(view.data - data)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t out[65536];
    struct xk_sip_message m;
    struct xk_sdp_key_mgmt found;
    size_t written = 0;
    unsigned int steps = 0;
    if (xk_sip_parse(data, size, &m, NULL) == XK_OK) {
        const struct xk_bytes views[] = {m.method, m.request_uri, m.from_uri, m.to_uri, m.call_id,
                                         m.cseq_method, m.asserted_uri, m.body, m.sdp};
        for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
            inside(data, size, views[i]);
        }
    }
    memset(&found, 0, sizeof found);
    while (steps++ < XK_SDP_LINES_MAX + 1 && xk_sdp_next_key_mgmt(data, size, &found, NULL) == XK_OK) {
        inside(data, size, found.data);
    }
    REQUIRE(steps <= XK_SDP_LINES_MAX + 1);
    (void)!xk_sip_find_mikey(data, size, out, sizeof out, &written, NULL);
    return 0;
}
