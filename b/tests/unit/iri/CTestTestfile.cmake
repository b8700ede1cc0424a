# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/unit/iri
# Build directory: /tmp/mend/b/tests/unit/iri
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.event]=] "/tmp/mend/b/tests/unit/iri/test_event")
set_tests_properties([=[unit.event]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/iri/CMakeLists.txt;2;xk_unit_test;/tmp/mend/tests/unit/iri/CMakeLists.txt;0;")
