/* SPDX-License-Identifier: BSD-2-Clause */
/* One warrant of warrants.yaml: each word with the function that takes its value. */
#include "df2/words.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <xk/message.h>

static bool take_liid(struct reader *r, yaml_node_t *node)
{
    const char *text = words_text(r, node, "the LIID", 1, XK_LIID_MAX);
    if (text != NULL) {
        memcpy(r->warrant->liid, text, strlen(text) + 1);
    }
    return text != NULL;
}

/* Digits as TBCD, two an octet, the first one low. */
static size_t put_digits(const char *digits, uint8_t *out)
{
    size_t count = strlen(digits);
    for (size_t i = 0; i < count; i++) {
        uint8_t digit = (uint8_t)(digits[i] - '0');
        out[i / 2] = (uint8_t)(i % 2 == 0 ? 0xf0 | digit : (out[i / 2] & 0x0f) | digit << 4);
    }
    return (count + 1) / 2;
}

/* imei:, imsi: and msisdn: belong to the first party. */
static bool take_number(struct reader *r, const yaml_node_t *node, const char *text)
{
    static const struct {
        const char *scheme;
        size_t least;
        size_t most;
    } kinds[] = {{"imei:", 14, 16}, {"imsi:", 6, 15}, {"msisdn:+", 1, 15}};
    struct xk_party *party = &r->warrant->parties[0];
    struct xk_bytes *const places[] = {&party->imei, &party->imsi, &party->msisdn};
    for (size_t i = 0; i < 3; i++) {
        size_t scheme = strlen(kinds[i].scheme);
        if (strncmp(text, kinds[i].scheme, scheme) != 0) {
            continue;
        }
        const char *digits = text + scheme;
        size_t count = strspn(digits, "0123456789");
        uint8_t *out = r->warrant->numbers[i];
        if (digits[count] != '\0' || count < kinds[i].least || count > kinds[i].most) {
            return words_refuse(r, node, "%s takes %zu to %zu digits", kinds[i].scheme, kinds[i].least, kinds[i].most);
        }
        if (places[i]->data != NULL) {
            return words_refuse(r, node, "a second %s", kinds[i].scheme);
        }
        size_t head = i == 2 ? 1 : 0; /* an international number in ISDN numbering, TS 29.002 */
        memset(out, 0xff, sizeof r->warrant->numbers[i]);
        out[0] = i == 2 ? 0x91 : out[0];
        size_t size = head + put_digits(digits, out + head);
        *places[i] = (struct xk_bytes){out, i == 0 ? XK_IMEI_SIZE : size};
        return true;
    }
    return words_refuse(r, node, "an identity begins with sip:, sips:, tel:, imei:, imsi: or msisdn:+");
}

static bool take_identity(struct reader *r, yaml_node_t *node)
{
    struct warrant *w = r->warrant;
    const char *text = words_text(r, node, "an identity", 5, XK_IDENTITY_MAX);
    size_t place = 0;
    if (text == NULL) {
        return false;
    }
    bool tel = strncmp(text, "tel:", 4) == 0;
    if (!tel && strncmp(text, "sip:", 4) != 0 && strncmp(text, "sips:", 5) != 0) {
        return take_number(r, node, text);
    }
    struct xk_bytes *more = realloc(w->uris, (w->uri_count + 1) * sizeof *more);
    char *copy = strdup(text);
    w->uris = more != NULL ? more : w->uris;
    if (more == NULL || copy == NULL) {
        free(copy);
        return words_refuse(r, node, "no memory");
    }
    const struct xk_bytes uri = xk_text(copy);
    w->uris[w->uri_count++] = uri;
    while (place < XK_PARTIES_MAX && (tel ? w->parties[place].tel_uri : w->parties[place].sip_uri).data != NULL) {
        place++;
    }
    if (place == XK_PARTIES_MAX) {
        return words_refuse(r, node, "more than %d identities of one kind", XK_PARTIES_MAX);
    }
    *(tel ? &w->parties[place].tel_uri : &w->parties[place].sip_uri) = uri;
    w->party_count = place + 1 > w->party_count ? place + 1 : w->party_count;
    return true;
}

static bool take_identities(struct reader *r, yaml_node_t *node)
{
    if (!words_each(r, node, "\"identities\"", 3 * XK_PARTIES_MAX, take_identity)) {
        return false;
    }
    return r->warrant->uri_count > 0 || words_refuse(r, node, "none of the identities is a URI that can be looked for");
}

/* 32 hexadecimal digits, with dashes or without. */
static bool take_xid(struct reader *r, yaml_node_t *node)
{
    const char *text = words_text(r, node, "the XID", 32, 36);
    size_t count = 0;
    for (const char *at = text; at != NULL && *at != '\0'; at++) {
        if (*at == '-') {
            continue;
        }
        if (isxdigit((unsigned char)*at) == 0 || count == 2 * (size_t)XK_X2_XID_SIZE) {
            return words_refuse(r, node, "an XID has 32 hexadecimal digits");
        }
        unsigned int digit = isdigit((unsigned char)*at) != 0 ? (unsigned int)(*at - '0')
                                                              : (unsigned int)(tolower((unsigned char)*at) - 'a') + 10;
        uint8_t *octet = &r->warrant->xid[count / 2];
        *octet = (uint8_t)((unsigned int)*octet << 4 | digit);
        count++;
    }
    r->warrant->has_xid = true;
    return text != NULL &&
           (count == 2 * (size_t)XK_X2_XID_SIZE || words_refuse(r, node, "an XID has 32 hexadecimal digits"));
}

/* The place of a name in the program's list; `count` places have been taken already. */
static bool take_name(struct reader *r, const yaml_node_t *node, const char *what, const char *const *names,
                      size_t name_count, size_t *places, size_t *count, size_t most)
{
    const char *text = words_text(r, node, what, 1, 64);
    if (text == NULL) {
        return false;
    }
    for (size_t i = 0; i < name_count; i++) {
        if (strcmp(text, names[i]) != 0) {
            continue;
        }
        for (size_t k = 0; k < *count; k++) {
            if (places[k] == i) {
                return words_refuse(r, node, "%s \"%s\" stands twice", what, text);
            }
        }
        if (*count == most) {
            return words_refuse(r, node, "%s: more than %zu", what, most);
        }
        places[(*count)++] = i;
        return true;
    }
    return words_refuse(r, node, "%s \"%s\" is not one of the program's", what, text);
}

static bool take_one_kms(struct reader *r, yaml_node_t *node)
{
    return take_name(r, node, "the KMS", r->names->kms, r->names->kms_count, r->warrant->kms, &r->warrant->kms_count,
                     WARRANT_KMS_MAX);
}

static bool take_kms(struct reader *r, yaml_node_t *node)
{
    return words_each(r, node, "\"kms\"", WARRANT_KMS_MAX, take_one_kms);
}

static bool take_destination(struct reader *r, yaml_node_t *node)
{
    return take_name(r, node, "the LEMF", r->names->lemfs, r->names->lemf_count, r->warrant->destinations,
                     &r->warrant->destination_count, WARRANT_DESTINATIONS_MAX);
}

static bool take_destinations(struct reader *r, yaml_node_t *node)
{
    return words_each(r, node, "\"destinations\"", WARRANT_DESTINATIONS_MAX, take_destination);
}

/* One of two words; 0 or 1, or below 0 and refused. */
static int choose(struct reader *r, const yaml_node_t *node, const char *what, const char *first, const char *second)
{
    const char *text = words_text(r, node, what, 1, 64);
    if (text == NULL) {
        return -1;
    }
    if (strcmp(text, first) != 0 && strcmp(text, second) != 0) {
        words_refuse(r, node, "%s is %s or %s, not \"%s\"", what, first, second, text);
        return -1;
    }
    return strcmp(text, second) == 0;
}

static bool take_keys(struct reader *r, yaml_node_t *node)
{
    int choice = choose(r, node, "\"keys\"", "lemf", "df3");
    r->warrant->keys = choice == 1 ? XK_DESTINATION_DF3 : XK_DESTINATION_LEMF;
    return choice >= 0;
}

static bool take_module(struct reader *r, yaml_node_t *node)
{
    int choice = choose(r, node, "\"module\"", "umts", "eps");
    r->warrant->module = choice == 1 ? XK_HI2_EPS : XK_HI2_UMTS;
    return choice >= 0;
}

static bool take_location(struct reader *r, yaml_node_t *node)
{
    int choice = choose(r, node, "\"location\"", "yes", "no");
    r->warrant->mask_location = choice == 1;
    return choice >= 0;
}

static bool take_country_into(struct reader *r, const yaml_node_t *node, char *out)
{
    const char *text = words_text(r, node, "a country", 2, 2);
    if (text == NULL) {
        return false;
    }
    if (isupper((unsigned char)text[0]) == 0 || isupper((unsigned char)text[1]) == 0) {
        return words_refuse(r, node, "a country has two capital letters");
    }
    memcpy(out, text, 2);
    return true;
}

static bool take_country(struct reader *r, yaml_node_t *node)
{
    return take_country_into(r, node, r->warrant->country);
}

static bool take_delivery_country(struct reader *r, yaml_node_t *node)
{
    return take_country_into(r, node, r->warrant->delivery_country);
}

bool take_operator(struct reader *r, yaml_node_t *node)
{
    char *out = r->warrant != NULL ? r->warrant->operator_identifier : r->operator_identifier;
    const char *text = words_text(r, node, "the operator", 1, XK_OPERATOR_IDENTIFIER_MAX);
    if (text != NULL) {
        memcpy(out, text, strlen(text) + 1);
    }
    return text != NULL;
}

static bool take_element_as(struct reader *r, const yaml_node_t *node, enum xk_network_element_form form, size_t most)
{
    const char *text = words_text(r, node, "the element", 1, most);
    if (text == NULL) {
        return false;
    }
    if (r->warrant->element_form != XK_NETWORK_ELEMENT_ABSENT) {
        return words_refuse(r, node, "the element has two names");
    }
    r->warrant->element_form = form;
    memcpy(r->warrant->element, text, strlen(text) + 1);
    return true;
}

static bool take_dns(struct reader *r, yaml_node_t *node)
{
    return take_element_as(r, node, XK_NETWORK_ELEMENT_DNS, XK_NETWORK_ELEMENT_MAX);
}

static bool take_e164(struct reader *r, yaml_node_t *node)
{
    return take_element_as(r, node, XK_NETWORK_ELEMENT_E164, XK_NETWORK_ELEMENT_MAX);
}

static bool take_x25(struct reader *r, yaml_node_t *node)
{
    return take_element_as(r, node, XK_NETWORK_ELEMENT_X25, XK_NETWORK_ELEMENT_MAX);
}

static bool take_ip(struct reader *r, yaml_node_t *node)
{
    uint8_t address[16];
    if (!take_element_as(r, node, XK_NETWORK_ELEMENT_IP_TEXT, XK_NETWORK_ELEMENT_TEXT_MAX)) {
        return false;
    }
    const char *text = r->warrant->element;
    return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1 ||
           words_refuse(r, node, "not an IP address");
}

static bool take_element(struct reader *r, yaml_node_t *node)
{
    static const struct word words[] = {
        {"dns", take_dns, false}, {"e164", take_e164, false}, {"x25", take_x25, false}, {"ip", take_ip, false}};
    if (!words_take(r, node, "\"element\"", words, sizeof words / sizeof words[0])) {
        return false;
    }
    return r->warrant->element_form != XK_NETWORK_ELEMENT_ABSENT || words_refuse(r, node, "the element has no name");
}

bool warrant_words(struct reader *r, yaml_node_t *node)
{
    static const struct word words[] = {
        {"liid", take_liid, true},
        {"identities", take_identities, true},
        {"kms", take_kms, true},
        {"destinations", take_destinations, true},
        {"module", take_module, true},
        {"xid", take_xid, false},
        {"keys", take_keys, false},
        {"element", take_element, false},
        {"country", take_country, false},
        {"delivery-country", take_delivery_country, false},
        {"operator", take_operator, false},
        {"location", take_location, false},
    };
    return words_take(r, node, "a warrant", words, sizeof words / sizeof words[0]);
}
