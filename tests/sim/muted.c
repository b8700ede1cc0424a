/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/rules.h"

#include <stdlib.h>
#include <string.h>

bool is_muted(const char *rule)
{
    const char *list = getenv("XK_SIM_MUTED");
    char name[8] = " ";
    const char *end = strchr(rule, ':');
    if (list == NULL || end == NULL || end - rule > 5) {
        return false;
    }
    memcpy(name + 1, rule, (size_t)(end - rule));
    name[1 + (end - rule)] = ' ';
    name[2 + (end - rule)] = 0;
    return strstr(list, name) != NULL;
}
