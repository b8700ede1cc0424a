/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/intake.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "df2/df2.h"
#include "support/support.h"

/* ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT */
static bool read_trusted(const char *text, struct trusted *out)
{
    char host[64];
    const char *end = text + strlen(text);
    const char *colon = strrchr(text, ':');
    bool bracket = text[0] == '[';
    bool has_port = colon != NULL && (bracket ? colon > text && colon[-1] == ']' : strchr(text, ':') == colon);
    char rest = '\0';
    unsigned int port = 0;
    if (has_port && (sscanf(colon, ":%5u%c", &port, &rest) != 1 || port == 0 || port > 65535)) {
        return false;
    }
    const char *start = text + (bracket ? 1 : 0);
    size_t size = (size_t)((has_port ? colon : end) - start) - (bracket ? 1 : 0);
    if (size == 0 || size >= sizeof host) {
        return false;
    }
    memcpy(host, start, size);
    host[size] = '\0';
    *out = (struct trusted){.port = (uint16_t)port};
    out->size = inet_pton(AF_INET, host, out->address) == 1 ? 4 : inet_pton(AF_INET6, host, out->address) == 1 ? 16 : 0;
    return out->size > 0;
}

static void take_trusted(struct intake *intake, const char *list)
{
    char *copy = strdup(list);
    char *rest = copy;
    if (copy == NULL) {
        die("no memory");
    }
    for (char *item = strsep(&rest, ","); item != NULL; item = strsep(&rest, ",")) {
        if (intake->trusted_count == TRUSTED_MAX || !read_trusted(item, &intake->trusted[intake->trusted_count])) {
            die("--trusted takes up to %d of ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT", TRUSTED_MAX);
        }
        intake->trusted_count++;
    }
    intake->has_trusted = true;
    free(copy);
}

bool intake_trusts(const struct intake *intake, const uint8_t *address, size_t size, uint16_t port)
{
    for (size_t i = 0; i < intake->trusted_count; i++) {
        const struct trusted *trusted = &intake->trusted[i];
        if (trusted->size == size && memcmp(trusted->address, address, size) == 0 &&
            (trusted->port == 0 || trusted->port == port)) {
            return true;
        }
    }
    return false;
}

void intake_open(struct df2 *df2)
{
    const char *x2 = options_text(&df2->options, "x2");
    const char *hep = options_text(&df2->options, "hep");
    const char *trusted = options_text(&df2->options, "trusted");
    int at = 0;
    if (trusted != NULL) {
        take_trusted(&df2->intake, trusted);
    }
    if (x2 != NULL) {
        intake_x2_open(df2, x2);
    }
    if (hep != NULL) {
        intake_hep_open(df2, hep);
    }
    df2->service = x2 != NULL || hep != NULL;
    bool files = options_rest(&df2->options, &at) != NULL;
    if (files != (options_text(&df2->options, "calls") != NULL)) {
        die("--calls FOLDER and the names of calls belong together");
    }
    if (!df2->service && !files) {
        die("nothing to do: --x2, --hep or --calls");
    }
    intake_files_go_on(df2);
}

static void resume_all(const struct listener *listener)
{
    for (size_t i = 0; i < listener->count; i++) {
        conn_resume(listener->connections[i].conn);
    }
}

void intake_resume(struct df2 *df2)
{
    if (!outbox_has_room(df2)) {
        return;
    }
    resume_all(&df2->intake.x2);
    resume_all(&df2->intake.hep);
    intake_files_go_on(df2);
}

static SSL_CTX *x2_context(const struct df2 *df2, char *why, size_t why_size)
{
    return links_context(&df2->links, TLS_SERVER, df2->intake.x2_peers, df2->intake.x2_peer_count, why, why_size);
}

bool intake_renew(struct df2 *df2, char *why, size_t why_size)
{
    struct intake *intake = &df2->intake;
    if (!intake->has_x2) {
        return true;
    }
    SSL_CTX *fresh = x2_context(df2, why, why_size);
    if (fresh == NULL) {
        listener_renew(&intake->x2, intake->x2_context);
        return false;
    }
    listener_renew(&intake->x2, fresh);
    SSL_CTX_free(intake->x2_context);
    intake->x2_context = fresh;
    return true;
}

void intake_close(struct df2 *df2)
{
    struct intake *intake = &df2->intake;
    if (intake->has_x2) {
        listener_end(&intake->x2);
        SSL_CTX_free(intake->x2_context);
        free(intake->x2_list);
    }
    if (intake->has_hep) {
        listener_end(&intake->hep);
        loop_remove(&df2->loop, &intake->hep_udp);
        close(intake->hep_udp.fd);
    }
    if (intake->hep_lost > 0) {
        fprintf(stderr, "df2: %llu datagrams of HEP were lost for want of room\n",
                (unsigned long long)intake->hep_lost);
    }
}
