# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/conformance
# Build directory: /tmp/mend/b/tests/conformance
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[conformance.rows]=] "/usr/bin/python3" "/tmp/mend/tests/conformance/check.py" "/tmp/mend" "/tmp/mend/b" "/usr/bin/ctest")
set_tests_properties([=[conformance.rows]=] PROPERTIES  TIMEOUT "60" _BACKTRACE_TRIPLES "/tmp/mend/tests/conformance/CMakeLists.txt;5;add_test;/tmp/mend/tests/conformance/CMakeLists.txt;0;")
