# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/unit/sip
# Build directory: /tmp/mend/b/tests/unit/sip
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[unit.base64]=] "/tmp/mend/b/tests/unit/sip/test_base64")
set_tests_properties([=[unit.base64]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;2;xk_unit_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;0;")
add_test([=[unit.sdp]=] "/tmp/mend/b/tests/unit/sip/test_sdp")
set_tests_properties([=[unit.sdp]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;3;xk_unit_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;0;")
add_test([=[unit.key_mgmt]=] "/tmp/mend/b/tests/unit/sip/test_key_mgmt")
set_tests_properties([=[unit.key_mgmt]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;4;xk_unit_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;0;")
add_test([=[unit.sip_header]=] "/tmp/mend/b/tests/unit/sip/test_sip_header")
set_tests_properties([=[unit.sip_header]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;5;xk_unit_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;0;")
add_test([=[unit.sip_address]=] "/tmp/mend/b/tests/unit/sip/test_sip_address")
set_tests_properties([=[unit.sip_address]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;6;xk_unit_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;0;")
add_test([=[unit.sip_message]=] "/tmp/mend/b/tests/unit/sip/test_sip_message")
set_tests_properties([=[unit.sip_message]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;7;xk_unit_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;0;")
add_test([=[unit.sip_option]=] "/tmp/mend/b/tests/unit/sip/test_sip_option")
set_tests_properties([=[unit.sip_option]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;8;xk_unit_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;0;")
add_test([=[unit.sip_identity]=] "/tmp/mend/b/tests/unit/sip/test_sip_identity")
set_tests_properties([=[unit.sip_identity]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;9;xk_unit_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;0;")
add_test([=[unit.sip_body]=] "/tmp/mend/b/tests/unit/sip/test_sip_body")
set_tests_properties([=[unit.sip_body]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;10;xk_unit_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;0;")
add_test([=[unit.sip_multipart]=] "/tmp/mend/b/tests/unit/sip/test_sip_multipart")
set_tests_properties([=[unit.sip_multipart]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;11;xk_unit_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;0;")
add_test([=[unit.sip_find]=] "/tmp/mend/b/tests/unit/sip/test_sip_find")
set_tests_properties([=[unit.sip_find]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;12;xk_unit_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;0;")
add_test([=[unit.sip_cases]=] "/tmp/mend/b/tests/unit/sip/test_sip_cases")
set_tests_properties([=[unit.sip_cases]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;13;xk_unit_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;0;")
add_test([=[unit.sip_changes]=] "/tmp/mend/b/tests/unit/sip/test_sip_changes")
set_tests_properties([=[unit.sip_changes]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/CMakeLists.txt;24;add_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;14;xk_unit_test;/tmp/mend/tests/unit/sip/CMakeLists.txt;0;")
