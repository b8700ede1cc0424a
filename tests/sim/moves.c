/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of moves, and the names of states and inputs. */
#include "sim/moves.h"

#define TO(state) (MODEL_##state + 1)

const uint8_t model_moves[MODEL_STATES][MODEL_INPUTS] = {
    [MODEL_FREE] = {
        [MODEL_SUBMIT] = TO(WAITING),
        [MODEL_RESTORE] = TO(WAITING),
    },
    [MODEL_WAITING] = {
        [MODEL_SHARE] = TO(SHARING),
        [MODEL_RESTORE] = TO(SHARING),
        [MODEL_SEND] = TO(ASKED),
        [MODEL_REFERRED] = TO(WAITING),
        [MODEL_KEYS] = TO(BLOCKED),
        [MODEL_REFUSAL] = TO(OWED),
        [MODEL_TIMER] = TO(OWED),
        [MODEL_UNREACHABLE] = TO(OWED),
        [MODEL_LOST] = TO(WAITING),
        [MODEL_READY] = TO(WAITING),
        [MODEL_CANCEL] = TO(FREE),
    },
    [MODEL_ASKED] = {
        [MODEL_SEND_FAILED] = TO(WAITING),
        [MODEL_ATTEMPT_EXPIRED] = TO(WAITING),
        [MODEL_UNAVAILABLE] = TO(WAITING),
        [MODEL_REFERRED] = TO(WAITING),
        [MODEL_KEYS] = TO(BLOCKED),
        [MODEL_REFUSAL] = TO(OWED),
        [MODEL_TIMER] = TO(OWED),
        [MODEL_LOST] = TO(WAITING),
        [MODEL_CANCEL] = TO(FREE),
    },
    [MODEL_SHARING] = {
        [MODEL_CARRY] = TO(WAITING),
        [MODEL_REFERRED] = TO(SHARING),
        [MODEL_KEYS] = TO(BLOCKED),
        [MODEL_REFUSAL] = TO(OWED),
        [MODEL_TIMER] = TO(OWED),
        [MODEL_CANCEL] = TO(FREE),
    },
    [MODEL_BLOCKED] = {
        [MODEL_ASK_AGAIN] = TO(BLOCKED),
        [MODEL_ACKNOWLEDGE] = TO(FREE),
        [MODEL_HOLD] = TO(HELD),
        [MODEL_REFUSE] = TO(BLOCKED),
        [MODEL_REVISE] = TO(OWED),
        [MODEL_DROP] = TO(FREE),
        [MODEL_CANCEL] = TO(FREE),
    },
    [MODEL_OWED] = {
        [MODEL_ACKNOWLEDGE] = TO(FREE),
        [MODEL_ACKNOWLEDGE_LATE] = TO(GRACE),
        [MODEL_HOLD] = TO(HELD),
        [MODEL_REFUSE] = TO(OWED),
        [MODEL_DROP] = TO(FREE),
        [MODEL_CANCEL] = TO(FREE),
    },
    [MODEL_HELD] = {
        [MODEL_ACKNOWLEDGE] = TO(FREE),
        [MODEL_ACKNOWLEDGE_LATE] = TO(GRACE),
        [MODEL_RELEASE_KEYS] = TO(BLOCKED),
        [MODEL_RELEASE_FAILURE] = TO(OWED),
        [MODEL_REVISE] = TO(OWED),
        [MODEL_DROP] = TO(FREE),
        [MODEL_CANCEL] = TO(FREE),
    },
    [MODEL_GRACE] = {
        [MODEL_KEYS] = TO(BLOCKED),
        [MODEL_CANCEL] = TO(FREE),
        [MODEL_GRACE_OVER] = TO(FREE),
    },
};

const char *model_state_name(enum model_state state)
{
    static const char *const names[MODEL_STATES] = {"free",    "waiting", "asked", "sharing",
                                                    "blocked", "owed",    "held",  "grace"};
    return names[state];
}

const char *model_input_name(enum model_input input)
{
    static const char *const names[MODEL_INPUTS] = {
        "submit",       "share",      "restore",          "send",     "send failed", "attempt expired",
        "unavailable",  "referred",   "carry",            "keys",     "refusal",     "timer",
        "unreachable",  "ask again",  "acknowledge",      "acknowledge, late keys welcome",   "hold",
        "refuse",       "release keys", "release failure", "revise", "drop",
        "link lost",    "link ready", "cancel",           "grace over"};
    return names[input];
}
