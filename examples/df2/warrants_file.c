/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading warrants.yaml: the schema as tables of words, each with the function that takes its value. */
#include "df2/warrants.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include <xk/message.h>

#include "support/support.h"

#define KEYS_MAX 255 /* Crypto Sessions of one exchange */

struct reader {
    const char *path;
    const struct warrant_names *names;
    yaml_document_t document;
    struct warrants *warrants;
    struct warrant *warrant; /* the one that is being read */
    char operator_identifier[XK_OPERATOR_IDENTIFIER_MAX + 1];
    char *why;
    size_t why_size;
};

/* One word of a mapping. */
struct word {
    const char *name;
    bool (*take)(struct reader *reader, yaml_node_t *value);
    bool needed;
};

static bool refuse(struct reader *r, const yaml_node_t *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool refuse(struct reader *r, const yaml_node_t *node, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snprintf(r->why, r->why_size, "%s:%zu: %s", r->path, node != NULL ? node->start_mark.line + 1 : 1, text);
    return false;
}

static yaml_node_t *node_at(struct reader *r, int number)
{
    return yaml_document_get_node(&r->document, number);
}

/* The text of a scalar of `least` to `most` octets; NULL, refused, if it is none. */
static const char *text_of(struct reader *r, const yaml_node_t *node, const char *what, size_t least, size_t most)
{
    if (node->type != YAML_SCALAR_NODE || strcmp((const char *)node->tag, YAML_STR_TAG) != 0) {
        refuse(r, node, "%s is no text", what);
        return NULL;
    }
    const char *text = (const char *)node->data.scalar.value;
    const size_t size = node->data.scalar.length;
    if (size < least || size > most) {
        refuse(r, node, "%s has %zu octets, not %zu to %zu", what, size, least, most);
        return NULL;
    }
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '!' || text[i] > '~') {
            refuse(r, node, "%s has a blank or an octet that cannot be printed", what);
            return NULL;
        }
    }
    return text;
}

/* A list, or one value that stands for a list of one. */
static bool each_of(struct reader *r, yaml_node_t *node, const char *what, size_t most,
                    bool (*take)(struct reader *, yaml_node_t *))
{
    if (node->type == YAML_SCALAR_NODE) {
        return take(r, node);
    }
    if (node->type != YAML_SEQUENCE_NODE) {
        return refuse(r, node, "%s is no list", what);
    }
    const yaml_node_item_t *items = node->data.sequence.items.start;
    const size_t count = (size_t)(node->data.sequence.items.top - items);
    if (count == 0 || count > most) {
        return refuse(r, node, "%s has %zu entries, not 1 to %zu", what, count, most);
    }
    for (size_t i = 0; i < count; i++) {
        if (!take(r, node_at(r, items[i]))) {
            return false;
        }
    }
    return true;
}

/* Every word once, each known, the needed ones there. */
static bool take_words(struct reader *r, yaml_node_t *node, const char *what, const struct word *words, size_t count)
{
    uint32_t seen = 0;
    if (node->type != YAML_MAPPING_NODE) {
        return refuse(r, node, "%s is no list of words with values", what);
    }
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        yaml_node_t *key = node_at(r, pair->key);
        const char *name = text_of(r, key, "a word", 1, 64);
        size_t i = 0;
        if (name == NULL) {
            return false;
        }
        while (i < count && strcmp(name, words[i].name) != 0) {
            i++;
        }
        if (i == count) {
            return refuse(r, key, "%s has no word \"%s\"", what, name);
        }
        if ((seen >> i & 1u) != 0) {
            return refuse(r, key, "\"%s\" stands twice", name);
        }
        seen |= UINT32_C(1) << i;
        if (!words[i].take(r, node_at(r, pair->value))) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (words[i].needed && (seen >> i & 1u) == 0) {
            return refuse(r, node, "%s lacks \"%s\"", what, words[i].name);
        }
    }
    return true;
}

static bool take_liid(struct reader *r, yaml_node_t *node)
{
    const char *text = text_of(r, node, "the LIID", 1, XK_LIID_MAX);
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
            return refuse(r, node, "%s takes %zu to %zu digits", kinds[i].scheme, kinds[i].least, kinds[i].most);
        }
        if (places[i]->data != NULL) {
            return refuse(r, node, "a second %s", kinds[i].scheme);
        }
        size_t head = i == 2 ? 1 : 0; /* an international number in ISDN numbering, TS 29.002 */
        memset(out, 0xff, sizeof r->warrant->numbers[i]);
        out[0] = i == 2 ? 0x91 : out[0];
        size_t size = head + put_digits(digits, out + head);
        *places[i] = (struct xk_bytes){out, i == 0 ? XK_IMEI_SIZE : size};
        return true;
    }
    return refuse(r, node, "an identity begins with sip:, sips:, tel:, imei:, imsi: or msisdn:+");
}

static bool take_identity(struct reader *r, yaml_node_t *node)
{
    struct warrant *w = r->warrant;
    const char *text = text_of(r, node, "an identity", 5, XK_IDENTITY_MAX);
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
        return refuse(r, node, "no memory");
    }
    const struct xk_bytes uri = xk_text(copy);
    w->uris[w->uri_count++] = uri;
    while (place < XK_PARTIES_MAX && (tel ? w->parties[place].tel_uri : w->parties[place].sip_uri).data != NULL) {
        place++;
    }
    if (place == XK_PARTIES_MAX) {
        return refuse(r, node, "more than %d identities of one kind", XK_PARTIES_MAX);
    }
    *(tel ? &w->parties[place].tel_uri : &w->parties[place].sip_uri) = uri;
    w->party_count = place + 1 > w->party_count ? place + 1 : w->party_count;
    return true;
}

static bool take_identities(struct reader *r, yaml_node_t *node)
{
    if (!each_of(r, node, "\"identities\"", 3 * XK_PARTIES_MAX, take_identity)) {
        return false;
    }
    return r->warrant->uri_count > 0 || refuse(r, node, "none of the identities is a URI that can be looked for");
}

/* 32 hexadecimal digits, with dashes or without. */
static bool take_xid(struct reader *r, yaml_node_t *node)
{
    const char *text = text_of(r, node, "the XID", 32, 36);
    size_t count = 0;
    for (const char *at = text; at != NULL && *at != '\0'; at++) {
        if (*at == '-') {
            continue;
        }
        if (isxdigit((unsigned char)*at) == 0 || count == 2 * (size_t)XK_X2_XID_SIZE) {
            return refuse(r, node, "an XID has 32 hexadecimal digits");
        }
        unsigned int digit = isdigit((unsigned char)*at) != 0 ? (unsigned int)(*at - '0')
                                                              : (unsigned int)(tolower((unsigned char)*at) - 'a') + 10;
        uint8_t *octet = &r->warrant->xid[count / 2];
        *octet = (uint8_t)(*octet << 4 | digit);
        count++;
    }
    r->warrant->has_xid = true;
    return text != NULL && (count == 2 * (size_t)XK_X2_XID_SIZE || refuse(r, node, "an XID has 32 hexadecimal digits"));
}

/* The place of a name in the program's list; `count` places have been taken already. */
static bool take_name(struct reader *r, const yaml_node_t *node, const char *what, const char *const *names,
                      size_t name_count, size_t *places, size_t *count, size_t most)
{
    const char *text = text_of(r, node, what, 1, 64);
    if (text == NULL) {
        return false;
    }
    for (size_t i = 0; i < name_count; i++) {
        if (strcmp(text, names[i]) != 0) {
            continue;
        }
        for (size_t k = 0; k < *count; k++) {
            if (places[k] == i) {
                return refuse(r, node, "%s \"%s\" stands twice", what, text);
            }
        }
        if (*count == most) {
            return refuse(r, node, "%s: more than %zu", what, most);
        }
        places[(*count)++] = i;
        return true;
    }
    return refuse(r, node, "%s \"%s\" is not one of the program's", what, text);
}

static bool take_one_kms(struct reader *r, yaml_node_t *node)
{
    return take_name(r, node, "the KMS", r->names->kms, r->names->kms_count, r->warrant->kms, &r->warrant->kms_count,
                     WARRANT_KMS_MAX);
}

static bool take_kms(struct reader *r, yaml_node_t *node)
{
    return each_of(r, node, "\"kms\"", WARRANT_KMS_MAX, take_one_kms);
}

static bool take_destination(struct reader *r, yaml_node_t *node)
{
    return take_name(r, node, "the LEMF", r->names->lemfs, r->names->lemf_count, r->warrant->destinations,
                     &r->warrant->destination_count, WARRANT_DESTINATIONS_MAX);
}

static bool take_destinations(struct reader *r, yaml_node_t *node)
{
    return each_of(r, node, "\"destinations\"", WARRANT_DESTINATIONS_MAX, take_destination);
}

/* One of two words; 0 or 1, or below 0 and refused. */
static int choose(struct reader *r, const yaml_node_t *node, const char *what, const char *first, const char *second)
{
    const char *text = text_of(r, node, what, 1, 64);
    if (text == NULL) {
        return -1;
    }
    if (strcmp(text, first) != 0 && strcmp(text, second) != 0) {
        refuse(r, node, "%s is %s or %s, not \"%s\"", what, first, second, text);
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
    const char *text = text_of(r, node, "a country", 2, 2);
    if (text == NULL) {
        return false;
    }
    if (isupper((unsigned char)text[0]) == 0 || isupper((unsigned char)text[1]) == 0) {
        return refuse(r, node, "a country has two capital letters");
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

static bool take_operator(struct reader *r, yaml_node_t *node)
{
    char *out = r->warrant != NULL ? r->warrant->operator_identifier : r->operator_identifier;
    const char *text = text_of(r, node, "the operator", 1, XK_OPERATOR_IDENTIFIER_MAX);
    if (text != NULL) {
        memcpy(out, text, strlen(text) + 1);
    }
    return text != NULL;
}

static bool take_element_as(struct reader *r, const yaml_node_t *node, enum xk_network_element_form form, size_t most)
{
    const char *text = text_of(r, node, "the element", 1, most);
    if (text == NULL) {
        return false;
    }
    if (r->warrant->element_form != XK_NETWORK_ELEMENT_ABSENT) {
        return refuse(r, node, "the element has two names");
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
           refuse(r, node, "not an IP address");
}

static bool take_element(struct reader *r, yaml_node_t *node)
{
    static const struct word words[] = {
        {"dns", take_dns, false}, {"e164", take_e164, false}, {"x25", take_x25, false}, {"ip", take_ip, false}};
    if (!take_words(r, node, "\"element\"", words, sizeof words / sizeof words[0])) {
        return false;
    }
    return r->warrant->element_form != XK_NETWORK_ELEMENT_ABSENT || refuse(r, node, "the element has no name");
}

/* Held against the module: what cannot be written later must not start. */
static bool check_warrant(struct reader *r, const yaml_node_t *node)
{
    struct warrant *w = r->warrant;
    struct xk_warrant as;
    struct xk_diag diag = {XK_OK, 0, ""};
    if (w->operator_identifier[0] == '\0') {
        memcpy(w->operator_identifier, r->operator_identifier, sizeof w->operator_identifier);
    }
    if (w->operator_identifier[0] == '\0') {
        return refuse(r, node, "the warrant has no operator, and there is none for all");
    }
    if (warrants_find_liid(r->warrants, xk_text(w->liid), w->country) != NULL) {
        return refuse(r, node, "a second warrant with this LIID and country");
    }
    warrant_fill(w, &as);
    as.correlation_number = xk_text("00000000");
    as.has_cin = true;
    if (xk_hi2_check_warrant(&as, w->module, KEYS_MAX, 0, NULL, &diag) != XK_OK) {
        return refuse(r, node, "its records cannot be written: %s (%s)", xk_status_text(diag.status), diag.field);
    }
    return true;
}

static bool take_warrant(struct reader *r, yaml_node_t *node)
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
    struct warrants *all = r->warrants;
    struct warrant **more = realloc(all->all, (all->count + 1) * sizeof *more);
    all->all = more != NULL ? more : all->all;
    r->warrant = calloc(1, sizeof *r->warrant);
    if (more == NULL || r->warrant == NULL) {
        free(r->warrant);
        return refuse(r, node, "no memory");
    }
    r->warrant->keys = XK_DESTINATION_LEMF;
    bool good = take_words(r, node, "a warrant", words, sizeof words / sizeof words[0]) && check_warrant(r, node);
    all->all[all->count++] = r->warrant;
    r->warrant = NULL;
    return good;
}

static bool take_warrants(struct reader *r, yaml_node_t *node)
{
    const bool none =
        node->type == YAML_SEQUENCE_NODE && node->data.sequence.items.start == node->data.sequence.items.top;
    if (node->type == YAML_SCALAR_NODE) {
        return refuse(r, node, "\"warrants\" is no list");
    }
    return none || each_of(r, node, "\"warrants\"", SIZE_MAX, take_warrant);
}

static bool take_domain(struct reader *r, yaml_node_t *node)
{
    struct warrants *all = r->warrants;
    const char *text = text_of(r, node, "a domain", 1, 255);
    struct xk_bytes *more = realloc(all->domains, (all->domain_count + 1) * sizeof *more);
    all->domains = more != NULL ? more : all->domains;
    char *copy = text != NULL ? strdup(text) : NULL;
    if (text == NULL || more == NULL || copy == NULL) {
        free(copy);
        return text != NULL && refuse(r, node, "no memory");
    }
    all->domains[all->domain_count++] = xk_text(copy);
    return true;
}

static bool take_domains(struct reader *r, yaml_node_t *node)
{
    return each_of(r, node, "\"domains\"", 1024, take_domain);
}

/* The operator first, wherever it stands: warrants without one of their own take it. */
static bool take_document(struct reader *r)
{
    static const struct word words[] = {
        {"operator", take_operator, false}, {"domains", take_domains, false}, {"warrants", take_warrants, true}};
    yaml_node_t *root = yaml_document_get_root_node(&r->document);
    if (root == NULL || root->type != YAML_MAPPING_NODE) {
        return refuse(r, root, "not a file of warrants");
    }
    for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = node_at(r, pair->key);
        if (key->type == YAML_SCALAR_NODE && strcmp((const char *)key->data.scalar.value, "operator") == 0 &&
            !take_operator(r, node_at(r, pair->value))) {
            return false;
        }
    }
    return take_words(r, root, "the file", words, sizeof words / sizeof words[0]);
}

static bool read_file_into(struct reader *r, FILE *file)
{
    yaml_parser_t parser;
    yaml_document_t second;
    if (yaml_parser_initialize(&parser) != 1) {
        return refuse(r, NULL, "no memory");
    }
    yaml_parser_set_input_file(&parser, file);
    bool good = yaml_parser_load(&parser, &r->document) == 1;
    if (!good) {
        snprintf(r->why, r->why_size, "%s:%zu: %s", r->path, parser.problem_mark.line + 1,
                 parser.problem != NULL ? parser.problem : "it cannot be read");
    } else {
        good = take_document(r);
        bool more = good && yaml_parser_load(&parser, &second) == 1;
        if (good && !more) {
            good = refuse(r, NULL, "what is behind the warrants cannot be read");
        } else if (more) {
            good = yaml_document_get_root_node(&second) == NULL || refuse(r, NULL, "more than one document");
            yaml_document_delete(&second);
        }
        yaml_document_delete(&r->document);
    }
    yaml_parser_delete(&parser);
    return good;
}

struct warrants *warrants_read(const char *path, const struct warrant_names *names, char *why, size_t why_size)
{
    struct reader r = {.path = path, .names = names, .why = why, .why_size = why_size};
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        snprintf(why, why_size, "%s: %s", path, strerror(errno));
        return NULL;
    }
    r.warrants = calloc(1, sizeof *r.warrants);
    bool good = r.warrants != NULL && read_file_into(&r, file);
    if (good && !warrants_make_index(r.warrants)) {
        good = refuse(&r, NULL, "no memory");
    }
    fclose(file);
    if (!good) {
        warrants_free(r.warrants);
        return NULL;
    }
    return r.warrants;
}
