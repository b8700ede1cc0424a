/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/links.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "support/service.h"
#include "support/support.h"
#include "transport/address.h"

#define NAME_MAX_OCTETS 64

/* A name becomes a part of a path, and of what is printed. */
static void check_name(const char *name)
{
    size_t size = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");
    if (size == 0 || size > NAME_MAX_OCTETS || name[size] != '\0' || name[0] == '.') {
        die("a name has 1 to %d letters, digits, '-', '_' and '.', no '.' at its start", NAME_MAX_OCTETS);
    }
}

void links_take(struct links *links, const struct options *options, const char *name)
{
    const char *own = options_text(options, "name");
    *links = (struct links){
        .folder = options_text(options, "tls"),
        .name = own != NULL ? own : name,
        .plain = options_has(options, "plain"),
        .protected_elsewhere = options_has(options, "protected-elsewhere"),
        .allow_1_2 = options_has(options, "tls-1.2"),
        .list_age_s = service_list_age(options),
    };
    check_name(links->name);
    if ((links->folder == NULL) != links->plain) {
        die("one of --tls FOLDER and --plain");
    }
    if (links->protected_elsewhere && !links->plain) {
        die("--protected-elsewhere belongs to --plain");
    }
}

void links_check(const struct links *links, const char *address, bool listening)
{
    struct addresses found;
    char why[256];
    if (!links->plain || links->protected_elsewhere) {
        return;
    }
    if (!addresses_look_up(address, listening, &found, why, sizeof why)) {
        die("%s: %s", address, why);
    }
    if (!addresses_are_loopback(&found)) {
        die("%s is not on this host: without TLS only with --protected-elsewhere", address);
    }
}

SSL_CTX *links_context(const struct links *links, enum tls_role role, const char *const *peers, size_t peer_count,
                       char *why, size_t why_size)
{
    char path[4][PATH_MAX];
    struct tls_files files = {.certificate = path[0], .key = path[1], .authorities = path[2], .revoked = path[3]};
    if (links->plain) {
        return NULL;
    }
    bool fits = (size_t)snprintf(path[0], PATH_MAX, "%s/%s.crt", links->folder, links->name) < PATH_MAX &&
                (size_t)snprintf(path[1], PATH_MAX, "%s/%s.key", links->folder, links->name) < PATH_MAX &&
                (size_t)snprintf(path[2], PATH_MAX, "%s/ca.crt", links->folder) < PATH_MAX &&
                (size_t)snprintf(path[3], PATH_MAX, "%s/ca.crl", links->folder) < PATH_MAX;
    if (!fits || peer_count > TLS_PEERS_MAX) {
        snprintf(why, why_size, "the name of the certificates' folder is too long, or there are too many peers");
        return NULL;
    }
    for (size_t i = 0; i < peer_count; i++) {
        files.peers[files.peer_count++] = peers[i];
    }
    files.allow_1_2 = links->allow_1_2;
    files.list_age_s = links->list_age_s;
    return tls_context(role, &files, why, why_size);
}

char *links_names(const char *list, const char *fallback, const char **names, size_t *count)
{
    char *copy = strdup(list != NULL ? list : fallback);
    char *rest = copy;
    *count = 0;
    if (copy == NULL) {
        die("no memory");
    }
    for (char *item = strsep(&rest, ","); item != NULL; item = strsep(&rest, ",")) {
        if (*count == TLS_PEERS_MAX) {
            die("a list takes up to %d names", TLS_PEERS_MAX);
        }
        check_name(item);
        for (size_t i = 0; i < *count; i++) {
            if (strcasecmp(names[i], item) == 0) {
                die("a list has the name %s twice", item);
            }
        }
        names[(*count)++] = item;
    }
    return copy;
}
