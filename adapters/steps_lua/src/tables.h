#pragma once

#include <dropzone/value/value.h>

#include <lua.hpp>

#include "machine.h"

namespace dropzone::lua {

// How objects and arrays are tables. One of the record's is empty at first and leads to its source;
// the first access fills in its members, of which objects and arrays are empty again. An object's
// table knows the names of its members in their order. All of these may raise errors.

/// Keys of what tables have besides their members, which no script can make.
inline constexpr char kSource = 0;  ///< The Object or Array that a lazy table stands for.
inline constexpr char kNames = 0;   ///< An object's names, by position; and each name is true.

/// The shape of a table, or of a full userdata.
[[nodiscard]] Shape shape_at(lua_State* state, int index) noexcept;
void set_shape(lua_State* state, int index, Shape shape) noexcept;

/// The source outlives the run and does not move.
void push_object(lua_State* state, Object& object);

/// Fills in the metatables of tables.
void set_up_tables(lua_State* state);

/// Pushes a list of a plain table's keys: integers, then texts by their bytes. Raises an error if
/// there are others.
void push_sorted_keys(lua_State* state, int index);

/// `pairs(table)`: members in their order, and in one order for each table.
int pairs(lua_State* state);
/// `array(table?)`: an empty array, or one of the table's elements.
int make_array(lua_State* state);
/// `object()`.
int make_object(lua_State* state);

}  // namespace dropzone::lua
