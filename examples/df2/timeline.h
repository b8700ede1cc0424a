/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The run as a sequence chart in SVG: one lane for each party, one arrow for each event, time downwards.
 *
 * What xk-df2 prints as an event is drawn, and beside it what only it sees and another program prints: the answers
 * that it gets. Nothing that happens inside another party is drawn. Texts are those of the events, so that there is no
 * key, LIID or identity in a chart.
 */
#ifndef DF2_TIMELINE_H
#define DF2_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIMELINE_LANES_MAX 16
#define TIMELINE_ARROWS_MAX 4096
#define TIMELINE_NAME_MAX 64
#define TIMELINE_TEXT_MAX 160

/** How an arrow is drawn. */
enum arrow_kind {
    ARROW_STEP = 1,   /* something is sent */
    ARROW_ANSWER = 2, /* an answer to it */
    ARROW_FAILURE = 3,
    ARROW_REFUSAL = 4, /* an answer, but a failure */
    ARROW_EARLIER = 5  /* happened before the run, at a time that is not known here */
};

struct arrow {
    uint64_t at; /* milliseconds of the loop's clock */
    enum arrow_kind kind;
    char from[TIMELINE_NAME_MAX];
    char to[TIMELINE_NAME_MAX];
    char text[TIMELINE_TEXT_MAX];
};

/** All zero at first. Not drawn at all without timeline_write(). */
struct timeline {
    char lanes[TIMELINE_LANES_MAX][TIMELINE_NAME_MAX]; /* from left to right */
    size_t lane_count;
    struct arrow *arrows;
    size_t count;
    size_t lost; /* arrows for which there was no room */
};

/** Adds a lane at the right; its name is that of events. */
void timeline_lane(struct timeline *timeline, const char *name);
/** Prints an event of the program, and adds an arrow for it. */
void timeline_event(struct timeline *timeline, enum arrow_kind kind, const char *from, const char *to,
                    const char *format, ...) __attribute__((format(printf, 5, 6)));
/** Adds an arrow for what another program prints. */
void timeline_arrow(struct timeline *timeline, enum arrow_kind kind, const char *from, const char *to,
                    const char *format, ...) __attribute__((format(printf, 5, 6)));
/** Writes the chart; false when the file cannot be written. */
bool timeline_write(const struct timeline *timeline, const char *path);
void timeline_free(struct timeline *timeline);

#endif
