/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of an SDP description, and what a media section says as a whole. */
#ifndef XKI_SIP_SDP_H
#define XKI_SIP_SDP_H

#include <xk/sdp.h>

struct xki_sip_sdp_line {
    uint8_t type;          /* the letter; 0 at the end */
    struct xk_bytes value; /* trimmed */
    size_t offset;
};

/* The next line at `*at`; lines that are none are stepped over and told. False at the end, which an empty line is. */
bool xki_sip_next_sdp_line(struct xk_bytes text, size_t *at, struct xki_sip_sdp_line *line, uint32_t *deviations);

/* What the m= line and its section say. */
struct xki_sip_section {
    struct xk_bytes media;
    struct xk_bytes protocol;
    uint32_t port; /* 65536 where there is none */
    bool bundle_only;
    bool own_key; /* an a=key-mgmt:mikey of its own with something in it */
    enum xk_sdp_direction direction;
    size_t next; /* offset of the next m= line, or the end */
    uint32_t deviations;
};

/* Reads from `at`, behind an m= line, to the next one; `line` is that m= line, or of type 0 for the session level. */
struct xki_sip_section xki_sip_read_section(struct xk_bytes text, size_t at, const struct xki_sip_sdp_line *line,
                                            enum xk_sdp_direction direction);

/* Is the medium one without a stream? */
bool xki_sip_is_rejected(const struct xki_sip_section *section);

/* The value of an a= line as key management: its protocol is mikey. `*capability` is 0, or the number of an acap. */
bool xki_sip_read_key_mgmt(struct xk_bytes value, struct xk_bytes *data, uint32_t *capability,
                           uint32_t *deviations);

/* The SDP in a part is plain: what its lines deviate in, and which way its media flow. */
uint32_t xki_sip_look_at_sdp(struct xk_bytes sdp, enum xk_sdp_direction *direction);

/* Is there a line of the form x=value at all? */
bool xki_sip_has_sdp_line(struct xk_bytes text);

#endif
