/* SPDX-License-Identifier: BSD-2-Clause */
#include "kms/peers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "support/links.h"

void peers_begin(struct peers *peers, const char *list)
{
    peers->list = links_names(list, NULL, peers->names, &peers->name_count);
}

void peers_end(struct peers *peers)
{
    free(peers->list);
}

bool peers_add(struct peers *peers, struct conn *conn)
{
    uint32_t number = 0;
    while (number < peers->name_count && strcasecmp(peers->names[number], conn_peer(conn)) != 0) {
        number++;
    }
    for (size_t i = 0; i < LISTENER_MAX && number < peers->name_count; i++) {
        if (peers->open[i].conn == NULL) {
            peers->open[i] = (struct peer){conn, number, ++peers->links};
            return true;
        }
    }
    return false;
}

bool peers_remove(struct peers *peers, const struct conn *conn)
{
    for (size_t i = 0; i < LISTENER_MAX; i++) {
        if (peers->open[i].conn == conn) {
            peers->open[i].conn = NULL;
            return true;
        }
    }
    return false;
}

const struct peer *peers_of(const struct peers *peers, const struct conn *conn)
{
    for (size_t i = 0; i < LISTENER_MAX; i++) {
        if (peers->open[i].conn == conn) {
            return &peers->open[i];
        }
    }
    return NULL;
}

const struct peer *peers_on(const struct peers *peers, uint64_t link)
{
    for (size_t i = 0; i < LISTENER_MAX; i++) {
        if (peers->open[i].conn != NULL && peers->open[i].link == link) {
            return &peers->open[i];
        }
    }
    return NULL;
}
