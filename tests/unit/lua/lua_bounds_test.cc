// What no script can do: take more than its limits, reach outside, or leave something behind.
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/call/call_options.h>

#include "lua_testing.h"

namespace dropzone {
namespace {

bool takes_too_long(std::string_view source) {
  return run_lua(source).find("1000000 instructions") != std::string::npos;
}

bool takes_too_much(std::string_view source) {
  const Object limits{{"max_memory_bytes", 1 << 20}};
  return applied(*lua_step(source, limits), {}).find("1048576 bytes of memory") !=
         std::string::npos;
}

}  // namespace

TEST_CASE("a script that takes too many instructions refuses the record") {
  CHECK(takes_too_long("while true do end"));
  CHECK(takes_too_long("::again:: goto again"));
  CHECK(takes_too_long("local function f() return f() end f()"));
  CHECK(takes_too_long("for i = 1, 1e9 do local x = i * i end"));
  CHECK(takes_too_long("table.sort({3, 2, 1}, function() while true do end end)"));
  CHECK(takes_too_long("string.gsub('abc', '.', function() while true do end end)"));
  CHECK(run_lua("local n = 0\nfor i = 1, 100000 do n = n + i end\nrecord.n = n") ==
        R"({"n":5000050000})");
}

TEST_CASE("work within one call counts as instructions") {
  CHECK(takes_too_long("local s = string.rep('a', 1000)\nfor i = 1, 1e5 do s:rep(1000) end"));
  CHECK(takes_too_long("string.rep('', 1e15)"));
  CHECK(takes_too_long("table.move({}, 1, 1e15, 2)"));
  CHECK(takes_too_long("local t = {}\nfor i = 1, 3000 do table.insert(t, 1, i) end"));
  CHECK(takes_too_long("local s = string.rep('a', 1e6)\nfor i = 1, 100 do s:upper() end"));
  CHECK(takes_too_long("local s = string.rep('a', 1e6)\nfor i = 1, 100 do utf8.len(s) end"));
  CHECK(
      takes_too_long("local s = string.rep('a', 1e6)\nfor i = 1, 100 do s:find('b', 1, true) end"));
}

TEST_CASE("a pattern that tries too many ways refuses the record") {
  CHECK(takes_too_long("string.rep('a', 100):find(string.rep('a-', 30) .. 'b')"));
  CHECK(takes_too_long("string.rep('a', 5000):match('.-.-.-b')"));
  CHECK(takes_too_long("string.rep('a', 5000):gsub('a*a*b', '')"));
  CHECK(takes_too_long("for _ in string.rep('(', 5000):gmatch('%b()') do end"));
  CHECK(takes_too_long("string.rep('a', 5000):find('(a*)(a*)%1b')"));
}

TEST_CASE("a script that takes too much memory refuses the record") {
  CHECK(takes_too_much("local s = string.rep('x', 2000000)"));
  CHECK(takes_too_much("local t = {}\nfor i = 1, 1e6 do t[i] = i end"));
  CHECK(takes_too_much("local s = 'x'\nwhile true do s = s .. s end"));
  CHECK(takes_too_much("local function f(n) return 1 + f(n) end\nf(1)"));
  CHECK(takes_too_much("string.format('%99d', 1):rep(100000)"));
  // Garbage does not count.
  CHECK(applied(*lua_step("for i = 1, 40 do local s = string.rep('x', 100000 + i) end",
                          {{"max_memory_bytes", 1 << 20}}),
                {}) == "{}");
}

TEST_CASE("a script ends when the request's time is up") {
  CallOptions options;
  options.deadline = std::chrono::steady_clock::now();
  Allowance allowance{RecordLimits{}, options};
  Object object;
  const auto outcome = lua_step("while true do end", {{"max_instructions", 10'000'000}})
                           ->apply(object, StepContext(allowance));
  REQUIRE(!outcome);
  CHECK(outcome.error().code == ErrorCode::deadline_exceeded);
  CHECK(allowance.exhausted());
}

TEST_CASE("a script's memory is the request's, and is given back") {
  MemoryBudget budget(4 << 20);
  CallOptions options;
  options.memory = std::make_shared<MemoryAccount>(budget);
  const auto step = lua_step("local t = {}\nfor i = 1, record.n do t[i] = i end\nrecord.n = #t");
  const auto apply = [&](int n) {
    Allowance allowance{RecordLimits{}, options};
    Object object{{"n", n}};
    const auto outcome = step->apply(object, StepContext(allowance));
    return outcome ? "done" : error_name(outcome.error().code);
  };
  CHECK(apply(100'000) == "done");
  CHECK(options.memory->held() < 100'000);
  CHECK(apply(400'000) == "overloaded");
  CHECK(budget.refused() == 1);
}

TEST_CASE("a script cannot catch what ends it") {
  for (const char* name : {"pcall", "xpcall", "coroutine"}) {
    CHECK(lua_value("type(" + std::string(name) + ")") == R"("nil")");
  }
}

TEST_CASE("a script has nothing that reaches outside, or differs from run to run") {
  for (const char* name : {"io",
                           "os",
                           "load",
                           "loadstring",
                           "loadfile",
                           "dofile",
                           "require",
                           "package",
                           "debug",
                           "print",
                           "collectgarbage",
                           "rawget",
                           "rawset",
                           "rawequal",
                           "rawlen",
                           "next",
                           "setmetatable",
                           "getmetatable",
                           "warn",
                           "_G",
                           "math.random",
                           "math.randomseed",
                           "string.dump",
                           "string.pack",
                           "('').dump"}) {
    INFO(name);
    CHECK(lua_value("type(" + std::string(name) + ")") == R"("nil")");
  }
}

TEST_CASE("a script cannot see an address") {
  CHECK(lua_value("tostring({}) .. tostring(type) .. tostring(array())") ==
        R"("tablefunctiontable")");
  CHECK(run_lua("string.format('%p', 'x')").starts_with("step_failed"));
  CHECK(run_lua("string.format('%-20p', {})").starts_with("step_failed"));
  CHECK(run_lua("string.format('%s', {})").starts_with("step_failed"));
  CHECK(run_lua("string.format('%s', type)").starts_with("step_failed"));
  CHECK(run_lua("local x = 'a' .. {}") ==
        "step_failed: The script failed in line 1: attempt to concatenate a table value.");
}

TEST_CASE("pairs() goes over a script's own table in one order") {
  CHECK(run_lua(R"(
    local t, seen = {}, {}
    for i = 100, 1, -1 do t["k" .. i] = i; t[i * 3] = i end
    for key in pairs(t) do seen[#seen + 1] = tostring(key) end
    record.seen = {seen[1], seen[101], seen[200]})") == R"({"seen":["3","k1","k99"]})");
  CHECK(run_lua("for k in pairs({[{}] = 1}) do end").find("has no order") != std::string::npos);
}

TEST_CASE("sorting is stable, and so the same whenever it is done") {
  CHECK(run_lua(R"(
    local list = {}
    for i = 1, 500 do list[i] = {key = (i * 7) % 5, at = i} end
    table.sort(list, function(a, b) return a.key < b.key end)
    for i = 2, 500 do
      local a, b = list[i - 1], list[i]
      if a.key > b.key or (a.key == b.key and a.at > b.at) then reject("at " .. i) end
    end
    record.n = #list)") == R"({"n":500})");
  CHECK(run_lua("table.sort(record.a)", R"({"a":[3,1,2]})") == R"({"a":[1,2,3]})");
}

TEST_CASE("nothing that a script did to one record is there for the next") {
  const auto step = lua_step(R"(
    if seen then reject("a global is left") end
    seen = true
    if record.change then
      string = nil
      record = {other = 1}
      function type() return "changed" end
      _ENV = {}
      return
    end
    record.type = type(1)
    record.upper = ("a"):upper() .. string.upper("b"))");
  const std::string expected = R"({"type":"number","upper":"AB"})";
  CHECK(applied(*step, {}) == expected);
  CHECK(applied(*step, {{"change", true}}) == R"({"other":1})");
  CHECK(applied(*step, {}) == expected);
  for (const char* change :
       {"string.upper = nil", "math.pi = 3", "table.x = 1", "utf8.char = nil"}) {
    INFO(change);
    CHECK(run_lua(change).find("the functions of Lua cannot be changed") != std::string::npos);
  }
}

TEST_CASE("a step goes on to serve after each kind of failure") {
  const auto step = lua_step(R"(
    if record.how == "error" then error("bad") end
    if record.how == "loop" then while true do end end
    if record.how == "memory" then local t = {} while true do t = {t, string.rep("x", 1000000)} end end
    if record.how == "stack" then local function f() return 1 + f() end f() end
    if record.how == "result" then record.x = {record.data, 0/0} end
    record.sum = record.data[1] + record.data[2])",
                             {{"max_instructions", 10'000'000}});
  for (const char* how : {"error", "loop", "memory", "stack", "result"}) {
    INFO(how);
    CHECK(applied(*step, {{"how", how}, {"data", Array{1, 2}}}).find(": ") != std::string::npos);
    CHECK(applied(*step, {{"data", Array{1, 2}}}) == R"({"data":[1,2],"sum":3})");
  }
}

TEST_CASE("many threads may apply one step at once") {
  const auto step =
      lua_step("record.n = record.n * 2\nglobal = record.n\nrecord.same = global == record.n");
  std::vector<std::thread> threads;
  std::vector<int> wrong(8);
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&step, &wrong, t] {
      for (int i = 0; i < 200; ++i) {
        const int n = t * 1000 + i;
        const std::string expected = "{\"n\":" + std::to_string(2 * n) + ",\"same\":true}";
        if (applied(*step, {{"n", n}}) != expected) ++wrong[static_cast<std::size_t>(t)];
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(8));
}

}  // namespace dropzone
