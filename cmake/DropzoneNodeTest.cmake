# dropzone_node_test(NAME [BROWSER] [EMULATOR] FILES ... [ENVIRONMENT NAME=VALUE ...])
#
# Registers tests that are written for node's test runner; they start the server themselves. They
# are skipped if node is missing, with BROWSER also if chromium is. With EMULATOR they run
# against one fresh Datastore emulator, and are skipped if that is not installed.
function(dropzone_node_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "BROWSER;EMULATOR" "" "FILES;ENVIRONMENT")
  set(needs)
  set(labels node)
  set(limit 600)
  if(arg_BROWSER)
    list(APPEND needs --with-browser)
    set(limit 900)
  endif()
  if(arg_EMULATOR)
    list(APPEND needs --with-emulator)
    list(APPEND labels emulator)
    set(limit 900)
  endif()
  add_test(NAME "${name}" COMMAND "${PROJECT_SOURCE_DIR}/tests/node.sh" ${needs} ${arg_FILES}
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  set(environment "DROPZONE_TEST_OUTPUT=${CMAKE_CURRENT_BINARY_DIR}" ${arg_ENVIRONMENT})
  if(TARGET dropzone-server)
    list(APPEND environment "DROPZONE_SERVER=$<TARGET_FILE:dropzone-server>")
  endif()
  set_tests_properties("${name}" PROPERTIES
    ENVIRONMENT "${environment}" LABELS "${labels}" SKIP_RETURN_CODE 77 TIMEOUT ${limit})
endfunction()
