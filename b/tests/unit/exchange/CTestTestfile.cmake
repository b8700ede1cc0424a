# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/unit/exchange
# Build directory: /tmp/mend/b/tests/unit/exchange
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.uri]=] "/tmp/mend/b/tests/unit/exchange/test_uri")
set_tests_properties([=[unit.uri]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/exchange/CMakeLists.txt;6;xk_unit_test;/tmp/mend/tests/unit/exchange/CMakeLists.txt;0;")
add_test([=[unit.judge]=] "/tmp/mend/b/tests/unit/exchange/test_judge")
set_tests_properties([=[unit.judge]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/exchange/CMakeLists.txt;7;xk_unit_test;/tmp/mend/tests/unit/exchange/CMakeLists.txt;0;")
add_test([=[unit.relation]=] "/tmp/mend/b/tests/unit/exchange/test_relation")
set_tests_properties([=[unit.relation]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/exchange/CMakeLists.txt;8;xk_unit_test;/tmp/mend/tests/unit/exchange/CMakeLists.txt;0;")
add_test([=[unit.exchange]=] "/tmp/mend/b/tests/unit/exchange/test_exchange")
set_tests_properties([=[unit.exchange]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/exchange/CMakeLists.txt;9;xk_unit_test;/tmp/mend/tests/unit/exchange/CMakeLists.txt;0;")
add_test([=[unit.pair]=] "/tmp/mend/b/tests/unit/exchange/test_pair")
set_tests_properties([=[unit.pair]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/exchange/CMakeLists.txt;10;xk_unit_test;/tmp/mend/tests/unit/exchange/CMakeLists.txt;0;")
add_test([=[unit.both_sides]=] "/tmp/mend/b/tests/unit/exchange/test_both_sides")
set_tests_properties([=[unit.both_sides]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/exchange/CMakeLists.txt;11;xk_unit_test;/tmp/mend/tests/unit/exchange/CMakeLists.txt;0;")
