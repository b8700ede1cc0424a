/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two requests of one exchange, which share its transaction, and three KMSs, after the rules of a retrieval in
 * <xk/requester.h>: attempts, rounds, back-offs, sharing, who is asked again for decided keys; a journal, and one
 * take-over at any point, with the old instance dead or still awake. Time is left out: what ends by time may end at
 * once. Messages are late and out of order. A KMS is silent, or it is away (UNAVAILABLE) as it likes and else says the
 * same always.
 *
 * Claims, each an assertion or an invalid end state:
 *   one outcome      all that the host acknowledged of a request says the same, and so do all decisions on record
 *   no stall         when a call returns nobody is ready, and who shares shares with somebody who asks
 *   no early end     no sends are left over when one sends no more; UNAVAILABLE decides only when nobody may answer
 *   the answerer     decided keys are first asked for again from the KMS that gave them, also after a restore
 *   an end           an instance that lives ends with both outcomes acknowledged, and no state comes twice
 */
#define KMSS 3
#define ALL 7
#ifndef MAX_ATTEMPTS
#define MAX_ATTEMPTS 4 /* a round of three, a back-off, and one more */
#endif
#define REFUSALS 1 /* of outcomes, by the host, in all */

/* Outcomes, and what a KMS says. */
#define NONE 0
#define FAILURE 1
#define KEYS 2
#define OTHER_KEYS 3
#define UNAVAILABLE 4
#define SILENT 5

#define READY 0
#define BACKOFF 1
#define ASKED 2
#define SHARING 3
#define SPENT 4
#define OFFERED 5 /* keys decided, their octets are here */
#define BLOCKED 6
#define OWED 7
#define ENDING 8 /* acknowledged, not yet recorded */
#define FREE 9

byte says[KMSS];        /* what each KMS says when it is not away; NONE: it has not spoken yet */
byte decided[2];        /* on record */
byte answerer[2];       /* and the KMS that gave the keys */
bool ended[2];          /* on record */
byte journal_epoch = 1; /* the highest that the store has seen */
byte acknowledged[2];   /* what the host has */
byte refusals = 0;
byte taken = 0;         /* 1: the first instance is to be taken over; 2: it is */

#define bit(k) (1 << (k))
#define asks(i) (state[i] <= ASKED)
#define pends(i) (state[i] <= SPENT)
#define lives (!fenced && !(epoch == 1 && taken == 1))
#define calm (lives && got == NONE)
#define asks_on (calm && epoch == journal_epoch) /* of one that was taken over only its outcomes still matter */
#define open_at(i, k) open[(i) * KMSS + (k)]
#define may_answer(i) (open_at(i, 0) + open_at(i, 1) + open_at(i, 2) > 0)
#define owes_nothing(i) (!pends(i) || (state[i] == SPENT && !may_answer(i)))

inline forget(i)
{
    tried[i] = 0;
    attempts[i] = 0;
    kms[i] = 0;
    open_at(i, 0) = 0;
    open_at(i, 1) = 0;
    open_at(i, 2) = 0
}

/* A decision, if the store takes the record: it refuses an epoch below the highest. */
inline decide(i, what, from)
{
    if
    :: fenced -> skip
    :: !fenced && epoch < journal_epoch -> fenced = true
    :: else ->
        assert(decided[i] == NONE || decided[i] == what);
        decided[i] = what;
        answerer[i] = from;
        by[i] = from;
        forget(i);
        state[i] = (what == FAILURE -> OWED : OFFERED)
    fi
}

/* The first KMS of the list that was not tried in this round. */
inline send(i)
{
    if
    :: (tried[i] & bit(0)) == 0 -> kms[i] = 0
    :: (tried[i] & bit(0)) != 0 && (tried[i] & bit(1)) == 0 -> kms[i] = 1
    :: (tried[i] & bit(0)) != 0 && (tried[i] & bit(1)) != 0 -> kms[i] = 2
    fi;
    tried[i] = tried[i] | bit(kms[i]);
    attempts[i]++;
    asked = asked | bit(kms[i]);
    open_at(i, kms[i])++;
    state[i] = ASKED
}

inline attempt_failed(i)
{
    if
    :: attempts[i] == MAX_ATTEMPTS -> state[i] = SPENT; tried[i] = 0
    :: attempts[i] < MAX_ATTEMPTS && tried[i] != ALL -> state[i] = READY
    :: attempts[i] < MAX_ATTEMPTS && tried[i] == ALL -> state[i] = BACKOFF; tried[i] = 0
    fi;
    kms[i] = 0
}

/* The end of the outermost call: who shares with nobody asks, and who is ready is sent. */
inline leave()
{
    if
    :: got == NONE && state[0] == SHARING && !asks(1) -> state[0] = READY
    :: got == NONE && state[1] == SHARING && !asks(0) -> state[1] = READY
    :: else -> skip
    fi;
    if
    :: state[0] == READY -> send(0)
    :: else -> skip
    fi;
    if
    :: state[1] == READY -> send(1)
    :: else -> skip
    fi;
    check(0);
    check(1)
}

inline check(i)
{
    assert(fenced || got != NONE || state[i] != READY);
    assert(fenced || got != NONE || state[i] != SHARING || asks(1 - i));
    assert(state[i] != SPENT || epoch < journal_epoch || attempts[i] == MAX_ATTEMPTS)
}

/* What arrived, to one request of the transaction. */
inline give(i)
{
    if
    :: pends(i) && got == UNAVAILABLE ->
        if
        :: open_at(i, from) > 0 -> open_at(i, from)--
        :: else -> skip
        fi;
        if
        :: state[i] == ASKED && kms[i] == from -> attempt_failed(i)
        :: else -> skip
        fi
    :: pends(i) && got != UNAVAILABLE -> decide(i, got, (got == FAILURE -> 0 : from))
    :: state[i] == BLOCKED && got == decided[i] -> state[i] = OFFERED
    :: else -> skip /* late, a duplicate, or a conflict */
    fi
}

inline settle(i)
{
    if
    :: epoch == journal_epoch && got == UNAVAILABLE && state[i] == SPENT && !may_answer(i) && owes_nothing(1 - i) ->
        assert(state[i] == SPENT && attempts[i] == MAX_ATTEMPTS && open_at(i, 0) + open_at(i, 1) + open_at(i, 2) == 0);
        assert(!asks(1 - i) && state[1 - i] != SHARING);
        decide(i, FAILURE, 0)
    :: else -> skip
    fi
}

/* What the host gets is what the octets bring, or the failure. */
inline offer(i, what, if_refused)
{
    if
    :: assert(acknowledged[i] == NONE || acknowledged[i] == what);
        acknowledged[i] = what;
        state[i] = ENDING
    :: refusals < REFUSALS -> refusals++; state[i] = if_refused
    fi
}

/* First the KMS that answered, then the others in the order of the list, then the first one again: it answers now. */
inline ask_again(i)
{
    from = (turn[i] % KMSS == 0 -> by[i] : (turn[i] <= by[i] -> turn[i] - 1 : turn[i]));
    assert(turn[i] > 0 || from == answerer[i]);
    asked = asked | bit(from);
    if
    :: says[from] != SILENT -> say(from); turn[i] = (turn[i] == KMSS -> KMSS : turn[i] + 1)
    :: turn[i] < KMSS -> from = 0; turn[i]++
    fi
}

#define of_one(i) \
    :: atomic { asks_on && state[i] == ASKED -> attempt_failed(i); leave() } \
    :: atomic { asks_on && state[i] == BACKOFF -> state[i] = READY; leave() } \
    :: atomic { asks_on && state[i] == SHARING -> state[i] = READY; leave() } \
    :: atomic { calm && pends(i) -> decide(i, FAILURE, 0); leave() } \
    :: atomic { calm && state[i] == OWED -> offer(i, decided[i], OWED) } \
    :: atomic { lives && state[i] == OFFERED -> offer(i, got, BLOCKED) } \
    :: atomic { calm && state[i] == BLOCKED -> ask_again(i) } \
    :: atomic { lives && state[i] == ENDING -> \
        ended[i] = ended[i] || epoch == journal_epoch; fenced = epoch < journal_epoch; state[i] = FREE }

#define of_kms(k) \
    :: atomic { calm && (pends(0) || pends(1)) && (asked & bit(k)) != 0 && says[k] != SILENT -> \
        from = k; say(k) } \
    :: atomic { asks_on && ((pends(0) && open_at(0, k) > 0) || (pends(1) && open_at(1, k) > 0)) && says[k] != SILENT -> \
        from = k; got = UNAVAILABLE }

/* All that an instance can still do that was taken over: hand over what is decided, at any time, or not; and decide, of
 * which its timer stands for all. What is acknowledged matters no more. */
inline is_past(i)
{
    forget(i);
    by[i] = 0;
    turn[i] = 0;
    state[i] = (pends(i) -> SPENT : (state[i] < ENDING -> OWED : FREE))
}

inline say(k)
{
    if
    :: says[k] != NONE -> skip
    :: says[k] == NONE -> says[k] = KEYS
    :: says[k] == NONE -> says[k] = OTHER_KEYS
    :: says[k] == NONE -> says[k] = FAILURE
    fi;
    got = says[k]
}

#define is_restored(i) (ended[i] -> FREE : (decided[i] == FAILURE -> OWED : (decided[i] != NONE -> BLOCKED : READY)))

proctype instance(byte epoch)
{
    byte state[2];
    byte kms[2];      /* that is being asked, or was last */
    byte tried[2];    /* in this round */
    byte attempts[2];
    byte open[6];     /* answers that the KMSs owe each request */
    byte by[2];       /* whose keys were decided */
    byte turn[2];
    byte asked = 0;   /* KMSs, by either */
    byte got = NONE;  /* an answer that is being given out */
    byte from = 0;
    byte at = 0;
    bool fenced = false;

    atomic {
        state[0] = is_restored(0);
        state[1] = is_restored(1);
        by[0] = answerer[0];
        by[1] = answerer[1];
        if
        :: state[0] == READY && state[1] == READY -> state[1] = SHARING
        :: else -> skip
        fi;
        leave()
    }
    do
    of_one(0)
    of_one(1)
    of_kms(0)
    of_kms(1)
    of_kms(2)
    :: atomic { lives && got != NONE && state[0] != OFFERED && state[1] != OFFERED && state[0] != ENDING &&
        state[1] != ENDING && at < 2 ->
            if
            :: at == 0 -> give(0)
            :: else -> give(1)
            fi;
            at++ }
    :: atomic { lives && got != NONE && state[0] != OFFERED && state[1] != OFFERED && state[0] != ENDING &&
        state[1] != ENDING && at == 2 ->
            settle(0);
            settle(1);
            got = NONE;
            from = 0;
            at = 0;
            leave() }
    :: atomic { epoch == 1 && taken == 1 -> /* dead, or awake and in the belief that it is the only one */
        is_past(0);
        is_past(1);
        asked = 0;
        got = NONE;
        from = 0;
        at = 0;
        if
        :: fenced = true;
            state[0] = FREE;
            state[1] = FREE
        :: skip
        fi;
        taken = 2;
        journal_epoch = 2 }
    :: fenced -> break
    :: lives && state[0] == FREE && state[1] == FREE && got == NONE -> break
    od;
    atomic {
        assert(fenced || epoch < journal_epoch || (acknowledged[0] != NONE && acknowledged[1] != NONE));
        if
        :: epoch == 1 -> taken = 2; journal_epoch = 2
        :: else -> skip
        fi
    }
}

inline is_silent(k)
{
    if
    :: says[k] = SILENT
    :: skip
    fi
}

init
{
    atomic {
        is_silent(0);
        is_silent(1);
        is_silent(2);
        run instance(1)
    }
    if
    :: atomic { taken == 0 -> taken = 1 } /* at any point */
    :: taken == 2
    fi;
    taken == 2;
    run instance(2)
}
