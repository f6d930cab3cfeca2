#pragma once

#include <lua.hpp>

namespace dropzone::lua {

/// Pushes the table of what scripts may call. May raise errors. The tables in it are read-only.
void push_library(lua_State* state);

}  // namespace dropzone::lua
