# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/programs
# Build directory: /tmp/mend/b/tests/programs
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.resolved_cache]=] "/tmp/mend/b/tests/programs/test_resolved_cache")
set_tests_properties([=[unit.resolved_cache]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/programs/CMakeLists.txt;13;add_test;/tmp/mend/tests/programs/CMakeLists.txt;0;")
