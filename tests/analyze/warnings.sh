# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034
# The highest levels of warnings, for tests/analyze.sh and for the builds of tests/run.sh.
gcc_warnings=(-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
  -Wold-style-definition -Wcast-qual -Wcast-align=strict -Wformat=2 -Wformat-signedness -Wundef -Wnull-dereference
  -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wvla -Walloca -Wwrite-strings -Wpointer-arith -Wredundant-decls
  -Wnested-externs -Wswitch-enum -Wunused-macros -Wimplicit-fallthrough=5 -Wstrict-overflow=2 -Warray-bounds=2
  -Wstringop-overflow=4 -Wtrampolines -Wfloat-equal -Wdouble-promotion -Wjump-misses-init -Wdate-time
  -Wattribute-alias=2 -Wshift-overflow=2)
clang_warnings=(-Weverything
  -Wno-declaration-after-statement   # this is C11
  -Wno-c++98-compat                  # _Alignof is C11
  -Wno-padded                        # members are in the order of their meaning
  -Wno-assign-enum                   # {0} clears a structure whose first member is an enumeration without a zero
  -Wno-bad-function-cast             # a drawn number becomes an enumeration in the tests
  -Wno-covered-switch-default        # a caller may hand over a number that the enumeration has not
  -Wno-reserved-macro-identifier     # feature-test macros
  -Wno-disabled-macro-expansion      # glibc's tolower
  -Wno-used-but-marked-unused)       # OpenSSL's ERR_GET_REASON
