#include "reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <dropzone/value/extent.h>
#include <dropzone/value/json_pointer.h>
#include <dropzone/value/record_id.h>

#include "machine.h"
#include "scalars.h"
#include "tables.h"

namespace dropzone::lua {
namespace {

// The reader's position: a member's name or, if that is null, an element's index.
struct Place {
  const char* name;
  std::size_t size;
  std::size_t index;
};

// What is made is in the Run; an error may skip all frames of the reader.
struct Reader {
  Run& run;
  std::size_t places = 0;
  std::array<Place, kMaxNesting> path = {};
};

static_assert(std::is_trivially_destructible_v<Reader>);

std::string pointer_of(const Reader& reader) {
  std::string pointer;
  for (std::size_t i = 0; i < reader.places; ++i) {
    const Place& place = reader.path[i];
    if (place.name) {
      append_pointer(pointer, {place.name, place.size});
    } else {
      pointer = pointer_to(std::move(pointer), place.index);
    }
  }
  return pointer;
}

void note_refusal(Reader& reader, ErrorCode code, std::string_view what) noexcept {
  try {
    std::string pointer = pointer_of(reader);
    if (!is_utf8(pointer)) pointer.clear();
    std::string where =
        pointer.empty() ? "The script's result" : "What the script put at " + pointer;
    reader.run.error = Error{code, std::move(where) + " " + std::string(what), std::move(pointer)};
  } catch (...) {
    reader.run.error = Error{code};
  }
}

[[noreturn]] void refuse(lua_State* state, Reader& reader, const char* what,
                         ErrorCode code = ErrorCode::step_failed) {
  note_refusal(reader, code, what);
  luaL_error(state, "refused");
  std::abort();  // luaL_error() does not return, and does not say so.
}

// Asks the allowance for what is about to be made at the reader's place.
void ask(lua_State* state, Reader& reader, const Extent& extent) {
  const bool allowed = [&]() noexcept {
    auto made = reader.run.context.allowance.make_at(reader.places, extent);
    if (!made) {
      made.error().pointer = pointer_of(reader);
      reader.run.error = std::move(made).error();
    }
    return reader.run.error == std::nullopt;
  }();
  if (!allowed) luaL_error(state, "refused");
}

// False if there is no memory.
template <typename Make>
bool try_to(const Make& make) noexcept {
  try {
    make();
    return true;
  } catch (...) {
    return false;
  }
}

void no_memory(lua_State* state, Reader& reader) {
  refuse(state, reader, "does not fit into the server's memory.", ErrorCode::record_too_large);
}

void read_value(lua_State* state, Reader& reader, Value& out);

// Reads the value on top of the stack into its place, and pops it.
void read_part(lua_State* state, Reader& reader, const Place& place, Value& out) {
  reader.path[reader.places++] = place;
  read_value(state, reader, out);
  --reader.places;
  lua_pop(state, 1);
}

void read_text(lua_State* state, Reader& reader, Value& out) {
  std::size_t size = 0;
  const char* text = lua_tolstring(state, -1, &size);
  charge(state, size / 32);
  if (!is_utf8({text, size})) refuse(state, reader, "is text that is not UTF-8.");
  if (heap_bytes(size) > 0) ask(state, reader, {.depth = 0, .bytes = heap_bytes(size)});
  if (!try_to([&] { out = Value(std::string(text, size)); })) no_memory(state, reader);
}

void read_number(lua_State* state, Reader& reader, Value& out) {
  if (lua_isinteger(state, -1) != 0) {
    out = Value(std::int64_t{lua_tointeger(state, -1)});
    return;
  }
  const double number = lua_tonumber(state, -1);
  if (std::isnan(number))
    refuse(state, reader, "is not a number (NaN).", ErrorCode::number_out_of_range);
  if (std::isinf(number)) refuse(state, reader, "is infinite.", ErrorCode::number_out_of_range);
  out = Value(number);
}

void read_userdata(lua_State* state, Value& out) {
  const void* bytes = lua_touserdata(state, -1);
  if (shape_at(state, -1) == Shape::timestamp) {
    Timestamp timestamp;
    std::memcpy(&timestamp, bytes, sizeof timestamp);
    out = Value(timestamp);
  } else {
    std::uint64_t integer = 0;
    std::memcpy(&integer, bytes, sizeof integer);
    out = Value(integer);
  }
}

void check_name(lua_State* state, Reader& reader, std::string_view name) {
  charge(state, 1 + name.size() / 32);
  if (!is_utf8(name)) refuse(state, reader, "has a member whose name is not UTF-8.");
  const bool reserved = name == "_id" || name == "_original" || name == "_meta";
  if (reader.places == 0 && reserved) {
    reader.path[reader.places++] = {name.data(), name.size(), 0};
    refuse(state, reader, "has a name that is the server's own.", ErrorCode::reserved_name);
  }
}

// Of an object whose names are a list on top of the stack, in their order; pops it.
void read_object(lua_State* state, Reader& reader, int table, Value& out) {
  const int names = lua_gettop(state);
  const auto count = static_cast<lua_Integer>(lua_rawlen(state, names));
  ask(state, reader, {.depth = 1, .bytes = 0});
  out = Value(Object());
  Object& object = *out.as_object();
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(state, names, i);
    std::size_t size = 0;
    const char* name = lua_tolstring(state, -1, &size);
    lua_pushvalue(state, -1);
    if (lua_rawget(state, table) != LUA_TNIL) {
      check_name(state, reader, {name, size});
      ask(state, reader, {.depth = 0, .bytes = sizeof(Member) + heap_bytes(size)});
      if (!try_to([&] { object.append(std::string(name, size), Value()); }))
        no_memory(state, reader);
      read_part(state, reader, {name, size, 0}, object.members().back().value);
    } else {
      lua_pop(state, 1);
    }
    lua_pop(state, 1);
  }
  lua_pop(state, 1);
}

void read_array(lua_State* state, Reader& reader, int table, Value& out) {
  const auto count = static_cast<std::size_t>(lua_rawlen(state, table));
  ask(state, reader, {.depth = 1, .bytes = count * sizeof(Value)});
  out = Value(Array());
  Array& array = *out.as_array();
  if (!try_to([&] { array.resize(count); })) no_memory(state, reader);
  for (std::size_t i = 0; i < count; ++i) {
    lua_rawgeti(state, table, static_cast<lua_Integer>(i) + 1);
    read_part(state, reader, {nullptr, 0, i}, array[i]);
  }
}

struct Keys {
  std::size_t count = 0;
  lua_Integer last = 0;
  bool integers = false;
  bool texts = false;
  bool others = false;
  /// Whether they are 1 to their number.
  [[nodiscard]] bool are_of_array() const noexcept {
    return !texts && !others && static_cast<lua_Integer>(count) == last;
  }
};

Keys keys_of(lua_State* state, int table) {
  Keys keys;
  lua_pushnil(state);
  while (lua_next(state, table) != 0) {
    lua_pop(state, 1);
    if (lua_type(state, -1) == LUA_TLIGHTUSERDATA) continue;  // Not a member.
    ++keys.count;
    if (lua_type(state, -1) == LUA_TSTRING) {
      keys.texts = true;
    } else if (lua_isinteger(state, -1) != 0 && lua_tointeger(state, -1) > 0) {
      keys.integers = true;
      keys.last = std::max(keys.last, lua_tointeger(state, -1));
    } else {
      keys.others = true;
    }
  }
  charge(state, keys.count);
  return keys;
}

void read_plain(lua_State* state, Reader& reader, int table, Value& out) {
  const Keys keys = keys_of(state, table);
  if (keys.count == 0) {
    refuse(state, reader, "is an empty table: write array() or object(), whichever it is.");
  }
  if (keys.others) {
    refuse(state, reader, "is a table with a key that is neither text nor an integer from 1 on.");
  }
  if (keys.texts && keys.integers) {
    refuse(state, reader, "is a table with both names and indexes: an array has elements alone.");
  }
  if (!keys.texts) {
    if (!keys.are_of_array())
      refuse(state, reader, "is an array with gaps: write null for a missing element.");
    return read_array(state, reader, table, out);
  }
  push_sorted_keys(state, table);
  read_object(state, reader, table, out);
}

// What the script did not touch is moved, and costs nothing.
template <typename Source>
void read_lazy(lua_State* state, Reader& reader, int table, Value& out) {
  lua_rawgetp(state, table, &kSource);
  auto* source = static_cast<Source*>(lua_touserdata(state, -1));
  lua_pop(state, 1);
  out = Value(std::move(*source));
  ask(state, reader, {.depth = extent_of(out).depth, .bytes = 0});
}

void read_table(lua_State* state, Reader& reader, Value& out) {
  luaL_checkstack(state, 12, nullptr);
  const int table = lua_gettop(state);
  const Shape shape = shape_at(state, table);
  if (shape == Shape::taken) {
    refuse(state, reader, "is a table that is in the result twice, or in itself: use copy().");
  }
  set_shape(state, table, Shape::taken);
  switch (shape) {
    case Shape::lazy_object: read_lazy<Object>(state, reader, table, out); break;
    case Shape::lazy_array: read_lazy<Array>(state, reader, table, out); break;
    case Shape::object:
      lua_rawgetp(state, table, &kNames);
      read_object(state, reader, table, out);
      break;
    case Shape::array:
      if (!keys_of(state, table).are_of_array()) {
        refuse(state, reader,
               "is an array with gaps, or with names: write null for a missing element.");
      }
      read_array(state, reader, table, out);
      break;
    default: read_plain(state, reader, table, out);
  }
}

void read_value(lua_State* state, Reader& reader, Value& out) {
  switch (lua_type(state, -1)) {
    case LUA_TBOOLEAN: out = Value(lua_toboolean(state, -1) != 0); break;
    case LUA_TNUMBER: read_number(state, reader, out); break;
    case LUA_TSTRING: read_text(state, reader, out); break;
    case LUA_TLIGHTUSERDATA: out = Value(); break;
    case LUA_TUSERDATA: read_userdata(state, out); break;
    case LUA_TTABLE: read_table(state, reader, out); break;
    default: refuse(state, reader, "is a function, which no record can hold.");
  }
}

}  // namespace

void read_result(lua_State* state) {
  Run& run = Machine::of(state).current();
  Reader reader{run};
  if (lua_type(state, -1) != LUA_TTABLE) {
    refuse(state, reader, "is not a table: change \"record\", or return an object.");
  }
  read_value(state, reader, run.made);
  if (!run.made.as_object()) {
    refuse(state, reader, "is an array: return an object.");
  }
}

}  // namespace dropzone::lua
