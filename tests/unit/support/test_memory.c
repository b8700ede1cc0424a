/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory for a host without an allocator: small, large, and more than there is. */
#include "support/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "support/bounds.h"

static void blocks_of_any_size_can_be_written_and_given_back(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 65535, 65536, 1000000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t *memory = xki_memory.allocate(sizes[i], xki_memory.user);
        assert_non_null(memory);
        memset(memory, 0x5a, sizes[i]);
        assert_int_equal(memory[sizes[i] - 1], 0x5a);
        xki_memory.release(memory, sizes[i], xki_memory.user);
    }
    assert_null(xki_memory.allocate(SIZE_MAX / 2, xki_memory.user));
}

static void a_view_has_its_bounds(void **state)
{
    (void)state;
    static const uint8_t octet = 1;
    static const struct {
        struct xk_bytes value;
        size_t low, high;
        enum xk_status status;
    } rows[] = {
        {{&octet, 1}, 1, 1, XK_OK},        {{NULL, 0}, 0, 9, XK_OK},          {{&octet, 0}, 0, 9, XK_OK},
        {{&octet, 0}, 1, 9, XK_E_EMPTY},   {{NULL, 0}, 1, 9, XK_E_EMPTY},     {{NULL, 3}, 1, 9, XK_E_FIELD},
        {{NULL, 3}, 0, 9, XK_E_FIELD},     {{&octet, 1}, 2, 9, XK_E_FIELD},   {{&octet, 10}, 1, 9, XK_E_LIMIT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_diag diag = {XK_OK, 0, ""};
        assert_int_equal(xki_check_bounds(rows[i].value, rows[i].low, rows[i].high, "it", &diag), rows[i].status);
        assert_string_equal(diag.field, rows[i].status == XK_OK ? "" : "it");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_any_size_can_be_written_and_given_back),
        cmocka_unit_test(a_view_has_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
