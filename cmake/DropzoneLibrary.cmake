include(GNUInstallDirs)

# dropzone_library(NAME SOURCES ... HEADERS ... [LINKS ...] [PRIVATE_LINKS ...])
#
# Defines the static library dropzone_NAME with the alias dropzone::NAME. HEADERS are the public
# ones, relative to include/; they form a FILE_SET, so each is installed and compiled alone.
function(dropzone_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;LINKS;PRIVATE_LINKS")
  set(target dropzone_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(dropzone::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} VERIFY_INTERFACE_HEADER_SETS ON)
  list(TRANSFORM arg_HEADERS PREPEND include/)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${arg_HEADERS})
  target_include_directories(${target} PRIVATE src)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target}
    PUBLIC ${arg_LINKS}
    PRIVATE ${arg_PRIVATE_LINKS} $<BUILD_INTERFACE:dropzone_options>)
  set_property(GLOBAL APPEND PROPERTY DROPZONE_LIBRARIES ${target})
endfunction()

# What all sources of tests are compiled with: main()'s target, its precompiled header, the paths.
function(dropzone_compile_as_test target)
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE ${ARGN} dropzone_test_main dropzone_options)
  target_precompile_headers(${target} REUSE_FROM dropzone_test_main)
  target_compile_definitions(${target} PRIVATE
    DROPZONE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" DROPZONE_BINARY_DIR="${PROJECT_BINARY_DIR}")
endfunction()

# dropzone_test_objects(NAME SOURCES ... [LINKS ...])
#
# Compiles sources that several test executables have, once: they name NAME among their LINKS.
function(dropzone_test_objects name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  add_library(${name} OBJECT ${arg_SOURCES})
  # As executables are, for which the precompiled header is made.
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${name} PRIVATE -fPIE)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  dropzone_compile_as_test(${name} ${arg_LINKS})
endfunction()

# dropzone_test(NAME SOURCES ... [LINKS ...] [LABEL label] [EMULATOR [option...]])
#
# Defines the Catch2 executable NAME and registers each of its test cases with ctest, under LABEL
# (default: NAME). With EMULATOR it is a single ctest test, run against a fresh Datastore emulator;
# the options go to tests/emulator/with_datastore_emulator. Under sanitizers (tests/sanitizers) the
# cases tagged [figures] are left out: they look at memory, time or descriptors of the process.
# A case that WARNs "Skipped: …" is reported as skipped.
function(dropzone_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL" "SOURCES;LINKS;EMULATOR")
  add_executable(${name} ${arg_SOURCES})
  dropzone_compile_as_test(${name} ${arg_LINKS})
  set_property(GLOBAL APPEND PROPERTY DROPZONE_SUITES ${name})
  if("EMULATOR" IN_LIST ARGN)
    set(wrapper ${PROJECT_SOURCE_DIR}/tests/emulator/with_datastore_emulator ${arg_EMULATOR})
    set_target_properties(${name} PROPERTIES DROPZONE_WRAPPER "${wrapper}")
    add_test(NAME ${name} COMMAND ${wrapper} $<TARGET_FILE:${name}>)
    set_tests_properties(${name} PROPERTIES LABELS emulator SKIP_RETURN_CODE 77 TIMEOUT 900)
  else()
    if(NOT arg_LABEL)
      set(arg_LABEL ${name})
    endif()
    catch_discover_tests(${name}
      TEST_PREFIX "${name}/"
      EXTRA_ARGS --warn NoTests
      PROPERTIES LABELS "${arg_LABEL}" TIMEOUT 300 SKIP_REGULAR_EXPRESSION "Skipped: ")
  endif()
endfunction()
