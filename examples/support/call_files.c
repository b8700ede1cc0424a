/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/call_files.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xk/sip.h>

#include "support/support.h"

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

static void load_call(const char *folder, const char *name, struct call *call)
{
    static uint8_t octets[SIP_MAX];
    struct xk_sip_message sip;
    if (strlen(name) >= sizeof call->name) {
        die("the name of a call is too long");
    }
    memcpy(call->name, name, strlen(name) + 1);
    size_t size = load_message(folder, name, "invite", octets, call->init, &call->init_size);
    if (xk_sip_parse(octets, size, &sip, NULL) != XK_OK) {
        die("%s: the INVITE cannot be read", name);
    }
    copy_text(call->from, sizeof call->from, sip.from_uri);
    (void)load_message(folder, name, "ok", octets, call->resp, &call->resp_size);
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
