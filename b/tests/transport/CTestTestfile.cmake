# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/transport
# Build directory: /tmp/mend/b/tests/transport
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[transport.tls]=] "/tmp/mend/b/tests/transport/test_transport_tls")
set_tests_properties([=[transport.tls]=] PROPERTIES  TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/transport/CMakeLists.txt;16;add_test;/tmp/mend/tests/transport/CMakeLists.txt;20;xk_transport_test;/tmp/mend/tests/transport/CMakeLists.txt;0;")
add_test([=[transport.hostile]=] "/tmp/mend/b/tests/transport/test_transport_hostile")
set_tests_properties([=[transport.hostile]=] PROPERTIES  TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/transport/CMakeLists.txt;16;add_test;/tmp/mend/tests/transport/CMakeLists.txt;24;xk_transport_test;/tmp/mend/tests/transport/CMakeLists.txt;0;")
add_test([=[transport.crowd]=] "/tmp/mend/b/tests/transport/test_transport_crowd")
set_tests_properties([=[transport.crowd]=] PROPERTIES  TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/transport/CMakeLists.txt;16;add_test;/tmp/mend/tests/transport/CMakeLists.txt;25;xk_transport_test;/tmp/mend/tests/transport/CMakeLists.txt;0;")
add_test([=[transport.flood]=] "/tmp/mend/b/tests/transport/test_transport_flood")
set_tests_properties([=[transport.flood]=] PROPERTIES  TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/transport/CMakeLists.txt;16;add_test;/tmp/mend/tests/transport/CMakeLists.txt;26;xk_transport_test;/tmp/mend/tests/transport/CMakeLists.txt;0;")
add_test([=[transport.audit]=] "/tmp/mend/b/tests/transport/test_transport_audit")
set_tests_properties([=[transport.audit]=] PROPERTIES  TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/transport/CMakeLists.txt;16;add_test;/tmp/mend/tests/transport/CMakeLists.txt;27;xk_transport_test;/tmp/mend/tests/transport/CMakeLists.txt;0;")
add_test([=[transport.flow]=] "/tmp/mend/b/tests/transport/test_transport_flow")
set_tests_properties([=[transport.flow]=] PROPERTIES  TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/transport/CMakeLists.txt;16;add_test;/tmp/mend/tests/transport/CMakeLists.txt;28;xk_transport_test;/tmp/mend/tests/transport/CMakeLists.txt;0;")
add_test([=[transport.octets]=] "/tmp/mend/b/tests/transport/test_transport_octets")
set_tests_properties([=[transport.octets]=] PROPERTIES  TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/transport/CMakeLists.txt;16;add_test;/tmp/mend/tests/transport/CMakeLists.txt;29;xk_transport_test;/tmp/mend/tests/transport/CMakeLists.txt;0;")
add_test([=[transport.hep]=] "/tmp/mend/b/tests/transport/test_transport_hep")
set_tests_properties([=[transport.hep]=] PROPERTIES  TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/transport/CMakeLists.txt;16;add_test;/tmp/mend/tests/transport/CMakeLists.txt;30;xk_transport_test;/tmp/mend/tests/transport/CMakeLists.txt;0;")
