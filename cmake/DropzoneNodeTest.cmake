# dropzone_node_test(NAME [BROWSER] FILES ... [ENVIRONMENT NAME=VALUE ...])
#
# Registers tests that are written for node's test runner; they start the server themselves. They
# are skipped where node is missing, with BROWSER also where chromium is.
function(dropzone_node_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "BROWSER" "" "FILES;ENVIRONMENT")
  set(browser)
  if(arg_BROWSER)
    set(browser --with-browser)
  endif()
  add_test(NAME "${name}" COMMAND "${PROJECT_SOURCE_DIR}/tests/node.sh" ${browser} ${arg_FILES}
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  set(environment "DROPZONE_TEST_OUTPUT=${CMAKE_CURRENT_BINARY_DIR}" ${arg_ENVIRONMENT})
  if(TARGET dropzone-server)
    list(APPEND environment "DROPZONE_SERVER=$<TARGET_FILE:dropzone-server>")
  endif()
  set_tests_properties("${name}" PROPERTIES
    ENVIRONMENT "${environment}" LABELS node SKIP_RETURN_CODE 77 TIMEOUT 300)
endfunction()
