/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/locked.h"

#include <errno.h>
#include <sys/mman.h>

#include <openssl/crypto.h>

void *locked_take(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    if (mlock(memory, size) != 0 || madvise(memory, size, MADV_DONTDUMP) != 0 ||
        madvise(memory, size, MADV_WIPEONFORK) != 0) {
        int refused = errno;
        (void)munmap(memory, size);
        errno = refused;
        return NULL;
    }
    return memory;
}

void locked_give(void *memory, size_t size)
{
    if (memory != NULL) {
        OPENSSL_cleanse(memory, size);
        (void)munmap(memory, size);
    }
}
