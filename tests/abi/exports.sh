#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# What a shared library exports is what its public headers declare: no more, no less.
#   exports.sh LIBRARY HEADER-FOLDER
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nm -D --defined-only "$1" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >"$work/exported"
# A declaration may run over several lines: from XK_API to the first name before a parenthesis.
cat "$2"/*.h | tr '\n' ' ' | grep -o 'XK_API [^(]*(' | grep -o 'xk_[a-z0-9_]*($' | tr -d '(' | sort >"$work/declared"
[ -s "$work/declared" ]
diff "$work/declared" "$work/exported"
