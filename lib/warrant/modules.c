/* SPDX-License-Identifier: BSD-2-Clause */
#include "warrant/modules.h"

/* Tags in the order of enum xki_hi2_field. Umts has other identities under the tags [10] and [11], and none under the
 * tag [13], so nai and iMPI have no place there; nor has roamingIndication. */
static const struct xki_hi2_module modules[] = {
    {XK_HI2_UMTS, 1, 4, false, true, 8, 20, 20, 0x3f, {36, 38, 39, 40, 41, 44, 45, 46, 0}},
    {XK_HI2_EPS, 8, 15, true, false, 1, XK_CORRELATION_NUMBER_MAX, 0, 0xff, {42, 44, 45, 46, 47, 50, 56, 57, 76}},
};

#define MODULES (sizeof modules / sizeof modules[0])

const struct xki_hi2_module *xki_hi2_module(enum xk_hi2_module id)
{
    for (size_t i = 0; i < MODULES; i++) {
        if (modules[i].id == id) {
            return &modules[i];
        }
    }
    return NULL;
}

const struct xki_hi2_module *xki_hi2_module_of_domain(uint32_t arc)
{
    for (size_t i = 0; i < MODULES; i++) {
        if (modules[i].domain == arc) {
            return &modules[i];
        }
    }
    return NULL;
}

const struct xki_hi2_module *xki_hi2_module_of_choice(uint32_t tag)
{
    for (size_t i = 0; i < MODULES; i++) {
        if (modules[i].ps_choice == tag) {
            return &modules[i];
        }
    }
    return NULL;
}
