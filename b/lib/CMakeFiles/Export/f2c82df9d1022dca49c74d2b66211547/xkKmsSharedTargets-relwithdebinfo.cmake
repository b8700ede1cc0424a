#----------------------------------------------------------------
# Generated CMake target import file for configuration "RelWithDebInfo".
#----------------------------------------------------------------

# Commands may need to know the format version.
set(CMAKE_IMPORT_FILE_VERSION 1)

# Import target "xk::kms" for configuration "RelWithDebInfo"
set_property(TARGET xk::kms APPEND PROPERTY IMPORTED_CONFIGURATIONS RELWITHDEBINFO)
set_target_properties(xk::kms PROPERTIES
  IMPORTED_LOCATION_RELWITHDEBINFO "${_IMPORT_PREFIX}/lib/libxk_kms.so.0.2.0"
  IMPORTED_SONAME_RELWITHDEBINFO "libxk_kms.so.0.2"
  )

list(APPEND _cmake_import_check_targets xk::kms )
list(APPEND _cmake_import_check_files_for_xk::kms "${_IMPORT_PREFIX}/lib/libxk_kms.so.0.2.0" )

# Commands beyond this point should not need to know the version.
set(CMAKE_IMPORT_FILE_VERSION)
