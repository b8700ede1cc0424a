/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One walk over the lines of a multipart body. The delimiters of all multiparts that are open are known at each line,
 * so a part inside a part needs no recursion, and an inner multipart that is not closed ends with the outer part.
 */
#include "sip/multipart.h"

#include "sip/header.h"
#include "sip/text.h"

#define NO_LEVEL XK_SIP_NESTING_MAX

/* A multipart that is open. */
struct level {
    struct xk_bytes boundary;
    bool alternative;
    struct xk_bytes disposition; /* of an alternative as a whole: its parts' own where they have none */
    size_t first;  /* SDP parts that stood before it */
    size_t branch; /* and before the part of it that is being read */
};

struct walk {
    struct xk_sip_message *message;
    struct xk_bytes body;
    size_t at;
    struct level levels[XK_SIP_NESTING_MAX];
    size_t depth;
    struct xki_sip_content content; /* of the part that is being read */
    bool in_part;
    size_t start; /* of its content */
};

static void tell(struct walk *w, enum xk_sip_deviation deviation)
{
    w->message->deviations |= (uint32_t)deviation;
}

/* Whose delimiter the line is, the innermost first; NO_LEVEL for a line of content. */
static size_t find_level(const struct walk *w, struct xk_bytes line, bool *closing)
{
    if (!xki_sip_begins(line, "--")) {
        return NO_LEVEL;
    }
    for (size_t i = w->depth; i-- > 0;) {
        struct xk_bytes boundary = w->levels[i].boundary;
        if (line.size < boundary.size + 2 || memcmp(line.data + 2, boundary.data, boundary.size) != 0) {
            continue;
        }
        struct xk_bytes behind = xki_sip_slice(line, boundary.size + 2, line.size);
        *closing = xki_sip_begins(behind, "--");
        if (xki_trim(behind).size == (*closing ? 2u : 0u)) {
            return i;
        }
    }
    return NO_LEVEL;
}

/* Of the parts of an alternative, an understood one takes the place of all before it. */
static void supersede(struct walk *w, struct xk_sip_sdp *part)
{
    for (size_t i = 0; i < w->depth; i++) {
        const struct level *level = &w->levels[i];
        for (size_t j = level->first; level->alternative && j < level->branch; j++) {
            struct xk_sip_sdp *earlier = &w->message->parts[j];
            if (earlier->disposition != part->disposition || earlier->superseded) {
                continue;
            }
            if (part->encoding == XK_SIP_ENCODING_OTHER) {
                part->superseded = true;
            } else {
                earlier->superseded = true;
            }
        }
    }
}

/* Makes room by forgetting a part that does not count. */
static void forget_superseded(struct walk *w)
{
    struct xk_sip_message *m = w->message;
    size_t i = 0;
    while (i < m->part_count && !m->parts[i].superseded) {
        i++;
    }
    if (i == m->part_count) {
        return;
    }
    m->part_count--;
    for (size_t k = i; k < m->part_count; k++) {
        m->parts[k] = m->parts[k + 1];
    }
    for (size_t k = 0; k < w->depth; k++) {
        w->levels[k].first -= w->levels[k].first > i ? 1 : 0;
        w->levels[k].branch -= w->levels[k].branch > i ? 1 : 0;
    }
}

static void add_part(struct walk *w, struct xk_bytes data)
{
    struct xk_sip_message *m = w->message;
    struct xk_sip_sdp part = xki_sip_make_part(data, &w->content, &m->deviations);
    supersede(w, &part);
    if (m->part_count == XK_SIP_SDP_MAX) {
        tell(w, XK_SIP_DEV_PARTS);
        forget_superseded(w);
    }
    if (m->part_count < XK_SIP_SDP_MAX) {
        m->parts[m->part_count++] = part;
    }
}

/* The line end before a delimiter belongs to the delimiter. */
static void end_part(struct walk *w, size_t end, bool delimited)
{
    if (!w->in_part) {
        return;
    }
    struct xk_bytes data = xki_sip_slice(w->body, w->start, end);
    w->in_part = false;
    if (delimited && data.size > 0) {
        data.size -= data.size > 1 && data.data[data.size - 2] == '\r' ? 2 : 1;
    }
    if (xki_sip_is_sdp(w->content.type, data, &w->message->deviations)) {
        add_part(w, data);
    }
}

static bool at_delimiter(const struct walk *w)
{
    struct xk_bytes line;
    bool closing;
    size_t at = w->at;
    return xki_sip_next_line(w->body, &at, &line) && find_level(w, line, &closing) != NO_LEVEL;
}

/* Without the parameter, the first line that could be a delimiter tells the boundary, unless it is an outer one's. */
static struct xk_bytes guess_boundary(struct walk *w)
{
    struct xk_bytes none = {NULL, 0};
    struct xk_bytes line;
    bool closing;
    size_t at = w->at;
    tell(w, XK_SIP_DEV_MULTIPART);
    while (xki_sip_next_line(w->body, &at, &line)) {
        if (line.size > 2 && xki_sip_begins(line, "--")) {
            return find_level(w, line, &closing) == NO_LEVEL ? xki_trim(xki_sip_slice(line, 2, line.size)) : none;
        }
    }
    return none;
}

static void open_level(struct walk *w, const struct xki_sip_content *content)
{
    struct xk_bytes boundary = {NULL, 0};
    struct xk_bytes kind = content->type;
    if (w->depth == XK_SIP_NESTING_MAX) {
        tell(w, XK_SIP_DEV_PARTS);
        return;
    }
    if (!xki_sip_parameter(xki_sip_parameters(&kind), "boundary", &boundary) || !xki_sip_unquote(&boundary) ||
        boundary.size == 0) {
        boundary = guess_boundary(w);
    }
    if (boundary.size > 0) {
        struct level *level = &w->levels[w->depth++];
        memset(level, 0, sizeof *level);
        level->boundary = boundary;
        level->first = level->branch = w->message->part_count;
        level->alternative = xki_sip_is_media_type(kind, "multipart/alternative");
        if (level->alternative) {
            level->disposition = content->disposition;
        }
    }
}

static void keep_field(struct walk *w, const struct xki_sip_header *header)
{
    if (xki_sip_equals(header->name, "content-type")) {
        w->content.type = header->value;
    } else if (xki_sip_equals(header->name, "content-disposition")) {
        w->content.disposition = header->value;
    } else if (xki_sip_equals(header->name, "content-transfer-encoding")) {
        w->content.transfer_encoding = header->value;
    } else if (xki_sip_equals(header->name, "content-encoding")) {
        w->content.encoding = header->value;
    }
}

/* A part without content may end with its header section (RFC 2046 5.1.1). */
static void begin_part(struct walk *w)
{
    enum xki_sip_line line = XKI_SIP_LINE_FIELD;
    memset(&w->content, 0, sizeof w->content);
    w->content.disposition = w->levels[w->depth - 1].disposition;
    while (line != XKI_SIP_LINE_END && line != XKI_SIP_LINE_CUT && !at_delimiter(w)) {
        struct xki_sip_header header;
        line = xki_sip_next_header(w->body, &w->at, &header);
        if (line == XKI_SIP_LINE_FIELD) {
            keep_field(w, &header);
        } else if (line != XKI_SIP_LINE_END) {
            tell(w, XK_SIP_DEV_MULTIPART);
        }
    }
    w->start = w->at;
    if (!xki_sip_is_media_type(w->content.type, "multipart/")) {
        w->in_part = true;
        return;
    }
    struct xk_bytes rest = xki_sip_slice(w->body, w->at, w->body.size);
    if (xki_sip_read_encoding(&w->content, rest, &w->message->deviations) == XK_SIP_ENCODING_NONE) {
        open_level(w, &w->content);
    } else {
        tell(w, XK_SIP_DEV_PARTS);
    }
}

void xki_sip_walk_multipart(struct xk_sip_message *message, const struct xki_sip_content *content)
{
    struct walk w;
    struct xk_bytes line;
    memset(&w, 0, sizeof w);
    w.message = message;
    w.body = message->body;
    open_level(&w, content);
    bool begun = false;
    for (;;) {
        bool closing = false;
        size_t start = w.at;
        if (!xki_sip_next_line(w.body, &w.at, &line)) {
            break;
        }
        size_t level = find_level(&w, line, &closing);
        if (level == NO_LEVEL) {
            continue;
        }
        end_part(&w, start, true);
        begun = true;
        w.depth = closing ? level : level + 1;
        if (w.depth == 0) {
            return;
        }
        if (!closing) {
            w.levels[level].branch = message->part_count;
            begin_part(&w);
        }
    }
    tell(&w, XK_SIP_DEV_MULTIPART);
    w.in_part = w.in_part || (!begun && xki_sip_looks_like_sdp(w.body));
    end_part(&w, w.body.size, false);
}
