#include "library.h"

#include <cstring>
#include <string_view>

#include "machine.h"
#include "scalars.h"
#include "tables.h"
#include "text_functions.h"

namespace dropzone::lua {
namespace {

// What is as simple in Lua, and is counted as all Lua is. Sorting is stable, so that it has one
// result alone, unlike Lua's own.
constexpr std::string_view kInLua = R"lua(
local array, object, pairs, type, min = array, object, pairs, type, math.min

function copy(value)
  if type(value) ~= "table" then return value end
  local made = is_array(value) and array() or object()
  for key, part in pairs(value) do made[key] = copy(part) end
  return made
end

local function is_less(a, b) return a < b end

function table.sort(list, before)
  before = before or is_less
  local size, from, into, width = #list, list, {}, 1
  while width < size do
    for first = 1, size, 2 * width do
      local middle, last = min(first + width, size + 1), min(first + 2 * width, size + 1)
      local left, right = first, middle
      for at = first, last - 1 do
        if left < middle and (right >= last or not before(from[right], from[left])) then
          into[at] = from[left]
          left = left + 1
        else
          into[at] = from[right]
          right = right + 1
        end
      end
    end
    from, into, width = into, from, 2 * width
  end
  if from ~= list then
    for at = 1, size do list[at] = from[at] end
  end
end
)lua";

// What a call costs besides its instruction and the memory that it takes.
using Cost = std::size_t (*)(lua_State*);

std::size_t length_at(lua_State* state, int index) {
  if (lua_type(state, index) == LUA_TSTRING) return lua_rawlen(state, index) / 8;
  return lua_type(state, index) == LUA_TTABLE ? static_cast<std::size_t>(luaL_len(state, index))
                                              : 0;
}

std::size_t by_length(lua_State* state) { return length_at(state, 1); }

// table.insert() and table.remove() move what comes after a place, if they are given one.
template <int arguments>
std::size_t by_moved(lua_State* state) {
  return lua_gettop(state) >= arguments ? length_at(state, 1) : 1;
}

std::size_t distance(lua_Integer first, lua_Integer last) {
  return last < first ? 0 : static_cast<std::size_t>(last) - static_cast<std::size_t>(first);
}

std::size_t by_range(lua_State* state) {
  return distance(lua_tointeger(state, 2), lua_tointeger(state, 3));
}

std::size_t by_unpacked(lua_State* state) {
  const auto last = lua_isnoneornil(state, 3) ? luaL_len(state, 1) : lua_tointeger(state, 3);
  return distance(lua_isnoneornil(state, 2) ? 1 : lua_tointeger(state, 2), last);
}

std::size_t by_repeats(lua_State* state) { return distance(0, lua_tointeger(state, 2)) / 8; }

// Its upvalue is the function of Lua's own library, which is called as if it had been called
// itself.
template <Cost cost>
int charged(lua_State* state) {
  charge(state, cost(state));
  return lua_tocfunction(state, lua_upvalueindex(1))(state);
}

// Texts of tables and functions are addresses.
int format(lua_State* state) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(state, 1, &size);
  charge(state, size / 8);
  for (std::size_t at = 0; at + 1 < size; ++at) {
    if (text[at] != '%') continue;
    ++at;
    while (at < size && text[at] != '\0' && std::strchr("-+ #0123456789.", text[at])) ++at;
    if (at < size && text[at] == 'p') luaL_error(state, "string.format has no '%%p' here");
  }
  for (int i = lua_gettop(state); i > 1; --i) {
    const int type = lua_type(state, i);
    if (type == LUA_TTABLE || type == LUA_TFUNCTION) {
      luaL_argerror(state, i, "a table or function has no text");
    }
    if (type == LUA_TLIGHTUSERDATA) {
      lua_pushliteral(state, "null");
      lua_replace(state, i);
    }
  }
  return lua_tocfunction(state, lua_upvalueindex(1))(state);
}

int reject(lua_State* state) {
  std::size_t size = 0;
  const char* message = luaL_checklstring(state, 1, &size);
  Machine::of(state).reject({message, size});
  return luaL_error(state, "rejected");
}

int is_array(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  const Shape shape = shape_at(state, 1);
  const bool listed = shape == Shape::plain && lua_rawlen(state, 1) > 0;
  lua_pushboolean(state,
                  static_cast<int>(shape == Shape::array || shape == Shape::lazy_array || listed));
  return 1;
}

// A library function: Lua's own if it is not replaced, and the replacement to call first.
struct Entry {
  const char* name;
  lua_CFunction function = nullptr;
};

constexpr Entry kBase[] = {
    {"assert"}, {"error"}, {"ipairs"}, {"select"}, {"tonumber", charged<by_length>}};
constexpr Entry kMath[] = {{"abs"},        {"acos"},       {"asin"},      {"atan"},  {"ceil"},
                           {"cos"},        {"deg"},        {"exp"},       {"floor"}, {"fmod"},
                           {"huge"},       {"log"},        {"max"},       {"min"},   {"modf"},
                           {"maxinteger"}, {"mininteger"}, {"pi"},        {"rad"},   {"sin"},
                           {"sqrt"},       {"tan"},        {"tointeger"}, {"type"},  {"ult"}};
constexpr Entry kText[] = {{"byte", charged<by_length>},
                           {"char"},
                           {"find", text_find},
                           {"format", format},
                           {"gmatch", text_gmatch},
                           {"gsub", text_gsub},
                           {"len"},
                           {"lower", charged<by_length>},
                           {"match", text_match},
                           {"rep", charged<by_repeats>},
                           {"reverse", charged<by_length>},
                           {"sub"},
                           {"upper", charged<by_length>}};
constexpr Entry kTable[] = {{"concat", charged<by_length>},   {"insert", charged<by_moved<3>>},
                            {"move", charged<by_range>},      {"pack"},
                            {"remove", charged<by_moved<2>>}, {"unpack", charged<by_unpacked>}};
constexpr Entry kUtf8[] = {{"char"},
                           {"charpattern"},
                           {"codepoint", charged<by_length>},
                           {"codes"},
                           {"len", charged<by_length>},
                           {"offset", charged<by_length>}};

// Takes what scripts may use of the library on top of the stack, and pushes a table of it.
template <std::size_t size>
void push_chosen(lua_State* state, const Entry (&entries)[size]) {
  const int own = lua_gettop(state);
  lua_createtable(state, 0, static_cast<int>(size));
  for (const Entry& entry : entries) {
    lua_getfield(state, own, entry.name);
    if (entry.function) lua_pushcclosure(state, entry.function, 1);
    lua_setfield(state, -2, entry.name);
  }
}

template <std::size_t size>
void add_library(lua_State* state, int globals, const char* name, lua_CFunction open,
                 const Entry (&entries)[size]) {
  lua_pushcfunction(state, open);
  lua_call(state, 0, 1);
  push_chosen(state, entries);
  lua_setfield(state, globals, name);
  lua_pop(state, 1);
}

void add(lua_State* state, const char* name, lua_CFunction function) {
  lua_pushcfunction(state, function);
  lua_setfield(state, -2, name);
}

void run_lua(lua_State* state, int globals) {
  if (luaL_loadbufferx(state, kInLua.data(), kInLua.size(), "=library", "t") != LUA_OK) {
    lua_error(state);
  }
  lua_pushvalue(state, globals);
  lua_setupvalue(state, -2, 1);
  lua_call(state, 0, 0);
}

int refuse_assignment(lua_State* state) {
  return luaL_error(state, "the functions of Lua cannot be changed");
}

// Puts an empty table that leads to the library in its place: one that cannot be changed.
void protect(lua_State* state, int globals, const char* name) {
  lua_newtable(state);
  lua_createtable(state, 0, 2);
  lua_getfield(state, globals, name);
  lua_setfield(state, -2, "__index");
  add(state, "__newindex", refuse_assignment);
  lua_setmetatable(state, -2);
  lua_setfield(state, globals, name);
}

// What ("text"):upper() finds.
void set_methods_of_text(lua_State* state, int globals) {
  lua_pushliteral(state, "");
  lua_getmetatable(state, -1);
  lua_getfield(state, globals, "string");
  lua_setfield(state, -2, "__index");
  lua_pop(state, 2);
}

}  // namespace

void push_library(lua_State* state) {
  lua_pushcfunction(state, luaopen_base);
  lua_call(state, 0, 1);
  push_chosen(state, kBase);
  lua_remove(state, -2);
  const int globals = lua_gettop(state);
  add_library(state, globals, "math", luaopen_math, kMath);
  add_library(state, globals, "string", luaopen_string, kText);
  add_library(state, globals, "table", luaopen_table, kTable);
  add_library(state, globals, "utf8", luaopen_utf8, kUtf8);
  add(state, "array", make_array);
  add(state, "is_array", is_array);
  add(state, "object", make_object);
  add(state, "pairs", pairs);
  add(state, "reject", reject);
  add(state, "timestamp", make_timestamp);
  add(state, "tostring", text_of_value);
  add(state, "type", type_of_value);
  push_null(state);
  lua_setfield(state, globals, "null");
  run_lua(state, globals);
  set_methods_of_text(state, globals);
  for (const char* name : {"math", "string", "table", "utf8"}) protect(state, globals, name);
  lua_pushvalue(state, globals);
  lua_rawseti(state, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
}

}  // namespace dropzone::lua
