#pragma once

#include <cstdint>

#include <dropzone/value/timestamp.h>

#include <lua.hpp>

namespace dropzone::lua {

// The scalars of a record that Lua lacks. Null is a light userdata, and the only one that scripts
// see; timestamps and integers from 2^63 on are full userdata. All of these may raise errors.

inline void push_null(lua_State* state) { lua_pushlightuserdata(state, nullptr); }
void push_timestamp(lua_State* state, Timestamp timestamp);
void push_unsigned(lua_State* state, std::uint64_t integer);

/// Fills in the metatables of timestamps and large integers: they compare, and have a text.
void set_up_scalars(lua_State* state);

/// `timestamp(text)` and `timestamp(microseconds)`.
int make_timestamp(lua_State* state);
/// `type(value)`, which knows null, timestamps and large integers.
int type_of_value(lua_State* state);
/// `tostring(value)`, which shows no addresses.
int text_of_value(lua_State* state);

}  // namespace dropzone::lua
