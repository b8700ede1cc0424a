
####### Expanded from @PACKAGE_INIT@ by configure_package_config_file() #######
####### Any changes to this file will be overwritten by the next CMake run ####
####### The input file was xkConfig.cmake.in                            ########

get_filename_component(PACKAGE_PREFIX_DIR "${CMAKE_CURRENT_LIST_DIR}/../../../" ABSOLUTE)

macro(set_and_check _var _file)
  set(${_var} "${_file}")
  if(NOT EXISTS "${_file}")
    message(FATAL_ERROR "File or directory ${_file} referenced by variable ${_var} does not exist !")
  endif()
endmacro()

macro(check_required_components _NAME)
  foreach(comp ${${_NAME}_FIND_COMPONENTS})
    if(NOT ${_NAME}_${comp}_FOUND)
      if(${_NAME}_FIND_REQUIRED_${comp})
        set(${_NAME}_FOUND FALSE)
      endif()
    endif()
  endforeach()
endmacro()

####################################################################################
# Components: shared, static, kms, test; without any, what is installed of shared and static.
# Targets: xk::xk (shared), xk::static; with kms also xk::kms (shared), xk::kms_static; with test xk::test (static only;
# it brings xk::xk, or xk::static where that is all there is), and xk_VECTORS_DIR tells where the test vectors are.
#
# "static" means libxk itself: Debian has no static archive of libcbor, so that stays a shared library, found
# through pkg-config, since it has no CMake package either. Who links xk::xk needs neither. All for CMake 3.1 or later.
unset(xk_NOT_FOUND_MESSAGE)
foreach(component IN ITEMS shared static kms test)
  set(xk_${component}_FOUND FALSE)
endforeach()

if(EXISTS "${CMAKE_CURRENT_LIST_DIR}/xkSharedTargets.cmake")
  include("${CMAKE_CURRENT_LIST_DIR}/xkSharedTargets.cmake")
  set(xk_shared_FOUND TRUE)
endif()

# xk_find_dependency(PREFIX MODULE): the target PkgConfig::PREFIX, which CMake before 3.6 does not make by itself.
macro(xk_find_dependency prefix module)
  find_package(PkgConfig QUIET)
  if(CMAKE_VERSION VERSION_LESS 3.6)
    set(xk_imported)
  else()
    set(xk_imported IMPORTED_TARGET)
  endif()
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(${prefix} QUIET ${xk_imported} ${module})
  endif()
  if(${prefix}_FOUND AND NOT TARGET PkgConfig::${prefix})
    add_library(PkgConfig::${prefix} INTERFACE IMPORTED)
    set_target_properties(PkgConfig::${prefix} PROPERTIES INTERFACE_LINK_LIBRARIES "${${prefix}_LDFLAGS}"
      INTERFACE_INCLUDE_DIRECTORIES "${${prefix}_INCLUDE_DIRS}")
  endif()
endmacro()

if(EXISTS "${CMAKE_CURRENT_LIST_DIR}/xkStaticTargets.cmake")
  xk_find_dependency(LIBCBOR "libcbor>=0.7")
  if(LIBCBOR_FOUND)
    include("${CMAKE_CURRENT_LIST_DIR}/xkStaticTargets.cmake")
    set(xk_static_FOUND TRUE)
  else()
    set(xk_NOT_FOUND_MESSAGE "xk::static needs libcbor 0.7 or later, which pkg-config does not find")
  endif()
endif()

list(FIND xk_FIND_COMPONENTS kms xk_wanted)
if(NOT xk_wanted EQUAL -1)
  if(xk_shared_FOUND AND EXISTS "${CMAKE_CURRENT_LIST_DIR}/xkKmsSharedTargets.cmake")
    include("${CMAKE_CURRENT_LIST_DIR}/xkKmsSharedTargets.cmake")
    set(xk_kms_FOUND TRUE)
  endif()
  if(xk_static_FOUND AND EXISTS "${CMAKE_CURRENT_LIST_DIR}/xkKmsStaticTargets.cmake")
    xk_find_dependency(LIBCRYPTO "libcrypto>=3.0")
    if(LIBCRYPTO_FOUND)
      include("${CMAKE_CURRENT_LIST_DIR}/xkKmsStaticTargets.cmake")
      set(xk_kms_FOUND TRUE)
    else()
      set(xk_NOT_FOUND_MESSAGE "xk::kms_static needs libcrypto 3.0 or later, which pkg-config does not find")
    endif()
  endif()
endif()

list(FIND xk_FIND_COMPONENTS test xk_wanted)
if(EXISTS "${CMAKE_CURRENT_LIST_DIR}/xkTestTargets.cmake" AND NOT xk_wanted EQUAL -1)
  include("${CMAKE_CURRENT_LIST_DIR}/xkTestTargets.cmake")
  # The shared libxk, as a product takes it, or the static one where that is all there is.
  if(xk_shared_FOUND)
    set_property(TARGET xk::test APPEND PROPERTY INTERFACE_LINK_LIBRARIES xk::xk)
  else()
    set_property(TARGET xk::test APPEND PROPERTY INTERFACE_LINK_LIBRARIES xk::static)
  endif()
  set_and_check(xk_VECTORS_DIR "${PACKAGE_PREFIX_DIR}/share/xk/vectors")
  set(xk_test_FOUND TRUE)
endif()

foreach(component IN LISTS xk_FIND_COMPONENTS)
  if(NOT xk_${component}_FOUND AND NOT xk_NOT_FOUND_MESSAGE)
    set(xk_NOT_FOUND_MESSAGE "no component ${component} is installed beside ${CMAKE_CURRENT_LIST_FILE}")
  endif()
endforeach()
check_required_components(xk)
if(NOT xk_shared_FOUND AND NOT xk_static_FOUND)
  set(xk_FOUND FALSE)
endif()
