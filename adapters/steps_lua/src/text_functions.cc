#include "text_functions.h"

#include <cstring>
#include <string_view>
#include <type_traits>

#include "machine.h"
#include "pattern.h"

namespace dropzone::lua {
namespace {

static_assert(std::is_trivially_destructible_v<Pattern>);

std::string_view text_argument(lua_State* state, int index) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(state, index, &size);
  return {text, size};
}

// Where a search begins, from 0; more than the text's length if that is nowhere.
std::size_t start_argument(lua_State* state, int index, std::size_t size) {
  const lua_Integer start = luaL_optinteger(state, index, 1);
  if (start > 0) return static_cast<std::size_t>(start) - 1;
  if (start == 0 || start < -static_cast<lua_Integer>(size)) return 0;
  return size - static_cast<std::size_t>(-start);
}

struct Match {
  const char* start = nullptr;  // Null if there is none.
  const char* end = nullptr;
};

Match first_match(Pattern& pattern, std::string_view text, std::size_t from) {
  for (const char* start = text.data() + from; start <= text.data() + text.size(); ++start) {
    if (const char* end = pattern.match_at(start)) return {start, end};
    if (pattern.is_anchored()) break;
  }
  return {};
}

int push_place(lua_State* state, std::size_t start, std::size_t end) {
  lua_pushinteger(state, static_cast<lua_Integer>(start) + 1);
  lua_pushinteger(state, static_cast<lua_Integer>(end));
  return 2;
}

int push_no_match(lua_State* state) {
  luaL_pushfail(state);
  return 1;
}

int find_plain(lua_State* state, std::string_view text, std::string_view part, std::size_t from) {
  charge(state, (text.size() + part.size()) / 8);
  const void* found = ::memmem(text.data() + from, text.size() - from, part.data(), part.size());
  if (!found) return push_no_match(state);
  const auto start = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
  return push_place(state, start, start + part.size());
}

void add_text(lua_State* state, luaL_Buffer& buffer, Pattern& pattern, const Match& match) {
  const std::string_view text = text_argument(state, 3);
  charge(state, text.size() / 8);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      luaL_addchar(&buffer, text[i]);
      continue;
    }
    const char what = ++i < text.size() ? text[i] : '\0';
    if (what == '%') {
      luaL_addchar(&buffer, '%');
    } else if (what == '0') {
      luaL_addlstring(&buffer, match.start, static_cast<std::size_t>(match.end - match.start));
    } else if ('1' <= what && what <= '9') {
      pattern.push_capture(what - '1', match.start, match.end);
      luaL_tolstring(state, -1, nullptr);
      lua_remove(state, -2);
      luaL_addvalue(&buffer);
    } else {
      luaL_error(state, "invalid use of '%%' in replacement string");
    }
  }
}

// Adds what replaces a match.
void add_replacement(lua_State* state, luaL_Buffer& buffer, Pattern& pattern, const Match& match) {
  const int type = lua_type(state, 3);
  if (type == LUA_TSTRING || type == LUA_TNUMBER) {
    add_text(state, buffer, pattern, match);
    return;
  }
  if (type == LUA_TFUNCTION) {
    lua_pushvalue(state, 3);
    const int captures = pattern.push_captures(match.start, match.end, true);
    lua_call(state, captures, 1);
  } else {
    pattern.push_capture(0, match.start, match.end);
    lua_gettable(state, 3);
  }
  if (lua_toboolean(state, -1) == 0) {
    lua_pop(state, 1);
    luaL_addlstring(&buffer, match.start, static_cast<std::size_t>(match.end - match.start));
    return;
  }
  if (lua_isstring(state, -1) == 0) {
    luaL_error(state, "invalid replacement value (a %s)", luaL_typename(state, -1));
  }
  luaL_addvalue(&buffer);
}

// The iterator of gmatch(): its upvalues are text, pattern, where to go on, and where the last
// match ended.
int next_match(lua_State* state) {
  std::size_t size = 0;
  const char* data = lua_tolstring(state, lua_upvalueindex(1), &size);
  const std::string_view text(data, size);
  const char* items = lua_tolstring(state, lua_upvalueindex(2), &size);
  Pattern pattern(state, text, {items, size}, false);
  const auto last = lua_tointeger(state, lua_upvalueindex(4));
  auto from = static_cast<std::size_t>(lua_tointeger(state, lua_upvalueindex(3)));
  for (; from <= text.size(); ++from) {
    const char* end = pattern.match_at(data + from);
    if (!end || end - data == last) continue;
    lua_pushinteger(state, end - data);
    lua_copy(state, -1, lua_upvalueindex(3));
    lua_replace(state, lua_upvalueindex(4));
    return pattern.push_captures(data + from, end, true);
  }
  return 0;
}

}  // namespace

int text_find(lua_State* state) {
  const std::string_view text = text_argument(state, 1);
  const std::string_view items = text_argument(state, 2);
  const std::size_t from = start_argument(state, 3, text.size());
  if (from > text.size()) return push_no_match(state);
  const bool plain = lua_toboolean(state, 4) != 0;
  if (plain || items.find_first_of("^$*+?.([%-") == std::string_view::npos) {
    return find_plain(state, text, items, from);
  }
  Pattern pattern(state, text, items);
  const Match match = first_match(pattern, text, from);
  if (!match.start) return push_no_match(state);
  push_place(state, static_cast<std::size_t>(match.start - text.data()),
             static_cast<std::size_t>(match.end - text.data()));
  return 2 + pattern.push_captures(match.start, match.end, false);
}

int text_match(lua_State* state) {
  const std::string_view text = text_argument(state, 1);
  const std::string_view items = text_argument(state, 2);
  const std::size_t from = start_argument(state, 3, text.size());
  if (from > text.size()) return push_no_match(state);
  Pattern pattern(state, text, items);
  const Match match = first_match(pattern, text, from);
  return match.start ? pattern.push_captures(match.start, match.end, true) : push_no_match(state);
}

int text_gmatch(lua_State* state) {
  const std::string_view text = text_argument(state, 1);
  text_argument(state, 2);
  const std::size_t from = start_argument(state, 3, text.size());
  lua_settop(state, 2);
  lua_pushinteger(state, static_cast<lua_Integer>(from));
  lua_pushinteger(state, -1);
  lua_pushcclosure(state, next_match, 4);
  return 1;
}

int text_gsub(lua_State* state) {
  const std::string_view text = text_argument(state, 1);
  const std::string_view items = text_argument(state, 2);
  const int type = lua_type(state, 3);
  luaL_argexpected(
      state,
      type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
      "string/function/table");
  const auto most = luaL_optinteger(state, 4, static_cast<lua_Integer>(text.size()) + 1);
  lua_settop(state, 3);
  Pattern pattern(state, text, items);
  luaL_Buffer buffer;
  luaL_buffinit(state, &buffer);
  const char* at = text.data();
  const char* const end = at + text.size();
  const char* last = nullptr;
  lua_Integer count = 0;
  while (count < most) {
    const Match match{at, pattern.match_at(at)};
    if (match.end && match.end != last) {
      ++count;
      add_replacement(state, buffer, pattern, match);
      at = last = match.end;
    } else if (at < end) {
      luaL_addchar(&buffer, *at++);
    } else {
      break;
    }
    if (pattern.is_anchored()) break;
  }
  luaL_addlstring(&buffer, at, static_cast<std::size_t>(end - at));
  luaL_pushresult(&buffer);
  lua_pushinteger(state, count);
  return 2;
}

}  // namespace dropzone::lua
