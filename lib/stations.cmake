# SPDX-License-Identifier: BSD-2-Clause
# The one list of the library's rooms, in the order of a record's path, each with the rooms that it may include from and
# call into. The build, the tests' folders and tests/style/rooms.py read it; a room that has no folder yet is passed over.
set(XK_ALL_STATIONS)
set(XK_STATION_TABLE)

function(xk_station name)
  foreach(used IN LISTS ARGN)
    if(NOT used IN_LIST XK_ALL_STATIONS)
      message(FATAL_ERROR "${name} may not use ${used}, which comes later, or is none of the stations")
    endif()
  endforeach()
  set(XK_ALL_STATIONS ${XK_ALL_STATIONS} ${name} PARENT_SCOPE)
  string(REPLACE ";" " " uses "${ARGN}")
  set(XK_STATION_TABLE "${XK_STATION_TABLE}${name}: ${uses}\n" PARENT_SCOPE)
endfunction()

# xk_star(STATION GROUND files... ROOMS files...): inside one station, files (without their suffix) that all others may
# use and that use only each other, and rooms, which use the ground and no other file. What is named in neither list, such
# as the work that calls the rooms, may use all.
function(xk_star name)
  cmake_parse_arguments(PARSE_ARGV 1 STAR "" "" "GROUND;ROOMS")
  foreach(kind IN ITEMS GROUND ROOMS)
    string(REPLACE ";" " " files "${STAR_${kind}}")
    string(TOLOWER ${kind} word)
    string(APPEND XK_STATION_TABLE "${name}.${word}: ${files}\n")
  endforeach()
  set(XK_STATION_TABLE "${XK_STATION_TABLE}" PARENT_SCOPE)
endfunction()

xk_station(support)
xk_station(messages support)
xk_station(sip support)
xk_station(x2 support)
xk_station(mikey support)
xk_station(exchange support sip mikey)
xk_station(warrant support)
xk_station(collector support sip mikey exchange)
xk_station(requester support messages mikey exchange warrant)
# What the files named here may not do is what makes it a star: work alone (call, decide, submit, receive, tick, end,
# snapshot, revive, create) calls rooms.
xk_star(requester GROUND engine table core list grave frame
  ROOMS ask wait share chain offer journal watch reference restore question)
xk_station(responder support messages mikey exchange)
xk_station(iri support)
xk_station(hi2 support warrant)
xk_station(delivery support hi2)
set(XK_STATIONS ${XK_ALL_STATIONS})

# Libraries of their own, which are users of libxk like any other.
xk_station(kms support mikey exchange)
xk_station(testkit support messages mikey exchange requester responder kms)
