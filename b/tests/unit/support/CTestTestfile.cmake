# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/unit/support
# Build directory: /tmp/mend/b/tests/unit/support
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.status]=] "/tmp/mend/b/tests/unit/support/test_status")
set_tests_properties([=[unit.status]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;2;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
add_test([=[unit.secret]=] "/tmp/mend/b/tests/unit/support/test_secret")
set_tests_properties([=[unit.secret]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;3;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
add_test([=[unit.siphash]=] "/tmp/mend/b/tests/unit/support/test_siphash")
set_tests_properties([=[unit.siphash]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;4;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
add_test([=[unit.utf8]=] "/tmp/mend/b/tests/unit/support/test_utf8")
set_tests_properties([=[unit.utf8]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;5;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
add_test([=[unit.version]=] "/tmp/mend/b/tests/unit/support/test_version")
set_tests_properties([=[unit.version]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;6;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
add_test([=[unit.timers]=] "/tmp/mend/b/tests/unit/support/test_timers")
set_tests_properties([=[unit.timers]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;7;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
add_test([=[unit.idmap]=] "/tmp/mend/b/tests/unit/support/test_idmap")
set_tests_properties([=[unit.idmap]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;8;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
add_test([=[unit.memory]=] "/tmp/mend/b/tests/unit/support/test_memory")
set_tests_properties([=[unit.memory]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;9;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
add_test([=[unit.bounds]=] "/tmp/mend/b/tests/unit/support/test_bounds")
set_tests_properties([=[unit.bounds]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;10;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
add_test([=[unit.sized]=] "/tmp/mend/b/tests/unit/support/test_sized")
set_tests_properties([=[unit.sized]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;11;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
add_test([=[unit.set256]=] "/tmp/mend/b/tests/unit/support/test_set256")
set_tests_properties([=[unit.set256]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;12;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
add_test([=[unit.inline]=] "/tmp/mend/b/tests/unit/support/test_inline")
set_tests_properties([=[unit.inline]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;13;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
add_test([=[unit.remains]=] "/tmp/mend/b/tests/unit/support/test_remains")
set_tests_properties([=[unit.remains]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;14;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
add_test([=[unit.metrics]=] "/tmp/mend/b/tests/unit/support/test_metrics")
set_tests_properties([=[unit.metrics]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/support/CMakeLists.txt;15;xk_unit_test;/tmp/mend/tests/unit/support/CMakeLists.txt;0;")
