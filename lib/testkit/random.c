/* SPDX-License-Identifier: BSD-2-Clause */
/* SplitMix64: every seed is as good as another, and octets do not depend on the machine's byte order. */
#include <xk_test/random.h>

#include <string.h>

void xk_test_random_init(struct xk_test_random *random, uint64_t seed)
{
    if (random != NULL) {
        memset(random, 0, sizeof *random);
        random->state = seed;
    }
}

static uint64_t draw(struct xk_test_random *random)
{
    random->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = random->state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

bool xk_test_random_fill(uint8_t *out, size_t size, void *random)
{
    struct xk_test_random *r = random;
    if (r == NULL || (out == NULL && size > 0)) {
        return false;
    }
    r->calls++;
    if (r->fail_at > 0 && r->calls >= r->fail_at && r->calls - r->fail_at < r->fail_for) {
        return false;
    }
    uint64_t drawn = 0;
    for (size_t i = 0; i < size; i++) {
        drawn = i % 8 == 0 ? draw(r) : drawn >> 8;
        out[i] = (uint8_t)drawn;
    }
    return true;
}

uint32_t xk_test_random_below(struct xk_test_random *random, uint32_t bound)
{
    return random != NULL ? (uint32_t)((draw(random) >> 32) * bound >> 32) : 0;
}

void xk_test_random_fail(struct xk_test_random *random, uint64_t nth, uint64_t count)
{
    if (random != NULL) {
        random->fail_at = nth > 0 ? random->calls + nth : 0;
        random->fail_for = count;
    }
}
