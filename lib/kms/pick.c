/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which key a Crypto Session begins with (RFC 6043 6.1.1): the SPI of its map entry names it. The last word counts:
 * that of a CSB update over that of the RESP over that of the INIT. Where no message names an SPI there must be no
 * other key.
 */
#include "kms/work.h"

#include <string.h>

bool xki_kms_find_entry(const struct xk_mikey_message *message, uint8_t cs_id, struct xk_mikey_crypto_session *entry)
{
    size_t position = 0;
    while (message != NULL && xk_mikey_next_crypto_session(message, &position, entry)) {
        if (entry->cs_id == cs_id) {
            return true;
        }
    }
    return false;
}

/* SPI of the later of two messages that names one for the Crypto Session; absent if neither does. */
static struct xk_bytes last_spi(const struct xk_exchange *e, uint8_t cs_id, enum xki_kms_source later,
                                enum xki_kms_source earlier)
{
    struct xk_mikey_crypto_session entry;
    if (xki_kms_find_entry(xki_kms_message(e, later), cs_id, &entry) && entry.spi.size > 0) {
        return entry.spi;
    }
    const struct xk_bytes none = {NULL, 0};
    return xki_kms_find_entry(xki_kms_message(e, earlier), cs_id, &entry) ? entry.spi : none;
}

static bool is_named(const struct xk_mikey_key_data *key, struct xk_bytes spi)
{
    return key->validity == XK_MIKEY_KV_SPI && key->spi.size == spi.size &&
           memcmp(key->spi.data, spi.data, spi.size) == 0;
}

/* Session keys of a source that the SPI names, or all of them if there is none; the last is `*found`. */
static unsigned int count_keys(const struct xki_kms_work *w, enum xki_kms_source source, struct xk_bytes spi,
                               struct xki_kms_found *found)
{
    struct xk_bytes content = xki_kms_content(w, source);
    struct xk_mikey_key_data key;
    size_t position = 0;
    unsigned int count = 0;
    while (content.size > 0 && xk_mikey_next_key_data(content, &position, &key) == XK_OK) {
        if (key.type != XK_MIKEY_MPK && (spi.size == 0 || is_named(&key, spi))) {
            found->key = key;
            found->source = source;
            count++;
        }
    }
    return count;
}

static unsigned int count_from(const struct xki_kms_work *w, enum xki_kms_source first, struct xki_kms_found *found)
{
    const struct xk_bytes any = {NULL, 0};
    unsigned int count = 0;
    for (unsigned int i = first; i < XKI_KMS_SOURCES; i++) {
        count += count_keys(w, (enum xki_kms_source)i, any, found);
    }
    return count;
}

/* A later key of the same SPI takes the place of an earlier one; of two in one KEMAC neither is meant. */
static bool find_named(const struct xki_kms_work *w, struct xk_bytes spi, struct xki_kms_found *found)
{
    for (unsigned int i = XKI_KMS_SOURCES; i-- > 0;) {
        unsigned int count = count_keys(w, (enum xki_kms_source)i, spi, found);
        if (count > 0) {
            return count == 1;
        }
    }
    return false;
}

static bool find_key(const struct xki_kms_work *w, uint8_t cs_id, struct xki_kms_found *found)
{
    const struct xk_exchange *e = w->exchange;
    struct xk_bytes spi = last_spi(e, cs_id, XKI_KMS_OF_UPDATE_RESP, XKI_KMS_OF_UPDATE_INIT);
    if (spi.size == 0) {
        /* A new key without a word for whom is for all. */
        unsigned int fresh = count_from(w, XKI_KMS_OF_UPDATE_INIT, found);
        if (fresh > 0) {
            return fresh == 1;
        }
        spi = last_spi(e, cs_id, XKI_KMS_OF_RESP, XKI_KMS_OF_INIT);
    }
    return spi.size > 0 ? find_named(w, spi, found) : count_from(w, XKI_KMS_OF_TICKET, found) == 1;
}

bool xki_kms_pick(const struct xki_kms_work *w, uint8_t cs_id, struct xki_kms_found *found)
{
    struct xki_kms_found any;
    bool several = count_from(w, XKI_KMS_OF_TICKET, &any) > 1;
    bool picked = find_key(w, cs_id, found);
    if (several) {
        const struct xk_exchange *e = w->exchange;
        bool named = last_spi(e, cs_id, XKI_KMS_OF_UPDATE_RESP, XKI_KMS_OF_UPDATE_INIT).size > 0 ||
                     last_spi(e, cs_id, XKI_KMS_OF_RESP, XKI_KMS_OF_INIT).size > 0;
        if (picked) {
            xki_kms_tell(w, XK_KMS_NOTICE_OTHER_KEYS, cs_id);
        } else if (!named) {
            xki_kms_tell(w, XK_KMS_NOTICE_NO_SPI, cs_id);
        }
    }
    return picked;
}
