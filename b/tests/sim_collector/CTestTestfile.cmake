# CMake generated Testfile for 
# Source directory: /tmp/mend/tests/sim_collector
# Build directory: /tmp/mend/b/tests/sim_collector
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[sim.collector]=] "/tmp/mend/b/tests/sim_collector/xk-sim-collector" "1000")
set_tests_properties([=[sim.collector]=] PROPERTIES  LABELS "slow" TIMEOUT "600" _BACKTRACE_TRIPLES "/tmp/mend/tests/sim_collector/CMakeLists.txt;11;add_test;/tmp/mend/tests/sim_collector/CMakeLists.txt;0;")
