/* SPDX-License-Identifier: BSD-2-Clause */
/* A second program that has the header's code in it, and asks nothing of it. */
#include "sample/sample.h"

int main(int argc, char **argv)
{
    (void)argv;
    return store_half((unsigned int)argc) < 100 ? 0 : 1;
}
