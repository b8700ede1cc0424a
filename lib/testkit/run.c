/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk_test/run.h>

#include <xk/requester.h>

static enum xk_status receive(uint64_t now_ms, uint32_t kms, uint8_t *data, size_t size, void *user)
{
    return xk_requester_receive(user, now_ms, kms, data, size, NULL);
}

static enum xk_status tick(uint64_t now_ms, void *user)
{
    return xk_requester_tick(user, now_ms, 0, NULL);
}

static uint64_t next_deadline(void *user)
{
    return xk_requester_next_deadline(user);
}

struct xk_test_subject xk_test_subject_of(struct xk_requester *requester)
{
    const struct xk_test_subject subject = {receive, tick, next_deadline, requester};
    return subject;
}

static uint64_t next_event(const struct xk_test_kms *kms, const struct xk_test_subject *subject)
{
    uint64_t due = xk_test_kms_next_due(kms);
    uint64_t deadline = subject->next_deadline(subject->user);
    return due < deadline ? due : deadline;
}

static enum xk_status step(struct xk_test_clock *clock, struct xk_test_kms *kms, const struct xk_test_subject *subject)
{
    if (kms != NULL) {
        enum xk_status status = xk_test_kms_deliver(kms, clock->now_ms, subject, NULL);
        if (status != XK_OK) {
            return status;
        }
    }
    return subject->tick(clock->now_ms, subject->user);
}

enum xk_test_run_end xk_test_run(struct xk_test_clock *clock, struct xk_test_kms *kms,
                                 const struct xk_test_subject *subject, uint64_t until_ms, size_t max_steps,
                                 size_t *steps)
{
    size_t taken = 0;
    enum xk_test_run_end end = XK_TEST_RUN_STOPPED;
    if (clock != NULL && subject != NULL && subject->tick != NULL && subject->next_deadline != NULL) {
        do {
            uint64_t next = next_event(kms, subject);
            if (next == XK_NEVER) {
                end = XK_TEST_RUN_IDLE;
                break;
            }
            if (next > until_ms) {
                clock->now_ms = until_ms > clock->now_ms ? until_ms : clock->now_ms;
                end = XK_TEST_RUN_TIME;
                break;
            }
            if (taken == max_steps) {
                end = XK_TEST_RUN_STEPS;
                break;
            }
            taken++;
            clock->now_ms = next > clock->now_ms ? next : clock->now_ms;
        } while (step(clock, kms, subject) == XK_OK);
    }
    if (steps != NULL) {
        *steps = taken;
    }
    return end;
}
