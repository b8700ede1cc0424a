/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a target on each file given, as libFuzzer would: so the corpus is tried by every compiler and every build. */
#include <stdio.h>

#include "fuzz.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        uint8_t *data = malloc(1 << 20);
        if (file == NULL || data == NULL) {
            return 1;
        }
        size_t size = fread(data, 1, 1 << 20, file);
        uint8_t *exact = malloc(size + (size == 0));
        if (exact == NULL) {
            return 1;
        }
        memcpy(exact, data, size);
        (void)LLVMFuzzerTestOneInput(exact, size);
        free(exact);
        free(data);
        fclose(file);
    }
    printf("%d inputs\n", argc - 1);
    return argc > 1 ? 0 : 1;
}
