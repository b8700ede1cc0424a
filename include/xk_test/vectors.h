/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Test vectors from text files.
 *
 * The files that come with libxk are in share/xk/vectors: `mikey/set1.txt`, a MIKEY-TICKET exchange with all its keys,
 * and `hi2/records.txt`, two IRI records; each tells where it comes from. Where they are, pkg-config tells with
 * `--variable=vectorsdir xk_test`, the CMake package with the variable xk_VECTORS_DIR.
 *
 * A line of a file is one of
 *
 *     # a comment, or nothing
 *     [section]
 *     name = hexadecimal digits, two an octet, blanks between octets as wanted
 *
 * Blanks around names and lines do not count. A name goes up to the first `=` and stands once in its section, a
 * section once in its file; lines before the first section are in the section "".
 */
#ifndef XK_TEST_VECTORS_H
#define XK_TEST_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What came of reading vectors. */
enum xk_test_vectors_status {
    XK_TEST_VECTORS_OK = 0,
    XK_TEST_VECTORS_ARGUMENT = 1, /**< a pointer is NULL that may not be */
    XK_TEST_VECTORS_OPEN = 2,     /**< the file cannot be opened */
    XK_TEST_VECTORS_READ = 3,     /**< the file cannot be read */
    XK_TEST_VECTORS_SPACE = 4,    /**< the output does not fit */
    XK_TEST_VECTORS_LINE = 5,     /**< a line is no comment, section or entry */
    XK_TEST_VECTORS_HEX = 6,      /**< the value is not pairs of hexadecimal digits */
    XK_TEST_VECTORS_TWICE = 7,    /**< a section, or a name in its section, stands twice */
    XK_TEST_VECTORS_SECTION = 8,  /**< no such section */
    XK_TEST_VECTORS_NAME = 9      /**< no such name */
};

/** A set of vectors that has been checked. A view of its text. */
struct xk_test_vectors {
    struct xk_bytes text;
};

/**
 * One English sentence, without a full stop, that tells what a status means.
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a switch.
 *
 * @param status any value
 * @retval text constant; "not a status of xk_test" for a value that is none
 */
XK_API const char *xk_test_vectors_text(enum xk_test_vectors_status status);

/**
 * Hexadecimal text to octets; blanks between octets are skipped.
 *
 * @param text borrowed
 * @param[out] out receives the octets; what it holds after a failure has no meaning; may not overlap `text`
 * @param capacity octets that `out` can take
 * @param[out] size octets written; set only on success
 *
 * @retval XK_TEST_VECTORS_OK       done; no digits give no octets
 * @retval XK_TEST_VECTORS_ARGUMENT a pointer is NULL that may not be
 * @retval XK_TEST_VECTORS_HEX      a digit without its pair, or something else
 * @retval XK_TEST_VECTORS_SPACE    `capacity` is too small
 *
 * On failure `*size` is unchanged. Calls no callback. Re-entrant, any thread. Cost: one pass.
 */
XK_API XK_NODISCARD enum xk_test_vectors_status xk_test_hex(struct xk_bytes text, uint8_t *out, size_t capacity,
                                                            size_t *size);

/**
 * Check a whole text, so that looking up meets no surprise.
 *
 * @param text borrowed for as long as `*vectors` is used
 * @param[out] vectors set only on success
 * @param[out] line number of the line that was refused, counted from 1; 0 on success; may be NULL
 *
 * @retval XK_TEST_VECTORS_OK       every line is as it should be
 * @retval XK_TEST_VECTORS_ARGUMENT a pointer is NULL that may not be
 * @retval XK_TEST_VECTORS_LINE     a line is no comment, section or entry, or a name is empty
 * @retval XK_TEST_VECTORS_HEX      a value is not hexadecimal
 * @retval XK_TEST_VECTORS_TWICE    a section, or a name in its section, stands twice
 *
 * On failure nothing is written but `*line`. Calls no callback. Re-entrant, any thread. Cost: the square of the number
 * of lines.
 */
XK_API XK_NODISCARD enum xk_test_vectors_status xk_test_vectors_parse(struct xk_bytes text,
                                                                      struct xk_test_vectors *vectors, size_t *line);

/**
 * Read a file and check it.
 *
 * @param path of the file
 * @param[out] text receives the file, and must live as long as `*vectors` is used
 * @param capacity octets that `text` can take
 * @param[out] vectors set only on success
 * @param[out] line as with xk_test_vectors_parse(); 0 when it is the file that failed
 *
 * @retval XK_TEST_VECTORS_OK       read
 * @retval XK_TEST_VECTORS_ARGUMENT a pointer is NULL that may not be
 * @retval XK_TEST_VECTORS_OPEN     the file cannot be opened; errno tells why
 * @retval XK_TEST_VECTORS_READ     the file cannot be read
 * @retval XK_TEST_VECTORS_SPACE    the file is larger than `capacity`
 * @retval XK_TEST_VECTORS_LINE     see xk_test_vectors_parse(); _HEX and _TWICE likewise
 *
 * On failure `*vectors` is unchanged. Calls no callback. Re-entrant, any thread. Cost: reading, and the check.
 */
XK_API XK_NODISCARD enum xk_test_vectors_status xk_test_vectors_read(const char *path, uint8_t *text, size_t capacity,
                                                                     struct xk_test_vectors *vectors, size_t *line);

/**
 * Look up a value.
 *
 * @param vectors that were read
 * @param section its name; NULL: the first entry of that name, whatever its section
 * @param name of the entry
 * @param[out] out receives the octets; untouched unless it succeeds; may not overlap `text`
 * @param capacity octets that `out` can take
 * @param[out] size octets written, or needed when there is no space
 *
 * @retval XK_TEST_VECTORS_OK       found
 * @retval XK_TEST_VECTORS_ARGUMENT a pointer is NULL that may not be
 * @retval XK_TEST_VECTORS_SECTION  no such section
 * @retval XK_TEST_VECTORS_NAME     no such name in it
 * @retval XK_TEST_VECTORS_SPACE    `capacity` is too small
 *
 * On failure nothing is written but, without space, `*size`. Calls no callback. Re-entrant, any thread. Cost: one pass
 * over the text.
 */
XK_API XK_NODISCARD enum xk_test_vectors_status xk_test_vectors_get(const struct xk_test_vectors *vectors,
                                                                    const char *section, const char *name, uint8_t *out,
                                                                    size_t capacity, size_t *size);

#ifdef __cplusplus
}
#endif
#endif
