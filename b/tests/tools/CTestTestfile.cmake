# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/tools
# Build directory: /tmp/mend/b/tests/tools
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[tools.inspect]=] "/usr/bin/python3" "/tmp/mend/tests/tools/test_inspect.py" "/tmp/mend/b/examples/xk-inspect" "/tmp/mend/b/tests/interop/xk_make_messages" "/tmp/mend/tests")
set_tests_properties([=[tools.inspect]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" SKIP_RETURN_CODE "77" TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;7;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
add_test([=[tools.dissector]=] "/usr/bin/python3" "/tmp/mend/tests/tools/test_dissector.py" "/tmp/mend/b/examples/xk-inspect" "/tmp/mend/b/tests/interop/xk_make_messages" "/tmp/mend/tests")
set_tests_properties([=[tools.dissector]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" SKIP_RETURN_CODE "77" TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;7;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
add_test([=[tools.inspect_man]=] "/tmp/mend/tests/tools/man.sh" "/tmp/mend/examples/inspect/xk-inspect.1" "/tmp/mend/b/examples/xk-inspect")
set_tests_properties([=[tools.inspect_man]=] PROPERTIES  _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;12;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
add_test([=[tools.kms_man]=] "/tmp/mend/tests/tools/man.sh" "/tmp/mend/examples/kms/xk-kms.1" "/tmp/mend/b/examples/xk-kms")
set_tests_properties([=[tools.kms_man]=] PROPERTIES  _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;16;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
add_test([=[tools.inspect_wire]=] "/usr/bin/python3" "/tmp/mend/tests/tools/test_inspect_wire.py" "/tmp/mend/b/examples/xk-inspect" "/tmp/mend/b/tests/tools/xk_make_hi2" "/tmp/mend/tests")
set_tests_properties([=[tools.inspect_wire]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;22;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
add_test([=[tools.inspect_saved]=] "/usr/bin/python3" "/tmp/mend/tests/tools/test_inspect_saved.py" "/tmp/mend/b/examples/xk-inspect" "/tmp/mend/tests")
set_tests_properties([=[tools.inspect_saved]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;24;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
add_test([=[tools.dissector_hi2]=] "/usr/bin/python3" "/tmp/mend/tests/tools/test_dissector_hi2.py" "/tmp/mend/b/tests/tools/xk_make_hi2" "/tmp/mend/tests")
set_tests_properties([=[tools.dissector_hi2]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" SKIP_RETURN_CODE "77" TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;29;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
add_test([=[tools.units]=] "/tmp/mend/tests/tools/units.sh" "/tmp/mend/b/examples" "/tmp/mend")
set_tests_properties([=[tools.units]=] PROPERTIES  _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;34;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
add_test([=[tools.df2_man]=] "/tmp/mend/tests/tools/man.sh" "/tmp/mend/examples/df2/xk-df2.1" "/tmp/mend/b/examples/xk-df2")
set_tests_properties([=[tools.df2_man]=] PROPERTIES  _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;37;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
add_test([=[tools.lemf_man]=] "/tmp/mend/tests/tools/man.sh" "/tmp/mend/examples/lemf/xk-lemf.1" "/tmp/mend/b/examples/xk-lemf")
set_tests_properties([=[tools.lemf_man]=] PROPERTIES  _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;37;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
add_test([=[tools.ue_man]=] "/tmp/mend/tests/tools/man.sh" "/tmp/mend/examples/ue/xk-ue.1" "/tmp/mend/b/examples/xk-ue")
set_tests_properties([=[tools.ue_man]=] PROPERTIES  _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;37;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
add_test([=[tools.dissector_demo]=] "/usr/bin/python3" "/tmp/mend/tests/tools/test_dissector_demo.py" "/tmp/mend/b/examples" "/tmp/mend")
set_tests_properties([=[tools.dissector_demo]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" SKIP_RETURN_CODE "77" TIMEOUT "180" _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;43;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
add_test([=[tools.timeline]=] "/usr/bin/python3" "/tmp/mend/tests/tools/test_timeline.py" "/tmp/mend/b/tests/tools/xk_timeline_case")
set_tests_properties([=[tools.timeline]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" TIMEOUT "60" _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;51;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
add_test([=[tools.histogram]=] "/tmp/mend/b/tests/tools/test_histogram")
set_tests_properties([=[tools.histogram]=] PROPERTIES  TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/tools/CMakeLists.txt;59;add_test;/tmp/mend/tests/tools/CMakeLists.txt;0;")
