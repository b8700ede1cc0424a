# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/bench
# Build directory: /tmp/mend/b/tests/bench
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.report]=] "/tmp/mend/b/tests/bench/test_report")
set_tests_properties([=[unit.report]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/bench/CMakeLists.txt;3;xk_unit_test;/tmp/mend/tests/bench/CMakeLists.txt;0;")
