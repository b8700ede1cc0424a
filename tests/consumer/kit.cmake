# SPDX-License-Identifier: BSD-2-Clause
# A user's project with a test of its own that uses xk_test.
cmake_minimum_required(VERSION 3.1)
project(kit C CXX)
enable_testing()
find_package(xk 0.2 REQUIRED COMPONENTS test)
foreach(language IN ITEMS c cxx)
  add_executable(kit_${language} kit.${language})
  target_compile_options(kit_${language} PRIVATE -Wall -Wextra -Werror)
  set_target_properties(kit_${language} PROPERTIES C_STANDARD 11 CXX_STANDARD 17)
  target_link_libraries(kit_${language} PRIVATE xk::test)
  add_test(NAME kit.${language} COMMAND kit_${language} ${xk_VECTORS_DIR})
endforeach()
