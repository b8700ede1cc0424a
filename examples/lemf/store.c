/* SPDX-License-Identifier: BSD-2-Clause */
#include "lemf/store.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/support.h"

bool read_pdu(const uint8_t *data, size_t size, struct xk_ps_pdu *pdu, struct xk_hi2_record *record)
{
    struct xk_diag diag = {XK_OK, 0, ""};
    struct xk_ps_payload payload;
    size_t position = 0;
    enum xk_status status = xk_ps_pdu_decode(data, size, NULL, pdu, &diag);
    if (status == XK_OK) {
        status = xk_ps_pdu_next_payload(pdu, &position, &payload, &diag);
    }
    if (status == XK_OK && payload.module == 0) {
        status = XK_E_DER_TAG;
    }
    if (status == XK_OK && payload.form == XK_PS_WHOLE_RECORD) {
        status = xk_hi2_record_decode(payload.record.data, payload.record.size, NULL, record, &diag);
    } else if (status == XK_OK) {
        status = xk_hi2_parameters_decode(payload.record_type, payload.record.data, payload.record.size, NULL, record,
                                          &diag);
    }
    if (status != XK_OK) {
        fprintf(stderr, "lemf: %s at octet %zu (%s)\n", xk_status_text(status), diag.offset, diag.field);
    }
    return status == XK_OK;
}

static void name_file(char *path, size_t size, const char *folder, unsigned int number)
{
    snprintf(path, size, "%s/%06u.pspdu", folder, number);
}

static void sync_path(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        die("the store cannot be kept safe");
    }
    close(fd);
}

void store_pdu(const char *folder, unsigned int number, const uint8_t *data, size_t size)
{
    char path[PATH_MAX];
    char part[PATH_MAX];
    name_file(path, sizeof path, folder, number);
    snprintf(part, sizeof part, "%s/part", folder);
    write_file(part, data, size);
    sync_path(part);
    if (rename(part, path) != 0) {
        die("the store cannot be written");
    }
    sync_path(folder);
}

size_t load_pdu(const char *folder, unsigned int number, uint8_t *out, size_t capacity)
{
    char path[PATH_MAX];
    name_file(path, sizeof path, folder, number);
    return access(path, R_OK) == 0 ? read_file(path, out, capacity) : 0;
}

static void print_octets(struct xk_bytes octets, bool show)
{
    for (size_t i = 0; i < octets.size; i++) {
        if (show) {
            printf("%02x", octets.data[i]);
        } else {
            putchar('*');
        }
    }
}

void print_record(const struct xk_ps_pdu *pdu, const struct xk_hi2_record *record, bool show_keys)
{
    struct xk_iri_key key;
    size_t position = 0;
    if (!record->has_event || record->event != 3) {
        printf("SIP %.*s sequence=%u event=%u, %zu octets\n", (int)record->liid.size, (const char *)record->liid.data,
               pdu->header.sequence_number, record->event, record->sip_message.size);
        return;
    }
    printf("HOLDS %.*s sequence=%u module=%s keys=%zu failure=%d cs=", (int)record->liid.size,
           (const char *)record->liid.data, pdu->header.sequence_number,
           record->module == XK_HI2_UMTS ? "umts" : "eps", record->key_count, record->failure ? 1 : 0);
    while (xk_hi2_next_key(record, &position, &key)) {
        for (size_t i = 0; i < key.cs_id.size; i++) {
            printf("%02x", key.cs_id.data[i]);
        }
        printf(":");
        print_octets(key.key, show_keys);
        printf("/");
        print_octets(key.salt, show_keys);
        printf(" ");
    }
    putchar('\n');
    fflush(stdout);
}
