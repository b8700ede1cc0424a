/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes a chart with texts that a careless writer of XML or a careless layout would break on. */
#include <stdlib.h>

#include "df2/timeline.h"

int main(int argc, char **argv)
{
    static const char *const texts[] = {
        "a < b && \"c\" > 'd' ]]>", "<!-- \x01\x1b[31m \xc3\xb6\xff -->",
        "word-without-a-blank-that-is-longer-than-the-room-between-two-lanes-has-for-it-on-one-line",
        "", "   ", "short"};
    static const char *const lanes[] = {"ue", "cscf", "df2", "kms<1>&", "lemf", "df3"};
    static struct timeline t;
    int more = argc > 2 ? atoi(argv[2]) : 0;
    for (size_t i = 0; i < sizeof lanes / sizeof lanes[0]; i++) {
        timeline_lane(&t, lanes[i]);
    }
    for (int kind = ARROW_STEP; kind <= ARROW_EARLIER; kind++) {
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
            timeline_event(&t, (enum arrow_kind)kind, lanes[i], lanes[(size_t)kind], "%s", texts[i]);
        }
    }
    timeline_event(&t, ARROW_STEP, "nobody", "kms<1>&", "from a lane that is not there");
    for (int i = 0; i < more; i++) {
        timeline_arrow(&t, ARROW_ANSWER, "lemf", "df2", "%d", i);
    }
    bool written = argc > 1 && timeline_write(&t, argv[1]);
    timeline_free(&t);
    return written ? 0 : 1;
}
