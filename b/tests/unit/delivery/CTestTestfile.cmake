# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/unit/delivery
# Build directory: /tmp/mend/b/tests/unit/delivery
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.session]=] "/tmp/mend/b/tests/unit/delivery/test_session")
set_tests_properties([=[unit.session]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;6;xk_unit_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;0;")
add_test([=[unit.acknowledgement]=] "/tmp/mend/b/tests/unit/delivery/test_acknowledgement")
set_tests_properties([=[unit.acknowledgement]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;7;xk_unit_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;0;")
add_test([=[unit.options]=] "/tmp/mend/b/tests/unit/delivery/test_options")
set_tests_properties([=[unit.options]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;8;xk_unit_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;0;")
add_test([=[unit.buffer]=] "/tmp/mend/b/tests/unit/delivery/test_buffer")
set_tests_properties([=[unit.buffer]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;9;xk_unit_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;0;")
add_test([=[unit.integrity]=] "/tmp/mend/b/tests/unit/delivery/test_integrity")
set_tests_properties([=[unit.integrity]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;10;xk_unit_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;0;")
add_test([=[unit.counters]=] "/tmp/mend/b/tests/unit/delivery/test_counters")
set_tests_properties([=[unit.counters]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;11;xk_unit_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;0;")
add_test([=[unit.state]=] "/tmp/mend/b/tests/unit/delivery/test_state")
set_tests_properties([=[unit.state]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;12;xk_unit_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;0;")
add_test([=[unit.state_read]=] "/tmp/mend/b/tests/unit/delivery/test_state_read")
set_tests_properties([=[unit.state_read]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;13;xk_unit_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;0;")
add_test([=[unit.lemf]=] "/tmp/mend/b/tests/unit/delivery/test_lemf")
set_tests_properties([=[unit.lemf]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;14;xk_unit_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;0;")
add_test([=[unit.delivery_limits]=] "/tmp/mend/b/tests/unit/delivery/test_delivery_limits")
set_tests_properties([=[unit.delivery_limits]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;15;xk_unit_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;0;")
add_test([=[unit.traces]=] "/tmp/mend/b/tests/unit/delivery/test_traces")
set_tests_properties([=[unit.traces]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;16;xk_unit_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;0;")
add_test([=[unit.one_hash]=] "/tmp/mend/b/tests/unit/delivery/test_one_hash")
set_tests_properties([=[unit.one_hash]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;17;xk_unit_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;0;")
add_test([=[unit.delivery_stories]=] "/tmp/mend/b/tests/unit/delivery/test_delivery_stories")
set_tests_properties([=[unit.delivery_stories]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;18;xk_unit_test;/tmp/mend/tests/unit/delivery/CMakeLists.txt;0;")
