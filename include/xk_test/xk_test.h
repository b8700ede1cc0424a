/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * xk_test: what a user of libxk needs to unit-test his own mediation code without sockets, threads or waiting.
 *
 *     random.h   deterministic randomness that fails when it is told to
 *     clock.h    a clock that stands still until the test moves it
 *     answer.h   get_keys_response octets for the octets of a get_keys, and keys that a test can foretell
 *     kms.h      a fake KMS with a script: answers, refusals, silence, delays, duplicates, damage
 *     run.h      time passes and packets arrive until nothing is left to happen
 *     host.h     ready-made requester callbacks that remember what they were given
 *     vectors.h  test vectors from text files, and the loader
 *     exchange.h whole MIKEY-TICKET exchanges under their MACs, in each reading of RFC 6043; not included here, for it
 *                alone needs xk_kms
 *
 * A test gives the code under test xk_test_random_fill() for randomness and xk_test_kms_take() for the way to the KMS,
 * then calls xk_test_run(); hours of timers pass in microseconds, and the same seed gives the same octets again.
 * examples/mediation_test in the sources of libxk is a whole test of this kind.
 *
 * Uses the public interface of libxk and the C library, nothing else; exchange.h also that of xk_kms. It is a static
 * library only: it belongs to the test program that was built with it, nothing upgrades it behind that program's back,
 * and so its structures carry no size member either.
 *
 * Nothing in it is meant for production: the keys of the fake KMS can be foretold by everybody.
 */
#ifndef XK_TEST_XK_TEST_H
#define XK_TEST_XK_TEST_H

#include <xk_test/answer.h>
#include <xk_test/clock.h>
#include <xk_test/host.h>
#include <xk_test/kms.h>
#include <xk_test/random.h>
#include <xk_test/run.h>
#include <xk_test/vectors.h>

#endif
