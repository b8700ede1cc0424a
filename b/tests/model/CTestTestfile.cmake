# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/model
# Build directory: /tmp/mend/b/tests/model
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[model.requester]=] "/tmp/mend/tests/model/run.sh" "--quick")
set_tests_properties([=[model.requester]=] PROPERTIES  TIMEOUT "600" _BACKTRACE_TRIPLES "/tmp/mend/tests/model/CMakeLists.txt;4;add_test;/tmp/mend/tests/model/CMakeLists.txt;0;")
