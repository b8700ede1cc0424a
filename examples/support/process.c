/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/process.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "support/journal.h"
#include "support/support.h"

void process_harden(void)
{
    const struct rlimit none = {0, 0};
    journal_open();
    umask(S_IRWXG | S_IRWXO);
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        die("core dumps cannot be ruled out: %s", strerror(errno));
    }
    /* All of it or what is there: a limit that is met later would fail an allocation in mid-work. */
    struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    bool unbounded = setrlimit(RLIMIT_MEMLOCK, &all) == 0;
    if (!unbounded && getrlimit(RLIMIT_MEMLOCK, &all) == 0) {
        unbounded = all.rlim_cur == RLIM_INFINITY;
    }
    if (mlockall(unbounded ? MCL_CURRENT | MCL_FUTURE : MCL_CURRENT) != 0) {
        fprintf(stderr, "warning: memory cannot be locked, so keys may reach the swap: %s\n", strerror(errno));
    } else if (!unbounded) {
        fprintf(stderr, "warning: RLIMIT_MEMLOCK is bounded: memory that is taken later may reach the swap\n");
    }
}
