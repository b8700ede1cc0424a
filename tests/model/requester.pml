/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The requester's table with a journal, a timer, an answer that may come twice, a host that refuses, and one crash
 * at any point, with the old instance perhaps still awake. Claims: at most one outcome is acknowledged for a request,
 * all copies of it say the same, and if nothing is withdrawn one is acknowledged in the end.
 */
#define NONE 0
#define KEYS 1
#define FAILURE 2

mtype = { WAITING, ASKED, BLOCKED, OWED, FREE };

byte journal = NONE;      /* the decision that is on record */
byte journal_epoch = 1;   /* the highest that the store has seen */
byte acknowledged = NONE; /* what the host holds */
bool kms_answers;         /* the KMS will answer, always alike */
bool crashed = false;

/* One record for the store: refused for an epoch below the highest. */
inline write(epoch, decision, ok)
{
    if
    :: epoch < journal_epoch -> ok = false
    :: else -> journal_epoch = epoch; journal = decision; ok = true
    fi
}

inline acknowledge(decision)
{
    assert(acknowledged == NONE || acknowledged == decision);
    acknowledged = decision
}

proctype instance(byte epoch)
{
    mtype state = WAITING;
    byte decision = NONE;
    bool ok = true;
    bool fenced = false;

    /* A restore: what was decided stays decided, keys are asked for again. */
    atomic {
        if
        :: journal == NONE -> skip
        :: journal == KEYS -> decision = KEYS; state = BLOCKED
        :: journal == FAILURE -> decision = FAILURE; state = OWED
        fi
    }
    do
    :: state == FREE || fenced -> break
    :: !crashed && epoch == 1 -> /* taken over: this one may sleep for ever, or go on */
        atomic { crashed = true; journal_epoch = 2; run instance(2) }
        if
        :: true -> break
        :: true -> skip
        fi
    :: state == WAITING -> state = ASKED
    :: state == ASKED && kms_answers -> /* get_keys_response */
        atomic {
            write(epoch, KEYS, ok);
            if
            :: ok -> decision = KEYS; state = BLOCKED
            :: else -> fenced = true
            fi
        }
    :: state == ASKED -> /* the timer */
        atomic {
            write(epoch, FAILURE, ok);
            if
            :: ok -> decision = FAILURE; state = OWED
            :: else -> fenced = true
            fi
        }
    :: state == BLOCKED -> /* the keys come again, and the host takes them, or not */
        if
        :: atomic { acknowledge(decision); state = FREE }
        :: skip
        fi
    :: state == OWED ->
        if
        :: atomic { acknowledge(decision); state = FREE }
        :: skip
        fi
    od
}

init
{
    atomic {
        if
        :: kms_answers = true
        :: kms_answers = false
        fi;
        run instance(1)
    }
}
