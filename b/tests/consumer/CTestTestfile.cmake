# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/consumer
# Build directory: /tmp/mend/b/tests/consumer
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[consumer.installed]=] "/tmp/mend/tests/consumer/run.sh" "/tmp/mend/b")
set_tests_properties([=[consumer.installed]=] PROPERTIES  RESOURCE_LOCK "installation" TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/consumer/CMakeLists.txt;3;add_test;/tmp/mend/tests/consumer/CMakeLists.txt;0;")
add_test([=[consumer.subproject]=] "/tmp/mend/tests/consumer/subproject.sh" "/tmp/mend")
set_tests_properties([=[consumer.subproject]=] PROPERTIES  RESOURCE_LOCK "installation" TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/consumer/CMakeLists.txt;7;add_test;/tmp/mend/tests/consumer/CMakeLists.txt;0;")
add_test([=[consumer.layouts]=] "/tmp/mend/tests/consumer/layouts.sh" "/tmp/mend" "/tmp/mend/b")
set_tests_properties([=[consumer.layouts]=] PROPERTIES  RESOURCE_LOCK "installation" TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/consumer/CMakeLists.txt;8;add_test;/tmp/mend/tests/consumer/CMakeLists.txt;0;")
add_test([=[consumer.lean]=] "/usr/bin/python3" "/tmp/mend/tests/consumer/lean.py" "/tmp/mend/b" "/tmp/mend" "/usr/bin/cc")
set_tests_properties([=[consumer.lean]=] PROPERTIES  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1" TIMEOUT "120" _BACKTRACE_TRIPLES "/tmp/mend/tests/consumer/CMakeLists.txt;15;add_test;/tmp/mend/tests/consumer/CMakeLists.txt;0;")
add_test([=[consumer.kit]=] "/tmp/mend/tests/consumer/kit.sh" "/tmp/mend/b")
set_tests_properties([=[consumer.kit]=] PROPERTIES  RESOURCE_LOCK "installation" TIMEOUT "300" _BACKTRACE_TRIPLES "/tmp/mend/tests/consumer/CMakeLists.txt;20;add_test;/tmp/mend/tests/consumer/CMakeLists.txt;0;")
