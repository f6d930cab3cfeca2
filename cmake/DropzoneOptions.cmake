# Compiler settings as INTERFACE targets: dropzone_warnings, dropzone_sanitizers, dropzone_options.
# They are build requirements only and are never exported.

set(DROPZONE_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined or thread")

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(DROPZONE_CCACHE ccache)
if(DROPZONE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Sources that use a precompiled header are cached too, and clones share their results.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 "${DROPZONE_CCACHE}")
endif()

add_library(dropzone_warnings INTERFACE)
target_compile_options(dropzone_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wold-style-cast -Wcast-align -Wnull-dereference)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(dropzone_warnings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these falsely inside libstdc++ once it inlines.
  target_compile_options(dropzone_warnings INTERFACE
    -Wno-null-dereference -Wno-error=restrict -Wno-error=maybe-uninitialized
    -Wno-error=stringop-overflow -Wno-error=array-bounds -Wno-error=free-nonheap-object
    -Wno-error=stringop-overread -Wno-error=tsan)
endif()

if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # A source that another includes is not a header: its classes may have members of its own types.
  target_compile_options(dropzone_warnings INTERFACE -Wno-subobject-linkage)
endif()

add_library(dropzone_sanitizers INTERFACE)
if(DROPZONE_SANITIZE)
  target_compile_options(dropzone_sanitizers INTERFACE
    -fsanitize=${DROPZONE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(dropzone_sanitizers INTERFACE -fsanitize=${DROPZONE_SANITIZE})
endif()

add_library(dropzone_options INTERFACE)
target_link_libraries(dropzone_options INTERFACE dropzone_warnings dropzone_sanitizers)
find_program(DROPZONE_MOLD mold)
if(DROPZONE_MOLD)
  target_link_options(dropzone_options INTERFACE -fuse-ld=mold)
endif()
