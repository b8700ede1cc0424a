# CMake generated Testfile for 
# Source directory: /tmp/mend/examples/tutorial
# Build directory: /tmp/mend/b/examples/tutorial
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[example.tutorial_messages]=] "/tmp/mend/b/examples/tutorial/xk-tutorial-messages")
set_tests_properties([=[example.tutorial_messages]=] PROPERTIES  TIMEOUT "60" _BACKTRACE_TRIPLES "/tmp/mend/examples/tutorial/CMakeLists.txt;23;add_test;/tmp/mend/examples/tutorial/CMakeLists.txt;28;xk_tutorial;/tmp/mend/examples/tutorial/CMakeLists.txt;0;")
add_test([=[example.tutorial_df2]=] "/tmp/mend/b/examples/tutorial/xk-tutorial-df2")
set_tests_properties([=[example.tutorial_df2]=] PROPERTIES  TIMEOUT "60" _BACKTRACE_TRIPLES "/tmp/mend/examples/tutorial/CMakeLists.txt;23;add_test;/tmp/mend/examples/tutorial/CMakeLists.txt;29;xk_tutorial;/tmp/mend/examples/tutorial/CMakeLists.txt;0;")
add_test([=[example.tutorial_kms]=] "/tmp/mend/b/examples/tutorial/xk-tutorial-kms")
set_tests_properties([=[example.tutorial_kms]=] PROPERTIES  TIMEOUT "60" _BACKTRACE_TRIPLES "/tmp/mend/examples/tutorial/CMakeLists.txt;23;add_test;/tmp/mend/examples/tutorial/CMakeLists.txt;31;xk_tutorial;/tmp/mend/examples/tutorial/CMakeLists.txt;0;")
add_test([=[example.tutorial_testing]=] "/tmp/mend/b/examples/tutorial/xk-tutorial-testing")
set_tests_properties([=[example.tutorial_testing]=] PROPERTIES  TIMEOUT "60" _BACKTRACE_TRIPLES "/tmp/mend/examples/tutorial/CMakeLists.txt;23;add_test;/tmp/mend/examples/tutorial/CMakeLists.txt;34;xk_tutorial;/tmp/mend/examples/tutorial/CMakeLists.txt;0;")
