# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/api
# Build directory: /tmp/mend/b/tests/api
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.calls]=] "/tmp/mend/b/tests/api/test_calls")
set_tests_properties([=[unit.calls]=] PROPERTIES  TIMEOUT "600" _BACKTRACE_TRIPLES "/tmp/mend/tests/api/CMakeLists.txt;22;add_test;/tmp/mend/tests/api/CMakeLists.txt;0;")
