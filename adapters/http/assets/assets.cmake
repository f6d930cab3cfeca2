# Sets dropzone_assets_source to the generated source of the files that the server serves from its own
# executable: our pages, the specification, Swagger UI from its npm package, and the console.

option(DROPZONE_SWAGGER_UI "Put Swagger UI into the server (its package comes from npm)" ON)
option(DROPZONE_CONSOLE "Put the web console into the server (its packages come from npm)" ON)
find_program(DROPZONE_GZIP gzip REQUIRED)
find_program(DROPZONE_NPM npm)
find_program(DROPZONE_NODE node)

set(here "${CMAKE_CURRENT_LIST_DIR}")
set(work "${CMAKE_CURRENT_BINARY_DIR}/assets")
set(dropzone_assets_source "${work}/embedded_assets_table.cc")
set(html "text/html%3B charset=utf-8")
set(css "text/css%3B charset=utf-8")
set(javascript "text/javascript%3B charset=utf-8")
set(text "text/plain%3B charset=utf-8")
set(table "")
set(sources "")

macro(package_asset path type file)
  string(APPEND table "${path}|${type}|${file}\n")
endmacro()

macro(asset path type file)
  package_asset("${path}" "${type}" "${file}")
  list(APPEND sources "${file}")
endmacro()

# The page that says that a part of the server is missing, and which option adds it.
function(unavailable_page file unavailable unavailable_option)
  configure_file("${here}/unavailable.html.in" "${file}" @ONLY)
endfunction()

asset(/ "${html}" "${here}/landing.html")
asset(/swagger/landing.js "${javascript}" "${here}/landing.js")
asset(/swagger/site.css "${css}" "${here}/site.css")
asset(/swagger/icon.svg image/svg+xml "${here}/icon.svg")
asset(/favicon.ico image/svg+xml "${here}/icon.svg")
asset(/openapi.yaml "application/yaml%3B charset=utf-8" "${PROJECT_SOURCE_DIR}/docs/openapi/dropzone.yaml")
asset(/openapi.json application/json "${PROJECT_SOURCE_DIR}/docs/openapi/dropzone.json")
asset(/openapi-3.2.json application/json "${PROJECT_SOURCE_DIR}/docs/openapi/dropzone-3.2.json")

set(swagger_page "${work}/swagger-unavailable.html")
unavailable_page("${swagger_page}" "Swagger UI" DROPZONE_SWAGGER_UI)
set(installed "")
if(DROPZONE_SWAGGER_UI AND NOT DROPZONE_NPM)
  message(WARNING "npm is missing: the server is built without Swagger UI, and /swagger says so. "
    "Install nodejs and npm and configure again, or set DROPZONE_SWAGGER_UI=OFF.")
elseif(DROPZONE_SWAGGER_UI)
  set(swagger_page "${here}/swagger.html")
  set(package "${work}/node_modules/swagger-ui-dist")
  asset(/swagger/swagger-initializer.js "${javascript}" "${here}/swagger-initializer.js")
  asset(/swagger/swagger-plugin.js "${javascript}" "${here}/swagger-plugin.js")
  package_asset(/swagger/swagger-ui-bundle.js "${javascript}" "${package}/swagger-ui-bundle.js")
  package_asset(/swagger/swagger-ui.css "${css}" "${package}/swagger-ui.css")
  package_asset(/swagger/LICENSE "${text}" "${package}/LICENSE")
  package_asset(/swagger/NOTICE "${text}" "${package}/NOTICE")
  package_asset(/swagger/swagger-ui-bundle.js.LICENSE.txt "${text}"
    "${package}/swagger-ui-bundle.js.LICENSE.txt")

  # The package's files are dated 1985, so a file of our own records when they were installed.
  set(installed "${work}/swagger-ui.installed")
  add_custom_command(OUTPUT "${installed}"
    COMMAND "${CMAKE_COMMAND}" -E copy "${here}/package.json" "${here}/package-lock.json" "${work}"
    COMMAND "${DROPZONE_NPM}" ci --ignore-scripts --no-audit --no-fund
    COMMAND "${CMAKE_COMMAND}" -E touch "${installed}"
    WORKING_DIRECTORY "${work}"
    DEPENDS "${here}/package.json" "${here}/package-lock.json"
    COMMENT "Installing Swagger UI (to do without: -DDROPZONE_SWAGGER_UI=OFF)"
    VERBATIM)
endif()
asset(/swagger "${html}" "${swagger_page}")

set(console "${work}/console")
set(console_built "")
set(console_assets "")
set(console_unavailable "${work}/console-unavailable.html")
set(console_page "${console_unavailable}")
unavailable_page("${console_page}" "The console" DROPZONE_CONSOLE)
if(DROPZONE_CONSOLE AND NOT (DROPZONE_NPM AND DROPZONE_NODE))
  message(WARNING "node or npm is missing: the server is built without its console, and /console says so. "
    "Install nodejs and npm and configure again, or set DROPZONE_CONSOLE=OFF.")
elseif(DROPZONE_CONSOLE)
  set(console_source "${PROJECT_SOURCE_DIR}/apps/console")
  set(console_page "${console}/built/index.html")
  set(console_assets "${console}/built/assets")
  file(GLOB_RECURSE console_files CONFIGURE_DEPENDS "${console_source}/src/*")

  set(console_installed "${work}/console.installed")
  add_custom_command(OUTPUT "${console_installed}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${console}"
    COMMAND "${CMAKE_COMMAND}" -E copy "${console_source}/package.json"
      "${console_source}/package-lock.json" "${console}"
    COMMAND "${CMAKE_COMMAND}" -E chdir "${console}"
      "${DROPZONE_NPM}" ci --omit=dev --ignore-scripts --no-audit --no-fund
    COMMAND "${CMAKE_COMMAND}" -E touch "${console_installed}"
    DEPENDS "${console_source}/package.json" "${console_source}/package-lock.json"
    COMMENT "Installing what the console is built of (to do without: -DDROPZONE_CONSOLE=OFF)"
    VERBATIM)
  set(console_built "${work}/console.built")
  add_custom_command(OUTPUT "${console_built}" BYPRODUCTS "${console_page}"
    COMMAND "${CMAKE_COMMAND}" -E chdir "${console}"
      "${DROPZONE_NODE}" "${console_source}/build.mjs" "${console_source}" "${console}/built"
    COMMAND "${CMAKE_COMMAND}" -E touch "${console_built}"
    DEPENDS "${console_installed}" "${console_source}/build.mjs" "${console_source}/step_catalogue.mjs"
      "${console_source}/index.html" "${PROJECT_SOURCE_DIR}/docs/steps.md" ${console_files}
    COMMENT "Building the console"
    VERBATIM)
endif()
package_asset(/console "${html}" "${console_page}")

file(CONFIGURE OUTPUT "${work}/assets.txt" CONTENT "${table}" @ONLY)
add_custom_command(OUTPUT "${dropzone_assets_source}"
  COMMAND "${CMAKE_COMMAND}" "-DTABLE=${work}/assets.txt" "-DGZIP=${DROPZONE_GZIP}"
    "-DHASHED=${console_assets}"
    "-DOUTPUT=${dropzone_assets_source}" -P "${here}/embed.cmake"
  DEPENDS "${work}/assets.txt" "${here}/embed.cmake" ${installed} ${console_built} ${sources}
    "${console_unavailable}"
  WORKING_DIRECTORY "${work}"
  COMMENT "Embedding the pages and the specification"
  VERBATIM)
