# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/unit/mikey
# Build directory: /tmp/mend/b/tests/unit/mikey
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.transfer]=] "/tmp/mend/b/tests/unit/mikey/test_transfer")
set_tests_properties([=[unit.transfer]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/mikey/CMakeLists.txt;4;xk_unit_test;/tmp/mend/tests/unit/mikey/CMakeLists.txt;0;")
add_test([=[unit.plain_mikey]=] "/tmp/mend/b/tests/unit/mikey/test_plain_mikey")
set_tests_properties([=[unit.plain_mikey]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/mikey/CMakeLists.txt;5;xk_unit_test;/tmp/mend/tests/unit/mikey/CMakeLists.txt;0;")
add_test([=[unit.build]=] "/tmp/mend/b/tests/unit/mikey/test_build")
set_tests_properties([=[unit.build]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/mikey/CMakeLists.txt;6;xk_unit_test;/tmp/mend/tests/unit/mikey/CMakeLists.txt;0;")
add_test([=[unit.broken]=] "/tmp/mend/b/tests/unit/mikey/test_broken")
set_tests_properties([=[unit.broken]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/mikey/CMakeLists.txt;7;xk_unit_test;/tmp/mend/tests/unit/mikey/CMakeLists.txt;0;")
add_test([=[unit.inside_ticket]=] "/tmp/mend/b/tests/unit/mikey/test_inside_ticket")
set_tests_properties([=[unit.inside_ticket]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/mikey/CMakeLists.txt;8;xk_unit_test;/tmp/mend/tests/unit/mikey/CMakeLists.txt;0;")
