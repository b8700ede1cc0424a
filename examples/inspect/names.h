/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Names of the numbers in MIKEY messages, and the section that each payload comes from.
 */
#ifndef INSPECT_NAMES_H
#define INSPECT_NAMES_H

/** One number, its name and its section; a table ends with a row without text. */
struct name {
    unsigned int value;
    const char *text;
    const char *section;
};

extern const struct name names_data_type[];
extern const struct name names_payload[];
extern const struct name names_map_type[];
extern const struct name names_prf[];
extern const struct name names_id_role[];
extern const struct name names_id_type[];
extern const struct name names_rand_role[];
extern const struct name names_time_role[];
extern const struct name names_time_type[];
extern const struct name names_encryption[];
extern const struct name names_mac[];
extern const struct name names_key_type[];
extern const struct name names_policy_parameter[];
extern const struct name names_cipher[];
extern const struct name names_ticket_type[];

/** The text of a number; "not known here" for one that the table does not have. */
const char *name_text(const struct name *table, unsigned int value);
/** The section of a number; NULL for one that the table does not have. */
const char *name_section(const struct name *table, unsigned int value);

#endif
