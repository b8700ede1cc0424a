/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls, and what must come of them whatever the network does, as long as one copy of each message arrives. */
#include "sim_collector/world.h"

#define COUNT(a) (sizeof(a) / sizeof (a)[0])
#define WAIT(seconds) {"", (seconds), .flags = SCRIPT_WAIT}

static const struct script_line basic[] = {
    {"INVITE", 1, "a", NULL, INIT1}, {"180 INVITE", 1, "a", "b"}, WAIT(2), {"200 INVITE", 1, "a", "b", RESP1},
    {"ACK", 1, "a", "b"}, WAIT(3), {"BYE", 2, "a", "b"}, {"200 BYE", 2, "a", "b"}};
static const struct script_line forked[] = {
    {"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1_OTHER}, {"183 INVITE", 1, "a", "c", RESP1},
    WAIT(1), {"200 INVITE", 1, "a", "c", RESP1}, {"CANCEL", 1, "a", NULL}, {"487 INVITE", 1, "a", "b"},
    {"ACK", 1, "a", "c"}};
static const struct script_line bare[] = {
    {"INVITE", 1, "a", NULL}, {"180 INVITE", 1, "a", "b"}, WAIT(1), {"200 INVITE", 1, "a", "b", INIT1},
    {"ACK", 1, "a", "b", RESP1}, WAIT(1), {"BYE", 1, "b", "a"}};
static const struct script_line reliable[] = {
    {"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1},
    {"PRACK", 2, "a", "b", NO_MIKEY, 0, 1, 1}, {"200 PRACK", 2, "a", "b"}, {"UPDATE", 3, "a", "b", UPDATE},
    {"200 UPDATE", 3, "a", "b", UPDATE_RESP}, WAIT(4), {"200 INVITE", 1, "a", "b"}, {"ACK", 1, "a", "b"}};
static const struct script_line updated[] = {
    {"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1}, {"ACK", 1, "a", "b"}, WAIT(2),
    {"INVITE", 2, "a", "b", UPDATE}, {"200 INVITE", 2, "a", "b", UPDATE_RESP}, {"ACK", 2, "a", "b"}, WAIT(2),
    {"UPDATE", 1, "b", "a", UPDATE_BACK}, {"200 UPDATE", 1, "b", "a", UPDATE_BACK_RESP}};
static const struct script_line authenticated[] = {
    {"INVITE", 1, "a", NULL, INIT1}, {"407 INVITE", 1, "a", "p"}, {"ACK", 1, "a", "p"}, {"INVITE", 2, "a", NULL, INIT1},
    {"302 INVITE", 2, "a", "q"}, {"INVITE", 3, "a", NULL, INIT1}, WAIT(1), {"200 INVITE", 3, "a", "b", RESP1}};
static const struct script_line alone[] = {
    {"INVITE", 1, "a", NULL, INIT_ALONE}, WAIT(1), {"200 INVITE", 1, "a", "b", NO_MIKEY, SCRIPT_PLAIN},
    {"ACK", 1, "a", "b"}};
static const struct script_line renewed[] = {
    {"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1}, WAIT(2), {"INVITE", 2, "a", "b", INIT2},
    {"200 INVITE", 2, "a", "b", RESP2}};
static const struct script_line cancelled[] = {
    {"INVITE", 1, "a", NULL, INIT1}, {"180 INVITE", 1, "a", "b"}, WAIT(2), {"CANCEL", 1, "a", NULL},
    {"487 INVITE", 1, "a", "b"}, {"ACK", 1, "a", "b"}};
static const struct script_line crossed[] = {
    {"INVITE", 1, "a", NULL, INIT1}, WAIT(1), {"CANCEL", 1, "a", NULL}, {"200 INVITE", 1, "a", "b", RESP1},
    {"481 CANCEL", 1, "a", NULL}, {"ACK", 1, "a", "b"}};
static const struct script_line plain[] = {
    {"INVITE", 1, "a", NULL, INIT1}, WAIT(1), {"200 INVITE", 1, "a", "b", NO_MIKEY, SCRIPT_PLAIN},
    {"ACK", 1, "a", "b"}, {"BYE", 2, "a", "b"}};
static const struct script_line unfinished[] = {{"INVITE", 1, "a", NULL, INIT1}, {"180 INVITE", 1, "a", "b"}};
static const struct script_line unprotected[] = {
    {"INVITE", 1, "a", NULL, NO_MIKEY, SCRIPT_PLAIN}, {"200 INVITE", 1, "a", "b", NO_MIKEY, SCRIPT_PLAIN}};

const struct kind kinds[] = {
    {"basic", basic, COUNT(basic), {{INIT1, RESP1}}, 1},
    {"forked", forked, COUNT(forked), {{INIT1, RESP1}}, 1},
    {"bare", bare, COUNT(bare), {{INIT1, RESP1}}, 1},
    {"reliable", reliable, COUNT(reliable), {{INIT1, RESP1}, {INIT1, RESP1, UPDATE, UPDATE_RESP}}, 2},
    {"updated", updated, COUNT(updated),
     {{INIT1, RESP1}, {INIT1, RESP1, UPDATE, UPDATE_RESP}, {INIT1, RESP1, UPDATE_BACK, UPDATE_BACK_RESP}}, 3},
    {"authenticated", authenticated, COUNT(authenticated), {{INIT1, RESP1}}, 1},
    {"alone", alone, COUNT(alone), {{INIT_ALONE}}, 1},
    {"renewed", renewed, COUNT(renewed), {{INIT1, RESP1}, {INIT2, RESP2}}, 2},
    {"cancelled", cancelled, COUNT(cancelled), {{0}}, 0},
    {"crossed", crossed, COUNT(crossed), {{INIT1, RESP1}}, 1},
    {"plain", plain, COUNT(plain), {{.reason = XK_INCOMPLETE_NO_KEY}}, 1},
    {"unfinished", unfinished, COUNT(unfinished), {{.reason = XK_INCOMPLETE_NO_ANSWER}}, 1},
    {"unprotected", unprotected, COUNT(unprotected), {{0}}, 0},
};
const size_t kind_count = COUNT(kinds);
