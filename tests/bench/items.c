/* SPDX-License-Identifier: BSD-2-Clause */
/* The codec as libcbor's item API invites one to write it. */
#include <string.h>

#include <cbor.h>

#include "bench/stack.h"

static void add(cbor_item_t *map, uint8_t key, cbor_item_t *value)
{
    struct cbor_pair pair = {cbor_move(cbor_build_uint8(key)), cbor_move(value)};
    (void)!cbor_map_add(map, pair);
}

static cbor_item_t *bytes(struct xk_bytes value)
{
    return cbor_build_bytestring(value.data, value.size);
}

size_t items_encode_get_keys(const struct xk_get_keys *m, uint8_t *out, size_t capacity)
{
    cbor_item_t *map = cbor_new_definite_map(6);
    add(map, 0, cbor_build_uint8(1));
    add(map, 1, cbor_build_uint8(1));
    add(map, 2, cbor_build_bytestring(m->transaction_id.octets, ID_SIZE));
    add(map, 3, cbor_build_stringn((const char *)m->public_kms_identity.data, m->public_kms_identity.size));
    add(map, 4, bytes(m->transfer_init));
    add(map, 5, bytes(m->transfer_resp));
    size_t size = cbor_serialize(map, out, capacity);
    cbor_decref(&map);
    return size;
}

static cbor_item_t *find(const cbor_item_t *map, uint64_t key)
{
    struct cbor_pair *pairs = cbor_map_handle(map);
    for (size_t i = 0; i < cbor_map_size(map); i++) {
        if (cbor_isa_uint(pairs[i].key) && cbor_get_int(pairs[i].key) == key) {
            return pairs[i].value;
        }
    }
    return NULL;
}

static bool is_message(const cbor_item_t *map, const struct cbor_load_result *result, size_t size, uint64_t type)
{
    if (map == NULL || result->read != size || !cbor_isa_map(map)) {
        return false;
    }
    cbor_item_t *version = find(map, 0);
    cbor_item_t *kind = find(map, 1);
    cbor_item_t *id = find(map, 2);
    return version != NULL && cbor_isa_uint(version) && cbor_get_int(version) == 1 && kind != NULL &&
           cbor_isa_uint(kind) && cbor_get_int(kind) == type && id != NULL && cbor_isa_bytestring(id) &&
           cbor_bytestring_length(id) == ID_SIZE;
}

static bool take(const cbor_item_t *item, size_t limit, struct xk_bytes *out)
{
    if (item == NULL || !cbor_isa_bytestring(item) || cbor_bytestring_length(item) > limit) {
        return false;
    }
    *out = (struct xk_bytes){cbor_bytestring_handle(item), cbor_bytestring_length(item)};
    return true;
}

bool items_decode_get_keys(const uint8_t *data, size_t size, struct xk_get_keys *m)
{
    struct cbor_load_result result;
    cbor_item_t *map = cbor_load(data, size, &result);
    bool good = is_message(map, &result, size, 1);
    cbor_item_t *identity = good ? find(map, 3) : NULL;
    good = identity != NULL && cbor_isa_string(identity) && cbor_string_length(identity) <= XK_IDENTITY_MAX &&
           take(find(map, 4), XK_MIKEY_MAX, &m->transfer_init) && take(find(map, 5), XK_MIKEY_MAX, &m->transfer_resp);
    if (map != NULL) {
        cbor_decref(&map);
    }
    return good;
}

size_t items_encode_response(const struct xk_get_keys_response *m, uint8_t *out, size_t capacity)
{
    cbor_item_t *map = cbor_new_definite_map(4);
    cbor_item_t *list = cbor_new_definite_array(m->session_count);
    add(map, 0, cbor_build_uint8(1));
    add(map, 1, cbor_build_uint8(2));
    add(map, 2, cbor_build_bytestring(m->transaction_id.octets, ID_SIZE));
    for (size_t i = 0; i < m->session_count; i++) {
        cbor_item_t *session = cbor_new_definite_map(3);
        add(session, 0, cbor_build_uint8(m->sessions[i].cs_id));
        add(session, 1, bytes(m->sessions[i].key));
        add(session, 2, bytes(m->sessions[i].salt));
        (void)!cbor_array_push(list, cbor_move(session));
    }
    add(map, 3, list);
    size_t size = cbor_serialize(map, out, capacity);
    cbor_decref(&map);
    return size;
}

void *items_decode_response(const uint8_t *data, size_t size, struct answer *answer)
{
    struct cbor_load_result result;
    cbor_item_t *map = cbor_load(data, size, &result);
    bool good = is_message(map, &result, size, 2);
    cbor_item_t *list = good ? find(map, 3) : NULL;
    good = list != NULL && cbor_isa_array(list) && cbor_array_size(list) <= 8;
    answer->count = good ? cbor_array_size(list) : 0;
    answer->id = good ? cbor_bytestring_handle(find(map, 2)) : NULL;
    for (size_t i = 0; good && i < answer->count; i++) {
        cbor_item_t *session = cbor_array_handle(list)[i];
        struct xk_bytes key = {NULL, 0};
        struct xk_bytes salt = {NULL, 0};
        good = cbor_isa_map(session) && find(session, 0) != NULL && cbor_isa_uint(find(session, 0)) &&
               take(find(session, 1), XK_SESSION_KEY_MAX, &key) && take(find(session, 2), XK_SALT_MAX, &salt);
        if (good) {
            answer->sessions[i].cs_id = (uint8_t)cbor_get_int(find(session, 0));
            answer->sessions[i].key = key.data;
            answer->sessions[i].key_size = key.size;
            answer->sessions[i].salt = salt.data;
            answer->sessions[i].salt_size = salt.size;
        }
    }
    if (!good && map != NULL) {
        cbor_decref(&map);
        map = NULL;
    }
    return map;
}

void items_free(void *owner)
{
    cbor_item_t *map = owner;
    cbor_decref(&map);
}
