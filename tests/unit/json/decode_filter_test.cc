#include <catch2/catch.hpp>

#include <limits>

#include <dropzone/json/decode_filter.h>

namespace dropzone::json {
namespace {

FieldPath path(std::string_view dotted) { return *FieldPath::parse(dotted); }

FilterRequest request_of(std::string_view body) {
  auto request = decode_filter(body);
  INFO((request ? std::string() : request.error().detail));
  REQUIRE(request);
  return *std::move(request);
}

Error query_fault_of(std::string_view body) {
  INFO(body);
  auto request = decode_filter(body);
  REQUIRE_FALSE(request);
  return std::move(request).error();
}

void check_query_fault(std::string_view body, ErrorCode code, std::string_view pointer) {
  INFO(body);
  const Error fault = query_fault_of(body);
  INFO(fault.detail);
  CHECK(fault.code == code);
  CHECK(fault.pointer == pointer);
}

Filter condition(std::string_view field, Operator op, Value operand) {
  return {Condition{path(field), op, std::move(operand)}};
}

}  // namespace

TEST_CASE("an empty object selects all, with nothing else asked for") {
  const FilterRequest request = request_of("{}");
  CHECK(request.filter == Filter::all());
  CHECK(request.filter.selects_all());
  CHECK_FALSE(request.kind);
  CHECK(request.order.empty());
  CHECK_FALSE(request.limit);
  CHECK_FALSE(request.cursor);
  CHECK(request.fields.empty());
  CHECK(request.original == OriginalForm::none);
  CHECK_FALSE(request.meta);
  CHECK_FALSE(request.aggregate);
}

TEST_CASE("a condition compares a field with a scalar") {
  CHECK(request_of(R"({"field":"mean","operator":">","value":4})").filter ==
        condition("mean", Operator::greater, 4));
  CHECK(request_of(R"({"field":"a.b","operator":"==","value":"x"})").filter ==
        condition("a.b", Operator::equal, "x"));
  CHECK(request_of(R"({"field":"a","operator":"!=","value":null})").filter ==
        condition("a", Operator::not_equal, Value()));
  CHECK(request_of(R"({"field":"n","operator":"<=","value":9223372036854775807})").filter ==
        condition("n", Operator::less_or_equal, std::numeric_limits<std::int64_t>::max()));
}

TEST_CASE("IN and NOT_IN take an array of scalars, which may be empty") {
  CHECK(request_of(R"({"field":"a","operator":"IN","value":[1,"x",null,true]})").filter ==
        condition("a", Operator::in, Array{1, "x", Value(), true}));
  CHECK(request_of(R"({"field":"a","operator":"NOT_IN","value":[]})").filter ==
        condition("a", Operator::not_in, Array{}));
}

TEST_CASE("EXISTS takes true or false, and STARTS_WITH a string") {
  CHECK(request_of(R"({"field":"a","operator":"EXISTS","value":false})").filter ==
        condition("a", Operator::exists, false));
  CHECK(request_of(R"({"field":"a","operator":"STARTS_WITH","value":""})").filter ==
        condition("a", Operator::starts_with, ""));
  for (const char* operand : {"1", "null", "[true]", "{}", R"("true")"}) {
    check_query_fault(R"({"field":"a","operator":"EXISTS","value":)" + std::string(operand) + "}",
                      ErrorCode::invalid_filter, "/value");
  }
  for (const char* operand : {"1", "null", "true", R"(["a"])"}) {
    check_query_fault(
        R"({"field":"a","operator":"STARTS_WITH","value":)" + std::string(operand) + "}",
        ErrorCode::invalid_filter, "/value");
  }
}

TEST_CASE("conditions are joined by and and or, nested") {
  const Filter expected{Filter::And{
      {condition("a", Operator::equal, 1),
       {Filter::Or{{condition("b", Operator::less, 2), condition("c", Operator::in, Array{3})}}}}}};
  CHECK(request_of(R"({"and":[{"field":"a","operator":"=","value":1},{"or":[
      {"field":"b","operator":"<","value":2},{"field":"c","operator":"IN","value":[3]}]}]})")
            .filter == expected);
}

TEST_CASE("the members next to the filter are read with it") {
  const FilterRequest request =
      request_of(R"({"field":"mean","operator":">","value":4,"kind":"measurements","limit":10.0,
          "cursor":"abc","orderBy":["-mean","a.b"],"fields":["mean","x.y"],"original":true,
          "meta":true})");
  CHECK(request.kind == "measurements");
  CHECK(request.limit == 10);
  CHECK(request.cursor == "abc");
  CHECK(request.order == std::vector<SortKey>{{path("mean"), true}, {path("a.b"), false}});
  CHECK(request.fields == std::vector<FieldPath>{path("mean"), path("x.y")});
  CHECK(request.original == OriginalForm::json);
  CHECK(request.meta);
}

TEST_CASE("an aggregate names what to compute") {
  const auto request = request_of(R"({"aggregate":{"count":true,"sum":["a"],"avg":["a","b.c"]}})");
  REQUIRE(request.aggregate);
  CHECK(request.aggregate->count);
  CHECK(request.aggregate->sum == std::vector<FieldPath>{path("a")});
  CHECK(request.aggregate->avg == std::vector<FieldPath>{path("a"), path("b.c")});
  check_query_fault(R"({"aggregate":{}})", ErrorCode::invalid_request, "/aggregate");
  check_query_fault(R"({"aggregate":{"count":false}})", ErrorCode::invalid_request, "/aggregate");
  check_query_fault(R"({"aggregate":true})", ErrorCode::invalid_request, "/aggregate");
  check_query_fault(R"({"aggregate":{"sum":"a"}})", ErrorCode::invalid_request, "/aggregate/sum");
  check_query_fault(R"({"aggregate":{"sum":["a",""]}})", ErrorCode::invalid_request,
                    "/aggregate/sum/1");
  check_query_fault(R"({"aggregate":{"mean":["a"]}})", ErrorCode::unknown_member,
                    "/aggregate/mean");
}

TEST_CASE("an aggregate may group by fields, by parts of numbers and by spans of time") {
  const auto groups = [](std::string_view by) {
    auto request = request_of(R"({"aggregate":{"groupBy":)" + std::string(by) + "}}");
    REQUIRE(request.aggregate);
    return *request.aggregate;
  };
  CHECK(groups(R"("a.b")").groups == std::vector<GroupBy>{{.field = path("a.b")}});
  CHECK_FALSE(groups(R"("a.b")").is_grouped_by_list);
  CHECK(groups(R"({"field":"n","every":0.5})").groups ==
        std::vector<GroupBy>{{.field = path("n"), .every = *NumberWidth::of(0.5)}});
  const auto two = groups(R"([{"field":"t","every":"1h"},"s"])");
  CHECK(two.groups == std::vector<GroupBy>{{.field = path("t"), .every = *TimeWidth::parse("1h")},
                                           {.field = path("s")}});
  CHECK(two.is_grouped_by_list);
}

TEST_CASE("what cannot be grouped by is refused with its place") {
  const auto refused = [](std::string_view by, std::string_view pointer) {
    check_query_fault(R"({"aggregate":{"groupBy":)" + std::string(by) + "}}",
                      ErrorCode::invalid_request, "/aggregate/groupBy" + std::string(pointer));
  };
  for (const auto* by : {"1", "null", "[]", R"(["a","b","c"])", "{}", R"({"field":1})", R"("")"}) {
    refused(by, "");
  }
  refused(R"({"field":"a","every":0})", "/every");
  refused(R"({"field":"a","every":"1 hour"})", "/every");
  refused(R"({"field":"a","every":null})", "/every");
  refused(R"(["a",7])", "/1");
  check_query_fault(R"({"aggregate":{"groupBy":{"field":"a","bins":5}}})",
                    ErrorCode::unknown_member, "/aggregate/groupBy/bins");
  std::string many = R"("a0")";
  for (int i = 1; i <= 20; ++i) many += ",\"a" + std::to_string(i) + '"';
  check_query_fault(R"({"aggregate":{"groupBy":"a","max":[)" + many + "]}}",
                    ErrorCode::invalid_request, "/aggregate");
}

TEST_CASE("a field that is named twice is shown and computed once") {
  const auto request = request_of(R"({"aggregate":{"sum":["a","a","b","a"],"avg":["a","a"]}})");
  REQUIRE(request.aggregate);
  CHECK(request.aggregate->sum == std::vector<FieldPath>{path("a"), path("b")});
  CHECK(request.aggregate->avg == std::vector<FieldPath>{path("a")});
  CHECK(request_of(R"({"fields":["a","a"]})").fields == std::vector<FieldPath>{path("a")});
}

TEST_CASE("members for pages of records are refused with an aggregate") {
  const std::pair<std::string, std::string> members[] = {
      {"limit", "1"},        {"cursor", "\"x\""},  {"orderBy", "[\"a\"]"},
      {"fields", "[\"a\"]"}, {"original", "true"}, {"meta", "false"}};
  for (const auto& [name, value] : members) {
    check_query_fault("{\"aggregate\":{\"count\":true},\"" + name + "\":" + value + "}",
                      ErrorCode::invalid_request, "/" + name);
  }
}

TEST_CASE("a mistyped member is refused with the nearest name") {
  check_query_fault(R"({"filed":"a","operator":"=","value":1})", ErrorCode::unknown_member,
                    "/filed");
  CHECK(query_fault_of(R"({"orderby":["a"]})").detail.ends_with("Did you mean \"orderBy\"?"));
  const auto nested = R"({"and":[{"field":"a","operator":"=","value":1,"valu":2}]})";
  check_query_fault(nested, ErrorCode::unknown_member, "/and/0/valu");
  CHECK(query_fault_of(nested).detail.ends_with("Did you mean \"value\"?"));
  check_query_fault(R"({"and":[{"field":"a","operator":"=","value":1,"limit":2}]})",
                    ErrorCode::unknown_member, "/and/0/limit");
  CHECK(query_fault_of(R"({"and":[{"mean":{"$gt":4}}]})").detail ==
        "A filter has no member \"mean\". A condition is {\"field\": \"a\", \"operator\": \"=\", "
        "\"value\": 1}; \"and\" and \"or\" take a list of them.");
}

TEST_CASE("a condition that lacks a part is refused") {
  check_query_fault(R"({"field":"a","operator":"="})", ErrorCode::invalid_filter, "");
  check_query_fault(R"({"field":"a","value":1})", ErrorCode::invalid_filter, "");
  check_query_fault(R"({"or":[{"operator":"=","value":1}]})", ErrorCode::invalid_filter, "/or/0");
  CHECK(query_fault_of(R"({"field":"a","operator":"="})").detail == "A condition needs \"value\".");
}

TEST_CASE("an unknown operator is refused with those there are") {
  for (const char* name : {"contains", "in", "not_in", "<>", "", "LIKE"}) {
    const auto body = R"({"field":"a","operator":")" + std::string(name) + R"(","value":1})";
    check_query_fault(body, ErrorCode::invalid_filter, "/operator");
    CHECK_THAT(query_fault_of(body).detail,
               Catch::Contains("=, !=, <, <=, >, >=, IN, NOT_IN, EXISTS, STARTS_WITH."));
  }
  CHECK(query_fault_of(R"({"field":"a","operator":"in","value":[1]})")
            .detail.ends_with("Did you mean \"IN\"?"));
  CHECK(query_fault_of(R"({"field":"a","operator":"START_WITH","value":"x"})")
            .detail.ends_with("Did you mean \"STARTS_WITH\"?"));
  check_query_fault(R"({"field":"a","operator":1,"value":1})", ErrorCode::invalid_filter,
                    "/operator");
}

TEST_CASE("an operand must be of the class that its operator takes") {
  check_query_fault(R"({"field":"a","operator":"=","value":[1]})", ErrorCode::invalid_filter,
                    "/value");
  check_query_fault(R"({"field":"a","operator":"=","value":{}})", ErrorCode::invalid_filter,
                    "/value");
  check_query_fault(R"({"field":"a","operator":"IN","value":1})", ErrorCode::invalid_filter,
                    "/value");
  check_query_fault(R"({"field":"a","operator":"IN","value":[1,[2]]})", ErrorCode::invalid_filter,
                    "/value/1");
  check_query_fault(R"({"and":[{"field":"a","operator":"NOT_IN","value":[{}]}]})",
                    ErrorCode::invalid_filter, "/and/0/value/0");
}

TEST_CASE("numbers that no double holds are refused as operands") {
  check_query_fault(R"({"field":"a","operator":"=","value":1e400})", ErrorCode::number_out_of_range,
                    "/value");
  CHECK(query_fault_of(R"({"field":"a","operator":"=","value":NaN})").code ==
        ErrorCode::invalid_json);
}

TEST_CASE("a field must be a dotted name without empty parts") {
  for (const char* field : {"\"\"", "\"a..b\"", "\".a\"", "\"a.\"", "1", "null"}) {
    check_query_fault(R"({"field":)" + std::string(field) + R"(,"operator":"=","value":1})",
                      ErrorCode::invalid_filter, "/field");
  }
}

TEST_CASE("and and or take arrays of one or more filters, and one of them alone") {
  check_query_fault(R"({"and":[]})", ErrorCode::invalid_filter, "/and");
  check_query_fault(R"({"or":{}})", ErrorCode::invalid_filter, "/or");
  check_query_fault(R"({"or":[{}]})", ErrorCode::invalid_filter, "/or/0");
  check_query_fault(R"({"or":[1]})", ErrorCode::invalid_filter, "/or/0");
  const std::string list = R"([{"field":"a","operator":"=","value":1}])";
  check_query_fault("{\"and\":" + list + ",\"or\":" + list + "}", ErrorCode::invalid_filter, "");
  check_query_fault("{\"and\":" + list + ",\"field\":\"a\"}", ErrorCode::invalid_filter, "");
}

TEST_CASE("a filter has limits on levels, conditions and operands") {
  const auto nested = [](std::size_t levels, std::string filter) {
    for (std::size_t i = 0; i < levels; ++i) filter = "{\"and\":[" + filter + "]}";
    return filter;
  };
  const std::string in_list = R"({"field":"a","operator":"IN","value":[1]})";
  CHECK(decode_filter(nested(kMaxFilterDepth, in_list)));
  const auto too_deep = decode_filter(nested(kMaxFilterDepth + 1, in_list));
  REQUIRE_FALSE(too_deep);
  CHECK(too_deep.error().code == ErrorCode::invalid_filter);

  const auto repeated = [](std::size_t times, const std::string& text) {
    std::string list;
    for (std::size_t i = 0; i < times; ++i) list += (i ? "," : "") + text;
    return list;
  };
  CHECK(decode_filter("{\"or\":[" + repeated(kMaxFilterConditions, in_list) + "]}"));
  check_query_fault("{\"or\":[" + repeated(kMaxFilterConditions + 1, in_list) + "]}",
                    ErrorCode::invalid_filter, "/or/" + std::to_string(kMaxFilterConditions));
  const auto listing = [&](std::size_t operands) {
    return R"({"field":"a","operator":"IN","value":[)" + repeated(operands, "1") + "]}";
  };
  CHECK(decode_filter(listing(kMaxFilterOperands)));
  check_query_fault(listing(kMaxFilterOperands + 1), ErrorCode::invalid_filter, "/value");
}

TEST_CASE("a limit is a whole number of at least 1") {
  CHECK(request_of(R"({"limit":1})").limit == 1);
  CHECK(request_of(R"({"limit":1e30})").limit == std::numeric_limits<std::size_t>::max());
  for (const char* limit : {"0", "-1", "1.5", "\"10\"", "null", "true", "[1]", "-1e30"}) {
    check_query_fault("{\"limit\":" + std::string(limit) + "}", ErrorCode::invalid_request,
                      "/limit");
  }
}

TEST_CASE("the members next to a filter have their types") {
  check_query_fault(R"({"kind":1})", ErrorCode::invalid_request, "/kind");
  check_query_fault(R"({"cursor":null})", ErrorCode::invalid_request, "/cursor");
  check_query_fault(R"({"orderBy":"mean"})", ErrorCode::invalid_request, "/orderBy");
  check_query_fault(R"({"orderBy":[]})", ErrorCode::invalid_request, "/orderBy");
  check_query_fault(R"({"orderBy":["a","-"]})", ErrorCode::invalid_request, "/orderBy/1");
  check_query_fault(R"({"orderBy":[1]})", ErrorCode::invalid_request, "/orderBy/0");
  check_query_fault(R"({"fields":[]})", ErrorCode::invalid_request, "/fields");
  check_query_fault(R"({"fields":["a."]})", ErrorCode::invalid_request, "/fields/0");
  check_query_fault(R"({"original":1})", ErrorCode::invalid_request, "/original");
  check_query_fault(R"({"meta":"true"})", ErrorCode::invalid_request, "/meta");
  check_query_fault(R"({"limit":1,"limit":2})", ErrorCode::invalid_request, "/limit");
}

TEST_CASE("a filter's body must be an object") {
  CHECK(query_fault_of("[]").code == ErrorCode::invalid_request);
  CHECK(query_fault_of("\"x\"").code == ErrorCode::invalid_request);
  CHECK(query_fault_of("").code == ErrorCode::empty_body);
  CHECK(query_fault_of("{").code == ErrorCode::invalid_json);
}

}  // namespace dropzone::json
