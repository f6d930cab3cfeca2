#include "tables.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <variant>

#include "scalars.h"

namespace dropzone::lua {
namespace {

constexpr std::size_t kMaxReserved = 1'000;  // Members for which a lazy table has room at first.

int room_for(std::size_t members) noexcept {
  return static_cast<int>(std::min(members, kMaxReserved));
}

void push_lazy(lua_State* state, void* source, int elements, int members, Shape shape) {
  lua_createtable(state, elements, members);
  lua_pushlightuserdata(state, source);
  lua_rawsetp(state, -2, &kSource);
  set_shape(state, -1, shape);
}

void push_value(lua_State* state, Value& value) {
  if (const auto* text = value.as_string()) {
    lua_pushlstring(state, text->data(), text->size());
  } else if (const auto* number = value.as_double()) {
    lua_pushnumber(state, *number);
  } else if (const auto* integer = value.as_integer()) {
    lua_pushinteger(state, *integer);
  } else if (const auto* boolean = value.as_boolean()) {
    lua_pushboolean(state, static_cast<int>(*boolean));
  } else if (auto* object = value.as_object()) {
    push_object(state, *object);
  } else if (auto* array = value.as_array()) {
    push_lazy(state, array, room_for(array->size()), 1, Shape::lazy_array);
  } else if (const auto* timestamp = value.as_timestamp()) {
    push_timestamp(state, *timestamp);
  } else if (const auto* large = value.as_unsigned()) {
    push_unsigned(state, *large);
  } else {
    push_null(state);
  }
}

void* source_at(lua_State* state, int table) noexcept {
  lua_rawgetp(state, table, &kSource);
  void* source = lua_touserdata(state, -1);
  lua_pop(state, 1);
  return source;
}

void append_name(lua_State* state, int names, int name, lua_Integer position) {
  lua_pushvalue(state, name);
  lua_rawseti(state, names, position);
  lua_pushvalue(state, name);
  lua_pushboolean(state, 1);
  lua_rawset(state, names);
}

void fill_object(lua_State* state, int table, Object& object) {
  charge(state, object.size());
  lua_createtable(state, static_cast<int>(object.size()), static_cast<int>(object.size()));
  const int names = lua_gettop(state);
  lua_Integer position = 0;
  for (Member& member : object.members()) {
    lua_pushlstring(state, member.name.data(), member.name.size());
    append_name(state, names, names + 1, ++position);
    push_value(state, member.value);
    lua_rawset(state, table);
  }
  lua_rawsetp(state, table, &kNames);
  set_shape(state, table, Shape::object);
}

void fill_array(lua_State* state, int table, Array& array) {
  charge(state, array.size());
  lua_Integer position = 0;
  for (Value& element : array) {
    push_value(state, element);
    lua_rawseti(state, table, ++position);
  }
  set_shape(state, table, Shape::array);
}

// Fills in the members of a lazy table.
void fill(lua_State* state, int table) {
  luaL_checkstack(state, 8, nullptr);
  const Shape shape = shape_at(state, table);
  if (shape == Shape::lazy_object)
    fill_object(state, table, *static_cast<Object*>(source_at(state, table)));
  if (shape == Shape::lazy_array)
    fill_array(state, table, *static_cast<Array*>(source_at(state, table)));
}

int index_lazy(lua_State* state) {
  fill(state, 1);
  lua_settop(state, 2);
  lua_rawget(state, 1);
  return 1;
}

int length_of_lazy(lua_State* state) {
  fill(state, 1);
  lua_pushinteger(state, static_cast<lua_Integer>(lua_rawlen(state, 1)));
  return 1;
}

// Sets a member that is not there: a new one, or one that was removed and keeps its place.
int set_new_member(lua_State* state) {
  if (lua_isnil(state, 3)) return 0;
  if (lua_type(state, 2) != LUA_TSTRING) {
    return luaL_error(state, "a member of an object needs text as its name, not a %s",
                      luaL_typename(state, 2));
  }
  lua_rawgetp(state, 1, &kNames);
  lua_pushvalue(state, 2);
  if (lua_rawget(state, 4) == LUA_TNIL) {
    append_name(state, 4, 2, static_cast<lua_Integer>(lua_rawlen(state, 4)) + 1);
  }
  lua_settop(state, 3);
  lua_rawset(state, 1);
  return 0;
}

int set_in_lazy(lua_State* state) {
  fill(state, 1);
  lua_settop(state, 3);
  lua_settable(state, 1);
  return 0;
}

int refuse_taken(lua_State* state) {
  return luaL_error(state, "the table is in the result already");
}

void set_functions(lua_State* state, Shape shape, std::initializer_list<luaL_Reg> functions) {
  Machine::of(state).push_metatable(shape);
  for (const luaL_Reg& function : functions) {
    lua_pushcfunction(state, function.func);
    lua_setfield(state, -2, function.name);
  }
  lua_pop(state, 1);
}

// A key of a plain table.
struct Key {
  const char* text;  // Null if it is an integer.
  std::size_t size;
  lua_Integer integer;

  friend bool operator<(const Key& a, const Key& b) noexcept {
    if (!a.text || !b.text) return !a.text && (b.text || a.integer < b.integer);
    return std::string_view(a.text, a.size) < std::string_view(b.text, b.size);
  }
};

std::size_t count_keys(lua_State* state, int table) {
  std::size_t count = 0;
  lua_pushnil(state);
  while (lua_next(state, table) != 0) {
    ++count;
    lua_pop(state, 1);
  }
  return count;
}

void collect_keys(lua_State* state, int table, Key* key) {
  lua_pushnil(state);
  while (lua_next(state, table) != 0) {
    lua_pop(state, 1);
    *key = {};
    if (lua_type(state, -1) == LUA_TSTRING) {
      key->text = lua_tolstring(state, -1, &key->size);
    } else if (lua_isinteger(state, -1) != 0) {
      key->integer = lua_tointeger(state, -1);
    } else {
      luaL_error(state, "a table whose keys are neither text nor integers has no order");
    }
    ++key;
  }
}

// The iterator of pairs(): its upvalues are the table, its keys, their number and the last one's.
int next_pair(lua_State* state) {
  const lua_Integer size = lua_tointeger(state, lua_upvalueindex(3));
  lua_Integer at = lua_tointeger(state, lua_upvalueindex(4));
  while (at < size) {
    lua_rawgeti(state, lua_upvalueindex(2), ++at);
    lua_pushvalue(state, -1);
    if (lua_rawget(state, lua_upvalueindex(1)) != LUA_TNIL) {
      lua_pushinteger(state, at);
      lua_replace(state, lua_upvalueindex(4));
      return 2;
    }
    lua_pop(state, 2);
  }
  lua_pushnil(state);
  return 1;
}

int next_element(lua_State* state) {
  const lua_Integer at = luaL_checkinteger(state, 2) + 1;
  lua_pushinteger(state, at);
  return lua_rawgeti(state, 1, at) == LUA_TNIL ? 1 : 2;
}

}  // namespace

Shape shape_at(lua_State* state, int index) noexcept {
  if (lua_getmetatable(state, index) == 0) return Shape::plain;
  const Shape shape = Machine::of(state).shape_of(lua_topointer(state, -1));
  lua_pop(state, 1);
  return shape;
}

void set_shape(lua_State* state, int index, Shape shape) noexcept {
  const int table = lua_absindex(state, index);
  Machine::of(state).push_metatable(shape);
  lua_setmetatable(state, table);
}

void push_object(lua_State* state, Object& object) {
  push_lazy(state, &object, 0, room_for(object.size()) + 2, Shape::lazy_object);
}

void set_up_tables(lua_State* state) {
  for (const Shape lazy : {Shape::lazy_object, Shape::lazy_array}) {
    set_functions(
        state, lazy,
        {{"__index", index_lazy}, {"__len", length_of_lazy}, {"__newindex", set_in_lazy}});
  }
  set_functions(state, Shape::object, {{"__newindex", set_new_member}});
  set_functions(state, Shape::taken, {{"__newindex", refuse_taken}});
}

void push_sorted_keys(lua_State* state, int index) {
  luaL_checkstack(state, 8, nullptr);
  const std::size_t count = count_keys(state, index);
  charge(state, 8 * count);
  lua_createtable(state, static_cast<int>(count), 0);
  auto* keys = static_cast<Key*>(lua_newuserdatauv(state, sizeof(Key) * count + 1, 0));
  collect_keys(state, index, keys);
  std::sort(keys, keys + count);
  for (std::size_t i = 0; i < count; ++i) {
    if (keys[i].text) {
      lua_pushlstring(state, keys[i].text, keys[i].size);
    } else {
      lua_pushinteger(state, keys[i].integer);
    }
    lua_rawseti(state, -3, static_cast<lua_Integer>(i) + 1);
  }
  lua_pop(state, 1);
}

int pairs(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  lua_settop(state, 1);
  fill(state, 1);
  lua_settop(state, 1);
  const Shape shape = shape_at(state, 1);
  if (shape == Shape::array) {
    lua_pushcfunction(state, next_element);
    lua_pushvalue(state, 1);
    lua_pushinteger(state, 0);
    return 3;
  }
  if (shape == Shape::object) {
    lua_rawgetp(state, 1, &kNames);
  } else {
    push_sorted_keys(state, 1);
  }
  lua_pushinteger(state, static_cast<lua_Integer>(lua_rawlen(state, 2)));
  lua_pushinteger(state, 0);
  lua_pushcclosure(state, next_pair, 4);
  return 1;
}

int make_array(lua_State* state) {
  if (lua_isnoneornil(state, 1)) {
    lua_newtable(state);
  } else {
    luaL_checktype(state, 1, LUA_TTABLE);
    luaL_argcheck(state, shape_at(state, 1) == Shape::plain, 1,
                  "it must be a table that was made here");
    lua_settop(state, 1);
  }
  set_shape(state, -1, Shape::array);
  return 1;
}

int make_object(lua_State* state) {
  lua_newtable(state);
  lua_newtable(state);
  lua_rawsetp(state, -2, &kNames);
  set_shape(state, -1, Shape::object);
  return 1;
}

}  // namespace dropzone::lua
