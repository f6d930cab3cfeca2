#pragma once

#include <lua.hpp>

namespace dropzone::lua {

/// Makes the run's result of the table on top of the stack, or raises an error with the reason in
/// the run. Tables that are in the result are marked, so that none is there twice.
void read_result(lua_State* state);

}  // namespace dropzone::lua
