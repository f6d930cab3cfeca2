// What becomes of a record's values in a script, and of a script's values in a record.
#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "lua_testing.h"

namespace dropzone {

TEST_CASE("all values come through a script as they were, touched or not") {
  const std::string record =
      R"({"z":null,"y":[],"x":{},"w":[null,[[]],{"b":1,"a":{}}],"v":-9223372036854775808,)"
      R"("u":9223372036854775807,"t":9223372036854775808,"s":18446744073709551615,"r":0.1,)"
      R"("q":1e300,"p":"\u0000\u00e4","":true,"o":false,"10":1,"2":2,"1":3})";
  const std::string same = to_json(object_of(record));
  CHECK(run_lua("", record) == same);
  CHECK(run_lua("local x = record.z", record) == same);
  CHECK(run_lua(R"(
    local function touch(value)
      if type(value) == "table" then for _, part in pairs(value) do touch(part) end end
    end
    touch(record))",
                record) == same);
  CHECK(run_lua("return copy(record)", record) == same);
}

TEST_CASE("timestamps come through a script, compare and have parts") {
  const Object record{{"at", Timestamp{1'714'564'800'123'456}}, {"first", kEarliestTimestamp}};
  const auto apply = [&](std::string_view source) { return applied(*lua_step(source), record); };
  CHECK(apply("local t = record.at\nrecord.at = nil\nrecord.at = t") == to_json(record));
  CHECK(apply("return {r = record.at > record.first and record.first < record.at and "
              "record.at == timestamp('2024-05-01T14:00:00.123456+02:00') and record.at >= "
              "record.at}") == R"({"r":true})");
  CHECK(
      apply("local t = record.at\nreturn {r = {t.year, t.month, t.day, t.hour, t.minute, t.second, "
            "t.microsecond, t.weekday, t.yearday, t.unix_us}}") ==
      R"({"r":[2024,5,1,12,0,0,123456,3,122,1714564800123456]})");
  CHECK(apply("return {r = tostring(record.at), t = type(record.at)}") ==
        R"({"r":"2024-05-01T12:00:00.123456Z","t":"timestamp"})");
  CHECK(apply("return {r = timestamp(record.at.unix_us - 123456)}") ==
        R"({"r":"2024-05-01T12:00:00Z"})");
  CHECK(apply("return {r = record.first.year, d = record.first.weekday}") == R"({"d":1,"r":1})");
  CHECK(apply("return {r = record.at.hours}")
            .starts_with("step_failed: The script failed in line 1"));
  CHECK(apply("return {r = record.at < 3}").find("compare a timestamp") != std::string::npos);
  CHECK(apply("return {r = timestamp('noon')}").find("RFC 3339") != std::string::npos);
  CHECK(apply("return {r = timestamp(math.maxinteger)}").find("0001 to 9999") != std::string::npos);
  Object made{{"a", 1}};
  Allowance allowance{RecordLimits{}};
  REQUIRE(lua_step("record.a = timestamp('2024-05-01T00:00:00Z')")
              ->apply(made, StepContext(allowance)));
  CHECK(made.find("a")->as_timestamp());
}

TEST_CASE("integers beyond Lua's compare, have a text, and are never rounded") {
  const auto value = [](std::string_view expression) {
    return lua_value(expression, R"({"n":18446744073709551615,"m":9223372036854775808})");
  };
  CHECK(value("record.n") == "18446744073709551615");
  CHECK(value("tostring(record.m)") == R"("9223372036854775808")");
  CHECK(value("type(record.m)") == R"("large integer")");
  CHECK(value("record.m < record.n and record.m > math.maxinteger and -1 < record.m") == "true");
  CHECK(value("record.m > 9.3e18") == "false");
  CHECK(value("record.m <= 2.0^63 and record.n < 2.0^64 and record.n > 1e19") == "true");
  CHECK(value("record.n + 1").find("arithmetic on a large integer value") != std::string::npos);
  CHECK(value("record.n == record.n and record.n ~= record.m") == "true");
}

TEST_CASE("numbers that a script makes are exact, or refused") {
  CHECK(lua_value("4 / 2") == "2");
  CHECK(lua_value("7 // 2") == "3");
  CHECK(lua_value("1 / 3") == "0.3333333333333333");
  CHECK(lua_value("math.maxinteger") == "9223372036854775807");
  CHECK(lua_value("2.0^63") == "9223372036854775808");
  CHECK(lua_value("0 / 0").starts_with("number_out_of_range /x: "));
  CHECK(lua_value("-1 / 0").starts_with("number_out_of_range /x: "));
}

TEST_CASE("members keep their order, and new ones go to the end") {
  CHECK(run_lua("record.z = 1\nrecord.b = nil\nrecord.a = 9\nrecord.b = 2\nrecord.y = 3",
                R"({"b":0,"a":1})") == R"({"b":2,"a":9,"z":1,"y":3})");
  CHECK(
      run_lua("local o = object()\nfor _, k in ipairs{'z', 'a', 'm'} do o[k] = k end\nreturn o") ==
      R"({"z":"z","a":"a","m":"m"})");
  CHECK(run_lua(
            "local keys = {}\nfor k in pairs(record) do keys[#keys + 1] = k end\nreturn {k = keys}",
            R"({"z":1,"a":2,"m":{"x":1}})") == R"({"k":["z","a","m"]})");
  CHECK(run_lua("for k in pairs(record) do record[k] = nil\nrecord[k .. k] = 1 end",
                R"({"b":0,"a":1})") == R"({"bb":1,"aa":1})");
}

TEST_CASE("null is a value, and nil removes") {
  CHECK(run_lua("record.a = null\nrecord.b = nil\nrecord.c = record.a == null and record.d == nil",
                R"({"a":1,"b":2})") == R"({"a":null,"c":true})");
  CHECK(lua_value("{type(null), tostring(null), null == record.a}", R"({"a":null})") ==
        R"(["null","null",true])");
}

TEST_CASE("an empty table is an array or an object, never a guess") {
  CHECK(run_lua("record.a = array()\nrecord.o = object()") == R"({"a":[],"o":{}})");
  CHECK(run_lua("record.a = {}") ==
        "step_failed /a: What the script put at /a is an empty table: write array() or object(), "
        "whichever it is.");
  CHECK(run_lua("record.a[1] = nil", R"({"a":[7]})") == R"({"a":[]})");
  CHECK(run_lua("record.o.x = nil", R"({"o":{"x":1}})") == R"({"o":{}})");
  CHECK(run_lua("table.insert(record.a, 1, {k = 'v'})\nrecord.a[#record.a + 1] = null",
                R"({"a":[]})") == R"({"a":[{"k":"v"},null]})");
}

TEST_CASE("tables that are no JSON are refused with their place") {
  CHECK(run_lua("record.a = {1, nil, 3}")
            .starts_with("step_failed /a: What the script put at /a is an array with gaps"));
  CHECK(run_lua("record.a = {1, x = 2}").find("both names and indexes") != std::string::npos);
  CHECK(run_lua("record.a = {[1.5] = 2}").find("neither text nor an integer") != std::string::npos);
  CHECK(run_lua("record.a = {[0] = 2}").find("neither text nor an integer") != std::string::npos);
  CHECK(run_lua("record.a = {[true] = 2}").find("neither text nor an integer") !=
        std::string::npos);
  CHECK(run_lua("record.a[5] = 1", R"({"a":[1]})").find("gaps") != std::string::npos);
  CHECK(run_lua("record.a.x = 1", R"({"a":[1]})").find("gaps, or with names") != std::string::npos);
  CHECK(run_lua("record[1] = 1").find("needs text as its name") != std::string::npos);
  CHECK(run_lua("record.b = {c = {1, print or type}}").starts_with("step_failed /b/c/1: "));
  CHECK(run_lua("record.b = '\\xff'").starts_with("step_failed /b: "));
  CHECK(run_lua("record['\\xff'] = 1").find("not UTF-8") != std::string::npos);
  CHECK(run_lua("record['a/b~'] = {0/0}").starts_with("number_out_of_range /a~1b~0/0: "));
  CHECK(run_lua("record._id = 'x'") ==
        "reserved_name /_id: What the script put at /_id has a name that is the server's own.");
  CHECK(run_lua("record.a = {_id = 'x'}") == R"({"a":{"_id":"x"}})");
}

TEST_CASE("a table that is in the result twice, or in itself, is refused") {
  CHECK(run_lua("record.a = record").starts_with("step_failed /a: "));
  CHECK(run_lua("local t = {}\nt[1] = t\nrecord.t = t").starts_with("step_failed /t/0: "));
  CHECK(run_lua("record.b = record.a", R"({"a":{"c":[1]}})").find("use copy()") !=
        std::string::npos);
  CHECK(run_lua("record.b = copy(record.a)\nrecord.b.c[1] = 2", R"({"a":{"c":[1]}})") ==
        R"({"a":{"c":[1]},"b":{"c":[2]}})");
  CHECK(run_lua("local t = {}\nt.t = t\ncopy(t)").starts_with("step_failed: "));
}

TEST_CASE("what a script makes is held to the record's limits") {
  const RecordLimits shallow{.max_depth = 3};
  const auto nest = [&](std::string_view source, std::string_view record) {
    return applied(*lua_step(source), object_of(record), shallow);
  };
  CHECK(nest("record.a = {{1}}", "{}") == R"({"a":[[1]]})");
  CHECK(nest("record.a = {{{1}}}", "{}").starts_with("too_deep /a/0/0: "));
  CHECK(nest("record.b = {record.a}\nrecord.a = nil", R"({"a":[1]})") == R"({"b":[[1]]})");
  CHECK(nest("record.b = {record.a}\nrecord.a = nil", R"({"a":[[1]]})")
            .starts_with("too_deep /b/0: "));
  const RecordLimits small{.max_made_bytes = 4'000};
  CHECK(applied(*lua_step("record.a = string.rep('x', 1000)"), {}, small).size() > 1000);
  CHECK(applied(*lua_step("record.a = string.rep('x', 5000)"), {}, small)
            .starts_with("record_too_large /a: "));
  CHECK(applied(*lua_step("record.a = {}\nfor i = 1, 200 do record.a[i] = i end"), {}, small)
            .starts_with("record_too_large /a: "));
  // What was there costs nothing.
  CHECK(applied(*lua_step("record.b = 1"), {{"a", std::string(5000, 'x')}}, small).size() > 10);
}

}  // namespace dropzone
