# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/interop
# Build directory: /tmp/mend/b/tests/interop
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[interop.cddl]=] "/usr/bin/python3" "/tmp/mend/tests/interop/check_messages.py" "/tmp/mend/b/tests/interop/xk_make_messages" "/tmp/mend/include/xk/xk.cddl")
set_tests_properties([=[interop.cddl]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/interop/CMakeLists.txt;8;add_test;/tmp/mend/tests/interop/CMakeLists.txt;0;")
add_test([=[interop.asn1c]=] "/tmp/mend/b/tests/interop/test_asn1c")
set_tests_properties([=[interop.asn1c]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/interop/CMakeLists.txt;28;add_test;/tmp/mend/tests/interop/CMakeLists.txt;0;")
add_test([=[interop.pyasn1]=] "/usr/bin/python3" "/tmp/mend/tests/interop/hi2_receiver.py" "/tmp/mend/b/tests/interop/xk_hi2_sender")
set_tests_properties([=[interop.pyasn1]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/interop/CMakeLists.txt;35;add_test;/tmp/mend/tests/interop/CMakeLists.txt;0;")
add_test([=[interop.ber_tshark]=] "/usr/bin/python3" "/tmp/mend/tests/interop/hi2_tshark.py" "/tmp/mend/b/tests/interop/xk_hi2_sender")
set_tests_properties([=[interop.ber_tshark]=] PROPERTIES  SKIP_RETURN_CODE "77" TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/interop/CMakeLists.txt;37;add_test;/tmp/mend/tests/interop/CMakeLists.txt;0;")
add_test([=[interop.tshark]=] "/usr/bin/python3" "/tmp/mend/tests/interop/compare_tshark.py" "/tmp/mend/b/tests/interop/xk_mikey_view" "/tmp/mend/tests/vectors/mikey/set1.txt")
set_tests_properties([=[interop.tshark]=] PROPERTIES  SKIP_RETURN_CODE "77" TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/interop/CMakeLists.txt;44;add_test;/tmp/mend/tests/interop/CMakeLists.txt;0;")
add_test([=[interop.x2]=] "/usr/bin/python3" "/tmp/mend/tests/interop/compare_x2.py" "/tmp/mend/b/tests/interop/xk_x2_view")
set_tests_properties([=[interop.x2]=] PROPERTIES  SKIP_RETURN_CODE "77" TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/interop/CMakeLists.txt;50;add_test;/tmp/mend/tests/interop/CMakeLists.txt;0;")
add_test([=[interop.cscf_oracle]=] "/usr/bin/python3" "/tmp/mend/tests/interop/cscf_oracle.py" "/tmp/mend/tests/vectors/cscf")
set_tests_properties([=[interop.cscf_oracle]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/interop/CMakeLists.txt;54;add_test;/tmp/mend/tests/interop/CMakeLists.txt;0;")
add_test([=[interop.kms_reference]=] "/usr/bin/python3" "/tmp/mend/tests/interop/kms_reference.py" "/tmp/mend/b/tests/interop/xk_kms_cases")
set_tests_properties([=[interop.kms_reference]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/interop/CMakeLists.txt;61;add_test;/tmp/mend/tests/interop/CMakeLists.txt;0;")
add_test([=[interop.kms_vectors]=] "/usr/bin/python3" "/tmp/mend/tests/interop/kms_vectors.py" "/tmp/mend/b/tests/interop/xk_kms_cases" "/tmp/mend/tests/vectors/kms/exchanges.txt")
set_tests_properties([=[interop.kms_vectors]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/interop/CMakeLists.txt;63;add_test;/tmp/mend/tests/interop/CMakeLists.txt;0;")
add_test([=[interop.kms_srtp]=] "/usr/bin/python3" "/tmp/mend/tests/interop/kms_reference.py" "/tmp/mend/b/tests/interop/xk_kms_cases" "--count" "300" "--srtp" "/tmp/mend/b/tests/interop/xk_srtp_packets")
set_tests_properties([=[interop.kms_srtp]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/interop/CMakeLists.txt;69;add_test;/tmp/mend/tests/interop/CMakeLists.txt;0;")
