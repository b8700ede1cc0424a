# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/unit/x2
# Build directory: /tmp/mend/b/tests/unit/x2
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.x2_pdu]=] "/tmp/mend/b/tests/unit/x2/test_x2_pdu")
set_tests_properties([=[unit.x2_pdu]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;2;xk_unit_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;0;")
add_test([=[unit.x2_target]=] "/tmp/mend/b/tests/unit/x2/test_x2_target")
set_tests_properties([=[unit.x2_target]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;3;xk_unit_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;0;")
add_test([=[unit.x2_payload]=] "/tmp/mend/b/tests/unit/x2/test_x2_payload")
set_tests_properties([=[unit.x2_payload]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;4;xk_unit_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;0;")
add_test([=[unit.x2_write]=] "/tmp/mend/b/tests/unit/x2/test_x2_write")
set_tests_properties([=[unit.x2_write]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;5;xk_unit_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;0;")
add_test([=[unit.x2_stream]=] "/tmp/mend/b/tests/unit/x2/test_x2_stream")
set_tests_properties([=[unit.x2_stream]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;6;xk_unit_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;0;")
add_test([=[unit.x2_sequence]=] "/tmp/mend/b/tests/unit/x2/test_x2_sequence")
set_tests_properties([=[unit.x2_sequence]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;7;xk_unit_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;0;")
add_test([=[unit.x2_changes]=] "/tmp/mend/b/tests/unit/x2/test_x2_changes")
set_tests_properties([=[unit.x2_changes]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;8;xk_unit_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;0;")
add_test([=[unit.x2_numbers]=] "/tmp/mend/b/tests/unit/x2/test_x2_numbers")
set_tests_properties([=[unit.x2_numbers]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;9;xk_unit_test;/tmp/mend/tests/unit/x2/CMakeLists.txt;0;")
