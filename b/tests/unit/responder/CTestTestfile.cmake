# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/unit/responder
# Build directory: /tmp/mend/b/tests/unit/responder
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.responder]=] "/tmp/mend/b/tests/unit/responder/test_responder")
set_tests_properties([=[unit.responder]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;4;xk_unit_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;0;")
add_test([=[unit.limits]=] "/tmp/mend/b/tests/unit/responder/test_limits")
set_tests_properties([=[unit.limits]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;5;xk_unit_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;0;")
add_test([=[unit.transactions]=] "/tmp/mend/b/tests/unit/responder/test_transactions")
set_tests_properties([=[unit.transactions]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;6;xk_unit_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;0;")
add_test([=[unit.links]=] "/tmp/mend/b/tests/unit/responder/test_links")
set_tests_properties([=[unit.links]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;7;xk_unit_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;0;")
add_test([=[unit.one_answer]=] "/tmp/mend/b/tests/unit/responder/test_one_answer")
set_tests_properties([=[unit.one_answer]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;8;xk_unit_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;0;")
add_test([=[unit.observations]=] "/tmp/mend/b/tests/unit/responder/test_observations")
set_tests_properties([=[unit.observations]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;9;xk_unit_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;0;")
add_test([=[unit.pressed]=] "/tmp/mend/b/tests/unit/responder/test_pressed")
set_tests_properties([=[unit.pressed]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;10;xk_unit_test;/tmp/mend/tests/unit/responder/CMakeLists.txt;0;")
