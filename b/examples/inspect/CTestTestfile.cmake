# CMake generated Testfile for 
# Source directory: /tmp/mend/examples/inspect
# Build directory: /tmp/mend/b/examples/inspect
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
