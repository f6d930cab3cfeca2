// The step lua as an author sees it: what it makes, and what it says if it cannot.
#include <catch2/catch.hpp>

#include "lua_testing.h"

namespace dropzone {
namespace {

// The fault of a definition: "pointer: detail".
std::string lua_fault(std::string_view definition) {
  const auto made = make_lua(json::decode_value(definition, 64).value());
  return made ? "" : made.error().pointer + ": " + made.error().detail;
}

}  // namespace

TEST_CASE("a script changes the record in place") {
  CHECK(run_lua("record.c = record.a + record.b", R"({"b":1,"a":2})") == R"({"b":1,"a":2,"c":3})");
  CHECK(run_lua("record.a.b = nil", R"({"a":{"b":1,"c":2},"d":3})") == R"({"a":{"c":2},"d":3})");
  CHECK(run_lua("", R"({"a":[1,{}]})") == R"({"a":[1,{}]})");
}

TEST_CASE("a script may return another record, or put one in the place of the first") {
  CHECK(run_lua("return {b = record.a, a = 1}", R"({"a":2})") == R"({"a":1,"b":2})");
  CHECK(run_lua("record = {a = 1}", R"({"b":2})") == R"({"a":1})");
  CHECK(run_lua("return record.a", R"({"a":{"b":[]}})") == R"({"b":[]})");
}

TEST_CASE("a script may be a list of lines") {
  const auto step = make_lua(Object{{"source", Array{"local a = 1", "record.a = a"}}}).value();
  CHECK(applied(*step, {}) == R"({"a":1})");
}

TEST_CASE("a result that is not an object is refused") {
  CHECK(run_lua("return 1") ==
        "step_failed: The script's result is not a table: change \"record\", or return an object.");
  CHECK(run_lua("record = nil").starts_with("step_failed: The script's result is not a table"));
  CHECK(run_lua("return {1, 2}") ==
        "step_failed: The script's result is an array: return an object.");
}

TEST_CASE("reject() refuses the record with the author's message") {
  CHECK(run_lua("if record.n > 2 then reject('n is ' .. record.n) end", R"({"n":3})") ==
        "step_failed: n is 3");
  CHECK(run_lua("if record.n > 2 then reject('n is ' .. record.n) end", R"({"n":2})") ==
        R"({"n":2})");
}

TEST_CASE("an error names the script's line, and no file") {
  CHECK(run_lua("local a = 1\nlocal b = record.x.y") ==
        "step_failed: The script failed in line 2: attempt to index a nil value (field 'x').");
  CHECK(run_lua("error('too bad')") == "step_failed: The script failed in line 1: too bad.");
  CHECK(run_lua("\n\nrecord.a = string.rep()") ==
        "step_failed: The script failed in line 3: bad argument #1 to 'rep' "
        "(string expected, got no value).");
  CHECK(run_lua("error({})").starts_with("step_failed: The script failed"));
  CHECK(run_lua("record.b = 'x' .. record.a", R"({"a":null})") ==
        "step_failed: The script failed in line 1: attempt to concatenate a null value "
        "(field 'a').");
  CHECK(run_lua("table.concat(null)") ==
        "step_failed: The script failed in line 1: bad argument #1 to 'concat' "
        "(table expected, got null).");
  CHECK(run_lua("error('userdata')") == "step_failed: The script failed in line 1: userdata.");
  CHECK(run_lua("\nlocal x = table.sort({1, {}})") ==
        "step_failed: The script failed in line 2: attempt to compare table with number.");
}

TEST_CASE("a message is UTF-8 of bounded length, whatever the script says") {
  CHECK(run_lua("error('\\xff\\xc3')") == "step_failed: The script failed in line 1: ??.");
  CHECK(run_lua("reject(string.rep('\xc3\xa4', 100000))").size() < 1100);
}

TEST_CASE("a script that is not Lua is a fault of the definition, with its line") {
  CHECK(lua_fault(R"({"source": "local a = 1\nrecord.x = = 2"})") ==
        "/source: The script is not Lua: line 2: unexpected symbol near '='.");
  CHECK(lua_fault(R"({"source": "if record.x then"})")
            .starts_with("/source: The script is not Lua: line 1: 'end' expected near <eof>"));
  CHECK(lua_fault("{\"source\": \"\\u001bLua\"}").starts_with("/source: The script is not Lua"));
  CHECK(lua_fault(R"({"source": "goto nowhere"})").find("nowhere") != std::string::npos);
}

TEST_CASE("parameters of lua are checked when the definition is read") {
  CHECK(lua_fault(R"({})").starts_with("/source"));
  CHECK(lua_fault(R"({"source": 1})").starts_with("/source"));
  CHECK(lua_fault(R"({"source": []})").starts_with("/source"));
  CHECK(lua_fault(R"({"source": ["a = 1", 2]})").starts_with("/source"));
  CHECK(lua_fault(R"({"source": "", "max_instructions": 10000001})")
            .starts_with("/max_instructions"));
  CHECK(lua_fault(R"({"source": "", "max_instructions": 0})").starts_with("/max_instructions"));
  CHECK(lua_fault(R"({"source": "", "max_memory_bytes": 67108865})")
            .starts_with("/max_memory_bytes"));
  CHECK(lua_fault(R"({"source": "", "sauce": 1})").find("source") != std::string::npos);
  CHECK(
      lua_fault(R"({"source": "", "max_instructions": 1000, "max_memory_bytes": 131072})").empty());
}

}  // namespace dropzone
