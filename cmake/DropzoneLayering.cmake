# Checks, at configure time, what the libraries may link. Include it after all of them are declared.
#
# The core links nothing. An adapter's public links are components of this package and Threads:
# the library that it adapts is its own affair. Headers of Debian packages are all found in
# /usr/include, linked or not, so tests/layering looks at the includes as well.
function(dropzone_check_links library)
  get_target_property(private_links ${library} LINK_LIBRARIES)
  get_target_property(public_links ${library} INTERFACE_LINK_LIBRARIES)
  if(library STREQUAL "dropzone_core")
    list(FILTER private_links EXCLUDE REGEX "^\\$<BUILD_INTERFACE:dropzone_options>$")
    if(private_links)
      message(FATAL_ERROR "dropzone_core must link nothing, but links ${private_links}")
    endif()
  endif()
  list(FILTER public_links EXCLUDE REGEX "^(\\$<LINK_ONLY:.*|dropzone::.*|Threads::Threads)$")
  if(public_links)
    message(FATAL_ERROR "${library} must not link ${public_links} publicly: use PRIVATE_LINKS")
  endif()
endfunction()

get_property(libraries GLOBAL PROPERTY DROPZONE_LIBRARIES)
foreach(library IN LISTS libraries)
  dropzone_check_links(${library})
endforeach()
