# CMake generated Testfile for 
# Source directory: /tmp/mend
# Build directory: /tmp/mend/b
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
subdirs("lib")
subdirs("examples")
subdirs("tests")
