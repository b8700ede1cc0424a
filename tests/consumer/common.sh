# SPDX-License-Identifier: BSD-2-Clause
# For the scripts beside it: building a user's program in each way against one place where libxk is.
# shellcheck shell=bash
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
set -E
trap 'echo "$0, line $LINENO: $BASH_COMMAND" >&2' ERR

# C and C++ of each compiler; a script that asks about something else than compilers may narrow them.
compilers=("gcc g++" "clang clang++")

# The program links libxk as its name says: PROGRAM shared|static.
is_linked() {
  local needed
  needed=$(readelf -d "$1" | grep -c 'NEEDED.*libxk[._]' || true)
  case $2 in
    shared) [ "$needed" -gt 0 ] ;;
    static) [ "$needed" -eq 0 ] ;;
  esac || { echo "$1 is not linked $2" && return 1; }
}

# LIBRARY-FOLDER KIND...: with the files for pkg-config there, as C11, C++11 and C++17, with each compiler. A static
# link beside the shared library names the archive; one where there is no other needs only pkg-config --static.
with_pkg_config() {
  local libraries=$1 kind pair c cxx mode module compiler flags
  shift
  local -x PKG_CONFIG_PATH=$libraries/pkgconfig LD_LIBRARY_PATH=$libraries
  for kind in "$@"; do
    for module in xk xk_kms; do
      flags=$(pkg-config --cflags --libs "$module")
      if [ "$kind" = static ]; then
        flags=$(pkg-config --static --cflags --libs "$module")
        [ ! -e "$libraries/libxk.so" ] || flags=$(sed -E 's/-l(xk(_kms)?)\b/-l:lib\1.a/g' <<<"$flags")
      fi
      [ "$module" = xk ] || flags+=" -DWITH_KMS"
      for pair in "${compilers[@]}"; do
        read -r c cxx <<<"$pair"
        for mode in "$c -std=c11 -x c" "$cxx -std=c++11 -x c++" "$cxx -std=c++17 -x c++"; do
          read -r -a compiler <<<"$mode"
          # The flags are words by intention.
          # shellcheck disable=SC2086
          "${compiler[@]}" -Wall -Wextra -Werror "$here/main.c" -x none $flags -o "$work/program"
          "$work/program" || { echo "$kind $module $mode: the program failed" && return 1; }
          is_linked "$work/program" "$kind"
        done
      done
    done
  done
}

# KINDS CMAKE-OPTION...: with a CMake project, as C11 and C++17, with each compiler. KINDS is a CMake list.
with_cmake() {
  local kinds=$1 pair c cxx program count
  shift
  mkdir -p "$work/project"
  cp "$here/main.c" "$work/project/main.c"
  cp "$here/main.c" "$work/project/main.cxx"
  cp "$here/consumer.cmake" "$work/project/CMakeLists.txt"
  for pair in "${compilers[@]}"; do
    read -r c cxx <<<"$pair"
    local build=$work/project/$c
    rm -rf "$build"
    cmake -S "$work/project" -B "$build" -G Ninja -DCMAKE_C_COMPILER="$c" -DCMAKE_CXX_COMPILER="$cxx" \
      -DXK_KINDS="$kinds" "$@" >"$work/log" 2>&1 || { cat "$work/log" && return 1; }
    cmake --build "$build" >"$work/log" || { cat "$work/log" && return 1; }
    count=0
    for program in "$build"/programs/uses_*; do
      "$program" || { echo "$c $program failed" && return 1; }
      program=${program#"$build"/programs/}
      is_linked "$build/programs/$program" "$(cut -d_ -f2 <<<"$program")"
      count=$((count + 1))
    done
    # Two languages, with and without xk_kms, for each kind.
    [ "$count" -eq $((4 * $(tr ';' '\n' <<<"$kinds" | wc -l))) ]
  done
}
