# CMake generated Testfile for 
# Source directory: /tmp/mend/examples
# Build directory: /tmp/mend/b/examples
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
subdirs("mediation_test")
subdirs("inspect")
subdirs("tutorial")
