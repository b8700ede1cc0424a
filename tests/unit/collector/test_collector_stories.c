/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whole calls, step by step: what each message and each silence teaches a call, what is told of it and when,
 and what is
 * left of it at last. With a word after its name the program prints the stories as they are now, for who changes one.
 */
#include "unit/collector/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define S(...) {SAY, {__VA_ARGS__}}
#define P(milliseconds) {PASS, .number = (milliseconds)}
#define COUNT(a) (sizeof(a) / sizeof (a)[0])
#define ALICE "sip:alice@example.com"
#define ZOE "sip:zoe@example.com"

#define HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define AUDIO "m=audio 40000 RTP/SAVP 0\r\n"
#define VIDEO "m=video 40002 RTP/SAVP 31\r\n"
#define FIVE_AUDIO AUDIO AUDIO AUDIO AUDIO AUDIO
#define NO_VIDEO "m=video 0 RTP/SAVP 31\r\n"
#define KEY(name) "a=key-mgmt:mikey {" name "}\r\n"
#define ACAP(n, name) "a=acap:" n " key-mgmt:mikey {" name "}\r\n"

static const uint8_t xids[32] = {1, [16] = 2};

/* Answered early, updated, ended. */
static const struct story_step call[] = {
    S("INVITE", 1, "a", NULL, INIT1), S("INVITE", 1, "a", NULL, INIT1), S("100 INVITE", 1, "a", NULL),
    S("183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 7), S("PRACK", 2, "a", "b", NO_MIKEY, 0, 7, 1),
    S("200 PRACK", 2, "a", "b"), S("200 INVITE", 1, "a", "b"), S("ACK", 1, "a", "b"), P(489), P(1), P(5000),
    S("UPDATE", 3, "b", "a", UPDATE), S("200 UPDATE", 3, "b", "a", UPDATE_RESP), P(500),
    S("UPDATE", 4, "a", "b", UPDATE_ALONE), S("200 UPDATE", 4, "a", "b"), P(500), S("INVITE", 5, "a", "b", INIT2),
    S("200 INVITE", 5, "a", "b", RESP2), P(500), S("OPTIONS", 6, "a", "b", INIT1), S("BYE", 7, "a", "b"),
    S("407 BYE", 7, "a", "b"), S("BYE", 8, "b", "a"), S("481 BYE", 8, "b", "a"), P(31999), P(1),
};

/* Media with and without keys, capabilities, and a stream that ends at the answer. */
static const struct story_step media[] = {
    S("INVITE", 1, "a", NULL, .sdp = HEAD KEY("INIT_ALONE") AUDIO KEY("INIT1") VIDEO ACAP("31", "INIT2")
      ACAP("32", "INIT1_FALSE") ACAP("2", "INIT1_FALSE") "m=text 40004 RTP/SAVP 0\r\n"
      "a=pcfg:1 a=31|32\r\na=pcfg:2 a=2\r\n"),
    S("183 INVITE", 1, "a", "b", NO_MIKEY, SCRIPT_RELIABLE, 1, .early = HEAD AUDIO KEY("INIT1_FALSE"),
      .sdp = HEAD AUDIO KEY("RESP1") NO_VIDEO "a=acfg:1 a=31 t=1\r\n" "m=text 40004 RTP/SAVP 0\r\n"),
    S("PRACK", 2, "a", "b", NO_MIKEY, 0, 1, 1, .early = HEAD AUDIO KEY("RESP1_OTHER"), .sdp = ""),
    S("200 PRACK", 2, "a", "b"),
    S("200 INVITE", 1, "a", "b", .sdp = HEAD KEY("MIKEY_BROKEN") AUDIO KEY("RESP1") NO_VIDEO KEY("RESP2")), P(600),
    S("UPDATE", 3, "a", "b", .sdp = HEAD AUDIO KEY("MIKEY_ERROR") VIDEO KEY("UPDATE")), P(40000),
    S("200 UPDATE", 3, "a", "b", .sdp = HEAD "m=audio 0 RTP/SAVP 0\r\n" VIDEO KEY("MIKEY_BROKEN")), P(40000),
};

/* Sixteen media and more, of which the last bit stands for all; eight messages and no more. */
static const struct story_step many_media[] = {
    S("INVITE", 1, "a", NULL, .sdp = HEAD FIVE_AUDIO FIVE_AUDIO FIVE_AUDIO KEY("INIT1")
      AUDIO KEY("INIT2") AUDIO KEY("INIT1_FALSE")),
    S("200 INVITE", 1, "a", "b", .sdp = HEAD FIVE_AUDIO FIVE_AUDIO AUDIO AUDIO AUDIO
      NO_VIDEO AUDIO KEY("RESP1") NO_VIDEO NO_VIDEO),
    P(33000),
    S("INVITE", 2, "a", "b", .sdp = HEAD KEY("INIT1") KEY("INIT2") KEY("INIT1_FALSE") KEY("INIT_ALONE") AUDIO
      KEY("INIT1") KEY("INIT2") KEY("INIT1_FALSE") KEY("INIT_ALONE") VIDEO KEY("INIT1")),
    S("200 INVITE", 2, "a", "b", .sdp = HEAD AUDIO "a=acfg:1 a=1\r\n" VIDEO), P(33000),
};

/* Who is said to be who, in each header and by each side. */
static const struct story_step identities[] = {
    {SAY, {"INVITE", 1, "a", NULL, INIT2, .asserted = "sip:a1@example.com",
           .extra = "P-Preferred-Identity: <sip:a2@example.com>\r\nP-Called-Party-ID: <sip:b1@example.com>\r\n"
                    "History-Info: <sip:b2@example.com>;index=1\r\nDiversion: <sip:b3@example.com>"},
     .xid = xids, .direction = XK_DIRECTION_FROM_TARGET},
    {SAY, {"INVITE", 1, "a", NULL, INIT2, SCRIPT_UNTRUSTED, .asserted = "sip:liar@example.com",
           .uri = "sip:bob@example.com@x"}, .xid = xids + 16, .direction = XK_DIRECTION_TO_TARGET},
    S("180 INVITE", 1, "a", NULL, .asserted = "sip:early@example.com",
      .extra = "P-Preferred-Identity: <sip:e@example.com>"),
    {SAY, {"183 INVITE", 1, "a", "b", NO_MIKEY, .asserted = "sip:b4@example.com",
           .extra = "P-Preferred-Identity: <sip:b5@example.com>"}, .xid = xids, .direction = XK_DIRECTION_TO_TARGET},
    {SAY, {"200 INVITE", 1, "a", "b", RESP2}, .xid = xids + 16, .direction = XK_DIRECTION_UNKNOWN},
    {SAY, {"UPDATE", 2, "b", "a", NO_MIKEY, .asserted = "sip:b6@example.com",
           .extra = "P-Called-Party-ID: <sip:a3@example.com>"}, .xid = xids, .direction = XK_DIRECTION_FROM_TARGET},
    P(501),
    {GIVE, .text = "INVITE sip:bob@example.com SIP/2.0\r\nFrom: <sip:b9@example.com>;tag=z\r\n"
                   "Call-ID: call@example.com\r\nCSeq: 4294967296 INVITE\r\n\r\n"},
    {GIVE, .text = "no SIP"}, P(501),
};

/* Attempts that fail with and without a tag, then one that is answered otherwise than with a key. */
static const struct story_step attempts[] = {
    S("INVITE", 1, "a", NULL, INIT1_FALSE), S("183 INVITE", 1, "a", "p1", RESP1_OTHER, SCRIPT_RELIABLE, 1),
    S("407 INVITE", 1, "a", "p1"), S("ACK", 1, "a", "p1"), S("INVITE", 2, "a", NULL, INIT2),
    S("302 INVITE", 2, "a", NULL),
    S("INVITE", 3, "a", NULL), S("299 INVITE", 3, "a", "b", INIT1), S("ACK", 3, "a", "b", NO_MIKEY, SCRIPT_PLAIN),
    P(499),
    P(1), P(40000), S("INVITE", 4, "b", "a", INIT2), S("491 INVITE", 4, "b", "a"), P(40000),
    S("INVITE", 5, "b", "a", INIT2), S("180 INVITE", 5, "b", "a"), P(189989), P(1), P(40000),
};

/* Offers in responses: in reliable ones, and in a 2xx. */
static const struct story_step backwards[] = {
    S("INVITE", 1, "a", NULL), S("183 INVITE", 1, "a", "b", INIT1, SCRIPT_RELIABLE, 3),
    S("PRACK", 2, "a", "b", RESP1_OTHER, 0, 2, 1), S("PRACK", 3, "a", "b", RESP1, 0, 3, 1), S("200 PRACK", 3, "a", "b"),
    S("183 INVITE", 1, "a", "c", INIT2), S("200 INVITE", 1, "a", "b"), P(500), S("INVITE", 5, "a", "b"),
    S("200 INVITE", 5, "a", "b", INIT2), S("ACK", 5, "a", "b", RESP2), P(500), S("INVITE", 6, "a", "b"),
    S("200 INVITE", 6, "a", "b", INIT1_FALSE), P(31999), P(40000), S("INVITE", 7, "a", "b"),
    S("200 INVITE", 7, "a", "b", INIT_ALONE), P(500), P(40000), S("BYE", 9, "a", "b"), P(32000),
};

/* Answers and ends that overtake their INVITE: for two seconds they are remembered. */
static const struct story_step overtaken[] = {
    S("ACK", 1, "a", "b"), S("ACK", 1, "a", "b"), S("200 INVITE", 1, "a", "b", NO_MIKEY, SCRIPT_PLAIN),
    S("199 INVITE", 1, "a", "b"), S("BYE", 2, "a", "b"), S("200 BYE", 2, "a", "b"), S("199 BYE", 2, "a", "b"),
    S("UPDATE", 3, "a", "b"), S("200 UPDATE", 3, "a", "b"), S("200 PRACK", 4, "a", "b"), S("MESSAGE", 5, "a", "b"),
    P(1910),
    S("INVITE", 1, "a", NULL, INIT1), P(500), P(40000),
};

static const struct story_step too_late[] = {
    S("ACK", 1, "a", "b"), S("200 INVITE", 1, "a", "b", NO_MIKEY, SCRIPT_PLAIN), P(1991),
    S("INVITE", 1, "a", NULL, INIT1),
    P(200000),
};

/* An answer of nobody who is watched, as far as it shows: who it is the INVITE says, within two seconds. */
static const struct story_step doubtful[] = {
    S("200 INVITE", 1, "a", "b", RESP1, .call = "one"), P(1989), S("200 INVITE", 1, "a", "b", RESP1, .call = "one"),
    S("INVITE", 1, "a", NULL, INIT1, .call = "one", .asserted = ZOE), P(600),
    S("200 INVITE", 1, "a", "b", RESP2, .call = "two"), P(1999), P(1),
    S("200 INVITE", 1, "a", "b", RESP1, .call = "three"), S("INVITE", 1, "a", NULL, INIT1, .call = "three"),
    S("INVITE", 1, "a", NULL, INIT1, .call = "three", .asserted = ZOE), P(600),
    S("INVITE", 1, "a", NULL, .call = "four"),
    S("INVITE", 1, "a", NULL, .asserted = ZOE, .call = "four"), S("486 INVITE", 1, "a", NULL, .call = "four"),
    P(190000),
    S("INVITE", 1, "a", NULL, INIT1, .asserted = ZOE, .call = "five"), P(189990),
    S("183 INVITE", 1, "a", "b", .call = "five"),
    P(189990), S("100 INVITE", 1, "a", NULL, .call = "five"), P(9), S("300 INVITE", 1, "a", NULL, .call = "five"), P(1),
    {WATCH, .number = 2, .text = ALICE}, S("INVITE", 1, "a", NULL, INIT1, .call = "six"), P(189990),
    S("INVITE", 1, "a", NULL, INIT1, .call = "six"), P(189999), S("300 INVITE", 1, "a", "b", .call = "six"), P(1),
};

/* What brings no exchange, and why. */
static const struct story_step gaps[] = {
    S("INVITE", 1, "a", NULL, INIT1, .call = "no answer"), S("200 INVITE", 1, "a", "b", .call = "no answer"),
    S("INVITE", 1, "a", NULL, INIT1, .call = "no key"),
    S("200 INVITE", 1, "a", "b", NO_MIKEY, SCRIPT_PLAIN, .call = "no key"),
    S("INVITE", 1, "a", NULL, INIT1, .call = "unreadable"),
    S("200 INVITE", 1, "a", "b", .sdp = HEAD AUDIO KEY("MIKEY_BROKEN"), .call = "unreadable"),
    S("INVITE", 1, "a", NULL, INIT1, .call = "no final"),
    S("183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1, .call = "no final"),
    S("INVITE", 1, "a", NULL, INIT1, .call = "no base"), S("200 INVITE", 1, "a", "b", .call = "no base"),
    S("UPDATE", 2, "a", "b", UPDATE, .call = "no base"), S("200 UPDATE", 2, "a", "b", UPDATE_RESP, .call = "no base"),
    S("INVITE", 1, "a", NULL, .call = "no offer"), S("200 INVITE", 1, "a", "b", RESP1, .call = "no offer"),
    S("INVITE", 1, "a", NULL, INIT1, .call = "acked"), S("180 INVITE", 1, "a", "b", .call = "acked"),
    S("ACK", 1, "a", "b", .call = "acked"), P(400), P(10), P(100), P(31000), P(600), P(157890), P(100), P(86500000u),
};

/* Branches: two that answer, one whose answers contradict each other, and an offer that is false. */
static const struct story_step branches[] = {
    S("INVITE", 1, "a", NULL, INIT1_FALSE), S("INVITE", 1, "a", NULL, INIT1),
    S("183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 2),
    S("183 INVITE", 1, "a", "b", RESP1_OTHER, SCRIPT_RELIABLE, 3),
    S("183 INVITE", 1, "a", "c", RESP1_OTHER), S("200 INVITE", 1, "a", "b"), S("200 INVITE", 1, "a", "c", RESP1),
    P(600),
    S("200 INVITE", 1, "a", "b", RESP1_OTHER), P(600), S("487 INVITE", 1, "a", "c"), S("BYE", 3, "a", "b"), P(32000),
    S("BYE", 3, "c", "a"), P(32000),
};

/* With the option, what is complete is told before it is answered. */
static const struct story_step told_early[] = {
    S("INVITE", 1, "a", NULL, INIT1), S("183 INVITE", 1, "a", "b", RESP1), P(500),
    S("183 INVITE", 1, "a", "b", RESP1_OTHER, SCRIPT_RELIABLE, 3), P(500), S("486 INVITE", 1, "a", "b"), P(200000),
};

/* Warrants that begin and end, and a host without room. */
static const struct story_step warrants[] = {
    S("INVITE", 1, "a", NULL, INIT1), S("200 INVITE", 1, "a", "b", RESP1), P(600),
    {WATCH, .number = 2, .text = "sip:bob@example.com"}, P(100), {BUSY, .number = 3},
    {WATCH, .number = 3, .text = ALICE}, P(150), P(100), {BUSY, .number = 0}, P(300),
    S("INVITE", 2, "a", "b", INIT2), S("200 INVITE", 2, "a", "b", NO_MIKEY, SCRIPT_PLAIN), {BUSY, .number = 2}, P(500),
    P(300), {BUSY, .number = 0}, P(400), {FORGET, .number = 3}, {FORGET, .number = 2}, P(1000),
    {WATCH, .number = 2, .text = "sip:bob@example.com"}, {FORGET, .number = 2}, {FORGET, .number = 1},
};

/* Legs of one call: by correlation, and by Replaces. */
static const struct story_step legs[] = {
    {SAY, {"INVITE", 1, "a", NULL, INIT1, .call = "in"}, .correlation = "c7"},
    {SAY, {"INVITE", 1, "a", NULL, INIT1, .call = "out"}, .correlation = "c7"},
    {SAY, {"200 INVITE", 1, "a", "b", RESP1, .call = "out"}, .correlation = "c7"},
    {SAY, {"200 INVITE", 1, "a", "b", RESP1, .call = "in"}, .correlation = "c7"}, P(600),
    S("INVITE", 1, "a", NULL, INIT2, .call = "next", .extra = "Replaces: in;to-tag=b;from-tag=a"),
    S("200 INVITE", 1, "a", "b", RESP2, .call = "next"), P(600), S("BYE", 2, "a", "b", .call = "in"), P(32000),
    S("INVITE", 1, "a", NULL, INIT1, .call = "last", .extra = "Replaces: next;to-tag=b;from-tag=a"),
    S("200 INVITE", 1, "a", "b", RESP1, .call = "last"), P(600),
};

/* Calls that nobody answers: of which attempt that is told, and of which nothing. */
#define OF(name) .call = name
static const struct story_step unanswered[] = {
    S("INVITE", 1, "a", NULL, INIT1, OF("two attempts")), S("INVITE", 2, "a", NULL, INIT2, OF("two attempts")),
    S("INVITE", 2, "a", NULL, INIT2, OF("the second first")), S("INVITE", 1, "a", NULL, INIT1, OF("the second first")),
    S("INVITE", 1, "a", NULL, INIT1, OF("closed")), S("486 INVITE", 1, "a", NULL, OF("closed")),
    S("INVITE", 1, "a", NULL, INIT1, OF("closed first")), S("486 INVITE", 1, "a", NULL, OF("closed first")),
    S("INVITE", 2, "a", NULL, INIT2, OF("closed first")), S("INVITE", 1, "a", NULL, INIT1, OF("closed later")),
    S("INVITE", 2, "a", NULL, OF("closed later")), S("487 INVITE", 2, "a", NULL, OF("closed later")),
    S("183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1, OF("answer")),
    S("183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1, OF("answer closed")),
    S("486 INVITE", 1, "a", "b", OF("answer closed")),
    S("183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1, OF("answer and update")),
    S("UPDATE", 2, "a", "b", UPDATE, OF("answer and update")),
    S("UPDATE", 2, "a", "b", UPDATE, OF("update and answer")),
    S("183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1, OF("update and answer")),
    S("INVITE", 1, "a", NULL, INIT1, OF("of another")),
    S("183 INVITE", 1, "a", "b", RESP2, SCRIPT_RELIABLE, 1, OF("of another")),
    S("INVITE", 1, "a", NULL, INIT1, OF("other branch")), S("183 INVITE", 1, "a", "b", RESP1, OF("other branch")),
    S("486 INVITE", 1, "a", "b", OF("other branch")),
    S("183 INVITE", 1, "a", "c", RESP1_OTHER, SCRIPT_RELIABLE, 2, OF("other branch")), P(200000u),
};

/* The end of another transaction, or of another's, is not that of the call. */
static const struct story_step not_closed[] = {
    S("INVITE", 2, "a", NULL, INIT1, OF("older")), S("486 INVITE", 1, "a", NULL, OF("older")),
    S("INVITE", 2, "a", NULL, INIT1, OF("update")), S("487 UPDATE", 2, "a", "b", OF("update")),
    S("183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1, OF("branch")), S("486 INVITE", 1, "a", "c", OF("branch")),
    S("INVITE", 1, "a", NULL, INIT1, OF("acked")), S("ACK", 1, "a", "b", OF("acked")),
    S("INVITE", 1, "a", NULL, INIT1, OF("acked by update")), S("UPDATE", 2, "a", "b", UPDATE, OF("acked by update")),
    S("ACK", 1, "a", "b", OF("acked by update")),
    S("UPDATE", 2, "a", "b", UPDATE, OF("acked without")), S("ACK", 1, "a", "b", OF("acked without")), P(200000u),
};

/* What an answered call lacks: offers that others stand for, answers that others go before, and their times. */
static const struct story_step lacking[] = {
    S("INVITE", 1, "a", NULL, INIT2, OF("superseded")), S("INVITE", 2, "a", NULL, INIT1, OF("superseded")),
    S("200 INVITE", 2, "a", "b", OF("superseded")), S("INVITE", 1, "a", NULL, INIT2, OF("answered twice")),
    S("INVITE", 2, "a", NULL, INIT1, OF("answered twice")), S("200 INVITE", 2, "a", "b", OF("answered twice")),
    S("200 INVITE", 1, "a", "b", OF("answered twice")), S("INVITE", 1, "a", NULL, OF("two answers")),
    S("183 INVITE", 1, "a", "b", RESP1, OF("two answers")),
    S("183 INVITE", 1, "a", "b", RESP1_OTHER, SCRIPT_RELIABLE, 4, OF("two answers")),
    S("183 INVITE", 1, "a", "b", RESP2, SCRIPT_RELIABLE, 4, OF("two answers")),
    S("200 INVITE", 1, "a", "b", RESP1, OF("two answers")), S("INVITE", 1, "a", NULL, INIT1, OF("rejected")),
    S("200 INVITE", 1, "a", "b", .sdp = HEAD NO_VIDEO, OF("rejected")), P(1000),
    S("INVITE", 1, "a", NULL, INIT1, OF("alternatives")), S("INVITE", 1, "a", NULL, INIT1_FALSE, OF("alternatives")),
    S("200 INVITE", 1, "a", "b", RESP1, OF("alternatives")), P(1000),
    S("UPDATE", 2, "a", "b", UPDATE_BACK, OF("alternatives")), S("UPDATE", 2, "a", "b", UPDATE, OF("alternatives")),
    S("200 UPDATE", 2, "a", "b", UPDATE_RESP, OF("alternatives")), P(1000),
    S("UPDATE", 3, "a", "b", UPDATE_ALONE, OF("alternatives")),
    S("INVITE", 4, "b", "a", INIT2, OF("alternatives")), S("200 INVITE", 4, "b", "a", NO_MIKEY, OF("alternatives")),
    S("INVITE", 5, "a", "b", INIT1_FALSE, OF("alternatives")),
    S("200 INVITE", 5, "a", "b", .sdp = HEAD AUDIO KEY("MIKEY_BROKEN"), OF("alternatives")), P(499), P(1), P(30000),
    P(400000u),
};

/* Parts beside the session's: another one that offers the session counts, and what is for something else does not. */
static const struct story_step parts[] = {
    S("INVITE", 1, "a", NULL, .sdp = HEAD AUDIO KEY("INIT1"), .early = HEAD AUDIO KEY("INIT2"),
      .disposition = "session"),
    S("200 INVITE", 1, "a", "b", .sdp = HEAD AUDIO KEY("RESP1"), .early = HEAD AUDIO KEY("RESP2"),
      .disposition = "icon"),
    P(40000),
};

/* Whom MIKEY names and whom SIP names: what MIKEY does not say is a hint, and where they differ that is told. */
static const struct story_step names[] = {
    S("INVITE", 1, "a", NULL, INIT_NAMED), S("200 INVITE", 1, "a", "b", RESP_NAMED), P(500),
    S("INVITE", 1, "a", NULL, INIT_NAMELESS, OF("nameless")),
    S("200 INVITE", 1, "a", "b", RESP_NAMELESS, OF("nameless")), P(500),
    S("INVITE", 1, "a", NULL, INIT_NAMELESS, OF("asserted"), .asserted = "sip:a2@example.com"),
    S("200 INVITE", 1, "a", "b", RESP_NAMELESS, OF("asserted"), .asserted = "sip:b2@example.com"), P(500),
    S("INVITE", 1, "a", NULL, INIT_NAMED, OF("both"), .asserted = "sip:idri@example.com"),
    S("200 INVITE", 1, "a", "b", RESP_NAMED, OF("both"), .asserted = "sip:answers@example.com"), P(500),
    S("INVITE", 1, "a", NULL, INIT_NAMED, OF("caller"), .asserted = "sip:z@example.com"),
    S("200 INVITE", 1, "a", "b", RESP_NAMED, OF("caller"), .asserted = "sip:answers@example.com"), P(500),
    S("INVITE", 1, "a", NULL, INIT_NAMED, OF("callee"), .asserted = "sip:idri@example.com"),
    S("200 INVITE", 1, "a", "b", RESP_NAMED, OF("callee"), .asserted = "sip:z@example.com"), P(500),
    S("INVITE", 1, "a", NULL, INIT_NAMELESS, OF("several"), .asserted = "sip:m@example.com"),
    S("INVITE", 1, "a", NULL, INIT_NAMELESS, OF("several"), .asserted = "sip:c@example.com"),
    S("INVITE", 1, "a", NULL, INIT_NAMELESS, OF("several"), .asserted = "sip:mm@example.com"),
    S("200 INVITE", 1, "a", "b", RESP_NAMELESS, OF("several")),
    S("UPDATE", 2, "b", "a", NO_MIKEY, OF("several"), .uri = "sip:other@example.com"), P(500),
};

/* One warrant has the exchange, another has no room yet: what it gets is the same, whatever has come meanwhile. */
static const struct story_step halfway[] = {
    {WATCH, .number = 2, .text = ALICE}, {BUSY, .number = 2}, S("INVITE", 1, "a", NULL, INIT1),
    S("183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 5), S("200 INVITE", 1, "a", "b"), P(500),
    S("183 INVITE", 1, "a", "b", RESP1_OTHER, SCRIPT_RELIABLE, 2), {BUSY, .number = 0}, P(300),
};

static const struct story stories[] = {
    {"call", call, COUNT(call), ALICE},
    {"media", media, COUNT(media), ALICE},
    {"many-media", many_media, COUNT(many_media), ALICE},
    {"identities", identities, COUNT(identities), "sip:b4@example.com", xids + 16},
    {"attempts", attempts, COUNT(attempts), ALICE},
    {"backwards", backwards, COUNT(backwards), ALICE},
    {"overtaken", overtaken, COUNT(overtaken), ALICE},
    {"too-late", too_late, COUNT(too_late), ALICE},
    {"doubtful", doubtful, COUNT(doubtful), ZOE},
    {"gaps", gaps, COUNT(gaps), ALICE},
    {"branches", branches, COUNT(branches), "sip:bob@example.com", .perhaps = true},
    {"told-early", told_early, COUNT(told_early), ALICE, .early = true},
    {"warrants", warrants, COUNT(warrants), ALICE},
    {"legs", legs, COUNT(legs), ALICE},
    {"unanswered", unanswered, COUNT(unanswered), ALICE},
    {"not-closed", not_closed, COUNT(not_closed), ALICE},
    {"lacking", lacking, COUNT(lacking), ALICE},
    {"parts", parts, COUNT(parts), ALICE},
    {"names", names, COUNT(names), ALICE},
    {"halfway", halfway, COUNT(halfway), ALICE},
};

static void each_story_is_told_as_it_is_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(stories); i++) {
        story_hold(&stories[i]);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_story_is_told_as_it_is_written)};
    (void)argv;
    for (size_t i = 0; argc > 1 && i < COUNT(stories); i++) {
        (void)printf("# %s\n%s", stories[i].name, story_tell(&stories[i]));
        (void)fflush(stdout);
    }
    return argc > 1 ? 0 : cmocka_run_group_tests(tests, NULL, NULL);
}
