/* SPDX-License-Identifier: BSD-2-Clause */
#include "lemf/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "lemf/record.h"
#include "support/support.h"

#define PART "part"
#define NAME_MAX_OCTETS 32
#define MARK "XKLS" /* of a sealed file; behind it the seal of the one before */
#define SEALED_HEAD (4 + SEAL_TAG)
#define FILE_MAX_OCTETS (PDU_MAX + SEALED_HEAD + SEAL_MORE)

static const char *const endings[] = {"pspdu", "unreadable"};

static void name_file(char *name, uint32_t number, bool readable)
{
    snprintf(name, NAME_MAX_OCTETS, "%08u.%s", number, endings[readable ? 0 : 1]);
}

/* The number in a file's name; 0 if it is none of a store. */
static uint32_t number_of(const char *name)
{
    char again[2][NAME_MAX_OCTETS];
    unsigned long number = strtoul(name, NULL, 10);
    if (number == 0 || number > UINT32_MAX) {
        return 0;
    }
    name_file(again[0], (uint32_t)number, true);
    name_file(again[1], (uint32_t)number, false);
    return strcmp(name, again[0]) == 0 || strcmp(name, again[1]) == 0 ? (uint32_t)number : 0;
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

static void list_files(struct store *store, const char *path)
{
    int copy = dup(store->folder);
    DIR *folder = copy >= 0 ? fdopendir(copy) : NULL;
    size_t room = 0;
    if (folder == NULL) {
        die("%s: %s", path, strerror(errno));
    }
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        uint32_t number = number_of(entry->d_name);
        if (number == 0) {
            continue;
        }
        if (store->count == room) {
            room = room > 0 ? 2 * room : 1024;
            uint32_t *more = realloc(store->numbers, room * sizeof *more);
            if (more == NULL) {
                die("no memory");
            }
            store->numbers = more;
        }
        store->numbers[store->count++] = number;
    }
    closedir(folder);
    if (store->count > 0) {
        qsort(store->numbers, store->count, sizeof *store->numbers, by_number);
        store->last = store->numbers[store->count - 1];
    }
}

/* Nobody else may write here, or could put a link where a record is to go. */
static void check_folder(const struct store *store, const char *path)
{
    struct stat status;
    if (fstat(store->folder, &status) != 0) {
        die("%s: %s", path, strerror(errno));
    }
    if (status.st_uid != geteuid()) {
        die("%s: the store belongs to another user", path);
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        die("%s: others than its owner may write into the store", path);
    }
}

void store_open(struct store *store, const char *path, const char *key, bool writing)
{
    *store = (struct store){.folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (store->folder < 0) {
        die("%s: the store cannot be opened: %s", path, strerror(errno));
    }
    check_folder(store, path);
    if (writing && flock(store->folder, LOCK_EX | LOCK_NB) != 0) {
        die("%s: another process has the store", path);
    }
    if (writing && unlinkat(store->folder, PART, 0) != 0 && errno != ENOENT) {
        die("%s/%s: %s", path, PART, strerror(errno));
    }
    if (key != NULL) {
        seal_read_key(&store->seal, key);
        store->sealed = true;
    }
    store->octets = malloc(2 * (size_t)FILE_MAX_OCTETS);
    if (store->octets == NULL) {
        die("no memory");
    }
    list_files(store, path);
}

void store_close(struct store *store)
{
    OPENSSL_cleanse(&store->seal, sizeof store->seal);
    OPENSSL_cleanse(store->octets, 2 * (size_t)FILE_MAX_OCTETS);
    free(store->octets);
    free(store->numbers);
    close(store->folder);
}

static bool write_all(int fd, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, data, size);
        if (put <= 0) {
            return false;
        }
        data += put;
        size -= (size_t)put;
    }
    return true;
}

/* What a file is sealed with: its number and the seal before it. */
static size_t tie(uint8_t *out, uint32_t number, const uint8_t *tag)
{
    for (int i = 0; i < 4; i++) {
        out[i] = (uint8_t)(number >> (24 - 8 * i));
    }
    memcpy(out + 4, tag, SEAL_TAG);
    return 4 + SEAL_TAG;
}

/* The file's content in `store->octets`; its size, 0 when it cannot be made. */
static size_t make_content(struct store *store, uint32_t number, const uint8_t *data, size_t size)
{
    uint8_t with[4 + SEAL_TAG];
    if (!store->sealed) {
        memcpy(store->octets, data, size);
        return size;
    }
    memcpy(store->octets, MARK, 4);
    memcpy(store->octets + 4, store->tag, SEAL_TAG);
    size_t with_size = tie(with, number, store->tag);
    if (!seal_close(&store->seal, with, with_size, data, size, store->octets + SEALED_HEAD)) {
        return 0;
    }
    return SEALED_HEAD + size + SEAL_MORE;
}

/* Into a file that nobody else has made, which gets its name only when it is whole and the name is free. */
static bool write_new(struct store *store, const char *name, size_t size)
{
    int fd = openat(store->folder, PART, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return false;
    }
    bool good = fchmod(fd, 0600) == 0 && write_all(fd, store->octets, size);
    good = close(fd) == 0 && good;
    good = good && renameat2(store->folder, PART, store->folder, name, RENAME_NOREPLACE) == 0;
    if (!good) {
        int reason = errno;
        unlinkat(store->folder, PART, 0);
        errno = reason;
    }
    return good;
}

uint32_t store_put(struct store *store, const uint8_t *data, size_t size, bool readable)
{
    char name[NAME_MAX_OCTETS];
    if (store->last == UINT32_MAX || size > PDU_MAX) {
        fprintf(stderr, "lemf: the store takes no more\n");
        return 0;
    }
    size_t whole = make_content(store, store->last + 1, data, size);
    name_file(name, store->last + 1, readable);
    bool good = whole > 0 && write_new(store, name, whole);
    if (good && store->sealed) {
        memcpy(store->tag, store->octets + whole - SEAL_TAG, SEAL_TAG);
    }
    OPENSSL_cleanse(store->octets, whole);
    if (!good) {
        fprintf(stderr, "lemf: the store cannot be written: %s\n", strerror(errno));
        return 0;
    }
    return ++store->last;
}

bool store_sync(struct store *store)
{
    if (syncfs(store->folder) != 0) {
        fprintf(stderr, "lemf: the store cannot be kept safe: %s\n", strerror(errno));
        return false;
    }
    return true;
}

static size_t read_whole(const struct store *store, const char *name, uint8_t *out)
{
    size_t size = 0;
    int fd = openat(store->folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    while (fd >= 0 && size < FILE_MAX_OCTETS) {
        ssize_t got = read(fd, out + size, FILE_MAX_OCTETS - size);
        if (got <= 0) {
            break;
        }
        size += (size_t)got;
    }
    if (fd >= 0) {
        close(fd);
    }
    return size;
}

/* Opens the file in the second half of the room into the first. False when it is not what was sealed. */
static bool unseal(struct store *store, uint32_t number, size_t whole)
{
    const uint8_t *sealed = store->octets + FILE_MAX_OCTETS;
    uint8_t with[4 + SEAL_TAG];
    if (whole < SEALED_HEAD + SEAL_MORE || memcmp(sealed, MARK, 4) != 0) {
        return false;
    }
    size_t with_size = tie(with, number, sealed + 4);
    if (!seal_open(&store->seal, with, with_size, sealed + SEALED_HEAD, whole - SEALED_HEAD, store->octets)) {
        return false;
    }
    if (number > store->checked && memcmp(store->checked_tag, sealed + 4, SEAL_TAG) != 0) {
        fprintf(stderr, "lemf: the store was changed before file %u: what stood there is gone\n", number);
    }
    if (number > store->checked) {
        store->checked = number;
        memcpy(store->checked_tag, sealed + whole - SEAL_TAG, SEAL_TAG);
        memcpy(store->tag, store->checked_tag, SEAL_TAG);
    }
    return true;
}

enum stored store_get(struct store *store, uint32_t number, const uint8_t **data, size_t *size)
{
    char name[2][NAME_MAX_OCTETS];
    name_file(name[0], number, true);
    name_file(name[1], number, false);
    int which = faccessat(store->folder, name[0], F_OK, AT_SYMLINK_NOFOLLOW) == 0   ? 0
                : faccessat(store->folder, name[1], F_OK, AT_SYMLINK_NOFOLLOW) == 0 ? 1
                                                                                    : -1;
    if (which < 0) {
        return STORED_NOTHING;
    }
    uint8_t *into = store->octets + (store->sealed ? FILE_MAX_OCTETS : 0);
    size_t whole = read_whole(store, name[which], into);
    if ((store->sealed && !unseal(store, number, whole)) ||
        (!store->sealed && whole >= 4 && memcmp(into, MARK, 4) == 0)) {
        return STORED_SPOILED;
    }
    *data = store->octets;
    *size = store->sealed ? whole - SEALED_HEAD - SEAL_MORE : whole;
    return which == 0 ? STORED_PDU : STORED_UNREADABLE;
}
