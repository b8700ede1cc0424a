/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "df2/df2.h"
#include "support/support.h"

#define FILE_NAME "journal"
#define NEW_NAME "journal.new"
#define MAGIC "XKDF2ST1"
#define HEAD (8 + 16)       /* magic, id */
#define LENGTH 4            /* before each entry */
#define GROWTH (16u << 20)  /* octets beyond its size at the start before the file is begun anew */
#define ENTRY_HEAD (1 + 64) /* kind, name of the LEMF */
#define ENTRY_MAX (UINT32_C(1) << 30)

/* What is restored in one piece at the end. */
struct gathered {
    uint8_t *octets;
    size_t size;
};

static void put32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* An entry is of this file and at this place. */
static size_t tie(const struct state *state, uint64_t number, uint8_t out[24])
{
    memcpy(out, state->id, 16);
    put32(out + 16, (uint32_t)(number >> 32));
    put32(out + 20, (uint32_t)number);
    return 24;
}

static bool write_all(int fd, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, data, size);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        data += put;
        size -= (size_t)put;
    }
    return true;
}

static bool refuse(struct state *state)
{
    if (!state->failed) {
        fprintf(stderr, "df2: the state cannot be written: %s\n", strerror(errno));
    }
    state->failed = true;
    return false;
}

/* Half an entry would hide all behind it: what could not be written whole is cut off again. */
bool state_put(struct state *state, enum state_kind kind, uint32_t link, struct xk_bytes octets)
{
    uint8_t with[24];
    if (state->folder == NULL) {
        return true;
    }
    const size_t plain_size = ENTRY_HEAD + octets.size;
    uint8_t *room = malloc(LENGTH + 2 * plain_size + SEAL_MORE);
    if (room == NULL) {
        return refuse(state);
    }
    uint8_t *plain = room + LENGTH + plain_size + SEAL_MORE;
    memset(plain, 0, ENTRY_HEAD);
    plain[0] = (uint8_t)kind;
    if (kind != STATE_REQUESTER && kind != STATE_CIN) {
        memcpy(plain + 1, state->df2->hi2.names[link], strlen(state->df2->hi2.names[link]));
    }
    if (octets.size > 0) {
        memcpy(plain + ENTRY_HEAD, octets.data, octets.size);
    }
    put32(room, (uint32_t)(plain_size + SEAL_MORE));
    size_t with_size = tie(state, state->next, with);
    bool good = plain_size + SEAL_MORE < ENTRY_MAX &&
                seal_close(&state->seal, with, with_size, plain, plain_size, room + LENGTH) &&
                write_all(state->file, room, LENGTH + plain_size + SEAL_MORE);
    OPENSSL_cleanse(plain, plain_size);
    free(room);
    if (!good) {
        (void)!ftruncate(state->file, (off_t)state->size);
        (void)lseek(state->file, (off_t)state->size, SEEK_SET);
        return refuse(state);
    }
    state->size += LENGTH + plain_size + SEAL_MORE;
    state->next++;
    state->dirty = true;
    state->failed = false;
    return true;
}

bool state_sync(struct state *state)
{
    if (state->dirty && fdatasync(state->file) != 0) {
        return refuse(state);
    }
    state->dirty = false;
    return true;
}

static bool write_counters(struct df2 *df2, uint32_t link)
{
    struct xk_counters *counters = df2->hi2.links[link].counters;
    size_t size = 0;
    if (xk_counters_snapshot(counters, NULL, 0, &size) != XK_E_SPACE) {
        return false;
    }
    uint8_t *octets = malloc(size);
    bool good = octets != NULL && xk_counters_snapshot(counters, octets, size, &size) == XK_OK &&
                state_put(&df2->state, STATE_COUNTERS, link, (struct xk_bytes){octets, size});
    free(octets);
    return good;
}

static bool write_requester(struct df2 *df2)
{
    size_t size = 0;
    if (xk_requester_snapshot(df2->requester, loop_now(), NULL, 0, &size) != XK_E_SPACE) {
        return false;
    }
    uint8_t *octets = malloc(size);
    bool good = octets != NULL && xk_requester_snapshot(df2->requester, loop_now(), octets, size, &size) == XK_OK &&
                state_put(&df2->state, STATE_REQUESTER, 0, (struct xk_bytes){octets, size});
    free(octets);
    return good;
}

static bool write_everything(struct df2 *df2)
{
    bool good = calls_save(df2) && write_requester(df2) && outbox_save(df2);
    for (uint32_t i = 0; good && i < df2->hi2.count; i++) {
        good = write_counters(df2, i);
    }
    return good && fsync(df2->state.file) == 0;
}

bool state_begin_anew(struct df2 *df2)
{
    struct state *state = &df2->state;
    const struct state old = *state;
    uint8_t head[HEAD];
    if (state->folder == NULL) {
        return true;
    }
    (void)unlinkat(state->folder_fd, NEW_NAME, 0);
    state->file = openat(state->folder_fd, NEW_NAME, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    state->next = 0;
    state->size = HEAD;
    bool good = state->file >= 0 && fill_random(state->id, sizeof state->id, NULL);
    memcpy(head, MAGIC, 8);
    memcpy(head + 8, state->id, 16);
    good = good && write_all(state->file, head, HEAD) && write_everything(df2) &&
           renameat(state->folder_fd, NEW_NAME, state->folder_fd, FILE_NAME) == 0 && fsync(state->folder_fd) == 0;
    if (!good) {
        (void)refuse(state);
        if (state->file >= 0) {
            close(state->file);
        }
        *state = old;
        state->failed = true;
        return false;
    }
    if (old.file >= 0) {
        close(old.file);
    }
    state->size_at_start = state->size;
    state->dirty = false;
    return true;
}

void state_trim(struct df2 *df2)
{
    struct state *state = &df2->state;
    if (state->folder != NULL && state->size > 2 * state->size_at_start + GROWTH) {
        (void)state_begin_anew(df2);
    }
}

void state_open(struct df2 *df2)
{
    struct state *state = &df2->state;
    struct stat status;
    *state = (struct state){.df2 = df2, .folder = options_text(&df2->options, "state"), .folder_fd = -1, .file = -1};
    if (state->folder == NULL) {
        return;
    }
    seal_read_key(&state->seal, options_needed(&df2->options, "state-key"));
    state->folder_fd = open(state->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (state->folder_fd < 0 || fstat(state->folder_fd, &status) != 0) {
        die("%s: the state folder cannot be opened: %s", state->folder, strerror(errno));
    }
    if (status.st_uid != geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        die("%s: others than its owner may write into the state folder", state->folder);
    }
    if (flock(state->folder_fd, LOCK_EX | LOCK_NB) != 0) {
        die("%s: another process has the state", state->folder);
    }
}

static bool gather(struct gathered *gathered, struct xk_bytes octets)
{
    uint8_t *more = realloc(gathered->octets, gathered->size + octets.size + 1);
    if (more == NULL) {
        return false;
    }
    gathered->octets = more;
    if (octets.size > 0) {
        memcpy(more + gathered->size, octets.data, octets.size);
    }
    gathered->size += octets.size;
    return true;
}

static uint32_t find_link(const struct df2 *df2, const char *name)
{
    for (uint32_t i = 0; i < df2->hi2.count; i++) {
        if (strcmp(df2->hi2.names[i], name) == 0) {
            return i;
        }
    }
    die("the state is about a LEMF that --lemf does not name");
}

/* One entry: the first gathered piece is the requester's, then one a LEMF. */
static bool take_entry(struct df2 *df2, struct gathered *pieces, const uint8_t *plain, size_t size)
{
    char name[ENTRY_HEAD] = "";
    if (size < ENTRY_HEAD) {
        return false;
    }
    const struct xk_bytes octets = {plain + ENTRY_HEAD, size - ENTRY_HEAD};
    memcpy(name, plain + 1, ENTRY_HEAD - 1);
    switch (plain[0]) {
    case STATE_REQUESTER:
        return gather(&pieces[0], octets);
    case STATE_COUNTERS:
        return gather(&pieces[1 + find_link(df2, name)], octets);
    case STATE_OWED:
        return outbox_restore(df2, octets, find_link(df2, name));
    case STATE_DONE:
        return outbox_restore_done(df2, octets, find_link(df2, name));
    case STATE_CIN:
        return calls_restore(df2, octets);
    default:
        return false;
    }
}

/* An entry that a crash left half written is the last one. */
static void take_entries(struct df2 *df2, struct gathered *pieces, const uint8_t *data, size_t size)
{
    struct state *state = &df2->state;
    uint8_t with[24];
    size_t at = HEAD;
    if (size < HEAD || memcmp(data, MAGIC, 8) != 0) {
        die("%s/%s is no state of xk-df2", state->folder, FILE_NAME);
    }
    memcpy(state->id, data + 8, 16);
    for (uint64_t number = 0; size - at >= LENGTH; number++) {
        size_t length = get32(data + at);
        if (length > size - at - LENGTH) {
            return;
        }
        uint8_t *plain = malloc(length + 1);
        size_t with_size = tie(state, number, with);
        if (plain == NULL || length < SEAL_MORE ||
            !seal_open(&state->seal, with, with_size, data + at + LENGTH, length, plain) ||
            !take_entry(df2, pieces, plain, length - SEAL_MORE)) {
            die("%s/%s: entry %llu was changed, or this is not its key", state->folder, FILE_NAME,
                (unsigned long long)number);
        }
        OPENSSL_cleanse(plain, length);
        free(plain);
        at += LENGTH + length;
    }
}

static void restore_pieces(struct df2 *df2, struct gathered *pieces)
{
    struct xk_diag diag = {XK_OK, 0, ""};
    uint32_t restored = 0;
    for (size_t i = 0; i < df2->hi2.count; i++) {
        const struct gathered *piece = &pieces[1 + i];
        if (piece->size > 0 &&
            xk_counters_restore(df2->hi2.links[i].counters, piece->octets, piece->size, &diag) != XK_OK) {
            die("the counters for %s: %s", df2->hi2.names[i], xk_status_text(diag.status));
        }
    }
    if (pieces[0].size > 0 && xk_requester_restore(df2->requester, loop_now(), pieces[0].octets, pieces[0].size, 0,
                                                   &restored, &diag) != XK_OK) {
        die("the requests: %s", xk_status_text(diag.status));
    }
    event("df2", "df2", "restored: %u request(s), %zu record(s) owed", restored, df2->outbox.count);
}

static uint8_t *read_state(const struct state *state, size_t *size)
{
    struct stat status;
    uint8_t *data = NULL;
    size_t at = 0;
    int fd = openat(state->folder_fd, FILE_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        return NULL;
    }
    if (fd < 0 || fstat(fd, &status) != 0) {
        die("%s/%s: %s", state->folder, FILE_NAME, strerror(errno));
    }
    *size = (size_t)status.st_size;
    data = malloc(*size + 1);
    while (data != NULL && at < *size) {
        ssize_t got = read(fd, data + at, *size - at);
        if (got <= 0) {
            die("%s/%s: %s", state->folder, FILE_NAME, strerror(errno));
        }
        at += (size_t)got;
    }
    close(fd);
    if (data == NULL) {
        die("no memory");
    }
    return data;
}

void state_restore(struct df2 *df2)
{
    size_t size = 0;
    if (df2->state.folder == NULL) {
        return;
    }
    struct gathered *pieces = calloc(df2->hi2.count + 1, sizeof *pieces);
    uint8_t *data = read_state(&df2->state, &size);
    if (pieces == NULL) {
        die("no memory");
    }
    if (data != NULL) {
        take_entries(df2, pieces, data, size);
        restore_pieces(df2, pieces);
    }
    for (size_t i = 0; i <= df2->hi2.count; i++) {
        if (pieces[i].octets != NULL) {
            OPENSSL_cleanse(pieces[i].octets, pieces[i].size);
        }
        free(pieces[i].octets);
    }
    free(pieces);
    free(data);
    if (!state_begin_anew(df2)) {
        die("the state cannot be written");
    }
}

void state_close(struct df2 *df2)
{
    struct state *state = &df2->state;
    if (state->folder == NULL) {
        return;
    }
    if (!state_begin_anew(df2)) {
        (void)state_sync(state);
    }
    close(state->file);
    close(state->folder_fd);
    OPENSSL_cleanse(&state->seal, sizeof state->seal);
}

void state_key(struct df2 *df2, const char *purpose, uint8_t out[SEAL_KEY])
{
    bool good =
        df2->state.folder != NULL ? seal_derive(&df2->state.seal, purpose, out) : fill_random(out, SEAL_KEY, NULL);
    if (!good) {
        die("no key for %s", purpose);
    }
}
