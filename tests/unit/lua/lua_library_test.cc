// The functions that scripts have.
#include <catch2/catch.hpp>

#include "lua_testing.h"

namespace dropzone {

TEST_CASE("texts have Lua's functions") {
  CHECK(lua_value("('a,b,,c'):gsub(',', ';')") == R"("a;b;;c")");
  CHECK(lua_value("{('key=val'):match('(%w+)=(%w+)')}") == R"(["key","val"])");
  CHECK(lua_value("string.format('%05.1f|%s|%q|%s', 3.14159, null, 'a\"b', timestamp(0))") ==
        R"("003.1|null|\"a\\\"b\"|1970-01-01T00:00:00Z")");
  CHECK(
      lua_value(
          "('x'):rep(3, '-') .. ('aBc'):upper():lower():reverse() .. #'abc' .. ('abc'):sub(-2)") ==
      R"("x-x-xcba3bc")");
  CHECK(lua_value("{utf8.len('\xc3\xa4\xc3\xb6'), utf8.char(228), utf8.codepoint('\xc3\xa4')}") ==
        "[2,\"\xc3\xa4\",228]");
  CHECK(lua_value("{tonumber('0x10'), tonumber('1e2'), tonumber('10', 2), tonumber('x') == nil}") ==
        "[16,100,2,true]");
}

TEST_CASE("tables have Lua's functions, those of the record among them") {
  const std::string record = R"({"a":[3,1,2],"o":{"k":1}})";
  CHECK(lua_value("table.concat(record.a, '-')", record) == R"("3-1-2")");
  CHECK(lua_value("{table.unpack(record.a, 2)}", record) == "[1,2]");
  CHECK(lua_value("#record.a + select('#', table.unpack(record.a))", record) == "6");
  CHECK(run_lua("table.remove(record.a, 1)\ntable.insert(record.a, 9)", record) ==
        R"({"a":[1,2,9],"o":{"k":1}})");
  CHECK(run_lua("local n = 0\nfor i, v in ipairs(record.a) do n = n + i * v end\nreturn {n = n}",
                record) == R"({"n":11})");
  CHECK(run_lua("local n = 0\nfor i, v in pairs(record.a) do n = n + i * v end\nreturn {n = n}",
                record) == R"({"n":11})");
  CHECK(lua_value("{is_array(record.a), is_array(record.o), is_array({1}), is_array(array())}",
                  record) == "[true,false,true,true]");
  CHECK(lua_value("array{1, 2}") == "[1,2]");
}

}  // namespace dropzone
