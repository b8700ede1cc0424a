# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/unit/warrant
# Build directory: /tmp/mend/b/tests/unit/warrant
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.warrant]=] "/tmp/mend/b/tests/unit/warrant/test_warrant")
set_tests_properties([=[unit.warrant]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/warrant/CMakeLists.txt;2;xk_unit_test;/tmp/mend/tests/unit/warrant/CMakeLists.txt;0;")
add_test([=[unit.modules]=] "/tmp/mend/b/tests/unit/warrant/test_modules")
set_tests_properties([=[unit.modules]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/warrant/CMakeLists.txt;3;xk_unit_test;/tmp/mend/tests/unit/warrant/CMakeLists.txt;0;")
