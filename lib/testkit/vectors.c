/* SPDX-License-Identifier: BSD-2-Clause */
/* Text files of vectors: one line at a time, each understood or refused. */
#include <xk_test/vectors.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "support/text.h"

enum kind { NOTHING, SECTION, ENTRY, BROKEN };

struct line {
    enum kind kind;
    struct xk_bytes name;
    struct xk_bytes value; /* of an entry: still hexadecimal */
};

const char *xk_test_vectors_text(enum xk_test_vectors_status status)
{
    switch (status) {
    case XK_TEST_VECTORS_OK:
        return "done";
    case XK_TEST_VECTORS_ARGUMENT:
        return "a pointer is NULL that may not be";
    case XK_TEST_VECTORS_OPEN:
        return "the file cannot be opened";
    case XK_TEST_VECTORS_READ:
        return "the file cannot be read";
    case XK_TEST_VECTORS_SPACE:
        return "the output does not fit";
    case XK_TEST_VECTORS_LINE:
        return "the line is no comment, section or entry";
    case XK_TEST_VECTORS_HEX:
        return "the value is not pairs of hexadecimal digits";
    case XK_TEST_VECTORS_TWICE:
        return "a section, or a name in its section, stands twice";
    case XK_TEST_VECTORS_SECTION:
        return "no such section";
    case XK_TEST_VECTORS_NAME:
        return "no such name";
    }
    return "not a status of xk_test";
}

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* With `out` NULL it only counts. */
static enum xk_test_vectors_status decode(struct xk_bytes text, uint8_t *out, size_t capacity, size_t *size)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (xki_is_space(text.data[i])) {
            continue;
        }
        int high = digit(text.data[i]);
        int low = i + 1 < text.size ? digit(text.data[i + 1]) : -1;
        if (high < 0 || low < 0) {
            return XK_TEST_VECTORS_HEX;
        }
        if (out != NULL && count == capacity) {
            return XK_TEST_VECTORS_SPACE;
        }
        if (out != NULL) {
            out[count] = (uint8_t)(high << 4 | low);
        }
        count++;
        i++;
    }
    *size = count;
    return XK_TEST_VECTORS_OK;
}

enum xk_test_vectors_status xk_test_hex(struct xk_bytes text, uint8_t *out, size_t capacity, size_t *size)
{
    if (out == NULL || size == NULL || (text.data == NULL && text.size > 0)) {
        return XK_TEST_VECTORS_ARGUMENT;
    }
    return decode(text, out, capacity, size);
}

static struct line understand(struct xk_bytes text)
{
    struct line line;
    memset(&line, 0, sizeof line);
    text = xki_trim(text);
    if (text.size == 0 || text.data[0] == '#') {
        return line;
    }
    line.kind = BROKEN;
    if (text.data[0] == '[') {
        line.name = xki_trim((struct xk_bytes){text.data + 1, text.size - 1});
        if (line.name.size > 1 && line.name.data[line.name.size - 1] == ']') {
            line.name.size--;
            line.name = xki_trim(line.name);
            line.kind = SECTION;
        }
        return line;
    }
    const uint8_t *equals = memchr(text.data, '=', text.size);
    if (equals != NULL) {
        size_t at = (size_t)(equals - text.data);
        line.name = xki_trim((struct xk_bytes){text.data, at});
        line.value = xki_trim((struct xk_bytes){equals + 1, text.size - at - 1});
        line.kind = line.name.size > 0 ? ENTRY : BROKEN;
    }
    return line;
}

/* False at the end of the text. */
static bool next_line(struct xk_bytes text, size_t *position, struct line *line)
{
    if (*position >= text.size) {
        return false;
    }
    const uint8_t *start = text.data + *position;
    const uint8_t *end = memchr(start, '\n', text.size - *position);
    size_t size = end != NULL ? (size_t)(end - start) : text.size - *position;
    *line = understand((struct xk_bytes){start, size});
    *position += size + 1;
    return true;
}

static bool same(struct xk_bytes a, struct xk_bytes b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* Does a line from `position` up to `end`, where one begins, name the same as `line`? */
static bool stands_before(struct xk_bytes text, size_t position, size_t end, const struct line *line)
{
    struct line earlier;
    text.size = end;
    while (next_line(text, &position, &earlier)) {
        if (earlier.kind == line->kind && same(earlier.name, line->name)) {
            return true;
        }
    }
    return false;
}

enum xk_test_vectors_status xk_test_vectors_parse(struct xk_bytes text, struct xk_test_vectors *vectors, size_t *line)
{
    size_t position = 0;
    size_t section = 0; /* where the current one starts */
    size_t number = 0;
    size_t ignored = 0;
    struct line read;
    enum xk_test_vectors_status status = XK_TEST_VECTORS_OK;
    if (vectors == NULL || (text.data == NULL && text.size > 0)) {
        return XK_TEST_VECTORS_ARGUMENT;
    }
    for (size_t start = 0; status == XK_TEST_VECTORS_OK && next_line(text, &position, &read); start = position) {
        number++;
        if (read.kind == BROKEN) {
            status = XK_TEST_VECTORS_LINE;
        } else if (read.kind == SECTION) {
            status = stands_before(text, 0, start, &read) ? XK_TEST_VECTORS_TWICE : XK_TEST_VECTORS_OK;
            section = position;
        } else if (read.kind == ENTRY) {
            status = decode(read.value, NULL, 0, &ignored);
            if (status == XK_TEST_VECTORS_OK && stands_before(text, section, start, &read)) {
                status = XK_TEST_VECTORS_TWICE;
            }
        }
    }
    if (line != NULL) {
        *line = status == XK_TEST_VECTORS_OK ? 0 : number;
    }
    if (status == XK_TEST_VECTORS_OK) {
        vectors->text = text;
    }
    return status;
}

enum xk_test_vectors_status xk_test_vectors_read(const char *path, uint8_t *text, size_t capacity,
                                                 struct xk_test_vectors *vectors, size_t *line)
{
    if (path == NULL || text == NULL || vectors == NULL) {
        return XK_TEST_VECTORS_ARGUMENT;
    }
    if (line != NULL) {
        *line = 0;
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return XK_TEST_VECTORS_OPEN;
    }
    size_t size = fread(text, 1, capacity, file);
    bool whole = fgetc(file) == EOF;
    bool failed = ferror(file) != 0;
    (void)fclose(file);
    if (failed) {
        return XK_TEST_VECTORS_READ;
    }
    if (!whole) {
        return XK_TEST_VECTORS_SPACE;
    }
    return xk_test_vectors_parse((struct xk_bytes){text, size}, vectors, line);
}

enum xk_test_vectors_status xk_test_vectors_get(const struct xk_test_vectors *vectors, const char *section,
                                                const char *name, uint8_t *out, size_t capacity, size_t *size)
{
    struct line line;
    size_t position = 0;
    size_t needed = 0;
    if (vectors == NULL || name == NULL || size == NULL || (out == NULL && capacity > 0)) {
        return XK_TEST_VECTORS_ARGUMENT;
    }
    bool inside = section == NULL || section[0] == '\0';
    bool found = inside;
    while (next_line(vectors->text, &position, &line)) {
        if (line.kind == SECTION && section != NULL) {
            inside = same(line.name, xk_text(section));
            found = found || inside;
        }
        if (line.kind != ENTRY || !inside || !same(line.name, xk_text(name))) {
            continue;
        }
        (void)decode(line.value, NULL, 0, &needed);
        *size = needed;
        if (needed > capacity) {
            return XK_TEST_VECTORS_SPACE;
        }
        return needed > 0 ? decode(line.value, out, capacity, size) : XK_TEST_VECTORS_OK;
    }
    return found ? XK_TEST_VECTORS_NAME : XK_TEST_VECTORS_SECTION;
}
