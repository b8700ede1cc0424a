# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/unit/testkit
# Build directory: /tmp/mend/b/tests/unit/testkit
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.random]=] "/tmp/mend/b/tests/unit/testkit/test_random")
set_tests_properties([=[unit.random]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;3;xk_unit_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;0;")
add_test([=[unit.clock]=] "/tmp/mend/b/tests/unit/testkit/test_clock")
set_tests_properties([=[unit.clock]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;3;xk_unit_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;0;")
add_test([=[unit.kms]=] "/tmp/mend/b/tests/unit/testkit/test_kms")
set_tests_properties([=[unit.kms]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;3;xk_unit_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;0;")
add_test([=[unit.kms_take]=] "/tmp/mend/b/tests/unit/testkit/test_kms_take")
set_tests_properties([=[unit.kms_take]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;3;xk_unit_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;0;")
add_test([=[unit.kms_deliver]=] "/tmp/mend/b/tests/unit/testkit/test_kms_deliver")
set_tests_properties([=[unit.kms_deliver]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;3;xk_unit_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;0;")
add_test([=[unit.vectors]=] "/tmp/mend/b/tests/unit/testkit/test_vectors")
set_tests_properties([=[unit.vectors]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;3;xk_unit_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;0;")
add_test([=[unit.answer]=] "/tmp/mend/b/tests/unit/testkit/test_answer")
set_tests_properties([=[unit.answer]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;5;xk_unit_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;0;")
add_test([=[unit.run]=] "/tmp/mend/b/tests/unit/testkit/test_run")
set_tests_properties([=[unit.run]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;6;xk_unit_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;0;")
add_test([=[unit.host]=] "/tmp/mend/b/tests/unit/testkit/test_host")
set_tests_properties([=[unit.host]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;7;xk_unit_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;0;")
add_test([=[unit.nothing]=] "/tmp/mend/b/tests/unit/testkit/test_nothing")
set_tests_properties([=[unit.nothing]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;8;xk_unit_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;0;")
add_test([=[unit.kit_exchange]=] "/tmp/mend/b/tests/unit/testkit/test_kit_exchange")
set_tests_properties([=[unit.kit_exchange]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;10;xk_unit_test;/tmp/mend/tests/unit/testkit/CMakeLists.txt;0;")
