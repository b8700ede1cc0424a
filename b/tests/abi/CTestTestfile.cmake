# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/abi
# Build directory: /tmp/mend/b/tests/abi
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[abi.exports]=] "/tmp/mend/tests/abi/exports.sh" "/tmp/mend/b/lib/libxk.so.0.2.0" "/tmp/mend/include/xk")
set_tests_properties([=[abi.exports]=] PROPERTIES  _BACKTRACE_TRIPLES "/tmp/mend/tests/abi/CMakeLists.txt;8;add_test;/tmp/mend/tests/abi/CMakeLists.txt;0;")
add_test([=[abi.symbols]=] "/tmp/mend/tests/abi/symbols.sh" "core" "/tmp/mend/b/lib/libxk.a")
set_tests_properties([=[abi.symbols]=] PROPERTIES  _BACKTRACE_TRIPLES "/tmp/mend/tests/abi/CMakeLists.txt;10;add_test;/tmp/mend/tests/abi/CMakeLists.txt;0;")
add_test([=[abi.exports_kms]=] "/tmp/mend/tests/abi/exports.sh" "/tmp/mend/b/lib/kms/libxk_kms.so.0.2.0" "/tmp/mend/include/xk_kms")
set_tests_properties([=[abi.exports_kms]=] PROPERTIES  _BACKTRACE_TRIPLES "/tmp/mend/tests/abi/CMakeLists.txt;12;add_test;/tmp/mend/tests/abi/CMakeLists.txt;0;")
add_test([=[abi.symbols_kms]=] "/tmp/mend/tests/abi/symbols.sh" "kms" "/tmp/mend/b/lib/kms/libxk_kms.a")
set_tests_properties([=[abi.symbols_kms]=] PROPERTIES  _BACKTRACE_TRIPLES "/tmp/mend/tests/abi/CMakeLists.txt;14;add_test;/tmp/mend/tests/abi/CMakeLists.txt;0;")
add_test([=[abi.sizes]=] "/tmp/mend/tests/abi/sizes.sh" "/tmp/mend/include")
set_tests_properties([=[abi.sizes]=] PROPERTIES  _BACKTRACE_TRIPLES "/tmp/mend/tests/abi/CMakeLists.txt;19;add_test;/tmp/mend/tests/abi/CMakeLists.txt;0;")
add_test([=[abi.builds]=] "/tmp/mend/tests/abi/builds.sh" "/tmp/mend")
set_tests_properties([=[abi.builds]=] PROPERTIES  TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/abi/CMakeLists.txt;20;add_test;/tmp/mend/tests/abi/CMakeLists.txt;0;")
add_test([=[abi.diff]=] "/tmp/mend/tests/abi/diff.sh" "/tmp/mend/tests/abi/libxk.abi.xml" "/tmp/mend/b/lib/libxk.so.0.2.0" "/tmp/mend/include/xk")
set_tests_properties([=[abi.diff]=] PROPERTIES  _BACKTRACE_TRIPLES "/tmp/mend/tests/abi/CMakeLists.txt;23;add_test;/tmp/mend/tests/abi/CMakeLists.txt;0;")
add_test([=[abi.diff_kms]=] "/tmp/mend/tests/abi/diff.sh" "/tmp/mend/tests/abi/libxk_kms.abi.xml" "/tmp/mend/b/lib/kms/libxk_kms.so.0.2.0" "/tmp/mend/include/xk_kms")
set_tests_properties([=[abi.diff_kms]=] PROPERTIES  _BACKTRACE_TRIPLES "/tmp/mend/tests/abi/CMakeLists.txt;25;add_test;/tmp/mend/tests/abi/CMakeLists.txt;0;")
