#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# An installed library has no state of its own and asks nothing of the system: no writable data; names that begin with
# xk; and from other libraries only what is listed here, which neither prints, nor ends the process, nor reads a clock.
#   symbols.sh core|kms ARCHIVE
set -euo pipefail
export LC_ALL=C
kind=$1
archive=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

allowed='memchr|memcmp|memcpy|memmove|memset|strchr|strlen'
# What compilers put there by themselves, hardening included.
allowed+='|bcmp|__stack_chk_fail|__mem(cpy|move|set)_chk|_GLOBAL_OFFSET_TABLE_'
case $kind in
  # Memory for a host without an allocator; libcbor's streaming calls, which allocate nothing.
  core)
    allowed+='|malloc|free|mmap|munmap|madvise|cbor_stream_decode|cbor_null_[a-z0-9_]*_callback'
    allowed+='|cbor_encode_(array_start|bytestring_start|map_start|null|string_start|uint8|uint)'
    ;;
  kms) allowed+='|EVP_[A-Za-z0-9_]*|OSSL_PARAM_[a-z0-9_]*|CRYPTO_zalloc|CRYPTO_free' ;;
esac

# Prints every breach of an archive.
breaches() {
  # Constants with addresses in them (.data.rel.ro) are written to by the loader alone.
  objdump -t "$1" | awk -F'\t' 'NF == 2 {
    split($1, left, " "); section = left[length(left)]; split($2, right, " ")
    if (section ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ && section !~ /^\.data\.rel\.ro/ && right[1] !~ /^0+$/)
      print "writable data: " right[length(right)] " in " section }'
  nm --defined-only --extern-only "$1" | awk 'NF == 3 && $3 !~ /^xk/ { print "a name of others: " $3 }'
  nm --undefined-only "$1" | awk 'NF == 2 { print $2 }' | sort -u | grep -vE '^(xki?_.*)$' |
    grep -vxE "$allowed" | sed 's/^/needs from elsewhere: /' || true
}

breaches "$archive" >"$work/found"
if [ -s "$work/found" ]; then
  cat "$work/found"
  exit 1
fi

# Each kind of breach is seen.
cat >"$work/bad.c" <<'SOURCE'
#include <stdio.h>
static int count;
static _Thread_local int calls;
int xk_state = 1;
const char *const xk_constant = "allowed";
int other_name(void);
int other_name(void) { return puts(xk_constant) + ++count + ++calls; }
SOURCE
gcc -fPIC -c "$work/bad.c" -o "$work/bad.o"
ar rc "$work/bad.a" "$work/bad.o"
breaches "$work/bad.a" | sort >"$work/found"
diff - "$work/found" <<'EXPECTED'
a name of others: other_name
needs from elsewhere: __tls_get_addr
needs from elsewhere: puts
writable data: calls in .tbss
writable data: count in .bss
writable data: xk_state in .data
EXPECTED
