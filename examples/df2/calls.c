/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/calls.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xk/relation.h>
#include <xk/sip.h>

#include "support/support.h"

size_t load_orders(const char *path, struct order *orders)
{
    FILE *file = fopen(path, "r");
    char line[512];
    size_t count = 0;
    if (file == NULL) {
        die("cannot read %s", path);
    }
    while (fgets(line, sizeof line, file) != NULL) {
        char destination[8];
        char module[8];
        struct order *order = &orders[count];
        if (line[0] == '#' || line[0] == '\n') {
            continue;
        }
        if (count == WARRANTS_MAX || sscanf(line, "%25s %255s %7s %7s %63s", order->liid, order->target, destination,
                                            module, order->kms) != 5) {
            die("%s: not LIID, target, destination, module, KMS; or too many", path);
        }
        order->destination = strcmp(destination, "DF3") == 0 ? XK_DESTINATION_DF3 : XK_DESTINATION_LEMF;
        order->module = strcmp(module, "eps") == 0 ? XK_HI2_EPS : XK_HI2_UMTS;
        count++;
    }
    fclose(file);
    return count;
}

bool has_message(const char *folder, const char *name, const char *kind)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, kind);
    return access(path, R_OK) == 0;
}

size_t load_message(const char *folder, const char *name, const char *kind, uint8_t *sip, uint8_t *mikey,
                    size_t *mikey_size)
{
    char path[PATH_MAX];
    struct xk_diag diag;
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, kind);
    size_t size = read_file(path, sip, SIP_MAX);
    enum xk_status status = xk_sip_find_mikey(sip, size, mikey, MIKEY_MAX, mikey_size, &diag);
    if (status != XK_OK) {
        die("%s: %s at octet %zu (%s)", path, xk_status_text(status), diag.offset, diag.field);
    }
    return size;
}

static void copy_text(char *out, size_t capacity, struct xk_bytes text)
{
    if (text.size >= capacity) {
        die("a URI in the call is too long");
    }
    if (text.size > 0) {
        memcpy(out, text.data, text.size); /* absent where the message does not tell it with certainty */
    }
    out[text.size] = '\0';
}

void load_call(const char *folder, const char *name, struct call *call)
{
    static uint8_t invite[SIP_MAX];
    struct xk_sip_message sip;
    snprintf(call->name, sizeof call->name, "%s", name);
    size_t size = load_message(folder, name, "invite", invite, call->init, &call->init_size);
    if (xk_sip_parse(invite, size, &sip, NULL) != XK_OK) {
        die("%s: the INVITE cannot be read", name);
    }
    copy_text(call->from, sizeof call->from, sip.from_uri);
    copy_text(call->to, sizeof call->to, sip.to_uri);
    call->ok_size = load_message(folder, name, "ok", call->ok, call->resp, &call->resp_size);
}

static int is_invite(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && strcmp(dot, ".invite") == 0;
}

size_t load_folder(const char *folder, struct call **calls)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_invite, alphasort);
    *calls = count > 0 ? calloc((size_t)count, sizeof **calls) : NULL;
    if (*calls == NULL) {
        die("%s: no calls, or no memory for them", folder);
    }
    for (int i = 0; i < count; i++) {
        *strrchr(entries[i]->d_name, '.') = '\0';
        load_call(folder, entries[i]->d_name, &(*calls)[i]);
        free(entries[i]);
    }
    free(entries);
    return (size_t)count;
}

enum xk_initiator match(const struct order *order, const struct call *call)
{
    if (xk_uri_equal(xk_text(order->target), xk_text(call->from))) {
        return XK_INITIATOR_ORIGINATING_TARGET;
    }
    return xk_uri_equal(xk_text(order->target), xk_text(call->to)) ? XK_INITIATOR_TERMINATING_TARGET
                                                                    : XK_INITIATOR_NOT_AVAILABLE;
}
