# The Debian package of the server (deploy/scripts/build-package builds it).
#
# Its files outside of the prefix are in a component of their own, which `cmake --install` leaves
# alone unless asked for it.
set(here "${PROJECT_SOURCE_DIR}/deploy")
install(FILES "${here}/debian/server.toml" DESTINATION /etc/dropzone
  COMPONENT system EXCLUDE_FROM_ALL)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/kinds" DESTINATION /etc/dropzone
  COMPONENT system EXCLUDE_FROM_ALL FILES_MATCHING PATTERN "*.json")
install(FILES "${here}/systemd/dropzone-server.service" DESTINATION /lib/systemd/system
  COMPONENT system EXCLUDE_FROM_ALL)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" RENAME copyright
  DESTINATION /usr/share/doc/dropzone-server COMPONENT system EXCLUDE_FROM_ALL)

# Those that dpkg leaves alone if somebody has changed them.
file(GLOB kinds RELATIVE "${PROJECT_SOURCE_DIR}" CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/kinds/*.json")
set(conffiles "/etc/dropzone/server.toml\n")
foreach(kind IN LISTS kinds)
  string(APPEND conffiles "/etc/dropzone/${kind}\n")
endforeach()
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/debian/conffiles" CONTENT "${conffiles}" @ONLY)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME dropzone-server)
set(CPACK_PACKAGE_CONTACT "The Data Dropzone authors <dropzone@localhost>")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL server system)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, init-system-helpers, libcurl4 (>= 7.85)")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${PROJECT_BINARY_DIR}/debian/conffiles"
  "${here}/debian/postinst"
  "${here}/debian/prerm" "${here}/debian/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
