# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/sim
# Build directory: /tmp/mend/b/tests/sim
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[sim.seeds]=] "/tmp/mend/b/tests/sim/xk-sim" "10000" "-j" "2")
set_tests_properties([=[sim.seeds]=] PROPERTIES  LABELS "slow" TIMEOUT "600" _BACKTRACE_TRIPLES "/tmp/mend/tests/sim/CMakeLists.txt;12;add_test;/tmp/mend/tests/sim/CMakeLists.txt;0;")
