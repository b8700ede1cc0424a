/* SPDX-License-Identifier: BSD-2-Clause */
/* Step 4 of the tutorial: a test of the host of step 2 with xk_test. No socket, no thread, no waiting. */
#include <stdio.h>
#include <string.h>

#include <xk_test/xk_test.h>

#include "host.h"

#define NEED(what) do { if (!(what)) { fprintf(stderr, "line %d: " #what "\n", __LINE__); return 1; } } while (0)
#define STEPS 1000

static struct {
    struct host host;
    struct xk_test_random random;
    struct xk_test_clock clock;
    struct xk_test_kms *kms;
    bool lemf_full;
    size_t pdus;
} t;

/* [world] */
static bool to_kms(const struct xk_send *send, void *user)
{
    (void)user;
    return xk_test_kms_take(t.kms, t.clock.now_ms, send) == XK_OK;
}

static bool to_lemf(struct xk_bytes pdu, void *user)
{
    (void)pdu;
    (void)user;
    t.pdus += t.lemf_full ? 0 : 1;
    return !t.lemf_full;
}

static bool fill(uint8_t *out, size_t size, void *user)
{
    (void)user;
    return xk_test_random_fill(out, size, &t.random);
}
/* [world] */

#include "exchange.inc"

int main(void)
{
    const struct world world = {fill, to_kms, to_lemf, NULL};
    const struct call call = {"sip:bob@example.com", "LI-1", {init, sizeof init}, {resp, sizeof resp}};
    struct xk_test_kms_config config;
    struct xk_test_kms_rule rule;
    xk_test_random_init(&t.random, 2026);
    xk_test_kms_config_init(&config);
    NEED(xk_test_kms_create(&config, NULL, &t.kms) == XK_OK && host_open(&t.host, &world));
    const struct xk_test_subject subject = xk_test_subject_of(t.host.requester);

    /* [silent] */
    xk_test_kms_rule_init(&rule); /* the first question is lost; the next is answered by the default */
    rule.action = XK_TEST_KMS_SILENT;
    NEED(xk_test_kms_script(t.kms, &rule) == XK_OK);
    NEED(host_call(&t.host, t.clock.now_ms, &call));
    NEED(xk_test_run(&t.clock, t.kms, &subject, 60000, STEPS, NULL) == XK_TEST_RUN_IDLE);
    NEED(t.pdus == 1 && t.clock.now_ms < 10000);
    /* [silent] */

    /* [full] */
    t.lemf_full = true; /* a minute passes in which the LEMF takes nothing */
    NEED(host_call(&t.host, t.clock.now_ms, &call));
    NEED(xk_test_run(&t.clock, t.kms, &subject, t.clock.now_ms + 60000, STEPS, NULL) == XK_TEST_RUN_TIME);
    NEED(t.pdus == 1);
    t.lemf_full = false;
    NEED(xk_test_run(&t.clock, t.kms, &subject, XK_NEVER, STEPS, NULL) == XK_TEST_RUN_IDLE);
    NEED(t.pdus == 2);
    /* [full] */

    host_close(&t.host);
    (void)xk_test_kms_destroy(t.kms);
    puts("two calls, two PS-PDUs");
    return 0;
}
