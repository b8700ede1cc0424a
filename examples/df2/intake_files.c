/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/intake.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "df2/df2.h"
#include "support/support.h"

#define SIP_MAX 65535

static bool name_file(const struct df2 *df2, const char *name, const char *kind, char path[PATH_MAX])
{
    const char *folder = options_text(&df2->options, "calls");
    return strlen(name) < CALL_NAME_MAX && strchr(name, '/') == NULL &&
           (size_t)snprintf(path, PATH_MAX, "%s/%s.%s", folder, name, kind) < PATH_MAX;
}

static bool is_there(const struct df2 *df2, const char *name, const char *kind)
{
    char path[PATH_MAX];
    return name_file(df2, name, kind, path) && access(path, F_OK) == 0;
}

/* One message of a call; false: no room now. A file that is not there ends the program. */
static bool take_file(struct df2 *df2, const char *name, const char *kind)
{
    static uint8_t octets[SIP_MAX];
    char path[PATH_MAX];
    if (!name_file(df2, name, kind, path)) {
        die("the name of a call is too long, or names a file elsewhere");
    }
    const struct sip_event event = {
        .octets = {octets, read_file(path, octets, sizeof octets)},
        .time = df2_utc(),
        .trusted = true,
        .name = name,
    };
    bool taken = calls_take(df2, &event);
    OPENSSL_cleanse(octets, event.octets.size);
    return taken;
}

/* In the order of the command line; it goes on where it stopped. */
void intake_files_go_on(struct df2 *df2)
{
    struct intake *intake = &df2->intake;
    const char *name = NULL;
    int at = intake->file_at;
    static const char *const kinds[] = {"invite", "ok", "reinvite", "reok"};
    while (!intake->files_done && (name = options_rest(&df2->options, &at)) != NULL) {
        if (!outbox_has_room(df2)) {
            return;
        }
        timeline_arrow(&df2->timeline, ARROW_EARLIER, "ue", "cscf", "%s: INVITE, 200 OK", name);
        timeline_event(&df2->timeline, ARROW_STEP, "cscf", "df2", "%s: intercepted SIP", name);
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            (void)((i < 2 || is_there(df2, name, kinds[i])) && take_file(df2, name, kinds[i]));
        }
        intake->file_at = at;
    }
    if (!intake->files_done) {
        intake->files_done = true;
        intake->files_done_ms = loop_now();
    }
}
