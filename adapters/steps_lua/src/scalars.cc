#include "scalars.h"

#include <chrono>
#include <cstring>
#include <string>
#include <utility>

#include "machine.h"
#include "tables.h"

namespace dropzone::lua {
namespace {

template <typename T>
void push_scalar(lua_State* state, T value, Shape shape) {
  std::memcpy(lua_newuserdatauv(state, sizeof value, 0), &value, sizeof value);
  Machine::of(state).push_metatable(shape);
  lua_setmetatable(state, -2);
}

template <typename T>
T scalar_at(lua_State* state, int index) noexcept {
  T value;
  std::memcpy(&value, lua_touserdata(state, index), sizeof value);
  return value;
}

// Text of up to 32 bytes, made so that nothing can be skipped by an error.
struct ShortText {
  char bytes[32];
  std::size_t size;
};

ShortText text_of(Timestamp timestamp) noexcept {
  ShortText text{};
  const std::string made = format_timestamp(timestamp);
  text.size = made.copy(text.bytes, sizeof text.bytes);
  return text;
}

int timestamp_text(lua_State* state) {
  const ShortText text = text_of(scalar_at<Timestamp>(state, 1));
  lua_pushlstring(state, text.bytes, text.size);
  return 1;
}

int unsigned_text(lua_State* state) {
  char digits[24];
  const auto integer = scalar_at<std::uint64_t>(state, 1);
  std::size_t at = sizeof digits;
  for (std::uint64_t rest = integer; rest != 0; rest /= 10) {
    digits[--at] = static_cast<char>('0' + rest % 10);
  }
  lua_pushlstring(state, digits + at, sizeof digits - at);
  return 1;
}

[[nodiscard]] Shape scalar_shape(lua_State* state, int index) noexcept {
  return lua_type(state, index) == LUA_TUSERDATA ? shape_at(state, index) : Shape::plain;
}

// -1, 0 or 1. Raises an error unless the two can be compared.
int compare(lua_State* state) {
  const Shape left = scalar_shape(state, 1);
  const Shape right = scalar_shape(state, 2);
  if (left == Shape::timestamp && right == Shape::timestamp) {
    const auto order = scalar_at<Timestamp>(state, 1) <=> scalar_at<Timestamp>(state, 2);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  if (left == Shape::integer && right == Shape::integer) {
    const auto order = scalar_at<std::uint64_t>(state, 1) <=> scalar_at<std::uint64_t>(state, 2);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  const bool left_large = left == Shape::integer;
  if ((left_large || right == Shape::integer) &&
      lua_type(state, left_large ? 2 : 1) == LUA_TNUMBER) {
    const int other = left_large ? 2 : 1;
    const auto large = scalar_at<std::uint64_t>(state, left_large ? 1 : 2);
    int order = 1;  // Of the large one, to all integers that Lua has.
    if (lua_isinteger(state, other) == 0) {
      const double number = lua_tonumber(state, other);
      constexpr double kBeyond = 18'446'744'073'709'551'616.0;
      if (number >= kBeyond) {
        order = -1;
      } else if (number >= kBeyond / 2) {  // So it is an integer, too.
        const auto whole = static_cast<std::uint64_t>(number);
        order = large < whole ? -1 : large > whole ? 1 : 0;
      }
    }
    return left_large ? order : -order;
  }
  const bool timestamps = left == Shape::timestamp || right == Shape::timestamp;
  return luaL_error(state, "attempt to compare a %s with a value of another type",
                    timestamps ? "timestamp" : "large integer");
}

int is_less(lua_State* state) {
  lua_pushboolean(state, static_cast<int>(compare(state) < 0));
  return 1;
}

int is_at_most(lua_State* state) {
  lua_pushboolean(state, static_cast<int>(compare(state) <= 0));
  return 1;
}

int is_equal(lua_State* state) {
  const Shape shape = scalar_shape(state, 1);
  const bool same = shape == scalar_shape(state, 2);
  lua_pushboolean(state, static_cast<int>(same && compare(state) == 0));
  return 1;
}

struct Parts {
  lua_Integer year, month, day, weekday, yearday, hour, minute, second, microsecond;
};

Parts parts_of(Timestamp timestamp) noexcept {
  const std::chrono::sys_time<std::chrono::microseconds> time{
      std::chrono::microseconds(timestamp.micros)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const std::chrono::sys_days new_year = date.year() / std::chrono::January / 1;
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<unsigned>(date.month()),
          .day = static_cast<unsigned>(date.day()),
          .weekday = std::chrono::weekday(day).iso_encoding(),
          .yearday = (day - new_year).count() + 1,
          .hour = clock.hours().count(),
          .minute = clock.minutes().count(),
          .second = clock.seconds().count(),
          .microsecond = clock.subseconds().count()};
}

constexpr std::pair<const char*, lua_Integer Parts::*> kParts[] = {
    {"year", &Parts::year},
    {"month", &Parts::month},
    {"day", &Parts::day},
    {"weekday", &Parts::weekday},
    {"yearday", &Parts::yearday},
    {"hour", &Parts::hour},
    {"minute", &Parts::minute},
    {"second", &Parts::second},
    {"microsecond", &Parts::microsecond}};

int timestamp_part(lua_State* state) {
  const auto timestamp = scalar_at<Timestamp>(state, 1);
  const char* name = lua_type(state, 2) == LUA_TSTRING ? lua_tostring(state, 2) : "";
  if (std::strcmp(name, "unix_us") == 0) {
    lua_pushinteger(state, timestamp.micros);
    return 1;
  }
  for (const auto& [part, member] : kParts) {
    if (std::strcmp(name, part) != 0) continue;
    const Parts parts = parts_of(timestamp);
    lua_pushinteger(state, parts.*member);
    return 1;
  }
  return luaL_error(state,
                    "a timestamp has no \"%s\": it has unix_us, year, month, day, weekday, "
                    "yearday, hour, minute, second and microsecond",
                    name);
}

bool read_timestamp(const char* text, std::size_t size, Timestamp& timestamp) noexcept {
  try {
    const auto parsed = parse_timestamp({text, size});
    if (parsed) timestamp = *parsed;
    return parsed.has_value();
  } catch (...) {
    return false;
  }
}

void add_function(lua_State* state, const char* name, lua_CFunction function) {
  lua_pushcfunction(state, function);
  lua_setfield(state, -2, name);
}

void add_comparisons(lua_State* state, const char* type) {
  add_function(state, "__eq", is_equal);
  add_function(state, "__lt", is_less);
  add_function(state, "__le", is_at_most);
  lua_pushstring(state, type);
  lua_setfield(state, -2, "__name");
}

}  // namespace

void push_timestamp(lua_State* state, Timestamp timestamp) {
  push_scalar(state, timestamp, Shape::timestamp);
}

void push_unsigned(lua_State* state, std::uint64_t integer) {
  push_scalar(state, integer, Shape::integer);
}

void set_up_scalars(lua_State* state) {
  Machine& machine = Machine::of(state);
  machine.push_metatable(Shape::timestamp);
  add_comparisons(state, "timestamp");
  add_function(state, "__tostring", timestamp_text);
  add_function(state, "__index", timestamp_part);
  machine.push_metatable(Shape::integer);
  add_comparisons(state, "large integer");
  add_function(state, "__tostring", unsigned_text);
  lua_pop(state, 2);
}

int make_timestamp(lua_State* state) {
  Timestamp timestamp;
  if (lua_isinteger(state, 1) != 0) {
    timestamp.micros = lua_tointeger(state, 1);
    luaL_argcheck(state, kEarliestTimestamp <= timestamp && timestamp <= kLatestTimestamp, 1,
                  "it leaves the years 0001 to 9999");
  } else {
    luaL_argexpected(state, lua_type(state, 1) == LUA_TSTRING, 1,
                     "text or an integer of microseconds");
    std::size_t size = 0;
    const char* text = lua_tolstring(state, 1, &size);
    luaL_argcheck(state, read_timestamp(text, size, timestamp), 1,
                  "it is not an RFC 3339 date-time such as 2024-05-01T12:00:00Z");
  }
  push_timestamp(state, timestamp);
  return 1;
}

int type_of_value(lua_State* state) {
  luaL_checkany(state, 1);
  switch (lua_type(state, 1)) {
    case LUA_TLIGHTUSERDATA: lua_pushliteral(state, "null"); break;
    case LUA_TUSERDATA: luaL_getmetafield(state, 1, "__name"); break;
    default: lua_pushstring(state, luaL_typename(state, 1));
  }
  return 1;
}

int text_of_value(lua_State* state) {
  luaL_checkany(state, 1);
  switch (lua_type(state, 1)) {
    case LUA_TLIGHTUSERDATA: lua_pushliteral(state, "null"); break;
    case LUA_TTABLE:
    case LUA_TFUNCTION: lua_pushstring(state, luaL_typename(state, 1)); break;
    default: luaL_tolstring(state, 1, nullptr);
  }
  return 1;
}

}  // namespace dropzone::lua
