# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/sim_delivery
# Build directory: /tmp/mend/b/tests/sim_delivery
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[sim.delivery]=] "/tmp/mend/b/tests/sim_delivery/xk-sim-delivery" "2000")
set_tests_properties([=[sim.delivery]=] PROPERTIES  LABELS "slow" TIMEOUT "600" _BACKTRACE_TRIPLES "/tmp/mend/tests/sim_delivery/CMakeLists.txt;10;add_test;/tmp/mend/tests/sim_delivery/CMakeLists.txt;0;")
