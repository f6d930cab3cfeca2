# Installation, and the package that find_package(dropzone COMPONENTS core memory ...) finds.
#
# Every library is a component with its own targets file. What a consumer of a component has to
# find is derived from the libraries that the component links, so a new adapter needs no entry.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(dropzone_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/dropzone)

# Sorts the libraries that TARGET links into the variables
#   COMPONENTS  other components of this package
#   PACKAGES    what find_package() finds
#   MODULES     what pkg-config finds, as PREFIX=MODULE for the imported target PkgConfig::PREFIX
function(dropzone_classify_links target)
  set(COMPONENTS)
  set(PACKAGES)
  set(MODULES)
  get_target_property(links ${target} LINK_LIBRARIES)
  foreach(link IN LISTS links)
    if(link MATCHES "^\\$<BUILD_INTERFACE:")
      continue()
    elseif(link MATCHES "^dropzone::(.+)$")
      list(APPEND COMPONENTS ${CMAKE_MATCH_1})
    elseif(link MATCHES "^PkgConfig::(.+)$")
      list(APPEND MODULES "${CMAKE_MATCH_1}=${${CMAKE_MATCH_1}_MODULE_NAME}")
    elseif(link STREQUAL "SQLite::SQLite3")
      list(APPEND PACKAGES SQLite3)
    elseif(link STREQUAL "cjose")
      continue()  # Found by the linker: its pkg-config file asks for more than its package brings.
    elseif(link MATCHES "^([A-Za-z0-9_-]+)::")
      list(APPEND PACKAGES ${CMAKE_MATCH_1})
    else()
      message(FATAL_ERROR "${target} links ${link}, which the installed package could not find "
        "again: link an imported target, or $<BUILD_INTERFACE:${link}> if it is headers alone.")
    endif()
  endforeach()
  foreach(kind COMPONENTS PACKAGES MODULES)
    list(REMOVE_DUPLICATES ${kind})
    set(${kind} "${${kind}}" PARENT_SCOPE)
  endforeach()
endfunction()

get_property(libraries GLOBAL PROPERTY DROPZONE_LIBRARIES)
set(dropzone_components)
set(dropzone_requirements)
set(dropzone_packages)  # everything that some component has to find
foreach(library IN LISTS libraries)
  get_target_property(component ${library} EXPORT_NAME)
  dropzone_classify_links(${library})
  list(APPEND dropzone_components ${component})
  list(APPEND dropzone_packages ${PACKAGES})
  string(APPEND dropzone_requirements
    "set(_dropzone_${component}_components ${COMPONENTS})\n"
    "set(_dropzone_${component}_packages ${PACKAGES})\n"
    "set(_dropzone_${component}_modules ${MODULES})\n")
  install(TARGETS ${library} EXPORT dropzone-${component}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
  install(EXPORT dropzone-${component}
    FILE dropzone-${component}-targets.cmake NAMESPACE dropzone::
    DESTINATION ${dropzone_package_dir} COMPONENT development)
endforeach()

list(REMOVE_DUPLICATES dropzone_packages)

configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/dropzoneConfig.cmake.in
  ${PROJECT_BINARY_DIR}/dropzoneConfig.cmake
  INSTALL_DESTINATION ${dropzone_package_dir}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/dropzoneConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(
  FILES ${PROJECT_BINARY_DIR}/dropzoneConfig.cmake ${PROJECT_BINARY_DIR}/dropzoneConfigVersion.cmake
  DESTINATION ${dropzone_package_dir} COMPONENT development)

if(TARGET dropzone-server)
  install(TARGETS dropzone-server RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT server)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/kinds DESTINATION ${CMAKE_INSTALL_DATADIR}/dropzone
    COMPONENT server FILES_MATCHING PATTERN "*.json")
endif()
