/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the DF2/MF works on: the warrants, and the calls that the CSCF has intercepted.
 */
#ifndef DF2_CALLS_H
#define DF2_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/hi2.h>
#include <xk/warrant.h>

#define WARRANTS_MAX 32
#define SIP_MAX 16384
#define MIKEY_MAX 8192

/** One line of the warrants' file: LIID, target, LEMF or DF3, umts or eps, name of the KMS. */
struct order {
    char liid[XK_LIID_MAX + 1];
    char target[256];
    char kms[64];
    enum xk_destination destination;
    enum xk_hi2_module module;
};

/** One intercepted call. */
struct call {
    char name[64];
    uint8_t ok[SIP_MAX]; /* 200 OK */
    size_t ok_size;
    uint8_t init[MIKEY_MAX];
    size_t init_size;
    uint8_t resp[MIKEY_MAX];
    size_t resp_size;
    char from[256];
    char to[256];
};

/** Reads the warrants; ends the program when a line is wrong. How many there are. */
size_t load_orders(const char *path, struct order *orders);
/** Is there a FOLDER/NAME.KIND? */
bool has_message(const char *folder, const char *name, const char *kind);
/** Reads FOLDER/NAME.KIND into `sip` and its MIKEY into `mikey`, which take SIP_MAX and MIKEY_MAX octets; how long the
 * SIP message is. Ends the program when it cannot be used. */
size_t load_message(const char *folder, const char *name, const char *kind, uint8_t *sip, uint8_t *mikey,
                    size_t *mikey_size);
/** Reads FOLDER/NAME.invite and FOLDER/NAME.ok; ends the program when they cannot be used. */
void load_call(const char *folder, const char *name, struct call *call);
/** Reads every call of a folder, in the order of their names, for the caller to free; ends the program likewise. */
size_t load_folder(const char *folder, struct call **calls);
/** What the warrant's target was in the call's signalling; XK_INITIATOR_NOT_AVAILABLE if it is not in it. */
enum xk_initiator match(const struct order *order, const struct call *call);

#endif
