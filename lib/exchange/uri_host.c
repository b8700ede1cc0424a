/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts: names as text without regard to case, addresses by their value in whatever form they are written. */
#include "exchange/uri.h"

#include "sip/text.h"

#define IPV4_SIZE 4
#define IPV6_SIZE 16
#define BROKEN (IPV6_SIZE + 1)

/* Four numbers of one to three digits. */
static bool read_ipv4(struct xk_bytes text, uint8_t out[IPV4_SIZE])
{
    for (unsigned int i = 0; i < IPV4_SIZE; i++) {
        uint32_t value;
        size_t before = text.size;
        if (!xki_sip_number(&text, 255, &value) || before - text.size > 3) {
            return false;
        }
        out[i] = (uint8_t)value;
        if (i < IPV4_SIZE - 1) {
            if (text.size == 0 || text.data[0] != '.') {
                return false;
            }
            text = xki_sip_slice(text, 1, text.size);
        }
    }
    return text.size == 0;
}

/* One to four hexadecimal digits, cut off `*text`. */
static bool read_group(struct xk_bytes *text, uint8_t out[2])
{
    unsigned int value = 0;
    size_t at = 0;
    for (; at < text->size; at++) {
        uint8_t c = xki_sip_lower(text->data[at]);
        bool letter = c >= 'a' && c <= 'f';
        if (!letter && !xki_sip_is_digit(c)) {
            break;
        }
        if (at == 4) {
            return false;
        }
        value = value << 4 | (unsigned int)(letter ? c - 'a' + 10 : c - '0');
    }
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
    *text = xki_sip_slice(*text, at, text->size);
    return at > 0;
}

/* The groups on one side of "::", or all of them; the last may be written as IPv4. How many octets, or BROKEN. */
static size_t read_groups(struct xk_bytes text, bool last, uint8_t out[IPV6_SIZE])
{
    size_t size = 0;
    while (text.size > 0) {
        if (last && size <= IPV6_SIZE - IPV4_SIZE && read_ipv4(text, out + size)) {
            return size + IPV4_SIZE;
        }
        if (size == IPV6_SIZE || !read_group(&text, out + size)) {
            return BROKEN;
        }
        size += 2;
        if (text.size > 0) {
            if (text.data[0] != ':' || text.size == 1) {
                return BROKEN;
            }
            text = xki_sip_slice(text, 1, text.size);
        }
    }
    return size;
}

/* RFC 4291 2.2, in brackets. */
static bool read_ipv6(struct xk_bytes text, uint8_t out[IPV6_SIZE])
{
    uint8_t behind[IPV6_SIZE];
    if (text.size < 2 || text.data[0] != '[' || text.data[text.size - 1] != ']') {
        return false;
    }
    text = xki_sip_slice(text, 1, text.size - 1);
    size_t gap = 0;
    while (gap + 1 < text.size && (text.data[gap] != ':' || text.data[gap + 1] != ':')) {
        gap++;
    }
    memset(out, 0, IPV6_SIZE);
    if (gap + 1 >= text.size) {
        return read_groups(text, true, out) == IPV6_SIZE;
    }
    size_t first = read_groups(xki_sip_slice(text, 0, gap), false, out);
    size_t second = read_groups(xki_sip_slice(text, gap + 2, text.size), true, behind);
    if (first + second > IPV6_SIZE - 2) {
        return false;
    }
    memcpy(out + IPV6_SIZE - second, behind, second);
    return true;
}

bool xki_ex_same_port(struct xk_bytes a, struct xk_bytes b)
{
    return (a.data == NULL) == (b.data == NULL) && xki_ex_same_text(a, b, false, XKI_EX_AS_THEY_ARE);
}

bool xki_ex_same_host(struct xk_bytes a, struct xk_bytes b)
{
    uint8_t left[IPV6_SIZE];
    uint8_t right[IPV6_SIZE];
    if (read_ipv4(a, left) && read_ipv4(b, right)) {
        return memcmp(left, right, IPV4_SIZE) == 0;
    }
    if (read_ipv6(a, left) && read_ipv6(b, right)) {
        return memcmp(left, right, IPV6_SIZE) == 0;
    }
    return xki_ex_same_text(a, b, true, XKI_EX_AS_THEY_ARE);
}
