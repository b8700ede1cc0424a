/* SPDX-License-Identifier: BSD-2-Clause */
#include "x2/ber.h"

#define MORE 0x80u
#define TAG_OCTETS_MAX 3 /* behind the first one: numbers to 2^21 - 1 */
#define LENGTH_OCTETS_MAX 8

/* Tag and length of an element; `definite` is false for a length that an end mark gives. */
struct head {
    struct xki_x2_ber element;
    bool definite;
    size_t length;
};

static bool read_tag(struct xk_bytes text, size_t *at, struct head *head)
{
    if (*at >= text.size) {
        return false;
    }
    uint8_t first = text.data[(*at)++];
    head->element.tag_class = (uint8_t)(first >> 6);
    head->element.constructed = (first & 0x20) != 0;
    head->element.tag = first & 0x1f;
    if (head->element.tag != 0x1f) {
        return true;
    }
    head->element.tag = 0;
    for (unsigned int i = 0; i < TAG_OCTETS_MAX && *at < text.size; i++) {
        uint8_t next = text.data[(*at)++];
        head->element.tag = head->element.tag << 7 | (next & 0x7fu);
        if ((next & MORE) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_length(struct xk_bytes text, size_t *at, struct head *head)
{
    if (*at >= text.size) {
        return false;
    }
    uint8_t first = text.data[(*at)++];
    head->definite = first != MORE;
    head->length = first;
    if (first < MORE) {
        return true;
    }
    unsigned int octets = first & 0x7fu;
    if (octets > LENGTH_OCTETS_MAX || text.size - *at < octets) {
        return false;
    }
    uint64_t length = 0;
    for (unsigned int i = 0; i < octets; i++) {
        length = length << 8 | text.data[(*at)++];
    }
    head->length = length > SIZE_MAX ? SIZE_MAX : (size_t)length;
    return head->definite || head->element.constructed;
}

static bool read_head(struct xk_bytes text, size_t *at, struct head *head)
{
    return read_tag(text, at, head) && read_length(text, at, head) &&
           (!head->definite || head->length <= text.size - *at);
}

/* From the content of an indefinite length to its end mark: a count of open ones instead of recursion. */
static bool find_end(struct xk_bytes text, size_t *at, size_t *content_end)
{
    size_t open = 1;
    while (open > 0) {
        struct head head;
        *content_end = *at;
        if (!read_head(text, at, &head)) {
            return false;
        }
        bool end_mark = head.element.tag == 0 && head.element.tag_class == 0 && !head.element.constructed;
        if (end_mark && head.length == 0) {
            open--;
        } else if (!head.definite) {
            open++;
        } else {
            *at += head.length;
        }
    }
    return true;
}

bool xki_x2_next_element(struct xk_bytes text, size_t *at, struct xki_x2_ber *element)
{
    struct head head;
    size_t next = *at;
    if (!read_head(text, &next, &head)) {
        return false;
    }
    size_t start = next;
    size_t end = start;
    if (head.definite) {
        end = next = start + head.length;
    } else if (!find_end(text, &next, &end)) {
        return false;
    }
    *element = head.element;
    element->content = (struct xk_bytes){text.data + start, end - start};
    *at = next;
    return true;
}

bool xki_x2_find_element(struct xk_bytes text, uint32_t tag, struct xki_x2_ber *element)
{
    size_t at = 0;
    while (xki_x2_next_element(text, &at, element)) {
        if (element->tag_class == XKI_X2_BER_CONTEXT && element->tag == tag) {
            return true;
        }
    }
    return false;
}
