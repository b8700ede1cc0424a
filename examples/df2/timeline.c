/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/timeline.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"
#include "transport/loop.h"

/* In pixels. Labels begin beside the left end of their arrow; the lane after DF2 is where most of them are. */
#define MARGIN_LEFT 110
#define MARGIN_RIGHT 90
#define LANE_GAP 170
#define LABEL_GAP 330
#define TITLE_HEIGHT 64
#define BOX_WIDTH 108
#define BOX_HEIGHT 26
#define ROW_PADDING 12
#define LINE_HEIGHT 14
#define CHARACTER_WIDTH 6.4 /* of 11 pixel sans-serif, generously */
#define SELF_WIDTH 34
#define PAUSE_MS 250 /* a longer time without an arrow is told */
#define PAUSE_HEIGHT 30
#define LINES_MAX 8

/* A chart on its way into a file. */
struct chart {
    FILE *file;
    const struct timeline *timeline;
    double y; /* of the row */
};

/* A label broken into lines: where each begins and how long it is. */
struct label {
    size_t start[LINES_MAX];
    size_t size[LINES_MAX];
    size_t count;
};

/* By the kind of the arrow. */
static const char *const colours[] = {"", "#1f4e79", "#1f4e79", "#b3261e", "#b3261e", "#6b7280"};

void timeline_lane(struct timeline *timeline, const char *name)
{
    if (timeline->lane_count < TIMELINE_LANES_MAX) {
        snprintf(timeline->lanes[timeline->lane_count++], TIMELINE_NAME_MAX, "%s", name);
    }
}

static void add(struct timeline *t, enum arrow_kind kind, const char *from, const char *to, const char *text)
{
    if (t->arrows == NULL) {
        t->arrows = calloc(TIMELINE_ARROWS_MAX, sizeof *t->arrows);
    }
    if (t->arrows == NULL || t->count == TIMELINE_ARROWS_MAX) {
        t->lost++;
        return;
    }
    struct arrow *arrow = &t->arrows[t->count++];
    arrow->at = loop_now();
    arrow->kind = kind;
    snprintf(arrow->from, sizeof arrow->from, "%s", from);
    snprintf(arrow->to, sizeof arrow->to, "%s", to);
    snprintf(arrow->text, sizeof arrow->text, "%s", text);
}

void timeline_event(struct timeline *timeline, enum arrow_kind kind, const char *from, const char *to,
                    const char *format, ...)
{
    char text[TIMELINE_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    event(from, to, "%s", text);
    add(timeline, kind, from, to, text);
}

void timeline_arrow(struct timeline *timeline, enum arrow_kind kind, const char *from, const char *to,
                    const char *format, ...)
{
    char text[TIMELINE_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add(timeline, kind, from, to, text);
}

void timeline_free(struct timeline *timeline)
{
    free(timeline->arrows);
    memset(timeline, 0, sizeof *timeline);
}

/* The lane of a name; a name that has none stands at DF2's place. */
static size_t lane_of(const struct timeline *t, const char *name)
{
    size_t fallback = 0;
    for (size_t i = 0; i < t->lane_count; i++) {
        if (strcmp(t->lanes[i], name) == 0) {
            return i;
        }
        fallback = strcmp(t->lanes[i], "df2") == 0 ? i : fallback;
    }
    return fallback;
}

static double lane_x(const struct timeline *t, size_t lane)
{
    double x = MARGIN_LEFT;
    for (size_t i = 0; i < lane; i++) {
        x += strcmp(t->lanes[i], "df2") == 0 ? LABEL_GAP : LANE_GAP;
    }
    return x;
}

static double width_of(const struct timeline *t)
{
    return lane_x(t, t->lane_count > 0 ? t->lane_count - 1 : 0) + MARGIN_RIGHT;
}

/* Text as XML takes it; what is not printable ASCII becomes a question mark. */
static void put_text(FILE *file, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c > 0x7e) {
            fputc('?', file);
        } else if (strchr("<>&\"'", c) != NULL) {
            fprintf(file, "&#%u;", c);
        } else {
            fputc(c, file);
        }
    }
}

/* Breaks a text at blanks, or inside a word that is too long for a line. */
static struct label break_lines(const char *text, size_t most)
{
    struct label label = {{0}, {0}, 0};
    size_t left = strlen(text);
    const char *at = text;
    while (left > 0 && label.count < LINES_MAX) {
        size_t size = left;
        if (left > most) {
            size = most;
            while (size > 0 && at[size] != ' ') {
                size--;
            }
            size = size > 0 ? size : most;
        }
        label.start[label.count] = (size_t)(at - text);
        label.size[label.count++] = size;
        at += size;
        left -= size;
        while (left > 0 && *at == ' ') {
            at++;
            left--;
        }
    }
    return label;
}

static void put_boxes(const struct chart *c, double y)
{
    static const struct {
        const char *name;
        const char *title;
    } titles[] = {{"ue", "UE"}, {"cscf", "CSCF"}, {"df2", "DF2/MF"}, {"lemf", "LEMF"}, {"df3", "DF3"}};
    const size_t most = (size_t)(BOX_WIDTH / CHARACTER_WIDTH);
    for (size_t i = 0; i < c->timeline->lane_count; i++) {
        const char *title = c->timeline->lanes[i];
        for (size_t k = 0; k < sizeof titles / sizeof titles[0]; k++) {
            title = strcmp(title, titles[k].name) == 0 ? titles[k].title : title;
        }
        double x = lane_x(c->timeline, i);
        size_t size = strlen(title) < most ? strlen(title) : most;
        fprintf(c->file, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"4\" class=\"box\"/>\n",
                x - BOX_WIDTH / 2.0, y, BOX_WIDTH, BOX_HEIGHT);
        fprintf(c->file, "<text x=\"%.1f\" y=\"%.1f\" class=\"lane\">", x, y + 17);
        put_text(c->file, title, size);
        fputs("</text>\n", c->file);
    }
}

/* A line and its head, which is open for answers. */
static void put_line(const struct chart *c, const struct arrow *a, double from, double to)
{
    double y = c->y;
    double back = from <= to ? -8 : 8;
    const char *colour = colours[a->kind];
    bool dashed = a->kind != ARROW_STEP && a->kind != ARROW_FAILURE;
    const char *dash = dashed ? " stroke-dasharray=\"6 4\"" : "";
    if (from < to || from > to) {
        fprintf(c->file, "<path d=\"M%.1f %.1f H%.1f\" stroke=\"%s\"%s fill=\"none\"/>\n", from, y, to, colour, dash);
    } else {
        back = 8;
        fprintf(c->file, "<path d=\"M%.1f %.1f h%d v10 H%.1f\" stroke=\"%s\"%s fill=\"none\"/>\n", from, y - 10,
                SELF_WIDTH, to, colour, dash);
    }
    fprintf(c->file, "<path d=\"M%.1f %.1f L%.1f %.1f L%.1f %.1f%s\" stroke=\"%s\" fill=\"%s\"/>\n", to + back, y - 4,
            to, y, to + back, y + 4, dashed ? "" : " Z", colour, dashed ? "none" : colour);
}

static void put_label(const struct chart *c, const struct arrow *a, const struct label *label, double x, double bottom)
{
    for (size_t i = 0; i < label->count; i++) {
        double y = bottom - (double)(label->count - 1 - i) * LINE_HEIGHT;
        fprintf(c->file, "<text x=\"%.1f\" y=\"%.1f\" class=\"label\" style=\"fill: %s\">", x, y, colours[a->kind]);
        put_text(c->file, a->text + label->start[i], label->size[i]);
        fputs("</text>\n", c->file);
    }
}

static void put_arrow(struct chart *c, const struct arrow *a, uint64_t first)
{
    double from = lane_x(c->timeline, lane_of(c->timeline, a->from));
    double to = lane_x(c->timeline, lane_of(c->timeline, a->to));
    double left = from < to ? from : to;
    double right = from < to ? to : from;
    bool self = !(left < right);
    double label_x = left + (self ? SELF_WIDTH + 8 : 10);
    double room = self ? LABEL_GAP - SELF_WIDTH - 16 : right - left - 20;
    struct label label = break_lines(a->text, (size_t)(room / CHARACTER_WIDTH));
    c->y += (self ? 6 : ROW_PADDING) + (double)label.count * LINE_HEIGHT + (self ? 10 : 0);
    fprintf(c->file, "<g class=\"arrow\">\n<title>");
    put_text(c->file, a->text, strlen(a->text));
    fputs("</title>\n", c->file);
    if (a->kind == ARROW_EARLIER) {
        fprintf(c->file, "<text x=\"48\" y=\"%.1f\" class=\"time\">before</text>\n", c->y + 4);
    } else {
        fprintf(c->file, "<text x=\"48\" y=\"%.1f\" class=\"time\">%llu</text>\n", c->y + 4,
                (unsigned long long)(a->at - first));
    }
    put_line(c, a, from, to);
    put_label(c, a, &label, label_x, self ? c->y - 1 : c->y - 5);
    fputs("</g>\n", c->file);
}

static void put_pause(struct chart *c, uint64_t milliseconds)
{
    c->y += ROW_PADDING;
    fprintf(c->file, "<rect x=\"8\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" class=\"pause\"/>\n", c->y,
            width_of(c->timeline) - 16, PAUSE_HEIGHT - 8);
    fprintf(c->file, "<text x=\"%.1f\" y=\"%.1f\" class=\"pause-text\">%llu ms without an event</text>\n",
            width_of(c->timeline) / 2, c->y + 15, (unsigned long long)milliseconds);
    c->y += PAUSE_HEIGHT - 8;
}

static void put_rows(struct chart *c)
{
    const struct timeline *t = c->timeline;
    for (size_t i = 0; i < t->count; i++) {
        uint64_t passed = i > 0 ? t->arrows[i].at - t->arrows[i - 1].at : 0;
        if (passed > PAUSE_MS) {
            put_pause(c, passed);
        }
        put_arrow(c, &t->arrows[i], t->arrows[0].at);
    }
    if (t->lost > 0) {
        c->y += ROW_PADDING + LINE_HEIGHT;
        fprintf(c->file, "<text x=\"%.1f\" y=\"%.1f\" class=\"pause-text\">%zu more, for lack of room</text>\n",
                width_of(t) / 2, c->y, t->lost);
    }
}

static void put_head(const struct chart *c, double height)
{
    const struct timeline *t = c->timeline;
    uint64_t took = t->count > 0 ? t->arrows[t->count - 1].at - t->arrows[0].at : 0;
    double width = width_of(t);
    fprintf(c->file,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">\n"
            "<title>Retrieval of session keys, as xk-df2 saw it</title>\n"
            "<style>\n"
            "text { font-family: sans-serif; font-size: 11px; fill: #374151; }\n"
            ".head { font-size: 16px; fill: #111827; }\n"
            ".lane { font-size: 12px; font-weight: bold; text-anchor: middle; fill: #111827; }\n"
            ".time { text-anchor: end; font-variant-numeric: tabular-nums; fill: #6b7280; }\n"
            ".pause-text { text-anchor: middle; font-style: italic; fill: #6b7280; }\n"
            ".label { stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }\n"
            ".box { fill: #eef2f7; stroke: #9ca3af; }\n"
            ".pause { fill: #f3f4f6; }\n"
            ".life { stroke: #d1d5db; }\n"
            "</style>\n"
            "<rect width=\"%.0f\" height=\"%.0f\" fill=\"#ffffff\"/>\n",
            width, height, width, height, width, height);
    fputs("<text x=\"16\" y=\"26\" class=\"head\">Retrieval of session keys, as xk-df2 saw it</text>\n", c->file);
    fprintf(c->file,
            "<text x=\"16\" y=\"46\">%zu events in %llu ms; times in ms. Solid: sent. Dashed: an answer. "
            "Grey: before the run. Red: a failure.</text>\n",
            t->count, (unsigned long long)took);
}

static void put_lanes(const struct chart *c, double top, double bottom)
{
    for (size_t i = 0; i < c->timeline->lane_count; i++) {
        double x = lane_x(c->timeline, i);
        fprintf(c->file, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"life\"/>\n", x, top, x, bottom);
    }
    put_boxes(c, top - BOX_HEIGHT);
    put_boxes(c, bottom);
}

static bool write_chart(struct chart *chart, const char *path, double top, const char *rows, size_t size)
{
    double bottom = chart->y + 2 * ROW_PADDING;
    chart->file = fopen(path, "w");
    if (chart->file == NULL) {
        return false;
    }
    put_head(chart, bottom + BOX_HEIGHT + ROW_PADDING);
    put_lanes(chart, top, bottom);
    fwrite(rows, 1, size, chart->file);
    fputs("</svg>\n", chart->file);
    bool good = ferror(chart->file) == 0;
    return fclose(chart->file) == 0 && good;
}

/* The rows first, into memory: only they tell how tall the chart is. */
bool timeline_write(const struct timeline *timeline, const char *path)
{
    const double top = TITLE_HEIGHT + BOX_HEIGHT;
    char *rows = NULL;
    size_t size = 0;
    struct chart chart = {open_memstream(&rows, &size), timeline, top};
    if (chart.file == NULL) {
        return false;
    }
    put_rows(&chart);
    bool good = fclose(chart.file) == 0 && write_chart(&chart, path, top, rows, size);
    free(rows);
    return good;
}
