#pragma once

#include <lua.hpp>

namespace dropzone::lua {

// Lua's functions of patterns, whose work counts as instructions.
int text_find(lua_State* state);
int text_match(lua_State* state);
int text_gmatch(lua_State* state);
int text_gsub(lua_State* state);

}  // namespace dropzone::lua
