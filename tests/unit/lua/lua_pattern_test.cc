// Patterns mean what they mean in Lua: each is tried in Lua's own library, too.
#include <memory>
#include <random>
#include <string>

#include <catch2/catch.hpp>

#include <lua.hpp>

#include "lua_testing.h"
#include "support/random_seed.h"

namespace dropzone {
namespace {

constexpr std::string_view kTry = R"(
local text, pattern, function_name, replacement = ...
local function show(...)
  local shown = {}
  for i = 1, select('#', ...) do shown[i] = tostring((select(i, ...))) end
  return table.concat(shown, '|')
end
if function_name == 'gmatch' then
  local all = {}
  for a, b in text:gmatch(pattern) do all[#all + 1] = show(a, b) end
  return table.concat(all, ';')
end
return show(string[function_name](text, pattern, replacement))
)";

// What Lua itself makes of it, or "error".
class RealLua {
 public:
  RealLua() : state_(luaL_newstate(), lua_close) { luaL_openlibs(state_.get()); }

  std::string operator()(const std::string& text, const std::string& pattern,
                         const std::string& function) {
    lua_State* state = state_.get();
    lua_settop(state, 0);
    luaL_loadbufferx(state, kTry.data(), kTry.size(), "=try", "t");
    for (const std::string& argument : {text, pattern, function}) {
      lua_pushlstring(state, argument.data(), argument.size());
    }
    const bool replaces = function == "gsub";
    if (replaces) lua_pushstring(state, "<%0>");
    if (lua_pcall(state, replaces ? 4 : 3, 1, 0) != LUA_OK) return "error";
    std::size_t size = 0;
    const char* made = lua_tolstring(state, -1, &size);
    return {made, size};
  }

 private:
  std::unique_ptr<lua_State, void (*)(lua_State*)> state_;
};

std::string ours(const Step& step, const std::string& text, const std::string& pattern,
                 const std::string& function) {
  Object object{{"text", text}, {"pattern", pattern}, {"f", function}};
  Allowance allowance{RecordLimits{}};
  if (!step.apply(object, StepContext(allowance))) return "error";
  return *object.find("made")->as_string();
}

std::unique_ptr<Step> try_step() {
  return lua_step("local function try(...) " + std::string(kTry) +
                  " end\nrecord.made = try(record.text, record.pattern, record.f, "
                  "record.f == 'gsub' and '<%0>' or nil)");
}

}  // namespace

TEST_CASE("patterns match as Lua's do") {
  RealLua real;
  const auto step = try_step();
  for (const char* pattern : {"",
                              "a",
                              "^a",
                              "a$",
                              "^$",
                              ".-b",
                              "(a*(.)%w(%s*))",
                              "[^%s]+",
                              "[]]",
                              "[^]]+",
                              "[a-c%d_-]+",
                              "%bab",
                              "%f[%w]%w+",
                              "()b()",
                              "()%1b",
                              "(a)(b)%2%1",
                              "a?b?",
                              "[%a-z]",
                              "[a-]",
                              "[a%-z]*",
                              "%",
                              "[a",
                              "(a",
                              "a)",
                              "%1",
                              "%b",
                              "%f",
                              "^^a",
                              "a^",
                              "$a",
                              "%u%l%p%c%x%g",
                              "[%A]+",
                              "%S+%s",
                              "x-",
                              "(x-)y",
                              "%f[%z]",
                              "%d+%.?%d*",
                              "(%w+)%s*=%s*(%w*)",
                              "%Z",
                              "[[:alpha:]]",
                              "a**",
                              "+",
                              "*",
                              "a-?",
                              "[b-a]"}) {
    for (const char* text : {"", "a", "ab", "aab xy", "(a(b)c)", "key = value, k2=v2", "a]b[c^d-e",
                             "2024-05-01 12:30", "abab aabb", " x\t\n."}) {
      for (const char* function : {"find", "match", "gmatch", "gsub"}) {
        INFO(function << " " << pattern << " in " << text);
        CHECK(ours(*step, text, pattern, function) == real(text, pattern, function));
      }
    }
  }
}

TEST_CASE("random patterns match as Lua's do") {
  RealLua real;
  const auto step = try_step();
  const auto seed = test::random_seed();
  INFO("--rng-seed " << seed);
  std::mt19937 random(seed);
  const auto pick = [&random](std::string_view from, std::size_t most) {
    std::string made;
    for (std::size_t size = random() % (most + 1); size > 0; --size)
      made += from[random() % from.size()];
    return made;
  };
  int matches = 0;
  for (int i = 0; i < 5'000; ++i) {
    const std::string text = pick("aab()1 ]^-%", 12);
    const std::string pattern = pick("aab().*+-?[]^$%%wdbf1s", 8);
    const char* function = std::array{"find", "match", "gmatch", "gsub"}[random() % 4];
    const std::string made = ours(*step, text, pattern, function);
    const std::string expected = real(text, pattern, function);
    if (made != expected)
      FAIL(function << " " << pattern << " in " << text << ": " << made << ", not " << expected);
    matches += made != "error" && made != "nil" ? 1 : 0;
  }
  CHECK(matches > 500);
}

}  // namespace dropzone
