#----------------------------------------------------------------
# Generated CMake target import file for configuration "RelWithDebInfo".
#----------------------------------------------------------------

# Commands may need to know the format version.
set(CMAKE_IMPORT_FILE_VERSION 1)

# Import target "xk::xk" for configuration "RelWithDebInfo"
set_property(TARGET xk::xk APPEND PROPERTY IMPORTED_CONFIGURATIONS RELWITHDEBINFO)
set_target_properties(xk::xk PROPERTIES
  IMPORTED_LOCATION_RELWITHDEBINFO "${_IMPORT_PREFIX}/lib/libxk.so.0.2.0"
  IMPORTED_SONAME_RELWITHDEBINFO "libxk.so.0.2"
  )

list(APPEND _cmake_import_check_targets xk::xk )
list(APPEND _cmake_import_check_files_for_xk::xk "${_IMPORT_PREFIX}/lib/libxk.so.0.2.0" )

# Commands beyond this point should not need to know the version.
set(CMAKE_IMPORT_FILE_VERSION)
