# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/unit/messages
# Build directory: /tmp/mend/b/tests/unit/messages
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.get_keys]=] "/tmp/mend/b/tests/unit/messages/test_get_keys")
set_tests_properties([=[unit.get_keys]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/messages/CMakeLists.txt;2;xk_unit_test;/tmp/mend/tests/unit/messages/CMakeLists.txt;0;")
add_test([=[unit.response]=] "/tmp/mend/b/tests/unit/messages/test_response")
set_tests_properties([=[unit.response]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/messages/CMakeLists.txt;3;xk_unit_test;/tmp/mend/tests/unit/messages/CMakeLists.txt;0;")
add_test([=[unit.failure]=] "/tmp/mend/b/tests/unit/messages/test_failure")
set_tests_properties([=[unit.failure]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/messages/CMakeLists.txt;4;xk_unit_test;/tmp/mend/tests/unit/messages/CMakeLists.txt;0;")
add_test([=[unit.encode]=] "/tmp/mend/b/tests/unit/messages/test_encode")
set_tests_properties([=[unit.encode]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/messages/CMakeLists.txt;5;xk_unit_test;/tmp/mend/tests/unit/messages/CMakeLists.txt;0;")
add_test([=[unit.boundaries]=] "/tmp/mend/b/tests/unit/messages/test_boundaries")
set_tests_properties([=[unit.boundaries]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/messages/CMakeLists.txt;6;xk_unit_test;/tmp/mend/tests/unit/messages/CMakeLists.txt;0;")
add_test([=[unit.plain_items]=] "/tmp/mend/b/tests/unit/messages/test_plain_items")
set_tests_properties([=[unit.plain_items]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/messages/CMakeLists.txt;7;xk_unit_test;/tmp/mend/tests/unit/messages/CMakeLists.txt;0;")
