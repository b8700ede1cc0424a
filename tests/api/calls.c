/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes each of the generated calls in a process of its own, and holds its answer against the one rule: a NULL that may
 * not be, a view of octets that lie nowhere and a wrong size are XK_E_ARGUMENT, told without a place, and nothing
 * crashes. */
#include "api/calls.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <xk/status.h>

#define CRASHED (-1)

/* Of rooms that are being redrawn: a function leaves this list with its cure. */
static const char *const owed[] = {
    "xk_tri_decode", "xk_test_key", "xk_test_answer_encode", "xk_ps_header_from_event",
};
static bool owes[sizeof owed / sizeof owed[0]];

static bool is_owed(const char *function)
{
    for (size_t i = 0; i < sizeof owed / sizeof owed[0]; i++) {
        if (strcmp(owed[i], function) == 0) {
            owes[i] = true;
            return true;
        }
    }
    return false;
}

/* How the process of one call ends: at once, unless what it has counted is to be written first. */
#ifndef CALLS_EXIT
#define CALLS_EXIT _exit
#endif

/* What a call answers: a status or CRASHED, and what it tells of a refusal. */
struct answer {
    int status;
    bool told_wrong; /* XK_E_ARGUMENT with another status in the diag, with a place, or without a field */
};

static struct answer make(const struct calls_row *row)
{
    const struct answer crashed = {CRASHED, false};
    struct answer answer = crashed;
    int ends[2];
    int state = 0;
    if (pipe(ends) != 0) {
        return crashed;
    }
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        (void)alarm(10);
        const struct xk_diag *diag = calls_diag();
        answer.status = row->call();
        answer.told_wrong = answer.status == XK_E_ARGUMENT && row->tells &&
                            (diag->status != XK_E_ARGUMENT || diag->offset != 0 || diag->field == NULL);
        CALLS_EXIT(write(ends[1], &answer, sizeof answer) == (ssize_t)sizeof answer ? 0 : 1);
    }
    (void)close(ends[1]);
    bool read_all = child > 0 && read(ends[0], &answer, sizeof answer) == (ssize_t)sizeof answer;
    (void)close(ends[0]);
    bool ended = child > 0 && waitpid(child, &state, 0) == child && WIFEXITED(state) && WEXITSTATUS(state) == 0;
    return read_all && ended ? answer : crashed;
}

static bool is_good(const struct calls_row *row, struct answer answer, int whole)
{
    if (answer.status == CRASHED || answer.told_wrong) {
        return false;
    }
    bool taken = whole == XK_OK || whole == XK_E_SPACE;
    bool judged = row->wanted == CALLS_ARGUMENT || (row->wanted == CALLS_NOWHERE && taken);
    return !judged || answer.status == CALLS_NO_STATUS || answer.status == XK_E_ARGUMENT;
}

int main(void)
{
    size_t wrong = 0;
    size_t functions = 0;
    size_t accepted = 0; /* functions that take what samples.c makes, so that only the one change can be refused */
    int whole = 0;
    for (size_t i = 0; i < calls_count; i++) {
        const struct calls_row *row = &calls_rows[i];
        struct answer answer = make(row);
        if (strcmp(row->what, "as it should be") == 0) {
            whole = answer.status;
            functions++;
            accepted += whole == XK_OK || whole == XK_E_SPACE || whole == CALLS_NO_STATUS;
        }
        if (!is_good(row, answer, whole) && !is_owed(row->function)) {
            wrong++;
            printf("%s, %s: %s%s\n", row->function, row->what,
                   answer.status == CRASHED ? "a crash" : xk_status_name((enum xk_status)answer.status),
                   answer.told_wrong ? ", told otherwise, or with a place" : "");
        }
    }
    for (size_t i = 0; i < sizeof owed / sizeof owed[0]; i++) {
        if (!owes[i]) {
            wrong++;
            printf("%s is as it should be: take it from the list\n", owed[i]);
        }
    }
    printf("%zu calls of %zu functions, of which %zu accept what they get otherwise; %zu wrong\n", calls_count,
           functions, accepted, wrong);
    return wrong == 0 && functions > 0 ? 0 : 1;
}
