# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/fault
# Build directory: /tmp/mend/b/tests/fault
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[fault.requester]=] "/tmp/mend/b/tests/fault/test_requester_faults")
set_tests_properties([=[fault.requester]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/fault/CMakeLists.txt;5;add_test;/tmp/mend/tests/fault/CMakeLists.txt;8;xk_fault_test;/tmp/mend/tests/fault/CMakeLists.txt;0;")
add_test([=[fault.responder]=] "/tmp/mend/b/tests/fault/test_responder_faults")
set_tests_properties([=[fault.responder]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/fault/CMakeLists.txt;5;add_test;/tmp/mend/tests/fault/CMakeLists.txt;9;xk_fault_test;/tmp/mend/tests/fault/CMakeLists.txt;0;")
