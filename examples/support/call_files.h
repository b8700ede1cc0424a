/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Calls that xk-ue has written, for programs that need their MIKEY messages and no collector. */
#ifndef EXAMPLES_CALL_FILES_H
#define EXAMPLES_CALL_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIP_MAX 16384
#define MIKEY_MAX 8192

/** One intercepted call. */
struct call {
    char name[64];
    uint8_t init[MIKEY_MAX];
    size_t init_size;
    uint8_t resp[MIKEY_MAX];
    size_t resp_size;
    char from[256];
};

/** Is there a FOLDER/NAME.KIND? */
bool has_message(const char *folder, const char *name, const char *kind);
/** Reads FOLDER/NAME.KIND into `sip` and its MIKEY into `mikey`, which take SIP_MAX and MIKEY_MAX octets; how long the
 * SIP message is. Ends the program when it cannot be used. */
size_t load_message(const char *folder, const char *name, const char *kind, uint8_t *sip, uint8_t *mikey,
                    size_t *mikey_size);
/** Reads every call of a folder, in the order of their names, for the caller to free; ends the program when one of them
 * cannot be used: FOLDER/NAME.invite and FOLDER/NAME.ok. */
size_t load_folder(const char *folder, struct call **calls);

#endif
