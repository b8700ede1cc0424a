/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/registers.h"

#if defined __x86_64__
/* A caller expects none of them to survive a call, so that nothing has to be said of them to the compiler. */
static __attribute__((noinline, target("avx512f"))) void wipe_upper_sixteen(void)
{
    __asm__ volatile("vpxorq %zmm16, %zmm16, %zmm16\n\tvpxorq %zmm17, %zmm17, %zmm17\n\t"
                     "vpxorq %zmm18, %zmm18, %zmm18\n\tvpxorq %zmm19, %zmm19, %zmm19\n\t"
                     "vpxorq %zmm20, %zmm20, %zmm20\n\tvpxorq %zmm21, %zmm21, %zmm21\n\t"
                     "vpxorq %zmm22, %zmm22, %zmm22\n\tvpxorq %zmm23, %zmm23, %zmm23\n\t"
                     "vpxorq %zmm24, %zmm24, %zmm24\n\tvpxorq %zmm25, %zmm25, %zmm25\n\t"
                     "vpxorq %zmm26, %zmm26, %zmm26\n\tvpxorq %zmm27, %zmm27, %zmm27\n\t"
                     "vpxorq %zmm28, %zmm28, %zmm28\n\tvpxorq %zmm29, %zmm29, %zmm29\n\t"
                     "vpxorq %zmm30, %zmm30, %zmm30\n\tvpxorq %zmm31, %zmm31, %zmm31");
}

static __attribute__((noinline, target("avx"))) void wipe_lower_sixteen(void)
{
    __asm__ volatile("vzeroall");
}

static __attribute__((noinline)) void wipe_oldest(void)
{
    __asm__ volatile("pxor %xmm0, %xmm0\n\tpxor %xmm1, %xmm1\n\tpxor %xmm2, %xmm2\n\tpxor %xmm3, %xmm3\n\t"
                     "pxor %xmm4, %xmm4\n\tpxor %xmm5, %xmm5\n\tpxor %xmm6, %xmm6\n\tpxor %xmm7, %xmm7\n\t"
                     "pxor %xmm8, %xmm8\n\tpxor %xmm9, %xmm9\n\tpxor %xmm10, %xmm10\n\tpxor %xmm11, %xmm11\n\t"
                     "pxor %xmm12, %xmm12\n\tpxor %xmm13, %xmm13\n\tpxor %xmm14, %xmm14\n\tpxor %xmm15, %xmm15");
}

void registers_wipe(void)
{
    if (__builtin_cpu_supports("avx512f") != 0) {
        wipe_upper_sixteen();
    }
    if (__builtin_cpu_supports("avx") != 0) {
        wipe_lower_sixteen();
    } else {
        wipe_oldest();
    }
}
#else
void registers_wipe(void)
{
}
#endif
