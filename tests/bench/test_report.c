/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run of the benchmark says: of what it has measured, and of what it has not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bench/figures.h"

static struct figures f;
static const struct stored stored = {756, 61};
static char text[16384];
static char json[4096];

static void read_back(FILE *file, char *into, size_t capacity)
{
    assert_int_equal(fseek(file, 0, SEEK_SET), 0);
    size_t size = fread(into, 1, capacity - 1, file);
    into[size] = '\0';
    assert_int_equal(fclose(file), 0);
}

/* The keys as they are printed and written; how many missed. */
static int report(void)
{
    FILE *out = tmpfile();
    FILE *file = tmpfile();
    assert_non_null(out);
    assert_non_null(file);
    int missed = report_keys(out, &f, &stored, file);
    read_back(out, text, sizeof text);
    read_back(file, json, sizeof json);
    return missed;
}

/* The line of a key in what was printed. */
static const char *line_of(const char *key)
{
    static char line[160];
    char wanted[64];
    (void)snprintf(wanted, sizeof wanted, "  %s ", key);
    const char *at = strstr(text, wanted);
    assert_non_null(at);
    size_t size = strcspn(at, "\n");
    assert_true(size < sizeof line);
    memcpy(line, at, size);
    line[size] = '\0';
    return line;
}

static void says_what_was_not_measured(void **state)
{
    (void)state;
    memset(&f, 0, sizeof f);
    series_add(&f.cycle_1k[0], 600);
    series_add(&f.cycle_1k[2], 3000);
    series_add(&f.cycle_1k[3], 100);
    int missed = report();
    assert_string_equal(line_of("cycle_ratio_floor_1m") + 33, "         -   must reach 1.80: not measured");
    assert_string_equal(line_of("cycle_ns_1m") + 33, "         -");
    assert_string_equal(line_of("cycle_ratio_careful_1k") + 33, "     0.200   must reach 0.30: reached");
    assert_string_equal(line_of("cycle_ratio_floor_1k") + 33, "     6.000   must reach 3.00: MISSED");
    assert_string_equal(line_of("mallocs_per_cycle") + 33, "     0.000   must reach 0.00: reached");
    assert_null(strstr(json, "1m"));
    assert_null(strstr(json, "nan"));
    assert_non_null(strstr(json, "{\n  \"cycle_ratio_careful_1k\": 0.2000,\n"));
    assert_non_null(strstr(json, "  \"cycle_ratio_floor_1k\": 6.0000,\n"));
    f.allocations[0] = 0.5;
    assert_int_equal(report(), missed + 1);
    assert_string_equal(line_of("mallocs_per_cycle") + 33, "     0.500   must reach 0.00: MISSED");
}

static void a_bound_is_reached_at_itself(void **state)
{
    (void)state;
    memset(&f, 0, sizeof f);
    series_add(&f.cycle_1m[0], 350);
    series_add(&f.cycle_1m[2], 1000);
    series_add(&f.cycle_1m[3], 100);
    int missed = report();
    assert_string_equal(line_of("cycle_ratio_careful_1m") + 33, "     0.350   must reach 0.35: reached");
    assert_string_equal(line_of("cycle_ratio_floor_1m") + 33, "     3.500   must reach 1.80: MISSED");
    f.cycle_1m[0].values[0] = 351;
    assert_int_equal(report(), missed + 1);
    assert_string_equal(line_of("cycle_ratio_careful_1m") + 33, "     0.351   must reach 0.35: MISSED");
}

static void the_table_leaves_out_what_was_not_measured(void **state)
{
    (void)state;
    memset(&f, 0, sizeof f);
    series_add(&f.cycle_100k[0], 1234.5);
    FILE *out = tmpfile();
    assert_non_null(out);
    report_table(out, &f, 756, 106);
    read_back(out, text, sizeof text);
    assert_string_equal(line_of("libxk, 100 k pending") + 55, "    1234.5 ns  +- 0.0 %");
    assert_string_equal(line_of("libxk, 1 M pending") + 55, " not measured");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_was_not_measured),
        cmocka_unit_test(a_bound_is_reached_at_itself),
        cmocka_unit_test(the_table_leaves_out_what_was_not_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
