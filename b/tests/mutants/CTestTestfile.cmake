# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/mutants
# Build directory: /tmp/mend/b/tests/mutants
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[mutants.self]=] "/usr/bin/python3" "/tmp/mend/tests/mutants/self_test.py")
set_tests_properties([=[mutants.self]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" TIMEOUT "600" _BACKTRACE_TRIPLES "/tmp/mend/tests/mutants/CMakeLists.txt;4;add_test;/tmp/mend/tests/mutants/CMakeLists.txt;0;")
