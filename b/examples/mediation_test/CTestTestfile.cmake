# CMake generated Testfile for 
# Source directory: /tmp/mend/examples/mediation_test
# Build directory: /tmp/mend/b/examples/mediation_test
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[example.mediation]=] "/tmp/mend/b/examples/mediation_test/test_mediation")
set_tests_properties([=[example.mediation]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/examples/mediation_test/CMakeLists.txt;10;add_test;/tmp/mend/examples/mediation_test/CMakeLists.txt;0;")
